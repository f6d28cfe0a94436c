//! Period tables: one row per month and thing, filled from the tally.

use std::collections::BTreeMap;
use std::str::FromStr;

use bigdecimal::{RoundingMode, Zero};
use catalog::{Decimal, Value};
use jiff::civil::Date;

use crate::company::calendar::{fiscal_month, fiscal_year, months};
use crate::company::cells::{Rows, day, text};
use crate::tally::{Slice, Tally};

/// Numbers of some measures by month and labels; none where the books have none.
type Groups = BTreeMap<Vec<String>, Vec<Option<Decimal>>>;

pub(super) fn rows(table: &str, tally: &Tally) -> Rows {
    match table {
        "company_months" => company_months(tally),
        "customer_months" => customer_months(tally),
        "product_months" => product_months(tally),
        "department_months" => department_months(tally),
        "stock_months" => stock_months(tally),
        _ => Vec::new(),
    }
}

/// Measures by month and further dimensions. Cost: one pass over the records per measure.
fn groups(tally: &Tally, measures: &[&str], by: &[&str]) -> Groups {
    let mut groups = Groups::new();
    let by: Vec<&str> = std::iter::once("month").chain(by.iter().copied()).collect();
    for (at, name) in measures.iter().enumerate() {
        let (name, version) = name.split_once('/').map_or((*name, None), |(name, version)| (name, Some(version)));
        let last = months().last().and_then(|m| m.first.last_of_month().tomorrow().ok());
        let filters = version.map(|v| ("version".to_owned(), v.to_owned())).into_iter().collect();
        let slice = Slice { to: version.and(last), filters, ..Slice::default() };
        for (labels, number) in tally.measure(name, &slice, &by).unwrap_or_default() {
            groups.entry(labels).or_insert_with(|| vec![None; measures.len()])[at] = Some(number);
        }
    }
    groups
}

/// The month that begins on the day of a label: its last day, its fiscal year, its number in it.
fn month(label: &str) -> Vec<Value> {
    let Ok(first) = Date::from_str(label) else { return vec![Value::Null; 3] };
    vec![day(first.last_of_month()), Value::Int(i64::from(fiscal_year(first))), Value::Int(fiscal_month(first))]
}

fn label(label: &str) -> Value {
    if label.is_empty() { Value::Null } else { text(label) }
}

/// An amount of money; nothing is nought.
fn money(number: &Option<Decimal>) -> Value {
    Value::Decimal(number.clone().unwrap_or_default().with_scale(2))
}

fn optional_money(number: &Option<Decimal>) -> Value {
    number.as_ref().map_or(Value::Null, |n| Value::Decimal(n.with_scale(2)))
}

fn pieces(number: &Option<Decimal>) -> Value {
    optional_pieces(&Some(number.clone().unwrap_or_default()))
}

fn optional_pieces(number: &Option<Decimal>) -> Value {
    use bigdecimal::ToPrimitive;
    number.as_ref().and_then(ToPrimitive::to_i64).map_or(Value::Null, Value::Int)
}

fn company_months(tally: &Tally) -> Rows {
    const MEASURES: [&str; 13] = [
        "revenue",
        "cost of sales",
        "operating expenses",
        "depreciation",
        "interest",
        "tax",
        "net profit",
        "cash balance",
        "receivables account",
        "inventory",
        "payables account",
        "assets",
        "liabilities",
    ];
    let row = |(labels, numbers): (&Vec<String>, &Vec<Option<Decimal>>)| {
        let mut row = month(&labels[0]);
        row.extend([label(&labels[1]), money(&numbers[0]), money(&numbers[1]), margin(&numbers[0], &numbers[1])]);
        row.extend(numbers[2..].iter().map(money));
        row
    };
    groups(tally, &MEASURES, &["entity"]).iter().map(row).collect()
}

/// Gross profit in percent of revenue.
fn margin(revenue: &Option<Decimal>, cost: &Option<Decimal>) -> Value {
    let (revenue, cost) = (revenue.clone().unwrap_or_default(), cost.clone().unwrap_or_default());
    if revenue.is_zero() {
        return Value::Null;
    }
    let percent = (&revenue - cost) * Decimal::from(100) / revenue;
    Value::Decimal(percent.with_scale_round(2, RoundingMode::HalfEven))
}

fn customer_months(tally: &Tally) -> Rows {
    const MEASURES: [&str; 6] =
        ["revenue", "cost of sales", "orders", "ordered amount", "invoiced amount", "collected amount"];
    let row = |(labels, numbers): (&Vec<String>, &Vec<Option<Decimal>>)| {
        let mut row = month(&labels[0]);
        row.extend(labels[1..].iter().map(|l| label(l)));
        row.extend([money(&numbers[0]), money(&numbers[1]), pieces(&numbers[2])]);
        row.extend(numbers[3..].iter().map(money));
        row
    };
    groups(tally, &MEASURES, &["customer", "region", "segment", "country"]).iter().map(row).collect()
}

fn product_months(tally: &Tally) -> Rows {
    const MEASURES: [&str; 4] = ["revenue", "cost of sales", "units ordered", "units sold"];
    let row = |(labels, numbers): (&Vec<String>, &Vec<Option<Decimal>>)| {
        let mut row = month(&labels[0]);
        row.extend(labels[1..].iter().map(|l| label(l)));
        row.extend([money(&numbers[0]), money(&numbers[1]), pieces(&numbers[2]), pieces(&numbers[3])]);
        row
    };
    groups(tally, &MEASURES, &["product", "category"]).iter().map(row).collect()
}

fn department_months(tally: &Tally) -> Rows {
    const MEASURES: [&str; 5] = [
        "operating expenses",
        "budgeted operating expenses/original",
        "budgeted operating expenses/revised",
        "payroll",
        "headcount",
    ];
    let row = |(labels, numbers): (&Vec<String>, &Vec<Option<Decimal>>)| {
        let mut row = month(&labels[0]);
        row.extend([label(&labels[1]), money(&numbers[0]), optional_money(&numbers[1])]);
        row.extend([optional_money(&numbers[2]), money(&numbers[3]), optional_pieces(&numbers[4])]);
        row
    };
    groups(tally, &MEASURES, &["department"]).iter().map(row).collect()
}

fn stock_months(tally: &Tally) -> Rows {
    let row = |(labels, numbers): (&Vec<String>, &Vec<Option<Decimal>>)| {
        let mut row = month(&labels[0]);
        row.extend([label(&labels[1]), label(&labels[2]), pieces(&numbers[0]), money(&numbers[1])]);
        row
    };
    let groups = groups(tally, &["inventory quantity", "inventory value"], &["warehouse", "category"]);
    groups.iter().map(row).collect()
}
