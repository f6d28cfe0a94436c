//! The service against real files that change under it.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests panic as tests do

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use catalog::{TableName, TableStatistics, Use, Value};
use connect::sqlite::Sqlite;
use connect::{Choice, Database, Error, Fetched, Inspected, Listed, Prints, SampleRequest, Scope, Slice, Token};
use fault::Kind;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use schema::{Level, Options, Sampling, Schemas, Warmer, discover};
use sql::{Dialect, ReadOnly};
use store::Store;

/// A real database whose calls are counted, and that asks for batches if told so.
struct Watched {
    inner: Sqlite,
    batches: bool,
    inspections: AtomicUsize,
    largest: AtomicUsize,
    samples: AtomicUsize,
    /// Whether it answers without a token, and without a mark of its data.
    blind: AtomicBool,
    /// Whether it cannot be reached.
    down: AtomicBool,
    /// Whether its token is another one each time.
    restless: AtomicBool,
    /// How long an inspection takes.
    slow: Duration,
    /// Objects that were inspected.
    objects: Mutex<Vec<String>>,
    /// Name of a table whose reading fails.
    bad: Option<&'static str>,
}

impl Watched {
    fn new(path: &Path) -> Watched {
        let count = || AtomicUsize::new(0);
        let inner = Sqlite::file(path.to_owned());
        Watched {
            inner,
            batches: false,
            inspections: count(),
            largest: count(),
            samples: count(),
            blind: AtomicBool::new(false),
            down: AtomicBool::new(false),
            restless: AtomicBool::new(false),
            slow: Duration::ZERO,
            objects: Mutex::default(),
            bad: None,
        }
    }

