//! A result: named, typed columns and rows of values.

use serde::{Deserialize, Serialize};

use crate::types::TypeKind;
use crate::value::Value;

/// What a number counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "unit", content = "of")]
pub enum Unit {
    /// Money in the named currency.
    Money(Option<String>),
    /// Things.
    Count,
    /// A share; 0.25 is 25 %.
    Share,
    /// A multiple; 1.5 is 1.5 times.
    Multiple,
    /// Days.
    Days,
    /// Something else, or not known.
    Plain,
}

/// One column of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultColumn {
    /// Heading.
    pub name: String,
    /// Type of its values.
    pub ty: TypeKind,
    /// What its numbers count, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

/// A result as it came from an engine, or after our own arithmetic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// Columns.
    pub columns: Vec<ResultColumn>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}
