//! The only room with a door outward.
//!
//! [`Database`] is the port; each driver behind it has the same file set. Every call takes a
//! [`Scope`]: deadline, cancellation, clock, limits, progress. [`Scratch`] is a database that this
//! program made itself and may therefore write.

mod error;
mod scope;
mod database;
pub mod sqlite;
mod address;
mod scratch;

pub use address::{Address, open};
pub use database::{ColumnSample, Database, Fetched, Inspected, Listed, Problem, SampleRequest, Token};
pub use error::Error;
pub use scope::{Limits, Progress, Scope};
pub use scratch::Scratch;
