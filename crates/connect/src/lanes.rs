//! Connections to a server: a few, each used by one caller at a time, none left running anything.
//!
//! Every job runs inside of one read transaction. A caller that gives up, is out of time or vanishes stops its
//! statement on the server, through a second connection; the connection it used is closed, not used again.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use crate::database::Token;
use crate::error::Error;
use crate::scope::Scope;

/// Connections to one database at once.
const CONNECTIONS: usize = 4;
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(60);
/// How long a server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long stopping a statement may take before its caller gets an answer anyway.
const GRACE: Duration = Duration::from_secs(1);

/// Between two attempts at stopping a statement: the first may come before it began.
const PAUSE: Duration = Duration::from_millis(30);
/// Attempts before a server is left alone: it is as good as gone.
const ATTEMPTS: usize = 100;

/// Stops on the server whatever a connection runs at that moment.
pub type Stopper = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// A connection to a server.
#[async_trait]
pub trait Link: Send + Sized + 'static {
    /// All that is needed to make one.
    type Way: Send + Sync + 'static;

    /// Connects, and closes the gates of the session.
    async fn open(way: &Self::Way) -> Result<Self, Error>;

    /// Whether it can be used.
    fn is_open(&self) -> bool;

    /// How to stop what it runs.
    fn stopper(&self) -> Stopper;

    /// Begins a read transaction whose statements end by themselves after the given time; returns the schema's token.
    async fn begin(&mut self, time: Option<Duration>) -> Result<Token, Error>;

    /// Ends the transaction.
    async fn end(&mut self) -> Result<(), Error>;
}

/// The connections to one database.
pub struct Lanes<L: Link> {
    way: L::Way,
    idle: Mutex<Vec<(L, Instant)>>,
    permits: Arc<Semaphore>,
}

impl<L: Link> Lanes<L> {
    /// Without connections; they are made when needed.
    pub fn new(way: L::Way) -> Arc<Lanes<L>> {
        Arc::new(Lanes { way, idle: Mutex::new(Vec::new()), permits: Arc::new(Semaphore::new(CONNECTIONS)) })
    }

    /// How connections are made.
    pub fn way(&self) -> &L::Way {
        &self.way
    }

    /// Runs a job inside of a read transaction, until done or until the scope ends. The work has a task of its own,
    /// which outlives the call for as long as it takes to stop the server.
    pub async fn run<T, F>(self: &Arc<Self>, scope: &Scope, job: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'l> FnOnce(&'l mut L, Token) -> BoxFuture<'l, Result<T, Error>> + Send + 'static,
    {
        scope.check()?;
        let permit = self.permits.clone().acquire_owned();
        let permit = tokio::select! {
            permit = permit => permit.map_err(|_| Error::Worker)?,
            error = scope.ended() => return Err(error),
        };
        // Also when the caller drops this future.
        let scope = Scope { cancel: scope.cancel.child_token(), ..scope.clone() };
        let _fuse = scope.cancel.clone().drop_guard();
        let (lanes, theirs) = (self.clone(), scope.clone());
        let mut task = tokio::spawn(async move {
            let outcome = lanes.work(&theirs, job).await;
            drop(permit);
            outcome
        });
        let done = tokio::select! {
            done = &mut task => done,
            error = scope.ended() => tokio::time::timeout(GRACE, task).await.unwrap_or(Ok(Err(error))),
        };
        done.unwrap_or(Err(Error::Worker))
    }

    async fn work<T, F>(&self, scope: &Scope, job: F) -> Result<T, Error>
    where
        F: for<'l> FnOnce(&'l mut L, Token) -> BoxFuture<'l, Result<T, Error>> + Send,
    {
        let (mut link, token) = tokio::select! {
            begun = self.begin(scope) => begun?,
            error = scope.ended() => return Err(error),
        };
        let stop = link.stopper();
        let (outcome, ended) = {
            let mut done = pin!(async {
                let outcome = job(&mut link, token).await;
                // A connection that cannot end its transaction is not used again.
                (outcome, link.end().await.is_ok())
            });
            tokio::select! {
                done = &mut done => done,
                error = scope.ended() => {
                    stop_until(&stop, done).await;
                    return Err(error);
                }
            }
        };
        let sound = ended && outcome.as_ref().err().is_none_or(is_harmless);
        if sound && link.is_open() {
            self.lock().push((link, Instant::now()));
        }
        outcome
    }

    /// A connection inside of a fresh transaction. One that was left unused may have died meanwhile.
    async fn begin(&self, scope: &Scope) -> Result<(L, Token), Error> {
        // The server's own clock is the second line: ours has to come first to say what happened.
        let time = scope.deadline.map(|d| d.saturating_duration_since(Instant::now()) + GRACE);
        while let Some(mut link) = self.take() {
            match link.begin(time).await {
                Ok(token) => return Ok((link, token)),
                Err(Error::Lost { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let opened = tokio::time::timeout(PATIENCE, L::open(&self.way)).await;
        let mut link = opened.unwrap_or(Err(Error::Timeout))?;
        let token = link.begin(time).await?;
        Ok((link, token))
    }

    fn take(&self) -> Option<L> {
        let mut idle = self.lock();
        idle.retain(|(link, since)| link.is_open() && since.elapsed() < IDLE);
        idle.pop().map(|(link, _)| link)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(L, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stops what runs on the server until it says that it did.
async fn stop_until(stop: &Stopper, mut done: Pin<&mut impl Future>) {
    for _ in 0..ATTEMPTS {
        // One that hangs is given up: the next may get through.
        let _ = tokio::time::timeout(GRACE, stop()).await;
        if tokio::time::timeout(PAUSE, &mut done).await.is_ok() {
            return;
        }
    }
}

/// Whether the connection is as good as before.
fn is_harmless(error: &Error) -> bool {
    matches!(
        error,
        Error::Query { .. }
            | Error::Unknown { .. }
            | Error::Overflow { .. }
            | Error::Refused { .. }
            | Error::Forbidden { .. }
            | Error::NotOneRead
            | Error::TooBig { .. }
            | Error::Moved { .. }
    )
}
