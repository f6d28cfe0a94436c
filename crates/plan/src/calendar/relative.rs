//! Periods that hang on today: `last quarter`, `last 30 days`, `TTM`, `YTD last year`, `3 months ago`, `yesterday`.

use sql::Grain;

use super::absolute::name;
use super::compact::written_date;
use super::fiscal::{Basis, noun};
use super::names::{Hint, Part, one_day, resolve};
use super::period::Period;
use super::reader::{Reader, Reading};
use super::span::{Span, add_days};
use super::words;

type Found = Option<(Reading, usize)>;

/// The forms, tried in this order; the longest wins.
const FORMS: &[fn(&Reader, usize) -> Found] =
    &[day_word, turned_unit, counted, abbreviation, to_date, unit_to_date, ago, so_far, year_before];

/// The longest relative period at that place.
pub fn relative(reader: &Reader, at: usize) -> Found {
    let mut best: Found = None;
    for form in FORMS {
        if let Some((reading, end)) = form(reader, at)
            && best.as_ref().is_none_or(|(_, longest)| end > *longest)
        {
            best = Some((reading, end));
        }
    }
    best
}

/// `today`, `yesterday`, `tomorrow`.
fn day_word(reader: &Reader, at: usize) -> Found {
    let step = match reader.word(at) {
        "yesterday" => -1,
        "today" => 0,
        "tomorrow" => 1,
        _ => return None,
    };
    Some((Reading::plain(one_day(reader, add_days(reader.today, step))), at + 1))
}

const COMPLETE: &[&str] = &["complete", "completed", "full", "closed", "whole"];

/// `last quarter`, `this fiscal year`, `previous complete month`.
fn turned_unit(reader: &Reader, at: usize) -> Found {
    let turn = words::turn(reader.word(at))?;
    let next = reader.skip(at + 1, COMPLETE);
    let (grain, basis, end) = reader.unit(next)?;
    // "last days", "last months" say no number; "past quarters" neither.
    if reader.word(end - 1).ends_with('s') {
        return None;
    }
    let reading = reader.by_basis(grain, basis, |basis| Some(unit_away(reader, grain, turn, basis)))?;
    if reader.word(at) == "past" && grain != Grain::Day {
        return Some((past_unit(reader, reading, grain), end));
    }
    Some((reading, end))
}

/// `this month last year`: that unit one year earlier.
fn year_before(reader: &Reader, at: usize) -> Found {
    let (reading, end) = turned_unit(reader, at).filter(|_| words::turn(reader.word(at)) == Some(0))?;
    let next = link(reader, end);
    words::turn(reader.word(next)).filter(|turn| *turn == -1)?;
    let (unit, _, end) = reader.unit(next + 1).filter(|(unit, ..)| *unit == Grain::Year)?;
    let inside = reading.period.grain.is_some_and(|grain| grain < unit);
    inside.then(|| (reading.map(|period| reader.calendar.prior_year(&period)), end))
}

/// The unit that is `turn` units after the one that holds today.
pub fn unit_away(reader: &Reader, grain: Grain, turn: i32, basis: Basis) -> Period {
    let counting = reader.calendar.counting(basis);
    let start = counting.shift(counting.bucket_start(reader.today, grain), grain, turn);
    reader.calendar.unit(start, grain, basis, reader.today)
}

/// "the past month" is the month before this one, or the days up to today.
fn past_unit(reader: &Reader, mut reading: Reading, grain: Grain) -> Reading {
    let counting = reader.calendar;
    let from = counting.shift(reader.tomorrow(), grain, -1);
    let span = Span { from, to: reader.tomorrow() };
    let rolling = Period::named(&format!("one {} up to today", noun(grain)), span, None);
    reading.alternatives.push((rolling.label.clone(), rolling));
    let words = format!("the past {} is the one before the current: {}", noun(grain), reading.period.label);
    reading.assuming(words)
}

