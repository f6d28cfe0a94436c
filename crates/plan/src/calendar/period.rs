//! Periods with names, and what they are compared with.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sql::Grain;

use super::fiscal::{Basis, Calendar, months_in};
use super::span::{Span, add_days, add_months, days_between, month_index};
use super::words;

/// A span of days that people have a name for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The days.
    pub span: Span,
    /// Its natural unit: the quarter for "Q2 2025", the month for "March" and "last 6 months", the year
    /// for "year to date". None for spans that follow no unit.
    pub grain: Option<Grain>,
    /// Whether it is counted on a fiscal year that is not the calendar's.
    pub fiscal: bool,
    /// For people: `fiscal Q2 FY2026 (2025-07-01 to 2025-09-30)`.
    pub label: String,
    /// Today, the last day with time elapsed, when the period contains it and so may not be over.
    /// None for spans that end today by their own meaning ("year to date", "last 30 days").
    pub partial: Option<Date>,
}

impl Period {
    /// A period named `name`; the dates are added to its label.
    pub fn named(name: &str, span: Span, grain: Option<Grain>) -> Period {
        let dates = span.to_string();
        let label = if name == dates { dates } else { format!("{name} ({dates})") };
        Period { span, grain, fiscal: false, label, partial: None }
    }

    /// The label without its dates.
    pub fn name(&self) -> &str {
        self.label.rsplit_once(" (").map_or(self.label.as_str(), |(name, _)| name)
    }

    /// The same period, marked as partial if it contains `today`.
    #[must_use]
    pub fn seen_on(mut self, today: Date) -> Period {
        self.partial = self.span.contains(today).then_some(today);
        self
    }
}

impl Calendar {
    /// The whole unit that holds `date`, as seen on `today`.
    pub fn unit(&self, date: Date, grain: Grain, basis: Basis, today: Date) -> Period {
        let counting = self.counting(basis);
        let span = counting.bucket(date, grain);
        let mut period = Period::named(&self.name_of(span, grain, basis), span, Some(grain)).seen_on(today);
        period.fiscal = counting.is_fiscal() && follows_year(grain);
        period
    }

    /// What people call that bucket: `fiscal Q2 FY2026`, `calendar 2025`, `March 2025`, `week 14 of 2025`.
    pub fn name_of(&self, span: Span, grain: Grain, basis: Basis) -> String {
        let counting = self.counting(basis);
        let day = span.from;
        let word = match (counting.is_fiscal(), self.is_fiscal()) {
            (true, _) => "fiscal ",
            (false, true) => "calendar ",
            (false, false) => "",
        };
        let (year, number) = (counting.year_label(day), counting.number_in_year(day, grain));
        match grain {
            Grain::Day => day.to_string(),
            Grain::Week => format!("week {number} of {}", day.iso_week_date().year()),
            Grain::Month => format!("{} {}", words::month_name(day.month()), day.year()),
            Grain::Quarter => format!("{word}Q{number} {year}"),
            Grain::Half => format!("{word}H{number} {year}"),
            Grain::Year if counting.is_fiscal() => format!("fiscal year {year}"),
            Grain::Year => format!("{word}{year}"),
        }
    }

    /// The period before: the unit or the number of units before, the same part of the unit before for a
    /// period that is cut short ("month to date"), else as many days. Whole units end where `period` starts.
    pub fn prior(&self, period: &Period) -> Period {
        let (basis, span) = (basis_of(period), period.span);
        let counting = self.counting(basis);
        if span.opens_early() || span.opens_late() {
            return period.clone();
        }
        if let Some(grain) = natural(&counting, period) {
            if let Some(count) = counting.whole_buckets(span, grain) {
                let before = Span { from: counting.shift(span.from, grain, -count), to: span.from };
                return self.units(before, grain, count, basis);
            }
            let bucket = counting.bucket(span.from, grain);
            if bucket.from == span.from && span.to < bucket.to {
                let before = self.unit(add_days(span.from, -1), grain, basis, Span::LATEST);
                return self.to_date_aligned(period, &before, span.last());
            }
        }
        let before = Span { from: add_days(span.from, -span.days()), to: span.from };
        let name = format!("the {} days before {}", span.days(), span.from);
        Period { fiscal: period.fiscal, ..Period::named(&name, before, period.grain) }
    }

    /// The same position one year earlier. Month ends stay month ends; 29 February becomes 28 February; week 53 becomes
    /// the last week of a year that has none. Fiscal periods keep their number, also where a
    /// year is made of weeks.
    pub fn prior_year(&self, period: &Period) -> Period {
        let (basis, span) = (basis_of(period), period.span);
        let counting = self.counting(basis);
        let moved = match period.grain {
            Some(Grain::Week) if counting.whole_buckets(span, Grain::Week).is_some() => self.weeks_year_before(span),
            Some(grain) if period.fiscal => counting.fiscal_year_before(span, grain),
            _ => year_before(span),
        };
        let one = period.grain.filter(|grain| counting.whole_buckets(moved, *grain) == Some(1));
        match one {
            Some(grain) => Period { partial: None, ..self.unit(moved.from, grain, basis, Span::LATEST) },
            None => {
                let name = format!("{} one year earlier", period.name());
                Period { fiscal: period.fiscal, ..Period::named(&name, moved, period.grain) }
            }
        }
    }

