//! Periods put together: lists, ranges, open ends.

use jiff::civil::Date;
use sql::Grain;

use super::atom::{Atom, atom, edge, plain_unit};
use super::fiscal::Basis;
use super::form::{Comparison, TimeForm};
use super::names::{Hint, Name, Part, YearName};
use super::period::Period;
use super::reader::{Match, Reader, Reading, join};

/// Words that may stand before a period without changing it.
pub const PREPOSITIONS: &[&str] = &["in", "for", "during", "within", "over", "throughout", "on", "of", "at", "across"];
const RANGE: &[&str] = &["to", "until", "till", "through", "thru", "up to", "and until", "to the", "through to"];
const COMPARED: &[&str] = &["vs", "versus", "against", "compared to", "compared with", "relative to", "over"];

/// `in 2024`, `Q1-Q3 2024`, `Q1 and Q3 2024`, `2022, 2023 and 2024`, `2022-2024`.
pub fn period(reader: &Reader, at: usize) -> Option<Match> {
    let start = reader.skip(reader.skip(at, PREPOSITIONS), &["the"]);
    let start = reader.phrase(start, &["month of", "quarter of", "year of", "week of"]).unwrap_or(start);
    if let Some(found) = year_range(reader, start) {
        return Some(found);
    }
    let (first, end) = atom(reader, start)?;
    let tail = range_tail(reader, &first, end);
    if let Some((last, to)) = tail {
        return join_range(reader, &first, &last, to);
    }
    let (atoms, end) = list(reader, first, end);
    let hinted = later_year(reader, end);
    let atoms = share_years(&atoms, hinted);
    let readings = resolve_all(reader, &atoms)?;
    Some(match <[Reading; 1]>::try_from(readings) {
        Ok([reading]) => one(reader, at, reading, end),
        Err(readings) => many(reader, readings, end),
    })
}

/// `for the month`, `in the quarter`: the current one.
pub fn the_unit(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.phrase(at, &["for the", "in the", "during the", "within the"])?;
    let (reading, end) = plain_unit(reader, next)?;
    let goes_on = &[
        "of", "end", "ended", "ending", "to", "over", "on", "by", "before", "after", "earlier", "ago", "close", "and",
    ];
    if reader.is(end, goes_on) || reader.word(end - 1).ends_with('s') {
        return None;
    }
    let words = format!("the current one: {}", reading.period.label);
    Some(reading.assuming(words).shape(end, TimeForm::Period))
}

/// One period; "from", "over" and "on" before a relative one may also ask for a comparison.
fn one(reader: &Reader, at: usize, reading: Reading, end: usize) -> Match {
    let change = reader.is(at, &["over", "on"]) && reader.tokens.len() > at + 1 && is_prior_unit(reader, at + 1);
    let grain = reading.period.grain;
    let found = reading.shape(end, TimeForm::Period);
    match grain.filter(|_| change) {
        Some(Grain::Year) => {
            found.or("the change since the same period last year", TimeForm::Compare(Comparison::PriorYear))
        }
        Some(grain) => found.or("the change since the one before", TimeForm::Compare(Comparison::PriorUnit(grain))),
        None => found,
    }
}

/// `last quarter`, `the previous year`: one unit back and no count.
pub fn is_prior_unit(reader: &Reader, at: usize) -> bool {
    let at = reader.skip(at, &["the"]);
    super::words::turn(reader.word(at)) == Some(-1) && reader.unit(at + 1).is_some()
}

fn many(reader: &Reader, readings: Vec<Reading>, end: usize) -> Match {
    let assumption = readings.iter().fold(None, |all, reading| join(all, reading.assumption.clone()));
    let other: Vec<Period> = readings.iter().map(other_or_main).collect();
    let main: Vec<Period> = readings.into_iter().map(|reading| reading.period).collect();
    let mut found = Match { end, form: TimeForm::Periods(main.clone()), alternatives: Vec::new(), assumption };
    if other != main {
        let labels: Vec<&str> = other.iter().map(|period| period.label.as_str()).collect();
        found = found.or(labels.join(" and "), TimeForm::Periods(other.clone()));
    }
    match <[Period; 2]>::try_from(main) {
        Ok([first, last]) if compares(reader, end) => between(first, last, found),
        _ => found,
    }
}

fn other_or_main(reading: &Reading) -> Period {
    reading.alternatives.first().map_or_else(|| reading.period.clone(), |(_, other)| other.clone())
}

