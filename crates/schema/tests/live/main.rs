//! A writer changes a schema as fast as it can, while eight readers ask: no answer rests on a schema that was not there
//! between its question and itself. `QUAESTOR_LIVE_SECONDS` says how long, a few seconds where it is not set; with
//! `--nocapture` it is told what came of it.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests panic as tests do

mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use catalog::{Table, Value};
use connect::{Address, Database, Error, Scope, Slice};
use jiff::Timestamp;
use mysql_async::prelude::Queryable;
use schema::replay::Chance;
use schema::{Options, Sampling, Schemas, hit_ratio};
use sql::{Expr, Item, Select, Source};
use testkit::Server;
use testkit::server::Engine;
use world::{Form, Oracle, Tongue, World};

const READERS: u64 = 8;
/// How often a question is planned anew when the schema changes under it.
const ATTEMPTS: usize = 3;

fn seconds() -> f64 {
    std::env::var("QUAESTOR_LIVE_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3.0)
}

fn scope() -> Scope {
    Scope::new(Timestamp::now())
}

/// Who changes the schema: a session of the engine's own.
enum Writer {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
    Mariadb(Box<mysql_async::Conn>),
}

impl Writer {
    async fn run(&mut self, script: String) {
        match self {
            Writer::Sqlite(connection) => tokio::task::block_in_place(|| connection.execute_batch(&script)).unwrap(),
            Writer::Postgres(client) => client.batch_execute(&script).await.unwrap(),
            Writer::Mariadb(connection) => {
                for statement in script.split(';').filter(|s| !s.trim().is_empty()) {
                    connection.query_drop(statement).await.unwrap();
                }
            }
        }
    }
}

/// What came of the questions.
#[derive(Default)]
struct Tally {
    answers: AtomicU64,
    /// Questions that were given up, since the schema changed during each attempt.
    given_up: AtomicU64,
    again: AtomicU64,
    stale: Mutex<Vec<String>>,
    /// What a table was like under an epoch: one epoch, one form.
    labels: Mutex<BTreeMap<(String, String), Vec<String>>>,
}

struct Run {
    database: Arc<dyn Database>,
    schemas: Schemas,
    oracle: Oracle,
    tally: Tally,
    over: AtomicBool,
}

/// Asks for the row of a table, as a question would: planned over the present snapshot, run over what was planned for.
async fn ask(run: &Run, chance: &mut Chance) -> Result<Option<(String, Arc<Table>, Form)>, schema::Error> {
    for _ in 0..ATTEMPTS {
        let snapshot = run.schemas.current(&scope()).await?;
        let tables: Vec<&Arc<Table>> = snapshot.catalog.tables().collect();
        let table = tables[chance.below(tables.len())].clone();
        let item = |name: &String| Item { expr: Expr::column("t", name), alias: name.clone() };
        let items = table.columns.iter().map(|column| item(&column.name)).collect();
        let from = Some(Source::Table { name: table.name.clone(), alias: "t".into() });
        let select = Select { items, from, ..Select::default() };
        let dialect = run.database.dialect();
        let statement = sql::guard(sql::print(&select, dialect), dialect).unwrap();
        let over = Slice::over(&snapshot.catalog, &statement);
        match run.database.query(&scope(), &statement, &over).await {
            Ok(fetched) => {
                let values = fetched.rows.rows.concat().into_iter().map(|value| match value {
                    Value::Int(number) => number,
                    other => panic!("{other:?}"),
                });
                let form = table.columns.iter().map(|c| c.name.clone()).zip(values).collect();
                return Ok(Some((snapshot.epoch.clone(), table, form)));
            }
            Err(Error::Moved { .. }) => run.schemas.distrust(),
            Err(error) if run.database.token(&scope()).await? == snapshot.token => return Err(error.into()),
            Err(_) => {}
        }
        run.tally.again.fetch_add(1, Relaxed);
    }
    Ok(None)
}

async fn read(run: Arc<Run>, seed: u64) {
    let mut chance = Chance(seed);
    while !run.over.load(Relaxed) {
        let start = Instant::now();
        match ask(&run, &mut chance).await {
            Ok(Some((epoch, table, form))) => {
                run.tally.answers.fetch_add(1, Relaxed);
                if !run.oracle.saw(&table.name.name, &form, (start, Instant::now())) {
                    run.tally.stale.lock().unwrap().push(format!("{} at {epoch}: {form:?}", table.name));
                }
                let names: Vec<String> = form.into_iter().map(|(name, _)| name).collect();
                let key = (epoch, table.name.to_string());
                let first = run.tally.labels.lock().unwrap().entry(key).or_insert(names.clone()).clone();
                assert_eq!(first, names, "one epoch, two forms");
            }
            // All tables got other names while they were read, or one is locked for long: no answer, and no wrong one either.
            Ok(None)
            | Err(schema::Error::Emptied { .. })
            | Err(schema::Error::Connect(Error::Moved { .. } | Error::Locked { .. } | Error::Timeout)) => {
                run.tally.given_up.fetch_add(1, Relaxed);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn drill(name: &str, database: Arc<dyn Database>, mut writer: Writer, tongue: Tongue) {
    let oracle = Oracle::default();
    let (mut world, script) = World::new(tongue, &oracle);
    writer.run(script).await;
    let options = Options { sampling: Sampling { time: Duration::ZERO, ..Sampling::default() }, ..Options::default() };
    let schemas = Schemas::with_options(database.clone(), None, options);
    let (tally, over) = (Tally::default(), AtomicBool::new(false));
    let run = Arc::new(Run { database, schemas, oracle, tally, over });
    let readers: Vec<_> = (1..=READERS).map(|seed| tokio::spawn(read(run.clone(), seed))).collect();
    let (start, mut changes) = (Instant::now(), 0_u64);
    while start.elapsed().as_secs_f64() < seconds() {
        let step = world.step();
        world.take(step, &run.oracle, async |script| writer.run(script).await).await;
        changes += 1;
    }
    run.over.store(true, Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    let (counts, stale) = (run.schemas.counts(), run.tally.stale.lock().unwrap());
    let [answers, given_up, again] =
        [&run.tally.answers, &run.tally.given_up, &run.tally.again].map(|n| n.load(Relaxed));
    println!(
        "{name}: {:.0} s, {changes} changes, {answers} answers, {} stale, {again} planned anew, {given_up} given up, \
         schema read {} times, hits {:.1} %, {} epochs",
        start.elapsed().as_secs_f64(),
        stale.len(),
        counts.loads,
        100.0 * hit_ratio(counts.hits, counts.misses).unwrap_or_default(),
        run.tally
            .labels
            .lock()
            .unwrap()
            .keys()
            .map(|(epoch, _)| epoch)
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
    );
    assert!(stale.is_empty(), "{} of {answers}: {:?}", stale.len(), &stale[..stale.len().min(5)]);
    assert!(answers > 0 && changes > 10, "{answers} answers, {changes} changes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_answer_of_sqlite_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let writer = rusqlite::Connection::open(&path).unwrap();
    writer.busy_timeout(Duration::from_secs(30)).unwrap();
    writer.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF").unwrap();
    let database = connect::at(&Address::Sqlite(path)).unwrap();
    drill("SQLite", database, Writer::Sqlite(writer), Tongue::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_answer_of_postgres_is_stale() {
    let Some(server) = Server::postgres() else { return };
    let (name, socket) = (server.database(), server.socket());
    let mut config = tokio_postgres::Config::new();
    config.user("owner").dbname(&name).port(server.port).host_path(&socket);
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let place = socket.display().to_string().replace('/', "%2F");
    let address = Address::parse(&format!("postgres://owner@{place}:{}/{name}", server.port)).unwrap();
    let tongue = Tongue::Server(Engine::Postgres);
    drill("PostgreSQL", connect::at(&address).unwrap(), Writer::Postgres(client), tongue).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_answer_of_mariadb_is_stale() {
    let Some(server) = Server::mariadb() else { return };
    let (name, socket) = (server.database(), server.socket().display().to_string());
    let options = mysql_async::OptsBuilder::default().user(Some("root")).db_name(Some(&name));
    let options = options.socket(Some(socket.clone())).prefer_socket(true);
    let connection = mysql_async::Conn::new(options).await.unwrap();
    let address = Address::parse(&format!("mysql://root@{}/{name}", socket.replace('/', "%2F"))).unwrap();
    let tongue = Tongue::Server(Engine::Mariadb);
    drill("MariaDB", connect::at(&address).unwrap(), Writer::Mariadb(Box::new(connection)), tongue).await;
}
