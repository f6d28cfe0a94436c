//! The tokens of a question under a reading head, and what rules hand back.

use jiff::civil::Date;
use meaning::{Token, TokenKind};
use sql::Grain;

use super::fiscal::{Basis, Calendar};
use super::form::TimeForm;
use super::period::{Period, follows_year};
use super::span::{Span, add_days};
use super::words;

/// Tokens, the calendar they are read by, and what was read before.
pub struct Reader<'a> {
    /// The question.
    pub tokens: &'a [Token],
    /// The calendar of the books.
    pub calendar: &'a Calendar,
    /// The only clock.
    pub today: Date,
    /// The period mentioned last, against which "vs Q1" is placed.
    pub before: Option<Period>,
}

/// A period with its other readings.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The reading taken.
    pub period: Period,
    /// The others, with words for each.
    pub alternatives: Vec<(String, Period)>,
    /// What was decided.
    pub assumption: Option<String>,
}

/// What a rule found: the tokens up to `end`.
#[derive(Clone, Debug)]
pub struct Match {
    /// The token behind the last one covered.
    pub end: usize,
    /// The reading taken.
    pub form: TimeForm,
    /// The others, with words for each.
    pub alternatives: Vec<(String, TimeForm)>,
    /// What was decided.
    pub assumption: Option<String>,
}

impl Reading {
    /// A period that cannot be read otherwise.
    pub fn plain(period: Period) -> Reading {
        Reading { period, alternatives: Vec::new(), assumption: None }
    }

    /// The same with something to say about it.
    #[must_use]
    pub fn assuming(mut self, words: impl Into<String>) -> Reading {
        self.assumption = join(self.assumption, Some(words.into()));
        self
    }

    /// Every reading of it, turned into a form.
    pub fn shape(self, end: usize, form: impl Fn(Period) -> TimeForm) -> Match {
        let alternatives = self.alternatives.into_iter().map(|(words, period)| (words, form(period))).collect();
        Match { end, form: form(self.period), alternatives, assumption: self.assumption }
    }

    /// Every reading of it, turned into another period.
    #[must_use]
    pub fn map(self, change: impl Fn(Period) -> Period) -> Reading {
        let alternatives = self.alternatives.into_iter().map(|(words, period)| (words, change(period))).collect();
        Reading { period: change(self.period), alternatives, assumption: self.assumption }
    }
}

impl Match {
    /// A form without other readings.
    pub fn plain(end: usize, form: TimeForm) -> Match {
        Match { end, form, alternatives: Vec::new(), assumption: None }
    }

    /// The same with one more reading.
    #[must_use]
    pub fn or(mut self, words: impl Into<String>, form: TimeForm) -> Match {
        self.alternatives.push((words.into(), form));
        self
    }

    /// The same with something to say about it.
    #[must_use]
    pub fn assuming(mut self, words: impl Into<String>) -> Match {
        self.assumption = join(self.assumption, Some(words.into()));
        self
    }
}

/// Two assumptions as one text, each said once.
pub fn join(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) if !first.contains(&second) => Some(format!("{first}; {second}")),
        (first, second) => first.or(second),
    }
}

impl<'a> Reader<'a> {
    /// The word at that place as written; empty beyond the end.
    pub fn written(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// The word at that place in lower case; empty for quoted text and beyond the end.
    pub fn word(&self, at: usize) -> &'a str {
        match self.tokens.get(at) {
            Some(token) if token.kind != TokenKind::Quoted => token.lower.as_str(),
            _ => "",
        }
    }

    /// The word before that place.
    pub fn word_before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    /// Whether one of these words stands there.
    pub fn is(&self, at: usize, words: &[&str]) -> bool {
        let word = self.word(at);
        !word.is_empty() && words.contains(&word)
    }

    /// The place behind one of these words if one stands there, else the place itself.
    pub fn skip(&self, at: usize, words: &[&str]) -> usize {
        if self.is(at, words) { at + 1 } else { at }
    }

