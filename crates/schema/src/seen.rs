//! Changes as they are seen: between the snapshot that held before and the one that holds now.

use catalog::{Change, Side, Use};
use jiff::Timestamp;

use crate::snapshot::Snapshot;

/// What changed from one snapshot of a source to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The source's address.
    pub source: String,
    /// When it was seen.
    pub at: Timestamp,
    /// When the schema was last known to be as before.
    pub not_before: Timestamp,
    /// The epoch before.
    pub epoch_before: String,
    /// The epoch after.
    pub epoch_after: String,
    /// The changes, with what is known to use their objects.
    pub changes: Vec<Change>,
}

/// Compares two snapshots; none where their schemas are equal. `not_before` is when the earlier one last held.
pub fn between(old: &Snapshot, new: &Snapshot, not_before: Timestamp, at: Timestamp, uses: &[Use]) -> Option<Seen> {
    let side = |s: &Snapshot| (s.catalog.clone(), s.statistics.clone());
    let (before, after) = (side(old), side(new));
    let mut changes = catalog::diff(
        Side { catalog: &before.0, statistics: &before.1 },
        Side { catalog: &after.0, statistics: &after.1 },
    );
    changes.iter_mut().for_each(|change| change.weigh(uses));
    (!changes.is_empty()).then(|| Seen {
        source: new.source.clone(),
        at,
        not_before,
        epoch_before: old.epoch.clone(),
        epoch_after: new.epoch.clone(),
        changes,
    })
}
