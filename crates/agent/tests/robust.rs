//! Whatever is asked of whatever book: an answer, a question back, a refusal, or a fault that names the
//! caller's limit. Never a panic, a statement that fails, or a column that does not exist.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use agent::{Answer, Status};
use books::{Book, DEMO_CLOCK, odd};
use catalog::{Catalog, Value};
use common::corpus::{self, Question};
use common::{DEMO, Desk, story};
use connect::{Scope, Scratch};
use fault::Kind;
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Asked of every odd book, beside questions made of its own names.
const ANYWHERE: [&str; 34] = [
    "",
    " ",
    "?",
    "revenue",
    "revenue by region last quarter",
    "what is the total?",
    "how many rows are there?",
    "net profit by month in FY25",
    "cash balance as of 2025-03-31",
    "top 5 customers by revenue",
    "list everything",
    "count",
    "sum of sum by group",
    "order by order",
    "select from group where index is null",
    "total sum by group",
    "highest sum",
    "sum by date",
    "sum above 10 by order",
    "number of order by group",
    "it's",
    "100% by a.b",
    "odd \"name\"; drop",
    "\"'; DROP TABLE \"\"order\"\"; --\"",
    "売上 by 地域",
    "金額 by 日付",
    "sales by Straße",
    "revenue by 地域 by month",
    "Umsatz im März 🚀",
    "E\u{301}glise",
    "\u{202e}\u{0}\u{feff}",
    "invoices above 99999999999999999999999999999999999999999999.99",
    "amount between 1 and 0 and 2 and",
    "compare compare versus vs 2024 2023 2022 Q1 Q2 Q3",
];

/// What has to hold of any answer.
fn check(catalog: &Catalog, question: &str, answer: &Answer) -> Result<(), String> {
    let fail = |why: &str| Err(format!("{question:?}: {why}: {}", story(answer)));
    let exists: BTreeSet<String> = catalog
        .tables()
        .flat_map(|t| t.columns.iter().map(|c| catalog::ColumnRef::new(t.name.clone(), c.name.clone()).to_string()))
        .collect();
    if let Some(column) = answer.columns_used.iter().find(|c| !exists.contains(*c)) {
        return fail(&format!("there is no column {column}"));
    }
    let kind = answer.fault.as_ref().map(|f| f.kind);
    match answer.status {
        Status::Failed if matches!(kind, Some(Kind::Limit)) => Ok(()),
        Status::Failed => fail("failed"),
        _ if kind.is_some() => fail("a fault without a failure"),
        Status::Answered if answer.sql.is_none() => fail("an answer without a statement"),
        Status::Answered if answer.columns_used.is_empty() && answer.tables.is_empty() => {
            fail("an answer from nowhere")
        }
        Status::Answered if answer.rows.iter().any(|r| r.len() != answer.columns.len()) => fail("a ragged row"),
        Status::Answered if answer.kinds.len() != answer.columns.len() => fail("a column of no kind"),
        Status::Clarify if answer.interpretations.is_empty() => fail("a question back without choices"),
        _ if answer.words.iter().all(|w| w.trim().is_empty()) => fail("nothing is said"),
        _ => Ok(()),
    }
}

