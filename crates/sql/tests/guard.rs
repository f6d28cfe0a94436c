//! What the guard lets through and what it does not.

mod corpus;

use catalog::{TableName, Value};
use corpus::{ATTACKS, LEGITIMATE, shop};
use fault::Kind;
use sql::{Denied, Dialect, Printed, Sqlite, guard};

fn verdict(text: &str) -> Result<sql::ReadOnly, Denied> {
    guard(Printed { text: text.to_owned(), parameters: Vec::new() }, &Sqlite)
}

#[test]
fn attacks_are_denied() {
    assert!(ATTACKS.len() >= 60);
    let passed: Vec<_> = ATTACKS.iter().filter(|text| verdict(text).is_ok()).collect();
    assert!(passed.is_empty(), "{passed:#?}");
}

#[test]
fn legitimate_queries_pass_and_run() {
    assert!(LEGITIMATE.len() >= 60);
    let shop = shop();
    let denied = LEGITIMATE.iter().filter_map(|text| verdict(text).err().map(|denied| (denied, text)));
    let denied: Vec<_> = denied.collect();
    assert!(denied.is_empty(), "{denied:#?}");
    for text in LEGITIMATE {
        let passed = verdict(text).expect(text);
        let statement = shop.prepare(passed.text()).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert!(statement.readonly(), "{text}");
    }
}

/// Harmless, and refused all the same: the parser does not read these forms.
#[test]
fn known_gaps() {
    let gaps = [
        "WITH x AS MATERIALIZED (SELECT a FROM t) SELECT * FROM x",
        "SELECT a FROM t WHERE a IS b",
        "SELECT a FROM t INDEXED BY i",
        "SELECT a << 1, a >> 1 FROM t",
        "SELECT SUM(a) OVER (ORDER BY a ROWS CURRENT ROW EXCLUDE TIES) FROM t",
    ];
    for text in gaps {
        assert!(matches!(verdict(text), Err(Denied::Unreadable { .. })), "{text}");
    }
}

#[test]
fn refusals_say_what_was_refused() {
    let cases: &[(&str, &str, &str)] = &[
        ("SELECT readfile('x')", "sql.function", "the function readfile is not allowed"),
        ("DELETE FROM t", "sql.not_a_query", "only queries are allowed, found DELETE"),
        ("SELECT 1; SELECT 2", "sql.not_one_statement", "exactly one statement is allowed"),
        ("SELECT * FROM t FOR UPDATE", "sql.construct", "a locking clause is not allowed"),
        ("SELECT c REGEXP 'x' FROM t", "sql.operator", "the operator REGEXP is not allowed"),
        ("SELECT CAST(a AS uuid) FROM t", "sql.cast", "a cast to UUID is not allowed"),
        ("SELECT c COLLATE x FROM t", "sql.collation", "the collation x is not allowed"),
        ("SELECT * FROM sqlite_master", "sql.relation", "the relation sqlite_master belongs to the engine"),
        ("SELECT ?2", "sql.placeholders", "the statement has the placeholders [?2] and 0 parameters"),
    ];
    for (text, code, message) in cases {
        let fault = verdict(text).expect_err(text).fault();
        assert_eq!(
            (fault.code.as_str(), fault.message.as_str(), fault.kind),
            (*code, *message, Kind::Guarded),
            "{text}"
        );
        assert_eq!(fault.hints.len(), 1, "{text}");
    }
    assert!(matches!(verdict("SELECT FROM WHERE"), Err(Denied::Unreadable { .. })));
}

#[test]
fn placeholders_and_parameters_belong_together() {
    let check = |text: &str, n: i64| {
        let parameters = (0..n).map(Value::Int).collect();
        guard(Printed { text: text.to_owned(), parameters }, &Sqlite).is_ok()
    };
    assert!(check("SELECT ?1, ?2, ?1", 2));
    assert!(check("SELECT ?, ?", 2));
    assert!(check("SELECT '?1', \"?2\" FROM t -- ?3", 0));
    assert!(check("SELECT a FROM t LIMIT ?1", 1));
    assert!(!check("SELECT ?1, ?3", 2));
    assert!(!check("SELECT ?1", 2));
    assert!(!check("SELECT ?1, ?", 2));
    assert!(!check("SELECT ?01", 1));
}

#[test]
fn the_text_that_passed_is_the_text_that_is_sent() {
    let passed = verdict("SELECT a /* c */ FROM t ; ;\n").expect("a query");
    assert_eq!(passed.text(), "SELECT a /* c */ FROM t");
}