    /// Whole units of a fiscal year keep their number; other days are as many days after the start of a year of weeks.
    fn fiscal_year_before(&self, span: Span, grain: Grain) -> Span {
        let Some(rule) = self.weeks else { return year_before(span) };
        match self.whole_buckets(span, grain).zip(months_in(grain)) {
            Some((_, months)) if self.cuts_by_weeks(grain) => {
                let before = |day| self.shift(day, grain, -12 / months);
                Span { from: before(span.from), to: before(span.to) }
            }
            _ => rule.year_before(span),
        }
    }

    fn weeks_year_before(&self, span: Span) -> Span {
        let week = span.from.iso_week_date();
        let year = week.year().saturating_sub(1);
        let number = u8::try_from(week.week()).unwrap_or(1);
        let first = self.week_of(year, number).or_else(|| self.week_of(year, 52));
        let from = first.map_or(add_days(span.from, -364), |first| first.from);
        Span { from, to: add_days(from, span.days()) }
    }

    /// Cuts `prior` where `current` stands at the end of `last`: the same number of whole months and days after
    /// its start (days only for weeks and free spans), so that 1 to 14 November meets 1 to 14 October and the end of
    /// April meets the end of January in a quarter. Never longer than `prior`; all of it when `current` is over.
    pub fn to_date_aligned(&self, current: &Period, prior: &Period, last: Date) -> Period {
        let (now, then) = (current.span, prior.span);
        let reached = add_days(last, 1).clamp(now.from, now.to.max(now.from));
        let over = reached >= now.to && natural_end(self, current);
        let by_months = (!current.fiscal || self.weeks.is_none())
            && now.from.day() == 1
            && then.from.day() == 1
            && current.grain.is_none_or(|g| months_in(g).is_some());
        let to = match (over, by_months) {
            (true, _) => then.to,
            (false, true) => aligned_end(now.from, then.from, reached),
            (false, false) => add_days(then.from, days_between(now.from, reached)),
        };
        let span = Span { from: then.from, to: to.clamp(then.from, then.to.max(then.from)) };
        if span == then {
            return Period { partial: None, ..prior.clone() };
        }
        let name = format!("{}, to the same day", prior.name());
        Period { fiscal: prior.fiscal, ..Period::named(&name, span, prior.grain) }
    }

    /// `count` whole units, named by the first and the last of them.
    pub fn units(&self, span: Span, grain: Grain, count: i32, basis: Basis) -> Period {
        let counting = self.counting(basis);
        let first = self.name_of(span, grain, basis);
        let last = self.name_of(counting.bucket(span.last(), grain), grain, basis);
        let name = match (grain, count) {
            (_, 1) => first,
            (Grain::Day, _) => span.to_string(),
            _ => format!("{first} to {last}"),
        };
        let fiscal = counting.is_fiscal() && follows_year(grain);
        Period { fiscal, ..Period::named(&name, span, Some(grain)) }
    }
}

/// Whether the unit is cut by where the year starts.
pub fn follows_year(grain: Grain) -> bool {
    matches!(grain, Grain::Quarter | Grain::Half | Grain::Year)
}

fn basis_of(period: &Period) -> Basis {
    if period.fiscal { Basis::Books } else { Basis::Calendar }
}

/// The unit in which a period moves: its own, or months for any run of days that is made of whole ones.
fn natural(counting: &Calendar, period: &Period) -> Option<Grain> {
    let free = matches!(period.grain, None | Some(Grain::Day));
    if free && counting.whole_buckets(period.span, Grain::Month).is_some() { Some(Grain::Month) } else { period.grain }
}

/// Whether a period ends where its unit ends, so that it can be over (a "month to date" ends earlier).
fn natural_end(calendar: &Calendar, period: &Period) -> bool {
    let counting = calendar.counting(basis_of(period));
    period.grain.is_none_or(|grain| counting.bucket_start(period.span.to, grain) == period.span.to)
}

fn year_before(span: Span) -> Span {
    let from = if span.opens_early() { span.from } else { add_months(span.from, -12) };
    let to = match span.to {
        to if span.opens_late() => to,
        to if to.day() == 1 => add_months(to, -12),
        _ => add_days(add_months(span.last(), -12), 1),
    };
    Span { from, to }
}

/// The day that is as many whole months and days after `then` as `reached` is after `now`, both firsts of a month.
fn aligned_end(now: Date, then: Date, reached: Date) -> Date {
    let first = add_months(then, month_index(reached) - month_index(now));
    let days = i64::from(reached.day()) - 1;
    add_days(first, days.min(i64::from(first.days_in_month())))
}
