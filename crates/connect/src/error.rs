//! What can go wrong at the door.

use fault::{Fault, Kind};

/// Errors of connections and statements.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The deadline passed.
    #[error("the statement did not finish in time")]
    Timeout,
    /// The caller gave up.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// The error as users meet it.
    pub fn fault(&self) -> Fault {
        match self {
            Error::Timeout => Fault::new(Kind::Timeout, "connect.timeout", self.to_string()),
            Error::Cancelled => Fault::new(Kind::Cancelled, "connect.cancelled", self.to_string()),
        }
    }
}
