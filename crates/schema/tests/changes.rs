//! Every kind of change that SQLite knows, seen through real files; and what is no change.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog::{Change, ChangeKind, Severity, TableName, Use};
use connect::Scope;
use connect::sqlite::Sqlite;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use schema::{Schemas, Snapshot, between};
use store::{Review, Store};

const BASE: &str = "
    CREATE TABLE client (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, city TEXT, mail TEXT UNIQUE);
    CREATE TABLE sale (id INTEGER PRIMARY KEY, client INTEGER REFERENCES client (id), day DATE NOT NULL,
        amount DECIMAL(15, 2) DEFAULT 0, note TEXT, units INTEGER, CHECK (amount >= 0));
    CREATE TABLE part (a INTEGER, b INTEGER, c TEXT, PRIMARY KEY (a, b), UNIQUE (c));
    CREATE INDEX sale_day ON sale (day);
    CREATE UNIQUE INDEX sale_note ON sale (note) WHERE note IS NOT NULL;
    CREATE VIEW big AS SELECT note FROM sale WHERE note > '';
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        INSERT INTO client SELECT i, 'client ' || i, 'city ' || (i % 7), 'm' || i FROM n;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        INSERT INTO sale SELECT i, 1 + i % 60, date('2024-01-01', i || ' days'), i * 1.25, 'n' || i, i % 9 FROM n;
    INSERT INTO part SELECT id, id * 3, 'part ' || id FROM client;";

fn write(path: &Path, statements: &str) {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(statements).unwrap();
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    write(&path, BASE);
    (folder, path)
}

fn at(minutes: i64) -> Scope {
    Scope::new(Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes))
}

async fn snapshot(path: &Path) -> Arc<Snapshot> {
    Schemas::new(Arc::new(Sqlite::file(path.to_owned())), None).current(&at(0)).await.unwrap()
}

/// What is seen of some statements.
async fn seen(statements: &str) -> Vec<Change> {
    let (_folder, path) = folder();
    let before = snapshot(&path).await;
    write(&path, statements);
    let after = snapshot(&path).await;
    let now = at(1).now;
    between(&before, &after, now, now, &[]).map_or_else(Vec::new, |seen| seen.changes)
}

fn said(changes: &[Change]) -> String {
    changes.iter().map(|c| format!("{c} [{:.3}]\n", c.certainty)).collect()
}

/// A table made anew under its own name, the way SQLite changes what ALTER TABLE cannot.
fn rebuilt(definition: &str, columns: &str) -> String {
    format!(
        "CREATE TABLE made ({definition}); INSERT INTO made ({columns}) SELECT {columns} FROM sale;
         DROP VIEW big; DROP TABLE sale; ALTER TABLE made RENAME TO sale; CREATE INDEX sale_day ON sale (day);
         CREATE UNIQUE INDEX sale_note ON sale (note) WHERE note IS NOT NULL;
         CREATE VIEW big AS SELECT note FROM sale WHERE note > '';"
    )
}

fn sale(changed: &str, to: &str) -> String {
    let definition = "id INTEGER PRIMARY KEY, client INTEGER REFERENCES client (id), day DATE NOT NULL, \
        amount DECIMAL(15, 2) DEFAULT 0, note TEXT, units INTEGER, CHECK (amount >= 0)";
    assert!(definition.contains(changed), "{changed}");
    rebuilt(&definition.replace(changed, to), "id, client, day, amount, note, units")
}

