//! What a question asks for, before anything is looked up in a schema.
//!
//! Phrases are [`Mention`]s with all of their possible meanings; which meaning is right is decided
//! by [`resolve`](mod@crate::resolve), where the tables are known.

use catalog::{Decimal, Value};
use meaning::Mention;
use serde::{Deserialize, Serialize};
use sql::Grain;

use crate::calendar::{Comparison, Period};
use crate::forms::Forms;
pub use crate::forms::Relation;

/// How numbers are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    /// Number of things.
    Count,
    /// Sum.
    Sum,
    /// "How much": the money of what follows.
    Amount,
    /// Mean.
    Average,
    /// Largest.
    Max,
    /// Smallest.
    Min,
}

/// One thing to be returned.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// How it is put together, where the question says so.
    pub fold: Option<Fold>,
    /// Whether equal values count once.
    pub distinct: bool,
    /// What.
    pub mention: Mention,
    /// A second metric beside it without "and": the part of it that is meant ("budget for payroll").
    pub of: Option<Mention>,
    /// Whether "and" or a comma joins it to what was asked before.
    pub joined: bool,
}

impl Ask {
    /// A phrase by itself.
    pub fn plain(mention: Mention) -> Ask {
        Ask { fold: None, distinct: false, mention, of: None, joined: false }
    }
}

/// What something is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A number.
    Number(Decimal),
    /// A text in quotation marks, or a word that no schema item explains.
    Text(String),
    /// A phrase: a value of the data.
    Phrase(Mention),
    /// So many hundredths: "50%".
    Percent(Decimal),
    /// Two numbers, both included.
    Between(Decimal, Decimal),
    /// The mean of its like.
    Average,
    /// The average, largest or smallest of the same property over all things of its sort.
    Folded(Fold),
}

/// A restriction.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What is restricted, where the question says so.
    pub subject: Option<Mention>,
    /// How the subject is put together before it is compared.
    pub fold: Option<Fold>,
    /// The comparison.
    pub relation: Relation,
    /// What with.
    pub operand: Operand,
    /// The thing named just before the subject: whose property it is ("the problem with id 10").
    pub owner: Option<Mention>,
}

/// Only the first few, by an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Top {
    /// How many.
    pub count: u64,
    /// Largest first.
    pub descending: bool,
    /// By what; none where the question leaves it open.
    pub by: Option<Ask>,
    /// Whether time ranks: "last 5 invoices", "first order".
    pub by_time: bool,
}

/// An order of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorting {
    /// By what.
    pub by: Ask,
    /// Largest first.
    pub descending: bool,
}

/// A financial statement that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its id in the ontology.
    pub id: String,
    /// The tokens that name it.
    pub tokens: std::ops::Range<usize>,
}

/// A further calculation over the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derived {
    /// Share of the total.
    Share,
    /// Running total.
    Cumulative,
    /// Running total that begins anew with each year of the books.
    ToDate,
    /// Change to the period before, in percent.
    Growth,
    /// The mean of a moving window, or its sum, of so many buckets.
    Rolling {
        /// Buckets of the window.
        width: u32,
        /// The mean, not the sum.
        mean: bool,
    },
    /// Growth per year, compounded over so many years.
    Compound {
        /// Years between the two windows.
        years: u32,
    },
}

/// How the question wants time cut up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// In buckets of this width.
    By(Grain),
    /// In buckets of calendar units, whatever the fiscal year.
    ByCalendar(Grain),
    /// In buckets of a width that fits the period.
    OverTime,
}

/// What a question asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intent {
    /// The financial statement to draw up.
    pub statement: Option<Named>,
    /// What to return.
    pub asks: Vec<Ask>,
    /// Things that the question is about without asking for them.
    pub about: Vec<Mention>,
    /// By what to break it down.
    pub by: Vec<Mention>,
    /// The part of `by` that was named by "each" or "every": it may only say that all are meant.
    pub each: Vec<Mention>,
    /// How to cut time.
    pub cut: Option<Cut>,
    /// Restrictions.
    pub conditions: Vec<Condition>,
    /// Periods; several are compared side by side.
    pub periods: Vec<Period>,
    /// The phrase just before a period: it may name the date that the period bounds ("hired after 2024").
    pub dated: Option<Mention>,
    /// Whether persons or things are asked for by "who".
    pub who: bool,
    /// Balance date, where one is named.
    pub as_of: Option<(jiff::civil::Date, String)>,
    /// What to compare with.
    pub compare: Option<Comparison>,
    /// Only the first few.
    pub top: Option<Top>,
    /// Whether "or" stands between restrictions.
    pub alternatives: bool,
    /// Whether "both ... and" asks for several values of one property at once.
    pub both: bool,
    /// Whether the rank is by how often something occurs.
    pub frequency: bool,
    /// The sort of thing that is ranked by a number of others, where another one may stand before it ("the orders of
    /// the customer who has the most orders").
    pub ranked_of: Option<Mention>,
    /// Whether "average number of" is asked for: the mean of how many there are.
    pub mean_number: bool,
    /// Whether values stand side by side ("EMEA vs APAC"): each is shown by itself.
    pub contrast: bool,
    /// Whether what ranks was called the most of something: its total counts, not the largest of it.
    pub most: bool,
    /// Order.
    pub sorting: Option<Sorting>,
    /// A further calculation.
    pub derived: Option<Derived>,
    /// What the question says beyond its plain form.
    pub forms: Forms,
    /// Whether equal rows are shown once.
    pub distinct: bool,
    /// Words of content that nothing explains, as written.
    pub unknown: Vec<String>,
    /// What reading time expressions assumed, in words.
    pub assumptions: Vec<String>,
    /// Forms that were recognised and are not supported yet, in words.
    pub unsupported: Vec<String>,
}

impl Operand {
    /// The operand as a value to bind, for numbers and texts.
    pub fn value(&self) -> Option<Value> {
        match self {
            Operand::Number(n) => Some(number_value(n)),
            Operand::Text(t) => Some(Value::Text(t.clone())),
            Operand::Phrase(_) | Operand::Percent(_) | Operand::Between(..) | Operand::Average | Operand::Folded(_) => {
                None
            }
        }
    }
}

/// Whole numbers are bound as integers, so that they meet integer columns on every engine.
pub fn number_value(n: &Decimal) -> Value {
    use bigdecimal::ToPrimitive;
    if n.is_integer() {
        n.to_i64().map_or_else(|| Value::Decimal(n.clone()), Value::Int)
    } else {
        Value::Decimal(n.clone())
    }
}
