//! What a user's vocabulary is made of: where an entry stands, what a phrase names, how an own metric is added up.

use catalog::{Decimal, Value};
use serde::{Deserialize, Serialize};

/// A phrase as its stems.
pub type Stems = Vec<String>;

/// Which direction is favourable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither.
    None,
}

/// Where an entry of a vocabulary stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} line {}", self.file, self.line)
    }
}

/// What a phrase of a user's vocabulary stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A metric, by id.
    Metric(String),
    /// A word of the built-in vocabulary, as stems: the phrase means whatever that means.
    Word(Stems),
    /// A table of the user's database, as written.
    Table(String),
    /// A column, as written.
    Column(String),
    /// A value of a column, both as written.
    Value(String, Value),
    /// A name of a table or column, which of them only the schema can tell.
    Name(String),
}

/// In words, behind "stands for".
impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Metric(id) => f.write_str(&id.replace('_', " ")),
            Target::Word(stems) => f.write_str(&stems.join(" ")),
            Target::Table(name) | Target::Column(name) | Target::Name(name) => f.write_str(name),
            Target::Value(column, value) => write!(f, "{column} = {value}"),
        }
    }
}

/// A phrase of a user's vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub struct Synonym {
    /// As written.
    pub phrase: String,
    /// As stems.
    pub stems: Stems,
    /// What it stands for.
    pub target: Target,
    /// The target as it was written.
    pub written: String,
    /// Where that is said.
    pub place: Place,
}

/// How the rows of a table are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gather {
    /// The sum of a column.
    Sum,
    /// The number of rows.
    Count,
    /// The number of different values of a column.
    CountDistinct,
    /// The mean of a column over the rows that have a value.
    Average,
    /// The smallest value of a column.
    Min,
    /// The largest value of a column.
    Max,
}

/// How an own metric behaves over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The rows of a period add up.
    Sum,
    /// The rows of the last day of a period count.
    Last,
    /// All rows up to the last day of a period add up.
    Running,
}

/// What a filter asks of a column's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Asks {
    /// One of these.
    Is(Vec<Value>),
    /// None of these; rows without a value count.
    IsNot(Vec<Value>),
    /// At least this.
    AtLeast(Decimal),
    /// At most this.
    AtMost(Decimal),
    /// More than this.
    Above(Decimal),
    /// Less than this.
    Below(Decimal),
}

/// A restriction of an own metric to some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The column, as written.
    pub column: String,
    /// What is asked of it.
    pub asks: Asks,
}

/// A metric that is added up from a table of the user's database.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    /// How rows are put together.
    pub gather: Gather,
    /// The column, as written; the table for [`Gather::Count`].
    pub of: String,
    /// Which rows count.
    pub filters: Vec<Filter>,
    /// How it behaves over time; by the nature of the metric where nothing is said.
    pub course: Option<Course>,
    /// The date of the rows, as written; by the schema where nothing is said.
    pub date: Option<String>,
}

/// The length of the period that an amount is rated by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
}

impl Per {
    /// Its length in months.
    pub fn months(self) -> i32 {
        match self {
            Per::Month => 1,
            Per::Quarter => 3,
            Per::Year => 12,
        }
    }
}

/// What a number of a metric amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// At or beyond the best bound.
    Excellent,
    /// At or beyond the second bound.
    Good,
    /// At or beyond the last bound.
    Warning,
    /// Beyond none.
    Critical,
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Grade::Excellent => "excellent",
            Grade::Good => "good",
            Grade::Warning => "warning",
            Grade::Critical => "critical",
        })
    }
}

/// Bounds of the grades: lower bounds, upper bounds where less is better. What meets none is critical.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// From here on excellent.
    pub excellent: Decimal,
    /// From here on good.
    pub good: Decimal,
    /// From here on a warning; beyond it critical.
    pub warning: Decimal,
    /// The length of the period that the bounds are meant for, where the number depends on it.
    #[serde(default)]
    pub per: Option<Per>,
    /// Where a user said so; none for the built-in ones.
    #[serde(skip)]
    pub place: Option<Place>,
}

impl Thresholds {
    /// The grade of a number, and the bound that decided: for [`Grade::Critical`] the one that it misses.
    pub fn grade(&self, value: &Decimal, better: Better) -> (Grade, &Decimal) {
        let meets = |bound: &Decimal| if better == Better::Down { value <= bound } else { value >= bound };
        let bounds = [(Grade::Excellent, &self.excellent), (Grade::Good, &self.good), (Grade::Warning, &self.warning)];
        bounds.into_iter().find(|(_, bound)| meets(bound)).unwrap_or((Grade::Critical, &self.warning))
    }

    /// Whether each bound is at least as hard to meet as the next.
    pub fn are_in_order(&self, better: Better) -> bool {
        let harder = |a: &Decimal, b: &Decimal| if better == Better::Down { a <= b } else { a >= b };
        harder(&self.excellent, &self.good) && harder(&self.good, &self.warning)
    }
}
