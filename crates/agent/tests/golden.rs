//! One corpus, several readings: linking, planning, SQL and rows as golden text; every number against the tally;
//! the words; the same questions over other names; the guard.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use agent::{Answer, Status};
use books::{Book, DEMO_CLOCK};
use catalog::ColumnRef;
use common::corpus::{self, Question};
use common::{DEMO, Desk, story};
use plan::finish::ColumnKind;
use testkit::{Case, Sections, golden};

/// Books beside the demo, by name.
static OTHERS: LazyLock<BTreeMap<String, Desk>> = LazyLock::new(|| {
    let traps = books::traps::all().into_iter().map(|t| (t.book, t.clock));
    let odd = books::odd::all().into_iter().map(|b| (b, DEMO_CLOCK));
    traps.chain(odd).map(|(book, clock)| (book.name.clone(), Desk::new(&book, clock))).collect()
});

fn desk(question: &Question) -> &'static Desk {
    if question.is_demo() { Desk::demo() } else { &OTHERS[&question.books] }
}

fn status(answer: &Answer) -> &'static str {
    match answer.status {
        Status::Answered => "answered",
        Status::Clarify => "clarify",
        Status::Refused => "refused",
        Status::Failed => "failed",
    }
}

#[test]
fn golden_answers() {
    golden::check_dir(corpus::folder(), &corpus::KEYS, sections);
}

/// What came of a case. What was expected to be answered and is not, or the other way round, fails even while blessing.
fn sections(case: &Case) -> Sections {
    let question = Question::read(case);
    let answer = question.ask_at(desk(&question));
    assert_eq!(status(&answer), question.status, "{:.200}: {}", question.ask, story(&answer));
    let steps = |wanted: &str| {
        let notes = answer.trace.steps().filter(|(step, _)| *step == wanted).map(|(_, text)| text);
        notes.collect::<Vec<&str>>().join("\n")
    };
    let best = |links: String| links.lines().map(|l| l.split("; ").next().unwrap_or(l)).collect::<Vec<_>>().join("\n");
    let mut sections = Sections::new().section("status", status(&answer)).section("link", best(steps("link")));
    if answer.status != Status::Answered {
        return sections.section("words", unanswered(&answer));
    }
    sections = sections.section("plan", steps("plan")).section("sql", answer.sql.clone().unwrap_or_default());
    sections = sections.section("rows", answer.rows.len().to_string());
    for check in &question.checks {
        let (said, tallied) = check.texts(&answer);
        sections = sections.check(said, Some(tallied));
    }
    sections
}

fn unanswered(answer: &Answer) -> String {
    let choices = answer.interpretations.iter().map(|c| format!("- {}", c.words));
    let fault = answer.fault.iter().map(|f| f.message.clone());
    answer.words.iter().cloned().chain(fault).chain(choices).collect::<Vec<_>>().join("\n")
}

#[test]
fn golden_corpus_is_large_and_everything_in_it_is_checked() {
    let questions: Vec<Question> = corpus::cases().iter().map(Question::read).collect();
    let answered = questions.iter().filter(|q| q.status == "answered");
    let unchecked: Vec<&str> =
        answered.clone().filter(|q| q.is_demo() && q.checks.is_empty()).map(|q| q.place.as_str()).collect();
    assert!(unchecked.is_empty(), "numbers that nothing checks: {unchecked:?}");
    assert!(questions.len() >= 60 && answered.count() >= 50, "{}", questions.len());
}

/// Whether some word of the heading stands in the text.
fn names(text: &str, heading: &str) -> bool {
    let empty = ["number", "of", "average", "highest", "lowest", "cumulative"];
    let words = heading.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|w| w.len() > 2 && !empty.contains(&w.as_str())).any(|w| text.contains(w.trim_end_matches('s')))
}

