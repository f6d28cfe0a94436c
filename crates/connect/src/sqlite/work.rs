//! Where the blocking work happens: a few connections, each used by one thread at a time.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, InterruptHandle};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::guard::{self, Gate};
use super::open::{self, Route, Stamp};
use crate::database::Token;
use crate::error::Error;
use crate::scope::Scope;

/// Connections to one database at once.
const CONNECTIONS: usize = 2;
/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two attempts at a lock.
const PAUSE: Duration = Duration::from_millis(10);
/// Reads of a file that moves before giving up.
const ATTEMPTS: usize = 4;
/// Engine steps between two looks at the clock: well under a millisecond.
const STEPS: i32 = 1_000;
/// How long an unused connection to a file with a log is kept. Longer would keep the writer from
/// folding the log into its file when it leaves.
const IDLE: Duration = Duration::from_secs(2);
/// How long a stopped statement may take to come back before the caller gets its answer anyway.
const GRACE: Duration = Duration::from_secs(1);

/// Where the database is.
pub enum Place {
    /// A file.
    File(PathBuf),
    /// A shared in-memory database of this process, kept alive by a connection.
    Memory {
        /// Its name.
        name: String,
        /// Keeps it alive.
        _keeper: Arc<Mutex<Connection>>,
    },
}

impl Place {
    /// The address for people.
    pub fn address(&self) -> String {
        match self {
            Place::File(path) => format!("sqlite:{}", path.display()),
            Place::Memory { name, .. } => format!("memory:{name}"),
        }
    }
}

/// What stops a job, in the words of its layer.
pub enum Trouble {
    /// The engine said no.
    Engine(rusqlite::Error),
    /// We did.
    Ours(Error),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Trouble::Engine(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Ours(error)
    }
}

/// What a job sees: a connection inside of a read transaction.
pub struct Session<'a> {
    /// The connection.
    pub connection: &'a Connection,
    /// Its gate.
    pub gate: &'a Gate,
    /// The schema's token, read in this transaction.
    pub token: Token,
}

struct Opened {
    connection: Connection,
    gate: Gate,
    /// None in memory.
    file: Option<(Stamp, Route)>,
    since: Instant,
}

/// The connections of one database.
pub struct Pool {
    place: Place,
    idle: Mutex<Vec<Opened>>,
    permits: Arc<Semaphore>,
    /// Whether a task is waiting to close unused connections.
    sweeping: AtomicBool,
}

impl Pool {
    /// A pool without connections; they are opened when needed.
    pub fn new(place: Place) -> Arc<Pool> {
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        Arc::new(Pool { place, idle: Mutex::new(Vec::new()), permits, sweeping: AtomicBool::new(false) })
    }

