//! Pairing by what the engine calls objects inside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::fingerprint::of_table;
use crate::name::TableName;
use crate::table::{Identity, Table};

/// Pairs of tables with one identity, where the identities of both readings are of one world. A restored copy hands out
/// its own numbers, which may be those of other objects of the original: then nothing is paired. `shared` tables are not
/// among these: they are as they were, which a copy would not be.
pub fn tables(old: &[&Arc<Table>], new: &[&Arc<Table>], shared: usize) -> Vec<(Arc<Table>, Arc<Table>)> {
    let by: BTreeMap<&Identity, &Arc<Table>> = new.iter().filter_map(|t| Some((t.identity.as_ref()?, *t))).collect();
    let pair = |t: &&Arc<Table>| Some((Arc::clone(t), Arc::clone(by.get(t.identity.as_ref()?)?)));
    let pairs: Vec<(Arc<Table>, Arc<Table>)> = old.iter().filter_map(pair).collect();
    let same_names = pairs.iter().filter(|(old, new)| old.name == new.name).count();
    let is_one_world = 2 * (same_names + shared) > pairs.len() + shared || {
        // Where most names stand for the same form as before, it is the numbers that changed.
        let now: BTreeMap<&TableName, &Arc<Table>> = new.iter().map(|t| (&t.name, *t)).collect();
        let is_as_before = |t: &&&Arc<Table>| now.get(&t.name).is_some_and(|now| of_table(now) == of_table(t));
        let as_before = old.iter().filter(is_as_before).count() + shared;
        let plausible = pairs.iter().filter(|(old, new)| is_plausible(old, new)).count() + shared;
        2 * as_before <= pairs.len() + shared && 2 * plausible > pairs.len() + shared
    };
    if is_one_world { pairs } else { Vec::new() }
}

/// Whether half of what both have in common is called or typed the same.
fn is_plausible(old: &Table, new: &Table) -> bool {
    let names: BTreeSet<&str> = old.columns.iter().map(|c| c.name.as_str()).collect();
    let shared = new.columns.iter().filter(|c| names.contains(c.name.as_str())).count();
    let smaller = old.columns.len().min(new.columns.len());
    let pairs = columns(old, new);
    let typed = pairs.iter().filter(|(i, j)| old.columns[*i].ty == new.columns[*j].ty).count();
    2 * shared >= smaller || !pairs.is_empty() && typed == pairs.len()
}

/// Pairs of columns with one identity, of tables that are one.
pub fn columns(old: &Table, new: &Table) -> Vec<(usize, usize)> {
    let place = |(j, c): (usize, &'_ crate::table::Column)| Some((c.identity.clone()?, j));
    let by: BTreeMap<Identity, usize> = new.columns.iter().enumerate().filter_map(place).collect();
    let pair = |(i, c): (usize, &crate::table::Column)| Some((i, *by.get(c.identity.as_ref()?)?));
    old.columns.iter().enumerate().filter_map(pair).collect()
}
