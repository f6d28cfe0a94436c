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
use jiff::civil::{Date, date};
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

/// Sums of the trap book's rows between two days, in its own units.
fn added_up(trap: &Trap, from: Date, to: Date) -> String {
    let rows = &trap.book.tables[1].rows;
    let inside = rows.iter().filter(|row| row[1].to_day().is_some_and(|day| from <= day && day < to));
    inside.map(|row| row[2].to_decimal().unwrap()).fold(BigDecimal::from(0), |sum, one| sum + one).to_string()
}

#[test]
fn years_of_weeks_are_cut_into_quarters_of_thirteen_weeks() {
    let trap = traps::all().into_iter().find(|trap| trap.class == "fiscal calendar of weeks").unwrap();
    let desk = Desk::new(&trap.book, trap.clock);
    let column = |question: &str, at: usize| -> Vec<String> {
        let answer = desk.ask(question);
        assert_eq!(answer.status, Status::Answered, "{question}: {}", story(&answer));
        answer.rows.iter().map(|row| row[at].to_string()).collect()
    };
    let sum = |from, to| added_up(&trap, from, to);
    // The last quarter of 2023 has 14 weeks.
    let starts = [date(2023, 1, 29), date(2023, 4, 30), date(2023, 7, 30), date(2023, 10, 29), date(2024, 2, 4)];
    let quarters: Vec<String> = starts.windows(2).map(|pair| sum(pair[0], pair[1])).collect();
    assert_eq!(column("sales amount by quarter in FY2023", 1), quarters);
    let halves: Vec<String> = [0, 2].map(|i| sum(starts[i], starts[i + 2])).to_vec();
    assert_eq!(column("sales amount by half in FY2023", 1), halves);
    let years = [date(2023, 1, 29), date(2024, 2, 4), date(2025, 2, 2), date(2026, 2, 1)];
    let years: Vec<String> = years.windows(2).map(|pair| sum(pair[0], pair[1])).collect();
    assert_eq!(column("sales amount by fiscal year", 1), years);
    // As many days of each year, and the same quarter of the year before.
    let to_date = sum(date(2024, 2, 4), date(2024, 5, 11));
    assert_eq!(column("sales amount year to date vs last year", 1), [to_date]);
    let quarter = sum(date(2023, 10, 29), date(2024, 2, 4));
    assert_eq!(column("sales amount in Q4 2024 vs prior year", 1), [quarter]);
    assert_eq!(column("sales amount in calendar 2024", 0), [sum(date(2024, 1, 1), date(2025, 1, 1))]);
    // Years of whole weeks have months, periods of which nobody said how they are cut.
    for refused in ["sales amount in week 5 of FY2024", "sales amount in period 3 of FY2024"] {
        assert_eq!(desk.ask(refused).status, Status::Refused, "{refused}");
    }
}

/// What an answer over a trap's book has to say beside its number.
const SAID: [(&str, &str, &str); 9] = [
    ("fiscal calendar of weeks", "sales amount last quarter", "ends on the Saturday nearest to the end of January"),
    (
        "fiscal calendar of weeks",
        "sales amount FY2024 vs FY2023",
        "fiscal year FY2024 has 52 weeks, fiscal year FY2023 53",
    ),
    ("fiscal calendar of weeks", "sales amount by month in FY2024", "months are those of the calendar"),
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
