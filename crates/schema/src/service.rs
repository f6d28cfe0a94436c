//! The service that the rest asks for the present schema.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use catalog::{Catalog, Statistics, TableName, Use, fingerprint};
use connect::{Database, Problem, Scope, Token};
use fault::Fault;
use jiff::{SignedDuration, Timestamp};
use store::{Reading, Retention, SavedSnapshot, SeenChanges, Store};
use tokio::sync::broadcast;

use crate::discover::{Discovery, discover};
use crate::error::Error;
use crate::level::Level;
use crate::sampling::{self, Sampling};
use crate::seen::{self, Seen};
use crate::snapshot::{Coverage, Snapshot};

/// How far statistics may lag behind data that changed. The schema never lags.
const LAG: SignedDuration = SignedDuration::from_mins(5);

/// How schemas are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How hard a rate-limited source may be asked.
    pub level: Level,
    /// What sampling may cost.
    pub sampling: Sampling,
    /// How long what changed is kept.
    pub retention: Retention,
}

/// Steps that a listener may be behind before it misses some.
const BACKLOG: usize = 256;
/// Questions of which the impact of a change is told, at the most: the latest different ones.
const KNOWN_USES: usize = 500;

/// The present schema of one database. Share it behind `Arc`.
pub struct Schemas {
    database: Arc<dyn Database>,
    store: Option<Store>,
    options: Options,
    held: Mutex<Option<Arc<Snapshot>>>,
    /// Held while a snapshot is taken: others wait for it instead of taking one too.
    flight: tokio::sync::Mutex<()>,
    trouble: Mutex<Option<Fault>>,
    /// When the held snapshot was last found to hold.
    held_at: Mutex<Option<Timestamp>>,
    listeners: broadcast::Sender<Arc<Seen>>,
}

impl Schemas {
    /// A service with the default options.
    pub fn new(database: Arc<dyn Database>, store: Option<Store>) -> Schemas {
        Schemas::with_options(database, store, Options::default())
    }

    /// A service with these options.
    pub fn with_options(database: Arc<dyn Database>, store: Option<Store>, options: Options) -> Schemas {
        let (held, trouble) = (Mutex::new(None), Mutex::new(None));
        let (held_at, listeners) = (Mutex::new(None), broadcast::channel(BACKLOG).0);
        let flight = tokio::sync::Mutex::new(());
        Schemas { database, store, options, held, flight, trouble, held_at, listeners }
    }

    /// The database.
    pub fn database(&self) -> &Arc<dyn Database> {
        &self.database
    }

    /// Why the last snapshot could not be kept for the next run, if so. Answers do not depend on it.
    pub fn trouble(&self) -> Option<Fault> {
        lock(&self.trouble).clone()
    }

