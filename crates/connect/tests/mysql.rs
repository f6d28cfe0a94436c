//! MariaDB: catalog, samples, rows, gates, stops, and what goes wrong.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use catalog::{TableKind, TableName, TypeKind, Value};
use common::{inspect_all, scope};
use connect::{Address, Database, Error, Fetched, SampleRequest, Scope, Slice};
use testkit::Server;
use testkit::server::Engine;

fn address(server: &Server, user: &str, database: &str) -> Address {
    let socket = server.socket().display().to_string().replace('/', "%2F");
    Address::parse(&format!("mysql://{user}@{socket}/{database}")).unwrap()
}

async fn open(server: &Server, database: &str) -> Arc<dyn Database> {
    connect::open(&address(server, "root", database), &scope()).await.unwrap()
}

async fn query(database: &dyn Database, scope: &Scope, text: &str) -> Result<Fetched, Error> {
    let printed = sql::Printed { text: text.to_owned(), parameters: Vec::new() };
    database.query(scope, &sql::guard(printed, &sql::Mysql).unwrap(), &Slice::unseen()).await
}

const SCHEMA: &str = r#"
CREATE TABLE owners (id int PRIMARY KEY, code varchar(20) UNIQUE COMMENT 'Their code', m enum('fine','bad'),
  a decimal(12,4) NOT NULL DEFAULT 0, ok tinyint(1), CONSTRAINT positive CHECK (a >= 0)) COMMENT 'Who owns';
CREATE TABLE things (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, owner_id int NOT NULL, at timestamp NULL, moment datetime,
  twice int AS (owner_id * 2) STORED, label text,
  CONSTRAINT to_owner FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE,
  KEY by_at (at, owner_id), UNIQUE KEY beginnings (label(5)));
CREATE VIEW v AS SELECT id FROM owners;
"#;

#[tokio::test]
async fn the_schema_is_read_completely_and_one_table_alone_reads_the_same() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(&name, SCHEMA);
    let database = open(server, &name).await;
    let mut inspected = inspect_all(&*database).await;
    assert_eq!(inspected.problems, []);
    let names: Vec<String> = inspected.tables.iter().map(|t| t.name.to_string()).collect();
    assert_eq!(names, ["owners", "things", "v"]);
    let (owners, things, v) = (&inspected.tables[0], &inspected.tables[1], &inspected.tables[2]);

    assert_eq!((owners.comment.as_deref(), owners.primary_key.as_slice()), (Some("Who owns"), &["id".to_owned()][..]));
    assert_eq!(owners.unique, [["code"]]);
    assert_eq!(owners.checks[0].name.as_deref(), Some("positive"));
    let kinds: Vec<TypeKind> = owners.columns.iter().map(|c| c.ty.kind).collect();
    let text = |length| TypeKind::Text { length };
    let amount = TypeKind::Decimal { precision: Some(12), scale: Some(4) };
    assert_eq!(kinds, [TypeKind::Int, text(Some(20)), text(None), amount, TypeKind::Bool]);
    assert_eq!(owners.columns[1].comment.as_deref(), Some("Their code"));
    assert!(owners.columns[1].nullable && owners.columns[1].default.is_none() && !owners.columns[3].nullable);

    let key = &things.foreign_keys[0];
    assert_eq!((&key.target, key.on_delete.as_deref()), (&TableName::bare("owners"), Some("CASCADE")));
    assert_eq!(
        (key.columns.as_slice(), key.target_columns.as_slice()),
        (&["owner_id".to_owned()][..], &["id".to_owned()][..])
    );
    let kinds: Vec<TypeKind> = things.columns[2..4].iter().map(|c| c.ty.kind).collect();
    assert_eq!(kinds, [TypeKind::Timestamp, TypeKind::DateTime]);
    assert!(things.columns[4].generated && things.unique.is_empty());
    assert!(things.indexes.iter().any(|i| i.name == "by_at" && i.parts.len() == 2));
    assert_eq!(v.kind, TableKind::View);
    assert!(v.definition.as_deref().unwrap().contains("owners") && v.comment.is_none());

    // Ten names are read as a whole, one is asked for alone.
    let mut many: Vec<TableName> = (0..9).map(|i| TableName::bare(format!("gone_{i}"))).collect();
    many.push(TableName::bare("things"));
    let whole = database.inspect(&scope(), &many).await.unwrap();
    assert_eq!(whole.problems.len(), 9);
    assert!(whole.tables[0].identity.is_some());
    assert_eq!(whole.tables[0], inspected.tables.swap_remove(1));
}

