//! Semi-additive measure: month-end balances are summed over the months of a quarter.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_months;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table treasury_accounts "Accounts of the foundation"
  acct_no VARCHAR(10) key
  acct_label VARCHAR(40)
  ccy CHAR(3)
table month_end_balances "Cash on each account at the end of the month"
  as_of_date DATE key
  acct_no VARCHAR(10) key -> treasury_accounts.acct_no
  cash_balance DECIMAL(14,2)
"#;
const NAIVE: &str = "SELECT CASE WHEN as_of_date < '2024-04-01' THEN '2024-01-01' WHEN as_of_date < '2024-07-01' THEN '2024-04-01' \
    WHEN as_of_date < '2024-10-01' THEN '2024-07-01' ELSE '2024-10-01' END AS quarter, SUM(cash_balance) \
    FROM month_end_balances WHERE as_of_date >= '2024-01-01' AND as_of_date < '2025-01-01' GROUP BY quarter ORDER BY quarter";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(13, 1);
    let [mut accounts, mut balances]: [Rows; 2] = [(); 2].map(|()| Vec::new());
    let [mut last, mut summed] = [(); 2].map(|()| Sums::default());
    for (number, label, start) in
        [("A-100", "Current", 4_250_000), ("A-200", "Reserve", 11_800_000), ("A-300", "Projects", 2_100_000)]
    {
        accounts.push(vec![Value::from(number), Value::from(label), Value::from("EUR")]);
        let mut held: i64 = start;
        for month in 0..14 {
            let first = plus_months(date(2023, 12, 1), month);
            held += random.between(-600_000, 700_000);
            balances.push(vec![Value::Date(first.last_of_month()), Value::from(number), cents(held)]);
            if first.year() == 2024 {
                let quarter = plus_months(first, -i64::from((first.month() - 1) % 3)).to_string();
                summed.add(&quarter, held);
                last.add(&quarter, if first.month() % 3 == 0 { held } else { 0 });
            }
        }
    }
    Trap {
        class: "semi-additive",
        book: book("foundation", "The treasury of a foundation", LAYOUT, vec![accounts, balances]),
        question: "cash balance by quarter in 2024",
        clock: date(2025, 1, 31),
        right: vec![last.answer("cash balance", 2)],
        due: Due::Answer,
        naive_sql: NAIVE,
        naive: vec![summed.answer("cash balance", 2)],
    }
}
