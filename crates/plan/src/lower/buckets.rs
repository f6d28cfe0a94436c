//! The buckets of a series, as expressions.

use catalog::Value;
use jiff::civil::Date;
use sql::{Expr, Grain, Operator};

use crate::calendar::{Calendar, Span, add_months};
use crate::knowledge::Knowledge;
use crate::semantic::{Aggregation, Dated, OverTime, Window};

/// Months before the first and after the last known day for which buckets are written out.
const MARGIN: i32 = 36;
/// Months looked back where the first day is not known.
const UNKNOWN: i32 = 480;

/// How time is cut.
#[derive(Clone, Copy)]
pub struct Cut<'p> {
    grain: Grain,
    calendar: &'p Calendar,
    /// Days that can occur.
    reach: Span,
}

impl<'p> Cut<'p> {
    /// How the plan cuts the rows of a window, if it does.
    pub fn of(
        k: &Knowledge,
        plan: &'p Aggregation,
        (window, dated, over_time): (&Window, Option<&Dated>, OverTime),
        today: Date,
    ) -> Option<Cut<'p>> {
        let data = dated.and_then(|dated| k.extent(dated));
        let (first, last) = data.unwrap_or((add_months(today, -UNKNOWN), today));
        let near = Span { from: add_months(first, -MARGIN), to: add_months(last.max(today), MARGIN) };
        let asked = window.period.as_ref().map_or(near, |period| period.span);
        let from = if asked.opens_early() { near.from } else { asked.from };
        let to = if asked.opens_late() { near.to } else { asked.to };
        // Sums that run begin before the window does.
        let from = if over_time == OverTime::Running { from.min(near.from) } else { from };
        let reach = Span { from, to };
        plan.cut.map(|grain| Cut { grain, calendar: &plan.calendar, reach })
    }

    /// The first day of the bucket that a date lies in. Years of weeks are no arithmetic that engines have: their buckets
    /// are written out, as many as the days that can occur have; a day beyond those has none.
    pub fn bucket(self, date: Expr) -> Expr {
        let Cut { grain, calendar, reach } = self;
        if !calendar.cuts_by_weeks(grain) {
            return Expr::Bucket { grain, fiscal_start: calendar.fiscal_start, of: Box::new(date) };
        }
        let day = |day: Date| Expr::Value(Value::Date(day));
        let before = |end: Date| date.clone().op(Operator::Lt, day(end));
        let first = calendar.bucket_start(reach.from, grain);
        let mut when = vec![(before(first), Expr::Value(Value::Null))];
        for piece in calendar.buckets(Span { from: first, to: reach.to }, grain) {
            when.push((before(calendar.bucket(piece.from, grain).to), day(piece.from)));
        }
        Expr::Case { when, other: None }
    }
}