#[tokio::test]
async fn every_kind_of_change_is_seen_as_what_it_is() {
    use ChangeKind::*;
    use Severity::*;
    let cases: Vec<(String, ChangeKind, &str, Severity)> = vec![
        ("CREATE TABLE new (x)".into(), TableCreated, "new", Medium),
        ("CREATE VIEW new AS SELECT 1 AS x".into(), TableCreated, "new", Medium),
        ("CREATE VIRTUAL TABLE new USING fts5 (x)".into(), TableCreated, "new", Medium),
        ("DROP TABLE part".into(), TableDropped, "part", Critical),
        ("DROP VIEW big".into(), TableDropped, "big", Critical),
        ("ALTER TABLE part RENAME TO piece".into(), TableRenamed, "piece", Critical),
        ("ALTER TABLE client RENAME TO customer".into(), TableRenamed, "customer", Critical),
        ("ALTER TABLE sale RENAME COLUMN units TO pieces".into(), ColumnRenamed, "sale.pieces", Critical),
        ("ALTER TABLE client RENAME COLUMN name TO title".into(), ColumnRenamed, "client.title", Critical),
        ("ALTER TABLE sale ADD COLUMN extra TEXT".into(), ColumnAdded, "sale.extra", Low),
        ("ALTER TABLE sale ADD COLUMN extra TEXT NOT NULL DEFAULT 'x'".into(), ColumnAdded, "sale.extra", Low),
        (
            "ALTER TABLE sale ADD COLUMN twice INTEGER GENERATED ALWAYS AS (units * 2) VIRTUAL".into(),
            ColumnAdded,
            "sale.twice",
            Low,
        ),
        ("ALTER TABLE client DROP COLUMN city".into(), ColumnDropped, "client.city", High),
        (sale("DECIMAL(15, 2)", "DECIMAL(18, 4)"), TypeWidened, "sale.amount", Medium),
        (sale("DECIMAL(15, 2)", "DECIMAL(9, 2)"), TypeNarrowed, "sale.amount", High),
        (sale("units INTEGER", "units TEXT"), TypeChanged, "sale.units", High),
        (sale("units INTEGER", "units BIGINT"), TypeWidened, "sale.units", Medium),
        (sale("units INTEGER", "units INTEGER NOT NULL"), NullForbidden, "sale.units", High),
        (sale("DATE NOT NULL", "DATE"), NullAllowed, "sale.day", Medium),
        (sale("units INTEGER", "units INTEGER DEFAULT 1"), DefaultSet, "sale.units", Low),
        (sale("DEFAULT 0", "DEFAULT 1"), DefaultChanged, "sale.amount", Low),
        (sale(" DEFAULT 0", ""), DefaultRemoved, "sale.amount", Medium),
        (sale("amount >= 0", "amount >= 1"), CheckDropped, "sale", High),
        (sale(", CHECK (amount >= 0)", ""), CheckDropped, "sale", High),
        (sale("units INTEGER", "units INTEGER CHECK (units < 100)"), CheckAdded, "sale", Medium),
        (sale(" REFERENCES client (id)", ""), ForeignKeyDropped, "sale.client", Critical),
        (sale("units INTEGER", "units INTEGER REFERENCES part (a)"), ForeignKeyAdded, "sale.units", Medium),
        (sale("REFERENCES client (id)", "REFERENCES part (a)"), ForeignKeyChanged, "sale.client", Critical),
        (sale("client (id)", "client (id) ON DELETE CASCADE"), ForeignKeyChanged, "sale.client", High),
        (sale("INTEGER PRIMARY KEY", "INTEGER"), PrimaryKeyDropped, "sale", Critical),
        (sale("units INTEGER", "units INTEGER, UNIQUE (day, client)"), UniqueAdded, "sale.client, day", Medium),
        (
            "DROP TABLE part; CREATE TABLE part (a INTEGER, b INTEGER, c TEXT, PRIMARY KEY (a, c), UNIQUE (c))".into(),
            PrimaryKeyChanged,
            "part",
            Critical,
        ),
        (
            "DROP TABLE part; CREATE TABLE part (a INTEGER, b INTEGER, c TEXT, PRIMARY KEY (a, b))".into(),
            UniqueDropped,
            "part.c",
            High,
        ),
        (
            "DROP TABLE part; CREATE TABLE part (b INTEGER, a INTEGER, c TEXT, PRIMARY KEY (a, b), UNIQUE (c))".into(),
            ColumnMoved,
            "part",
            Low,
        ),
        ("CREATE INDEX more ON sale (client, day DESC)".into(), IndexAdded, "sale.more", Low),
        ("DROP INDEX sale_day".into(), IndexDropped, "sale.sale_day", High),
        ("DROP INDEX sale_day; CREATE INDEX by_day ON sale (day)".into(), IndexRenamed, "sale.by_day", Low),
        ("DROP INDEX sale_day; CREATE INDEX sale_day ON sale (day, id)".into(), IndexChanged, "sale.sale_day", High),
        ("DROP VIEW big; CREATE VIEW big AS SELECT note FROM sale WHERE note > 'x'".into(), ViewChanged, "big", High),
        ("DROP VIEW big; CREATE TABLE big (note TEXT)".into(), TableKindChanged, "big", Critical),
        (sale("units INTEGER", "units INTEGER /* pieces sold */"), ColumnComment, "sale.units", Low),
        ("DROP TABLE sale; CREATE TABLE sale (id INTEGER)".into(), TableHidden, "big", Critical),
    ];
    for (statements, kind, place, severity) in cases {
        let changes = seen(&statements).await;
        let place_of = |c: &Change| c.part.as_ref().map_or(c.table.to_string(), |part| format!("{}.{part}", c.table));
        let found = changes.iter().find(|c| c.kind == kind && place_of(c) == place);
        let found = found.unwrap_or_else(|| panic!("{kind:?} {place} of {statements}: {}", said(&changes)));
        assert_eq!(found.severity, severity, "{statements}");
        let is_alone =
            !matches!(kind, TableHidden | TableKindChanged | PrimaryKeyDropped | CheckDropped | PrimaryKeyChanged);
        assert!(!is_alone || changes.len() == 1, "{statements}: {}", said(&changes));
        assert!(kind.is_rename() || found.certainty == 1.0);
    }
}

