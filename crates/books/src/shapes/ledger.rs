//! A chart of accounts, periods, vouchers and their lines.

use catalog::Value;

use crate::company::Company;
use crate::company::calendar::{self, Period, period_index};
use crate::company::cells::{Rows, day, id, number, text};
use crate::company::chart::ACCOUNTS;
use crate::company::master::{DEPARTMENTS, ENTITIES};
use crate::money::cents;

pub(super) fn rows(table: &str, company: &Company) -> Rows {
    match table {
        "nominal_accounts" => accounts(),
        "accounting_periods" => periods(),
        "vouchers" => vouchers(company),
        "voucher_lines" => lines(company),
        _ => Vec::new(),
    }
}

fn accounts() -> Rows {
    let all = ACCOUNTS.iter();
    all.map(|a| vec![Value::Int(a.number), text(a.name), text(a.class.label()), text(a.group)]).collect()
}

/// Year and period as one number.
fn code(period: &Period) -> Value {
    Value::Int(i64::from(period.year) * 100 + period.number)
}

fn periods() -> Rows {
    let all = calendar::periods();
    all.iter()
        .map(|p| vec![code(p), Value::Int(i64::from(p.year)), Value::Int(p.number), day(p.first), day(p.last)])
        .collect()
}

fn vouchers(company: &Company) -> Rows {
    let periods = calendar::periods();
    let all = company.entries.iter().enumerate();
    all.map(|(i, e)| {
        vec![
            id(i),
            number("V", i),
            text(ENTITIES[e.entity].name),
            code(&periods[period_index(e.date, e.adjusting)]),
            day(e.date),
            text(e.kind),
            text(e.status),
            text(e.text),
        ]
    })
    .collect()
}

fn lines(company: &Company) -> Rows {
    let mut rows = Rows::new();
    for (at, entry) in company.entries.iter().enumerate() {
        for (place, line) in company.lines[entry.lines.clone()].iter().enumerate() {
            rows.push(vec![
                id(at),
                id(place),
                Value::Int(ACCOUNTS[line.account].number),
                line.department.map_or(Value::Null, |d| text(DEPARTMENTS[d])),
                cents(line.amount.max(0)),
                cents((-line.amount).max(0)),
            ]);
        }
    }
    rows
}
