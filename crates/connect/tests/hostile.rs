//! Servers and schemas that break careless readers.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use catalog::{TableName, Value};
use common::{inspect_all, scope};
use connect::{Address, Database, Error, SampleRequest, Slice};
use testkit::Server;
use testkit::server::Engine;

async fn open(server: &Server, engine: Engine, database: &str) -> Arc<dyn Database> {
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let address = match engine {
        Engine::Postgres => format!("postgres://owner@{socket}:{}/{database}", server.port),
        Engine::Mariadb => format!("mysql://root@{socket}/{database}"),
    };
    connect::open(&Address::parse(&address).unwrap(), &scope()).await.unwrap()
}

/// Counts and samples every table, with statements that the guard lets through.
async fn read_everything(database: &dyn Database) -> Vec<(String, usize)> {
    let inspected = inspect_all(database).await;
    assert_eq!(inspected.problems, []);
    let mut read = Vec::new();
    for table in inspected.tables {
        let text = format!("SELECT COUNT(*) AS n FROM {}", database.dialect().table(&table.name));
        let printed = sql::Printed { text, parameters: Vec::new() };
        let statement = sql::guard(printed, database.dialect()).unwrap();
        let fetched = database.query(&scope(), &statement, &Slice::unseen()).await.unwrap();
        assert_eq!(fetched.rows.rows, [[Value::Int(1)]], "{}", table.name);
        read.push((table.name.name.clone(), table.columns.len()));
        let request = SampleRequest { table: Arc::new(table), rows: 10, values: 5, sketch: 8 };
        assert_eq!(database.sample(&scope(), &request).await.unwrap().sampled, 1);
    }
    read
}

