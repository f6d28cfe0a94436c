//! Currency: amounts in euros and dollars are added up as if they were the same.

use std::collections::BTreeMap;

use catalog::Value;
use jiff::civil::date;

use super::trap::{Answer, Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::{cents, decimal};
use crate::random::Random;

const LAYOUT: &str = r#"
table consignments "Goods sent for others"
  consignment_no INTEGER key
  shipper VARCHAR(30)
  dispatched_on DATE index
  freight_charge DECIMAL(12,2)
  charge_currency CHAR(3)
"#;
const NAIVE: &str = "SELECT shipper, SUM(freight_charge) FROM consignments GROUP BY shipper ORDER BY shipper";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(21, 1);
    let mut rows: Rows = Vec::new();
    let (mut apart, mut mixed) = (BTreeMap::<Vec<String>, i64>::new(), Sums::default());
    for number in 1..=150 {
        let shipper = random.pick(&["Bruun", "Castro", "Duval"]);
        let currency = random.pick(&["EUR", "EUR", "USD"]);
        let charge = random.between(4_000, 90_000);
        let day = plus_days(date(2024, 1, 3), random.between(0, 350));
        rows.push(vec![Value::Int(number), shipper.into(), Value::Date(day), cents(charge), currency.into()]);
        *apart.entry(vec![shipper.to_owned(), currency.to_owned()]).or_insert(0) += charge;
        mixed.add(shipper, charge);
    }
    let rows_apart = apart.into_iter().map(|(labels, units)| (labels, decimal(i128::from(units), 2))).collect();
    Trap {
        class: "currency",
        book: book("forwarder", "A forwarding agent", LAYOUT, vec![rows]),
        question: "freight charge by shipper in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![Answer { measure: "freight charge", rows: rows_apart }],
        naive_sql: NAIVE,
        naive: vec![mixed.answer("freight charge", 2)],
    }
}
