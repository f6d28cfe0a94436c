//! Comparisons: `vs last year`, `compared to the prior quarter`, `yoy`, `same period last year`.

use sql::Grain;

use super::atom::{Atom, atom};
use super::form::{Comparison, TimeForm};
use super::names::Hint;
use super::reader::{Match, Reader, Reading};
use super::words;

const LINKS: &[&str] = &[
    "vs",
    "v",
    "versus",
    "against",
    "compared to",
    "compared with",
    "compared against",
    "as compared to",
    "as compared with",
    "comparing to",
    "comparing with",
    "in comparison to",
    "in comparison with",
    "in comparison with the",
    "relative to",
    "than",
    "than in",
    "than for",
    "than at",
    "vs in",
    "versus in",
    "compared to in",
    "with comparison to",
    "over the same",
    "on the same",
    "to the same",
    "with the same",
    "from the same",
];

/// `yoy`, `year over year`, `month on month`, `q/q`.
pub fn growth(reader: &Reader, at: usize) -> Option<Match> {
    let (over, end) = short_growth(reader, at).or_else(|| spoken_growth(reader, at))?;
    Some(Match::plain(end, TimeForm::Compare(Comparison::Growth { over })))
}

fn short_growth(reader: &Reader, at: usize) -> Option<(Option<Grain>, usize)> {
    let over = match reader.word(at) {
        "yoy" | "yony" => Some(Grain::Year),
        "hoh" => Some(Grain::Half),
        "qoq" => Some(Grain::Quarter),
        "mom" => Some(Grain::Month),
        "wow" => Some(Grain::Week),
        "dod" => Some(Grain::Day),
        // "PoP" is period over period; "pop" is a word.
        "pop" if reader.written(at).starts_with('P') => None,
        _ => return short_letters(reader, at),
    };
    Some((over, at + 1))
}

/// `y/y`, `m-o-m`: single letters, the same before and after.
fn short_letters(reader: &Reader, at: usize) -> Option<(Option<Grain>, usize)> {
    let letter = reader.word(at);
    let grain = match letter {
        "y" => Grain::Year,
        "q" => Grain::Quarter,
        "m" => Grain::Month,
        "w" => Grain::Week,
        "d" => Grain::Day,
        _ => return None,
    };
    let next = reader.skip(at + 1, &["o", "over", "on"]);
    (reader.word(next) == letter).then_some((Some(grain), next + 1))
}

fn spoken_growth(reader: &Reader, at: usize) -> Option<(Option<Grain>, usize)> {
    if let Some(end) = reader.phrase(at, &["period over period", "period on period"]) {
        return Some((None, end));
    }
    let (grain, _, end) = reader.unit(at)?;
    let next = reader.phrase(end, &["over", "on", "to", "versus", "vs"])?;
    let (again, _, end) = reader.unit(next)?;
    (again == grain).then_some((Some(grain), end))
}

/// A comparing word and what is compared with.
pub fn compared(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.phrase(at, LINKS)?;
    // "on the same ..." is a comparison only if what follows is a period of the past.
    let next = if reader.word(next - 1) == "same" { next - 1 } else { next };
    let next = reader.skip(next, &["the", "its", "their", "our"]);
    target(reader, next).or_else(|| named(reader, at, next))
}

/// `same period last year`, `a year earlier`, without a comparing word.
pub fn same_period(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.skip(reader.skip(at, &["and", "to", "with", "in", "for"]), &["the"]);
    if let Some(end) = reader.phrase(
        next,
        &[
            "a year earlier",
            "one year earlier",
            "a year before",
            "year earlier",
            "the year before",
            "prior year comparison",
        ],
    ) {
        return Some(Match::plain(end, TimeForm::Compare(Comparison::PriorYear)));
    }
    same(reader, next)
}

/// `same quarter of last year`, `same period a year ago`, `same period last month`.
fn same(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.phrase(at, &["same"])?;
    let next = match reader.unit(next) {
        Some((.., end)) => end,
        None => reader.phrase(next, &["period", "time", "date", "point", "ytd", "year to date", "stretch", "span"])?,
    };
    let next = reader.skip(reader.skip(next, &["of", "in", "from", "the", "for"]), &["the"]);
    if let Some(end) = year_ago(reader, next) {
        return Some(Match::plain(end, TimeForm::Compare(Comparison::PriorYear)));
    }
    words::turn(reader.word(next)).filter(|turn| *turn == -1)?;
    let (grain, _, end) = reader.unit(next + 1)?;
    Some(Match::plain(end, TimeForm::Compare(prior_unit(grain))))
}

fn prior_unit(grain: Grain) -> Comparison {
    if grain == Grain::Year { Comparison::PriorYear } else { Comparison::PriorUnit(grain) }
}

/// `a year ago`, `12 months ago`, `one year earlier`.
fn year_ago(reader: &Reader, at: usize) -> Option<usize> {
    let amounts = ["a year", "one year", "1 year", "12 months", "twelve months", "year", "the year"];
    let next = reader.phrase(at, &amounts)?;
    reader.phrase(next, &["ago", "earlier", "before", "prior", "back"])
}

/// What stands for a period relative to the one asked about.
fn target(reader: &Reader, at: usize) -> Option<Match> {
    let plain = |end, comparison| Some(Match::plain(end, TimeForm::Compare(comparison)));
    if let Some(end) = reader.phrase(at, &["py", "ly", "pytd", "lytd"]).or_else(|| year_ago(reader, at)) {
        return plain(end, Comparison::PriorYear);
    }
    if let Some(found) = same(reader, at) {
        return Some(found);
    }
    if let Some((grain, _, end)) = reader.unit(at)
        && let Some(end) = reader.phrase(end, &["before", "earlier", "prior"])
    {
        return plain(end, prior_unit(grain));
    }
    let at = to_date_skip(reader, at);
    words::turn(reader.word(at)).filter(|turn| *turn == -1)?;
    if let Some(end) = reader.phrase(at + 1, &["period", "one"]) {
        return plain(end, Comparison::PriorPeriod);
    }
    let (grain, _, end) = reader.unit(at + 1)?;
    // "vs last quarter of 2024" and "vs last 3 months" name a period of their own.
    let named = atom(reader, at).is_some_and(|(_, longest)| longest > to_date_end(reader, end));
    if named || reader.word(end - 1).ends_with('s') {
        return None;
    }
    plain(to_date_end(reader, end), prior_unit(grain))
}

fn to_date_skip(reader: &Reader, at: usize) -> usize {
    let end = to_date_end(reader, at);
    if end > at { reader.skip(reader.skip(end, &["of", "in", "for"]), &["the"]) } else { at }
}

fn to_date_end(reader: &Reader, at: usize) -> usize {
    reader
        .phrase(at, &["ytd", "qtd", "mtd", "wtd", "to date", "year to date", "numbers", "figures", "level", "levels"])
        .unwrap_or(at)
}

/// A period that is named, or a number that is none.
fn named(reader: &Reader, at: usize, next: usize) -> Option<Match> {
    let (found, end) = atom(reader, next)?;
    let hint = match &reader.before {
        Some(before) if found.open() => Hint::Before(before.span.from),
        _ => Hint::Begun,
    };
    // A threshold of a thousand-odd looks like a year; "than in 2024" does not.
    let bare = matches!(&found, Atom::Named(_))
        && reader.year_number(next).is_some()
        && reader.word(at) == "than"
        && next == at + 1;
    if bare {
        return None;
    }
    let reading: Reading = found.resolve(reader, hint)?;
    Some(reading.shape(end, |period| TimeForm::Compare(Comparison::With(period))))
}
