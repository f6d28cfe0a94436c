//! What a bounded look at the rows says.
//!
//! At most the requested rows, in stretches spread over the primary key where that is one whole number and the table is
//! larger, since the head of a table is its oldest part. Two questions about the whole table follow, where they are
//! affordable: how far its dates reach, and which further values its low-cardinality text columns hold.

use catalog::{Table, TableKind, TableStatistics, TypeKind, Value};
use sql::Dialect;

use super::open::Session;
use super::query::fetch;
use crate::database::SampleRequest;
use crate::error::Error;
use crate::scope::Limits;
use crate::sounding::{self, Sounding};

/// Rows up to which a whole table is counted.
const COUNTED: i64 = 1_000_000;
/// Stretches that a sample is cut into.
const STRETCHES: u64 = 20;

/// Samples one table.
pub async fn sample(session: &mut Session, request: &SampleRequest) -> Result<TableStatistics, Error> {
    let table = &*request.table;
    let size = size(session, table).await?;
    let limit = sounding::limit(request);
    let mut sounding = Sounding::new(request);
    read_rows(session, table, size.map(|(rows, _)| rows), limit, &mut sounding).await?;
    let all = sounding.rows() < limit && size.is_none_or(|(rows, _)| rows <= limit);
    sounding.set_size(if all { Some((sounding.rows(), true)) } else { size });
    for column in sounding.to_reach() {
        let name = quote(&table.columns[column].name);
        let text = format!("SELECT min({name}), max({name}) FROM {}", place(table));
        if let [row] = run(session, &text, &[], 1).await?.as_slice() {
            sounding.reach(column, row);
        }
    }
    for (column, indexed) in sounding.to_complete() {
        let text = sounding::all_values(&place(table), &quote(&table.columns[column].name), indexed);
        let most = sounding.most_values();
        let values = run(session, &format!("{text} LIMIT {most}"), &[], most).await?;
        sounding.complete(column, &values);
    }
    Ok(sounding.finish())
}

/// Number of rows, and whether it was counted; none for views, whose count can cost anything.
async fn size(session: &mut Session, table: &Table) -> Result<Option<(u64, bool)>, Error> {
    if table.kind != TableKind::Table {
        return Ok(None);
    }
    let name = [Value::Text(table.name.name.clone())];
    let estimate = run(session, include_str!("sql/size.sql"), &name, 1).await?;
    match first(&estimate) {
        Some(rows) if rows > COUNTED => Ok(Some((rows.unsigned_abs(), false))),
        _ => {
            let counted = run(session, &format!("SELECT count(*) FROM {}", place(table)), &[], 1).await?;
            Ok(first(&counted).map(|rows| (rows.unsigned_abs(), true)))
        }
    }
}

fn first(rows: &[Vec<Value>]) -> Option<i64> {
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    }
}

async fn read_rows(
    session: &mut Session,
    table: &Table,
    size: Option<u64>,
    limit: u64,
    sounding: &mut Sounding<'_>,
) -> Result<(), Error> {
    let cells = cells(table);
    let place = place(table);
    let Some(key) = key(table).filter(|_| size.is_some_and(|rows| rows > limit)) else {
        let rows = run(session, &format!("SELECT {cells} FROM {place} LIMIT {limit}"), &[], limit).await?;
        rows.iter().for_each(|row| sounding.add(row));
        return Ok(());
    };
    let ends = run(session, &format!("SELECT min({key}), max({key}) FROM {place}"), &[], 1).await?;
    let Some([Value::Int(low), Value::Int(high)]) = ends.first().map(Vec::as_slice) else { return Ok(()) };
    let each = limit.div_ceil(STRETCHES);
    let text = format!("SELECT {cells}, {key} FROM {place} WHERE {key} >= ? ORDER BY {key} LIMIT {each}");
    let mut next = *low;
    for k in 0..STRETCHES {
        let offset = (i128::from(*high) - i128::from(*low)) * i128::from(k) / i128::from(STRETCHES);
        let start = next.max(i64::try_from(i128::from(*low) + offset).unwrap_or(next));
        let rows = run(session, &text, &[Value::Int(start)], each).await?;
        rows.iter().for_each(|row| sounding.add(&row[..row.len() - 1]));
        match rows.last().and_then(|row| row.last()) {
            Some(Value::Int(last)) if sounding.rows() < limit && *last < i64::MAX => next = last + 1,
            _ => break,
        }
    }
    Ok(())
}

/// The primary key, if it is one whole number.
fn key(table: &Table) -> Option<String> {
    let [only] = table.primary_key.as_slice() else { return None };
    table.column(only).filter(|column| column.ty.kind == TypeKind::Int).map(|column| quote(&column.name))
}

/// The expressions of all columns. Of blobs only their presence is asked, so none is sent.
fn cells(table: &Table) -> String {
    let cell = |column: &catalog::Column| {
        let name = quote(&column.name);
        match column.ty.kind {
            TypeKind::Bytes | TypeKind::Other => format!("CASE WHEN {name} IS NOT NULL THEN x'' END"),
            _ => name,
        }
    };
    table.columns.iter().map(cell).collect::<Vec<_>>().join(", ")
}

async fn run(session: &mut Session, text: &str, with: &[Value], rows: u64) -> Result<Vec<Vec<Value>>, Error> {
    Ok(fetch(session, text, with, Limits { rows, ..Limits::default() }).await?.0.rows)
}

fn place(table: &Table) -> String {
    sql::Mysql.table(&table.name)
}

fn quote(identifier: &str) -> String {
    sql::Mysql.quote(identifier)
}
