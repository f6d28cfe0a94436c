//! Reads and changes replayed in virtual time against an oracle that knows every change.
//!
//! What is replayed is the code that the service uses: [`crate::ttl`]. Time is that of the trace.

use std::collections::{BTreeMap, BTreeSet};

use catalog::TableName;
use jiff::Timestamp;

use crate::counts::hit_ratio;
use crate::ttl::{Habits, Policy};

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// It changed.
    Change,
    /// Somebody used it.
    Read,
}

/// One line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
    /// Which object.
    pub object: TableName,
}

/// How long entries live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lives {
    /// As the service does where there is no token.
    Adaptive(Policy),
    /// Always as long, in seconds.
    Fixed(f64),
    /// By the changes seen of the object in 24 hours, times a factor: none 60 minutes, up to two 30, up to five 15, more 5.
    Ladder(f64),
    /// A tenth of the time since the object was last seen to change, within 5 minutes and 4 hours.
    TenthOfAge,
}

/// What came of a replay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Uses.
    pub reads: u64,
    /// Times the source was read.
    pub loads: u64,
    /// Uses of what had changed meanwhile.
    pub stale: u64,
    /// Seconds by which stale uses were late, all together.
    pub late_s: f64,
    /// Shortest and longest life given, in seconds.
    pub shortest: f64,
    /// See there.
    pub longest: f64,
    /// Changes expected within the lives that ended, and those that the oracle counts there (one a life at the most).
    pub stated: f64,
    /// See there.
    pub realised: f64,
    /// Lives given, by their length in 12 equal parts of the range from 0 to 4 hours.
    pub histogram: [u64; 12],
}

impl Outcome {
    /// Share of uses that needed no load.
    pub fn hit_ratio(&self) -> f64 {
        hit_ratio(self.reads - self.loads, self.loads).unwrap_or(1.0)
    }

    /// Share of uses that were stale.
    pub fn stale_ratio(&self) -> f64 {
        self.stale as f64 / self.reads.max(1) as f64
    }
}

struct Held {
    loaded: Timestamp,
    expires: Timestamp,
    version: u64,
    risk: f64,
    /// Before it was corrected by what came of others.
    raw: f64,
}

#[derive(Default)]
struct Truth {
    version: u64,
    changed: Vec<Timestamp>,
}

/// Replays a trace, which has to be in order of time.
pub fn replay(steps: &[Step], lives: Lives) -> Outcome {
    let mut truth: BTreeMap<&TableName, Truth> = BTreeMap::new();
    let mut held: BTreeMap<&TableName, Held> = BTreeMap::new();
    let mut seen: BTreeMap<&TableName, Vec<Timestamp>> = BTreeMap::new();
    let mut called: BTreeMap<Option<&str>, Timestamp> = BTreeMap::new();
    let mut habits = Habits::default();
    let mut outcome = Outcome { shortest: f64::INFINITY, ..Outcome::default() };
    for step in steps {
        let truth = truth.entry(&step.object).or_default();
        if step.event == Event::Change {
            truth.version += 1;
            truth.changed.push(step.at);
            continue;
        }
        outcome.reads += 1;
        habits.used(&step.object, step.at);
        let is_over = |entry: &Held| step.at >= entry.expires || is_called_back(entry, step, lives, &called);
        match held.get(&step.object) {
            Some(entry) if !is_over(entry) => {
                if entry.version != truth.version {
                    outcome.stale += 1;
                    let missed = truth.changed.iter().find(|at| **at > entry.loaded);
                    outcome.late_s += missed.map_or(0.0, |at| step.at.duration_since(*at).as_secs_f64());
                }
                continue;
            }
            Some(entry) => {
                let found = u32::from(entry.version != truth.version);
                habits.look(&step.object, entry.loaded, step.at, found);
                habits.ended((entry.loaded, entry.expires, step.at), entry.raw, found > 0);
                if found > 0 {
                    seen.entry(&step.object).or_default().push(step.at);
                    called.insert(step.object.schema.as_deref(), step.at);
                }
                let end = entry.expires.min(step.at);
                let within = truth.changed.iter().any(|at| *at > entry.loaded && *at <= end);
                // An entry that was called back states the risk of the part of its life that it had.
                let had = end.duration_since(entry.loaded).as_secs_f64();
                let whole = entry.expires.duration_since(entry.loaded).as_secs_f64().max(1.0);
                outcome.stated += entry.risk * had / whole;
                outcome.realised += f64::from(u8::from(within));
            }
            None => {}
        }
        outcome.loads += 1;
        let (life, risk, raw) =
            life(step, lives, &habits, seen.get(&step.object).map_or(&[], Vec::as_slice), outcome.loads);
        outcome.shortest = outcome.shortest.min(life);
        outcome.longest = outcome.longest.max(life);
        outcome.histogram[((life / 1_200.0) as usize).min(11)] += 1;
        let expires = step.at + jiff::SignedDuration::from_millis((life * 1e3) as i64);
        held.insert(&step.object, Held { loaded: step.at, expires, version: truth.version, risk, raw });
    }
    outcome
}

