//! Ties: the third and the fourth are equal, and which of them is shown depends on chance.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table stalls
  stall_no INTEGER key
  stall_name VARCHAR(20) unique
table stall_sales
  sale_no INTEGER key
  stall_no INTEGER -> stalls.stall_no
  sold_on DATE index
  sales_amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT s.stall_name, SUM(x.sales_amount) FROM stall_sales x JOIN stalls s ON s.stall_no = x.stall_no \
    GROUP BY s.stall_name ORDER BY SUM(x.sales_amount) DESC, s.stall_name DESC LIMIT 3";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(31, 1);
    let names = ["Apples", "Bread", "Cheese", "Dates", "Eggs"];
    let amounts = [90_000, 70_000, 50_000, 50_000, 20_000];
    let stalls = (1..).zip(names).map(|(id, name)| vec![Value::Int(id), name.into()]).collect();
    let mut rows: Rows = Vec::new();
    for (stall, amount) in (1..).zip(amounts) {
        let part = random.between(1_000, amount - 1_000);
        for value in [part, amount - part] {
            let day = plus_days(date(2024, 1, 2), random.between(0, 360));
            rows.push(vec![Value::Int(rows.len() as i64 + 1), Value::Int(stall), Value::Date(day), cents(value)]);
        }
    }
    let answer = |shown: [usize; 3]| {
        let mut sums = Sums::default();
        shown.iter().for_each(|at| sums.add(names[*at], amounts[*at]));
        vec![sums.answer("sales amount", 2)]
    };
    Trap {
        class: "ties",
        book: book("market", "Stalls of a market", LAYOUT, vec![stalls, rows]),
        question: "top 3 stalls by sales amount in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: answer([0, 1, 2]),
        naive_sql: NAIVE,
        naive: answer([0, 1, 3]),
    }
}
