//! Counting what a sample of one column holds, cell by cell.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use catalog::{ColumnStatistics, Extent, TypeKind, Value};
use rusqlite::types::ValueRef;

use super::value;

/// Longest value kept, in bytes.
const LONGEST: usize = 200;
/// Distinct values of a column that is not text, up to which they are all kept.
const SMALL_DOMAIN: usize = 64;

/// The counts of one column while its sample is read.
pub struct Tally {
    kind: TypeKind,
    keep: usize,
    counts: HashMap<u64, Seen, BuildHasherDefault<Identity>>,
    nulls: u64,
    negative: u64,
    fractional: u64,
    dates: u64,
    numbers: u64,
    texts: u64,
    least: Option<Value>,
    greatest: Option<Value>,
    /// Whether some value was too long, or came too late, to be kept.
    dropped: bool,
}

struct Seen {
    count: u64,
    value: Option<Value>,
}

impl Tally {
    /// A tally for a column of the declared type that keeps at most `keep` values in the end.
    pub fn new(kind: TypeKind, keep: usize) -> Tally {
        Tally {
            kind,
            keep,
            counts: HashMap::default(),
            nulls: 0,
            negative: 0,
            fractional: 0,
            dates: 0,
            numbers: 0,
            texts: 0,
            least: None,
            greatest: None,
            dropped: false,
        }
    }

    /// Counts one cell.
    pub fn add(&mut self, cell: ValueRef<'_>) {
        match cell {
            ValueRef::Null => self.nulls += 1,
            ValueRef::Integer(n) => {
                self.numbers += 1;
                self.negative += u64::from(n < 0);
                self.dates += u64::from(is_compact_date(n));
            }
            ValueRef::Real(x) => {
                self.numbers += 1;
                self.negative += u64::from(x < 0.0);
                self.fractional += u64::from(x.fract() != 0.0);
            }
            ValueRef::Text(bytes) => {
                self.texts += 1;
                self.dates += u64::from(is_date(bytes));
            }
            ValueRef::Blob(_) => {}
        }
        self.note(cell, 1);
    }

    /// Notes a value of the column that the sample did not meet, or met already.
    pub fn add_known(&mut self, cell: ValueRef<'_>) {
        self.note(cell, 0);
    }

    fn note(&mut self, cell: ValueRef<'_>, times: u64) {
        if let Some(hash) = hash(cell) {
            self.widen(cell);
            self.count(hash, cell, times);
        }
    }

    fn count(&mut self, hash: u64, cell: ValueRef<'_>, times: u64) {
        // Of text more are kept while counting than in the end, since the frequent ones may come late.
        let most = if matches!(cell, ValueRef::Text(_)) { self.keep.saturating_mul(4) } else { SMALL_DOMAIN };
        let full = self.counts.len() >= most;
        let seen = self.counts.entry(hash).or_insert_with(|| {
            let short = value::size(cell) <= LONGEST as u64;
            Seen { count: 0, value: (short && !full).then(|| value::read(cell, self.kind)) }
        });
        seen.count += times;
        self.dropped |= seen.value.is_none();
    }

    fn widen(&mut self, cell: ValueRef<'_>) {
        let usable = match cell {
            ValueRef::Real(x) => x.is_finite(),
            ValueRef::Text(bytes) => bytes.len() <= LONGEST,
            _ => true,
        };
        if !usable {
            return;
        }
        if self.least.as_ref().is_none_or(|least| is_before(cell, least)) {
            self.least = Some(value::read(cell, TypeKind::Unknown));
        }
        if self.greatest.as_ref().is_none_or(|greatest| is_behind(cell, greatest)) {
            self.greatest = Some(value::read(cell, TypeKind::Unknown));
        }
    }

    /// Whether most of the values are days or instants.
    pub fn is_dated(&self) -> bool {
        self.kind.is_temporal() && self.numbers + self.texts > 0
            || self.dates > 0 && 2 * self.dates > self.numbers + self.texts
    }

    /// Whether it is a text column with few values for the rows that were read.
    pub fn is_low_text(&self, rows: u64) -> bool {
        self.texts > 0 && self.numbers == 0 && !self.dropped && 20 * (self.counts.len() as u64) < rows
    }