    /// Hears of changes from now on, in their order. Who is more than a few hundred steps behind misses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Seen>> {
        self.listeners.subscribe()
    }

    /// The state that outlives the process, if there is one.
    pub fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// Notes what a question used, for the impact of changes and for warming. Failing at it fails no question.
    pub async fn note_use(&self, scope: &Scope, what: Use) {
        let Some(store) = self.store.clone() else { return };
        let (source, keep) = (self.database.address(), self.options.retention.changes);
        let reading = Reading { at: scope.now, what };
        let saved = tokio::task::spawn_blocking(move || store.save_reading(&source, &reading, keep)).await;
        if let Ok(Err(error)) = saved {
            *lock(&self.trouble) = Some(error.fault());
        }
    }

    /// The snapshot that holds now: its token was equal to the database's during this call. Cost: one
    /// token; a discovery after a change of the schema; a sampling some minutes after data changed.
    pub async fn current(&self, scope: &Scope) -> Result<Arc<Snapshot>, Error> {
        let token = self.database.token(scope).await?;
        if let Some(fresh) = self.fresh(scope, &token).await? {
            return Ok(fresh);
        }
        let _flight = self.board(scope).await?;
        // Whoever was in flight before may have brought what we want, or even newer.
        let token = self.database.token(scope).await?;
        if let Some(fresh) = self.fresh(scope, &token).await? {
            return Ok(fresh);
        }
        if lock(&self.held).is_none() {
            *lock(&self.held) = self.restore().await.map(Arc::new);
            if let Some(fresh) = self.fresh(scope, &token).await? {
                return Ok(fresh);
            }
        }
        let before = lock(&self.held).clone();
        let snapshot = Arc::new(self.take(scope, &token).await?);
        let last_held = *lock(&self.held_at);
        self.keep(scope, &snapshot).await;
        if let Some(before) = before.filter(|before| before.fingerprint != snapshot.fingerprint) {
            let not_before = last_held.unwrap_or(before.taken_at).min(scope.now);
            self.tell(scope, &before, &snapshot, not_before).await;
        }
        Ok(snapshot)
    }

    /// Compares the schema with the one before, keeps what changed, and tells who listens.
    async fn tell(&self, scope: &Scope, before: &Arc<Snapshot>, after: &Arc<Snapshot>, not_before: Timestamp) {
        let (before, after, now) = (before.clone(), after.clone(), scope.now);
        let (store, keep) = (self.store.clone(), self.options.retention);
        let compare = move || {
            let uses = store.as_ref().map_or_else(Vec::new, |store| known_uses(store, &after.source));
            let seen = seen::between(&before, &after, not_before, now, &uses)?;
            let (epoch_before, epoch_after) = (&seen.epoch_before, &seen.epoch_after);
            let kept = SeenChanges { at: now, not_before, epoch_before, epoch_after, changes: &seen.changes };
            let saved = store.map_or(Ok(true), |store| store.save_changes(&seen.source, kept, keep));
            Some((seen, saved))
        };
        let Ok(Some((seen, saved))) = tokio::task::spawn_blocking(compare).await else { return };
        if let Err(error) = saved {
            *lock(&self.trouble) = Some(error.fault());
        }
        // Nobody may be listening.
        let _ = self.listeners.send(Arc::new(seen));
    }

    /// Takes back that the held snapshot holds, whatever its token says: the next call of [`Schemas::current`] reads the
    /// schema anew. For a source whose token comes late, when a table turned out to be another.
    pub fn distrust(&self) {
        let mut held = lock(&self.held);
        if let Some(snapshot) = held.take() {
            *held = Some(Arc::new(snapshot.of_token(Token(String::new()))));
        }
    }

    /// Samples the named tables now, whatever is known of them, and returns the snapshot with it.
    pub async fn refine(&self, scope: &Scope, tables: &[TableName]) -> Result<Arc<Snapshot>, Error> {
        let current = self.current(scope).await?;
        let _flight = self.board(scope).await?;
        let base = lock(&self.held).clone().unwrap_or(current);
        let wanted = tables.iter().filter_map(|name| base.catalog.table(name).cloned()).collect();
        let more = sampling::sample(&self.database, scope, wanted, self.options.sampling).await?;
        let mut statistics = (*base.statistics).clone();
        statistics.tables.extend(more.tables);
        let snapshot = Arc::new(base.with_statistics(statistics));
        self.keep(scope, &snapshot).await;
        Ok(snapshot)
    }

    /// The held snapshot if it holds for this token, and its statistics are not too far behind.
    async fn fresh(&self, scope: &Scope, token: &Token) -> Result<Option<Arc<Snapshot>>, Error> {
        let Some(held) = lock(&self.held).clone().filter(|held| held.token == *token) else { return Ok(None) };
        *lock(&self.held_at) = Some(scope.now);
        if is_recent(held.taken_at, scope.now) {
            return Ok(Some(held));
        }
        let mark = self.database.data_mark(scope).await?;
        Ok((mark == held.data_mark).then_some(held))
    }

    /// Waits for the flight, unless the scope ends first.
    async fn board(&self, scope: &Scope) -> Result<tokio::sync::MutexGuard<'_, ()>, Error> {
        let deadline = async {
            match scope.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            flight = self.flight.lock() => Ok(flight),
            () = scope.cancel.cancelled() => Err(connect::Error::Cancelled.into()),
            () = deadline => Err(connect::Error::Timeout.into()),
        }
    }

    /// Takes a snapshot, with what of the held one still holds.
    async fn take(&self, scope: &Scope, token: &Token) -> Result<Snapshot, Error> {
        let held = lock(&self.held).clone();
        // Before the rows are looked at: a change during the look must show as a change later.
        let data_mark = self.database.data_mark(scope).await?;
        let discovery = match &held {
            Some(held) if held.token == *token => as_discovered(held),
            _ => discover(&self.database, scope, self.options.level).await?,
        };
        self.refuse_nothing(&discovery.catalog, held.as_deref())?;
        let mut statistics = still_good(held.as_deref(), &discovery.catalog, scope.now);
        // What is kept was taken of the data then; so is the whole, until it is sampled anew.
        let (taken_at, data_mark) = match held {
            Some(held) if !statistics.tables.is_empty() => (held.taken_at, held.data_mark.clone()),
            _ => (scope.now, data_mark),
        };
        let mut wanted = sampling::rank(&discovery.catalog);
        wanted.retain(|table| !statistics.tables.contains_key(&table.name));
        let sampled = sampling::sample(&self.database, scope, wanted, self.options.sampling).await?;
        statistics.tables.extend(sampled.tables);
        Ok(self.snapshot(discovery, statistics, data_mark, taken_at))
    }

    /// An empty catalog never takes the place of one with tables.
    fn refuse_nothing(&self, catalog: &Catalog, held: Option<&Snapshot>) -> Result<(), Error> {
        match held.map(|held| held.coverage.read()) {
            Some(before) if before > 0 && catalog.tables().next().is_none() => {
                Err(Error::Emptied { source_name: self.database.address(), before })
            }
            _ => Ok(()),
        }
    }

    fn snapshot(
        &self,
        discovery: Discovery,
        statistics: Statistics,
        data_mark: Option<Token>,
        taken_at: Timestamp,
    ) -> Snapshot {
        let fingerprint = fingerprint::of_catalog(&discovery.catalog);
        Snapshot {
            source: self.database.address(),
            fingerprint,
            epoch: fingerprint.to_string().chars().take(12).collect(),
            coverage: Coverage::of(&discovery.catalog, &statistics),
            catalog: discovery.catalog,
            statistics: Arc::new(statistics),
            token: discovery.token,
            data_mark,
            taken_at,
            problems: discovery.problems,
        }
    }

    /// Holds the snapshot, and keeps it for the next run. Failing at the latter fails no question.
    async fn keep(&self, scope: &Scope, snapshot: &Arc<Snapshot>) {
        *lock(&self.held) = Some(snapshot.clone());
        *lock(&self.held_at) = Some(scope.now);
        let Some(store) = self.store.clone() else { return };
        let (snapshot, now, age) = (snapshot.clone(), scope.now, self.options.retention.snapshots);
        let saved =
            tokio::task::spawn_blocking(move || store.save_snapshot(&snapshot.source, &to_saved(&snapshot), now, age));
        *lock(&self.trouble) = match saved.await {
            Ok(outcome) => outcome.err().map(|error| error.fault()),
            Err(_) => None,
        };
    }

    /// What the last run kept, if it can be read.
    async fn restore(&self) -> Option<Snapshot> {
        let (store, source) = (self.store.clone()?, self.database.address());
        let saved = tokio::task::spawn_blocking(move || store.snapshot(&source)).await.ok()?;
        match saved {
            Ok(saved) => saved.map(|saved| self.of_saved(saved)),
            Err(error) => {
                *lock(&self.trouble) = Some(error.fault());
                None
            }
        }
    }

    fn of_saved(&self, saved: SavedSnapshot) -> Snapshot {
        let problems = saved.problems.into_iter().map(|(name, why)| Problem { name, why }).collect();
        let discovery = Discovery { catalog: saved.catalog, token: Token(saved.token), problems };
        let statistics = Arc::unwrap_or_clone(saved.statistics);
        self.snapshot(discovery, statistics, saved.data_mark.map(Token), saved.taken_at)
    }
}

