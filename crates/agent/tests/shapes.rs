//! The questions of `fixtures/ask` over the same company as other systems keep it: a star, tables by period, a
//! ledger alone. What a shape does not hold is refused or asked back, and listed; another number is a failure.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeMap;

use agent::Status;
use books::{DEMO_CLOCK, Shape};
use common::corpus::{self, Question};
use common::{DEMO_SCALE, DEMO_SEED, Desk, story};

/// What became of a question in a shape; `Err` for a number that is wrong.
fn asked_of(question: &Question, desk: &Desk) -> Result<&'static str, String> {
    let answer = question.ask_at(desk);
    let fail = |why: String| Err(format!("{}: {:.100}: {why}", question.place, question.ask));
    match answer.status {
        Status::Answered if question.status != "answered" => {
            fail(format!("answered, and should be {}: {}", question.status, story(&answer)))
        }
        Status::Answered => {
            for check in &question.checks {
                let (said, tallied) = check.texts(&answer);
                if said != tallied {
                    return fail(format!(
                        "another number\n-- the tally\n{tallied}\n-- the answer\n{said}\n{:?}\n{:?}",
                        answer.words, answer.sql
                    ));
                }
            }
            Ok("same")
        }
        Status::Clarify if question.status == "answered" => Ok("clarify"),
        Status::Refused if question.status == "answered" => Ok("refused"),
        Status::Clarify | Status::Refused => Ok("unanswered"),
        Status::Failed if question.status == "failed" => Ok("unanswered"),
        Status::Failed => fail(story(&answer)),
    }
}

/// Asks every question, and compares what is not answered with the list `SHAPE.txt`.
fn ask_all(shape: Shape) {
    let desk = Desk::new(&books::demo_as(shape, DEMO_SCALE, DEMO_SEED).0, DEMO_CLOCK);
    let questions: Vec<Question> = corpus::cases().iter().map(Question::read).filter(Question::is_demo).collect();
    let (mut counts, mut unanswered, mut failures) = (BTreeMap::<&str, usize>::new(), String::new(), Vec::new());
    for question in &questions {
        match asked_of(question, &desk) {
            Ok(what) => {
                *counts.entry(what).or_insert(0) += 1;
                if !["same", "unanswered"].contains(&what) {
                    unanswered.push_str(&format!("{what:<8} {}\n", question.ask));
                }
            }
            Err(why) => failures.push(why),
        }
    }
    let answered: usize = counts.get("same").copied().unwrap_or(0);
    let unanswered = format!("# answered as the tally says: {answered}\n{unanswered}");
    let path = corpus::folder().join(format!("{shape}.txt"));
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("QUAESTOR_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, &unanswered).unwrap();
    } else if known != unanswered {
        failures.push(format!("{} says\n{known}and now it is\n{unanswered}", path.display()));
    }
    let story = format!("{shape}: {counts:?} of {}, {} wrong", questions.len(), failures.len());
    assert!(failures.is_empty(), "{story}\n{}", failures.join("\n"));
}

#[test]
fn golden_questions_over_a_star() {
    ask_all(Shape::Star);
}

#[test]
fn golden_questions_over_tables_by_period() {
    ask_all(Shape::Wide);
}

#[test]
fn golden_questions_over_a_ledger_alone() {
    ask_all(Shape::Ledger);
}