    fn counts(&self) -> (usize, usize) {
        (self.inspections.load(Ordering::Relaxed), self.samples.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl Database for Watched {
    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect()
    }
    fn address(&self) -> String {
        self.inner.address()
    }
    fn wants_batches(&self) -> bool {
        self.batches
    }
    async fn version(&self, scope: &Scope) -> Result<String, Error> {
        self.inner.version(scope).await
    }
    async fn token(&self, scope: &Scope) -> Result<Token, Error> {
        if self.down.load(Ordering::Relaxed) {
            return Err(Error::Unreachable { place: self.address(), source: "no route".into() });
        }
        let mut token = self.inner.token(scope).await?;
        if self.restless.load(Ordering::Relaxed) {
            static NEXT: AtomicUsize = AtomicUsize::new(0);
            token.0 += &format!("#{}", NEXT.fetch_add(1, Ordering::Relaxed));
        }
        Ok(if self.blind.load(Ordering::Relaxed) { Token::none() } else { token })
    }
    async fn prints(&self, scope: &Scope) -> Result<Option<Prints>, Error> {
        self.inner.prints(scope).await
    }
    async fn data_mark(&self, scope: &Scope) -> Result<Option<Token>, Error> {
        if self.blind.load(Ordering::Relaxed) {
            return Ok(None);
        }
        self.inner.data_mark(scope).await
    }
    async fn list(&self, scope: &Scope) -> Result<Vec<Listed>, Error> {
        self.inner.list(scope).await
    }
    async fn inspect(&self, scope: &Scope, names: &[TableName]) -> Result<Inspected, Error> {
        self.inspections.fetch_add(1, Ordering::Relaxed);
        self.largest.fetch_max(names.len(), Ordering::Relaxed);
        *self.objects.lock().unwrap() = names.iter().map(ToString::to_string).collect();
        tokio::time::sleep(self.slow).await;
        if names.iter().any(|n| Some(n.name.as_str()) == self.bad) {
            return Err(Error::Timeout);
        }
        self.inner.inspect(scope, names).await
    }
    async fn sample(&self, scope: &Scope, request: &SampleRequest) -> Result<TableStatistics, Error> {
        self.samples.fetch_add(1, Ordering::Relaxed);
        self.inner.sample(scope, request).await
    }
    async fn query(&self, scope: &Scope, statement: &ReadOnly, planned: &Slice) -> Result<Fetched, Error> {
        self.inner.query(scope, statement, planned).await
    }
}

const TABLES: &str = "CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE sale (id INTEGER PRIMARY KEY, client INTEGER REFERENCES client, day DATE, amount DECIMAL(15, 2));
    INSERT INTO client VALUES (1, 'Acme'); INSERT INTO sale VALUES (1, 1, '2024-01-31', 12.5);";

fn write(path: &Path, statements: &str) {
    Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    write(&path, TABLES);
    (folder, path)
}

fn at(minutes: i64) -> Scope {
    Scope::new(Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes))
}

fn name(name: &str) -> TableName {
    TableName::bare(name)
}

#[tokio::test]
async fn a_snapshot_is_reused_until_the_schema_changes() {
    let (_folder, path) = folder();
    let database = Arc::new(Watched::new(&path));
    let schemas = Schemas::new(database.clone(), None);
    let first = schemas.current(&at(0)).await.unwrap();
    assert_eq!((first.catalog.len(), first.coverage.is_complete(), first.epoch.len()), (2, true, 12));
    assert_eq!(database.counts(), (1, 2));
    assert!(Arc::ptr_eq(&first, &schemas.current(&at(1)).await.unwrap()));
    write(&path, "ALTER TABLE sale ADD COLUMN note TEXT");
    let second = schemas.current(&at(2)).await.unwrap();
    assert_eq!(second.catalog.table(&name("sale")).unwrap().columns.len(), 5);
    assert_ne!((&second.epoch, second.fingerprint), (&first.epoch, first.fingerprint));
    assert_eq!(database.counts(), (2, 3), "only the changed table was sampled again");
    assert!(second.statistics.tables[&name("sale")].columns.contains_key("note"));
}

#[tokio::test]
async fn statistics_follow_the_data_some_minutes_behind() {
    let (_folder, path) = folder();
    let database = Arc::new(Watched::new(&path));
    let schemas = Schemas::new(database.clone(), None);
    let latest = |s: &schema::Snapshot| s.statistics.tables[&name("sale")].columns["day"].extent.clone().unwrap().max;
    schemas.current(&at(0)).await.unwrap();
    assert_eq!(latest(&schemas.current(&at(60)).await.unwrap()), Value::from("2024-01-31"));
    assert_eq!(database.counts(), (1, 2), "nothing changed: nothing is sampled again, however late");
    write(&path, "INSERT INTO sale VALUES (2, 1, '2024-02-29', 1)");
    let later = schemas.current(&at(61)).await.unwrap();
    assert_eq!((latest(&later), later.statistics.tables[&name("sale")].rows), (Value::from("2024-02-29"), Some(2)));
    assert_eq!(database.counts(), (1, 4), "the schema did not change and was not read again");
    // Reused statistics do not pass for new ones: the change of client's rows shows in time.
    write(&path, "INSERT INTO client VALUES (2, 'Bolt'); ALTER TABLE sale ADD COLUMN note TEXT");
    assert_eq!(schemas.current(&at(63)).await.unwrap().statistics.tables[&name("client")].rows, Some(1));
    assert_eq!(schemas.current(&at(67)).await.unwrap().statistics.tables[&name("client")].rows, Some(2));
}

#[tokio::test]
async fn the_next_run_starts_from_what_the_last_one_kept() {
    let (folder, path) = folder();
    let state = folder.path().join("state/state.sqlite");
    let store = || Some(Store::open(&state).unwrap());
    let first = Schemas::new(Arc::new(Watched::new(&path)), store()).current(&at(0)).await.unwrap();
    let database = Arc::new(Watched::new(&path));
    let schemas = Schemas::new(database.clone(), store());
    assert_eq!(*schemas.current(&at(500)).await.unwrap(), *first);
    assert_eq!((database.counts(), schemas.trouble()), ((0, 0), None));
    // A schema that moved meanwhile is read again, and the file put in place of another too.
    write(&path, "CREATE TABLE more (a)");
    let database = Arc::new(Watched::new(&path));
    assert_eq!(Schemas::new(database.clone(), store()).current(&at(501)).await.unwrap().catalog.len(), 3);
    assert_eq!(database.counts().0, 1);
    std::fs::rename(&path, folder.path().join("old.db")).unwrap();
    write(&path, &format!("{TABLES} CREATE TABLE MORE (a);"));
    let replaced = Schemas::new(Arc::new(Watched::new(&path)), store()).current(&at(502)).await.unwrap();
    assert!(replaced.catalog.table(&name("MORE")).is_some());
}

#[tokio::test]
async fn state_that_cannot_be_kept_fails_no_question() {
    let (folder, path) = folder();
    let state = folder.path().join("state.sqlite");
    let store = Store::open(&state).unwrap();
    write(&state, "DROP TABLE snapshot");
    let schemas = Schemas::new(Arc::new(Watched::new(&path)), Some(store));
    assert_eq!(schemas.current(&at(0)).await.unwrap().catalog.len(), 2);
    assert_eq!(schemas.trouble().unwrap().code, "store.engine");
}

#[tokio::test]
async fn callers_at_the_same_time_share_one_reading() {
    let (_folder, path) = folder();
    let database = Arc::new(Watched::new(&path));
    let schemas = Arc::new(Schemas::new(database.clone(), None));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let schemas = schemas.clone();
        callers.spawn(async move { schemas.current(&at(0)).await.unwrap().epoch.clone() });
    }
    let epochs = callers.join_all().await;
    assert!(epochs.len() == 1_000 && epochs.iter().all(|epoch| *epoch == epochs[0]));
    assert_eq!(database.counts(), (1, 2));
    let counts = schemas.counts();
    assert_eq!((counts.loads, counts.objects, counts.hits + counts.misses), (1, 2, 1_000));
}

