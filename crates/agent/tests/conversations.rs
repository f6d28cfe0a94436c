//! Conversations as golden text: every number against the tally, and what was said where there is none.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::{Answer, Conversation, Reply, Status};
use books::{DEMO_CLOCK, Shape};
use common::corpus::{self, Question};
use common::{DEMO_SCALE, DEMO_SEED, Desk, story};
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

/// Has all conversations at another desk. There one may be asked back or refused at some point, where it ends; no
/// number differs. Hands back how many numbers were compared.
fn same_numbers(desk: &Desk) -> usize {
    let (mut same, mut wrong) = (0, Vec::new());
    let _ = golden::run_dir(&corpus::conversations(), &corpus::SAID, Mode::Compare, |case| {
        let mut conversation = Conversation::default();
        for question in Question::said(case) {
            let reply = desk.say(&mut conversation, &question.ask);
            if status(&reply) != question.status {
                if let ("answered", "refused") = (status(&reply), question.status.as_str()) {
                    wrong.push(format!("{}: answered, and should be refused", question.ask));
                }
                break;
            }
            let Reply::Answer(_, answer) = &reply else { continue };
            for (said, tallied) in question.checks.iter().map(|check| check.texts(answer)) {
                same += usize::from(said == tallied);
                if said != tallied {
                    wrong.push(format!("{}: {said} is not {tallied}", question.ask));
                }
            }
        }
        Sections::new()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    same
}

#[test]
fn golden_conversations_over_other_names_have_the_same_numbers() {
    let same = same_numbers(Desk::renamed());
    assert!(same >= 30, "{same}");
}

#[test]
fn golden_conversations_over_other_shapes_have_the_same_numbers() {
    for (shape, least) in [(Shape::Star, 30), (Shape::Wide, 3), (Shape::Ledger, 3)] {
        let same = same_numbers(&Desk::new(&books::demo_as(shape, DEMO_SCALE, DEMO_SEED).0, DEMO_CLOCK));
        assert!(same >= least, "{shape}: {same}");
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
