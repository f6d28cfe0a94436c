//! What a question is cut into before it is understood.

use catalog::Decimal;
use meaning::Mention;

use super::words::Sign;
use crate::calendar::TimeForm;
use crate::intent::{Named, Operand};

/// A piece of a question.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A phrase that means something in this schema.
    Phrase(Mention),
    /// A word with a grammatical role.
    Sign(Sign),
    /// A number.
    Number(Decimal),
    /// A text in quotation marks.
    Quoted(String),
    /// What something is compared with, where it is no phrase, number or text.
    Operand(Operand),
    /// A superlative of this property; true for the largest.
    Ranking(Mention, bool),
    /// The name of a financial statement.
    Statement(Named),
    /// A time expression.
    Time(TimeForm),
    /// A comma.
    Comma,
    /// The end of a sentence.
    Stop,
    /// A word without content, as written.
    Filler(String),
    /// A word of content that nothing explains.
    Unknown(String),
}
