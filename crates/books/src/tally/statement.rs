//! Whole statements, line by line.

use catalog::Decimal;
use jiff::civil::Date;

use super::cut::label;
use super::facts::{self, Fact, Source};
use super::measures::counts;
use super::slice::{Row, Slice};
use crate::company::Company;
use crate::company::calendar::{END, plus_days};
use crate::company::chart::{ACCOUNTS, BANKS, BORROWINGS, Class, EQUIPMENT, INVENTORY, PAYABLES, RECEIVABLES, WORN};
use crate::money::decimal;

/// Debits less credits by position in the chart.
type Balances = Vec<i64>;

/// The names of the statements.
pub(super) const NAMES: [&str; 5] =
    ["income statement", "balance sheet", "trial balance debits", "trial balance credits", "cash flow statement"];

/// A statement: labels of its lines in order, and their amounts. Accounts without an amount are left out.
pub(super) fn statement(company: &Company, name: &str, slice: &Slice) -> Option<Vec<Row>> {
    let facts: Vec<Fact> = facts::of(company, Source::Ledger)
        .into_iter()
        .filter(counts)
        .filter(|f| {
            slice
                .filters
                .iter()
                .all(|(dimension, value)| label(company, dimension, f, END).to_lowercase() == value.to_lowercase())
        })
        .collect();
    let (from, to) = (slice.from.unwrap_or(Date::MIN), slice.to.unwrap_or(plus_days(END, 1)));
    let closed = sums(&facts, |f| f.day < to);
    let moved = sums(&facts, |f| f.day >= from && f.day < to && f.kind != Some("closing"));
    let rows = match name {
        "income statement" => income(&moved),
        "balance sheet" => balance_sheet(&closed),
        "trial balance debits" => trial(&closed, 1),
        "trial balance credits" => trial(&closed, -1),
        "cash flow statement" => {
            let opened = |f: &Fact| f.kind == Some("opening") && f.day < to;
            let flowed = sums(&facts, |f| f.day >= from && f.day < to && f.kind != Some("closing") && !opened(f));
            cash_flow(&flowed, &sums(&facts, |f| f.day < from || opened(f)), &closed)
        }
        _ => return None,
    };
    Some(rows.into_iter().map(|(label, cents)| (vec![label], money(cents))).collect())
}

fn money(cents: i64) -> Decimal {
    decimal(i128::from(cents), 2)
}

fn sums(facts: &[Fact], wanted: impl Fn(&Fact) -> bool) -> Balances {
    let mut sums = vec![0; ACCOUNTS.len()];
    for fact in facts.iter().filter(|f| wanted(f)) {
        if let Some(account) = fact.account {
            sums[account] += fact.value;
        }
    }
    sums
}

type Lines = Vec<(String, i64)>;

/// A section: its sum on a side (1 debit, -1 credit), then its accounts. Returns debits less credits.
fn section(lines: &mut Lines, name: &str, sums: &Balances, side: i64, wanted: impl Fn(usize) -> bool) -> i64 {
    let accounts: Vec<usize> = (0..ACCOUNTS.len()).filter(|a| wanted(*a)).collect();
    let total: i64 = accounts.iter().map(|a| sums[*a]).sum();
    lines.push((name.to_owned(), side * total));
    for account in accounts.into_iter().filter(|a| sums[*a] != 0) {
        lines.push((title(account), side * sums[account]));
    }
    total
}

fn title(account: usize) -> String {
    format!("{} {}", ACCOUNTS[account].number, ACCOUNTS[account].name)
}

fn of(class: Class) -> impl Fn(usize) -> bool {
    move |account| ACCOUNTS[account].class == class
}

