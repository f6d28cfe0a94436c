//! Schemas that break careless readers: empty, reserved, Unicode, huge, many.

mod huge;
mod names;
mod wide;

use crate::book::{Book, BookTable};
use crate::layout;

pub use huge::huge_numbers;
pub use names::{reserved_words, unicode};
pub use wide::wide_schema;

/// A database without a table.
pub fn empty_database() -> Book {
    Book { name: "empty".to_owned(), about: "A database without a table".to_owned(), tables: Vec::new() }
}

/// A database with one table without a row.
pub fn empty_table() -> Book {
    let schema = "table invoices \"Nothing was invoiced yet\"\n invoice_id INTEGER key\n invoice_date DATE\n amount DECIMAL(15,2)";
    let tables = layout::tables(schema).into_iter().map(|table| BookTable { table, rows: Vec::new() }).collect();
    Book { name: "empty_table".to_owned(), about: "A database with one table without a row".to_owned(), tables }
}

/// All small odd books; [`wide_schema`] is made by size.
pub fn all() -> Vec<Book> {
    vec![empty_database(), empty_table(), reserved_words(), unicode(), huge_numbers()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fit_their_tables_and_references_their_targets() {
        for book in all().into_iter().chain([wide_schema(300)]) {
            let catalog = book.catalog();
            for table in &book.tables {
                assert!(
                    table.rows.iter().all(|r| r.len() == table.table.columns.len()),
                    "{} {}",
                    book.name,
                    table.table.name
                );
                for key in &table.table.foreign_keys {
                    let target = catalog.table(&key.target).unwrap();
                    assert!(key.target_columns.iter().all(|c| target.column(c).is_some()), "{}", table.table.name);
                    assert!(key.columns.iter().all(|c| table.table.column(c).is_some()), "{}", table.table.name);
                }
            }
        }
    }
}