/// Whether the question asks to compare what is named.
fn compares(reader: &Reader, end: usize) -> bool {
    (0..end).any(|at| reader.is(at, &["compare", "comparing", "comparison"]))
}

/// The comparison of two named periods takes the place of `found`, which stays as another reading.
fn between(first: Period, last: Period, found: Match) -> Match {
    let (base, current) = if first.span.from <= last.span.from { (first, last) } else { (last, first) };
    let words = format!("{} is compared with {}, the earlier one", current.label, base.label);
    let other = found.form.clone();
    let form = TimeForm::Compare(Comparison::Between { base, current });
    Match { form, ..found }.or("both periods without a comparison", other).assuming(words)
}

/// Items after the first one, up to where the list ends.
fn list(reader: &Reader, first: Atom, end: usize) -> (Vec<Atom>, usize) {
    let (mut atoms, mut end) = (vec![first], end);
    loop {
        let next = reader.phrase(end, &[", and", ", or", "and", "or", ",", "&", "+", "and in", "and for", "with"]);
        let next = next.filter(|_| reader.word(end) != "with" || compares(reader, end));
        let found = match next {
            Some(next) => atom(reader, reader.skip(next, &["the", "in"])),
            None => atom(reader, end).filter(|_| bare_list(reader, &atoms, end)),
        };
        match found {
            Some((item, to)) => {
                atoms.push(item);
                end = to;
            }
            None => return (atoms, end),
        }
    }
}

/// `2022 2023 2024`: years side by side without anything between them.
fn bare_list(reader: &Reader, atoms: &[Atom], at: usize) -> bool {
    let year =
        |atom: &Atom| matches!(atom, Atom::Named(Name { part: Part::Year, year: Some(YearName::Number(_)), .. }));
    atoms.iter().all(year) && reader.year_number(at).is_some()
}

/// The year of a name behind "vs", which a yearless name before it shares ("Q1 vs Q2 2024").
fn later_year(reader: &Reader, end: usize) -> Option<YearName> {
    let next = reader.phrase(end, COMPARED)?;
    let (found, _) = atom(reader, reader.skip(next, &["the"]))?;
    match found {
        Atom::Named(name) if name.part != Part::Year => name.year,
        _ => None,
    }
}

/// Names without a year take the one of the next name that has one.
fn share_years(atoms: &[Atom], behind: Option<YearName>) -> Vec<Atom> {
    let mut year = behind;
    let mut shared: Vec<Atom> = Vec::with_capacity(atoms.len());
    for atom in atoms.iter().rev() {
        let whole = matches!(atom, Atom::Named(Name { part: Part::Year, .. }));
        let placed = year.map_or_else(|| atom.clone(), |year| atom.in_year(year));
        year = if whole { None } else { placed.year() };
        shared.push(placed);
    }
    shared.reverse();
    shared
}

/// Every item; those that are still without a year come after the one before them, or end with the most recent.
fn resolve_all(reader: &Reader, atoms: &[Atom]) -> Option<Vec<Reading>> {
    if atoms.len() > 1 && atoms.iter().all(Atom::open) {
        return resolve_yearless(reader, atoms);
    }
    let mut readings: Vec<Reading> = Vec::with_capacity(atoms.len());
    for atom in atoms {
        let hint = readings.last().map_or(Hint::Begun, |last| Hint::From(last.period.span.to));
        readings.push(atom.resolve(reader, if atom.open() { hint } else { Hint::Begun })?);
    }
    Some(readings)
}

/// `Jan, Feb and Mar`: the last one is the most recent that has begun, those before it lead up to it.
fn resolve_yearless(reader: &Reader, atoms: &[Atom]) -> Option<Vec<Reading>> {
    let mut readings: Vec<Reading> = Vec::with_capacity(atoms.len());
    for atom in atoms.iter().rev() {
        let recent = atom.resolve(reader, Hint::Begun)?;
        let reading = match readings.last().map(|next| next.period.span.from) {
            Some(next) if recent.period.span.from > next && !same_year(reader, &recent, next) => {
                atom.resolve(reader, Hint::Before(next))?
            }
            _ => recent,
        };
        readings.push(reading);
    }
    readings.reverse();
    Some(readings)
}

fn same_year(reader: &Reader, reading: &Reading, day: Date) -> bool {
    let basis = if reading.period.fiscal { Basis::Books } else { Basis::Calendar };
    reader.calendar.counting(basis).bucket(day, Grain::Year).contains(reading.period.span.from)
}

