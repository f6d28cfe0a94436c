//! Integer division: whole numbers divided by whole numbers give nought.

use std::collections::BTreeMap;

use bigdecimal::RoundingMode;
use catalog::{Decimal, Value};
use jiff::civil::date;

use super::trap::{Answer, Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::random::Random;

const LAYOUT: &str = r#"
table auctions
  lot_no INTEGER key
  hall VARCHAR(20)
  sold_on DATE index
  sales_price INTEGER
  cost_price INTEGER
"#;
const NAIVE: &str = "SELECT hall, (SUM(sales_price) - SUM(cost_price)) / SUM(sales_price) FROM auctions GROUP BY hall ORDER BY \
    hall";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(40, 1);
    let mut rows: Rows = Vec::new();
    let mut sums = BTreeMap::<&str, (i64, i64)>::new();
    for number in 1..=80 {
        let hall = random.pick(&["A", "B", "C"]);
        let price = random.between(200, 9_000);
        let cost = price * random.between(40, 90) / 100;
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        rows.push(vec![Value::Int(number), hall.into(), Value::Date(day), Value::Int(price), Value::Int(cost)]);
        let sum = sums.entry(hall).or_insert((0, 0));
        *sum = (sum.0 + price, sum.1 + cost);
    }
    let margin = |(price, cost): &(i64, i64)| {
        (Decimal::from(price - cost) / Decimal::from(*price)).with_scale_round(6, RoundingMode::HalfEven)
    };
    let rows_right = sums.iter().map(|(hall, sum)| (vec![(*hall).to_owned()], margin(sum))).collect();
    let mut nought = Sums::default();
    sums.keys().for_each(|hall| nought.add(hall, 0));
    Trap {
        class: "integer division",
        book: book("auction", "Lots of an auction house", LAYOUT, vec![rows]),
        question: "gross margin by hall in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![Answer { measure: "gross margin", rows: rows_right }],
        naive_sql: NAIVE,
        naive: vec![nought.answer("gross margin", 0)],
    }
}
