//! A link: what a phrase means, how sure we are, and why.

use std::ops::Range;

use catalog::{ColumnRef, TableName, Value};
use serde::{Deserialize, Serialize};

/// What a phrase can mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Meaning {
    /// A business metric of the ontology, by id.
    Metric {
        /// Its id.
        id: String,
    },
    /// A table: a sort of thing.
    Table {
        /// Its name.
        table: TableName,
    },
    /// A column: a property of things.
    Column {
        /// The column.
        column: ColumnRef,
    },
    /// A value found in the data.
    Value {
        /// The column that holds it.
        column: ColumnRef,
        /// The value as stored.
        value: Value,
    },
}

/// Why a phrase means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The name itself.
    Name,
    /// The name without the words of its table.
    ShortName,
    /// The name with abbreviations written out.
    Abbreviation,
    /// The comment.
    Comment,
    /// Another word for the same concept.
    Synonym,
    /// A part of the name.
    PartOfName,
    /// A word of the ontology.
    Vocabulary,
    /// A phrase of the user's own vocabulary: it means this and nothing else.
    Own,
    /// A value of the data.
    Data,
    /// A value of the data that contains the phrase.
    PartOfValue,
    /// A word that is spelled almost like the phrase.
    Spelling,
}

/// One meaning of a phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// What it means.
    pub meaning: Meaning,
    /// How sure we are, 0 to 1.
    pub score: f64,
    /// Why.
    pub evidence: Evidence,
}

/// A phrase of a question, with all of its meanings, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The tokens that make up the phrase.
    pub tokens: Range<usize>,
    /// The phrase as asked, in lower case.
    pub text: String,
    /// Its meanings, best first; never empty.
    pub links: Vec<Link>,
}

impl std::fmt::Display for Meaning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Meaning::Metric { id } => write!(f, "metric {id}"),
            Meaning::Table { table } => write!(f, "{table}"),
            Meaning::Column { column } => write!(f, "{column}"),
            Meaning::Value { column, value } => write!(f, "{column} = {value}"),
        }
    }
}
