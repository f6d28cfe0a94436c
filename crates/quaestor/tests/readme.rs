//! The README shows what the program prints, with `...` for what it leaves out, and its links lead somewhere.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::path::Path;

use common::*;

const README: &str = include_str!("../../../README.md");

/// The sessions: commands, each with the lines shown below it.
fn sessions() -> Vec<(String, Vec<String>)> {
    let mut sessions: Vec<(String, Vec<String>)> = Vec::new();
    for block in README.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for line in block.lines() {
            match line.strip_prefix("$ quaestor ") {
                Some(command) => sessions.push((command.to_owned(), Vec::new())),
                None => sessions.last_mut().unwrap().1.push(line.to_owned()),
            }
        }
    }
    sessions
}

/// Arguments as a shell splits them; quotes are the only syntax that the README uses.
fn arguments(command: &str) -> Vec<&str> {
    let parts = command.split('"').enumerate();
    parts.flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect()
}

/// Whether the lines are those shown, where `...` stands for any number of them.
fn matches(shown: &[String], real: &[&str]) -> bool {
    match shown {
        [] => real.is_empty(),
        [first, rest @ ..] if first == "..." => (0..=real.len()).any(|skipped| matches(rest, &real[skipped..])),
        [first, rest @ ..] => real.first() == Some(&first.as_str()) && matches(rest, &real[1..]),
    }
}

#[test]
fn what_is_shown_is_what_is_printed() {
    let home = testkit::home().unwrap();
    let sessions = sessions();
    assert!(sessions.len() >= 7, "{}", sessions.len());
    for (command, shown) in sessions {
        let ran = run_in(&home, &arguments(&command));
        let real: Vec<&str> = ran.out.lines().collect();
        assert!(matches(&shown, &real), "quaestor {command}\nshown:\n{}\nprinted:\n{}", shown.join("\n"), ran.out);
    }
}

#[test]
fn the_first_command_answers() {
    let command = README.lines().find_map(|line| line.strip_prefix("cargo run --release -- ")).unwrap();
    assert_eq!(run_with(&arguments(command)).code, 0);
}

#[test]
fn links_lead_to_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let links: Vec<&str> = README.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert!(links.len() > 8);
    for link in links {
        assert!(root.join(link).is_file(), "{link}");
    }
}
