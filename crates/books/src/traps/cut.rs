//! Truncation: a list that is cut at a round number looks like all there is.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table subscribers
  subscriber_no INTEGER key
  subscriber_name VARCHAR(20) unique
table subscriptions
  contract_no INTEGER key
  subscriber_no INTEGER -> subscribers.subscriber_no
  signed_on DATE index
  fee_amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT s.subscriber_name, SUM(x.fee_amount) FROM subscriptions x JOIN subscribers s ON s.subscriber_no = \
    x.subscriber_no GROUP BY s.subscriber_name ORDER BY s.subscriber_name LIMIT 500";
/// A few more than a round number.
const SUBSCRIBERS: i64 = 509;

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(82, 1);
    let (mut subscribers, mut contracts): (Rows, Rows) = (Vec::new(), Vec::new());
    let (mut all, mut first) = (Sums::default(), Sums::default());
    for number in 1..=SUBSCRIBERS {
        let name = format!("Subscriber {number:04}");
        subscribers.push(vec![Value::Int(number), Value::Text(name.clone())]);
        for _ in 0..2 {
            let amount = random.between(1_000, 20_000);
            let day = plus_days(date(2024, 1, 1), random.between(0, 365));
            let contract = Value::Int(contracts.len() as i64 + 1);
            contracts.push(vec![contract, Value::Int(number), Value::Date(day), cents(amount)]);
            all.add(&name, amount);
            if number <= 500 {
                first.add(&name, amount);
            }
        }
    }
    Trap {
        class: "truncation",
        book: book("magazine", "Subscriptions of a magazine", LAYOUT, vec![subscribers, contracts]),
        question: "fee amount by subscriber in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![all.answer("fee amount", 2)],
        naive_sql: NAIVE,
        naive: vec![first.answer("fee amount", 2)],
    }
}
