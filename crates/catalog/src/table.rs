//! One table as the engine describes it.

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::types::Type;

/// What sort of relation a [`Table`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// A base table.
    Table,
    /// A view.
    View,
    /// A materialised view.
    MaterializedView,
    /// A virtual or foreign table.
    Virtual,
}

/// What an engine calls an object inside, whatever its name is: it stays through a rename, and another object never
/// gets it while this one lives. A number or a short text; only the driver that made it knows its form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(pub String);

/// A table, read completely: columns, keys, indexes, checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Table, view, ...
    pub kind: TableKind,
    /// Columns in the engine's order.
    pub columns: Vec<Column>,
    /// Columns of the primary key, in key order; empty where there is none.
    pub primary_key: Vec<String>,
    /// Further unique column sets (constraints and unique indexes without predicate or expression).
    pub unique: Vec<Vec<String>>,
    /// Declared foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// Check constraints.
    pub checks: Vec<Check>,
    /// The text of a view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The comment on the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What the engine calls it inside, where it says so. No part of the fingerprint: a table that was dropped and made again
    /// in the same form is read in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name as stored.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The text of its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether it is computed by the engine.
    #[serde(default)]
    pub generated: bool,
    /// The comment on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What the engine calls it inside, within its table, where it says so. No part of the fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

/// A declared reference: `columns` of this table to `target_columns` of `target`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Referencing columns.
    pub columns: Vec<String>,
    /// Referenced table.
    pub target: TableName,
    /// Referenced columns, resolved (never empty when the target is known).
    pub target_columns: Vec<String>,
    /// The ON DELETE rule, as the engine spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<String>,
    /// The ON UPDATE rule, as the engine spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<String>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its parts in order.
    pub parts: Vec<IndexPart>,
    /// Whether it forbids duplicates.
    pub unique: bool,
    /// Whether it covers only rows that meet a predicate.
    pub partial: bool,
}

/// One part of an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IndexPart {
    /// The column, or none for an expression.
    pub column: Option<String>,
    /// Whether it is sorted downwards.
    pub descending: bool,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Check {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The text of the condition.
    pub condition: String,
}

impl Table {
    /// A table of which nothing but its name and its kind is known yet.
    pub fn empty(name: TableName, kind: TableKind) -> Table {
        Table {
            name,
            kind,
            columns: Vec::new(),
            primary_key: Vec::new(),
            unique: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            definition: None,
            comment: None,
            identity: None,
        }
    }

    /// Finds a column by its stored name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// Whether `columns` are declared to identify at most one row: they hold all columns of the
    /// primary key or of a unique set whose columns are all NOT NULL or part of the question.
    pub fn is_unique(&self, columns: &[&str]) -> bool {
        let covers = |key: &[String]| !key.is_empty() && key.iter().all(|k| columns.contains(&k.as_str()));
        covers(&self.primary_key) || self.unique.iter().any(|key| covers(key))
    }
}
