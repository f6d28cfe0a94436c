//! What sampling finds out.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests panic as tests do

mod common;

use std::sync::Arc;

use catalog::{ColumnStatistics, TableStatistics, Value};
use common::{inspect_all, scope, write};
use connect::sqlite::Sqlite;
use connect::{Database, SampleRequest};

const SKETCH: usize = 256;

async fn sample(ddl: &str, table: &str, rows: u64) -> TableStatistics {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    write(&path, ddl);
    let database = Sqlite::file(path);
    let tables = inspect_all(&database).await.tables;
    let table = Arc::new(tables.into_iter().find(|t| t.name.name == table).unwrap());
    database.sample(&scope(), &SampleRequest { table, rows, values: 20, sketch: SKETCH }).await.unwrap()
}

fn of<'a>(statistics: &'a TableStatistics, column: &str) -> &'a ColumnStatistics {
    &statistics.columns[column]
}

/// 40,000 rows in order of time, of which the last hundred are of a kind of their own.
const LONG: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE, stamp DATETIME, kind TEXT, sort TEXT, amount REAL, raw BLOB);
    CREATE INDEX by_sort ON t(sort);
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n LIMIT 40000)
    INSERT INTO t SELECT x, date('2020-01-01', (x / 40) || ' days'), datetime('2020-01-01', x || ' hours'),
      CASE WHEN x > 39900 THEN 'late' ELSE 'early' END, CASE WHEN x = 20001 THEN NULL WHEN x = 20002 THEN 'rare' ELSE 'usual' END,
      x / 4.0, x'00' FROM n;";

#[tokio::test]
async fn a_large_table_is_sampled_in_part_and_known_in_full_where_it_matters() {
    let statistics = sample(LONG, "t", 1000).await;
    assert_eq!((statistics.rows, statistics.rows_exact), (Some(40_000), true));
    assert!(statistics.sampled <= 1000 && statistics.sampled > 900, "{}", statistics.sampled);
    let day = of(&statistics, "day");
    let extent = day.extent.as_ref().unwrap();
    assert_eq!(
        (&extent.min, &extent.max, extent.exact),
        (&Value::from("2020-01-01"), &Value::from("2022-09-27"), true)
    );
    assert_eq!(day.dates, statistics.sampled);
    // Spread over the table, not its head: the sample's own ids reach far.
    let ids = of(&statistics, "id").extent.as_ref().unwrap();
    assert!(!ids.exact);
    assert!(ids.max.to_f64().unwrap() > 35_000.0, "{ids:?}");
    // Text with few values is completed: by a scan, and by the index.
    for (column, expected) in [("kind", ["early", "late"]), ("sort", ["rare", "usual"])] {
        let column = of(&statistics, column);
        let mut values: Vec<String> = column.values.iter().map(|(v, _)| v.to_string()).collect();
        values.sort();
        assert_eq!(values, expected);
        assert!(column.values_complete);
    }
    // Of blobs only their presence is known.
    let raw = of(&statistics, "raw");
    assert!(raw.values.is_empty() && raw.nulls == 0 && !raw.values_complete);
}

#[tokio::test]
async fn a_small_table_is_known_in_full() {
    let statistics = sample(LONG, "t", 100_000).await;
    assert_eq!(statistics.sampled, 40_000);
    let amount = of(&statistics, "amount");
    assert_eq!((amount.numbers, amount.fractional, amount.distinct), (40_000, 30_000, 40_000));
    let extent = amount.extent.as_ref().unwrap();
    assert_eq!((&extent.min, &extent.max, extent.exact), (&Value::Float(0.25), &Value::Float(10_000.0), true));
    assert_eq!(of(&statistics, "sort").nulls, 1);
    assert_eq!(of(&statistics, "id").sketch.len(), SKETCH);
}

#[tokio::test]
async fn tables_of_every_kind_are_sampled() {
    let ddl = "CREATE TABLE keyed (code TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
        INSERT INTO keyed VALUES ('a', 1), ('b', -2), ('c', NULL);
        CREATE TABLE named (rowid TEXT, _rowid_ TEXT, oid TEXT); INSERT INTO named VALUES ('x', 'y', 'z');
        CREATE TABLE empty (a);
        CREATE VIEW v AS SELECT n FROM keyed;";
    for (table, rows) in [("keyed", 3), ("named", 1), ("empty", 0), ("v", 3)] {
        let statistics = sample(ddl, table, 100).await;
        assert_eq!((statistics.rows, statistics.rows_exact, statistics.sampled), (Some(rows), true, rows), "{table}");
    }
    let cut = sample(ddl, "v", 2).await;
    assert_eq!((cut.rows, cut.rows_exact, cut.sampled), (None, false, 2));
    let keyed = sample(ddl, "keyed", 2).await;
    assert_eq!((keyed.rows, keyed.sampled), (Some(3), 2));
    assert_eq!(of(&sample(ddl, "keyed", 100).await, "n").negative, 1);
}

#[tokio::test]
async fn children_are_included_in_their_parents() {
    let ddl = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p TEXT);
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n LIMIT 3000) INSERT INTO p SELECT x FROM n;
        INSERT INTO c SELECT CAST(id * 2 AS TEXT) FROM p;";
    let (parents, children) = (sample(ddl, "p", 10_000).await, sample(ddl, "c", 10_000).await);
    let share = of(&children, "p").inclusion_in(of(&parents, "id"), SKETCH).unwrap();
    assert!((share - 0.5).abs() < 0.15, "{share}");
}
