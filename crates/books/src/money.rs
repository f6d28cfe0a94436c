//! Money as whole cents, and how it becomes a cell.

use bigdecimal::num_bigint::BigInt;
use catalog::{Decimal, Value};

/// Millionths in one; exchange rates are counted in them.
pub(crate) const MICRO: i64 = 1_000_000;

/// `a * b / c`, rounded half to even; 0 for `c` = 0.
pub(crate) fn scaled(a: i64, b: i64, c: i64) -> i64 {
    if c == 0 {
        return 0;
    }
    let product = i128::from(a) * i128::from(b);
    let divisor = i128::from(c);
    let (quotient, rest) = (product.div_euclid(divisor), product.rem_euclid(divisor));
    let twice = 2 * rest;
    let size = divisor.abs();
    let up = twice > size || twice == size && quotient % 2 != 0;
    (quotient + if up { divisor.signum() } else { 0 }) as i64
}

/// A number of units of 10^-digits as an exact decimal.
pub(crate) fn decimal(units: i128, digits: i64) -> Decimal {
    Decimal::new(BigInt::from(units), digits)
}

/// Cents as a cell.
pub(crate) fn cents(amount: i64) -> Value {
    Value::Decimal(Decimal::new(BigInt::from(amount), 2))
}

/// Millionths as a cell.
pub(crate) fn micros(amount: i64) -> Value {
    Value::Decimal(Decimal::new(BigInt::from(amount), 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!([scaled(5, 1, 2), scaled(7, 1, 2), scaled(-5, 1, 2), scaled(-7, 1, 2)], [2, 4, -2, -4]);
        assert_eq!([scaled(10, 1, 3), scaled(11, 1, 3), scaled(-10, 1, 3), scaled(1, 1, 0)], [3, 4, -3, 0]);
    }

    #[test]
    fn cells_keep_their_digits() {
        assert_eq!(cents(-1234).to_string(), "-12.34");
        assert_eq!(cents(500).to_string(), "5.00");
        assert_eq!(micros(925_400).to_string(), "0.925400");
    }
}
