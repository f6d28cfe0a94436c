//! The answer's table: one line per group and bucket, windows side by side.

use std::collections::{BTreeSet, HashMap};

use bigdecimal::Zero;
use catalog::{Decimal, ResultColumn, TypeKind, Unit, Value};
use jiff::civil::Date;
use meaning::ontology::Nature;
use sql::Grain;

use super::arithmetic::{compound, compute, favourable, growth, quotient};
use super::cells::{Cell, Cells};
use super::lines::{Line, filter, keep, of_dimension, sort};
use super::model::{ColumnKind, Facts, Finished, RowGroup};
use super::rolling;
use crate::calendar::{Calendar, Span, noun};
use crate::intent::Derived;
use crate::lower::Layout;
use crate::semantic::{Aggregation, Measure, Only, OverTime, Part};

/// Lays the cells out.
pub fn lay_out(plan: &Aggregation, layout: &Layout, cells: Cells, facts: Facts) -> Finished {
    let calendar = plan.calendar;
    let mut finished = Finished { rows_used: cells.rows, ..Finished::default() };
    let mut lines = match plan.cut {
        Some(grain) => series_lines(plan, &cells, &calendar, grain),
        None => group_lines(plan, &cells),
    };
    // Buckets before the first one asked for only fill a moving window.
    lines.retain(|line| line.bucket >= plan.shown_from || plan.shown_from.is_none());
    filter(plan, layout, &cells, &mut lines, &mut finished);
    if plan.limit.is_some() && plan.ranks.within.is_none() {
        drop_incomplete(plan, &mut lines, &calendar, facts, &mut finished);
    }
    sort(plan, layout, &cells, &mut lines);
    let totals = totals(plan, &lines);
    if let Some(only) = &plan.only {
        lines.retain(|line| is_shown(layout, &cells, line, only));
    }
    keep(plan, layout, &cells, &mut lines, &mut finished);
    mark_incomplete(plan, &lines, &calendar, facts, &mut finished);
    headings(plan, layout, &mut finished);
    let sheet = Sheet { plan, layout, cells: &cells, lines: &lines, totals, calendar: &calendar };
    finished.rows.rows = (0..lines.len()).map(|i| sheet.row(i, &finished.incomplete)).collect();
    let group = |line: &Line| RowGroup { values: cells.groups[line.group].clone(), bucket: line.bucket };
    finished.groups = lines.iter().map(group).collect();
    finished
}

/// Whether a line belongs to the groups that are shown beside the total over all.
fn is_shown(layout: &Layout, cells: &Cells, line: &Line, only: &Only) -> bool {
    of_dimension(layout, cells, line, only.dimension).iter().any(|value| only.values.contains(value))
}

fn group_lines(plan: &Aggregation, cells: &Cells) -> Vec<Line> {
    let line = |group: usize| {
        let values = plan.windows.iter().enumerate().map(|(window, w)| {
            let cell = cells.cells.get(&(group, window)).and_then(|c| c.get(&None));
            measures(plan, cell, w.period.as_ref().map(|p| p.span))
        });
        Line { group, bucket: None, values: values.collect() }
    };
    (0..cells.groups.len()).map(line).collect()
}

/// One line per group and bucket of the first window; the n-th bucket of another window stands beside.
fn series_lines(plan: &Aggregation, cells: &Cells, calendar: &Calendar, grain: Grain) -> Vec<Line> {
    let spines: Vec<Vec<Span>> = (0..plan.windows.len()).map(|w| spine(plan, cells, calendar, grain, w)).collect();
    let longest = spines.iter().map(Vec::len).max().unwrap_or(0);
    let mut lines = Vec::new();
    for group in 0..cells.groups.len() {
        for n in 0..longest {
            let mut values = Vec::new();
            for (window, spine) in spines.iter().enumerate() {
                let found = spine.get(n).map(|span| {
                    let start = calendar.bucket_start(span.from, grain);
                    let cell = cells.cells.get(&(group, window)).and_then(|c| c.get(&Some(start)));
                    measures(plan, cell.or(Some(&Cell::default())), Some(*span))
                });
                values.push(found.unwrap_or_else(|| vec![None; plan.measures.len()]));
            }
            let bucket = spines[0].get(n).map(|s| s.from);
            lines.push(Line { group, bucket, values });
        }
    }
    // A group that has nothing at all in a bucket is not shown beside other groups.
    if !plan.dimensions.is_empty() {
        lines.retain(|l| {
            l.values.iter().flatten().any(|v| v.as_ref().is_some_and(|v| v.to_decimal().is_some_and(|d| !d.is_zero())))
        });
    }
    lines
}

