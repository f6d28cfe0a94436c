//! A schema at one time.

use std::sync::Arc;

use catalog::{Catalog, Entry, Fingerprint, Statistics, TableName, fingerprint};
use connect::{Prints, Problem, Token};
use jiff::Timestamp;

use crate::discover::Discovery;

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

/// When a snapshot was read, and how long that holds. Decided when it is written, never when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// When it was read.
    pub loaded: Timestamp,
    /// From when on it is used while it is read again.
    pub soft: Timestamp,
    /// From when on it is not used before it was read again.
    pub hard: Timestamp,
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
    /// The engine's marks of single objects, where it has some.
    pub prints: Option<Prints>,
    /// How long it may be used, where the source does not tell changes.
    pub expiry: Option<Expiry>,
    /// Whether all of the schema is of one moment: see [`Discovery::settled`].
    pub settled: bool,
    /// The fingerprints of the entries of the catalog, in their order.
    pub(crate) parts: Arc<[Fingerprint]>,
}

impl Snapshot {
    /// What was discovered and sampled of a source, at no time yet. Cost: one pass over what it does not share with the
    /// snapshot before.
    pub(crate) fn of(
        source: String,
        discovery: Discovery,
        statistics: Statistics,
        before: Option<&Snapshot>,
    ) -> Snapshot {
        let known = before.map(|before| (&*before.catalog, &*before.parts));
        let parts = fingerprint::of_entries(&discovery.catalog, known);
        let fingerprint = fingerprint::of_parts(&parts);
        Snapshot {
            source,
            fingerprint,
            epoch: fingerprint.to_string().chars().take(12).collect(),
            coverage: Coverage::of(&discovery.catalog, &statistics),
            catalog: discovery.catalog,
            statistics: Arc::new(statistics),
            token: discovery.token,
            data_mark: None,
            taken_at: Timestamp::UNIX_EPOCH,
            problems: discovery.problems,
            prints: discovery.prints,
            expiry: None,
            settled: discovery.settled,
            parts: parts.into(),
        }
    }

    /// The schema in it, as it was discovered.
    pub(crate) fn discovery(&self) -> Discovery {
        Discovery {
            catalog: self.catalog.clone(),
            token: self.token.clone(),
            problems: self.problems.clone(),
            prints: self.prints.clone(),
            settled: self.settled,
            read: 0,
        }
    }

    /// The same snapshot with other statistics.
    #[must_use]
    pub fn with_statistics(&self, statistics: Statistics) -> Snapshot {
        let coverage = Coverage::of(&self.catalog, &statistics);
        Snapshot { statistics: Arc::new(statistics), coverage, ..self.clone() }
    }
}
