//! A conversation: questions that go on from each other, questions back, and the way back.
//!
//! It holds texts and choices only. A follow-up is read anew with the texts that it goes on from, over the schema as
//! it is by then.

use connect::Scope;
use jiff::civil::Date;
use plan::resolve::Choice;
use serde::Serialize;

use crate::answer::{Answer, Status};
use crate::ask::Agent;
use crate::pick::{Pick, pick};
use crate::question::Question;

/// How a text was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// As a question of its own.
    Question,
    /// As going on from the question before.
    FollowUp,
    /// As the answer to a question back.
    Choice,
    /// As asking the last question once more.
    Again,
    /// As going back to the question before.
    Undo,
    /// As taking back an undo.
    Redo,
}

/// What a text brought.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An answer of any status, and how the text was taken.
    Answer(Taken, Box<Answer>),
    /// Something to say; nothing was computed.
    Note(String),
}

/// An answered question of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// With the questions that it goes on from and the choices that were made.
    pub question: Question,
    /// The full question, in words.
    pub understood: Option<String>,
}

/// A question that was asked back, and what there is to choose.
#[derive(Clone, Debug, PartialEq)]
struct Pending {
    question: Question,
    follows: bool,
    choices: Vec<Choice>,
}

/// What was asked so far, with a way back. A value: nothing of it lives elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    turns: Vec<Turn>,
    /// How many turns are in force; those behind them were undone.
    at: usize,
    pending: Option<Pending>,
}

const UNDO: [&str; 6] = ["undo", "back", "go back", "undo that", "take that back", "previous"];
const REDO: [&str; 3] = ["redo", "forward", "go forward"];
const AGAIN: [&str; 7] = ["again", "once more", "repeat", "repeat that", "same again", "do that again", "rerun"];
const RESET: [&str; 7] =
    ["new question", "reset", "start over", "forget that", "forget it", "new conversation", "clear"];

impl Conversation {
    /// The turns in force, oldest first.
    pub fn turns(&self) -> &[Turn] {
        &self.turns[..self.at]
    }

    /// Whether a question back waits for its answer.
    pub fn is_asked_back(&self) -> bool {
        self.pending.is_some()
    }

    /// A text as it is asked at this point: with the questions that it may go on from.
    pub fn question(&self, text: &str, as_of: Option<Date>) -> Question {
        let last = self.pending.as_ref().map(|p| &p.question).or(self.turns().last().map(|t| &t.question));
        let context = last.map(|q| q.context.iter().chain([&q.text]).cloned().collect()).unwrap_or_default();
        let pins = last.map(|q| q.pins.clone()).unwrap_or_default();
        Question { as_of, pins, context, ..Question::new(text) }
    }

    fn push(&mut self, turn: Turn) {
        self.turns.truncate(self.at);
        self.turns.push(turn);
        self.at = self.turns.len();
        self.pending = None;
    }
}

impl Agent {
    /// Takes the next text of a conversation.
    ///
    /// Only what is answered becomes part of it: after a refusal the conversation is where it was.
    pub async fn reply(
        &self,
        scope: &Scope,
        conversation: &mut Conversation,
        text: &str,
        as_of: Option<Date>,
    ) -> Reply {
        let words = text.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
        let is = |phrases: &[&str]| phrases.contains(&words.as_str());
        if is(&RESET) {
            *conversation = Conversation::default();
            return Reply::Note("a new conversation: nothing is carried over".to_owned());
        }
        if is(&UNDO) {
            return self.undo(scope, conversation, as_of).await;
        }
        if is(&REDO) {
            return self.redo(scope, conversation, as_of).await;
        }
        if is(&AGAIN) {
            conversation.pending = None;
            return self.once_more(scope, conversation, Taken::Again, as_of).await;
        }
        match conversation.pending.take() {
            Some(pending) => match pick(text, &pending.choices) {
                Pick::Other => {
                    conversation.pending = Some(pending);
                    self.next(scope, conversation, text, as_of).await
                }
                picked => self.choose(scope, conversation, pending, picked).await,
            },
            None if pick(text, &[]) == Pick::Absent => {
                Reply::Note("nothing was asked back that a number could answer".to_owned())
            }
            None => self.next(scope, conversation, text, as_of).await,
        }
    }

