//! Status and reversal: of a pair that cancels out, only the reversed half is left out.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table claim_entries
  entry_no INTEGER key
  entered_on DATE index
  status VARCHAR(10) "posted, reversed, draft or void"
  claim_amount DECIMAL(12,2)
  reverses_entry INTEGER null -> claim_entries.entry_no "The entry that this one takes back"
"#;
const NAIVE: &str = "SELECT SUM(claim_amount) FROM claim_entries WHERE status = 'posted' AND entered_on >= '2024-01-01' AND \
    entered_on < '2025-01-01'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(29, 1);
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for _ in 0..140 {
        let day = plus_days(date(2024, 1, 5), random.between(0, 340));
        let amount = random.between(20_000, 300_000);
        let status = random.pick(&["posted", "posted", "posted", "posted", "reversed", "draft", "void"]);
        let number = rows.len() as i64 + 1;
        rows.push(vec![Value::Int(number), Value::Date(day), status.into(), cents(amount), Value::Null]);
        match status {
            "posted" => {
                right += amount;
                naive += amount;
            }
            "reversed" => {
                let back = Value::Date(plus_days(day, 3));
                rows.push(vec![Value::Int(number + 1), back, "posted".into(), cents(-amount), Value::Int(number)]);
                naive -= amount;
            }
            _ => {}
        }
    }
    Trap {
        class: "status and reversal",
        book: book("insurer", "Claims of an insurer", LAYOUT, vec![rows]),
        question: "claim amount in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("claim amount", right, 2),
        naive_sql: NAIVE,
        naive: total("claim amount", naive, 2),
    }
}
