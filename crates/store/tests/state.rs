//! The state file: kept, shared, migrated, refused.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests panic as tests do

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use catalog::{
    Catalog, Change, ChangeKind, Check, Column, ColumnStatistics, Decimal, Entry, Extent, Identity, Statistics, Table,
    TableKind, TableName, TableStatistics, Type, Use, Value,
};
use fault::Kind;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use store::{Error, Reading, Retention, Review, SavedSnapshot, SeenChanges, Store};

const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + day * 86_400).unwrap()
}

fn snapshot(token: &str, taken_at: Timestamp) -> SavedSnapshot {
    let column = Column {
        name: "amount".into(),
        ty: Type::parse("DECIMAL(38, 2)"),
        nullable: false,
        default: None,
        generated: false,
        comment: Some("in euro".into()),
        identity: Some(Identity("16384".into())),
    };
    let table = Table {
        name: TableName::bare("t"),
        kind: TableKind::Table,
        columns: vec![column],
        primary_key: vec![],
        unique: vec![],
        foreign_keys: vec![],
        indexes: vec![],
        checks: vec![Check { name: None, condition: "amount > 0".into() }],
        definition: None,
        comment: None,
        identity: None,
    };
    let big = Value::Decimal(Decimal::from_str("123456789012345678901234567890.12").unwrap());
    let amounts = ColumnStatistics {
        distinct: 2,
        extent: Some(Extent { min: Value::Float(0.1), max: big.clone(), exact: true }),
        values: vec![(Value::Int(i64::MAX), 3), (big, 1), (Value::from("x"), 1)],
        sketch: vec![1, u64::MAX],
        ..Default::default()
    };
    let statistics = TableStatistics {
        rows: Some(5),
        rows_exact: true,
        sampled: 5,
        columns: BTreeMap::from([("amount".to_owned(), amounts)]),
    };
    let listed = Entry::Listed { name: TableName::bare("unread"), kind: TableKind::View };
    SavedSnapshot {
        token: token.into(),
        data_mark: Some("d".into()),
        taken_at,
        catalog: Arc::new(Catalog::new([Entry::Read { table: Arc::new(table) }, listed])),
        statistics: Arc::new(Statistics { tables: BTreeMap::from([(TableName::bare("t"), statistics)]) }),
        problems: vec![(TableName::bare("unread"), "no such table".into())],
        prints: Some(("base".into(), vec![(TableName::bare("t"), "mark".into())])),
        expiry: Some([taken_at, taken_at + SignedDuration::from_mins(3), taken_at + SignedDuration::from_mins(4)]),
    }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/state.sqlite");
    (folder, path)
}

fn refused(path: &Path) -> (Kind, String) {
    let Err(error) = Store::open(path) else { panic!("opened") };
    let fault = error.fault();
    assert!(!fault.hints.is_empty());
    (fault.kind, fault.code)
}

#[test]
fn a_snapshot_comes_back_exactly_through_another_handle() {
    let (_folder, path) = folder();
    let (one, other) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    assert_eq!(other.snapshot("sqlite:a").unwrap(), None);
    one.save_snapshot("sqlite:a", &snapshot("1", at(0)), at(0), MONTH).unwrap();
    assert_eq!(other.snapshot("sqlite:a").unwrap(), Some(snapshot("1", at(0))));
    assert_eq!(other.snapshot("sqlite:b").unwrap(), None);
    other.save_snapshot("sqlite:a", &snapshot("2", at(1)), at(1), MONTH).unwrap();
    one.save_snapshot("sqlite:a", &snapshot("late", at(0)), at(1), MONTH).unwrap();
    assert_eq!(one.snapshot("sqlite:a").unwrap().unwrap().token, "2", "the newer one stays");
}

