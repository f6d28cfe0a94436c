//! What a change is about, under the names that code still uses.

use catalog::{Change, ChangeKind, Column, TableName, Type};

use crate::finding::{Finding, Identifier, Kind, Part, Role};

/// One change with its names as they were before all of the changes.
#[derive(Clone, Debug)]
pub struct Target<'c> {
    /// The change.
    pub change: &'c Change,
    /// The table as it was called.
    pub table: TableName,
    /// The column or index as it was called.
    pub part: Option<String>,
    /// Values that are gone.
    pub values: Vec<String>,
}

/// How a finding meets a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meets {
    /// It holds the name that changes.
    Names,
    /// It reads or writes every column of the table, naming none.
    TakesAll,
    /// It writes rows of the table without the column.
    LeavesOut,
}

impl<'c> Target<'c> {
    /// What one of several changes is about.
    pub fn of(change: &'c Change, all: &[Change]) -> Target<'c> {
        let table = table_before(change, all);
        let part = match change.kind {
            ChangeKind::ColumnRenamed | ChangeKind::IndexRenamed => change.before.clone().or(change.part.clone()),
            _ => change.part.as_ref().map(|part| column_before(change, part, all)),
        };
        Target { change, table, part, values: gone(change) }
    }

    /// The object in words: `table`, `table.column`, or the name of an index.
    pub fn object(&self) -> String {
        match &self.part {
            Some(part) => format!("{}.{part}", self.table),
            None => self.table.to_string(),
        }
    }

    /// How a finding meets it; none where it does not.
    pub fn meets(&self, finding: &Finding) -> Option<Meets> {
        if finding.identifiers.iter().any(|identifier| self.is_named_by(identifier)) {
            return Some(Meets::Names);
        }
        let has_table = finding.identifiers.iter().any(|identifier| self.is_table(identifier));
        let is_of_columns = self.part.is_some() && !self.is_of_index();
        match finding.kind {
            _ if !has_table || !is_of_columns => None,
            Kind::ImplicitAllColumns => Some(Meets::TakesAll),
            _ if self.is_about_writers() && inserts(finding, self) => Some(Meets::LeavesOut),
            _ => None,
        }
    }

    /// Identifiers that hold what changes.
    pub fn named<'f>(&self, finding: &'f Finding) -> impl Iterator<Item = &'f Identifier> {
        finding.identifiers.iter().filter(move |identifier| self.is_named_by(identifier))
    }

    fn is_named_by(&self, identifier: &Identifier) -> bool {
        if !self.values.is_empty() || self.change.kind == ChangeKind::EnumChanged {
            let is_column =
                self.is_own(identifier.table.as_deref()) && same(identifier.column.as_deref(), self.part.as_deref());
            return is_column && self.values.contains(&identifier.name);
        }
        match &self.part {
            None => self.is_table(identifier),
            Some(index) if self.is_of_index() => identifier.table.is_none() && eq(&identifier.name, index),
            Some(column) => {
                identifier.column.is_none() && self.is_own(identifier.table.as_deref()) && eq(&identifier.name, column)
            }
        }
    }

    fn is_table(&self, identifier: &Identifier) -> bool {
        identifier.table.is_none() && self.is_own(Some(&identifier.name))
    }

    /// Whether a table's name, qualified or not, is this table's.
    fn is_own(&self, name: Option<&str>) -> bool {
        let Some(name) = name else { return false };
        match (name.rsplit_once('.'), &self.table.schema) {
            (Some((schema, bare)), Some(own)) => {
                eq(bare, &self.table.name) && eq(schema.rsplit('.').next().unwrap_or(schema), own)
            }
            (Some((_, bare)), None) => eq(bare, &self.table.name),
            (None, _) => eq(name, &self.table.name),
        }
    }

    /// Whether it is about an index.
    pub fn is_of_index(&self) -> bool {
        matches!(
            self.change.kind,
            ChangeKind::IndexDropped | ChangeKind::IndexRenamed | ChangeKind::IndexAdded | ChangeKind::IndexChanged
        )
    }

    /// Whether it is about what writers have to give.
    fn is_about_writers(&self) -> bool {
        matches!(self.change.kind, ChangeKind::NullForbidden | ChangeKind::DefaultRemoved | ChangeKind::ColumnAdded)
    }
}

/// Whether a finding writes new rows of the target's table.
fn inserts(finding: &Finding, target: &Target<'_>) -> bool {
    let writes = finding.identifiers.iter().any(|i| i.role == Role::Write && target.is_table(i));
    let is_record = finding.part == Some(Part::RecordKey);
    let text = finding.text.to_lowercase();
    let is_insert = text.contains("insert") || text.contains("replace into");
    writes && (is_record || is_insert)
}

/// A rename that is none: the object that had the old name is gone.
pub fn as_drop(change: &Change) -> Change {
    let gone = |kind, table: &TableName| Change { certainty: 1.0, ..Change::of_table(kind, table) };
    let before = change.before.clone().unwrap_or_default();
    match change.kind {
        ChangeKind::ColumnRenamed => gone(ChangeKind::ColumnDropped, &change.table).part(before),
        ChangeKind::TableRenamed | ChangeKind::TableMoved => gone(ChangeKind::TableDropped, &named(&before)),
        _ => change.clone(),
    }
}