    /// A question, of its own or not.
    async fn next(&self, scope: &Scope, conversation: &mut Conversation, text: &str, as_of: Option<Date>) -> Reply {
        let question = conversation.question(text, as_of);
        let answer = self.ask(scope, &question).await;
        let taken = if answer.follows { Taken::FollowUp } else { Taken::Question };
        settle(conversation, question, &answer);
        Reply::Answer(taken, Box::new(answer))
    }

    /// The answer to a question back.
    async fn choose(&self, scope: &Scope, conversation: &mut Conversation, pending: Pending, picked: Pick) -> Reply {
        let count = pending.choices.len();
        let why = match picked {
            Pick::One(at) => {
                let mut question = pending.question;
                question.pins.push(pending.choices[at].pin());
                let answer = self.ask(scope, &question).await;
                settle(conversation, question, &answer);
                return Reply::Answer(Taken::Choice, Box::new(answer));
            }
            Pick::Neither => return Reply::Note("none of them, then: the question is left unanswered".to_owned()),
            Pick::Several => "one at a time: they are different things, and are never added up".to_owned(),
            Pick::Absent | Pick::Other => format!("there are {count} choices"),
        };
        let mut answer = Answer::empty(pending.question.id.clone(), Status::Clarify);
        answer.words = vec![format!("{why}; which of these is meant?")];
        answer.interpretations = pending.choices.clone();
        answer.follows = pending.follows;
        conversation.pending = Some(pending);
        Reply::Answer(Taken::Choice, Box::new(answer))
    }

    async fn undo(&self, scope: &Scope, conversation: &mut Conversation, as_of: Option<Date>) -> Reply {
        if conversation.pending.take().is_some() && conversation.at > 0 {
            return self.once_more(scope, conversation, Taken::Undo, as_of).await;
        }
        match conversation.at {
            0 => Reply::Note("there is nothing to undo".to_owned()),
            1 => {
                conversation.at = 0;
                Reply::Note("back at the beginning: nothing is carried over (redo brings it back)".to_owned())
            }
            at => {
                conversation.at = at - 1;
                self.once_more(scope, conversation, Taken::Undo, as_of).await
            }
        }
    }

    async fn redo(&self, scope: &Scope, conversation: &mut Conversation, as_of: Option<Date>) -> Reply {
        if conversation.at == conversation.turns.len() {
            return Reply::Note("there is nothing to redo".to_owned());
        }
        conversation.pending = None;
        conversation.at += 1;
        self.once_more(scope, conversation, Taken::Redo, as_of).await
    }

    /// The last question in force, asked anew.
    async fn once_more(&self, scope: &Scope, conversation: &Conversation, taken: Taken, as_of: Option<Date>) -> Reply {
        let Some(last) = conversation.turns().last() else {
            return Reply::Note("nothing was answered before".to_owned());
        };
        let question = Question { as_of, ..last.question.clone() };
        Reply::Answer(taken, Box::new(self.ask(scope, &question).await))
    }
}

/// What is answered becomes a turn, what is asked back waits, all else leaves the conversation as it was.
fn settle(conversation: &mut Conversation, question: Question, answer: &Answer) {
    let follows = answer.follows;
    // A question of its own goes on from nothing, and takes no choice over either.
    let question = match follows || question.context.is_empty() {
        true => question,
        false => Question { context: Vec::new(), pins: Vec::new(), ..question },
    };
    match answer.status {
        Status::Answered => conversation.push(Turn { question, understood: answer.understood.clone() }),
        Status::Clarify => {
            conversation.pending = Some(Pending { question, follows, choices: answer.interpretations.clone() });
        }
        Status::Refused | Status::Failed => {}
    }
}
