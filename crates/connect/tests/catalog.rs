//! What is read of a schema.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests panic as tests do

mod common;

use std::path::PathBuf;

use catalog::{ForeignKey, Index, IndexPart, Table, TableKind, TableName, TypeKind};
use common::{inspect_all, query, scope, write};
use connect::sqlite::Sqlite;
use connect::{Database, Inspected};

const RICH: &str = "
CREATE TABLE Region (code TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE client ( -- who buys
  id INTEGER PRIMARY KEY, -- the row
  Region TEXT REFERENCES region, /* where they are */
  mail TEXT COLLATE NOCASE DEFAULT 'none',
  credit DECIMAL(15, 2) NOT NULL DEFAULT 0 CHECK (credit >= 0), -- in euro
  shout TEXT GENERATED ALWAYS AS (upper(mail)) VIRTUAL,
  kept INTEGER AS (credit * 2) STORED
);
CREATE TABLE item (client_id INTEGER, no INTEGER, \"odd \"\"name\" ANY, parent_client INT, parent_no INT,
  lost INTEGER REFERENCES nowhere(id),
  PRIMARY KEY (no, client_id),
  FOREIGN KEY (CLIENT_ID) REFERENCES CLIENT(ID) ON DELETE CASCADE,
  FOREIGN KEY (parent_no, parent_client) REFERENCES item ON UPDATE SET NULL) STRICT;
CREATE UNIQUE INDEX one_mail ON client(mail);
CREATE UNIQUE INDEX some_mail ON client(Region) WHERE mail IS NOT NULL;
CREATE UNIQUE INDEX loud_mail ON client(lower(mail), id DESC);
CREATE INDEX by_region ON client(Region DESC, credit);
CREATE VIEW v AS SELECT id, credit AS limit_ FROM client;
CREATE VIEW broken AS SELECT * FROM gone;
CREATE VIRTUAL TABLE words USING fts5(body);
";

async fn read(ddl: &str) -> (tempfile::TempDir, Sqlite, Inspected) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("s.db");
    write(&path, ddl);
    let database = Sqlite::file(path);
    let inspected = inspect_all(&database).await;
    (folder, database, inspected)
}

fn find<'a>(inspected: &'a Inspected, name: &str) -> &'a Table {
    inspected.tables.iter().find(|t| t.name.name == name).unwrap()
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| n.to_string()).collect()
}

#[tokio::test]
async fn tables_views_and_virtual_tables_are_listed_and_their_machinery_is_not() {
    let (_folder, database, inspected) = read(RICH).await;
    let listed = database.list(&scope()).await.unwrap();
    let listed: Vec<(&str, TableKind)> = listed.iter().map(|l| (l.name.name.as_str(), l.kind)).collect();
    use TableKind::{Table, View, Virtual};
    let expected =
        [("Region", Table), ("broken", View), ("client", Table), ("item", Table), ("v", View), ("words", Virtual)];
    assert_eq!(listed, expected);
    let problems: Vec<(&str, &str)> =
        inspected.problems.iter().map(|p| (p.name.name.as_str(), p.why.as_str())).collect();
    assert_eq!(problems, [("broken", "no such table: main.gone")]);
    assert_eq!(inspected.tables.len(), 5, "one bad view costs only itself");
    let body: Vec<&str> = find(&inspected, "words").columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(body, ["body"], "hidden columns are parameters");
}