/// The latest different questions. What cannot be read counts as nothing: the impact is then unknown.
fn known_uses(store: &Store, source: &str) -> Vec<Use> {
    let mut uses: Vec<Use> = Vec::new();
    let mut seen = HashSet::new();
    for reading in store.readings(source).unwrap_or_default().into_iter().rev() {
        if uses.len() < KNOWN_USES && seen.insert(reading.what.name.clone()) {
            uses.push(reading.what);
        }
    }
    uses
}

fn to_saved(snapshot: &Snapshot) -> SavedSnapshot {
    SavedSnapshot {
        token: snapshot.token.0.clone(),
        data_mark: snapshot.data_mark.as_ref().map(|mark| mark.0.clone()),
        taken_at: snapshot.taken_at,
        catalog: snapshot.catalog.clone(),
        statistics: snapshot.statistics.clone(),
        problems: snapshot.problems.iter().map(|p| (p.name.clone(), p.why.clone())).collect(),
    }
}

fn as_discovered(held: &Snapshot) -> Discovery {
    Discovery { catalog: held.catalog.clone(), token: held.token.clone(), problems: held.problems.clone() }
}

/// The held statistics of tables that did not change, if they are recent.
fn still_good(held: Option<&Snapshot>, catalog: &Catalog, now: Timestamp) -> Statistics {
    let Some(held) = held.filter(|held| is_recent(held.taken_at, now)) else { return Statistics::default() };
    let is_same = |name: &TableName| catalog.table(name).is_some() && catalog.table(name) == held.catalog.table(name);
    let mut statistics = (*held.statistics).clone();
    statistics.tables.retain(|name, _| is_same(name));
    statistics
}

fn is_recent(taken_at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(taken_at);
    !age.is_negative() && age < LAG
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
