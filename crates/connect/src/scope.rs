//! What travels with every call: how long, until when, how much, and who hears of progress.

use std::sync::Arc;
use std::time::Instant;

use catalog::Value;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// Ceilings of one statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows handed out; one more is fetched to learn whether there are more.
    pub rows: u64,
    /// Bytes of values handed out.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { rows: 100_000, bytes: 256 << 20 }
    }
}

impl Limits {
    /// Whether one more row is too much, where so many were handed out and it brings the bytes to so many.
    pub(crate) fn are_passed(self, rows: usize, bytes: u64) -> bool {
        rows as u64 >= self.rows || bytes > self.bytes
    }
}

/// Bytes that a cell hands out, for [`Limits::bytes`].
pub fn size(value: &Value) -> u64 {
    match value {
        Value::Null => 1,
        Value::Text(text) | Value::Json(text) | Value::Other { text, .. } => text.len() as u64,
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::Decimal(number) => number.digits().max(8),
        Value::Array(items) => items.iter().map(size).sum(),
        _ => 8,
    }
}

/// Hears how far long work has come: what is done, how much of it, of how much.
pub type Progress = Arc<dyn Fn(&str, u64, Option<u64>) + Send + Sync>;

/// Deadline, cancellation, clock, limits and progress of one request. Cheap to clone.
#[derive(Clone)]
pub struct Scope {
    /// When work stops, if ever.
    pub deadline: Option<Instant>,
    /// Set when the caller gives up.
    pub cancel: CancellationToken,
    /// What "now" is; nothing below the fronts asks the system.
    pub now: Timestamp,
    /// Ceilings of each statement.
    pub limits: Limits,
    /// Who hears of progress, if anybody.
    pub progress: Option<Progress>,
}

impl Scope {
    /// A scope without a deadline.
    pub fn new(now: Timestamp) -> Self {
        Scope { deadline: None, cancel: CancellationToken::new(), now, limits: Limits::default(), progress: None }
    }

    /// The same scope with a deadline no later than `latest`.
    #[must_use]
    pub fn until(&self, latest: Instant) -> Self {
        let deadline = Some(self.deadline.map_or(latest, |own| own.min(latest)));
        Scope { deadline, ..self.clone() }
    }

    /// Whether work should stop: cancelled, or past the deadline.
    pub fn check(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Error::Timeout),
            _ => Ok(()),
        }
    }

    /// Completes when work should stop, with the reason.
    pub async fn ended(&self) -> Error {
        let deadline = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.cancel.cancelled() => Error::Cancelled,
            () = deadline => Error::Timeout,
        }
    }

    /// Tells whoever listens.
    pub fn report(&self, what: &str, done: u64, of: Option<u64>) {
        if let Some(progress) = &self.progress {
            progress(what, done, of);
        }
    }
}
