//! What was asked of a source, and what it used: for the impact of changes, and for warming.

use catalog::Use;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, params};

use crate::error::Error;
use crate::store::Store;

/// Readings kept of each source, at the most.
const KEPT: i64 = 10_000;

/// One question that was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// When.
    pub at: Timestamp,
    /// What was asked and what it used.
    pub what: Use,
}

impl Store {
    /// Keeps what was asked, and forgets what is older than `keep`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_reading(&self, source: &str, reading: &Reading, keep: SignedDuration) -> Result<(), Error> {
        let body = serde_json::to_string(&reading.what).map_err(|source| Error::Encode { source })?;
        let oldest = reading.at.checked_sub(keep).unwrap_or(Timestamp::MIN).as_millisecond();
        self.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO reading (source, read_at, body) VALUES (?1, ?2, ?3)",
                params![source, reading.at.as_millisecond(), body],
            )?;
            transaction.execute("DELETE FROM reading WHERE source = ?1 AND read_at < ?2", params![source, oldest])?;
            transaction.execute(
                "DELETE FROM reading WHERE source = ?1 AND id <=
                   (SELECT id FROM reading WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![source, KEPT],
            )?;
            transaction.commit()
        })
    }

    /// What was asked of a source, the earliest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn readings(&self, source: &str) -> Result<Vec<Reading>, Error> {
        let read = |row: &Row<'_>| {
            let at = Timestamp::from_millisecond(row.get(0)?).ok();
            let what = serde_json::from_str(row.get_ref(1)?.as_str()?).ok();
            Ok(at.zip(what).map(|(at, what)| Reading { at, what }))
        };
        self.with(|connection| {
            let text = "SELECT read_at, body FROM reading WHERE source = ?1 ORDER BY read_at, id";
            let mut statement = connection.prepare_cached(text)?;
            let rows = statement.query_map([source], read)?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
        })
    }

    /// What was decided about a source under a name, as it was written.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn setting(&self, source: &str, name: &str) -> Result<Option<String>, Error> {
        use rusqlite::OptionalExtension;
        let text = "SELECT body FROM setting WHERE source = ?1 AND name = ?2";
        self.with(|connection| connection.query_row(text, [source, name], |row| row.get(0)).optional())
    }

    /// Decides something about a source.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn decide(&self, source: &str, name: &str, body: &str) -> Result<(), Error> {
        let text = "INSERT INTO setting (source, name, body) VALUES (?1, ?2, ?3)
                    ON CONFLICT (source, name) DO UPDATE SET body = excluded.body";
        self.with(|connection| connection.execute(text, [source, name, body]).map(drop))
    }
}
