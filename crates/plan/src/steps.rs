//! Rows that stand for whole months, quarters or years, and which spans of days they can be cut at.

use catalog::{ColumnRef, Value};
use jiff::civil::Date;
use sql::Grain;

use crate::calendar::{Calendar, Span, add_months};
use crate::graph::Graph;
use crate::semantic::{Base, Dated, OverTime, Window};

/// The width of the periods that the rows of a table stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Months of one period: 1, 3 or 12.
    pub months: i8,
    /// A calendar month in which one of the periods begins.
    first: i8,
    /// Whether rows are dated on the last day of their period, not on the first.
    at_end: bool,
}

/// The step of rows that are dated so; none where they are dated by the day.
///
/// Evidence: all known dates are first days of months, or all are last days, and the date is a part of a key or is
/// called after a period ("month"). Payments that happen to fall on month ends are dated by the day.
pub fn step(graph: &Graph, dated: &Dated) -> Option<Step> {
    let own = own_column(graph, dated)?;
    let node = graph.node(&own.table)?;
    let is_period = |w: &String| matches!(w.as_str(), "month" | "period" | "quarter" | "year" | "fy");
    let called = node.reads(&own.column).iter().flatten().any(is_period);
    let in_key = node.keys.iter().any(|key| key.contains(&own.column));
    let days = days(graph, &own)?;
    let at_end = days.iter().all(|d| d.last_of_month() == *d);
    let at_start = days.iter().all(|d| d.day() == 1);
    if !(called || in_key) || !(at_end || at_start) || days.len() < 2 {
        return None;
    }
    let start = |d: &Date| if at_end { add_months(d.first_of_month(), 1).month() } else { d.month() };
    let first = start(days.first()?);
    let all = |months: i8| days.iter().all(|d| (start(d) - first).rem_euclid(months) == 0);
    let months = if all(12) {
        12
    } else if all(3) {
        3
    } else {
        1
    };
    Some(Step { months, first, at_end })
}

/// The column on which rows keep a date: the date itself, or the reference to a day of the calendar.
fn own_column(graph: &Graph, dated: &Dated) -> Option<ColumnRef> {
    let reference = dated.path.last().map(|e| graph.edge(*e));
    match reference.filter(|e| graph.nodes()[e.to].day.is_some()) {
        Some(edge) => Some(ColumnRef::new(graph.nodes()[edge.from].table.name.clone(), edge.from_columns.first()?)),
        None => Some(dated.column.clone()),
    }
}

/// First and last day of the rows that a date dates, where known. Of days that rows refer to it is those referred
/// to, for a calendar reaches beyond the books; that takes keys that spell their day (20250131).
pub fn extent(graph: &Graph, dated: &Dated) -> Option<(Date, Date)> {
    let extent = graph.statistics(&own_column(graph, dated)?)?.extent.as_ref()?;
    Some((read(&extent.min)?, read(&extent.max)?))
}

/// A day, or the number that spells one.
fn read(value: &Value) -> Option<Date> {
    let digits = value.to_string();
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i8>().ok();
    let spelled = || {
        let year = digits.get(..4)?.parse().ok().filter(|_| digits.len() == 8)?;
        Date::new(year, part(4..6)?, part(6..8)?).ok()
    };
    value.to_day().or_else(spelled)
}

/// The dates that a column holds: all of them where they were listed, else the first and the last if there are no
/// more than months between them.
fn days(graph: &Graph, column: &ColumnRef) -> Option<Vec<Date>> {
    let statistics = graph.statistics(column)?;
    if statistics.values_complete {
        return statistics.values.iter().map(|(value, _)| read(value)).collect();
    }
    let extent = statistics.extent.as_ref()?;
    let (first, last) = (read(&extent.min)?, read(&extent.max)?);
    let months = (i64::from(last.year()) - i64::from(first.year())) * 12 + i64::from(last.month() - first.month()) + 1;
    (i64::try_from(statistics.distinct).ok()? <= months).then(|| vec![first, last])
}

impl Step {
    /// Whether a period begins on this day.
    pub fn begins(self, day: Date) -> bool {
        day.day() == 1 && (day.month() - self.first).rem_euclid(self.months) == 0
    }

