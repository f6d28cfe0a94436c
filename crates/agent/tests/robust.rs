//! Whatever is asked of whatever book: an answer, a question back, a refusal, or a fault that names the
//! caller's limit. Never a panic, a statement that fails, or a column that does not exist.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use agent::{Answer, Conversation, Reply, Status};
use books::{Book, DEMO_CLOCK, odd};
use catalog::Value;
use common::corpus::{self, Question};
use common::mutate::{change, mutated, question, runner};
use common::{DEMO, Desk, check, story};
use connect::{Scope, Scratch};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestCaseError;
use testkit::Sections;
use testkit::golden::{Mode, run_dir};

/// Orders with a place of delivery, and their lines.
fn fan() -> books::traps::Trap {
    books::traps::all().into_iter().find(|trap| trap.class == "fan").unwrap()
}

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

/// What may be said in the middle of a conversation.
fn saying() -> impl Strategy<Value = String> {
    let mut said = Vec::new();
    let _ = run_dir(&corpus::conversations(), &corpus::SAID, Mode::Compare, |case| {
        said.extend(Question::said(case).into_iter().map(|q| q.ask));
        Sections::new()
    });
    const WAYS: [&str; 8] = ["undo", "redo", "again", "1", "2", "the second one", "both", "back"];
    let said = (prop::sample::select(said), prop::collection::vec(change(), 0..2)).prop_map(|(q, c)| mutated(&q, &c));
    prop_oneof![5 => said, 2 => prop::sample::select(WAYS.to_vec()).prop_map(str::to_owned), 2 => question()]
}

/// Suggestions are looked at once in so many turns.
const SUGGESTED: usize = 40;

#[test]
fn a_long_conversation_of_anything_is_no_trouble() {
    let desk = Desk::demo();
    let catalog = desk.catalog();
    let mut conversation = Conversation::default();
    let mut texts = runner(1, 7);
    let (mut answered, mut followed, mut suggested) = (0, 0, 0);
    for turn in 0..2_000 {
        let text = saying().new_tree(&mut texts).unwrap().current();
        let before = conversation.turns().len();
        let Reply::Answer(_, answer) = desk.say(&mut conversation, &text) else { continue };
        check(&catalog, &text, &answer).unwrap();
        answered += usize::from(answer.status == Status::Answered);
        followed += usize::from(answer.status == Status::Answered && answer.follows);
        if answer.status == Status::Refused {
            assert!(conversation.turns().len() <= before, "{text:?} was refused and became part of it");
        }
        if turn % SUGGESTED == 0 {
            for text in desk.suggested(&conversation) {
                let mut branch = conversation.clone();
                let Reply::Answer(_, answer) = desk.say(&mut branch, &text) else { panic!("{text}") };
                // That no row has a value of the breakdown is only seen by running it.
                let barren = answer.words.iter().any(|w| w.starts_with("none of the rows behind this"));
                assert!(answer.status == Status::Answered || barren, "{text:?} was suggested: {}", story(&answer));
                suggested += usize::from(answer.status == Status::Answered);
            }
        }
    }
    assert!(answered > 500 && followed > 200 && suggested > 20, "{answered} {followed} {suggested}");
}

#[test]
fn a_follow_up_is_read_over_the_schema_as_it_is_by_then() {
    let trap = fan();
    let desk = Desk::new(&trap.book, trap.clock);
    let mut conversation = Conversation::default();
    let mut say = |text: &str| match desk.say(&mut conversation, text) {
        Reply::Answer(_, answer) => *answer,
        Reply::Note(note) => panic!("{text}: {note}"),
    };
    assert_eq!(say("order value by ship city").status, Status::Answered);
    desk.scratch().execute("ALTER TABLE shop_orders RENAME COLUMN ship_city TO port").unwrap();
    let followed = say("only 2024");
    assert_eq!(followed.status, Status::Refused, "what it went on from is gone: {}", story(&followed));
    assert_eq!(say("only 2023").status, Status::Refused, "nothing is carried over without what is gone");
    assert_eq!(say("order value by port").status, Status::Answered);
    let again = say("only 2024");
    assert_eq!(again.status, Status::Answered, "{}", story(&again));
    assert!(again.columns_used.contains(&"shop_orders.port".to_owned()), "{:?}", again.columns_used);
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
    let trap = fan();
    let desk = Desk::new(&trap.book, trap.clock);
    let (old, new) = ("order value by ship city in 2024", "order value by port in 2024");
    let before = desk.answered(old);
    assert_eq!(desk.ask(new).status, Status::Refused);
    desk.scratch().execute("ALTER TABLE shop_orders RENAME COLUMN ship_city TO port").unwrap();
    let after = desk.answered(new);
    assert!(after.columns_used.contains(&"shop_orders.port".to_owned()), "{:?}", after.columns_used);
    assert_eq!((before.rows, before.epoch == after.epoch), (after.rows, false));
    let gone = desk.ask(old);
    assert_ne!(gone.status, Status::Failed, "{}", story(&gone));
    assert!(!gone.columns_used.iter().any(|c| c.ends_with("ship_city")));
    desk.scratch().execute("DROP TABLE shop_order_items; ALTER TABLE shop_orders DROP COLUMN order_value").unwrap();
    let lost = desk.ask(new);
    assert!(matches!(lost.status, Status::Refused | Status::Clarify), "{}", story(&lost));
    desk.scratch().execute("CREATE TABLE gift_cards (card_no INTEGER PRIMARY KEY, sold_on DATE, face_amount DECIMAL(10,2)); INSERT INTO gift_cards VALUES (1, '2024-05-05', 25.5)").unwrap();
    assert_eq!(desk.answered("how many gift cards?").rows[0].last().unwrap().to_string(), "1");
}

#[test]
fn a_noun_that_two_columns_share_names_both() {
    let trap = fan();
    let desk = Desk::new(&trap.book, trap.clock);
    desk.scratch()
        .execute("CREATE TABLE clerks (clerk_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT); INSERT INTO clerks VALUES (1, 'Ada', 'Moss')")
        .unwrap();
    // The shared noun stands once in the question and twice in its reading, at the end of it as well.
    for question in ["what are the first and last names of clerks", "show all clerks with first and last name"] {
        let answer = desk.answered(question);
        let row: Vec<String> = answer.rows[0].iter().map(ToString::to_string).collect();
        assert!(row.contains(&"Ada".to_owned()) && row.contains(&"Moss".to_owned()), "{question}: {row:?}");
    }
}
