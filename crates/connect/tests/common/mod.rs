//! What the tests of this folder share.
#![allow(dead_code)] // each test file uses its own part

use std::path::Path;

use catalog::{TableName, Value};
use connect::{Database, Error, Fetched, Inspected, SampleRequest, Scope, Slice};
use jiff::Timestamp;
use rusqlite::Connection;
use sql::Dialect;

pub fn scope() -> Scope {
    Scope::new(Timestamp::UNIX_EPOCH)
}

/// Runs statements that write, through a connection of its own.
pub fn write(path: &Path, statements: &str) {
    Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

pub async fn query(database: &dyn Database, text: &str) -> Result<Fetched, Error> {
    let printed = sql::Printed { text: text.to_owned(), parameters: Vec::new() };
    database.query(&scope(), &sql::guard(printed, &sql::Sqlite).unwrap(), &Slice::unseen()).await
}

/// The only value of a statement.
pub async fn value(database: &dyn Database, text: &str) -> Value {
    query(database, text).await.unwrap().rows.rows[0][0].clone()
}

pub async fn inspect_all(database: &dyn Database) -> Inspected {
    let listed = database.list(&scope()).await.unwrap();
    let names: Vec<TableName> = listed.into_iter().map(|l| l.name).collect();
    database.inspect(&scope(), &names).await.unwrap()
}

/// Does everything that a database can do.
pub async fn use_everything(database: &dyn Database) {
    database.token(&scope()).await.unwrap();
    for table in inspect_all(database).await.tables {
        let text = format!("SELECT COUNT(*) AS n FROM {}", sql::Sqlite.quote(&table.name.name));
        query(database, &text).await.unwrap();
        let request = SampleRequest { table: std::sync::Arc::new(table), rows: 1000, values: 50, sketch: 64 };
        database.sample(&scope(), &request).await.unwrap();
    }
}

/// Every file of a folder: name, content, time of change.
pub fn contents(folder: &Path) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let entry = |e: std::io::Result<std::fs::DirEntry>| {
        let e = e.unwrap();
        let changed = e.metadata().unwrap().modified().unwrap();
        (e.file_name().display().to_string(), std::fs::read(e.path()).unwrap(), changed)
    };
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(entry).collect();
    all.sort();
    all
}