#[test]
fn what_is_kept_is_told_and_a_source_can_be_forgotten() {
    let (_folder, path) = folder();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.holdings().unwrap(), []);
    store.save_snapshot("a", &snapshot("1", at(0)), at(0), MONTH).unwrap();
    store.save_snapshot("b", &snapshot("1", at(1)), at(1), MONTH).unwrap();
    store.add_counts("a", &[("hits", 3), ("misses", 1), ("loads", 0)]).unwrap();
    store.add_counts("a", &[("hits", 4)]).unwrap();
    let kept = store.holdings().unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!((kept[0].source.as_str(), kept[0].taken_at, kept[0].objects), ("a", Some(at(0)), 2));
    assert!(kept[0].bytes > 100);
    assert_eq!(kept[0].counts, BTreeMap::from([("hits".to_owned(), 7), ("misses".to_owned(), 1)]));
    assert!(store.forget("a").unwrap() && !store.forget("a").unwrap() && store.snapshot("a").unwrap().is_none());
    assert_eq!(store.holdings().unwrap(), kept[1..]);
}

#[test]
fn several_handles_write_at_once() {
    let (_folder, path) = folder();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let path = path.clone();
            std::thread::spawn(move || {
                let store = Store::open(&path).unwrap();
                for i in 0..10 {
                    store.save_snapshot(&format!("{writer}.{i}"), &snapshot("t", at(0)), at(0), MONTH).unwrap();
                }
            })
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let store = Store::open(&path).unwrap();
    assert!((0..4).all(|writer| (0..10).all(|i| store.snapshot(&format!("{writer}.{i}")).unwrap().is_some())));
}

#[test]
fn old_and_surplus_snapshots_are_forgotten() {
    let (_folder, path) = folder();
    let store = Store::open(&path).unwrap();
    store.save_snapshot("old", &snapshot("t", at(0)), at(0), MONTH).unwrap();
    store.save_snapshot("new", &snapshot("t", at(29)), at(29), MONTH).unwrap();
    assert!(store.snapshot("old").unwrap().is_some());
    store.save_snapshot("new", &snapshot("t", at(31)), at(31), MONTH).unwrap();
    assert!(store.snapshot("old").unwrap().is_none());
    for i in 0..120 {
        let taken = at(31) + SignedDuration::from_secs(i + 1);
        store.save_snapshot(&format!("s{i}"), &snapshot("t", taken), taken, MONTH).unwrap();
    }
    assert!(store.snapshot("new").unwrap().is_none() && store.snapshot("s0").unwrap().is_none());
    assert!(store.snapshot("s20").unwrap().is_some() && store.snapshot("s119").unwrap().is_some());
}

#[test]
fn an_older_file_is_read_after_a_copy_was_made() {
    let (folder, path) = folder();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    Connection::open(&path).unwrap().execute_batch(include_str!("fixtures/format1.sql")).unwrap();
    let before = std::fs::read(&path).unwrap();
    let store = Store::open(&path).unwrap();
    let read = store.snapshot("sqlite:/data/old.db").unwrap().unwrap();
    assert_eq!((read.token.as_str(), read.data_mark.as_ref(), read.taken_at), ("7/1.00@0.0", None, at(0)));
    assert_eq!(read.catalog.table(&TableName::bare("t")).unwrap().columns[0].name, "amount");
    let statistics = &read.statistics.tables[&TableName::bare("t")];
    assert_eq!(statistics.columns["amount"].values, [(Value::Int(7), 2)]);
    store.save_snapshot("new", &snapshot("t", at(1)), at(1), MONTH).unwrap();
    drop(store);
    let copy = path.with_file_name("state.sqlite.format1");
    let kept = Connection::open(&copy).unwrap();
    let number = |text: &str| kept.query_row(text, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((number("PRAGMA user_version"), number("SELECT count(*) FROM snapshot")), (1, 1));
    assert!(!before.is_empty());
    let names = std::fs::read_dir(folder.path().join("data")).unwrap().count();
    assert_eq!(names, 2, "the file and its copy");
}

#[test]
fn files_of_others_and_of_the_future_are_refused_and_left_alone() {
    let (_folder, path) = folder();
    drop(Store::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(refused(&path), (Kind::Config, "store.newer".into()));
    let foreign = path.with_file_name("ledger.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE mine (a)").unwrap();
    let before = std::fs::read(&foreign).unwrap();
    assert_eq!(refused(&foreign), (Kind::Config, "store.foreign".into()));
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
    let text = path.with_file_name("notes.txt");
    std::fs::write(&text, "not a database, and long enough to be looked at".repeat(30)).unwrap();
    assert_eq!(refused(&text), (Kind::Config, "store.foreign".into()));
    assert!(matches!(Store::open(&path), Err(Error::Newer { found: 99, .. })));
}

#[test]
fn a_place_that_cannot_be_written_is_said_to_be_so() {
    let (folder, path) = folder();
    std::fs::write(folder.path().join("data"), "a file where a folder should be").unwrap();
    assert_eq!(refused(&path), (Kind::Denied, "store.unwritable".into()));
}

#[test]
fn what_is_kept_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = folder();
    let store = Store::open(&path).unwrap();
    store.save_snapshot("a", &snapshot("t", at(0)), at(0), MONTH).unwrap();
    for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn a_snapshot_that_cannot_be_read_counts_as_absent() {
    let (_folder, path) = folder();
    let store = Store::open(&path).unwrap();
    store.save_snapshot("a", &snapshot("t", at(0)), at(0), MONTH).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("UPDATE snapshot SET body = replace(body, '\"format\":1', '\"format\":2')").unwrap();
    assert_eq!(store.snapshot("a").unwrap(), None);
    other.execute_batch("UPDATE snapshot SET body = '{'").unwrap();
    assert_eq!(store.snapshot("a").unwrap(), None);
}

fn dropped(column: &str) -> Change {
    Change::of_table(ChangeKind::ColumnDropped, &TableName::bare("t")).part(column)
}

fn seen<'c>(day: i64, epochs: (&'c str, &'c str), changes: &'c [Change]) -> SeenChanges<'c> {
    SeenChanges { at: at(day), not_before: at(day - 1), epoch_before: epochs.0, epoch_after: epochs.1, changes }
}

