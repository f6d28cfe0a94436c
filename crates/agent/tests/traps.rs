//! Small books in which the obvious SQL is wrong: the engine falls into each trap, the agent into none.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::Status;
use bigdecimal::{BigDecimal, RoundingMode};
use books::Row;
use books::traps::{self, Due, Trap};
use catalog::Rows;
use common::form::{groups, number_column, text};
use common::{Desk, story};
use plan::finish::ColumnKind;

/// Quotients are compared at six digits; labels in their order.
fn normal(mut rows: Vec<Row>) -> Vec<Row> {
    rows.iter_mut().for_each(|(_, n)| *n = n.with_scale_round(6, RoundingMode::HalfEven).normalized());
    rows.sort();
    rows
}

/// Label columns first, then one column per measure.
fn measure_of(rows: &Rows, measures: usize, measure: usize) -> Vec<Row> {
    let labels = rows.columns.len() - measures;
    let row = |row: &Vec<catalog::Value>| {
        let label = row[..labels].iter().map(ToString::to_string).collect();
        (label, row[labels + measure].to_decimal().unwrap())
    };
    normal(rows.rows.iter().map(row).collect())
}

#[test]
fn the_naive_statements_return_what_the_traps_say() {
    for trap in traps::all() {
        let rows = Desk::new(&trap.book, trap.clock).query(trap.naive_sql);
        for (at, naive) in trap.naive.iter().enumerate() {
            let found = measure_of(&rows, trap.naive.len(), at);
            assert_eq!(found, normal(naive.rows.clone()), "{} {}", trap.class, naive.measure);
        }
        assert_ne!(trap.naive, trap.right, "{}: nothing is wrong", trap.class);
    }
}

/// What the agent answers for one of the trap's measures, labelled as the trap does: periods that are
/// compared stand side by side in an answer and below each other in a trap.
fn answered(trap: &Trap, measure: usize) -> Result<Vec<Row>, String> {
    let answer = Desk::new(&trap.book, trap.clock).ask(trap.question);
    if answer.status != Status::Answered {
        return Err(story(&answer));
    }
    let compared = answer.kinds.iter().position(|k| *k == ColumnKind::Compared);
    let periods = trap.right[measure].rows.iter().map(|(labels, _)| labels.clone());
    match compared {
        Some(earlier) => {
            let later = number_column(&answer, "1")?;
            let number = |column: usize| groups(&answer, column).map(|rows| rows[0].1.clone());
            let numbers: Vec<BigDecimal> = vec![number(earlier)?, number(later)?];
            Ok(normal(periods.zip(numbers).collect()))
        }
        None => {
            let named = number_column(&answer, trap.right[measure].measure);
            let column = named.or_else(|_| number_column(&answer, &(measure + 1).to_string()))?;
            groups(&answer, column).map(normal)
        }
    }
}

#[test]
fn the_agent_falls_into_none_of_them() {
    let mut failures = Vec::new();
    for trap in traps::all() {
        let due = match trap.due {
            Due::Answer => Status::Answered,
            Due::Question => Status::Clarify,
            Due::Refusal => Status::Refused,
        };
        let answer = Desk::new(&trap.book, trap.clock).ask(trap.question);
        if answer.status != due {
            failures.push(format!("{}: {:?} should be {due:?}: {}", trap.class, trap.question, story(&answer)));
            continue;
        }
        for (at, right) in trap.right.iter().enumerate().filter(|_| due == Status::Answered) {
            let found = answered(&trap, at);
            if found.as_ref() != Ok(&normal(right.rows.clone())) {
                let naive = found.as_ref() == Ok(&normal(trap.naive[at].rows.clone()));
                let fell = if naive { " (as the naive statement)" } else { "" };
                let found = found.map_or_else(|why| why, |rows| text(&rows, true, false));
                let right = text(&right.rows, true, false);
                failures.push(format!("{}: {:?}{fell}\n{found}\nright:\n{right}", trap.class, trap.question));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What an answer over a trap's book has to say beside its number.
const SAID: [(&str, &str, &str); 6] = [
    ("several entities", "sales amount in 2024", "aggregated, not consolidated"),
    ("several entities", "consolidated sales amount in 2024", "consolidated: only where"),
    ("adjustment period", "net profit in December 2024", "left out of its parts"),
    ("adjustment period", "net profit in 2024", "included"),
    ("thousands", "turnover in 2024", "kept in thousands"),
    ("percent of one", "number of deals with rebate rate over 12%", "is above 0.12"),
];

#[test]
fn what_was_assumed_is_said() {
    for (class, question, said) in SAID {
        let trap = traps::all().into_iter().find(|trap| trap.class == class).unwrap();
        let answer = Desk::new(&trap.book, trap.clock).ask(question);
        assert_eq!(answer.status, Status::Answered, "{class}: {question}: {}", story(&answer));
        let words = [answer.words.clone(), answer.warnings.clone()].concat().join("\n");
        assert!(words.contains(said), "{class}: {question} does not say {said:?}: {words}");
    }
}
