//! The demo company's books agree with themselves, as an auditor would test them.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use bigdecimal::Zero;
use books::{Book, Row, Slice, Tally, demo};
use catalog::{Decimal, Value};

/// Cells of some columns, row by row.
fn columns<'a>(book: &'a Book, table: &str, names: &[&str]) -> Vec<Vec<&'a Value>> {
    let table = book.table(table).unwrap();
    let at: Vec<usize> = names.iter().map(|n| table.position(n).unwrap()).collect();
    table.rows.iter().map(|row| at.iter().map(|i| &row[*i]).collect()).collect()
}

fn number(value: &Value) -> Decimal {
    value.to_decimal().unwrap()
}

fn rows(tally: &Tally, text: &str) -> Vec<Row> {
    tally.evaluate(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Two lines of tally text give the same numbers, and there are some. A group of nothing is no group.
fn agree(tally: &Tally, left: &str, right: &str) {
    let groups = |text: &str| -> Vec<String> {
        let some = rows(tally, text).into_iter().filter(|(_, n)| !n.is_zero());
        some.map(|(labels, n)| format!("{} {}", labels.join("|"), n.to_plain_string())).collect()
    };
    let (a, b) = (groups(left), groups(right));
    assert!(!a.is_empty(), "{left} is empty");
    let first = a.iter().zip(&b).find(|(a, b)| a != b);
    assert!(a == b, "{left} against {right}: {} and {} groups, {first:?}", a.len(), b.len());
}

#[test]
fn debits_equal_credits_in_every_entry_and_currency() {
    let (book, _) = demo(0.1, 2);
    let mut entries: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
    for line in columns(&book, "journal_lines", &["entry_id", "debit", "credit", "original_amount"]) {
        let (base, original) = entries.entry(line[0].to_string()).or_default();
        *base += number(line[1]) - number(line[2]);
        *original += number(line[3]);
        assert!(number(line[1]) >= Decimal::zero() && number(line[2]) >= Decimal::zero());
    }
    assert_eq!(entries.len(), book.table("journal_entries").unwrap().rows.len());
    assert!(entries.values().all(|(base, original)| base.is_zero() && original.is_zero()));
}

#[test]
fn assets_equal_liabilities_and_equity_and_profit_on_every_date() {
    let (_, tally) = demo(0.1, 2);
    for by in ["by month", "by quarter, entity", "by week"] {
        agree(&tally, &format!("assets / {by}"), &format!("liabilities + equity + unclosed profit / {by}"));
    }
}

#[test]
fn the_journal_says_what_the_documents_say() {
    let (_, tally) = demo(0.1, 2);
    for by in ["month", "customer", "region, quarter", "product", "category, year", "entity, week", "country"] {
        agree(&tally, &format!("revenue / by {by}"), &format!("invoiced amount / by {by}"));
        agree(&tally, &format!("cost of sales / by {by}"), &format!("sales at cost / by {by}"));
    }
    for by in ["by month", "by customer", "by region, quarter", "by entity, week"] {
        agree(&tally, &format!("receivables account / {by}"), &format!("receivables / {by}"));
    }
    for by in ["by month", "by vendor", "by entity, week"] {
        agree(&tally, &format!("payables account / {by}"), &format!("payables / {by}"));
    }
    let salaries = "actual / account=Salaries and Wages / by month, department, entity";
    agree(&tally, salaries, "payroll / by month, department, entity");
    let contributions =
        "actual / account=Salaries and Wages / account=Social Security Contributions / by quarter, department";
    agree(&tally, contributions, "payroll cost / by quarter, department");
}

#[test]
fn snapshots_are_the_balances_of_their_day() {
    let (_, tally) = demo(0.1, 2);
    for day in ["2022-04-30", "2023-03-31", "2024-02-29", "2025-10-31"] {
        agree(
            &tally,
            &format!("inventory / as of {day} / by entity"),
            &format!("inventory value / as of {day} / by entity"),
        );
        let banks = rows(&tally, &format!("bank balance / as of {day} / by bank account"));
        let ledger = rows(&tally, &format!("assets / as of {day} / account group=Cash and Bank / by account"));
        assert_eq!(banks, ledger);
        agree(&tally, &format!("cash balance / as of {day}"), &format!("bank balance / as of {day}"));
    }
}

#[test]
fn headcount_counts_the_staff_of_the_day() {
    let (book, tally) = demo(0.5, 2);
    for day in ["2022-04-30", "2024-02-29", "2025-10-31"] {
        let employed = columns(&book, "employees", &["hire_date", "leave_date"]).into_iter();
        let employed = employed
            .filter(|e| e[0].to_string().as_str() <= day && (e[1].is_null() || e[1].to_string().as_str() > day));
        assert_eq!(rows(&tally, &format!("headcount / as of {day}"))[0].1, Decimal::from(employed.count() as u64));
    }
}

#[test]
fn the_close_empties_profit_and_loss_and_is_no_result() {
    let (_, tally) = demo(0.1, 2);
    for year in 2022..2025 {
        let after = format!("unclosed profit / as of {}-03-31 / by account, entity", year + 1);
        assert_eq!(rows(&tally, &after), []);
        let within = format!("{year}-04-01..{}-04-01", year + 1);
        let profit = &rows(&tally, &format!("net profit / {within}"))[0].1;
        assert!(!profit.is_zero());
        let closed = rows(&tally, &format!("unclosed profit / as of {}-03-30", year + 1));
        assert!(!closed[0].1.is_zero());
        let parts = rows(&tally, &format!("revenue - cost of sales - operating expenses - interest - tax / {within}"));
        assert_eq!(parts[0].1, *profit);
    }
}

#[test]
fn reversals_take_back_what_they_name() {
    let (book, _) = demo(0.1, 2);
    let mut lines: BTreeMap<String, Vec<(String, Decimal)>> = BTreeMap::new();
    for line in columns(&book, "journal_lines", &["entry_id", "account_id", "debit", "credit"]) {
        let amount = number(line[2]) - number(line[3]);
        lines.entry(line[0].to_string()).or_default().push((line[1].to_string(), amount));
    }
    let mut pairs = 0;
    for entry in columns(&book, "journal_entries", &["entry_id", "reverses_entry_id"]) {
        if !entry[1].is_null() {
            let back: Vec<_> = lines[&entry[0].to_string()].iter().map(|(a, n)| (a.clone(), -n)).collect();
            assert_eq!(back, lines[&entry[1].to_string()]);
            pairs += 1;
        }
    }
    assert!(pairs > 40);
}

#[test]
fn intercompany_balances_mirror_each_other() {
    let (_, tally) = demo(0.1, 2);
    let owed = "liabilities / account=Due to Affiliates / by month";
    agree(&tally, "assets / account=Due from Affiliates / by month", owed);
    let shared = rows(&tally, "actual / account=Shared Services");
    assert!(shared[0].1.is_zero());
}

#[test]
fn no_bank_account_is_ever_overdrawn() {
    for (scale, seed) in [(0.1, 1), (0.1, 2), (0.1, 42), (0.03, 6), (1.0, 1)] {
        let (book, _) = demo(scale, seed);
        for balance in columns(&book, "bank_balances", &["account_balance"]) {
            assert!(number(balance[0]) >= Decimal::zero(), "scale {scale} seed {seed}: {}", balance[0]);
        }
    }
}

#[test]
fn stock_never_falls_below_zero() {
    let (book, _) = demo(0.1, 2);
    assert!(
        columns(&book, "inventory_snapshots", &["quantity_on_hand"]).iter().all(|q| number(q[0]) >= Decimal::zero())
    );
}

#[test]
fn the_tally_agrees_with_a_walk_over_the_rows() {
    let (book, tally) = demo(0.1, 2);
    let index = |table: &str, key: &str, column: &str| -> BTreeMap<String, String> {
        columns(&book, table, &[key, column]).into_iter().map(|r| (r[0].to_string(), r[1].to_string())).collect()
    };
    let class = index("accounts", "account_id", "account_class");
    let region = index("customers", "customer_id", "region");
    let (status, kind, day) = (
        index("journal_entries", "entry_id", "status"),
        index("journal_entries", "entry_id", "entry_type"),
        index("journal_entries", "entry_id", "entry_date"),
    );
    let mut walked: BTreeMap<Vec<String>, Decimal> = BTreeMap::new();
    for line in columns(&book, "journal_lines", &["entry_id", "account_id", "customer_id", "debit", "credit"]) {
        let entry = line[0].to_string();
        let counts =
            class[&line[1].to_string()] == "Revenue" && status[&entry] == "posted" && kind[&entry] != "closing";
        if counts && *day[&entry] >= *"2025-04-01" && *day[&entry] < *"2025-07-01" {
            *walked.entry(vec![region[&line[2].to_string()].clone()]).or_default() += number(line[4]) - number(line[3]);
        }
    }
    let slice = Slice { from: "2025-04-01".parse().ok(), to: "2025-07-01".parse().ok(), filters: Vec::new() };
    let tallied: BTreeMap<Vec<String>, Decimal> =
        tally.measure("revenue", &slice, &["region"]).unwrap().into_iter().collect();
    assert!(tallied.len() > 2);
    assert_eq!(tallied, walked);
}
