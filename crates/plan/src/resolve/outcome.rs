//! What may come of a question.

use serde::{Deserialize, Serialize};

use crate::semantic::SemanticPlan;

/// One interpretation to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What it is, in words.
    pub words: String,
    /// The column, table or value that it stands on.
    pub target: String,
    /// The words of the question that it explains.
    pub phrase: String,
    /// How sure we are, 0 to 1.
    pub score: f64,
}

/// A choice that was made: from then on the phrase means this, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The words of the question: [`Choice::phrase`].
    pub phrase: String,
    /// What they mean: [`Choice::target`].
    pub target: String,
}

impl Choice {
    /// This choice, made.
    pub fn pin(&self) -> Pin {
        Pin { phrase: self.phrase.clone(), target: self.target.clone() }
    }
}

/// A question back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clarify {
    /// The question.
    pub question: String,
    /// The answers to choose from, best first.
    pub choices: Vec<Choice>,
}

/// A refusal that says what is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why, in a phrase.
    pub why: String,
    /// The words or concepts that nothing stands for.
    pub missing: Vec<String>,
    /// What comes nearest.
    pub nearest: Vec<String>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It can be answered.
    Plan(Box<SemanticPlan>),
    /// It can be read in several ways.
    Clarify(Clarify),
    /// It cannot be answered from this database.
    Refuse(Refusal),
}

/// A reason not to answer; boxed, since it is rare and large.
pub type Stop = Box<Outcome>;

/// A refusal.
pub fn refuse(why: &str, missing: Vec<String>, nearest: Vec<String>) -> Stop {
    Box::new(Outcome::Refuse(Refusal { why: why.to_owned(), missing, nearest }))
}

/// A question back; with nothing to choose from it is a refusal.
pub fn clarify(question: &str, choices: Vec<Choice>) -> Stop {
    Box::new(Outcome::Clarify(Clarify { question: question.to_owned(), choices }))
}
