//! How the books count time: where the year starts, what it is called, how it is cut.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};
use sql::Grain;

use super::span::{Span, add_days, add_months, days_between, month_index, month_start};
use super::weeks::WeekYear;
use super::words::month_name;

/// Which calendar year gives a fiscal year its name when the two differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FiscalName {
    /// The year in which it ends: April 2024 to March 2025 is FY2025.
    #[default]
    EndYear,
    /// The year in which it starts: April 2024 to March 2025 is FY2024.
    StartYear,
}

/// How weeks are cut and numbered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekRule {
    /// Monday to Sunday; week 1 holds the first Thursday (ISO 8601).
    #[default]
    Iso,
}

/// Which number comes first in `03/04/2025`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 3 April.
    #[default]
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// Which of two years an expression counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Not said: the year of the books.
    Books,
    /// The fiscal year, said so.
    Fiscal,
    /// The calendar year, said so.
    Calendar,
}

/// The calendar of the books. Year, half and quarter follow it; months and weeks are everybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Calendar {
    /// Month in which the year starts, 1 to 12; anything else counts as January.
    pub fiscal_start: u8,
    /// What a fiscal year is called.
    pub named_by: FiscalName,
    /// The rule by which the year is made of whole weeks, if it is; `fiscal_start` says nothing then.
    pub weeks: Option<WeekYear>,
    /// How weeks are cut.
    pub week: WeekRule,
    /// How dates such as `03/04/2025` are read.
    pub date_order: DateOrder,
}

impl Default for Calendar {
    fn default() -> Self {
        Calendar::starting(1)
    }
}

impl Calendar {
    /// A calendar whose year starts in `month` (1 to 12), everything else by default.
    pub fn starting(month: u8) -> Calendar {
        let (named_by, week, date_order) = (FiscalName::default(), WeekRule::default(), DateOrder::default());
        Calendar { fiscal_start: month, named_by, weeks: None, week, date_order }
    }

    /// A calendar whose years are made of weeks, everything else by default.
    pub fn of_weeks(rule: WeekYear, named_by: FiscalName) -> Calendar {
        Calendar { weeks: Some(rule), named_by, ..Calendar::starting(1) }
    }

    /// The same calendar with a year that starts in January.
    pub fn civil(&self) -> Calendar {
        Calendar { fiscal_start: 1, weeks: None, ..*self }
    }

    /// The calendar an expression with that basis counts by.
    pub fn counting(&self, basis: Basis) -> Calendar {
        if basis == Basis::Calendar { self.civil() } else { *self }
    }

    /// Whether the year of the books is another one than the calendar's.
    pub fn is_fiscal(&self) -> bool {
        self.offset() != 0 || self.weeks.is_some()
    }

    /// What the fiscal year is, in words that follow "the fiscal year that".
    pub fn words(&self) -> String {
        match self.weeks {
            Some(rule) => format!("has whole weeks and ends on {}", rule.words()),
            None => format!("starts in {}", month_name(i8::try_from(self.fiscal_start).unwrap_or(1))),
        }
    }

    /// Whether buckets of that width are made of whole weeks because years are.
    pub fn cuts_by_weeks(&self, grain: Grain) -> bool {
        self.weeks.is_some() && matches!(grain, Grain::Quarter | Grain::Half | Grain::Year)
    }

    /// Months by which the year starts after January.
    fn offset(&self) -> i32 {
        if (1..=12).contains(&self.fiscal_start) { i32::from(self.fiscal_start) - 1 } else { 0 }
    }

    /// First day of the bucket of that width that holds `date`.
    pub fn bucket_start(&self, date: Date, grain: Grain) -> Date {
        if let Some(start) = self.weeks.and_then(|rule| rule.bucket_start(date, grain)) {
            return start;
        }
        match months_in(grain) {
            Some(months) => {
                let index = month_index(date) - self.offset();
                month_start(index - index.rem_euclid(months) + self.offset())
            }
            None if grain == Grain::Week => add_days(date, -i64::from(date.weekday().to_monday_zero_offset())),
            None => date,
        }
    }

    /// The bucket of that width that holds `date`.
    pub fn bucket(&self, date: Date, grain: Grain) -> Span {
        let from = self.bucket_start(date, grain);
        Span { from, to: self.shift(from, grain, 1) }
    }

    /// The start of a bucket moved by `count` buckets of the same width.
    pub fn shift(&self, start: Date, grain: Grain, count: i32) -> Date {
        if let Some(moved) = self.weeks.and_then(|rule| rule.shift(start, grain, count)) {
            return moved;
        }
        match months_in(grain) {
            Some(months) => add_months(start, months.saturating_mul(count)),
            None if grain == Grain::Week => add_days(start, i64::from(count) * 7),
            None => add_days(start, i64::from(count)),
        }
    }

