//! Soft delete and test rows: they are still in the table and no part of the business.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table reservations
  reservation_no INTEGER key
  guest VARCHAR(20)
  arrived_on DATE index
  room_charge DECIMAL(10,2)
  is_test INTEGER "1 for rows that testers made"
  deleted_at DATE null "When somebody deleted the row"
"#;
const NAIVE: &str =
    "SELECT SUM(room_charge) FROM reservations WHERE arrived_on >= '2024-01-01' AND arrived_on < '2025-01-01'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(26, 1);
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for number in 1..=180 {
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        let charge = random.between(7_000, 60_000);
        let (test, deleted) = (random.chance(60), random.chance(120));
        let when = if deleted { Value::Date(plus_days(day, 2)) } else { Value::Null };
        let guest = random.pick(&["Adams", "Brandt", "Conti"]);
        let flag = Value::Int(i64::from(test));
        rows.push(vec![Value::Int(number), guest.into(), Value::Date(day), cents(charge), flag, when]);
        right += if test || deleted { 0 } else { charge };
        naive += charge;
    }
    Trap {
        class: "soft delete",
        book: book("inn", "Rooms of an inn", LAYOUT, vec![rows]),
        question: "total room charge in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("room charge", right, 2),
        naive_sql: NAIVE,
        naive: total("room charge", naive, 2),
    }
}
