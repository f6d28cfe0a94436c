//! Changes of schemas of which it is known what was renamed.

use std::collections::{BTreeMap, BTreeSet};

use catalog::change::calibration::{Flank, column_features, table_features};
use catalog::{
    Catalog, Column, ColumnStatistics, Extent, ForeignKey, Index, IndexPart, Statistics, Table, TableKind, TableName,
    TableStatistics, Type, Value, sketch_hash,
};

use crate::names::{self, Words};
use crate::random::Random;

const KEPT: usize = 64;
const ROWS: u64 = 1_000;

/// What is left over on both sides of one change: features[old][new], and the pairs that are renames.
pub struct Case {
    pub features: Vec<Vec<Vec<f64>>>,
    pub truth: BTreeSet<(usize, usize)>,
}

#[derive(Clone)]
struct Made {
    words: Words,
    column: Column,
    statistics: ColumnStatistics,
    /// Its number, kept through renames.
    origin: u64,
}

const TYPES: [&str; 8] =
    ["INTEGER", "DECIMAL(15, 2)", "VARCHAR(40)", "DATE", "BOOLEAN", "VARCHAR(3)", "TEXT", "BIGINT"];

fn invent(random: &mut Random, style: usize) -> Made {
    let words = names::invent(random);
    let origin = random.next();
    let ty = random.pick(&TYPES);
    let column = Column {
        name: names::spell(&words, style),
        ty: Type::parse(ty),
        nullable: random.chance(0.6),
        default: random.chance(0.15).then(|| random.pick(&["0", "''", "1"]).to_owned()),
        generated: false,
        comment: random.chance(0.15).then(|| format!("note {}", origin % 50)),
        identity: None,
    };
    let statistics = sample(ty, origin, random, 0);
    Made { words, column, statistics, origin }
}

/// Values as columns of a type have them: flags and codes are alike whatever they are about.
fn sample(ty: &str, origin: u64, random: &mut Random, newer: u64) -> ColumnStatistics {
    let (distinct, space) = match ty {
        "BOOLEAN" => (2, 0),
        "VARCHAR(3)" => (3 + origin % 9, origin % 6),
        "INTEGER" if origin.is_multiple_of(3) => (2 + origin % 12, 0),
        "DATE" => (200 + origin % 300, 7 + origin % 4),
        _ => (50 + origin % 900, origin),
    };
    let hash = |i: u64| sketch_hash(&format!("{ty} {space} {i}"));
    let mut sketch: Vec<u64> = (newer..distinct + newer).map(hash).collect();
    sketch.sort_unstable();
    sketch.truncate(KEPT);
    let nulls = if random.chance(0.7) { 0 } else { origin % 400 };
    let value = |n: u64| Value::Int(i64::try_from(n % 100_000).unwrap());
    let extent = Some(Extent { min: value(space), max: value(space + distinct + newer), exact: true });
    ColumnStatistics { nulls, distinct, extent, sketch, ..ColumnStatistics::default() }
}

fn renamed(old: &Made, random: &mut Random, style: usize) -> Made {
    let mut new = old.clone();
    new.words = names::rename(&old.words, random);
    new.column.name = names::spell(&new.words, style);
    if random.chance(0.08) {
        new.column.ty = Type::parse(random.pick(&TYPES));
    }
    if random.chance(0.08) {
        new.column.nullable = !new.column.nullable;
    }
    // Some rows came since.
    let newer = if random.chance(0.5) { 0 } else { old.statistics.distinct / 20 };
    new.statistics = sample(&old.column.ty.declared, old.origin, random, newer);
    new.statistics.nulls = old.statistics.nulls;
    new
}

/// A new column instead of an old one: fresh ones are empty, some are called almost like the one that went.
fn added(gone: Option<&Made>, random: &mut Random, style: usize) -> Made {
    let mut new = invent(random, style);
    if let Some(gone) = gone.filter(|_| random.chance(0.3)) {
        new.words = names::rename(&gone.words, random);
        new.column.name = names::spell(&new.words, style);
        new.column.ty = gone.column.ty.clone();
    }
    if random.chance(0.5) {
        new.statistics = ColumnStatistics { nulls: ROWS, ..ColumnStatistics::default() };
        new.column.nullable = true;
    }
    new
}

fn table(name: &str, made: &[Made], keys: &BTreeMap<u64, usize>) -> (Table, TableStatistics) {
    let names_of =
        |what: usize| made.iter().filter(move |m| keys.get(&m.origin) == Some(&what)).map(|m| m.column.name.clone());
    let reference = |(i, column): (usize, String)| ForeignKey {
        columns: vec![column],
        target: TableName::bare(format!("parent{i}")),
        target_columns: vec!["id".to_owned()],
        on_delete: None,
        on_update: None,
    };
    let index = |(i, column): (usize, String)| Index {
        name: format!("index{i}"),
        parts: vec![IndexPart { column: Some(column), descending: false }],
        unique: false,
        partial: false,
    };
    let table = Table {
        name: TableName::bare(name),
        kind: TableKind::Table,
        columns: made.iter().map(|m| m.column.clone()).collect(),
        primary_key: names_of(0).collect(),
        unique: vec![],
        foreign_keys: names_of(1).enumerate().map(reference).collect(),
        indexes: names_of(2).enumerate().map(index).collect(),
        checks: vec![],
        definition: None,
        comment: None,
        identity: None,
    };
    let columns = made.iter().map(|m| (m.column.name.clone(), m.statistics.clone())).collect();
    (table, TableStatistics { rows: Some(ROWS), rows_exact: true, sampled: ROWS, columns })
}

