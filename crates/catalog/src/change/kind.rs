//! One change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::name::{ColumnRef, TableName};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it; `ChangeKind::words` says it to people")]
pub enum ChangeKind {
    TableCreated,
    TableDropped,
    TableRenamed,
    TableMoved,
    TableKindChanged,
    TableHidden,
    TableShown,
    TableComment,
    ViewChanged,
    ColumnAdded,
    ColumnDropped,
    ColumnRenamed,
    ColumnMoved,
    TypeWidened,
    TypeNarrowed,
    TypeChanged,
    EnumChanged,
    NullForbidden,
    NullAllowed,
    DefaultSet,
    DefaultChanged,
    DefaultRemoved,
    GeneratedChanged,
    ColumnComment,
    PrimaryKeyAdded,
    PrimaryKeyChanged,
    PrimaryKeyDropped,
    UniqueAdded,
    UniqueDropped,
    CheckAdded,
    CheckDropped,
    CheckChanged,
    ForeignKeyAdded,
    ForeignKeyDropped,
    ForeignKeyChanged,
    IndexAdded,
    IndexDropped,
    IndexRenamed,
    IndexChanged,
}

/// How much a change can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing breaks.
    Low,
    /// Something new to know.
    Medium,
    /// What reads or writes the object may break.
    High,
    /// What names the object breaks.
    Critical,
}

/// Something known that uses objects of the schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Use {
    /// What it is: `question`, `metric`, `plan`.
    pub what: String,
    /// Its name or text.
    pub name: String,
    /// Tables it reads.
    pub tables: BTreeSet<TableName>,
    /// Columns it reads.
    pub columns: BTreeSet<ColumnRef>,
}

/// One change of a schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The table as it is called now; as it was called, where it is gone.
    pub table: TableName,
    /// The column, index or constraint in it, as it is called now or was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The name or text before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The name or text after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How much it can break.
    pub severity: Severity,
    /// How sure it is, from 0 to 1; below 1 only where a rename was concluded from likeness.
    pub certainty: f64,
    /// Known users of the object: `question: revenue by region`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub impact: Vec<String>,
}

impl ChangeKind {
    /// All kinds, in the order of their list.
    pub const ALL: [ChangeKind; 39] = {
        use ChangeKind::*;
        [
            TableCreated,
            TableDropped,
            TableRenamed,
            TableMoved,
            TableKindChanged,
            TableHidden,
            TableShown,
            TableComment,
            ViewChanged,
            ColumnAdded,
            ColumnDropped,
            ColumnRenamed,
            ColumnMoved,
            TypeWidened,
            TypeNarrowed,
            TypeChanged,
            EnumChanged,
            NullForbidden,
            NullAllowed,
            DefaultSet,
            DefaultChanged,
            DefaultRemoved,
            GeneratedChanged,
            ColumnComment,
            PrimaryKeyAdded,
            PrimaryKeyChanged,
            PrimaryKeyDropped,
            UniqueAdded,
            UniqueDropped,
            CheckAdded,
            CheckDropped,
            CheckChanged,
            ForeignKeyAdded,
            ForeignKeyDropped,
            ForeignKeyChanged,
            IndexAdded,
            IndexDropped,
            IndexRenamed,
            IndexChanged,
        ]
    };

    /// How much a change of this kind can break, where nothing else is known.
    pub fn severity(self) -> Severity {
        use ChangeKind::*;
        match self {
            TableComment | ColumnComment | IndexAdded | IndexRenamed | ColumnMoved | DefaultSet | DefaultChanged => {
                Severity::Low
            }
            TableCreated | TableShown | ColumnAdded | TypeWidened | EnumChanged | NullAllowed | DefaultRemoved
            | PrimaryKeyAdded | UniqueAdded | CheckAdded | ForeignKeyAdded => Severity::Medium,
            ColumnDropped | TypeNarrowed | TypeChanged | NullForbidden | GeneratedChanged | UniqueDropped
            | CheckDropped | CheckChanged | IndexDropped | IndexChanged | ViewChanged => Severity::High,
            TableDropped | TableRenamed | TableMoved | TableKindChanged | TableHidden | ColumnRenamed
            | PrimaryKeyChanged | PrimaryKeyDropped | ForeignKeyDropped | ForeignKeyChanged => Severity::Critical,
        }
    }

