//! What every command gets: settings, streams, the clock, and the way to be stopped.

use connect::Scope;
use fault::{Fault, Kind};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::console::Console;
use crate::error::Error;
use crate::progress::Spinner;
use crate::settings::{Places, Settings};

/// The surroundings of one run.
pub struct Context {
    /// Configuration and flags.
    pub settings: Settings,
    /// Where configuration came from.
    pub places: Places,
    /// What was wrong with the configuration; only commands that look into that run then.
    pub misconfigured: Option<Fault>,
    /// The streams.
    pub console: Console,
    /// The time at which the run started; the only reading of the system's clock.
    pub now: Timestamp,
    /// Set when the user gives up.
    pub cancel: CancellationToken,
    /// Shows progress, where somebody looks.
    pub spinner: Option<Spinner>,
}

impl Context {
    /// A scope without a deadline.
    pub fn scope(&self) -> Scope {
        let progress = self.spinner.as_ref().map(Spinner::listener);
        Scope { cancel: self.cancel.clone(), progress, ..Scope::new(self.now) }
    }

    /// Prints styled text.
    pub fn print(&self, text: &str) -> Result<(), Error> {
        self.end_progress();
        Ok(self.console.print(text)?)
    }

    /// Prints data as it is.
    pub fn print_data(&self, text: &str) -> Result<(), Error> {
        self.end_progress();
        Ok(self.console.print_data(text)?)
    }

    /// Prints a notice to standard error.
    pub fn notice(&self, text: &str) {
        self.end_progress();
        self.console.notice(text);
    }

    /// Prints styled text to standard error, however quiet the run is.
    pub fn complain(&self, text: &str) {
        self.end_progress();
        self.console.complain(text);
    }

    /// Takes progress off the screen, before anything else is shown.
    pub fn end_progress(&self) {
        if let Some(spinner) = &self.spinner {
            spinner.end();
        }
    }
}

/// Runs blocking work on a thread of its own; given up when the scope is cancelled, in which case the
/// thread is left to end by itself.
pub async fn blocking<T: Send + 'static>(scope: &Scope, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let worker = tokio::task::spawn_blocking(work);
    tokio::select! {
        done = worker => done.map_err(|_| Fault::new(Kind::Internal, "quaestor.worker", "a thread ended without a result").into()),
        () = scope.cancel.cancelled() => Err(connect::Error::Cancelled.into()),
    }
}
