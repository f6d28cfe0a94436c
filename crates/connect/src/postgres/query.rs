//! Running a guarded statement within its limits.

use std::pin::pin;

use ::catalog::{ResultColumn, Rows, Value};
use futures_util::TryStreamExt;
use sql::{Dialect, ReadOnly};
use tokio_postgres::{Column, Row, Statement};

use super::catalog;
use super::open::{Session, explain};
use super::value::{self, Cell, Parameter};
use crate::database::{Fetched, Slice, Token};
use crate::error::Error;
use crate::lanes::Link;
use crate::scope::{Limits, size};

/// Runs a guarded statement. The extended protocol takes one statement only.
///
/// Preparing it takes the locks on its tables, which hold to the end of the transaction: what they are read as behind
/// that, each statement with a fresh look at the catalog, is what the rows are made of.
pub async fn run(
    session: &Session,
    statement: ReadOnly,
    planned: Slice,
    limits: Limits,
    token: Token,
) -> Result<Fetched, Error> {
    let prepared = prepare(session, statement.text()).await?;
    if !planned.tables().is_empty() {
        planned.check(&catalog::inspect(session, &planned.names()).await?)?;
    }
    let (rows, truncated) = rows(session, &prepared, statement.parameters(), limits).await?;
    Ok(Fetched { rows, truncated, token })
}

/// Runs a text, stopping behind the limits.
pub(super) async fn fetch(
    session: &Session,
    text: &str,
    parameters: &[Value],
    limits: Limits,
) -> Result<(Rows, bool), Error> {
    rows(session, &prepare(session, text).await?, parameters, limits).await
}

async fn rows(
    session: &Session,
    prepared: &Statement,
    parameters: &[Value],
    limits: Limits,
) -> Result<(Rows, bool), Error> {
    let fail = |e| explain(&session.place, e);
    if prepared.columns().is_empty() {
        return Err(Error::NotOneRead);
    }
    let columns: Vec<ResultColumn> = prepared.columns().iter().map(heading).collect();
    let stream = session.client.query_raw(prepared, parameters.iter().map(Parameter)).await.map_err(fail)?;
    let mut stream = pin!(stream);
    let (mut rows, mut bytes, mut truncated) = (Vec::new(), 0, false);
    while let Some(row) = stream.try_next().await.map_err(fail)? {
        let cells = cells(&row).map_err(fail)?;
        bytes += cells.iter().map(size).sum::<u64>();
        if limits.are_passed(rows.len(), bytes) {
            truncated = true;
            break;
        }
        rows.push(cells);
    }
    if truncated {
        // What is left would be made and sent, to be thrown away: the server is stopped, and heard to the end.
        session.stopper()().await;
        while let Ok(Some(_)) = stream.try_next().await {}
    }
    Ok((Rows { columns, rows }, truncated))
}

/// The statement, around which columns of types that only the engine can write are cast to what it writes.
async fn prepare(session: &Session, text: &str) -> Result<Statement, Error> {
    let fail = |e| explain(&session.place, e);
    let prepared = session.client.prepare(text).await.map_err(fail)?;
    if prepared.columns().iter().all(|c| value::is_readable(c.type_())) {
        return Ok(prepared);
    }
    let quote = |name: &str| sql::Postgres.quote(name);
    let names: Vec<String> = (1..=prepared.columns().len()).map(|i| format!("c{i}")).collect();
    let shown = prepared.columns().iter().zip(&names).map(|(column, name)| {
        let cell = match value::is_readable(column.type_()) {
            true => name.clone(),
            false => format!("CAST({name} AS {})", value::sent_as(column.type_())),
        };
        format!("{cell} AS {}", quote(column.name()))
    });
    let shown: Vec<String> = shown.collect();
    let wrapped = format!("SELECT {} FROM (\n{text}\n) AS q({})", shown.join(", "), names.join(", "));
    session.client.prepare(&wrapped).await.map_err(fail)
}

fn heading(column: &Column) -> ResultColumn {
    ResultColumn { name: column.name().to_owned(), ty: value::kind(column.type_()), unit: None }
}

/// The cells of a row.
pub(super) fn cells(row: &Row) -> Result<Vec<Value>, tokio_postgres::Error> {
    (0..row.len()).map(|i| row.try_get::<_, Cell>(i).map(|cell| cell.0)).collect()
}

#[cfg(test)]
mod tests;
