//! The semantic plan: what will be computed, from which columns, at which grain, over which days.

use std::fmt::{self, Display, Formatter};

use catalog::{ColumnRef, TableName, Unit, Value};
use meaning::formula::Arithmetic;
use meaning::ontology::{Better, Material, Nature};
use sql::Grain;

use crate::calendar::{Calendar, Period};
pub use crate::forms::Outer;
use crate::graph::Path;
use crate::intent::{Derived, Fold, Relation};

/// A test on one column's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// One of these values.
    In(Vec<Value>),
    /// None of these values; rows without a value stay.
    NotIn(Vec<Value>),
    /// Compared with a value.
    Compare(Relation, Value),
    /// Between two values, both included.
    Between(Value, Value),
    /// Text that contains, starts or ends with this (already escaped) pattern.
    Like(String),
    /// Compared with the average, largest or smallest value of the column in all rows of its table.
    Folded(Relation, Fold),
    /// This test, or another restriction.
    Either(Box<Test>, Box<Predicate>),
    /// No value.
    Null,
    /// Any value.
    NotNull,
}

/// A restriction on a column that a row of the fact leads to, or (`across`) on rows that lead to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicate {
    /// The column.
    pub column: ColumnRef,
    /// The test.
    pub test: Test,
    /// Chosen chains of many-to-one edges to the column's table, one per fact; a fact without one
    /// takes its best path.
    pub paths: Vec<Path>,
}

/// In words: `orders.status is not void or draft`.
impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.describe(&self.test, f)
    }
}

impl Predicate {
    fn describe(&self, test: &Test, f: &mut Formatter<'_>) -> fmt::Result {
        let column = &self.column;
        let join = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
        match test {
            Test::In(values) => write!(f, "{column} is {}", join(values)),
            Test::NotIn(values) => write!(f, "{column} is not {}", join(values)),
            Test::Compare(relation, value) => write!(f, "{column} is {relation} {value}"),
            Test::Folded(relation, fold) => {
                let bound = match fold {
                    Fold::Max => "largest",
                    Fold::Min => "smallest",
                    Fold::Average | Fold::Sum | Fold::Count | Fold::Amount => "average",
                };
                write!(f, "{column} is {relation} the {bound} of all rows of {}", column.table)
            }
            Test::Either(one, other) => {
                self.describe(one, f)?;
                write!(f, " or {other}")
            }
            Test::Between(low, high) => write!(f, "{column} is between {low} and {high}"),
            Test::Like(pattern) => write!(f, "{column} is like {pattern}"),
            Test::Null => write!(f, "{column} has no value"),
            Test::NotNull => write!(f, "{column} has a value"),
        }
    }

    /// The columns that it looks at.
    pub fn columns(&self) -> Vec<&ColumnRef> {
        let other = match &self.test {
            Test::Either(_, other) => other.columns(),
            _ => Vec::new(),
        };
        std::iter::once(&self.column).chain(other).collect()
    }
}

/// What is added up or counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// Rows.
    Rows,
    /// Distinct values of a column.
    Distinct(String),
    /// The sum of a column.
    Sum(String),
    /// The sum of the first column less the sum of the second.
    Net(String, String),
    /// The sum of a column with its sign turned.
    Negated(String),
    /// The largest value.
    Max(String),
    /// The smallest value.
    Min(String),
}

/// How a base measure behaves over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OverTime {
    /// Adds up.
    Sum,
    /// All movements to date add up to the balance.
    Running,
    /// The last snapshot counts.
    Last,
}

/// Where a base measure's numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Postings of a ledger.
    Ledger,
    /// Balances kept at points in time.
    Snapshot,
    /// A numeric column.
    Column,
    /// Rows of a table.
    Rows,
}

/// A column with the days that bound a measure, and how to get there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dated {
    /// The date column.
    pub column: ColumnRef,
    /// Many-to-one edges from the fact.
    pub path: Path,
}

/// A number that one aggregate over one fact delivers.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// Whether it is a plan, which reaches beyond today.
    pub plan: bool,
    /// A short name for the result column.
    pub label: String,
    /// The table whose rows are aggregated.
    pub fact: TableName,
    /// What is aggregated.
    pub amount: Amount,
    /// Digits behind the point, where declared (sums are exact then).
    pub scale: Option<u32>,
    /// Whether the amounts are kept as whole numbers.
    pub whole: bool,
    /// The power of ten that one of the stored numbers stands for: -2 for hundredths, 3 for thousands.
    pub power: i32,
    /// Restrictions that define the measure.
    pub predicates: Vec<Predicate>,
    /// Its date.
    pub date: Option<Dated>,
    /// Its behaviour over time.
    pub over_time: OverTime,
    /// Days on which a running sum begins anew, ascending: entries of these days carry forward what was before.
    pub anew: Vec<jiff::civil::Date>,
    /// Where it comes from.
    pub origin: Origin,
    /// What it is, in words.
    pub words: String,
}

