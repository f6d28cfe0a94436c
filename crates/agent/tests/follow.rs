//! Follow-ups against the full questions that they stand for.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::{Answer, Conversation, Reply, Status};
use common::{Desk, story};

/// A question, what goes on from it, and the full question that this is.
const PAIRS: &[(&str, &str, &str)] = &[
    // Less of it.
    ("revenue by region", "only 2024", "revenue by region in 2024"),
    ("revenue by month in FY25", "just EMEA", "revenue by month in FY25 in EMEA"),
    ("revenue by region last quarter", "excluding EMEA", "revenue by region last quarter excluding EMEA"),
    ("revenue by region last quarter", "leave out EMEA", "revenue by region last quarter excluding EMEA"),
    ("revenue by region last quarter", "without EMEA", "revenue by region last quarter excluding EMEA"),
    ("revenue by segment in FY25", "for EMEA", "revenue by segment in FY25 for EMEA"),
    ("revenue by month in FY25", "in EMEA and APAC", "revenue by month in FY25 in EMEA and APAC"),
    ("customers by region", "only Healthcare customers", "customers by region for Healthcare customers"),
    ("revenue by customer in FY25", "over 100000", "revenue by customer in FY25 with revenue over 100000"),
    // Another breakdown.
    ("revenue by region last quarter", "by segment instead", "revenue by segment last quarter"),
    ("revenue by region in FY25", "per month", "revenue by month in FY25"),
    ("revenue by region in FY25", "by segment", "revenue by segment in FY25"),
    ("revenue by region in FY25", "break that down by segment", "revenue by region and segment in FY25"),
    ("revenue by region in FY25", "quarterly", "revenue by quarter in FY25"),
    ("revenue by region in FY25", "in total", "revenue in FY25"),
    ("top 5 customers by revenue in FY25", "by region", "top 5 regions by revenue in FY25"),
    // Beside it.
    ("revenue by segment in FY25", "and by region?", "revenue by segment and region in FY25"),
    ("revenue by region last quarter", "and gross margin?", "revenue and gross margin by region last quarter"),
    ("revenue by region last quarter", "also cost of sales", "revenue and cost of sales by region last quarter"),
    ("revenue in EMEA in FY25", "also APAC", "revenue in EMEA and APAC in FY25"),
    ("revenue in EMEA in FY25", "APAC too", "revenue in EMEA and APAC in FY25"),
    // Another number.
    ("revenue by region last quarter", "what about gross margin?", "gross margin by region last quarter"),
    ("revenue by month in FY25", "how about gross profit", "gross profit by month in FY25"),
    ("top 5 customers by revenue in FY25", "what about gross profit?", "top 5 customers by gross profit in FY25"),
    ("cash balance as of 2025-03-31", "what about accounts receivable?", "accounts receivable as of 2025-03-31"),
    ("revenue by segment in FY25", "gross margin for the same period", "gross margin by segment in FY25"),
    ("revenue by region in FY25", "now by segment", "revenue by segment in FY25"),
    ("revenue by region in FY25 vs FY24", "and gross profit?", "revenue and gross profit by region in FY25 vs FY24"),
    // Another period.
    ("revenue by region in FY25", "and in FY24?", "revenue by region in FY24"),
    ("revenue by region in 2024", "in 2023?", "revenue by region in 2023"),
    ("revenue by region this year", "and last year?", "revenue by region last year"),
    ("revenue by region in Q1 FY25", "same for Q2", "revenue by region in Q2 FY25"),
    ("revenue by region in Q1 FY25", "and Q3?", "revenue by region in Q3 FY25"),
    ("revenue in January 2025", "and March?", "revenue in March 2025"),
    ("revenue in Q2 FY25", "and the quarter before?", "revenue in Q1 FY25"),
    ("revenue by region in FY25", "all time", "revenue by region"),
    ("cash balance as of 2025-03-31", "and as of 2024-03-31?", "cash balance as of 2024-03-31"),
    // Another value.
    ("revenue in EMEA in FY25", "what about APAC?", "revenue in APAC in FY25"),
    ("revenue in EMEA in FY25", "and APAC?", "revenue in APAC in FY25"),
    ("revenue by month in FY25 for EMEA", "only APAC", "revenue by month in FY25 for APAC"),
    // Rank and order.
    ("revenue by customer in FY25", "top 5", "top 5 customers by revenue in FY25"),
    ("revenue by customer in FY25", "bottom 3", "bottom 3 customers by revenue in FY25"),
    ("revenue by region in FY25", "top 3 customers", "top 3 customers by revenue in FY25"),
    ("top 5 customers by revenue in FY25", "top 10", "top 10 customers by revenue in FY25"),
    // Comparison.
    ("revenue by region last quarter", "vs last year", "revenue by region last quarter vs last year"),
    ("revenue by region last quarter", "compare it to last year", "revenue by region last quarter vs last year"),
    ("revenue by region in FY25 vs FY24", "without the comparison", "revenue by region in FY25"),
    // Further calculations.
    ("revenue by region in FY25", "as a share of the total", "share of revenue by region in FY25"),
    ("revenue by month in FY25", "cumulative", "cumulative revenue by month in FY25"),
    // Lists.
    ("employees in Sales", "how many?", "how many employees in Sales"),
    ("employees in Sales", "what about Marketing?", "employees in Marketing"),
];

fn last(desk: &Desk, texts: &[&str]) -> Answer {
    let mut conversation = Conversation::default();
    let mut answer = None;
    for text in texts {
        match desk.say(&mut conversation, text) {
            Reply::Answer(_, found) => answer = Some(*found),
            Reply::Note(note) => panic!("{texts:?}: {note}"),
        }
    }
    answer.unwrap()
}

#[test]
fn a_follow_up_is_the_full_question_that_it_stands_for() {
    let desk = Desk::demo();
    let mut failures = Vec::new();
    for (first, next, full) in PAIRS {
        let (followed, asked) = (last(desk, &[first, next]), desk.ask(full));
        let same =
            (&followed.sql, &followed.parameters, &followed.rows) == (&asked.sql, &asked.parameters, &asked.rows);
        let proper = asked.status == Status::Answered && followed.follows && !asked.follows;
        if !(same && proper) {
            failures.push(format!(
                "{first} | {next} | {full}\n  {:?} follows {}\n  {}\n  {:?}\n  {}",
                followed.understood,
                followed.follows,
                story(&followed),
                asked.understood,
                story(&asked)
            ));
        }
    }
    assert!(PAIRS.len() >= 40);
    assert!(failures.is_empty(), "{} differ\n{}", failures.len(), failures.join("\n"));
}
