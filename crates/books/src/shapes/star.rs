//! Facts with surrogate keys around dimensions.

use catalog::Value;
use jiff::civil::Date;

use crate::company::Company;
use crate::company::calendar::{YEARS, fiscal_month, fiscal_year, plus_days};
use crate::company::cells::{Rows, day, id, number, optional_day, optional_id, text};
use crate::company::chart::ACCOUNTS;
use crate::company::master::{CATEGORIES, DEPARTMENTS, ENTITIES, WAREHOUSES};
use crate::company::records::{Invoice, PayLine};
use crate::money::cents;

/// The alternatives of the plan, by key.
const SCENARIOS: [&str; 3] = ["original", "revised", "forecast"];

pub(super) fn rows(table: &str, company: &Company) -> Rows {
    dimension(table, company).or_else(|| sales(table, company)).unwrap_or_else(|| match table {
        "fact_supplier_bill" => bills(company),
        "fact_supplier_payment" => payments(company),
        "fact_ledger" => postings(company),
        "fact_budget" => budget(company),
        "fact_stock" => stock(company),
        "fact_bank_balance" => banks(company),
        "fact_headcount" => headcount(company),
        "fact_payroll" => payroll(company),
        _ => Vec::new(),
    })
}

fn dimension(table: &str, company: &Company) -> Option<Rows> {
    let named = |names: &mut dyn Iterator<Item = &'static str>| -> Rows {
        names.enumerate().map(|(i, name)| vec![id(i), text(name)]).collect()
    };
    Some(match table {
        "dim_date" => days(),
        "dim_company" => companies(),
        "dim_account" => accounts(),
        "dim_department" => named(&mut DEPARTMENTS.into_iter()),
        "dim_employee" => employees(company),
        "dim_customer" => customers(company),
        "dim_supplier" => suppliers(company),
        "dim_product" => products(company),
        "dim_warehouse" => named(&mut WAREHOUSES.iter().map(|w| w.0)),
        "dim_bank_account" => bank_accounts(),
        "dim_scenario" => named(&mut SCENARIOS.into_iter()),
        _ => return None,
    })
}

fn sales(table: &str, company: &Company) -> Option<Rows> {
    Some(match table {
        "fact_order" => orders(company),
        "fact_order_line" => order_lines(company),
        "fact_invoice" => invoices(company),
        "fact_invoice_line" => invoice_lines(company),
        "fact_receipt" => receipts(company),
        _ => return None,
    })
}

/// A day as the number that keys it.
fn key(day: Date) -> Value {
    Value::Int(i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day()))
}

fn optional_key(day: Option<Date>) -> Value {
    day.map_or(Value::Null, key)
}

/// All days of the fiscal calendar, those ahead included, and of the months in which the last items fall due.
fn days() -> Rows {
    const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let mut rows = Rows::new();
    let mut date = Date::constant(*YEARS.start() - 1, 4, 1);
    while date < Date::constant(*YEARS.end(), 7, 1) {
        let (month, fiscal) = (i64::from(date.month()), fiscal_month(date));
        rows.push(vec![
            key(date),
            day(date),
            text(WEEKDAYS[date.weekday().to_monday_zero_offset() as usize]),
            Value::Int(month),
            Value::Int((month - 1) / 3 + 1),
            Value::Int(i64::from(date.year())),
            Value::Int(fiscal),
            Value::Int((fiscal - 1) / 3 + 1),
            Value::Int(i64::from(fiscal_year(date))),
        ]);
        date = plus_days(date, 1);
    }
    rows
}

fn companies() -> Rows {
    let row = |(i, e): (usize, &crate::company::records::Entity)| {
        vec![id(i), text(e.name), text(e.country), text(e.currency)]
    };
    ENTITIES.iter().enumerate().map(row).collect()
}

fn accounts() -> Rows {
    let row = |(i, a): (usize, &crate::company::chart::Account)| {
        vec![id(i), Value::Int(a.number), text(a.name), text(a.class.label()), text(a.group)]
    };
    ACCOUNTS.iter().enumerate().map(row).collect()
}

fn employees(company: &Company) -> Rows {
    let all = company.employees.iter().enumerate();
    all.map(|(i, e)| {
        let (hired, left) = (day(e.hired), optional_day(e.left));
        vec![id(i), text(&e.name), text(e.title), id(e.department), id(e.entity), hired, left, cents(e.salary)]
    })
    .collect()
}

fn customers(company: &Company) -> Rows {
    let all = company.customers.iter().enumerate();
    all.map(|(i, c)| {
        let region = c.region.map_or(Value::Null, text);
        vec![id(i), text(&c.name), region, text(c.segment), text(c.country), id(c.entity)]
    })
    .collect()
}

fn suppliers(company: &Company) -> Rows {
    let all = company.vendors.iter().enumerate();
    all.map(|(i, v)| vec![id(i), text(&v.name), text(v.kind), text(v.country)]).collect()
}

fn products(company: &Company) -> Rows {
    let all = company.products.iter().enumerate();
    all.map(|(i, p)| vec![id(i), text(&p.name), text(CATEGORIES[p.category]), cents(p.cost)]).collect()
}

fn bank_accounts() -> Rows {
    use crate::company::chart::{BANK_DOLLARS, BANKS};
    let currency = |bank: usize| ENTITIES[usize::from(bank == BANK_DOLLARS)].currency;
    (0..BANKS).map(|bank| vec![id(bank), text(ACCOUNTS[bank].name), text(currency(bank))]).collect()
}

