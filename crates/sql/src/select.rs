//! The tree of the statements that we write. Everything a caller typed enters as a bound value.

use catalog::{TableName, Value};

/// One SELECT, possibly with common table expressions in front.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Select {
    /// `WITH name AS (...)`, in order.
    pub with: Vec<(String, Select)>,
    /// Whether duplicates are dropped.
    pub distinct: bool,
    /// What is returned.
    pub items: Vec<Item>,
    /// What is read; none for a SELECT of constants.
    pub from: Option<Source>,
    /// Further relations, in order.
    pub joins: Vec<Join>,
    /// WHERE, a conjunction.
    pub filter: Vec<Expr>,
    /// GROUP BY.
    pub group: Vec<Expr>,
    /// HAVING, a conjunction.
    pub having: Vec<Expr>,
    /// Further SELECTs, appended by UNION ALL before ordering.
    pub union_all: Vec<Select>,
    /// ORDER BY.
    pub order: Vec<Order>,
    /// LIMIT.
    pub limit: Option<u64>,
    /// OFFSET.
    pub offset: Option<u64>,
}

/// One returned expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The expression.
    pub expr: Expr,
    /// Its name in the result.
    pub alias: String,
}

/// A relation and the alias it goes by.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A table of the database.
    Table {
        /// Its name.
        name: TableName,
        /// Its alias.
        alias: String,
    },
    /// A derived table.
    Select {
        /// The inner statement.
        select: Box<Select>,
        /// Its alias.
        alias: String,
    },
    /// A common table expression of the same statement.
    With {
        /// Its name.
        name: String,
        /// Its alias.
        alias: String,
    },
}

/// A joined relation.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// Inner or left.
    pub kind: JoinKind,
    /// What is joined.
    pub to: Source,
    /// The condition, a conjunction.
    pub on: Vec<Expr>,
}

/// How a relation is joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// Rows without a partner vanish.
    Inner,
    /// Rows of the left side are kept.
    Left,
}

/// Sorting by one expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What to sort by.
    pub by: Expr,
    /// Largest first. NULLs come last either way.
    pub descending: bool,
}

/// Width of a time bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A calendar day.
    Day,
    /// A week that begins on Monday (ISO 8601).
    Week,
    /// A calendar month.
    Month,
    /// Three months, counted from the fiscal start.
    Quarter,
    /// Six months, counted from the fiscal start.
    Half,
    /// Twelve months, counted from the fiscal start.
    Year,
}

/// An aggregate function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// Number of non-null values.
    Count,
    /// Number of distinct non-null values.
    CountDistinct,
    /// Sum in the engine's own arithmetic.
    Sum,
    /// Smallest.
    Min,
    /// Largest.
    Max,
    /// Mean in the engine's own arithmetic; for ordering and HAVING only.
    Avg,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Addition.
    Add,
    /// Subtraction.
    Sub,
    /// Multiplication.
    Mul,
    /// Decimal division (never integer division); NULL where the divisor is zero.
    Div,
    /// Both.
    And,
    /// Either.
    Or,
    /// Case-insensitive pattern match (ASCII on SQLite); `%` and `_` are wild, the backslash escapes
    /// (see [`escape_like`]).
    Like,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A column of the relation with this alias.
    Column {
        /// The relation's alias; empty for a returned column by its name alone (see [`Expr::returned`]).
        of: String,
        /// The column's stored name.
        name: String,
    },
    /// A bound value.
    Value(Value),
    /// `COUNT(*)`.
    CountRows,
    /// An aggregate.
    Aggregate(Aggregate, Box<Expr>),
    /// An exact sum of decimals with `scale` digits behind the point, returned as an integer that
    /// counts units of 10^-scale where the engine has no exact decimals (see
    /// [`Dialect::sums_are_scaled`](crate::Dialect::sums_are_scaled)).
    ExactSum {
        /// What is added up.
        of: Box<Expr>,
        /// Digits behind the point.
        scale: u32,
    },
    /// A binary operation.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// Logical negation.
    Not(Box<Expr>),
    /// `IS NULL`.
    IsNull(Box<Expr>),
    /// Membership in a list of expressions; an empty list is false.
    In(Box<Expr>, Vec<Expr>),
    /// Membership in a sub-select's only column.
    InSelect(Box<Expr>, Box<Select>),
    /// Whether a (correlated) sub-select has a row.
    Exists(Box<Select>),
    /// A sub-select's only value.
    Scalar(Box<Select>),
    /// `CASE WHEN condition THEN value ... ELSE other END`.
    Case {
        /// Conditions and values, in order.
        when: Vec<(Expr, Expr)>,
        /// The value where no condition holds.
        other: Option<Box<Expr>>,
    },
    /// The first non-null.
    Coalesce(Vec<Expr>),
    /// The text in lower case.
    Lower(Box<Expr>),
    /// The first day of the time bucket that a date or instant falls in, as a date (text
    /// `YYYY-MM-DD` on engines without dates).
    Bucket {
        /// Width.
        grain: Grain,
        /// First month of the fiscal year, 1 to 12; 1 is the calendar year.
        fiscal_start: u8,
        /// The date.
        of: Box<Expr>,
    },
    /// A component of a date as a number: year, month (1-12), day of month, ISO weekday (1-7), hour.
    DatePart(DatePart, Box<Expr>),
}

/// A component of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// Calendar year.
    Year,
    /// Calendar month, 1 to 12.
    Month,
    /// Day of the month.
    Day,
    /// ISO weekday, Monday is 1.
    Weekday,
    /// Week of the year, 1 to 53 (ISO 8601).
    Week,
    /// Hour, 0 to 23.
    Hour,
}

impl Expr {
    /// A column of the relation with this alias.
    pub fn column(of: impl Into<String>, name: impl Into<String>) -> Expr {
        Expr::Column { of: of.into(), name: name.into() }
    }

    /// A returned column by its name, for the ORDER BY of the same statement.
    pub fn returned(name: impl Into<String>) -> Expr {
        Expr::column("", name)
    }

    /// A bound value.
    pub fn value(value: impl Into<Value>) -> Expr {
        Expr::Value(value.into())
    }

    /// `self op other`.
    #[must_use]
    pub fn op(self, op: Operator, other: Expr) -> Expr {
        Expr::Binary(op, Box::new(self), Box::new(other))
    }

    /// All of these; TRUE for none is the caller's business, so at least one is expected.
    pub fn all(mut conditions: Vec<Expr>) -> Option<Expr> {
        let first = if conditions.is_empty() { return None } else { conditions.remove(0) };
        Some(conditions.into_iter().fold(first, |a, b| a.op(Operator::And, b)))
    }

    /// Any of these; none for an empty list.
    pub fn any(mut conditions: Vec<Expr>) -> Option<Expr> {
        let first = if conditions.is_empty() { return None } else { conditions.remove(0) };
        Some(conditions.into_iter().fold(first, |a, b| a.op(Operator::Or, b)))
    }
}

/// Text as a pattern of [`Operator::Like`] that matches exactly this text.
pub fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

impl Select {
    /// Adds a returned expression.
    pub fn item(&mut self, expr: Expr, alias: impl Into<String>) {
        self.items.push(Item { expr, alias: alias.into() });
    }
}

impl Source {
    /// The alias that columns are addressed by.
    pub fn alias(&self) -> &str {
        match self {
            Source::Table { alias, .. } | Source::Select { alias, .. } | Source::With { alias, .. } => alias,
        }
    }
}
