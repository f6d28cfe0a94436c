//! Currency conversion: amounts in several currencies beside a table of rates, each for its day and in one direction.

use catalog::{Decimal, Value};
use jiff::civil::{Date, date};

use super::trap::{Answer, Due, Rows, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table exchange_rates "How many euros a unit of a currency is worth"
  from_currency CHAR(3) key
  to_currency CHAR(3) key
  rate_date DATE key
  rate DECIMAL(12,6)
table voyages
  voyage_no INTEGER key
  sailed_on DATE index
  currency CHAR(3)
  fare_amount DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT SUM(fare_amount) FROM voyages WHERE sailed_on >= '2024-01-01' AND sailed_on < '2025-01-01'";

/// Millionths of a euro on a day.
fn rate(currency: &str, day: Date) -> i64 {
    let step = i64::from(day.day_of_year());
    match currency {
        "EUR" => 1_000_000,
        "USD" => 900_000 + step * 137,
        _ => 1_150_000 + step * 211,
    }
}

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(72, 1);
    let mut rates: Rows = Vec::new();
    for step in 0..366 {
        let day = plus_days(date(2024, 1, 1), step);
        for currency in ["USD", "GBP"] {
            let value = Value::Decimal(Decimal::new(rate(currency, day).into(), 6));
            rates.push(vec![currency.into(), "EUR".into(), Value::Date(day), value]);
        }
    }
    let mut rows: Rows = Vec::new();
    let (mut right, mut mixed) = (Decimal::from(0), 0);
    for number in 1..=150 {
        let currency = random.pick(&["EUR", "USD", "GBP"]);
        let amount = random.between(10_000, 300_000);
        let day = plus_days(date(2024, 1, 1), random.between(0, 365));
        rows.push(vec![Value::Int(number), Value::Date(day), currency.into(), cents(amount)]);
        right += Decimal::new(amount.into(), 2) * Decimal::new(rate(currency, day).into(), 6);
        mixed += amount;
    }
    let one = |number| vec![Answer { measure: "fare amount", rows: vec![(Vec::new(), number)] }];
    Trap {
        class: "currency conversion",
        book: book("cruises", "Fares of a cruise line", LAYOUT, vec![rates, rows]),
        question: "fare amount in EUR in 2024 converted",
        clock: date(2024, 12, 31),
        due: Due::Refusal,
        right: one(right),
        naive_sql: NAIVE,
        naive: one(Decimal::new(mixed.into(), 2)),
    }
}
