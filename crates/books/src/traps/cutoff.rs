//! Cut-off: a timestamp on the last day of a month lies behind the midnight that the day begins with.

use catalog::Value;
use jiff::civil::{DateTime, date};

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table card_payments
  payment_no INTEGER key
  paid_at TIMESTAMP index "UTC"
  paid_amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT SUM(paid_amount) FROM card_payments WHERE paid_at BETWEEN '2024-03-01' AND '2024-03-31'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(68, 1);
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for number in 1..=400 {
        let day = plus_days(date(2024, 2, 20), random.between(0, 50));
        let (hour, minute) = (random.between(0, 23) as i8, random.between(1, 59) as i8);
        let at: DateTime = day.at(hour, minute, 0, 0);
        let amount = random.between(500, 30_000);
        rows.push(vec![Value::Int(number), Value::DateTime(at), cents(amount)]);
        right += if day.month() == 3 { amount } else { 0 };
        naive += if day.month() == 3 && day.day() < 31 { amount } else { 0 };
    }
    Trap {
        class: "cut-off",
        book: book("terminal", "Card payments of a shop", LAYOUT, vec![rows]),
        question: "paid amount in March 2024",
        clock: date(2024, 4, 30),
        due: Due::Answer,
        right: total("paid amount", right, 2),
        naive_sql: NAIVE,
        naive: total("paid amount", naive, 2),
    }
}
