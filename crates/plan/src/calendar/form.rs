//! What a time expression says.

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sql::Grain;

use super::period::Period;

/// What a time expression asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeForm {
    /// Restricts to one period: "last quarter", "since March", "FY24", "TTM".
    Period(Period),
    /// Several periods side by side: "Q1 and Q3 2024".
    Periods(Vec<Period>),
    /// A series in the units of the books: "by month", "quarterly". Quarters, halves and years are
    /// fiscal if the books' are.
    Grain(Grain),
    /// A series in calendar units though the books have a fiscal year: "by calendar quarter".
    CalendarGrain(Grain),
    /// A series whose unit is left open: "over time", "trend".
    Trend,
    /// A state at the end of that day, with words for it: "as of 2025-03-31", "at year end".
    AsOf(Date, String),
    /// A comparison: "vs last year", "yoy".
    Compare(Comparison),
}

/// What is compared with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// With the period before the one asked about: "vs prior period".
    PriorPeriod,
    /// With the same period one year earlier: "vs last year", "same period last year".
    PriorYear,
    /// With the same part of the unit before ("vs last quarter"); without a period in the question it
    /// is the current unit against the last.
    PriorUnit(Grain),
    /// With a period that is named: "vs 2023".
    With(Period),
    /// One named period with another: "compare Q1 to Q2", or "from 2023 to 2024" read as a change. The
    /// base is the earlier one.
    Between {
        /// What the change is measured from.
        base: Period,
        /// What the change arrives at.
        current: Period,
    },
    /// A growth rate is asked for: "yoy" over a year, "mom" over a month; None for "period over period".
    Growth {
        /// Distance of the compared periods.
        over: Option<Grain>,
    },
}

/// A time expression found in a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeMention {
    /// The tokens it covers, prepositions included.
    pub tokens: Range<usize>,
    /// How it is read.
    pub form: TimeForm,
    /// Other readings, each with words for what it would mean.
    pub alternatives: Vec<(String, TimeForm)>,
    /// What was decided and could have been decided otherwise, with concrete dates.
    pub assumption: Option<String>,
}
