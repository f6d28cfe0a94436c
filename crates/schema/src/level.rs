//! How much is asked of a source at once.

use serde::{Deserialize, Serialize};

/// How hard a rate-limited source may be asked. Engines that read any number of objects in a handful
/// of statements (see `Database::wants_batches`) need no such restraint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Small batches, few at once.
    Basic,
    /// In between.
    #[default]
    Intermediate,
    /// Large batches, many at once.
    Aggressive,
}

/// The limits of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batches {
    /// Tables of one batch, at the most.
    pub tables: usize,
    /// Columns of one batch, at the most, as far as they can be foreseen.
    pub columns: usize,
    /// Batches at once.
    pub at_once: usize,
}

impl Level {
    /// The level's limits.
    pub fn batches(self) -> Batches {
        let (tables, columns, at_once) = match self {
            Level::Basic => (10, 50, 2),
            Level::Intermediate => (25, 100, 5),
            Level::Aggressive => (50, 200, 10),
        };
        Batches { tables, columns, at_once }
    }
}
