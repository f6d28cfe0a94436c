//! The records as the tables that a mid-size accounting system would keep.

mod commerce;
mod ledger;
mod people;

use super::Company;
use super::cells::Rows;
use crate::book::{Book, BookTable};
use crate::layout;

/// What the company is, in one sentence.
pub(crate) const ABOUT: &str = "Halden Instruments, maker of measuring instruments: two legal entities, carved out on \
    2022-04-01, fiscal years from April, group currency EUR, booked until 2025-11-14";

/// Writes the company down. Ids are positions from 1.
pub(crate) fn to_book(company: &Company) -> Book {
    let tables = layout::tables(include_str!("demo.layout"));
    Book {
        name: "halden".to_owned(),
        about: ABOUT.to_owned(),
        tables: tables.into_iter().map(|table| BookTable { rows: rows(&table.name.name, company), table }).collect(),
    }
}

fn rows(table: &str, company: &Company) -> Rows {
    match table {
        "legal_entities" => people::entities(),
        "departments" => people::departments(),
        "employees" => people::employees(company),
        "headcount_snapshots" => people::headcount(company),
        "payroll_runs" => people::payroll_runs(company),
        "payroll_lines" => people::payroll_lines(company),
        "customers" => commerce::customers(company),
        "vendors" => commerce::vendors(company),
        "products" => commerce::products(company),
        "warehouses" => commerce::warehouses(),
        "inventory_snapshots" => commerce::stock(company),
        "sales_orders" => commerce::orders(company),
        "sales_order_lines" => commerce::order_lines(company),
        "invoices" => commerce::invoices(company),
        "invoice_lines" => commerce::invoice_lines(company),
        "customer_payments" => commerce::receipts(company),
        "vendor_bills" => commerce::bills(company),
        "vendor_bill_lines" => commerce::bill_lines(company),
        "vendor_payments" => commerce::payments(company),
        "exchange_rates" => ledger::rates(company),
        "fiscal_periods" => ledger::periods(),
        "accounts" => ledger::accounts(),
        "bank_accounts" => ledger::bank_accounts(),
        "bank_balances" => ledger::bank_balances(company),
        "budget_lines" => ledger::budget(company),
        "journal_entries" => ledger::entries(company),
        "journal_lines" => ledger::lines(company),
        _ => Vec::new(),
    }
}
