//! Rows behind a number with their exact amounts.

use bigdecimal::{RoundingMode, Zero};
use catalog::{Decimal, Value};

use crate::semantic::{Amount, Behind};
use crate::units;

/// The columns shown of a row, and its amount. Cost: one exact subtraction.
pub fn amounted(behind: &Behind, row: &[Value]) -> (Vec<Value>, Decimal) {
    let width = behind.shown.len();
    let number = |i: usize| row.get(width + i).and_then(Value::to_decimal).unwrap_or_else(Decimal::zero);
    let amount = match &behind.base.amount {
        Amount::Net(..) => scaled(behind, number(0)) - scaled(behind, number(1)),
        Amount::Negated(_) => -scaled(behind, number(0)),
        Amount::Sum(_) => scaled(behind, number(0)),
        Amount::Rows | Amount::Distinct(_) | Amount::Max(_) | Amount::Min(_) => Decimal::from(1),
    };
    let shown = row.iter().take(width).cloned().collect();
    (shown, if behind.turned { -amount } else { amount })
}

/// A number with the digits that its column was declared with.
fn scaled(behind: &Behind, number: Decimal) -> Decimal {
    let number = match behind.base.scale {
        Some(scale) => number.with_scale_round(i64::from(scale), RoundingMode::HalfEven),
        None => number,
    };
    if behind.base.power == 0 { number } else { units::in_full(number, behind.base.power) }
}
