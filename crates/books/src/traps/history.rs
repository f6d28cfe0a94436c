//! Slowly changing dimension: who worked in which team changes, and each shift belongs to the team of its day.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table team_history "Which team a worker was in, and when"
  worker_no INTEGER key
  valid_from DATE key
  valid_to DATE null "Last day; empty for the present team"
  team VARCHAR(20)
table shifts
  shift_no INTEGER key
  worker_no INTEGER index
  worked_on DATE index
  wage_cost DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT h.team, SUM(s.wage_cost) FROM shifts s JOIN team_history h ON h.worker_no = s.worker_no GROUP BY \
    h.team ORDER BY h.team";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(25, 1);
    let (mut history, mut shifts): (Rows, Rows) = (Vec::new(), Vec::new());
    let (mut then, mut joined) = (Sums::default(), Sums::default());
    for worker in 1..=20 {
        let teams = [random.pick(&["Blue", "Green"]), random.pick(&["Red", "Yellow"])];
        let moved = plus_days(date(2024, 1, 1), random.between(60, 300));
        let before = Value::Date(plus_days(moved, -1));
        let spans = [(date(2024, 1, 1), before), (moved, Value::Null)];
        for (team, (from, to)) in teams.iter().zip(spans) {
            history.push(vec![Value::Int(worker), Value::Date(from), to, (*team).into()]);
        }
        for _ in 0..15 {
            let day = plus_days(date(2024, 1, 1), random.between(0, 365));
            let cost = random.between(9_000, 21_000);
            let number = Value::Int(shifts.len() as i64 + 1);
            shifts.push(vec![number, Value::Int(worker), Value::Date(day), cents(cost)]);
            then.add(teams[usize::from(day >= moved)], cost);
            teams.iter().for_each(|team| joined.add(team, cost));
        }
    }
    Trap {
        class: "slowly changing dimension",
        book: book("bakery", "Shifts of a bakery", LAYOUT, vec![history, shifts]),
        question: "wage cost by team in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![then.answer("wage cost", 2)],
        naive_sql: NAIVE,
        naive: vec![joined.answer("wage cost", 2)],
    }
}
