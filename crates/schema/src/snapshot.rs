//! A schema at one time.

use std::sync::Arc;

use catalog::{Catalog, Entry, Fingerprint, Statistics, TableName};
use connect::{Problem, Token};
use jiff::Timestamp;

/// How much of a source is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Objects listed.
    pub listed: usize,
    /// Objects listed and not read.
    pub unread: Vec<TableName>,
    /// Objects read and not sampled.
    pub unsampled: Vec<TableName>,
}

impl Coverage {
    /// What these two cover.
    pub fn of(catalog: &Catalog, statistics: &Statistics) -> Coverage {
        let mut coverage = Coverage { listed: catalog.len(), ..Coverage::default() };
        for entry in catalog.entries() {
            match entry {
                Entry::Listed { name, .. } => coverage.unread.push(name.clone()),
                Entry::Read { table } if !statistics.tables.contains_key(&table.name) => {
                    coverage.unsampled.push(table.name.clone());
                }
                Entry::Read { .. } => {}
            }
        }
        coverage
    }

    /// Objects read.
    pub fn read(&self) -> usize {
        self.listed - self.unread.len()
    }

    /// Whether everything was read and sampled.
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty() && self.unsampled.is_empty()
    }
}

/// A schema and what its rows look like, at one time. Immutable; a change makes another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The source's address, without secrets.
    pub source: String,
    /// The schema.
    pub catalog: Arc<Catalog>,
    /// The schema's fingerprint.
    pub fingerprint: Fingerprint,
    /// What sampling found.
    pub statistics: Arc<Statistics>,
    /// The fingerprint's first twelve digits, for answers.
    pub epoch: String,
    /// The schema's change token.
    pub token: Token,
    /// The mark of the data that was sampled, where the engine has one.
    pub data_mark: Option<Token>,
    /// When the oldest part of it was taken.
    pub taken_at: Timestamp,
    /// How much is known.
    pub coverage: Coverage,
    /// What could not be read, and why.
    pub problems: Vec<Problem>,
}

impl Snapshot {
    /// The same snapshot, said to be of another token.
    #[must_use]
    pub(crate) fn of_token(&self, token: Token) -> Snapshot {
        Snapshot { token, ..self.clone() }
    }

    /// The same snapshot with other statistics.
    #[must_use]
    pub fn with_statistics(&self, statistics: Statistics) -> Snapshot {
        let coverage = Coverage::of(&self.catalog, &statistics);
        Snapshot { statistics: Arc::new(statistics), coverage, ..self.clone() }
    }
}
