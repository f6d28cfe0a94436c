//! What will be used soon, so that it can be looked at before somebody waits for it.
//!
//! Two views of what was asked so far: how often a table is used at each hour of the week, and what used to be asked within
//! half an hour after what was asked last (a Markov chain over sets of tables, which backs off from the whole set to each of its
//! tables). What is likely enough by either is worth a load, the likeliest and dearest first, within a share of the source's
//! time. What is foretold is compared with what comes: while too little of it does, nothing is loaded.

use std::collections::{BTreeMap, BTreeSet};

use catalog::TableName;
use jiff::{SignedDuration, Timestamp};

use crate::ttl::{WEEK, hour_of_week};

/// Within what time questions belong together.
const SESSION: SignedDuration = SignedDuration::from_mins(30);
/// Times that something has to have been asked before what followed it says anything.
const SEEN: u32 = 3;
/// Foretold tables on which the share that came is judged: the latest.
const JUDGED: usize = 50;
/// How many have to be judged before their share counts.
const FEWEST: usize = 10;

/// How much is loaded ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Warming {
    /// How far ahead.
    pub horizon: SignedDuration,
    /// How likely a use within the horizon has to be.
    pub likely: f64,
    /// Share of what was foretold that has to have come, for anything to be loaded.
    pub precision: f64,
    /// Tables at once, at the most.
    pub at_once: usize,
    /// Share of the source's time that may go into it.
    pub share: f64,
}

impl Default for Warming {
    /// An hour ahead, from a chance of 60 % on, while half of it comes; five at once, a twentieth of the time.
    fn default() -> Self {
        Warming { horizon: SignedDuration::from_mins(60), likely: 0.6, precision: 0.5, at_once: 5, share: 0.05 }
    }
}

type Tables = BTreeSet<TableName>;

/// What followed something: how often that was asked, and in how many of these cases each table was used within the session.
#[derive(Clone, Debug, Default)]
struct Followers {
    asked: u32,
    tables: BTreeMap<TableName, u32>,
}

/// What was learnt of the uses of one source.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// Uses by hour of the week: in how many of these hours a table was used.
    hours: BTreeMap<TableName, BTreeMap<usize, u32>>,
    /// The last hour in which each was used, so that an hour counts once.
    counted: BTreeMap<TableName, i64>,
    after: BTreeMap<Tables, Followers>,
    after_one: BTreeMap<TableName, Followers>,
    /// Questions whose session is not over, the earliest first.
    open: Vec<(Timestamp, Tables, Tables)>,
    first: Option<Timestamp>,
    /// What was foretold and is neither used nor over.
    foretold: BTreeMap<TableName, Timestamp>,
    /// Whether what was foretold came, the earliest first.
    judged: Vec<bool>,
}

impl Forecast {
    /// Learns that a question used some tables. To be told in order of time.
    pub fn used(&mut self, tables: &Tables, now: Timestamp) {
        self.first.get_or_insert(now);
        self.close(now);
        let (hour, place) = (now.as_second().div_euclid(3_600), hour_of_week(now));
        for table in tables {
            if self.counted.insert(table.clone(), hour) != Some(hour) {
                *self.hours.entry(table.clone()).or_default().entry(place).or_default() += 1;
            }
            if self.foretold.remove(table).is_some() {
                self.judge(true);
            }
        }
        for (_, _, later) in &mut self.open {
            later.extend(tables.iter().cloned());
        }
        self.open.push((now, tables.clone(), Tables::new()));
    }

    /// Sessions that are over say what followed what; what was foretold and did not come is noted.
    fn close(&mut self, now: Timestamp) {
        let is_over = |at: &Timestamp| now.duration_since(*at) > SESSION;
        let over = self.open.iter().take_while(|(at, ..)| is_over(at)).count();
        for (_, asked, later) in self.open.drain(..over) {
            let note = |followers: &mut Followers| {
                followers.asked += 1;
                later.iter().for_each(|table| *followers.tables.entry(table.clone()).or_default() += 1);
            };
            asked.iter().for_each(|table| note(self.after_one.entry(table.clone()).or_default()));
            note(self.after.entry(asked).or_default());
        }
        let late: Vec<TableName> =
            self.foretold.iter().filter(|(_, end)| **end < now).map(|(table, _)| table.clone()).collect();
        for table in late {
            self.foretold.remove(&table);
            self.judge(false);
        }
    }

