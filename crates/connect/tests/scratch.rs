//! Databases of our own: what goes in comes out.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests panic as tests do

mod common;

use std::str::FromStr;

use books::{Book, BookTable};
use catalog::{Column, Decimal, ForeignKey, Index, IndexPart, Table, TableKind, TableName, Type, Value};
use common::{contents, inspect_all, query, scope, value, write};
use connect::{Error, Scratch};

fn table(name: &str, columns: &[(&str, &str)]) -> Table {
    let column = |(name, declared): &(&str, &str)| Column {
        name: (*name).into(),
        ty: Type::parse(declared),
        nullable: true,
        default: None,
        generated: false,
        comment: None,
        identity: None,
    };
    Table {
        name: TableName::bare(name),
        kind: TableKind::Table,
        columns: columns.iter().map(column).collect(),
        primary_key: vec![],
        unique: vec![],
        foreign_keys: vec![],
        indexes: vec![],
        checks: vec![],
        definition: None,
        comment: None,
        identity: None,
    }
}

fn decimal(text: &str) -> Value {
    Value::Decimal(Decimal::from_str(text).unwrap())
}

fn book() -> Book {
    let mut parent = table("Parent", &[("id", "INTEGER"), ("code", "VARCHAR(10)"), ("note", "TEXT")]);
    parent.primary_key = vec!["id".into()];
    parent.columns[0].nullable = false;
    parent.columns[1].nullable = false;
    parent.columns[1].comment = Some("short, unique".into());
    parent.unique = vec![vec!["code".into()]];
    parent.comment = Some("what others refer to".into());
    let mut child = table(
        "child \"x\"",
        &[("parent", "INTEGER"), ("no", "INTEGER"), ("amount", "DECIMAL(38, 2)"), ("day", "DATE"), ("flag", "BOOLEAN")],
    );
    child.primary_key = vec!["parent".into(), "no".into()];
    child.columns[4].default = Some("0".into());
    child.columns[4].comment = Some("last of all".into());
    child.foreign_keys = vec![ForeignKey {
        columns: vec!["parent".into()],
        target: TableName::bare("Parent"),
        target_columns: vec!["id".into()],
        on_delete: Some("CASCADE".into()),
        on_update: None,
    }];
    let part = |column: &str, descending| IndexPart { column: Some(column.into()), descending };
    child.indexes = vec![Index {
        name: "by_day".into(),
        parts: vec![part("day", true), part("no", false)],
        unique: false,
        partial: false,
    }];
    let row = |no: i64, amount: &str| {
        let day = jiff::civil::date(2024, 2, 28 + no as i8);
        vec![Value::Int(1), Value::Int(no), decimal(amount), Value::Date(day), Value::Bool(no == 1)]
    };
    Book {
        name: "test".into(),
        about: "two tables".into(),
        tables: vec![
            BookTable { table: parent, rows: vec![vec![Value::Int(1), Value::from("a"), Value::Null]] },
            BookTable { table: child, rows: vec![row(0, "12.34"), row(1, "123456789012345678901234567890.12")] },
        ],
    }
}

#[tokio::test]
async fn schema_and_comments_come_back_as_they_went_in() {
    let (book, scratch) = (book(), Scratch::in_memory(&book()).unwrap());
    let read = inspect_all(&*scratch.database()).await;
    let written: Vec<&Table> = book.tables.iter().map(|t| &t.table).collect();
    assert_eq!(read.tables.iter().collect::<Vec<_>>(), written);
    assert!(read.problems.is_empty());
}

#[tokio::test]
async fn values_come_back_exactly() {
    let scratch = Scratch::in_memory(&book()).unwrap();
    let rows = query(&*scratch.database(), "SELECT amount, day, flag FROM \"child \"\"x\"\"\" ORDER BY no")
        .await
        .unwrap()
        .rows
        .rows;
    assert_eq!(rows[0], [Value::Float(12.34), Value::from("2024-02-28"), Value::Bool(false)]);
    assert_eq!(rows[1], [decimal("123456789012345678901234567890.12"), Value::from("2024-02-29"), Value::Bool(true)]);
}

