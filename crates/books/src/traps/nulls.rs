//! NULLs: NOT IN over a column with a NULL is never true, so that nothing is without anything.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::random::Random;

const LAYOUT: &str = r#"
table members
  member_no INTEGER key
  member_name VARCHAR(20) unique
table visits
  visit_no INTEGER key
  member_no INTEGER null -> members.member_no "Empty for day guests"
  visited_on DATE index
"#;
const NAIVE: &str = "SELECT COUNT(*) FROM members WHERE member_no NOT IN (SELECT member_no FROM visits)";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(32, 1);
    let members = (1..=30).map(|n| vec![Value::Int(n), Value::Text(format!("Member {n}"))]).collect();
    let mut visits: Rows = Vec::new();
    let mut seen = [false; 30];
    for number in 1..=45 {
        let guest = random.chance(200);
        let member = random.below(30);
        seen[member] |= !guest;
        let who = if guest { Value::Null } else { Value::Int(member as i64 + 1) };
        let day = plus_days(date(2024, 1, 2), random.between(0, 360));
        visits.push(vec![Value::Int(number), who, Value::Date(day)]);
    }
    let absent = seen.iter().filter(|seen| !**seen).count() as i64;
    Trap {
        class: "NOT IN over NULL",
        book: book("pool", "Members of a swimming pool", LAYOUT, vec![members, visits]),
        question: "how many members without visits",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("members", absent, 0),
        naive_sql: NAIVE,
        naive: total("members", 0, 0),
    }
}