/// How bases make up a measure.
#[derive(Clone, Debug, PartialEq)]
pub enum Calc {
    /// A base, by its index in the plan.
    Base(usize),
    /// The length of the period in days.
    Days,
    /// A whole number.
    Number(i64),
    /// An operation.
    Operation(Arithmetic, Box<Calc>, Box<Calc>),
    /// The change from the second to the first in relation to the second; nothing where that is zero or negative.
    Change(Box<Calc>, Box<Calc>),
    /// The same; nothing where it is below zero.
    Positive(Box<Calc>),
}

/// A measure of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its heading.
    pub name: String,
    /// How it is computed.
    pub calc: Calc,
    /// How it behaves.
    pub nature: Nature,
    /// What it counts.
    pub unit: Unit,
    /// Which direction is favourable.
    pub better: Better,
    /// The metric of the ontology, where it is one.
    pub metric: Option<String>,
    /// Whether it is only needed for order or thresholds.
    pub hidden: bool,
    /// What it is beside an actual figure.
    pub part: Part,
}

/// A dimension of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// Its heading.
    pub name: String,
    /// The columns that identify a group; the key of an entity, or the column itself.
    pub key: Vec<ColumnRef>,
    /// The columns that are shown; equal to `key` for a plain column.
    pub shown: Vec<ColumnRef>,
    /// Chosen chains of many-to-one edges to it, one per fact.
    pub paths: Vec<Path>,
    /// The column is a date, and what is shown is how long it is past.
    pub bands: Option<Bands>,
}

/// Bands of age of a date, counted back from a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// The day on which the age is measured.
    pub at: jiff::civil::Date,
}

impl Bands {
    /// What the bands are called, youngest first.
    pub const LABELS: [&'static str; 5] = ["not due", "0-30", "31-60", "61-90", "90+"];
    /// What stands for the band of a document without the date.
    pub const UNKNOWN: &'static str = "no date";
    /// Days past from which on the next band begins.
    pub const FROM: [i64; 4] = [1, 31, 61, 91];

    /// The position of a label; behind all others where it is none.
    pub fn position(label: &str) -> usize {
        Bands::LABELS.iter().position(|known| *known == label).unwrap_or(Bands::LABELS.len())
    }
}

/// One span of time that is computed; two of them make a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Its heading.
    pub name: String,
    /// Its days; none is all time.
    pub period: Option<Period>,
}

/// The order of the answer's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Ordering {
    /// By the measure with this index, else by dimensions.
    pub measure: Option<usize>,
    /// The dimension that goes first, where it is not the last one.
    pub dimension: Option<usize>,
    /// Largest first.
    pub descending: bool,
}

/// A threshold on a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// Index of the measure.
    pub measure: usize,
    /// The comparison.
    pub relation: Relation,
    /// What with.
    pub bound: Bound,
}

/// What a measure is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// A number.
    Number(catalog::Decimal),
    /// The mean over all groups, or over all buckets where there are no groups; that of a ratio is the ratio of
    /// all together.
    Average,
    /// The same measure of the group that one of these values names.
    Group {
        /// The dimension that the values belong to.
        dimension: usize,
        /// The values.
        values: Vec<Value>,
    },
    /// The same measure of the second window.
    Earlier,
}

/// In words that stand behind "above".
impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Bound::Number(number) => f.write_str(&number.to_plain_string()),
            Bound::Average => f.write_str("the average"),
            Bound::Group { values, .. } => {
                let who = values.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
                write!(f, "that of {who}")
            }
            Bound::Earlier => f.write_str("that of the period compared with"),
        }
    }
}

/// Which of the ordered rows are kept, beside how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ranks {
    /// Rows passed over before the first one kept: 1 for the second largest.
    pub skip: u64,
    /// Ranks count anew in each group of so many leading dimensions, and in each bucket of time.
    pub within: Option<usize>,
}

/// What a measure is beside an actual figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Asked for itself.
    #[default]
    Asked,
    /// The plan beside it.
    Plan,
    /// The difference to the plan.
    Variance,
    /// The difference as a share of the plan, and whether it is favourable.
    VarianceShare,
}

/// Numbers by dimensions and time.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregation {
    /// Measures in order.
    pub measures: Vec<Measure>,
    /// Base measures that they are made of.
    pub bases: Vec<Base>,
    /// Dimensions in order.
    pub dimensions: Vec<Dimension>,
    /// Width of the time buckets, for a series.
    pub cut: Option<Grain>,
    /// The calendar that the buckets follow.
    pub calendar: Calendar,
    /// Spans of time; the first is the one asked for, further ones are compared with it.
    pub windows: Vec<Window>,
    /// Restrictions of the question.
    pub filters: Vec<Predicate>,
    /// Restrictions over rows that lead to the fact.
    pub related: Vec<Related>,
    /// Thresholds on measures.
    pub having: Vec<Threshold>,
    /// Order.
    pub ordering: Option<Ordering>,
    /// Rows to keep.
    pub limit: Option<u64>,
    /// Which rows are kept, where not the first ones of all.
    pub ranks: Ranks,
    /// Further calculation.
    pub derived: Option<Derived>,
    /// The first bucket that is shown; earlier ones only fill a moving window.
    pub shown_from: Option<jiff::civil::Date>,
    /// The only groups that are shown; totals are over all.
    pub only: Option<Only>,
    /// How the lines are put together once more.
    pub outer: Option<Outer>,
}

