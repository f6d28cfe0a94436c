//! How long something that was read may be used where the source has no mark that says whether it changed.
//!
//! The rate of changes of an object is a Gamma-Poisson posterior with exponential forgetting, its prior the rate of its
//! schema, whose prior is that of the database. A slow memory holds the habit, multiplied by a profile over the hours of the
//! week; a fast one holds the burst: whoever saw a change a moment ago expects more, there and nearby. The life is the
//! horizon that costs least: a load, and some loads for each use that is expected to be stale in it. That is better than the
//! shortest horizon with some number of expected changes (measured: docs/measurements.md), which spends its loads on what
//! nobody uses. A change that is found lets what stands beside it be looked at again: [`Habits::look`] raises its rate, and
//! whoever holds entries calls them back.

use std::collections::BTreeMap;

use catalog::TableName;
use jiff::Timestamp;

/// Hours of a week.
pub const WEEK: usize = 168;
/// Half-life of the slow memory, in hours: three weeks.
const SLOW: f64 = 21.0 * 24.0;
/// Half-life of the fast memory, in hours.
const FAST: f64 = 0.75;
/// What part of the stated risk comes, before any came: changes come in clusters, so fewer lives hold one than there are.
const CLUSTERED: f64 = 0.6;
/// Changes' worth of belief in that.
const DOUBT: f64 = 2.0;
/// Half-life of what is known of uses, in hours.
const USED: f64 = 1.5;
/// How much the rate above weighs against what is seen of an object itself, in hours of observation.
const SLOW_WEIGHT: f64 = 60.0 * 24.0;
const FAST_WEIGHT: f64 = 2.0;
/// What is expected of a database of which nothing is known yet: a change of a table in two weeks.
const FIRST_RATE: f64 = 1.0 / (14.0 * 24.0);
/// Changes' worth of belief in that every hour is like every other.
const FLAT: f64 = 4.0;
/// Steps of the integral over the future, in hours.
const STEP: f64 = 1.0 / 12.0;

/// What lives are computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Loads that one stale use is worth avoiding.
    pub price: f64,
    /// Expected changes that a life may hold.
    pub budget: f64,
    /// Shortest life, in seconds.
    pub shortest: f64,
    /// Longest life, in seconds.
    pub longest: f64,
    /// Share by which lives are shortened at random, so that not everything ends at once.
    pub jitter: f64,
}

impl Default for Policy {
    /// Two loads for a stale use, at most a quarter of a change, 5 minutes to 4 hours, jitter 10 %.
    fn default() -> Self {
        Policy { price: 2.0, budget: 0.25, shortest: 300.0, longest: 14_400.0, jitter: 0.1 }
    }
}

/// A life and why it is so long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Life {
    /// In seconds.
    pub seconds: f64,
    /// The chance that there is a change in it.
    pub risk: f64,
    /// The same before it was corrected by what came of other lives: what [`Habits::ended`] takes.
    pub bare: f64,
    /// Changes an hour expected now.
    pub rate: f64,
    /// How many times that is what is usual for the object at any hour.
    pub excess: f64,
}

impl Life {
    /// Why it is so long, in words.
    pub fn reason(&self, policy: Policy) -> String {
        let often = match self.rate {
            rate if rate > 1.0 => format!("{rate:.1} changes an hour"),
            rate if rate > 1.0 / 24.0 => format!("{:.1} changes a day", 24.0 * rate),
            rate => format!("{:.2} changes a week", 168.0 * rate),
        };
        let mood = match self.excess {
            e if e > 2.0 => format!(", {e:.0} times the usual: it is changing, or it is the hour for it"),
            e if e < 0.5 => ", less than usual at this hour".to_owned(),
            _ => String::new(),
        };
        let bound = match self.seconds {
            s if s <= policy.shortest => "; not shorter than the least",
            s if s >= policy.longest * (1.0 - policy.jitter) => "; not longer than the most",
            _ => "",
        };
        format!("{often} expected{mood}{bound}")
    }
}

/// Changes against hours of observation, forgotten by halves.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    changes: f64,
    hours: f64,
    /// Hours since 1970.
    at: f64,
}

impl Memory {
    fn at(self, now: f64, half_life: f64) -> Memory {
        let kept = (-(now - self.at).max(0.0) / half_life).exp2();
        Memory { changes: self.changes * kept, hours: self.hours * kept, at: now }
    }

