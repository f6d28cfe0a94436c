//! What can go wrong with a scan.

use fault::{Fault, Kind};

/// Errors of scanning.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder cannot be read.
    #[error("the folder cannot be read")]
    Folder {
        /// What the system said.
        source: std::io::Error,
    },
    /// It was told to end.
    #[error("the scan was stopped")]
    Stopped,
}

impl Error {
    /// The error as users meet it.
    pub fn fault(&self) -> Fault {
        match self {
            Error::Folder { .. } => Fault::new(Kind::Missing, "codemod.folder", self.to_string())
                .caused_by(self)
                .hint("name a folder that exists and can be read"),
            Error::Stopped => Fault::new(Kind::Cancelled, "codemod.stopped", self.to_string()),
        }
    }
}