    /// The statistics. `whole` says that every row was read, `values_whole` that every distinct value was.
    pub fn finish(self, sketch: usize, whole: bool, values_whole: bool) -> ColumnStatistics {
        let distinct = self.counts.values().filter(|seen| seen.count > 0).count() as u64;
        let mut hashes: Vec<u64> = self.counts.keys().copied().collect();
        if hashes.len() > sketch && sketch > 0 {
            hashes.select_nth_unstable(sketch - 1);
        }
        hashes.truncate(sketch);
        hashes.sort_unstable();
        let shown = self.texts > 0 || self.counts.len() <= SMALL_DOMAIN;
        let all = !self.dropped && self.counts.len() <= self.keep;
        let finite = |v: &Value| !matches!(v, Value::Float(x) if !x.is_finite());
        let seen = self.counts.into_values().filter_map(|seen| Some((seen.value?, seen.count)));
        let mut values: Vec<(Value, u64)> = seen.filter(|(v, _)| shown && finite(v)).collect();
        let order = |(a, n): &(Value, u64), (b, m): &(Value, u64)| m.cmp(n).then_with(|| a.total_cmp(b));
        if values.len() > self.keep && self.keep > 0 {
            values.select_nth_unstable_by(self.keep - 1, order);
        }
        values.truncate(self.keep);
        values.sort_by(order);
        let extent = self.least.zip(self.greatest).map(|(min, max)| Extent { min, max, exact: whole });
        ColumnStatistics {
            nulls: self.nulls,
            distinct,
            negative: self.negative,
            fractional: self.fractional,
            dates: self.dates,
            numbers: self.numbers,
            extent,
            values_complete: shown && all && (whole || values_whole),
            values,
            sketch: hashes,
        }
    }
}

/// Nulls have none, and blobs are not looked at.
fn hash(cell: ValueRef<'_>) -> Option<u64> {
    match cell {
        ValueRef::Null | ValueRef::Blob(_) => None,
        ValueRef::Integer(n) => Some(catalog::sketch_hash(&n)),
        // The same text, sooner: whole floats print like integers.
        ValueRef::Real(x) if x.fract() == 0.0 && x.abs() < 1e15 => Some(catalog::sketch_hash(&(x as i64))),
        ValueRef::Real(x) => Some(catalog::sketch_hash(&x)),
        ValueRef::Text(bytes) => Some(match std::str::from_utf8(bytes) {
            Ok(text) => catalog::sketch_hash(text),
            Err(_) => catalog::sketch_hash(&String::from_utf8_lossy(bytes)),
        }),
    }
}

/// SQLite's order: numbers before text.
fn is_before(cell: ValueRef<'_>, value: &Value) -> bool {
    match (cell, value) {
        (ValueRef::Integer(a), Value::Int(b)) => a < *b,
        (ValueRef::Integer(a), Value::Float(b)) => (a as f64) < *b,
        (ValueRef::Real(a), Value::Int(b)) => a < *b as f64,
        (ValueRef::Real(a), Value::Float(b)) => a < *b,
        (ValueRef::Text(a), Value::Text(b)) => a < b.as_bytes(),
        (ValueRef::Integer(_) | ValueRef::Real(_), Value::Text(_)) => true,
        _ => false,
    }
}

fn is_behind(cell: ValueRef<'_>, value: &Value) -> bool {
    match (cell, value) {
        (ValueRef::Integer(a), Value::Int(b)) => a > *b,
        (ValueRef::Integer(a), Value::Float(b)) => a as f64 > *b,
        (ValueRef::Real(a), Value::Int(b)) => a > *b as f64,
        (ValueRef::Real(a), Value::Float(b)) => a > *b,
        (ValueRef::Text(a), Value::Text(b)) => a > b.as_bytes(),
        (ValueRef::Text(_), Value::Int(_) | Value::Float(_)) => true,
        _ => false,
    }
}

/// `20240131`, between 1900 and 2199.
fn is_compact_date(n: i64) -> bool {
    (19_000_101..=21_991_231).contains(&n) && is_day(n / 100 % 100, n % 100)
}

fn is_day(month: i64, day: i64) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// `2024-01-31`, the same with a time behind it, `2024/1/31`, `31/01/2024`, `1.31.24`-like forms with
/// slashes or points, `20240131`.
fn is_date(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    if text.len() < 6 || text.len() > 40 || !text[0].is_ascii_digit() {
        return false;
    }
    if text.len() == 8 && text.iter().all(u8::is_ascii_digit) {
        return is_compact_date(digits(text));
    }
    let end = text.iter().position(|b| matches!(b, b' ' | b'T')).unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    let timed = rest.is_empty() || rest.len() >= 5 && rest[1].is_ascii_digit() && rest.contains(&b':');
    timed && is_parted_date(day)
}

