//! How long a snapshot may be used where the source does not tell changes: see [`crate::ttl`].

use std::collections::BTreeMap;

use catalog::{Catalog, Fingerprint, Table, TableName, fingerprint, sketch_hash};
use jiff::{SignedDuration, Timestamp};
use store::Store;

use crate::snapshot::{Expiry, Snapshot};
use crate::ttl::{Habits, Life, Policy};

/// Tables that the life of a snapshot heeds, at the most: those used most.
const HEEDED: usize = 50;
/// The part of a life from which on a snapshot is read again behind the answers.
const SOFT: f64 = 0.75;

/// What was learnt of a source, for the next expiry.
#[derive(Debug, Default)]
pub struct Experience {
    habits: Option<Habits>,
    policy: Policy,
    /// The risk stated for the life that runs now, uncorrected.
    bare: f64,
}

impl Experience {
    /// Notes that tables were used.
    pub fn used<'t>(&mut self, tables: impl IntoIterator<Item = &'t TableName>, now: Timestamp) {
        if let Some(habits) = &mut self.habits {
            tables.into_iter().for_each(|table| habits.used(table, now));
        }
    }

    /// Takes in what came of the snapshot before, and says how long a new one lives: as long as that of its used tables
    /// which lives shortest. What is kept of former runs is read once. Cost: some microseconds a table.
    pub fn next(
        &mut self,
        before: Option<&Snapshot>,
        (source, catalog): (&str, &Catalog),
        store: Option<&Store>,
        now: Timestamp,
    ) -> Expiry {
        let habits = self.habits.get_or_insert_with(|| remembered(store, source, catalog, now));
        if let Some((before, expiry)) = before.and_then(|b| b.expiry.map(|expiry| (b, expiry))) {
            let changed = look(habits, &before.catalog, catalog, (expiry.loaded, now));
            habits.ended((expiry.loaded, expiry.hard, now), self.bare, changed);
        }
        // A number that looks like chance and repeats.
        let salt = (sketch_hash(&(source.to_owned() + &now.to_string())) >> 11) as f64 / (1_u64 << 53) as f64;
        let life = |table: &TableName| habits.life(table, now, self.policy, salt);
        let lives = habits.most_used(HEEDED, now).into_iter().filter(|t| catalog.table(t).is_some()).map(life);
        // Where none is known to be used, any may be.
        let shortest = lives.min_by(|a: &Life, b| a.seconds.total_cmp(&b.seconds));
        let life = shortest.unwrap_or_else(|| life(&TableName::bare("")));
        self.bare = life.bare;
        let after = |part: f64| now + SignedDuration::from_millis((life.seconds * part * 1e3) as i64);
        Expiry { loaded: now, soft: after(SOFT), hard: after(1.0) }
    }
}

/// What former runs saw of changes and uses. What cannot be read is as if it had not been seen.
fn remembered(store: Option<&Store>, source: &str, catalog: &Catalog, now: Timestamp) -> Habits {
    let mut habits = Habits::default();
    let Some(store) = store else { return habits };
    let changes = store.changes(source, Timestamp::MIN).unwrap_or_default();
    let readings = store.readings(source).unwrap_or_default();
    let first = changes.iter().map(|c| c.not_before).chain(readings.iter().map(|r| r.at)).min().unwrap_or(now);
    let mut seen: BTreeMap<&TableName, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    // Several changes of a table that were seen at once are one.
    for change in changes.iter().rev() {
        let spans = seen.entry(&change.change.table).or_default();
        let span = (change.not_before, change.seen_at);
        if spans.last() != Some(&span) {
            spans.push(span);
        }
    }
    for table in catalog.tables() {
        let mut from = first;
        for (before, at) in seen.remove(&table.name).unwrap_or_default() {
            habits.look(&table.name, from, before.max(from), 0);
            habits.look(&table.name, before, at, 1);
            from = at;
        }
        habits.look(&table.name, from, now.max(from), 0);
    }
    for reading in &readings {
        reading.what.tables.iter().for_each(|table| habits.used(table, reading.at));
    }
    habits
}

/// Notes which tables changed between two readings; whether any did.
fn look(habits: &mut Habits, old: &Catalog, new: &Catalog, (before, now): (Timestamp, Timestamp)) -> bool {
    let print = |table: &Table| fingerprint::of_table(table);
    let was: BTreeMap<&TableName, Fingerprint> = old.tables().map(|t| (&t.name, print(t))).collect();
    let mut any = old.tables().any(|t| new.table(&t.name).is_none());
    for table in new.tables() {
        let changed = was.get(&table.name) != Some(&print(table));
        any |= changed;
        habits.look(&table.name, before, now, u32::from(changed));
    }
    any
}
