//! A made-up folder, scored from end to end.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

const SCHEMA: &str = "
    CREATE TABLE parcel (parcel_id INTEGER PRIMARY KEY, label TEXT NOT NULL, town TEXT NOT NULL, weight REAL NOT NULL);
";
const ROWS: &str = "
    INSERT INTO parcel VALUES (1, 'Anvil', 'Oslo', 2.5), (2, 'Basket', 'Turin', 4.0), (3, 'Candle', 'Oslo', 8.5);
";

fn database(path: &Path, statements: &[&str]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    rusqlite::Connection::open(path).unwrap().execute_batch(&statements.concat()).unwrap();
}

fn question(id: &str, question: &str, gold: &str, alternatives: &[&str]) -> Value {
    json!({ "id": id, "db": "post", "question": question, "gold_sql": gold, "gold_alternatives": alternatives,
        "gold_tables": ["Parcel"], "gold_columns": ["Parcel.Weight"], "shape": "made_up" })
}

/// Two sets over the same schema, `full` with rows and `bare` without.
fn folder() -> TempDir {
    let home = TempDir::new().unwrap();
    let total = "what is the total weight of parcels?";
    let full = [
        question("right", total, "SELECT 1, SUM(weight) FROM parcel", &["SELECT SUM(weight) FROM parcel"]),
        question("wrong", total, "SELECT MAX(weight) FROM parcel", &[]),
        question("refused", "what is the total quibblefroth of parcels?", "SELECT 1", &[]),
        question("unknown", total, "SELECT nothing FROM parcel", &[]),
    ];
    let bare = [question("linked", total, "SELECT SUM(weight) FROM parcel", &[])];
    std::fs::create_dir_all(home.path().join("questions")).unwrap();
    for (set, items) in [("full", &full[..]), ("bare", &bare)] {
        let lines: Vec<String> = items.iter().map(Value::to_string).collect();
        std::fs::write(home.path().join(format!("questions/{set}.jsonl")), lines.join("\n")).unwrap();
    }
    // A set without databases is not scored.
    std::fs::write(home.path().join("questions/lost.jsonl"), question("lost", total, "SELECT 1", &[]).to_string())
        .unwrap();
    database(&home.path().join("sqlite/full/post.sqlite"), &[SCHEMA, ROWS]);
    database(&home.path().join("sqlite/bare/post.sqlite"), &[SCHEMA]);
    home
}

fn scored(options: &Options) -> (String, BTreeMap<String, Value>) {
    let report = run(options, &|_| ()).unwrap();
    let text = std::fs::read_to_string(options.out.as_ref().unwrap()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    (report, lines.map(|line| (line["id"].as_str().unwrap().to_owned(), line)).collect())
}

#[test]
fn a_folder_is_scored_from_end_to_end() {
    let home = folder();
    let out = Some(home.path().join("out.jsonl"));
    let (report, records) = scored(&Options { out, wrong: 5, ..Options::new(home.path()) });
    let status = |id: &str| records[id]["status"].as_str().unwrap();
    for (id, expected) in
        [("right", "right"), ("wrong", "wrong"), ("refused", "refused"), ("unknown", "unknown"), ("linked", "answered")]
    {
        assert_eq!(status(id), expected, "{}", records[id]);
    }
    assert_eq!(records.len(), 5, "the set without databases is left out");
    assert_eq!(records["wrong"]["cause"], "other aggregate");
    assert_eq!(records["wrong"]["tables"], "same tables");
    assert_eq!((&records["right"]["right"], &records["wrong"]["right"]), (&json!(true), &json!(false)));
    let linking = json!({ "tables": true, "columns": true, "table_precision": 1.0, "column_precision": 1.0 });
    assert_eq!(records["linked"]["linking"], linking);
    for line in
        ["== full: 4 questions", "right of all           1  25.0 %", "known SQL failed       1", "gold: SELECT MAX"]
    {
        assert!(report.contains(line), "{line}\n{report}");
    }
}

#[test]
fn sets_databases_and_a_few_can_be_chosen() {
    let home = folder();
    let out = Some(home.path().join("out.jsonl"));
    let options = Options { out, sets: vec!["full".to_owned()], limit: Some(2), ..Options::new(home.path()) };
    assert_eq!(scored(&options).1.into_keys().collect::<Vec<_>>(), ["unknown", "wrong"]);
    assert!(scored(&Options { db: Some("other".to_owned()), ..options }).1.is_empty());
}

#[test]
fn a_database_that_is_not_there_fails_its_own_questions_only() {
    let home = folder();
    std::fs::remove_file(home.path().join("sqlite/bare/post.sqlite")).unwrap();
    let (_, records) = scored(&Options { out: Some(home.path().join("out.jsonl")), ..Options::new(home.path()) });
    assert_eq!(
        (records["linked"]["status"].as_str(), records["right"]["status"].as_str()),
        (Some("failed"), Some("right"))
    );
    assert_eq!(records["linked"]["cause"], "connect.missing");
}

#[test]
fn terms_are_scored_over_a_catalog_file_and_a_database() {
    let home = folder();
    let term = |id: &str, db: &str, term: &str, gold: &str, literal: bool| {
        json!({ "id": id, "db": db, "term": term, "gold_columns": [gold], "literal": literal }).to_string()
    };
    let folder = home.path().join("terms");
    std::fs::create_dir_all(&folder).unwrap();
    let (a, b) =
        (term("a", "listed", "invoice number", "bills.inv_no", false), term("b", "listed", "moon", "bills.x", true));
    std::fs::write(folder.join("filed.jsonl"), format!("{a}\n{b}\n")).unwrap();
    std::fs::write(folder.join("full.jsonl"), term("c", "post", "weight of a parcel", "Parcel.Weight", true)).unwrap();
    std::fs::create_dir_all(home.path().join("catalogs")).unwrap();
    let catalog = r#"{"tables": {"bills": ["inv_no", "paid_on"]}}"#;
    std::fs::write(home.path().join("catalogs/listed.json.gz"), catalog).unwrap();
    let report = run(&Options { subject: Subject::Terms, wrong: 1, ..Options::new(home.path()) }, &|_| ()).unwrap();
    for line in [
        "== filed: 2 terms",
        "all                          2  recall@1 50.0 %",
        "not spelled in the name      1  recall@1 100.0 %",
        "b \"moon\": bills.x",
        "== full: 1 terms\nall                          1  recall@1 100.0 %",
    ] {
        assert!(report.contains(line), "{line}\n{report}");
    }
}
