//! Sign convention: refunds are kept as positive amounts, told apart by their kind alone.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table counter_receipts
  receipt_no INTEGER key
  rung_up_on DATE index
  kind VARCHAR(10) "sale or refund"
  receipt_amount DECIMAL(10,2) "Always positive"
"#;
const NAIVE: &str = "SELECT SUM(receipt_amount) FROM counter_receipts WHERE rung_up_on >= '2024-01-01' AND rung_up_on < \
    '2025-01-01'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(30, 1);
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for number in 1..=160 {
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        let amount = random.between(400, 20_000);
        let refund = random.chance(150);
        let kind = if refund { "refund" } else { "sale" };
        rows.push(vec![Value::Int(number), Value::Date(day), kind.into(), cents(amount)]);
        right += if refund { -amount } else { amount };
        naive += amount;
    }
    Trap {
        class: "sign of refunds",
        book: book("chemist", "The counter of a chemist", LAYOUT, vec![rows]),
        question: "receipt amount in 2024",
        clock: date(2024, 12, 31),
        due: Due::Refusal,
        right: total("receipt amount", right, 2),
        naive_sql: NAIVE,
        naive: total("receipt amount", naive, 2),
    }
}
