//! Unanswerable: a profit without any cost in the books is the sum of the sales under another name.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table market_sales
  sale_no INTEGER key
  stall VARCHAR(20)
  sold_on DATE index
  sales_amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT SUM(sales_amount) FROM market_sales";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(71, 1);
    let mut rows: Rows = Vec::new();
    let mut sum = 0;
    for number in 1..=60 {
        let amount = random.between(500, 9_000);
        let stall = random.pick(&["Cheese", "Flowers", "Fruit"]);
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        rows.push(vec![Value::Int(number), stall.into(), Value::Date(day), cents(amount)]);
        sum += amount;
    }
    Trap {
        class: "unanswerable",
        book: book("market_day", "Stalls of a market", LAYOUT, vec![rows]),
        question: "gross profit in 2024",
        clock: date(2024, 12, 31),
        due: Due::Refusal,
        right: Vec::new(),
        naive_sql: NAIVE,
        naive: total("gross profit", sum, 2),
    }
}