#[tokio::test]
async fn what_changes_no_schema_is_no_change() {
    for statements in [
        "ANALYZE",
        "VACUUM",
        "ANALYZE; VACUUM; REINDEX",
        "INSERT INTO client (name) VALUES ('x'); DELETE FROM sale; UPDATE client SET city = 'y'",
        "CREATE TEMP TABLE t (x); CREATE TEMP VIEW v AS SELECT 1",
        "BEGIN; CREATE TABLE t (x); ALTER TABLE sale ADD COLUMN y; DROP TABLE part; ROLLBACK",
        "CREATE TABLE t (x); DROP TABLE t",
        "ALTER TABLE sale ADD COLUMN y; ALTER TABLE sale DROP COLUMN y",
        "PRAGMA user_version = 7; PRAGMA journal_mode = wal; PRAGMA journal_mode = delete",
        "ALTER TABLE sale RENAME TO other; ALTER TABLE other RENAME TO sale",
        "CREATE TRIGGER g AFTER INSERT ON sale BEGIN SELECT 1; END",
    ] {
        assert_eq!(seen(statements).await, [], "{statements}");
    }
    let rebuilt = seen(&sale("units INTEGER", "units INTEGER")).await;
    assert_eq!(rebuilt, [], "a table made anew in the same form");
}

#[tokio::test]
async fn tables_that_change_names_with_each_other_are_two_renames() {
    let swap = "ALTER TABLE client RENAME TO x; ALTER TABLE part RENAME TO client; ALTER TABLE x RENAME TO part;";
    let changes = seen(swap).await;
    let kinds: Vec<(ChangeKind, String)> =
        changes.iter().cloned().map(|c| (c.kind, format!("{} -> {}", c.before.unwrap_or_default(), c.table))).collect();
    let renamed = |text: &str| (ChangeKind::TableRenamed, text.to_owned());
    assert_eq!(kinds, [renamed("part -> client"), renamed("client -> part")], "{}", said(&changes));
}

#[tokio::test]
async fn listeners_hear_and_the_history_keeps_what_changed_with_its_impact() {
    let (folder, path) = folder();
    let store = Store::open(&folder.path().join("state.db")).unwrap();
    let database = Arc::new(Sqlite::file(path.clone()));
    let schemas = Schemas::new(database.clone(), Some(store.clone()));
    let mut listener = schemas.subscribe();
    let first = schemas.current(&at(0)).await.unwrap();
    let column = catalog::ColumnRef::new(TableName::bare("sale"), "units");
    let user = Use {
        what: "question".into(),
        name: "total units".into(),
        tables: [TableName::bare("sale")].into(),
        columns: [column].into(),
    };
    schemas.note_use(&at(1), user).await;
    write(&path, "ALTER TABLE sale RENAME COLUMN units TO pieces; DROP TABLE part");
    let second = schemas.current(&at(5)).await.unwrap();
    let heard = listener.try_recv().unwrap();
    assert_eq!((heard.not_before, heard.at), (at(0).now, at(5).now));
    assert_eq!((&heard.epoch_before, &heard.epoch_after), (&first.epoch, &second.epoch));
    let severities: BTreeSet<(ChangeKind, Severity, usize)> =
        heard.changes.iter().map(|c| (c.kind, c.severity, c.impact.len())).collect();
    let expected = [
        (ChangeKind::ColumnRenamed, Severity::Critical, 1),
        // Nothing that is known used it.
        (ChangeKind::TableDropped, Severity::High, 0),
    ];
    assert_eq!(severities, expected.into());
    let kept = store.changes(&first.source, at(0).now).unwrap();
    assert_eq!(kept.len(), 2);
    store.review(&first.source, kept[0].id, Some(Review::Confirmed)).unwrap();
    // The next run starts from what was kept and sees what happened while nobody looked.
    write(&path, "ALTER TABLE client DROP COLUMN city");
    let next = Schemas::new(database, Some(store.clone()));
    next.current(&at(60)).await.unwrap();
    let kept = store.changes(&first.source, at(6).now).unwrap();
    let words: Vec<String> = kept.iter().map(|k| k.change.to_string()).collect();
    assert_eq!(words, ["column dropped: client.city (was TEXT)"]);
    assert_eq!((kept[0].not_before, kept[0].seen_at), (second.taken_at, at(60).now));
}
