//! Half-open spans of days, and arithmetic on dates that saturates and never panics.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// A run of whole days, `from` included and `to` not.
///
/// A bound at [`Span::EARLIEST`] or [`Span::LATEST`] is no bound: lowering leaves that condition out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub to: Date,
}

impl Span {
    /// Stands for "no lower bound".
    pub const EARLIEST: Date = date(1, 1, 1);
    /// Stands for "no upper bound".
    pub const LATEST: Date = date(9999, 12, 31);

    /// One day.
    pub fn day(day: Date) -> Span {
        Span { from: day, to: add_days(day, 1) }
    }

    /// The last day inside; `from` itself for an empty span.
    pub fn last(&self) -> Date {
        add_days(self.to, -1).max(self.from)
    }

    /// Number of days; 0 for an empty span.
    pub fn days(&self) -> i64 {
        days_between(self.from, self.to).max(0)
    }

    /// Whether `day` lies inside.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day < self.to
    }

    /// The days both spans have, if any.
    pub fn clip(&self, other: &Span) -> Option<Span> {
        let both = Span { from: self.from.max(other.from), to: self.to.min(other.to) };
        (both.from < both.to).then_some(both)
    }

    /// Whether there is no lower bound.
    pub fn opens_early(&self) -> bool {
        self.from <= Span::EARLIEST
    }

    /// Whether there is no upper bound.
    pub fn opens_late(&self) -> bool {
        self.to >= Span::LATEST
    }
}

/// Dates for people, both ends included: `2025-07-01 to 2025-09-30`.
impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.opens_early(), self.opens_late()) {
            (true, true) => f.write_str("all dates"),
            (true, false) => write!(f, "up to {}", self.last()),
            (false, true) => write!(f, "from {} on", self.from),
            (false, false) if self.days() <= 1 => write!(f, "{}", self.from),
            (false, false) => write!(f, "{} to {}", self.from, self.last()),
        }
    }
}

/// `day` moved by `days`, kept between [`Span::EARLIEST`] and [`Span::LATEST`].
pub fn add_days(day: Date, days: i64) -> Date {
    let edge = if days < 0 { Span::EARLIEST } else { Span::LATEST };
    let moved = jiff::Span::new().try_days(days).and_then(|span| day.checked_add(span));
    moved.unwrap_or(edge).clamp(Span::EARLIEST, Span::LATEST)
}

/// Days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// Months since year 0, January being 0: the number line on which months are counted.
pub fn month_index(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// First day of the month with that index, kept between [`Span::EARLIEST`] and [`Span::LATEST`].
pub fn month_start(index: i32) -> Date {
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    match (i16::try_from(year), i8::try_from(month)) {
        (Ok(year @ 1..=9999), Ok(month)) => Date::new(year, month, 1).unwrap_or(Span::LATEST),
        _ if year < 1 => Span::EARLIEST,
        _ => Span::LATEST,
    }
}

/// `day` moved by `months`; a day the month does not have becomes its last one.
pub fn add_months(day: Date, months: i32) -> Date {
    let first = month_start(month_index(day).saturating_add(months));
    let last = i64::from(first.days_in_month());
    add_days(first, i64::from(day.day()).min(last) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_keep_to_days_that_exist() {
        assert_eq!(add_months(date(2025, 3, 31), -1), date(2025, 2, 28));
        assert_eq!(add_months(date(2024, 2, 29), -12), date(2023, 2, 28));
        assert_eq!(add_months(date(2025, 11, 30), 3), date(2026, 2, 28));
    }

    #[test]
    fn the_ends_of_time_hold() {
        assert_eq!(add_days(Span::LATEST, 400), Span::LATEST);
        assert_eq!(add_days(Span::EARLIEST, i64::MIN), Span::EARLIEST);
        assert_eq!(add_months(Span::LATEST, 1), Span::LATEST);
        assert_eq!(add_months(Span::EARLIEST, i32::MIN), Span::EARLIEST);
        assert_eq!(days_between(date(2024, 1, 1), date(2025, 1, 1)), 366);
    }

    #[test]
    fn spans_are_worded_with_both_ends_inside() {
        let quarter = Span { from: date(2025, 7, 1), to: date(2025, 10, 1) };
        assert_eq!(quarter.to_string(), "2025-07-01 to 2025-09-30");
        assert_eq!(Span { to: Span::LATEST, ..quarter }.to_string(), "from 2025-07-01 on");
        assert_eq!(Span { from: Span::EARLIEST, ..quarter }.to_string(), "up to 2025-09-30");
        assert_eq!(Span::day(date(2025, 7, 1)).to_string(), "2025-07-01");
        assert_eq!(quarter.clip(&Span::day(date(2025, 10, 1))), None);
    }
}