/// The buckets of a window: all of its days, or from the first to the last with data.
fn spine(plan: &Aggregation, cells: &Cells, calendar: &Calendar, grain: Grain, window: usize) -> Vec<Span> {
    let days: BTreeSet<Date> =
        cells.cells.iter().filter(|((_, w), _)| *w == window).flat_map(|(_, c)| c.keys().flatten().copied()).collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let data = Span { from: *first, to: calendar.bucket(*last, grain).to };
    let asked = plan.windows[window].period.as_ref().map(|p| p.span);
    let span = match asked {
        // Days before the first and after the last data are no zeros: nobody loaded them.
        Some(span) => span.clip(&data).unwrap_or(Span { from: *first, to: *first }),
        None => data,
    };
    calendar.buckets(span, grain)
}

/// All measures of a cell. A flow without rows in a bucket is zero; a balance is unknown.
fn measures(plan: &Aggregation, cell: Option<&Cell>, span: Option<Span>) -> Vec<Option<Value>> {
    let Some(cell) = cell else { return vec![None; plan.measures.len()] };
    let mut bases = cell.bases.clone();
    bases.resize(plan.bases.len(), None);
    if plan.cut.is_some() {
        for (i, base) in plan.bases.iter().enumerate() {
            let flows = base.over_time == OverTime::Sum
                && !matches!(base.amount, crate::semantic::Amount::Max(_) | crate::semantic::Amount::Min(_));
            if flows && bases[i].is_none() {
                bases[i] = Some(Decimal::zero());
            }
        }
    }
    let days = span.filter(|s| !s.opens_early() && !s.opens_late()).map(|s| s.days());
    let value = |measure: &Measure| match (&measure.calc, compute(&measure.calc, &bases, days)) {
        (_, Some(number)) => Some(Value::Decimal(number)),
        (crate::semantic::Calc::Base(i), None) => cell.other.get(*i).cloned().flatten(),
        _ => None,
    };
    plan.measures.iter().map(value).collect()
}

/// Whether a bucket has not ended, or is cut off by the days asked for.
fn is_incomplete(plan: &Aggregation, start: Date, calendar: &Calendar, facts: Facts, grain: Grain) -> bool {
    let bucket = calendar.bucket(start, grain);
    let over = bucket.last() <= facts.today;
    let cut = plan.windows[0].period.as_ref().is_some_and(|p| p.span.to < bucket.to && !p.span.opens_late());
    !over || cut
}

/// A bucket that is not over is no match for full ones: it has no rank among them.
fn drop_incomplete(plan: &Aggregation, lines: &mut Vec<Line>, calendar: &Calendar, facts: Facts, out: &mut Finished) {
    let Some(grain) = plan.cut.filter(|_| !plan.bases.iter().all(|b| b.plan)) else { return };
    let unfit = |line: &Line| line.bucket.is_some_and(|b| is_incomplete(plan, b, calendar, facts, grain));
    let mut labels: Vec<String> = lines
        .iter()
        .filter(|l| unfit(l))
        .filter_map(|l| Some(calendar.label(calendar.bucket(l.bucket?, grain), grain)))
        .collect();
    labels.dedup();
    if !labels.is_empty() {
        out.warnings.push(format!("{} is not over and has no rank", labels.join(", ")));
        lines.retain(|line| !unfit(line));
    }
}

fn mark_incomplete(plan: &Aggregation, lines: &[Line], calendar: &Calendar, facts: Facts, finished: &mut Finished) {
    let Some(grain) = plan.cut.filter(|_| !plan.bases.iter().all(|b| b.plan)) else { return };
    let mut labels: Vec<String> = Vec::new();
    for start in lines.iter().filter_map(|l| l.bucket) {
        if is_incomplete(plan, start, calendar, facts, grain) {
            labels.push(calendar.label(calendar.bucket(start, grain), grain));
        }
    }
    labels.dedup();
    if !labels.is_empty() {
        finished.warnings.push(format!("{} is not complete", labels.join(", ")));
        finished.incomplete = labels;
    }
}