fn orders(company: &Company) -> Rows {
    let all = company.orders.iter().enumerate();
    all.map(|(i, o)| {
        vec![
            id(i),
            number("O", i),
            key(o.date),
            optional_key(o.shipped),
            id(o.customer),
            id(company.customers[o.customer].entity),
            text(o.status),
            cents(o.amount),
        ]
    })
    .collect()
}

fn order_lines(company: &Company) -> Rows {
    let all = company.order_lines.iter().enumerate();
    all.map(|(i, l)| {
        let order = &company.orders[l.order];
        vec![
            id(i),
            id(l.order),
            key(order.date),
            id(order.customer),
            id(company.customers[order.customer].entity),
            id(l.product),
            text(order.status),
            Value::Int(l.quantity),
            cents(l.price * l.quantity),
            cents(l.amount),
        ]
    })
    .collect()
}

fn invoices(company: &Company) -> Rows {
    let all = company.invoices.iter().enumerate();
    all.map(|(i, v)| {
        vec![
            id(i),
            number("I", i),
            text(if v.credits.is_some() { "credit note" } else { "invoice" }),
            key(v.date),
            key(v.due),
            id(v.customer),
            id(company.seller(v)),
            text(v.status),
            cents(v.net),
            cents(v.tax),
            cents(v.total()),
        ]
    })
    .collect()
}

fn invoice_lines(company: &Company) -> Rows {
    let all = company.invoice_lines.iter().enumerate();
    all.map(|(i, l)| {
        let invoice: &Invoice = &company.invoices[l.invoice];
        vec![
            id(i),
            id(l.invoice),
            key(invoice.date),
            id(invoice.customer),
            id(company.seller(invoice)),
            id(l.product),
            text(invoice.status),
            Value::Int(l.quantity),
            cents(l.net),
            cents(l.cost),
        ]
    })
    .collect()
}

fn receipts(company: &Company) -> Rows {
    let all = company.receipts.iter().enumerate();
    all.map(|(i, r)| {
        let invoice = &company.invoices[r.invoice];
        let (who, seller) = (id(invoice.customer), id(company.seller(invoice)));
        vec![id(i), key(r.date), id(r.invoice), who, seller, text(r.method), cents(r.amount)]
    })
    .collect()
}

fn bills(company: &Company) -> Rows {
    let all = company.bills.iter().enumerate();
    all.map(|(i, b)| {
        vec![
            id(i),
            number("B", i),
            key(b.date),
            key(b.due),
            id(b.vendor),
            id(b.entity),
            text(b.status),
            cents(b.net),
            cents(b.tax),
            cents(b.total()),
        ]
    })
    .collect()
}

fn payments(company: &Company) -> Rows {
    let all = company.payments.iter().enumerate();
    all.map(|(i, p)| {
        let bill = &company.bills[p.bill];
        vec![id(i), key(p.date), id(p.bill), id(bill.vendor), id(bill.entity), cents(p.amount)]
    })
    .collect()
}

fn postings(company: &Company) -> Rows {
    let all = company.lines.iter().enumerate();
    all.map(|(i, l)| {
        let entry = &company.entries[l.entry];
        vec![
            id(i),
            number("E", l.entry),
            key(entry.date),
            id(l.account),
            id(entry.entity),
            optional_id(l.department),
            optional_id(l.customer),
            optional_id(l.product),
            optional_id(l.vendor),
            text(entry.kind),
            text(entry.status),
            cents(l.amount),
        ]
    })
    .collect()
}

fn budget(company: &Company) -> Rows {
    let scenario = |name: &str| optional_id(SCENARIOS.iter().position(|s| *s == name));
    let all = company.budget.iter().enumerate();
    all.map(|(i, b)| vec![id(i), scenario(b.version), key(b.month), id(b.department), id(b.account), cents(b.amount)])
        .collect()
}

fn stock(company: &Company) -> Rows {
    let all = company.stock.iter();
    all.map(|s| {
        let seller = id(WAREHOUSES[s.warehouse].1);
        vec![key(s.date), id(s.product), id(s.warehouse), seller, Value::Int(s.quantity), cents(s.value)]
    })
    .collect()
}

fn banks(company: &Company) -> Rows {
    use crate::company::chart::BANK_DOLLARS;
    let all = company.bank_levels.iter();
    all.map(|b| {
        let owner = id(usize::from(b.bank == BANK_DOLLARS));
        vec![key(b.date), id(b.bank), owner, cents(b.document), cents(b.base)]
    })
    .collect()
}

fn headcount(company: &Company) -> Rows {
    let all = company.heads.iter();
    all.map(|h| vec![key(h.date), id(h.department), id(h.entity), Value::Int(h.heads)]).collect()
}

fn payroll(company: &Company) -> Rows {
    let row = |(i, l): (usize, &PayLine)| {
        let employee = &company.employees[l.employee];
        vec![
            id(i),
            key(company.pay_runs[l.run].date),
            id(l.employee),
            id(employee.department),
            id(employee.entity),
            cents(l.gross),
            cents(l.employer),
            cents(l.gross - l.withheld),
        ]
    };
    company.pay_lines.iter().enumerate().map(row).collect()
}
