//! Forms of questions beyond the plain ones: what their words say, before anything is looked up in a schema.

use catalog::Decimal;
use meaning::Mention;
use serde::{Deserialize, Serialize};
use sql::Grain;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Equal.
    Is,
    /// Not equal.
    IsNot,
    /// Less.
    Below,
    /// Less or equal.
    AtMost,
    /// Greater.
    Above,
    /// Greater or equal.
    AtLeast,
    /// Text that contains it.
    Contains,
    /// Text that starts with it.
    StartsWith,
    /// Text that ends with it.
    EndsWith,
}

/// In words that stand behind "is".
impl std::fmt::Display for Relation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Relation::Is => "equal to",
            Relation::IsNot => "not equal to",
            Relation::Below => "below",
            Relation::AtMost => "at most",
            Relation::Above => "above",
            Relation::AtLeast => "at least",
            Relation::Contains => "containing",
            Relation::StartsWith => "starting with",
            Relation::EndsWith => "ending with",
        })
    }
}

impl Relation {
    /// Whether it looks for a part of a text.
    pub fn is_pattern(self) -> bool {
        matches!(self, Relation::Contains | Relation::StartsWith | Relation::EndsWith)
    }

    /// Whether it asks for more or for less.
    pub fn is_order(self) -> bool {
        matches!(self, Relation::Below | Relation::AtMost | Relation::Above | Relation::AtLeast)
    }
}

/// A window that moves along a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rolling {
    /// How many units it holds.
    pub width: u32,
    /// The unit.
    pub unit: Grain,
    /// Whether its mean is asked for, not its sum.
    pub mean: bool,
}

/// By how much something must lie beyond its plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Beyond {
    /// Above the plan, not below it.
    pub above: bool,
    /// The margin, where one is named: a share of the plan, or an amount.
    pub margin: Option<Margin>,
}

/// A margin around a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Margin {
    /// A share of the plan: 0.1 is ten percent.
    Share(Decimal),
    /// An amount.
    Amount(Decimal),
}

/// Units of time that are ranked or filtered themselves: "the best month", "months with revenue below 1m".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The unit.
    pub unit: Grain,
    /// Whether one of them is meant, by the grammar of the word.
    pub single: bool,
}

/// One metric over another: "opex as a percentage of revenue".
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    /// What is divided.
    pub of: Mention,
    /// What it is divided by.
    pub by: Mention,
    /// Whether the result is a share, not a multiple.
    pub share: bool,
}

/// Open items by their age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// Owed to suppliers, not by customers.
    pub payable: bool,
    /// Only what is past its due date.
    pub overdue: bool,
    /// Days past due from which on it counts.
    pub beyond: Option<i64>,
    /// Whether the buckets of age are asked for.
    pub buckets: bool,
}

/// How the lines of an answer are put together once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outer {
    /// How many there are.
    Count,
    /// Their mean.
    Mean,
    /// The middle one; the mean of the two middle ones where their number is even.
    Median,
    /// The same over single rows, which count even where they are zero.
    MedianOfRows,
}

/// What a question says beyond its plain form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forms {
    /// How the lines of the answer are put together once more.
    pub outer: Option<Outer>,
    /// A part of a whole is asked for in percent: "what percentage of".
    pub portion: bool,
    /// The value that is named is whom things of its own sort report to.
    pub superior: bool,
    /// A moving average or rolling sum.
    pub rolling: Option<Rolling>,
    /// The rank asked for, where it is not the first: "second largest" is 2.
    pub rank: Option<u64>,
    /// A compound rate of growth.
    pub compound: bool,
    /// The change within or between the periods named.
    pub change: bool,
    /// Actual figures against a plan.
    pub against: bool,
    /// Only what lies beyond its plan.
    pub beyond: Option<Beyond>,
    /// Numbers that were written as percentages.
    pub percents: Vec<Decimal>,
    /// Only what is above or below the period compared with.
    pub earlier: Option<Relation>,
    /// Units of time that are ranked.
    pub ranked: Option<Ranked>,
    /// Ratios said directly.
    pub over: Vec<Over>,
    /// Open items by age.
    pub ageing: Option<Ageing>,
    /// Without what companies of a group did with each other.
    pub consolidated: bool,
    /// Forms that were begun and not finished, in words.
    pub incomplete: Vec<String>,
}

impl Forms {
    /// These forms, and what they leave open as it was said before.
    #[must_use]
    pub fn over(self, before: Forms) -> Forms {
        Forms {
            outer: self.outer.or(before.outer),
            portion: self.portion || before.portion,
            superior: self.superior || before.superior,
            rolling: self.rolling.or(before.rolling),
            rank: self.rank.or(before.rank),
            compound: self.compound || before.compound,
            change: self.change || before.change,
            against: self.against || before.against,
            beyond: self.beyond.or(before.beyond),
            percents: [before.percents, self.percents].concat(),
            earlier: self.earlier.or(before.earlier),
            ranked: self.ranked.or(before.ranked),
            over: if self.over.is_empty() { before.over } else { self.over },
            ageing: self.ageing.or(before.ageing),
            consolidated: self.consolidated || before.consolidated,
            incomplete: self.incomplete,
        }
    }

    /// Whether a number was written as a percentage.
    pub fn is_percent(&self, number: &Decimal) -> bool {
        self.percents.contains(number)
    }
}
