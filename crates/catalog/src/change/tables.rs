//! Pairing the tables of two readings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::Catalog;
use crate::name::TableName;
use crate::statistics::Statistics;
use crate::table::Table;

use super::assign::assign;
use super::columns::Same;
use super::identity;
use super::likeness::{by_letters, by_words, of_counts, of_sets, of_values};
use super::model::{APPLIED, ASKED, TABLE_FEATURES, table_odds};

/// Pairs that are compared by likeness, at the most; beyond, only names and identities count.
const MOST_PAIRS: usize = 250_000;
/// Below this share of columns in common, one name may stand for two tables: they may have been swapped.
const DOUBTFUL: f64 = 0.3;

/// Two readings of one table.
pub struct Pair {
    /// Before.
    pub old: Arc<Table>,
    /// After.
    pub new: Arc<Table>,
    /// How sure it is that they are one.
    pub certainty: f64,
    /// Whether the engine says so.
    pub same: Same,
}

/// The tables of two readings, paired.
#[derive(Default)]
pub struct Paired {
    /// Those in both.
    pub pairs: Vec<Pair>,
    /// Old ones alone.
    pub gone: Vec<Arc<Table>>,
    /// New ones alone.
    pub came: Vec<Arc<Table>>,
}

/// Pairs by identity, then by name, then by likeness. Tables that both readings share are left out.
pub fn pair(old: (&Catalog, &Statistics), new: (&Catalog, &Statistics)) -> Paired {
    // What both readings share is as it was, and no other table's partner.
    let shares = |one: &Catalog, t: &Arc<Table>| one.table(&t.name).is_some_and(|other| Arc::ptr_eq(other, t));
    let before: Vec<&Arc<Table>> = old.0.tables().filter(|t| !shares(new.0, t)).collect();
    let after: Vec<&Arc<Table>> = new.0.tables().filter(|t| !shares(old.0, t)).collect();
    let shared = old.0.tables().count() - before.len();
    let inside = identity::tables(&before, &after, shared);
    let mut pairs: Vec<Pair> = Vec::with_capacity(before.len());
    pairs.extend(inside.into_iter().map(|(old, new)| Pair { old, new, certainty: 1.0, same: Same::Inside }));
    let mut gone = rest(&before, pairs.iter().map(|p| &p.old.name));
    let mut came = rest(&after, pairs.iter().map(|p| &p.new.name));
    let doubtful = by_name(&mut pairs, &mut gone, &mut came);
    let likely = by_likeness((old, &gone), (new, &came), &doubtful);
    gone.retain(|t| !likely.iter().any(|p| p.old.name == t.name));
    came.retain(|t| !likely.iter().any(|p| p.new.name == t.name));
    pairs.extend(likely);
    // What is still alone under one name changed in place.
    let _ = take_names(&mut pairs, &mut gone, &mut came, |_, _| true);
    Paired { pairs, gone, came }
}

fn rest<'t>(tables: &[&Arc<Table>], taken: impl Iterator<Item = &'t TableName>) -> Vec<Arc<Table>> {
    let taken: BTreeSet<&TableName> = taken.collect();
    tables.iter().filter(|t| !taken.contains(&t.name)).map(|t| Arc::clone(t)).collect()
}

/// Takes the pairs of one name that look like one table, and returns the names of the others.
fn by_name(pairs: &mut Vec<Pair>, gone: &mut Vec<Arc<Table>>, came: &mut Vec<Arc<Table>>) -> BTreeSet<TableName> {
    let named = |t: &Table| -> BTreeSet<String> { t.columns.iter().map(|c| c.name.clone()).collect() };
    take_names(pairs, gone, came, |old, new| of_sets(&named(old), &named(new)) >= DOUBTFUL)
}

fn take_names(
    pairs: &mut Vec<Pair>,
    gone: &mut Vec<Arc<Table>>,
    came: &mut Vec<Arc<Table>>,
    is_one: impl Fn(&Table, &Table) -> bool,
) -> BTreeSet<TableName> {
    let mut by_name: BTreeMap<TableName, Arc<Table>> = came.drain(..).map(|t| (t.name.clone(), t)).collect();
    let mut left = Vec::new();
    let mut doubtful = BTreeSet::new();
    for old in gone.drain(..) {
        match by_name.get(&old.name) {
            Some(new) if is_one(&old, new) => {
                let new = new.clone();
                by_name.remove(&old.name);
                pairs.push(Pair { old, new, certainty: 1.0, same: Same::Outside });
            }
            Some(_) => {
                doubtful.insert(old.name.clone());
                left.push(old);
            }
            None => left.push(old),
        }
    }
    *gone = left;
    *came = by_name.into_values().collect();
    doubtful
}

