//! Which facts a measure takes, and with which sign.

use super::facts::{Fact, Source};
use crate::company::chart::{
    ACCOUNTS, ALLOWANCES, Account, BANKS, BORROWINGS, Class, DEPRECIATION_GROUP, EQUIPMENT, INVENTORY, PAYABLES,
    RECEIVABLES,
};

/// How a measure adds up over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// Adds up.
    Flow,
    /// All facts since the beginning, up to a day.
    Balance,
    /// The last snapshot.
    Snapshot,
    /// Number of different ids.
    Distinct,
}

/// A measure: its source, how it adds up, its digits behind the point, and what it takes of a fact.
#[derive(Debug)]
pub(super) struct Measure {
    pub(super) name: &'static str,
    pub(super) source: Source,
    pub(super) nature: Nature,
    pub(super) digits: i64,
    /// What a fact adds, or none where it is no part of the measure. For `Distinct`: the id.
    pub(super) take: fn(&Fact) -> Option<i64>,
}

/// The measure of this name.
pub(super) fn find(name: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|m| m.name == name)
}

/// Whether a fact counts where the slice does not name a status.
pub(super) fn counts(fact: &Fact) -> bool {
    !matches!(fact.status, Some("draft" | "void" | "cancelled"))
}

const fn flow(name: &'static str, source: Source, take: fn(&Fact) -> Option<i64>) -> Measure {
    Measure { name, source, nature: Nature::Flow, digits: 2, take }
}

const fn balance(name: &'static str, take: fn(&Fact) -> Option<i64>) -> Measure {
    Measure { name, source: Source::Ledger, nature: Nature::Balance, digits: 2, take }
}

const fn open(name: &'static str, source: Source) -> Measure {
    Measure { name, source, nature: Nature::Balance, digits: 2, take: |f| Some(f.value) }
}

const fn snapshot(name: &'static str, source: Source, digits: i64, take: fn(&Fact) -> Option<i64>) -> Measure {
    Measure { name, source, nature: Nature::Snapshot, digits, take }
}

const fn count(name: &'static str, source: Source, take: fn(&Fact) -> Option<i64>) -> Measure {
    Measure { name, source, nature: Nature::Flow, digits: 0, take }
}

fn account(fact: &Fact) -> Option<&'static Account> {
    ACCOUNTS.get(fact.account?)
}

/// Debits of profit and loss accounts that the condition holds for; closing entries are no result.
fn result(fact: &Fact, holds: fn(&Account) -> bool) -> Option<i64> {
    let counts = account(fact).is_some_and(|a| !a.class.is_permanent() && holds(a)) && fact.kind != Some("closing");
    counts.then_some(fact.value)
}

fn debits(fact: &Fact, class: Class) -> Option<i64> {
    (account(fact)?.class == class).then_some(fact.value)
}

fn on(fact: &Fact, wanted: usize) -> Option<i64> {
    (fact.account == Some(wanted)).then_some(fact.value)
}

fn turned(debits: Option<i64>) -> Option<i64> {
    debits.map(|d| -d)
}

fn natural(fact: &Fact) -> Option<i64> {
    let credit = account(fact)?.class.is_credit();
    result(fact, |_| true).map(|d| if credit { -d } else { d })
}

fn planned(fact: &Fact, class: Class) -> Option<i64> {
    (account(fact)?.class == class).then_some(fact.value)
}

fn is_operating(account: &Account) -> bool {
    matches!(account.class, Class::Revenue | Class::CostOfSales | Class::OperatingExpense)
}

/// What the movement of an account other than cash does to cash; opening and closing entries move none.
fn flows(fact: &Fact, holds: fn(usize) -> bool) -> Option<i64> {
    let at = fact.account?;
    (!matches!(fact.kind, Some("closing" | "opening")) && at >= BANKS && holds(at)).then_some(-fact.value)
}

fn finances(account: usize) -> bool {
    ACCOUNTS[account].group == BORROWINGS || ACCOUNTS[account].class == Class::Equity
}

