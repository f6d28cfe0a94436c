//! Two readings, and what lies between them.

use std::collections::BTreeMap;

use crate::model::{Catalog, Entry};
use crate::name::TableName;
use crate::statistics::Statistics;
use crate::table::{Column, Table, TableKind};
use crate::types::{Type, TypeKind};

use super::columns;
use super::kind::{Change, ChangeKind, Severity};
use super::model::APPLIED;
use super::parts::{self, Renames};
use super::tables::{self, Pair};

/// One reading of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// What was read.
    pub catalog: &'s Catalog,
    /// What its rows looked like, as far as they were looked at.
    pub statistics: &'s Statistics,
}

/// All changes from one reading to the next, by table; none where both are equal.
///
/// Cost: linear in what is equal; what is left over on both sides is compared pair by pair.
pub fn diff(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let paired = tables::pair((old.catalog, old.statistics), (new.catalog, new.statistics));
    let mut changes = visibility(old.catalog, new.catalog);
    let is_listed = |catalog: &Catalog, name: &TableName| {
        catalog.entries().any(|e| matches!(e, Entry::Listed { name: n, .. } if n == name))
    };
    let gone = paired.gone.iter().filter(|t| !is_listed(new.catalog, &t.name));
    let came = paired.came.iter().filter(|t| !is_listed(old.catalog, &t.name));
    changes.extend(gone.map(|t| Change::of_table(ChangeKind::TableDropped, &t.name)));
    changes.extend(came.map(|t| Change::of_table(ChangeKind::TableCreated, &t.name)));
    let moved: Vec<&Pair> = paired.pairs.iter().filter(|p| p.old != p.new).collect();
    let inside: Vec<columns::Paired> = moved.iter().map(|p| columns_of(p, old.statistics, new.statistics)).collect();
    let renames = renames(&moved, &inside);
    for (pair, columns) in moved.iter().zip(&inside) {
        let renamed = of_name(pair);
        let is_asked = renamed.as_ref().is_some_and(Change::is_uncertain);
        changes.extend(renamed);
        // What changed inside is known once it is known to be the same table.
        if !is_asked {
            of_pair(pair, columns, &renames, &mut changes);
        }
    }
    changes.sort_by(|a, b| (&a.table, a.kind, &a.part, &a.before).cmp(&(&b.table, b.kind, &b.part, &b.before)));
    changes
}

/// Objects that were read and are only listed now, or the other way round.
fn visibility(old: &Catalog, new: &Catalog) -> Vec<Change> {
    let listed = |catalog: &Catalog| -> Vec<TableName> {
        catalog.entries().filter(|e| matches!(e, Entry::Listed { .. })).map(|e| e.name().clone()).collect()
    };
    let hidden = listed(new).into_iter().filter(|n| old.table(n).is_some());
    let shown = listed(old).into_iter().filter(|n| new.table(n).is_some());
    let hidden = hidden.map(|n| Change::of_table(ChangeKind::TableHidden, &n));
    hidden.chain(shown.map(|n| Change::of_table(ChangeKind::TableShown, &n))).collect()
}

fn columns_of(pair: &Pair, old: &Statistics, new: &Statistics) -> columns::Paired {
    let before = (pair.old.as_ref(), old.tables.get(&pair.old.name));
    columns::pair(before, (pair.new.as_ref(), new.tables.get(&pair.new.name)), pair.same)
}

fn renames(moved: &[&Pair], inside: &[columns::Paired]) -> Renames {
    let mut renames = Renames::default();
    for (pair, columns) in moved.iter().zip(inside).filter(|(pair, _)| pair.certainty >= APPLIED) {
        if pair.old.name != pair.new.name {
            renames.tables.insert(pair.old.name.clone(), pair.new.name.clone());
        }
        let name =
            |(i, j, _): &(usize, usize, f64)| (pair.old.columns[*i].name.clone(), pair.new.columns[*j].name.clone());
        let sure = columns.pairs.iter().filter(|p| p.2 >= APPLIED).map(name).filter(|(old, new)| old != new);
        renames.columns.insert(pair.old.name.clone(), sure.collect::<BTreeMap<String, String>>());
    }
    renames
}

