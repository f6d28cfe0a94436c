//! Adjustment periods: entries of a 13th period are dated on the last day of the year and are no part of its last month.

use catalog::Value;
use jiff::civil::{Date, date};

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table account_plan
  acc INTEGER key
  acc_title VARCHAR(30)
  acc_class VARCHAR(10) "asset, equity, income or expense"
table journal_entries
  doc INTEGER key
  booking_date DATE index
  fiscal_period INTEGER "1 to 12; 13 holds the adjustments of the auditors"
table journal_items
  item INTEGER key
  doc INTEGER -> journal_entries.doc
  acc INTEGER -> account_plan.acc
  debit DECIMAL(12,2)
  credit DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT SUBSTR(e.booking_date, 1, 7) || '-01' AS month, SUM(i.credit) - SUM(i.debit) FROM journal_items i JOIN \
    journal_entries e ON e.doc = i.doc JOIN account_plan a ON a.acc = i.acc WHERE a.acc_class IN ('income', 'expense') GROUP BY \
    month ORDER BY month";
const CHART: [(i64, &str, &str); 4] =
    [(1, "Bank", "asset"), (3, "Capital", "equity"), (4, "Lessons", "income"), (5, "Rooms", "expense")];

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(73, 1);
    let (mut entries, mut items): (Rows, Rows) = (Vec::new(), Vec::new());
    let [mut right, mut naive] = [(); 2].map(|()| Sums::default());
    let mut write = |day: Date, period: i64, account: i64, amount: i64| {
        let doc = Value::Int(entries.len() as i64 + 1);
        entries.push(vec![doc.clone(), Value::Date(day), Value::Int(period)]);
        for (account, amount) in [(account, amount), (1, -amount)] {
            let item = Value::Int(items.len() as i64 + 1);
            let (debit, credit) = (cents(amount.max(0)), cents((-amount).max(0)));
            items.push(vec![item, doc.clone(), Value::Int(account), debit, credit]);
        }
        let month = day.first_of_month().to_string();
        naive.add(&month, -amount);
        right.add(&month, if period == 13 { 0 } else { -amount });
    };
    for step in 0..90 {
        let day = plus_days(date(2024, 1, 2), step * 4);
        let (account, side) = random.pick(&[(4, -1), (4, -1), (5, 1)]);
        write(day, i64::from(day.month()), account, side * random.between(10_000, 90_000));
    }
    for _ in 0..6 {
        write(date(2024, 12, 31), 13, 5, random.between(50_000, 90_000));
    }
    let chart = CHART.iter().map(|(no, name, kind)| vec![Value::Int(*no), (*name).into(), (*kind).into()]).collect();
    Trap {
        class: "adjustment period",
        book: book("music_school", "Books of a music school", LAYOUT, vec![chart, entries, items]),
        question: "net profit by month in 2024",
        clock: date(2025, 2, 28),
        due: Due::Answer,
        right: vec![right.answer("net profit", 2)],
        naive_sql: NAIVE,
        naive: vec![naive.answer("net profit", 2)],
    }
}
