//! Grouping and adding.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Decimal;
use jiff::civil::Date;

use super::cut::{Grain, label};
use super::facts::{self, Fact, Source};
use super::measures::{Measure, Nature, counts, find};
use super::slice::{Row, Slice};
use crate::company::Company;
use crate::company::calendar::{END, START, plus_days};
use crate::error::Error;
use crate::money::decimal;

type Groups = BTreeMap<Vec<String>, i128>;

/// Words of a measure, in a question that was checked.
struct Cut<'a> {
    company: &'a Company,
    measure: &'static Measure,
    by: &'a [&'a str],
    grain: Option<Grain>,
    /// Dimension and its accepted values, in lower case.
    filters: BTreeMap<&'a str, Vec<String>>,
    from: Date,
    /// The day after the last.
    to: Date,
}

/// A measure by dimensions, sorted by label.
pub(super) fn measure(company: &Company, name: &str, slice: &Slice, by: &[&str]) -> Result<Vec<Row>, Error> {
    let measure = find(name).ok_or_else(|| Error::UnknownMeasure { name: name.to_owned() })?;
    let mut filters: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (dimension, value) in &slice.filters {
        filters.entry(dimension).or_default().push(value.to_lowercase());
    }
    check(measure, by, &filters)?;
    // Budgets reach beyond the last booked day.
    let end = if measure.source == Source::Budget { Date::MAX } else { plus_days(END, 1) };
    let cut = Cut {
        company,
        measure,
        by,
        grain: by.iter().find_map(|d| Grain::parse(d)),
        filters,
        from: slice.from.unwrap_or(Date::MIN),
        to: slice.to.unwrap_or(end),
    };
    let mut groups = match measure.nature {
        Nature::Flow => flow(&cut),
        Nature::Distinct => distinct(&cut),
        Nature::Snapshot => snapshot(&cut),
        Nature::Balance => balance(&cut),
    };
    if by.is_empty() {
        groups.entry(Vec::new()).or_insert(0);
    } else if measure.nature == Nature::Balance {
        groups.retain(|_, value| *value != 0);
    }
    Ok(groups
        .into_iter()
        .map(|(labels, units)| (labels, decimal(units, measure.digits)))
        .collect::<Vec<(Vec<String>, Decimal)>>())
}

fn check(measure: &Measure, by: &[&str], filters: &BTreeMap<&str, Vec<String>>) -> Result<(), Error> {
    let known = facts::dimensions(measure.source);
    let dated = facts::has_dates(measure.source);
    let (grains, plain): (Vec<&str>, Vec<&str>) = by.iter().partition(|d| dated && Grain::parse(d).is_some());
    if let [first, second, ..] = grains.as_slice() {
        return Err(Error::TwoGrains { first: (*first).to_owned(), second: (*second).to_owned() });
    }
    if let Some(name) = plain.iter().chain(filters.keys()).find(|d| !known.contains(d)) {
        return Err(Error::UnknownDimension { measure: measure.name.to_owned(), name: (*name).to_owned() });
    }
    let one_version = by.contains(&"version") || filters.get("version").is_some_and(|values| values.len() == 1);
    if measure.source == Source::Budget && !one_version {
        return Err(Error::NoVersion { measure: measure.name.to_owned() });
    }
    Ok(())
}

/// Facts that pass the filters and count by their status, with what they add. `at` is the balance date.
fn taken<'a>(cut: &'a Cut<'_>, facts: &'a [Fact], at: Date) -> impl Iterator<Item = (&'a Fact, i64)> {
    let by_status = cut.by.contains(&"status") || cut.filters.contains_key("status");
    let passes = move |fact: &Fact| {
        cut.filters.iter().all(|(dimension, values)| {
            let label = label(cut.company, dimension, fact, at).to_lowercase();
            values.contains(&label)
        })
    };
    let counted = facts.iter().filter(move |fact| by_status || counts(fact));
    counted.filter_map(move |fact| Some((fact, (cut.measure.take)(fact)?))).filter(move |(fact, _)| passes(fact))
}