/// Whether a change was found beside an entry since it was loaded: then the adaptive rule looks at it again at its next use,
/// unless it is as fresh as the shortest life.
fn is_called_back(entry: &Held, step: &Step, lives: Lives, called: &BTreeMap<Option<&str>, Timestamp>) -> bool {
    let Lives::Adaptive(policy) = lives else { return false };
    let found = called.get(&step.object.schema.as_deref());
    found.is_some_and(|at| *at > entry.loaded) && step.at.duration_since(entry.loaded).as_secs_f64() >= policy.shortest
}

/// The seconds of a life, the risk that is stated for it, and the same uncorrected.
fn life(step: &Step, lives: Lives, habits: &Habits, seen: &[Timestamp], loads: u64) -> (f64, f64, f64) {
    match lives {
        Lives::Adaptive(policy) => {
            // A number that looks like chance and repeats.
            let salt = (loads.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64 / f64::from(1u32 << 24);
            let life = habits.life(&step.object, step.at, policy, salt);
            (life.seconds, life.risk, life.bare)
        }
        Lives::Fixed(seconds) => (seconds, 0.0, 0.0),
        Lives::Ladder(factor) => {
            let recent = seen.iter().filter(|at| step.at.duration_since(**at).as_hours() < 24).count();
            let minutes = match recent {
                0 => 60.0,
                1..=2 => 30.0,
                3..=5 => 15.0,
                _ => 5.0,
            };
            (minutes * 60.0 * factor, 0.0, 0.0)
        }
        Lives::TenthOfAge => {
            let age = seen.last().map_or(f64::INFINITY, |at| step.at.duration_since(*at).as_secs_f64());
            ((age / 10.0).clamp(300.0, 14_400.0), 0.0, 0.0)
        }
    }
}

/// The adaptive policy with the price at which it loads at most as often as `loads`, found by halving.
pub fn at_equal_loads(steps: &[Step], loads: u64) -> (Policy, Outcome) {
    let (mut low, mut high) = (1e-1_f64, 1e3_f64);
    let made = |price: f64| {
        let policy = Policy { price, ..Policy::default() };
        (policy, replay(steps, Lives::Adaptive(policy)))
    };
    let mut best = made(low);
    for _ in 0..9 {
        let middle = (low.ln() / 2.0 + high.ln() / 2.0).exp();
        let tried = made(middle);
        if tried.1.loads > loads {
            high = middle;
        } else {
            low = middle;
            best = tried;
        }
    }
    best
}

/// A trace of weeks in which schemas change in bursts at working hours and are read mostly then; the same for one seed.
pub fn generate(seed: u64, weeks: u32, tables: usize) -> Vec<Step> {
    let mut chance = Chance(seed);
    // A Monday.
    let start = 1_735_516_800_i64;
    let name = |i: usize| TableName { database: None, schema: Some(format!("s{}", i % 4)), name: format!("t{i}") };
    let mut steps = Vec::new();
    let at = |second: f64| Timestamp::from_second(start + second as i64).unwrap_or(Timestamp::UNIX_EPOCH);
    for hour in 0..i64::from(weeks) * 168 {
        let (day, of_day) = ((hour / 24) % 7, hour % 24);
        let works = day < 5 && (8..18).contains(&of_day);
        let begin = hour as f64 * 3_600.0;
        // Migrations: several tables of one schema, several times, within the hour.
        if chance.part() < if works { 0.05 } else { 0.001 } {
            let schema = chance.below(4);
            for _ in 0..4 + chance.below(24) {
                let table = schema + 4 * chance.below(tables / 4);
                let object = name(table);
                steps.push(Step { at: at(begin + 5_400.0 * chance.part()), event: Event::Change, object });
            }
        }
    }
    let objects: Vec<TableName> = (0..tables).map(name).collect();
    let end = at(f64::from(weeks) * 168.0 * 3_600.0);
    steps.extend(reads(seed ^ 0x5eed, &objects, (at(0.0), end), 400));
    steps.sort_by_key(|step| (step.at, step.event));
    steps
}

/// Uses of objects between two times: mostly at working hours (UTC), so many an hour then, few objects often.
pub fn reads(seed: u64, objects: &[TableName], (from, to): (Timestamp, Timestamp), an_hour: u32) -> Vec<Step> {
    let mut chance = Chance(seed);
    let mut steps = Vec::new();
    let mut begin = from;
    while begin < to && !objects.is_empty() {
        let hour = crate::ttl::hour_of_week(begin);
        let works = hour < 120 && (8..18).contains(&(hour % 24));
        for _ in 0..if works { an_hour } else { an_hour.div_ceil(16) } {
            let object = ((objects.len() as f64).powf(chance.part()) - 1.0) as usize;
            let at = begin + jiff::SignedDuration::from_secs((3_600.0 * chance.part()) as i64);
            steps.push(Step { at, event: Event::Read, object: objects[object].clone() });
        }
        begin += jiff::SignedDuration::from_hours(1);
    }
    steps
}

/// What reading whenever something changed, and never else, would cost: one load for each version that is used.
pub fn oracle(steps: &[Step]) -> u64 {
    let mut moved: BTreeMap<&TableName, bool> = BTreeMap::new();
    let mut loads = 0;
    for step in steps {
        let moved = moved.entry(&step.object).or_insert(true);
        match step.event {
            Event::Change => *moved = true,
            Event::Read => loads += u64::from(std::mem::take(moved)),
        }
    }
    loads
}

/// Chance that repeats for the same seed: SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Chance(pub u64);

impl Chance {
    /// A number from 0 to under 1.
    pub fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.part() * n as f64) as usize).min(n - 1)
    }
}

