//! Closing entries: the year-end close empties income and expense, so that their sum is zero.

use catalog::Value;
use jiff::civil::{Date, date};

use super::trap::{Answer, Due, Rows, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::{cents, decimal};
use crate::random::Random;

const LAYOUT: &str = r#"
table gl_chart "Chart of accounts"
  acct INTEGER key
  acct_title VARCHAR(40)
  acct_type VARCHAR(10) "asset, equity, income or expense"
table gl_docs "Ledger documents"
  doc_id INTEGER key
  posting_date DATE index
  doc_type VARCHAR(8) "regular or closing"
table gl_items "Ledger items"
  doc_id INTEGER key -> gl_docs.doc_id
  item INTEGER key
  acct INTEGER -> gl_chart.acct
  amount DECIMAL(14,2) "Debits positive, credits negative"
"#;
const NAIVE: &str = "SELECT -SUM(i.amount) FROM gl_items i JOIN gl_chart c ON c.acct = i.acct JOIN gl_docs d ON d.doc_id = i.doc_id \
    WHERE c.acct_type IN ('income', 'expense') AND d.posting_date >= '2024-01-01' AND d.posting_date < '2025-01-01'";
const CHART: [(i64, &str, &str); 6] = [
    (100, "Bank", "asset"),
    (300, "Accumulated results", "equity"),
    (400, "Membership fees", "income"),
    (410, "Course fees", "income"),
    (500, "Coaches", "expense"),
    (510, "Pitch rent", "expense"),
];

/// The ledger while it is being written, with the year's sums by position in the chart.
#[derive(Default)]
struct Ledger {
    docs: Rows,
    items: Rows,
    sums: [i64; 6],
}

impl Ledger {
    /// Writes a document of lines that add up to zero.
    fn write(&mut self, day: Date, kind: &str, lines: &[(usize, i64)]) {
        let doc = Value::Int(self.docs.len() as i64 + 1);
        self.docs.push(vec![doc.clone(), Value::Date(day), Value::from(kind)]);
        for (number, (at, amount)) in lines.iter().enumerate() {
            self.items.push(vec![doc.clone(), Value::Int(number as i64 + 1), Value::Int(CHART[*at].0), cents(*amount)]);
            self.sums[*at] += amount;
        }
    }

    /// Income less expense as the items now say.
    fn profit(&self) -> i64 {
        -self.sums[2..].iter().sum::<i64>()
    }
}

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(15, 1);
    let mut ledger = Ledger::default();
    for step in 0..180 {
        let day = plus_days(date(2024, 1, 2), step * 2);
        let (at, side) = random.pick(&[(2, -1), (2, -1), (3, -1), (4, 1), (5, 1)]);
        let amount = side * random.between(5_000, 190_000);
        ledger.write(day, "regular", &[(at, amount), (0, -amount)]);
    }
    let right = ledger.profit();
    let mut lines: Vec<(usize, i64)> = (2..6).map(|at| (at, -ledger.sums[at])).collect();
    lines.push((1, -right));
    ledger.write(date(2024, 12, 31), "closing", &lines);
    let naive = ledger.profit();
    let chart = CHART
        .iter()
        .map(|(acct, title, kind)| vec![Value::Int(*acct), Value::from(*title), Value::from(*kind)])
        .collect();
    let total =
        |units: i64| vec![Answer { measure: "net profit", rows: vec![(Vec::new(), decimal(i128::from(units), 2))] }];
    Trap {
        class: "closing entries",
        book: book("club", "The ledger of a sports club", LAYOUT, vec![chart, ledger.docs, ledger.items]),
        question: "net profit in 2024",
        clock: date(2024, 12, 31),
        right: total(right),
        due: Due::Answer,
        naive_sql: NAIVE,
        naive: total(naive),
    }
}