/// Labels of a fact; the time grain's label is `bucket`.
fn labels(cut: &Cut<'_>, fact: &Fact, bucket: Date, at: Date) -> Vec<String> {
    let of = |dimension: &&str| match Grain::parse(dimension) {
        Some(_) => bucket.to_string(),
        None => label(cut.company, dimension, fact, at).into_owned(),
    };
    cut.by.iter().map(of).collect()
}

fn bucket(cut: &Cut<'_>, day: Date) -> Date {
    cut.grain.map_or(day, |grain| grain.start(day))
}

fn within(cut: &Cut<'_>, facts: Vec<Fact>) -> Vec<Fact> {
    let dated = facts::has_dates(cut.measure.source);
    facts.into_iter().filter(|f| !dated || f.day >= cut.from && f.day < cut.to).collect()
}

fn flow(cut: &Cut<'_>) -> Groups {
    let facts = within(cut, facts::of(cut.company, cut.measure.source));
    let mut groups = Groups::new();
    for (fact, value) in taken(cut, &facts, END) {
        *groups.entry(labels(cut, fact, bucket(cut, fact.day), END)).or_insert(0) += i128::from(value);
    }
    groups
}

fn distinct(cut: &Cut<'_>) -> Groups {
    let facts = within(cut, facts::of(cut.company, cut.measure.source));
    let mut seen: BTreeMap<Vec<String>, BTreeSet<i64>> = BTreeMap::new();
    for (fact, id) in taken(cut, &facts, END) {
        seen.entry(labels(cut, fact, bucket(cut, fact.day), END)).or_default().insert(id);
    }
    seen.into_iter().map(|(labels, ids)| (labels, ids.len() as i128)).collect()
}

/// The last snapshot of each bucket; without a time grain the last one before the end of the slice.
fn snapshot(cut: &Cut<'_>) -> Groups {
    let all = facts::of(cut.company, cut.measure.source);
    let shown = |day: Date| day < cut.to && (cut.grain.is_none() || day >= cut.from);
    let group = |day: Date| cut.grain.map_or(Date::MIN, |grain| grain.start(day));
    let mut last: BTreeMap<Date, Date> = BTreeMap::new();
    for fact in all.iter().filter(|f| shown(f.day)) {
        let day = last.entry(group(fact.day)).or_insert(fact.day);
        *day = fact.day.max(*day);
    }
    let facts: Vec<Fact> =
        all.into_iter().filter(|f| shown(f.day) && last.get(&group(f.day)) == Some(&f.day)).collect();
    let mut groups = Groups::new();
    for (fact, value) in taken(cut, &facts, END) {
        *groups.entry(labels(cut, fact, bucket(cut, fact.day), fact.day)).or_insert(0) += i128::from(value);
    }
    groups
}

/// The balance at the end of each bucket; without a time grain at the end of the slice.
fn balance(cut: &Cut<'_>) -> Groups {
    let mut facts = facts::of(cut.company, cut.measure.source);
    facts.retain(|f| f.day < cut.to);
    facts.sort_by_key(|f| f.day);
    let Some(grain) = cut.grain else {
        return balance_at(cut, &facts, Date::MIN, plus_days(cut.to, -1));
    };
    let mut groups = Groups::new();
    let last = cut.to.min(plus_days(END, 1));
    let mut start = grain.start(cut.from.max(START));
    while start < last {
        let at = plus_days(grain.next(start).min(last), -1);
        groups.append(&mut balance_at(cut, &facts, start, at));
        start = grain.next(start);
    }
    groups
}

/// The balance at the end of a day, of facts sorted by day. Cost: one pass over those up to it.
fn balance_at(cut: &Cut<'_>, facts: &[Fact], bucket: Date, at: Date) -> Groups {
    let mut groups = Groups::new();
    let past = &facts[..facts.partition_point(|f| f.day <= at)];
    for (fact, value) in taken(cut, past, at) {
        *groups.entry(labels(cut, fact, bucket, at)).or_insert(0) += i128::from(value);
    }
    groups
}
