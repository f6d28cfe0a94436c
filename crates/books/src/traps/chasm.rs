//! Chasm trap: two facts that share a dimension multiply each other. The schema declares no
//! reference, as old ones do.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table clients
  client_id INTEGER key
  client_name VARCHAR(40)
table fee_notes "Fees invoiced to clients"
  fee_note_id INTEGER key
  client_id INTEGER
  issued_on DATE
  fee_amount DECIMAL(12,2)
table receipts "Money received from clients"
  receipt_id INTEGER key
  client_id INTEGER
  received_on DATE
  receipt_amount DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT c.client_name, SUM(f.fee_amount), SUM(r.receipt_amount) \
    FROM clients c JOIN fee_notes f ON f.client_id = c.client_id JOIN receipts r ON r.client_id = c.client_id \
    GROUP BY c.client_name ORDER BY c.client_name";
const CLIENTS: [&str; 8] = [
    "Ashby Trust",
    "Brook Estate",
    "Cole & Daughters",
    "Dunmore Fund",
    "Everly",
    "Frost Holdings",
    "Gale Marine",
    "Hart Homes",
];

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(12, 1);
    let [mut clients, mut notes, mut receipts]: [Rows; 3] = [(); 3].map(|()| Vec::new());
    let [mut fees, mut received, mut fees_twice, mut received_twice] = [(); 4].map(|()| Sums::default());
    for (at, name) in CLIENTS.iter().enumerate() {
        let id = Value::Int(at as i64 + 1);
        clients.push(vec![id.clone(), Value::from(*name)]);
        let (issued, paid) = (random.between(2, 9), random.between(2, 7));
        for _ in 0..issued {
            let (day, fee) = (plus_days(date(2024, 1, 2), random.between(0, 360)), random.between(20_000, 900_000));
            notes.push(vec![Value::Int(notes.len() as i64 + 1), id.clone(), Value::Date(day), cents(fee)]);
            fees.add(name, fee);
            fees_twice.add(name, fee * paid);
        }
        for _ in 0..paid {
            let (day, money) = (plus_days(date(2024, 1, 20), random.between(0, 340)), random.between(20_000, 700_000));
            receipts.push(vec![Value::Int(receipts.len() as i64 + 1), id.clone(), Value::Date(day), cents(money)]);
            received.add(name, money);
            received_twice.add(name, money * issued);
        }
    }
    Trap {
        class: "chasm",
        book: book("chambers", "A law firm without foreign keys", LAYOUT, vec![clients, notes, receipts]),
        question: "fee amount and receipt amount by client",
        clock: date(2024, 12, 31),
        right: vec![fees.answer("fee amount", 2), received.answer("receipt amount", 2)],
        due: Due::Answer,
        naive_sql: NAIVE,
        naive: vec![fees_twice.answer("fee amount", 2), received_twice.answer("receipt amount", 2)],
    }
}