fn income(moved: &Balances) -> Lines {
    let mut lines = Lines::new();
    let mut profit = -section(&mut lines, "Revenue", moved, -1, of(Class::Revenue));
    profit -= section(&mut lines, "Cost of sales", moved, 1, of(Class::CostOfSales));
    lines.push(("Gross profit".to_owned(), profit));
    profit -= section(&mut lines, "Operating expenses", moved, 1, of(Class::OperatingExpense));
    lines.push(("Operating profit".to_owned(), profit));
    profit -= section(&mut lines, "Interest", moved, 1, of(Class::Interest));
    lines.push(("Profit before tax".to_owned(), profit));
    profit -= section(&mut lines, "Tax", moved, 1, of(Class::Tax));
    lines.push(("Net profit".to_owned(), profit));
    lines
}

fn balance_sheet(closed: &Balances) -> Lines {
    let mut lines = Lines::new();
    section(&mut lines, "Total assets", closed, 1, of(Class::Asset));
    let mut claims = -section(&mut lines, "Total liabilities", closed, -1, of(Class::Liability));
    claims -= section(&mut lines, "Equity", closed, -1, of(Class::Equity));
    let result: i64 =
        -(0..ACCOUNTS.len()).filter(|a| !ACCOUNTS[*a].class.is_permanent()).map(|a| closed[a]).sum::<i64>();
    lines.push(("Result not yet closed".to_owned(), result));
    lines.push(("Total liabilities and equity".to_owned(), claims + result));
    lines
}

/// The accounts with a balance on a side, and their sum.
fn trial(closed: &Balances, side: i64) -> Lines {
    let mut lines: Lines =
        (0..ACCOUNTS.len()).filter(|a| side * closed[*a] > 0).map(|a| (title(a), side * closed[a])).collect();
    let total = lines.iter().map(|(_, cents)| cents).sum();
    lines.push(("Total".to_owned(), total));
    lines
}

fn cash_flow(moved: &Balances, opened: &Balances, closed: &Balances) -> Lines {
    let mut lines = Lines::new();
    let profit: i64 =
        -(0..ACCOUNTS.len()).filter(|a| !ACCOUNTS[*a].class.is_permanent()).map(|a| moved[a]).sum::<i64>();
    lines.push(("Net profit".to_owned(), profit));
    let one = |wanted: usize| move |account: usize| account == wanted;
    let group = |account: usize| ACCOUNTS[account].group;
    let borrowed = move |account: usize| group(account) == BORROWINGS;
    let rest = move |account: usize| {
        let named = [RECEIVABLES, INVENTORY, EQUIPMENT, WORN, PAYABLES].contains(&account);
        let class = matches!(ACCOUNTS[account].class, Class::Asset | Class::Liability);
        class && !named && account >= BANKS && !borrowed(account)
    };
    let mut operating = profit - section(&mut lines, "Depreciation and amortisation", moved, -1, one(WORN));
    operating -= section(&mut lines, "Decrease (increase) of receivables", moved, -1, one(RECEIVABLES));
    operating -= section(&mut lines, "Decrease (increase) of inventory", moved, -1, one(INVENTORY));
    operating -= section(&mut lines, "Increase (decrease) of payables", moved, -1, one(PAYABLES));
    operating -= section(&mut lines, "Other working capital", moved, -1, rest);
    lines.push(("Cash flow from operating activities".to_owned(), operating));
    let investing = -section(&mut lines, "Long-term assets", moved, -1, one(EQUIPMENT));
    lines.push(("Cash flow from investing activities".to_owned(), investing));
    let mut financing = -section(&mut lines, "Borrowings", moved, -1, borrowed);
    financing -= section(&mut lines, "Owners", moved, -1, of(Class::Equity));
    lines.push(("Cash flow from financing activities".to_owned(), financing));
    lines.push(("Net change in cash".to_owned(), operating + investing + financing));
    let cash = |sums: &Balances| sums[..BANKS].iter().sum::<i64>();
    lines.push(("Cash at the beginning".to_owned(), cash(opened)));
    lines.push(("Cash at the end".to_owned(), cash(closed)));
    lines
}
