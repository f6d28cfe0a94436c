//! Average of averages: the mean of the shops' means is not the mean of all sales.

use bigdecimal::RoundingMode;
use catalog::{Decimal, Value};
use jiff::civil::date;

use super::trap::{Answer, Due, Rows, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table spectacle_sales
  sale_no INTEGER key
  optician VARCHAR(20)
  sold_on DATE index
  sales_amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT AVG(mean) FROM (SELECT AVG(sales_amount) AS mean FROM spectacle_sales WHERE sold_on >= '2024-01-01' AND \
    sold_on < '2025-01-01' GROUP BY optician)";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(61, 1);
    let mut rows: Rows = Vec::new();
    let shops = [("Gable", 90, 8_000), ("Lens & Co", 25, 30_000), ("Ocular", 5, 90_000)];
    let mut sums: Vec<(i64, i64)> = Vec::new();
    for (shop, count, least) in shops {
        let mut sum = 0;
        for _ in 0..count {
            let amount = least + random.between(0, 9_000);
            let day = plus_days(date(2024, 1, 3), random.between(0, 350));
            rows.push(vec![Value::Int(rows.len() as i64 + 1), shop.into(), Value::Date(day), cents(amount)]);
            sum += amount;
        }
        sums.push((sum, count));
    }
    let quotient = |sum: Decimal, count: i64| (sum / Decimal::from(count)).with_scale_round(6, RoundingMode::HalfEven);
    let money = |units: i64| Decimal::new(units.into(), 2);
    let right = quotient(money(sums.iter().map(|(sum, _)| sum).sum()), sums.iter().map(|(_, count)| count).sum());
    let means = sums.iter().map(|(sum, count)| money(*sum) / Decimal::from(*count)).sum::<Decimal>();
    let one = |number| vec![Answer { measure: "average sales amount", rows: vec![(Vec::new(), number)] }];
    Trap {
        class: "average of averages",
        book: book("opticians", "Sales of three opticians", LAYOUT, vec![rows]),
        question: "average sales amount in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: one(right),
        naive_sql: NAIVE,
        naive: one(quotient(means, 3)),
    }
}
