//! Partial period: twelve days of this month against the whole of last month.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table outlets
  outlet_id INTEGER key
  outlet_name VARCHAR(30) unique
table till_receipts "One row per receipt"
  receipt_no INTEGER key
  outlet_id INTEGER -> outlets.outlet_id
  sold_on DATE index
  takings DECIMAL(10,2) "Paid by the guest"
"#;
const NAIVE: &str = "SELECT CASE WHEN sold_on >= '2025-03-01' THEN '2025-03-01' ELSE '2025-02-01' END AS month, SUM(takings) \
    FROM till_receipts WHERE sold_on >= '2025-02-01' AND sold_on < '2025-04-01' GROUP BY month ORDER BY month";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(16, 1);
    let outlets = ["Harbour", "Market", "Station"];
    let today = date(2025, 3, 12);
    let mut receipts: Rows = Vec::new();
    let [mut alike, mut whole] = [(); 2].map(|()| Sums::default());
    for step in 0..=70 {
        let day = plus_days(date(2025, 1, 1), step);
        for _ in 0..random.between(4, 12) {
            let (outlet, money) = (random.between(1, 3), random.between(350, 9_800));
            receipts.push(vec![
                Value::Int(receipts.len() as i64 + 1),
                Value::Int(outlet),
                Value::Date(day),
                cents(money),
            ]);
            if day.month() >= 2 {
                let month = day.first_of_month().to_string();
                whole.add(&month, money);
                alike.add(&month, if day.day() <= today.day() { money } else { 0 });
            }
        }
    }
    let outlets = (1..).zip(outlets).map(|(id, name)| vec![Value::Int(id), Value::from(name)]).collect();
    Trap {
        class: "partial period",
        book: book("bistro", "The tills of a bistro", LAYOUT, vec![outlets, receipts]),
        question: "takings this month compared with last month",
        clock: today,
        right: vec![alike.answer("takings", 2)],
        due: Due::Answer,
        naive_sql: NAIVE,
        naive: vec![whole.answer("takings", 2)],
    }
}