    /// The place behind the longest of these phrases (words with single spaces) that stands there.
    pub fn phrase(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.one_phrase(at, phrase)).max()
    }

    fn one_phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut end = at;
        for word in phrase.split(' ') {
            if self.word(end) != word {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    /// Bytes between the end of the token before and this one: more than 1 means that something (a dash, an apostrophe)
    /// stood there that is no token.
    pub fn gap(&self, at: usize) -> usize {
        match (at.checked_sub(1).and_then(|before| self.tokens.get(before)), self.tokens.get(at)) {
            (Some(before), Some(token)) => token.start.saturating_sub(before.end),
            _ => 0,
        }
    }

    /// Four digits that can be a year.
    pub fn year_number(&self, at: usize) -> Option<i16> {
        let word = self.word(at);
        let digits = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| word.parse().ok()).flatten().filter(|year| (1900..=2100).contains(year))
    }

    /// A bare number that stands where a year would and not where an amount would.
    pub fn bare_year(&self, at: usize) -> Option<i16> {
        let year = self.year_number(at)?;
        let before = self.word_before(at);
        let named = before == "=" && at >= 2 && self.is(at - 2, &["year", "fy"]);
        let more = self.is(at + 1, &["or"])
            && self.is(at + 2, &["more", "less", "fewer", "higher", "lower", "above", "below", "over"]);
        let ranges = self.is(at + 1, &["to", "and", "or"]) && self.is_amount(at + 2) && before != "in";
        let amount = words::makes_amount(before) || words::counts_things(self.word(at + 1)) || more || ranges;
        (named || !amount).then_some(year)
    }

    fn is_amount(&self, at: usize) -> bool {
        let number = self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Number);
        number && self.year_number(at).is_none()
    }

    /// A count, as digits or as a word.
    pub fn count(&self, at: usize) -> Option<(i32, usize)> {
        let word = self.word(at);
        let value = words::cardinal(word).or_else(|| word.parse().ok()).filter(|value| (1..=9999).contains(value))?;
        let end = if word == "couple" { self.skip(at + 1, &["of"]) } else { at + 1 };
        Some((i32::try_from(value).ok()?, end))
    }

    /// `fiscal`, `financial`, `calendar`, or nothing.
    pub fn basis(&self, at: usize) -> (Basis, usize) {
        match self.word(at) {
            "fiscal" | "financial" | "accounting" => (Basis::Fiscal, at + 1),
            "calendar" => (Basis::Calendar, at + 1),
            _ => (Basis::Books, at),
        }
    }

    /// A unit with its basis: `quarter`, `fiscal year`, `half year`, `fy`.
    pub fn unit(&self, at: usize) -> Option<(Grain, Basis, usize)> {
        match self.word(at) {
            "fy" => return Some((Grain::Year, Basis::Fiscal, at + 1)),
            "cy" => return Some((Grain::Year, Basis::Calendar, at + 1)),
            _ => {}
        }
        let (basis, at) = self.basis(at);
        let grain = words::unit(self.word(at))?;
        let end = if grain == Grain::Half { self.skip(at + 1, &["year", "years"]) } else { at + 1 };
        Some((grain, basis, end))
    }

    /// The day after today, up to which "to date" reaches.
    pub fn tomorrow(&self) -> Date {
        add_days(self.today, 1)
    }

    /// Reads by the year of the books, with the calendar year as the other reading where the two differ.
    pub fn by_basis(&self, grain: Grain, basis: Basis, period: impl Fn(Basis) -> Option<Period>) -> Option<Reading> {
        let main = period(basis)?;
        let mut reading = Reading::plain(main);
        if basis == Basis::Books && self.calendar.is_fiscal() && follows_year(grain) {
            let words = format!("read by the fiscal year that {}: {}", self.calendar.words(), reading.period.label);
            reading = reading.assuming(words);
            if let Some(other) = period(Basis::Calendar).filter(|other| other.span != reading.period.span) {
                reading.alternatives.push((format!("by the calendar year: {}", other.label), other));
            }
        }
        Some(reading)
    }

    /// From `first` to the end of `last`.
    pub fn joined(&self, first: &Period, last: &Period) -> Period {
        let span = Span { from: first.span.from, to: last.span.to };
        let grain = match (first.grain, last.grain) {
            (Some(first), Some(last)) => Some(first.min(last)),
            _ => None,
        };
        let name = format!("{} to {}", first.name(), last.name());
        let joined = Period { fiscal: first.fiscal && last.fiscal, ..Period::named(&name, span, grain) };
        if last.partial.is_some() { joined.seen_on(self.today) } else { joined }
    }
}
