//! Windows that move along a series: their mean or their sum at each bucket.

use catalog::Decimal;
use jiff::civil::Date;
use meaning::ontology::Nature;
use sql::Grain;

use super::arithmetic::{compute, quotient};
use super::cells::Cells;
use crate::calendar::{Calendar, Span, noun};
use crate::semantic::{Aggregation, Measure, OverTime};

/// A moving window over gathered cells.
#[derive(Clone, Copy)]
pub struct Window<'w> {
    /// What it moves over.
    pub cells: &'w Cells,
    /// How buckets follow each other.
    pub calendar: &'w Calendar,
    /// Buckets that it holds, the current one included.
    pub width: u32,
    /// The mean is asked for, not the sum.
    pub mean: bool,
}

/// The heading of the column.
pub fn heading(plan: &Aggregation, measure: &Measure, width: u32, mean: bool) -> String {
    let unit = plan.cut.map_or("bucket", noun);
    match (mean, measure.nature == Nature::Ratio) {
        (_, true) => format!("{} over {width} {unit}s", measure.name),
        (true, false) => format!("{width}-{unit} moving average of {}", measure.name),
        (false, false) => format!("rolling {width}-{unit} {}", measure.name),
    }
}

/// A measure over the window that ends with a bucket: of a ratio numerator and denominator are added up first.
/// None where the data does not reach back far enough.
pub fn value(plan: &Aggregation, window: Window, group: usize, bucket: Date, measure: usize) -> Option<Decimal> {
    let Window { cells, calendar, width, mean } = window;
    let grain = plan.cut?;
    let data = cells.cells.iter().filter(|((_, w), _)| *w == 0).filter_map(|(_, c)| c.keys().flatten().next());
    let earliest = *data.min()?;
    let last = calendar.bucket_start(bucket, grain);
    let back = i32::try_from(width).ok()?.checked_sub(1)?;
    let first = calendar.shift(last, grain, -back);
    if first < calendar.bucket_start(earliest, grain) {
        return None;
    }
    let total = summed(plan, (cells, calendar), group, (first, last), measure)?;
    let divided = mean && plan.measures[measure].nature != Nature::Ratio;
    if divided { quotient(&total, &Decimal::from(width)) } else { Some(total) }
}

/// A measure from the beginning of a bucket's year to its end.
pub fn to_date(
    plan: &Aggregation,
    (cells, calendar): (&Cells, &Calendar),
    group: usize,
    bucket: Date,
    measure: usize,
) -> Option<Decimal> {
    let last = calendar.bucket_start(bucket, plan.cut?);
    let first = calendar.bucket_start(calendar.bucket_start(last, Grain::Year), plan.cut?);
    summed(plan, (cells, calendar), group, (first, last), measure)
}

/// A measure over all buckets from one to another, both included.
fn summed(
    plan: &Aggregation,
    (cells, calendar): (&Cells, &Calendar),
    group: usize,
    (first, last): (Date, Date),
    measure: usize,
) -> Option<Decimal> {
    let grain = plan.cut?;
    let own = cells.cells.get(&(group, 0));
    let mut sums: Vec<Option<Decimal>> = vec![Some(Decimal::from(0)); plan.bases.len()];
    let mut bucket = first;
    while bucket <= last {
        let cell = own.and_then(|c| c.get(&Some(bucket)));
        for (i, base) in plan.bases.iter().enumerate() {
            let here = cell.and_then(|c| c.bases.get(i).cloned().flatten());
            // A flow without rows is zero; a balance without one is unknown.
            let here = here.or_else(|| (base.over_time == OverTime::Sum).then(|| Decimal::from(0)));
            sums[i] = sums[i].take().zip(here).map(|(a, b)| a + b);
        }
        bucket = calendar.shift(bucket, grain, 1);
    }
    let days = Span { from: first, to: calendar.bucket(last, grain).to }.days();
    compute(&plan.measures[measure].calc, &sums, Some(days))
}