    fn judge(&mut self, came: bool) {
        self.judged.push(came);
        let surplus = self.judged.len().saturating_sub(JUDGED);
        self.judged.drain(..surplus);
    }

    /// How likely a table is used within a time from now.
    pub fn likely(&self, table: &TableName, now: Timestamp, horizon: SignedDuration) -> f64 {
        1.0 - (1.0 - self.by_hour(table, now, horizon)) * (1.0 - self.by_session(table, now))
    }

    fn by_hour(&self, table: &TableName, now: Timestamp, horizon: SignedDuration) -> f64 {
        let (Some(hours), Some(first)) = (self.hours.get(table), self.first) else { return 0.0 };
        let weeks = (now.duration_since(first).as_secs_f64() / (WEEK as f64 * 3_600.0)).max(1.0);
        // The hour that is on, and the next as far as the horizon reaches into it.
        let left = 3_600 - now.as_second().rem_euclid(3_600);
        let into_next = (horizon.as_secs() - left).clamp(0, 3_600) as f64 / 3_600.0;
        let chance =
            |hour: usize| (f64::from(hours.get(&(hour % WEEK)).copied().unwrap_or_default()) / (weeks + 1.0)).min(1.0);
        let hour = hour_of_week(now);
        let here = chance(hour) * (horizon.as_secs().min(left) as f64 / 3_600.0).sqrt();
        1.0 - (1.0 - here) * (1.0 - chance(hour + 1) * into_next.sqrt())
    }

    fn by_session(&self, table: &TableName, now: Timestamp) -> f64 {
        let Some((_, last, _)) = self.open.last().filter(|(at, ..)| now.duration_since(*at) <= SESSION) else {
            return 0.0;
        };
        let part = |followers: &Followers| {
            let used = followers.tables.get(table).copied().unwrap_or_default();
            (followers.asked >= SEEN).then(|| f64::from(used) / f64::from(followers.asked))
        };
        let whole = self.after.get(last).and_then(part);
        let parts = last.iter().filter_map(|one| self.after_one.get(one).and_then(part));
        whole.or_else(|| parts.reduce(f64::max)).unwrap_or_default()
    }

    /// The share of what was foretold lately that came; none before enough was foretold.
    pub fn precision(&self) -> Option<f64> {
        let came = self.judged.iter().filter(|came| **came).count();
        (self.judged.len() >= FEWEST).then(|| came as f64 / self.judged.len() as f64)
    }

    /// What to load now of what is not ready, the most worthwhile first: each with what loading it costs, in seconds. `pinned`
    /// tables are always likely. What is foretold is noted, also where nothing is loaded because too little of it came lately:
    /// so it is known when that is over. `since` is the time since the last call.
    pub fn choose(
        &mut self,
        (cold, pinned): (&[(TableName, f64)], &Tables),
        now: Timestamp,
        since: SignedDuration,
        warming: Warming,
    ) -> Vec<TableName> {
        self.close(now);
        let chance = |table: &TableName| match pinned.contains(table) {
            true => 1.0,
            false => self.likely(table, now, warming.horizon),
        };
        let mut worth: Vec<(f64, f64, &TableName)> =
            cold.iter().map(|(table, cost)| (chance(table), *cost, table)).collect();
        worth.retain(|(chance, ..)| *chance >= warming.likely);
        worth.sort_by(|a, b| (b.0 * b.1).total_cmp(&(a.0 * a.1)).then(a.2.cmp(b.2)));
        let end = now + warming.horizon;
        for (_, _, table) in worth.iter().filter(|(.., table)| !pinned.contains(*table)) {
            self.foretold.entry((*table).clone()).or_insert(end);
        }
        let trusted = self.precision().is_none_or(|precision| precision >= warming.precision);
        let mut left = since.as_secs_f64() * warming.share;
        let mut chosen = Vec::new();
        for (_, cost, table) in worth {
            if chosen.len() < warming.at_once && cost <= left && (trusted || pinned.contains(table)) {
                left -= cost;
                chosen.push(table.clone());
            }
        }
        chosen
    }
}

