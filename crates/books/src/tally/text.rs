//! A line of text: an expression over measures, and sections that cut it.

use std::collections::BTreeMap;
use std::str::FromStr;

use bigdecimal::{One, RoundingMode, Zero};
use catalog::Decimal;
use jiff::civil::Date;

use super::slice::{Row, Slice};
use super::{statement, sum};
use crate::company::Company;
use crate::company::calendar::plus_days;
use crate::error::{DateError, Error};

/// Digits of a quotient.
const DIGITS: i64 = 6;

/// Numerator and denominator; the latter is never zero.
type Fraction = (Decimal, Decimal);

/// A number for all groups alike, or one for each.
enum Numbers {
    One(Decimal),
    Each(BTreeMap<Vec<String>, Fraction>),
}

/// Answers a line; see [`super::Tally::evaluate`].
pub(super) fn evaluate(company: &Company, text: &str) -> Result<Vec<Row>, Error> {
    let mut sections = text.split(" / ").map(str::trim);
    let expression = sections.next().unwrap_or_default();
    let (slice, by) = read_sections(sections)?;
    if let Some(name) = statement::NAMES.iter().find(|n| **n == expression && by.is_empty()) {
        return Ok(statement::statement(company, name, &slice).unwrap_or_default());
    }
    let by: Vec<&str> = by.iter().map(String::as_str).collect();
    let tokens = tokens(expression);
    let mut reader = Reader { company, slice: &slice, by: &by, text: expression, tokens: &tokens, at: 0 };
    let numbers = sum_of_terms(&mut reader)?;
    if reader.at < tokens.len() {
        return Err(reader.wrong("something is left over"));
    }
    Ok(match numbers {
        Numbers::One(number) => vec![(Vec::new(), number)],
        Numbers::Each(groups) => groups.into_iter().map(|(labels, fraction)| (labels, divide(fraction))).collect(),
    })
}

fn read_sections<'a>(sections: impl Iterator<Item = &'a str>) -> Result<(Slice, Vec<String>), Error> {
    let mut slice = Slice::default();
    let mut by = Vec::new();
    for section in sections {
        if let Some(names) = section.strip_prefix("by ") {
            by.extend(names.split(',').map(|name| name.trim().to_lowercase()));
        } else if let Some(day) = section.strip_prefix("as of ") {
            slice.to = Some(plus_days(date(day)?, 1));
        } else if let Some((dimension, value)) = section.split_once('=') {
            slice.filters.push((dimension.trim().to_lowercase(), value.trim().to_owned()));
        } else if let Some((from, to)) = section.split_once("..") {
            slice.from = optional_date(from)?;
            slice.to = optional_date(to)?;
        } else {
            return Err(Error::BadSection { text: section.to_owned() });
        }
    }
    Ok((slice, by))
}

fn optional_date(text: &str) -> Result<Option<Date>, Error> {
    if text.trim().is_empty() { Ok(None) } else { date(text).map(Some) }
}

fn date(text: &str) -> Result<Date, Error> {
    let text = text.trim();
    text.parse().map_err(|e: jiff::Error| Error::BadDate { text: text.to_owned(), source: DateError(e.to_string()) })
}

/// Operators, parentheses, and what stands between them.
fn tokens(expression: &str) -> Vec<&str> {
    const SIGNS: [char; 6] = ['(', ')', '+', '-', '*', '%'];
    expression
        .split_inclusive(SIGNS)
        .flat_map(|part| {
            let body = part.trim_end_matches(SIGNS);
            [body.trim(), &part[body.len()..]]
        })
        .filter(|token| !token.is_empty())
        .collect()
}

/// The expression while it is being read.
struct Reader<'a> {
    company: &'a Company,
    slice: &'a Slice,
    by: &'a [&'a str],
    text: &'a str,
    tokens: &'a [&'a str],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, wanted: &[&str]) -> Option<&'a str> {
        let token = self.tokens.get(self.at).copied().filter(|t| wanted.contains(t))?;
        self.at += 1;
        Some(token)
    }

    fn wrong(&self, why: &'static str) -> Error {
        Error::BadExpression { text: self.text.to_owned(), why }
    }
}

fn sum_of_terms(reader: &mut Reader<'_>) -> Result<Numbers, Error> {
    let mut left = product(reader)?;
    while let Some(sign) = reader.take(&["+", "-"]) {
        let right = product(reader)?;
        left = combine(left, sign, right);
    }
    Ok(left)
}

