//! One period, however it is said: a name, a date, a relative period, or a part of one of these.

use sql::Grain;

use super::absolute::name;
use super::compact::written_date;
use super::fiscal::{Basis, noun};
use super::names::{Hint, Name, Part, YearName, one_day, resolve};
use super::period::{Period, follows_year};
use super::reader::{Reader, Reading};
use super::relative::{amount, relative};
use super::span::{Span, add_days};
use super::words;

/// A period that is resolved, or a name whose year depends on its neighbours.
#[derive(Clone, Debug)]
pub enum Atom {
    /// A name, with or without a year.
    Named(Name),
    /// A period that stands.
    Ready(Reading),
}

impl Atom {
    /// The year it names, if it is a name with one.
    pub fn year(&self) -> Option<YearName> {
        match self {
            Atom::Named(name) => name.year,
            Atom::Ready(_) => None,
        }
    }

    /// Whether it is a name that waits for a year.
    pub fn open(&self) -> bool {
        matches!(self, Atom::Named(name) if name.year.is_none())
    }

    /// The same with that year, if it waits for one.
    pub fn in_year(&self, year: YearName) -> Atom {
        match self {
            Atom::Named(name) if name.year.is_none() => Atom::Named(Name { year: Some(year), ..*name }),
            other => other.clone(),
        }
    }

    /// Its period; the hint says where to look for a year that is not said.
    pub fn resolve(&self, reader: &Reader, hint: Hint) -> Option<Reading> {
        match self {
            Atom::Named(name) => resolve(reader, name, hint),
            Atom::Ready(reading) => Some(reading.clone()),
        }
    }
}

type Form = fn(&Reader, usize) -> Option<(Atom, usize)>;

const FORMS: &[Form] = &[simple, part_of, ended];

/// The longest atom at that place.
pub fn atom(reader: &Reader, at: usize) -> Option<(Atom, usize)> {
    let mut best: Option<(Atom, usize)> = None;
    for form in FORMS {
        if let Some((found, end)) = form(reader, at)
            && best.as_ref().is_none_or(|(_, longest)| end > *longest)
        {
            best = Some((found, end));
        }
    }
    best
}

fn simple(reader: &Reader, at: usize) -> Option<(Atom, usize)> {
    let ready = |(reading, end)| (Atom::Ready(reading), end);
    let named = name(reader, at).map(|(name, end)| (Atom::Named(name), end));
    let mut found =
        [written_date(reader, at).map(ready), relative(reader, at).map(ready), named, turned_name(reader, at)];
    let longest = found.iter().flatten().map(|(_, end)| *end).max()?;
    found.iter_mut().find(|found| found.as_ref().is_some_and(|(_, end)| *end == longest))?.take()
}

/// `last March`, `this Q2`, `next January`.
fn turned_name(reader: &Reader, at: usize) -> Option<(Atom, usize)> {
    let turn = words::turn(reader.word(at))?;
    let (name, end) = name(reader, at + 1).filter(|(name, _)| name.year.is_none() && name.part != Part::Year)?;
    let reading = match turn {
        0 => resolve(reader, &Name { year: Some(YearName::Turn(0, Basis::Books)), ..name }, Hint::Begun),
        1 => resolve(reader, &name, Hint::From(reader.tomorrow())),
        _ => resolve(reader, &name, Hint::Over),
    }?;
    Some((Atom::Ready(reading), end))
}

/// `first two months of 2025`, `last quarter of 2024`, `final week of March`.
fn part_of(reader: &Reader, at: usize) -> Option<(Atom, usize)> {
    let late = match reader.word(at) {
        "first" | "opening" => false,
        "last" | "final" | "closing" => true,
        _ => return None,
    };
    let (count, grain, _, next) = match amount(reader, at + 1) {
        Some(found) => found,
        None => reader.unit(at + 1).map(|(grain, basis, end)| (1, grain, basis, end))?,
    };
    let next = reader.skip(reader.phrase(next, &["of", "in"])?, &["the"]);
    let (whole, end) = match simple(reader, next) {
        Some((atom, end)) => (atom.resolve(reader, Hint::Begun)?, end),
        None => plain_unit(reader, next)?,
    };
    cut(reader, whole, grain, count, late).map(|reading| (Atom::Ready(reading), end))
}

