//! Budget, forecast and actual figures in one table: they are alternatives and never parts of a sum.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table cost_figures "Planned and actual cost by month"
  figure_no INTEGER key
  month_start DATE index "First day of the month"
  cost_centre VARCHAR(30)
  scenario VARCHAR(10) "actual, budget or forecast"
  cost_amount DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT cost_centre, SUM(cost_amount) FROM cost_figures WHERE month_start >= '2024-01-01' AND month_start \
    < '2025-01-01' GROUP BY cost_centre ORDER BY cost_centre";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(22, 1);
    let mut rows: Rows = Vec::new();
    let (mut actual, mut all) = (Sums::default(), Sums::default());
    for month in 1..=12 {
        for centre in ["Assembly", "Foundry", "Paint Shop"] {
            for scenario in ["actual", "budget", "forecast"] {
                let amount = random.between(300_000, 900_000);
                let first = Value::Date(date(2024, month, 1));
                let number = Value::Int(rows.len() as i64 + 1);
                rows.push(vec![number, first, centre.into(), scenario.into(), cents(amount)]);
                actual.add(centre, if scenario == "actual" { amount } else { 0 });
                all.add(centre, amount);
            }
        }
    }
    Trap {
        class: "budget and actual in one table",
        book: book("works", "Cost control of a works", LAYOUT, vec![rows]),
        question: "cost amount by cost centre in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![actual.answer("cost amount", 2)],
        naive_sql: NAIVE,
        naive: vec![all.answer("cost amount", 2)],
    }
}