    fn add(&mut self, now: f64, half_life: f64, changes: f64, hours: f64) {
        *self = self.at(now, half_life);
        self.changes += changes;
        // Of a long look back only what is not forgotten yet counts.
        let longest = half_life / std::f64::consts::LN_2;
        self.hours += longest * (1.0 - (-hours / longest).exp());
    }

    fn rate(self, now: f64, half_life: f64, prior: f64, weight: f64) -> f64 {
        let seen = self.at(now, half_life);
        (seen.changes + weight * prior) / (seen.hours + weight)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    slow: Memory,
    fast: Memory,
    used: Memory,
}

impl Node {
    fn add(&mut self, now: f64, changes: f64, hours: f64) {
        self.slow.add(now, SLOW, changes, hours);
        self.fast.add(now, FAST, changes, hours);
    }
}

/// What was seen of the changes of one database.
#[derive(Clone, Debug)]
pub struct Habits {
    whole: Node,
    schemas: BTreeMap<Option<String>, Node>,
    tables: BTreeMap<TableName, Node>,
    profile: [f64; WEEK],
    calibration: Calibration,
}

impl Default for Habits {
    fn default() -> Self {
        let node = Node::default();
        let (schemas, tables) = (BTreeMap::new(), BTreeMap::new());
        Habits { whole: node, schemas, tables, profile: [0.0; WEEK], calibration: Calibration::default() }
    }
}

/// What came of stated risks, for each height of them by itself: where little was stated more came than that, since bursts begin
/// unforeseen, and where much was stated less, since they end so too. Forgotten by halves, as what they were stated from is.
#[derive(Clone, Copy, Debug, Default)]
struct Calibration {
    /// For risks from a half on, from a quarter on, and so forth: their sum over lives that ended, and how many of these held
    /// a change.
    heights: [(f64, f64); 12],
    /// Hours since 1970.
    at: f64,
}

impl Calibration {
    fn height(bare: f64) -> usize {
        (-bare.max(1e-9).log2()).clamp(0.0, 11.0) as usize
    }

    /// Notes what came of a risk, of which a part was run.
    fn add(&mut self, now: f64, bare: f64, part: f64, found: f64) {
        let kept = (-(now - self.at).max(0.0) / SLOW).exp2();
        self.at = now;
        for (stated, came) in &mut self.heights {
            (*stated, *came) = (*stated * kept, *came * kept);
        }
        let (stated, came) = &mut self.heights[Calibration::height(bare)];
        (*stated, *came) = (*stated + bare * part, *came + found);
    }

    fn corrected(&self, bare: f64) -> f64 {
        let (stated, came) = self.heights[Calibration::height(bare)];
        (bare * (came + DOUBT * CLUSTERED) / (stated + DOUBT)).min(1.0)
    }
}

impl Habits {
    /// Notes that a table was looked at now and before, and how many changes were found in between. When they happened
    /// between the two is not known, so they are spread over the hours.
    pub fn look(&mut self, table: &TableName, before: Timestamp, now: Timestamp, changes: u32) {
        let (from, to) = (hours(before), hours(now));
        let (changes, length) = (f64::from(changes), (to - from).max(0.0));
        self.whole.add(to, changes, length);
        self.schemas.entry(table.schema.clone()).or_default().add(to, changes, length);
        self.tables.entry(table.clone()).or_default().add(to, changes, length);
        if changes > 0.0 {
            // More of it at the hours at which things are known to change.
            let count = (length.ceil() as usize).clamp(1, WEEK);
            let hour = |i: usize| from + (i as f64 + 0.5) * length / count as f64;
            let weights: Vec<f64> = (0..count).map(|i| self.season(hour(i))).collect();
            let all: f64 = weights.iter().sum();
            for (i, weight) in weights.iter().enumerate() {
                self.profile[hour_at(hour(i))] += changes * weight / all;
            }
        }
    }

    /// Notes how a life ended that began at `before`, was to last until `end`, and was looked after `now`: its [`Life::bare`] risk,
    /// which counts for the part that it had, and whether there was a change. How much of such a risk comes, is learnt here.
    /// A change that is found long after the end was in the life only by its share.
    pub fn ended(&mut self, (before, end, now): (Timestamp, Timestamp, Timestamp), bare: f64, changed: bool) {
        let (from, whole, end, to) = (hours(before), hours(end), hours(end.min(now)), hours(now));
        let weight = |from: f64, to: f64| {
            let count = ((to - from).ceil() as usize).clamp(1, WEEK);
            let step = (to - from) / count as f64;
            (0..count).map(|i| self.season(from + (i as f64 + 0.5) * step) * step).sum::<f64>()
        };
        let share = if changed { (weight(from, end) / weight(from, to).max(1e-9)).min(1.0) } else { 0.0 };
        let had = ((end - from) / (whole - from).max(1e-9)).clamp(0.0, 1.0);
        self.calibration.add(to, bare, had, share);
    }