fn of_name(pair: &Pair) -> Option<Change> {
    let (old, new) = (&pair.old.name, &pair.new.name);
    let kind = if old.name == new.name && old != new { ChangeKind::TableMoved } else { ChangeKind::TableRenamed };
    let change = Change::of_table(kind, new).from_to(Some(old.to_string()), Some(new.to_string()));
    (old != new).then_some(Change { certainty: pair.certainty, ..change })
}

fn of_pair(pair: &Pair, columns: &columns::Paired, renames: &Renames, changes: &mut Vec<Change>) {
    let (old, new) = (pair.old.as_ref(), pair.new.as_ref());
    of_whole(old, new, renames, changes);
    let of = |kind, name: &str| Change::of_table(kind, &new.name).part(name);
    let show = |c: &Column| Some(c.ty.declared.clone()).filter(|text| !text.is_empty());
    for i in &columns.gone {
        let column = &old.columns[*i];
        changes.push(of(ChangeKind::ColumnDropped, &column.name).from_to(show(column), None));
    }
    for j in &columns.came {
        let column = &new.columns[*j];
        let mut change = of(ChangeKind::ColumnAdded, &column.name).from_to(None, show(column));
        if column.nullable || column.default.is_some() || column.generated {
            change.severity = Severity::Low;
        }
        changes.push(change);
    }
    for (i, j, certainty) in &columns.pairs {
        let (before, after) = (&old.columns[*i], &new.columns[*j]);
        if before.name != after.name {
            let names = (Some(before.name.clone()), Some(after.name.clone()));
            let change = of(ChangeKind::ColumnRenamed, &after.name).from_to(names.0, names.1);
            changes.push(Change { certainty: *certainty, ..change });
        }
        if *certainty >= APPLIED {
            of_column(before, after, renames, &mut |kind| of(kind, &after.name), changes);
        }
    }
    let is_rebuilt_view = old.definition.is_some() && new.definition.is_some();
    if !is_rebuilt_view && is_reordered(&columns.pairs) {
        changes.push(Change::of_table(ChangeKind::ColumnMoved, &new.name));
    }
    changes.extend(parts::compare(old, new, renames));
}

/// The table itself: its kind, its text, its comment.
fn of_whole(old: &Table, new: &Table, renames: &Renames, changes: &mut Vec<Change>) {
    let word = |kind: TableKind| {
        Some(
            match kind {
                TableKind::Table => "table",
                TableKind::View => "view",
                TableKind::MaterializedView => "materialized view",
                TableKind::Virtual => "virtual table",
            }
            .to_owned(),
        )
    };
    if old.kind != new.kind {
        let change = Change::of_table(ChangeKind::TableKindChanged, &new.name);
        changes.push(change.from_to(word(old.kind), word(new.kind)));
    } else if let (Some(before), Some(after)) = (&old.definition, &new.definition)
        && !renames.is_same_text(before, after)
    {
        changes.push(Change::of_table(ChangeKind::ViewChanged, &new.name));
    }
    if old.comment != new.comment {
        let change = Change::of_table(ChangeKind::TableComment, &new.name);
        changes.push(change.from_to(old.comment.clone(), new.comment.clone()));
    }
}

/// Whether columns that both have stand in another order.
fn is_reordered(pairs: &[(usize, usize, f64)]) -> bool {
    let mut places: Vec<(usize, usize)> = pairs.iter().map(|p| (p.0, p.1)).collect();
    places.sort_unstable();
    places.windows(2).any(|two| two[0].1 > two[1].1)
}

