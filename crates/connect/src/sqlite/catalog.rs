//! The schema, read in a handful of set-based statements whatever its size.
//!
//! Every statement runs over all tables at once. Only views and virtual tables can fail to describe
//! themselves (a missing table or module); they are asked together and, if that fails, one by one, so
//! that one bad view costs nothing but itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use catalog::{Column, ForeignKey, Index, IndexPart, Table, TableKind, TableName, Type, TypeKind};
use rusqlite::{Connection, ErrorCode, Result, Row};

use super::ddl;
use super::work::Session;
use crate::database::{Inspected, Listed, Prints, Problem};

struct Object {
    name: String,
    kind: TableKind,
    sql: String,
}

/// Lists tables, views and virtual tables.
pub fn list(session: &Session<'_>) -> Result<Vec<Listed>> {
    let listed = |o: Object| Listed { name: TableName::bare(o.name), kind: o.kind };
    Ok(objects(session.connection)?.into_iter().map(listed).collect())
}

/// The marks of all tables and views: their texts, as numbers. Virtual tables say more than their text, and have none.
pub fn prints(session: &Session<'_>) -> Result<Prints> {
    let mut marks: HashMap<String, String> = HashMap::new();
    let mut virtual_tables = Vec::new();
    let mut statement = session.connection.prepare_cached(include_str!("sql/prints.sql"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, kind, name) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
        let text = row.get_ref(3)?.as_str_or_null()?.unwrap_or_default();
        if text.get(..VIRTUAL.len()).is_some_and(|head| head.eq_ignore_ascii_case(VIRTUAL)) {
            virtual_tables.push(table.to_owned());
        }
        let mark = format!("{:016x}", catalog::sketch_hash(&format!("{kind} {name} {text}")));
        match marks.get_mut(table) {
            Some(known) => known.push_str(&mark),
            None => drop(marks.insert(table.to_owned(), mark)),
        }
    }
    virtual_tables.iter().for_each(|table| drop(marks.remove(table)));
    let of = marks.into_iter().map(|(name, mark)| (TableName::bare(name), mark)).collect();
    Ok(Prints { base: String::new(), of })
}

/// How the text of a virtual table begins, as the engine keeps it.
const VIRTUAL: &str = "CREATE VIRTUAL TABLE";

/// Reads the named objects. A name that does not exist (any more) is a problem, like a broken view.
pub fn inspect(session: &Session<'_>, names: &[TableName]) -> Result<Inspected> {
    let connection = session.connection;
    let objects = objects(connection)?;
    let stored: HashMap<String, &str> = objects.iter().map(|o| (o.name.to_lowercase(), o.name.as_str())).collect();
    let wanted: HashSet<&str> = names.iter().map(|n| n.name.as_str()).collect();
    let found: Vec<&Object> = objects.iter().filter(|o| wanted.contains(o.name.as_str())).collect();
    let mut problems = missing(names, &found);

    let (solid, fragile): (Vec<&Object>, Vec<&Object>) = found.iter().partition(|o| o.kind == TableKind::Table);
    let mut shapes = columns(connection, &of_objects(&solid))?;
    shapes.extend(columns_of_fragile(connection, &fragile, &mut problems)?);
    let names = of_objects(&solid);
    let mut indexes = indexes(connection, &names)?;
    let mut references = foreign_keys(connection, &names)?;
    resolve(connection, &mut references, &stored, &shapes)?;

    let mut tables = Vec::with_capacity(found.len());
    for object in found {
        if let Some(shape) = shapes.remove(&object.name) {
            let indexed = indexes.remove(&object.name).unwrap_or_default();
            tables.push(table(object, shape, indexed, references.remove(&object.name).unwrap_or_default()));
        }
    }
    Ok(Inspected { tables, problems })
}

fn missing(names: &[TableName], found: &[&Object]) -> Vec<Problem> {
    let found: HashSet<&str> = found.iter().map(|o| o.name.as_str()).collect();
    let gone = names.iter().filter(|n| !found.contains(n.name.as_str()));
    gone.map(|name| Problem { name: name.clone(), why: "does not exist".into() }).collect()
}

fn table(object: &Object, shape: Shape, indexed: Indexed, foreign_keys: Vec<ForeignKey>) -> Table {
    let is_table = object.kind == TableKind::Table;
    let notes = if is_table { ddl::read(&object.sql) } else { ddl::Notes::default() };
    let mut columns = shape.columns;
    for column in &mut columns {
        column.comment = notes.columns.get(&column.name.to_lowercase()).cloned();
    }
    Table {
        name: TableName::bare(object.name.clone()),
        kind: object.kind,
        columns,
        primary_key: shape.primary_key,
        unique: indexed.unique,
        foreign_keys,
        indexes: indexed.indexes,
        checks: notes.checks,
        definition: (object.kind == TableKind::View).then(|| object.sql.clone()),
        comment: notes.table,
        identity: None,
    }
}

