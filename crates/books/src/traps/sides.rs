//! Double entry: what stands on the other side of revenue accounts takes revenue back.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table gl_accounts "Chart of accounts"
  account_no INTEGER key
  account_title VARCHAR(30)
  account_type VARCHAR(12) "asset, liability, revenue or expense"
table gl_lines
  line_no INTEGER key
  posted_on DATE index
  account_no INTEGER -> gl_accounts.account_no
  debit DECIMAL(12,2)
  credit DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT SUM(l.credit) FROM gl_lines l JOIN gl_accounts a ON a.account_no = l.account_no WHERE \
    a.account_type = 'revenue'";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(35, 1);
    let chart =
        [(1, "Bank", "asset"), (2, "Deposits", "liability"), (4, "Tickets", "revenue"), (5, "Artists", "expense")];
    let accounts = chart.iter().map(|(no, name, kind)| vec![Value::Int(*no), (*name).into(), (*kind).into()]).collect();
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for _ in 0..120 {
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        let (account, credit) = random.pick(&[(4, true), (4, true), (4, false), (5, false), (2, true)]);
        let amount = random.between(5_000, 90_000) / if account == 4 && !credit { 8 } else { 1 };
        for (no, on_credit) in [(account, credit), (1, !credit)] {
            let (debit, credited) = if on_credit { (0, amount) } else { (amount, 0) };
            let number = Value::Int(rows.len() as i64 + 1);
            rows.push(vec![number, Value::Date(day), Value::Int(no), cents(debit), cents(credited)]);
        }
        if account == 4 {
            right += if credit { amount } else { -amount };
            naive += if credit { amount } else { 0 };
        }
    }
    Trap {
        class: "double entry",
        book: book("theatre", "The ledger of a theatre", LAYOUT, vec![accounts, rows]),
        question: "revenue in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("revenue", right, 2),
        naive_sql: NAIVE,
        naive: total("revenue", naive, 2),
    }
}
