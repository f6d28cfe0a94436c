//! Schemas as text: one line per table, one per column.
//!
//! ```text
//! table customers "Companies that buy"
//!   customer_id  INTEGER      key
//!   region       VARCHAR(20)  null index "Sales region"
//!   entity_id    INTEGER      -> legal_entities.entity_id
//! ```
//!
//! `key` marks the primary key (of several columns where several lines say it), `unique` a unique
//! column, `index` an index; a reference brings its own. The comment comes last, in
//! quotes.

use catalog::{Column, ForeignKey, Index, IndexPart, Table, TableKind, TableName, Type};

/// Reads tables; lines that are neither a table nor a column of one are passed over.
pub(crate) fn tables(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for line in text.lines() {
        let (head, comment) = split_comment(line.trim());
        let words: Vec<&str> = head.split_whitespace().collect();
        match words.as_slice() {
            ["table", name] => tables.push(table(name, comment)),
            [name, ty, flags @ ..] => {
                if let Some(table) = tables.last_mut() {
                    add_column(table, column(name, ty, comment), flags);
                }
            }
            _ => {}
        }
    }
    tables
}

/// A table without columns.
pub(crate) fn table(name: &str, comment: Option<&str>) -> Table {
    Table { comment: comment.map(str::to_owned), ..Table::empty(TableName::bare(name), TableKind::Table) }
}

/// A column that is not nullable.
pub(crate) fn column(name: &str, ty: &str, comment: Option<&str>) -> Column {
    Column {
        name: name.to_owned(),
        ty: Type::parse(ty),
        nullable: false,
        default: None,
        generated: false,
        comment: comment.map(str::to_owned),
        identity: None,
    }
}

/// Adds an index over one column.
pub(crate) fn add_index(table: &mut Table, column: &str) {
    let name = format!("ix_{}_{column}", table.name.name);
    let parts = vec![IndexPart { column: Some(column.to_owned()), descending: false }];
    table.indexes.push(Index { name, parts, unique: false, partial: false });
}

/// Adds a reference to one column of another table.
pub(crate) fn add_reference(table: &mut Table, column: &str, target: &str, target_column: &str) {
    table.foreign_keys.push(ForeignKey {
        columns: vec![column.to_owned()],
        target: TableName::bare(target),
        target_columns: vec![target_column.to_owned()],
        on_delete: None,
        on_update: None,
    });
}

fn split_comment(line: &str) -> (&str, Option<&str>) {
    match line.split_once('"') {
        Some((head, rest)) => (head, Some(rest.trim_end_matches('"'))),
        None => (line, None),
    }
}

fn add_column(table: &mut Table, mut column: Column, flags: &[&str]) {
    let name = column.name.clone();
    column.nullable = flags.contains(&"null");
    table.columns.push(column);
    if flags.contains(&"key") {
        table.primary_key.push(name.clone());
    }
    if flags.contains(&"unique") {
        table.unique.push(vec![name.clone()]);
    }
    let target = flags.iter().position(|f| *f == "->").and_then(|at| flags.get(at + 1)).and_then(|t| t.split_once('.'));
    if flags.contains(&"index") || target.is_some() {
        add_index(table, &name);
    }
    if let Some((target, target_column)) = target {
        add_reference(table, &name, target, target_column);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_all_of_a_column() {
        let text =
            "table a \"About a\"\n id INTEGER key\n b_id INTEGER null -> b.id \"to b\"\n d DATE index\n c TEXT unique";
        let table = tables(text).remove(0);
        assert_eq!(table.comment.as_deref(), Some("About a"));
        assert_eq!(table.primary_key, ["id"]);
        assert_eq!(table.unique, [["c"]]);
        assert!(table.columns[1].nullable && !table.columns[2].nullable);
        assert_eq!(table.columns[1].comment.as_deref(), Some("to b"));
        assert_eq!(table.foreign_keys[0].target, TableName::bare("b"));
        let names: Vec<&str> = table.indexes.iter().map(|i| i.name.as_str()).collect();
        assert_eq!(names, ["ix_a_b_id", "ix_a_d"]);
    }
}
