//! What sampling found out about the data: never part of a fingerprint, always bounded.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::value::Value;

/// Statistics of all sampled tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// By table; a table that was not sampled is absent.
    #[serde(with = "pairs")]
    pub tables: BTreeMap<TableName, TableStatistics>,
}

/// What is known of one table's rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableStatistics {
    /// Number of rows, where known.
    pub rows: Option<u64>,
    /// Whether `rows` was counted (and not estimated).
    pub rows_exact: bool,
    /// Rows looked at. Equal to `rows` where the whole table was read.
    pub sampled: u64,
    /// By column name.
    pub columns: BTreeMap<String, ColumnStatistics>,
}

/// Smallest and largest value of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extent {
    /// The smallest non-null value.
    pub min: Value,
    /// The largest non-null value.
    pub max: Value,
    /// Whether the whole column was looked at, not only the sample.
    pub exact: bool,
}

/// What the sample says of one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnStatistics {
    /// Nulls in the sample.
    pub nulls: u64,
    /// Distinct non-null values in the sample.
    pub distinct: u64,
    /// Negative numbers in the sample.
    pub negative: u64,
    /// Numbers with digits behind the point in the sample.
    pub fractional: u64,
    /// Values that read as a calendar day or an instant (ISO or slashed), in the sample.
    pub dates: u64,
    /// Values stored as numbers, in the sample.
    pub numbers: u64,
    /// Smallest and largest value.
    pub extent: Option<Extent>,
    /// Distinct values with their count in the sample, most frequent first, for text columns and
    /// small domains; bounded.
    pub values: Vec<(Value, u64)>,
    /// Whether `values` holds every distinct value of the column.
    pub values_complete: bool,
    /// The smallest hashes of the distinct values (k minimum values), sorted, for inclusion tests.
    pub sketch: Vec<u64>,
}

impl ColumnStatistics {
    /// Whether all values are whole numbers in a range, as far as known.
    pub fn is_whole_within(&self, range: impl RangeBounds<f64>) -> bool {
        let within = |v: &Value| v.to_f64().is_some_and(|n| range.contains(&n));
        let whole = self.numbers > 0 && self.fractional == 0;
        whole && self.extent.as_ref().is_some_and(|e| within(&e.min) && within(&e.max))
    }

    /// Share of this column's sampled values that `target` holds too, estimated from both sketches.
    ///
    /// Beyer et al., "On synopses for distinct-value estimation", SIGMOD 2007: below the smaller of
    /// the two largest kept hashes both sketches are complete. None where either is empty.
    pub fn inclusion_in(&self, target: &ColumnStatistics, capacity: usize) -> Option<f64> {
        let bound = |s: &ColumnStatistics| {
            if s.sketch.len() < capacity { u64::MAX } else { s.sketch.last().copied().unwrap_or(0) }
        };
        if self.sketch.is_empty() || target.sketch.is_empty() {
            return None;
        }
        let limit = bound(self).min(bound(target));
        let mine: Vec<&u64> = self.sketch.iter().filter(|h| **h <= limit).collect();
        if mine.is_empty() {
            return None;
        }
        let found = mine.iter().filter(|h| target.sketch.binary_search(h).is_ok()).count();
        Some(found as f64 / mine.len() as f64)
    }
}

/// The hash that sketches hold: of the value's text, so that 7 and "7" meet. Stable across runs and
/// machines. Takes anything that prints as its value does: a number, a text, a
/// [`Value`](crate::Value).
///
/// FNV-1a (Fowler, Noll, Vo) with the finaliser of MurmurHash3, because the smallest hashes are kept
/// and FNV alone spreads badly. Cost: about a nanosecond per byte, no allocation.
pub fn sketch_hash(value: &(impl std::fmt::Display + ?Sized)) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    // Writing to a number cannot fail.
    let _ = std::fmt::Write::write_fmt(&mut hash, format_args!("{value}"));
    let mut h = hash.0;
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

struct Fnv(u64);

impl std::fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}

/// JSON has string keys only, so the map travels as a list of pairs.
mod pairs {
    use super::*;
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(map: &BTreeMap<TableName, TableStatistics>, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(map.iter())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<BTreeMap<TableName, TableStatistics>, D::Error> {
        Ok(Vec::<(TableName, TableStatistics)>::deserialize(d)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sketch_hashes_outlive_a_run() {
        // Written down once: stored sketches are compared with new ones.
        assert_eq!(sketch_hash("acme"), SKETCH_OF_ACME);
        assert_eq!(sketch_hash("7"), sketch_hash(&Value::Int(7)));
        assert_eq!(sketch_hash("7"), sketch_hash(&7.0_f64));
        assert_ne!(sketch_hash("7"), sketch_hash("8"));
    }

    const SKETCH_OF_ACME: u64 = 4_189_955_575_052_357_574;
}