    /// Where the database is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Runs a job in a read transaction on a thread of its own, until done or until the scope ends.
    /// The job may run more than once: when the file moved under it, or was locked.
    pub async fn run<T, F>(self: &Arc<Self>, scope: &Scope, job: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&Session<'_>) -> Result<T, Trouble> + Send + 'static,
    {
        scope.check()?;
        let permit = tokio::select! {
            permit = self.permits.clone().acquire_owned() => permit.map_err(|_| Error::Worker)?,
            error = scope.ended() => return Err(error),
        };
        let stop = Arc::new(Stop::new(scope));
        // Also when the caller drops this future.
        let fuse = Fuse(stop.clone());
        let pool = self.clone();
        let theirs = stop.clone();
        let mut work = tokio::task::spawn_blocking(move || {
            let result = pool.work(&theirs, job);
            drop(permit);
            result
        });
        let settled = tokio::select! {
            done = &mut work => done,
            error = scope.ended() => {
                stop.trip();
                tokio::time::timeout(GRACE, work).await.unwrap_or(Ok(Err(error)))
            }
        };
        drop(fuse);
        self.close_idle_later();
        settled.unwrap_or(Err(Error::Worker))
    }

    fn work<T>(&self, stop: &Arc<Stop>, mut job: impl FnMut(&Session<'_>) -> Result<T, Trouble>) -> Result<T, Error> {
        let patience = Instant::now() + PATIENCE;
        let mut attempts = ATTEMPTS;
        let mut locked = None;
        loop {
            match self.attempt(stop, &mut job) {
                (Err(error @ Error::Locked { .. }), _) if Instant::now() < patience => {
                    locked = Some(error);
                    std::thread::sleep(PAUSE);
                }
                // Where the deadline came first, the lock still is why.
                (Err(Error::Timeout), _) => return Err(locked.unwrap_or(Error::Timeout)),
                (Err(Error::Cancelled), _) => return Err(Error::Cancelled),
                (_, true) if attempts == 0 => return Err(Error::Changing { place: self.place.address() }),
                (_, true) => attempts -= 1,
                (outcome, false) => return outcome,
            }
        }
    }

    /// One attempt, and whether it must not count: what was read may be a mixture of two states of the
    /// file, or the failure one of a state now gone.
    fn attempt<T>(
        &self,
        stop: &Arc<Stop>,
        job: &mut impl FnMut(&Session<'_>) -> Result<T, Trouble>,
    ) -> (Result<T, Error>, bool) {
        let mut opened = match self.take(stop) {
            Ok(opened) => opened,
            Err(error) => return (Err(error), false),
        };
        stop.hold(opened.connection.get_interrupt_handle());
        let outcome = opened.transact(stop, job);
        stop.release();
        let outcome = outcome.map_err(|trouble| self.explain(trouble, stop));
        let sound = outcome.as_ref().err().is_none_or(is_harmless);
        let moved = self.has_moved(&opened, !sound);
        if sound && !moved {
            self.put(opened);
        }
        (outcome, moved)
    }

    /// Takes an unused connection that fits the file's present state, or opens one.
    fn take(&self, stop: &Stop) -> Result<Opened, Error> {
        stop.check()?;
        let fail = |e| self.explain(Trouble::Engine(e), stop);
        let Place::File(path) = &self.place else {
            return self.lock_idle().pop().map_or_else(|| self.open_memory().map_err(fail), Ok);
        };
        let stamp = open::look(path)?;
        if let Some(mut opened) = self.pop_fitting(&stamp) {
            if let Some((known, _)) = &mut opened.file {
                *known = stamp;
            }
            return Ok(opened);
        }
        let route = open::route(&stamp);
        let mut connection = open::connect(&stamp.path, route).map_err(fail)?;
        let gate = guard::close_gates(&mut connection).map_err(fail)?;
        Ok(Opened { connection, gate, file: Some((stamp, route)), since: Instant::now() })
    }

    fn open_memory(&self) -> rusqlite::Result<Opened> {
        let Place::Memory { name, .. } = &self.place else { return Err(rusqlite::Error::InvalidQuery) };
        let mut connection = open::connect_memory(name)?;
        let gate = guard::close_gates(&mut connection)?;
        Ok(Opened { connection, gate, file: None, since: Instant::now() })
    }

    /// Of the unused connections, those to another file or by another route are closed. One without
    /// locks has to be closed by any change: it would never look at the file again.
    fn pop_fitting(&self, stamp: &Stamp) -> Option<Opened> {
        let mut idle = self.lock_idle();
        let mut route = None;
        idle.retain(|opened| match &opened.file {
            Some((known, _)) if known == stamp => true,
            Some((known, Route::Locking)) if known.is_same_file(stamp) => {
                *route.get_or_insert_with(|| open::route(stamp)) == Route::Locking
            }
            _ => false,
        });
        idle.pop()
    }

    fn put(&self, mut opened: Opened) {
        opened.since = Instant::now();
        self.lock_idle().push(opened);
    }

    fn lock_idle(&self) -> MutexGuard<'_, Vec<Opened>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the file moved during work that no lock protected, or during work that broke.
    fn has_moved(&self, opened: &Opened, broke: bool) -> bool {
        let (Place::File(path), Some((stamp, route))) = (&self.place, &opened.file) else { return false };
        (*route != Route::Locking || broke) && open::look(path).map_or(true, |now| now != *stamp)
    }

    /// Closes connections to files with a log once they are unused for a while.
    fn close_idle_later(self: &Arc<Self>) {
        if !self.lock_idle().iter().any(Opened::has_log) || self.sweeping.swap(true, Ordering::Relaxed) {
            return;
        }
        let pool: Weak<Pool> = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(IDLE).await;
                let Some(pool) = pool.upgrade() else { return };
                let mut idle = pool.lock_idle();
                idle.retain(|opened| !opened.has_log() || opened.since.elapsed() < IDLE);
                if !idle.iter().any(Opened::has_log) {
                    // Still under the lock: whoever adds one later sees this.
                    pool.sweeping.store(false, Ordering::Relaxed);
                    return;
                }
            }
        });
    }

    /// Says in our words what stopped a job.
    fn explain(&self, trouble: Trouble, stop: &Stop) -> Error {
        let source = match trouble {
            Trouble::Ours(error) => return error,
            Trouble::Engine(source) => source,
        };
        let place = self.place.address();
        let rusqlite::Error::SqliteFailure(failure, _) = &source else { return of_library(source) };
        match failure.code {
            ErrorCode::OperationInterrupted => stop.check().err().unwrap_or(Error::Cancelled),
            ErrorCode::NotADatabase => Error::NotADatabase { place },
            ErrorCode::DatabaseCorrupt => Error::Corrupt { place, source: source.into() },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                Error::Locked { place }
            }
            ErrorCode::ReadOnly if failure.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK => {
                Error::Unfinished { place }
            }
            ErrorCode::ReadOnly if is_shared_index(failure.extended_code) => Error::Locked { place },
            ErrorCode::ReadOnly | ErrorCode::AuthorizationForStatementDenied => {
                Error::Refused { source: source.into() }
            }
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied => match &self.place {
                Place::File(path) => Error::Unreadable { path: path.clone(), source: Box::new(source) },
                Place::Memory { .. } => Error::Io { place, source: source.into() },
            },
            ErrorCode::SystemIoFailure => Error::Io { place, source: source.into() },
            ErrorCode::SchemaChanged => Error::Changing { place },
            ErrorCode::TooBig | ErrorCode::OutOfMemory => Error::TooBig { source: source.into() },
            // SQLite has no code of its own for it: SUM says so in its message.
            _ if failure_text(&source) == Some("integer overflow") => Error::Overflow { source: source.into() },
            _ => Error::Query { source: source.into() },
        }
    }
}

