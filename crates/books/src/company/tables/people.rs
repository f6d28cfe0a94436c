//! Entities, departments, staff and pay.

use catalog::Value;

use crate::company::Company;
use crate::company::cells::{Rows, day, id, optional_day, text};
use crate::company::master::{DEPARTMENTS, ENTITIES};
use crate::money::cents;

pub(super) fn entities() -> Rows {
    let row = |(i, e): (usize, &crate::company::records::Entity)| {
        vec![id(i), text(e.name), text(e.country), text(e.currency)]
    };
    ENTITIES.iter().enumerate().map(row).collect()
}

pub(super) fn departments() -> Rows {
    DEPARTMENTS.iter().enumerate().map(|(i, name)| vec![id(i), text(name)]).collect()
}

pub(super) fn employees(company: &Company) -> Rows {
    let staff = company.employees.iter().enumerate();
    staff
        .map(|(i, e)| {
            vec![
                id(i),
                text(&e.name),
                text(e.title),
                id(e.department),
                id(e.entity),
                day(e.hired),
                optional_day(e.left),
                cents(e.salary),
            ]
        })
        .collect()
}

pub(super) fn headcount(company: &Company) -> Rows {
    company.heads.iter().map(|h| vec![day(h.date), id(h.department), id(h.entity), Value::Int(h.heads)]).collect()
}

pub(super) fn payroll_runs(company: &Company) -> Rows {
    company.pay_runs.iter().enumerate().map(|(i, r)| vec![id(i), id(r.entity), day(r.date), text("posted")]).collect()
}

pub(super) fn payroll_lines(company: &Company) -> Rows {
    let lines = company.pay_lines.iter().enumerate();
    lines
        .map(|(i, l)| {
            let net = l.gross - l.withheld;
            vec![id(i), id(l.run), id(l.employee), cents(l.gross), cents(l.employer), cents(l.withheld), cents(net)]
        })
        .collect()
}
