//! Several entities: what companies of a group sell to each other is no revenue of the group.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Answer, Due, Rows, Trap, book, total};
use crate::book::Book;
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const WITH_PARTNER: &str = r#"
table companies "Companies of the group"
  company_no INTEGER key
  company_name VARCHAR(20) unique
table group_sales
  sale_no INTEGER key
  company_no INTEGER -> companies.company_no
  partner_company_no INTEGER null -> companies.company_no "The company of the group that bought; empty for others"
  sold_on DATE index
  sales_amount DECIMAL(12,2)
"#;
const WITHOUT: &str = r#"
table companies "Companies of the group"
  company_no INTEGER key
  company_name VARCHAR(20) unique
table group_sales
  sale_no INTEGER key
  company_no INTEGER -> companies.company_no
  sold_on DATE index
  sales_amount DECIMAL(12,2)
"#;
const NAIVE: &str =
    "SELECT SUM(sales_amount) FROM group_sales WHERE sold_on >= '2024-01-01' AND sold_on < '2025-01-01'";

/// The book, all sales, and those to others; `partner` says whether the books tell them apart.
fn group(partner: bool) -> (Book, i64, i64) {
    let mut random = Random::stream(69, 1);
    let names = ["Arbor", "Birch", "Cedar"];
    let companies = (1..).zip(names).map(|(n, name)| vec![Value::Int(n), name.into()]).collect();
    let mut rows: Rows = Vec::new();
    let (mut all, mut outside) = (0, 0);
    for number in 1..=120 {
        let company = random.between(1, 3);
        let within = random.below(4) == 0;
        let other = if within { Value::Int(company % 3 + 1) } else { Value::Null };
        let amount = random.between(10_000, 900_000);
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        let mut row = vec![Value::Int(number), Value::Int(company), other, Value::Date(day), cents(amount)];
        if !partner {
            row.remove(2);
        }
        rows.push(row);
        all += amount;
        outside += if within { 0 } else { amount };
    }
    let layout = if partner { WITH_PARTNER } else { WITHOUT };
    (book("timber_group", "Sales of a group of sawmills", layout, vec![companies, rows]), all, outside)
}

pub(super) fn traps() -> Vec<Trap> {
    let of = |class, partner, due| {
        let (book, all, outside) = group(partner);
        let amount = |units| -> Vec<Answer> { total("sales amount", units, 2) };
        Trap {
            class,
            book,
            question: "consolidated sales amount in 2024",
            clock: date(2024, 12, 31),
            due,
            right: amount(outside),
            naive_sql: NAIVE,
            naive: amount(all),
        }
    };
    vec![
        of("several entities", true, Due::Answer),
        of("several entities without elimination data", false, Due::Refusal),
    ]
}
