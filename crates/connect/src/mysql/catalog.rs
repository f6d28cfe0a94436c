//! The schema of one database, read in a handful of statements whatever its size.
//!
//! The engine's views of its schema answer quickly for one table, or for all tables of a database. So a few names are
//! asked one by one, and many as a whole.

use std::collections::{HashMap, HashSet};

use catalog::{Check, Column, ForeignKey, Identity, Index, IndexPart, Table, TableKind, TableName, Type, TypeKind};
use mysql_async::prelude::{FromRow, Queryable};

use super::open::{Kin, Session, explain};
use crate::database::{Inspected, Listed, Prints, Problem, Token};
use crate::error::Error;

/// Names up to which each is asked alone.
const FEW: usize = 8;

/// Lists tables and views.
pub async fn list(session: &mut Session) -> Result<Vec<Listed>, Error> {
    let rows: Vec<(String, String, Option<String>)> = all(session, include_str!("sql/tables.sql")).await?;
    Ok(rows.into_iter().map(|(name, sort, _)| Listed { name: TableName::bare(name), kind: kind(&sort) }).collect())
}

fn kind(sort: &str) -> TableKind {
    if sort.contains("VIEW") { TableKind::View } else { TableKind::Table }
}

/// The marks of all tables; none from others of the family, which move no time with every change.
pub async fn prints(session: &mut Session) -> Result<Option<Prints>, Error> {
    if session.kin != Kin::Mariadb {
        return Ok(None);
    }
    let mut base: Vec<String> = all(session, "SHOW GRANTS").await?;
    base.push(session.version.clone());
    let rows: Vec<(String, String)> = all(session, include_str!("sql/prints_mariadb.sql")).await?;
    let of = rows.into_iter().map(|(name, mark)| (TableName::bare(name), mark)).collect();
    Ok(Some(Prints { base: base.join("; "), of }))
}

/// What moves with the rows of any table of the server.
pub async fn mark(session: &mut Session) -> Result<Option<Token>, Error> {
    if session.kin == Kin::Tidb {
        return Ok(None);
    }
    let rows: Vec<(String, String)> = all(session, WRITES).await?;
    let counts: Vec<String> = rows.into_iter().map(|(_, count)| count).collect();
    Ok((!counts.is_empty()).then(|| Token(format!("{}@{}", counts.join("."), session.started))))
}

/// Rows are counted when they are written, and seen by others when that is committed.
const WRITES: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_write', 'Handler_update', 'Handler_delete', \
    'Handler_commit', 'Com_truncate', 'Com_load')";

/// Reads the named tables, with the engine's own numbers of them. A name that does not exist (any more), or may not be read,
/// is a problem.
pub async fn inspect(session: &mut Session, names: &[TableName]) -> Result<Inspected, Error> {
    let mut read = describe(session, names).await?;
    add_identities(session, &mut read.tables).await;
    Ok(read)
}

/// Reads the named tables. A name that does not exist (any more), or may not be read, is a problem.
pub async fn describe(session: &mut Session, names: &[TableName]) -> Result<Inspected, Error> {
    let wanted: Vec<&str> = names.iter().map(|n| n.name.as_str()).collect();
    let mut tables: HashMap<String, Table> = HashMap::new();
    let listed: Vec<(String, String, Option<String>)> = about(session, include_str!("sql/tables.sql"), &wanted).await?;
    for (name, sort, comment) in listed {
        tables.insert(name.clone(), empty(name, &sort, comment));
    }
    add_columns(session, &wanted, &mut tables).await?;
    add_indexes(session, &wanted, &mut tables).await?;
    add_references(session, &wanted, &mut tables).await?;
    add_checks(session, &wanted, &mut tables).await?;
    add_views(session, &wanted, &mut tables).await?;
    let (mut found, mut problems, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for name in names.iter().filter(|name| seen.insert(name.name.as_str())) {
        match tables.remove(&name.name).filter(|table| !table.columns.is_empty()) {
            Some(table) => found.push(table),
            None => {
                let why = "does not exist, may not be read, or is a view of something that is gone".into();
                problems.push(Problem { name: name.clone(), why });
            }
        }
    }
    Ok(Inspected { tables: found, problems })
}

/// Rows of a statement whose last condition is about the name of the table.
async fn about<T: FromRow + Send + 'static>(
    session: &mut Session,
    text: &str,
    names: &[&str],
) -> Result<Vec<T>, Error> {
    if names.len() > FEW {
        return all(session, text).await;
    }
    let mut rows = Vec::new();
    for name in names {
        let one = text.replacen("/* one */", "AND TABLE_NAME = ?", 1);
        rows.extend(session.conn.exec(one, (*name,)).await.map_err(|e| explain(&session.place, e))?);
    }
    Ok(rows)
}

async fn all<T: FromRow + Send + 'static>(session: &mut Session, text: &str) -> Result<Vec<T>, Error> {
    session.conn.query(text).await.map_err(|e| explain(&session.place, e))
}

fn empty(name: String, sort: &str, comment: Option<String>) -> Table {
    // What stands there for a view is no comment.
    let comment = comment.filter(|text| !text.is_empty() && kind(sort) != TableKind::View);
    Table { comment, ..Table::empty(TableName::bare(name), kind(sort)) }
}

