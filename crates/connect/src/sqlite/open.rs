//! How a file is opened so that nothing is written, neither to it nor beside it.
//!
//! A plain read-only open is not enough: reading a database in WAL mode makes SQLite create the files
//! `-wal` and `-shm` where they are missing. So the file's neighbours are looked at first, and one of
//! three ways is taken:
//!
//! - [`Route::Locking`]: a rollback-journal database, or a WAL database whose two files exist (some
//!   program has it open, or died). Locks are honoured; `readonly_shm` keeps the shared index untouched.
//! - [`Route::Still`]: an empty file, or a WAL database without a log: the file alone is the database.
//!   It is opened as immutable (no locks, no neighbours).
//! - [`Route::Log`]: a log without its index (a copied database): the index is built in memory, which
//!   SQLite does under an exclusive lock only, so a VFS without locks takes it.
//!
//! The last two hold no locks. Therefore the file's [`Stamp`] is compared after the work, and what was
//! read while it moved is thrown away and read again.
//!
//! The file is never opened other than through SQLite: closing any other handle of it would drop the
//! POSIX locks that SQLite holds in this process.

use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::Error;

/// What tells one state of a file and its neighbours from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The file itself, links followed.
    pub path: PathBuf,
    main: Mark,
    wal: Option<Mark>,
    shm: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    device: u64,
    inode: u64,
    bytes: u64,
    seconds: i64,
    nanos: i64,
}

impl Stamp {
    /// Whether both are states of the same file, not of one put in its place.
    pub fn is_same_file(&self, other: &Stamp) -> bool {
        self.path == other.path && self.identity() == other.identity()
    }

    /// Device and inode.
    pub fn identity(&self) -> (u64, u64) {
        (self.main.device, self.main.inode)
    }

    /// A text that differs when rows may have changed. Equal times within one tick of the file system
    /// with equal sizes can hide a change.
    pub fn data_mark(&self) -> String {
        let mark = |m: &Mark| format!("{}.{}.{}.{:09}", m.inode, m.bytes, m.seconds, m.nanos);
        let wal = self.wal.as_ref().filter(|w| w.bytes > 0).map(mark);
        format!("{}+{}", mark(&self.main), wal.unwrap_or_default())
    }

    /// Whether some program may be writing through a log right now.
    pub fn has_log(&self) -> bool {
        self.wal.is_some()
    }
}

/// Looks at a file and its neighbours without opening them. Cost: a few calls to the system.
pub fn look(path: &Path) -> Result<Stamp, Error> {
    let real = path.canonicalize().map_err(|e| unreadable(path, e))?;
    let metadata = std::fs::metadata(&real).map_err(|e| unreadable(path, e))?;
    if !metadata.is_file() {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    let wal = std::fs::metadata(beside(&real, "-wal")).ok().map(|m| mark(&m));
    let shm = std::fs::metadata(beside(&real, "-shm")).is_ok();
    Ok(Stamp { main: mark(&metadata), path: real, wal, shm })
}

fn mark(metadata: &std::fs::Metadata) -> Mark {
    Mark {
        device: metadata.dev(),
        inode: metadata.ino(),
        bytes: metadata.size(),
        seconds: metadata.mtime(),
        nanos: metadata.mtime_nsec(),
    }
}

/// The path with a suffix on its file name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Error::Missing { path: path.to_owned() },
        _ => Error::Unreadable { path: path.to_owned(), source: Box::new(error) },
    }
}

/// How a file is opened; see the head of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// With locks.
    Locking,
    /// The file alone, unlocked.
    Still,
    /// The file and its log, unlocked.
    Log,
}

/// Chooses how to open a file in this state. Cost: one open and one page where there is no log.
pub fn route(stamp: &Stamp) -> Route {
    match (&stamp.wal, stamp.shm) {
        _ if stamp.main.bytes == 0 => Route::Still,
        (Some(_), true) => Route::Locking,
        (Some(wal), false) if wal.bytes > 0 => Route::Log,
        (Some(_), false) => Route::Still,
        (None, _) if is_wal(&stamp.path) => Route::Still,
        (None, _) => Route::Locking,
    }
}

/// Whether the file's header says WAL: such a file cannot be opened without locks, and SQLite says so
/// before it creates anything. Any other trouble shows again, with its reason, at the real opening.
fn is_wal(path: &Path) -> bool {
    let looked = Connection::open_with_flags(uri(path, "mode=ro&nolock=1"), FLAGS)
        .and_then(|probe| probe.query_row("PRAGMA schema_version", [], |_| Ok(())));
    matches!(looked, Err(rusqlite::Error::SqliteFailure(e, _)) if e.code == ErrorCode::CannotOpen)
}

const FLAGS: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_URI).union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Opens a file by one of the routes. Reads nothing yet.
pub fn connect(path: &Path, route: Route) -> rusqlite::Result<Connection> {
    let parameters = match route {
        Route::Locking => "mode=ro&readonly_shm=1",
        Route::Still => "mode=ro&immutable=1",
        Route::Log => "mode=ro&vfs=unix-none",
    };
    let connection = Connection::open_with_flags(uri(path, parameters), FLAGS)?;
    if route == Route::Log {
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    }
    Ok(connection)
}

/// Opens a shared in-memory database of this process.
pub fn connect_memory(name: &str) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(memory_uri(name), FLAGS)
}

/// The address of a shared in-memory database of this process.
pub fn memory_uri(name: &str) -> String {
    format!("file:/{name}?vfs=memdb")
}

fn uri(path: &Path, parameters: &str) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => uri.push(char::from(*byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri + "?" + parameters
}
