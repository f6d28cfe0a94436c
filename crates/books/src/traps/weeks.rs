//! Fiscal years of weeks (4-4-5): they begin on a Sunday that the calendar table names, and not with a month.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table trading_calendar "Financial calendar: periods of four, four and five weeks"
  week_start DATE key
  financial_year INTEGER
  period_no INTEGER
  week_no INTEGER
table till_sales
  sale_no INTEGER key
  sold_on DATE index
  sales_amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT SUM(sales_amount) FROM till_sales WHERE sold_on >= '2024-01-01' AND sold_on < '2025-01-01'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(28, 1);
    let mut weeks: Rows = Vec::new();
    // The year 2023 has a 53rd week.
    let years = [(2023, date(2023, 1, 29), 53), (2024, date(2024, 2, 4), 52), (2025, date(2025, 2, 2), 52)];
    for (year, start, count) in years {
        for week in 0..count {
            let period = (week / 13).min(3) * 3 + [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2][(week % 13) as usize] + 1;
            let day = Value::Date(plus_days(start, week * 7));
            weeks.push(vec![day, Value::Int(year), Value::Int(period), Value::Int(week + 1)]);
        }
    }
    let mut sales: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for number in 1..=400 {
        let day = plus_days(date(2023, 3, 1), random.between(0, 800));
        let amount = random.between(500, 30_000);
        sales.push(vec![Value::Int(number), Value::Date(day), cents(amount)]);
        right += if (date(2024, 2, 4)..date(2025, 2, 2)).contains(&day) { amount } else { 0 };
        naive += if day.year() == 2024 { amount } else { 0 };
    }
    Trap {
        class: "fiscal calendar of weeks",
        book: book("outfitter", "A shop with a trading calendar", LAYOUT, vec![weeks, sales]),
        question: "sales amount in FY2024",
        clock: date(2025, 5, 9),
        due: Due::Answer,
        right: total("sales amount", right, 2),
        naive_sql: NAIVE,
        naive: total("sales amount", naive, 2),
    }
}
