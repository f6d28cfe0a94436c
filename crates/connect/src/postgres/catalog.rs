//! The schema, read in a handful of set-based statements whatever its size, sent one behind the other without waiting.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use catalog::{Check, Column, ForeignKey, Identity, Index, IndexPart, Table, TableKind, TableName};
use futures_util::try_join;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type as Wire};

use super::open::{Session, explain};
use super::types::{self, Declared};
use crate::database::{Inspected, Listed, Prints, Problem, Token};
use crate::error::Error;

type Oid = u32;

struct Object {
    oid: Oid,
    name: TableName,
    kind: TableKind,
    /// Whether all of its columns may be read.
    whole: bool,
}

/// Lists relations.
pub async fn list(session: &Session) -> Result<Vec<Listed>, Error> {
    let rows = run(session, include_str!("sql/objects.sql"), &[]).await?;
    Ok(rows.iter().map(object).map(|o| Listed { name: o.name, kind: o.kind }).collect())
}

/// The marks of all relations.
pub async fn prints(session: &Session) -> Result<Prints, Error> {
    let (base, rows) =
        try_join!(run(session, include_str!("sql/base.sql"), &[]), run(session, include_str!("sql/prints.sql"), &[]),)?;
    let base = base.first().map(|row| row.get(0)).unwrap_or_default();
    Ok(Prints { base, of: rows.iter().map(|row| (table_name(row.get(0), row.get(1)), row.get(2))).collect() })
}

/// What moves with the rows of the database.
pub async fn mark(session: &Session) -> Result<Option<Token>, Error> {
    let rows = run(session, include_str!("sql/mark.sql"), &[]).await?;
    Ok(rows.first().map(|row| Token(row.get(0))))
}

/// Reads the named relations. A name that does not exist (any more), or may not be read, is a problem.
pub async fn inspect(session: &Session, names: &[TableName]) -> Result<Inspected, Error> {
    let objects = named(session, names).await?;
    let known: HashSet<&TableName> = objects.iter().map(|o| &o.name).collect();
    let mut problems: Vec<Problem> = names.iter().filter(|name| !known.contains(name)).map(gone).collect();

    let oids: Vec<Oid> = objects.iter().map(|o| o.oid).collect();
    let whole: Vec<bool> = objects.iter().map(|o| o.whole).collect();
    let of: [(&(dyn ToSql + Sync), Wire); 1] = [(&oids, Wire::OID_ARRAY)];
    let marked: [(&(dyn ToSql + Sync), Wire); 2] = [(&oids, Wire::OID_ARRAY), (&whole, Wire::BOOL_ARRAY)];
    let (columns, constraints, indexes, comments, views) = try_join!(
        run(session, include_str!("sql/columns.sql"), &marked),
        run(session, include_str!("sql/constraints.sql"), &of),
        run(session, include_str!("sql/indexes.sql"), &of),
        run(session, include_str!("sql/comments.sql"), &of),
        run(session, include_str!("sql/views.sql"), &of),
    )?;
    let mut tables: HashMap<Oid, Reading> = objects.into_iter().map(|o| (o.oid, Reading::of(o))).collect();
    let outside = outside(&tables, &constraints);
    let (types, far) = try_join!(types_of(session, &columns), far_names(session, &outside))?;
    add_columns(&mut tables, &columns, &types);
    problems.extend(drop_gone(session, &mut tables).await?);
    add_constraints(&mut tables, &constraints, &far);
    add_indexes(&mut tables, &indexes, &constraints);
    add_texts(&mut tables, &comments, &views);
    let tables = oids.iter().filter_map(|oid| tables.remove(oid)).map(|reading| reading.table).collect();
    Ok(Inspected { tables, problems })
}

fn gone(name: &TableName) -> Problem {
    Problem { name: name.clone(), why: "does not exist, or may not be read".into() }
}

/// A table without a column may be one, or was dropped since it was found: then it is none.
async fn drop_gone(session: &Session, tables: &mut HashMap<Oid, Reading>) -> Result<Vec<Problem>, Error> {
    let bare = tables.values().map(|reading| &reading.table).filter(|table| table.columns.is_empty());
    let bare: Vec<TableName> = bare.map(|table| table.name.clone()).collect();
    if bare.is_empty() {
        return Ok(Vec::new());
    }
    let still: HashSet<Oid> = named(session, &bare).await?.iter().map(|o| o.oid).collect();
    let is_gone = |oid: &Oid, reading: &Reading| reading.table.columns.is_empty() && !still.contains(oid);
    Ok(tables.extract_if(|oid, reading| is_gone(oid, reading)).map(|(_, reading)| gone(&reading.table.name)).collect())
}

