//! Many questions and many terms: a JSON line each.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;
use serde_json::Value;
use testkit::Home;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn written(home: &Home, name: &str, text: &str) -> String {
    std::fs::write(home.work().join(name), text).unwrap();
    name.to_owned()
}

const QUESTIONS: &str = r#"{"id": "a", "question": "revenue by region last quarter"}
{"id": "b", "question": "zebra stripes by month"}

{"id": "c", "question": "revenue last month", "as_of": "2025-03-15"}
this is no JSON
{"id": "d", "question": "how many customers", "answer": 42}
{"id": "a", "question": "how many customers"}
{"id": "e", "question": "and by month?", "context": ["revenue this year"]}
{"id": "f", "question": "amount by month"}
"#;

#[test]
fn answers_come_in_the_order_of_the_questions_and_bad_lines_fail_alone() {
    let home = testkit::home().unwrap();
    let file = written(&home, "q.jsonl", QUESTIONS);
    let ran = run_in(&home, &["ask", "--batch", &file]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let answers = lines(&ran.out);
    let said: Vec<(&str, &str)> =
        answers.iter().map(|a| (a["id"].as_str().unwrap_or("-"), a["status"].as_str().unwrap())).collect();
    let expected = [
        ("a", "answered"),
        ("b", "refused"),
        ("c", "answered"),
        ("-", "failed"),
        ("d", "failed"),
        ("a", "failed"),
        ("e", "answered"),
        ("f", "clarify"),
    ];
    assert_eq!(said, expected);
    let fault = |i: usize| answers[i]["fault"]["message"].as_str().unwrap();
    assert!(fault(3).starts_with("line 5, column "), "{}", fault(3));
    assert!(fault(4).contains("answer"), "{}", fault(4));
    assert!(fault(5).contains("line 7") && fault(5).contains("\"a\""), "{}", fault(5));
    let months = lines(&run_in(&home, &["ask", "--format", "jsonl", "revenue this year by month"]).out);
    assert_eq!(answers[6]["rows"], months[0]["rows"], "it goes on from the question before");
    assert!(answers[2]["period"].as_str().unwrap().contains("2025-02-01"), "{}", answers[2]);
    assert!(ran.err.contains("8 questions in ") && ran.err.contains("3 answered"), "{}", ran.err);
    let single = run_in(&home, &["ask", "--format", "jsonl", REGIONS]);
    assert_eq!(answers[0]["rows"], lines(&single.out)[0]["rows"]);
}

#[test]
fn a_batch_can_come_from_standard_input_and_all_answered_is_0() {
    let home = testkit::home().unwrap();
    let mut command = quaestor(&home);
    let many: String =
        (0..60).map(|i| format!("{{\"id\": \"{i}\", \"question\": \"how many customers\"}}\n")).collect();
    command.args(["ask", "--batch", "-"]).write_stdin(many);
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ids: Vec<String> = lines(&ran.out).iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..60).map(|i| i.to_string()).collect::<Vec<_>>());
}

