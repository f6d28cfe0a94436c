//! Spans with an open end: `since March`, `after 2025-03-31`, `until the end of Q2`, `2023 onwards`, `to date`.

use jiff::civil::Date;
use sql::Grain;

use super::atom::{atom, edge};
use super::form::{Comparison, TimeForm};
use super::names::Hint;
use super::period::Period;
use super::ranges::{PREPOSITIONS, is_prior_unit};
use super::reader::{Match, Reader, Reading};
use super::relative::TO_DATE;
use super::span::Span;

/// Which end of the named period an open span begins or ends at.
#[derive(Clone, Copy)]
enum Open {
    /// From its first day up to today.
    Since,
    /// From its first day on.
    From,
    /// From the day after its last.
    After,
    /// Up to the day before its first.
    Before,
    /// Up to its last day.
    Until,
}

const OPEN: &[(Open, &[&str])] = &[
    (Open::Since, &["since", "ever since"]),
    (
        Open::From,
        &[
            "starting",
            "starting in",
            "starting from",
            "starting on",
            "beginning",
            "beginning in",
            "on or after",
            "in or after",
            "not before",
            "from",
            "as from",
        ],
    ),
    (Open::After, &["after", "later than", "following"]),
    (Open::Before, &["before", "prior to", "earlier than", "preceding"]),
    (
        Open::Until,
        &[
            "until",
            "till",
            "up to",
            "up until",
            "through",
            "thru",
            "no later than",
            "not later than",
            "on or before",
            "in or before",
            "up to and including",
        ],
    ),
];

fn open_word(reader: &Reader, at: usize) -> Option<(Open, usize)> {
    OPEN.iter().filter_map(|(open, words)| Some((*open, reader.phrase(at, words)?))).max_by_key(|(_, end)| *end)
}

/// `since March`, `after 2025-03-31`, `until the end of Q2`, `2023 onwards`, `by 31 March`.
pub fn open_end(reader: &Reader, at: usize) -> Option<Match> {
    let (open, next) = open_word(reader, at)?;
    let next = reader.skip(next, &["the"]);
    let (reading, end) = match edge(reader, next, Hint::Begun) {
        Some((reading, _, end)) => (reading, end),
        None => atom(reader, next).and_then(|(atom, end)| Some((atom.resolve(reader, Hint::Begun)?, end)))?,
    };
    if matches!(open, Open::From | Open::Since) {
        if let Some(to) = reader.phrase(end, ONWARD) {
            return Some(opened(reader, reading, Open::From, to));
        }
        if let Some(to) = reader.phrase(end, TO_DATE) {
            return Some(opened(reader, reading, Open::Since, to));
        }
    }
    if !matches!(open, Open::Before | Open::Until)
        && let Some(closed) = closed_again(reader, &reading, open, end)
    {
        return Some(closed);
    }
    if reader.word(at) == "from" {
        return Some(from_alone(reader, next, reading, end));
    }
    Some(opened(reader, reading, open, end))
}

/// `after March and before June`: the days both ends leave.
fn closed_again(reader: &Reader, first: &Reading, open: Open, end: usize) -> Option<Match> {
    let next = reader.skip(reader.phrase(end, &["and", "but", ", and", ", but", ","])?, &["then"]);
    let (close, next) = open_word(reader, next).filter(|(close, _)| matches!(close, Open::Before | Open::Until))?;
    let (last, end) = atom(reader, reader.skip(next, &["the"]))?;
    let last = last.resolve(reader, if last.open() { Hint::From(first.period.span.from) } else { Hint::Begun })?;
    let from = span_from(reader, &first.period, if matches!(open, Open::Since) { Open::From } else { open });
    let until = span_from(reader, &last.period, close);
    let span = from.span.clip(&until.span)?;
    let period = Period::named(&format!("{} and {}", from.name(), until.name()), span, None);
    let words = format!("the days are {span}");
    Some(Match::plain(end, TimeForm::Period(period)).assuming(words))
}