    /// What happened, in words.
    pub fn words(self) -> &'static str {
        use ChangeKind::*;
        match self {
            TableCreated => "table created",
            TableDropped => "table dropped",
            TableRenamed => "table renamed",
            TableMoved => "table moved to another schema",
            TableKindChanged => "became another kind of table",
            TableHidden => "table can no longer be read",
            TableShown => "table can be read now",
            TableComment => "comment on the table changed",
            ViewChanged => "view redefined",
            ColumnAdded => "column added",
            ColumnDropped => "column dropped",
            ColumnRenamed => "column renamed",
            ColumnMoved => "columns reordered",
            TypeWidened => "type widened",
            TypeNarrowed => "type narrowed",
            TypeChanged => "type changed",
            EnumChanged => "allowed values changed",
            NullForbidden => "NULL no longer allowed",
            NullAllowed => "NULL allowed",
            DefaultSet => "default set",
            DefaultChanged => "default changed",
            DefaultRemoved => "default removed",
            GeneratedChanged => "generation changed",
            ColumnComment => "comment on the column changed",
            PrimaryKeyAdded => "primary key added",
            PrimaryKeyChanged => "primary key changed",
            PrimaryKeyDropped => "primary key dropped",
            UniqueAdded => "unique constraint added",
            UniqueDropped => "unique constraint dropped",
            CheckAdded => "check added",
            CheckDropped => "check dropped",
            CheckChanged => "check changed",
            ForeignKeyAdded => "reference added",
            ForeignKeyDropped => "reference dropped",
            ForeignKeyChanged => "reference changed",
            IndexAdded => "index added",
            IndexDropped => "index dropped",
            IndexRenamed => "index renamed",
            IndexChanged => "index changed",
        }
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        use ChangeKind::*;
        match self {
            TableRenamed | ColumnRenamed | TableMoved => {
                "code and saved SQL must use the new name; questions follow it"
            }
            TableDropped | TableHidden => "whatever reads it fails: remove it, or grant the right to read it again",
            ColumnDropped => "whatever reads it fails: find another source for it, or remove it",
            TypeNarrowed | TypeChanged => "check casts, comparisons and sums over it, and values that no longer fit",
            NullForbidden => "writers that leave it out fail: give it a value or a default",
            ForeignKeyDropped | ForeignKeyChanged => {
                "joins over it are no longer declared: check for rows without a partner"
            }
            PrimaryKeyChanged | PrimaryKeyDropped | UniqueDropped => {
                "rows may no longer be unique: joins can multiply amounts"
            }
            IndexDropped | IndexChanged => "reads that used it may be slow",
            CheckDropped | CheckChanged => "values outside of the former rule may appear",
            ViewChanged | TableKindChanged | GeneratedChanged => {
                "its rows may mean something else now: compare its numbers"
            }
            ColumnAdded | TableCreated | TableShown => "new data can be asked for",
            DefaultRemoved => "writers that relied on it now write NULL or fail",
            EnumChanged => "code that lists the values is out of date",
            _ => "nothing has to be done",
        }
    }

    /// Whether it is a rename, which names both sides.
    pub fn is_rename(self) -> bool {
        matches!(self, ChangeKind::TableRenamed | ChangeKind::TableMoved | ChangeKind::ColumnRenamed)
    }

    /// Whether what used the object before breaks or has to be looked at.
    pub fn can_break(self) -> bool {
        self.severity() >= Severity::High
    }
}

impl Severity {
    /// One step less.
    #[must_use]
    pub fn lowered(self) -> Severity {
        match self {
            Severity::Critical => Severity::High,
            Severity::High => Severity::Medium,
            Severity::Medium | Severity::Low => Severity::Low,
        }
    }
}

