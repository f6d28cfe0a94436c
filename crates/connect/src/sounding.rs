//! The sample of a table on a server: counts by column, what is still to be asked of the whole table, and the result.
//! The drivers write the statements.

use catalog::{ColumnStatistics, Extent, Index, Table, TableStatistics, Value};
use rusqlite::types::{Value as Stored, ValueRef};

use crate::database::SampleRequest;
use crate::sqlite::{Tally, bind};

/// Cells read of one table, at the most.
const CELLS: u64 = 1_000_000;
/// Rows up to which a whole table is scanned for its extents and values without an index.
const SCANNED: u64 = 500_000;
/// Columns whose values are completed, at the most.
const COMPLETED: usize = 8;

/// Rows that a request reads, at the most.
pub fn limit(request: &SampleRequest) -> u64 {
    request.rows.min(CELLS / (request.table.columns.len() as u64).max(1)).max(1)
}

/// The statement (without a limit) that reads every value of a column once: by steps in an index where there is one
/// (a loose index scan), by one pass else.
pub fn all_values(table: &str, column: &str, indexed: bool) -> String {
    if !indexed {
        return format!("SELECT DISTINCT {column} FROM {table}");
    }
    format!(
        "WITH RECURSIVE d(v) AS (SELECT min({column}) FROM {table} UNION ALL \
         SELECT (SELECT min({column}) FROM {table} WHERE {column} > d.v) FROM d WHERE d.v IS NOT NULL) \
         SELECT v FROM d"
    )
}

/// A sample while it is taken.
pub struct Sounding<'r> {
    request: &'r SampleRequest,
    tallies: Vec<Tally>,
    extents: Vec<Option<Extent>>,
    completed: Vec<bool>,
    sampled: u64,
    /// Number of rows, and whether it was counted.
    size: Option<(u64, bool)>,
}

impl<'r> Sounding<'r> {
    /// Nothing read yet.
    pub fn new(request: &'r SampleRequest) -> Sounding<'r> {
        let columns = &request.table.columns;
        let tallies: Vec<Tally> = columns.iter().map(|c| Tally::new(c.ty.kind, request.values)).collect();
        let (extents, completed) = (vec![None; columns.len()], vec![false; columns.len()]);
        Sounding { request, tallies, extents, completed, sampled: 0, size: None }
    }

    /// Counts a row of the sample.
    pub fn add(&mut self, row: &[Value]) {
        self.sampled += 1;
        for (tally, value) in self.tallies.iter_mut().zip(row) {
            tally.add(ValueRef::from(&stored(value)));
        }
    }

    /// Rows counted so far.
    pub fn rows(&self) -> u64 {
        self.sampled
    }

    /// Says how large the table is.
    pub fn set_size(&mut self, size: Option<(u64, bool)>) {
        self.size = size;
    }

    fn is_whole(&self) -> bool {
        self.size == Some((self.sampled, true))
    }

    /// Dated columns whose smallest and largest value the whole table is asked for.
    pub fn to_reach(&self) -> Vec<usize> {
        let Some((rows, _)) = self.size.filter(|_| !self.is_whole()) else { return Vec::new() };
        let affordable = |i: &usize| rows <= SCANNED || self.is_indexed(*i);
        (0..self.tallies.len())
            .filter(|i| self.tallies[*i].is_dated() && self.is_orderly(*i))
            .filter(affordable)
            .collect()
    }

    /// Takes the smallest and largest value of a column.
    pub fn reach(&mut self, column: usize, row: &[Value]) {
        let [min, max] = row else { return };
        let shown = |v: &Value| match v {
            Value::Date(_) | Value::DateTime(_) | Value::Timestamp(_) => Some(text_of(v)),
            Value::Text(_) | Value::Int(_) => Some(v.clone()),
            _ => None,
        };
        if let (Some(min), Some(max)) = (shown(min), shown(max)) {
            self.extents[column] = Some(Extent { min, max, exact: true });
        }
    }

    /// Text columns with few values whose other values the whole table is asked for, and whether an index helps.
    pub fn to_complete(&self) -> Vec<(usize, bool)> {
        let Some((rows, _)) = self.size.filter(|_| !self.is_whole()) else { return Vec::new() };
        let text = |i: &usize| self.request.table.columns[*i].ty.kind.is_text();
        let low = (0..self.tallies.len()).filter(text).filter(|i| self.tallies[*i].is_low_text(self.sampled));
        let low = low.take(COMPLETED).map(|i| (i, self.is_indexed(i)));
        low.filter(|(_, indexed)| *indexed || rows <= SCANNED).collect()
    }

    /// Values asked for of one column: more than are kept, to see whether there are more.
    pub fn most_values(&self) -> u64 {
        self.request.values as u64 + 2
    }

    /// Takes the values of a column.
    pub fn complete(&mut self, column: usize, rows: &[Vec<Value>]) {
        for value in rows.iter().filter_map(|row| row.first()).filter(|v| !v.is_null()) {
            self.tallies[column].add_known(ValueRef::from(&stored(value)));
        }
        self.completed[column] = (rows.len() as u64) < self.most_values();
    }

    /// The statistics.
    pub fn finish(self) -> TableStatistics {
        let whole = self.is_whole();
        let columns = self.request.table.columns.iter().zip(self.tallies);
        let columns = columns.zip(self.extents.into_iter().zip(self.completed));
        let columns = columns.map(|((column, tally), (extent, completed))| {
            let mut statistics: ColumnStatistics = tally.finish(self.request.sketch, whole, completed);
            statistics.extent = extent.or(statistics.extent);
            (column.name.clone(), statistics)
        });
        TableStatistics {
            rows: self.size.map(|(rows, _)| rows),
            rows_exact: self.size.is_some_and(|(_, exact)| exact),
            sampled: self.sampled,
            columns: columns.collect(),
        }
    }

    /// Whether the engine has a smallest value of the column.
    fn is_orderly(&self, column: usize) -> bool {
        let kind = self.request.table.columns[column].ty.kind;
        kind.is_temporal() || kind.is_text() || kind.is_numeric()
    }

    fn is_indexed(&self, column: usize) -> bool {
        let table: &Table = &self.request.table;
        let name = &table.columns[column].name;
        let leads =
            |index: &Index| !index.partial && index.parts.first().is_some_and(|p| p.column.as_ref() == Some(name));
        let first = |key: &Vec<String>| key.first() == Some(name);
        table.indexes.iter().any(leads) || table.unique.iter().any(first) || first(&table.primary_key)
    }
}

/// Days and instants as text, as they are written in a file: the rest of the house reads them so.
fn text_of(value: &Value) -> Value {
    match value {
        Value::DateTime(moment) => Value::Text(moment.to_string().replace('T', " ")),
        Value::Timestamp(instant) => Value::Text(instant.to_string().replace('T', " ")),
        other => Value::Text(other.to_string()),
    }
}

/// A cell as the tally counts it; decimals too long for that count as the nearest float, which is only looked at.
fn stored(value: &Value) -> Stored {
    match value {
        Value::Decimal(_) => match bind(value) {
            Stored::Text(_) => value.to_f64().map_or(Stored::Null, Stored::Real),
            exact => exact,
        },
        Value::Timestamp(_) => bind(&text_of(value)),
        Value::Array(_) | Value::Json(_) => Stored::Blob(Vec::new()),
        Value::Other { ty, .. } if ty.starts_with("date") || ty.starts_with("time") => Stored::Blob(Vec::new()),
        other => bind(other),
    }
}
