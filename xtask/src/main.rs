//! `cargo xtask`: the chores of the house.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own, for developers' terminals")]

use std::path::Path;
use std::process::ExitCode;

use xtask::eval::Options;
use xtask::golden::Purpose;

const HELP: &str = "\
The chores of the house.

Usage: cargo xtask <chore>

Chores:
  tidy            check the conventions of the house; one line for each place that breaks one
  golden          run the golden suites: tests with `golden` in their name
  golden --bless  let them write what the code says now; `check` lines are never written, and what
                  differs from them still fails. Read the diff before committing it.
  eval DIR        score the question sets of a folder; `eval --help` says what lies there
  help            print this
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy(),
        ["golden"] => golden(Purpose::Compare),
        ["golden", "--bless"] => golden(Purpose::Bless),
        ["eval", rest @ ..] => eval(rest),
        [] | ["help" | "--help" | "-h"] | ["tidy" | "golden", "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        other => {
            eprint!("unknown chore: {}\n\n{HELP}", other.join(" "));
            ExitCode::from(2)
        }
    }
}

/// The workspace that this program was built from.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

fn tidy() -> ExitCode {
    match xtask::tidy::run(root()) {
        Ok(report) => {
            print!("{report}");
            if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => failed(&error),
    }
}

fn golden(purpose: Purpose) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    match xtask::golden::command(&cargo, root(), purpose).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

fn eval(arguments: &[&str]) -> ExitCode {
    let options = match Options::parse(arguments) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{}", xtask::eval::HELP);
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprint!("{wrong}\n\n{}", xtask::eval::HELP);
            return ExitCode::from(2);
        }
    };
    match xtask::eval::run(&options, &|line| eprintln!("{line}")) {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("{error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        eprintln!("  because: {source}");
        cause = source.source();
    }
    ExitCode::from(2)
}