fn headings(plan: &Aggregation, layout: &Layout, finished: &mut Finished) {
    let mut push = |name: String, ty: TypeKind, unit: Option<Unit>, kind: ColumnKind| {
        finished.rows.columns.push(ResultColumn { name, ty, unit });
        finished.kinds.push(kind);
    };
    let text = TypeKind::Text { length: None };
    let decimal = TypeKind::Decimal { precision: None, scale: None };
    if let Some(grain) = plan.cut {
        push(noun(grain).to_owned(), text, None, ColumnKind::Period);
    }
    for (dimension, (start, end)) in plan.dimensions.iter().zip(&layout.dimensions) {
        for (_, column) in shown(dimension, *start, *end) {
            let name = if dimension.shown.len() == 1 { dimension.name.clone() } else { column };
            push(name, text, None, ColumnKind::Dimension);
        }
    }
    let compared = plan.windows.len() > 1;
    for measure in plan.measures.iter().filter(|m| !m.hidden) {
        let unit = Some(measure.unit.clone());
        for (w, window) in plan.windows.iter().enumerate() {
            let name = if compared { format!("{} ({})", measure.name, window.name) } else { measure.name.clone() };
            push(name, decimal, unit.clone(), if w == 0 { kind_of(measure.part) } else { ColumnKind::Compared });
        }
        if measure.part == Part::VarianceShare {
            push(measure.name.replace("variance %", "favourable"), text, None, ColumnKind::Assessment);
        }
        if plan.windows.len() == 2 {
            let points = measure.unit == Unit::Share;
            push(
                if points { "change (points)".into() } else { "change".into() },
                decimal,
                unit.clone(),
                ColumnKind::Change,
            );
            if measure.nature != Nature::Ratio {
                push("change %".into(), decimal, Some(Unit::Share), ColumnKind::ChangeShare);
            }
        }
        match plan.derived {
            Some(Derived::Share) => push("share of total".into(), decimal, Some(Unit::Share), ColumnKind::Share),
            Some(Derived::Cumulative) => {
                push(format!("cumulative {}", measure.name), decimal, unit, ColumnKind::Cumulative)
            }
            Some(Derived::ToDate) => {
                push(format!("{} year to date", measure.name), decimal, unit, ColumnKind::Cumulative)
            }
            Some(Derived::Growth) if plan.windows.len() == 1 => {
                push("growth".into(), decimal, Some(Unit::Share), ColumnKind::ChangeShare)
            }
            Some(Derived::Rolling { width, mean }) if plan.windows.len() == 1 => {
                push(rolling::heading(plan, measure, width, mean), decimal, unit, ColumnKind::Rolling)
            }
            Some(Derived::Compound { .. }) => push("CAGR".into(), decimal, Some(Unit::Share), ColumnKind::ChangeShare),
            _ => {}
        }
    }
}

fn kind_of(part: Part) -> ColumnKind {
    match part {
        Part::Asked => ColumnKind::Measure,
        Part::Plan => ColumnKind::Compared,
        Part::Variance => ColumnKind::Change,
        Part::VarianceShare => ColumnKind::ChangeShare,
    }
}

/// Positions and names of a dimension's shown columns.
fn shown(dimension: &crate::semantic::Dimension, start: usize, end: usize) -> Vec<(usize, String)> {
    let all = crate::lower::columns_of(dimension);
    let position = |column: &catalog::ColumnRef| all.iter().position(|c| *c == column).map(|i| start + i);
    let found = dimension.shown.iter().filter_map(|c| position(c).map(|p| (p, c.column.clone())));
    found.filter(|(p, _)| *p < end).collect()
}

/// Totals of the measures over all groups, by bucket, before any line was cut off.
fn totals(plan: &Aggregation, lines: &[Line]) -> HashMap<(Option<Date>, usize), Decimal> {
    let mut totals = HashMap::new();
    for line in lines {
        for m in 0..plan.measures.len() {
            if let Some(number) = line.values[0][m].as_ref().and_then(Value::to_decimal) {
                *totals.entry((whole(plan, line), m)).or_insert_with(Decimal::zero) += number;
            }
        }
    }
    totals
}

/// The bucket whose lines make up a whole: without groups, all buckets do.
fn whole(plan: &Aggregation, line: &Line) -> Option<Date> {
    line.bucket.filter(|_| !plan.dimensions.is_empty())
}

/// All lines, ready to be written down.
struct Sheet<'s> {
    plan: &'s Aggregation,
    layout: &'s Layout,
    cells: &'s Cells,
    lines: &'s [Line],
    totals: HashMap<(Option<Date>, usize), Decimal>,
    calendar: &'s Calendar,
}

