//! Why a command ended early.

use fault::{Fault, Kind};

/// Errors of this program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A fault, of this room or of one below.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Standard output cannot be written. Where its reader is gone, that is no trouble of ours.
    #[error("the output cannot be written")]
    Output {
        /// What the system said.
        #[from]
        source: std::io::Error,
    },
}

impl Error {
    /// The error as users meet it; none where nobody is there to meet it.
    pub fn fault(self) -> Option<Fault> {
        match self {
            Error::Fault(fault) => Some(fault),
            Error::Output { source } if source.kind() == std::io::ErrorKind::BrokenPipe => None,
            Error::Output { .. } => {
                Some(Fault::new(Kind::Unavailable, "quaestor.output", self.to_string()).caused_by(&self))
            }
        }
    }
}

impl From<Box<Fault>> for Error {
    fn from(fault: Box<Fault>) -> Self {
        Error::Fault(*fault)
    }
}

impl From<connect::Error> for Error {
    fn from(error: connect::Error) -> Self {
        Error::Fault(error.fault())
    }
}

impl From<schema::Error> for Error {
    fn from(error: schema::Error) -> Self {
        Error::Fault(error.fault())
    }
}
