//! Comparing keys, references, checks and indexes of two readings of one table, with renames applied.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::TableName;
use crate::table::{Check, ForeignKey, Index, Table};

use super::kind::{Change, ChangeKind};

/// What is called otherwise now.
#[derive(Debug, Default)]
pub struct Renames {
    /// Tables, by their old name.
    pub tables: BTreeMap<TableName, TableName>,
    /// Columns, by the old name of their table and their own.
    pub columns: BTreeMap<TableName, BTreeMap<String, String>>,
}

impl Renames {
    fn table(&self, name: &TableName) -> TableName {
        self.tables.get(name).unwrap_or(name).clone()
    }

    fn column(&self, table: &TableName, name: &str) -> String {
        self.columns.get(table).and_then(|c| c.get(name)).map_or(name, String::as_str).to_owned()
    }

    fn columns(&self, table: &TableName, names: &[String]) -> Vec<String> {
        names.iter().map(|name| self.column(table, name)).collect()
    }

    /// Whether two texts of SQL say the same, after renames. Case, quotation marks and blanks do not count.
    pub fn is_same_text(&self, old: &str, new: &str) -> bool {
        if tokens(old) == tokens(new) {
            return true;
        }
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (old, new) in &self.tables {
            names.insert(old.name.to_lowercase(), new.name.to_lowercase());
        }
        for (old, new) in self.columns.values().flatten() {
            names.insert(old.to_lowercase(), new.to_lowercase());
        }
        let renamed: Vec<String> =
            tokens(old).into_iter().map(|token| names.get(&token).cloned().unwrap_or(token)).collect();
        renamed == tokens(new)
    }
}

/// Words in small letters, and every other character but blanks and quotation marks of names.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in text.chars() {
        let is_word = c.is_alphanumeric() || c == '_' || c == '$';
        if is_word && in_word {
            if let Some(word) = tokens.last_mut() {
                word.extend(c.to_lowercase());
            }
        } else if is_word || !(c.is_whitespace() || matches!(c, '"' | '`' | '[' | ']')) {
            tokens.push(c.to_lowercase().collect());
        }
        in_word = is_word;
    }
    tokens
}

/// Compares all parts.
pub fn compare(old: &Table, new: &Table, renames: &Renames) -> Vec<Change> {
    let mut changes = Vec::new();
    changes.extend(primary_key(old, new, renames));
    unique(old, new, renames, &mut changes);
    references(old, new, renames, &mut changes);
    checks(old, new, renames, &mut changes);
    indexes(old, new, renames, &mut changes);
    changes
}

fn of(kind: ChangeKind, table: &Table) -> Change {
    Change::of_table(kind, &table.name)
}

fn primary_key(old: &Table, new: &Table, renames: &Renames) -> Option<Change> {
    let before = renames.columns(&old.name, &old.primary_key);
    let kind = match (before.is_empty(), new.primary_key.is_empty()) {
        _ if before == new.primary_key => return None,
        (true, _) => ChangeKind::PrimaryKeyAdded,
        (_, true) => ChangeKind::PrimaryKeyDropped,
        _ => ChangeKind::PrimaryKeyChanged,
    };
    let text = |columns: &[String]| (!columns.is_empty()).then(|| columns.join(", "));
    Some(of(kind, new).from_to(text(&before), text(&new.primary_key)))
}

/// Unique sets that are no index of their own: those show as indexes.
fn unique(old: &Table, new: &Table, renames: &Renames, changes: &mut Vec<Change>) {
    let own = |table: &Table, renames: Option<&Renames>| -> BTreeSet<Vec<String>> {
        let is_index = |set: &Vec<String>| {
            let columns = |i: &Index| i.parts.iter().map(|p| p.column.clone()).collect::<Option<Vec<String>>>();
            table.indexes.iter().any(|i| i.unique && !i.partial && columns(i).as_ref() == Some(set))
        };
        let sets = table.unique.iter().filter(|set| !is_index(set));
        let mut sets: Vec<Vec<String>> =
            sets.map(|set| renames.map_or(set.clone(), |r| r.columns(&table.name, set))).collect();
        sets.iter_mut().for_each(|set| set.sort());
        sets.into_iter().collect()
    };
    let (before, after) = (own(old, Some(renames)), own(new, None));
    changes.extend(before.difference(&after).map(|s| of(ChangeKind::UniqueDropped, new).part(s.join(", "))));
    changes.extend(after.difference(&before).map(|s| of(ChangeKind::UniqueAdded, new).part(s.join(", "))));
}