const ONWARD: &[&str] = &["onwards", "onward", "on", "forward", "and later", "or later", "and after", "and onwards"];

const EARLIER: &[&str] = &["and earlier", "or earlier", "and before"];

/// `2023 onwards`, `2024 to date`, `Q2 2024 and later`, `2023 and earlier`.
pub fn onwards(reader: &Reader, at: usize) -> Option<Match> {
    let (found, end) = atom(reader, reader.skip(at, PREPOSITIONS))?;
    let (open, to) = if let Some(to) = reader.phrase(end, TO_DATE) {
        (Open::Since, to)
    } else if let Some(to) = reader.phrase(end, EARLIER) {
        (Open::Until, to)
    } else {
        (Open::From, reader.phrase(end, ONWARD).filter(|_| reader.word(end) != "on")?)
    };
    Some(opened(reader, found.resolve(reader, Hint::Begun)?, open, to))
}

/// `by 31 March 2025`: days only, since "by" before a unit groups.
pub fn by_day(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.phrase(at, &["by"])?;
    let (found, end) = atom(reader, reader.skip(next, &["the"]))?;
    let reading = found.resolve(reader, Hint::Begun)?;
    (reading.period.grain == Some(Grain::Day) && reading.period.span.days() == 1)
        .then(|| opened(reader, reading, Open::Until, end))
}

/// `from March`: a day opens a span, anything longer is that period itself.
fn from_alone(reader: &Reader, at: usize, reading: Reading, end: usize) -> Match {
    let since = span_from(reader, &reading.period, Open::Since);
    if reading.period.span.days() == 1 && reading.period.grain == Some(Grain::Day) {
        return opened(reader, reading, Open::From, end);
    }
    let prior = is_prior_unit(reader, at);
    let grain = reading.period.grain;
    let words = format!("read as that period: {}", reading.period.label);
    let found = reading.shape(end, TimeForm::Period).or(since.label.clone(), TimeForm::Period(since)).assuming(words);
    match grain.filter(|_| prior) {
        Some(Grain::Year) => {
            found.or("the change since the same period last year", TimeForm::Compare(Comparison::PriorYear))
        }
        Some(grain) => found.or("the change since the one before", TimeForm::Compare(Comparison::PriorUnit(grain))),
        None => found,
    }
}

fn opened(reader: &Reader, reading: Reading, open: Open, end: usize) -> Match {
    let found = reading.map(|period| span_from(reader, &period, open));
    let words = match open {
        Open::Since => format!("up to today: {}", found.period.span),
        Open::From | Open::After => format!("without an end: {}", found.period.span),
        Open::Before => format!("the last day is {}", found.period.span.last()),
        Open::Until => format!("{} is included", found.period.span.last()),
    };
    found.assuming(words).shape(end, TimeForm::Period)
}

fn span_from(reader: &Reader, period: &Period, open: Open) -> Period {
    let (from, to) = (period.span.from, period.span.to);
    let span = |from: Date, to: Date| Span { from, to };
    let (words, span) = match open {
        Open::Since if from <= reader.today => ("since", span(from, reader.tomorrow())),
        Open::Since | Open::From => ("from", span(from, Span::LATEST)),
        Open::After => ("after", span(to, Span::LATEST)),
        Open::Before => ("before", span(Span::EARLIEST, from)),
        Open::Until => ("until", span(Span::EARLIEST, to)),
    };
    Period { fiscal: period.fiscal, ..Period::named(&format!("{words} {}", period.name()), span, None) }
}

/// `to date`, `so far`, `until now`: everything up to today.
pub fn all_to_date(reader: &Reader, at: usize) -> Option<Match> {
    let end = reader.phrase(at, TO_DATE).filter(|_| reader.word(at + 1) != "today")?;
    let span = Span { from: Span::EARLIEST, to: reader.tomorrow() };
    let period = Period::named("to date", span, None);
    let words = format!("everything up to today, {}", reader.today);
    Some(Match::plain(end, TimeForm::Period(period)).assuming(words))
}
