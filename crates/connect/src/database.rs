//! The port that every engine's driver implements.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use catalog::{
    Catalog, ColumnStatistics, Fingerprint, Rows, Table, TableKind, TableName, TableStatistics, fingerprint,
};
use sql::{Dialect, ReadOnly};

use crate::error::Error;
use crate::scope::Scope;

/// A cheap mark of the schema's state: unequal marks mean that something may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(pub String);

impl Token {
    /// What a source answers that cannot say whether its schema moved.
    pub fn none() -> Token {
        Token(String::new())
    }

    /// Whether it says nothing: two of these are equal whatever happened between them.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}

/// Marks of single objects: an object whose mark is the same is read as the same, but for what it says of other objects
/// by their names (the targets of references, the tables of views).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prints {
    /// What all marks rest on: marks with another base say nothing about these.
    pub base: String,
    /// By name. An object without a mark has to be read to be known.
    pub of: BTreeMap<TableName, String>,
}

/// An object as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: TableName,
    /// Table, view, ...
    pub kind: TableKind,
}

/// Something about one object that could not be read; the rest was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The object.
    pub name: TableName,
    /// Why, in a phrase.
    pub why: String,
}

/// Tables that were read, and what could not be.
#[derive(Clone, Debug, Default)]
pub struct Inspected {
    /// Complete tables.
    pub tables: Vec<Table>,
    /// Objects that were passed over, with the reason.
    pub problems: Vec<Problem>,
}

/// What to sample of one table.
#[derive(Clone, Debug)]
pub struct SampleRequest {
    /// The table, as read (its columns say how to look).
    pub table: Arc<Table>,
    /// Rows looked at, at the most.
    pub rows: u64,
    /// Distinct values kept per column, at the most.
    pub values: usize,
    /// Hashes kept per column's sketch.
    pub sketch: usize,
}

/// The statistics of one column, by name.
pub type ColumnSample = (String, ColumnStatistics);

/// The tables that a statement was planned over, as they were then.
#[derive(Clone, Debug, Default)]
pub struct Slice {
    tables: Vec<Arc<Table>>,
}

impl Slice {
    /// Of a statement that nobody planned: it means what its text says, whatever the tables are by now.
    pub fn unseen() -> Slice {
        Slice::default()
    }

    /// The tables of the catalog that the statement names.
    pub fn over(catalog: &Catalog, statement: &ReadOnly) -> Slice {
        Slice { tables: statement.tables().iter().filter_map(|name| catalog.table(name)).cloned().collect() }
    }

    pub(crate) fn tables(&self) -> &[Arc<Table>] {
        &self.tables
    }

    pub(crate) fn names(&self) -> Vec<TableName> {
        self.tables.iter().map(|table| table.name.clone()).collect()
    }

    /// The outcome of a statement over these tables; where it failed because they are gone or others, that is said.
    pub(crate) async fn or_why<T>(
        &self,
        outcome: Result<T, Error>,
        database: &dyn Database,
        scope: &Scope,
    ) -> Result<T, Error> {
        match &outcome {
            _ if self.tables.is_empty() => {}
            // All of its names were there when it was planned, whatever is there by now.
            Err(Error::Unknown { .. }) => return Err(Error::Moved { tables: listed(&self.tables) }),
            Err(Error::Query { .. } | Error::Forbidden { .. }) => {
                self.check(&database.inspect(scope, &self.names()).await?)?;
            }
            _ => {}
        }
        outcome
    }

    /// Compares with the same tables as they are now.
    ///
    /// # Errors
    /// [`Error::Moved`] with those that are gone or others.
    pub(crate) fn check(&self, now: &Inspected) -> Result<(), Error> {
        let print = |table: &Table| (table.name.clone(), fingerprint::of_table(table));
        let now: HashMap<TableName, Fingerprint> = now.tables.iter().map(print).collect();
        let moved = self.tables.iter().filter(|then| now.get(&then.name) != Some(&fingerprint::of_table(then)));
        let moved: Vec<Arc<Table>> = moved.cloned().collect();
        if moved.is_empty() { Ok(()) } else { Err(Error::Moved { tables: listed(&moved) }) }
    }
}

/// The names of tables, for messages.
fn listed(tables: &[Arc<Table>]) -> String {
    tables.iter().map(|table| table.name.to_string()).collect::<Vec<_>>().join(", ")
}

/// The answer to a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// The rows, at most as many as the limit.
    pub rows: Rows,
    /// Whether the limit cut rows off.
    pub truncated: bool,
    /// The schema's token inside of the statement's own transaction.
    pub token: Token,
}

/// One database, reached read-only. Methods stop at the scope's deadline or cancellation, on the
/// server too, and leave no statement running.
#[async_trait]
pub trait Database: Send + Sync {
    /// How the engine writes SQL.
    fn dialect(&self) -> &'static dyn Dialect;

    /// The source's address for people, without secrets.
    fn address(&self) -> String;

    /// Whether reading the schema must be cut into small batches, because the source is rate limited or
    /// pays per object. Engines that read any number of objects in a handful of statements say no.
    fn wants_batches(&self) -> bool {
        false
    }

    /// Engine name and version.
    async fn version(&self, scope: &Scope) -> Result<String, Error>;

    /// The schema's change token; [`Token::none`] where this source has none that can be trusted. Cost: constant.
    async fn token(&self, scope: &Scope) -> Result<Token, Error>;

    /// A mark of the data's state: unequal marks mean that rows may have changed. None where the engine
    /// has no cheap one. Cost: constant.
    async fn data_mark(&self, _scope: &Scope) -> Result<Option<Token>, Error> {
        Ok(None)
    }

    /// The marks of all objects, where the engine has some that are cheaper than reading the objects. Cost: one statement,
    /// or two.
    async fn prints(&self, _scope: &Scope) -> Result<Option<Prints>, Error> {
        Ok(None)
    }

    /// Lists all objects that can be read. Cost: one statement.
    async fn list(&self, scope: &Scope) -> Result<Vec<Listed>, Error>;

    /// Reads the named objects completely. Set-based: the number of statements does not grow with
    /// the number of names.
    async fn inspect(&self, scope: &Scope, names: &[TableName]) -> Result<Inspected, Error>;

    /// Samples one table, bounded by the request.
    async fn sample(&self, scope: &Scope, request: &SampleRequest) -> Result<TableStatistics, Error>;

    /// Runs a guarded statement within the scope's limits.
    ///
    /// In the statement's own transaction, while its locks keep its tables from changing, these are read again and
    /// compared with what was planned for: what comes back was computed over that schema, or is [`Error::Moved`].
    /// Cost: that of the tables named, whatever the size of the schema.
    async fn query(&self, scope: &Scope, statement: &ReadOnly, planned: &Slice) -> Result<Fetched, Error>;
}