/// All measures.
pub(super) const MEASURES: &[Measure] = &[
    flow("revenue", Source::Ledger, |f| turned(result(f, |a| a.class == Class::Revenue))),
    flow("cost of sales", Source::Ledger, |f| result(f, |a| a.class == Class::CostOfSales)),
    flow("gross profit", Source::Ledger, |f| {
        turned(result(f, |a| matches!(a.class, Class::Revenue | Class::CostOfSales)))
    }),
    flow("operating expenses", Source::Ledger, |f| result(f, |a| a.class == Class::OperatingExpense)),
    flow("operating profit", Source::Ledger, |f| turned(result(f, is_operating))),
    flow("ebitda", Source::Ledger, |f| turned(result(f, |a| is_operating(a) && a.group != DEPRECIATION_GROUP))),
    flow("depreciation", Source::Ledger, |f| result(f, |a| a.group == DEPRECIATION_GROUP)),
    flow("interest", Source::Ledger, |f| result(f, |a| a.class == Class::Interest)),
    flow("tax", Source::Ledger, |f| result(f, |a| a.class == Class::Tax)),
    flow("gross revenue", Source::Ledger, |f| {
        turned(result(f, |a| a.class == Class::Revenue && a.number != ACCOUNTS[ALLOWANCES].number))
    }),
    flow("operating cash flow", Source::Ledger, |f| flows(f, |a| a != EQUIPMENT && !finances(a))),
    flow("investing cash flow", Source::Ledger, |f| flows(f, |a| a == EQUIPMENT)),
    flow("financing cash flow", Source::Ledger, |f| flows(f, finances)),
    flow("net cash flow", Source::Ledger, |f| flows(f, |_| true)),
    flow("net profit", Source::Ledger, |f| turned(result(f, |_| true))),
    flow("actual", Source::Ledger, natural),
    balance("cash balance", |f| f.account.filter(|a| *a < BANKS).map(|_| f.value)),
    balance("inventory", |f| on(f, INVENTORY)),
    balance("receivables account", |f| on(f, RECEIVABLES)),
    balance("payables account", |f| turned(on(f, PAYABLES))),
    balance("debt", |f| turned(account(f).filter(|a| a.group == BORROWINGS).map(|_| f.value))),
    balance("assets", |f| debits(f, Class::Asset)),
    balance("liabilities", |f| turned(debits(f, Class::Liability))),
    balance("equity", |f| turned(debits(f, Class::Equity))),
    balance("unclosed profit", |f| turned(account(f).filter(|a| !a.class.is_permanent()).map(|_| f.value))),
    open("receivables", Source::OpenInvoices),
    open("payables", Source::OpenBills),
    flow("ordered amount", Source::OrderLines, |f| Some(f.value)),
    flow("discount", Source::OrderLines, |f| Some(f.third)),
    count("units ordered", Source::OrderLines, |f| Some(f.second)),
    count("orders", Source::Orders, |_| Some(1)),
    Measure {
        name: "active customers",
        source: Source::Orders,
        nature: Nature::Distinct,
        digits: 0,
        take: |f| f.customer.map(|c| c as i64),
    },
    flow("invoiced amount", Source::InvoiceLines, |f| Some(f.value)),
    flow("sales at cost", Source::InvoiceLines, |f| Some(f.third)),
    count("units sold", Source::InvoiceLines, |f| Some(f.second)),
    flow("invoiced total", Source::Invoices, |f| Some(f.second)),
    count("invoices", Source::Invoices, |f| (f.kind == Some("invoice")).then_some(1)),
    count("credit notes", Source::Invoices, |f| (f.kind == Some("credit note")).then_some(1)),
    flow("collected amount", Source::Receipts, |f| Some(f.value)),
    flow("billed amount", Source::Bills, |f| Some(f.value)),
    flow("paid amount", Source::Payments, |f| Some(f.value)),
    snapshot("inventory value", Source::Stock, 2, |f| Some(f.value)),
    snapshot("inventory quantity", Source::Stock, 0, |f| Some(f.second)),
    snapshot("bank balance", Source::Banks, 2, |f| Some(f.value)),
    snapshot("headcount", Source::Heads, 0, |f| Some(f.value)),
    flow("payroll", Source::Pay, |f| Some(f.value)),
    flow("payroll cost", Source::Pay, |f| Some(f.value + f.second)),
    count("hires", Source::Hires, |_| Some(1)),
    count("leavers", Source::Leaves, |_| Some(1)),
    flow("budget", Source::Budget, |f| Some(f.value)),
    flow("budgeted revenue", Source::Budget, |f| planned(f, Class::Revenue)),
    flow("budgeted cost of sales", Source::Budget, |f| planned(f, Class::CostOfSales)),
    flow("budgeted operating expenses", Source::Budget, |f| planned(f, Class::OperatingExpense)),
    count("customers", Source::Customers, |_| Some(1)),
    count("products", Source::Products, |_| Some(1)),
    count("vendors", Source::Vendors, |_| Some(1)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let names: std::collections::BTreeSet<&str> = MEASURES.iter().map(|m| m.name).collect();
        assert_eq!(names.len(), MEASURES.len());
    }
}
