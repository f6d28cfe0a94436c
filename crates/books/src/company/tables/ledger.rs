//! Rates, periods, accounts, banks, budgets and the journal.

use catalog::Value;
use jiff::civil::Date;

use crate::company::Company;
use crate::company::calendar::{self, END, Period, period_index};
use crate::company::cells::{Rows, day, id, number, optional_id, text};
use crate::company::chart::{ACCOUNTS, BANK_DOLLARS, BANKS};
use crate::company::master::ENTITIES;
use crate::money::{cents, micros};

pub(super) fn rates(company: &Company) -> Rows {
    let row = |r: &crate::company::records::Rate| {
        vec![day(r.month), text("USD"), text("EUR"), micros(r.average), r.closing.map_or(Value::Null, micros)]
    };
    company.rates.iter().map(row).collect()
}

pub(super) fn periods() -> Rows {
    let row = |(i, p): (usize, Period)| {
        let quarter = (p.number.min(12) - 1) / 3 + 1;
        vec![
            id(i),
            Value::Int(i64::from(p.year)),
            Value::Int(quarter),
            Value::Int(p.number),
            Value::Text(period_name(p)),
            day(p.first),
            day(p.last),
            text(period_status(p)),
        ]
    };
    calendar::periods().into_iter().enumerate().map(row).collect()
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn period_name(period: Period) -> String {
    if period.number == 13 {
        format!("Adj FY{}", period.year)
    } else {
        format!("{} {}", MONTHS[(period.first.month() - 1) as usize], period.first.year())
    }
}

fn period_status(period: Period) -> &'static str {
    let open: Date = END.first_of_month();
    match period.number {
        13 => "adjustment",
        _ if period.first > open => "future",
        _ if period.first == open => "open",
        _ => "closed",
    }
}

pub(super) fn accounts() -> Rows {
    let row = |(i, a): (usize, &crate::company::chart::Account)| {
        // Contra accounts keep the side of their class.
        let increases_by_credit = a.class.is_credit();
        let side = if increases_by_credit { "C" } else { "D" };
        vec![id(i), Value::Int(a.number), text(a.name), text(a.class.label()), text(a.group), text(side)]
    };
    ACCOUNTS.iter().enumerate().map(row).collect()
}

pub(super) fn bank_accounts() -> Rows {
    let row = |bank: usize| {
        let entity = usize::from(bank == BANK_DOLLARS);
        vec![id(bank), text(ACCOUNTS[bank].name), id(entity), text(ENTITIES[entity].currency), id(bank)]
    };
    (0..BANKS).map(row).collect()
}

pub(super) fn bank_balances(company: &Company) -> Rows {
    company.bank_levels.iter().map(|b| vec![day(b.date), id(b.bank), cents(b.document), cents(b.base)]).collect()
}

pub(super) fn budget(company: &Company) -> Rows {
    let all = company.budget.iter().enumerate();
    all.map(|(i, b)| {
        let period = id(period_index(b.month, false));
        vec![id(i), text(b.version), period, day(b.month), id(b.department), id(b.account), cents(b.amount)]
    })
    .collect()
}

pub(super) fn entries(company: &Company) -> Rows {
    let all = company.entries.iter().enumerate();
    all.map(|(i, e)| {
        vec![
            id(i),
            number("JE", i),
            id(e.entity),
            id(period_index(e.date, e.adjusting)),
            day(e.date),
            text(e.kind),
            text(e.source),
            text(e.status),
            text(e.text),
            optional_id(e.reverses),
        ]
    })
    .collect()
}

pub(super) fn lines(company: &Company) -> Rows {
    let all = company.lines.iter().enumerate();
    all.map(|(i, l)| {
        vec![
            id(i),
            id(l.entry),
            id(l.account),
            optional_id(l.department),
            optional_id(l.customer),
            optional_id(l.product),
            optional_id(l.vendor),
            optional_id(l.partner),
            cents(l.amount.max(0)),
            cents((-l.amount).max(0)),
            text(ENTITIES[company.entries[l.entry].entity].currency),
            cents(l.document.unwrap_or(0)),
        ]
    })
    .collect()
}
