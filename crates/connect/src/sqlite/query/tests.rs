//! The engine's gate, tested without the guard in front of it and by side effects.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::scope::Scope;
use crate::sqlite::work::{Place, Pool};

fn scope() -> Scope {
    Scope::new(Timestamp::UNIX_EPOCH)
}

/// A folder with a database of one table of three rows.
fn folder() -> (tempfile::TempDir, Arc<Pool>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("canary.db");
    let made = Connection::open(&path).unwrap();
    made.execute_batch("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')")
        .unwrap();
    drop(made);
    (folder, Pool::new(Place::File(path)))
}

async fn run(pool: &Arc<Pool>, scope: &Scope, text: &str) -> Result<Fetched, Error> {
    let (text, limits) = (text.to_owned(), scope.limits);
    pool.run(scope, move |session| run_text(session, &text, &[], limits)).await
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entry = |e: std::io::Result<std::fs::DirEntry>| {
        let path = e.unwrap().path();
        (path.display().to_string(), std::fs::read(&path).unwrap())
    };
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(entry).collect();
    all.sort();
    all
}

#[tokio::test]
async fn nothing_but_reading_gets_through() {
    let (folder, pool) = folder();
    let before = contents(folder.path());
    let stolen = folder.path().join("stolen.db");
    let stolen = stolen.display();
    for text in [
        "INSERT INTO t VALUES (4, 'w')",
        "UPDATE t SET a = 0",
        "DELETE FROM t",
        "DROP TABLE t",
        "CREATE TABLE u (a)",
        "CREATE TEMP TABLE u (a)",
        "CREATE VIRTUAL TABLE u USING fts5(a)",
        "VACUUM",
        "REINDEX",
        "ANALYZE",
        "BEGIN IMMEDIATE",
        "COMMIT",
        "SAVEPOINT s",
        "PRAGMA writable_schema = 1",
        "PRAGMA query_only = 0",
        "PRAGMA user_version = 7",
        "PRAGMA journal_mode = WAL",
        "PRAGMA table_info(t)",
        "SELECT * FROM pragma_table_info('t')",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('/tmp/x.so')",
        "SELECT readfile('/etc/hostname')",
        "SELECT zeroblob(1000000000)",
        "SELECT fts3_tokenizer('simple')",
        "SELECT a FROM t; DELETE FROM t",
        "EXPLAIN SELECT a FROM t",
        "SELECT \"no such column\" FROM t",
        "INSERT INTO t VALUES (9, 'r') RETURNING a",
        "WITH d AS (SELECT 1) DELETE FROM t",
        "",
        "-- nothing",
    ] {
        assert!(run(&pool, &scope(), text).await.is_err(), "{text:?} ran");
    }
    for text in [
        format!("ATTACH '{stolen}' AS s"),
        format!("VACUUM INTO '{stolen}'"),
        format!("SELECT writefile('{stolen}', b) FROM t"),
    ] {
        assert!(run(&pool, &scope(), &text).await.is_err(), "{text:?} ran");
    }
    assert_eq!(contents(folder.path()), before);
    // The same connections still answer, and their gates were not opened by any of it.
    let fetched = run(&pool, &scope(), "SELECT count(*), max(b) FROM t").await.unwrap();
    assert_eq!(fetched.rows.rows, [[Value::Int(3), Value::from("z")]]);
    assert!(matches!(run(&pool, &scope(), "PRAGMA user_version = 7").await, Err(Error::Refused { .. })));
}

const ENDLESS: &str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";

#[tokio::test]
async fn the_deadline_stops_an_endless_statement() {
    let (_folder, pool) = folder();
    let short = scope().until(Instant::now() + Duration::from_millis(80));
    assert!(matches!(run(&pool, &short, ENDLESS).await, Err(Error::Timeout)));
    assert!(matches!(run(&pool, &short, "SELECT 1").await, Err(Error::Timeout)));
    assert!(run(&pool, &scope(), "SELECT 1").await.is_ok());
}

#[tokio::test]
async fn cancelling_stops_an_endless_statement() {
    let (_folder, pool) = folder();
    let scope = scope();
    let cancel = scope.cancel.clone();
    let (result, ()) = tokio::join!(run(&pool, &scope, ENDLESS), async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancel.cancel();
    });
    assert!(matches!(result, Err(Error::Cancelled)));
}

#[tokio::test]
async fn dropping_the_call_stops_its_statement_and_frees_the_connection() {
    let (_folder, pool) = folder();
    for _ in 0..4 {
        let scope = scope();
        let call = run(&pool, &scope, ENDLESS);
        assert!(tokio::time::timeout(Duration::from_millis(30), call).await.is_err());
    }
    // There are fewer connections than dropped calls: one of them must have come back.
    assert!(run(&pool, &scope(), "SELECT 1").await.is_ok());
}

#[tokio::test]
async fn one_row_more_than_the_limit_is_seen_and_not_shown() {
    let (_folder, pool) = folder();
    for (rows, truncated) in [(2, true), (3, false), (4, false)] {
        let mut scope = scope();
        scope.limits.rows = rows;
        let fetched = run(&pool, &scope, "SELECT a FROM t ORDER BY a").await.unwrap();
        assert_eq!((fetched.rows.rows.len() as u64, fetched.truncated), (rows.min(3), truncated));
    }
    let mut scope = scope();
    scope.limits.bytes = 20;
    let fetched = run(&pool, &scope, "SELECT a FROM t ORDER BY a").await.unwrap();
    assert_eq!((fetched.rows.rows.len(), fetched.truncated), (2, true));
}

#[tokio::test]
async fn a_statement_beyond_the_limits_is_told_so() {
    let (_folder, pool) = folder();
    let long = "SELECT replace(printf('%60000000d', 1), ' ', 'xxxx')";
    assert!(matches!(run(&pool, &scope(), long).await, Err(Error::TooBig { .. })));
    let deep = format!("SELECT {}1", "1+".repeat(600));
    assert!(run(&pool, &scope(), &deep).await.is_err());
}

#[tokio::test]
async fn expressions_get_the_type_of_their_values() {
    let (_folder, pool) = folder();
    let fetched = run(&pool, &scope(), "SELECT a, sum(a) s, avg(a) v, b || '' w, NULL n FROM t").await.unwrap();
    let types: Vec<TypeKind> = fetched.rows.columns.iter().map(|c| c.ty).collect();
    let text = TypeKind::Text { length: None };
    assert_eq!(types, [TypeKind::Int, TypeKind::Int, TypeKind::Float, text, TypeKind::Unknown]);
}
