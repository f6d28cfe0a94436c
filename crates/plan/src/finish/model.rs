//! What finishing needs, and what comes of it.

use catalog::{Rows, Value};
use jiff::civil::Date;

use crate::semantic::LineStyle;

/// What finishing needs beside the plan.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The clock's day.
    pub today: jiff::civil::Date,
    /// Whether exact sums came as integers that count units of 10^-scale.
    pub scaled: bool,
}

/// A finished table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finished {
    /// Columns and rows.
    pub rows: Rows,
    /// What each column is, for charts and words.
    pub kinds: Vec<ColumnKind>,
    /// Buckets that are not over, by their label.
    pub incomplete: Vec<String>,
    /// What the reader should know, in words.
    pub warnings: Vec<String>,
    /// Rows of the database behind all numbers.
    pub rows_used: u64,
    /// What each row of a statement is; empty for other tables.
    pub lines: Vec<RowLine>,
    /// What each row of numbers is grouped by; empty for statements and lists.
    pub groups: Vec<RowGroup>,
}

/// What a row is grouped by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowGroup {
    /// The values of all columns of all dimensions, keys included.
    pub values: Vec<Value>,
    /// The first day of its bucket, in a series.
    pub bucket: Option<Date>,
}

/// What a row of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowLine {
    /// Section, account, subtotal or check.
    pub style: LineStyle,
    /// How far it is indented.
    pub level: u8,
    /// The line of the plan.
    #[serde(skip)]
    pub line: usize,
}

/// What a column of a finished table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Time.
    Period,
    /// A dimension.
    Dimension,
    /// A measure of the period asked for.
    Measure,
    /// The same measure of a period it is compared with.
    Compared,
    /// The difference of both.
    Change,
    /// The difference in relation to the compared one.
    ChangeShare,
    /// A share of the total.
    Share,
    /// A running total.
    Cumulative,
    /// Whether a difference is favourable, in a word.
    Assessment,
    /// A moving average or rolling sum.
    Rolling,
}
