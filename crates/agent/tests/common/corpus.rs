//! The questions of `fixtures/ask` and what the tally says to them.
//!
//! Header of a case: `books` (demo, or a trap's or an odd book's name), `ask`, `as of` a day, `status`
//! (answered unless it says clarify or refused), and for numbers any number of checks: `tally` (a line in the
//! tally's form), behind it where needed `column` (which column of numbers: its place from 1, or its heading),
//! `then` (what is done with the tally's groups: top 5, share, ...) or `list` (which column of a list holds the
//! labels).

use std::path::{Path, PathBuf};

use agent::Answer;
use books::{DEMO_CLOCK, Row};
use jiff::civil::Date;
use testkit::Case;
use testkit::Sections;
use testkit::golden::{Mode, run_dir};

use super::form::{self, Then};
use super::{DEMO, Desk, story};

/// The keys of a header.
pub const KEYS: [&str; 8] = ["books", "ask", "as", "status", "tally", "column", "then", "list"];

/// The keys of a conversation's header: what is said, and behind it what a question has.
pub const SAID: [&str; 6] = ["say", "status", "tally", "column", "then", "list"];

/// Where the conversations are.
pub fn conversations() -> PathBuf {
    folder().with_file_name("chat")
}

/// Where the questions are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ask")
}

/// All cases, in order.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    // Nothing is produced and nothing written: the runner is only asked what it read.
    let _ = run_dir(&folder(), &KEYS, Mode::Compare, |case| {
        cases.push(case.clone());
        Sections::new()
    });
    assert!(!cases.is_empty());
    cases
}

/// A line of the tally and what of the answer it is compared with.
#[derive(Clone, Debug)]
pub struct Check {
    tally: String,
    column: String,
    then: Option<Then>,
    list: Option<usize>,
}

/// A case as the suites see it.
#[derive(Clone, Debug)]
pub struct Question {
    pub place: String,
    pub books: String,
    pub ask: String,
    pub as_of: Option<Date>,
    pub status: String,
    pub checks: Vec<Check>,
}

impl Question {
    /// Reads a case's header.
    pub fn read(case: &Case) -> Question {
        Question::of(case, case.header())
    }

    /// Reads the part of a case's header that is about one question.
    fn of<'h>(case: &Case, header: impl Iterator<Item = (&'h str, &'h str)>) -> Question {
        let mut question = Question {
            place: case.place.clone(),
            books: case.get("books").unwrap_or("demo").to_owned(),
            ask: String::new(),
            as_of: None,
            status: "answered".to_owned(),
            checks: Vec::new(),
        };
        for (key, value) in header {
            match (key, question.checks.last_mut()) {
                ("books", _) => {}
                // Blanks, quotes and controls may be written as in JSON.
                ("ask", _) if value.starts_with("json ") => question.ask = serde_json::from_str(&value[5..]).unwrap(),
                ("ask", _) if value.starts_with("repeat ") => question.ask = repeated(&value[7..]),
                ("ask" | "say", _) => question.ask = value.to_owned(),
                ("as", _) => question.as_of = Some(value.trim_start_matches("of ").parse().unwrap()),
                ("status", _) => question.status = value.to_owned(),
                ("tally", _) => {
                    let column = "1".to_owned();
                    question.checks.push(Check { tally: value.to_owned(), column, then: None, list: None });
                }
                ("column", Some(check)) => check.column = value.to_owned(),
                ("then", Some(check)) => check.then = Some(value.parse().unwrap()),
                ("list", Some(check)) => check.list = Some(value.parse().unwrap()),
                _ => panic!("{key} stands before any tally"),
            }
        }
        question
    }

    /// Reads the header of a conversation: one question for each thing that is said.
    pub fn said(case: &Case) -> Vec<Question> {
        let header: Vec<(&str, &str)> = case.header().collect();
        let turns = header.chunk_by(|_, next| next.0 != "say");
        turns.map(|turn| Question::of(case, turn.iter().copied())).collect()
    }

    /// Whether it is about the demo company.
    pub fn is_demo(&self) -> bool {
        self.books == "demo"
    }

    /// Asks it at a desk.
    pub fn ask_at(&self, desk: &Desk) -> Answer {
        desk.ask_on(&self.ask, self.as_of)
    }
}

/// `1000 word`: the word so many times.
fn repeated(text: &str) -> String {
    let (count, word) = text.split_once(' ').unwrap();
    format!("{word} ").repeat(count.parse().unwrap())
}

impl Check {
    /// What the answer says and what the tally says, in the same form.
    pub fn texts(&self, answer: &Answer) -> (String, String) {
        let then = self.then;
        let quotient = self.tally.contains('%')
            || matches!(
                then,
                Some(Then::Share | Then::Growth | Then::Mean | Then::Median | Then::Moving(_) | Then::Compound)
            );
        let ordered = then.is_some_and(Then::is_ordered);
        let said = self.produced(answer).map(|rows| form::text(&rows, quotient, ordered));
        let tallied = self.tallied();
        (said.unwrap_or_else(|why| format!("{why}; {}", story(answer))), form::text(&tallied, quotient, ordered))
    }

    fn produced(&self, answer: &Answer) -> Result<Vec<Row>, String> {
        match self.list {
            Some(column) => form::listed(answer, column),
            None => form::groups(answer, form::number_column(answer, &self.column)?),
        }
    }

    fn tallied(&self) -> Vec<Row> {
        let rows = DEMO.1.evaluate(&self.tally).unwrap_or_else(|e| panic!("{}: {e}", self.tally));
        match self.then {
            Some(then) => then.apply(rows),
            None => rows,
        }
    }
}

/// The day on which a question is asked.
pub fn clock(question: &Question) -> Date {
    question.as_of.unwrap_or(DEMO_CLOCK)
}
