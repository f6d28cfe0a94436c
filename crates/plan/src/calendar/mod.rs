//! Calendars and time expressions.
//!
//! 1. [`Calendar`] cuts days into buckets, fiscal or not; a [`Period`] is a span with a name. The
//!    calendar knows what came before a period and what of it is like for like.
//! 2. [`read`] finds time expressions in the tokens of a question: a table of rules over small tables of words, longest
//!    match first. What could be read otherwise is handed back with it, with dates.
//!
//! Everything is pure; what "today" is, is an argument. Every bucket goes through
//! [`Calendar::bucket_start`] and [`Calendar::shift`]. Left open: periods of four and five weeks, and names of weekdays.

mod span;
mod words;
mod weeks;
mod fiscal;
mod period;
mod form;
mod reader;
mod names;
mod compact;
mod absolute;
mod relative;
mod atom;
mod ranges;
mod open;
mod asof;
mod series;
mod compare;
mod grammar;
#[cfg(test)]
mod tests;

pub use fiscal::{Basis, Calendar, DateOrder, FiscalName, WeekRule, months_in, noun};
pub use form::{Comparison, TimeForm, TimeMention};
pub use grammar::read;
pub use period::Period;
pub use span::{Span, add_days, add_months};
pub use weeks::WeekYear;
pub use words::{adverb, cardinal, month, month_name, ordinal, unit};