impl Change {
    /// A certain change of a table itself.
    pub fn of_table(kind: ChangeKind, table: &TableName) -> Change {
        Change {
            kind,
            table: table.clone(),
            part: None,
            before: None,
            after: None,
            severity: kind.severity(),
            certainty: 1.0,
            impact: Vec::new(),
        }
    }

    /// The same change of a part of the table.
    #[must_use]
    pub fn part(self, name: impl Into<String>) -> Change {
        Change { part: Some(name.into()), ..self }
    }

    /// The same change with what was there before and after.
    #[must_use]
    pub fn from_to(self, before: Option<String>, after: Option<String>) -> Change {
        Change { before, after, ..self }
    }

    /// Whether somebody has to say if it was a rename.
    pub fn is_uncertain(&self) -> bool {
        self.kind.is_rename() && self.certainty < super::model::APPLIED
    }

    /// Notes which of the known users it touches. Where users are known and none of them is touched, it is less severe.
    pub fn weigh(&mut self, uses: &[Use]) {
        let touched: BTreeSet<String> =
            uses.iter().filter(|u| self.touches(u)).map(|u| format!("{}: {}", u.what, u.name)).collect();
        self.impact = touched.into_iter().collect();
        let severity = self.severity;
        self.severity = if self.impact.is_empty() && !uses.is_empty() { severity.lowered() } else { severity };
    }

    fn touches(&self, user: &Use) -> bool {
        let was = |table: &TableName| match self.kind {
            ChangeKind::TableRenamed | ChangeKind::TableMoved => {
                *table == self.table || Some(table.to_string()) == self.before
            }
            _ => *table == self.table,
        };
        let is_of_column = matches!(
            self.kind,
            ChangeKind::ColumnDropped
                | ChangeKind::ColumnRenamed
                | ChangeKind::TypeWidened
                | ChangeKind::TypeNarrowed
                | ChangeKind::TypeChanged
                | ChangeKind::EnumChanged
                | ChangeKind::NullForbidden
                | ChangeKind::NullAllowed
                | ChangeKind::GeneratedChanged
        );
        if !is_of_column {
            return user.tables.iter().any(was);
        }
        let names = [&self.part, &self.before];
        user.columns.iter().any(|c| c.table == self.table && names.contains(&&Some(c.column.clone())))
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.words(), self.table)?;
        if let Some(part) = &self.part {
            write!(f, ".{part}")?;
        }
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, " ({before} -> {after})"),
            (Some(before), None) => write!(f, " (was {before})"),
            (None, Some(after)) => write!(f, " ({after})"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_the_list_once() {
        let kinds: BTreeSet<ChangeKind> = ChangeKind::ALL.into_iter().collect();
        assert_eq!(kinds.len(), ChangeKind::ALL.len());
        let words: BTreeSet<&str> = ChangeKind::ALL.into_iter().map(ChangeKind::words).collect();
        assert_eq!(words.len(), kinds.len());
    }

    #[test]
    fn a_change_that_nothing_known_uses_is_less_severe_and_one_that_is_used_says_by_what() {
        let table = TableName::bare("sale");
        let column = ColumnRef::new(table.clone(), "amount");
        let name = "revenue by region".to_owned();
        let user = Use { what: "question".into(), name, tables: [table.clone()].into(), columns: [column].into() };
        let mut used = Change::of_table(ChangeKind::ColumnDropped, &table).part("amount");
        let mut unused = Change::of_table(ChangeKind::ColumnDropped, &table).part("note");
        let mut unknown = unused.clone();
        used.weigh(std::slice::from_ref(&user));
        unused.weigh(&[user]);
        unknown.weigh(&[]);
        assert_eq!((used.severity, used.impact), (Severity::High, vec!["question: revenue by region".to_owned()]));
        assert_eq!((unused.severity, unused.impact.len()), (Severity::Medium, 0));
        assert_eq!(unknown.severity, Severity::High);
    }
}
