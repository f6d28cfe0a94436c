//! The demo company: it lives for three and a half years, and every event is kept as a record.
//!
//! The path: [`generate`] makes master data, sells, buys, pays staff, then keeps the journal month by
//! month and plans; [`to_book`] writes the records down as tables.

pub(crate) mod calendar;
pub(crate) mod chart;
mod close;
mod documents;
mod journal;
pub(crate) mod master;
mod payroll;
mod planning;
mod purchases;
pub(crate) mod records;
mod sales;
mod tables;

pub use calendar::{END, FISCAL_START, START};
pub(crate) use tables::to_book;

use calendar::Month;
use records::*;

use crate::random::Random;

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
    pub(crate) fn in_document_currency(&self, entity: usize, amount: i64, day: jiff::civil::Date) -> i64 {
        match (entity, self.rates.get(calendar::month_index(day))) {
            (1, Some(rate)) => crate::money::scaled(amount, crate::money::MICRO, rate.average),
            _ => amount,
        }
    }
}

/// Lives the company's life.
pub(crate) fn generate(scale: f64, seed: u64) -> Company {
    let scale = if scale.is_finite() { scale.clamp(0.001, 10.0) } else { 0.1 };
    let size = if scale < 1.0 { scale.sqrt() } else { scale };
    // What is booked every month, however small the company, takes its share of the rows.
    let scale = if scale < 1.0 { scale * scale.sqrt().sqrt() } else { scale };
    let months = calendar::months();
    let goods_vendors = ((9.0 * scale.sqrt()) as usize).clamp(2, 20);
    let mut company = Company {
        scale,
        size,
        rates: master::rates(&months, &mut Random::stream(seed, 1)),
        customers: master::customers(scale, &mut Random::stream(seed, 2)),
        products: master::products(scale, goods_vendors, &mut Random::stream(seed, 3)),
        vendors: master::vendors(goods_vendors, &mut Random::stream(seed, 4)),
        employees: master::employees(size, &mut Random::stream(seed, 5)),
        months,
        ..Company::default()
    };
    sales::run(&mut company, &mut Random::stream(seed, 6));
    purchases::run(&mut company, goods_vendors, &mut Random::stream(seed, 7));
    payroll::run(&mut company);
    close::keep(&mut company, &mut Random::stream(seed, 8));
    planning::run(&mut company, &mut Random::stream(seed, 9));
    company
}
