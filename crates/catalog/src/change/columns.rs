//! Pairing the columns of two readings of one table.

use std::collections::BTreeSet;

use crate::statistics::{ColumnStatistics, TableStatistics};
use crate::table::{Column, Table};

use super::assign::assign;
use super::identity;
use super::likeness::{by_letters, by_words, of_counts, of_values};
use super::model::{ASKED, COLUMN_FEATURES, column_odds};

/// One side of a pair: a column where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Flank<'f> {
    /// Its table.
    pub table: &'f Table,
    /// What is known of the table's rows.
    pub statistics: Option<&'f TableStatistics>,
    /// Which of the columns.
    pub index: usize,
    /// Columns before it that both readings have.
    pub gap: usize,
    /// Columns between the last of those and it.
    pub place: usize,
}

impl<'f> Flank<'f> {
    fn column(&self) -> &'f Column {
        &self.table.columns[self.index]
    }

    fn sample(&self) -> Option<&'f ColumnStatistics> {
        self.statistics?.columns.get(&self.column().name)
    }
}

/// The columns of two tables, paired.
#[derive(Clone, Debug, Default)]
pub struct Paired {
    /// (old, new, certainty).
    pub pairs: Vec<(usize, usize, f64)>,
    /// Old ones alone.
    pub gone: Vec<usize>,
    /// New ones alone.
    pub came: Vec<usize>,
}

/// Pairs by identity, then by name, then by likeness. `same` says that both are one table inside of the engine, so that
/// its columns' identities count.
pub fn pair(
    (old, old_statistics): (&Table, Option<&TableStatistics>),
    (new, new_statistics): (&Table, Option<&TableStatistics>),
    same: Same,
) -> Paired {
    let known = if same == Same::Inside { identity::columns(old, new) } else { Vec::new() };
    let has_identities = !known.is_empty();
    let mut kept: Vec<(usize, usize)> = known;
    let free = |taken: &BTreeSet<usize>, of: &Table| -> Vec<usize> {
        (0..of.columns.len()).filter(|i| !taken.contains(i)).collect()
    };
    if !has_identities {
        let place = |c: &Column| new.columns.iter().position(|other| other.name == c.name);
        kept = old.columns.iter().enumerate().filter_map(|(i, c)| Some((i, place(c)?))).collect();
    }
    let gone = free(&kept.iter().map(|p| p.0).collect(), old);
    let came = free(&kept.iter().map(|p| p.1).collect(), new);
    let mut paired = Paired { pairs: kept.iter().map(|(i, j)| (*i, *j, 1.0)).collect(), gone, came };
    // Where the engine names columns inside, what is left over was dropped and added.
    if has_identities || paired.gone.is_empty() || paired.came.is_empty() {
        return paired;
    }
    let flanks = |table, statistics, side: fn(&(usize, usize)) -> usize, of: &[usize]| -> Vec<Flank<'_>> {
        let kept: BTreeSet<usize> = kept.iter().map(side).collect();
        of.iter().map(|index| flank(table, statistics, *index, &kept)).collect()
    };
    let olds = flanks(old, old_statistics, |p| p.0, &paired.gone);
    let news = flanks(new, new_statistics, |p| p.1, &paired.came);
    let rivals = olds.len().max(news.len());
    let odds: Vec<Vec<f64>> =
        olds.iter().map(|o| news.iter().map(|n| column_odds(&features(*o, *n, rivals))).collect()).collect();
    for (i, j, certainty) in assign(&odds).into_iter().filter(|p| p.2 >= ASKED) {
        paired.pairs.push((olds[i].index, news[j].index, certainty));
    }
    paired.gone.retain(|i| !paired.pairs.iter().any(|p| p.0 == *i));
    paired.came.retain(|j| !paired.pairs.iter().any(|p| p.1 == *j));
    paired
}

/// Whether two readings show one table inside of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// By its identity.
    Inside,
    /// By its name, or by likeness.
    Outside,
}

fn flank<'f>(
    table: &'f Table,
    statistics: Option<&'f TableStatistics>,
    index: usize,
    kept: &BTreeSet<usize>,
) -> Flank<'f> {
    let gap = kept.iter().filter(|k| **k < index).count();
    let place = (0..index).rev().take_while(|k| !kept.contains(k)).count();
    Flank { table, statistics, index, gap, place }
}

/// The features of a pair, in the order of [`COLUMN_FEATURES`]. `rivals` is the larger number of columns left over.
pub fn features(old: Flank<'_>, new: Flank<'_>, rivals: usize) -> [f64; COLUMN_FEATURES.len()] {
    let (a, b) = (old.column(), new.column());
    let is = |equal: bool| f64::from(u8::from(equal));
    let samples = old.sample().zip(new.sample());
    let values = samples.and_then(|(x, y)| of_values(x, y));
    let many = |x: &ColumnStatistics| ((x.distinct as f64 + 1.0).ln() / 100.0_f64.ln()).min(1.0);
    let share =
        |side: Flank<'_>, x: &ColumnStatistics| x.nulls as f64 / side.statistics.map_or(1, |s| s.sampled).max(1) as f64;
    [
        1.0,
        by_words(&a.name, &b.name),
        by_letters(&a.name, &b.name),
        is(std::mem::discriminant(&a.ty.kind) == std::mem::discriminant(&b.ty.kind)),
        is(a.ty.declared.eq_ignore_ascii_case(&b.ty.declared)),
        is(a.nullable == b.nullable && a.generated == b.generated),
        both(a.default.as_ref(), b.default.as_ref()),
        is(old.gap == new.gap),
        is(old.gap == new.gap && old.place == new.place),
        both(key(old).as_ref(), key(new).as_ref()),
        both(target(old).as_ref(), target(new).as_ref()),
        both(indexed(old).as_ref(), indexed(new).as_ref()),
        both(a.comment.as_ref(), b.comment.as_ref()),
        is(samples.is_some()),
        samples.map_or(0.0, |(x, y)| 1.0 - (4.0 * (share(old, x) - share(new, y)).abs()).min(2.0)),
        samples.map_or(0.0, |(x, y)| of_counts(x.distinct, y.distinct)),
        values.map_or(0.0, |v| 2.0 * v - 1.0),
        samples.zip(values).map_or(0.0, |((x, y), v)| (2.0 * v - 1.0) * many(x).min(many(y))),
        samples.map_or(0.0, |(x, y)| both(x.extent.as_ref(), y.extent.as_ref())),
        (rivals as f64).ln(),
    ]
}

/// 1 where both have it and it is equal, -1 where one has it or they differ, 0 where neither has it.
fn both<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> f64 {
    match (a, b) {
        (None, None) => 0.0,
        (Some(a), Some(b)) if a == b => 1.0,
        _ => -1.0,
    }
}

fn key(flank: Flank<'_>) -> Option<usize> {
    flank.table.primary_key.iter().position(|name| *name == flank.column().name)
}

fn target(flank: Flank<'_>) -> Option<String> {
    let name = &flank.column().name;
    let key = flank.table.foreign_keys.iter().find(|key| key.columns.contains(name))?;
    Some(key.target.to_string())
}

/// The place in the first index that holds it.
fn indexed(flank: Flank<'_>) -> Option<usize> {
    let name = &flank.column().name;
    let place = |i: &crate::table::Index| i.parts.iter().position(|part| part.column.as_ref() == Some(name));
    flank.table.indexes.iter().find_map(place)
}