impl Sheet<'_> {
    fn label(&self, bucket: Date, grain: Grain) -> String {
        self.calendar.label(self.calendar.bucket(bucket, grain), grain)
    }

    fn row(&self, i: usize, incomplete: &[String]) -> Vec<Value> {
        let (plan, line) = (self.plan, &self.lines[i]);
        let mut row = Vec::new();
        if let Some(grain) = plan.cut {
            row.push(line.bucket.map_or(Value::Null, |b| Value::Text(self.label(b, grain))));
        }
        let offset = self.layout.dimensions.first().map_or(0, |(start, _)| *start);
        for (dimension, (start, end)) in plan.dimensions.iter().zip(&self.layout.dimensions) {
            let group = &self.cells.groups[line.group];
            row.extend(shown(dimension, *start, *end).into_iter().map(|(p, _)| group[p - offset].clone()));
        }
        for (m, measure) in plan.measures.iter().enumerate().filter(|(_, m)| !m.hidden) {
            row.extend(line.values.iter().map(|window| window[m].clone().unwrap_or(Value::Null)));
            if measure.part == Part::VarianceShare {
                // The variance itself stands just before its share.
                let variance = m.checked_sub(1).and_then(|v| line.values[0][v].as_ref()).and_then(Value::to_decimal);
                let word = variance.and_then(|v| favourable(&v, measure.better));
                row.push(word.map_or(Value::Null, Value::from));
            }
            if plan.windows.len() == 2 {
                row.extend(changes(measure, line, m));
            }
            let value = self.derived(i, m, incomplete);
            row.extend(value.map(|v| v.map_or(Value::Null, Value::Decimal)));
        }
        row
    }

    /// The further calculation over a line, where one is asked for; the inner none is "not meaningful".
    fn derived(&self, i: usize, m: usize, incomplete: &[String]) -> Option<Option<Decimal>> {
        let number = |line: &Line| line.values[0][m].as_ref().and_then(Value::to_decimal);
        let (plan, line) = (self.plan, &self.lines[i]);
        match plan.derived? {
            Derived::Share => {
                let total = self.totals.get(&(whole(plan, line), m));
                Some(number(line).zip(total).and_then(|(n, total)| quotient(&n, total)))
            }
            Derived::Cumulative => {
                let before = self.lines[..=i].iter().filter(|l| l.group == line.group || plan.cut.is_none());
                Some(Some(before.filter_map(number).sum()))
            }
            Derived::ToDate => {
                let value = |bucket| rolling::to_date(plan, (self.cells, self.calendar), line.group, bucket, m);
                Some(line.bucket.and_then(value))
            }
            Derived::Growth if plan.windows.len() == 1 => {
                // A bucket that is not over is no match for a full one.
                let over = line.bucket.zip(plan.cut).is_none_or(|(b, g)| !incomplete.contains(&self.label(b, g)));
                let before = self.lines[..i].iter().rev().find(|l| over && l.group == line.group);
                Some(before.and_then(number).zip(number(line)).and_then(|(a, b)| growth(&a, &b)))
            }
            Derived::Growth => None,
            Derived::Rolling { width, mean } if plan.windows.len() == 1 => {
                let whole = line.bucket.zip(plan.cut).is_some_and(|(b, g)| !incomplete.contains(&self.label(b, g)));
                let window = rolling::Window { cells: self.cells, calendar: self.calendar, width, mean };
                Some(
                    line.bucket
                        .filter(|_| whole)
                        .and_then(|bucket| rolling::value(plan, window, line.group, bucket, m)),
                )
            }
            Derived::Rolling { .. } => None,
            Derived::Compound { years } => {
                let then = line.values.get(1).and_then(|v| v[m].as_ref()).and_then(Value::to_decimal);
                Some(number(line).zip(then).and_then(|(now, then)| compound(&then, &now, years)))
            }
        }
    }
}

fn changes(measure: &Measure, line: &Line, m: usize) -> Vec<Value> {
    let number = |window: usize| line.values[window][m].as_ref().and_then(Value::to_decimal);
    let (now, then) = (number(0), number(1));
    let change = now.as_ref().zip(then.as_ref()).map(|(a, b)| a - b);
    let mut values = vec![change.map_or(Value::Null, Value::Decimal)];
    if measure.nature != Nature::Ratio {
        let share = now.as_ref().zip(then.as_ref()).and_then(|(a, b)| growth(b, a));
        values.push(share.map_or(Value::Null, Value::Decimal));
    }
    values
}
