//! The catalog: every object that was listed, and all of those that were read.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::table::{Table, TableKind};

/// One object of a catalog. A table that is listed but not yet read has no columns to ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Entry {
    /// Known by name only.
    Listed {
        /// Its name.
        name: TableName,
        /// Table, view, ...
        kind: TableKind,
    },
    /// Read completely.
    Read {
        /// The table.
        table: Arc<Table>,
    },
}

impl Entry {
    /// The name, whichever state it is in.
    pub fn name(&self) -> &TableName {
        match self {
            Entry::Listed { name, .. } => name,
            Entry::Read { table } => &table.name,
        }
    }
}

/// All objects of one source at one time; immutable once built.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    entries: BTreeMap<TableName, Entry>,
}

impl Catalog {
    /// Builds a catalog; of two entries with one name the later wins.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        Catalog { entries: entries.into_iter().map(|e| (e.name().clone(), e)).collect() }
    }

    /// Builds a catalog in which every table was read.
    pub fn of_tables(tables: impl IntoIterator<Item = Table>) -> Self {
        Catalog::new(tables.into_iter().map(|t| Entry::Read { table: Arc::new(t) }))
    }

    /// All entries by name.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.values()
    }

    /// All tables that were read, by name.
    pub fn tables(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.entries.values().filter_map(|entry| match entry {
            Entry::Read { table } => Some(table),
            Entry::Listed { .. } => None,
        })
    }

    /// The table, if it was read.
    pub fn table(&self, name: &TableName) -> Option<&Arc<Table>> {
        match self.entries.get(name) {
            Some(Entry::Read { table }) => Some(table),
            _ => None,
        }
    }

    /// Number of objects, read or not.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was listed.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Serialize for Catalog {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.entries.values())
    }
}

impl<'de> Deserialize<'de> for Catalog {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Catalog::new(Vec::<Entry>::deserialize(d)?))
    }
}