fn failure_text(error: &rusqlite::Error) -> Option<&str> {
    match error {
        rusqlite::Error::SqliteFailure(_, text) => text.as_deref(),
        _ => None,
    }
}

fn of_library(source: rusqlite::Error) -> Error {
    match source {
        rusqlite::Error::MultipleStatement => Error::NotOneRead,
        // The input of a failed prepare, with the engine's message.
        rusqlite::Error::SqlInputError { error, msg, .. }
            if error.code == ErrorCode::AuthorizationForStatementDenied =>
        {
            Error::Refused { source: rusqlite::Error::SqliteFailure(error, Some(msg)).into() }
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => {
            Error::Query { source: rusqlite::Error::SqliteFailure(error, Some(msg)).into() }
        }
        source => Error::Query { source: source.into() },
    }
}

/// The log's index is held by a writer that is starting or ending.
fn is_shared_index(extended: i32) -> bool {
    use rusqlite::ffi::{SQLITE_READONLY_CANTINIT, SQLITE_READONLY_CANTLOCK, SQLITE_READONLY_RECOVERY};
    [SQLITE_READONLY_CANTINIT, SQLITE_READONLY_CANTLOCK, SQLITE_READONLY_RECOVERY].contains(&extended)
}

/// Whether the connection is as good as before.
fn is_harmless(error: &Error) -> bool {
    matches!(
        error,
        Error::Query { .. }
            | Error::Overflow { .. }
            | Error::Refused { .. }
            | Error::NotOneRead
            | Error::TooBig { .. }
            | Error::Moved { .. }
            | Error::Timeout
            | Error::Cancelled
    )
}

impl Opened {
    fn has_log(&self) -> bool {
        self.file.as_ref().is_some_and(|(stamp, _)| stamp.has_log())
    }

    fn transact<T>(
        &mut self,
        stop: &Arc<Stop>,
        job: &mut impl FnMut(&Session<'_>) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let watched = stop.clone();
        self.connection.progress_handler(STEPS, Some(move || watched.check().is_err()))?;
        self.connection.busy_timeout(Duration::ZERO)?;
        self.connection.execute_batch("BEGIN")?;
        let connection = &self.connection;
        let identity = self.file.as_ref().map(|(stamp, _)| stamp.identity());
        let outcome = token(connection, identity)
            .map_err(Trouble::from)
            .and_then(|token| job(&Session { connection, gate: &self.gate, token }));
        // Ending the transaction must not be stopped by what stopped the job.
        self.connection.progress_handler(0, None::<fn() -> bool>)?;
        let ended = self.connection.execute_batch("ROLLBACK");
        let value = outcome?;
        ended?;
        Ok(value)
    }
}

/// The schema's token: the engine's schema counter, the newest object, and which file it is. A file
/// overwritten in place by one with equal counter and equal newest object is not told apart.
fn token(connection: &Connection, identity: Option<(u64, u64)>) -> rusqlite::Result<Token> {
    let version: i64 = connection.prepare_cached("PRAGMA schema_version")?.query_row([], |row| row.get(0))?;
    let mut newest = connection.prepare_cached(include_str!("sql/newest.sql"))?;
    let mut rows = newest.query([])?;
    let newest = match rows.next()? {
        None => String::new(),
        Some(row) => format!("{}.{:016x}", row.get::<_, i64>(0)?, catalog::sketch_hash(&row.get::<_, String>(1)?)),
    };
    let (device, inode) = identity.unwrap_or_default();
    Ok(Token(format!("{version}/{newest}@{device:x}.{inode:x}")))
}

/// Stops a running statement in two ways: the progress handler asks it between engine steps, and
/// tripping interrupts, which also ends the few operations that take no steps (a count of all rows).
struct Stop {
    cancel: CancellationToken,
    deadline: Option<Instant>,
    tripped: AtomicBool,
    /// Present only while a connection works for this job, so that no other job is interrupted.
    handle: Mutex<Option<InterruptHandle>>,
}

impl Stop {
    fn new(scope: &Scope) -> Stop {
        Stop {
            cancel: scope.cancel.clone(),
            deadline: scope.deadline,
            tripped: AtomicBool::new(false),
            handle: Mutex::new(None),
        }
    }

    fn check(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            Err(Error::Cancelled)
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            Err(Error::Timeout)
        } else if self.tripped.load(Ordering::Relaxed) {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    fn hold(&self, handle: InterruptHandle) {
        *self.lock() = Some(handle);
    }

    fn release(&self) {
        *self.lock() = None;
    }

    fn trip(&self) {
        self.tripped.store(true, Ordering::Relaxed);
        if let Some(handle) = self.lock().as_ref() {
            handle.interrupt();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<InterruptHandle>> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Trips when dropped.
struct Fuse(Arc<Stop>);

impl Drop for Fuse {
    fn drop(&mut self) {
        self.0.trip();
    }
}
