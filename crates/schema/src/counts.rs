//! What the service did, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// What came of the calls of a service so far. All of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Calls that were answered from what is held, or was kept by a former run.
    pub hits: u64,
    /// Calls that had to wait for a reading, their own or another call's.
    pub misses: u64,
    /// Times the schema was read, whole or in part.
    pub loads: u64,
    /// Objects that were read for that.
    pub objects: u64,
    /// Times rows were looked at anew while the schema held.
    pub samplings: u64,
    /// Calls that were answered from what was read anew behind them.
    pub soft: u64,
    /// Readings that failed.
    pub failures: u64,
    /// Calls that were answered from what was known of a source that cannot be reached.
    pub stale: u64,
}

impl Counts {
    /// Each with its name.
    pub fn named(&self) -> [(&'static str, u64); 8] {
        [
            ("hits", self.hits),
            ("misses", self.misses),
            ("loads", self.loads),
            ("objects", self.objects),
            ("samplings", self.samplings),
            ("soft", self.soft),
            ("failures", self.failures),
            ("stale", self.stale),
        ]
    }
}

/// The part of the calls that had not to wait; none before the first.
pub fn hit_ratio(hits: u64, misses: u64) -> Option<f64> {
    let calls = hits + misses;
    (calls > 0).then(|| hits as f64 / calls as f64)
}

/// The counters behind [`Counts`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub hits: AtomicU64,
    pub misses: AtomicU64,
    pub loads: AtomicU64,
    pub objects: AtomicU64,
    pub samplings: AtomicU64,
    pub soft: AtomicU64,
    pub failures: AtomicU64,
    pub stale: AtomicU64,
}

/// Counts one more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    /// What they stand at.
    pub fn read(&self) -> Counts {
        self.each(|counter| counter.load(Ordering::Relaxed))
    }

    /// What they stand at; they begin anew.
    pub fn take(&self) -> Counts {
        self.each(|counter| counter.swap(0, Ordering::Relaxed))
    }

    fn each(&self, of: impl Fn(&AtomicU64) -> u64) -> Counts {
        Counts {
            hits: of(&self.hits),
            misses: of(&self.misses),
            loads: of(&self.loads),
            objects: of(&self.objects),
            samplings: of(&self.samplings),
            soft: of(&self.soft),
            failures: of(&self.failures),
            stale: of(&self.stale),
        }
    }
}
