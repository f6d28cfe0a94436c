//! The questions of `fixtures/ask` over the same company as other systems keep it: a star, tables by period, a
//! ledger alone. What a shape does not hold is refused or asked back, and listed; another number is a failure.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeMap;

use agent::Status;
use books::{DEMO_CLOCK, Shape};
use common::corpus::{self, Question};
use common::{DEMO, DEMO_SCALE, DEMO_SEED, Desk, story};

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

/// What is ordered, invoiced, recognised and collected, as people say it, with the tally's measure.
const AMOUNTS: [(&[&str], &str); 4] = [
    (&["ordered amount", "order value", "bookings"], "ordered amount"),
    (&["invoiced amount", "billings", "amount invoiced"], "invoiced amount"),
    (&["revenue", "recognised revenue", "turnover"], "revenue"),
    (&["collected amount", "cash collected", "payments received"], "collected amount"),
];

/// Periods in which the four differ.
const PERIODS: [(&str, &str); 3] = [
    ("in FY2025", "2024-04-01..2025-04-01"),
    ("in Q2 FY2025", "2024-07-01..2024-10-01"),
    ("in May 2025", "2025-05-01..2025-06-01"),
];

#[test]
fn ordered_invoiced_recognised_and_collected_are_never_taken_for_each_other() {
    let tallied =
        |measure: &str, days: &str| DEMO.1.evaluate(&format!("{measure} / {days}")).unwrap()[0].1.normalized();
    let shapes = [None, Some(Shape::Star), Some(Shape::Wide), Some(Shape::Ledger)];
    for shape in shapes {
        let made = shape.map(|shape| Desk::new(&books::demo_as(shape, DEMO_SCALE, DEMO_SEED).0, DEMO_CLOCK));
        let desk = made.as_ref().unwrap_or_else(|| Desk::demo());
        let mut answered = 0;
        for (period, days) in PERIODS {
            let amounts: Vec<_> = AMOUNTS.iter().map(|(_, measure)| tallied(measure, days)).collect();
            let distinct: std::collections::BTreeSet<_> = amounts.iter().collect();
            // These books recognise revenue when they invoice it.
            assert_eq!(distinct.len(), AMOUNTS.len() - 1, "{days}: {amounts:?}");
            for ((words, measure), right) in AMOUNTS.iter().zip(&amounts) {
                for word in *words {
                    let answer = desk.ask(&format!("{word} {period}"));
                    assert_ne!(answer.status, Status::Failed, "{shape:?}: {word} {period}: {}", story(&answer));
                    if answer.status == Status::Answered {
                        let said = answer.rows[0].last().and_then(catalog::Value::to_decimal).map(|n| n.normalized());
                        assert_eq!(
                            said.as_ref(),
                            Some(right),
                            "{shape:?}: {word} {period} is not {measure}: {}",
                            story(&answer)
                        );
                        answered += 1;
                    }
                }
            }
        }
        assert!(answered >= 3 * PERIODS.len(), "{shape:?}: only {answered} were answered");
    }
}
