//! What was read of a schema, kept between runs.

use std::sync::Arc;

use catalog::{Catalog, Statistics, TableName};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store::Store;

/// Snapshots kept, at the most.
const KEPT: i64 = 100;
/// Format of the JSON.
const FORMAT: u32 = 1;

/// A schema and its statistics as they were at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedSnapshot {
    /// The schema's change token then.
    pub token: String,
    /// The data's mark then, where the engine has one.
    pub data_mark: Option<String>,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// The schema.
    pub catalog: Arc<Catalog>,
    /// What sampling found.
    pub statistics: Arc<Statistics>,
    /// Objects that could not be read, and why.
    pub problems: Vec<(TableName, String)>,
    /// The engine's marks of single objects and what they rest on, where it has some.
    pub prints: Option<SavedPrints>,
    /// Where the source does not tell changes: when it was read, from when on it is read again behind the answers, and from
    /// when on before them.
    pub expiry: Option<[Timestamp; 3]>,
}

/// Marks of single objects: what they rest on, and each with its object.
pub type SavedPrints = (String, Vec<(TableName, String)>);

/// The JSON.
#[derive(Serialize, Deserialize)]
struct Body {
    format: u32,
    catalog: Arc<Catalog>,
    statistics: Arc<Statistics>,
    problems: Vec<(TableName, String)>,
    #[serde(default)]
    prints: Option<SavedPrints>,
    #[serde(default)]
    expiry: Option<[Timestamp; 3]>,
}

impl Store {
    /// The snapshot of a source, if there is one that this version can read. One that cannot be read
    /// counts as absent: it will be taken again.
    pub fn snapshot(&self, source: &str) -> Result<Option<SavedSnapshot>, Error> {
        let text = "SELECT token, data_mark, taken_at, body FROM snapshot WHERE source = ?1";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?));
        let row = self.with(|connection| connection.query_row(text, [source], read).optional())?;
        Ok(row.and_then(|(token, data_mark, taken_at, body)| decode(token, data_mark, taken_at, &body)))
    }

    /// Keeps a snapshot in place of the source's last one, and forgets those older than `age`. Of two processes the
    /// newer snapshot stays.
    pub fn save_snapshot(
        &self,
        source: &str,
        snapshot: &SavedSnapshot,
        now: Timestamp,
        age: SignedDuration,
    ) -> Result<(), Error> {
        let body = encode(snapshot)?;
        let taken_at = snapshot.taken_at.as_millisecond();
        let oldest = now.checked_sub(age).unwrap_or(Timestamp::MIN).as_millisecond();
        self.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO snapshot (source, token, data_mark, taken_at, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (source) DO UPDATE SET token = excluded.token, data_mark = excluded.data_mark,
                   taken_at = excluded.taken_at, body = excluded.body
                 WHERE excluded.taken_at >= snapshot.taken_at",
                params![source, snapshot.token, snapshot.data_mark, taken_at, body],
            )?;
            transaction.execute("DELETE FROM snapshot WHERE taken_at < ?1", [oldest])?;
            transaction.execute(
                "DELETE FROM snapshot WHERE source NOT IN
                   (SELECT source FROM snapshot ORDER BY taken_at DESC, source LIMIT ?1)",
                [KEPT],
            )?;
            transaction.commit()
        })
    }
}

fn encode(snapshot: &SavedSnapshot) -> Result<String, Error> {
    let body = Body {
        format: FORMAT,
        catalog: snapshot.catalog.clone(),
        statistics: snapshot.statistics.clone(),
        problems: snapshot.problems.clone(),
        prints: snapshot.prints.clone(),
        expiry: snapshot.expiry,
    };
    serde_json::to_string(&body).map_err(|source| Error::Encode { source })
}

fn decode(token: String, data_mark: Option<String>, taken_at: i64, body: &str) -> Option<SavedSnapshot> {
    let body: Body = serde_json::from_str(body).ok().filter(|body: &Body| body.format == FORMAT)?;
    Some(SavedSnapshot {
        token,
        data_mark,
        taken_at: Timestamp::from_millisecond(taken_at).ok()?,
        catalog: body.catalog,
        statistics: body.statistics,
        problems: body.problems,
        prints: body.prints,
        expiry: body.expiry,
    })
}
