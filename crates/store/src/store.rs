//! Opening the file, and sharing its connection.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::error::Error;
use crate::file::create_private;
use crate::migrate::{migrate, of_engine};

/// How long another process's write is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The state of this user on this machine. Cheap to clone; clones share one connection. All methods
/// block.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    path: Arc<PathBuf>,
}

impl Store {
    /// Opens or creates the file, readable by its owner only since it holds samples of data, and
    /// migrates an older one.
    pub fn open(path: &Path) -> Result<Store, Error> {
        let unwritable = |e: std::io::Error| Error::Unwritable { path: path.to_owned(), source: Box::new(e) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(unwritable)?;
        }
        if !path.exists() {
            create_private(path).map_err(unwritable)?;
        }
        let engine = |e| of_engine(path, e);
        let mut connection = Connection::open(path).map_err(engine)?;
        connection.busy_timeout(PATIENCE).map_err(engine)?;
        migrate(&mut connection, path)?;
        // Where the file system cannot do WAL, the engine keeps its rollback journal.
        connection.pragma_update(None, "journal_mode", "WAL").map_err(engine)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(engine)?;
        Ok(Store { connection: Arc::new(Mutex::new(connection)), path: Arc::new(path.to_owned()) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs work on the connection, and says in our words what the engine said.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut connection).map_err(|e| of_engine(&self.path, e))
    }
}
