//! Generated companies whose every number is known without SQL.
//!
//! A [`Book`] is a schema and its rows, deterministic by seed, in plain memory: no I/O here. Whoever
//! wants it in a database loads it through `connect::Scratch`. Beside each book stands its tally:
//! the expected numbers, computed from the generator's own records and never through SQL.

use catalog::{Table, Value};

/// A table of a book: its schema and its rows, each as long as the schema's columns.
#[derive(Clone, Debug)]
pub struct BookTable {
    /// The schema.
    pub table: Table,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// A generated database.
#[derive(Clone, Debug)]
pub struct Book {
    /// Its name, as golden questions say it.
    pub name: String,
    /// One sentence of what it is.
    pub about: String,
    /// Its tables, in loading order.
    pub tables: Vec<BookTable>,
}
