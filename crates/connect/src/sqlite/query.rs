//! Running a guarded statement within its limits.

use catalog::{ResultColumn, Rows, Type, TypeKind, Value};
use rusqlite::{Statement, params_from_iter};
use sql::ReadOnly;

use super::value;
use super::work::{Session, Trouble};
use crate::database::Fetched;
use crate::error::Error;
use crate::scope::Limits;

/// Runs a guarded statement.
pub fn run(session: &Session<'_>, statement: &ReadOnly, limits: Limits) -> Result<Fetched, Trouble> {
    run_text(session, statement.text(), statement.parameters(), limits)
}

/// Prepares and runs a text behind the strict gate, which does not rely on what was checked before.
fn run_text(session: &Session<'_>, text: &str, parameters: &[Value], limits: Limits) -> Result<Fetched, Trouble> {
    session.gate.strict(|| {
        // Fails for a second statement behind the first.
        let mut prepared = session.connection.prepare(text)?;
        if !prepared.readonly() || prepared.column_count() == 0 || prepared.is_explain() != 0 {
            return Err(Error::NotOneRead.into());
        }
        let (rows, truncated) = fetch(&mut prepared, parameters, limits)?;
        Ok(Fetched { rows, truncated, token: session.token.clone() })
    })
}

fn fetch(prepared: &mut Statement<'_>, parameters: &[Value], limits: Limits) -> rusqlite::Result<(Rows, bool)> {
    let mut columns = headings(prepared);
    let kinds: Vec<TypeKind> = columns.iter().map(|c| c.ty).collect();
    let mut cursor = prepared.query(params_from_iter(parameters.iter().map(value::bind)))?;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut bytes = 0;
    let mut truncated = false;
    while let Some(row) = cursor.next()? {
        for i in 0..kinds.len() {
            bytes += value::size(row.get_ref(i)?);
        }
        if limits.are_passed(rows.len(), bytes) {
            truncated = true;
            break;
        }
        let cells = kinds.iter().enumerate().map(|(i, kind)| Ok(value::read(row.get_ref(i)?, *kind)));
        rows.push(cells.collect::<rusqlite::Result<_>>()?);
    }
    for (i, column) in columns.iter_mut().enumerate().filter(|(_, c)| c.ty == TypeKind::Unknown) {
        column.ty = kind_of(rows.iter().map(|row| &row[i]));
    }
    Ok((Rows { columns, rows }, truncated))
}

fn headings(prepared: &Statement<'_>) -> Vec<ResultColumn> {
    let heading = |c: rusqlite::Column<'_>| ResultColumn {
        name: c.name().to_owned(),
        ty: c.decl_type().map_or(TypeKind::Unknown, |declared| Type::parse(declared).kind),
        unit: None,
    };
    prepared.columns().map(heading).collect()
}

/// The type of an expression, from its values: that of all of them, floats where numbers mix.
fn kind_of<'a>(values: impl Iterator<Item = &'a Value>) -> TypeKind {
    let mut kind = TypeKind::Unknown;
    for value in values {
        let this = match value {
            Value::Null => continue,
            Value::Int(_) => TypeKind::Int,
            Value::Float(_) => TypeKind::Float,
            Value::Text(_) => TypeKind::Text { length: None },
            Value::Bytes(_) => TypeKind::Bytes,
            _ => return TypeKind::Other,
        };
        kind = match (kind, this) {
            (TypeKind::Unknown, this) => this,
            (kind, this) if kind == this => kind,
            (kind, this) if kind.is_numeric() && this.is_numeric() => TypeKind::Float,
            _ => return TypeKind::Other,
        };
    }
    kind
}

#[cfg(test)]
mod tests;
