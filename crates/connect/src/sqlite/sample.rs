//! What a bounded look at the rows says.
//!
//! One scan of at most the requested rows. A larger table is read in stretches spread over its row
//! numbers, since the head of a table is its oldest part. Two questions about the whole table follow,
//! where they are affordable: how far its dates reach, and which further values its low-cardinality
//! text columns hold.

use catalog::{Extent, Index, Table, TableKind, TableStatistics, TypeKind, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};
use sql::Dialect;

use super::tally::Tally;
use super::value;
use super::work::Session;
use crate::database::SampleRequest;

/// Cells read of one table, at the most.
const CELLS: u64 = 1_000_000;
/// Stretches that a sample is cut into.
const STRETCHES: u64 = 20;
/// Rows up to which a whole table is counted.
const COUNTED: i64 = 5_000_000;
/// Rows up to which a whole table is scanned for its extents and values without an index.
const SCANNED: u64 = 500_000;
/// Columns whose values are completed, at the most.
const COMPLETED: usize = 8;

/// Samples one table.
pub fn sample(session: &Session<'_>, request: &SampleRequest) -> Result<TableStatistics> {
    let connection = session.connection;
    let table = &*request.table;
    let limit = request.rows.min(CELLS / (table.columns.len() as u64).max(1)).max(1);
    let size = size(connection, table)?;
    let mut tallies: Vec<Tally> = table.columns.iter().map(|c| Tally::new(c.ty.kind, request.values)).collect();
    let sampled = read_rows(connection, table, size.as_ref(), limit, &mut tallies)?;
    let rows = size.as_ref().map_or((sampled < limit).then_some(sampled), |size| Some(size.rows));
    let exact = size.as_ref().map_or(sampled < limit, |size| size.exact);
    let whole = exact && rows == Some(sampled);

    let mut extents = vec![None; tallies.len()];
    let mut completed = vec![false; tallies.len()];
    if let (false, Some(rows)) = (whole, rows) {
        extents = whole_extents(connection, table, &tallies, rows)?;
        completed = complete_values(connection, table, &mut tallies, (sampled, rows), request.values)?;
    }
    let columns = table.columns.iter().zip(tallies).zip(extents.into_iter().zip(completed));
    let columns = columns.map(|((column, tally), (extent, completed))| {
        let mut statistics = tally.finish(request.sketch, whole, completed);
        statistics.extent = extent.or(statistics.extent);
        (column.name.clone(), statistics)
    });
    Ok(TableStatistics { rows, rows_exact: exact, sampled, columns: columns.collect() })
}

/// How large a base table is.
struct Size {
    rows: u64,
    exact: bool,
    /// The name that reaches the row number, and its smallest and largest value; none for tables
    /// without row numbers.
    numbers: Option<(&'static str, i64, i64)>,
}

/// None for views and virtual tables, whose count can cost anything.
fn size(connection: &Connection, table: &Table) -> Result<Option<Size>> {
    if table.kind != TableKind::Table {
        return Ok(None);
    }
    let name = quote(&table.name.name);
    let free = |alias: &&'static str| !table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(alias));
    let alias = ["rowid", "_rowid_", "oid"].into_iter().find(free);
    let numbers = alias.and_then(|alias| {
        let text = format!("SELECT (SELECT min({alias}) FROM {name}), (SELECT max({alias}) FROM {name})");
        // Tables without row numbers do not know the name.
        let mut statement = connection.prepare(&text).ok()?;
        Some(statement.query_row([], |row| Ok((alias, row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?))))
    });
    let numbers = match numbers.transpose()? {
        Some((_, None, _) | (_, _, None)) => return Ok(Some(Size { rows: 0, exact: true, numbers: None })),
        Some((alias, Some(low), Some(high))) => Some((alias, low, high)),
        None => None,
    };
    let span = numbers.map(|(_, low, high)| high.saturating_sub(low));
    if let Some(span) = span.filter(|span| *span > COUNTED) {
        // Row numbers can have gaps: an estimate from above.
        return Ok(Some(Size { rows: span.unsigned_abs(), exact: false, numbers }));
    }
    let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0))?;
    Ok(Some(Size { rows: rows.unsigned_abs(), exact: true, numbers }))
}

/// Reads the sample into the tallies and returns the number of rows.
fn read_rows(
    connection: &Connection,
    table: &Table,
    size: Option<&Size>,
    limit: u64,
    tallies: &mut [Tally],
) -> Result<u64> {
    let name = quote(&table.name.name);
    let cells = cells(table);
    let spread = size.filter(|size| size.rows > limit).and_then(|size| size.numbers);
    let Some((alias, low, high)) = spread else {
        let mut statement = connection.prepare(&format!("SELECT {cells}, 0 FROM {name} LIMIT ?1"))?;
        return Ok(stretch(&mut statement, [count(limit)], tallies)?.0);
    };
    let text = format!("SELECT {cells}, {alias} FROM {name} WHERE {alias} >= ?1 ORDER BY {alias} LIMIT ?2");
    let mut statement = connection.prepare(&text)?;
    let each = limit.div_ceil(STRETCHES);
    let (mut sampled, mut next) = (0, low);
    for k in 0..STRETCHES {
        let offset = (i128::from(high) - i128::from(low)) * i128::from(k) / i128::from(STRETCHES);
        let start = next.max(i64::try_from(i128::from(low) + offset).unwrap_or(next));
        let (read, last) = stretch(&mut statement, [start, count(each)], tallies)?;
        sampled += read;
        match last.and_then(|last| last.checked_add(1)) {
            Some(behind) if sampled < limit => next = behind,
            _ => break,
        }
    }
    Ok(sampled)
}