fn check_all<'q>(desk: &Desk, questions: impl Iterator<Item = &'q str>) -> Vec<Answer> {
    let catalog = desk.catalog();
    let (mut answers, mut failures) = (Vec::new(), Vec::new());
    for question in questions {
        let answer = desk.ask(question);
        failures.extend(check(&catalog, question, &answer).err());
        answers.push(answer);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    answers
}

/// Questions made of a book's own names.
fn own_questions(book: &Book) -> Vec<String> {
    let mut questions = Vec::new();
    for table in book.tables.iter().take(40).map(|t| &t.table) {
        let name = &table.name.name;
        let spoken = name.replace('_', " ");
        questions.push(format!("how many {name}"));
        questions.push(format!("how many {spoken}"));
        questions.push(format!("list \"{name}\""));
        for column in &table.columns {
            let column = &column.name;
            questions.push(format!("total {column} of {name}"));
            questions.push(format!("total {} of {spoken}", column.replace('_', " ")));
            questions.push(format!("{column} by month"));
            questions.push(format!("{name} by {column}"));
            questions.push(format!("{column} of {name} above 3 in 2025"));
        }
    }
    questions
}

#[test]
fn odd_books_are_no_trouble() {
    for book in odd::all() {
        let desk = Desk::new(&book, DEMO_CLOCK);
        let own = own_questions(&book);
        let answers = check_all(&desk, ANYWHERE.into_iter().chain(own.iter().map(String::as_str)));
        let answered = answers.iter().filter(|a| a.status == Status::Answered).count();
        assert_eq!(answered > 0, !book.tables.is_empty(), "{}: {answered} answered", book.name);
    }
}

#[test]
fn a_wide_schema_is_no_trouble() {
    let book = odd::wide_schema(500);
    let own = own_questions(&odd::wide_schema(8));
    let answers = check_all(&Desk::new(&book, DEMO_CLOCK), ANYWHERE.into_iter().chain(own.iter().map(String::as_str)));
    let count = |status: Status| answers.iter().filter(|a| a.status == status).count();
    let (answered, asked_back) = (count(Status::Answered), count(Status::Clarify));
    assert!(answered > 0 && asked_back > 0, "{answered} answered, {asked_back} asked back of {}", answers.len());
}

/// SQLite keeps such numbers as text; listing them must not pass through a float.
#[test]
fn numbers_keep_their_last_digit() {
    let book = odd::huge_numbers();
    let desk = Desk::new(&book, DEMO_CLOCK);
    let digits =
        |value: &Value| value.to_decimal().map_or_else(|| value.to_string(), |d| d.normalized().to_plain_string());
    let answer = desk.answered("list face value and ticks");
    let table = &book.tables[0];
    for (heading, column) in [("face_value", "face_value"), ("ticks", "ticks")] {
        let at = answer.columns.iter().position(|c| c.name == heading).unwrap();
        let expected: BTreeSet<String> =
            table.rows.iter().map(|r| digits(&r[table.position(column).unwrap()])).collect();
        let found: BTreeSet<String> = answer.rows.iter().map(|r| digits(&r[at])).collect();
        assert_eq!(found, expected, "{heading}");
    }
}

/// A sum beyond floats and 64 bits is exact or is not shown.
#[test]
fn huge_sums_are_exact_or_refused() {
    let book = odd::huge_numbers();
    let desk = Desk::new(&book, DEMO_CLOCK);
    let table = &book.tables[0];
    for (question, column) in [("total face value", "face_value"), ("total ticks", "ticks")] {
        let answer = desk.ask(question);
        check(&desk.catalog(), question, &answer).unwrap();
        if answer.status == Status::Answered {
            let at = table.position(column).unwrap();
            let expected: bigdecimal::BigDecimal = table.rows.iter().filter_map(|r| r[at].to_decimal()).sum();
            let found = answer.rows[0].last().unwrap().to_decimal();
            assert_eq!(found.map(|d| d.normalized()), Some(expected.normalized()), "{question}: {}", story(&answer));
        }
    }
}

/// A mutation of a question.
#[derive(Clone, Debug)]
enum Change {
    Swap(usize, usize),
    Drop(usize),
    Double(usize),
    Typo(usize, usize),
    Insert(usize, &'static str),
    Join(usize),
}

const STRANGE: [&str; 24] = [
    "\"",
    "'",
    "`",
    "\\",
    ";",
    "--",
    "%",
    "_",
    "(",
    ")",
    ",",
    "not",
    "without",
    "by",
    "top",
    "vs",
    "é",
    "東京",
    "🚀",
    "\u{202e}",
    "1e400",
    "-0.0",
    "99999999999999999999",
    "between",
];

fn change() -> impl Strategy<Value = Change> {
    let at = 0usize..16;
    prop_oneof![
        (at.clone(), at.clone()).prop_map(|(a, b)| Change::Swap(a, b)),
        at.clone().prop_map(Change::Drop),
        at.clone().prop_map(Change::Double),
        (at.clone(), at.clone()).prop_map(|(a, b)| Change::Typo(a, b)),
        (at.clone(), prop::sample::select(STRANGE.to_vec())).prop_map(|(a, w)| Change::Insert(a, w)),
        at.prop_map(Change::Join),
    ]
}

fn mutated(question: &str, changes: &[Change]) -> String {
    let mut words: Vec<String> = question.split_whitespace().map(str::to_owned).collect();
    for change in changes {
        let n = words.len();
        if n == 0 {
            break;
        }
        match change {
            Change::Swap(a, b) => words.swap(a % n, b % n),
            Change::Drop(a) => drop(words.remove(a % n)),
            Change::Double(a) => words.insert(a % n, words[a % n].clone()),
            Change::Typo(a, b) => {
                let mut letters: Vec<char> = words[a % n].chars().collect();
                if !letters.is_empty() {
                    letters.remove(b % letters.len());
                }
                words[a % n] = letters.into_iter().collect();
            }
            Change::Insert(a, word) => words.insert(a % (n + 1), (*word).to_owned()),
            Change::Join(a) => {
                let word = words.remove(a % n);
                words.last_mut().into_iter().for_each(|last| last.push_str(&word));
            }
        }
    }
    words.join(" ")
}

/// Questions of the corpus, or words of several of them, changed a little.
fn question() -> impl Strategy<Value = String> {
    let asked: Vec<String> = corpus::cases().iter().map(|c| Question::read(c).ask).filter(|q| q.len() < 400).collect();
    let words: BTreeSet<String> = asked.iter().flat_map(|q| q.split_whitespace().map(str::to_owned)).collect();
    let words: Vec<String> = words.into_iter().collect();
    let whole = prop::sample::select(asked);
    let mixed = prop::collection::vec(prop::sample::select(words), 1..14).prop_map(|w| w.join(" "));
    (prop_oneof![3 => whole, 2 => mixed], prop::collection::vec(change(), 0..5)).prop_map(|(q, c)| mutated(&q, &c))
}

/// Equal on every run and machine.
fn runner(cases: u32, stream: u8) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[stream; 32]))
}