/// Waits until the reading behind the answers has brought another snapshot.
async fn renewed(schemas: &Schemas, loads: u64) {
    for _ in 0..500 {
        if schemas.counts().loads == loads {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing was read anew: {:?}", schemas.counts());
}

#[tokio::test]
async fn without_a_token_what_was_read_expires_softly_and_then_hard() {
    let (_folder, path) = folder();
    let mut watched = Watched::new(&path);
    watched.blind = AtomicBool::new(true);
    watched.slow = Duration::from_millis(200);
    let database = Arc::new(watched);
    let schemas = Schemas::new(database.clone(), None);
    let first = schemas.current(&at(0)).await.unwrap();
    let expiry = first.expiry.unwrap();
    let seconds = |t: Timestamp| t.duration_since(expiry.loaded).as_secs();
    assert!((300..=14_400).contains(&seconds(expiry.hard)), "{expiry:?}");
    assert!(expiry.loaded < expiry.soft && expiry.soft < expiry.hard);
    let scope = |at: Timestamp| Scope::new(at);
    let second = SignedDuration::from_secs(1);
    write(&path, "CREATE TABLE more (a)");
    // Within its life it is used, since nothing says that it does not hold.
    assert!(Arc::ptr_eq(&first, &schemas.current(&scope(expiry.soft - second)).await.unwrap()));
    assert_eq!(schemas.counts().loads, 1);
    // At its end it is used once more, by however many, while one reading runs behind them.
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let (schemas, scope) = (schemas.clone(), scope(expiry.soft));
        callers.spawn(async move { schemas.current(&scope).await.unwrap().catalog.len() });
    }
    assert!(callers.join_all().await.iter().all(|tables| *tables == 2), "nobody waited");
    renewed(&schemas, 2).await;
    let later = loop {
        let later = schemas.current(&scope(expiry.soft)).await.unwrap();
        if later.catalog.len() == 3 {
            break later;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(schemas.counts().loads, 2, "one reading for a thousand callers");
    assert_eq!(later.expiry.unwrap().loaded, expiry.soft, "the life begins with the reading");
    assert!(later.expiry.unwrap().hard.duration_since(expiry.soft) < expiry.hard.duration_since(expiry.loaded));
    // Behind its end nobody is answered from it.
    write(&path, "DROP TABLE more");
    assert_eq!(schemas.current(&scope(later.expiry.unwrap().hard)).await.unwrap().catalog.len(), 2);
}

#[tokio::test]
async fn an_expiry_is_kept_with_what_was_read() {
    let (folder, path) = folder();
    let state = folder.path().join("state.sqlite");
    let blind = || {
        let watched = Watched::new(&path);
        watched.blind.store(true, Ordering::Relaxed);
        Arc::new(watched)
    };
    let first = Schemas::new(blind(), Some(Store::open(&state).unwrap())).current(&at(0)).await.unwrap();
    let database = blind();
    let schemas = Schemas::new(database.clone(), Some(Store::open(&state).unwrap()));
    assert_eq!(schemas.current(&at(1)).await.unwrap().expiry, first.expiry);
    assert_eq!(database.counts().0, 0);
    let late = Scope::new(first.expiry.unwrap().hard);
    assert_eq!(schemas.current(&late).await.unwrap().expiry.unwrap().loaded, late.now);
}

#[tokio::test]
async fn a_source_that_is_down_is_told_of_as_it_was_known_and_asked_in_vain() {
    let (folder, path) = folder();
    let state = folder.path().join("state.sqlite");
    let database = Arc::new(Watched::new(&path));
    let store = || Some(Store::open(&state).unwrap());
    let schemas = Schemas::new(database.clone(), store());
    let good = schemas.current(&at(0)).await.unwrap();
    schemas.current(&at(7)).await.unwrap();
    database.down.store(true, Ordering::Relaxed);
    assert_eq!(schemas.current(&at(60)).await.unwrap_err().fault().code, "connect.unreachable");
    let known = schemas.known(&at(60)).await.unwrap();
    assert_eq!((known.snapshot.fingerprint, known.outage.unwrap().1), (good.fingerprint, at(7).now));
    // Another process knows it too, from what was kept.
    let next = Schemas::new(database.clone(), store());
    let known = next.known(&at(60)).await.unwrap();
    assert_eq!((known.snapshot.fingerprint, known.outage.unwrap().1), (good.fingerprint, at(0).now));
    assert_eq!(next.counts().stale, 1);
    // Who knows nothing has nothing to tell, and who gives up is not told of the past.
    assert!(Schemas::new(database.clone(), None).known(&at(60)).await.is_err());
    database.down.store(false, Ordering::Relaxed);
    assert!(schemas.known(&at(61)).await.unwrap().outage.is_none());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(schemas.known(&at(62)).await.unwrap_err().fault().code, "connect.missing");
}

#[tokio::test]
async fn of_a_changed_schema_only_what_moved_is_read_again() {
    let (_folder, path) = folder();
    let many: String = (0..1_000).map(|i| format!("CREATE TABLE t{i} (id INTEGER PRIMARY KEY, a TEXT);")).collect();
    write(&path, &many);
    let database = Arc::new(Watched::new(&path));
    let sampling = Sampling { time: Duration::ZERO, ..Sampling::default() };
    let options = Options { sampling, ..Options::default() };
    let schemas = Schemas::with_options(database.clone(), None, options);
    let read = async |statements: &str| {
        write(&path, statements);
        let now = schemas.current(&at(1)).await.unwrap();
        let whole = Schemas::with_options(Arc::new(Sqlite::file(path.clone())), None, options);
        assert_eq!(now.catalog, whole.current(&at(1)).await.unwrap().catalog, "{statements}");
        let mut objects = database.objects.lock().unwrap().clone();
        objects.sort();
        objects
    };
    assert_eq!(read("").await.len(), 1_002);
    assert_eq!(read("ALTER TABLE t7 ADD COLUMN b TEXT").await, ["t7"]);
    assert_eq!(read("CREATE INDEX i ON t8 (a)").await, ["t8"]);
    assert_eq!(read("ALTER TABLE client RENAME COLUMN id TO number").await, ["client", "sale"], "a reference names it");
    assert_eq!(read("CREATE VIEW v AS SELECT * FROM t9").await, ["v"]);
    assert_eq!(read("ALTER TABLE t9 ADD COLUMN b TEXT").await, ["t9", "v"], "a view shows it");
    assert_eq!(read("DROP TABLE t10").await, ["t9", "v"], "nothing was read for what is gone");
    assert_eq!(schemas.counts().objects, 1_002 + 1 + 1 + 2 + 1 + 2);
}

#[tokio::test]
async fn a_doubt_reads_what_moved_and_the_next_one_everything() {
    let (_folder, path) = folder();
    let database = Arc::new(Watched::new(&path));
    let schemas = Schemas::new(database.clone(), None);
    schemas.current(&at(0)).await.unwrap();
    schemas.distrust();
    schemas.current(&at(0)).await.unwrap();
    assert_eq!(database.counts().0, 1, "no mark moved");
    schemas.distrust();
    schemas.current(&at(0)).await.unwrap();
    assert_eq!(database.counts().0, 2, "the marks are not believed again");
    assert!(schemas.current(&at(0)).await.is_ok());
    assert_eq!(database.counts().0, 2);
}

#[tokio::test]
async fn a_schema_that_never_rests_is_used_and_neither_told_nor_kept() {
    let (folder, path) = folder();
    let database = Arc::new(Watched::new(&path));
    let store = Store::open(&folder.path().join("state.db")).unwrap();
    let schemas = Schemas::new(database.clone(), Some(store.clone()));
    let rested = schemas.current(&at(0)).await.unwrap();
    let mut listener = schemas.subscribe();
    database.restless.store(true, Ordering::Relaxed);
    write(&path, "CREATE TABLE more (x INT)");
    let moving = schemas.current(&at(1)).await.unwrap();
    assert!(rested.settled && !moving.settled);
    assert!(moving.catalog.table(&name("more")).is_some(), "it is as it was read");
    assert!(listener.try_recv().is_err(), "no change is told of what is of no one moment");
    assert_eq!(store.snapshot(&database.address()).unwrap().unwrap().token, rested.token.0);
    database.restless.store(false, Ordering::Relaxed);
    assert!(schemas.current(&at(2)).await.unwrap().settled);
    let told: Vec<String> = listener.try_recv().unwrap().changes.iter().map(|c| c.table.name.clone()).collect();
    assert_eq!(told, ["more"], "from the last moment that is known to this one");
}

#[tokio::test]
async fn nothing_and_failure_take_the_place_of_nothing() {
    let (_folder, path) = folder();
    let schemas = Schemas::new(Arc::new(Watched::new(&path)), None);
    let good = schemas.current(&at(0)).await.unwrap();
    write(&path, "DROP TABLE sale; DROP TABLE client");
    let fault = schemas.current(&at(0)).await.unwrap_err().fault();
    assert_eq!((fault.kind, fault.code.as_str()), (Kind::Missing, "schema.emptied"));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(schemas.current(&at(0)).await.unwrap_err().fault().code, "connect.missing");
    write(&path, TABLES);
    assert_eq!(schemas.current(&at(0)).await.unwrap().fingerprint, good.fingerprint);
    // An empty database that always was one is a fact.
    let empty = path.with_file_name("empty.db");
    std::fs::write(&empty, "").unwrap();
    assert!(Schemas::new(Arc::new(Watched::new(&empty)), None).current(&at(0)).await.unwrap().catalog.is_empty());
}

#[tokio::test]
async fn what_does_not_fit_the_budget_is_said_and_can_be_asked_for() {
    let (_folder, path) = folder();
    let sampling = Sampling { total_rows: 1, ..Sampling::default() };
    let options = Options { sampling, ..Options::default() };
    let schemas = Schemas::with_options(Arc::new(Watched::new(&path)), None, options);
    write(&path, "CREATE TABLE zero (a); CREATE VIEW broken AS SELECT * FROM gone;");
    let none = Options { sampling: Sampling { time: Duration::ZERO, ..sampling }, ..options };
    let unsampled = Schemas::with_options(Arc::new(Watched::new(&path)), None, none);
    let snapshot = unsampled.current(&at(0)).await.unwrap();
    assert_eq!(snapshot.coverage.unsampled, [name("client"), name("sale"), name("zero")]);
    assert_eq!((snapshot.coverage.read(), &snapshot.coverage.unread[..]), (3, &[name("broken")][..]));
    assert_eq!(snapshot.problems[0].name, name("broken"));
    let partial = schemas.current(&at(0)).await.unwrap();
    assert!(!partial.coverage.unsampled.is_empty());
    let wanted = partial.coverage.unsampled[0].clone();
    let refined = schemas.refine(&at(0), std::slice::from_ref(&wanted)).await.unwrap();
    assert!(refined.statistics.tables.contains_key(&wanted));
    assert!(Arc::ptr_eq(&refined, &schemas.current(&at(0)).await.unwrap()));
}

#[tokio::test]
async fn a_rate_limited_source_is_read_in_batches_and_in_part() {
    let (_folder, path) = folder();
    let many: String = (0..60).map(|i| format!("CREATE TABLE t{i:02} (a, b, c, d, e, f, g, h, i, j);")).collect();
    write(&path, &many);
    let mut watched = Watched::new(&path);
    (watched.batches, watched.bad) = (true, Some("t30"));
    let watched = Arc::new(watched);
    let database: Arc<dyn Database> = watched.clone();
    let found = discover(&database, &at(0), Level::Basic).await.unwrap();
    let read = found.catalog.tables().count();
    assert_eq!(found.catalog.len(), 62, "all are listed");
    assert_eq!(read + found.problems.len(), 62);
    assert!(read > 40 && found.problems.iter().any(|p| p.name == name("t30")), "{read}");
    assert_eq!(watched.largest.load(Ordering::Relaxed), 10);
    // Ten columns each and fifty per batch: five tables, after the first wave.
    assert!(watched.counts().0 >= 2 + 42 / 5);
    let mut all_bad = Watched::new(&path);
    (all_bad.batches, all_bad.bad) = (true, Some("client"));
    let all_bad: Arc<dyn Database> = Arc::new(all_bad);
    write(&path, &(0..60).map(|i| format!("DROP TABLE t{i:02};")).collect::<String>());
    assert!(discover(&all_bad, &at(0), Level::Aggressive).await.is_err(), "nothing read is a failure");
}

#[tokio::test]
async fn cancelling_ends_the_call() {
    let (_folder, path) = folder();
    let schemas = Schemas::new(Arc::new(Watched::new(&path)), None);
    let scope = at(0);
    scope.cancel.cancel();
    assert_eq!(schemas.current(&scope).await.unwrap_err().fault().kind, Kind::Cancelled);
    assert!(schemas.current(&at(0)).await.is_ok());
}

#[tokio::test]
async fn what_did_not_fit_the_budget_is_looked_at_before_it_is_asked_for() {
    let (folder, path) = folder();
    write(&path, &(0..6).map(|i| format!("CREATE TABLE t{i} (a); INSERT INTO t{i} VALUES (1);")).collect::<String>());
    let store = Store::open(&folder.path().join("state.db")).unwrap();
    let sampling = Sampling { total_rows: 2, ..Sampling::default() };
    let options = Options { sampling, ..Options::default() };
    let schemas = Schemas::with_options(Arc::new(Watched::new(&path)), Some(store), options);
    let day = 1_440;
    for week in 0..6 {
        let tables = [name("t4"), name("t5")].into();
        let what = Use { what: "question".into(), name: "how many".into(), tables, columns: [].into() };
        schemas.note_use(&at(week * 7 * day + 5), what).await;
    }
    let now = 6 * 7 * day;
    let before = schemas.current(&at(now)).await.unwrap();
    assert!(before.coverage.unsampled.contains(&name("t4")) && before.coverage.unsampled.contains(&name("t3")));
    let mut warmer = Warmer::default();
    assert_eq!(warmer.round(&schemas, &at(now), None).await.unwrap(), [name("t4"), name("t5")]);
    let after = schemas.current(&at(now)).await.unwrap();
    assert!(after.statistics.tables.contains_key(&name("t4")) && after.coverage.unsampled.contains(&name("t3")));
    assert_eq!(warmer.round(&schemas, &at(now + 1), None).await.unwrap(), [], "not yet time for another round");
    let pinned = Choice::parse("t3").unwrap();
    assert_eq!(warmer.round(&schemas, &at(now + 6), Some(&pinned)).await.unwrap(), [name("t3")]);
}
