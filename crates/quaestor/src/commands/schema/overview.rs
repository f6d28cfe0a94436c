//! Tables, one line each.

use catalog::{Table, TableKind};
use schema::Snapshot;

use super::find;
use crate::console::plain;
use crate::grid::Grid;

/// One line for each table.
pub fn grid(snapshot: &Snapshot, chosen: &[&Table], words: &[String]) -> Grid {
    let words = find::words(words);
    let last = if words.is_empty() { "references" } else { "matching columns" };
    let mut grid = Grid::new(&["table", "kind", ">rows", ">columns", "key", last]);
    for table in chosen {
        let references = || table.foreign_keys.iter().map(|key| key.target.to_string()).collect::<Vec<_>>();
        let mut named = if words.is_empty() { references() } else { find::matching_columns(table, &words) };
        named.dedup();
        let row = [
            table.name.to_string(),
            kind(table.kind).to_owned(),
            rows(snapshot, table),
            table.columns.len().to_string(),
            table.primary_key.join(", "),
            named.join(", "),
        ];
        grid.rows.push(row.iter().map(|cell| plain(cell)).collect());
    }
    grid
}

/// The kind of a table in words.
pub fn kind(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::MaterializedView => "materialized view",
        TableKind::Virtual => "virtual",
    }
}

/// Number of rows; with a tilde where it is an estimate, nothing where it is not known.
pub fn rows(snapshot: &Snapshot, table: &Table) -> String {
    let Some(statistics) = snapshot.statistics.tables.get(&table.name) else { return String::new() };
    let estimate = if statistics.rows_exact { "" } else { "~" };
    statistics.rows.map(|rows| format!("{estimate}{rows}")).unwrap_or_default()
}
