//! The lines of an answer before they are written down: which ones, in which order.

use std::cmp::Ordering;
use std::ops::Range;

use bigdecimal::RoundingMode;
use catalog::{Decimal, Value};
use jiff::civil::Date;

use super::arithmetic::{compute, divides, quotient};
use super::cells::Cells;
use super::model::Finished;
use crate::intent::Relation;
use crate::lower::Layout;
use crate::semantic::{Aggregation, Bands, Bound, Threshold};

/// One line before layout: its group, the buckets it pairs, and its measures by window.
pub struct Line {
    /// Index of its group.
    pub group: usize,
    /// First day of its bucket.
    pub bucket: Option<Date>,
    /// By window, then by measure.
    pub values: Vec<Vec<Option<Value>>>,
}

/// Keeps the lines that meet every threshold, and says what a bound that was computed came to.
pub fn filter(plan: &Aggregation, layout: &Layout, cells: &Cells, lines: &mut Vec<Line>, finished: &mut Finished) {
    for threshold in &plan.having {
        let bounds = Bounds { plan, layout, cells, threshold };
        let bound: Vec<Option<Decimal>> = lines.iter().map(|line| bounds.of(line, lines)).collect();
        finished.warnings.extend(bounds.note(bound.iter().flatten()));
        let mut bound = bound.into_iter();
        lines.retain(|line| {
            let value = line.values[0][threshold.measure].as_ref().and_then(Value::to_decimal);
            let bound = bound.next().flatten();
            value.zip(bound).is_some_and(|(value, bound)| meets(&value, threshold.relation, &bound))
        });
    }
}

fn meets(value: &Decimal, relation: Relation, bound: &Decimal) -> bool {
    match relation {
        Relation::Is => value == bound,
        Relation::IsNot => value != bound,
        Relation::Below => value < bound,
        Relation::AtMost => value <= bound,
        Relation::Above => value > bound,
        Relation::AtLeast => value >= bound,
        Relation::Contains | Relation::StartsWith | Relation::EndsWith => false,
    }
}

/// What the lines of an answer are compared with.
struct Bounds<'b> {
    plan: &'b Aggregation,
    layout: &'b Layout,
    cells: &'b Cells,
    threshold: &'b Threshold,
}

impl Bounds<'_> {
    fn of(&self, line: &Line, all: &[Line]) -> Option<Decimal> {
        let number =
            |line: &Line, window: usize| line.values.get(window)?[self.threshold.measure].as_ref()?.to_decimal();
        match &self.threshold.bound {
            Bound::Number(number) => Some(number.clone()),
            Bound::Earlier => number(line, 1),
            Bound::Average => self.average(line, all),
            Bound::Group { dimension, values } => {
                let named = |other: &&Line| {
                    let shown = self.columns(other, *dimension);
                    other.bucket == line.bucket && shown.iter().any(|v| values.contains(v))
                };
                all.iter().find(named).and_then(|other| number(other, 0))
            }
        }
    }

    /// The values of a line's dimension, key and shown.
    fn columns(&self, line: &Line, dimension: usize) -> &[Value] {
        of_dimension(self.layout, self.cells, line, dimension)
    }

    /// The mean over all groups, or over all buckets of a group. That of ratios is the ratio of all together.
    fn average(&self, line: &Line, all: &[Line]) -> Option<Decimal> {
        let measure = &self.plan.measures[self.threshold.measure];
        let in_time = self.plan.dimensions.is_empty();
        let peers: Vec<&Line> = all.iter().filter(|other| in_time || other.bucket == line.bucket).collect();
        if divides(&measure.calc) {
            let cell = |l: &Line| self.cells.cells.get(&(l.group, 0)).and_then(|c| c.get(&l.bucket));
            let mut sums = vec![None; self.plan.bases.len()];
            for cell in peers.iter().filter_map(|l| cell(l)) {
                for (sum, base) in sums.iter_mut().zip(&cell.bases) {
                    add(sum, base.as_ref());
                }
            }
            return compute(&measure.calc, &sums, None);
        }
        let values: Vec<Decimal> =
            peers.iter().filter_map(|l| l.values[0][self.threshold.measure].as_ref()?.to_decimal()).collect();
        let count = Decimal::from(u64::try_from(values.len()).ok()?);
        quotient(&values.into_iter().sum(), &count)
    }

    /// What the bound came to, where it was computed and is one for all.
    fn note<'d>(&self, mut bounds: impl Iterator<Item = &'d Decimal>) -> Option<String> {
        let first = bounds.next()?;
        let one = bounds.all(|b| b == first);
        let name = &self.plan.measures[self.threshold.measure].name;
        let shown = first.with_scale_round(4, RoundingMode::HalfEven).normalized().to_plain_string();
        match &self.threshold.bound {
            Bound::Average if one => Some(format!("the average {name} is {shown}")),
            Bound::Group { values, .. } if one => {
                let who = values.first().map(Value::to_string).unwrap_or_default();
                Some(format!("{name} of {who} is {shown}"))
            }
            _ => None,
        }
    }
}

fn add(sum: &mut Option<Decimal>, value: Option<&Decimal>) {
    if let Some(value) = value {
        *sum = Some(sum.take().unwrap_or_default() + value);
    }
}