    /// Cuts `span` at every bucket boundary: the pieces follow each other and make up `span` exactly,
    /// so the first and the last may be shorter than a bucket. An open span is to be clipped first:
    /// cost is one piece per bucket.
    pub fn buckets(&self, span: Span, grain: Grain) -> Vec<Span> {
        let mut pieces = Vec::new();
        let mut from = span.from;
        while from < span.to {
            // Saturation at the end of time would otherwise stand still.
            let to = self.bucket(from, grain).to.min(span.to).max(add_days(from, 1));
            pieces.push(Span { from, to });
            from = to;
        }
        pieces
    }

    /// Number of whole buckets in `span`, if it begins and ends at bucket boundaries.
    pub fn whole_buckets(&self, span: Span, grain: Grain) -> Option<i32> {
        let open = span.opens_early() || span.opens_late() || span.from >= span.to;
        if open || self.bucket_start(span.from, grain) != span.from || self.bucket_start(span.to, grain) != span.to {
            return None;
        }
        let number = |day| self.weeks.and_then(|rule| rule.number(day, grain));
        if let Some((first, after)) = number(span.from).zip(number(span.to)) {
            return Some(after - first);
        }
        match months_in(grain) {
            Some(months) => Some((month_index(span.to) - month_index(span.from)) / months),
            None => i32::try_from(days_between(span.from, span.to) / if grain == Grain::Week { 7 } else { 1 }).ok(),
        }
    }

    /// The name of the year (fiscal, if the books have one) that holds `date`.
    pub fn year_of(&self, date: Date) -> i16 {
        let start = match self.weeks {
            Some(rule) => rule.year_of(date).saturating_sub(1),
            None => self.bucket_start(date, Grain::Year).year(),
        };
        start.saturating_add(self.name_offset())
    }

    /// First day of the year with that name.
    pub fn year_start(&self, name: i16) -> Date {
        let start = name.saturating_sub(self.name_offset());
        match self.weeks {
            Some(rule) => rule.start(start.saturating_add(1)),
            None => month_start(i32::from(start) * 12 + self.offset()),
        }
    }

    fn name_offset(&self) -> i16 {
        i16::from(self.is_fiscal() && self.named_by == FiscalName::EndYear)
    }

    /// Which one of its year the bucket that holds `date` is, from 1 (quarter 1 to 4, half 1 to 2).
    pub fn number_in_year(&self, date: Date, grain: Grain) -> i32 {
        let from = self.bucket_start(date, Grain::Year);
        let number = |day| self.weeks.and_then(|rule| rule.number(day, grain));
        if let Some((this, first)) = number(date).zip(number(from)) {
            return this - first + 1;
        }
        match months_in(grain) {
            Some(months) => (month_index(date) - month_index(from)) / months + 1,
            None if grain == Grain::Week => i32::from(date.iso_week_date().week()),
            None => i32::try_from(days_between(from, date) + 1).unwrap_or(1),
        }
    }

    /// The short label of the bucket in which `span` begins: `2025-03-14`, `2025-W14`, `2025-03`,
    /// `2025 Q1` or `FY2026 Q2`, `2025 H1` or `FY2026 H1`, `2025` or `FY2026`. Labels of one width sort by time.
    pub fn label(&self, span: Span, grain: Grain) -> String {
        let day = span.from;
        let year = self.year_label(day);
        match grain {
            Grain::Day => day.to_string(),
            Grain::Week => {
                let week = day.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Grain::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Grain::Quarter => format!("{year} Q{}", self.number_in_year(day, grain)),
            Grain::Half => format!("{year} H{}", self.number_in_year(day, grain)),
            Grain::Year => year,
        }
    }

    /// `2025`, or `FY2026` when the year is not the calendar's.
    pub fn year_label(&self, date: Date) -> String {
        let name = self.year_of(date);
        if self.is_fiscal() { format!("FY{name}") } else { name.to_string() }
    }

    /// The ISO week with that number, if the year has it.
    pub fn week_of(&self, year: i16, week: u8) -> Option<Span> {
        let monday = ISOWeekDate::new(year, i8::try_from(week).ok()?, Weekday::Monday).ok()?.date();
        Some(self.bucket(monday, Grain::Week))
    }
}

/// How many months the bucket has; none for days and weeks.
pub fn months_in(grain: Grain) -> Option<i32> {
    match grain {
        Grain::Day | Grain::Week => None,
        Grain::Month => Some(1),
        Grain::Quarter => Some(3),
        Grain::Half => Some(6),
        Grain::Year => Some(12),
    }
}

/// The word for one of them.
pub fn noun(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "day",
        Grain::Week => "week",
        Grain::Month => "month",
        Grain::Quarter => "quarter",
        Grain::Half => "half-year",
        Grain::Year => "year",
    }
}