    /// Notes that a table was used.
    pub fn used(&mut self, table: &TableName, now: Timestamp) {
        let now = hours(now);
        let used = &mut self.tables.entry(table.clone()).or_default().used;
        let since = if used.at > 0.0 { now - used.at } else { 0.0 };
        used.add(now, USED, 1.0, since);
    }

    /// The tables that are used most, at most so many.
    pub fn most_used(&self, count: usize, now: Timestamp) -> Vec<&TableName> {
        let now = hours(now);
        let mut used: Vec<(&TableName, f64)> = self
            .tables
            .iter()
            .filter(|(_, node)| node.used.at > 0.0)
            .map(|(name, _)| (name, self.uses(name, now)))
            .collect();
        used.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        used.into_iter().take(count).map(|(name, _)| name).collect()
    }

    /// How long what is read of a table now may be used. `salt` is a number from 0 to 1 that chooses the jitter.
    ///
    /// Of all horizons the one that costs least per hour: one load, and `price` loads for each use that is expected
    /// to be stale within it. So what is used often and changes often is looked at often, by the square root of both; a
    /// horizon by changes alone spends its loads on what nobody asks for. Changes expected in it stay within `budget`.
    pub fn life(&self, table: &TableName, now: Timestamp, policy: Policy, salt: f64) -> Life {
        let now = hours(now);
        let (slow, burst) = self.rates(table, now);
        let used = self.uses(table, now);
        let rate_at = |ahead: f64| slow * self.season(now + ahead) + burst * (-ahead / FAST).exp2();
        let longest = policy.longest / 3_600.0;
        let (mut end, mut risk, mut stale) = (0.0, 0.0, 0.0);
        let (mut best, mut least) = (0.0, f64::INFINITY);
        while end < longest && (risk < policy.budget || end == 0.0) {
            let step = STEP.min(longest - end);
            let more = rate_at(end + step / 2.0) * step;
            stale += used * (risk + more / 2.0) * step;
            (end, risk) = (end + step, risk + more);
            let cost = (1.0 + policy.price * stale) / (end + 1.0 / used);
            if cost < least {
                (best, least) = (end, cost);
            }
        }
        let seconds = (best * 3_600.0 * (1.0 - policy.jitter * salt.clamp(0.0, 1.0))).max(policy.shortest);
        let rate = rate_at(0.0);
        let length = seconds / 3_600.0;
        let expected: f64 = (0..20).map(|i| rate_at((f64::from(i) + 0.5) * length / 20.0) * length / 20.0).sum();
        let bare = 1.0 - (-expected).exp();
        let risk = self.calibration.corrected(bare);
        Life { seconds, risk, bare, rate, excess: rate / slow.max(1e-12) }
    }

    /// Uses an hour, lately.
    fn uses(&self, table: &TableName, now: f64) -> f64 {
        let used = self.tables.get(table).map_or_else(Memory::default, |node| node.used);
        let seen = used.at(now, USED);
        (seen.changes + 0.5) / (seen.hours + (now - used.at).clamp(0.0, USED) + 0.5)
    }

    /// The usual rate of a table, at any hour, and what a burst adds to it now; changes an hour.
    fn rates(&self, table: &TableName, now: f64) -> (f64, f64) {
        let nodes = [Some(&self.whole), self.schemas.get(&table.schema), self.tables.get(table)];
        let (mut slow, mut fast) = (FIRST_RATE, None);
        for node in nodes.into_iter().flatten() {
            slow = node.slow.rate(now, SLOW, slow, SLOW_WEIGHT);
        }
        let usual = slow * self.season(now);
        for node in nodes.into_iter().flatten() {
            fast = Some(node.fast.rate(now, FAST, fast.unwrap_or(usual), FAST_WEIGHT));
        }
        (slow, (fast.unwrap_or(usual) - usual).max(0.0))
    }

