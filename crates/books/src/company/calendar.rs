//! The fiscal calendar: years from April to March, twelve months and a thirteenth, adjusting period.

use jiff::Span;
use jiff::civil::{Date, date};

/// First booked day.
pub const START: Date = date(2022, 4, 1);
/// Last booked day, in the middle of a month and of a quarter.
pub const END: Date = date(2025, 11, 14);
/// First month of the fiscal year.
pub const FISCAL_START: u8 = 4;
/// Fiscal years in the calendar, by the calendar year in which they end.
pub(crate) const YEARS: std::ops::RangeInclusive<i16> = 2023..=2026;

/// A booked month; `last` is the last booked day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Month {
    pub(crate) first: Date,
    pub(crate) last: Date,
}

impl Month {
    /// Whether all its days are booked.
    pub(crate) fn is_full(self) -> bool {
        self.last == self.first.last_of_month()
    }

    /// A day of this month, held within the booked ones.
    pub(crate) fn day(self, day: i64) -> Date {
        plus_days(self.first, day - 1).min(self.last)
    }

    /// Number of booked days.
    pub(crate) fn days(self) -> i64 {
        i64::from(self.last.day())
    }
}

/// All booked months.
pub(crate) fn months() -> Vec<Month> {
    let mut months = Vec::new();
    let mut first = START;
    while first <= END {
        months.push(Month { first, last: first.last_of_month().min(END) });
        first = plus_months(first, 1);
    }
    months
}

/// Months from [`START`] to the date's month.
pub(crate) fn month_index(day: Date) -> usize {
    let months = (i32::from(day.year()) - i32::from(START.year())) * 12 + i32::from(day.month() - START.month());
    months.max(0) as usize
}

/// The date so many days later (earlier where negative).
pub(crate) fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// The date so many months later.
pub(crate) fn plus_months(day: Date, months: i64) -> Date {
    day.saturating_add(Span::new().months(months))
}

/// The calendar year in which the date's fiscal year ends.
pub(crate) fn fiscal_year(day: Date) -> i16 {
    day.year() + i16::from(day.month() >= FISCAL_START as i8)
}

/// The number of the date's fiscal month, 1 to 12.
pub(crate) fn fiscal_month(day: Date) -> i64 {
    i64::from((day.month() + 12 - FISCAL_START as i8) % 12) + 1
}

/// A fiscal period; `number` 13 is the adjusting one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    pub(crate) year: i16,
    pub(crate) number: i64,
    pub(crate) first: Date,
    pub(crate) last: Date,
}

/// All fiscal periods, thirteen per year; those of the current year's rest lie ahead of [`END`].
pub(crate) fn periods() -> Vec<Period> {
    let mut periods = Vec::new();
    for year in YEARS {
        let start = date(year - 1, FISCAL_START as i8, 1);
        for number in 1..=12 {
            let first = plus_months(start, number - 1);
            periods.push(Period { year, number, first, last: first.last_of_month() });
        }
        let last = plus_months(start, 11).last_of_month();
        periods.push(Period { year, number: 13, first: last, last });
    }
    periods
}

/// Position of the period a date falls in, or of its year's adjusting one.
pub(crate) fn period_index(day: Date, adjusting: bool) -> usize {
    let year = (fiscal_year(day) - *YEARS.start()).max(0) as usize;
    year * 13 + if adjusting { 12 } else { (fiscal_month(day) - 1) as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_begins_in_april() {
        assert_eq!(fiscal_year(date(2025, 3, 31)), 2025);
        assert_eq!(fiscal_year(date(2025, 4, 1)), 2026);
        assert_eq!((fiscal_month(date(2025, 4, 1)), fiscal_month(date(2025, 3, 1))), (1, 12));
        assert_eq!(months().len(), 44);
        assert!(!months()[43].is_full());
        assert_eq!(month_index(END), 43);
    }

    #[test]
    fn every_day_lies_in_its_period() {
        let periods = periods();
        for month in months() {
            let period = periods[period_index(month.last, false)];
            assert!(period.first <= month.last && month.last <= period.last && period.number < 13);
        }
        assert_eq!(periods[period_index(date(2024, 3, 31), true)].number, 13);
    }
}
