//! What can go wrong at the door.

use std::path::PathBuf;

use fault::{Fault, Kind};

/// Errors of addresses, connections and statements.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is not one that can be read.
    #[error("{text:?} is not an address: {why}")]
    Address {
        /// As given.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The address names an engine without a driver here.
    #[error("no driver for {scheme:?}")]
    Scheme {
        /// The scheme, as given.
        scheme: String,
    },
    /// Nothing is there.
    #[error("{} does not exist", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The path leads to a directory, a pipe, a device.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// It exists and cannot be opened for reading.
    #[error("{} cannot be opened for reading", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system or the engine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file's content is something else.
    #[error("{place} is not a SQLite database")]
    NotADatabase {
        /// The database.
        place: String,
    },
    /// The file is a database and damaged.
    #[error("{place} is damaged")]
    Corrupt {
        /// The database.
        place: String,
        /// What the engine found.
        source: rusqlite::Error,
    },
    /// Somebody else holds it for longer than we waited.
    #[error("{place} is locked by another program")]
    Locked {
        /// The database.
        place: String,
    },
    /// A writer died within a transaction; only a writer may clean up.
    #[error("{place} holds an unfinished transaction of a program that was interrupted")]
    Unfinished {
        /// The database.
        place: String,
    },
    /// It changed under every one of several attempts at reading it.
    #[error("{place} kept changing while it was read")]
    Changing {
        /// The database.
        place: String,
    },
    /// Reading failed below the engine.
    #[error("reading {place} failed")]
    Io {
        /// The database.
        place: String,
        /// What the engine said.
        source: rusqlite::Error,
    },
    /// A new database was asked for where there already is something.
    #[error("{} already exists", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A new database could not be written.
    #[error("writing {place} failed")]
    Write {
        /// The database.
        place: String,
        /// What the system or the engine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The engine's gate refused the statement: it does more than read.
    #[error("the statement does more than read")]
    Refused {
        /// What the engine said.
        source: rusqlite::Error,
    },
    /// Not exactly one statement that reads.
    #[error("the text is not one reading statement")]
    NotOneRead,
    /// The engine could not run the statement.
    #[error("the engine could not run the statement")]
    Query {
        /// What the engine said.
        source: rusqlite::Error,
    },
    /// A sum left the range that the engine adds exactly.
    #[error("a sum leaves the range of 64 bits in which this engine adds exactly")]
    Overflow {
        /// What the engine said.
        source: rusqlite::Error,
    },
    /// A value, a statement or the memory needed exceeds the engine's limits.
    #[error("the statement exceeds the limits for length or memory")]
    TooBig {
        /// What the engine said.
        source: rusqlite::Error,
    },
    /// The deadline passed.
    #[error("the statement did not finish in time")]
    Timeout,
    /// The caller gave up.
    #[error("cancelled")]
    Cancelled,
    /// The thread that worked for us ended without an answer: a defect.
    #[error("the reading thread ended without an answer")]
    Worker,
}

impl Error {
    /// The error as users meet it.
    pub fn fault(&self) -> Fault {
        let (kind, code, hint) = self.describe();
        let fault = Fault::new(kind, code, self.to_string()).caused_by(self);
        if hint.is_empty() { fault } else { fault.hint(hint) }
    }

    fn describe(&self) -> (Kind, &'static str, &'static str) {
        match self {
            Error::Address { .. } => (Kind::Usage, "connect.address", "give a path to a file, or sqlite:PATH"),
            Error::Scheme { .. } => (
                Kind::Usage,
                "connect.scheme",
                "this version reads SQLite: a path or sqlite:PATH; PostgreSQL and MySQL are not supported yet",
            ),
            Error::Missing { .. } => {
                (Kind::Missing, "connect.missing", "check the path; nothing is created when reading")
            }
            Error::NotAFile { .. } => (Kind::Usage, "connect.not_a_file", "give the path of the database file itself"),
            Error::Unreadable { .. } => {
                (Kind::Denied, "connect.unreadable", "check the permissions of the file and its folder")
            }
            Error::NotADatabase { .. } => (
                Kind::Corrupt,
                "connect.not_a_database",
                "check that it is the right file, and that it is not encrypted",
            ),
            Error::Corrupt { .. } => {
                (Kind::Corrupt, "connect.corrupt", "restore it from a backup, or try `sqlite3 FILE .recover` on a copy")
            }
            Error::Locked { .. } => {
                (Kind::Busy, "connect.locked", "try again when the other program has finished writing")
            }
            Error::Unfinished { .. } => (
                Kind::Busy,
                "connect.unfinished",
                "open it once with the program that writes it, which completes or undoes the transaction",
            ),
            Error::Changing { .. } => (Kind::Busy, "connect.changing", "try again in a moment, or read a copy"),
            Error::Io { .. } => (Kind::Unavailable, "connect.io", "check the disk or the network drive"),
            Error::Exists { .. } => (Kind::Usage, "connect.exists", "choose another path, or allow overwriting"),
            Error::Write { .. } => {
                (Kind::Unavailable, "connect.write", "check the folder, its permissions and free space")
            }
            Error::Refused { .. } => (Kind::Guarded, "connect.refused", ""),
            Error::NotOneRead => (Kind::Guarded, "connect.not_one_read", "send one SELECT at a time"),
            Error::Query { .. } => (Kind::Query, "connect.query", ""),
            Error::Overflow { .. } => {
                (Kind::Limit, "connect.overflow", "ask for a part of it: fewer rows, or one group")
            }
            Error::TooBig { .. } => (Kind::Limit, "connect.too_big", "ask for fewer or smaller values"),
            Error::Timeout => (Kind::Timeout, "connect.timeout", "allow more time, or ask for less"),
            Error::Cancelled => (Kind::Cancelled, "connect.cancelled", ""),
            Error::Worker => (Kind::Internal, "connect.worker", ""),
        }
    }
}
