//! The embedded state: one SQLite file that outlives the process.
//!
//! Several processes use it at once (WAL). Its format has a version: older files are migrated forward
//! after a copy was put beside them, newer ones are refused. Nothing in it is the only copy of
//! anything a user owns; a caller without a writable place goes on with memory only, and says so.
//!
//! 1. [`Store::open`] opens, checks and migrates.
//! 2. [`Store::snapshot`] and [`Store::save_snapshot`] keep what was read of schemas.
//! 3. [`Store::changes`] and [`Store::readings`] keep what changed in them and what was asked of them.

mod error;
mod file;
mod migrate;
mod store;
mod snapshot;
mod history;
mod reading;
mod holding;

pub use error::Error;
pub use history::{KeptChange, Retention, Review, SeenChanges};
pub use holding::Holding;
pub use reading::Reading;
pub use snapshot::{SavedPrints, SavedSnapshot};
pub use store::Store;
