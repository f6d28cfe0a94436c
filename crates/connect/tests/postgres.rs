//! PostgreSQL: catalog, samples, rows, gates, stops, and what goes wrong.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use catalog::{TableKind, TableName, TypeKind, Value};
use common::{inspect_all, scope};
use connect::{Address, Database, Error, Fetched, SampleRequest, Scope, Slice};
use testkit::Server;
use testkit::server::{Engine, PASSWORD};

async fn open(server: &Server, database: &str) -> Arc<dyn Database> {
    connect::open(&address(server, database), &scope()).await.unwrap()
}

fn address(server: &Server, database: &str) -> Address {
    let socket = server.socket().display().to_string().replace('/', "%2F");
    Address::parse(&format!("postgres://owner@{socket}:{}/{database}", server.port)).unwrap()
}

fn network(server: &Server, user: &str, password: &str, database: &str, more: &str) -> Address {
    let place = format!("host=127.0.0.1 port={} user={user} dbname={database}", server.port);
    let password = password.replace('\'', "\\'");
    Address::parse(&format!("{place} password='{password}' {more}")).unwrap()
}

async fn query(database: &dyn Database, scope: &Scope, text: &str) -> Result<Fetched, Error> {
    let printed = sql::Printed { text: text.to_owned(), parameters: Vec::new() };
    database.query(scope, &sql::guard(printed, &sql::Postgres).unwrap(), &Slice::unseen()).await
}

fn named(name: &str) -> TableName {
    TableName { database: None, schema: Some("public".into()), name: name.into() }
}

const SCHEMA: &str = r#"
CREATE TYPE mood AS ENUM ('fine', 'bad');
CREATE DOMAIN amount AS numeric(12,4);
CREATE TABLE owners (id int PRIMARY KEY, code varchar(20) UNIQUE, m mood, a amount NOT NULL DEFAULT 0,
  CONSTRAINT positive CHECK (a >= 0));
COMMENT ON TABLE owners IS 'Who owns';
COMMENT ON COLUMN owners.code IS 'Their code';
CREATE TABLE things (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id int NOT NULL REFERENCES owners ON DELETE CASCADE,
  "At" timestamptz, twice int GENERATED ALWAYS AS (owner_id * 2) STORED, tags text[]);
CREATE INDEX by_at ON things ("At" DESC) WHERE owner_id > 3;
CREATE UNIQUE INDEX one_lower ON owners (lower(code));
CREATE VIEW v AS SELECT id FROM owners;
CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM owners;
CREATE TABLE log (day date NOT NULL, n int) PARTITION BY RANGE (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE SCHEMA other;
CREATE TABLE other.things (id int);
"#;

#[tokio::test]
async fn the_schema_is_read_completely() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    server.execute(&name, SCHEMA);
    let database = open(server, &name).await;
    let inspected = inspect_all(&*database).await;
    assert_eq!(inspected.problems, []);
    let names: Vec<String> = inspected.tables.iter().map(|t| t.name.to_string()).collect();
    assert_eq!(names, ["other.things", "public.log", "public.mv", "public.owners", "public.things", "public.v"]);
    let table = |name: &str| inspected.tables.iter().find(|t| t.name == named(name)).unwrap();

    let owners = table("owners");
    assert_eq!((owners.comment.as_deref(), owners.primary_key.as_slice()), (Some("Who owns"), &["id".to_owned()][..]));
    assert_eq!(owners.unique, [["code"]]);
    assert_eq!(owners.checks[0].name.as_deref(), Some("positive"));
    assert!(owners.checks[0].condition.contains(">="));
    let kinds: Vec<TypeKind> = owners.columns.iter().map(|c| c.ty.kind).collect();
    let text = |length| TypeKind::Text { length };
    let amount = TypeKind::Decimal { precision: Some(12), scale: Some(4) };
    assert_eq!(kinds, [TypeKind::Int, text(Some(20)), text(None), amount]);
    assert_eq!(owners.columns[1].comment.as_deref(), Some("Their code"));
    assert!(owners.columns[1].nullable && !owners.columns[3].nullable);
    assert_eq!(owners.indexes.len(), 1);
    assert!(owners.indexes[0].unique && owners.indexes[0].parts[0].column.is_none());

    let things = table("things");
    let key = &things.foreign_keys[0];
    assert_eq!((&key.target, key.on_delete.as_deref()), (&named("owners"), Some("CASCADE")));
    assert_eq!(
        (key.columns.as_slice(), key.target_columns.as_slice()),
        (&["owner_id".to_owned()][..], &["id".to_owned()][..])
    );
    let by_at = &things.indexes[0];
    assert!(by_at.partial && by_at.parts[0].descending && by_at.parts[0].column.as_deref() == Some("At"));
    assert!(things.columns[3].generated && things.columns[0].default.as_deref().unwrap().contains("identity"));
    assert_eq!(things.columns[4].ty.kind, TypeKind::Array);

    assert_eq!(
        (table("v").kind, table("mv").kind, table("log").kind),
        (TableKind::View, TableKind::MaterializedView, TableKind::Table)
    );
    assert!(table("v").definition.as_deref().unwrap().contains("owners"));
}

