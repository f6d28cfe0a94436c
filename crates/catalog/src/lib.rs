//! What a schema is, once read: names, types, tables, statistics, values.
//!
//! Everything here is plain data without I/O, the vocabulary that all other rooms share.
//! The path: a driver fills [`Table`]s, discovery gathers them in a [`Catalog`] (immutable behind
//! `Arc`), [`fingerprint`] says whether two of them are equal, [`change`] what
//! lies between them, sampling adds [`Statistics`], and
//! answers come back as [`Rows`] of exact [`Value`]s.

mod name;
mod types;
mod value;
mod table;
mod statistics;
mod model;
pub mod fingerprint;
mod rows;
pub mod file;
pub mod change;

pub use change::{Change, ChangeKind, Severity, Side, Use, diff};
pub use file::FileError;
pub use fingerprint::Fingerprint;
pub use model::{Catalog, Entry};
pub use name::{ColumnRef, TableName};
pub use rows::{ResultColumn, Rows, Unit};
pub use statistics::{ColumnStatistics, Extent, Statistics, TableStatistics, sketch_hash};
pub use table::{Check, Column, ForeignKey, Identity, Index, IndexPart, Table, TableKind};
pub use types::{Type, TypeKind};
pub use value::Value;

/// Exact decimal of any size.
pub type Decimal = bigdecimal::BigDecimal;
