//! Generated companies whose every number is known without SQL.
//!
//! A [`Book`] is a schema and its rows, deterministic by seed, in plain memory: no I/O here. Whoever
//! wants it in a database loads it through `connect::Scratch`, or runs its [`script`] on a server. Beside the demo book stands its
//! [`Tally`]: the expected numbers, computed from the generator's own records and never through SQL.
//!
//! The path: [`demo`] runs a company for three and a half years and writes it down as a book;
//! [`Tally::evaluate`] answers a line of text over the same records; [`traps::all`] are small books
//! in which the obvious SQL is wrong; [`odd`] are schemas that break careless readers; [`renamed`]
//! is the same book under other names, [`demo_as`] the same records in other tables.

mod book;
mod error;
mod layout;
mod money;
mod random;
mod company;
pub mod odd;
mod renamed;
mod tally;
mod shapes;
mod script;
pub mod traps;

pub use book::{Book, BookTable};
pub use error::Error;
pub use renamed::renamed;
pub use script::{Flavour, script};
pub use shapes::Shape;
pub use tally::{Row, Slice, Tally};

use jiff::civil::Date;

/// What "today" is for the demo book: its last booked day. The running month and quarter are partial.
pub const DEMO_CLOCK: Date = company::END;

/// First booked day of the demo book, and of its first fiscal year.
pub const DEMO_START: Date = company::START;

/// First month of the demo company's fiscal year (April).
pub const DEMO_FISCAL_START: u8 = company::FISCAL_START;

/// Makes the demo company: an instruments maker with two legal entities, and its tally.
///
/// `scale` 1 is about 210,000 rows, 0.1 about 23,000; it is clamped to 0.001..=10, and anything that
/// is no number counts as 0.1. Equal arguments give equal books, on every machine. Cost: linear in
/// the rows, about a microsecond each in a release build.
pub fn demo(scale: f64, seed: u64) -> (Book, Tally) {
    demo_as(Shape::Normalized, scale, seed)
}

/// Makes the demo company as another system would keep its books. The records, and so the tally, are those
/// of [`demo`] with the same scale and seed.
pub fn demo_as(shape: Shape, scale: f64, seed: u64) -> (Book, Tally) {
    let tally = Tally::new(company::generate(scale, seed));
    (shapes::book(shape, &tally), tally)
}