/// `the year`, `the quarter`: the current one.
pub fn plain_unit(reader: &Reader, at: usize) -> Option<(Reading, usize)> {
    let (grain, basis, end) = reader.unit(at)?;
    let reading =
        reader.by_basis(grain, basis, |basis| Some(reader.calendar.unit(reader.today, grain, basis, reader.today)))?;
    Some((reading, end))
}

/// The first or last `count` units inside of a period.
fn cut(reader: &Reader, whole: Reading, grain: Grain, count: i32, late: bool) -> Option<Reading> {
    let count = usize::try_from(count).ok()?;
    let part = |period: &Period| -> Option<Period> {
        let basis = if period.fiscal { Basis::Books } else { Basis::Calendar };
        let span = period.span;
        if span.opens_early() || span.opens_late() || period.grain.is_some_and(|outer| outer < grain) {
            return None;
        }
        if grain == Grain::Week {
            return seven_days(reader, period, count, late);
        }
        let pieces = reader.calendar.counting(basis).buckets(span, grain);
        let chosen = if late { pieces.get(pieces.len().checked_sub(count)?..)? } else { pieces.get(..count)? };
        let span = Span { from: chosen.first()?.from, to: chosen.last()?.to };
        let words = if late { "last" } else { "first" };
        let name = match count {
            1 => format!("{words} {} of {}", noun(grain), period.name()),
            _ => format!("{words} {count} {}s of {}", noun(grain), period.name()),
        };
        let fiscal = period.fiscal && follows_year(grain);
        Some(Period { fiscal, ..Period::named(&name, span, Some(grain)) }.seen_on(reader.today))
    };
    let period = part(&whole.period)?;
    let alternatives =
        whole.alternatives.iter().filter_map(|(_, other)| part(other)).map(|other| (other.label.clone(), other));
    Some(Reading { period, alternatives: alternatives.collect(), assumption: whole.assumption.clone() })
}

/// The first or last week of a month is seven days of it: calendar weeks do not keep to months.
fn seven_days(reader: &Reader, period: &Period, count: usize, late: bool) -> Option<Period> {
    let days = i64::try_from(count).ok()? * 7;
    let Span { from, to } = period.span;
    let span = if late { Span { from: add_days(to, -days), to } } else { Span { from, to: add_days(from, days) } };
    let name = format!("{} {days} days of {}", if late { "last" } else { "first" }, period.name());
    (days <= period.span.days()).then(|| Period::named(&name, span, Some(Grain::Day)).seen_on(reader.today))
}

/// `year ended 31 March 2025`, `12 months to June 2025`, `quarter ending June`.
fn ended(reader: &Reader, at: usize) -> Option<(Atom, usize)> {
    let counted = amount(reader, at).filter(|(count, ..)| *count < 1200);
    let (count, grain, _, next) = match counted {
        Some(found) => found,
        None => reader.unit(at).map(|(grain, basis, end)| (1, grain, basis, end))?,
    };
    let links: &[&str] =
        if counted.is_some() { &["ended", "ending", "to", "through", "until"] } else { &["ended", "ending"] };
    let next = reader.skip(reader.phrase(next, links)?, &["on", "in", "at"]);
    let (last, end) = simple(reader, next)?;
    let last = last.resolve(reader, Hint::Over)?;
    let reading = last.map(|last| {
        let to = last.span.to;
        let from = reader.calendar.shift(to, grain, -count);
        let name = format!("{count} {}{} ended {}", noun(grain), if count == 1 { "" } else { "s" }, last.span.last());
        Period::named(&name, Span { from, to }, Some(grain)).seen_on(reader.today)
    });
    Some((Atom::Ready(reading), end))
}

/// `the end of Q2`, `start of 2024`: the last or first day of a period, and whether it is the last.
pub fn edge(reader: &Reader, at: usize, hint: Hint) -> Option<(Reading, bool, usize)> {
    let at = reader.skip(at, &["the"]);
    let late = match reader.word(at) {
        "end" | "close" => true,
        "start" | "beginning" | "opening" => false,
        _ => return None,
    };
    let next = reader.phrase(at + 1, &["of"])?;
    let next = reader.skip(next, &["the"]);
    let (reading, end) = match simple(reader, next) {
        Some((atom, end)) => (atom.resolve(reader, hint)?, end),
        None => plain_unit(reader, next)?,
    };
    let day = |period: Period| one_day(reader, if late { period.span.last() } else { period.span.from });
    Some((reading.map(day), late, end))
}
