//! What reading schemas of any size costs, each way in a process of its own, so that its memory can be told:
//! `scripts/discovery-speed` runs it beside others. Every way says how much it found.
//!
//! ```text
//! serve FOLDER SIZES...       private servers and files with schemas of these sizes; lasts as long as the standard input
//! ours ADDRESS                the service: connect, read, put together, fingerprint
//! floor ADDRESS               the same facts by the plainest statements, rows thrown away
//! refresh ADDRESS             how long a check takes that finds nothing, and a reading after one ALTER
//! levels ADDRESS              turns and bytes of a reading, whole and in the batches of each level
//! ```
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // a program for developers: it stops where something is wrong, and prints

mod floor;
mod levels;
mod refresh;
mod serve;

use std::sync::Arc;
use std::time::Duration;

use connect::{Address, Database, Scope};
use jiff::Timestamp;
use schema::{Options, Sampling, Schemas};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match words.as_slice() {
        // Run by hand without words, as all benchmarks are: there is nothing to measure then.
        [] => println!("see scripts/discovery-speed"),
        ["serve", folder, sizes @ ..] => serve::run(folder, sizes),
        ["ours", address] => runtime.block_on(ours(address)),
        ["floor", address] => runtime.block_on(floor::run(&Address::parse(address).unwrap())),
        ["refresh", address] => runtime.block_on(refresh::run(address)),
        ["levels", address] => runtime.block_on(levels::run(address)),
        other => panic!("{other:?} is none of the ways"),
    }
}

fn scope() -> Scope {
    Scope::new(Timestamp::UNIX_EPOCH)
}

fn database(address: &str) -> Arc<dyn Database> {
    connect::at(&Address::parse(address).unwrap()).unwrap()
}

/// The service over a database, without looking at rows.
fn schemas(database: Arc<dyn Database>) -> Schemas {
    let sampling = Sampling { time: Duration::ZERO, ..Sampling::default() };
    Schemas::with_options(database, None, Options { sampling, ..Options::default() })
}

/// Reads the schema, and says what is in it.
async fn ours(address: &str) {
    let snapshot = schemas(database(address)).current(&scope()).await.unwrap();
    assert_eq!(snapshot.problems, []);
    let (mut columns, mut references, mut indexes) = (0, 0, 0);
    for table in snapshot.catalog.tables() {
        columns += table.columns.len();
        references += table.foreign_keys.len();
        indexes += table.indexes.len();
    }
    let tables = snapshot.catalog.tables().count();
    println!("{tables} tables {columns} columns {references} references {indexes} indexes");
}
