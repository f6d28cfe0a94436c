//! Ratio of sums: margins of deals are averaged, as if each deal weighed the same.

use std::collections::BTreeMap;

use bigdecimal::RoundingMode;
use catalog::{Decimal, Value};
use jiff::civil::date;

use super::trap::{Answer, Due, Rows, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table territories
  territory_code CHAR(2) key
  territory_name VARCHAR(30) unique
table deals "Closed deals"
  deal_id INTEGER key
  territory_code CHAR(2) -> territories.territory_code
  closed_on DATE index
  sales_price DECIMAL(12,2) "What the client pays"
  cost_price DECIMAL(12,2) "What the goods cost us"
"#;
const NAIVE: &str = "SELECT t.territory_name, AVG(1.0 * (d.sales_price - d.cost_price) / d.sales_price) \
    FROM deals d JOIN territories t ON t.territory_code = d.territory_code GROUP BY t.territory_name ORDER BY t.territory_name";
const TERRITORIES: [(&str, &str); 4] = [("CO", "Coast"), ("HI", "Highlands"), ("IS", "Islands"), ("PL", "Plains")];

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(14, 1);
    let territories = TERRITORIES.iter().map(|(code, name)| vec![Value::from(*code), Value::from(*name)]).collect();
    let mut deals: Rows = Vec::new();
    let mut by_name: BTreeMap<&str, Vec<(i64, i64)>> = BTreeMap::new();
    for number in 1..=160 {
        let (code, name) = random.pick(&TERRITORIES);
        // Large deals have thin margins, so that the mean of margins says too much.
        let large = random.chance(250);
        let price = if large { random.between(4_000_000, 9_000_000) } else { random.between(60_000, 400_000) };
        let cost = price * if large { random.between(82, 94) } else { random.between(45, 70) } / 100;
        let day = plus_days(date(2024, 1, 1), random.between(0, 365));
        deals.push(vec![Value::Int(number), Value::from(code), Value::Date(day), cents(price), cents(cost)]);
        by_name.entry(name).or_default().push((price, cost));
    }
    let answer = |margin: fn(&[(i64, i64)]) -> Decimal| Answer {
        measure: "gross margin",
        rows: by_name.iter().map(|(name, deals)| (vec![(*name).to_owned()], margin(deals))).collect(),
    };
    Trap {
        class: "ratio of sums",
        book: book("machinery", "A dealer in used machinery", LAYOUT, vec![territories, deals]),
        question: "gross margin % by territory",
        clock: date(2024, 12, 31),
        right: vec![answer(of_sums)],
        due: Due::Answer,
        naive_sql: NAIVE,
        naive: vec![answer(mean)],
    }
}

/// A share in six digits, half to even.
fn share(part: &Decimal, whole: &Decimal) -> Decimal {
    (part / whole).with_scale_round(6, RoundingMode::HalfEven)
}

fn of_sums(deals: &[(i64, i64)]) -> Decimal {
    let price: i64 = deals.iter().map(|d| d.0).sum();
    let cost: i64 = deals.iter().map(|d| d.1).sum();
    share(&Decimal::from(price - cost), &Decimal::from(price))
}

fn mean(deals: &[(i64, i64)]) -> Decimal {
    let margins = deals.iter().map(|(price, cost)| Decimal::from(price - cost) / Decimal::from(*price));
    share(&margins.sum(), &Decimal::from(deals.len() as i64))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn a_large_deal_weighs_more() {
        let deals = [(100, 50), (900, 810)];
        assert_eq!(of_sums(&deals), Decimal::from_str("0.14").unwrap());
        assert_eq!(mean(&deals), Decimal::from_str("0.3").unwrap());
    }
}