/// `last 3 months`, `trailing twelve months`, `past 30 days`, `next 2 quarters`, `last 12m`.
fn counted(reader: &Reader, at: usize) -> Found {
    let start = reader.phrase(at, &["most recent", "latest"]).unwrap_or(at + 1);
    let (turn, rolling) = match reader.word(at) {
        "trailing" | "rolling" => (-1, true),
        "latest" => (-1, false),
        "most" if start > at + 1 => (-1, false),
        word => (words::turn(word)?, false),
    };
    let next = reader.skip(start, COMPLETE);
    let (count, grain, basis, end) = amount(reader, next)?;
    let averaged = &["average", "avg", "averages", "mean", "moving", "sum"];
    if turn == 0 || reader.is(end, averaged) {
        return None;
    }
    let (count, grain) = if rolling && grain == Grain::Year { (count * 12, Grain::Month) } else { (count, grain) };
    Some((window(reader, count, grain, basis, turn)?, end))
}

/// `3 months`, `twelve fiscal quarters`, `12m`.
pub fn amount(reader: &Reader, at: usize) -> Option<(i32, Grain, Basis, usize)> {
    if let Some((count, next)) = reader.count(at) {
        let next = reader.skip(next, COMPLETE);
        let (grain, basis, end) = reader.unit(next)?;
        return Some((count, grain, basis, end));
    }
    let (count, grain) = short_amount(reader.word(at))?;
    Some((count, grain, Basis::Books, at + 1))
}

/// `12m`, `30d`, `4q`, `2y`, `6w`.
fn short_amount(word: &str) -> Option<(i32, Grain)> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (count, letter) = word.split_at(digits);
    let grain = match letter {
        "d" => Grain::Day,
        "w" => Grain::Week,
        "m" | "mo" | "mths" => Grain::Month,
        "q" => Grain::Quarter,
        "y" | "yr" | "yrs" => Grain::Year,
        _ => return None,
    };
    Some((count.parse().ok().filter(|count| (1..=9999).contains(count))?, grain))
}

/// `count` units before or after the current one; days count up to today, which is included.
fn window(reader: &Reader, count: i32, grain: Grain, basis: Basis, turn: i32) -> Option<Reading> {
    let ahead = turn > 0;
    if grain == Grain::Day {
        let tomorrow = reader.tomorrow();
        let (from, to) = if ahead {
            (tomorrow, add_days(tomorrow, count.into()))
        } else {
            (add_days(tomorrow, -i64::from(count)), tomorrow)
        };
        let period = Period::named(
            &format!("{} {count} days", if ahead { "next" } else { "last" }),
            Span { from, to },
            Some(grain),
        );
        let edge = if ahead { "starting tomorrow" } else { "today included" };
        let words = format!("{count} days, {edge}: {}", period.span);
        return Some(Reading::plain(period).assuming(words));
    }
    let mut reading =
        reader.by_basis(grain, basis, |basis| Some(complete_units(reader, count, grain, basis, ahead)))?;
    let current = unit_away(reader, grain, 0, basis);
    if !ahead {
        let from = reader.calendar.counting(basis).shift(current.span.from, grain, 1 - count);
        let span = Span { from, to: reader.tomorrow() };
        let other = Period {
            fiscal: current.fiscal,
            ..Period::named(&format!("with the current {} up to today", noun(grain)), span, None)
        };
        reading.alternatives.push((other.label.clone(), other));
    }
    let words = format!(
        "complete {}s; the current one ({}) is not included: {}",
        noun(grain),
        current.name(),
        reading.period.span
    );
    Some(reading.assuming(words))
}

fn complete_units(reader: &Reader, count: i32, grain: Grain, basis: Basis, ahead: bool) -> Period {
    let counting = reader.calendar.counting(basis);
    let current = counting.bucket(reader.today, grain);
    let span = if ahead {
        Span { from: current.to, to: counting.shift(current.to, grain, count) }
    } else {
        Span { from: counting.shift(current.from, grain, -count), to: current.from }
    };
    reader.calendar.units(span, grain, count, basis)
}

