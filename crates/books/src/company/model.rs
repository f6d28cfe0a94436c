//! All records of one company.

use jiff::civil::Date;

use super::calendar::{Month, month_index};
use super::records::*;
use crate::money::{MICRO, scaled};

/// Everything that happened; positions are ids.
#[derive(Debug, Default)]
pub(crate) struct Company {
    /// Documents per month against the full demo.
    pub(crate) scale: f64,
    /// Money and staff against the full demo; small demos have fewer and larger documents.
    pub(crate) size: f64,
    pub(crate) months: Vec<Month>,
    pub(crate) rates: Vec<Rate>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) products: Vec<Product>,
    pub(crate) vendors: Vec<Vendor>,
    pub(crate) employees: Vec<Employee>,
    pub(crate) orders: Vec<Order>,
    pub(crate) order_lines: Vec<OrderLine>,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) invoice_lines: Vec<InvoiceLine>,
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) bills: Vec<Bill>,
    pub(crate) bill_lines: Vec<BillLine>,
    pub(crate) payments: Vec<Payment>,
    pub(crate) pay_runs: Vec<PayRun>,
    pub(crate) pay_lines: Vec<PayLine>,
    pub(crate) heads: Vec<HeadLevel>,
    pub(crate) stock: Vec<StockLevel>,
    /// Stock value by entity when the books begin.
    pub(crate) opening_stock: [i64; 2],
    pub(crate) bank_levels: Vec<BankLevel>,
    pub(crate) budget: Vec<BudgetLine>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) lines: Vec<Line>,
}

impl Company {
    /// The entity that sells to an invoice's customer.
    pub(crate) fn seller(&self, invoice: &Invoice) -> usize {
        self.customers[invoice.customer].entity
    }

    /// Cents of the group currency as cents of an entity's currency, at the month's average rate.
    pub(crate) fn in_document_currency(&self, entity: usize, amount: i64, day: Date) -> i64 {
        match (entity, self.rates.get(month_index(day))) {
            (1, Some(rate)) => scaled(amount, MICRO, rate.average),
            _ => amount,
        }
    }
}
