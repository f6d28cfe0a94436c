//! The program around the chores.

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output()
}

#[test]
fn help_names_every_chore() {
    for arguments in [&["--help"][..], &[], &["golden", "--help"]] {
        let output = xtask(arguments).unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("tidy") && text.contains("golden --bless"), "{text}");
    }
}

#[test]
fn an_unknown_chore_fails_and_shows_the_help() {
    let output = xtask(&["golden", "--blest"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("unknown chore: golden --blest\n\nThe chores"));
}
