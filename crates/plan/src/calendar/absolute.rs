//! Names of periods in words: `1 March 2025`, `second half of last year`, `fiscal year 2024`, `2024`.

use sql::Grain;

use super::compact::{any_year, compact, split_year};
use super::fiscal::Basis;
use super::names::{Hint, Name, Part, YearName, recent_short_year, resolve};
use super::reader::Reader;
use super::words;

/// Where a date that no calendar has ends (`30 February 2025`): nothing inside of it is to be read as a time.
pub fn impossible(reader: &Reader, at: usize) -> Option<usize> {
    let (name, end) = name(reader, at).filter(|(name, _)| matches!(name.part, Part::Day { .. } | Part::Week(_)))?;
    resolve(reader, &name, Hint::Begun).is_none().then_some(end)
}

/// A name and where it ends: part and year in either order.
pub fn name(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    let (part, end) = part_with_basis(reader, at).or_else(|| year_alone(reader, at))?;
    if part.year.is_none() {
        return Some(year_behind(reader, &part, end).unwrap_or((part, end)));
    }
    if part.part == Part::Year
        && let Some((inner, inner_end)) = part_with_basis(reader, end)
        && inner.part != Part::Year
        && inner.year.is_none()
        && year_behind(reader, &inner, inner_end).is_none()
    {
        return Some((Name { year: part.year, basis: inner.basis, ..inner }, inner_end));
    }
    Some((part, end))
}

fn part_with_basis(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    let (basis, inner) = reader.basis(at);
    let (name, end) = compact(reader, inner)
        .or_else(|| spoken_part(reader, inner))
        .or_else(|| month_and_day(reader, inner))
        .or_else(|| month_alone(reader, inner))?;
    if basis != Basis::Books && matches!(name.part, Part::Day { .. }) {
        return None;
    }
    Some((if basis == Basis::Books { name } else { Name { basis, ..name } }, end))
}

/// `second quarter`, `1st half`, `quarter 2`, `week 14`.
fn spoken_part(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    let make = |grain: Grain, number: u32| {
        let number = u8::try_from(number).ok()?;
        match grain {
            Grain::Quarter if (1..=4).contains(&number) => Some(Name::of(Part::Quarter(number))),
            Grain::Half if (1..=2).contains(&number) => Some(Name::of(Part::Half(number))),
            Grain::Week if (1..=53).contains(&number) => Some(Name::of(Part::Week(number))),
            _ => None,
        }
    };
    if let Some(number) = words::ordinal(reader.word(at)) {
        let (grain, basis, end) = reader.unit(at + 1)?;
        let end = if grain == Grain::Half { at + 2 + usize::from(basis != Basis::Books) } else { end };
        return Some((Name { basis, ..make(grain, number)? }, end));
    }
    let grain = words::unit(reader.word(at))?;
    let number = reader.word(at + 1).parse().ok().or_else(|| words::cardinal(reader.word(at + 1)))?;
    Some((make(grain, number)?, at + 2))
}

/// `1 March`, `1st of March`, `March 1`, `March 1st`.
fn month_and_day(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    let day = |at: usize| {
        let word = reader.word(at);
        let number = words::ordinal(word).or_else(|| word.parse().ok().filter(|_| word.len() <= 2))?;
        u8::try_from(number).ok().filter(|day| (1..=31).contains(day))
    };
    if let Some(number) = day(at).filter(|_| !words::makes_amount(reader.word_before(at))) {
        let next = reader.skip(at + 1, &["of"]);
        let month = words::month(reader.word(next))?;
        // "top 10 may" and "first of March": only a plain number needs its month right behind it.
        return Some((Name::of(Part::Day { month, day: number }), next + 1));
    }
    let month = words::month(reader.word(at))?;
    let number = day(at + 1).filter(|_| reader.gap(at + 1) <= 1)?;
    if counted_things(reader, at + 2) || short_year(reader, at, at + 1).is_some() {
        return None;
    }
    Some((Name::of(Part::Day { month, day: number }), at + 2))
}

/// Whether what follows a number after a month is counted by it ("march 10 largest").
fn counted_things(reader: &Reader, at: usize) -> bool {
    words::counts_things(reader.word(at)) || reader.is(at, &["largest", "biggest", "best", "top", "smallest", "worst"])
}

/// `24` behind a month that means 2024: written with an apostrophe, too large for a day, or after "in".
fn short_year(reader: &Reader, month_at: usize, at: usize) -> Option<i16> {
    let word = reader.word(at);
    let number: i16 = word.parse().ok().filter(|_| word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit()))?;
    let near = recent_short_year(reader, number).is_some();
    let meant =
        reader.gap(at) > 1 || number > 31 || near && reader.is(month_at.wrapping_sub(1), &["in", "for", "during"]);
    let dated =
        reader.year_number(at + 1).is_some() || reader.word(at + 1) == "," && reader.year_number(at + 2).is_some();
    (meant && !dated).then_some(2000 + number)
}

