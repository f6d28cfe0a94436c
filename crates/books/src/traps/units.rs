//! Units: amounts in thousands beside amounts in full, and percentages kept as parts of one or of a hundred.

use catalog::{Decimal, Value};
use jiff::civil::date;

use super::trap::{Answer, Due, Rows, Trap, book, total};
use crate::company::calendar::{plus_days, plus_months};
use crate::random::Random;

const THOUSANDS: &str = r#"
table shipyard_months "Turnover by month"
  month_start DATE key
  turnover_thousands DECIMAL(12,1) "In thousands of euros"
"#;
const RATES: &str = r#"
table wholesale_deals
  deal_no INTEGER key
  agreed_on DATE index
  rebate_rate DECIMAL(5,4) "Part of one"
  bonus_percent DECIMAL(5,2) "Of a hundred"
"#;
const THOUSANDS_SQL: &str = "SELECT SUM(turnover_thousands) FROM shipyard_months WHERE month_start >= '2024-01-01' AND month_start < \
    '2025-01-01'";
const RATE_SQL: &str = "SELECT COUNT(*) FROM wholesale_deals WHERE rebate_rate > 12";
const PERCENT_SQL: &str = "SELECT COUNT(*) FROM wholesale_deals WHERE bonus_percent > 0.03";

fn thousands() -> Trap {
    let mut random = Random::stream(63, 1);
    let mut rows: Rows = Vec::new();
    let mut sum = 0;
    for month in 0..24 {
        let day = plus_months(date(2023, 7, 1), month);
        let tenths = random.between(9_000, 40_000);
        rows.push(vec![Value::Date(day), Value::Decimal(Decimal::new(tenths.into(), 1))]);
        sum += if day.year() == 2024 { tenths } else { 0 };
    }
    Trap {
        class: "thousands",
        book: book("shipyard", "The months of a shipyard", THOUSANDS, vec![rows]),
        question: "turnover in 2024",
        clock: date(2025, 6, 30),
        due: Due::Answer,
        right: total("turnover", sum * 100, 0),
        naive_sql: THOUSANDS_SQL,
        naive: total("turnover", sum, 1),
    }
}

fn percentages() -> Vec<Trap> {
    let mut random = Random::stream(64, 1);
    let mut rows: Rows = Vec::new();
    let (mut rebates, mut bonuses) = (0, 0);
    for number in 1..=80 {
        let (rebate, bonus) = (random.between(0, 2_500), random.between(0, 600));
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        let part = |units: i64, digits| Value::Decimal(Decimal::new(units.into(), digits));
        rows.push(vec![Value::Int(number), Value::Date(day), part(rebate, 4), part(bonus, 2)]);
        rebates += i64::from(rebate > 1_200);
        bonuses += i64::from(bonus > 300);
    }
    let of = |class, question, right, naive_sql, naive| Trap {
        class,
        book: book("wholesale", "Deals of a wholesaler", RATES, vec![rows.clone()]),
        question,
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: count(right),
        naive_sql,
        naive: count(naive),
    };
    vec![
        of("percent of one", "how many deals with rebate rate over 12%", rebates, RATE_SQL, 0),
        of("percent of a hundred", "how many deals with bonus percent over 3%", bonuses, PERCENT_SQL, 80),
    ]
}

fn count(number: i64) -> Vec<Answer> {
    total("deals", number, 0)
}

pub(super) fn traps() -> Vec<Trap> {
    std::iter::once(thousands()).chain(percentages()).collect()
}