fn objects(connection: &Connection) -> Result<Vec<Object>> {
    let read = |row: &Row<'_>| {
        let kind = match row.get_ref(1)?.as_str()? {
            "view" => TableKind::View,
            "virtual" => TableKind::Virtual,
            _ => TableKind::Table,
        };
        Ok(Object { name: row.get(0)?, kind, sql: row.get::<_, Option<String>>(2)?.unwrap_or_default() })
    };
    connection.prepare_cached(include_str!("sql/objects.sql"))?.query_map([], read)?.collect()
}

fn of_objects(objects: &[&Object]) -> Vec<String> {
    objects.iter().map(|o| o.name.clone()).collect()
}

/// The parameter of the set-based statements: a JSON array of names.
fn json(names: &[String]) -> String {
    let names = names.iter().map(|name| catalog::Value::Text(name.clone()));
    catalog::Value::Array(names.collect()).to_json().to_string()
}

#[derive(Default)]
struct Shape {
    columns: Vec<Column>,
    primary_key: Vec<String>,
}

/// Columns and primary keys by table.
fn columns(connection: &Connection, names: &[String]) -> Result<HashMap<String, Shape>> {
    let mut shapes: HashMap<String, (Shape, BTreeMap<i64, String>)> = HashMap::with_capacity(names.len());
    let mut statement = connection.prepare_cached(include_str!("sql/columns.sql"))?;
    let mut rows = statement.query([json(names)])?;
    while let Some(row) = rows.next()? {
        let (shape, key) = match shapes.get_mut(row.get_ref(0)?.as_str()?) {
            Some(known) => known,
            None => shapes.entry(row.get(0)?).or_default(),
        };
        let (rank, hidden) = (row.get::<_, i64>(5)?, row.get::<_, i64>(6)?);
        // 1 is a hidden column of a virtual table: a parameter, not data. 2 and 3 are generated.
        if hidden == 1 {
            continue;
        }
        let column = column(row, hidden > 1)?;
        if rank > 0 {
            key.insert(rank, column.name.clone());
        }
        shape.columns.push(column);
    }
    let finish = |(name, (shape, key)): (String, (Shape, BTreeMap<i64, String>))| (name, with_key(shape, key));
    Ok(shapes.into_iter().map(finish).collect())
}

fn column(row: &Row<'_>, generated: bool) -> Result<Column> {
    Ok(Column {
        name: row.get(1)?,
        ty: Type::parse(row.get_ref(2)?.as_str_or_null()?.unwrap_or_default()),
        nullable: !row.get::<_, bool>(3)?,
        default: row.get(4)?,
        generated,
        comment: None,
        identity: None,
    })
}

/// A lone INTEGER primary key is the row's own number, which is never NULL. Other keys of tables with
/// row numbers may hold NULLs unless they say NOT NULL, an old defect that SQLite keeps.
fn with_key(mut shape: Shape, key: BTreeMap<i64, String>) -> Shape {
    shape.primary_key = key.into_values().collect();
    if let [only] = shape.primary_key.as_slice()
        && let Some(column) = shape.columns.iter_mut().find(|c| c.name == *only)
        && column.ty.kind == TypeKind::Int
        && column.ty.declared.eq_ignore_ascii_case("integer")
    {
        column.nullable = false;
    }
    shape
}

fn columns_of_fragile(
    connection: &Connection,
    objects: &[&Object],
    problems: &mut Vec<Problem>,
) -> Result<HashMap<String, Shape>> {
    if let Ok(shapes) = columns(connection, &of_objects(objects)) {
        return Ok(shapes);
    }
    let mut shapes = HashMap::new();
    for object in objects {
        match columns(connection, std::slice::from_ref(&object.name)) {
            Ok(shape) => shapes.extend(shape),
            Err(rusqlite::Error::SqliteFailure(e, why)) if e.code == ErrorCode::Unknown => {
                let why = why.unwrap_or_else(|| "cannot be described".into());
                problems.push(Problem { name: TableName::bare(object.name.clone()), why });
            }
            Err(other) => return Err(other),
        }
    }
    Ok(shapes)
}

#[derive(Default)]
struct Indexed {
    indexes: Vec<Index>,
    unique: Vec<Vec<String>>,
}