/// Mutated questions asked of each desk, and in how many streams side by side.
const MUTATED: (u32, u8) = (5_000, 2);

#[test]
fn mutated_questions_are_no_trouble() {
    let (cases, streams) = MUTATED;
    let run = move |desk: &'static Desk, stream: u8| {
        let catalog = desk.catalog();
        let asked = |question: String| check(&catalog, &question, &desk.ask(&question)).map_err(TestCaseError::fail);
        runner(cases / u32::from(streams), stream).run(&question(), asked).map_err(|e| e.to_string())
    };
    let jobs = [Desk::demo(), Desk::renamed()].into_iter().flat_map(move |desk| (0..streams).map(move |s| (desk, s)));
    let running: Vec<_> = jobs.map(|(desk, stream)| std::thread::spawn(move || run(desk, stream))).collect();
    let failures: Vec<String> = running.into_iter().filter_map(|t| t.join().unwrap().err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn random_text_is_no_trouble() {
    let desk = Desk::demo();
    let catalog = desk.catalog();
    let ran = runner(100, 0)
        .run(&"\\PC{0,60}", |question| check(&catalog, &question, &desk.ask(&question)).map_err(TestCaseError::fail));
    ran.unwrap();
}

fn files(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_file_is_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("books.db");
    let scratch = Scratch::file(&Scope::new(Timestamp::UNIX_EPOCH), &path, &DEMO.0, false).unwrap();
    let state =
        || (std::fs::read(&path).unwrap(), std::fs::metadata(&path).unwrap().modified().unwrap(), files(folder.path()));
    let before = state();
    let desk = Desk::over(scratch, DEMO_CLOCK);
    let questions =
        ["revenue by region last quarter", "list customers", "x'; DELETE FROM customers; --", "cash balance", "blorp"];
    let answers = check_all(&desk, questions.into_iter());
    assert_eq!(answers[0].status, Status::Answered);
    assert!(before == state(), "the file or its folder changed");
}

#[test]
fn a_change_of_the_schema_is_seen_by_the_next_answer() {
    let trap = books::traps::all().remove(0);
    let desk = Desk::new(&trap.book, trap.clock);
    let (old, new) = ("order value by ship city in 2024", "order value by port in 2024");
    let before = desk.answered(old);
    assert_eq!(desk.ask(new).status, Status::Refused);
    desk.scratch.execute("ALTER TABLE shop_orders RENAME COLUMN ship_city TO port").unwrap();
    let after = desk.answered(new);
    assert!(after.columns_used.contains(&"shop_orders.port".to_owned()), "{:?}", after.columns_used);
    assert_eq!((before.rows, before.epoch == after.epoch), (after.rows, false));
    let gone = desk.ask(old);
    assert_ne!(gone.status, Status::Failed, "{}", story(&gone));
    assert!(!gone.columns_used.iter().any(|c| c.ends_with("ship_city")));
    desk.scratch.execute("DROP TABLE shop_order_items; ALTER TABLE shop_orders DROP COLUMN order_value").unwrap();
    let lost = desk.ask(new);
    assert!(matches!(lost.status, Status::Refused | Status::Clarify), "{}", story(&lost));
    desk.scratch.execute("CREATE TABLE gift_cards (card_no INTEGER PRIMARY KEY, sold_on DATE, face_amount DECIMAL(10,2)); INSERT INTO gift_cards VALUES (1, '2024-05-05', 25.5)").unwrap();
    assert_eq!(desk.answered("how many gift cards?").rows[0].last().unwrap().to_string(), "1");
}

#[test]
fn a_noun_that_two_columns_share_names_both() {
    let trap = books::traps::all().remove(0);
    let desk = Desk::new(&trap.book, trap.clock);
    desk.scratch
        .execute("CREATE TABLE clerks (clerk_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT); INSERT INTO clerks VALUES (1, 'Ada', 'Moss')")
        .unwrap();
    // The shared noun stands once in the question and twice in its reading, at the end of it as well.
    for question in ["what are the first and last names of clerks", "show all clerks with first and last name"] {
        let answer = desk.answered(question);
        let row: Vec<String> = answer.rows[0].iter().map(ToString::to_string).collect();
        assert!(row.contains(&"Ada".to_owned()) && row.contains(&"Moss".to_owned()), "{question}: {row:?}");
    }
}
