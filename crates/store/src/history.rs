//! What changed in schemas, kept for a while, with what people said about uncertain renames.

use catalog::Change;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store::Store;

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Changes, and what was asked.
    pub changes: SignedDuration,
    /// Snapshots of sources that are not asked any more.
    pub snapshots: SignedDuration,
}

impl Default for Retention {
    /// 90 days and 30 days.
    fn default() -> Self {
        Retention { changes: SignedDuration::from_hours(90 * 24), snapshots: SignedDuration::from_hours(30 * 24) }
    }
}

/// What somebody said about a rename that was not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// It was one.
    Confirmed,
    /// It was a drop and an addition.
    Rejected,
}

/// A change as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeptChange {
    /// Its number in this state file.
    pub id: i64,
    /// The source's address.
    pub source: String,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// When the schema was last seen without it: it happened between the two.
    pub not_before: Timestamp,
    /// The epoch before.
    pub epoch_before: String,
    /// The epoch after.
    pub epoch_after: String,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// What somebody said about it.
    pub review: Option<Review>,
}

/// Changes that were seen at once.
#[derive(Clone, Copy, Debug)]
pub struct SeenChanges<'c> {
    /// When.
    pub at: Timestamp,
    /// When the schema was last seen without them.
    pub not_before: Timestamp,
    /// The epoch before.
    pub epoch_before: &'c str,
    /// The epoch after.
    pub epoch_after: &'c str,
    /// They themselves.
    pub changes: &'c [Change],
}

impl Store {
    /// Keeps changes of a source, unless another process has kept the same step from epoch to epoch since the schema was
    /// last seen without them; forgets those that are too old. Returns whether they were new.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_changes(&self, source: &str, seen: SeenChanges<'_>, keep: Retention) -> Result<bool, Error> {
        let bodies: Result<Vec<String>, Error> = seen.changes.iter().map(encode).collect();
        let (bodies, at, not_before) = (bodies?, seen.at.as_millisecond(), seen.not_before.as_millisecond());
        let oldest = seen.at.checked_sub(keep.changes).unwrap_or(Timestamp::MIN).as_millisecond();
        self.with(|connection| {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let text = "SELECT count(*) FROM change
                        WHERE source = ?1 AND epoch_before = ?2 AND epoch_after = ?3 AND seen_at >= ?4";
            let known: i64 = transaction.query_row(
                text,
                params![source, seen.epoch_before, seen.epoch_after, not_before],
                |row| row.get(0),
            )?;
            if known == 0 {
                let text = "INSERT INTO change (source, seen_at, not_before, epoch_before, epoch_after, body)
                            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
                let mut insert = transaction.prepare_cached(text)?;
                for body in &bodies {
                    insert.execute(params![source, at, not_before, seen.epoch_before, seen.epoch_after, body])?;
                }
            }
            transaction.execute("DELETE FROM change WHERE seen_at < ?1", [oldest])?;
            transaction.commit()?;
            Ok(known == 0)
        })
    }

    /// The changes of a source since a time, the latest first. One that this version cannot read is left out.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn changes(&self, source: &str, since: Timestamp) -> Result<Vec<KeptChange>, Error> {
        let text = "SELECT id, source, seen_at, not_before, epoch_before, epoch_after, body, review FROM change
                    WHERE source = ?1 AND seen_at >= ?2 ORDER BY seen_at DESC, id DESC";
        self.with(|connection| {
            let mut statement = connection.prepare_cached(text)?;
            let rows = statement.query_map(params![source, since.as_millisecond()], decode)?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
        })
    }

    /// Notes what somebody says about a rename, or takes it back. Returns whether there is a change of this number.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn review(&self, source: &str, id: i64, review: Option<Review>) -> Result<bool, Error> {
        let word = review.map(|review| match review {
            Review::Confirmed => "confirmed",
            Review::Rejected => "rejected",
        });
        let text = "UPDATE change SET review = ?3 WHERE source = ?1 AND id = ?2";
        self.with(|connection| Ok(connection.execute(text, params![source, id, word])? > 0))
    }
}

fn encode(change: &Change) -> Result<String, Error> {
    serde_json::to_string(change).map_err(|source| Error::Encode { source })
}

fn decode(row: &Row<'_>) -> rusqlite::Result<Option<KeptChange>> {
    let time = |milliseconds: i64| Timestamp::from_millisecond(milliseconds).ok();
    let (Some(seen_at), Some(not_before)) = (time(row.get(2)?), time(row.get(3)?)) else { return Ok(None) };
    let Ok(change) = serde_json::from_str(row.get_ref(6)?.as_str()?) else { return Ok(None) };
    let review = match row.get::<_, Option<String>>(7)?.as_deref() {
        Some("confirmed") => Some(Review::Confirmed),
        Some("rejected") => Some(Review::Rejected),
        _ => None,
    };
    let (id, source, epoch_before, epoch_after) = (row.get(0)?, row.get(1)?, row.get(4)?, row.get(5)?);
    Ok(Some(KeptChange { id, source, seen_at, not_before, epoch_before, epoch_after, change, review }))
}
