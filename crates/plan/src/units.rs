//! What one of a column's numbers stands for: a hundredth, a thousand, a million, or just itself.

use catalog::{Column, Decimal};

use crate::graph::Node;

/// Stems in a column's name, and phrases of its comment, that say its numbers count hundredths.
const HUNDREDTHS: (&[&str], &[&str]) =
    (&["cent", "penc", "penny", "penni"], &["in cents", "in pence", "in euro cents"]);
/// Those for thousands.
const THOUSANDS: (&[&str], &[&str]) = (
    &["thousand", "keur", "teur", "kusd", "kgbp", "kchf", "tsd"],
    &["in thousands", "in thousand", "in keur", "in teur"],
);
/// Those for millions.
const MILLIONS: (&[&str], &[&str]) = (&["million", "mio", "meur", "musd"], &["in millions", "in million"]);

/// The power of ten that one of a column's numbers stands for: -2 for hundredths, 3 for thousands, 6 for millions.
///
/// Evidence: the last word of its name ("fee_cents", "turnover_thousands"), any word of it for thousands and millions,
/// or a comment that says so ("In thousands of euros").
pub fn power(node: &Node, column: &Column) -> i32 {
    let readings = node.reads(&column.name);
    let comment = column.comment.as_deref().unwrap_or("").to_lowercase();
    let said = |phrases: &[&str]| phrases.iter().any(|p| is_said(&comment, p));
    let named = |stems: &[&str]| readings.iter().flatten().any(|w| stems.contains(&w.as_str()));
    let last = |stems: &[&str]| {
        readings.iter().any(|w| w.len() > 1 && w.last().is_some_and(|last| stems.contains(&last.as_str())))
    };
    match () {
        () if last(HUNDREDTHS.0) || said(HUNDREDTHS.1) => -2,
        () if named(THOUSANDS.0) || said(THOUSANDS.1) => 3,
        () if named(MILLIONS.0) || said(MILLIONS.1) => 6,
        () => 0,
    }
}

/// Whether a comment holds a phrase as whole words.
fn is_said(comment: &str, phrase: &str) -> bool {
    let words: Vec<&str> = comment.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let wanted: Vec<&str> = phrase.split(' ').collect();
    words.windows(wanted.len()).any(|window| window == wanted)
}

/// What a power is called behind an amount; none where a number stands for itself.
pub fn called(power: i32) -> Option<&'static str> {
    match power {
        -2 => Some("kept in hundredths"),
        3 => Some("kept in thousands"),
        6 => Some("kept in millions"),
        _ => None,
    }
}

/// A stored number in full.
pub fn in_full(number: Decimal, power: i32) -> Decimal {
    let (digits, exponent) = number.into_bigint_and_exponent();
    let scaled = Decimal::new(digits, exponent - i64::from(power));
    if power > 0 { scaled.with_scale(scaled.fractional_digit_count().max(0)) } else { scaled }
}

/// A number as a column keeps it.
pub fn as_kept(number: &Decimal, power: i32) -> Decimal {
    in_full(number.clone(), -power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back() {
        let number = Decimal::new(12_345.into(), 1);
        assert_eq!(in_full(number.clone(), 3), Decimal::from(1_234_500));
        assert_eq!(as_kept(&in_full(number.clone(), -2), -2), number);
        assert!(is_said("in thousands of euros", "in thousands") && !is_said("begin thousandsfold", "in thousands"));
    }
}
