//! Parallel ledgers: each event is posted by two sets of rules, and both stand in one table.

use std::collections::BTreeMap;

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table nominal "Chart of accounts"
  code INTEGER key
  caption VARCHAR(30)
  category VARCHAR(12) "asset, liability, income or expense"
table nominal_postings "Postings by the rules of each ledger"
  posting_no INTEGER key
  booked_on DATE index
  code INTEGER -> nominal.code
  ledger VARCHAR(6) "IFRS or LOCAL"
  amount DECIMAL(14,2) "Debits positive, credits negative"
"#;
const NAIVE: &str = "SELECT -SUM(p.amount) FROM nominal_postings p JOIN nominal n ON n.code = p.code WHERE n.category IN \
    ('income', 'expense') AND p.booked_on >= '2024-01-01' AND p.booked_on < '2025-01-01'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(24, 1);
    let chart = [
        (10, "Bank", "asset"),
        (20, "Loan", "liability"),
        (40, "Fares", "income"),
        (50, "Fuel", "expense"),
        (60, "Wear", "expense"),
    ];
    let accounts =
        chart.iter().map(|(code, name, kind)| vec![Value::Int(*code), (*name).into(), (*kind).into()]).collect();
    let mut rows: Rows = Vec::new();
    let mut profit = BTreeMap::<&str, i64>::new();
    for step in 0..120 {
        let day = plus_days(date(2024, 1, 2), step * 3);
        let (code, side) = random.pick(&[(40, -1), (40, -1), (50, 1), (60, 1)]);
        let amount = random.between(10_000, 80_000);
        for (ledger, percent) in [("IFRS", 100), ("LOCAL", if code == 60 { 130 } else { 100 })] {
            let value = side * amount * percent / 100;
            for (account, value) in [(code, value), (if step % 9 == 0 { 20 } else { 10 }, -value)] {
                let number = Value::Int(rows.len() as i64 + 1);
                rows.push(vec![number, Value::Date(day), Value::Int(account), ledger.into(), cents(value)]);
            }
            *profit.entry(ledger).or_insert(0) -= value;
        }
    }
    Trap {
        class: "parallel ledgers",
        book: book("ferries", "A ferry line that reports by two sets of rules", LAYOUT, vec![accounts, rows]),
        question: "net profit in 2024",
        clock: date(2024, 12, 31),
        due: Due::Question,
        right: total("net profit", profit["IFRS"], 2),
        naive_sql: NAIVE,
        naive: total("net profit", profit.values().sum(), 2),
    }
}
