//! What a bounded look at the rows says.
//!
//! At most the requested rows, from pages spread over the table where it is larger, since the head of a table is its
//! oldest part. Two questions about the whole table follow, where they are affordable: how far its dates reach, and
//! which further values its low-cardinality text columns hold.

use catalog::{Table, TableKind, TableStatistics, TypeKind, Value};
use sql::Dialect;

use super::open::Session;
use super::query::fetch;
use crate::database::SampleRequest;
use crate::error::Error;
use crate::scope::Limits;
use crate::sounding::{self, Sounding};

/// Samples one table.
pub async fn sample(session: &Session, request: &SampleRequest) -> Result<TableStatistics, Error> {
    let table = &*request.table;
    let size = size(session, table).await?;
    let limit = sounding::limit(request);
    let mut sounding = Sounding::new(request);
    let text = rows_of(table, size, limit);
    for row in run(session, &text, limit).await? {
        sounding.add(&row);
    }
    let rows = match size {
        // Fewer rows than were asked for are all there are.
        Some(size) if size.exact => Some((size.rows, true)),
        _ if sounding.rows() < limit && size.is_none_or(|size| size.rows <= limit) => Some((sounding.rows(), true)),
        Some(size) => Some((size.rows, false)),
        None => None,
    };
    sounding.set_size(rows);
    for column in sounding.to_reach() {
        let name = quote(&table.columns[column].name);
        let text = format!("SELECT min({name}), max({name}) FROM {}", place(table));
        if let [row] = run(session, &text, 1).await?.as_slice() {
            sounding.reach(column, row);
        }
    }
    for (column, indexed) in sounding.to_complete() {
        let text = sounding::all_values(&place(table), &quote(&table.columns[column].name), indexed);
        let most = sounding.most_values();
        let values = run(session, &format!("{text} LIMIT {most}"), most).await?;
        sounding.complete(column, &values);
    }
    Ok(sounding.finish())
}

#[derive(Clone, Copy)]
struct Size {
    rows: u64,
    exact: bool,
}

/// Rows up to which a whole table is counted.
const COUNTED: u64 = 1_000_000;

/// None for views and foreign tables, whose count can cost anything.
async fn size(session: &Session, table: &Table) -> Result<Option<Size>, Error> {
    if !matches!(table.kind, TableKind::Table | TableKind::MaterializedView) {
        return Ok(None);
    }
    let schema = table.name.schema.clone().unwrap_or_else(|| "public".to_owned());
    let with = [Value::Text(schema), Value::Text(table.name.name.clone())];
    let (found, _) = fetch(session, include_str!("sql/size.sql"), &with, limits(1)).await?;
    let estimate = match found.rows.first().and_then(|row| row.first()) {
        Some(Value::Float(rows)) if *rows >= 0.0 => *rows as u64,
        _ => return Ok(None),
    };
    if estimate > COUNTED {
        return Ok(Some(Size { rows: estimate, exact: false }));
    }
    let counted = run(session, &format!("SELECT count(*) FROM {}", place(table)), 1).await?;
    Ok(match counted.first().and_then(|row| row.first()) {
        Some(Value::Int(rows)) => Some(Size { rows: rows.unsigned_abs(), exact: true }),
        _ => None,
    })
}

/// The statement that reads the sample. Of blobs only their presence is asked, so none is sent.
fn rows_of(table: &Table, size: Option<Size>, limit: u64) -> String {
    let cell = |column: &catalog::Column| {
        let name = quote(&column.name);
        match column.ty.kind {
            TypeKind::Bytes => format!("CASE WHEN {name} IS NOT NULL THEN ''::bytea END"),
            TypeKind::Other | TypeKind::Array => format!("left(CAST({name} AS text), 1000)"),
            _ => name,
        }
    };
    let cells: Vec<String> = table.columns.iter().map(cell).collect();
    let spread = match size {
        // A little more than needed: pages are not filled evenly.
        Some(size) if size.rows > limit => {
            let share = (120.0 * limit as f64 / size.rows as f64).min(100.0);
            format!(" TABLESAMPLE SYSTEM ({share:.6}) REPEATABLE (1)")
        }
        _ => String::new(),
    };
    format!("SELECT {} FROM {}{spread} LIMIT {limit}", cells.join(", "), place(table))
}

fn limits(rows: u64) -> Limits {
    Limits { rows, ..Limits::default() }
}

async fn run(session: &Session, text: &str, rows: u64) -> Result<Vec<Vec<Value>>, Error> {
    Ok(fetch(session, text, &[], limits(rows)).await?.0.rows)
}

fn place(table: &Table) -> String {
    sql::Postgres.table(&table.name)
}

fn quote(identifier: &str) -> String {
    sql::Postgres.quote(identifier)
}