#[tokio::test]
async fn scratches_are_apart_and_outlived_by_their_databases() {
    let (one, two) = (Scratch::in_memory(&book()).unwrap(), Scratch::in_memory(&book()).unwrap());
    one.execute("DELETE FROM Parent; ALTER TABLE Parent ADD COLUMN more TEXT").unwrap();
    let (one, two) = (one.database(), two.database());
    assert_eq!(value(&*one, "SELECT COUNT(*) AS n FROM Parent").await, Value::Int(0));
    assert_eq!(value(&*two, "SELECT COUNT(*) AS n FROM Parent").await, Value::Int(1));
    assert_ne!(one.token(&scope()).await.unwrap(), two.token(&scope()).await.unwrap());
}

#[tokio::test]
async fn a_file_appears_complete_and_replaces_nothing_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.db");
    let scratch = Scratch::file(&scope(), &path, &book(), false).unwrap();
    assert_eq!(value(&*scratch.database(), "SELECT COUNT(*) AS n FROM Parent").await, Value::Int(1));
    scratch.execute("DELETE FROM Parent").unwrap();
    let before = contents(folder.path());
    assert_eq!(before.len(), 1);
    assert!(matches!(Scratch::file(&scope(), &path, &book(), false), Err(Error::Exists { .. })));
    assert_eq!(contents(folder.path()), before);
    let scratch = Scratch::file(&scope(), &path, &book(), true).unwrap();
    assert_eq!(value(&*scratch.database(), "SELECT COUNT(*) AS n FROM Parent").await, Value::Int(1));
    std::fs::write(folder.path().join("demo.db-wal"), "left").unwrap();
    assert!(matches!(Scratch::file(&scope(), &path, &book(), true), Err(Error::Locked { .. })));
}

#[tokio::test]
async fn nothing_is_left_of_a_file_that_was_not_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.db");
    let cancelled = scope();
    cancelled.cancel.cancel();
    assert!(matches!(Scratch::file(&cancelled, &path, &book(), false), Err(Error::Cancelled)));
    let mut twice = book();
    let again = twice.tables[0].rows[0].clone();
    twice.tables[0].rows.push(again);
    assert!(matches!(Scratch::file(&scope(), &path, &twice, false), Err(Error::Write { .. })));
    assert!(matches!(Scratch::file(&scope(), &path.join("below/x.db"), &book(), false), Err(Error::Write { .. })));
    assert!(contents(folder.path()).is_empty());
    write(&path, "CREATE TABLE mine (a)");
    let before = contents(folder.path());
    assert!(Scratch::file(&cancelled, &path, &book(), true).is_err());
    assert_eq!(contents(folder.path()), before);
}

#[test]
fn statements_are_prepared_on_a_catalog_that_holds_no_row() {
    let text =
        br#"{"tables": {"sales.bills": ["id", {"name": "state", "type": "enum('open','paid')"}], "notes": ["id"]}}"#;
    let catalog = catalog::file::read(text).unwrap();
    let scratch = Scratch::of_catalog(&catalog, None).unwrap();
    for statement in
        ["SELECT state FROM sales.bills", "SELECT b.id FROM bills b JOIN notes n ON n.id = b.id WHERE b.id > ?"]
    {
        scratch.prepare(statement).unwrap();
    }
    let said = |statement: &str| match scratch.prepare(statement).unwrap_err() {
        Error::Query { source } => source.to_string(),
        other => panic!("{other}"),
    };
    assert_eq!(said("SELECT status FROM bills"), "no such column: status");
    assert!(said("SELECT \"status\" FROM bills").contains("no such column"), "a name in quotes is no text");
    let home = Scratch::of_catalog(&catalog, Some("fin")).unwrap();
    home.prepare("SELECT id FROM fin.notes").unwrap();
}