#[tokio::test]
async fn columns_are_read_with_all_they_declare() {
    let (_folder, _, inspected) = read(RICH).await;
    let client = find(&inspected, "client");
    let shown: Vec<_> = client
        .columns
        .iter()
        .map(|c| {
            (
                c.name.as_str(),
                c.ty.declared.as_str(),
                c.nullable,
                c.default.as_deref(),
                c.generated,
                c.comment.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("id", "INTEGER", false, None, false, Some("the row")),
            ("Region", "TEXT", true, None, false, Some("where they are")),
            ("mail", "TEXT", true, Some("'none'"), false, None),
            ("credit", "DECIMAL(15, 2)", false, Some("0"), false, Some("in euro")),
            ("shout", "TEXT", true, None, true, None),
            ("kept", "INTEGER", true, None, true, None),
        ]
    );
    assert_eq!(client.columns[3].ty.kind, TypeKind::Decimal { precision: Some(15), scale: Some(2) });
    assert_eq!(client.comment.as_deref(), Some("who buys"));
    assert_eq!(client.checks.len(), 1);
    assert_eq!(client.checks[0].condition, "credit >= 0");
    assert!(!find(&inspected, "Region").columns[0].nullable, "keys without row numbers hold no NULL");
    let view = find(&inspected, "v");
    assert_eq!(view.columns[1].name, "limit_");
    assert!(view.definition.as_ref().unwrap().contains("FROM client"));
}

#[tokio::test]
async fn keys_and_references_are_resolved() {
    let (_folder, database, inspected) = read(RICH).await;
    let item = find(&inspected, "item");
    assert_eq!(item.primary_key, strings(&["no", "client_id"]), "in key order");
    let key = |columns: &[&str], target: &str, to: &[&str], delete: Option<&str>, update: Option<&str>| ForeignKey {
        columns: strings(columns),
        target: TableName::bare(target),
        target_columns: strings(to),
        on_delete: delete.map(str::to_owned),
        on_update: update.map(str::to_owned),
    };
    assert_eq!(
        item.foreign_keys,
        [
            key(&["lost"], "nowhere", &["id"], None, None),
            key(&["client_id"], "client", &["id"], Some("CASCADE"), None),
            key(&["parent_no", "parent_client"], "item", &["no", "client_id"], None, Some("SET NULL")),
        ]
    );
    // The target is known although it was not asked for.
    let alone = database.inspect(&scope(), &[TableName::bare("client"), TableName::bare("absent")]).await.unwrap();
    assert_eq!(alone.tables[0].foreign_keys, [key(&["Region"], "Region", &["code"], None, None)]);
    assert_eq!(alone.problems[0].why, "does not exist");
}

#[tokio::test]
async fn indexes_say_what_they_promise() {
    let (_folder, _, inspected) = read(RICH).await;
    let client = find(&inspected, "client");
    let part = |column: Option<&str>, descending| IndexPart { column: column.map(str::to_owned), descending };
    let index =
        |name: &str, parts: Vec<IndexPart>, unique, partial| Index { name: name.into(), parts, unique, partial };
    assert_eq!(
        client.indexes,
        [
            index("one_mail", vec![part(Some("mail"), false)], true, false),
            index("some_mail", vec![part(Some("Region"), false)], true, true),
            index("loud_mail", vec![part(None, false), part(Some("id"), true)], true, false),
            index("by_region", vec![part(Some("Region"), true), part(Some("credit"), false)], false, false),
        ]
    );
    assert_eq!(client.unique, [strings(&["mail"])], "neither a predicate nor an expression identifies a row");
    let region = find(&inspected, "Region");
    assert_eq!((&region.unique, region.indexes.len()), (&vec![strings(&["name"])], 0));
}

#[tokio::test]
async fn very_wide_tables_and_very_many_are_read() {
    let wide: Vec<String> = (0..1600).map(|i| format!("c{i} DECIMAL(15,2)")).collect();
    let mut ddl = format!("BEGIN; CREATE TABLE wide ({});", wide.join(", "));
    for i in 0..2000 {
        ddl += &format!("CREATE TABLE t{i} (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t{}(id));", i / 2);
    }
    let (_folder, database, inspected) = read(&(ddl + "COMMIT")).await;
    assert_eq!(inspected.tables.len(), 2001);
    assert_eq!(find(&inspected, "wide").columns.len(), 1600);
    assert_eq!(find(&inspected, "t1999").foreign_keys[0].target.name, "t999");
    assert_eq!(query(&database, "SELECT * FROM wide").await.unwrap().rows.columns.len(), 1600);
}

#[tokio::test]
async fn no_name_or_text_breaks_the_reading() {
    let odd = "CREATE TABLE \"a'b\"\"c;--\" (\"x y\" TEXT -- ')( \"
        , \"ünï\" INTEGER, \"\" INTEGER); CREATE TABLE untyped (a, b); CREATE TABLE made AS SELECT 1 AS one;";
    let (_folder, database, inspected) = read(odd).await;
    common::use_everything(&database).await;
    let table = find(&inspected, "a'b\"c;--");
    assert_eq!(table.columns[0].comment.as_deref(), Some("')( \""));
    assert_eq!(find(&inspected, "untyped").columns[0].ty.kind, TypeKind::Unknown);
}
