//! What the printer writes, text by text.

use catalog::{TableName, Value};
use sql::{
    Aggregate, DatePart, Expr, Grain, Item, Join, JoinKind, Operator, Order, Select, Source, Sqlite, escape_like, print,
};

fn col(name: &str) -> Expr {
    Expr::column("t", name)
}

fn boxed(name: &str) -> Box<Expr> {
    Box::new(col(name))
}

fn from(name: &str) -> Select {
    let source = Source::Table { name: TableName::bare(name), alias: "t".into() };
    Select { from: Some(source), ..Select::default() }
}

fn returning(expr: Expr) -> Select {
    Select { items: vec![Item { expr, alias: "x".into() }], ..Select::default() }
}

/// The text of one expression and how many parameters it has.
fn text(expr: Expr) -> (String, usize) {
    let printed = print(&returning(expr), &Sqlite);
    let inner = printed.text.strip_prefix("SELECT ").and_then(|t| t.strip_suffix(" AS \"x\""));
    (inner.expect("one returned expression").to_owned(), printed.parameters.len())
}

fn check(expr: Expr, expected: &str) {
    assert_eq!(text(expr).0, expected);
}

#[test]
fn parentheses_stand_only_where_order_needs_them() {
    use Operator::*;
    let (a, b, c) = (|| col("a"), || col("b"), || col("c"));
    check(a().op(Add, b()).op(Mul, c()), r#"("t"."a" + "t"."b") * "t"."c""#);
    check(a().op(Mul, b()).op(Add, c()), r#""t"."a" * "t"."b" + "t"."c""#);
    check(a().op(Sub, b()).op(Sub, c()), r#""t"."a" - "t"."b" - "t"."c""#);
    check(a().op(Sub, b().op(Sub, c())), r#""t"."a" - ("t"."b" - "t"."c")"#);
    check(a().op(Or, b()).op(And, c()), r#"("t"."a" OR "t"."b") AND "t"."c""#);
    check(a().op(And, b()).op(Or, c()), r#""t"."a" AND "t"."b" OR "t"."c""#);
    check(a().op(Eq, b()).op(Eq, c()), r#"("t"."a" = "t"."b") = "t"."c""#);
    check(a().op(Lt, b()).op(Eq, c().op(Gt, a())), r#"("t"."a" < "t"."b") = ("t"."c" > "t"."a")"#);
    check(Expr::Not(Box::new(a().op(Eq, b()))), r#"NOT "t"."a" = "t"."b""#);
    check(Expr::Not(Box::new(a().op(And, b()))), r#"NOT ("t"."a" AND "t"."b")"#);
    check(a().op(Eq, Expr::Not(boxed("b"))), r#""t"."a" = (NOT "t"."b")"#);
    check(Expr::IsNull(Box::new(a().op(Add, b()))), r#""t"."a" + "t"."b" IS NULL"#);
    check(Expr::IsNull(Box::new(a().op(Eq, b()))), r#"("t"."a" = "t"."b") IS NULL"#);
}

#[test]
fn predicates_have_their_own_negation() {
    check(Expr::Not(Box::new(Expr::IsNull(boxed("a")))), r#""t"."a" IS NOT NULL"#);
    let list = vec![Expr::value(1), Expr::value(2)];
    check(Expr::Not(Box::new(Expr::In(boxed("a"), list))), r#""t"."a" NOT IN (?1, ?2)"#);
    check(Expr::Not(Box::new(Expr::In(boxed("a"), vec![]))), "NOT FALSE");
    let like = col("a").op(Operator::Like, Expr::value("x%"));
    check(Expr::Not(Box::new(like)), r#""t"."a" NOT LIKE ?1 ESCAPE '\'"#);
    let exists = Expr::Exists(Box::new(from("u")));
    check(Expr::Not(Box::new(exists)), "NOT EXISTS (\n  SELECT 1\n  FROM \"u\" AS \"t\"\n)");
}

#[test]
fn callers_values_are_bound_and_words_are_not() {
    let text_value = Expr::value("Robert'); DROP TABLE students;--");
    assert_eq!(text(text_value), ("?1".to_owned(), 1));
    assert_eq!(text(Expr::Value(Value::Null)), ("NULL".to_owned(), 0));
    assert_eq!(text(Expr::Value(Value::Bool(true))), ("TRUE".to_owned(), 0));
    assert_eq!(text(Expr::value(7)), ("?1".to_owned(), 1));
    let decimal = Value::Decimal("10.50".parse().expect("a number"));
    check(Expr::Value(decimal), "CAST(?1 AS NUMERIC)");
}

#[test]
fn equal_values_share_a_placeholder_and_unequal_ones_do_not() {
    let sum = Expr::value(1).op(Operator::Add, Expr::value(2)).op(Operator::Add, Expr::value(1));
    let printed = print(&returning(sum), &Sqlite);
    assert_eq!(printed.text, "SELECT ?1 + ?2 + ?1 AS \"x\"");
    assert_eq!(printed.parameters, vec![Value::Int(1), Value::Int(2)]);
    let mixed = Expr::value(1).op(Operator::Add, Expr::Value(Value::Float(1.0)));
    assert_eq!(print(&returning(mixed), &Sqlite).parameters.len(), 2);
}

#[test]
fn identifiers_are_always_quoted() {
    check(Expr::column("a\"b", "select"), r#""a""b"."select""#);
    check(Expr::returned("x y"), r#""x y""#);
    let name = TableName { database: None, schema: Some("main".into()), name: "order".into() };
    let select = Select { from: Some(Source::Table { name, alias: "o".into() }), ..Select::default() };
    assert_eq!(print(&select, &Sqlite).text, "SELECT 1\nFROM \"main\".\"order\" AS \"o\"");
}

#[test]
fn a_line_break_in_a_name_is_no_line_of_the_layout() {
    let inner = returning(Expr::column("t", "net\namount"));
    check(Expr::Scalar(Box::new(inner)), "(\n  SELECT \"t\".\"net\namount\" AS \"x\"\n)");
}

#[test]
fn degenerate_lists_are_still_sql() {
    check(Expr::In(boxed("a"), vec![]), "FALSE");
    check(Expr::Coalesce(vec![]), "NULL");
    check(Expr::Coalesce(vec![col("a")]), r#""t"."a""#);
    check(Expr::Case { when: vec![], other: None }, "NULL");
    check(Expr::Case { when: vec![], other: Some(boxed("a")) }, r#""t"."a""#);
    let joined = Join { kind: JoinKind::Left, to: source_with("w"), on: vec![] };
    let select = Select { joins: vec![joined], ..Select::default() };
    assert_eq!(print(&select, &Sqlite).text, "SELECT 1\nFROM (SELECT 1) AS \"one\"\nLEFT JOIN \"w\" AS \"w\" ON TRUE");
}

fn source_with(name: &str) -> Source {
    Source::With { name: name.into(), alias: name.into() }
}

#[test]
fn functions_of_the_engine() {
    let aggregate = |function| Expr::Aggregate(function, boxed("a"));
    check(aggregate(Aggregate::CountDistinct), r#"COUNT(DISTINCT "t"."a")"#);
    check(aggregate(Aggregate::Avg), r#"AVG("t"."a")"#);
    check(Expr::CountRows, "COUNT(*)");
    check(Expr::Lower(boxed("a")), r#"LOWER("t"."a")"#);
    check(col("a").op(Operator::Div, col("b")), r#"CAST("t"."a" AS REAL) / NULLIF("t"."b", 0)"#);
    let sum = |scale| Expr::ExactSum { of: boxed("a"), scale };
    check(sum(2), r#"SUM(CAST(ROUND(ROUND("t"."a" * 100, 6)) AS INTEGER))"#);
    check(sum(0), r#"SUM(CAST(ROUND(ROUND("t"."a", 6)) AS INTEGER))"#);
    let case = Expr::Case { when: vec![(col("a"), Expr::value(1))], other: Some(boxed("b")) };
    check(case, r#"CASE WHEN "t"."a" THEN ?1 ELSE "t"."b" END"#);
}

#[test]
fn dates_of_the_engine() {
    let bucket = |grain, fiscal_start| Expr::Bucket { grain, fiscal_start, of: boxed("d") };
    let day = r#"SUBSTR("t"."d", 1, 10)"#;
    check(bucket(Grain::Day, 1), &format!("DATE({day})"));
    check(bucket(Grain::Week, 1), &format!("DATE({day}, '-6 days', 'weekday 1')"));
    check(bucket(Grain::Month, 1), &format!("DATE({day}, 'start of month')"));
    let back = |months: &str| format!("DATE({day}, 'start of month', '-' || ({months}) || ' months')");
    let month = format!("CAST(STRFTIME('%m', {day}) AS INTEGER)");
    check(bucket(Grain::Quarter, 1), &back(&format!("({month} + 2) % 3")));
    check(bucket(Grain::Year, 4), &back(&format!("({month} + 8) % 12")));
    check(Expr::DatePart(DatePart::Year, boxed("d")), &format!("CAST(STRFTIME('%Y', {day}) AS INTEGER)"));
    check(Expr::DatePart(DatePart::Week, boxed("d")), &format!("CAST(STRFTIME('%V', {day}) AS INTEGER)"));
    let weekday = Expr::DatePart(DatePart::Weekday, boxed("d")).op(Operator::Mul, col("n"));
    check(weekday, &format!("((CAST(STRFTIME('%w', {day}) AS INTEGER) + 6) % 7 + 1) * \"t\".\"n\""));
}

#[test]
fn patterns_escape_what_is_wild() {
    assert_eq!(escape_like(r"50%_a\b"), r"50\%\_a\\b");
}

/// A statement with every clause.
fn report() -> Select {
    let mut select = Select::default();
    select.with.push(("recent".into(), Select { distinct: true, ..from("sales") }));
    let month = Expr::Bucket { grain: Grain::Month, fiscal_start: 1, of: Box::new(Expr::column("s", "day")) };
    let total = Expr::Aggregate(Aggregate::Sum, Box::new(Expr::column("s", "net")));
    select.item(month.clone(), "month");
    select.item(total.clone(), "total");
    select.from = Some(Source::With { name: "recent".into(), alias: "s".into() });
    let on = Expr::column("s", "shop").op(Operator::Eq, Expr::column("p", "id"));
    let inner = Source::Select { select: Box::new(from("shops")), alias: "p".into() };
    select.joins.push(Join { kind: JoinKind::Inner, to: inner, on: vec![on] });
    let either = Expr::column("p", "open").op(Operator::Or, Expr::column("p", "new"));
    select.filter = vec![Expr::column("s", "net").op(Operator::Gt, Expr::value(5)), either];
    select.group = vec![month];
    select.having = vec![Expr::CountRows.op(Operator::Ge, Expr::value(2))];
    select.order =
        vec![Order { by: total, descending: true }, Order { by: Expr::column("p", "id"), descending: false }];
    (select.limit, select.offset) = (Some(10), Some(20));
    select
}

#[test]
fn a_whole_statement_reads_clause_by_clause() {
    let expected = r#"WITH "recent" AS (
  SELECT DISTINCT 1
  FROM "sales" AS "t"
)
SELECT
  DATE(SUBSTR("s"."day", 1, 10), 'start of month') AS "month",
  SUM("s"."net") AS "total"
FROM "recent" AS "s"
JOIN (
  SELECT 1
  FROM "shops" AS "t"
) AS "p" ON "s"."shop" = "p"."id"
WHERE "s"."net" > ?1
  AND ("p"."open" OR "p"."new")
GROUP BY DATE(SUBSTR("s"."day", 1, 10), 'start of month')
HAVING COUNT(*) >= ?2
ORDER BY "total" DESC NULLS LAST, "p"."id" NULLS LAST
LIMIT 10
OFFSET 20"#;
    assert_eq!(print(&report(), &Sqlite).text, expected);
}

#[test]
fn operands_keep_what_is_theirs() {
    let mut all = returning(Expr::value(1));
    let mut chain = returning(Expr::value(2));
    chain.union_all.push(returning(Expr::value(3)));
    let limited = Select { limit: Some(1), ..returning(Expr::value(4)) };
    all.union_all = vec![chain, limited];
    all.order = vec![Order { by: Expr::value(1), descending: false }];
    all.offset = Some(1);
    let expected = r#"SELECT ?1 AS "x"
UNION ALL
SELECT ?2 AS "x"
UNION ALL
SELECT ?3 AS "x"
UNION ALL
SELECT *
FROM (
  SELECT ?4 AS "x"
  LIMIT 1
) AS "part"
ORDER BY "x" NULLS LAST
LIMIT -1
OFFSET 1"#;
    assert_eq!(print(&all, &Sqlite).text, expected);
}

#[test]
fn an_ambiguous_name_does_not_stand_in_for_its_expression() {
    let mut select = from("sales");
    select.item(col("a"), "n");
    select.item(col("b"), "N");
    select.order = vec![Order { by: col("b"), descending: false }];
    assert!(print(&select, &Sqlite).text.ends_with("ORDER BY \"t\".\"b\" NULLS LAST"));
}