    /// How much more happens at an hour of the week than on average.
    fn season(&self, at: f64) -> f64 {
        let hour = hour_at(at);
        let all: f64 = self.profile.iter().sum();
        // Neighbours and the same hour of other days say something of an hour too.
        let near = |i: usize| self.profile[i % WEEK];
        let own = 0.5 * near(hour) + 0.25 * (near(hour + 1) + near(hour + WEEK - 1));
        let weekend = hour / 24 >= 5;
        let days: Vec<usize> = (0..7).filter(|day| (*day >= 5) == weekend).collect();
        let alike = days.iter().map(|day| near(day * 24 + hour % 24)).sum::<f64>() / days.len() as f64;
        let seen = 0.4 * own + 0.6 * alike;
        (seen * WEEK as f64 + FLAT) / (all + FLAT)
    }
}

fn hours(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 3_600_000.0
}

/// The hour of the week in UTC, Monday's first hour being 0.
pub fn hour_of_week(at: Timestamp) -> usize {
    hour_at(hours(at))
}

/// 1970 began on a Thursday.
fn hour_at(hours: f64) -> usize {
    (hours.floor() + 72.0).rem_euclid(WEEK as f64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn at(minutes: i64) -> Timestamp {
        // A Monday.
        Timestamp::from_second(1_735_516_800 + minutes * 60).unwrap()
    }

    fn name(name: &str) -> TableName {
        TableName::bare(name)
    }

    #[test]
    fn quiet_tables_live_long_and_changing_ones_do_not_and_both_ends_are_reached() {
        let mut habits = Habits::default();
        for day in 0..40 {
            habits.look(&name("quiet"), at(day * 1_440), at((day + 1) * 1_440), 0);
        }
        let policy = Policy { jitter: 0.0, ..Policy::default() };
        let now = at(40 * 1_440);
        let life = habits.life(&name("quiet"), now, policy, 0.0);
        assert_eq!(life.seconds, 14_400.0, "{life:?}");
        assert!(life.risk < 0.02 && life.reason(policy).contains("not longer"));
        for minute in 0..12 {
            habits.look(
                &name("busy"),
                now + SignedDuration::from_mins(minute * 5),
                now + SignedDuration::from_mins(minute * 5 + 5),
                1,
            );
        }
        let now = now + SignedDuration::from_mins(60);
        let busy = habits.life(&name("busy"), now, policy, 0.0);
        assert_eq!(busy.seconds, 300.0, "{busy:?}");
        assert!(busy.reason(policy).contains("not shorter"));
        // Its neighbours are watched more closely for a while.
        let beside = habits.life(&name("quiet"), now, policy, 0.0);
        assert!(beside.seconds < 14_400.0, "{beside:?}");
        let later = habits.life(&name("quiet"), now + SignedDuration::from_hours(24), policy, 0.0);
        assert!(later.seconds > beside.seconds, "{later:?}");
    }

    #[test]
    fn lives_are_shorter_at_the_hours_at_which_things_change() {
        let mut habits = Habits::default();
        for week in 0..12 {
            for hour in 0..168 {
                let from = (week * 168 + hour) * 60;
                let working = hour < 120 && (9..17).contains(&(hour % 24));
                habits.look(&name("t"), at(from), at(from + 60), u32::from(working && hour % 24 == 12));
            }
        }
        let policy = Policy { jitter: 0.0, shortest: 1.0, longest: 1e6, ..Policy::default() };
        let start = 12 * 168 * 60;
        let noon = habits.life(&name("t"), at(start + 12 * 60), policy, 0.0);
        let night = habits.life(&name("t"), at(start + 2 * 60), policy, 0.0);
        assert!(night.seconds > 2.0 * noon.seconds, "{night:?} {noon:?}");
    }

    #[test]
    fn what_comes_of_low_risks_says_nothing_of_high_ones() {
        let mut calibration = Calibration::default();
        for hour in 0..40 {
            // Little was stated, and twice as much came; much was stated, and a quarter of it came.
            calibration.add(f64::from(hour), 0.05, 1.0, 0.1);
            calibration.add(f64::from(hour), 0.4, 1.0, 0.1);
        }
        let (low, high) = (calibration.corrected(0.05), calibration.corrected(0.4));
        assert!((0.06..0.1).contains(&low) && (0.1..0.15).contains(&high), "{low} {high}");
        assert_eq!(calibration.corrected(0.2), 0.2 * CLUSTERED, "nothing came of such a risk yet");
    }

    #[test]
    fn jitter_shortens_by_a_tenth_at_the_most() {
        let habits = Habits::default();
        let life = |salt| habits.life(&name("t"), at(0), Policy::default(), salt).seconds;
        assert!((life(1.0) / life(0.0) - 0.9).abs() < 0.01);
    }
}