#[tokio::test]
async fn a_reference_to_a_table_that_is_not_read_is_resolved() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    server.execute(&name, SCHEMA);
    let database = open(server, &name).await;
    let inspected = database.inspect(&scope(), &[named("things"), named("gone")]).await.unwrap();
    assert_eq!(inspected.tables[0].foreign_keys[0].target_columns, ["id"]);
    assert_eq!(inspected.problems[0].name, named("gone"));
}

#[tokio::test]
async fn values_are_exact() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    server.execute(&name, r#"CREATE TABLE t (n numeric, f real, d date, s timestamp, z timestamptz, j jsonb, b bytea, a int[], u uuid, i interval, m money, r int4range);
        INSERT INTO t VALUES (12345678901234567890123456789012345678901.0010, 0.1, '2024-02-29', '2024-02-29 13:05:00.25',
          '2024-02-29 13:05+02', '{"a": 1}', '\x00ff', '{{1,2},{3,null}}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1 day 2 hours', 12.34, '[1,5)'),
         ('NaN', 'Infinity', 'infinity', '-infinity', 'infinity', 'null', '', '{}', NULL, NULL, NULL, NULL);"#);
    let database = open(server, &name).await;
    let fetched = query(&*database, &scope(), "SELECT * FROM public.t ORDER BY n").await.unwrap();
    let text = |row: usize| fetched.rows.rows[row].iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    assert_eq!(
        text(0),
        "12345678901234567890123456789012345678901.0010|0.1|2024-02-29|2024-02-29T13:05:00.25|2024-02-29T11:05:00Z|\
         {\"a\": 1}|00ff|[[1, 2], [3, ]]|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|P1DT2H|12.34|[1,5)"
    );
    assert!(matches!(&fetched.rows.rows[0][10], Value::Decimal(_)));
    assert_eq!(text(1), "NaN|inf|infinity|-infinity|infinity|null||[]||||");
    assert!(matches!(&fetched.rows.rows[1][2], Value::Other { .. }));
}

#[tokio::test]
async fn limits_cut_and_say_so() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    let database = open(server, &name).await;
    let mut scope = scope();
    for (rows, truncated) in [(2, true), (3, false)] {
        scope.limits.rows = rows;
        let fetched = query(&*database, &scope, "SELECT g FROM generate_series(1, 3) AS g").await.unwrap();
        assert_eq!((fetched.rows.rows.len() as u64, fetched.truncated), (rows, truncated));
    }
    // Far beyond the limit: what is not wanted is not waited for, and the session goes on.
    scope.limits.rows = 10;
    let fetched = query(&*database, &scope, "SELECT g FROM generate_series(1, 100000000) AS g").await.unwrap();
    assert!(fetched.truncated);
    assert!(query(&*database, &scope, "SELECT 1 AS one").await.is_ok());
}

/// Statements of other sessions that run now.
async fn running(database: &dyn Database, server: &Server, name: &str) -> i64 {
    // Through a superuser's own session: the guard does not let the catalogs be asked.
    let _ = (database, name);
    let activity = server.ask("postgres", "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%endless%' AND pid <> pg_backend_pid()");
    activity.trim().parse().unwrap()
}

const ENDLESS: &str =
    "SELECT count(*) AS endless FROM generate_series(1, 1000000000) AS a, generate_series(1, 1000000) AS b";