/// Columns with names of their own.
fn columns(random: &mut Random, count: usize, style: usize) -> Vec<Made> {
    let mut names = BTreeSet::new();
    let all = (0..count * 2).map(|_| invent(random, style));
    all.filter(|m| names.insert(m.column.name.clone())).take(count).collect()
}

fn roles(made: &[Made], random: &mut Random) -> BTreeMap<u64, usize> {
    let role = |(i, m): (usize, &Made)| match i {
        0 => Some((m.origin, 0)),
        _ => random.chance(0.3).then(|| (m.origin, 1 + usize::from(random.chance(0.5)))),
    };
    made.iter().enumerate().filter_map(role).collect()
}

/// A migration of one table: some columns renamed, some dropped, some added.
pub fn column_case(random: &mut Random) -> Option<Case> {
    let style = random.below(3);
    let size = 5 + random.below(16);
    let before = columns(random, size, style);
    let keys = roles(&before, random);
    let style = if random.chance(0.06) { random.below(3) } else { style };
    let is_rebuilt = random.chance(0.2);
    let (mut after, mut late, mut lost): (Vec<Made>, Vec<Made>, Option<Made>) = (Vec::new(), Vec::new(), None);
    for made in &before {
        match random.below(100) {
            0..12 => after.push(renamed(made, random, style)),
            12..20 => lost = Some(made.clone()),
            _ => after.push(made.clone()),
        }
        if random.chance(0.08) {
            let new = added(lost.as_ref(), random, style);
            if is_rebuilt { after.push(new) } else { late.push(new) }
        }
    }
    after.extend(late);
    let mut names = BTreeSet::new();
    after.retain(|m| names.insert(m.column.name.clone()));
    let is_sampled = random.chance(0.7);
    let (old, old_statistics) = table("t", &before, &keys);
    let (new, new_statistics) = table("t", &after, &keys);
    let flanks = |table, statistics, mine: &[Made], others: &[Made]| -> Vec<(Flank<'_>, u64)> {
        let is_kept = |m: &Made| others.iter().any(|o| o.column.name == m.column.name);
        let kept: Vec<bool> = mine.iter().map(is_kept).collect();
        let flank = |(index, m): (usize, &Made)| {
            let gap = kept[..index].iter().filter(|k| **k).count();
            let place = kept[..index].iter().rev().take_while(|k| !**k).count();
            (!kept[index]).then_some((Flank { table, statistics, index, gap, place }, m.origin))
        };
        mine.iter().enumerate().filter_map(flank).collect()
    };
    let seen = |statistics| is_sampled.then_some(statistics);
    let gone = flanks(&old, seen(&old_statistics), &before, &after);
    let came = flanks(&new, seen(&new_statistics), &after, &before);
    let rivals = gone.len().max(came.len());
    let features =
        |(o, _): &(Flank<'_>, u64)| came.iter().map(|(n, _)| column_features(*o, *n, rivals).to_vec()).collect();
    let truth = (0..gone.len()).flat_map(|i| (0..came.len()).map(move |j| (i, j)));
    let truth: BTreeSet<(usize, usize)> = truth.filter(|(i, j)| gone[*i].1 == came[*j].1).collect();
    (!gone.is_empty() && !came.is_empty()).then(|| Case { features: gone.iter().map(features).collect(), truth })
}

/// A migration of a whole schema: some tables renamed and changed a little, some dropped, some created.
pub fn table_case(random: &mut Random) -> Option<Case> {
    let style = random.below(3);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut truth = BTreeSet::new();
    for _ in 0..3 + random.below(6) {
        let size = 3 + random.below(12);
        let mine = columns(random, size, style);
        let (words, keys) = (names::invent(random), roles(&mine, random));
        let name = names::spell(&words, style);
        match random.below(10) {
            0..4 => {
                let new = names::spell(&names::rename(&words, random), style);
                let mut changed: Vec<Made> = mine.clone();
                for made in &mut changed {
                    if random.chance(0.06) {
                        *made = renamed(made, random, style);
                    }
                }
                changed.extend(random.chance(0.3).then(|| added(None, random, style)));
                truth.insert((before.len(), after.len()));
                before.push(table(&name, &mine, &keys));
                after.push(table(&new, &changed, &keys));
            }
            4..7 => {
                before.push(table(&name, &mine, &keys));
                // Sometimes a successor with part of its columns and other rows.
                if random.chance(0.3) {
                    let mut like: Vec<Made> = mine.iter().filter(|_| random.0.is_multiple_of(2)).cloned().collect();
                    let more = 2 + random.below(6);
                    like.extend(columns(random, more, style));
                    like.iter_mut().for_each(|m| m.statistics = sample("TEXT", m.origin ^ 1, random, 0));
                    after.push(table(&names::spell(&names::rename(&words, random), style), &like, &keys));
                }
            }
            _ => after.push(table(&name, &mine, &keys)),
        }
    }
    if before.is_empty() || after.is_empty() {
        return None;
    }
    let is_sampled = random.chance(0.7);
    let side = |tables: &[(Table, TableStatistics)]| {
        let statistics = tables.iter().filter(|_| is_sampled).map(|(t, s)| (t.name.clone(), s.clone())).collect();
        (Catalog::of_tables(tables.iter().map(|(t, _)| t.clone())), Statistics { tables: statistics })
    };
    let (old, new) = (side(&before), side(&after));
    let rivals = before.len().max(after.len());
    let features = |(o, _): &(Table, TableStatistics)| {
        let with = |(n, _): &(Table, TableStatistics)| {
            table_features((o, (&old.0, &old.1)), (n, (&new.0, &new.1)), rivals).to_vec()
        };
        after.iter().map(with).collect()
    };
    Some(Case { features: before.iter().map(features).collect(), truth })
}
