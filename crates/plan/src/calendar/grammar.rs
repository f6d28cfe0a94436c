//! The grammar: one table of rules, the longest match wins, earlier rules win ties.

use jiff::civil::Date;
use meaning::Token;

use super::absolute::impossible;
use super::fiscal::Calendar;
use super::form::{Comparison, TimeForm, TimeMention};
use super::period::Period;
use super::reader::{Match, Reader};
use super::{asof, compare, open, ranges, series};

type Rule = fn(&Reader, usize) -> Option<Match>;

/// Every way to speak of time.
const RULES: &[Rule] = &[
    compare::growth,
    compare::compared,
    compare::same_period,
    asof::as_of_words,
    asof::at_day,
    asof::edge_of,
    asof::unit_end,
    series::series,
    ranges::between_words,
    open::open_end,
    open::by_day,
    open::all_to_date,
    ranges::period,
    ranges::the_unit,
    open::onwards,
];

/// Finds the time expressions of a question, in order and without overlap. Deterministic: `today` is the only clock.
///
/// Cost: a constant number of rules per token, each reading a few tokens ahead (a list reads to its end).
pub fn read(tokens: &[Token], calendar: &Calendar, today: Date) -> Vec<TimeMention> {
    let mut reader = Reader { tokens, calendar, today, before: None };
    let mut mentions = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(found) = longest(&reader, at) else {
            at = impossible(&reader, at).unwrap_or(at + 1);
            continue;
        };
        if let Some(period) = period_of(&found.form) {
            reader.before = Some(period.clone());
        }
        let Match { end, form, alternatives, assumption } = found;
        mentions.push(TimeMention { tokens: at..end, form, alternatives, assumption });
        at = end;
    }
    mentions
}

fn longest(reader: &Reader, at: usize) -> Option<Match> {
    let mut best: Option<Match> = None;
    for found in RULES.iter().filter_map(|rule| rule(reader, at)) {
        if found.end > at && best.as_ref().is_none_or(|best| found.end > best.end) {
            best = Some(found);
        }
    }
    best
}

fn period_of(form: &TimeForm) -> Option<&Period> {
    match form {
        TimeForm::Period(period) | TimeForm::Compare(Comparison::With(period)) => Some(period),
        TimeForm::Periods(periods) => periods.last(),
        _ => None,
    }
}