/// Groups that are shown beside the total over all.
#[derive(Clone, Debug, PartialEq)]
pub struct Only {
    /// The dimension that the values belong to.
    pub dimension: usize,
    /// The values.
    pub values: Vec<Value>,
}

/// Whether related rows exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// Edges from the related table to the root (each many to one), nearest to the related table first.
    pub path: Path,
    /// The related table.
    pub table: TableName,
    /// Restrictions on the related rows.
    pub predicates: Vec<Predicate>,
    /// How many of them there must be; none means at least one.
    pub count: Option<(Relation, u64)>,
    /// Whether there must be none.
    pub none: bool,
}

/// Rows of a table as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The table whose rows are listed.
    pub root: TableName,
    /// Columns shown, each reachable from the root.
    pub columns: Vec<ColumnRef>,
    /// Chosen chains of many-to-one edges to them.
    pub paths: Vec<Path>,
    /// Equal rows once.
    pub distinct: bool,
    /// Restrictions.
    pub filters: Vec<Predicate>,
    /// Restrictions over related rows.
    pub related: Vec<Related>,
    /// Order: column and largest first.
    pub order: Vec<(ColumnRef, bool)>,
    /// Rows to keep.
    pub limit: Option<u64>,
}

/// What the dimension is called that keeps currencies apart.
pub const CURRENCY: &str = "currency";

/// Which accounts a line of a statement adds up.
#[derive(Clone, Debug, PartialEq)]
pub enum Accounts {
    /// All.
    All,
    /// Those with these keys.
    These(Vec<Value>),
    /// All but those with these keys, postings without an account included.
    Except(Vec<Value>),
}

/// A part of a line: amounts of accounts, debit less credit.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The accounts.
    pub accounts: Accounts,
    /// The base, by its index in the numbers.
    pub base: usize,
    /// Whether it is the state before the column's days.
    pub opening: bool,
    /// Whether it is credit less debit that counts.
    pub turned: bool,
}

/// What a line of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStyle {
    /// A group of accounts.
    Section,
    /// One account.
    Account,
    /// A sum of lines above.
    Subtotal,
    /// Zero in sound books.
    Check,
}

/// A line of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub style: LineStyle,
    /// How far it is indented.
    pub level: u8,
    /// Its value is the sum of these.
    pub terms: Vec<Term>,
    /// Which direction is favourable.
    pub better: Better,
}

/// A column of amounts of a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// The window of its days.
    pub window: usize,
    /// The window of all days before, where a line needs it.
    pub opening: Option<usize>,
    /// Whether the first column is compared with it.
    pub compared: bool,
    /// The base of planned amounts, which are positive on the side of their class.
    pub plan: Option<usize>,
}

/// A financial statement: amounts by account, and the lines and columns that they are put into.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is called.
    pub name: String,
    /// The amounts: the account is the first dimension; a second one makes columns.
    pub numbers: Aggregation,
    /// Lines in order.
    pub lines: Vec<Line>,
    /// Columns in order; with a second dimension the only one, which is repeated for each of its values.
    pub columns: Vec<Column>,
    /// Whether debits and credits stand in columns of their own.
    pub sides: bool,
    /// What makes a change worth showing, where only such accounts are shown.
    pub material: Option<Material>,
    /// Keys of the accounts that grow on the credit side.
    pub credits: Vec<Value>,
    /// How it was drawn up, in words.
    pub words: Vec<String>,
    /// The days that are looked at, in words.
    pub days: String,
}

/// A column that is shown of the rows behind a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The column.
    pub column: ColumnRef,
    /// Many-to-one edges to it.
    pub path: Path,
    /// Its heading.
    pub name: String,
}

/// What restricts the rows behind a number beside the definition of its measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest {
    /// Restrictions of the question and of the row.
    pub filters: Vec<Predicate>,
    /// Restrictions over rows that lead to the fact.
    pub related: Vec<Related>,
    /// The days.
    pub window: Window,
}

/// Rows of one fact that a number adds up.
#[derive(Clone, Debug, PartialEq)]
pub struct Behind {
    /// What is added up.
    pub base: Base,
    /// What restricts it further.
    pub rest: Rest,
    /// What is shown of each row, its amount aside.
    pub shown: Vec<Shown>,
    /// Whether amounts count with their sign turned.
    pub turned: bool,
}

/// What will be computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// Numbers.
    Aggregate(Aggregation),
    /// A financial statement.
    Statement(Box<Statement>),
    /// Rows.
    List(Listing),
}

/// A resolved question.
#[derive(Clone, Debug, PartialEq)]
pub struct SemanticPlan {
    /// What will be computed.
    pub query: Query,
    /// How sure we are, 0 to 1.
    pub confidence: f64,
    /// What was assumed, in words.
    pub assumptions: Vec<String>,
    /// What the reader of the answer should know, in words.
    pub warnings: Vec<String>,
}
