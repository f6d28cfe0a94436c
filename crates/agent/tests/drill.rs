//! Behind a number: its rows add up to it, for every row of every statement and for plain numbers.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::{Answer, Drill, Status};
use bigdecimal::BigDecimal;
use common::{Desk, story};
use plan::finish::ColumnKind;

fn behind(desk: &Desk, question: &str, row: &str, column: Option<&str>, limit: Option<u64>) -> Answer {
    desk.drill(question, Drill { row: row.to_owned(), column: column.map(str::to_owned), limit })
}

fn amounts(answer: &Answer) -> BigDecimal {
    answer.rows.iter().map(|row| row.last().unwrap().to_decimal().unwrap()).sum()
}

/// What is wrong with the rows behind each row of an answer, in a column of amounts counted from 0.
fn failures(desk: &Desk, question: &str, column: usize) -> Vec<String> {
    let answer = desk.answered(question);
    let numbers: Vec<usize> = (0..answer.kinds.len())
        .filter(|i| matches!(answer.kinds[*i], ColumnKind::Measure | ColumnKind::Compared))
        .collect();
    let sides = answer.columns.get(1).is_some_and(|c| c.name.starts_with("debit "));
    let mut failures = Vec::new();
    for (i, row) in answer.rows.iter().enumerate() {
        let cell = |n: usize| row[numbers[n]].to_decimal();
        let number = if sides { cell(0).or_else(|| cell(1)) } else { cell(column) };
        let found = behind(desk, question, &(i + 1).to_string(), Some(&(column + 1).to_string()), Some(100_000));
        let Some(drilled) = &found.drilled else {
            // The total of a trial balance is two sums.
            let label = row[0].to_string();
            if !sides || label != "Total" && !label.starts_with("Check") {
                failures.push(format!("{question}: {:?}: {}", row[0], story(&found)));
            }
            continue;
        };
        let sum: BigDecimal = drilled.sum.parse().unwrap();
        let listed = amounts(&found);
        if Some(&sum) != number.as_ref() || listed != sum || drilled.rows != found.rows.len() as u64 {
            failures.push(format!("{question}: {:?} is {number:?}, its rows {sum}, listed {listed}", row[0]));
        }
    }
    failures
}

#[test]
fn the_rows_behind_every_line_of_every_statement_add_up_to_it() {
    let questions = [
        ("income statement FY25 vs FY24", 0),
        ("income statement FY25 vs FY24", 1),
        ("balance sheet as of last month end", 0),
        ("trial balance at the end of Q2", 0),
        ("cash flow statement FY25", 0),
        ("income statement of the Sales department FY25", 0),
    ];
    let failures: Vec<String> = questions.iter().flat_map(|(q, column)| failures(Desk::demo(), q, *column)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_rows_behind_a_plain_number_add_up_to_it() {
    let questions = [
        "revenue by region last quarter",
        "gross profit by quarter FY25",
        "cash balance by month this year",
        "number of orders by status",
        "revenue FY25",
    ];
    let failures: Vec<String> = questions.iter().flat_map(|q| failures(Desk::demo(), q, 0)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn planned_amounts_have_rows_of_their_own() {
    let question = "income statement FY25 vs original budget";
    let answer = Desk::demo().answered(question);
    let row = answer.rows.iter().find(|r| r[0].to_string() == "Gross profit").unwrap();
    let found = behind(Desk::demo(), question, "gross profit", Some("2"), Some(100_000));
    let drilled = found.drilled.clone().unwrap();
    assert_eq!(Some(drilled.sum.parse::<BigDecimal>().unwrap()), row[2].to_decimal(), "{}", story(&found));
    assert_eq!(amounts(&found), drilled.sum.parse::<BigDecimal>().unwrap());
}

#[test]
fn a_limit_says_how_many_there_are_and_what_they_sum_to() {
    let question = "income statement FY25";
    let whole = behind(Desk::demo(), question, "Revenue", None, Some(100_000)).drilled.unwrap();
    let cut = behind(Desk::demo(), question, "Revenue", None, Some(3));
    assert_eq!((cut.rows.len(), cut.drilled.clone().unwrap()), (3, whole.clone()));
    assert!(cut.completeness.contains(&whole.rows.to_string()), "{}", cut.completeness);
    assert!(cut.completeness.contains(&whole.sum), "{}", cut.completeness);
}

#[test]
fn rows_show_their_day_document_account_and_text() {
    let found = behind(Desk::demo(), "income statement FY25", "7100", None, None);
    let names: Vec<&str> = found.columns.iter().map(|c| c.name.as_str()).collect();
    for wanted in ["entry_date", "entry_number", "account_number", "account_name", "description", "amount"] {
        assert!(names.contains(&wanted), "{wanted} is not in {names:?}");
    }
    let days: Vec<String> = found.rows.iter().map(|r| r[0].to_string()).collect();
    assert!(days.is_sorted() && days.iter().all(|d| ("2024-04-01".."2025-04-01").contains(&d.as_str())), "{days:?}");
}

#[test]
fn a_number_that_is_not_there_or_is_no_sum_says_so() {
    for (question, row, word) in [
        ("income statement FY25", "Goodwill", "no row"),
        ("income statement FY25", "99", "no row"),
        ("income statement FY25", "60", "no row"),
        ("gross margin by quarter FY25", "1", "no sum"),
        ("list departments", "1", "a list"),
    ] {
        let answer = behind(Desk::demo(), question, row, None, None);
        let message = answer.fault.as_ref().map(|f| f.message.clone()).unwrap_or_default();
        assert!(answer.status == Status::Failed && message.contains(word), "{question} {row}: {}", story(&answer));
    }
}
