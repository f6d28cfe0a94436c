//! The catalog before changes that have happened already.

use std::collections::BTreeMap;

use catalog::{Catalog, Change, ChangeKind, Entry, Index, Table, TableKind, TableName, Type};

use super::target::{column, eq, named};

/// The catalog as it was before changes that it shows already; what it does not show yet is left as it is. What a change
/// does not keep stays unknown: of a table that is gone its columns, of an index what it is over.
/// Cost: a copy of the catalog.
pub fn earlier(catalog: &Catalog, changes: &[Change]) -> Catalog {
    let mut tables: BTreeMap<TableName, Entry> = catalog.entries().map(|e| (e.name().clone(), e.clone())).collect();
    let is_of_table = |c: &&Change| c.part.is_none();
    // Columns stand under the names that tables have now: they go first.
    for change in changes.iter().filter(|c| !is_of_table(c)) {
        if let Some(Entry::Read { table }) = tables.get_mut(&change.table) {
            let mut before = table.as_ref().clone();
            undo(&mut before, change);
            *table = before.into();
        }
    }
    for change in changes.iter().filter(is_of_table) {
        undo_table(&mut tables, change);
    }
    Catalog::new(tables.into_values())
}

fn undo_table(tables: &mut BTreeMap<TableName, Entry>, change: &Change) {
    let name = &change.table;
    match change.kind {
        ChangeKind::TableDropped if !tables.contains_key(name) => {
            tables.insert(name.clone(), Entry::Listed { name: name.clone(), kind: TableKind::Table });
        }
        ChangeKind::TableCreated => drop(tables.remove(name)),
        ChangeKind::TableRenamed | ChangeKind::TableMoved => {
            let Some(before) = change.before.as_deref().map(named) else { return };
            if tables.contains_key(&before) {
                return;
            }
            if let Some(Entry::Read { table }) = tables.remove(name) {
                let table = Table { name: before.clone(), ..table.as_ref().clone() };
                tables.insert(before, Entry::Read { table: table.into() });
            }
        }
        _ => {}
    }
}

fn undo(table: &mut Table, change: &Change) {
    let part = change.part.as_deref().unwrap_or_default();
    let has = |table: &Table, name: &str| table.columns.iter().any(|c| eq(&c.name, name));
    match change.kind {
        ChangeKind::ColumnRenamed => {
            let before = change.before.clone().unwrap_or_default();
            if has(table, &before) {
                return;
            }
            for column in table.columns.iter_mut().filter(|c| eq(&c.name, part)) {
                column.name.clone_from(&before);
            }
        }
        ChangeKind::ColumnDropped if !has(table, part) => table.columns.push(column(part, change.before.as_deref())),
        ChangeKind::ColumnAdded => table.columns.retain(|c| !eq(&c.name, part)),
        ChangeKind::TypeChanged | ChangeKind::TypeNarrowed | ChangeKind::TypeWidened => {
            for column in table.columns.iter_mut().filter(|c| eq(&c.name, part)) {
                column.ty = Type::parse(change.before.as_deref().unwrap_or_default());
            }
        }
        ChangeKind::NullForbidden => {
            table.columns.iter_mut().filter(|c| eq(&c.name, part)).for_each(|c| c.nullable = true);
        }
        ChangeKind::IndexDropped if !table.indexes.iter().any(|i| eq(&i.name, part)) => {
            table.indexes.push(Index { name: part.to_owned(), parts: Vec::new(), unique: false, partial: false });
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::impact::apply;

    #[test]
    fn what_happened_is_undone_and_what_did_not_is_left() {
        let read = |text: &str| catalog::file::read(text.as_bytes()).unwrap();
        let names = |catalog: &Catalog| -> Vec<String> {
            let columns = |t: &Table| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(" ");
            catalog.tables().map(|t| format!("{}: {}", t.name, columns(t))).collect()
        };
        let before = read(r#"{"tables": {"bills": ["id", "due_on", "note"], "rates": ["day"]}}"#);
        let after = read(r#"{"tables": {"invoices": ["id", "due"], "rates": ["day"]}}"#);
        let of = |kind| Change::of_table(kind, &named("invoices"));
        let changes = [
            of(ChangeKind::TableRenamed).from_to(Some("bills".into()), Some("invoices".into())),
            of(ChangeKind::ColumnRenamed).part("due").from_to(Some("due_on".into()), Some("due".into())),
            of(ChangeKind::ColumnDropped).part("note"),
        ];
        assert_eq!(names(&earlier(&after, &changes)), names(&before));
        assert_eq!(names(&earlier(&before, &changes)), names(&before), "nothing of it has happened");
        assert_eq!(names(&apply(&earlier(&after, &changes), &changes)), names(&after));
        let dropped = [Change::of_table(ChangeKind::TableDropped, &named("gone"))];
        assert_eq!(earlier(&after, &dropped).len(), 3, "listed, its columns unknown");
    }
}
