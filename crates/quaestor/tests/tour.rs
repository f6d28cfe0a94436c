//! `docs/tour.md` shows conversations as they are really had. It is written by this test:
//! `fixtures/chat/tour.txt` holds what is said, behind `#` the words around it, and behind `$` the shape of the books
//! that are talked to from there on.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::path::{Path, PathBuf};

use common::*;

const HEAD: &str = "\
# A tour in ten minutes

This page is written by a test from `fixtures/chat/tour.txt`: what stands in it was really said and answered, over the
demo books (`quaestor chat` without `--db`). [chat.md](chat.md) has the details.
";

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// What the program prints for each line that is said, in order; over the demo books, or over those of a shape.
fn replies(shape: Option<&str>, said: &str) -> Vec<String> {
    let home = testkit::home().unwrap();
    let mut command = quaestor(&home);
    command.args(["--quiet", "chat", "--echo", "--chart", "always"]);
    if let Some(shape) = shape {
        let made = run_in(&home, &["demo", "--shape", shape, "books.db"]);
        assert_eq!(made.code, 0, "{}", made.err);
        command.args(["--db", "books.db", "--as-of", CLOCK]);
    }
    command.write_stdin(said);
    let ran = run(command);
    assert_eq!(ran.err, "");
    let mut replies: Vec<String> = Vec::new();
    for line in ran.out.lines() {
        match line.starts_with("> ") {
            true => replies.push(format!("{line}\n")),
            false => replies.last_mut().unwrap().push_str(&format!("{line}\n")),
        }
    }
    replies
}

/// The page: words as words, and each run of lines that are said as one block.
fn page(script: &str) -> String {
    let mut page = HEAD.to_owned();
    for (i, session) in script.split("\n$ ").enumerate() {
        let (shape, said) =
            if i == 0 { (None, session) } else { session.split_once('\n').map(|(a, b)| (Some(a), b)).unwrap() };
        if let Some(shape) = shape {
            page.push_str(&format!(
                "\n```console\n$ quaestor demo --shape {shape} books.db\n$ quaestor chat --db books.db --as-of {CLOCK}\n```\n"
            ));
        }
        add_session(&mut page, said, replies(shape, said));
    }
    page
}

fn add_session(page: &mut String, said: &str, replies: Vec<String>) {
    let mut replies = replies.into_iter();
    let lines: Vec<&str> = said.lines().collect();
    for block in lines.chunk_by(|a, b| kind(a) == kind(b)) {
        match kind(block[0]) {
            Kind::Heading => block.iter().for_each(|line| page.push_str(&format!("\n{line}\n"))),
            Kind::Words => {
                let words: Vec<&str> = block.iter().map(|line| line.trim_start_matches('#').trim()).collect();
                page.push_str(&format!("\n{}\n", words.join("\n")));
            }
            Kind::Said => {
                let block: String = block.iter().map(|_| replies.next().unwrap()).collect();
                let block: Vec<&str> = block.trim_end().lines().map(str::trim_end).collect();
                page.push_str(&format!("\n```text\n{}\n```\n", block.join("\n")));
            }
        }
    }
    assert_eq!(replies.next(), None);
}

#[derive(PartialEq)]
enum Kind {
    Heading,
    Words,
    Said,
}

fn kind(line: &str) -> Kind {
    match (line.starts_with("## "), line.starts_with('#')) {
        (true, _) => Kind::Heading,
        (_, true) => Kind::Words,
        _ => Kind::Said,
    }
}

#[test]
fn golden_tour() {
    let now = page(&std::fs::read_to_string(at("fixtures/chat/tour.txt")).unwrap());
    let path = at("docs/tour.md");
    if std::env::var_os("QUAESTOR_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, &now).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == now,
        "docs/tour.md is not what is said now; where that is right: cargo xtask golden --bless\n{now}"
    );
}