/// `2022-2024`, which is one token.
fn year_range(reader: &Reader, at: usize) -> Option<Match> {
    let (first, last) = reader.word(at).split_once('-')?;
    let year = |text: &str| text.parse().ok().filter(|year| text.len() == 4 && (1900..=2100).contains(year));
    let name = |year| Atom::Named(Name { part: Part::Year, year: Some(YearName::Number(year)), basis: Basis::Books });
    join_range(reader, &name(year(first)?), &name(year(last)?), at + 1)
}

/// The other end of a range behind its first period: `to X`, or X right behind a dash.
fn range_tail(reader: &Reader, first: &Atom, end: usize) -> Option<(Atom, usize)> {
    if let Some(next) = reader.phrase(end, RANGE) {
        return atom(reader, reader.skip(next, &["the"]));
    }
    let (last, to) = atom(reader, end)?;
    let dashed = reader.gap(end) > 1;
    let named = |atom: &Atom| matches!(atom, Atom::Named(name) if name.part != Part::Year || matches!(name.year, Some(YearName::Fiscal(_))));
    let same =
        matches!((first, &last), (Atom::Named(first), Atom::Named(last)) if first.part.grain() == last.part.grain());
    (dashed || same && named(first) && named(&last)).then_some((last, to))
}

/// Both ends with their years settled: a year said once counts for both, the start is the last one before the end.
fn ends(reader: &Reader, first: &Atom, last: &Atom) -> Option<(Reading, Reading)> {
    if last.open() {
        let first = first.resolve(reader, Hint::Begun)?;
        let last = last.resolve(reader, Hint::From(first.period.span.from))?;
        return Some((first, last));
    }
    let last_reading = last.resolve(reader, Hint::Begun)?;
    let whole = matches!(last, Atom::Named(Name { part: Part::Year, .. }));
    let shared = last
        .year()
        .filter(|_| first.open() && !whole)
        .and_then(|year| first.in_year(year).resolve(reader, Hint::Begun));
    let inside = shared.filter(|shared| shared.period.span.from <= last_reading.period.span.from);
    let first = match inside {
        Some(first) => first,
        None => first.resolve(reader, Hint::Before(last_reading.period.span.to))?,
    };
    Some((first, last_reading))
}

/// The span from the start of one to the end of the other; as a change it is one compared with the other.
fn join_range(reader: &Reader, first: &Atom, last: &Atom, end: usize) -> Option<Match> {
    let (first, last) = ends(reader, first, last)?;
    let (first, last) = if first.period.span.from > last.period.span.from { (last, first) } else { (first, last) };
    let joined = reader.joined(&first.period, &last.period);
    if joined.span.from >= joined.span.to {
        return None;
    }
    let other = reader.joined(&other_or_main(&first), &other_or_main(&last));
    let mut found = Match::plain(end, TimeForm::Period(joined.clone()));
    if other.span != joined.span && other.span.from < other.span.to {
        found = found.or(other.label.clone(), TimeForm::Period(other));
    }
    found.assumption = join(first.assumption.clone(), last.assumption.clone());
    let found = found.assuming(format!("both ends are included: {}", joined.label));
    if compares(reader, end) {
        return Some(between(first.period, last.period, found));
    }
    let (base, current) = (first.period, last.period);
    let words = format!("the change from {} to {}", base.name(), current.name());
    Some(if base.span == current.span {
        found
    } else {
        found.or(words, TimeForm::Compare(Comparison::Between { base, current }))
    })
}

/// `between X and Y`, `from X to Y`.
pub fn between_words(reader: &Reader, at: usize) -> Option<Match> {
    let links: &[&str] = match reader.word(at) {
        "between" => &["and", "to"],
        "from" => RANGE,
        _ => return None,
    };
    let start = reader.skip(at + 1, &["the"]);
    let (first, end) = bound(reader, start, true)?;
    let next = reader.phrase(end, links)?;
    let (last, to) = bound(reader, reader.skip(next, &["the"]), false)?;
    join_range(reader, &first, &last, to)
}

/// One end of a range: a period, the start or end of one, or a year that only a range makes plausible.
fn bound(reader: &Reader, at: usize, first: bool) -> Option<(Atom, usize)> {
    if let Some((reading, _, end)) = edge(reader, at, Hint::Begun) {
        return Some((Atom::Ready(reading), end));
    }
    if let Some((found, end)) = atom(reader, at) {
        return Some((found, end));
    }
    let year = reader.year_number(at).filter(|_| first && reader.year_number(at + 2).is_some())?;
    Some((Atom::Named(Name { part: Part::Year, year: Some(YearName::Number(year)), basis: Basis::Books }), at + 1))
}
