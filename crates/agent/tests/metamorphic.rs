//! Checks that need no expected answer: what must hold between answers.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeMap;

use agent::Answer;
use bigdecimal::{BigDecimal, Zero};
use books::Row;
use common::Desk;
use common::form::{groups, number_column, total};

/// Numbers that add up over every dimension.
const FLOWS: [&str; 5] = ["revenue", "cost of sales", "gross profit", "ordered amount", "invoiced amount"];
const DIMENSIONS: [&str; 5] = ["region", "segment", "customer", "entity", "customer country"];

fn rows(answer: &Answer) -> Vec<Row> {
    groups(answer, number_column(answer, "1").unwrap()).unwrap()
}

fn sum(rows: &[Row]) -> BigDecimal {
    rows.iter().map(|(_, n)| n).sum()
}

/// The total of a question, or none where it is not answered.
fn value(question: &str) -> Option<BigDecimal> {
    let answer = Desk::demo().ask(question);
    (answer.status == agent::Status::Answered).then(|| total(&answer, "1"))
}

fn parts(question: &str) -> Option<Vec<Row>> {
    let answer = Desk::demo().ask(question);
    (answer.status == agent::Status::Answered).then(|| rows(&answer))
}

/// Most of what is asked has to be answered, or nothing was checked.
fn enough(checked: usize, asked: usize) {
    assert!(checked * 10 >= asked * 8, "only {checked} of {asked} were answered");
}

#[test]
fn parts_add_up_to_the_total() {
    let mut checked = 0;
    for flow in FLOWS {
        let all = value(&format!("{flow} last quarter")).unwrap();
        assert!(!all.is_zero(), "{flow}");
        for dimension in DIMENSIONS {
            let Some(parts) = parts(&format!("{flow} by {dimension} last quarter")) else { continue };
            assert!(parts.len() > 1, "{flow} by {dimension}");
            assert_eq!(sum(&parts), all, "{flow} by {dimension}");
            checked += 1;
        }
    }
    enough(checked, FLOWS.len() * DIMENSIONS.len());
}

#[test]
fn filters_that_partition_add_up() {
    for flow in ["revenue", "orders", "ordered amount"] {
        let all = value(&format!("{flow} by segment in FY25").replace(" by segment", "")).unwrap();
        let segments = parts(&format!("{flow} by segment in FY25")).unwrap();
        let mut added = BigDecimal::zero();
        for (labels, number) in &segments {
            let one = value(&format!("{flow} for {} customers in FY25", labels[0])).unwrap();
            assert_eq!(one, *number, "{flow} for {labels:?}");
            added += one;
        }
        assert_eq!(added, all, "{flow}");
        let but = value(&format!("{flow} excluding Healthcare in FY25")).unwrap();
        let only = value(&format!("{flow} for Healthcare customers in FY25")).unwrap();
        assert_eq!(but + only, all, "{flow}");
    }
}

/// Sums by the first day of the quarter that a month lies in.
fn by_quarter(months: &[Row]) -> BTreeMap<String, BigDecimal> {
    let mut quarters: BTreeMap<String, BigDecimal> = BTreeMap::new();
    for (labels, number) in months {
        let month: u8 = labels[0][5..7].parse().unwrap();
        let first = format!("{}-{:02}-01", &labels[0][..4], (month - 1) / 3 * 3 + 1);
        *quarters.entry(first).or_default() += number;
    }
    quarters
}

#[test]
fn months_roll_up_to_quarters_and_years() {
    for flow in ["revenue", "gross profit", "ordered amount", "payroll", "orders"] {
        let months = parts(&format!("{flow} by month in FY25")).unwrap();
        let quarters = parts(&format!("{flow} by quarter in FY25")).unwrap();
        let quarters = quarters.into_iter().map(|(labels, n)| (labels[0].clone(), n)).collect();
        assert_eq!(by_quarter(&months), quarters, "{flow}");
        assert_eq!(sum(&months), value(&format!("{flow} in FY25")).unwrap(), "{flow}");
    }
}

#[test]
fn a_balance_is_that_of_the_last_month() {
    for balance in ["cash balance", "headcount", "accounts receivable"] {
        let months = parts(&format!("{balance} by month in FY25")).unwrap();
        let end = value(&format!("{balance} as of 2025-03-31")).unwrap();
        assert_eq!(months.last().unwrap().1, end, "{balance}");
        assert!(sum(&months) > end, "{balance}");
    }
}

#[test]
fn a_further_dimension_changes_no_number() {
    for flow in ["revenue", "gross profit", "ordered amount"] {
        let coarse = parts(&format!("{flow} by region in FY25")).unwrap();
        let fine = parts(&format!("{flow} by region and segment in FY25")).unwrap();
        assert!(fine.len() > coarse.len());
        for (labels, number) in &coarse {
            let inside: Vec<Row> = fine.iter().filter(|(l, _)| l[0] == labels[0]).cloned().collect();
            assert_eq!(sum(&inside), *number, "{flow} {labels:?}");
        }
    }
}

#[test]
fn a_second_measure_changes_no_number() {
    let alone = parts("revenue by region last quarter").unwrap();
    for other in ["cost of sales", "ordered amount", "gross margin", "orders"] {
        let mut beside = parts(&format!("revenue and {other} by region last quarter")).unwrap();
        beside.retain(|(_, n)| !n.is_zero());
        let of = |rows: &[Row]| rows.iter().cloned().collect::<BTreeMap<Vec<String>, BigDecimal>>();
        assert_eq!(of(&beside), of(&alone), "beside {other}");
    }
}

#[test]
fn the_order_of_the_words_changes_nothing() {
    let ways: [&[&str]; 4] = [
        &[
            "last quarter revenue by region",
            "revenue by region last quarter",
            "by region, revenue for last quarter",
            "revenue last quarter by region",
        ],
        &[
            "gross profit by segment in FY25",
            "FY25 gross profit by segment",
            "by segment gross profit in FY25",
            "in FY25, gross profit by segment",
        ],
        &[
            "top 5 customers by revenue in FY25",
            "in FY25 top 5 customers by revenue",
            "FY25 top 5 customers by revenue",
        ],
        &[
            "revenue in EMEA by month last year",
            "EMEA revenue by month last year",
            "last year revenue by month in EMEA",
            "monthly revenue in EMEA last year",
        ],
    ];
    let mut failures = Vec::new();
    for ways in ways {
        let plans: Vec<_> =
            ways.iter().map(|q| Desk::demo().ask(q)).map(|a| (a.sql.clone(), a.parameters.clone(), a.rows)).collect();
        assert!(plans[0].0.is_some(), "{}", ways[0]);
        failures.extend(
            (1..ways.len())
                .filter(|i| plans[*i] != plans[0])
                .map(|i| format!("{:?} is not {:?}: {:?}", ways[i], ways[0], plans[i])),
        );
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn paraphrases_give_the_same_number() {
    let ways: [&[&str]; 3] = [
        &[
            "revenue last quarter",
            "sales last quarter",
            "what was our turnover in the previous quarter?",
            "total revenue for Q2 FY26",
            "net sales from July to September 2025",
        ],
        &["cost of sales in FY25", "COGS in FY25", "cost of goods sold for the last fiscal year"],
        &[
            "cash balance as of 2025-09-30",
            "how much cash did we have at the end of September 2025?",
            "cash position at the end of last quarter",
        ],
    ];
    for ways in ways {
        let first = value(ways[0]).unwrap();
        assert!(!first.is_zero());
        for way in ways {
            assert_eq!(value(way).as_ref(), Some(&first), "{way}");
        }
    }
}