#[tokio::test]
async fn postgres_names_of_any_sort_and_very_wide_tables() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    let long = "ä".repeat(31) + "x";
    let columns: Vec<String> = (0..1600).map(|i| format!("c{i} bool DEFAULT true")).collect();
    server.execute(&name, &format!(r#"CREATE TABLE "Orders" (id int); CREATE TABLE orders (id int);
        CREATE TABLE "a""b; DROP TABLE orders --" ("select" int, "x.y" int, "$1" int, "?" int);
        CREATE TABLE "{long}" ("{long}" int); CREATE TABLE wide ({});
        INSERT INTO "Orders" VALUES (1); INSERT INTO orders VALUES (1); INSERT INTO "a""b; DROP TABLE orders --" VALUES (1, 2, 3, 4);
        INSERT INTO "{long}" VALUES (1); INSERT INTO wide DEFAULT VALUES;"#, columns.join(", ")));
    let mut read = read_everything(&*open(server, Engine::Postgres, &name).await).await;
    read.sort();
    let expected =
        [("Orders", 1), ("a\"b; DROP TABLE orders --", 4), ("orders", 1), ("wide", 1600), (long.as_str(), 1)];
    assert_eq!(read, expected.map(|(name, columns)| (name.to_owned(), columns)));
}

#[tokio::test]
async fn mariadb_names_of_any_sort_and_very_wide_tables() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    let long = "ä".repeat(64);
    let columns: Vec<String> = (0..1000).map(|i| format!("c{i} tinyint DEFAULT 1")).collect();
    server.execute(&name, &format!(r"CREATE TABLE Orders (id int); CREATE TABLE orders (id int);
        CREATE TABLE `a``b; DROP TABLE orders --` (`select` int, `x.y` int, `$1` int, `?` int);
        CREATE TABLE `{long}` (`{long}` int); CREATE TABLE wide ({});
        INSERT INTO Orders VALUES (1); INSERT INTO orders VALUES (1); INSERT INTO `a``b; DROP TABLE orders --` VALUES (1, 2, 3, 4);
        INSERT INTO `{long}` VALUES (1); INSERT INTO wide VALUES ();", columns.join(", ")));
    let mut read = read_everything(&*open(server, Engine::Mariadb, &name).await).await;
    read.sort();
    let expected = [("Orders", 1), ("a`b; DROP TABLE orders --", 4), ("orders", 1), ("wide", 1000), (long.as_str(), 1)];
    assert_eq!(read, expected.map(|(name, columns)| (name.to_owned(), columns)));
}

#[tokio::test]
async fn text_of_other_encodings_arrives_as_it_was_meant() {
    if let Some(server) = Server::postgres() {
        let name = "latin";
        server.execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C';");
        server.execute(
            name,
            "SET client_encoding = 'UTF8'; CREATE TABLE \"größe\" (\"ß\" text); INSERT INTO \"größe\" VALUES ('é');",
        );
        let read = read_everything(&*open(server, Engine::Postgres, name).await).await;
        assert_eq!(read, [("größe".to_owned(), 1)]);
    }
    if let Some(server) = Server::mariadb() {
        let name = server.database();
        server.execute(
            &name,
            "CREATE TABLE `größe` (`ß` varchar(9)) CHARACTER SET latin1; INSERT INTO `größe` VALUES ('é');",
        );
        let read = read_everything(&*open(server, Engine::Mariadb, &name).await).await;
        assert_eq!(read, [("größe".to_owned(), 1)]);
    }
}

#[tokio::test]
async fn a_table_that_goes_between_listing_and_reading_is_a_problem_of_its_own() {
    for (server, engine) in [(Server::postgres(), Engine::Postgres), (Server::mariadb(), Engine::Mariadb)] {
        let Some(server) = server else { continue };
        let name = server.database();
        server.execute(&name, "CREATE TABLE stays (a int); CREATE TABLE goes (a int);");
        let database = open(server, engine, &name).await;
        let listed: Vec<TableName> = database.list(&scope()).await.unwrap().into_iter().map(|l| l.name).collect();
        assert_eq!(listed.len(), 2);
        server.execute(&name, "DROP TABLE goes;");
        let inspected = database.inspect(&scope(), &listed).await.unwrap();
        let names = |tables: Vec<String>| tables;
        assert_eq!(names(inspected.tables.iter().map(|t| t.name.name.clone()).collect()), ["stays"]);
        assert_eq!(names(inspected.problems.iter().map(|p| p.name.name.clone()).collect()), ["goes"]);
    }
}

#[tokio::test]
async fn a_view_of_something_that_is_gone_costs_nothing_but_itself() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(
        &name,
        "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE VIEW v AS SELECT a FROM t; DROP TABLE t;",
    );
    let inspected = inspect_all(&*open(server, Engine::Mariadb, &name).await).await;
    let read: Vec<&str> = inspected.tables.iter().map(|t| t.name.name.as_str()).collect();
    assert_eq!(read, ["u"]);
    assert_eq!(inspected.problems[0].name.name, "v");
}

/// A server that takes connections and never says a word.
#[tokio::test]
async fn a_server_that_hangs_is_not_waited_for_beyond_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for scheme in ["postgres", "mysql"] {
        let address = Address::parse(&format!("{scheme}://u@127.0.0.1:{port}/d")).unwrap();
        let short = scope().until(Instant::now() + Duration::from_millis(100));
        assert!(matches!(connect::open(&address, &short).await, Err(Error::Timeout)), "{scheme}");
    }
}

