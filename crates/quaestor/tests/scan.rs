//! Code that depends on a schema: found, accepted, gated, explained; what a change of the schema breaks there.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;
use serde_json::Value;
use testkit::Home;

const CATALOG: &str =
    r#"{"tables": {"bills": ["bill_id", {"name": "due_on", "type": "DATE"}, "gross_amt"], "vendors": ["vendor_id"]}}"#;
const CODE: &str = "\
import sqlite3


def due(connection, day):
    rows = connection.execute(\"SELECT bill_id, due_on FROM bills WHERE due_on < ?\", (day,))
    return [row[\"due_on\"] for row in rows]


def total(connection):
    return connection.execute(\"SELECT SUM(gross_amt) FROM bills\").fetchone()
";

/// A small project with its catalog.
fn project() -> Home {
    let home = testkit::home().unwrap();
    std::fs::create_dir(home.work().join("src")).unwrap();
    std::fs::write(home.work().join("src/report.py"), CODE).unwrap();
    std::fs::write(home.work().join("catalog.json"), CATALOG).unwrap();
    home
}

fn scan(home: &Home, more: &[&str]) -> Ran {
    run_in(home, &[&["scan", "src", "--catalog", "catalog.json"], more].concat())
}

fn findings(home: &Home) -> Vec<Value> {
    let ran = scan(home, &["--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn statements_are_found_shown_and_counted_the_same_on_each_run() {
    let home = project();
    let text = scan(&home, &[]);
    assert_eq!(text.code, 0, "{}", text.err);
    for part in
        ["critical report.py:5  sql_template statement", "SELECT SUM(gross_amt) FROM bills", "unbound ", "1 files"]
    {
        assert!(text.out.contains(part), "{part} in {}", text.out);
    }
    for format in ["json", "jsonl", "sarif", "csv", "html", "text"] {
        let (one, two) = (scan(&home, &["--format", format]), scan(&home, &["--format", format]));
        assert_eq!((one.code, &one.out), (0, &two.out), "{format}");
        let file = scan(&home, &["--format", format, "--out", "out.txt"]);
        assert_eq!((file.code, file.out.as_str()), (0, ""));
        assert_eq!(std::fs::read_to_string(home.work().join("out.txt")).unwrap(), one.out, "{format}");
    }
    let sarif: Value = serde_json::from_str(&scan(&home, &["--format", "sarif"]).out).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), findings(&home).len());
    let only = scan(&home, &["--kind", "index_name"]);
    assert!(only.out.starts_with("nothing of this kind was found\n"), "{}", only.out);
}

#[test]
fn a_gate_fails_until_everything_is_accepted_and_when_an_entry_goes_stale() {
    let home = project();
    assert_eq!(scan(&home, &["--fail-on", "critical"]).code, 1);
    let written = scan(&home, &["--write-baseline", "known.json", "--reason", "day one", "--owner", "books team"]);
    assert_eq!(written.code, 0, "{}", written.err);
    let known = ["--baseline", "known.json", "--fail-on", "low"];
    let passes = scan(&home, &known);
    assert_eq!(passes.code, 0, "{}", passes.out);
    assert!(passes.out.contains("accepted: day one") && passes.out.contains("unchanged"));
    std::fs::rename(home.work().join("src/report.py"), home.work().join("src/moved.py")).unwrap();
    let moved = scan(&home, &known);
    assert!(moved.code == 0 && moved.out.contains("moved"), "{}", moved.out);
    std::fs::write(home.work().join("src/moved.py"), CODE.split("\n\n\ndef total").next().unwrap()).unwrap();
    let stale = scan(&home, &known);
    assert_eq!(stale.code, 1);
    assert!(stale.out.contains("stale entry of the baseline"), "{}", stale.out);
    std::fs::write(home.work().join("known.json"), "{").unwrap();
    assert_eq!(scan(&home, &known).code, 13);
}

#[test]
fn remarks_accept_their_line_and_idle_ones_fail() {
    let home = project();
    let line = "    return connection.execute(\"SELECT SUM(gross_amt) FROM bills\")";
    let remark = format!("    # quaestor: ignore[sql_template] checked by hand\n{line}");
    std::fs::write(home.work().join("src/report.py"), CODE.replace(line, &remark)).unwrap();
    let ran = scan(&home, &["--kind", "sql_template"]);
    assert!(ran.code == 0 && ran.out.contains("accepted: checked by hand"), "{}", ran.out);
    assert!(!scan(&home, &["--open"]).out.contains("gross_amt"));
    let idle = CODE.replace("import sqlite3", "import sqlite3  # quaestor: ignore[table_name] nothing here");
    std::fs::write(home.work().join("src/report.py"), idle).unwrap();
    let ran = scan(&home, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("report.py:1: it suppresses nothing"), "{}", ran.out);
}

#[test]
fn a_finding_is_explained_by_its_fingerprint_or_its_place() {
    let home = project();
    let all = findings(&home);
    let print = all[0]["fingerprint"].as_str().unwrap();
    let explain = |which: &str| run_in(&home, &["explain", which, "src", "--catalog", "catalog.json"]);
    let ran = explain(print);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("a column of bills") && ran.out.contains("quaestor: ignore["), "{}", ran.out);
    assert_eq!(explain("report.py:5").code, 0);
    let nothing = explain("report.py:1");
    assert_eq!(nothing.code, 11);
    assert!(nothing.err.contains("the nearest finding of this file is at line"), "{}", nothing.err);
    assert_eq!((explain("ffffffffffffffff0").code, explain("").code), (11, 2));
}

#[test]
fn the_catalog_comes_from_a_database_too() {
    let home = testkit::home().unwrap();
    books(&home);
    std::fs::create_dir(home.work().join("src")).unwrap();
    let code = "def names(c):\n    return c.execute(\"SELECT segment FROM customers\")\n";
    std::fs::write(home.work().join("src/a.py"), code).unwrap();
    let ran = run_in(&home, &["scan", "src", "--db", "books.db", "--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("\"customers\""), "{}", ran.out);
}

#[test]
fn what_is_not_there_is_told() {
    let home = project();
    assert_eq!(run_in(&home, &["scan", "src", "--catalog", "nowhere.json"]).code, 11);
    assert_eq!(scan(&home, &["--kind", "tables"]).code, 2);
    assert_eq!(scan(&home, &["--write-baseline", "x.json"]).code, 2, "a reason is needed");
    let ran = run_in(&home, &["scan", "nowhere", "--catalog", "catalog.json"]);
    assert_eq!(ran.code, 11);
    assert!(ran.err.contains("nowhere: ") && ran.err.contains("try:"), "{}", ran.err);
}

fn impact(home: &Home, more: &[&str]) -> Ran {
    run_in(home, &[&["impact", "src", "--catalog", "catalog.json"], more].concat())
}

#[test]
fn a_rename_breaks_statements_an_engine_confirms_it_and_one_alias_keeps_the_key() {
    let home = project();
    let ran = impact(&home, &["--rename", "bills.due_on=due_date"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in
        ["column renamed: bills.due_date (due_on -> due_date)", "confirmed", "no such column: due_on", "1. bind"]
    {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
    assert!(!ran.out.contains("report.py:10"), "the other statement is not touched: {}", ran.out);
    let json = impact(&home, &["--rename", "bills.due_on=due_date", "--format", "json"]);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let site = &json["changes"][0]["sites"][0];
    assert_eq!((site["fate"].as_str(), site["proof"].as_str()), (Some("breaks_loud"), Some("prepared")));
    assert_eq!(impact(&home, &["--rename", "bills.due_on=due_date", "--fail-on", "critical"]).code, 1);
    assert_eq!(impact(&home, &["--drop", "vendors", "--fail-on", "low"]).code, 0);
}

#[test]
fn migrations_catalogs_and_lists_of_changes_say_the_same() {
    let home = project();
    let write = |file: &str, text: &str| std::fs::write(home.work().join(file), text).unwrap();
    write("up.sql", "ALTER TABLE bills DROP COLUMN gross_amt;\nALTER TABLE bills FROB x;\n");
    let by_migration = impact(&home, &["--migration", "up.sql"]);
    assert!(by_migration.out.contains("column dropped: bills.gross_amt"), "{}", by_migration.out);
    assert!(by_migration.out.contains("line 2 of the migration was passed over"), "{}", by_migration.out);
    write("after.json", &CATALOG.replace(", \"gross_amt\"", ""));
    let by_catalog = impact(&home, &["--to", "after.json", "--format", "json"]);
    let said: Value = serde_json::from_str(&by_catalog.out).unwrap();
    let changes: Vec<Value> = said["changes"].as_array().unwrap().iter().map(|c| c["change"].clone()).collect();
    assert_eq!(changes[0]["kind"], "column_dropped");
    write("changes.json", &serde_json::json!({"version": 1, "changes": changes}).to_string());
    let by_list = impact(&home, &["--changes", "changes.json", "--format", "json"]);
    assert_eq!(by_list.out, by_catalog.out);
    // The database has changed by now.
    let late = ["impact", "src", "--catalog", "after.json", "--changes", "changes.json"];
    let late = run_in(&home, &late);
    assert!(late.out.contains("no such column: gross_amt"), "{} {}", late.out, late.err);
}

#[test]
fn changes_that_cannot_be_are_refused_with_what_is_near() {
    let home = project();
    assert_eq!(impact(&home, &[]).code, 2);
    let ran = impact(&home, &["--drop", "bills.due_om"]);
    assert_eq!(ran.code, 11);
    assert!(ran.err.contains("is bills.due_on meant?"), "{}", ran.err);
    let without = run_in(&home, &["impact", "src", "--drop", "bills"]);
    assert_eq!(without.code, 2);
    assert!(without.err.contains("--catalog"), "{}", without.err);
}

#[test]
fn what_changed_in_a_database_is_judged_over_the_schema_before_it() {
    let home = testkit::home().unwrap();
    let file = books(&home);
    std::fs::create_dir(home.work().join("src")).unwrap();
    let code = "def names(c):\n    return c.execute(\"SELECT segment FROM customers\")\n";
    std::fs::write(home.work().join("src/a.py"), code).unwrap();
    assert_eq!(run_in(&home, &["changes", "--db", "books.db"]).code, 0);
    let database = rusqlite::Connection::open(&file).unwrap();
    database.execute_batch("ALTER TABLE customers RENAME COLUMN segment TO customer_segment").unwrap();
    drop(database);
    let printed = run_in(&home, &["changes", "--db", "books.db", "--format", "json"]);
    assert!(printed.out.contains("customer_segment"), "{}", printed.out);
    std::fs::write(home.work().join("changes.json"), printed.out).unwrap();
    let ran = run_in(&home, &["impact", "src", "--db", "books.db", "--changes", "changes.json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("a.py:2") && ran.out.contains("no such column: segment"), "{}", ran.out);
}

/// Names and texts of all files below a folder.
fn tree(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => found.push((path.display().to_string(), std::fs::read(path).unwrap())),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn what_was_read_is_kept_outside_of_the_code_and_changes_no_output() {
    let home = project();
    let before = tree(&home.work());
    let kept = |home: &Home| files(home).into_iter().filter(|file| file.contains("/scans/")).collect::<Vec<_>>();
    let cold = scan(&home, &["--format", "json", "--no-cache"]);
    assert_eq!((cold.code, kept(&home)), (0, Vec::new()));
    let first = scan(&home, &["--format", "json"]);
    let (written, second) = (kept(&home), scan(&home, &["--format", "json"]));
    assert_eq!((&first.out, &second.out), (&cold.out, &cold.out));
    assert_eq!((written.len(), kept(&home), tree(&home.work())), (2, written.clone(), before));
    std::fs::write(home.work().join("src/more.py"), CODE.replace("due_on", "gross_amt")).unwrap();
    let more = scan(&home, &["--format", "json"]);
    assert_ne!(more.out, cold.out);
    assert_eq!(more.out, scan(&home, &["--format", "json", "--no-cache"]).out);
    kept(&home).iter().for_each(|file| std::fs::write(file, "damaged").unwrap());
    assert_eq!(scan(&home, &["--format", "json"]).out, more.out);
    // Explaining and judging read the same.
    assert_eq!(impact(&home, &["--drop", "bills"]).out, impact(&home, &["--drop", "bills", "--no-cache"]).out);
    std::fs::remove_dir_all(std::path::Path::new(&written[0]).ancestors().nth(2).unwrap()).unwrap();
    std::fs::write(std::path::Path::new(&written[0]).ancestors().nth(2).unwrap(), "no folder").unwrap();
    let unwritable = scan(&home, &["--format", "json"]);
    assert_eq!((unwritable.code, &unwritable.out), (0, &more.out));
    assert!(unwritable.err.contains("is not kept for the next scan"), "{}", unwritable.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_scan_that_is_stopped_prints_nothing_and_says_what_it_kept() {
    let home = project();
    for n in 0..300 {
        let functions = (0..80).map(|f| CODE.replace("def ", &format!("def n{f}_"))).collect::<String>();
        std::fs::write(home.work().join(format!("src/many{n}.py")), format!("N = {n}\n{functions}")).unwrap();
    }
    let mut command = home.command(env!("CARGO_BIN_EXE_quaestor"));
    command.args(["scan", "src", "--catalog", "catalog.json"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Half a second of its own work, in hundredths: then it is reading.
    let worked = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit(')').next().unwrap().split_whitespace().nth(11).unwrap().parse::<u64>().unwrap()
    };
    while child.try_wait().unwrap().is_none() && worked(child.id()) < 50 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(130), 0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the scan was stopped") && said.contains("kept for the next scan"), "{said}");
    assert!(files(&home).iter().any(|file| file.ends_with(".segment")), "what was read is kept");
}
