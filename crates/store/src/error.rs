//! What can go wrong with the state.

use std::path::PathBuf;

use fault::{Fault, Kind};

/// Errors of the embedded state.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be created or written.
    #[error("the state file {} cannot be written", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system or the engine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A newer version of the program wrote it.
    #[error("the state file {} has format {found}, newer than the {known} known here", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format of this version.
        known: i64,
    },
    /// The file is somebody else's.
    #[error("{} is not a state file", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("the state file {} is damaged", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What the engine found.
        source: rusqlite::Error,
    },
    /// Another process holds it for longer than we waited.
    #[error("the state file {} is locked by another process", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The engine failed otherwise.
    #[error("the state file {} could not be used", path.display())]
    Engine {
        /// The file.
        path: PathBuf,
        /// What the engine said.
        source: rusqlite::Error,
    },
    /// What was to be kept could not be written down.
    #[error("the snapshot could not be written down")]
    Encode {
        /// Why.
        source: serde_json::Error,
    },
}

impl Error {
    /// The error as users meet it.
    pub fn fault(&self) -> Fault {
        let (kind, code, hint) = match self {
            Error::Unwritable { .. } => {
                (Kind::Denied, "store.unwritable", "check the folder, or choose another one for state")
            }
            Error::Newer { .. } => {
                (Kind::Config, "store.newer", "use the newer version, or choose another folder for state")
            }
            Error::Foreign { .. } => (Kind::Config, "store.foreign", "choose another path for the state file"),
            Error::Corrupt { .. } => {
                (Kind::Corrupt, "store.corrupt", "move the file away: it holds only what can be read again")
            }
            Error::Busy { .. } => (Kind::Busy, "store.busy", "try again in a moment"),
            Error::Engine { .. } => (Kind::Unavailable, "store.engine", "check the disk and its free space"),
            Error::Encode { .. } => (Kind::Internal, "store.encode", ""),
        };
        let fault = Fault::new(kind, code, self.to_string()).caused_by(self);
        if hint.is_empty() { fault } else { fault.hint(hint) }
    }
}
