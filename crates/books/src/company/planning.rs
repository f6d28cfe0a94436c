//! Budgets and the forecast, made from what happened and an error that planners make.

use std::collections::BTreeMap;

use super::Company;
use super::calendar::{END, START, fiscal_month, fiscal_year, months, periods};
use super::chart::{ACCOUNTS, EXCHANGE, SHARED};
use super::records::BudgetLine;
use crate::money::scaled;
use crate::random::Random;

pub(crate) const ORIGINAL: &str = "original";
pub(crate) const REVISED: &str = "revised";
pub(crate) const FORECAST: &str = "forecast";

/// Plans each department's accounts for all fiscal years: an original and a revised budget, and a
/// forecast for the running year.
pub(super) fn run(company: &mut Company, random: &mut Random) {
    for ((year, department, account), actual) in actuals(company) {
        let monthly = scaled(actual, 1, booked_months(year));
        let original = scaled(monthly, random.between(915, 1075), 1000);
        let revised = scaled(original, random.between(960, 1045), 1000);
        plan(company, ORIGINAL, (year, department, account), original);
        plan(company, REVISED, (year, department, account), revised);
        if year == fiscal_year(END) {
            plan(company, FORECAST, (year, department, account), scaled(monthly, random.between(985, 1015), 1000));
        }
    }
    company.budget.sort_by_key(|b| (b.version, b.month, b.department, b.account));
}

/// Full months booked of a fiscal year.
fn booked_months(year: i16) -> i64 {
    let full = months().into_iter().filter(|m| m.is_full() && fiscal_year(m.first) == year).count();
    full.max(1) as i64
}

/// Posted amounts of full months in natural sign, by fiscal year, department, account. What nobody
/// plans (recharges, exchange differences, small change) is left out.
fn actuals(company: &Company) -> BTreeMap<(i16, usize, usize), i64> {
    let mut actuals = BTreeMap::new();
    let end = END.first_of_month();
    let planned = company
        .entries
        .iter()
        .filter(|e| e.status == "posted" && e.kind != "closing" && e.date >= START && e.date < end);
    for entry in planned {
        for line in &company.lines[entry.lines.clone()] {
            let class = ACCOUNTS[line.account].class;
            if let (Some(department), false) =
                (line.department, class.is_permanent() || [SHARED, EXCHANGE].contains(&line.account))
            {
                let natural = if class.is_credit() { -line.amount } else { line.amount };
                *actuals.entry((fiscal_year(entry.date), department, line.account)).or_insert(0) += natural;
            }
        }
    }
    actuals
}

/// Spreads a monthly amount over the year, in tens of EUR, a little more towards its end.
fn plan(company: &mut Company, version: &'static str, (year, department, account): (i16, usize, usize), monthly: i64) {
    for period in periods().iter().filter(|p| p.year == year && p.number <= 12) {
        let amount = scaled(scaled(monthly, 967 + 5 * fiscal_month(period.first), 1000), 1, 1000) * 1000;
        company.budget.push(BudgetLine { version, month: period.first, department, account, amount });
    }
}
