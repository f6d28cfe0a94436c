//! Empty base: growth from nothing, or from below nothing, is no percentage.

use std::collections::BTreeMap;

use bigdecimal::RoundingMode;
use catalog::{Decimal, Value};
use jiff::civil::{Date, date};

use super::trap::{Answer, Due, Rows, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;
use crate::tally::Row;

const LAYOUT: &str = r#"
table box_office
  slip_no INTEGER key
  sold_on DATE index
  sales_amount DECIMAL(10,2) "Negative where tickets are handed back"
"#;
const NAIVE: &str = "WITH months AS (SELECT SUBSTR(sold_on, 1, 7) || '-01' AS month, ROUND(SUM(sales_amount), 2) AS amount FROM box_office WHERE sold_on < '2025-01-01' \
    GROUP BY 1), \
    beside AS (SELECT month, amount, LAG(amount) OVER (ORDER BY month) AS before FROM months) \
    SELECT month, COALESCE((amount - before) * 1.0 / NULLIF(before, 0), 1) FROM beside WHERE before IS NOT NULL ORDER BY month";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(81, 1);
    let mut rows: Rows = Vec::new();
    let mut months: BTreeMap<Date, i64> = BTreeMap::new();
    let mut write = |day: Date, amount: i64| {
        rows.push(vec![Value::Int(rows.len() as i64 + 1), Value::Date(day), cents(amount)]);
        *months.entry(day.first_of_month()).or_default() += amount;
    };
    for month in 1..=12 {
        let first = date(2024, month, 1);
        for _ in 0..12 {
            write(plus_days(first, random.between(0, 27)), random.between(1_000, 9_000));
        }
        // A tour is called off, and once exactly as much is handed back as was sold.
        match month {
            4 => write(plus_days(first, 20), -random.between(200_000, 300_000)),
            9 => write(plus_days(first, 20), -1_000_000),
            _ => {}
        }
    }
    let september = date(2024, 9, 1);
    let sold = months.get(&september).map_or(0, |sum| -sum);
    rows.push(vec![Value::Int(rows.len() as i64 + 1), Value::Date(plus_days(september, 25)), cents(sold)]);
    months.insert(september, 0);
    // Sales go on, so that December is over.
    let january = Value::Date(date(2025, 1, 8));
    rows.push(vec![Value::Int(rows.len() as i64 + 1), january, cents(4_200)]);
    let sums: Vec<(Date, i64)> = months.into_iter().collect();
    let quotient = |from: i64, to: i64| {
        (Decimal::from(to - from) / Decimal::from(from)).with_scale_round(12, RoundingMode::HalfEven)
    };
    let grown = |from: i64, to: i64| (from > 0).then(|| quotient(from, to));
    let naive = |from: i64, to: i64| Some(if from == 0 { Decimal::from(1) } else { quotient(from, to) });
    let rows_by = |growth: &dyn Fn(i64, i64) -> Option<Decimal>| -> Vec<Row> {
        let of = |pair: &[(Date, i64)]| Some((vec![pair[1].0.to_string()], growth(pair[0].1, pair[1].1)?));
        sums.windows(2).filter_map(of).collect()
    };
    let answer = |rows| vec![Answer { measure: "growth", rows }];
    Trap {
        class: "empty base",
        book: book("box_office", "Tickets of a theatre, some of them handed back", LAYOUT, vec![rows]),
        question: "growth of sales amount by month in 2024",
        clock: date(2025, 1, 31),
        due: Due::Answer,
        right: answer(rows_by(&grown)),
        naive_sql: NAIVE,
        naive: answer(rows_by(&naive)),
    }
}
