//! From a semantic plan to one SELECT.
//!
//! Every fact is aggregated at its own grain first and joined to dimensions along many-to-one
//! edges only, so nothing is ever multiplied; several facts or windows are stacked with UNION ALL
//! and meet again in [`finish`](mod@crate::finish). No caller's text enters a statement: values are bound.

mod buckets;
mod joins;
mod predicates;
mod related;
mod lessons;
mod aggregate;
mod listing;
mod behind;

use jiff::civil::Date;
use sql::Select;

use crate::knowledge::Knowledge;
use crate::semantic::Query;

pub use aggregate::{Layout, columns_of};
pub use behind::lower as rows_behind;
pub use lessons::{later_lessons, lessons};

/// A statement and what its columns hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The statement.
    pub select: Select,
    /// What the columns hold, for aggregations.
    pub layout: Option<Layout>,
}

/// Writes the statement of a plan; `today` bounds balances that have no date of their own.
pub fn lower(k: &Knowledge, query: &Query, today: Date) -> Lowered {
    match query {
        Query::Aggregate(aggregation) => {
            let (select, layout) = aggregate::lower(k, aggregation, today);
            Lowered { select, layout: Some(layout) }
        }
        Query::Statement(statement) => {
            let (select, layout) = aggregate::lower(k, &statement.numbers, today);
            Lowered { select, layout: Some(layout) }
        }
        Query::List(listing) => Lowered { select: listing::lower(k, listing), layout: None },
    }
}