#[tokio::test]
async fn values_are_exact() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(&name, r"SET sql_mode = '';
        CREATE TABLE t (n decimal(65,4), u bigint unsigned, f float, d date, s datetime(2), z timestamp NULL, j json, b varbinary(9),
          bits bit(9), y year, h time, e enum('a','b'), ok boolean, l char(3) CHARACTER SET latin1);
        SET time_zone = '+02:00';
        INSERT INTO t VALUES (1234567890123456789012345678901234567890123456789012345678901.0010, 18446744073709551615, 0.1, '2024-02-29',
          '2024-02-29 13:05:00.25', '2024-02-29 13:05:00', '{}', x'00ff', b'100000001', 2024, '-30:00:00', 'b', 1, 'é'),
         (-1, 0, 0, '0000-00-00', '2024-00-00', NULL, NULL, '', 0, 0, 0, NULL, 7, NULL);");
    let database = open(server, &name).await;
    let fetched = query(&*database, &scope(), "SELECT * FROM t ORDER BY n DESC").await.unwrap();
    let text = |row: usize| fetched.rows.rows[row].iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    assert_eq!(
        text(0),
        "1234567890123456789012345678901234567890123456789012345678901.0010|18446744073709551615|0.1|2024-02-29|\
         2024-02-29T13:05:00.25|2024-02-29T11:05:00Z|{}|00ff|257|2024|-30:00:00|b|true|é"
    );
    assert_eq!(text(1), "-1.0000|0|0|0000-00-00|2024-00-00 00:00:00||||0|0|00:00:00||7|");
    assert!(matches!(&fetched.rows.rows[1][3], Value::Other { .. }));
}

#[tokio::test]
async fn nothing_is_written_whatever_the_text() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(&name, "CREATE TABLE t (a int); INSERT INTO t VALUES (1);");
    let database = open(server, &name).await;
    // What the guard lets through and the engine has to refuse by itself is nothing; so the engine is asked directly.
    assert!(query(&*database, &scope(), "SELECT a FROM t").await.is_ok());
    for text in [
        "SELECT SLEEP(1)",
        "SELECT LOAD_FILE('/etc/passwd')",
        "SELECT GET_LOCK('a', 1)",
        "SELECT 1; DROP TABLE t",
        "SELECT a INTO OUTFILE '/tmp/x' FROM t",
        "SELECT @a := 1",
        "SELECT a FROM t FOR UPDATE",
    ] {
        let printed = sql::Printed { text: text.to_owned(), parameters: Vec::new() };
        assert!(sql::guard(printed, &sql::Mysql).is_err(), "{text}");
    }
    assert_eq!(server.ask(&name, "SELECT count(*) FROM t").trim(), "1");
}

#[tokio::test]
async fn limits_cut_and_say_so() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(&name, "CREATE TABLE t AS SELECT seq AS a FROM seq_1_to_100000;");
    let database = open(server, &name).await;
    let mut scope = scope();
    for (rows, truncated) in [(99_999, true), (100_000, false)] {
        scope.limits.rows = rows;
        let fetched = query(&*database, &scope, "SELECT a FROM t").await.unwrap();
        assert_eq!((fetched.rows.rows.len() as u64, fetched.truncated), (rows, truncated));
    }
    scope.limits.rows = 10;
    let fetched = query(&*database, &scope, "SELECT a.a AS x FROM t AS a JOIN t AS b").await.unwrap();
    assert!(fetched.truncated);
    assert!(query(&*database, &scope, "SELECT 1 AS one").await.is_ok());
}

const ENDLESS: &str = "SELECT count(*) AS endless FROM t AS a JOIN t AS b JOIN t AS c WHERE a.a + b.a + c.a < 0";