#[test]
fn tables_are_listed_and_common_table_expressions_are_not() {
    let tables =
        |text: &str| -> Vec<String> { verdict(text).expect(text).tables().iter().map(TableName::to_string).collect() };
    assert_eq!(tables("SELECT * FROM u JOIN t AS x ON 1 WHERE EXISTS (SELECT 1 FROM u)"), ["t", "u"]);
    assert_eq!(tables("SELECT * FROM main.t"), ["main.t"]);
    assert_eq!(tables("WITH x AS (SELECT * FROM t) SELECT * FROM X"), ["t"]);
    assert_eq!(tables("WITH x AS (SELECT * FROM t), y AS (SELECT * FROM x) SELECT * FROM y, x"), ["t"]);
    assert_eq!(tables("WITH RECURSIVE x AS (SELECT 1 UNION SELECT * FROM x) SELECT * FROM x"), Vec::<String>::new());
    // A name that means a table somewhere is listed.
    assert_eq!(tables("WITH t AS (SELECT * FROM t) SELECT * FROM t"), ["t"]);
    assert_eq!(tables("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) AS y, x"), ["x"]);
    assert_eq!(tables("SELECT * FROM u, json_each(u.doc)"), ["u"]);
}

#[test]
fn allow_lists_are_sorted_and_in_lower_case() {
    let functions = Sqlite.allowed().functions;
    assert!(functions.is_sorted());
    assert!(functions.iter().all(|name| *name == name.to_lowercase()));
}

/// Pieces that nest or chain when repeated, with the parser's less travelled forms among them.
const REPEATED: &[&str] = &[
    "1 + ",
    "1 AND ",
    "'a' || ",
    "a COLLATE nocase = ",
    "1 IS NULL AND ",
    "1 BETWEEN 1 AND ",
    "1 IS NOT ",
    "NOT ",
    "- ",
    "~ ",
    "(",
    "((",
    "(1, ",
    "CASE ",
    "CASE WHEN ",
    "CASE WHEN (",
    "CASE WHEN 1 THEN ",
    "abs(",
    "CAST(",
    "trim(",
    "substring(",
    "position(",
    "extract(a FROM ",
    "convert(",
    "(SELECT ",
    "(SELECT * FROM (",
    "SELECT * FROM (",
    "1 IN (",
    "1 IN (SELECT ",
    "EXISTS (SELECT ",
    "WITH x AS (",
    "(WITH x AS (",
    "VALUES (",
    "(VALUES (",
    "t JOIN (",
    "(t JOIN ",
    "t, (",
    "t LEFT JOIN (",
    "t JOIN t JOIN ",
    "FROM (",
    "LATERAL (",
    "unnest(",
    "TABLE(",
    "a() OVER (ORDER BY ",
    "a(*) FILTER (WHERE ",
    "a(DISTINCT ",
    "a.",
    "a::",
    "a->",
    "interval ",
    "date ",
    "array[",
    "struct(",
    "{",
    "[",
    "x ",
    "1 UNION SELECT ",
    "1 UNION (",
    "EXPLAIN ",
    "IF 1 THEN ",
    "BEGIN ",
    "a = ANY(",
    "t PIVOT (",
];

#[test]
fn texts_that_would_exhaust_a_small_stack_are_judged() {
    let openings =
        [("SELECT ", ""), ("SELECT ", "1 FROM t"), ("SELECT * FROM ", ""), ("", ""), ("SELECT 1 WHERE ", " !")];
    for (before, after) in openings {
        for piece in REPEATED {
            for times in [12, 90, 4_000] {
                let text = format!("{before}{}{after}", piece.repeat(times));
                let small = std::thread::Builder::new().stack_size(2 << 20);
                let judged = small.spawn(move || verdict(&text).is_ok()).expect("a thread").join();
                assert!(judged.is_ok_and(|passed| !passed || times <= 90), "{before}{piece} {times}");
            }
        }
    }
    assert!(verdict(&format!("SELECT 1{}", " UNION ALL SELECT 1, 2".repeat(600))).is_err());
    assert!(verdict(&format!("SELECT {}1", "'x', ".repeat(300_000))).is_err());
}

#[test]
fn long_but_flat_queries_pass() {
    let list = vec!["1"; 20_000].join(", ");
    assert!(verdict(&format!("SELECT a FROM t WHERE a IN ({list})")).is_ok());
    let conditions = vec!["a = 1"; 400].join(" OR ");
    assert!(verdict(&format!("SELECT a FROM t WHERE {conditions}")).is_ok());
    let depth = format!("{}1{}", "(".repeat(30), ")".repeat(30));
    assert!(verdict(&format!("SELECT {depth}")).is_ok());
    let nested = format!("{}t{}", "(SELECT * FROM ".repeat(15), ") AS x".repeat(15));
    assert!(verdict(&format!("SELECT * FROM {nested}")).is_ok());
}
