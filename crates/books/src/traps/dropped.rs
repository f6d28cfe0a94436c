//! An inner join drops rows: what was sold without a branch vanishes from the list and from its sum.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table branches
  branch_no INTEGER key
  branch_name VARCHAR(20) unique
table policies
  policy_no INTEGER key
  branch_no INTEGER null -> branches.branch_no "Empty for policies sold online"
  signed_on DATE index
  premium_amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT b.branch_name, SUM(p.premium_amount) FROM policies p JOIN branches b ON b.branch_no = p.branch_no \
    GROUP BY b.branch_name ORDER BY b.branch_name";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(33, 1);
    let names = ["Centre", "East", "West"];
    let branches = (1..).zip(names).map(|(id, name)| vec![Value::Int(id), name.into()]).collect();
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (Sums::default(), Sums::default());
    for number in 1..=120 {
        let branch = random.below(4);
        let amount = random.between(9_000, 70_000);
        let day = Value::Date(plus_days(date(2024, 1, 2), random.between(0, 360)));
        let of = names.get(branch).map_or(Value::Null, |_| Value::Int(branch as i64 + 1));
        rows.push(vec![Value::Int(number), of, day, cents(amount)]);
        right.add(names.get(branch).copied().unwrap_or(""), amount);
        if let Some(name) = names.get(branch) {
            naive.add(name, amount);
        }
    }
    Trap {
        class: "inner join drops rows",
        book: book("assurance", "Policies of an insurance broker", LAYOUT, vec![branches, rows]),
        question: "premium amount by branch in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![right.answer("premium amount", 2)],
        naive_sql: NAIVE,
        naive: vec![naive.answer("premium amount", 2)],
    }
}
