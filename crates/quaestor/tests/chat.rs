//! Conversations from standard input.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;
use testkit::Home;

fn chat(home: &Home, arguments: &[&str], lines: &[&str]) -> Ran {
    let mut command = quaestor(home);
    command.arg("chat").args(arguments).write_stdin(lines.join("\n"));
    run(command)
}

fn turns(ran: &Ran) -> Vec<serde_json::Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn answers_say_in_full_what_was_understood_and_nothing_else_stands_around_them() {
    let home = testkit::home().unwrap();
    let ran = chat(&home, &[], &[REGIONS, "only EMEA"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let readings: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("reading")).collect();
    assert_eq!(readings.len(), 2, "{}", ran.out);
    assert!(
        readings[1].contains("revenue by region, fiscal Q2 FY2026") && readings[1].ends_with("only EMEA"),
        "{readings:?}"
    );
    assert!(ran.out.starts_with("region"), "no greeting and no prompt: {}", ran.out);
    assert!(!ran.out.contains("> "), "{}", ran.out);
}

#[test]
fn the_last_question_decides_how_it_ends() {
    let home = testkit::home().unwrap();
    let ends = |lines: &[&str]| chat(&home, &[], lines).code;
    assert_eq!(ends(&["zebra stripes by month", REGIONS]), 0);
    assert_eq!(ends(&[REGIONS, "and by shoe size?"]), 4);
    assert_eq!(ends(&[REGIONS, "amount by month"]), 3);
    assert_eq!(ends(&["amount by month", "2", "help"]), 0);
    assert_eq!(ends(&["zebra stripes by month", "quit", REGIONS]), 4);
    assert_eq!(ends(&[]), 0);
}

#[test]
fn json_has_one_line_for_each_turn() {
    let home = testkit::home().unwrap();
    let lines = ["# a remark", REGIONS, "only EMEA", "undo", "amount by month", "2", "history", "reset", "blorptastic"];
    let ran = chat(&home, &["--format", "json"], &lines);
    let turns = turns(&ran);
    let taken: Vec<&str> = turns.iter().map(|t| t["taken"].as_str().unwrap_or("-")).collect();
    assert_eq!(taken, ["question", "follow_up", "undo", "question", "choice", "-", "-", "question"]);
    let status: Vec<&str> = turns.iter().map(|t| t["answer"]["status"].as_str().unwrap_or("-")).collect();
    assert_eq!(status, ["answered", "answered", "answered", "clarify", "answered", "-", "-", "refused"]);
    let numbers: Vec<u64> = turns.iter().map(|t| t["turn"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=8).collect::<Vec<u64>>());
    assert_eq!(turns[0]["answer"]["rows"], turns[2]["answer"]["rows"]);
    assert!(turns[5]["note"].as_str().unwrap().contains("amount by month"), "{}", turns[5]);
    assert!(turns[1]["answer"]["understood"].as_str().unwrap().ends_with("only EMEA"));
}

#[test]
fn what_is_suggested_is_answered() {
    let home = testkit::home().unwrap();
    let first = turns(&chat(&home, &["--format", "jsonl"], &[REGIONS]));
    let next: Vec<&str> = first[0]["next"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
    assert!((2..=3).contains(&next.len()), "{next:?}");
    for text in next {
        let turns = turns(&chat(&home, &["--format", "jsonl"], &[REGIONS, text]));
        assert_eq!(turns[1]["answer"]["status"], "answered", "{text}");
        assert_eq!(turns[1]["taken"], "follow_up", "{text}");
    }
}

#[test]
fn orders_are_about_the_answer_before() {
    let home = testkit::home().unwrap();
    let ran = chat(&home, &[], &["sql", "export a.csv", "history"]);
    assert_eq!(ran.out.lines().filter(|line| *line == "nothing was answered yet").count(), 3, "{}", ran.out);
    let ran = chat(&home, &["--rows", "2"], &[REGIONS, "sql", "explain", "rows 10"]);
    assert!(ran.out.contains("more rows (rows 5 shows all)"), "{}", ran.out);
    assert!(ran.out.contains("SELECT") && ran.out.contains("-- parameter 1"), "{}", ran.out);
    assert!(ran.out.contains("confidence") && ran.out.contains("link "), "{}", ran.out);
    assert_eq!(ran.out.matches("Latin America").count(), 2, "explain and rows 10 show all rows: {}", ran.out);
    let help = chat(&home, &[], &["help"]).out;
    for word in ["undo", "history", "sql", "explain", "rows N", "export FILE", "format F", "quit"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let wrong = chat(&home, &[], &["rows 0", "format xml", "export x.exe"]).out;
    assert_eq!(wrong.lines().count(), 3, "{wrong}");
}

#[test]
fn a_file_is_written_once_and_never_replaced() {
    let home = testkit::home().unwrap();
    let ran = chat(&home, &[], &[REGIONS, "export out.csv", "export out.csv", "export out.json", "export no/such.md"]);
    let csv = std::fs::read_to_string(home.work().join("out.csv")).unwrap();
    assert_eq!(csv, run_in(&home, &["ask", "--format", "csv", REGIONS]).out);
    assert!(ran.out.contains("5 rows written to out.csv"), "{}", ran.out);
    assert_eq!(ran.out.matches("cannot be written").count(), 2, "{}", ran.out);
    let json = std::fs::read_to_string(home.work().join("out.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["status"], "answered");
}

#[test]
fn other_formats_print_rows_only_and_can_be_changed_on_the_way() {
    let home = testkit::home().unwrap();
    let ran = chat(&home, &["--format", "csv"], &[REGIONS, "zebra stripes", "format markdown", "only EMEA"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "region,revenue");
    assert!(ran.err.contains("zebra") && !ran.out.contains("zebra"), "{}", ran.err);
    assert!(ran.out.contains("| region | revenue |"), "{}", ran.out);
}

#[test]
fn a_pipe_writes_no_history_and_no_state() {
    let home = testkit::home().unwrap();
    chat(&home, &[], &[REGIONS]);
    assert_eq!(files(&home), Vec::<String>::new());
}

#[test]
fn a_database_is_talked_to_as_it_is_asked() {
    let home = testkit::home().unwrap();
    books(&home);
    let ran = chat(&home, &["--db", "books.db", "--as-of", CLOCK, "--format", "json"], &[REGIONS, "by segment"]);
    let asked = run_in(
        &home,
        &["ask", "--db", "books.db", "--as-of", CLOCK, "--format", "jsonl", "revenue by segment last quarter"],
    );
    let asked: serde_json::Value = serde_json::from_str(&asked.out).unwrap();
    assert_eq!(turns(&ran)[1]["answer"]["rows"], asked["rows"]);
    assert_eq!(chat(&home, &["--db", "none.db"], &[REGIONS]).code, 11);
}

#[test]
fn lines_that_are_no_text_stop_themselves_only() {
    let home = testkit::home().unwrap();
    let mut command = quaestor(&home);
    command.arg("chat").write_stdin([b"\xff\xfe\n".as_slice(), REGIONS.as_bytes()].concat());
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let mut command = quaestor(&home);
    command.arg("chat").write_stdin("x".repeat(100_000));
    assert_eq!(run(command).code, 15);
}
