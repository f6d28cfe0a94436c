//! Periods of a follow-up in the light of the period before.

use jiff::civil::{Date, date};
use meaning::{Token, tokenize};
use sql::Grain;

use super::cue::starts;
use crate::calendar::{self, Basis, Calendar, Period, TimeForm, TimeMention};

/// Bare names of quarters and halves.
const PARTS: [&str; 6] = ["q1", "q2", "q3", "q4", "h1", "h2"];
/// Words before a time that carry no time themselves.
const PREPOSITIONS: [&str; 7] = ["in", "for", "of", "the", "during", "and", "on"];

/// The period before, where a text asks for that: "the quarter before".
const BEFORE: &[(&str, Option<Grain>)] = &[
    ("the quarter before that", Some(Grain::Quarter)),
    ("the month before that", Some(Grain::Month)),
    ("the year before that", Some(Grain::Year)),
    ("the period before that", None),
    ("the one before that", None),
    ("the quarter before", Some(Grain::Quarter)),
    ("the month before", Some(Grain::Month)),
    ("the year before", Some(Grain::Year)),
    ("the period before", None),
    ("the one before", None),
    ("before that", None),
];

/// Bare parts of a year ("Q2", "March") mean those of the year that was talked about: its name is put behind them.
/// A part of it that is still to come means the latest one, as it does in a question of its own.
pub fn in_its_year(tokens: &[Token], known: &[Period], calendar: &Calendar, today: Date) -> Vec<Token> {
    let [period] = known else { return tokens.to_vec() };
    if period.span.opens_early() || period.span.opens_late() {
        return tokens.to_vec();
    }
    let mut out = Vec::new();
    let mut at = 0;
    for time in calendar::read(tokens, calendar, today) {
        out.extend_from_slice(&tokens[at..time.tokens.end]);
        at = time.tokens.end;
        let TimeForm::Period(named) = &time.form else { continue };
        let year = bare_part(&tokens[time.tokens.clone()]).and_then(|part| year_of(part, named, period, calendar));
        if let Some(year) = year {
            let mut dated = out.clone();
            dated.extend(tokenize(&year));
            let begun = |t: &TimeMention| matches!(&t.form, TimeForm::Period(p) if p.span.from <= today);
            if calendar::read(&dated, calendar, today).last().is_some_and(begun) {
                out = dated;
            }
        }
    }
    out.extend_from_slice(&tokens[at..]);
    out
}

/// The only word of a time, where that is a part of a year.
fn bare_part(tokens: &[Token]) -> Option<&str> {
    let mut words = tokens.iter().map(|t| t.lower.as_str()).filter(|w| !PREPOSITIONS.contains(w));
    let word = words.next().filter(|_| words.next().is_none())?;
    (PARTS.contains(&word) || calendar::month(word).is_some()).then_some(word)
}

/// The name of the year of a known period, as it has to stand behind a part of it.
fn year_of(part: &str, named: &Period, known: &Period, calendar: &Calendar) -> Option<String> {
    let basis = if known.grain == Some(Grain::Month) || known.fiscal { Basis::Books } else { Basis::Calendar };
    let counting = calendar.counting(basis);
    let one_year = counting.bucket(known.span.from, Grain::Year) == counting.bucket(known.span.last(), Grain::Year);
    match calendar::month(part) {
        _ if !one_year => None,
        Some(_) if known.grain == Some(Grain::Month) => Some(known.span.from.year().to_string()),
        Some(month) => {
            let year = counting.bucket(known.span.from, Grain::Year);
            let years = [year.from.year(), year.from.year() + 1];
            years.into_iter().find(|y| year.contains(date(*y, month as i8, 1))).map(|y| y.to_string())
        }
        None if named.fiscal == known.fiscal || known.grain == Some(Grain::Month) => {
            Some(counting.year_label(known.span.from))
        }
        None => None,
    }
}

/// The period before the one that was talked about, where a text asks for it; with the number of tokens.
pub fn before(tokens: &[Token], known: &[Period], calendar: &Calendar) -> Option<(Period, usize)> {
    let [period] = known else { return None };
    let (length, grain) =
        BEFORE.iter().filter_map(|(p, g)| starts(tokens, p).map(|n| (n, *g))).max_by_key(|found| found.0)?;
    match grain {
        None => Some((calendar.prior(period), length)),
        Some(grain) if period.grain == Some(grain) => Some((calendar.prior(period), length)),
        Some(Grain::Year) => Some((calendar.prior_year(period), length)),
        Some(_) => None,
    }
}

/// The two things that "last year" may mean after a part of a year: all of it, or the same part of it.
pub fn same_part(time: &TimeMention, tokens: &[Token], known: &[Period], calendar: &Calendar) -> Option<[Period; 2]> {
    let (TimeForm::Period(named), [period]) = (&time.form, known) else { return None };
    let words: Vec<&str> = tokens[time.tokens.clone()].iter().map(|t| t.lower.as_str()).collect();
    let relative = words.iter().any(|w| matches!(*w, "last" | "previous" | "prior"));
    let finer = period.grain.is_some_and(|g| g < Grain::Year) && period.span.days() < 300;
    (relative && finer && named.grain == Some(Grain::Year)).then(|| [calendar.prior_year(period), named.clone()])
}
