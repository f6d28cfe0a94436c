//! Role-playing join: a voyage has a port of departure and one of arrival.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table ports
  port_id INTEGER key
  port_name VARCHAR(20) unique
table voyages
  voyage_id INTEGER key
  departure_port_id INTEGER -> ports.port_id
  arrival_port_id INTEGER -> ports.port_id
  sailed_on DATE index
  cargo_value DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT p.port_name, SUM(v.cargo_value) FROM voyages v JOIN ports p ON p.port_id = v.departure_port_id \
    GROUP BY p.port_name ORDER BY p.port_name";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(39, 1);
    let names = ["Bilbao", "Cork", "Riga"];
    let ports = (1..).zip(names).map(|(id, name)| vec![Value::Int(id), name.into()]).collect();
    let mut rows: Rows = Vec::new();
    let mut departed = Sums::default();
    for number in 1..=70 {
        let (from, to) = (random.below(3), random.below(3));
        let value = random.between(100_000, 900_000);
        let day = Value::Date(plus_days(date(2024, 1, 2), random.between(0, 360)));
        let ports = [from, to].map(|at| Value::Int(at as i64 + 1));
        rows.push([vec![Value::Int(number)], ports.to_vec(), vec![day, cents(value)]].concat());
        departed.add(names[from], value);
    }
    Trap {
        class: "role-playing join",
        book: book("shipping", "Voyages of a shipping company", LAYOUT, vec![ports, rows]),
        question: "cargo value by port in 2024",
        clock: date(2024, 12, 31),
        due: Due::Question,
        right: Vec::new(),
        naive_sql: NAIVE,
        naive: vec![departed.answer("cargo value", 2)],
    }
}
