//! Customers, suppliers, products, stock and documents.

use catalog::Value;

use crate::company::Company;
use crate::company::cells::{Rows, day, id, number, optional_day, optional_id, text};
use crate::company::master::{CATEGORIES, ENTITIES, WAREHOUSES};
use crate::money::cents;

pub(super) fn customers(company: &Company) -> Rows {
    let all = company.customers.iter().enumerate();
    all.map(|(i, c)| {
        vec![
            id(i),
            text(&c.name),
            c.region.map_or(Value::Null, text),
            text(c.segment),
            text(c.country),
            id(c.entity),
            Value::Int(c.terms),
            day(c.since),
        ]
    })
    .collect()
}

pub(super) fn vendors(company: &Company) -> Rows {
    let all = company.vendors.iter().enumerate();
    all.map(|(i, v)| vec![id(i), text(&v.name), text(v.kind), text(v.country), Value::Int(v.terms)]).collect()
}

pub(super) fn products(company: &Company) -> Rows {
    let all = company.products.iter().enumerate();
    all.map(|(i, p)| {
        vec![id(i), text(&p.name), text(CATEGORIES[p.category]), cents(p.price), cents(p.cost), id(p.vendor)]
    })
    .collect()
}

pub(super) fn warehouses() -> Rows {
    WAREHOUSES.iter().enumerate().map(|(i, (name, entity))| vec![id(i), text(name), id(*entity)]).collect()
}

pub(super) fn stock(company: &Company) -> Rows {
    let all = company.stock.iter();
    all.map(|s| vec![day(s.date), id(s.product), id(s.warehouse), Value::Int(s.quantity), cents(s.value)]).collect()
}

pub(super) fn orders(company: &Company) -> Rows {
    let all = company.orders.iter().enumerate();
    all.map(|(i, o)| {
        vec![
            id(i),
            number("SO", i),
            id(o.customer),
            day(o.date),
            optional_day(o.shipped),
            text(o.status),
            cents(o.amount),
        ]
    })
    .collect()
}

pub(super) fn order_lines(company: &Company) -> Rows {
    let all = company.order_lines.iter().enumerate();
    all.map(|(i, l)| {
        let (quantity, discount) = (Value::Int(l.quantity), Value::Int(l.discount));
        vec![id(i), id(l.order), id(l.product), quantity, cents(l.price), discount, cents(l.amount)]
    })
    .collect()
}

pub(super) fn invoices(company: &Company) -> Rows {
    let all = company.invoices.iter().enumerate();
    all.map(|(i, v)| {
        let (kind, prefix) = if v.credits.is_some() { ("credit note", "CN") } else { ("invoice", "INV") };
        vec![
            id(i),
            number(prefix, i),
            text(kind),
            id(v.order),
            id(v.customer),
            day(v.date),
            day(v.due),
            text(v.status),
            cents(v.net),
            cents(v.tax),
            cents(v.total()),
            text(ENTITIES[company.seller(v)].currency),
            cents(v.document),
            optional_id(v.credits),
        ]
    })
    .collect()
}

pub(super) fn invoice_lines(company: &Company) -> Rows {
    let all = company.invoice_lines.iter().enumerate();
    all.map(|(i, l)| {
        vec![id(i), id(l.invoice), id(l.product), Value::Int(l.quantity), cents(l.price), cents(l.net), cents(l.cost)]
    })
    .collect()
}

pub(super) fn receipts(company: &Company) -> Rows {
    let all = company.receipts.iter().enumerate();
    all.map(|(i, r)| {
        let invoice = &company.invoices[r.invoice];
        let currency = ENTITIES[company.seller(invoice)].currency;
        let (who, method) = (id(invoice.customer), text(r.method));
        vec![id(i), id(r.invoice), who, day(r.date), method, cents(r.amount), text(currency), cents(r.document)]
    })
    .collect()
}

pub(super) fn bills(company: &Company) -> Rows {
    let all = company.bills.iter().enumerate();
    all.map(|(i, b)| {
        vec![
            id(i),
            number("BL", i),
            id(b.vendor),
            id(b.entity),
            day(b.date),
            day(b.due),
            text(b.status),
            cents(b.net),
            cents(b.tax),
            cents(b.total()),
            text(ENTITIES[b.entity].currency),
            cents(b.document),
        ]
    })
    .collect()
}

pub(super) fn bill_lines(company: &Company) -> Rows {
    let all = company.bill_lines.iter().enumerate();
    all.map(|(i, l)| {
        let (department, product) = (optional_id(l.department), optional_id(l.product));
        vec![id(i), id(l.bill), id(l.account), department, product, Value::Int(l.quantity), cents(l.amount)]
    })
    .collect()
}

pub(super) fn payments(company: &Company) -> Rows {
    let all = company.payments.iter().enumerate();
    all.map(|(i, p)| vec![id(i), id(p.bill), day(p.date), cents(p.amount), cents(p.document)]).collect()
}