/// Indexes and unique column sets by table. Indexes that the engine made for a key are shown as that
/// key only.
fn indexes(connection: &Connection, names: &[String]) -> Result<HashMap<String, Indexed>> {
    let mut found: Vec<(String, Index, String)> = Vec::new();
    let mut statement = connection.prepare_cached(include_str!("sql/indexes.sql"))?;
    let mut rows = statement.query([json(names)])?;
    while let Some(row) = rows.next()? {
        let part = IndexPart { column: row.get(5)?, descending: row.get(6)? };
        match found.last_mut() {
            Some((table, index, _))
                if *table == row.get_ref(0)?.as_str()? && index.name == row.get_ref(1)?.as_str()? =>
            {
                index.parts.push(part);
            }
            _ => {
                let index = Index { name: row.get(1)?, parts: vec![part], unique: row.get(2)?, partial: row.get(4)? };
                found.push((row.get(0)?, index, row.get(3)?));
            }
        }
    }
    let mut by_table: HashMap<String, Indexed> = HashMap::new();
    // The engine lists the newest first.
    for (table, index, origin) in found.into_iter().rev() {
        let indexed = by_table.entry(table).or_default();
        if origin != "pk" {
            indexed.unique.extend(unique_columns(&index).filter(|columns| !indexed.unique.contains(columns)));
        }
        if origin == "c" {
            indexed.indexes.push(index);
        }
    }
    Ok(by_table)
}

/// The columns that identify a row; none for an index with a predicate or an expression.
fn unique_columns(index: &Index) -> Option<Vec<String>> {
    let columns: Option<Vec<String>> = index.parts.iter().map(|part| part.column.clone()).collect();
    columns.filter(|_| index.unique && !index.partial)
}

/// References as declared, by table; targets are not resolved yet.
fn foreign_keys(connection: &Connection, names: &[String]) -> Result<HashMap<String, Vec<ForeignKey>>> {
    let mut by_table: HashMap<String, Vec<ForeignKey>> = HashMap::new();
    let mut last = None;
    let mut statement = connection.prepare_cached(include_str!("sql/foreign_keys.sql"))?;
    let mut rows = statement.query([json(names)])?;
    while let Some(row) = rows.next()? {
        let this: (String, i64) = (row.get(0)?, row.get(1)?);
        let keys = by_table.entry(this.0.clone()).or_default();
        if last.as_ref() != Some(&this) {
            keys.push(ForeignKey {
                columns: Vec::new(),
                target: TableName::bare(row.get::<_, String>(2)?),
                target_columns: Vec::new(),
                on_update: row.get(5).map(rule)?,
                on_delete: row.get(6).map(rule)?,
            });
        }
        last = Some(this);
        if let Some(key) = keys.last_mut() {
            key.columns.push(row.get(3)?);
            key.target_columns.extend(row.get::<_, Option<String>>(4)?);
        }
    }
    Ok(by_table)
}

/// The rule that holds when none is declared says nothing.
fn rule(text: String) -> Option<String> {
    (text != "NO ACTION").then_some(text)
}

/// Gives targets their stored names, and fills in the target's primary key where none is named. A
/// target that does not exist stays as written.
fn resolve(
    connection: &Connection,
    references: &mut HashMap<String, Vec<ForeignKey>>,
    stored: &HashMap<String, &str>,
    shapes: &HashMap<String, Shape>,
) -> Result<()> {
    let mut unknown = HashSet::new();
    for key in references.values_mut().flatten() {
        if let Some(name) = stored.get(&key.target.name.to_lowercase()) {
            key.target.name = (*name).to_owned();
            if !shapes.contains_key(*name) {
                unknown.insert((*name).to_owned());
            }
        }
    }
    let unknown: Vec<String> = unknown.into_iter().collect();
    let others = if unknown.is_empty() { HashMap::new() } else { columns(connection, &unknown)? };
    for (table, keys) in references.iter_mut() {
        for key in keys {
            fit_columns(&mut key.columns, shapes.get(table));
            let target = shapes.get(&key.target.name).or_else(|| others.get(&key.target.name));
            if let (true, Some(shape)) = (key.target_columns.is_empty(), target) {
                key.target_columns.clone_from(&shape.primary_key);
            }
            fit_columns(&mut key.target_columns, target);
        }
    }
    Ok(())
}

/// Spells columns as they are stored.
fn fit_columns(names: &mut [String], shape: Option<&Shape>) {
    let Some(shape) = shape else { return };
    for name in names {
        if let Some(column) = shape.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name)) {
            name.clone_from(&column.name);
        }
    }
}
