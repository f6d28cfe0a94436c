//! A statement never answers over another schema than it was planned for: swaps of names, tables made anew, columns
//! changed, also where the change token has not moved yet.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::sync::Arc;

use catalog::{Catalog, TableName, Value};
use common::{inspect_all, scope, write};
use connect::sqlite::Sqlite;
use connect::{Address, Database, Error, Fetched, Slice};
use sql::{Expr, Item, ReadOnly, Select, Source, guard, print};
use testkit::Server;
use testkit::server::Engine;

/// The name of a table as the engine of the database has it.
fn named(database: &dyn Database, name: &str) -> TableName {
    let schema = database.address().starts_with("postgres").then(|| "public".to_owned());
    TableName { database: None, schema, name: name.into() }
}

fn statement(database: &dyn Database) -> ReadOnly {
    let from = Some(Source::Table { name: named(database, "a"), alias: "t".into() });
    let items = vec![Item { expr: Expr::column("t", "x"), alias: "x".into() }];
    let select = Select { items, from, ..Select::default() };
    guard(print(&select, database.dialect()), database.dialect()).unwrap()
}

async fn planned(database: &dyn Database, statement: &ReadOnly) -> Slice {
    Slice::over(&Catalog::of_tables(inspect_all(database).await.tables), statement)
}

async fn ask(database: &dyn Database, statement: &ReadOnly, planned: &Slice) -> Result<Fetched, Error> {
    database.query(&scope(), statement, planned).await
}

const MADE: &str = "CREATE TABLE a (x INT, y INT); CREATE TABLE b (x INT, z VARCHAR(9)); INSERT INTO a VALUES (1, 2); \
    INSERT INTO b VALUES (7, 'b');";

/// Changes under a plan, each undone behind itself; `change` runs statements in another session.
async fn drill(database: &dyn Database, change: &dyn Fn(&str)) {
    let statement = statement(database);
    let before = planned(database, &statement).await;
    let fetched = ask(database, &statement, &before).await.unwrap();
    assert_eq!(fetched.rows.rows, [[Value::Int(1)]]);
    for (there, back) in [
        (
            "ALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO a",
            "ALTER TABLE a RENAME TO b; ALTER TABLE c RENAME TO a",
        ),
        ("ALTER TABLE a RENAME TO c", "ALTER TABLE c RENAME TO a"),
        ("ALTER TABLE a ADD COLUMN w INT", "ALTER TABLE a DROP COLUMN w"),
        ("ALTER TABLE a RENAME COLUMN x TO v", "ALTER TABLE a RENAME COLUMN v TO x"),
        (
            "ALTER TABLE a RENAME COLUMN x TO v; ALTER TABLE a RENAME COLUMN y TO x; ALTER TABLE a RENAME COLUMN v TO y",
            "ALTER TABLE a RENAME COLUMN x TO v; ALTER TABLE a RENAME COLUMN y TO x; ALTER TABLE a RENAME COLUMN v TO y",
        ),
    ] {
        change(there);
        let moved = ask(database, &statement, &before).await;
        assert!(matches!(moved, Err(Error::Moved { .. })), "{there}: {moved:?}");
        change(back);
        assert!(ask(database, &statement, &before).await.is_ok(), "{back}");
    }
    // Elsewhere in the schema anything may happen.
    change("CREATE TABLE d (x INT)");
    assert!(ask(database, &statement, &before).await.is_ok());
}

#[tokio::test]
async fn sqlite_says_what_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.db");
    write(&path, MADE);
    drill(&Sqlite::file(path.clone()), &|text| write(&path, text)).await;
}

async fn over(server: &Server, engine: Engine) {
    let name = server.database();
    server.execute(&name, MADE);
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let address = match engine {
        Engine::Postgres => format!("postgres://owner@{socket}:{}/{name}", server.port),
        Engine::Mariadb => format!("mysql://root@{socket}/{name}"),
    };
    let database: Arc<dyn Database> = connect::open(&Address::parse(&address).unwrap(), &scope()).await.unwrap();
    drill(&*database, &|text| server.execute(&name, &format!("{text};"))).await;
}

#[tokio::test]
async fn postgres_says_what_moved_before_its_token_does() {
    if let Some(server) = Server::postgres() {
        over(server, Engine::Postgres).await;
    }
}

#[tokio::test]
async fn mariadb_says_what_moved() {
    if let Some(server) = Server::mariadb() {
        over(server, Engine::Mariadb).await;
    }
}
