//! Numbers beyond what a float or a 64-bit integer holds.

use catalog::Value;
use jiff::civil::date;

use crate::book::{Book, BookTable};
use crate::layout;

const LAYOUT: &str = r#"
table positions "Positions of a central bank"
  position_id INTEGER key
  valued_on DATE
  face_value DECIMAL(40,4) "More digits than a float holds"
  face_text TEXT "The same number as text"
  ticks BIGINT "Between the extremes of 64 bits"
  share DECIMAL(38,30) null
"#;

/// Decimals of more than thirty digits, beside their own text, and the extremes of 64-bit integers.
///
/// An engine without exact decimals (SQLite) rounds `face_value` when it is stored; `face_text` keeps
/// what it was.
pub fn huge_numbers() -> Book {
    let values = [
        ("123456789012345678901234567890123456.7891", i64::MAX, Some("0.000000000000000000000000000001")),
        ("-123456789012345678901234567890123456.7890", i64::MIN, Some("0.333333333333333333333333333333")),
        ("0.0001", 0, None),
        ("999999999999999999999999999999999999.9999", -1, Some("12345678.123456789012345678901234567891")),
        ("9007199254740993.0000", 9_007_199_254_740_993, Some("1.000000000000000000000000000000")),
    ];
    let row = |(id, (face, ticks, share)): (i64, (&str, i64, Option<&str>))| {
        vec![
            Value::Int(id),
            Value::Date(date(2025, 6, 30)),
            number(face),
            Value::from(face),
            Value::Int(ticks),
            share.map_or(Value::Null, number),
        ]
    };
    let rows: Vec<Vec<Value>> = (1..).zip(values).map(row).collect();
    let tables = layout::tables(LAYOUT).into_iter().map(|table| BookTable { table, rows: rows.clone() }).collect();
    Book { name: "huge".to_owned(), about: "Numbers beyond floats and 64 bits".to_owned(), tables }
}

fn number(text: &str) -> Value {
    text.parse().map_or(Value::Null, Value::Decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive() {
        let book = huge_numbers();
        for row in &book.tables[0].rows {
            assert_eq!(row[2].to_string(), row[3].to_string());
        }
    }
}