fn is_parted_date(day: &[u8]) -> bool {
    let Some(mark) = day.iter().copied().find(|b| matches!(b, b'-' | b'/' | b'.')) else { return false };
    let mut parts = [0; 3];
    let mut lengths = [0; 3];
    let mut count = 0;
    for part in day.split(|b| *b == mark) {
        if count == 3 || part.is_empty() || part.len() > 4 || !part.iter().all(u8::is_ascii_digit) {
            return false;
        }
        (parts[count], lengths[count]) = (digits(part), part.len());
        count += 1;
    }
    if count != 3 {
        return false;
    }
    let year_first = lengths[0] == 4 && is_day(parts[1], parts[2]);
    let year_last = lengths[2] == 4 && mark != b'-' && (is_day(parts[0], parts[1]) || is_day(parts[1], parts[0]));
    year_first || year_last
}

fn digits(text: &[u8]) -> i64 {
    text.iter().fold(0, |n, b| 10 * n + i64::from(b - b'0'))
}

/// The keys are good hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_told_from_other_text() {
        for text in [
            "2024-01-31",
            "2024-01-31 13:05",
            "2024-01-31T13:05:00Z",
            "2024-01-31 13:05:00.123+01:00",
            "2024/1/31",
            "31/01/2024",
            "01/31/2024",
            "31.01.2024",
            "20240131",
            " 2024-01-31 ",
        ] {
            assert!(is_date(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "2024-13-01",
            "2024-01-32",
            "12345678",
            "1.2.3",
            "10-20-30",
            "2024-01",
            "2024-01-31 x",
            "A024-01-31",
            "192.168.1.1",
            "99/99/2024",
        ] {
            assert!(!is_date(text.as_bytes()), "{text}");
        }
        assert!(is_compact_date(20_240_131) && !is_compact_date(20_241_331) && !is_compact_date(5));
    }

    #[test]
    fn a_sample_is_counted() {
        let mut tally = Tally::new(TypeKind::Unknown, 10);
        for cell in
            [ValueRef::Null, ValueRef::Integer(-3), ValueRef::Real(2.5), ValueRef::Integer(7), ValueRef::Integer(7)]
        {
            tally.add(cell);
        }
        let statistics = tally.finish(2, true, false);
        assert_eq!((statistics.nulls, statistics.distinct, statistics.numbers), (1, 3, 4));
        assert_eq!((statistics.negative, statistics.fractional), (1, 1));
        let extent = statistics.extent.unwrap();
        assert_eq!((extent.min, extent.max, extent.exact), (Value::Int(-3), Value::Int(7), true));
        assert_eq!(statistics.values[0], (Value::Int(7), 2));
        assert!(statistics.values_complete);
        assert_eq!(statistics.sketch.len(), 2);
        assert!(statistics.sketch.is_sorted());
    }

    #[test]
    fn integers_and_their_text_meet_in_the_sketch() {
        let (mut numbers, mut texts) = (Tally::new(TypeKind::Int, 10), Tally::new(TypeKind::Unknown, 10));
        for n in 0..500 {
            numbers.add(ValueRef::Integer(n));
            texts.add(ValueRef::Text(n.to_string().as_bytes()));
        }
        let (numbers, texts) = (numbers.finish(64, true, false), texts.finish(64, true, false));
        assert_eq!(numbers.sketch, texts.sketch);
        assert_eq!(numbers.inclusion_in(&texts, 64), Some(1.0));
        assert!(numbers.values.is_empty(), "a large domain of numbers is not listed");
        assert!(!texts.values_complete && texts.values.len() == 10);
    }

    #[test]
    fn a_value_too_long_to_keep_makes_the_list_incomplete() {
        let mut tally = Tally::new(TypeKind::Unknown, 10);
        tally.add(ValueRef::Text("x".repeat(LONGEST + 1).as_bytes()));
        tally.add(ValueRef::Text(b"y"));
        let statistics = tally.finish(8, true, false);
        assert_eq!(statistics.values, [(Value::from("y"), 1)]);
        assert!(!statistics.values_complete && statistics.distinct == 2);
    }
}
