//! `docs/tour.md` shows a conversation as it is really had. It is written by this test:
//! `fixtures/chat/tour.txt` holds what is said, and behind `#` the words around it.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::path::{Path, PathBuf};

use common::*;

const HEAD: &str = "# A tour in ten minutes\n\nThis page is written by a test from `fixtures/chat/tour.txt`: what stands in it was really said and answered, over the\ndemo books (`quaestor chat` without `--db`). `chat.md` has the details.\n";

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// What the program prints for each line that is said, in order.
fn replies(said: &str) -> Vec<String> {
    let home = testkit::home().unwrap();
    let mut command = quaestor(&home);
    command.args(["--quiet", "chat", "--echo", "--chart", "always"]).write_stdin(said);
    let ran = run(command);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
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
    let mut replies = replies(script).into_iter();
    let mut page = HEAD.to_owned();
    for block in script.lines().collect::<Vec<_>>().chunk_by(|a, b| a.starts_with('#') == b.starts_with('#')) {
        if block[0].starts_with('#') {
            for line in block {
                match line.strip_prefix("## ") {
                    Some(heading) => page.push_str(&format!("\n## {heading}\n")),
                    None => page.push_str(&format!(
                        "{}{}\n",
                        if page.ends_with("\n\n") || !first(block, line) { "" } else { "\n" },
                        line.trim_start_matches('#').trim()
                    )),
                }
            }
        } else {
            let said: String = block.iter().map(|_| replies.next().unwrap()).collect();
            let said: Vec<&str> = said.trim_end().lines().map(str::trim_end).collect();
            page.push_str(&format!("\n```text\n{}\n```\n", said.join("\n")));
        }
    }
    assert_eq!(replies.next(), None);
    page
}

/// Whether a line of words begins a paragraph: the first of its block, or behind a heading.
fn first(block: &[&str], line: &&str) -> bool {
    let at = block.iter().position(|l| std::ptr::eq(*l, *line)).unwrap();
    at == 0 || block[at - 1].starts_with("## ")
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
