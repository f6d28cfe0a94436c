//! The demo company as other systems would keep it.
//!
//! The same records as in the normalized books, from the same seed, so that the same tally holds:
//! as a star of facts and dimensions, as wide tables with one row per period, and as nothing but a
//! ledger. What things are called differs as much as their places do.

mod ledger;
mod star;
mod wide;

use std::fmt;

use crate::book::{Book, BookTable};
use crate::company;
use crate::company::cells::Rows;
use crate::layout;
use crate::tally::Tally;

/// How a system keeps the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// Documents, master data and a journal, each in tables of its own.
    Normalized,
    /// Facts with surrogate keys around dimensions, a calendar by day among them.
    Star,
    /// One row per period and company, customer, product or department, with many columns of numbers.
    Wide,
    /// A chart of accounts and journal vouchers with their lines, nothing else.
    Ledger,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Shape; 4] = [Shape::Normalized, Shape::Star, Shape::Wide, Shape::Ledger];

    /// The shape's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Normalized => "normalized",
            Shape::Star => "star",
            Shape::Wide => "wide",
            Shape::Ledger => "ledger",
        }
    }

    /// The shape of this name.
    pub fn parse(name: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| shape.name() == name)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Writes the company down in a shape.
pub(crate) fn book(shape: Shape, tally: &Tally) -> Book {
    let company = tally.company();
    match shape {
        Shape::Normalized => company::to_book(company),
        Shape::Star => made("halden_star", "a star of facts and dimensions", include_str!("star.layout"), |table| {
            star::rows(table, company)
        }),
        Shape::Wide => {
            made("halden_wide", "one row per period", include_str!("wide.layout"), |table| wide::rows(table, tally))
        }
        Shape::Ledger => made("halden_ledger", "a ledger and nothing else", include_str!("ledger.layout"), |table| {
            ledger::rows(table, company)
        }),
    }
}

fn made(name: &str, what: &str, schema: &str, rows: impl Fn(&str) -> Rows) -> Book {
    let tables = layout::tables(schema);
    Book {
        name: name.to_owned(),
        about: format!("{}, as {what}", company::ABOUT),
        tables: tables.into_iter().map(|table| BookTable { rows: rows(&table.name.name), table }).collect(),
    }
}
