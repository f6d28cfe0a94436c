//! The only room with a door outward.
//!
//! [`Database`] is the port; each driver behind it has the same file set. Every call takes a
//! [`Scope`]: deadline, cancellation, clock, limits, progress. [`Scratch`] is a database that this
//! program made itself and may therefore write.

mod error;
mod scope;
mod secret;
mod server;
mod tls;
mod database;
mod only;
mod lanes;
pub mod sqlite;
mod sounding;
pub mod postgres;
pub mod mysql;
mod address;
mod scratch;

pub use address::{Address, at, open};
pub use database::{ColumnSample, Database, Fetched, Inspected, Listed, Prints, Problem, SampleRequest, Slice, Token};
pub use error::{Error, Source};
pub use only::{Choice, Only, is_part_of};
pub use scope::{Limits, Progress, Scope};
pub use scratch::Scratch;
pub use secret::{Password, Reference, Secret};
pub use server::{Encryption, Host, Server};