/// Pairs by likeness. One that takes a name away from its present bearer has to be as good as certain.
fn by_likeness(
    (old, gone): ((&Catalog, &Statistics), &[Arc<Table>]),
    (new, came): ((&Catalog, &Statistics), &[Arc<Table>]),
    doubtful: &BTreeSet<TableName>,
) -> Vec<Pair> {
    if gone.is_empty() || came.is_empty() || gone.len() * came.len() > MOST_PAIRS {
        return Vec::new();
    }
    let rivals = gone.len().max(came.len());
    let row = |o: &Arc<Table>| -> Vec<f64> {
        came.iter().map(|n| table_odds(&features((o, old), (n, new), rivals))).collect()
    };
    let odds: Vec<Vec<f64>> = gone.iter().map(row).collect();
    let likely = assign(&odds).into_iter().filter(|p| p.2 >= ASKED);
    let certainty = |(i, j, certainty): &(usize, usize, f64)| {
        if gone[*i].name == came[*j].name { 1.0 } else { *certainty }
    };
    let (sure, unsure): (Vec<_>, Vec<_>) = likely.partition(|p| certainty(p) >= APPLIED);
    // A name whose other side is surely another table stands for nothing that could have stayed in place.
    let is_free = |p: &&(usize, usize, f64)| {
        let (old, new) = (&gone[p.0].name, &came[p.1].name);
        let has_gone_on = |name: &TableName| sure.iter().any(|s| came[s.1].name == *name);
        let has_come_from = |name: &TableName| sure.iter().any(|s| gone[s.0].name == *name);
        (!doubtful.contains(old) || has_gone_on(old)) && (!doubtful.contains(new) || has_come_from(new))
    };
    let pair = |p: &(usize, usize, f64)| {
        let (old, new) = (gone[p.0].clone(), came[p.1].clone());
        Pair { old, new, certainty: certainty(p), same: Same::Outside }
    };
    sure.iter().chain(unsure.iter().filter(is_free)).map(pair).collect()
}

/// The features of a pair, in the order of [`TABLE_FEATURES`]. `rivals` is the larger number of tables left over.
pub fn features(
    (a, (old, old_statistics)): (&Table, (&Catalog, &Statistics)),
    (b, (new, new_statistics)): (&Table, (&Catalog, &Statistics)),
    rivals: usize,
) -> [f64; TABLE_FEATURES.len()] {
    let is = |equal: bool| f64::from(u8::from(equal));
    let named = |t: &Table| -> BTreeSet<String> { t.columns.iter().map(|c| c.name.clone()).collect() };
    let targets = |t: &Table| -> BTreeSet<String> { t.foreign_keys.iter().map(|k| k.target.to_string()).collect() };
    let (x, y) = (old_statistics.tables.get(&a.name), new_statistics.tables.get(&b.name));
    let rows = x.and_then(|x| x.rows).zip(y.and_then(|y| y.rows));
    let shared = a.columns.iter().filter_map(|c| of_values(x?.columns.get(&c.name)?, y?.columns.get(&c.name)?));
    let overlaps: Vec<f64> = shared.collect();
    let overlap = overlaps.iter().sum::<f64>() / overlaps.len().max(1) as f64;
    [
        1.0,
        by_words(&a.name.name, &b.name.name),
        by_letters(&a.name.name, &b.name.name),
        of_sets(&named(a), &named(b)),
        of_sets(&typed(a), &typed(b)),
        of_counts(a.columns.len() as u64, b.columns.len() as u64),
        is(a.kind == b.kind),
        is(a.primary_key == b.primary_key),
        likeness(&targets(a), &targets(b)),
        likeness(&referring(old, &a.name), &referring(new, &b.name)),
        is(a.name.schema == b.name.schema),
        is(a.definition.is_some() && a.definition == b.definition),
        is(rows.is_some()),
        rows.map_or(0.0, |(x, y)| of_counts(x, y)),
        is(!overlaps.is_empty()),
        if overlaps.is_empty() { 0.0 } else { 2.0 * overlap - 1.0 },
        (rivals as f64).ln(),
    ]
}

/// From -1 to 1, and 0 where there is nothing on either side.
fn likeness(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    if a.is_empty() && b.is_empty() { 0.0 } else { 2.0 * of_sets(a, b) - 1.0 }
}

/// Its types, each with its rank among those of its sort.
fn typed(table: &Table) -> BTreeSet<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut ranked = |kind: String| {
        let count = counts.entry(kind.clone()).or_default();
        *count += 1;
        (kind, *count)
    };
    table.columns.iter().map(|c| ranked(format!("{:?}", std::mem::discriminant(&c.ty.kind)))).collect()
}

/// The tables that refer to one.
fn referring(catalog: &Catalog, name: &TableName) -> BTreeSet<String> {
    let refers = |t: &&Arc<Table>| t.foreign_keys.iter().any(|key| key.target == *name);
    catalog.tables().filter(refers).map(|t| t.name.to_string()).collect()
}
