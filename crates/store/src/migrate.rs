//! Bringing a file to the present format.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Error;
use crate::file::{create_private, suffixed};

/// Marks a file as ours (`QSTR`).
const APPLICATION: i64 = 0x5153_5452;

/// The steps from each format to the next. Steps that were released are never edited.
const STEPS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
];

/// The present format.
pub const KNOWN: i64 = STEPS.len() as i64;

/// Checks that a file is ours and not newer, and migrates it. A copy of an older file is put beside it
/// first, as `NAME.formatN`.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let engine = |e| of_engine(path, e);
    let found = {
        // One snapshot: header and schema read apart would show a file that another process is just
        // creating as somebody else's.
        let snapshot = connection.transaction().map_err(engine)?;
        format(&snapshot, path)?
    };
    if found == KNOWN {
        return Ok(());
    }
    if found > 0 {
        back_up(connection, path, found)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(engine)?;
    // Another process may have been first.
    let found = format(&transaction, path)?;
    for step in &STEPS[usize::try_from(found).unwrap_or(0)..] {
        transaction.execute_batch(step).map_err(engine)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(engine)?;
    transaction.pragma_update(None, "user_version", KNOWN).map_err(engine)?;
    transaction.commit().map_err(engine)
}

/// Reads the format. To be called within a transaction.
fn format(connection: &rusqlite::Transaction<'_>, path: &Path) -> Result<i64, Error> {
    let number =
        |text: &str| connection.query_row(text, [], |row| row.get::<_, i64>(0)).map_err(|e| of_engine(path, e));
    let (application, found) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let objects = number("SELECT count(*) FROM sqlite_schema")?;
    match application {
        APPLICATION if found > KNOWN => Err(Error::Newer { path: path.to_owned(), found, known: KNOWN }),
        APPLICATION if found > 0 => Ok(found),
        0 if found == 0 && objects == 0 => Ok(0),
        _ => Err(Error::Foreign { path: path.to_owned() }),
    }
}

/// Writes a complete copy under a name of its own first, so that no half copy ever has the final name.
fn back_up(connection: &Connection, path: &Path, format: i64) -> Result<(), Error> {
    let unwritable = |e: std::io::Error| Error::Unwritable { path: path.to_owned(), source: Box::new(e) };
    let copy = suffixed(path, &format!(".format{format}"));
    let draft = suffixed(&copy, &format!(".{}", std::process::id()));
    create_private(&draft).map_err(unwritable)?;
    let written = connection.execute("VACUUM INTO ?1", [draft.to_string_lossy()]).map_err(|e| of_engine(path, e));
    let kept = written.and_then(|_| std::fs::rename(&draft, &copy).map_err(unwritable));
    if kept.is_err() {
        // The error that matters is the one before.
        let _ = std::fs::remove_file(&draft);
    }
    kept
}

/// Says in our words what the engine said.
pub fn of_engine(path: &Path, source: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as Code;
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(Code::NotADatabase) => Error::Foreign { path },
        Some(Code::DatabaseCorrupt) => Error::Corrupt { path, source },
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => Error::Busy { path },
        Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied | Code::DiskFull) => {
            Error::Unwritable { path, source: Box::new(source) }
        }
        _ => Error::Engine { path, source },
    }
}
