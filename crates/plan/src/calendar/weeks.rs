//! Fiscal years made of whole weeks: 52 of them, and 53 every five or six years (4-4-5, 4-5-4 and 5-4-4 calendars).
//!
//! Such a year ends on one weekday: the last one in a month, or the one nearest to the end of that month. Both rules are
//! those of United States tax law (26 CFR 1.441-2(b)); retailers and many manufacturers keep their books by one of them.
//! Three quarters have 13 weeks, and the fourth takes the 53rd, whichever way the weeks of a quarter are dealt out to its periods.

use jiff::civil::{Date, Weekday, date};
use serde::{Deserialize, Serialize};
use sql::Grain;

use super::span::{Span, add_days, days_between};

/// When a year of weeks ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WeekYear {
    /// The weekday of its last day, days after Monday.
    ends_on: u8,
    /// The month whose end it follows, 1 to 12.
    month: u8,
    /// Whether it is the weekday nearest to the end of the month; else the last one in the month.
    nearest: bool,
}

/// Days of a quarter.
const QUARTER: i64 = 13 * 7;

impl WeekYear {
    /// The only rule by which all these days begin a year, each with the calendar year in which that year ends. None where no
    /// rule does, or where two do that begin other years on different days.
    pub fn find(firsts: &[Date]) -> Option<(WeekYear, Vec<i16>)> {
        let last = add_days(*firsts.first().filter(|_| firsts.len() > 1)?, -1);
        let ends_on = u8::try_from(last.weekday().to_monday_zero_offset()).ok()?;
        // The end of its month is at most three days after the end of a year, or six before.
        let month = |days: i64| u8::try_from(add_days(last, days).month()).ok();
        let mut months: Vec<u8> = [month(-6), month(6)].into_iter().flatten().collect();
        months.dedup();
        let rules = months
            .into_iter()
            .flat_map(|month| [true, false].into_iter().map(move |nearest| WeekYear { ends_on, month, nearest }));
        let mut fitting = rules.filter_map(|rule| Some((rule, rule.years_begun_by(firsts)?)));
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only)
    }

    fn years_begun_by(self, firsts: &[Date]) -> Option<Vec<i16>> {
        let years = firsts.iter().map(|day| Some(self.year_of(*day)).filter(|year| self.start(*year) == *day));
        years.collect()
    }

    /// The last day of the year that ends in or about that calendar year.
    fn end(self, year: i16) -> Date {
        let month = date(year.clamp(2, 9_997), i8::try_from(self.month.clamp(1, 12)).unwrap_or(12), 1);
        let last = month.last_of_month();
        let late = i64::from(last.weekday().to_monday_zero_offset()) - i64::from(self.ends_on);
        let back = late.rem_euclid(7);
        add_days(last, if self.nearest && back > 3 { 7 - back } else { -back })
    }

    /// The first day of the year that ends in or about that calendar year.
    pub fn start(self, year: i16) -> Date {
        add_days(self.end(year.saturating_sub(1)), 1)
    }

    /// The calendar year in or about which the year ends that holds `day`.
    pub fn year_of(self, day: Date) -> i16 {
        let about = day.year();
        (about - 1..=about + 2).find(|year| day <= self.end(*year)).unwrap_or(about)
    }

    /// The first day of the quarter, half or year that holds `day`; none for widths that no year cuts.
    pub fn bucket_start(self, day: Date, grain: Grain) -> Option<Date> {
        let (number, each) = (self.number(day, grain)?, per_year(grain)?);
        Some(self.at(number.div_euclid(each), number.rem_euclid(each), each))
    }

    /// The start of a bucket moved by `count` buckets of the same width; none for widths that no year cuts.
    pub fn shift(self, start: Date, grain: Grain, count: i32) -> Option<Date> {
        let (number, each) = (self.number(start, grain)?.saturating_add(count), per_year(grain)?);
        Some(self.at(number.div_euclid(each), number.rem_euclid(each), each))
    }

    /// Buckets from the beginning of time to the one that holds `day`.
    pub fn number(self, day: Date, grain: Grain) -> Option<i32> {
        let (year, each) = (self.year_of(day), per_year(grain)?);
        let quarter = (days_between(self.start(year), day) / QUARTER).clamp(0, 3);
        Some(i32::from(year) * each + i32::try_from(quarter).unwrap_or(0) * each / 4)
    }

    fn at(self, year: i32, part: i32, each: i32) -> Date {
        match i16::try_from(year) {
            Ok(year) => add_days(self.start(year), i64::from(part * 4 / each) * QUARTER),
            Err(_) if year < 0 => Span::EARLIEST,
            Err(_) => Span::LATEST,
        }
    }

    /// The same days of the year before: as many days after its start.
    pub fn year_before(self, span: Span) -> Span {
        let year = self.year_of(span.from);
        let from = add_days(self.start(year.saturating_sub(1)), days_between(self.start(year), span.from));
        Span { from, to: add_days(from, span.days()) }
    }

    /// The rule in words: `the Saturday nearest to the end of January`.
    pub fn words(self) -> String {
        let day = match Weekday::from_monday_zero_offset(i8::try_from(self.ends_on % 7).unwrap_or(0)) {
            Ok(Weekday::Tuesday) => "Tuesday",
            Ok(Weekday::Wednesday) => "Wednesday",
            Ok(Weekday::Thursday) => "Thursday",
            Ok(Weekday::Friday) => "Friday",
            Ok(Weekday::Saturday) => "Saturday",
            Ok(Weekday::Sunday) => "Sunday",
            Ok(Weekday::Monday) | Err(_) => "Monday",
        };
        let month = super::words::month_name(i8::try_from(self.month).unwrap_or(1));
        if self.nearest {
            format!("the {day} nearest to the end of {month}")
        } else {
            format!("the last {day} of {month}")
        }
    }
}

