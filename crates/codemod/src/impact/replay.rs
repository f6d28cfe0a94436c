//! A schema that statements are replayed on, remembering where each table and column came from.
//!
//! Migrations rebuild tables (make a new one, copy, drop the old one, rename), rename twice, drop what they made: what
//! counts is what lies between the first state and the last.

use catalog::{Catalog, Change, ChangeKind, Column, Severity, Table, TableName};

use super::target::{declared, eq, fits};

/// A column on its way.
#[derive(Clone, Debug)]
struct Moving {
    origin: Option<String>,
    column: Column,
}

/// A table on its way.
#[derive(Clone, Debug)]
struct Working {
    origin: Option<TableName>,
    name: TableName,
    columns: Vec<Moving>,
    indexes: Vec<(Option<String>, String)>,
}

/// The schema between two statements.
#[derive(Clone, Debug)]
pub struct Replay<'c> {
    catalog: &'c Catalog,
    tables: Vec<Working>,
    /// Changes that no state of tables shows: values, indexes of tables that are not known.
    beside: Vec<Change>,
}

impl<'c> Replay<'c> {
    /// Starts from a catalog.
    pub fn new(catalog: &'c Catalog) -> Replay<'c> {
        let tables = catalog.tables().map(|table| Working::of(table)).collect();
        Replay { catalog, tables, beside: Vec::new() }
    }

    fn at(&mut self, name: &TableName) -> Option<&mut Working> {
        self.tables.iter_mut().rev().find(|table| fits(&table.name, name))
    }

    /// Whether there is such a table by now.
    pub fn has(&self, name: &TableName) -> bool {
        self.tables.iter().any(|table| fits(&table.name, name))
    }

    /// A table is made.
    pub fn create(&mut self, name: TableName, columns: Vec<Column>) {
        if !self.has(&name) {
            let columns = columns.into_iter().map(|column| Moving { origin: None, column }).collect();
            self.tables.push(Working { origin: None, name, columns, indexes: Vec::new() });
        }
    }

    /// A table is gone; false where there is none.
    pub fn drop_table(&mut self, name: &TableName) -> bool {
        let before = self.tables.len();
        self.tables.retain(|table| !fits(&table.name, name));
        self.tables.len() < before
    }

    /// A table has another name, in its schema where `to` has none; false where there is none.
    pub fn rename_table(&mut self, name: &TableName, to: &TableName) -> bool {
        let Some(table) = self.at(name) else { return false };
        let schema = to.schema.clone().or_else(|| table.name.schema.clone());
        table.name = TableName { database: table.name.database.clone(), schema, name: to.name.clone() };
        true
    }

    /// A column is added.
    pub fn add(&mut self, table: &TableName, column: Column) -> bool {
        self.at(table).map(|t| t.columns.push(Moving { origin: None, column })).is_some()
    }

    /// A column is gone; false where there is none.
    pub fn drop_column(&mut self, table: &TableName, column: &str) -> bool {
        let Some(table) = self.at(table) else { return false };
        let before = table.columns.len();
        table.columns.retain(|c| !eq(&c.column.name, column));
        table.columns.len() < before
    }

    /// Something about a column changes; false where there is none.
    pub fn alter(&mut self, table: &TableName, column: &str, change: impl FnOnce(&mut Column)) -> bool {
        let found = self.at(table).and_then(|t| t.columns.iter_mut().find(|c| eq(&c.column.name, column)));
        found.map(|moving| change(&mut moving.column)).is_some()
    }

    /// An index is gone, or has another name. What no catalog lists is taken at its word.
    pub fn index(&mut self, table: Option<&TableName>, index: &str, to: Option<&str>) {
        for working in &mut self.tables {
            if let Some(at) = working.indexes.iter().position(|(_, name)| eq(name, index)) {
                match to {
                    Some(to) => working.indexes[at].1 = to.to_owned(),
                    None => drop(working.indexes.remove(at)),
                }
                return;
            }
        }
        let table = table.cloned().unwrap_or_else(|| TableName::bare("unknown"));
        let change = |kind| Change::of_table(kind, &table);
        self.beside.push(match to {
            Some(to) => change(ChangeKind::IndexRenamed).part(to).from_to(Some(index.to_owned()), Some(to.to_owned())),
            None => change(ChangeKind::IndexDropped).part(index),
        });
    }

    /// Rows get another value.
    pub fn value(&mut self, table: &TableName, column: &str, from: &str, to: &str) {
        let Some(working) = self.at(table) else { return };
        let change = Change::of_table(ChangeKind::EnumChanged, &working.name).part(column);
        self.beside.push(change.from_to(Some(format!("'{from}'")), Some(format!("'{to}'"))));
    }

    /// What lies between the first state and this one, by table.
    pub fn changes(self) -> Vec<Change> {
        let mut out = Vec::new();
        for table in self.catalog.tables() {
            let moved = self.tables.iter().find(|working| working.origin.as_ref() == Some(&table.name));
            // Dropped and made anew under its name: a rebuild.
            let rebuilt = || self.tables.iter().find(|working| working.name == table.name);
            match moved.or_else(rebuilt) {
                Some(working) => working.compare(table, &mut out),
                None => out.push(Change::of_table(ChangeKind::TableDropped, &table.name)),
            }
        }
        let is_known = |working: &&Working| working.origin.is_some() || self.catalog.table(&working.name).is_some();
        let made = self.tables.iter().filter(|working| !is_known(working));
        out.extend(made.map(|working| Change::of_table(ChangeKind::TableCreated, &working.name)));
        out.extend(self.beside);
        out
    }
}

impl Working {
    fn of(table: &Table) -> Working {
        let column = |column: &Column| Moving { origin: Some(column.name.clone()), column: column.clone() };
        Working {
            origin: Some(table.name.clone()),
            name: table.name.clone(),
            columns: table.columns.iter().map(column).collect(),
            indexes: table.indexes.iter().map(|i| (Some(i.name.clone()), i.name.clone())).collect(),
        }
    }

