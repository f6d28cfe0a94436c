//! Missing foreign keys: nothing declares what a number refers to, and columns of one name are joined.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table tenants
  id INTEGER key
  name VARCHAR(20)
table garages
  id INTEGER key
  name VARCHAR(20)
table rent_payments
  id INTEGER key
  tenant_id INTEGER index
  garage_id INTEGER index
  paid_on DATE index
  amount DECIMAL(10,2)
"#;
const NAIVE: &str = "SELECT t.name, SUM(p.amount) FROM rent_payments p JOIN tenants t ON t.id = p.id GROUP BY t.name ORDER BY \
    t.name";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(62, 1);
    let people = ["Abel", "Bishop", "Cole", "Doyle", "Ellis"];
    let tenants = (1..).zip(people).map(|(n, name)| vec![Value::Int(n), name.into()]).collect();
    let garages = (1..=3).map(|n| vec![Value::Int(n), Value::Text(format!("Garage {n}"))]).collect();
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (Sums::default(), Sums::default());
    for number in 1..=100 {
        let tenant = random.below(people.len());
        let amount = random.between(9_000, 70_000);
        let day = Value::Date(plus_days(date(2024, 1, 2), random.between(0, 360)));
        let garage = Value::Int(random.between(1, 3));
        rows.push(vec![Value::Int(number), Value::Int(tenant as i64 + 1), garage, day, cents(amount)]);
        right.add(people[tenant], amount);
        if let Some(name) = usize::try_from(number - 1).ok().and_then(|n| people.get(n)) {
            naive.add(name, amount);
        }
    }
    Trap {
        class: "missing foreign key",
        book: book("garages", "Rents of garages", LAYOUT, vec![tenants, garages, rows]),
        question: "total amount by tenant in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: vec![right.answer("amount", 2)],
        naive_sql: NAIVE,
        naive: vec![naive.answer("amount", 2)],
    }
}