    /// Whether buckets of this width are made of whole periods; years begin as those of the calendar do.
    pub fn fits(self, grain: Grain, calendar: &Calendar) -> bool {
        let months = match grain {
            Grain::Day | Grain::Week => return false,
            Grain::Month => 1,
            // No month begins where years are made of weeks.
            _ if calendar.weeks.is_some() => return false,
            Grain::Quarter => 3,
            Grain::Half => 6,
            Grain::Year => 12,
        };
        months % self.months == 0 && (calendar.fiscal_start as i8 - self.first).rem_euclid(self.months) == 0
    }

    /// The first day of the period after the one that a day lies in.
    pub fn next(self, day: Date) -> Date {
        let into = (day.month() - self.first).rem_euclid(self.months);
        add_months(day.first_of_month(), i32::from(self.months - into))
    }

    /// Whether rows of the span can be told from others: it ends where periods end, or today, in the last
    /// period of the books.
    pub fn can_cut(self, span: Span, today: Date, last: Option<Date>) -> bool {
        let running = span.to == Span::day(today).to && last.is_none_or(|last| last < self.next(today));
        (span.opens_early() || self.begins(span.from)) && (span.opens_late() || self.begins(span.to) || running)
    }
}

/// What keeps a sum over whole periods from being cut at the window, in words.
pub fn misfit(graph: &Graph, base: &Base, window: &Window, today: Date) -> Option<String> {
    let dated = base.date.as_ref().filter(|_| base.over_time == OverTime::Sum)?;
    let step = step(graph, dated)?;
    let span = window.period.as_ref()?.span;
    let last = extent(graph, dated).map(|(_, last)| last);
    let unit = match step.months {
        12 => "year",
        3 => "quarter",
        _ => "month",
    };
    let why = || format!("{} is kept by the {unit}, and {span} does not begin and end with one", base.words);
    (!step.can_cut(span, today, last)).then(why)
}

/// One past the last day that belongs to a window over rows that stand for periods: a period that is not over is
/// dated by a day ahead.
pub fn until(graph: &Graph, dated: &Dated, until: Date, today: Date) -> Date {
    match step(graph, dated) {
        Some(step) if step.at_end && until == Span::day(today).to => step.next(today),
        _ => until,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const MONTHS: Step = Step { months: 1, first: 4, at_end: true };
    const QUARTERS: Step = Step { months: 3, first: 4, at_end: false };

    #[test]
    fn spans_are_cut_where_periods_end() {
        let today = date(2025, 11, 14);
        let cut = |step: Step, from, to, last| step.can_cut(Span { from, to }, today, last);
        assert!(cut(MONTHS, date(2025, 2, 1), date(2025, 5, 1), None));
        assert!(!cut(MONTHS, date(2025, 2, 1), date(2025, 3, 16), None));
        assert!(!cut(MONTHS, date(2025, 10, 16), date(2025, 11, 15), None));
        assert!(cut(QUARTERS, date(2025, 7, 1), date(2025, 10, 1), None));
        assert!(!cut(QUARTERS, date(2025, 8, 1), date(2025, 10, 1), None));
    }

    #[test]
    fn the_running_period_is_cut_today_only_where_the_books_end_with_it() {
        let today = date(2025, 11, 14);
        let to_date = Span { from: date(2025, 11, 1), to: date(2025, 11, 15) };
        assert!(MONTHS.can_cut(to_date, today, Some(date(2025, 11, 30))));
        assert!(!MONTHS.can_cut(to_date, today, Some(date(2025, 12, 31))), "November is over in these books");
    }

    #[test]
    fn buckets_are_made_of_whole_periods() {
        let from = Calendar::starting;
        assert!(MONTHS.fits(Grain::Month, &from(4)) && MONTHS.fits(Grain::Year, &from(1)));
        assert!(QUARTERS.fits(Grain::Quarter, &from(4)) && !QUARTERS.fits(Grain::Month, &from(4)));
        assert!(!QUARTERS.fits(Grain::Year, &from(2)) && !MONTHS.fits(Grain::Week, &from(4)));
        let ends = [date(2022, 9, 25), date(2023, 10, 1), date(2024, 9, 29)];
        let (rule, _) = crate::calendar::WeekYear::find(&ends).unwrap();
        let weeks = Calendar::of_weeks(rule, crate::calendar::FiscalName::EndYear);
        assert!(MONTHS.fits(Grain::Month, &weeks) && !MONTHS.fits(Grain::Quarter, &weeks));
        assert_eq!(QUARTERS.next(date(2025, 11, 14)), date(2026, 1, 1));
    }
}
