//! The program as such: help, version, completions, manual.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;

#[test]
fn version_and_help() {
    assert_eq!(run_with(&["--version"]).out, format!("quaestor {}\n", env!("CARGO_PKG_VERSION")));
    let help = run_with(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    for command in ["ask", "chat", "terms", "discover", "schema", "demo", "doctor", "config", "completions", "man"] {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(&format!("{command} "))), "{}", help.out);
        let own = run_with(&[command, "--help"]);
        assert!(own.code == 0 && own.out.contains("Examples:"), "{command}: {}", own.out);
    }
    let alone = run_with(&[]);
    assert_eq!((alone.code, alone.out.as_str()), (2, ""));
    assert!(alone.err.contains("Usage: quaestor"), "{}", alone.err);
}

#[test]
fn completions_know_the_subcommands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run_with(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("discover") && ran.out.contains("doctor"), "{shell}");
    }
    assert_eq!(run_with(&["completions", "tcl"]).code, 2);
}

#[test]
fn the_manual_is_printed_or_written() {
    let home = testkit::home().unwrap();
    let page = run_in(&home, &["man"]).out;
    assert!(page.contains(".TH quaestor 1"), "{page}");
    assert_eq!(run_in(&home, &["man", "--dir", "pages"]).code, 0);
    let written = files(&home);
    assert!(written.iter().any(|file| file.ends_with("quaestor-ask.1")), "{written:?}");
    std::fs::write(home.work().join("file"), "").unwrap();
    assert_eq!(run_in(&home, &["man", "--dir", "file/below"]).code, 15);
}
