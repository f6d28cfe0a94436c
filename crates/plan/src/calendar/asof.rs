//! States at the end of a day: `as of 2025-03-31`, `at the end of Q2`, `at year end`, `June month end`.

use jiff::civil::Date;
use sql::Grain;

use super::atom::{atom, edge};
use super::fiscal::{Basis, noun};
use super::form::TimeForm;
use super::names::Hint;
use super::period::Period;
use super::reader::{Match, Reader, Reading};
use super::span::{Span, add_days};
use super::words;

const AS_OF: &[&str] = &["as of", "as at", "as on", "as per", "per", "balance at", "position at"];

fn as_of(reader: &Reader, period: &Period) -> TimeForm {
    let day = reached(reader, period);
    let name = period.name();
    let words =
        if name == day.to_string() { format!("at the end of {day}") } else { format!("at the end of {name} ({day})") };
    TimeForm::AsOf(day, words)
}

/// The last day of a period, or today while it is running.
fn reached(reader: &Reader, period: &Period) -> Date {
    if period.span.contains(reader.today) { reader.today } else { period.span.last() }
}

fn shaped(reader: &Reader, reading: Reading, end: usize) -> Match {
    reading.shape(end, |period| as_of(reader, &period))
}

/// `as of 2025-03-31`, `as at Q2 2025`, `as of today`, `right now`.
pub fn as_of_words(reader: &Reader, at: usize) -> Option<Match> {
    if let Some(end) = reader.phrase(at, &["right now", "as of now", "as of right now", "at present", "at the moment"])
    {
        let form = TimeForm::AsOf(reader.today, format!("as of today ({})", reader.today));
        return Some(Match::plain(end, form));
    }
    let next = reader.phrase(at, AS_OF)?;
    let next = reader.skip(next, &["the"]);
    let (found, end) = atom(reader, next)?;
    let reading = found.resolve(reader, Hint::Begun)?;
    if reader.word(at) == "per" && !is_day(&reading.period) {
        return None;
    }
    let running = reading.period.span.contains(reader.today) && !is_day(&reading.period);
    let words = format!("{} is not over, so its state today ({}) is taken", reading.period.name(), reader.today);
    let found = shaped(reader, reading, end);
    Some(if running { found.assuming(words) } else { found })
}

fn is_day(period: &Period) -> bool {
    period.grain == Some(Grain::Day) && period.span.days() == 1
}

/// `at 31 March 2025`.
pub fn at_day(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.phrase(at, &["at"])?;
    let (found, end) = atom(reader, reader.skip(next, &["the"]))?;
    let reading = found.resolve(reader, Hint::Begun)?;
    is_day(&reading.period).then(|| shaped(reader, reading, end))
}

const AT: &[&str] = &["at", "by", "as of", "as at", "on", "per"];

/// `at the end of Q2`, `end of last month`, `by the end of the year`, `at the beginning of 2024`.
pub fn edge_of(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.phrase(at, AT).unwrap_or(at);
    let (reading, late, end) = edge(reader, next, Hint::Over)?;
    if !late {
        return Some(opening(reading, end));
    }
    let until = Span { from: Span::EARLIEST, to: reading.period.span.to };
    let day = reading.period.span.last();
    let found = shaped_day(reading, end);
    let found = if day > reader.today { found.assuming(format!("{day} is still to come")) } else { found };
    let until = Period::named("until then", until, None);
    Some(if reader.word(at) == "by" { found.or(until.label.clone(), TimeForm::Period(until)) } else { found })
}

fn shaped_day(reading: Reading, end: usize) -> Match {
    reading.shape(end, |period| {
        let day = period.span.last();
        TimeForm::AsOf(day, format!("at the end of {day}"))
    })
}

/// What a period opens with is what the day before closed with.
fn opening(reading: Reading, end: usize) -> Match {
    let first = reading.period.span.from;
    let words = format!("the opening of {first} is the close of {}", add_days(first, -1));
    let found = reading.shape(end, |period| {
        let day = add_days(period.span.from, -1);
        TimeForm::AsOf(day, format!("at the close of {day}"))
    });
    found.assuming(words)
}