/// `TTM`, `LTM`, `L3M`, `T12M`.
fn abbreviation(reader: &Reader, at: usize) -> Found {
    let word = reader.word(at);
    let (count, grain) = match word {
        "ttm" | "ltm" => (12, Grain::Month),
        _ => short_amount(word.strip_prefix(['l', 't'])?)?,
    };
    Some((window(reader, count, grain, Basis::Books, -1)?, at + 1))
}

/// Behind a unit or a start: up to today.
pub const TO_DATE: &[&str] =
    &["to date", "so far", "to now", "until now", "up to now", "till now", "up to today", "until today"];

/// `YTD`, `year to date`, `fiscal quarter to date`, each with `last year`, `2024` or `through March` behind it.
fn to_date(reader: &Reader, at: usize) -> Found {
    let (grain, basis, turn, end) = to_date_head(reader, at)?;
    let plain = || Some((elapsed(reader, grain, basis, turn.unwrap_or(0), grain)?, end));
    if turn.is_some() {
        return plain();
    }
    twin(reader, grain, basis, end)
        .or_else(|| named_year(reader, grain, basis, end))
        .or_else(|| reaching(reader, grain, basis, end))
        .or_else(plain)
}

fn to_date_head(reader: &Reader, at: usize) -> Option<(Grain, Basis, Option<i32>, usize)> {
    let (basis, next) = reader.basis(at);
    let short = match reader.word(next) {
        "ytd" => Some((Grain::Year, basis, None)),
        "htd" => Some((Grain::Half, basis, None)),
        "qtd" => Some((Grain::Quarter, basis, None)),
        "mtd" => Some((Grain::Month, basis, None)),
        "wtd" => Some((Grain::Week, basis, None)),
        "fytd" => Some((Grain::Year, Basis::Fiscal, None)),
        "cytd" => Some((Grain::Year, Basis::Calendar, None)),
        "pytd" => Some((Grain::Year, basis, Some(-1))),
        _ => None,
    };
    if let Some((grain, basis, turn)) = short {
        return Some((grain, basis, turn, next + 1));
    }
    let (grain, basis, end) = reader.unit(at)?;
    Some((grain, basis, None, reader.phrase(end, &["to date"])?))
}

/// `last year to date`, `this year so far`, `prior year YTD`, `2024 YTD`.
fn unit_to_date(reader: &Reader, at: usize) -> Found {
    const SHORT: &[&str] = &["ytd", "qtd", "mtd", "wtd"];
    if let Some(year) = reader.bare_year(at)
        && let Some(end) = reader.phrase(at + 1, &["ytd", "year to date"])
    {
        return Some((in_year(reader, Grain::Year, Basis::Books, year)?, end));
    }
    let turn = words::turn(reader.word(at))?;
    let (unit, basis, next) = reader.unit(at + 1)?;
    if let Some(end) = reader.phrase(next, TO_DATE) {
        return Some((elapsed(reader, unit, basis, turn, unit)?, end));
    }
    let (grain, _, _, end) = to_date_head(reader, next).filter(|_| reader.is(next, SHORT))?;
    Some((elapsed(reader, grain, basis, turn, unit)?, end))
}

/// `so far this year`, `so far in the current quarter`.
fn so_far(reader: &Reader, at: usize) -> Found {
    let next = reader.phrase(at, &["so far"])?;
    let next = reader.skip(reader.skip(next, &["in", "for"]), &["the"]);
    let turn = words::turn(reader.word(next)).filter(|turn| *turn == 0)?;
    let (grain, basis, end) = reader.unit(next + 1)?;
    Some((elapsed(reader, grain, basis, turn, grain)?, end))
}

/// The unit with today cut behind today; moved `turn` of `unit` away and cut where it had got as far.
fn elapsed(reader: &Reader, grain: Grain, basis: Basis, turn: i32, unit: Grain) -> Option<Reading> {
    reader.by_basis(grain, basis, |basis| {
        let current = so_far_in(reader, grain, basis);
        if turn >= 0 {
            return Some(current);
        }
        if unit == Grain::Year && grain != Grain::Year {
            return Some(reader.calendar.prior_year(&current));
        }
        let whole = unit_away(reader, grain, 0, basis);
        let then = unit_away(reader, grain, turn, basis);
        Some(reader.calendar.to_date_aligned(&whole, &then, reader.today))
    })
}

