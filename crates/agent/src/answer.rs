//! An answer: documented, versioned, stable. `docs/answer.md` describes its JSON.

use catalog::{ResultColumn, Value};
use fault::Fault;
use plan::finish::{ColumnKind, RowLine};
use plan::rate::Rating;
use plan::resolve::Choice;
use serde::{Serialize, Serializer};

use crate::chart::Chart;
use crate::trace::Trace;

/// Version of the JSON form; grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The rows are the answer.
    Answered,
    /// The question can be read in several ways; `interpretations` holds them.
    Clarify,
    /// It cannot be answered from this database; `missing` says what is not there.
    Refused,
    /// Something went wrong; `fault` says what.
    Failed,
}

/// How long the parts took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Millis {
    /// From the question to the guarded SQL.
    pub plan: f64,
    /// From the SQL to the finished rows.
    pub run: f64,
}

/// A number that was looked behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drilled {
    /// The labels of its row.
    pub row: String,
    /// The heading of its column.
    pub column: String,
    /// The exact sum of all rows behind it, listed or not.
    pub sum: String,
    /// How many rows there are behind it.
    pub rows: u64,
}

/// What came of a question, with all that proves it.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// Version of this form.
    pub version: u32,
    /// The caller's identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What came of it.
    pub status: Status,
    /// Columns of the rows.
    pub columns: Vec<ResultColumn>,
    /// Rows; decimals as strings.
    #[serde(serialize_with = "rows_as_json")]
    pub rows: Vec<Vec<Value>>,
    /// The statement that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// The values bound to its parameters, in order.
    #[serde(serialize_with = "values_as_json")]
    pub parameters: Vec<Value>,
    /// Tables that were read.
    pub tables: Vec<String>,
    /// Columns that the numbers come from.
    pub columns_used: Vec<String>,
    /// The days that were looked at, first to last, with their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// How sure we are of the reading, 0 to 1.
    pub confidence: f64,
    /// What was understood, or what there is to choose from.
    pub interpretations: Vec<Choice>,
    /// What this database does not hold.
    pub missing: Vec<String>,
    /// What the reader should know.
    pub warnings: Vec<String>,
    /// The full question that was answered, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub understood: Option<String>,
    /// Whether the question went on from those before it.
    pub follows: bool,
    /// The answer and its reading in words.
    pub words: Vec<String>,
    /// How many rows there are and whether that is all.
    pub completeness: String,
    /// The schema that was answered from.
    pub epoch: String,
    /// How long ago that schema was read or found unchanged, in seconds.
    pub age_s: f64,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// How long it took.
    pub ms: Millis,
    /// A picture that fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<Chart>,
    /// Labels of periods in the rows that are not over, or that the data does not fill.
    pub incomplete: Vec<String>,
    /// Rows of the database behind all numbers.
    pub rows_used: u64,
    /// What each column is.
    pub kinds: Vec<ColumnKind>,
    /// What each row of a financial statement is; empty for other answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<RowLine>,
    /// What numbers of the rows amount to, by the thresholds of their metrics; empty where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<Rating>,
    /// The number that the rows stand behind, where one was looked behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drilled: Option<Drilled>,
    /// Every step; not part of the JSON.
    #[serde(skip)]
    pub trace: Trace,
}

impl Answer {
    /// An empty answer of a status.
    pub fn empty(id: Option<String>, status: Status) -> Answer {
        Answer {
            version: VERSION,
            id,
            status,
            columns: Vec::new(),
            rows: Vec::new(),
            sql: None,
            parameters: Vec::new(),
            tables: Vec::new(),
            columns_used: Vec::new(),
            period: None,
            confidence: 0.0,
            interpretations: Vec::new(),
            missing: Vec::new(),
            warnings: Vec::new(),
            understood: None,
            follows: false,
            words: Vec::new(),
            completeness: String::new(),
            epoch: String::new(),
            age_s: 0.0,
            fault: None,
            ms: Millis::default(),
            chart: None,
            incomplete: Vec::new(),
            rows_used: 0,
            kinds: Vec::new(),
            lines: Vec::new(),
            ratings: Vec::new(),
            drilled: None,
            trace: Trace::default(),
        }
    }

    /// A failed answer.
    pub fn failed(id: Option<String>, fault: Fault) -> Answer {
        Answer { fault: Some(fault), ..Answer::empty(id, Status::Failed) }
    }
}

fn rows_as_json<S: Serializer>(rows: &[Vec<Value>], s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(rows.iter().map(|row| row.iter().map(Value::to_json).collect::<Vec<_>>()))
}

fn values_as_json<S: Serializer>(values: &[Value], s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(values.iter().map(Value::to_json))
}
