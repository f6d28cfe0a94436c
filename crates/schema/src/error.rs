//! What can go wrong with a schema.

use fault::{Fault, Kind};

/// Errors of discovery.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database could not be read.
    #[error(transparent)]
    Connect(#[from] connect::Error),
    /// The source shows nothing where it showed tables before.
    #[error("{source_name} lists no tables any more; {before} were known")]
    Emptied {
        /// The source.
        source_name: String,
        /// Tables known before.
        before: usize,
    },
}

impl Error {
    /// The error as users meet it.
    pub fn fault(&self) -> Fault {
        match self {
            Error::Connect(error) => error.fault(),
            Error::Emptied { .. } => Fault::new(Kind::Missing, "schema.emptied", self.to_string())
                .hint("check that it is the right file and that the restore or migration has finished"),
        }
    }
}
