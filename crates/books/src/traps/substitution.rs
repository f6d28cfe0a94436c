//! Measure substitution: what was ordered is not what was earned.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table service_orders
  order_no INTEGER key
  ordered_on DATE index
  order_value DECIMAL(12,2)
table service_receipts "Money received"
  receipt_no INTEGER key
  received_on DATE index
  received_amount DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT SUM(order_value) FROM service_orders WHERE ordered_on >= '2024-01-01' AND ordered_on < \
    '2025-01-01'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(37, 1);
    let (mut orders, mut receipts): (Rows, Rows) = (Vec::new(), Vec::new());
    let mut ordered = 0;
    for number in 1..=60 {
        let day = plus_days(date(2024, 1, 2), random.between(0, 330));
        let value = random.between(50_000, 400_000);
        orders.push(vec![Value::Int(number), Value::Date(day), cents(value)]);
        receipts.push(vec![Value::Int(number), Value::Date(plus_days(day, 25)), cents(value * 8 / 10)]);
        ordered += value;
    }
    Trap {
        class: "measure substitution",
        book: book("plumber", "Orders and receipts of a plumber, who keeps no ledger", LAYOUT, vec![orders, receipts]),
        question: "revenue in 2024",
        clock: date(2024, 12, 31),
        due: Due::Refusal,
        right: Vec::new(),
        naive_sql: NAIVE,
        naive: total("revenue", ordered, 2),
    }
}
