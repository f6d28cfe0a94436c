//! What came of one question.

use serde::Serialize;

use super::linking::Linking;
use super::questions::Item;

/// What came of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered with the known rows.
    Right,
    /// Answered with others.
    Wrong,
    /// Answered, where there are no rows to compare.
    Answered,
    /// Refused.
    Refused,
    /// A question back.
    Clarify,
    /// A fault, or a panic.
    Failed,
    /// The known SQL did not run, so that nothing can be said.
    Unknown,
}

impl Outcome {
    /// Whether something was shown as the answer.
    pub fn is_answered(self) -> bool {
        matches!(self, Outcome::Right | Outcome::Wrong | Outcome::Answered)
    }
}

/// What came of one question, as it is written and counted.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The set.
    pub set: String,
    /// The question's name.
    pub id: String,
    /// The database.
    pub db: String,
    /// What sort of question it is.
    pub shape: String,
    /// The question.
    pub question: String,
    /// What came of it.
    #[serde(rename = "status")]
    pub outcome: Outcome,
    /// Whether the rows are the known ones.
    pub right: bool,
    /// Our statement.
    pub sql: Option<String>,
    /// The values of its parameters.
    pub parameters: Vec<String>,
    /// The known statement.
    pub gold_sql: String,
    /// The answer in words, or why there is none.
    pub words: Vec<String>,
    /// What the question named and the database does not hold.
    pub missing: Vec<String>,
    /// What can be seen of a wrong answer; the code of a fault.
    pub cause: Option<String>,
    /// How our tables stand to the known ones.
    pub tables: Option<&'static str>,
    /// Tables and columns against the known ones; none where nothing was answered.
    pub linking: Option<Linking>,
    /// Size of the known result, and of ours.
    pub rows: [Option<usize>; 2],
    /// How sure the answer says it is.
    pub confidence: f64,
    /// How long the agent took, in milliseconds.
    pub ms: f64,
}

impl Record {
    /// A record of a question that nothing is known of yet.
    pub fn new(set: &str, item: &Item, outcome: Outcome) -> Record {
        Record {
            set: set.to_owned(),
            id: item.id.clone(),
            db: item.db.clone(),
            shape: item.shape.clone(),
            question: item.question.clone(),
            outcome,
            right: outcome == Outcome::Right,
            sql: None,
            parameters: Vec::new(),
            gold_sql: item.gold_sql.clone(),
            words: Vec::new(),
            missing: Vec::new(),
            cause: None,
            tables: None,
            linking: None,
            rows: [None, None],
            confidence: 0.0,
            ms: 0.0,
        }
    }

    /// One line.
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}
