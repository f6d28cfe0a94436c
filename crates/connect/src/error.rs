//! What can go wrong at the door.

use std::path::PathBuf;

use fault::{Fault, Kind};

/// What an engine, a driver or the system said.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Errors of addresses, connections and statements.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is not one that can be read.
    #[error("{text:?} is not an address: {why}")]
    Address {
        /// As given, but for a password.
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
        source: Source,
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
        source: Source,
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
        source: Source,
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
        source: Source,
    },
    /// The engine's gate refused the statement: it does more than read.
    #[error("the statement does more than read")]
    Refused {
        /// What the engine said.
        source: Source,
    },
    /// Not exactly one statement that reads.
    #[error("the text is not one reading statement")]
    NotOneRead,
    /// The engine could not run the statement.
    #[error("the engine could not run the statement")]
    Query {
        /// What the engine said.
        source: Source,
    },
    /// The statement names a table or a column that is not there.
    #[error("the engine could not run the statement")]
    Unknown {
        /// What the engine said.
        source: Source,
    },
    /// A sum left the range that the engine adds exactly.
    #[error("a sum leaves the range of 64 bits in which this engine adds exactly")]
    Overflow {
        /// What the engine said.
        source: Source,
    },
    /// A value, a statement or the memory needed exceeds the engine's limits.
    #[error("the statement exceeds the limits for length or memory")]
    TooBig {
        /// What the engine said.
        source: Source,
    },
    /// The server cannot be reached.
    #[error("{place} cannot be reached")]
    Unreachable {
        /// The database.
        place: String,
        /// What the system said.
        source: Source,
    },
    /// The server's certificate could not be verified, or the server speaks no TLS.
    #[error("the connection to {place} cannot be made safe")]
    Unsafe {
        /// The database.
        place: String,
        /// What is wrong with it.
        source: Source,
    },
    /// The server does not let this user in.
    #[error("{place} refuses the login")]
    Login {
        /// The database.
        place: String,
        /// What the server said.
        source: Source,
    },
    /// The server has no such database.
    #[error("there is no database at {place}")]
    NoDatabase {
        /// The database.
        place: String,
        /// What the server said.
        source: Source,
    },
    /// The password is only referred to, and nobody looked it up.
    #[error("the password at {reference} was not looked up")]
    Unresolved {
        /// Where it is.
        reference: String,
    },
    /// A file of trusted certificates cannot be used.
    #[error("{} holds no certificates that can be read", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Source,
    },
    /// The server takes no more connections.
    #[error("{place} takes no more connections at present")]
    Crowded {
        /// The database.
        place: String,
        /// What the server said.
        source: Source,
    },
    /// The connection broke while it was used.
    #[error("the connection to {place} was lost")]
    Lost {
        /// The database.
        place: String,
        /// What the driver said.
        source: Source,
    },
    /// The user may not read what the statement reads.
    #[error("{place} does not let this user read all of that")]
    Forbidden {
        /// The database.
        place: String,
        /// What the server said.
        source: Source,
    },
    /// What a statement was planned over is not what is there now.
    #[error("{tables} changed since the schema was read")]
    Moved {
        /// The tables, with commas between them.
        tables: String,
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

    /// Whether the source is out of reach, so that nothing can be said of what it is now.
    pub fn is_outage(&self) -> bool {
        matches!(self, Error::Unreachable { .. } | Error::Lost { .. } | Error::Crowded { .. } | Error::Io { .. })
    }

    fn describe(&self) -> (Kind, &'static str, &'static str) {
        match self {
            Error::Address { .. } => (
                Kind::Usage,
                "connect.address",
                "give a path to a file, sqlite:PATH, postgres://USER@HOST/DATABASE or mysql://USER@HOST/DATABASE",
            ),
            Error::Scheme { .. } => (
                Kind::Usage,
                "connect.scheme",
                "what can be read: SQLite (a path, sqlite:PATH), PostgreSQL (postgres://...), MariaDB and MySQL (mysql://...)",
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
            Error::Query { .. } | Error::Unknown { .. } => (Kind::Query, "connect.query", ""),
            Error::Overflow { .. } => {
                (Kind::Limit, "connect.overflow", "ask for a part of it: fewer rows, or one group")
            }
            Error::TooBig { .. } => (Kind::Limit, "connect.too_big", "ask for fewer or smaller values"),
            Error::Unreachable { .. } => {
                (Kind::Unavailable, "connect.unreachable", "check host, port and network, and that the server runs")
            }
            Error::Unsafe { .. } => (
                Kind::Unavailable,
                "connect.unsafe",
                "name the certificate of the authority that signed the server's with ?sslrootcert=FILE; \
                 ?sslmode=disable goes without encryption, in networks that are trusted",
            ),
            Error::Login { .. } => (
                Kind::Denied,
                "connect.login",
                "check the user and the password; a password may be named as env:NAME, file:PATH or cmd:COMMAND",
            ),
            Error::NoDatabase { .. } => (Kind::Missing, "connect.no_database", "check the name of the database"),
            Error::Unresolved { .. } => (Kind::Internal, "connect.unresolved", ""),
            Error::Authorities { .. } => {
                (Kind::Usage, "connect.authorities", "give a file of certificates in PEM form")
            }
            Error::Crowded { .. } => (Kind::Busy, "connect.crowded", "try again in a moment"),
            Error::Lost { .. } => (Kind::Unavailable, "connect.lost", "check that the server runs, and try again"),
            Error::Forbidden { .. } => {
                (Kind::Denied, "connect.forbidden", "grant SELECT on these tables to the user, or ask about others")
            }
            Error::Moved { .. } => (Kind::Busy, "connect.moved", "ask again: the schema is read anew"),
            Error::Timeout => (Kind::Timeout, "connect.timeout", "allow more time, or ask for less"),
            Error::Cancelled => (Kind::Cancelled, "connect.cancelled", ""),
            Error::Worker => (Kind::Internal, "connect.worker", ""),
        }
    }
}