    fn compare(&self, before: &Table, out: &mut Vec<Change>) {
        let of = |kind| Change::of_table(kind, &self.name);
        if before.name != self.name {
            let kind =
                if before.name.name == self.name.name { ChangeKind::TableMoved } else { ChangeKind::TableRenamed };
            out.push(of(kind).from_to(Some(before.name.to_string()), Some(self.name.to_string())));
        }
        let is_rebuilt = self.origin.is_none();
        let is = |moving: &Moving, column: &Column| match &moving.origin {
            Some(origin) => *origin == column.name,
            // Also a column that was dropped and added again.
            None => eq(&moving.column.name, &column.name),
        };
        for column in &before.columns {
            match self.columns.iter().find(|moving| is(moving, column)) {
                None => {
                    out.push(of(ChangeKind::ColumnDropped).part(&column.name).from_to(declared(column), None));
                }
                Some(moving) => self.compare_column(column, moving, is_rebuilt, out),
            }
        }
        let is_old = |moving: &&Moving| before.columns.iter().any(|column| is(moving, column));
        for moving in self.columns.iter().filter(|moving| !is_old(moving)) {
            let column = &moving.column;
            let mut change = of(ChangeKind::ColumnAdded).part(&column.name);
            change = change.from_to(None, Some(column.ty.declared.clone()));
            if column.nullable || column.default.is_some() || column.generated {
                change.severity = Severity::Low;
            }
            out.push(change);
        }
        self.compare_indexes(before, is_rebuilt, out);
    }

    fn compare_column(&self, before: &Column, moving: &Moving, is_rebuilt: bool, out: &mut Vec<Change>) {
        let after = &moving.column;
        let of = |kind| Change::of_table(kind, &self.name).part(&after.name);
        if before.name != after.name && moving.origin.is_some() {
            out.push(of(ChangeKind::ColumnRenamed).from_to(Some(before.name.clone()), Some(after.name.clone())));
        }
        let is_known = declared(before).is_some() || !is_rebuilt && moving.origin.is_some();
        if is_known && !before.ty.declared.eq_ignore_ascii_case(&after.ty.declared) {
            out.push(of(ChangeKind::TypeChanged).from_to(declared(before), declared(after)));
        }
        if before.nullable && !after.nullable && is_known {
            out.push(of(ChangeKind::NullForbidden));
        }
        if before.default.is_some() && after.default.is_none() {
            out.push(of(ChangeKind::DefaultRemoved).from_to(before.default.clone(), None));
        }
    }

    fn compare_indexes(&self, before: &Table, is_rebuilt: bool, out: &mut Vec<Change>) {
        let of = |kind| Change::of_table(kind, &self.name);
        for index in before.indexes.iter().filter(|_| !is_rebuilt) {
            match self.indexes.iter().find(|(origin, _)| origin.as_ref() == Some(&index.name)) {
                None => out.push(of(ChangeKind::IndexDropped).part(&index.name)),
                Some((_, name)) if *name != index.name => {
                    let names = (Some(index.name.clone()), Some(name.clone()));
                    out.push(of(ChangeKind::IndexRenamed).part(name).from_to(names.0, names.1));
                }
                Some(_) => {}
            }
        }
    }
}
