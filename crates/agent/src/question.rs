//! A question as it is asked.

use jiff::civil::Date;
use plan::Pin;
use serde::{Deserialize, Serialize};

/// Longest question that is read, in characters.
pub const LONGEST_QUESTION: usize = 2_000;

/// Most questions that one may go on from.
pub const LONGEST_CONTEXT: usize = 100;

/// A question with the dates it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The caller's own identifier, handed back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The question.
    #[serde(rename = "question")]
    pub text: String,
    /// What "today" is, where it is not the clock's day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// Choices made when it was asked back: [`Choice::pin`](plan::resolve::Choice::pin) of an interpretation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pin>,
    /// Questions that it may go on from, oldest first. Where it stands alone they and the choices mean nothing to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<String>,
    /// Which number of the answer is looked behind: its rows are listed instead of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Drill>,
}

/// Which number of an answer is looked behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// The row: its labels, a beginning of them, or its number from 1.
    pub row: String,
    /// The column of amounts: its heading or its number from 1; the first where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Rows listed at the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

impl Question {
    /// A question as of the clock's day.
    pub fn new(text: impl Into<String>) -> Self {
        Question { id: None, text: text.into(), as_of: None, pins: Vec::new(), context: Vec::new(), drill: None }
    }
}
