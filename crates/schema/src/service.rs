//! The service that the rest asks for the present schema.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use catalog::{Catalog, Fingerprint, Statistics, TableName, Use};
use connect::{Database, Scope, Token};
use fault::Fault;
use jiff::{SignedDuration, Timestamp};
use store::{Reading, Retention, SeenChanges, Store};
use tokio::sync::{OwnedMutexGuard, broadcast};
use tokio_util::sync::CancellationToken;

use crate::counts::{Counters, Counts, count};
use crate::discover::{Discovery, rediscover};
use crate::error::Error;
use crate::expiry::Experience;
use crate::keep::{of_saved, to_saved};
use crate::level::Level;
use crate::sampling::{self, Sampling};
use crate::seen::{self, Seen};
use crate::snapshot::{Expiry, Snapshot};

/// How far statistics may lag behind data that changed. The schema never lags.
const LAG: SignedDuration = SignedDuration::from_mins(5);
/// How long a reading behind the answers may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long after a failed reading behind the answers the next one is tried.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

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

/// The present schema of one database. Cheap to clone; clones are one service.
#[derive(Clone)]
pub struct Schemas {
    inner: Arc<Inner>,
}

struct Inner {
    database: Arc<dyn Database>,
    store: Option<Store>,
    options: Options,
    held: Mutex<Held>,
    /// Held while a snapshot is taken: others wait for it instead of taking one too.
    flight: Arc<tokio::sync::Mutex<()>>,
    trouble: Mutex<Option<Fault>>,
    experience: Mutex<Experience>,
    counters: Counters,
    listeners: broadcast::Sender<Arc<Seen>>,
}

/// What is held, and what speaks against it.
#[derive(Default)]
struct Held {
    snapshot: Option<Arc<Snapshot>>,
    /// When it was last found to hold.
    at: Option<Timestamp>,
    doubt: Option<Doubt>,
    /// What was read because of the last doubt: another one about the same is answered by reading everything.
    reread: Option<Fingerprint>,
    /// No reading behind the answers before.
    rest: Option<Timestamp>,
    /// When the reading began that the snapshot came of.
    begun: Option<Instant>,
    /// The last snapshot that was of one moment: changes are told from one such to the next.
    settled: Option<Arc<Snapshot>>,
}

/// How a snapshot that does not hold is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    /// What moved, by the marks of the engine.
    Marks,
    /// All of it, whatever the marks say.
    Everything,
}

/// How what is held stands at a moment.
enum Standing {
    Holds(Arc<Snapshot>),
    /// It may be used while it is read again.
    Ages(Arc<Snapshot>),
    Over,
}

/// What a caller had to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// Nothing but what a former run kept.
    None,
    /// A reading, its own or another caller's.
    Waited,
}

/// What is known of a source, also of one that cannot be reached.
#[derive(Debug)]
pub struct Known {
    /// The latest snapshot.
    pub snapshot: Arc<Snapshot>,
    /// Why it may be older than now, and when it was last found to hold.
    pub outage: Option<(Error, Timestamp)>,
}

impl Schemas {
    /// A service with the default options.
    pub fn new(database: Arc<dyn Database>, store: Option<Store>) -> Schemas {
        Schemas::with_options(database, store, Options::default())
    }

    /// A service with these options.
    pub fn with_options(database: Arc<dyn Database>, store: Option<Store>, options: Options) -> Schemas {
        let inner = Inner {
            database,
            store,
            options,
            held: Mutex::default(),
            flight: Arc::default(),
            trouble: Mutex::default(),
            experience: Mutex::default(),
            counters: Counters::default(),
            listeners: broadcast::channel(BACKLOG).0,
        };
        Schemas { inner: Arc::new(inner) }
    }

    /// The database.
    pub fn database(&self) -> &Arc<dyn Database> {
        &self.inner.database
    }

