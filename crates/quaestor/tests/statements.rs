//! Financial statements on the command line: lines beneath sections, and the rows behind a number.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;

const STATEMENT: &str = "income statement FY25 vs FY24";

#[test]
fn accounts_stand_beneath_their_section_and_sums_are_set_off() {
    let ran = run_with(&["ask", STATEMENT]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    let at =
        |start: &str| lines.iter().position(|l| l.starts_with(start)).unwrap_or_else(|| panic!("{start}: {}", ran.out));
    assert!(at("Revenue") < at("  4010 ") && at("  4010 ") < at("Gross profit"), "{}", ran.out);
    assert_eq!(lines[at("Gross profit") + 1], "", "{}", ran.out);
    assert!(lines[at("Check: ")].contains("0.00") && !lines[at("Check: ")].contains("n.m."), "{}", ran.out);
}

#[test]
fn programs_get_the_lines_with_what_they_are() {
    let ran = run_with(&["ask", "--format", "json", STATEMENT]);
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let (rows, lines) = (answer["rows"].as_array().unwrap(), answer["lines"].as_array().unwrap());
    assert_eq!(rows.len(), lines.len());
    assert_eq!(rows[0][0], "Revenue");
    assert_eq!(lines[0], serde_json::json!({"style": "section", "level": 0}));
    assert_eq!(lines[1], serde_json::json!({"style": "account", "level": 1}));
    let csv = run_with(&["ask", "--format", "csv", STATEMENT]);
    assert!(csv.out.starts_with("line,") && csv.out.contains("\n4010 Sales"), "{}", csv.out);
    let markdown = run_with(&["ask", "--format", "markdown", STATEMENT]);
    assert!(markdown.out.contains("| **Gross profit** |"), "{}", markdown.out);
}

#[test]
fn the_rows_behind_a_line_are_listed_with_their_sum() {
    let ran = run_with(&["ask", STATEMENT, "--drill", "interest", "--drill-column", "2", "--limit-rows", "2"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("entry_date") && ran.out.contains("Loan interest"), "{}", ran.out);
    assert!(ran.out.contains("behind Interest (fiscal year FY2024)"), "{}", ran.out);
    assert!(ran.out.contains("the first 2 of "), "{}", ran.out);
}

#[test]
fn a_row_that_is_not_there_is_a_wrong_use() {
    let ran = run_with(&["ask", STATEMENT, "--drill", "Goodwill"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("Goodwill") && ran.err.contains("Revenue"), "{}", ran.err);
}