/// `year end 2024`, `at month end`, `fiscal year end`, `EOQ`, `2024 year end`, `June month end`.
pub fn unit_end(reader: &Reader, at: usize) -> Option<Match> {
    let next = reader.phrase(at, AT).unwrap_or(at);
    let next = reader.skip(next, &["the"]);
    named_unit_end(reader, next).or_else(|| end_behind(reader, next))
}

fn named_unit_end(reader: &Reader, at: usize) -> Option<Match> {
    let (turn, at) = match words::turn(reader.word(at)) {
        Some(turn) if reader.unit(at + 1).is_some_and(|(_, _, end)| reader.word(end) == "end") => (Some(turn), at + 1),
        _ => (None, at),
    };
    let (grain, basis, end) = end_word(reader, at)?;
    if let Some(turn) = turn {
        let reading =
            reader.by_basis(grain, basis, |basis| Some(super::relative::unit_away(reader, grain, turn, basis)))?;
        return Some(shaped_day(reading, end));
    }
    let of = reader.skip(reader.skip(end, &["of", "in", "for"]), &["the"]);
    let named = atom(reader, of).and_then(|(found, to)| Some((found.resolve(reader, Hint::Over)?, to)));
    if let Some((reading, to)) = named.filter(|(reading, _)| reading.period.grain.is_some_and(|named| named >= grain)) {
        let year = reading.period.grain == Some(Grain::Year) && grain == Grain::Year;
        let reading = if year { fiscal_twin(reader, of, basis).unwrap_or(reading) } else { reading };
        return Some(shaped_day(reading, to));
    }
    let reading = reader.by_basis(grain, basis, |basis| Some(last_over(reader, grain, basis)))?;
    let words = format!("the most recent {} end", noun(grain));
    let day = reading.period.span.last();
    Some(shaped_day(reading, end).assuming(format!("{words}: {day}")))
}

/// `fiscal year end 2024` means FY2024, though a bare 2024 is the calendar year.
fn fiscal_twin(reader: &Reader, at: usize, basis: Basis) -> Option<Reading> {
    let year = reader.year_number(at).filter(|_| basis != Basis::Calendar)?;
    reader.by_basis(Grain::Year, basis, |basis| {
        let start = reader.calendar.counting(basis).year_start(year);
        Some(reader.calendar.unit(start, Grain::Year, basis, reader.today))
    })
}

fn end_word(reader: &Reader, at: usize) -> Option<(Grain, Basis, usize)> {
    let grain = match reader.word(at) {
        "eoy" => Some(Grain::Year),
        "eoq" => Some(Grain::Quarter),
        "eom" => Some(Grain::Month),
        "eow" => Some(Grain::Week),
        "yearend" => Some(Grain::Year),
        _ => None,
    };
    if let Some(grain) = grain {
        return Some((grain, Basis::Books, at + 1));
    }
    let (grain, basis, end) = reader.unit(at)?;
    Some((grain, basis, reader.phrase(end, &["end", "close"])?))
}

/// The unit that ended last, today's included if it ends today.
fn last_over(reader: &Reader, grain: Grain, basis: Basis) -> Period {
    let counting = reader.calendar.counting(basis);
    let ending = counting.bucket_start(reader.tomorrow(), grain);
    reader.calendar.unit(add_days(ending, -1), grain, basis, reader.today)
}

/// `2024 year end`, `FY24 end`, `June month end`.
fn end_behind(reader: &Reader, at: usize) -> Option<Match> {
    let (found, next) = atom(reader, at)?;
    let end = match end_word(reader, next) {
        Some((.., end)) => end,
        None => reader.phrase(next, &["end"])?,
    };
    let reading = found.resolve(reader, Hint::Over)?;
    let unit = end_word(reader, next).map(|(grain, ..)| grain);
    let reading =
        if unit == Some(Grain::Year) { fiscal_twin(reader, at, Basis::Books).unwrap_or(reading) } else { reading };
    Some(shaped_day(reading, end))
}
