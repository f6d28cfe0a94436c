//! The chores of the house, as functions that tests can call.
//!
//! `tidy`: 1. [`house`] reads the workspace; 2. [`facts`] says what each file names, prints and
//! measures; 3. [`rules`] are the conventions, one a file; 4. [`tidy`] puts the three together.
//! [`golden`] is the command behind `golden` and `golden --bless`. [`eval`] scores question sets that
//! lie outside of the workspace.

pub mod error;
pub mod eval;
pub mod facts;
pub mod fixtures;
pub mod golden;
pub mod house;
pub mod rules;
pub mod tidy;

pub use error::Error;
pub use house::{House, Violation};
