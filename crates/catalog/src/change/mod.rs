//! What changed between two readings of a schema.
//!
//! 1. [`Change`] is one change: what, where, how grave, how sure.
//! 2. Objects are paired first: by the engine's own identity where there is one, else by name, and what is left over by
//!    likeness (names, types, constraints, place, values), as an assignment in which everything may also stay alone.
//! 3. [`diff`](fn@diff) compares the pairs, with renames applied, so that a rename is one change and not twenty.

mod likeness;
mod assign;
mod model;
mod kind;
mod identity;
mod columns;
mod tables;
mod parts;
mod diff;

pub use diff::{Side, diff};
pub use kind::{Change, ChangeKind, Severity, Use};
pub use model::{APPLIED, ASKED, COLUMN_FEATURES, TABLE_FEATURES};

/// For the calibration of renames: the features of a pair, as the model sees them.
pub mod calibration {
    pub use super::assign::assign;
    pub use super::columns::{Flank, features as column_features};
    pub use super::model::logistic;
    pub use super::tables::features as table_features;
}