/// What came of a replay of uses with or without loading ahead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Uses of tables.
    pub reads: u64,
    /// Uses that had to wait for a load.
    pub cold: u64,
    /// Loads ahead.
    pub warmed: u64,
    /// Loads ahead that were used before they were over.
    pub used: u64,
}

impl Outcome {
    /// The share of the loads ahead that were of use; none where there were none.
    pub fn precision(&self) -> Option<f64> {
        (self.warmed > 0).then(|| self.used as f64 / self.warmed as f64)
    }
}

/// Replays uses in virtual time: what is loaded lives for a while; every few minutes what is foretold is loaded ahead, or
/// nothing is. Each load costs a second of the source's time.
pub fn replay(uses: &[(Timestamp, Tables)], life: SignedDuration, warming: Option<Warming>) -> Outcome {
    let pause = SignedDuration::from_mins(5);
    let mut forecast = Forecast::default();
    let mut outcome = Outcome::default();
    // Until when it lives, and whether it was loaded ahead and is not used yet.
    let mut ready: BTreeMap<TableName, (Timestamp, bool)> = BTreeMap::new();
    let mut known = Tables::new();
    let Some((mut next, _)) = uses.first().cloned() else { return outcome };
    for (at, tables) in uses {
        while let Some(warming) = warming.filter(|_| next <= *at) {
            let is_cold = |table: &&TableName| ready.get(*table).is_none_or(|(end, _)| *end < next);
            let cold: Vec<(TableName, f64)> = known.iter().filter(is_cold).map(|table| (table.clone(), 1.0)).collect();
            for table in forecast.choose((&cold, &Tables::new()), next, pause, warming) {
                outcome.warmed += 1;
                ready.insert(table, (next + life, true));
            }
            next += pause;
        }
        for table in tables {
            outcome.reads += 1;
            match ready.get_mut(table).filter(|(end, _)| *end >= *at) {
                Some((_, ahead)) => outcome.used += u64::from(std::mem::take(ahead)),
                None => {
                    outcome.cold += 1;
                    ready.insert(table.clone(), (*at + life, false));
                }
            }
        }
        forecast.used(tables, *at);
        known.extend(tables.iter().cloned());
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::Chance;

    fn at(minutes: i64) -> Timestamp {
        // A Monday.
        Timestamp::from_second(1_735_516_800 + minutes * 60).unwrap()
    }

    fn set(names: &[&str]) -> Tables {
        names.iter().map(|name| TableName::bare(*name)).collect()
    }

    /// Weeks of work: a report at nine every working day, sessions that go from one set of tables to the next, and questions
    /// about anything.
    fn habits(seed: u64, weeks: i64) -> Vec<(Timestamp, Tables)> {
        let mut chance = Chance(seed);
        let mut uses = Vec::new();
        for day in (0..weeks * 7).filter(|day| day % 7 < 5) {
            let nine = day * 1_440 + 9 * 60;
            for (i, table) in ["ledger", "accounts", "budget", "periods"].iter().enumerate() {
                uses.push((at(nine + i as i64 + (5.0 * chance.part()) as i64), set(&[table, "calendar"])));
            }
            for _ in 0..4 {
                let start = day * 1_440 + 600 + (400.0 * chance.part()) as i64;
                let chain: [&[&str]; 3] = [&["orders", "lines"], &["invoices", "lines"], &["payments", "banks"]];
                let length = if chance.part() < 0.85 { 3 } else { 1 };
                uses.extend(chain[..length].iter().zip(0..).map(|(tables, i)| (at(start + 7 * i), set(tables))));
            }
            for _ in 0..6 {
                let table = format!("t{}", (60.0 * chance.part()) as usize);
                uses.push((at(day * 1_440 + 480 + (600.0 * chance.part()) as i64), set(&[&table])));
            }
        }
        uses.sort();
        uses
    }

    #[test]
    fn what_follows_what_and_what_is_used_at_an_hour_is_foretold() {
        let mut forecast = Forecast::default();
        let mut uses = Vec::new();
        for week in 0..6 {
            let monday = week * 7 * 1_440;
            uses.push((at(monday + 9 * 60 + 10), set(&["report"])));
            for i in 0..4 {
                let start = monday + 14 * 60 + i * 120;
                uses.extend([(at(start), set(&["a", "x"])), (at(start + 5), set(&["b"]))]);
            }
        }
        uses.iter().for_each(|(at, tables)| forecast.used(tables, *at));
        let horizon = SignedDuration::from_mins(60);
        let likely = |name: &str, minutes: i64| forecast.likely(&TableName::bare(name), at(minutes), horizon);
        let next = 6 * 7 * 1_440;
        assert!(likely("report", next + 9 * 60) > 0.7, "{}", likely("report", next + 9 * 60));
        assert!(likely("report", next + 1_440 + 9 * 60) < 0.1, "on Tuesdays nobody asks for it");
        // Whatever the hour is, "b" follows "a", also where it was asked together with something new.
        let quiet = next + 3 * 1_440 + 180;
        assert!(likely("b", quiet) < 0.1);
        for asked in [&["a", "x"][..], &["a", "new"]] {
            let mut forecast = forecast.clone();
            forecast.used(&set(asked), at(quiet));
            assert!(forecast.likely(&TableName::bare("b"), at(quiet + 1), horizon) > 0.8, "{asked:?}");
            assert!(forecast.likely(&TableName::bare("b"), at(quiet + 40), horizon) < 0.1, "the session is over");
        }
    }

    #[test]
    fn loading_ahead_spares_waits_and_most_of_it_is_used() {
        let uses = habits(1, 8);
        let life = SignedDuration::from_mins(60);
        let (without, with) = (replay(&uses, life, None), replay(&uses, life, Some(Warming::default())));
        assert_eq!((without.reads, without.warmed, without.precision()), (with.reads, 0, None));
        assert!(with.precision().unwrap() >= 0.7, "{with:?}");
        assert!(with.cold as f64 <= 0.6 * without.cold as f64, "{without:?} {with:?}");
    }

    #[test]
    fn nothing_is_loaded_while_too_little_of_what_was_foretold_comes() {
        let mut forecast = Forecast::default();
        let tables: Vec<String> = (0..20).map(|i| format!("t{i}")).collect();
        let all: Tables = tables.iter().map(TableName::bare).collect();
        for week in 0..8 {
            forecast.used(&all, at(week * 7 * 1_440 + 9 * 60 + 5));
        }
        let cold: Vec<(TableName, f64)> = all.iter().map(|t| (t.clone(), 1.0)).collect();
        let warming = Warming::default();
        let minute = SignedDuration::from_mins(5);
        let monday = 8 * 7 * 1_440 + 9 * 60;
        let none = Tables::new();
        let chosen = forecast.choose((&cold, &none), at(monday), minute, warming);
        assert_eq!(chosen.len(), 5, "five at once");
        assert_eq!(
            forecast.choose((&cold, &none), at(monday), SignedDuration::from_secs(40), warming).len(),
            2,
            "its share"
        );
        // Nobody came.
        assert_eq!(forecast.choose((&cold, &none), at(monday + 7 * 1_440), minute, warming), []);
        assert_eq!(forecast.precision(), Some(0.0));
        let pinned = Tables::from([TableName::bare("t3")]);
        assert_eq!(forecast.choose((&cold, &pinned), at(monday + 7 * 1_440), minute, warming), [TableName::bare("t3")]);
        // What was foretold in the meantime came: it is trusted again.
        for week in 9..13 {
            let monday = week * 7 * 1_440 + 9 * 60;
            forecast.choose((&cold, &none), at(monday), minute, warming);
            forecast.used(&all, at(monday + 5));
        }
        assert!(forecast.precision().unwrap() > 0.5);
        assert_eq!(forecast.choose((&cold, &none), at(13 * 7 * 1_440 + 9 * 60), minute, warming).len(), 5);
    }
}
