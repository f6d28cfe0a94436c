//! What is kept of each source, in numbers; and forgetting it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::params;
use serde::Serialize;

use crate::error::Error;
use crate::store::Store;

/// What is kept of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// The source's address.
    pub source: String,
    /// When the kept snapshot was taken, if there is one.
    pub taken_at: Option<Timestamp>,
    /// Bytes of the snapshot.
    pub bytes: u64,
    /// Objects in it.
    pub objects: u64,
    /// Changes in the history.
    pub changes: u64,
    /// Questions whose use is kept.
    pub questions: u64,
    /// What was counted over all runs since the source was forgotten last.
    pub counts: BTreeMap<String, u64>,
}

impl Store {
    /// Adds to what is counted of a source over all runs.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add_counts(&self, source: &str, counts: &[(&str, u64)]) -> Result<(), Error> {
        self.with(|connection| {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let text = "INSERT INTO counter (source, name, value) VALUES (?1, ?2, ?3)
                        ON CONFLICT (source, name) DO UPDATE SET value = value + excluded.value";
            for (name, more) in counts.iter().filter(|(_, more)| *more > 0) {
                transaction.execute(text, params![source, name, i64::try_from(*more).unwrap_or(i64::MAX)])?;
            }
            transaction.commit()
        })
    }

    /// What is kept, by source. Cost: a pass over the snapshots.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn holdings(&self) -> Result<Vec<Holding>, Error> {
        self.with(|connection| {
            let mut found: BTreeMap<String, Holding> = BTreeMap::new();
            let text = "SELECT source, 's', coalesce(json_array_length(body, '$.catalog'), 0), length(CAST(body AS BLOB)), taken_at
                        FROM snapshot
                        UNION ALL SELECT source, 'c', count(*), 0, 0 FROM change GROUP BY source
                        UNION ALL SELECT source, 'q', count(*), 0, 0 FROM reading GROUP BY source
                        UNION ALL SELECT source, name, value, -1, 0 FROM counter";
            let mut statement = connection.prepare(text)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (source, what): (String, String) = (row.get(0)?, row.get(1)?);
                let number = |place| row.get::<_, i64>(place).map(|n| u64::try_from(n).unwrap_or_default());
                let holding = found.entry(source.clone()).or_insert(Holding { source, ..Holding::default() });
                match what.as_str() {
                    _ if row.get::<_, i64>(3)? < 0 => drop(holding.counts.insert(what, number(2)?)),
                    "s" => {
                        (holding.objects, holding.bytes) = (number(2)?, number(3)?);
                        holding.taken_at = Timestamp::from_millisecond(row.get(4)?).ok();
                    }
                    "c" => holding.changes = number(2)?,
                    _ => holding.questions = number(2)?,
                }
            }
            Ok(found.into_values().collect())
        })
    }

    /// Forgets the snapshot and the counts of a source; its history and its questions stay. Returns whether anything was kept.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn forget(&self, source: &str) -> Result<bool, Error> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let snapshots = transaction.execute("DELETE FROM snapshot WHERE source = ?1", [source])?;
            let counts = transaction.execute("DELETE FROM counter WHERE source = ?1", [source])?;
            transaction.commit()?;
            Ok(snapshots + counts > 0)
        })
    }
}