#[test]
fn golden_words_name_the_measure_and_the_days() {
    let mut failures = Vec::new();
    for question in corpus::cases().iter().map(Question::read) {
        let answer = question.ask_at(desk(&question));
        let words = answer.words.join("\n").to_lowercase().replace('_', " ");
        if answer.status != Status::Failed && words.trim().is_empty() {
            failures.push(format!("{}: {:.200}: no words", question.place, question.ask));
        }
        let measures = answer.columns.iter().zip(&answer.kinds).filter(|(_, kind)| **kind == ColumnKind::Measure);
        for heading in measures.map(|(column, _)| column.name.replace('_', " ")) {
            if !names(&words, &heading) {
                failures.push(format!("{}: {}: {heading} is not named in {words:?}", question.place, question.ask));
            }
        }
        let is_numeric = answer.kinds.contains(&ColumnKind::Measure);
        let days = words.matches(|c: char| c.is_ascii_digit()).count() >= 8 || words.contains("all days in the data");
        let dated = answer.period.is_none()
            || answer.period.iter().all(|p| words.contains(&p.to_lowercase().replace(" vs ", " compared with ")));
        if is_numeric && !(days && dated) {
            failures.push(format!(
                "{}: {}: the days {:?} are not named in {words:?}",
                question.place, question.ask, answer.period
            ));
        }
    }
    assert!(failures.is_empty(), "{} answers whose words say too little:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn golden_statements_pass_the_guard_and_read_what_they_say() {
    let mut failures = Vec::new();
    for question in corpus::cases().iter().map(Question::read) {
        let desk = desk(&question);
        let answer = question.ask_at(desk);
        let Some(text) = answer.sql.clone() else { continue };
        let printed = sql::Printed { text, parameters: answer.parameters.clone() };
        match sql::guard(printed, desk.database.dialect()) {
            Ok(statement) => {
                let read: Vec<String> = statement.tables().iter().map(ToString::to_string).collect();
                let mut said = answer.tables.clone();
                said.retain(|t| !read.contains(t));
                if !said.is_empty() {
                    failures.push(format!("{}: {said:?} are said to be read, and {read:?} are", question.ask));
                }
            }
            Err(denied) => failures.push(format!("{}: {denied}", question.ask)),
        }
        let catalog = desk.catalog();
        let exists = |column: &String| {
            let columns =
                catalog.tables().flat_map(|t| t.columns.iter().map(|c| ColumnRef::new(t.name.clone(), c.name.clone())));
            columns.into_iter().any(|c| c.to_string() == *column)
        };
        failures.extend(
            answer.columns_used.iter().filter(|c| !exists(c)).map(|c| format!("{}: no column {c}", question.ask)),
        );
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Names of the demo book's tables and columns (`table`, `table.column`), and what the renamed book calls them.
fn new_names(old: &Book, new: &Book) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (a, b) in old.tables.iter().map(|t| &t.table).zip(new.tables.iter().map(|t| &t.table)) {
        names.insert(a.name.to_string(), b.name.to_string());
        for (x, y) in a.columns.iter().zip(&b.columns) {
            let of = |table: &catalog::Table, column: &str| ColumnRef::new(table.name.clone(), column).to_string();
            names.insert(of(a, &x.name), of(b, &y.name));
        }
    }
    names
}

/// What became of a question over other names; `Err` for a number that is wrong, or a question back without the right answer.
fn over_other_names(question: &Question, names: &BTreeMap<String, String>) -> Result<&'static str, String> {
    let answer = question.ask_at(Desk::renamed());
    let fail = |why: String| Err(format!("{}: {:.100}: {why}", question.place, question.ask));
    match answer.status {
        Status::Answered if question.status != "answered" => {
            fail(format!("answered, and should be {}", question.status))
        }
        Status::Answered => {
            for check in &question.checks {
                let (said, tallied) = check.texts(&answer);
                if said != tallied {
                    return fail(format!(
                        "another number\n-- the tally\n{tallied}\n-- the answer\n{said}\n{:?}",
                        answer.words
                    ));
                }
            }
            Ok("same")
        }
        // That it should have been answered under its own names too is what `golden_answers` says.
        Status::Clarify | Status::Refused
            if question.status == "answered" && question.ask_at(Desk::demo()).status != Status::Answered =>
        {
            Ok("neither")
        }
        Status::Clarify if question.status == "answered" => {
            let plain = question.ask_at(Desk::demo());
            let used = plain.columns_used.iter().chain(&plain.tables).filter_map(|old| names.get(old));
            let right = used.collect::<Vec<_>>();
            let offered =
                |c: &plan::resolve::Choice| right.iter().any(|n| c.words.contains(*n) || c.target.contains(*n));
            match answer.interpretations.iter().any(offered) {
                true => Ok("clarify"),
                false => fail(format!("the right answer is not among the choices: {}", story(&answer))),
            }
        }
        Status::Refused if question.status == "answered" => Ok("refused"),
        Status::Clarify | Status::Refused => Ok("same"),
        Status::Failed if question.status == "failed" => Ok("same"),
        Status::Failed => fail(story(&answer)),
    }
}

/// Questions that are not answered over other names, one a line: what came instead, and the question.
const KNOWN: &str = "renamed.txt";

#[test]
fn golden_other_names_give_the_same_numbers_or_a_question_back() {
    let names = new_names(&DEMO.0, &books::renamed(&DEMO.0));
    let questions: Vec<Question> = corpus::cases().iter().map(Question::read).filter(Question::is_demo).collect();
    let (mut counts, mut unanswered, mut failures) = (BTreeMap::new(), String::new(), Vec::new());
    for question in &questions {
        match over_other_names(question, &names) {
            Ok(what) => {
                *counts.entry(what).or_insert(0) += 1;
                if !["same", "neither"].contains(&what) {
                    unanswered.push_str(&format!("{what:<8} {}\n", question.ask));
                }
            }
            Err(why) => failures.push(why),
        }
    }
    let path = corpus::folder().join(KNOWN);
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("QUAESTOR_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, &unanswered).unwrap();
    } else if known != unanswered {
        failures.push(format!("{KNOWN} says\n{known}and now it is\n{unanswered}"));
    }
    let story = format!("{counts:?} of {}, {} wrong", questions.len(), failures.len());
    assert!(failures.is_empty(), "{story}\n{}", failures.join("\n"));
}
