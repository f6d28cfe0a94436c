//! Tax in or out: the total of an invoice holds tax that belongs to the state.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table sales_invoices
  invoice_no INTEGER key
  invoiced_on DATE index
  net_amount DECIMAL(12,2)
  tax_amount DECIMAL(12,2)
  gross_amount DECIMAL(12,2) "With tax"
"#;
const NAIVE: &str = "SELECT SUM(gross_amount) FROM sales_invoices WHERE invoiced_on >= '2024-01-01' AND invoiced_on < \
    '2025-01-01'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(38, 1);
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for number in 1..=90 {
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        let net = random.between(100, 4_000) * 100;
        let tax = net * 19 / 100;
        rows.push(vec![Value::Int(number), Value::Date(day), cents(net), cents(tax), cents(net + tax)]);
        right += net;
        naive += net + tax;
    }
    Trap {
        class: "tax in or out",
        book: book("printer", "Invoices of a printing house", LAYOUT, vec![rows]),
        question: "invoiced amount in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("invoiced amount", right, 2),
        naive_sql: NAIVE,
        naive: total("invoiced amount", naive, 2),
    }
}
