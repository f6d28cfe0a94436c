//! The catalog with changes made to it.

use std::sync::Arc;

use catalog::{Catalog, Change, ChangeKind, Column, Entry, Table, Type};

use super::target::{Target, column, eq, fits, named};

/// The catalog as it is after the changes. Views count as what they yield: a change below them does not change them.
/// What a catalog does not hold (values of rows) stays. Cost: a copy of the tables touched, for each change.
pub fn apply(catalog: &Catalog, changes: &[Change]) -> Catalog {
    let targets: Vec<Target<'_>> = changes.iter().map(|change| Target::of(change, changes)).collect();
    let table = |table: &Arc<Table>| -> Option<Arc<Table>> {
        let mut out = table.as_ref().clone();
        for target in targets.iter().filter(|target| fits(&table.name, &target.table)) {
            alter(&mut out, target)?;
        }
        Some(Arc::new(out))
    };
    let entry = |entry: &Entry| match entry {
        Entry::Listed { .. } => Some(entry.clone()),
        Entry::Read { table: read } => table(read).map(|table| Entry::Read { table }),
    };
    let created = changes.iter().filter(|c| c.kind == ChangeKind::TableCreated);
    let created = created.map(|c| Entry::Listed { name: c.table.clone(), kind: catalog::TableKind::Table });
    Catalog::new(catalog.entries().filter_map(entry).chain(created))
}

/// None where the table is gone.
fn alter(table: &mut Table, target: &Target<'_>) -> Option<()> {
    let change = target.change;
    let part = target.part.as_deref().unwrap_or_default();
    match change.kind {
        ChangeKind::TableDropped | ChangeKind::TableHidden => return None,
        ChangeKind::TableRenamed | ChangeKind::TableMoved => {
            table.name = change.after.as_deref().map_or_else(|| change.table.clone(), named);
        }
        ChangeKind::ColumnRenamed => rename(table, part, change.after.as_deref().unwrap_or(part)),
        ChangeKind::ColumnDropped => {
            table.columns.retain(|column| !eq(&column.name, part));
            forget(table, part);
        }
        ChangeKind::ColumnAdded if table.columns.iter().all(|column| !eq(&column.name, part)) => {
            table.columns.push(added(change, part));
        }
        ChangeKind::IndexDropped => table.indexes.retain(|index| !eq(&index.name, part)),
        ChangeKind::IndexRenamed => {
            for index in table.indexes.iter_mut().filter(|index| eq(&index.name, part)) {
                index.name = change.after.clone().unwrap_or_default();
            }
        }
        _ => of_column(table, target, part),
    }
    Some(())
}

fn of_column(table: &mut Table, target: &Target<'_>, part: &str) {
    for column in table.columns.iter_mut().filter(|column| eq(&column.name, part)) {
        match target.change.kind {
            ChangeKind::TypeChanged | ChangeKind::TypeNarrowed | ChangeKind::TypeWidened => {
                column.ty = Type::parse(target.change.after.as_deref().unwrap_or_default());
            }
            ChangeKind::NullForbidden => column.nullable = false,
            ChangeKind::NullAllowed => column.nullable = true,
            ChangeKind::DefaultRemoved => column.default = None,
            ChangeKind::DefaultSet | ChangeKind::DefaultChanged => column.default.clone_from(&target.change.after),
            _ => {}
        }
    }
}

fn added(change: &Change, name: &str) -> Column {
    Column { nullable: change.severity == catalog::Severity::Low, ..column(name, change.after.as_deref()) }
}

/// Keys, references and indexes follow a rename.
fn rename(table: &mut Table, old: &str, new: &str) {
    let own = table.columns.iter_mut().map(|column| &mut column.name);
    let keys = table.primary_key.iter_mut().chain(table.unique.iter_mut().flatten());
    let references = table.foreign_keys.iter_mut().flat_map(|key| key.columns.iter_mut());
    let parts = table.indexes.iter_mut().flat_map(|index| index.parts.iter_mut()).filter_map(|p| p.column.as_mut());
    for name in own.chain(keys).chain(references).chain(parts).filter(|name| eq(name, old)) {
        *name = new.to_owned();
    }
    // The text of a check is not read: it would name what is gone.
    table.checks.retain(|check| !check.condition.to_lowercase().contains(&old.to_lowercase()));
}

/// Keys, references, indexes and checks over a column go with it.
fn forget(table: &mut Table, name: &str) {
    let has = |columns: &[String]| columns.iter().any(|column| eq(column, name));
    if has(&table.primary_key) {
        table.primary_key.clear();
    }
    table.unique.retain(|key| !has(key));
    table.foreign_keys.retain(|key| !has(&key.columns));
    table.indexes.retain(|index| !index.parts.iter().any(|p| p.column.as_deref().is_some_and(|c| eq(c, name))));
    table.checks.retain(|check| !check.condition.to_lowercase().contains(&name.to_lowercase()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_and_drops_reach_keys_and_leave_the_rest() {
        let text = br#"{"tables": {"bills": ["bill_id", "due_on", "note"], "vendors": ["vendor_id"]}}"#;
        let mut bills = catalog::file::read(text).unwrap().table(&named("bills")).unwrap().as_ref().clone();
        bills.primary_key = vec!["due_on".to_owned()];
        let vendors = catalog::file::read(text).unwrap().table(&named("vendors")).unwrap().as_ref().clone();
        let catalog = Catalog::of_tables([bills, vendors]);
        let of = |kind, names: (&str, &str)| {
            Change::of_table(kind, &named("invoices")).from_to(Some(names.0.into()), Some(names.1.into()))
        };
        let changes = [
            of(ChangeKind::TableRenamed, ("bills", "invoices")),
            of(ChangeKind::ColumnRenamed, ("due_on", "due_date")).part("due_date"),
            Change::of_table(ChangeKind::ColumnDropped, &named("invoices")).part("note"),
        ];
        let after = apply(&catalog, &changes);
        let names: Vec<&str> = after.tables().map(|t| t.name.name.as_str()).collect();
        assert_eq!(names, ["invoices", "vendors"]);
        let invoices = after.table(&named("invoices")).unwrap();
        assert_eq!(invoices.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["bill_id", "due_date"]);
        assert_eq!(invoices.primary_key, ["due_date"]);
    }
}
