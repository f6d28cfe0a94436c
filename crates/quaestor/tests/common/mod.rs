//! Runs the program as a child in a home of its own.
#![allow(dead_code, reason = "each test file is a program of its own and uses some of this")]

use std::path::PathBuf;

use assert_cmd::Command;
use testkit::Home;

/// A question that the demo books answer with several rows.
pub const REGIONS: &str = "revenue by region last quarter";
/// The day on which the demo books end.
pub const CLOCK: &str = "2025-11-14";

/// What a run left behind.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// The program in a home.
pub fn quaestor(home: &Home) -> Command {
    Command::from_std(home.command(env!("CARGO_BIN_EXE_quaestor")))
}

/// Runs it to its end.
pub fn run(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs it with these arguments in a home of its own.
pub fn run_with(arguments: &[&str]) -> Ran {
    let home = testkit::home().unwrap();
    run_in(&home, arguments)
}

/// Runs it with these arguments.
pub fn run_in(home: &Home, arguments: &[&str]) -> Ran {
    let mut command = quaestor(home);
    command.args(arguments);
    run(command)
}

/// Small demo books in a file.
pub fn books(home: &Home) -> PathBuf {
    let path = home.work().join("books.db");
    let ran = run_in(home, &["demo", "books.db"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    path
}

/// Names of all files below the home, but for what the system keeps there.
pub fn files(home: &Home) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![home.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path.display().to_string()) }
        }
    }
    found.sort();
    found
}