/// Why a trace cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct TraceError {
    /// From 1.
    pub line: usize,
    /// What was expected.
    pub why: String,
}

/// Reads a trace: a heading `time,event,object`, then lines of an instant (ISO 8601 with a zone, or seconds since 1970),
/// `read` or `change`, and a name. Lines may come in any order; empty ones and those that begin with `#` are passed over.
///
/// # Errors
/// Says which line is no line of a trace.
pub fn parse(text: &str) -> Result<Vec<Step>, TraceError> {
    let mut steps = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line_of = |why: &str| TraceError { line: i + 1, why: why.to_owned() };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || i == 0 && line == "time,event,object" {
            continue;
        }
        let mut parts = line.splitn(3, ',').map(str::trim);
        let (time, event, object) = (parts.next(), parts.next(), parts.next());
        let time = time.unwrap_or_default();
        let seconds = time.parse::<i64>().ok().and_then(|s| Timestamp::from_second(s).ok());
        let at = seconds.or_else(|| time.parse().ok()).ok_or_else(|| line_of("no time"))?;
        let event = match event {
            Some("read") => Event::Read,
            Some("change") => Event::Change,
            _ => return Err(line_of("neither read nor change")),
        };
        let object = object.filter(|name| !name.is_empty()).ok_or_else(|| line_of("no object"))?;
        let object = match object.rsplit_once('.') {
            Some((schema, name)) => {
                TableName { database: None, schema: Some(schema.to_owned()), name: name.to_owned() }
            }
            None => TableName::bare(object),
        };
        steps.push(Step { at, event, object });
    }
    steps.sort_by_key(|step| (step.at, step.event));
    Ok(steps)
}

/// The objects of a trace.
pub fn objects(steps: &[Step]) -> BTreeSet<&TableName> {
    steps.iter().map(|step| &step.object).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_read_in_any_order_and_wrong_lines_are_named() {
        let steps =
            parse("time,event,object\n\n# remark\n2025-01-01T00:00:10Z,read,a.b\n1735689600,change,c\n").unwrap();
        assert_eq!((steps[0].event, steps[1].object.schema.as_deref()), (Event::Change, Some("a")));
        for (text, line) in [("x,read,a", 1), ("1,read,a\n1,write,a", 2), ("1,read", 1)] {
            assert_eq!(parse(text).unwrap_err().line, line, "{text}");
        }
    }

    /// The price at which the rule loads a little less often than the ladder on these traces.
    const AS_THE_LADDER: f64 = 60.0;

    #[test]
    fn at_the_loads_of_the_ladder_at_least_half_of_its_stale_reads_are_gone() {
        let (mut ours, mut ladder) = ((0, 0), (0, 0));
        for seed in [1, 2, 3] {
            let steps = generate(seed, 6, 40);
            let policy = Policy { price: AS_THE_LADDER, ..Policy::default() };
            for (sum, lives) in [(&mut ours, Lives::Adaptive(policy)), (&mut ladder, Lives::Ladder(1.0))] {
                let outcome = replay(&steps, lives);
                *sum = (sum.0 + outcome.loads, sum.1 + outcome.stale);
            }
        }
        assert!(ours.0 <= ladder.0 && 2 * ours.1 <= ladder.1, "{ours:?} {ladder:?}");
    }

    #[test]
    fn the_whole_range_is_used_and_the_stated_risk_is_near_the_realised_one() {
        let (mut shortest, mut longest) = (f64::INFINITY, 0.0_f64);
        for seed in [5, 6, 7] {
            let ours = replay(&generate(seed, 8, 40), Lives::Adaptive(Policy { jitter: 0.0, ..Policy::default() }));
            (shortest, longest) = (shortest.min(ours.shortest), longest.max(ours.longest));
            assert!(
                (0.75..=1.25).contains(&(ours.stated / ours.realised)),
                "{seed}: {} {}",
                ours.stated,
                ours.realised
            );
        }
        assert_eq!((shortest, longest), (300.0, 14_400.0));
    }

    #[test]
    fn what_never_changes_is_never_stale() {
        let steps: Vec<Step> = generate(1, 2, 8).into_iter().filter(|s| s.event == Event::Read).collect();
        let outcome = replay(&steps, Lives::Fixed(600.0));
        assert_eq!((outcome.stale, outcome.realised), (0, 0.0));
        assert!(outcome.loads < outcome.reads && outcome.hit_ratio() > 0.5);
    }
}
