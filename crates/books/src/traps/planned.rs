//! Signed plans: plan figures that are kept with the signs of the ledger, income negative, beside actual ones.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::{plus_days, plus_months};
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table coa
  account_no INTEGER key
  account_title VARCHAR(30)
  account_class VARCHAR(20) "asset, equity, revenue, cost of sales or operating expense"
table ledger_lines
  line INTEGER key
  posted_on DATE index
  account_no INTEGER -> coa.account_no
  debit DECIMAL(12,2)
  credit DECIMAL(12,2)
table plan_figures "Budget by month, with the signs of the ledger: debits positive, credits negative"
  figure INTEGER key
  month_start DATE index
  account_no INTEGER -> coa.account_no
  version VARCHAR(10) "budget or forecast"
  plan_amount DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT SUM(p.plan_amount) FROM plan_figures p JOIN coa c ON c.account_no = p.account_no WHERE c.account_class \
    = 'revenue' AND p.version = 'budget' AND p.month_start >= '2024-01-01' AND p.month_start < '2025-01-01'";
const CHART: [(i64, &str, &str); 5] = [
    (10, "Bank", "asset"),
    (30, "Capital", "equity"),
    (40, "Repairs", "revenue"),
    (50, "Parts", "cost of sales"),
    (60, "Workshop", "operating expense"),
];

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(74, 1);
    let (mut lines, mut plans): (Rows, Rows) = (Vec::new(), Vec::new());
    for step in 0..120 {
        let day = plus_days(date(2024, 1, 2), step * 3);
        let (account, side) = random.pick(&[(40, -1), (40, -1), (50, 1), (60, 1)]);
        let amount = side * random.between(10_000, 90_000);
        for (account, amount) in [(account, amount), (10, -amount)] {
            let line = Value::Int(lines.len() as i64 + 1);
            let (debit, credit) = (cents(amount.max(0)), cents((-amount).max(0)));
            lines.push(vec![line, Value::Date(day), Value::Int(account), debit, credit]);
        }
    }
    let mut budget = 0;
    for month in 0..12 {
        let start = Value::Date(plus_months(date(2024, 1, 1), month));
        for (account, side) in [(40, -1), (50, 1), (60, 1)] {
            for version in ["budget", "forecast"] {
                let amount = random.between(200_000, 900_000);
                let figure = Value::Int(plans.len() as i64 + 1);
                plans.push(vec![figure, start.clone(), Value::Int(account), version.into(), cents(side * amount)]);
                budget += if account == 40 && version == "budget" { amount } else { 0 };
            }
        }
    }
    let chart = CHART.iter().map(|(no, name, kind)| vec![Value::Int(*no), (*name).into(), (*kind).into()]).collect();
    Trap {
        class: "signed plan",
        book: book("workshop", "Books and budget of a workshop", LAYOUT, vec![chart, lines, plans]),
        question: "budget for revenue in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("budget", budget, 2),
        naive_sql: NAIVE,
        naive: total("budget", -budget, 2),
    }
}