fn of_column(
    old: &Column,
    new: &Column,
    renames: &Renames,
    of: &mut dyn FnMut(ChangeKind) -> Change,
    changes: &mut Vec<Change>,
) {
    if let Some((kind, severity)) = of_type(&old.ty, &new.ty) {
        let change = of(kind).from_to(Some(old.ty.declared.clone()), Some(new.ty.declared.clone()));
        changes.push(Change { severity, ..change });
    }
    if old.nullable != new.nullable {
        changes.push(of(if new.nullable { ChangeKind::NullAllowed } else { ChangeKind::NullForbidden }));
    }
    let kind = match (&old.default, &new.default) {
        (None, Some(_)) => Some(ChangeKind::DefaultSet),
        (Some(_), None) => Some(ChangeKind::DefaultRemoved),
        (Some(a), Some(b)) if !renames.is_same_text(a, b) => Some(ChangeKind::DefaultChanged),
        _ => None,
    };
    changes.extend(kind.map(|kind| of(kind).from_to(old.default.clone(), new.default.clone())));
    if old.generated != new.generated {
        changes.push(of(ChangeKind::GeneratedChanged));
    }
    if old.comment != new.comment {
        changes.push(of(ChangeKind::ColumnComment).from_to(old.comment.clone(), new.comment.clone()));
    }
}

/// What became of a type, and how grave it is. Another spelling of the same is a change of low severity.
fn of_type(old: &Type, new: &Type) -> Option<(ChangeKind, Severity)> {
    if old.declared.eq_ignore_ascii_case(&new.declared) && old.kind == new.kind {
        return None;
    }
    let (before, after) = (allowed(&old.declared), allowed(&new.declared));
    if let (Some(before), Some(after)) = (before, after) {
        let is_lost = before.iter().any(|value| !after.contains(value));
        return Some((ChangeKind::EnumChanged, if is_lost { Severity::High } else { Severity::Medium }));
    }
    let kind = match room(&old.kind, &old.declared).zip(room(&new.kind, &new.declared)) {
        Some((a, b)) if a.0 == b.0 && a.1 == b.1 => return Some((ChangeKind::TypeChanged, Severity::Low)),
        Some((a, b)) if a.0 == b.0 && a.1.iter().zip(&b.1).all(|(a, b)| a <= b) => ChangeKind::TypeWidened,
        Some((a, b)) if a.0 == b.0 => ChangeKind::TypeNarrowed,
        _ => ChangeKind::TypeChanged,
    };
    Some((kind, kind.severity()))
}

/// The values of a type that lists them.
fn allowed(declared: &str) -> Option<Vec<&str>> {
    let is_list =
        ["enum", "set("].iter().any(|head| declared.get(..head.len()).is_some_and(|d| d.eq_ignore_ascii_case(head)));
    is_list.then(|| declared.split('\'').skip(1).step_by(2).collect())
}

/// The sort of a type and how much fits into it, in each direction; none where types of this sort are not compared.
fn room(kind: &TypeKind, declared: &str) -> Option<(&'static str, [u32; 2])> {
    let any = u32::MAX;
    let declared = declared.to_lowercase();
    let has = |word: &str| declared.contains(word);
    match kind {
        TypeKind::Int => {
            let sizes =
                [("tiny", 1), ("small", 2), ("int2", 2), ("medium", 3), ("big", 8), ("int8", 8), ("integer", 4)];
            let bytes = sizes.iter().find(|(word, _)| has(word)).map_or(4, |size| size.1);
            Some((if has("unsigned") { "unsigned" } else { "whole" }, [bytes, 0]))
        }
        TypeKind::Decimal { precision, scale } => {
            let digits = precision.map_or(any, |p| p.saturating_sub(scale.unwrap_or(0)));
            Some(("decimal", [digits, precision.map_or(any, |_| scale.unwrap_or(0))]))
        }
        TypeKind::Float => {
            let double = has("doub") || has("float8") || !(has("real") || has("float4") || has("float"));
            Some(("floating", [if double { 8 } else { 4 }, 0]))
        }
        TypeKind::Text { length } => Some(("text", [length.unwrap_or(any), 0])),
        _ => None,
    }
}