    /// Why the last snapshot could not be kept for the next run, or read anew behind the answers, if so. Answers do not
    /// depend on it.
    pub fn trouble(&self) -> Option<Fault> {
        lock(&self.inner.trouble).clone()
    }

    /// What came of the calls so far.
    pub fn counts(&self) -> Counts {
        self.inner.counters.read()
    }

    /// Hears of changes from now on, in their order. Who is more than a few hundred steps behind misses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Seen>> {
        self.inner.listeners.subscribe()
    }

    /// The state that outlives the process, if there is one.
    pub fn store(&self) -> Option<&Store> {
        self.inner.store.as_ref()
    }

    /// Notes what a question used, for the impact of changes, for warming, and for how long things live.
    pub async fn note_use(&self, scope: &Scope, what: Use) {
        lock(&self.inner.experience).used(&what.tables, scope.now);
        let Some(store) = self.inner.store.clone() else { return };
        let (source, keep) = (self.inner.database.address(), self.inner.options.retention.changes);
        let reading = Reading { at: scope.now, what };
        let saved = tokio::task::spawn_blocking(move || store.save_reading(&source, &reading, keep)).await;
        if let Ok(Err(error)) = saved {
            *lock(&self.inner.trouble) = Some(error.fault());
        }
    }

    /// Adds what was counted to what is kept of the source over all runs; at the end of one. Failing at it is noted as trouble.
    pub async fn settle(&self) {
        let (Some(store), counts) = (self.inner.store.clone(), self.inner.counters.take()) else { return };
        let source = self.inner.database.address();
        let saved = tokio::task::spawn_blocking(move || store.add_counts(&source, &counts.named())).await;
        if let Ok(Err(error)) = saved {
            *lock(&self.inner.trouble) = Some(error.fault());
        }
    }

    /// The snapshot that holds now: its token was equal to the database's during this call, or, where there is no token, its
    /// time is not over. Cost: one token; a reading of what moved after a change of the schema; a sampling some minutes
    /// after data changed.
    pub async fn current(&self, scope: &Scope) -> Result<Arc<Snapshot>, Error> {
        let asked = Instant::now();
        let token = self.inner.database.token(scope).await?;
        let counters = &self.inner.counters;
        match self.standing(scope, &token).await? {
            Standing::Holds(fresh) => {
                count(&counters.hits);
                return Ok(fresh);
            }
            Standing::Ages(aging) => {
                count(&counters.hits);
                count(&counters.soft);
                self.renew_behind(scope);
                return Ok(aging);
            }
            Standing::Over => {}
        }
        let flight = self.board(scope).await?;
        let renewed = self.renew(scope, asked, flight).await;
        match &renewed {
            Ok((_, Effort::None)) => count(&counters.hits),
            Ok((_, Effort::Waited)) => count(&counters.misses),
            Err(_) => [&counters.misses, &counters.failures].into_iter().for_each(count),
        }
        renewed.map(|(snapshot, _)| snapshot)
    }

    /// The present snapshot; where the source cannot be reached, the last one that is known, and why. For what may be told of
    /// a source that is down; no answer is computed over it.
    pub async fn known(&self, scope: &Scope) -> Result<Known, Error> {
        let outage = match self.current(scope).await {
            Ok(snapshot) => return Ok(Known { snapshot, outage: None }),
            Err(Error::Connect(error)) if error.is_outage() => Error::Connect(error),
            Err(error) => return Err(error),
        };
        self.restore_if_none().await;
        let held = lock(&self.inner.held);
        let Some(snapshot) = held.snapshot.clone() else { return Err(outage) };
        count(&self.inner.counters.stale);
        let since = held.at.unwrap_or(snapshot.taken_at);
        Ok(Known { snapshot, outage: Some((outage, since)) })
    }

    /// Reads anew behind the answers, unless somebody does so already or has just failed at it.
    fn renew_behind(&self, scope: &Scope) {
        let Ok(flight) = self.inner.flight.clone().try_lock_owned() else { return };
        if lock(&self.inner.held).rest.is_some_and(|rest| scope.now < rest) {
            return;
        }
        let deadline = Some(Instant::now() + PATIENCE);
        let scope = Scope { deadline, cancel: CancellationToken::new(), progress: None, ..scope.clone() };
        let this = self.clone();
        tokio::spawn(async move {
            let _flight = flight;
            if let Err(error) = this.renew_aged(&scope).await {
                count(&this.inner.counters.failures);
                *lock(&this.inner.trouble) = Some(error.fault());
                lock(&this.inner.held).rest = scope.now.checked_add(PAUSE).ok();
            }
        });
    }

    /// Takes a snapshot in the place of one that ages, in the flight of the caller.
    async fn renew_aged(&self, scope: &Scope) -> Result<(), Error> {
        let token = self.inner.database.token(scope).await?;
        match self.standing(scope, &token).await? {
            Standing::Holds(_) => Ok(()),
            Standing::Ages(_) | Standing::Over => self.replace(scope, &token).await.map(drop),
        }
    }

    /// Takes a snapshot, unless whoever was in flight before brought one that holds.
    async fn renew(
        &self,
        scope: &Scope,
        asked: Instant,
        _flight: OwnedMutexGuard<()>,
    ) -> Result<(Arc<Snapshot>, Effort), Error> {
        if let Some(fresh) = self.read_since(asked) {
            return Ok((fresh, Effort::Waited));
        }
        let token = self.inner.database.token(scope).await?;
        if let Standing::Holds(fresh) | Standing::Ages(fresh) = self.standing(scope, &token).await? {
            return Ok((fresh, Effort::Waited));
        }
        if self.restore_if_none().await
            && let Standing::Holds(fresh) | Standing::Ages(fresh) = self.standing(scope, &token).await?
        {
            return Ok((fresh, Effort::None));
        }
        Ok((self.replace(scope, &token).await?, Effort::Waited))
    }

    /// Takes a snapshot and holds it in the place of the one before, with all who hear of changes.
    async fn replace(&self, scope: &Scope, token: &Token) -> Result<Arc<Snapshot>, Error> {
        let begun = Instant::now();
        let (before, last_held) = {
            let held = lock(&self.inner.held);
            (held.settled.clone().or_else(|| held.snapshot.clone()), held.at)
        };
        let snapshot = Arc::new(self.take(scope, token).await?);
        lock(&self.inner.held).begun = Some(begun);
        self.keep(scope, &snapshot).await;
        if !snapshot.settled {
            return Ok(snapshot);
        }
        if let Some(before) = before.filter(|before| before.fingerprint != snapshot.fingerprint) {
            let not_before = last_held.unwrap_or(before.taken_at).min(scope.now);
            self.tell(scope, &before, &snapshot, not_before).await;
        }
        Ok(snapshot)
    }

    /// Compares the schema with the one before, keeps what changed, and tells who listens.
    async fn tell(&self, scope: &Scope, before: &Arc<Snapshot>, after: &Arc<Snapshot>, not_before: Timestamp) {
        let (before, after, now) = (before.clone(), after.clone(), scope.now);
        let (store, keep) = (self.inner.store.clone(), self.inner.options.retention);
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
            *lock(&self.inner.trouble) = Some(error.fault());
        }
        // Nobody may be listening.
        let _ = self.inner.listeners.send(Arc::new(seen));
    }

    /// Takes back that the held snapshot holds, whatever its token says: the next call of [`Schemas::current`] reads what
    /// moved, and if that was nothing, the call behind the next doubt reads everything. For a source whose token comes late,
    /// when a table turned out to be another.
    pub fn distrust(&self) {
        let mut held = lock(&self.inner.held);
        let again = held.reread.is_some() && held.reread == held.snapshot.as_ref().map(|s| s.fingerprint);
        held.doubt = Some(if again { Doubt::Everything } else { Doubt::Marks });
    }

    /// Samples the named tables now, whatever is known of them, and returns the snapshot with it.
    pub async fn refine(&self, scope: &Scope, tables: &[TableName]) -> Result<Arc<Snapshot>, Error> {
        let current = self.current(scope).await?;
        let _flight = self.board(scope).await?;
        let base = lock(&self.inner.held).snapshot.clone().unwrap_or(current);
        let wanted = tables.iter().filter_map(|name| base.catalog.table(name).cloned()).collect();
        let more = sampling::sample(&self.inner.database, scope, wanted, self.inner.options.sampling).await?;
        let mut statistics = (*base.statistics).clone();
        statistics.tables.extend(more.tables);
        let snapshot = Arc::new(base.with_statistics(statistics));
        self.keep(scope, &snapshot).await;
        Ok(snapshot)
    }

    /// Whether what is held holds for this token, or still lives, and its statistics are not too far behind.
    async fn standing(&self, scope: &Scope, token: &Token) -> Result<Standing, Error> {
        let (snapshot, ages) = {
            let mut held = lock(&self.inner.held);
            let Some(snapshot) = held.snapshot.clone().filter(|s| s.token == *token) else { return Ok(Standing::Over) };
            let lives = match (token.is_none(), snapshot.expiry) {
                (true, Some(expiry)) => scope.now < expiry.hard,
                (no_token, _) => !no_token,
            };
            if held.doubt.is_some() || !lives {
                return Ok(Standing::Over);
            }
            if !token.is_none() {
                held.at = Some(scope.now);
            }
            let ages = token.is_none() && snapshot.expiry.is_some_and(|expiry| scope.now >= expiry.soft);
            (snapshot, ages)
        };
        let follows = is_recent(snapshot.taken_at, scope.now)
            || self.inner.database.data_mark(scope).await? == snapshot.data_mark;
        Ok(match (follows, ages) {
            (false, _) => Standing::Over,
            (true, true) => Standing::Ages(snapshot),
            (true, false) => Standing::Holds(snapshot),
        })
    }

    /// Waits for the flight, unless the scope ends first.
    async fn board(&self, scope: &Scope) -> Result<OwnedMutexGuard<()>, Error> {
        tokio::select! {
            flight = self.inner.flight.clone().lock_owned() => Ok(flight),
            error = scope.ended() => Err(error.into()),
        }
    }

    /// Takes a snapshot, with what of the held one still holds.
    async fn take(&self, scope: &Scope, token: &Token) -> Result<Snapshot, Error> {
        let (held, doubt) = {
            let held = lock(&self.inner.held);
            (held.snapshot.clone(), held.doubt)
        };
        let held = held.as_deref();
        let (database, options) = (&self.inner.database, self.inner.options);
        // Before the rows are looked at: a change during the look must show as a change later.
        let data_mark = database.data_mark(scope).await?;
        let (discovery, expiry) = self.discovered(scope, token, (held, doubt)).await?;
        self.refuse_nothing(&discovery.catalog, held)?;
        let mut statistics = still_good(held, &discovery.catalog, scope.now);
        // What is kept was taken of the data then; so is the whole, until it is sampled anew.
        let (taken_at, data_mark) = match held {
            Some(held) if !statistics.tables.is_empty() => (held.taken_at, held.data_mark.clone()),
            _ => (scope.now, data_mark),
        };
        let mut wanted = sampling::rank(&discovery.catalog);
        wanted.retain(|table| !statistics.tables.contains_key(&table.name));
        let sampled = sampling::sample(database, scope, wanted, options.sampling).await?;
        statistics.tables.extend(sampled.tables);
        let whole = Snapshot::of(database.address(), discovery, statistics, held);
        Ok(Snapshot { data_mark, taken_at, expiry, ..whole })
    }

    /// The schema: the held one where it holds, else read anew, as far as it moved.
    async fn discovered(
        &self,
        scope: &Scope,
        token: &Token,
        (held, doubt): (Option<&Snapshot>, Option<Doubt>),
    ) -> Result<(Discovery, Option<Expiry>), Error> {
        let (database, counters) = (&self.inner.database, &self.inner.counters);
        let lives = |held: &&Snapshot| !token.is_none() || held.expiry.is_some_and(|expiry| scope.now < expiry.soft);
        if let Some(held) = held.filter(|held| held.token == *token && doubt.is_none()).filter(lives) {
            count(&counters.samplings);
            return Ok((held.discovery(), held.expiry));
        }
        let before = held.filter(|_| doubt != Some(Doubt::Everything)).map(Snapshot::discovery);
        let discovery = rediscover(database, scope, self.inner.options.level, before.as_ref()).await?;
        count(&counters.loads);
        counters.objects.fetch_add(discovery.read as u64, Ordering::Relaxed);
        let expiry = discovery.token.is_none().then(|| {
            let read = (database.address(), &*discovery.catalog);
            let store = self.inner.store.as_ref();
            lock(&self.inner.experience).next(held, (&read.0, read.1), store, scope.now)
        });
        Ok((discovery, expiry))
    }

    /// An empty catalog never takes the place of one with tables.
    fn refuse_nothing(&self, catalog: &Catalog, held: Option<&Snapshot>) -> Result<(), Error> {
        match held.map(|held| held.coverage.read()) {
            Some(before) if before > 0 && catalog.tables().next().is_none() => {
                Err(Error::Emptied { source_name: self.inner.database.address(), before })
            }
            _ => Ok(()),
        }
    }

    /// Holds the snapshot, and keeps it for the next run. Failing at the latter fails no question.
    async fn keep(&self, scope: &Scope, snapshot: &Arc<Snapshot>) {
        {
            let mut held = lock(&self.inner.held);
            held.reread = held.doubt.take().map(|_| snapshot.fingerprint);
            (held.snapshot, held.at, held.rest) = (Some(snapshot.clone()), Some(scope.now), None);
            if snapshot.settled {
                held.settled = Some(snapshot.clone());
            }
        }
        // What is of no one moment is nothing to begin the next run with, or to compare with.
        let Some(store) = self.inner.store.clone().filter(|_| snapshot.settled) else { return };
        let (snapshot, now, age) = (snapshot.clone(), scope.now, self.inner.options.retention.snapshots);
        let saved =
            tokio::task::spawn_blocking(move || store.save_snapshot(&snapshot.source, &to_saved(&snapshot), now, age));
        *lock(&self.inner.trouble) = match saved.await {
            Ok(outcome) => outcome.err().map(|error| error.fault()),
            Err(_) => None,
        };
    }

    /// What is held, if it was read behind a moment, whether or not the schema moved since: it is no older than what the caller asks.
    fn read_since(&self, moment: Instant) -> Option<Arc<Snapshot>> {
        let held = lock(&self.inner.held);
        let is_young = held.doubt.is_none() && held.begun.is_some_and(|begun| begun >= moment);
        held.snapshot.clone().filter(|_| is_young)
    }

    /// Where nothing is held yet, holds what the last run kept. Returns whether nothing was held.
    async fn restore_if_none(&self) -> bool {
        let is_none = lock(&self.inner.held).snapshot.is_none();
        if is_none {
            let restored = self.restore().await.map(Arc::new);
            lock(&self.inner.held).snapshot = restored;
        }
        is_none
    }

    /// What the last run kept, if it can be read.
    async fn restore(&self) -> Option<Snapshot> {
        let (store, source) = (self.inner.store.clone()?, self.inner.database.address());
        let address = source.clone();
        let saved = tokio::task::spawn_blocking(move || store.snapshot(&address)).await.ok()?;
        match saved {
            Ok(saved) => saved.map(|saved| of_saved(source, saved)),
            Err(error) => {
                *lock(&self.inner.trouble) = Some(error.fault());
                None
            }
        }
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
