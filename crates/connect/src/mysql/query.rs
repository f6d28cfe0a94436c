//! Running a guarded statement within its limits.

use ::catalog::{ResultColumn, Rows, TypeKind, Value};
use mysql_async::consts::ColumnType;
use mysql_async::prelude::Queryable;
use mysql_async::{Column, Params};
use sql::ReadOnly;

use super::catalog;
use super::open::{Session, explain};
use super::value;
use crate::database::{Fetched, Slice, Token};
use crate::error::Error;
use crate::lanes::Link;
use crate::scope::{Limits, size};

/// Runs a guarded statement. A prepared statement is one statement only.
///
/// Running it takes the locks on its tables, which hold to the end of the transaction: what they are read as behind
/// that is what the rows were made of.
pub async fn run(
    session: &mut Session,
    statement: ReadOnly,
    planned: Slice,
    limits: Limits,
    token: Token,
) -> Result<Fetched, Error> {
    let (rows, truncated) = fetch(session, statement.text(), statement.parameters(), limits).await?;
    if !planned.tables().is_empty() {
        planned.check(&catalog::describe(session, &planned.names()).await?)?;
    }
    Ok(Fetched { rows, truncated, token })
}

/// Runs a text, stopping behind the limits.
pub(super) async fn fetch(
    session: &mut Session,
    text: &str,
    parameters: &[Value],
    limits: Limits,
) -> Result<(Rows, bool), Error> {
    let (stop, place) = (session.stopper(), session.place.clone());
    let fail = |e| explain(&place, e);
    let bound = match parameters {
        [] => Params::Empty,
        some => Params::Positional(some.iter().map(value::bind).collect()),
    };
    if !begins_a_query(text) {
        return Err(Error::NotOneRead);
    }
    let prepared = session.conn.prep(text).await.map_err(fail)?;
    // Before anything is run: what returns no columns does something else than read.
    if prepared.num_columns() == 0 {
        return Err(Error::NotOneRead);
    }
    let mut result = session.conn.exec_iter(&prepared, bound).await.map_err(fail)?;
    let shapes: Vec<(TypeKind, bool)> = result.columns_ref().iter().map(shape).collect();
    let columns = result.columns_ref().iter().map(heading).collect();
    let (mut rows, mut bytes, mut truncated) = (Vec::new(), 0, false);
    while let Some(row) = result.next().await.map_err(fail)? {
        let cells = row.unwrap().into_iter().zip(&shapes);
        let cells: Vec<Value> = cells.map(|(cell, (kind, bits))| value::read(cell, *kind, *bits)).collect();
        bytes += cells.iter().map(size).sum::<u64>();
        if limits.are_passed(rows.len(), bytes) {
            truncated = true;
            break;
        }
        rows.push(cells);
    }
    if truncated {
        // What is left would be made and sent, to be thrown away: the server is stopped, and heard to the end.
        stop().await;
        while let Ok(Some(_)) = result.next().await {}
    }
    drop(result);
    // The server keeps prepared statements until it is told; the answer does not depend on whether it heard.
    let _ = session.conn.close(prepared).await;
    Ok((Rows { columns, rows }, truncated))
}

/// The engine takes ANALYZE TABLE and its like for reading: they return rows, and a read-only session runs them.
fn begins_a_query(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("-- "));
    let first = lines.next().unwrap_or_default();
    let word = first.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    first.starts_with('(') || ["select", "with", "values"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn shape(column: &Column) -> (TypeKind, bool) {
    (value::kind(column), column.column_type() == ColumnType::MYSQL_TYPE_BIT)
}

fn heading(column: &Column) -> ResultColumn {
    ResultColumn { name: column.name_str().into_owned(), ty: value::kind(column), unit: None }
}

#[cfg(test)]
mod tests;
