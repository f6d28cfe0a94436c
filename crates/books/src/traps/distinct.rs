//! Distinct totals: who came in several months is counted in each of them.

use std::collections::BTreeSet;

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::random::Random;

const LAYOUT: &str = r#"
table clients
  client_no INTEGER key
  client_name VARCHAR(20) unique
table client_orders
  order_no INTEGER key
  client_no INTEGER -> clients.client_no
  ordered_on DATE index
"#;
const NAIVE: &str = "SELECT SUM(n) FROM (SELECT COUNT(DISTINCT client_no) AS n FROM client_orders WHERE ordered_on >= \
    '2024-01-01' AND ordered_on < '2025-01-01' GROUP BY SUBSTR(ordered_on, 1, 7))";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(34, 1);
    let clients = (1..=25).map(|n| vec![Value::Int(n), Value::Text(format!("Client {n}"))]).collect();
    let mut rows: Rows = Vec::new();
    let (mut once, mut monthly) = (BTreeSet::new(), BTreeSet::new());
    for number in 1..=90 {
        let client = random.between(1, 25);
        let day = plus_days(date(2024, 1, 1), random.between(0, 365));
        rows.push(vec![Value::Int(number), Value::Int(client), Value::Date(day)]);
        once.insert(client);
        monthly.insert((day.month(), client));
    }
    Trap {
        class: "distinct totals",
        book: book("caterer", "Orders of a caterer", LAYOUT, vec![clients, rows]),
        question: "how many customers placed an order in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("customers", once.len() as i64, 0),
        naive_sql: NAIVE,
        naive: total("customers", monthly.len() as i64, 0),
    }
}