#[test]
fn the_output_file_replaces_an_older_one_and_nothing_else_stays() {
    let home = testkit::home().unwrap();
    let file = written(&home, "q.jsonl", "{\"id\": \"1\", \"question\": \"how many customers\"}\n");
    written(&home, "a.jsonl", "old");
    let ran = run_in(&home, &["ask", "--batch", &file, "--out", "a.jsonl"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let text = std::fs::read_to_string(home.work().join("a.jsonl")).unwrap();
    assert_eq!(lines(&text)[0]["status"], "answered");
    assert!(files(&home).iter().all(|f| !f.contains(".part")), "{:?}", files(&home));
    let lost = run_in(&home, &["ask", "--batch", &file, "--out", "none/a.jsonl"]);
    assert_eq!((lost.code, lost.out.as_str()), (15, ""), "{}", lost.err);
}

#[test]
fn what_cannot_be_taken_ends_before_anything_runs() {
    let home = testkit::home().unwrap();
    let line = |i: usize| format!("{{\"id\": \"{i}\", \"question\": \"how many customers\"}}\n");
    let file = written(&home, "many.jsonl", &(0..=10_000).map(line).collect::<String>());
    let ran = run_in(&home, &["ask", "--batch", &file]);
    assert_eq!((ran.code, ran.out.as_str()), (17, ""));
    assert!(ran.err.contains("10000 lines") && ran.err.contains("split"), "{}", ran.err);
    assert_eq!(run_in(&home, &["ask", "--batch", "gone.jsonl"]).code, 11);
    assert_eq!(run_in(&home, &["ask", "--batch", &file, "revenue"]).code, 2);
    assert_eq!(run_in(&home, &["ask", "--out", "x", "revenue"]).code, 2);
    let long = format!("{{\"id\": \"l\", \"question\": \"{}\"}}\n{}", "x".repeat(70_000), line(1));
    let ran = run_in(&home, &["ask", "--batch", &written(&home, "long.jsonl", &long)]);
    let answers = lines(&ran.out);
    assert_eq!(
        (answers[0]["fault"]["kind"].as_str(), answers[1]["status"].as_str()),
        (Some("limit"), Some("answered"))
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_batch_leaves_whole_lines() {
    use std::io::{BufRead, BufReader, Read};
    let home = testkit::home().unwrap();
    let line = |i: usize| format!("{{\"id\": \"{i}\", \"question\": \"revenue by region by month\"}}\n");
    let file = written(&home, "many.jsonl", &(0..10_000).map(line).collect::<String>());
    let mut command = home.command(env!("CARGO_BIN_EXE_quaestor"));
    command.args(["ask", "--batch", &file]).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    reader.read_line(&mut text).unwrap();
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(text.ends_with('\n'));
    let done = lines(&text).len();
    assert!((1..10_000).contains(&done), "{done}");
}

const CATALOG: &str = r#"{"tables": {"tbl_cust": ["cust_id", "nm"], "ord_hdr": ["ord_no", "ord_dt", "cust_id"]}}"#;

#[test]
fn terms_are_explained_over_a_catalog_file_without_a_database() {
    let home = testkit::home().unwrap();
    let file = written(&home, "c.json", CATALOG);
    let ran = run_in(&home, &["terms", "--catalog", &file, "order", "date"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let first = ran.out.lines().nth(2).unwrap();
    assert!(first.starts_with("ord_hdr.ord_dt") && first.contains("short for order"), "{}", ran.out);
    let json: Value = serde_json::from_str(
        &run_in(&home, &["terms", "--catalog", &file, "--format", "json", "--limit", "1", "customer name"]).out,
    )
    .unwrap();
    assert_eq!((json["version"].as_u64(), json["columns"].as_array().unwrap().len()), (Some(1), 1));
    assert_eq!(json["columns"][0]["column"], "tbl_cust.nm");
    let none = run_in(&home, &["terms", "--catalog", &file, "xylograph"]);
    assert_eq!((none.code, none.out.as_str()), (4, "nothing here is called xylograph, or like it\n"));
    let bad = run_in(&home, &["terms", "--catalog", &written(&home, "bad.json", "{\n\"tables\": 3}"), "x"]);
    assert_eq!(bad.code, 13);
    assert!(bad.err.contains("line 2, column "), "{}", bad.err);
}

#[test]
fn a_catalog_file_of_a_database_finds_the_same_columns_as_the_database() {
    let home = testkit::home().unwrap();
    let file = run_in(&home, &["schema", "--format", "json"]).out;
    let file = written(&home, "demo.json", &file);
    let columns = |arguments: &[&str]| {
        let json: Value = serde_json::from_str(&run_in(&home, arguments).out).unwrap();
        json["columns"].clone()
    };
    let by_file = columns(&["terms", "--format", "json", "--catalog", &file, "invoice", "date"]);
    assert_eq!(by_file, columns(&["terms", "--format", "json", "invoice", "date"]));
    let values: Value = serde_json::from_str(&run_in(&home, &["terms", "--format", "json", "emea"]).out).unwrap();
    assert_eq!(values["values"][0]["value"], "EMEA");
}

#[test]
fn a_batch_of_terms_keeps_its_order_and_passes_over_what_it_does_not_know() {
    let home = testkit::home().unwrap();
    let catalog = written(&home, "c.json", CATALOG);
    let text = "{\"id\": \"1\", \"term\": \"order number\", \"context\": null, \"gold\": [\"x\"]}\n{\"id\": \"2\"}\n{\"id\": \"3\", \"term\": \"xylograph\"}\n";
    let ran = run_in(&home, &["terms", "--catalog", &catalog, "--batch", &written(&home, "t.jsonl", text)]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let found = lines(&ran.out);
    let status: Vec<&str> = found.iter().map(|f| f["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["found", "failed", "nothing"]);
    assert_eq!(found[0]["columns"][0]["column"], "ord_hdr.ord_no");
    assert!(found[1]["fault"]["message"].as_str().unwrap().contains("term"), "{}", found[1]);
}
