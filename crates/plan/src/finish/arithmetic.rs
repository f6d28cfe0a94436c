//! Measures from bases, exactly.

use bigdecimal::{RoundingMode, Zero};
use catalog::Decimal;
use meaning::formula::Arithmetic;
use meaning::ontology::Better;

use crate::semantic::Calc;

/// Digits behind the point that a quotient keeps.
pub const QUOTIENT_DIGITS: i64 = 10;

/// Computes a measure; none where a part is missing or a divisor is zero.
pub fn compute(calc: &Calc, bases: &[Option<Decimal>], days: Option<i64>) -> Option<Decimal> {
    let value = exact(calc, bases, days)?;
    Some(if divides(calc) { round(&value) } else { value })
}

fn exact(calc: &Calc, bases: &[Option<Decimal>], days: Option<i64>) -> Option<Decimal> {
    match calc {
        Calc::Base(i) => bases.get(*i)?.clone(),
        Calc::Days => days.map(Decimal::from),
        Calc::Number(n) => Some(Decimal::from(*n)),
        Calc::Operation(operation, a, b) => {
            let (a, b) = (exact(a, bases, days)?, exact(b, bases, days)?);
            match operation {
                Arithmetic::Add => Some(a + b),
                Arithmetic::Sub => Some(a - b),
                Arithmetic::Mul => Some(a * b),
                Arithmetic::Div => divide(&a, &b),
            }
        }
        Calc::Positive(of) => exact(of, bases, days).filter(|value| *value >= Decimal::zero()),
        Calc::Change(a, b) => {
            let (a, b) = (exact(a, bases, days)?, exact(b, bases, days)?);
            if b > Decimal::zero() { divide(&(a - &b), &b) } else { None }
        }
    }
}

/// A quotient to about a hundred digits; none for a zero divisor.
fn divide(a: &Decimal, b: &Decimal) -> Option<Decimal> {
    (!b.is_zero()).then(|| a / b)
}

/// `a / b`, rounded half-even once; none where `b` is zero.
pub fn quotient(a: &Decimal, b: &Decimal) -> Option<Decimal> {
    divide(a, b).map(|q| round(&q))
}

fn round(value: &Decimal) -> Decimal {
    value.with_scale_round(QUOTIENT_DIGITS, RoundingMode::HalfEven).normalized()
}

/// Whether a calculation holds a quotient.
pub fn divides(calc: &Calc) -> bool {
    match calc {
        Calc::Operation(Arithmetic::Div, ..) | Calc::Change(..) => true,
        Calc::Operation(_, a, b) => divides(a) || divides(b),
        Calc::Positive(of) => divides(of),
        _ => false,
    }
}

/// The change from one value to another in relation to the first; "not meaningful" (none) where
/// the first is zero or negative.
pub fn growth(from: &Decimal, to: &Decimal) -> Option<Decimal> {
    let positive = *from > Decimal::zero();
    if positive { quotient(&(to - from), from) } else { None }
}

/// The yearly rate that leads from one value to another within so many years, compounded; "not meaningful" (none)
/// where the first is zero or negative, or the second negative. Exact to [`QUOTIENT_DIGITS`] digits: the root is
/// taken of a whole number.
pub fn compound(from: &Decimal, to: &Decimal, years: u32) -> Option<Decimal> {
    if years == 0 || *from <= Decimal::zero() || *to < Decimal::zero() {
        return None;
    }
    let digits = QUOTIENT_DIGITS + 4;
    let shifted = divide(to, from)?.with_scale_round(digits * i64::from(years), RoundingMode::Down);
    let (whole, _) = shifted.into_bigint_and_exponent();
    Some(round(&(Decimal::new(whole.nth_root(years), digits) - Decimal::from(1))))
}

/// Whether a change is in the direction that is better, in a word; none where there is no change or no direction.
pub fn favourable(change: &Decimal, better: Better) -> Option<&'static str> {
    let up = match better {
        Better::None => return None,
        Better::Up => *change > Decimal::zero(),
        Better::Down => *change < Decimal::zero(),
    };
    (!change.is_zero()).then_some(if up { "favourable" } else { "unfavourable" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str(text).unwrap()
    }

    fn ratio() -> Calc {
        Calc::Operation(Arithmetic::Div, Box::new(Calc::Base(0)), Box::new(Calc::Base(1)))
    }

    #[test]
    fn quotients_are_rounded_once_and_half_even() {
        let third = compute(&ratio(), &[Some(decimal("1")), Some(decimal("3"))], None);
        assert_eq!(third, Some(decimal("0.3333333333")));
        assert_eq!(quotient(&decimal("0.00000000005"), &decimal("1")), Some(decimal("0")));
        assert_eq!(quotient(&decimal("0.00000000015"), &decimal("1")), Some(decimal("0.0000000002")));
    }

    #[test]
    fn compound_rates_are_roots() {
        let rate = |a: &str, b: &str, years| compound(&decimal(a), &decimal(b), years);
        assert_eq!(rate("100", "121", 2), Some(decimal("0.1")));
        assert_eq!(rate("100", "200", 1), Some(decimal("1")));
        assert_eq!(rate("3", "4", 3), Some(decimal("0.1006424163")));
        assert_eq!(rate("8", "1", 3), Some(decimal("-0.5")));
        assert_eq!((rate("0", "1", 2), rate("-1", "1", 2), rate("1", "-1", 2)), (None, None, None));
    }

    #[test]
    fn nothing_comes_of_zero_divisors_and_missing_parts() {
        assert_eq!(compute(&ratio(), &[Some(decimal("1")), Some(decimal("0"))], None), None);
        assert_eq!(compute(&ratio(), &[Some(decimal("1")), None], None), None);
        let positive = Calc::Positive(Box::new(ratio()));
        assert_eq!(compute(&positive, &[Some(decimal("1")), Some(decimal("-4"))], None), None);
        assert_eq!(compute(&positive, &[Some(decimal("1")), Some(decimal("4"))], None), Some(decimal("0.25")));
        assert_eq!(growth(&decimal("-5"), &decimal("5")), None);
        assert_eq!(growth(&decimal("4"), &decimal("5")), Some(decimal("0.25")));
    }
}