fn per_year(grain: Grain) -> Option<i32> {
    match grain {
        Grain::Day | Grain::Week | Grain::Month => None,
        Grain::Quarter => Some(4),
        Grain::Half => Some(2),
        Grain::Year => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(firsts: &[Date]) -> WeekYear {
        WeekYear::find(firsts).unwrap().0
    }

    /// Years of the National Retail Federation's calendar, which end about the end of January.
    const RETAIL: [Date; 4] = [date(2022, 1, 30), date(2023, 1, 29), date(2024, 2, 4), date(2025, 2, 2)];

    #[test]
    fn the_rule_is_found_from_the_first_days_and_reaches_beyond_them() {
        let (retail, years) = WeekYear::find(&RETAIL).unwrap();
        assert_eq!(
            (retail.words().as_str(), years),
            ("the Saturday nearest to the end of January", vec![2023, 2024, 2025, 2026])
        );
        assert_eq!((retail.start(2018), retail.start(2027)), (date(2017, 1, 29), date(2026, 2, 1)));
        let last = rule(&[date(2022, 9, 25), date(2023, 10, 1), date(2024, 9, 29)]);
        assert_eq!(last.words(), "the last Saturday of September");
    }

    #[test]
    fn days_that_follow_no_rule_or_two_of_them_have_none() {
        assert_eq!(WeekYear::find(&[date(2023, 1, 29), date(2024, 2, 11)]), None);
        assert_eq!(WeekYear::find(&[date(2023, 1, 29)]), None);
        // The last Sunday of December is the one nearest to its end, too.
        assert_eq!(WeekYear::find(&[date(2018, 1, 1), date(2018, 12, 31)]), None);
    }

    #[test]
    fn quarters_have_thirteen_weeks_and_the_last_one_of_a_long_year_fourteen() {
        let retail = rule(&RETAIL);
        let quarters: Vec<Date> = (0..=4).filter_map(|n| retail.shift(date(2023, 1, 29), Grain::Quarter, n)).collect();
        let expected = [date(2023, 1, 29), date(2023, 4, 30), date(2023, 7, 30), date(2023, 10, 29), date(2024, 2, 4)];
        assert_eq!(quarters, expected);
        assert_eq!(retail.bucket_start(date(2024, 2, 3), Grain::Quarter), Some(date(2023, 10, 29)));
        assert_eq!(retail.bucket_start(date(2024, 2, 3), Grain::Half), Some(date(2023, 7, 30)));
        assert_eq!(retail.bucket_start(date(2024, 2, 4), Grain::Year), Some(date(2024, 2, 4)));
        assert_eq!(retail.bucket_start(date(2024, 2, 4), Grain::Month), None);
    }

    #[test]
    fn every_day_lies_in_one_bucket_of_each_width() {
        let retail = rule(&RETAIL);
        for grain in [Grain::Quarter, Grain::Half, Grain::Year] {
            let mut day = date(1990, 1, 1);
            while day < date(2060, 1, 1) {
                let start = retail.bucket_start(day, grain).unwrap();
                let end = retail.shift(start, grain, 1).unwrap();
                assert!(start <= day && day < end, "{grain:?} {day}: {start} to {end}");
                assert_eq!(retail.shift(end, grain, -1), Some(start));
                day = add_days(day, 1);
            }
        }
    }
}
