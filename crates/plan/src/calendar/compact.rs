//! Periods in one token: `2025-03-01`, `31/12/2024`, `2024-07`, `q2`, `2025q2`, `fy2023/24`, `w14`.

use jiff::civil::Date;

use super::fiscal::{Basis, DateOrder};
use super::names::{Name, Part, YearName, one_day};
use super::reader::{Reader, Reading};

/// A date that is written out: `2025-03-01`, `31/12/2024`, `1.3.2025`.
pub fn written_date(reader: &Reader, at: usize) -> Option<(Reading, usize)> {
    let word = reader.word(at);
    let word = word.split_once('t').map_or(word, |(date, _)| date);
    let separator = word.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = word.split(separator).collect();
    let [a, b, c] = parts[..] else { return None };
    let number = |text: &str| text.parse::<i16>().ok().filter(|_| text.len() <= 4);
    let day = |year: i16, month: i16, day: i16| {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(year, month, day).ok().filter(|_| (1900..=2100).contains(&year))
    };
    if a.len() == 4 {
        let date = day(number(a)?, number(b)?, number(c)?)?;
        return Some((Reading::plain(one_day(reader, date)), at + 1));
    }
    let year = if c.len() == 2 { number(c)? + 2000 } else { number(c)? };
    let day_first = day(year, number(b)?, number(a)?);
    let month_first = day(year, number(a)?, number(b)?).filter(|_| separator != '.');
    let (main, other) = match reader.calendar.date_order {
        DateOrder::DayFirst => (day_first, month_first),
        DateOrder::MonthFirst => (month_first, day_first),
    };
    let mut reading = Reading::plain(one_day(reader, main.or(other)?));
    if let (Some(main), Some(other)) = (main, other)
        && main != other
    {
        let other = one_day(reader, other);
        reading = reading.assuming(format!("{word} is read as {main}"));
        reading.alternatives.push((other.label.clone(), other));
    }
    Some((reading, at + 1))
}

/// One token that holds digits: `q2`, `2025q2`, `fy2023/24`, `2024-07`, `w14`.
pub fn compact(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    let word = reader.word(at);
    let found = month_number(word).or_else(|| split_year(word)).or_else(|| runs_name(word));
    found.map(|name| (name, at + 1)).or_else(|| fiscal_in_two(reader, at))
}

/// `2024-07`, `2024/07`, `07/2024`.
fn month_number(word: &str) -> Option<Name> {
    let (a, b) = word.split_once(['-', '/'])?;
    let (year, month) = if a.len() == 4 { (a, b) } else { (b, a) };
    let year: i16 = year.parse().ok().filter(|y| year.len() == 4 && (1900..=2100).contains(y))?;
    let month: u8 = month.parse().ok().filter(|m| month.len() <= 2 && (1..=12).contains(m))?;
    Some(Name::of(Part::Month(month)).in_year(YearName::Number(year)))
}

/// `2023/24`, `2023-24`, `2023/2024`: a year that spans two.
pub fn split_year(word: &str) -> Option<Name> {
    let (a, b) = word.split_once(['/', '-'])?;
    let first = four_digits(a)?;
    let follows = second_year(first, b) && (word.contains('/') || b.len() == 2);
    follows.then_some(Name { part: Part::Year, year: Some(YearName::Split(first)), basis: Basis::Fiscal })
}

fn four_digits(text: &str) -> Option<i16> {
    text.parse().ok().filter(|year| text.len() == 4 && (1900..=2100).contains(year))
}

fn second_year(first: i16, text: &str) -> bool {
    let second: Option<i16> = text.parse().ok();
    match text.len() {
        2 => second == Some((first + 1) % 100),
        4 => second == Some(first + 1),
        _ => false,
    }
}

/// A token as alternating runs of letters and digits.
fn runs(word: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut start = 0;
    let kind = |c: char| {
        if c.is_ascii_digit() {
            0
        } else if c.is_alphabetic() {
            1
        } else {
            2
        }
    };
    let mut last = None;
    for (at, c) in word.char_indices() {
        if last.is_some_and(|last| last != kind(c)) {
            runs.push(&word[start..at]);
            start = at;
        }
        last = Some(kind(c));
    }
    runs.push(&word[start..]);
    runs.retain(|run| run.chars().all(char::is_alphanumeric) && !run.is_empty());
    runs
}

fn runs_name(word: &str) -> Option<Name> {
    let numbered = |letter: &str, number: &str| {
        let number: u8 = number.parse().ok().filter(|_| number.len() <= 2)?;
        match letter {
            "q" | "qtr" if (1..=4).contains(&number) => Some(Name::of(Part::Quarter(number))),
            "h" if (1..=2).contains(&number) => Some(Name::of(Part::Half(number))),
            "w" | "wk" | "cw" | "kw" if (1..=53).contains(&number) => Some(Name::of(Part::Week(number))),
            _ => None,
        }
    };
    match runs(word)[..] {
        ["fy", year] => fiscal_year(year, None),
        ["fy", year, second] => fiscal_year(year, Some(second)),
        ["cy", year] => {
            Some(Name { basis: Basis::Calendar, ..Name::of(Part::Year).in_year(YearName::Calendar(any_year(year)?)) })
        }
        [letter, number] if number.starts_with(|c: char| c.is_ascii_digit()) => numbered(letter, number),
        [number, "q"] => numbered("q", number),
        [number, "h"] => numbered("h", number),
        [letter, number, year] if letter.starts_with(char::is_alphabetic) => {
            Some(numbered(letter, number)?.in_year(YearName::Number(any_year(year)?)))
        }
        [year, letter, number] if year.len() == 4 => {
            Some(numbered(letter, number)?.in_year(YearName::Number(four_digits(year)?)))
        }
        [number, letter @ ("q" | "h"), year] => {
            Some(numbered(letter, number)?.in_year(YearName::Number(any_year(year)?)))
        }
        [number, letter @ ("q" | "h"), "fy", year] => {
            Some(numbered(letter, number)?.in_year(YearName::Fiscal(any_year(year)?)))
        }
        [letter, number, "fy", year] | ["fy", year, letter, number] => {
            Some(numbered(letter, number)?.in_year(YearName::Fiscal(any_year(year)?)))
        }
        _ => None,
    }
}

/// `24` or `2024`.
pub fn any_year(text: &str) -> Option<i16> {
    match text.len() {
        2 => text.parse::<i16>().ok().map(|year| 2000 + year),
        _ => four_digits(text),
    }
}

fn fiscal_year(year: &str, second: Option<&str>) -> Option<Name> {
    let first = any_year(year)?;
    let year = match second {
        None => YearName::Fiscal(first),
        Some(second) if second_year(first, second) => YearName::Split(first),
        Some(_) => return None,
    };
    Some(Name { part: Part::Year, year: Some(year), basis: Basis::Fiscal })
}

/// `FY 24`, `FY 2023/24`: two tokens.
fn fiscal_in_two(reader: &Reader, at: usize) -> Option<(Name, usize)> {
    if reader.word(at) != "fy" {
        return None;
    }
    let word = reader.word(at + 1);
    let name = match word.split_once(['/', '-']) {
        Some((first, second)) => fiscal_year(first, Some(second))?,
        None => fiscal_year(word, None)?,
    };
    Some((name, at + 2))
}
