//! Fan trap: a header's amount is summed once per line.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table shop_orders "Web shop orders"
  order_no INTEGER key
  placed_on DATE index
  ship_city VARCHAR(30)
  order_value DECIMAL(12,2) "Value of the whole order, shipping included"
table shop_order_items "Articles of an order"
  order_no INTEGER key -> shop_orders.order_no
  item_no INTEGER key
  article VARCHAR(30)
  pieces INTEGER
"#;
const NAIVE: &str = "SELECT o.ship_city, SUM(o.order_value), SUM(i.pieces) \
    FROM shop_orders o JOIN shop_order_items i ON i.order_no = o.order_no \
    WHERE o.placed_on >= '2024-01-01' AND o.placed_on < '2025-01-01' GROUP BY o.ship_city ORDER BY o.ship_city";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(11, 1);
    let (mut orders, mut items): (Rows, Rows) = (Vec::new(), Vec::new());
    let [mut value, mut pieces, mut fanned] = [(); 3].map(|()| Sums::default());
    for number in 1..=240 {
        let placed = plus_days(date(2023, 11, 1), random.between(0, 520));
        let city = random.pick(&["Bergen", "Lyon", "Porto", "Turin"]);
        let asked = placed.year() == 2024;
        let lines = random.between(1, 5);
        let mut worth = 490;
        for line in 1..=lines {
            let count = random.between(1, 6);
            worth += count * random.between(300, 4000);
            let article = random.pick(&["Espresso", "Filter Roast", "Grinder", "Kettle", "Mug"]);
            items.push(vec![Value::Int(number), Value::Int(line), Value::from(article), Value::Int(count)]);
            pieces.add(city, if asked { count } else { 0 });
        }
        orders.push(vec![Value::Int(number), Value::Date(placed), Value::from(city), cents(worth)]);
        if asked {
            value.add(city, worth);
            fanned.add(city, worth * lines);
        }
    }
    let pieces = pieces.answer("pieces", 0);
    Trap {
        class: "fan",
        book: book("coffee", "A coffee roaster's web shop", LAYOUT, vec![orders, items]),
        question: "order value and pieces by ship city in 2024",
        clock: date(2025, 4, 10),
        right: vec![value.answer("order value", 2), pieces.clone()],
        due: Due::Answer,
        naive_sql: NAIVE,
        naive: vec![fanned.answer("order value", 2), pieces],
    }
}
