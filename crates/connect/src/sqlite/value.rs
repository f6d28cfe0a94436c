//! Cells as SQLite stores them, as our values, and back.
//!
//! SQLite types values, not columns. What is stored decides; the declared type only adds meaning where
//! nothing is lost by it:
//!
//! | stored  | declared               | value                                            |
//! |---------|------------------------|--------------------------------------------------|
//! | INTEGER | boolean                | `Bool` for 0 and 1                               |
//! | INTEGER | anything else          | `Int`                                            |
//! | REAL    | anything               | `Float`, infinities included (NaN is stored as NULL) |
//! | TEXT    | decimal                | `Decimal` if it is a number, exactly as written  |
//! | TEXT    | JSON                   | `Json`                                           |
//! | TEXT    | anything else, dates too | `Text`; bytes that are no UTF-8 become U+FFFD  |
//! | BLOB    | decimal                | `Decimal` if it is the text of a number          |
//! | BLOB    | anything else          | `Bytes`                                          |

use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};
use catalog::{TypeKind, Value};
use rusqlite::types::{Value as Stored, ValueRef};

/// Reads one cell of a column of the declared type.
pub fn read(cell: ValueRef<'_>, declared: TypeKind) -> Value {
    match (cell, declared) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(n @ (0 | 1)), TypeKind::Bool) => Value::Bool(n == 1),
        (ValueRef::Integer(n), _) => Value::Int(n),
        (ValueRef::Real(x), _) => Value::Float(x),
        (ValueRef::Text(bytes), TypeKind::Json) => Value::Json(text(bytes)),
        (ValueRef::Text(bytes), TypeKind::Decimal { .. }) => decimal(bytes).unwrap_or_else(|| Value::Text(text(bytes))),
        (ValueRef::Text(bytes), _) => Value::Text(text(bytes)),
        (ValueRef::Blob(bytes), TypeKind::Decimal { .. }) => {
            decimal(bytes).unwrap_or_else(|| Value::Bytes(bytes.to_vec()))
        }
        (ValueRef::Blob(bytes), _) => Value::Bytes(bytes.to_vec()),
    }
}

/// Bytes that a cell hands out, for the byte limit.
pub fn size(cell: ValueRef<'_>) -> u64 {
    match cell {
        ValueRef::Null => 1,
        ValueRef::Integer(_) | ValueRef::Real(_) => 8,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() as u64,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Plain digits only: BigDecimal also reads exponents, of which a few bytes can mean gigabytes.
fn decimal(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    let number = plain.then(|| BigDecimal::from_str(text).ok()).flatten()?;
    Some(Value::Decimal(number))
}

/// A value as a parameter of a statement.
pub fn bind(value: &Value) -> Stored {
    match value {
        Value::Null => Stored::Null,
        Value::Bool(b) => Stored::Integer(i64::from(*b)),
        Value::Int(n) => Stored::Integer(*n),
        Value::UInt(n) => i64::try_from(*n).map_or_else(|_| Stored::Text(n.to_string()), Stored::Integer),
        Value::Float(x) => Stored::Real(*x),
        Value::Decimal(d) => number(d).unwrap_or_else(|| Stored::Text(d.to_plain_string())),
        Value::Bytes(bytes) => Stored::Blob(bytes.clone()),
        Value::DateTime(moment) => Stored::Text(moment.to_string().replace('T', " ")),
        Value::Array(_) => Stored::Text(value.to_json().to_string()),
        Value::Text(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Timestamp(_)
        | Value::Json(_)
        | Value::Other { .. } => Stored::Text(value.to_string()),
    }
}

/// A decimal as an integer, or as the float whose shortest text is that decimal; none where neither is
/// exact in that sense.
///
/// Up to fifteen digits every decimal has a float of its own, and both parts of the division below are
/// exact floats, so IEEE arithmetic gives that one. Cost: no allocation.
pub fn number(decimal: &BigDecimal) -> Option<Stored> {
    let (digits, scale) = decimal.as_bigint_and_scale();
    let Some(digits) = digits.to_i64() else { return integer(decimal) };
    let Ok(power @ 0..=18) = u32::try_from(scale) else { return integer(decimal) };
    let unit = 10_i64.pow(power);
    if digits % unit == 0 {
        Some(Stored::Integer(digits / unit))
    } else if digits.unsigned_abs() < 1_000_000_000_000_000 {
        Some(Stored::Real(digits as f64 / unit as f64))
    } else {
        None
    }
}

fn integer(decimal: &BigDecimal) -> Option<Stored> {
    if decimal.is_integer() { decimal.to_i64().map(Stored::Integer) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONEY: TypeKind = TypeKind::Decimal { precision: Some(38), scale: Some(2) };

    #[test]
    fn what_is_stored_decides_and_the_declared_type_adds_meaning() {
        let huge = "123456789012345678901234567890.12";
        let exact = Value::Decimal(BigDecimal::from_str(huge).unwrap());
        for (cell, declared, expected) in [
            (ValueRef::Integer(1), TypeKind::Bool, Value::Bool(true)),
            (ValueRef::Integer(7), TypeKind::Bool, Value::Int(7)),
            (ValueRef::Integer(5), MONEY, Value::Int(5)),
            (ValueRef::Real(0.1), MONEY, Value::Float(0.1)),
            (ValueRef::Real(f64::INFINITY), TypeKind::Float, Value::Float(f64::INFINITY)),
            (ValueRef::Text(huge.as_bytes()), MONEY, exact.clone()),
            (ValueRef::Blob(huge.as_bytes()), MONEY, exact),
            (ValueRef::Text(b"n/a"), MONEY, Value::from("n/a")),
            (ValueRef::Text(b"1e999999999"), MONEY, Value::from("1e999999999")),
            (ValueRef::Text(b"2024-01-31"), TypeKind::Date, Value::from("2024-01-31")),
            (ValueRef::Text(b"caf\xe9"), TypeKind::Unknown, Value::from("caf\u{fffd}")),
            (ValueRef::Text(b"{}"), TypeKind::Json, Value::Json("{}".into())),
            (ValueRef::Blob(b"\x00"), TypeKind::Bytes, Value::Bytes(vec![0])),
        ] {
            assert_eq!(read(cell, declared), expected);
        }
    }

    #[test]
    fn decimals_are_bound_as_numbers_only_where_exact() {
        let bound = |text: &str| bind(&Value::Decimal(BigDecimal::from_str(text).unwrap()));
        assert_eq!(bound("12.34"), Stored::Real(12.34));
        assert_eq!(bound("-5.00"), Stored::Integer(-5));
        assert_eq!(bound("5e3"), Stored::Integer(5000));
        assert_eq!(bound("-0.000000000000001"), Stored::Real(-1e-15));
        assert_eq!(bound("9999999999999.99"), Stored::Real(9_999_999_999_999.99));
        assert_eq!(bound("12345678901234567800e-2"), Stored::Integer(123_456_789_012_345_678));
        assert_eq!(bound("12345678901234567.89"), Stored::Text("12345678901234567.89".into()));
        assert_eq!(bound("99999999999999999999"), Stored::Text("99999999999999999999".into()));
    }

    #[test]
    fn moments_are_bound_as_sqlite_writes_them() {
        let moment = jiff::civil::date(2024, 2, 29).at(13, 5, 0, 0);
        assert_eq!(bind(&Value::DateTime(moment)), Stored::Text("2024-02-29 13:05:00".into()));
        assert_eq!(bind(&Value::Date(moment.date())), Stored::Text("2024-02-29".into()));
    }
}