#[tokio::test]
async fn a_server_that_dies_while_its_schema_is_read_is_an_error_and_no_half_a_schema() {
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let Some(server) = Server::start(engine) else { continue };
        let name = server.database();
        let tables: Vec<String> = (0..300).map(|i| format!("CREATE TABLE t{i} (a int, b int);")).collect();
        server.execute(&name, &tables.join(""));
        let database = open(&server, engine, &name).await;
        let listed: Vec<TableName> = database.list(&scope()).await.unwrap().into_iter().map(|l| l.name).collect();
        let theirs = database.clone();
        let reading = tokio::spawn(async move {
            loop {
                match theirs.inspect(&scope(), &listed).await {
                    Ok(inspected) => assert_eq!(inspected.tables.len(), 300),
                    Err(error) => return error,
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.kill();
        let error = reading.await.unwrap();
        assert!(matches!(error, Error::Lost { .. } | Error::Unreachable { .. } | Error::Crowded { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_stops_answering_is_not_waited_for_and_found_again() {
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let Some(server) = Server::start(engine) else { continue };
        let name = server.database();
        server.execute(&name, "CREATE TABLE t (a int);");
        let database = open(&server, engine, &name).await;
        let listed: Vec<TableName> = database.list(&scope()).await.unwrap().into_iter().map(|l| l.name).collect();
        let paused = server.pause();
        let short = scope().until(Instant::now() + Duration::from_millis(200));
        assert!(matches!(database.inspect(&short, &listed).await, Err(Error::Timeout)), "{engine:?}");
        let given_up = scope();
        given_up.cancel.cancel();
        assert!(matches!(database.inspect(&given_up, &listed).await, Err(Error::Cancelled)), "{engine:?}");
        drop(paused);
        assert_eq!(database.inspect(&scope(), &listed).await.unwrap().tables.len(), 1, "{engine:?}");
    }
}

#[tokio::test]
async fn who_may_read_nothing_sees_nothing_or_is_not_let_in() {
    if let Some(server) = Server::postgres() {
        let name = server.database();
        server.execute(&name, &format!("CREATE TABLE t (a int); CREATE ROLE bare_{name} LOGIN;"));
        let socket = server.socket().display().to_string().replace('/', "%2F");
        let address = format!("postgres://bare_{name}@{socket}:{}/{name}", server.port);
        let database = connect::open(&Address::parse(&address).unwrap(), &scope()).await.unwrap();
        assert_eq!(database.list(&scope()).await.unwrap(), []);
        // It is told of as what is not there, and not as an error of all.
        let hidden = TableName { database: None, schema: Some("public".into()), name: "t".into() };
        let inspected = database.inspect(&scope(), std::slice::from_ref(&hidden)).await.unwrap();
        assert_eq!((inspected.tables.len(), &inspected.problems[0].name), (0, &hidden));
        assert!(database.prints(&scope()).await.is_ok() && database.data_mark(&scope()).await.is_ok());
    }
    if let Some(server) = Server::mariadb() {
        let name = server.database();
        server.execute(&name, &format!("CREATE TABLE t (a int); CREATE USER bare_{name}@localhost;"));
        let socket = server.socket().display().to_string().replace('/', "%2F");
        let address = Address::parse(&format!("mysql://bare_{name}@{socket}/{name}")).unwrap();
        let refused = connect::open(&address, &scope()).await.err().unwrap();
        assert!(matches!(refused, Error::Login { .. }), "{refused:?}");
    }
}

/// Tables come and go while their schema is read: each reading is of tables as they were, whole, and never an error.
#[tokio::test]
async fn a_schema_that_changes_while_it_is_read_costs_what_changed() {
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let Some(server) = Server::start(engine) else { continue };
        let name = server.database();
        let tables: Vec<String> = (0..40).map(|i| format!("CREATE TABLE t{i} (a int, b int);")).collect();
        server.execute(&name, &tables.join(""));
        let database = open(&server, engine, &name).await;
        let listed: Vec<TableName> = database.list(&scope()).await.unwrap().into_iter().map(|l| l.name).collect();
        let theirs = database.clone();
        let names = listed.clone();
        let reading = tokio::spawn(async move {
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..200 {
                let inspected = theirs.inspect(&scope(), &names).await.unwrap();
                assert_eq!(inspected.tables.len() + inspected.problems.len(), 40);
                seen.extend(inspected.tables.iter().map(|t| t.columns.len()));
            }
            seen
        });
        let change = tokio::task::spawn_blocking(move || {
            for i in 0..20 {
                let made = format!("CREATE TABLE t{i} (a int, b int, c int);");
                server.execute(&name, &format!("DROP TABLE t{i}; {made} ALTER TABLE t{} ADD COLUMN c int;", 20 + i));
            }
            server
        });
        let _server = change.await.unwrap();
        let seen = reading.await.unwrap();
        assert!(seen.iter().all(|columns| [2, 3].contains(columns)), "{engine:?} {seen:?}");
    }
}
