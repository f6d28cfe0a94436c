//! The exact arithmetic that SQL should not do: quotients, comparisons, running totals, shares.
//!
//! The path: [`cells`] puts the statement's rows in order by dimensions, time and window;
//! [`arithmetic`] computes measures from bases; `lines` keeps and orders lines; `rolling` moves windows along a series;
//! `table` lays the answer out, `outer` puts its lines together once more, `statement` a financial statement. Quotients are taken
//! once, from exact numerator and denominator, half-even.

mod model;
pub mod arithmetic;
pub mod cells;
mod lines;
mod rolling;
mod table;
mod outer;
mod statement;
mod behind;

use catalog::Rows;

use crate::lower::Layout;
use crate::semantic::{Aggregation, Statement};
pub use behind::amounted;
pub use model::{ColumnKind, Facts, Finished, RowGroup, RowLine};

/// Finishes the rows of an aggregation's statement.
pub fn finish(plan: &Aggregation, layout: &Layout, rows: &Rows, facts: Facts) -> Finished {
    let cells = cells::gather(plan, layout, rows, facts);
    let finished = table::lay_out(plan, layout, cells, facts);
    match plan.outer {
        Some(outer) => outer::put_together(plan, outer, finished),
        None => finished,
    }
}

/// Finishes the rows of a financial statement.
pub fn draw(plan: &Statement, layout: &Layout, rows: &Rows, facts: Facts) -> Finished {
    let cells = cells::gather(&plan.numbers, layout, rows, facts);
    statement::lay_out(plan, cells)
}
