//! The statement's rows, sorted into groups, time buckets and windows.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use catalog::{Decimal, Rows, Value};
use jiff::civil::Date;

use super::model::Facts;
use crate::lower::Layout;
use crate::semantic::{Aggregation, Amount, OverTime};
use crate::units;

/// The bases of one group in one bucket of one window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// One value per base of the plan.
    pub bases: Vec<Option<Decimal>>,
    /// A largest or smallest value that is no number.
    pub other: Vec<Option<Value>>,
    /// Rows behind it.
    pub rows: u64,
}

/// A group: the values of its dimensions, all columns of them.
pub type Group = Vec<Value>;

/// All cells.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// Groups in the order of their first appearance.
    pub groups: Vec<Group>,
    /// By group, window and first day of the bucket (none without a series).
    pub cells: HashMap<(usize, usize), BTreeMap<Option<Date>, Cell>>,
    /// Rows of the database behind all cells.
    pub rows: u64,
}

/// Sorts the rows.
pub fn gather(plan: &Aggregation, layout: &Layout, rows: &Rows, facts: Facts) -> Cells {
    let mut gathered = Cells::default();
    let mut index: HashMap<String, usize> = HashMap::new();
    let width =
        layout.dimensions.last().map_or(0, |(_, end)| *end) - layout.dimensions.first().map_or(0, |(start, _)| *start);
    let start = layout.dimensions.first().map_or(0, |(start, _)| *start);
    for row in &rows.rows {
        let group: Group = row[start..start + width].to_vec();
        let key = format!("{group:?}");
        let at = *index.entry(key).or_insert_with(|| {
            gathered.groups.push(group);
            gathered.groups.len() - 1
        });
        let window = layout
            .window
            .and_then(|i| row[i].to_decimal())
            .and_then(|d| bigdecimal::ToPrimitive::to_usize(&d))
            .unwrap_or(0);
        let bucket = layout.bucket.and_then(|i| row[i].to_day());
        if layout.bucket.is_some() && bucket.is_none() {
            continue;
        }
        let cell = gathered.cells.entry((at, window)).or_default().entry(bucket).or_default();
        add(plan, layout, row, cell, facts);
    }
    gathered.rows = gathered.cells.values().flat_map(|c| c.values()).map(|c| c.rows).sum();
    accumulate(plan, &mut gathered, facts);
    gathered
}

/// Adds one row to a cell; legs fill different bases of the same cell.
fn add(plan: &Aggregation, layout: &Layout, row: &[Value], cell: &mut Cell, facts: Facts) {
    cell.bases.resize(plan.bases.len(), None);
    cell.other.resize(plan.bases.len(), None);
    let rows = row[layout.rows].to_decimal().and_then(|d| bigdecimal::ToPrimitive::to_u64(&d)).unwrap_or(0);
    cell.rows += rows;
    for (i, base) in plan.bases.iter().enumerate() {
        let value = &row[layout.bases + i];
        let scaled =
            facts.scaled && !base.whole && matches!(base.amount, Amount::Sum(_) | Amount::Negated(_) | Amount::Net(..));
        let full = |number: Decimal| if base.power == 0 { number } else { units::in_full(number, base.power) };
        match (value.to_decimal().or_else(|| text_number(value)), base.scale) {
            (Some(number), Some(scale)) if scaled => cell.bases[i] = Some(full(unscale(number, scale))),
            (Some(number), _) => cell.bases[i] = Some(full(number)),
            (None, _) if !value.is_null() => cell.other[i] = Some(value.clone()),
            (None, _) => {}
        }
    }
    // A sum over rows of which none qualifies is zero, as long as there were rows at all.
    for (i, base) in plan.bases.iter().enumerate() {
        let additive = matches!(base.amount, Amount::Sum(_) | Amount::Negated(_) | Amount::Net(..));
        if additive && rows > 0 && cell.bases[i].is_none() {
            cell.bases[i] = Some(Decimal::from(0));
        }
    }
}

/// Sums of numbers that the engine keeps as text.
fn text_number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Text(text) => Decimal::from_str(text.trim()).ok(),
        _ => None,
    }
}

/// Back from units of 10^-scale.
fn unscale(units: Decimal, scale: u32) -> Decimal {
    let (digits, exponent) = units.into_bigint_and_exponent();
    Decimal::new(digits, exponent + i64::from(scale))
}

/// Balances that are the sum of all movements to date are carried from bucket to bucket.
fn accumulate(plan: &Aggregation, cells: &mut Cells, facts: Facts) {
    let running: Vec<usize> = (0..plan.bases.len()).filter(|i| plan.bases[*i].over_time == OverTime::Running).collect();
    let Some(grain) = plan.cut.filter(|_| !running.is_empty()) else { return };
    for buckets in cells.cells.values_mut() {
        fill_gaps(buckets, grain, plan, facts);
        let mut sums = vec![Decimal::from(0); plan.bases.len()];
        let mut before = None;
        for (bucket, cell) in buckets.iter_mut() {
            cell.bases.resize(plan.bases.len(), None);
            for i in &running {
                // Planning saw to it that such days begin buckets.
                let begins = |day: &&Date| Some(**day) <= *bucket && Some(**day) > before;
                if plan.bases[*i].anew.iter().any(|day| begins(&day)) {
                    sums[*i] = Decimal::from(0);
                }
                if let Some(movement) = &cell.bases[*i] {
                    sums[*i] += movement;
                }
                cell.bases[*i] = Some(sums[*i].clone());
            }
            before = *bucket;
        }
    }
}

/// A balance exists in a bucket without movements too.
fn fill_gaps(buckets: &mut BTreeMap<Option<Date>, Cell>, grain: sql::Grain, plan: &Aggregation, facts: Facts) {
    let Some(first) = buckets.keys().flatten().next().copied() else { return };
    let last = plan.windows.iter().filter_map(|w| w.period.as_ref()).map(|p| p.span.last()).max();
    let last = last.unwrap_or(facts.today).min(facts.today);
    let span = crate::calendar::Span { from: first, to: crate::calendar::Span::day(last).to };
    for bucket in plan.calendar.buckets(span, grain) {
        buckets.entry(Some(plan.calendar.bucket_start(bucket.from, grain))).or_default();
    }
}
