//! Watching a schema, and the history of its changes.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::*;
use serde_json::Value;
use testkit::Home;

fn write(path: &Path, statements: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

fn shop(home: &Home) -> PathBuf {
    let path = home.work().join("shop.db");
    write(
        &path,
        "CREATE TABLE sale (id INTEGER PRIMARY KEY, region TEXT, amount DECIMAL(15, 2));
         INSERT INTO sale VALUES (1, 'North', 10), (2, 'South', 20); CREATE TABLE spare (x INTEGER);",
    );
    path
}

#[test]
fn what_happens_between_runs_is_told_with_what_it_touches() {
    let home = testkit::home().unwrap();
    let path = shop(&home);
    let none = run_in(&home, &["changes", "--db", "shop.db"]);
    assert_eq!((none.code, none.out.contains("nothing changed")), (0, true), "{}{}", none.out, none.err);
    let asked = run_in(&home, &["ask", "--db", "shop.db", "amount by region"]);
    assert_eq!(asked.code, 0, "{}{}", asked.out, asked.err);
    write(&path, "ALTER TABLE sale RENAME COLUMN amount TO net_amount; DROP TABLE spare; CREATE TABLE other (y)");
    let ran = run_in(&home, &["changes", "--db", "shop.db"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in ["sale.net_amount (amount -> net_amount)", "table dropped: spare", "touches question: amount by region"]
    {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
    let grave = run_in(&home, &["changes", "--db", "shop.db", "--severity", "critical", "--format", "json"]);
    let report: Value = serde_json::from_str(&grave.out).unwrap();
    let changes = report["changes"].as_array().unwrap();
    assert_eq!((report["version"].clone(), changes.len()), (1.into(), 1), "{report}");
    assert_eq!(changes[0]["kind"], "column_renamed");
    assert!(changes[0]["advice"].as_str().is_some_and(|advice| !advice.is_empty()));
    let touching = run_in(&home, &["changes", "--db", "shop.db", "--touching"]).out;
    assert!(touching.contains("net_amount") && !touching.contains("spare"), "{touching}");
    let of_table = run_in(&home, &["changes", "--db", "shop.db", "--table", "SPARE"]).out;
    assert!(!of_table.contains("net_amount") && of_table.contains("spare"), "{of_table}");
    let again = run_in(&home, &["changes", "--db", "shop.db", "--format", "json"]);
    let again: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(again["changes"].as_array().unwrap().len(), 3, "nothing is told twice: {again}");
}

#[test]
fn a_rename_that_is_not_certain_waits_and_can_be_taken_back() {
    let home = testkit::home().unwrap();
    let path = home.work().join("shop.db");
    // Without rows there are no values to tell by, and nothing in the names.
    write(&path, "CREATE TABLE t (id INTEGER PRIMARY KEY, status VARCHAR(10), day DATE)");
    run_in(&home, &["changes", "--db", "shop.db"]);
    write(&path, "ALTER TABLE t RENAME COLUMN status TO phase");
    let list = |arguments: &[&str]| run_in(&home, &[&["changes", "--db", "shop.db"], arguments].concat());
    let waiting = list(&["--uncertain"]);
    assert!(waiting.out.contains("is it a rename?"), "{}", waiting.out);
    let confirmed = list(&["--confirm", "1"]);
    assert!(confirmed.out.contains("confirmed as a rename"), "{}{}", confirmed.out, confirmed.err);
    assert!(list(&["--reject", "1"]).out.contains("status dropped, phase added"));
    assert!(list(&["--undo", "1", "--uncertain"]).out.contains("is it a rename?"));
    assert_eq!(list(&["--confirm", "99"]).code, 11);
    assert_eq!(list(&["--confirm", "1", "--reject", "1"]).code, 2);
    write(&path, "CREATE TABLE other (x)");
    assert_eq!(list(&["--confirm", "2"]).code, 2, "only an uncertain rename is reviewed");
}

#[test]
fn the_demo_has_no_history() {
    let ran = run_with(&["changes"]);
    assert_eq!((ran.code, ran.out.as_str()), (11, ""));
}

#[test]
fn watching_tells_each_change_in_a_line_of_json_and_ends_in_time_or_by_ctrl_c() {
    let home = testkit::home().unwrap();
    let path = shop(&home);
    let mut command = home.command(env!("CARGO_BIN_EXE_quaestor"));
    // Nearly always in the middle of a look, where a signal must be heard too.
    command.args(["watch", "--db", "shop.db", "--every", "0.001", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The notice says that the first look is over.
    let mut notices = BufReader::new(child.stderr.take().unwrap());
    let mut notice = String::new();
    notices.read_line(&mut notice).unwrap();
    assert!(notice.contains("watching"), "{notice}");
    write(&path, "ALTER TABLE sale ADD COLUMN note TEXT");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!((&first["kind"], &first["part"]), (&"column_added".into(), &"note".into()), "{first}");
    write(&path, "DROP TABLE spare");
    let second: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!((&second["kind"], &second["epoch_before"]), (&"table_dropped".into(), &first["epoch_after"]));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(child.wait().unwrap().success(), "Ctrl-C is how watching ends");
    let short = run_in(&home, &["watch", "--db", "shop.db", "--for", "1s", "--every", "0.1"]);
    assert_eq!((short.code, short.out.as_str()), (0, ""), "{}", short.err);
}
