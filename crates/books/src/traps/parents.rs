//! Stored totals of parents: rows of an area stand beside those of the districts that it is made of.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Trap, book, total};
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table areas "Areas and their districts"
  area_code INTEGER key
  area_name VARCHAR(30)
  parent_code INTEGER null -> areas.area_code "The area that a district belongs to"
table area_takings "Takings by district, and the totals of their areas"
  taking_no INTEGER key
  area_code INTEGER -> areas.area_code
  taken_on DATE index
  takings DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT SUM(takings) FROM area_takings WHERE taken_on >= '2024-01-01' AND taken_on < '2025-01-01'";

/// Code, name and parent.
const AREAS: [(i64, &str, Option<i64>); 7] = [
    (1, "North", None),
    (2, "South", None),
    (11, "Harbour", Some(1)),
    (12, "Old Town", Some(1)),
    (21, "Airport", Some(2)),
    (22, "Lakeside", Some(2)),
    (23, "University", Some(2)),
];

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(23, 1);
    let parent = |code: Option<i64>| code.map_or(Value::Null, Value::Int);
    let areas = AREAS.iter().map(|(code, name, up)| vec![Value::Int(*code), (*name).into(), parent(*up)]).collect();
    let mut rows: Rows = Vec::new();
    let (mut right, mut naive) = (0, 0);
    for month in 1..=12 {
        let day = date(2024, month, 15);
        let mut write = |code: i64, amount: i64| {
            naive += amount;
            rows.push(vec![Value::Int(rows.len() as i64 + 1), Value::Int(code), Value::Date(day), cents(amount)]);
        };
        for area in [1, 2] {
            let districts = AREAS.iter().filter(|(_, _, up)| *up == Some(area));
            let mut sum = 0;
            for (code, ..) in districts {
                let amount = random.between(200_000, 800_000);
                write(*code, amount);
                sum += amount;
            }
            write(area, sum);
            right += sum;
        }
    }
    Trap {
        class: "stored totals of parents",
        book: book("kiosks", "Kiosks of a city", LAYOUT, vec![areas, rows]),
        question: "takings in 2024",
        clock: date(2024, 12, 31),
        due: Due::Answer,
        right: total("takings", right, 2),
        naive_sql: NAIVE,
        naive: total("takings", naive, 2),
    }
}
