//! Restatement: a corrected figure stands beside the one that it replaces, and both are added up.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::{plus_days, plus_months};
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table reported_months "Turnover as the branches reported it, corrections included"
  report_no INTEGER key
  branch VARCHAR(20)
  month_start DATE index
  turnover DECIMAL(12,2)
  recorded_on DATE
  superseded_on DATE null "When a correction replaced it; empty for what holds"
"#;
const NAIVE: &str = "SELECT branch, SUM(turnover) FROM reported_months WHERE month_start >= '2024-01-01' AND month_start < \
    '2025-01-01' GROUP BY branch ORDER BY branch";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(70, 1);
    let mut rows: Rows = Vec::new();
    let [mut right, mut naive] = [(); 2].map(|()| Sums::default());
    for month in 0..12 {
        let start = plus_months(date(2024, 1, 1), month);
        for branch in ["Aarau", "Basel", "Chur"] {
            let told = plus_days(plus_months(start, 1), random.between(2, 9));
            let mut amount = random.between(400_000, 2_000_000);
            let corrected = plus_days(told, random.between(20, 60));
            let wrong = random.below(3) == 0;
            let number = |rows: &Rows| Value::Int(rows.len() as i64 + 1);
            let until = if wrong { Value::Date(corrected) } else { Value::Null };
            rows.push(vec![number(&rows), branch.into(), Value::Date(start), cents(amount), Value::Date(told), until]);
            naive.add(branch, amount);
            if wrong {
                amount += random.between(-90_000, 90_000);
                let day = Value::Date(corrected);
                rows.push(vec![number(&rows), branch.into(), Value::Date(start), cents(amount), day, Value::Null]);
                naive.add(branch, amount);
            }
            right.add(branch, amount);
        }
    }
    Trap {
        class: "restatement",
        book: book("cantons", "Reports of branches", LAYOUT, vec![rows]),
        question: "turnover by branch in 2024",
        clock: date(2025, 4, 30),
        due: Due::Answer,
        right: vec![right.answer("turnover", 2)],
        naive_sql: NAIVE,
        naive: vec![naive.answer("turnover", 2)],
    }
}
