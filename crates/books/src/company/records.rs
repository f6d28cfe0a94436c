//! What happens in the company, as plain records. Ids are positions; amounts are cents of the group
//! currency (EUR) unless they say document; quantities are pieces.

use jiff::civil::Date;

/// A legal entity.
#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) name: &'static str,
    pub(crate) country: &'static str,
    pub(crate) currency: &'static str,
}

/// A customer.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) region: Option<&'static str>,
    pub(crate) segment: &'static str,
    pub(crate) country: &'static str,
    pub(crate) entity: usize,
    /// Days until an invoice is due.
    pub(crate) terms: i64,
    /// Mean days that it pays after the due date.
    pub(crate) late: i64,
    pub(crate) since: Date,
}

/// A product.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) name: String,
    /// Position in the list of categories.
    pub(crate) category: usize,
    pub(crate) price: i64,
    pub(crate) cost: i64,
    pub(crate) vendor: usize,
}

/// A supplier.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) country: &'static str,
    pub(crate) terms: i64,
}

/// A sales order.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) date: Date,
    pub(crate) customer: usize,
    pub(crate) status: &'static str,
    pub(crate) shipped: Option<Date>,
    pub(crate) lines: std::ops::Range<usize>,
    pub(crate) amount: i64,
}

/// A line of a sales order.
#[derive(Debug)]
pub(crate) struct OrderLine {
    pub(crate) order: usize,
    pub(crate) product: usize,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
    /// Percent off.
    pub(crate) discount: i64,
    pub(crate) amount: i64,
}

/// An invoice or, where `credits` names one, a credit note over a part of it.
#[derive(Debug)]
pub(crate) struct Invoice {
    pub(crate) order: usize,
    pub(crate) credits: Option<usize>,
    pub(crate) customer: usize,
    pub(crate) date: Date,
    pub(crate) due: Date,
    pub(crate) status: &'static str,
    pub(crate) lines: std::ops::Range<usize>,
    pub(crate) net: i64,
    pub(crate) tax: i64,
    /// Total in the currency of the customer's entity.
    pub(crate) document: i64,
}

impl Invoice {
    /// What the customer owes for it.
    pub(crate) fn total(&self) -> i64 {
        self.net + self.tax
    }
}

/// A line of an invoice.
#[derive(Debug)]
pub(crate) struct InvoiceLine {
    pub(crate) invoice: usize,
    pub(crate) product: usize,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
    pub(crate) net: i64,
    /// Cost of the pieces at standard cost.
    pub(crate) cost: i64,
}

/// Money from (or, negative, back to) a customer.
#[derive(Debug)]
pub(crate) struct Receipt {
    pub(crate) date: Date,
    pub(crate) invoice: usize,
    pub(crate) amount: i64,
    pub(crate) document: i64,
    pub(crate) method: &'static str,
}

/// A supplier's bill.
#[derive(Debug)]
pub(crate) struct Bill {
    pub(crate) vendor: usize,
    pub(crate) entity: usize,
    pub(crate) date: Date,
    pub(crate) due: Date,
    pub(crate) status: &'static str,
    pub(crate) lines: std::ops::Range<usize>,
    pub(crate) net: i64,
    pub(crate) tax: i64,
    pub(crate) document: i64,
}

impl Bill {
    /// What is owed for it.
    pub(crate) fn total(&self) -> i64 {
        self.net + self.tax
    }
}

/// A line of a supplier's bill.
#[derive(Debug)]
pub(crate) struct BillLine {
    pub(crate) bill: usize,
    pub(crate) account: usize,
    pub(crate) department: Option<usize>,
    pub(crate) product: Option<usize>,
    pub(crate) quantity: i64,
    pub(crate) amount: i64,
}

/// Money to a supplier.
#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) date: Date,
    pub(crate) bill: usize,
    pub(crate) amount: i64,
    pub(crate) document: i64,
}

/// An employee.
#[derive(Debug)]
pub(crate) struct Employee {
    pub(crate) name: String,
    pub(crate) department: usize,
    pub(crate) entity: usize,
    pub(crate) title: &'static str,
    pub(crate) hired: Date,
    /// Last day.
    pub(crate) left: Option<Date>,
    /// Per year, when hired.
    pub(crate) salary: i64,
}

/// A payroll run of one entity.
#[derive(Debug)]
pub(crate) struct PayRun {
    pub(crate) entity: usize,
    pub(crate) date: Date,
    pub(crate) lines: std::ops::Range<usize>,
}

/// What one employee was paid in a run.
#[derive(Debug)]
pub(crate) struct PayLine {
    pub(crate) run: usize,
    pub(crate) employee: usize,
    pub(crate) gross: i64,
    pub(crate) employer: i64,
    pub(crate) withheld: i64,
}

/// Stock of a product in a warehouse at the end of a month.
#[derive(Debug)]
pub(crate) struct StockLevel {
    pub(crate) date: Date,
    pub(crate) product: usize,
    pub(crate) warehouse: usize,
    pub(crate) quantity: i64,
    pub(crate) value: i64,
}

/// Balance of a bank account at the end of a month.
#[derive(Debug)]
pub(crate) struct BankLevel {
    pub(crate) date: Date,
    pub(crate) bank: usize,
    pub(crate) document: i64,
    pub(crate) base: i64,
}

/// Employees of a department and entity at the end of a month.
#[derive(Debug)]
pub(crate) struct HeadLevel {
    pub(crate) date: Date,
    pub(crate) department: usize,
    pub(crate) entity: usize,
    pub(crate) heads: i64,
}

/// A planned amount, in the account's natural sign.
#[derive(Debug)]
pub(crate) struct BudgetLine {
    pub(crate) version: &'static str,
    /// First day of the month.
    pub(crate) month: Date,
    pub(crate) department: usize,
    pub(crate) account: usize,
    pub(crate) amount: i64,
}

/// EUR for one USD in a month, in millionths; the running month has no closing rate yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) month: Date,
    pub(crate) average: i64,
    pub(crate) closing: Option<i64>,
}

/// A journal entry.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) entity: usize,
    pub(crate) date: Date,
    /// Whether it belongs to the adjusting period.
    pub(crate) adjusting: bool,
    pub(crate) kind: &'static str,
    pub(crate) source: &'static str,
    pub(crate) status: &'static str,
    pub(crate) text: &'static str,
    pub(crate) reverses: Option<usize>,
    pub(crate) lines: std::ops::Range<usize>,
}

/// A line of a journal entry; `amount` is positive for a debit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    pub(crate) entry: usize,
    pub(crate) account: usize,
    pub(crate) amount: i64,
    /// In the entry's currency; none until it is posted.
    pub(crate) document: Option<i64>,
    pub(crate) department: Option<usize>,
    pub(crate) customer: Option<usize>,
    pub(crate) product: Option<usize>,
    pub(crate) vendor: Option<usize>,
    pub(crate) partner: Option<usize>,
}

/// A line without dimensions.
pub(crate) fn line(account: usize, amount: i64) -> Line {
    Line { account, amount, ..Line::default() }
}