async fn run(session: &Session, text: &str, with: &[(&(dyn ToSql + Sync), Wire)]) -> Result<Vec<Row>, Error> {
    session.client.query_typed(text, with).await.map_err(|e| explain(&session.place, e))
}

async fn named(session: &Session, names: &[TableName]) -> Result<Vec<Object>, Error> {
    let schemas: Vec<&str> = names.iter().map(|n| n.schema.as_deref().unwrap_or("public")).collect();
    let names: Vec<&str> = names.iter().map(|n| n.name.as_str()).collect();
    let with: [(&(dyn ToSql + Sync), Wire); 2] = [(&schemas, Wire::TEXT_ARRAY), (&names, Wire::TEXT_ARRAY)];
    Ok(run(session, include_str!("sql/named.sql"), &with).await?.iter().map(object).collect())
}

fn object(row: &Row) -> Object {
    let kind = match row.get::<_, &str>(3) {
        "v" => TableKind::View,
        "m" => TableKind::MaterializedView,
        "f" => TableKind::Virtual,
        _ => TableKind::Table,
    };
    Object { oid: row.get(0), name: table_name(row.get(1), row.get(2)), kind, whole: row.get(4) }
}

fn table_name(schema: &str, name: &str) -> TableName {
    TableName { database: None, schema: Some(schema.to_owned()), name: name.to_owned() }
}

/// A table on its way, and what its columns are called by number.
struct Reading {
    table: Table,
    names: HashMap<i16, String>,
}

impl Reading {
    fn of(object: Object) -> Reading {
        let identity = Some(Identity(object.oid.to_string()));
        let table = Table { identity, ..Table::empty(object.name, object.kind) };
        Reading { table, names: HashMap::new() }
    }

    /// The columns of these numbers; none if one of them may not be seen.
    fn columns(&self, numbers: &[i16]) -> Option<Vec<String>> {
        named_columns(&self.names, numbers)
    }
}

fn named_columns(names: &HashMap<i16, String>, numbers: &[i16]) -> Option<Vec<String>> {
    numbers.iter().map(|n| names.get(n).cloned()).collect()
}

/// The first number that a server gives to an object of users; those below are the same as long as it lives.
const FIRST_OF_USERS: Oid = 16_384;

/// The types of columns. The engine's own are asked for once in a session.
async fn types_of(session: &Session, columns: &[Row]) -> Result<HashMap<Oid, Arc<Row>>, Error> {
    let used: HashSet<Oid> = columns.iter().map(|row| row.get(3)).collect();
    let mut types = session.types.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let unknown: Vec<Oid> = used.into_iter().filter(|oid| !types.contains_key(oid)).collect();
    if !unknown.is_empty() {
        let rows = run(session, include_str!("sql/types.sql"), &[(&unknown, Wire::OID_ARRAY)]).await?;
        types.extend(rows.into_iter().map(|row| (row.get(0), Arc::new(row))));
        let own = types.iter().filter(|(oid, _)| **oid < FIRST_OF_USERS).map(|(oid, row)| (*oid, row.clone()));
        *session.types.lock().unwrap_or_else(PoisonError::into_inner) = own.collect();
    }
    Ok(types)
}

fn add_columns(tables: &mut HashMap<Oid, Reading>, rows: &[Row], types: &HashMap<Oid, Arc<Row>>) {
    for row in rows {
        let Some(reading) = tables.get_mut(&row.get(0)) else { continue };
        // Its type is gone only where the column is.
        let Some(ty) = types.get(&row.get(3)) else { continue };
        let column = column(row, ty);
        reading.names.insert(row.get(1), column.name.clone());
        reading.table.columns.push(column);
    }
}

fn column(row: &Row, ty: &Row) -> Column {
    let declared = Declared { name: ty.get(1), sort: ty.get(2), modifier: row.get(4), values: ty.get(7) };
    let base =
        ty.get::<_, Option<&str>>(5).map(|name| Declared { name, sort: ty.get(6), modifier: ty.get(3), values: None });
    let (generated, identity, default): (&str, &str, Option<String>) = (row.get(6), row.get(7), row.get(8));
    Column {
        name: row.get(2),
        ty: types::of(&declared, base.as_ref()),
        nullable: !row.get::<_, bool>(5) && !ty.get::<_, bool>(4),
        default: match identity {
            "a" => Some("generated always as identity".to_owned()),
            "d" => Some("generated by default as identity".to_owned()),
            _ => default,
        },
        generated: !generated.is_empty(),
        comment: None,
        identity: Some(Identity(row.get::<_, i16>(1).to_string())),
    }
}

/// Relations that references lead to and that are not read now.
fn outside(tables: &HashMap<Oid, Reading>, constraints: &[Row]) -> Vec<Oid> {
    let targets = constraints.iter().filter(|row| row.get::<_, &str>(2) == "f").map(|row| row.get(4));
    let far: HashSet<Oid> = targets.filter(|oid| !tables.contains_key(oid)).collect();
    far.into_iter().collect()
}

