//! Units: amounts in cents are read as if they were euros.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::random::Random;

const LAYOUT: &str = r#"
table parking_fees
  ticket_no INTEGER key
  car_park VARCHAR(20)
  left_on DATE index
  fee_cents INTEGER "In cents"
"#;
const NAIVE: &str = "SELECT car_park, SUM(fee_cents) FROM parking_fees GROUP BY car_park ORDER BY car_park";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(36, 1);
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (Sums::default(), Sums::default());
    for number in 1..=150 {
        let park = random.pick(&["Arena", "Quay", "Station"]);
        let fee = random.between(150, 2_400);
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        rows.push(vec![Value::Int(number), park.into(), Value::Date(day), Value::Int(fee)]);
        right.add(park, fee);
        naive.add(park, fee);
    }
    Trap {
        class: "cents",
        book: book("parking", "Fees of car parks", LAYOUT, vec![rows]),
        question: "total fee by car park in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![right.answer("fee", 2)],
        naive_sql: NAIVE,
        naive: vec![naive.answer("fee", 0)],
    }
}