/// By the order asked for; else time first, then the largest first measure, then the groups' names.
/// Ranks that count anew in each group keep the groups together.
pub fn sort(plan: &Aggregation, layout: &Layout, cells: &Cells, lines: &mut [Line]) {
    let by_group = |a: &Line, b: &Line| compare_groups(&cells.groups[a.group], &cells.groups[b.group]);
    let by_measure = |a: &Line, b: &Line, measure: usize, descending: bool| {
        let empty = Value::Null;
        let (x, y) = (a.values[0][measure].as_ref().unwrap_or(&empty), b.values[0][measure].as_ref().unwrap_or(&empty));
        match (x.is_null(), y.is_null()) {
            (false, false) if descending => y.total_cmp(x),
            _ => x.total_cmp(y),
        }
    };
    let by_part = |a: &Line, b: &Line| match plan.ranks.within {
        Some(_) => {
            let (x, y) = (part(plan, layout, cells, a), part(plan, layout, cells, b));
            a.bucket.cmp(&b.bucket).then(compare_groups(x, y))
        }
        None => Ordering::Equal,
    };
    match &plan.ordering {
        Some(order) if order.measure.is_some() => {
            let measure = order.measure.unwrap_or(0);
            lines.sort_by(|a, b| {
                let ranked = by_part(a, b).then(by_measure(a, b, measure, order.descending));
                ranked.then(a.bucket.cmp(&b.bucket)).then(by_group(a, b))
            });
        }
        Some(order) => lines.sort_by(|a, b| {
            let (a, b) = if order.descending { (b, a) } else { (a, b) };
            let first = |line: &Line| order.dimension.map(|d| of_dimension(layout, cells, line, d).to_vec());
            let chosen = first(a).zip(first(b)).map_or(Ordering::Equal, |(x, y)| compare_groups(&x, &y));
            chosen.then(by_group(a, b))
        }),
        None if plan.dimensions.iter().any(|d| d.bands.is_some()) => {
            lines.sort_by(|a, b| by_bands(&cells.groups[a.group], &cells.groups[b.group]))
        }
        None if plan.cut.is_some() => lines.sort_by(|a, b| a.bucket.cmp(&b.bucket).then(by_group(a, b))),
        None => {
            let first = plan.measures.iter().position(|m| !m.hidden).unwrap_or(0);
            let one = plan.dimensions.len() == 1;
            lines.sort_by(|a, b| if one { by_measure(a, b, first, true).then(by_group(a, b)) } else { by_group(a, b) });
        }
    }
}

/// The values of one dimension of a line, key and shown.
pub fn of_dimension<'c>(layout: &Layout, cells: &'c Cells, line: &Line, dimension: usize) -> &'c [Value] {
    let offset = layout.dimensions.first().map_or(0, |(start, _)| *start);
    let (start, end) = layout.dimensions.get(dimension).copied().unwrap_or((offset, offset));
    &cells.groups[line.group][start - offset..end - offset]
}

/// The values of the leading dimensions in which ranks count anew.
fn part<'c>(plan: &Aggregation, layout: &Layout, cells: &'c Cells, line: &Line) -> &'c [Value] {
    let offset = layout.dimensions.first().map_or(0, |(start, _)| *start);
    let leading = plan.ranks.within.unwrap_or(0);
    let end = leading.checked_sub(1).and_then(|i| layout.dimensions.get(i)).map_or(offset, |(_, end)| *end);
    &cells.groups[line.group][..end - offset]
}

/// Other dimensions first, then bands of age in their own order.
fn by_bands(a: &[Value], b: &[Value]) -> Ordering {
    let (Some((band_a, rest_a)), Some((band_b, rest_b))) = (a.split_last(), b.split_last()) else {
        return Ordering::Equal;
    };
    let position = |band: &Value| Bands::position(&band.to_string());
    compare_groups(rest_a, rest_b).then(position(band_a).cmp(&position(band_b)))
}

fn compare_groups(a: &[Value], b: &[Value]) -> Ordering {
    a.iter()
        .rev()
        .zip(b.iter().rev())
        .map(|(x, y)| x.total_cmp(y))
        .find(|o| *o != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// Keeps the lines of the ranks asked for, in each group by itself where they count anew there, and says when
/// a line left out is as good as one that is shown.
pub fn keep(plan: &Aggregation, layout: &Layout, cells: &Cells, lines: &mut Vec<Line>, finished: &mut Finished) {
    let Some(limit) = plan.limit.and_then(|l| usize::try_from(l).ok()) else { return };
    let skip = usize::try_from(plan.ranks.skip).unwrap_or(usize::MAX);
    let measure = plan.ordering.as_ref().and_then(|o| o.measure);
    let same = |a: &Line, b: &Line| {
        plan.ranks.within.is_none()
            || a.bucket == b.bucket && part(plan, layout, cells, a) == part(plan, layout, cells, b)
    };
    let all = std::mem::take(lines);
    let mut rest = all.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut run = vec![first];
        while let Some(next) = rest.next_if(|next| same(&run[0], next)) {
            run.push(next);
        }
        let end = skip.saturating_add(limit).min(run.len());
        finished.warnings.extend(measure.and_then(|m| ties(plan, cells, &run, skip..end, m)));
        lines.extend(run.into_iter().skip(skip).take(limit));
    }
}

/// A line outside of those shown that is as good as the first or the last of them.
fn ties(plan: &Aggregation, cells: &Cells, run: &[Line], shown: Range<usize>, measure: usize) -> Option<String> {
    let name = |line: &Line| cells.groups[line.group].last().map(Value::to_string).unwrap_or_default();
    let equal = |a: usize, b: usize| Some(run.get(a)?.values[0][measure] == run.get(b)?.values[0][measure]);
    let metric = &plan.measures[measure].name;
    if shown.start >= shown.end {
        return None;
    }
    if equal(shown.end - 1, shown.end) == Some(true) {
        let name = name(&run[shown.end]);
        return Some(format!("a tie: {name} comes after the last line shown with the same {metric}"));
    }
    let before = shown.start.checked_sub(1)?;
    (equal(before, shown.start) == Some(true))
        .then(|| format!("a tie: {} comes before the first line shown with the same {metric}", name(&run[before])))
}