async fn far_names(session: &Session, oids: &[Oid]) -> Result<HashMap<Oid, HashMap<i16, String>>, Error> {
    let mut far: HashMap<Oid, HashMap<i16, String>> = HashMap::new();
    if !oids.is_empty() {
        for row in run(session, include_str!("sql/names.sql"), &[(&oids, Wire::OID_ARRAY)]).await? {
            far.entry(row.get(0)).or_default().insert(row.get(1), row.get(2));
        }
    }
    Ok(far)
}

fn add_constraints(tables: &mut HashMap<Oid, Reading>, rows: &[Row], far: &HashMap<Oid, HashMap<i16, String>>) {
    for row in rows {
        let oid: Oid = row.get(0);
        let numbers: Vec<i16> = row.get::<_, Option<Vec<i16>>>(3).unwrap_or_default();
        let key = tables.get(&oid).and_then(|reading| reading.columns(&numbers));
        let target = (row.get::<_, &str>(2) == "f").then(|| reference(row, &key, tables, far)).flatten();
        let Some(reading) = tables.get_mut(&oid) else { continue };
        let table = &mut reading.table;
        match (row.get::<_, &str>(2), key) {
            ("p", Some(key)) => table.primary_key = key,
            ("u", Some(key)) => table.unique.push(key),
            ("f", _) => table.foreign_keys.extend(target),
            ("c", _) => table
                .checks
                .push(Check { name: row.get(1), condition: row.get::<_, Option<String>>(10).unwrap_or_default() }),
            _ => {}
        }
    }
}

fn reference(
    row: &Row,
    key: &Option<Vec<String>>,
    tables: &HashMap<Oid, Reading>,
    far: &HashMap<Oid, HashMap<i16, String>>,
) -> Option<ForeignKey> {
    let (target, numbers): (Oid, Vec<i16>) = (row.get(4), row.get::<_, Option<Vec<i16>>>(5).unwrap_or_default());
    let names = tables.get(&target).map(|reading| &reading.names).or_else(|| far.get(&target))?;
    Some(ForeignKey {
        columns: key.clone()?,
        target: table_name(row.get::<_, Option<&str>>(6)?, row.get::<_, Option<&str>>(7)?),
        target_columns: named_columns(names, &numbers)?,
        on_update: rule(row.get(8)),
        on_delete: rule(row.get(9)),
    })
}

/// The rule that holds when none is declared says nothing.
fn rule(letter: &str) -> Option<String> {
    let word = match letter {
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => return None,
    };
    Some(word.to_owned())
}

/// Indexes that the engine made for a unique constraint are shown as that constraint only.
fn add_indexes(tables: &mut HashMap<Oid, Reading>, rows: &[Row], constraints: &[Row]) {
    let unique = constraints.iter().filter(|row| row.get::<_, &str>(2) == "u");
    let of_constraints: HashSet<Oid> = unique.map(|row| row.get(11)).collect();
    for row in rows.iter().filter(|row| !of_constraints.contains(&row.get(7))) {
        let Some(reading) = tables.get_mut(&row.get(0)) else { continue };
        let (unique, partial): (bool, bool) = (row.get(2), row.get(6));
        let (numbers, options): (Vec<i16>, Vec<i16>) = (row.get(3), row.get(4));
        // Columns that are only carried along stand behind the key.
        let keys = usize::try_from(row.get::<_, i16>(5)).unwrap_or(numbers.len()).min(numbers.len());
        let part = |(number, option): (&i16, &i16)| IndexPart {
            column: reading.names.get(number).cloned(),
            descending: option & 1 == 1,
        };
        let parts: Vec<IndexPart> = numbers[..keys].iter().zip(&options).map(part).collect();
        if let (true, false, Some(key)) = (unique, partial, reading.columns(&numbers[..keys])) {
            reading.table.unique.push(key);
        }
        reading.table.indexes.push(Index { name: row.get(1), parts, unique, partial });
    }
}

fn add_texts(tables: &mut HashMap<Oid, Reading>, comments: &[Row], views: &[Row]) {
    for row in comments {
        let Some(reading) = tables.get_mut(&row.get(0)) else { continue };
        let (number, text): (i32, String) = (row.get(1), row.get(2));
        if number == 0 {
            reading.table.comment = Some(text);
            continue;
        }
        let name = i16::try_from(number).ok().and_then(|number| reading.names.get(&number));
        if let Some(column) = reading.table.columns.iter_mut().find(|c| Some(&c.name) == name) {
            column.comment = Some(text);
        }
    }
    for row in views {
        if let Some(reading) = tables.get_mut(&row.get(0)) {
            reading.table.definition = row.get(1);
        }
    }
}