fn product(reader: &mut Reader<'_>) -> Result<Numbers, Error> {
    let mut left = atom(reader)?;
    while let Some(sign) = reader.take(&["*", "%"]) {
        let right = atom(reader)?;
        left = combine(left, sign, right);
    }
    Ok(left)
}

fn atom(reader: &mut Reader<'_>) -> Result<Numbers, Error> {
    if reader.take(&["("]).is_some() {
        let inside = sum_of_terms(reader)?;
        return reader.take(&[")"]).map(|_| inside).ok_or_else(|| reader.wrong("a parenthesis stays open"));
    }
    let token =
        reader.tokens.get(reader.at).copied().ok_or_else(|| reader.wrong("a measure or a number is missing"))?;
    if token.chars().all(|c| "()+-*%".contains(c)) {
        return Err(reader.wrong("a measure or a number is missing"));
    }
    reader.at += 1;
    if token.starts_with(|c: char| c.is_ascii_digit()) {
        return Decimal::from_str(token).map(Numbers::One).map_err(|_| reader.wrong("a number does not parse"));
    }
    let rows = sum::measure(reader.company, &token.to_lowercase(), reader.slice, reader.by)?;
    Ok(Numbers::Each(rows.into_iter().map(|(labels, number)| (labels, (number, Decimal::from(1)))).collect()))
}

fn combine(left: Numbers, sign: &str, right: Numbers) -> Numbers {
    match (left, right) {
        (Numbers::One(a), Numbers::One(b)) => {
            let fraction = apply((a, Decimal::from(1)), sign, (b, Decimal::from(1)));
            fraction.map_or_else(|| Numbers::Each(BTreeMap::new()), |f| Numbers::One(divide(f)))
        }
        (Numbers::Each(groups), Numbers::One(b)) => each(groups, |f| apply(f, sign, (b.clone(), Decimal::from(1)))),
        (Numbers::One(a), Numbers::Each(groups)) => each(groups, |f| apply((a.clone(), Decimal::from(1)), sign, f)),
        (Numbers::Each(mut a), Numbers::Each(mut b)) => {
            let zero = || (Decimal::zero(), Decimal::from(1));
            let keys: Vec<Vec<String>> = a.keys().chain(b.keys()).cloned().collect();
            let mut groups = BTreeMap::new();
            for key in keys {
                if groups.contains_key(&key) || !a.contains_key(&key) && !b.contains_key(&key) {
                    continue;
                }
                let (x, y) = (a.remove(&key).unwrap_or_else(zero), b.remove(&key).unwrap_or_else(zero));
                if let Some(fraction) = apply(x, sign, y) {
                    groups.insert(key, fraction);
                }
            }
            Numbers::Each(groups)
        }
    }
}

fn each(groups: BTreeMap<Vec<String>, Fraction>, f: impl Fn(Fraction) -> Option<Fraction>) -> Numbers {
    Numbers::Each(groups.into_iter().filter_map(|(labels, fraction)| Some((labels, f(fraction)?))).collect())
}

/// None where the divisor is zero.
fn apply((a, b): Fraction, sign: &str, (c, d): Fraction) -> Option<Fraction> {
    match sign {
        "+" => Some((a * &d + c * &b, b * d)),
        "-" => Some((a * &d - c * &b, b * d)),
        "*" => Some((a * c, b * d)),
        _ if c.is_zero() => None,
        _ => Some((a * d, b * c)),
    }
}

/// The quotient, rounded once; a number that was never divided keeps its digits.
fn divide((numerator, denominator): Fraction) -> Decimal {
    if denominator.is_one() {
        return numerator;
    }
    // The division keeps 100 digits: too many for its own rounding to make or break a tie here.
    (numerator / denominator).with_scale_round(DIGITS, RoundingMode::HalfEven)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_round_half_to_even_once() {
        let fraction =
            |a: &str, b: &str| divide((Decimal::from_str(a).unwrap(), Decimal::from_str(b).unwrap())).to_plain_string();
        assert_eq!(fraction("1", "3"), "0.333333");
        assert_eq!(fraction("1", "2000000"), "0.000000");
        assert_eq!(fraction("3", "2000000"), "0.000002");
        assert_eq!(fraction("-3", "2000000"), "-0.000002");
        assert_eq!(fraction("12.50", "1"), "12.50");
    }

    #[test]
    fn expressions_are_cut_at_their_signs() {
        assert_eq!(
            tokens("(revenue - cost of sales) % revenue"),
            ["(", "revenue", "-", "cost of sales", ")", "%", "revenue"]
        );
    }
}