#[test]
fn changes_are_kept_once_reviewed_and_forgotten() {
    let (_folder, path) = folder();
    let (one, other) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let keep = Retention::default();
    assert!(one.save_changes("s", seen(0, ("a", "b"), &[dropped("x"), dropped("y")]), keep).unwrap());
    assert!(!other.save_changes("s", seen(0, ("a", "b"), &[dropped("x"), dropped("y")]), keep).unwrap());
    // The same step later is another one: it had been undone in between.
    assert!(one.save_changes("s", seen(50, ("a", "b"), &[dropped("x")]), keep).unwrap());
    let all = other.changes("s", at(-1)).unwrap();
    assert_eq!((all.len(), all[0].seen_at, all[2].change.part.as_deref()), (3, at(50), Some("x")));
    assert_eq!((all[0].review, other.changes("s", at(1)).unwrap().len()), (None, 1));
    assert!(one.review("s", all[0].id, Some(Review::Rejected)).unwrap());
    assert_eq!(other.changes("s", at(1)).unwrap()[0].review, Some(Review::Rejected));
    assert!(one.review("s", all[0].id, None).unwrap() && !one.review("other", all[0].id, None).unwrap());
    one.save_changes("s", seen(100, ("b", "c"), &[dropped("z")]), keep).unwrap();
    assert_eq!(one.changes("s", at(-1)).unwrap().len(), 2, "what is older than 90 days is forgotten");
}

#[test]
fn readings_come_back_in_order_and_are_bounded_by_age() {
    let (_folder, path) = folder();
    let store = Store::open(&path).unwrap();
    let tables = BTreeSet::from([TableName::bare("t")]);
    let reading = |day: i64| Reading {
        at: at(day),
        what: Use {
            what: "question".into(),
            name: format!("day {day}"),
            tables: tables.clone(),
            columns: BTreeSet::new(),
        },
    };
    for day in [0, 1, 40] {
        store.save_reading("s", &reading(day), MONTH).unwrap();
    }
    assert_eq!(store.readings("s").unwrap(), [reading(40)]);
    assert_eq!(store.readings("other").unwrap(), []);
    assert_eq!(store.setting("s", "pinned").unwrap(), None);
    store.decide("s", "pinned", "[]").unwrap();
    store.decide("s", "pinned", "[1]").unwrap();
    assert_eq!(store.setting("s", "pinned").unwrap().as_deref(), Some("[1]"));
}