fn so_far_in(reader: &Reader, grain: Grain, basis: Basis) -> Period {
    let whole = unit_away(reader, grain, 0, basis);
    let span = Span { from: whole.span.from, to: reader.tomorrow() };
    Period { fiscal: whole.fiscal, ..Period::named(&format!("{} to date", whole.name()), span, Some(grain)) }
}

fn link(reader: &Reader, at: usize) -> usize {
    reader.skip(reader.skip(at, &["of", "in", "for", "from"]), &["the"])
}

/// `YTD last year`, `MTD of the previous month`.
fn twin(reader: &Reader, grain: Grain, basis: Basis, at: usize) -> Found {
    let next = link(reader, at);
    let turn = words::turn(reader.word(next))?;
    let (unit, _, end) = reader.unit(next + 1)?;
    (unit >= grain).then_some(())?;
    Some((elapsed(reader, grain, basis, turn, unit)?, end))
}

/// `YTD 2024`: as far into that year as today is into this one.
fn named_year(reader: &Reader, grain: Grain, basis: Basis, at: usize) -> Found {
    let next = link(reader, at);
    let year = reader.bare_year(next).filter(|_| grain == Grain::Year)?;
    Some((in_year(reader, grain, basis, year)?, next + 1))
}

fn in_year(reader: &Reader, grain: Grain, basis: Basis, year: i16) -> Option<Reading> {
    reader.by_basis(grain, basis, |basis| {
        let counting = reader.calendar.counting(basis);
        let then = reader.calendar.unit(counting.year_start(year), grain, basis, reader.today);
        let whole = unit_away(reader, grain, 0, basis);
        if then.span.from > reader.today {
            return None;
        }
        let same = then.span == whole.span;
        Some(if same {
            so_far_in(reader, grain, basis)
        } else {
            reader.calendar.to_date_aligned(&whole, &then, reader.today)
        })
    })
}

/// `YTD March 2025`, `YTD through Q3`: from the start of the unit to the end of what is named.
fn reaching(reader: &Reader, grain: Grain, basis: Basis, at: usize) -> Found {
    let next = reader
        .phrase(at, &["as of", "as at", "up to", "through", "to", "until", "till", "ending", "ended", "thru"])
        .unwrap_or(at);
    let (end_of, end) = named_end(reader, next)?;
    let reading = reader.by_basis(grain, basis, |basis| {
        let last = end_of.span.last();
        let whole = reader.calendar.unit(last, grain, basis, reader.today);
        let span = Span { from: whole.span.from, to: end_of.span.to };
        let name = format!("{} to {}", whole.name(), end_of.name());
        (span.from < span.to).then(|| Period { fiscal: whole.fiscal, ..Period::named(&name, span, Some(grain)) })
    })?;
    Some((reading, end))
}

fn named_end(reader: &Reader, at: usize) -> Option<(Period, usize)> {
    if let Some((reading, end)) = written_date(reader, at) {
        return Some((reading.period, end));
    }
    let (name, end) = name(reader, at).filter(|(name, _)| name.part != Part::Year)?;
    Some((resolve(reader, &name, Hint::Begun)?.period, end))
}

/// `3 months ago`, `a year ago`, `two days ago`.
fn ago(reader: &Reader, at: usize) -> Found {
    let (count, grain, basis, end) = if reader.is(at, &["a", "an"]) {
        let (grain, basis, end) = reader.unit(at + 1)?;
        (1, grain, basis, end)
    } else {
        amount(reader, at)?
    };
    let end = reader.phrase(end, &["ago"])?;
    let reading = reader.by_basis(grain, basis, |basis| Some(unit_away(reader, grain, -count, basis)))?;
    let words = format!("{count} {}{} ago is {}", noun(grain), if count == 1 { "" } else { "s" }, reading.period.label);
    Some((reading.assuming(words), end))
}