fn month_alone(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    let month = words::month(reader.word(at))?;
    if reader.word(at) == "may" && !may_is_month(reader, at) {
        return None;
    }
    let name = Name::of(Part::Month(month));
    Some(match short_year(reader, at, at + 1) {
        Some(year) => (name.in_year(YearName::Number(year)), at + 2),
        None => (name, at + 1),
    })
}

const MAY_AFTER: &[&str] = &[
    "in", "for", "during", "since", "until", "till", "from", "through", "thru", "before", "after", "of", "last",
    "this", "next", "late", "early", "by", "vs", "versus", "between", "end", "per", "ytd",
];

/// "may" is a verb unless something around it says month.
fn may_is_month(reader: &Reader, at: usize) -> bool {
    let links = &["and", "to", "or", ",", "until", "through", "till", "thru", "vs", "versus", "with"];
    let month = |at: usize| reader.word(at) != "may" && words::month(reader.word(at)).is_some();
    let linked_after = month(at + 1) || reader.is(at + 1, links) && month(at + 2);
    let linked_before = at >= 2 && reader.is(at - 1, links) && (month(at - 2) || reader.year_number(at - 2).is_some());
    let capital = at > 0 && reader.tokens.get(at).is_some_and(|token| token.text == "May");
    let named = capital && reader.tokens.get(at + 1).is_none_or(|next| !next.text.starts_with(char::is_uppercase));
    let dated =
        reader.year_number(at + 1).is_some() || reader.is(at + 1, &["last", "this", "ytd"]) || reader.gap(at + 1) > 1;
    let after = reader.is(at.wrapping_sub(1), MAY_AFTER) || at >= 1 && month(at - 1);
    after || linked_after || linked_before || named || dated && at + 1 < reader.tokens.len()
}

/// A year without a part: `fiscal year 2024`, `calendar 2024`, `year 2024`, `2024`.
fn year_alone(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    let (basis, next) = reader.basis(at);
    let said = reader.is(next, &["year", "years"]);
    let next = reader.skip(next, &["year", "years"]);
    let year = Name::of(Part::Year);
    if basis == Basis::Books && !said {
        let number = reader.bare_year(at)?;
        return Some((year.in_year(YearName::Number(number)), at + 1));
    }
    let word = reader.word(next);
    if let Some(name) = split_year(word).filter(|_| basis != Basis::Calendar) {
        return Some((name, next + 1));
    }
    let short = basis == Basis::Fiscal && word.len() == 2;
    let number = reader.year_number(next).or_else(|| any_year(word).filter(|_| short))?;
    let kind = match basis {
        Basis::Books => YearName::Number(number),
        Basis::Fiscal => YearName::Fiscal(number),
        Basis::Calendar => YearName::Calendar(number),
    };
    Some((Name { basis, ..year.in_year(kind) }, next + 1))
}

/// The year behind a part: `2025`, `of FY25`, `, 2025`, `last year`, `of the previous fiscal year`.
fn year_behind(reader: &Reader, name: &Name, at: usize) -> Option<(Name, usize)> {
    let comma = reader.skip(at, &[","]);
    if comma > at {
        let year = reader.year_number(comma).filter(|_| matches!(name.part, Part::Day { .. } | Part::Month(_)))?;
        return Some((name.in_year(YearName::Number(year)), comma + 1));
    }
    let of = reader.skip(at, &["of", "in", "for"]);
    let the = reader.skip(of, &["the"]);
    if let Some(turn) = words::turn(reader.word(the)) {
        let (grain, basis, end) = reader.unit(the + 1)?;
        return (grain == Grain::Year).then(|| (name.in_year(YearName::Turn(turn, basis)), end));
    }
    // "April 2023 units" is a month and its year; "in April of 2023 units" may be anything.
    let adjoins = the == at && matches!(name.part, Part::Month(_));
    if let Some(year) = reader.year_number(the).filter(|_| adjoins || !words::counts_things(reader.word(the + 1))) {
        return Some((name.in_year(YearName::Number(year)), the + 1));
    }
    if matches!(name.part, Part::Day { .. })
        && let Some(year) = short_year_of_day(reader, at)
    {
        return Some((name.in_year(YearName::Number(year)), at + 1));
    }
    let (year, end) = compact(reader, the).or_else(|| year_alone(reader, the))?;
    (year.part == Part::Year).then_some((Name { year: year.year, ..*name }, end))
}

/// `24` behind `31 March`.
fn short_year_of_day(reader: &Reader, at: usize) -> Option<i16> {
    let word = reader.word(at);
    let month_before = words::month(reader.word_before(at)).is_some();
    any_year(word).filter(|_| word.len() == 2 && month_before)
}
