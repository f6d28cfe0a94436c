//! Conversations as golden text: every number against the tally, and what was said where there is none.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::{Answer, Conversation, Reply, Status};
use common::corpus::{self, Question};
use common::{Desk, story};
use testkit::golden::{self, Mode};
use testkit::{Case, Sections};

#[test]
fn golden_conversations() {
    golden::check_dir(corpus::conversations(), &corpus::SAID, sections);
}

fn status(reply: &Reply) -> &'static str {
    match reply {
        Reply::Note(_) => "note",
        Reply::Answer(_, answer) => match answer.status {
            Status::Answered => "answered",
            Status::Clarify => "clarify",
            Status::Refused => "refused",
            Status::Failed => "failed",
        },
    }
}

fn sections(case: &Case) -> Sections {
    let desk = Desk::demo();
    let mut conversation = Conversation::default();
    let mut sections = Sections::new();
    for question in Question::said(case) {
        let reply = desk.say(&mut conversation, &question.ask);
        let told = match &reply {
            Reply::Note(_) => String::new(),
            Reply::Answer(_, answer) => story(answer),
        };
        assert_eq!(status(&reply), question.status, "{}: {told}", question.ask);
        assert!(question.status != "answered" || !question.checks.is_empty(), "{}: no number is checked", question.ask);
        sections = sections.section("turn", turn(&question.ask, &reply));
        let Reply::Answer(_, answer) = &reply else { continue };
        for check in &question.checks {
            let (said, tallied) = check.texts(answer);
            assert_eq!(said, tallied, "{}", question.ask);
        }
    }
    sections
}

/// What was said, how it was taken, and what was understood or said back.
fn turn(text: &str, reply: &Reply) -> String {
    let (taken, lines) = match reply {
        Reply::Note(note) => ("note".to_owned(), vec![note.clone()]),
        Reply::Answer(taken, answer) => (format!("{taken:?}, {}", status(reply)).to_lowercase(), said(answer)),
    };
    format!("{text}\n  {taken}: {}", lines.join("\n  "))
}

fn said(answer: &Answer) -> Vec<String> {
    let choices = answer.interpretations.iter().map(|c| format!("- {}", c.words));
    match &answer.understood {
        Some(understood) => vec![understood.clone()],
        None => answer.words.iter().cloned().chain(choices).collect(),
    }
}

#[test]
fn golden_conversations_are_many() {
    let mut turns = 0;
    let _ = golden::run_dir(&corpus::conversations(), &corpus::SAID, Mode::Compare, |case| {
        turns += Question::said(case).len();
        Sections::new()
    });
    assert!(turns >= 60, "{turns}");
}