async fn add_columns(session: &mut Session, names: &[&str], tables: &mut HashMap<String, Table>) -> Result<(), Error> {
    type Row = (String, String, Option<String>, String, String, String, Option<String>);
    let rows: Vec<Row> = about(session, include_str!("sql/columns.sql"), names).await?;
    for (table, name, default, nullable, declared, extra, comment) in rows {
        let Some(table) = tables.get_mut(&table) else { continue };
        let extra = extra.to_ascii_lowercase();
        let default = default.filter(|text| text != "NULL");
        table.columns.push(Column {
            name,
            ty: ty(&declared),
            nullable: nullable == "YES",
            default: if extra.contains("auto_increment") { Some("auto_increment".to_owned()) } else { default },
            generated: extra.contains("virtual") || extra.contains("stored") || extra.contains("persistent"),
            comment: comment.filter(|text| !text.is_empty()),
            identity: None,
        });
    }
    Ok(())
}

/// What the words of other engines do not say: truth is a tiny integer, an instant is a TIMESTAMP, a SET is text.
fn ty(declared: &str) -> Type {
    let mut ty = Type::parse(declared);
    let lower = declared.to_ascii_lowercase();
    if lower == "tinyint(1)" || lower == "bit(1)" {
        ty.kind = TypeKind::Bool;
    } else if lower.starts_with("bit(") {
        ty.kind = TypeKind::Int;
    } else if lower.starts_with("timestamp") {
        ty.kind = TypeKind::Timestamp;
    } else if lower.starts_with("set(") || lower.starts_with("enum(") {
        ty.kind = TypeKind::Text { length: None };
    }
    ty
}

async fn add_indexes(session: &mut Session, names: &[&str], tables: &mut HashMap<String, Table>) -> Result<(), Error> {
    type Row = (String, String, bool, Option<String>, Option<String>, Option<u64>);
    let rows: Vec<Row> = about(session, include_str!("sql/indexes.sql"), names).await?;
    for part in rows.chunk_by(|a, b| (&a.0, &a.1) == (&b.0, &b.1)) {
        let (table, name, repeats, ..) = &part[0];
        let Some(table) = tables.get_mut(table) else { continue };
        let columns: Option<Vec<String>> = part.iter().map(|row| row.3.clone()).collect();
        if name == "PRIMARY" {
            table.primary_key = columns.unwrap_or_default();
            continue;
        }
        // An index over the beginnings of texts says nothing about whole ones.
        let cut = part.iter().any(|row| row.5.is_some());
        let parts =
            part.iter().map(|row| IndexPart { column: row.3.clone(), descending: row.4.as_deref() == Some("D") });
        table.indexes.push(Index {
            name: name.clone(),
            parts: parts.collect(),
            unique: !repeats && !cut,
            partial: false,
        });
        table.unique.extend(columns.filter(|_| !repeats && !cut));
    }
    Ok(())
}

async fn add_references(
    session: &mut Session,
    names: &[&str],
    tables: &mut HashMap<String, Table>,
) -> Result<(), Error> {
    type Row = (String, String, String, Option<String>, String, String);
    let rows: Vec<Row> = about(session, include_str!("sql/references.sql"), names).await?;
    let rules: Vec<(String, String, String, String)> = about(session, include_str!("sql/rules.sql"), names).await?;
    let rules: HashMap<(String, String), (String, String)> =
        rules.into_iter().map(|(table, name, update, delete)| ((table, name), (update, delete))).collect();
    for part in rows.chunk_by(|a, b| (&a.0, &a.1) == (&b.0, &b.1)) {
        let (table, name, _, schema, target, _) = &part[0];
        let (update, delete) = rules.get(&(table.clone(), name.clone())).cloned().unwrap_or_default();
        let Some(table) = tables.get_mut(table) else { continue };
        table.foreign_keys.push(ForeignKey {
            columns: part.iter().map(|row| row.2.clone()).collect(),
            target: TableName { database: None, schema: schema.clone(), name: target.clone() },
            target_columns: part.iter().map(|row| row.5.clone()).collect(),
            on_update: rule(update),
            on_delete: rule(delete),
        });
    }
    Ok(())
}

/// RESTRICT is what holds when nothing is declared.
fn rule(text: String) -> Option<String> {
    (!["", "RESTRICT", "NO ACTION"].contains(&text.as_str())).then_some(text)
}

async fn add_checks(session: &mut Session, names: &[&str], tables: &mut HashMap<String, Table>) -> Result<(), Error> {
    let text = match session.kin {
        Kin::Mariadb => include_str!("sql/checks_mariadb.sql"),
        _ => include_str!("sql/checks_mysql.sql"),
    };
    // Older servers have no such view, and no checks.
    let rows: Vec<(String, String, String)> = match about(session, text, names).await {
        Err(Error::Query { .. }) => Vec::new(),
        rows => rows?,
    };
    for (table, name, condition) in rows {
        if let Some(table) = tables.get_mut(&table) {
            table.checks.push(Check { name: Some(name), condition });
        }
    }
    Ok(())
}

async fn add_views(session: &mut Session, names: &[&str], tables: &mut HashMap<String, Table>) -> Result<(), Error> {
    if tables.values().any(|table| table.kind == TableKind::View) {
        let rows: Vec<(String, Option<String>)> = about(session, include_str!("sql/views.sql"), names).await?;
        for (name, text) in rows {
            if let Some(table) = tables.get_mut(&name) {
                table.definition = text.filter(|text| !text.is_empty());
            }
        }
    }
    Ok(())
}

/// InnoDB's numbers, for those who may see them (PROCESS); nothing depends on them.
async fn add_identities(session: &mut Session, tables: &mut [Table]) {
    let text = match session.kin {
        Kin::Mariadb => include_str!("sql/identities_mariadb.sql"),
        Kin::Mysql => include_str!("sql/identities_mysql.sql"),
        Kin::Tidb => return,
    };
    let numbers: HashMap<String, u64> = all(session, text).await.unwrap_or_default().into_iter().collect();
    for table in tables {
        table.identity = numbers.get(&table.name.name).map(|number| Identity(number.to_string()));
    }
}
