//! Writing the demo books.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::process::Stdio;
use std::time::{Duration, Instant};

use common::*;

#[test]
fn the_demo_is_written_and_invites_questions_that_work() {
    let home = testkit::home().unwrap();
    let ran = run_in(&home, &["demo", "books.db"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("27 tables") && ran.out.contains("April"), "{}", ran.out);
    let tries: Vec<&str> = ran.out.lines().filter_map(|line| line.strip_prefix("  quaestor ")).collect();
    assert_eq!(tries.len(), 3, "{}", ran.out);
    for line in tries {
        let (options, question) = line.split_once('"').unwrap();
        let arguments: Vec<&str> = options.split_whitespace().chain([question.trim_end_matches('"')]).collect();
        let asked = run_in(&home, &arguments);
        assert_eq!(asked.code, 0, "{line}: {}{}", asked.out, asked.err);
    }
}

#[test]
fn an_existing_file_is_refused_and_replaced_with_force() {
    let home = testkit::home().unwrap();
    let path = home.work().join("kept.db");
    std::fs::write(&path, "precious").unwrap();
    let ran = run_in(&home, &["demo", "kept.db", "--scale", "0.001"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("already exists") && ran.err.contains("--force"), "{}", ran.err);
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    assert_eq!(run_in(&home, &["demo", "kept.db", "--scale", "0.001", "--force"]).code, 0);
    assert!(std::fs::read(&path).unwrap().starts_with(b"SQLite format 3"));
}

#[test]
fn equal_seeds_give_equal_books_and_other_names_the_same_numbers() {
    let home = testkit::home().unwrap();
    for (file, more) in [("a.db", &[][..]), ("b.db", &[]), ("c.db", &["--seed", "2"]), ("d.db", &["--renamed"])] {
        assert_eq!(run_in(&home, &[&["demo", "--scale", "0.01", file], more].concat()).code, 0);
    }
    let total = |file: &str| {
        let ran = run_in(&home, &["ask", "--format", "csv", "--db", file, "--as-of", CLOCK, "revenue last quarter"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    assert_eq!(total("a.db"), total("b.db"));
    assert_ne!(total("a.db"), total("c.db"));
    assert_eq!(total("a.db"), total("d.db"));
    let tables = |file: &str| run_in(&home, &["schema", "--db", file]).out;
    assert_ne!(tables("a.db"), tables("d.db"));
}

#[test]
fn a_folder_that_is_not_there_is_a_fault() {
    let ran = run_with(&["demo", "nowhere/books.db", "--scale", "0.001"]);
    assert_eq!(ran.code, 15, "{}", ran.err);
    assert_eq!(run_with(&["demo", "x.db", "--scale", "11"]).code, 2);
}

/// Interrupts while the file is being written, with a signal, and returns the exit code.
fn interrupt(signal: &str) -> Option<i32> {
    let home = testkit::home().unwrap();
    let mut command = home.command(env!("CARGO_BIN_EXE_quaestor"));
    command.args(["demo", "--scale", "5", "books.db"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Until rows arrive in the unfinished file; giving up only keeps a broken test from hanging.
    let patience = Instant::now() + Duration::from_secs(120);
    while files(&home).is_empty() && child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < patience, "no file was begun");
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = home.command("sh").args(["-c", &format!("kill -s {signal} {}", child.id())]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    assert_eq!(files(&home), Vec::<String>::new(), "nothing is left");
    output.status.code()
}

#[test]
fn ctrl_c_leaves_no_file() {
    assert_eq!(interrupt("INT"), Some(130));
}

#[test]
fn a_terminated_run_leaves_no_file() {
    assert_eq!(interrupt("TERM"), Some(143));
}

#[test]
fn every_shape_is_written_and_says_what_it_is() {
    let home = testkit::home().unwrap();
    let total = |shape: &str| {
        let file = format!("{shape}.db");
        let ran = run_in(&home, &["demo", "--scale", "0.01", "--shape", shape, &file]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let ask = ["ask", "--format", "csv", "--db", &file, "--as-of", CLOCK, "net profit in FY25"];
        let asked = run_in(&home, &ask);
        assert_eq!(asked.code, 0, "{shape}: {}{}", asked.out, asked.err);
        (ran.out, asked.out)
    };
    let (about, number) = total("normalized");
    assert!(about.contains("27 tables"), "{about}");
    for (shape, tables) in [("star", "24 tables"), ("wide", "5 tables"), ("ledger", "4 tables")] {
        let (about, same) = total(shape);
        assert!(about.contains(tables), "{about}");
        assert_eq!(same, number, "{shape}");
    }
    let ran = run_in(&home, &["demo", "--shape", "cube", "cube.db"]);
    assert!(ran.code == 2 && ran.err.contains("star"), "{}", ran.err);
}