/// The expressions of all columns. Of blobs only their presence is asked, so none is read.
fn cells(table: &Table) -> String {
    let expression = |column: &catalog::Column| {
        let name = quote(&column.name);
        if column.ty.kind == TypeKind::Bytes { format!("CASE WHEN {name} IS NOT NULL THEN x'' END") } else { name }
    };
    table.columns.iter().map(expression).collect::<Vec<_>>().join(", ")
}

/// Runs a statement whose last column is the row number; returns rows read and the last number.
fn stretch<const N: usize>(
    statement: &mut rusqlite::Statement<'_>,
    parameters: [i64; N],
    tallies: &mut [Tally],
) -> Result<(u64, Option<i64>)> {
    let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
    let (mut read, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        for (i, tally) in tallies.iter_mut().enumerate() {
            tally.add(row.get_ref(i)?);
        }
        last = row.get_ref(tallies.len())?.as_i64_or_null()?;
        read += 1;
    }
    Ok((read, last))
}

/// Smallest and largest of every dated column over the whole table: by index where there is one, by
/// one scan for the others if the table is not too large.
fn whole_extents(connection: &Connection, table: &Table, tallies: &[Tally], rows: u64) -> Result<Vec<Option<Extent>>> {
    let name = quote(&table.name.name);
    let mut extents = vec![None; tallies.len()];
    let dated = (0..tallies.len()).filter(|i| tallies[*i].is_dated());
    let (indexed, scanned): (Vec<usize>, Vec<usize>) = dated.partition(|i| is_indexed(table, &table.columns[*i].name));
    for i in indexed {
        let column = quote(&table.columns[i].name);
        let text = format!("SELECT (SELECT min({column}) FROM {name}), (SELECT max({column}) FROM {name})");
        read_extents(connection, &text, &[i], &mut extents)?;
    }
    if !scanned.is_empty() && rows <= SCANNED {
        let pair = |i: &usize| format!("min({0}), max({0})", quote(&table.columns[*i].name));
        let pairs: Vec<String> = scanned.iter().map(pair).collect();
        read_extents(connection, &format!("SELECT {} FROM {name}", pairs.join(", ")), &scanned, &mut extents)?;
    }
    Ok(extents)
}

fn read_extents(connection: &Connection, text: &str, of: &[usize], extents: &mut [Option<Extent>]) -> Result<()> {
    connection.prepare(text)?.query_row([], |row| {
        for (k, i) in of.iter().enumerate() {
            let min = value::read(row.get_ref(2 * k)?, TypeKind::Unknown);
            let max = value::read(row.get_ref(2 * k + 1)?, TypeKind::Unknown);
            let usable = |v: &Value| {
                !v.is_null() && !matches!(v, Value::Bytes(_)) && !matches!(v, Value::Float(x) if !x.is_finite())
            };
            extents[*i] = (usable(&min) && usable(&max)).then_some(Extent { min, max, exact: true });
        }
        Ok(())
    })
}

/// Adds the values that the sample missed of text columns with few values; tells which columns are
/// complete now.
fn complete_values(
    connection: &Connection,
    table: &Table,
    tallies: &mut [Tally],
    (sampled, rows): (u64, u64),
    keep: usize,
) -> Result<Vec<bool>> {
    let mut completed = vec![false; tallies.len()];
    let low: Vec<usize> = (0..tallies.len()).filter(|i| tallies[*i].is_low_text(sampled)).collect();
    for i in low.into_iter().take(COMPLETED) {
        let indexed = is_indexed(table, &table.columns[i].name);
        if !indexed && rows > SCANNED {
            continue;
        }
        let (name, column) = (quote(&table.name.name), quote(&table.columns[i].name));
        let text =
            if indexed { skipping(&name, &column) } else { format!("SELECT DISTINCT {column} FROM {name} LIMIT ?1") };
        let mut statement = connection.prepare(&text)?;
        let most = keep as u64 + 2;
        let mut values = statement.query([count(most)])?;
        let mut read = 0;
        while let Some(row) = values.next()? {
            read += 1;
            if row.get_ref(0)? != ValueRef::Null {
                tallies[i].add_known(row.get_ref(0)?);
            }
        }
        completed[i] = read < most;
    }
    Ok(completed)
}

/// Every value once, each found by one step in the index (a loose index scan).
fn skipping(name: &str, column: &str) -> String {
    format!(
        "WITH RECURSIVE d(v) AS (SELECT min({column}) FROM {name} UNION ALL \
         SELECT (SELECT min({column}) FROM {name} WHERE {column} > d.v) FROM d WHERE d.v IS NOT NULL) \
         SELECT v FROM d LIMIT ?1"
    )
}

fn is_indexed(table: &Table, column: &str) -> bool {
    let leads =
        |index: &Index| !index.partial && index.parts.first().is_some_and(|p| p.column.as_deref() == Some(column));
    let first = |key: &Vec<String>| key.first().is_some_and(|c| c == column);
    table.indexes.iter().any(leads) || table.unique.iter().any(first) || first(&table.primary_key)
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn quote(identifier: &str) -> String {
    sql::Sqlite.quote(identifier)
}
