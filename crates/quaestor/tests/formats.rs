//! What is printed, byte by byte: formats, locales, colours, closed pipes.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::process::Stdio;

use common::*;
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn json_is_one_object_over_lines_and_jsonl_the_same_on_one() {
    let home = testkit::home().unwrap();
    let pretty = run_in(&home, &["ask", "--format", "json", REGIONS]);
    let line = run_in(&home, &["ask", "--format", "jsonl", REGIONS]);
    assert!(pretty.out.lines().count() > 10);
    assert_eq!(line.out.lines().count(), 1);
    let (pretty, line) = (json(&pretty.out), json(&line.out));
    for field in ["version", "status", "columns", "rows", "sql", "parameters", "period"] {
        assert_eq!(pretty[field], line[field], "{field}");
    }
    assert_eq!((pretty["version"].clone(), pretty["status"].clone()), (1.into(), "answered".into()));
    assert!(pretty["rows"][0][1].is_string(), "decimals are strings: {}", pretty["rows"]);
    assert!(pretty.get("trace").is_none());
    let explained = json(&run_in(&home, &["ask", "--format", "jsonl", "--explain", REGIONS]).out);
    assert_eq!(explained["trace"][0]["step"], "link");
}

#[test]
fn whatever_comes_of_a_question_is_json_too() {
    let home = testkit::home().unwrap();
    let cases: [(&[&str], &str, i32); 4] = [
        (&["amount by month"], "clarify", 3),
        (&["zebra stripes by month"], "refused", 4),
        (&["--db", "nowhere.db", "revenue"], "failed", 11),
        (&["--timeout", "0.000001", "revenue"], "failed", 16),
    ];
    for (arguments, status, code) in cases {
        let ran = run_in(&home, &[&["ask", "--format", "jsonl"], arguments].concat());
        let answer = json(&ran.out);
        assert_eq!((ran.code, answer["status"].as_str()), (code, Some(status)), "{arguments:?}");
        assert_eq!(answer["fault"].is_object(), status == "failed");
    }
}

#[test]
fn the_documented_answer_is_a_real_one() {
    let text = include_str!("../../../docs/answer.md");
    let block = text.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let documented = json(block);
    let real = json(&run_with(&["ask", "--format", "json", REGIONS]).out);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&documented), keys(&real));
    let differs = ["sql", "confidence", "ms", "age_s"]; // wording, weights and time; the rest is what the example says
    for field in keys(&real).iter().filter(|field| !differs.contains(&field.as_str())) {
        assert_eq!(documented[field], real[field], "{field}");
    }
    for key in keys(&real).into_iter().chain(["fault".to_owned(), "id".to_owned(), "trace".to_owned()]) {
        assert!(text.contains(&format!("| `{key}` |")), "{key} is not documented");
    }
}

#[test]
fn csv_holds_exact_values_and_quotes_where_needed() {
    let home = testkit::home().unwrap();
    let csv = run_in(&home, &["ask", "--format", "csv", "--locale", "de", REGIONS]).out;
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("region,revenue"));
    for line in lines {
        let number = line.rsplit(',').next().unwrap();
        assert!(number.parse::<f64>().is_ok(), "{line}");
    }
    let compared = run_in(&home, &["ask", "--format", "csv", "revenue by month this year vs last year"]).out;
    let heading = compared.lines().next().unwrap();
    assert!(heading.contains('"'), "a heading with a comma is quoted: {heading}");
}

#[test]
fn markdown_is_a_table_with_the_reading_below() {
    let out = run_with(&["ask", "--format", "markdown", REGIONS]).out;
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("| region | revenue |"));
    assert_eq!(lines.next(), Some("| --- | ---: |"));
    assert!(out.contains("\n\n> revenue"), "{out}");
}

#[test]
fn locales_change_marks_and_not_digits() {
    let home = testkit::home().unwrap();
    let first = |locale: &str| {
        let out = run_in(&home, &["ask", "--locale", locale, "revenue by region"]).out;
        let line = out.lines().nth(2).unwrap().to_owned();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (en, de, plain) = (first("en"), first("de"), first("plain"));
    assert!(en.contains(',') && en.contains('.'), "{en}");
    assert_eq!(de, en.replace(',', "#").replace('.', ",").replace('#', "."));
    assert_eq!(plain, en.replace(',', ""));
}

#[test]
fn ascii_means_ascii() {
    let out = run_with(&["ask", "--ascii", "--chart", "always", REGIONS]).out;
    let table: String = out.lines().take(7).collect();
    assert!(table.is_ascii() && table.contains("----") && table.contains("####"), "{out}");
}

#[test]
fn pictures_stay_out_of_pipes_unless_asked_for() {
    let home = testkit::home().unwrap();
    let plain = run_in(&home, &["ask", REGIONS]).out;
    assert!(!plain.contains('█'), "{plain}");
    let bars = run_in(&home, &["ask", "--chart", "always", REGIONS]).out;
    assert!(bars.contains('█'), "{bars}");
    let line = run_in(&home, &["ask", "--chart", "always", "revenue by month this year"]).out;
    assert!(line.contains("\nrevenue  ") && line.contains('▁') | line.contains('▃'), "{line}");
}

#[test]
fn pipes_get_no_colours_and_variables_and_flags_decide() {
    let home = testkit::home().unwrap();
    let colored = |arguments: &[&str], set: &[(&str, &str)], unset: &[&str]| {
        let mut command = quaestor(&home);
        command.args(["ask", REGIONS]).args(arguments);
        for name in unset {
            command.env_remove(name);
        }
        command.envs(set.iter().copied());
        let ran = run(command);
        assert_eq!(ran.code, 0);
        (ran.out.contains('\u{1b}'), ran.err.contains('\u{1b}'))
    };
    assert_eq!(colored(&[], &[], &["NO_COLOR"]), (false, false), "a pipe");
    assert_eq!(colored(&[], &[("CLICOLOR_FORCE", "1")], &["NO_COLOR"]), (true, true));
    assert_eq!(colored(&[], &[], &[]), (false, false), "NO_COLOR");
    assert_eq!(colored(&["--color", "always"], &[], &[]), (true, true), "a flag beats NO_COLOR");
    assert_eq!(colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")], &["NO_COLOR"]), (false, false));
    assert_eq!(colored(&[], &[("QUAESTOR_COLOR", "always")], &[]), (true, true), "configuration");
}

#[test]
fn data_is_never_coloured() {
    let out = run_with(&["--color", "always", "ask", "--format", "csv", REGIONS]).out;
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let home = testkit::home().unwrap();
    let mut command = home.command(env!("CARGO_BIN_EXE_quaestor"));
    command.args(["-q", "ask", REGIONS]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_fault() {
    let home = testkit::home().unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = home.command(env!("CARGO_BIN_EXE_quaestor"));
    let output = command.args(["completions", "bash"]).stdout(full).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(15));
    assert!(text.contains("the output cannot be written") && text.contains("because"), "{text}");
}
