//! A generated database in memory.

use catalog::{Catalog, Table, TableName, Value};

/// A table of a book: its schema and its rows, each as long as the schema's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct BookTable {
    /// The schema.
    pub table: Table,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

impl BookTable {
    /// The position of a column by its stored name.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.table.columns.iter().position(|c| c.name == column)
    }
}

/// A generated database.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// Its name, as golden questions say it.
    pub name: String,
    /// One sentence of what it is.
    pub about: String,
    /// Its tables, in loading order: a table comes after those it refers to (itself excepted).
    pub tables: Vec<BookTable>,
}

impl Book {
    /// The table of this name (without schema).
    pub fn table(&self, name: &str) -> Option<&BookTable> {
        let wanted = TableName::bare(name);
        self.tables.iter().find(|t| t.table.name == wanted)
    }

    /// Rows of all tables together.
    pub fn row_count(&self) -> usize {
        self.tables.iter().map(|t| t.rows.len()).sum()
    }

    /// The schema, as discovery would find it. Cost: a copy of all tables' schemas.
    pub fn catalog(&self) -> Catalog {
        Catalog::of_tables(self.tables.iter().map(|t| t.table.clone()))
    }
}