async fn is_quiet(server: &Server) -> bool {
    let latest = Instant::now() + Duration::from_secs(10);
    while Instant::now() < latest {
        let running = server.ask(
            "mysql",
            "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%endless%' AND ID <> CONNECTION_ID()",
        );
        if running.trim() == "0" {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn nothing_runs_on_behind_a_deadline_a_cancellation_or_a_dropped_call() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(&name, "CREATE TABLE t AS SELECT seq AS a FROM seq_1_to_100000;");
    let database = open(server, &name).await;
    let short = scope().until(Instant::now() + Duration::from_millis(200));
    assert!(matches!(query(&*database, &short, ENDLESS).await, Err(Error::Timeout)));
    assert!(is_quiet(server).await);

    let given_up = scope();
    let cancel = given_up.cancel.clone();
    let (result, ()) = tokio::join!(query(&*database, &given_up, ENDLESS), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancel.cancel();
    });
    assert!(matches!(result, Err(Error::Cancelled)));
    assert!(is_quiet(server).await);

    // More than there are connections: dropped calls give theirs back.
    for _ in 0..6 {
        let call = scope();
        let dropped = tokio::time::timeout(Duration::from_millis(60), query(&*database, &call, ENDLESS)).await;
        assert!(dropped.is_err());
    }
    assert!(is_quiet(server).await);
    assert!(query(&*database, &scope(), "SELECT 1 AS one").await.is_ok());
}

#[tokio::test]
async fn samples_say_what_is_in_a_table() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(
        &name,
        "CREATE TABLE big (id int PRIMARY KEY, kind varchar(9), at date);
        INSERT INTO big SELECT seq, CASE WHEN seq = 29999 THEN 'rare' WHEN seq % 2 = 0 THEN 'even' ELSE 'odd' END,
          DATE '2020-01-01' + INTERVAL seq DIV 30 DAY FROM seq_1_to_30000;",
    );
    let database = open(server, &name).await;
    let table = inspect_all(&*database).await.tables.remove(0);
    let request = SampleRequest { table: Arc::new(table), rows: 2000, values: 50, sketch: 64 };
    let statistics = database.sample(&scope(), &request).await.unwrap();
    assert_eq!((statistics.rows, statistics.rows_exact), (Some(30_000), true));
    assert_eq!(statistics.sampled, 2000);
    let kind = &statistics.columns["kind"];
    assert!(kind.values_complete && kind.values.iter().any(|(v, _)| *v == Value::from("rare")));
    let at = statistics.columns["at"].extent.as_ref().unwrap();
    assert_eq!((at.exact, at.max.to_day().unwrap().to_string()), (true, "2022-09-27".to_owned()));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_database_are_said_without_the_password() {
    let Some(server) = Server::mariadb() else { return };
    let wrong = connect::open(&address(server, "root:hidden", "mysql"), &scope()).await.err().unwrap();
    assert!(matches!(wrong, Error::Login { .. }), "{wrong:?}");
    assert!(!format!("{wrong:?} {:?}", wrong.fault()).contains("hidden"));
    let gone = connect::open(&address(server, "root", "nowhere"), &scope()).await.err().unwrap();
    assert!(matches!(gone, Error::NoDatabase { .. }), "{gone:?}");
    let plain = Address::parse(&format!("mysql://root@127.0.0.1:{}/mysql?ssl-mode=REQUIRED", server.port)).unwrap();
    let plain = connect::open(&plain, &scope()).await.err().unwrap();
    assert!(matches!(plain, Error::Unsafe { .. }), "{plain:?}");
    let nobody = Address::parse("mysql://u@127.0.0.1:1/d").unwrap();
    assert!(matches!(connect::open(&nobody, &scope()).await.err().unwrap(), Error::Unreachable { .. }));
}

#[tokio::test]
async fn a_user_sees_what_it_may_read_and_no_more() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(
        &name,
        &format!(
            "{SCHEMA} CREATE USER r_{name}@localhost; GRANT SELECT ON {name}.v TO r_{name}@localhost;
        GRANT SELECT (id, code) ON {name}.owners TO r_{name}@localhost;"
        ),
    );
    let database = connect::open(&address(server, &format!("r_{name}"), &name), &scope()).await.unwrap();
    let inspected = inspect_all(&*database).await;
    let names: Vec<&str> = inspected.tables.iter().map(|t| t.name.name.as_str()).collect();
    assert_eq!(names, ["owners", "v"]);
    let columns: Vec<&str> = inspected.tables[0].columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["id", "code"]);
    let refused = query(&*database, &scope(), "SELECT a FROM owners").await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_dies_is_said() {
    let Some(server) = Server::start(Engine::Mariadb) else { return };
    let database = open(&server, "mysql").await;
    server.kill();
    let error = loop {
        match database.token(&scope()).await {
            Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Lost { .. } | Error::Unreachable { .. }), "{error:?}");
}
