//! Benchmarks that need no database.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;
use serde_json::Value;

const SMALL: [&str; 6] = ["bench", "freshness", "--weeks", "2", "--tables", "12"];

#[test]
fn a_generated_trace_is_replayed_in_every_format_and_comes_out_the_same_each_time() {
    let json = run_with(&[&SMALL[..], &["--format", "json"]].concat());
    assert_eq!(json.code, 0, "{}", json.err);
    let report: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((report["version"].clone(), report["objects"].clone()), (1.into(), 12.into()));
    let policies = report["policies"].as_array().unwrap();
    assert!(policies.iter().all(|p| p["reads"] == report["reads"]), "every rule sees every read");
    assert!(policies.iter().all(|p| p["loads"].as_u64() >= Some(12)));
    assert_eq!(json.out, run_with(&[&SMALL[..], &["--format", "json"]].concat()).out);
    let html = run_with(&[&SMALL[..], &["--format", "html"]].concat()).out;
    assert!(html.starts_with("<!doctype html>") && html.matches("<svg").count() == 2 && !html.contains("http"));
    let text = run_with(&SMALL).out;
    assert!(text.contains("ladder of 60, 30, 15, 5 min") && text.contains("fewer stale reads"), "{text}");
}

#[test]
fn traces_and_histories_are_read_and_wrong_ones_are_named() {
    let home = testkit::home().unwrap();
    let write = |name: &str, text: &str| std::fs::write(home.work().join(name), text).unwrap();
    write("t.csv", "time,event,object\n0,read,a\n100,change,a\n200,read,a\n90000,read,a\n");
    let ran = run_in(&home, &["bench", "freshness", "--trace", "t.csv", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (report["reads"].clone(), report["changes"].clone(), report["oracle_loads"].clone()),
        (3.into(), 1.into(), 2.into())
    );
    assert_eq!(report["policies"][0]["stale"], 1, "{report}");
    write("bad.csv", "time,event,object\n0,write,a\n");
    let bad = run_in(&home, &["bench", "freshness", "--trace", "bad.csv"]);
    assert_eq!((bad.code, bad.err.contains("line 2")), (13, true), "{}", bad.err);
    std::fs::create_dir(home.work().join("versions")).unwrap();
    write("versions/1700000000.sql", "CREATE TABLE a (x int);");
    assert_eq!(run_in(&home, &["bench", "freshness", "--history", "versions"]).code, 11);
    write("versions/1700086400.sql", "CREATE TABLE a (x int, y int);");
    write("versions/1700172800.sql", "CREATE TABLE a (x int, y int); CREATE TABLE b (z int);");
    let ran = run_in(&home, &["bench", "freshness", "--history", "versions", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((report["objects"].clone(), report["changes"].clone()), (2.into(), 2.into()), "{report}");
}