fn references(old: &Table, new: &Table, renames: &Renames, changes: &mut Vec<Change>) {
    let renamed = |key: &ForeignKey| ForeignKey {
        columns: renames.columns(&old.name, &key.columns),
        target_columns: renames.columns(&key.target, &key.target_columns),
        target: renames.table(&key.target),
        ..key.clone()
    };
    let mut before: Vec<ForeignKey> = old.foreign_keys.iter().map(renamed).collect();
    let mut after: Vec<ForeignKey> = new.foreign_keys.clone();
    let text = |key: &ForeignKey| {
        let rule = |on: &str, rule: &Option<String>| rule.as_ref().map_or(String::new(), |r| format!(" on {on} {r}"));
        let (delete, update) = (rule("delete", &key.on_delete), rule("update", &key.on_update));
        format!("{} ({}){delete}{update}", key.target, key.target_columns.join(", "))
    };
    take_equal(&mut before, &mut after, |a, b| a == b);
    for (was, is) in take_equal(&mut before, &mut after, |a, b| a.columns == b.columns) {
        let change = of(ChangeKind::ForeignKeyChanged, new).part(is.columns.join(", "));
        let mut change = change.from_to(Some(text(&was)), Some(text(&is)));
        if (&was.target, &was.target_columns) == (&is.target, &is.target_columns) {
            // Only what happens to its rows when the target's change.
            change.severity = change.severity.lowered();
        }
        changes.push(change);
    }
    let alone = |kind, key: &ForeignKey| of(kind, new).part(key.columns.join(", "));
    changes.extend(before.iter().map(|k| alone(ChangeKind::ForeignKeyDropped, k).from_to(Some(text(k)), None)));
    changes.extend(after.iter().map(|k| alone(ChangeKind::ForeignKeyAdded, k).from_to(None, Some(text(k)))));
}

fn checks(old: &Table, new: &Table, renames: &Renames, changes: &mut Vec<Change>) {
    let (mut before, mut after) = (old.checks.clone(), new.checks.clone());
    let is_same = |a: &Check, b: &Check| renames.is_same_text(&a.condition, &b.condition);
    take_equal(&mut before, &mut after, |a, b| a.name == b.name && is_same(a, b));
    // A name alone is nothing that a check does.
    take_equal(&mut before, &mut after, is_same);
    for (was, is) in take_equal(&mut before, &mut after, |a, b| a.name.is_some() && a.name == b.name) {
        let change = of(ChangeKind::CheckChanged, new).part(is.name.clone().unwrap_or_default());
        changes.push(change.from_to(Some(was.condition), Some(is.condition)));
    }
    let named = |change: Change, check: &Check| Change { part: check.name.clone(), ..change };
    let gone = |c: &Check| named(of(ChangeKind::CheckDropped, new), c).from_to(Some(c.condition.clone()), None);
    let came = |c: &Check| named(of(ChangeKind::CheckAdded, new), c).from_to(None, Some(c.condition.clone()));
    changes.extend(before.iter().map(gone));
    changes.extend(after.iter().map(came));
}

fn indexes(old: &Table, new: &Table, renames: &Renames, changes: &mut Vec<Change>) {
    let renamed = |index: &Index| {
        let mut index = index.clone();
        for column in index.parts.iter_mut().filter_map(|part| part.column.as_mut()) {
            *column = renames.column(&old.name, column);
        }
        index
    };
    let mut before: Vec<Index> = old.indexes.iter().map(renamed).collect();
    let mut after = new.indexes.clone();
    let text = |i: &Index| {
        let part = |p: &crate::table::IndexPart| {
            let name = p.column.clone().unwrap_or_else(|| "(expression)".to_owned());
            if p.descending { name + " desc" } else { name }
        };
        let parts: Vec<String> = i.parts.iter().map(part).collect();
        let (unique, partial) = (if i.unique { "unique " } else { "" }, if i.partial { ", partial" } else { "" });
        format!("{unique}({}){partial}", parts.join(", "))
    };
    take_equal(&mut before, &mut after, |a, b| a == b);
    for (was, is) in take_equal(&mut before, &mut after, |a, b| a.name == b.name) {
        let change = of(ChangeKind::IndexChanged, new).part(is.name.clone());
        changes.push(change.from_to(Some(text(&was)), Some(text(&is))));
    }
    let like = |a: &Index, b: &Index| (&a.parts, a.unique, a.partial) == (&b.parts, b.unique, b.partial);
    for (was, is) in take_equal(&mut before, &mut after, like) {
        let change = of(ChangeKind::IndexRenamed, new).part(is.name.clone());
        changes.push(change.from_to(Some(was.name), Some(is.name)));
    }
    let gone = |i: &Index| of(ChangeKind::IndexDropped, new).part(i.name.clone()).from_to(Some(text(i)), None);
    let came = |i: &Index| of(ChangeKind::IndexAdded, new).part(i.name.clone()).from_to(None, Some(text(i)));
    changes.extend(before.iter().map(gone));
    changes.extend(after.iter().map(came));
}

/// Takes what meets on both sides out of both.
fn take_equal<T>(before: &mut Vec<T>, after: &mut Vec<T>, meets: impl Fn(&T, &T) -> bool) -> Vec<(T, T)> {
    let mut met = Vec::new();
    let mut i = 0;
    while i < before.len() {
        match after.iter().position(|b| meets(&before[i], b)) {
            Some(j) => met.push((before.remove(i), after.remove(j))),
            None => i += 1,
        }
    }
    met
}