async fn is_quiet(database: &dyn Database, server: &Server, name: &str) -> bool {
    let latest = Instant::now() + Duration::from_secs(10);
    while Instant::now() < latest {
        if running(database, server, name).await == 0 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn nothing_runs_on_behind_a_deadline_a_cancellation_or_a_dropped_call() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    let database = open(server, &name).await;
    let short = scope().until(Instant::now() + Duration::from_millis(200));
    assert!(matches!(query(&*database, &short, ENDLESS).await, Err(Error::Timeout)));
    assert!(is_quiet(&*database, server, &name).await);

    let given_up = scope();
    let cancel = given_up.cancel.clone();
    let (result, ()) = tokio::join!(query(&*database, &given_up, ENDLESS), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancel.cancel();
    });
    assert!(matches!(result, Err(Error::Cancelled)));
    assert!(is_quiet(&*database, server, &name).await);

    // More than there are connections: dropped calls give theirs back.
    for _ in 0..6 {
        let call = scope();
        let dropped = tokio::time::timeout(Duration::from_millis(60), query(&*database, &call, ENDLESS)).await;
        assert!(dropped.is_err());
    }
    assert!(is_quiet(&*database, server, &name).await);
    assert!(query(&*database, &scope(), "SELECT 1 AS one").await.is_ok());
}

#[tokio::test]
async fn samples_say_what_is_in_a_table() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    server.execute(&name, "CREATE TABLE big (id int PRIMARY KEY, kind text, at date);
        INSERT INTO big SELECT g, CASE WHEN g = 30000 THEN 'rare' WHEN g % 2 = 0 THEN 'even' ELSE 'odd' END, date '2020-01-01' + g / 30
        FROM generate_series(1, 30000) AS g;");
    let database = open(server, &name).await;
    let table = inspect_all(&*database).await.tables.remove(0);
    let request = SampleRequest { table: Arc::new(table), rows: 2000, values: 50, sketch: 64 };
    let statistics = database.sample(&scope(), &request).await.unwrap();
    assert_eq!((statistics.rows, statistics.rows_exact), (Some(30_000), true));
    assert!(statistics.sampled > 1000 && statistics.sampled <= 2000);
    let kind = &statistics.columns["kind"];
    assert!(kind.values_complete && kind.values.iter().any(|(v, _)| *v == Value::from("rare")));
    let at = statistics.columns["at"].extent.as_ref().unwrap();
    assert_eq!((at.exact, at.max.to_day().unwrap().to_string()), (true, "2022-09-27".to_owned()));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_database_are_said_without_the_password() {
    let Some(server) = Server::postgres() else { return };
    let wrong = connect::open(&network(server, "owner", "hidden", "postgres", ""), &scope()).await.err().unwrap();
    assert!(matches!(wrong, Error::Login { .. }), "{wrong:?}");
    assert!(!format!("{wrong:?} {:?}", wrong.fault()).contains("hidden"));
    assert!(connect::open(&network(server, "owner", PASSWORD, "postgres", ""), &scope()).await.is_ok());
    let gone = connect::open(&network(server, "owner", PASSWORD, "nowhere", ""), &scope()).await.err().unwrap();
    assert!(matches!(gone, Error::NoDatabase { .. }), "{gone:?}");
    let plain = connect::open(&network(server, "owner", PASSWORD, "postgres", "sslmode=require"), &scope()).await;
    assert!(matches!(plain.err().unwrap(), Error::Unsafe { .. }));
    let nobody = Address::parse("postgres://u@127.0.0.1:1/d").unwrap();
    assert!(matches!(connect::open(&nobody, &scope()).await.err().unwrap(), Error::Unreachable { .. }));
}

#[tokio::test]
async fn a_role_sees_what_it_may_read_and_no_more() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    server.execute(
        &name,
        &format!(
            "{SCHEMA} CREATE ROLE reader_{name} LOGIN PASSWORD 'r'; GRANT SELECT ON v TO reader_{name};
        GRANT SELECT (id, code) ON owners TO reader_{name};"
        ),
    );
    let address = network(server, &format!("reader_{name}"), "r", &name, "");
    let database = connect::open(&address, &scope()).await.unwrap();
    let inspected = inspect_all(&*database).await;
    let names: Vec<&str> = inspected.tables.iter().map(|t| t.name.name.as_str()).collect();
    assert_eq!(names, ["owners", "v"]);
    let columns: Vec<&str> = inspected.tables[0].columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["id", "code"]);
    let refused = query(&*database, &scope(), "SELECT a FROM public.owners").await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn a_server_that_dies_is_said_and_found_again() {
    let Some(server) = Server::start(Engine::Postgres) else { return };
    let database = open(&server, "postgres").await;
    server.kill();
    let error = loop {
        match database.token(&scope()).await {
            Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Lost { .. } | Error::Unreachable { .. } | Error::Crowded { .. }), "{error:?}");
}
