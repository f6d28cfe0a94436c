//! The numbers of the demo company, added up from its own records: no SQL anywhere.
//!
//! The path: a [`Slice`] says of which part of the books; [`facts`] turns records into facts (a day,
//! an amount, who and what); [`mod@cut`] names dimensions and time buckets; [`measures`] says which
//! facts a measure takes and with which sign; [`sum`] groups and adds; [`statement`] draws up whole
//! statements; [`text`] reads a line like
//! `revenue / by region / 2025-04-01..2025-07-01 / region=EMEA`.

mod slice;
mod facts;
mod cut;
mod measures;
mod sum;
mod statement;
mod text;

pub use slice::{Row, Slice};

use crate::company::Company;
use crate::error::Error;

/// The expected numbers of one demo book.
///
/// # Measures
///
/// From the ledger (posted entries, closing entries left out): `revenue`, `cost of sales`,
/// `gross profit`, `operating expenses` (with depreciation), `operating profit`, `ebitda`,
/// `depreciation`, `interest`, `tax`, `net profit`, and `actual` (income and cost both positive, as
/// budgets are). Balances of the ledger: `cash balance`, `inventory`, `debt`, `assets`,
/// `liabilities`, `equity`, `unclosed profit`, `receivables account`, `payables account`. From
/// documents: `ordered amount`, `orders`, `units ordered`, `discount`, `invoiced amount` (net),
/// `invoiced total` (with tax), `invoices`, `credit notes`, `units sold`, `sales at cost`,
/// `collected amount`, `billed amount`, `paid amount`; open items `receivables` and `payables`.
/// Snapshots: `inventory value`, `inventory quantity`, `bank balance`, `headcount`. People: `payroll`
/// (gross), `payroll cost` (with the employer's share), `hires`, `leavers`. Plans: `budget` (all
/// accounts), `budgeted revenue`, `budgeted cost of sales`, `budgeted operating expenses`. Counts of
/// master data: `customers`, `products`, `vendors`; and `active customers` (who ordered).
///
/// # Dimensions
///
/// `entity`, `account`, `account number`, `account class`, `account group`, `department`,
/// `customer`, `region`, `segment`, `country` (of the customer, or of the supplier where there is no
/// customer), `product`, `category`, `vendor`, `vendor type`, `warehouse`, `bank account`,
/// `currency`, `version`, `status`, `entry type`, `source`, `job title`, `payment method`, and for
/// open items `ageing` by due date (`not due`, `0-30`, `31-60`, `61-90`, `90+`); each where the
/// measure has it. Time: `day`, `week`, `month`, `quarter`, `half`, `year` (fiscal, from April),
/// `calendar quarter`, `calendar year`; the label is the bucket's first day.
///
/// # Statements
///
/// `income statement`, `balance sheet`, `cash flow statement`, `trial balance debits` and `trial balance credits`:
/// each line by its label, accounts by number and name; see [`Tally::statement`].
///
/// # Rules
///
/// Drafts, voids and cancelled orders are left out unless the slice names `status`. Groups without a
/// fact are left out, and so are balances of zero; without grouping there is always one row. The
/// label of NULL is the empty text. A balance in a series is taken at the end of each bucket, or at
/// the last booked day; a snapshot measure takes the last snapshot of each bucket, or, without a
/// time grain, the last one before `to`.
#[derive(Debug)]
pub struct Tally {
    company: Company,
}

impl Tally {
    pub(crate) fn new(company: Company) -> Self {
        Tally { company }
    }

    /// The records.
    pub(crate) fn company(&self) -> &Company {
        &self.company
    }

    /// All measures.
    pub fn measures() -> Vec<&'static str> {
        measures::MEASURES.iter().map(|m| m.name).collect()
    }

    /// The dimensions of a measure, time grains left out; none for an unknown measure.
    pub fn dimensions(measure: &str) -> Vec<&'static str> {
        measures::find(measure).map_or_else(Vec::new, |m| facts::dimensions(m.source).to_vec())
    }

    /// A measure by dimensions, sorted by label; none where measure, dimension or version is amiss
    /// ([`Tally::try_measure`] says what). Cost: one pass over the measure's records.
    pub fn measure(&self, measure: &str, slice: &Slice, by: &[&str]) -> Option<Vec<Row>> {
        self.try_measure(measure, slice, by).ok()
    }

    /// Like [`Tally::measure`], and says what is amiss.
    pub fn try_measure(&self, measure: &str, slice: &Slice, by: &[&str]) -> Result<Vec<Row>, Error> {
        sum::measure(&self.company, measure, slice, by)
    }

    /// A whole statement: the labels of its lines in order with their amounts, accounts without an amount left out.
    /// The slice's days are those of the period; a balance sheet and a trial balance are taken at the end of its last day.
    /// None for an unknown statement. Cost: three passes over the ledger.
    pub fn statement(&self, name: &str, slice: &Slice) -> Option<Vec<Row>> {
        statement::statement(&self.company, name, slice)
    }

    /// Answers a line of text: an expression, then sections behind ` / `, in any order.
    ///
    /// ```text
    /// revenue
    /// revenue / by region, quarter / 2025-04-01..2025-07-01 / region=EMEA
    /// cash balance / as of 2025-10-31
    /// (revenue - cost of sales) % revenue / by quarter
    /// ```
    ///
    /// The name of a statement alone is an expression too: its lines are the groups.
    /// An expression holds measures, numbers, `+`, `-`, `*`, `%` (the first as a share of the second:
    /// 0.25, never 25) and parentheses; `%` and `*` bind tighter. Sections: `by` and dimensions; a
    /// period `from..to` (`to` left out of it, either side may be empty); `as of` a day (it is
    /// included); `dimension=value` (several of one dimension are alternatives). A part that lacks a
    /// group counts as 0 there; a group whose divisor is 0 has no answer and is left out. Quotients
    /// are kept exact and rounded once, half to even, to six digits.
    pub fn evaluate(&self, text: &str) -> Result<Vec<Row>, Error> {
        text::evaluate(&self.company, text)
    }
}