fn table_before(change: &Change, all: &[Change]) -> TableName {
    let renames = |c: &&Change| matches!(c.kind, ChangeKind::TableRenamed | ChangeKind::TableMoved);
    let own = Some(change).filter(renames);
    let renamed = own.or_else(|| all.iter().filter(renames).find(|c| c.table == change.table));
    renamed.and_then(|c| c.before.as_deref()).map_or_else(|| change.table.clone(), named)
}

fn column_before(change: &Change, part: &str, all: &[Change]) -> String {
    let is_rename = |c: &&Change| {
        c.kind == ChangeKind::ColumnRenamed && c.table == change.table && c.after.as_deref() == Some(part)
    };
    let before = all.iter().find(is_rename).and_then(|c| c.before.clone());
    before.unwrap_or_else(|| part.to_owned())
}

/// A table's name as it is written: `schema.table`, `database.schema.table`.
pub(super) fn named(text: &str) -> TableName {
    let mut parts = text.rsplitn(3, '.').map(str::to_owned);
    let name = parts.next().unwrap_or_default();
    let (schema, database) = (parts.next(), parts.next());
    TableName { database, schema, name }
}

/// Values in quotes that stood in what was before and stand in nothing after.
fn gone(change: &Change) -> Vec<String> {
    if !matches!(change.kind, ChangeKind::EnumChanged | ChangeKind::CheckChanged) {
        return Vec::new();
    }
    let values = |text: &Option<String>| -> Vec<String> {
        text.iter().flat_map(|t| t.split('\'').skip(1).step_by(2)).map(str::to_owned).collect()
    };
    let after = values(&change.after);
    values(&change.before).into_iter().filter(|value| !after.contains(value)).collect()
}

/// Whether two names are one table's. A schema that one of them leaves out is the one that both mean.
pub(super) fn fits(own: &TableName, wanted: &TableName) -> bool {
    eq(&own.name, &wanted.name)
        && match (&own.schema, &wanted.schema) {
            (Some(own), Some(wanted)) => eq(own, wanted),
            _ => true,
        }
}

/// A column of which only a name and perhaps a type are known; it may be NULL.
pub(super) fn column(name: &str, declared: Option<&str>) -> Column {
    Column {
        name: name.to_owned(),
        ty: Type::parse(declared.unwrap_or_default()),
        nullable: true,
        default: None,
        generated: false,
        comment: None,
        identity: None,
    }
}

/// The declared type of a column, where it is known.
pub(super) fn declared(column: &Column) -> Option<String> {
    Some(column.ty.declared.clone()).filter(|text| !text.is_empty())
}

pub(super) fn eq(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

fn same(a: Option<&str>, b: Option<&str>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if eq(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;

    fn change(kind: ChangeKind, table: &str, part: Option<&str>, names: (Option<&str>, Option<&str>)) -> Change {
        let change = Change::of_table(kind, &named(table));
        let change = change.from_to(names.0.map(str::to_owned), names.1.map(str::to_owned));
        Change { part: part.map(str::to_owned), ..change }
    }

    #[test]
    fn names_are_those_before_all_changes() {
        let all = [
            change(ChangeKind::TableRenamed, "invoices", None, (Some("bills"), Some("invoices"))),
            change(ChangeKind::ColumnRenamed, "invoices", Some("due"), (Some("due_on"), Some("due"))),
            change(ChangeKind::TypeChanged, "invoices", Some("due"), (Some("TEXT"), Some("DATE"))),
        ];
        let objects: Vec<String> = all.iter().map(|c| Target::of(c, &all).object()).collect();
        assert_eq!(objects, ["bills", "bills.due_on", "bills.due_on"]);
        let found = finding("a.py", 1, "", &["DUE_ON"]);
        assert_eq!(Target::of(&all[1], &all).meets(&found), Some(Meets::Names));
        assert_eq!(Target::of(&all[0], &all).meets(&found), None, "the table itself is not named");
    }

    #[test]
    fn a_rejected_rename_is_a_drop_of_the_old_name() {
        let column = change(ChangeKind::ColumnRenamed, "bills", Some("due"), (Some("due_on"), Some("due")));
        assert_eq!(as_drop(&column).to_string(), "column dropped: bills.due_on");
        let table = change(ChangeKind::TableRenamed, "invoices", None, (Some("bills"), Some("invoices")));
        assert_eq!(as_drop(&table).to_string(), "table dropped: bills");
    }

    #[test]
    fn values_that_stay_are_no_target() {
        let values = (Some("enum('open','paid')"), Some("enum('paid','closed')"));
        let all = [change(ChangeKind::EnumChanged, "bills", Some("state"), values)];
        let target = Target::of(&all[0], &all);
        assert_eq!(target.values, ["open"]);
        let mut found = finding("a.py", 1, "", &["open"]);
        assert_eq!(target.meets(&found), None);
        found.identifiers[0].column = Some("state".to_owned());
        assert_eq!(target.meets(&found), Some(Meets::Names));
    }

    #[test]
    fn writers_that_leave_a_column_out_are_met() {
        let all = [change(ChangeKind::NullForbidden, "bills", Some("state"), (None, None))];
        let mut found = finding("a.py", 1, "INSERT INTO bills (due_on) VALUES (?)", &["due_on", "bills"]);
        found.identifiers[1].table = None;
        found.identifiers[1].role = Role::Write;
        assert_eq!(Target::of(&all[0], &all).meets(&found), Some(Meets::LeavesOut));
        found.text = "UPDATE bills SET due_on = ?".to_owned();
        assert_eq!(Target::of(&all[0], &all).meets(&found), None);
    }
}
