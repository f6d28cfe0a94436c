//! What keeping up costs: a check that finds nothing, and a reading after one ALTER.

use std::time::Instant;

use connect::Address;

use crate::{database, schemas, scope};

/// Checks that find nothing.
const CHECKS: usize = 300;
/// Changes, each read before the next.
const CHANGES: usize = 15;

/// Says the median and the worst of both, in milliseconds. The change is made with the engine's own client, which the time
/// leaves out.
pub async fn run(address: &str) {
    let database = database(address);
    let schemas = schemas(database.clone());
    let first = schemas.current(&scope()).await.unwrap();
    let mut checks = Vec::new();
    for _ in 0..CHECKS {
        let start = Instant::now();
        let same = schemas.current(&scope()).await.unwrap();
        checks.push(start.elapsed().as_secs_f64() * 1e3);
        assert_eq!(same.fingerprint, first.fingerprint);
    }
    let table = first.catalog.tables().nth(first.catalog.len() / 2).unwrap().name.clone();
    if matches!(Address::parse(address).unwrap(), Address::Mysql(_)) {
        // Its marks are times in whole seconds, and say nothing of what was made just now.
        std::thread::sleep(std::time::Duration::from_secs(3));
    }
    let (mut changes, mut objects) = (Vec::new(), Vec::new());
    let mut last = schemas.current(&scope()).await.unwrap();
    for i in 0..CHANGES {
        let before = schemas.counts().objects;
        alter(address, &format!("ALTER TABLE {} ADD COLUMN more_{i} INT", sql_name(&table))).await;
        while database.token(&scope()).await.unwrap() == last.token {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let start = Instant::now();
        let now = schemas.current(&scope()).await.unwrap();
        changes.push(start.elapsed().as_secs_f64() * 1e3);
        objects.push((schemas.counts().objects - before) as f64);
        let more = now.catalog.table(&table).unwrap().columns.len() - last.catalog.table(&table).unwrap().columns.len();
        assert_eq!(more, 1);
        last = now;
    }
    let tables = first.catalog.len();
    for (what, mut all) in [("nothing changed", checks), ("one ALTER", changes), ("objects read", objects)] {
        all.sort_by(f64::total_cmp);
        println!("{tables} tables, {what}: median {:.3}, worst {:.3}", all[all.len() / 2], all[all.len() - 1]);
    }
}

fn sql_name(table: &catalog::TableName) -> String {
    table.schema.as_ref().map_or(table.name.clone(), |schema| format!("{schema}.{}", table.name))
}

async fn alter(address: &str, statement: &str) {
    match Address::parse(address).unwrap() {
        Address::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(statement).unwrap(),
        Address::Postgres(server) => {
            crate::floor::postgres_client(&server).await.batch_execute(statement).await.unwrap()
        }
        Address::Mysql(server) => {
            let mut connection = crate::floor::mysql_client(&server).await;
            mysql_async::prelude::Queryable::query_drop(&mut connection, statement).await.unwrap();
            connection.disconnect().await.unwrap();
        }
    }
}
