//! Cells as the MySQL protocol sends them, as our values, and back.
//!
//! | type                         | value                                                                    |
//! |------------------------------|--------------------------------------------------------------------------|
//! | TINYINT(1), BIT(1)           | `Bool` for 0 and 1, else `Int`                                           |
//! | integers, YEAR, BIT          | `Int`, beyond the signed range `UInt`                                    |
//! | DECIMAL                      | `Decimal` of any size                                                    |
//! | FLOAT, DOUBLE                | `Float`                                                                  |
//! | CHAR, VARCHAR, TEXT, ENUM, SET | `Text`                                                                 |
//! | BINARY, VARBINARY, BLOB      | `Bytes`                                                                  |
//! | DATE, DATETIME, TIMESTAMP    | `Date`, `DateTime`, `Timestamp`; zero dates and parts of dates as `Other` |
//! | TIME                         | `Time`; below zero and beyond a day as `Other`                           |
//! | JSON                         | `Json` (MariaDB keeps it as text)                                        |
//! | GEOMETRY                     | `Other`                                                                  |

use std::str::FromStr;

use bigdecimal::BigDecimal;
use catalog::{TypeKind, Value};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{Column, Value as Sent};

/// The number of the character set that is none.
const BINARY: u16 = 63;

/// What the values of a column mean.
pub fn kind(column: &Column) -> TypeKind {
    use ColumnType as T;
    match column.column_type() {
        T::MYSQL_TYPE_TINY if is_truth(column) => TypeKind::Bool,
        T::MYSQL_TYPE_BIT if column.column_length() == 1 => TypeKind::Bool,
        T::MYSQL_TYPE_TINY
        | T::MYSQL_TYPE_SHORT
        | T::MYSQL_TYPE_INT24
        | T::MYSQL_TYPE_LONG
        | T::MYSQL_TYPE_LONGLONG
        | T::MYSQL_TYPE_YEAR
        | T::MYSQL_TYPE_BIT => TypeKind::Int,
        T::MYSQL_TYPE_DECIMAL | T::MYSQL_TYPE_NEWDECIMAL => {
            TypeKind::Decimal { precision: None, scale: Some(column.decimals().into()) }
        }
        T::MYSQL_TYPE_FLOAT | T::MYSQL_TYPE_DOUBLE => TypeKind::Float,
        T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => TypeKind::Date,
        T::MYSQL_TYPE_DATETIME | T::MYSQL_TYPE_DATETIME2 => TypeKind::DateTime,
        T::MYSQL_TYPE_TIMESTAMP | T::MYSQL_TYPE_TIMESTAMP2 => TypeKind::Timestamp,
        T::MYSQL_TYPE_TIME | T::MYSQL_TYPE_TIME2 => TypeKind::Time,
        T::MYSQL_TYPE_JSON => TypeKind::Json,
        T::MYSQL_TYPE_GEOMETRY => TypeKind::Other,
        T::MYSQL_TYPE_NULL => TypeKind::Unknown,
        _ if column.character_set() == BINARY => TypeKind::Bytes,
        _ => TypeKind::Text { length: None },
    }
}

fn is_truth(column: &Column) -> bool {
    column.column_length() == 1 && !column.flags().contains(ColumnFlags::UNSIGNED_FLAG)
}

/// Reads a cell of a column of this kind.
pub fn read(cell: Sent, kind: TypeKind, bits: bool) -> Value {
    match (cell, kind) {
        (Sent::NULL, _) => Value::Null,
        (Sent::Bytes(bytes), _) if bits => truth(bytes.iter().fold(0, |n, b| (n << 8) | u64::from(*b)), kind),
        (Sent::Int(n @ (0 | 1)), TypeKind::Bool) => Value::Bool(n == 1),
        (Sent::Int(n), _) => Value::Int(n),
        (Sent::UInt(n), _) => truth(n, kind),
        // The shortest text of the narrow float is what a person means by it.
        (Sent::Float(x), _) => x.to_string().parse().map_or(Value::Float(x.into()), Value::Float),
        (Sent::Double(x), _) => Value::Float(x),
        (Sent::Date(year, month, day, hour, minute, second, micros), kind) => {
            moment((year, month, day), (hour, minute, second, micros), kind)
        }
        (Sent::Time(below, days, hours, minutes, seconds, micros), _) => {
            time(below, days, (hours, minutes, seconds), micros)
        }
        (Sent::Bytes(bytes), TypeKind::Bytes) => Value::Bytes(bytes),
        (Sent::Bytes(bytes), TypeKind::Other) => {
            Value::Other { ty: "geometry".to_owned(), text: Value::Bytes(bytes).to_string() }
        }
        (Sent::Bytes(bytes), kind) => words(&String::from_utf8_lossy(&bytes), kind),
    }
}

fn truth(n: u64, kind: TypeKind) -> Value {
    match (n, kind) {
        (0 | 1, TypeKind::Bool) => Value::Bool(n == 1),
        _ => i64::try_from(n).map_or(Value::UInt(n), Value::Int),
    }
}

fn words(text: &str, kind: TypeKind) -> Value {
    let decimal = || BigDecimal::from_str(text).ok().map(Value::Decimal);
    match kind {
        TypeKind::Decimal { .. } => decimal().unwrap_or_else(|| Value::from(text)),
        TypeKind::Json => Value::Json(text.to_owned()),
        _ => Value::from(text),
    }
}

fn moment(day: (u16, u8, u8), time: (u8, u8, u8, u32), kind: TypeKind) -> Value {
    let ((year, month, of_month), (hour, minute, second, micros)) = (day, time);
    let signed = |n: u8| n.cast_signed();
    let date = Date::new(year.cast_signed(), signed(month), signed(of_month)).ok();
    let clock = Time::new(signed(hour), signed(minute), signed(second), (micros * 1000).cast_signed()).ok();
    match (date, clock, kind) {
        (Some(date), _, TypeKind::Date) => Value::Date(date),
        (Some(date), Some(clock), TypeKind::Timestamp) => {
            let moment = DateTime::from_parts(date, clock);
            // The session's zone is UTC.
            let instant = moment.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
            instant.map_or(Value::DateTime(moment), Value::Timestamp)
        }
        (Some(date), Some(clock), _) => Value::DateTime(DateTime::from_parts(date, clock)),
        (_, _, TypeKind::Date) => {
            Value::Other { ty: "date".to_owned(), text: format!("{year:04}-{month:02}-{of_month:02}") }
        }
        _ => {
            let text = format!("{year:04}-{month:02}-{of_month:02} {hour:02}:{minute:02}:{second:02}");
            Value::Other { ty: "datetime".to_owned(), text }
        }
    }
}

fn time(below: bool, days: u32, (hours, minutes, seconds): (u8, u8, u8), micros: u32) -> Value {
    let signed = |n: u8| n.cast_signed();
    let clock = Time::new(signed(hours), signed(minutes), signed(seconds), (micros * 1000).cast_signed()).ok();
    match clock.filter(|_| !below && days == 0) {
        Some(clock) => Value::Time(clock),
        None => {
            let (sign, hours) = (if below { "-" } else { "" }, u64::from(days) * 24 + u64::from(hours));
            Value::Other { ty: "time".to_owned(), text: format!("{sign}{hours:02}:{minutes:02}:{seconds:02}") }
        }
    }
}

/// A value as a parameter.
pub fn bind(value: &Value) -> Sent {
    match value {
        Value::Null => Sent::NULL,
        Value::Bool(b) => Sent::Int((*b).into()),
        Value::Int(n) => Sent::Int(*n),
        Value::UInt(n) => Sent::UInt(*n),
        Value::Float(x) => Sent::Double(*x),
        Value::Bytes(bytes) => Sent::Bytes(bytes.clone()),
        Value::DateTime(moment) => Sent::Bytes(moment.to_string().replace('T', " ").into_bytes()),
        other => Sent::Bytes(other.to_string().into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_are_none_are_said_as_they_are() {
        let zero = Sent::Date(0, 0, 0, 0, 0, 0, 0);
        assert_eq!(read(zero.clone(), TypeKind::Date, false).to_string(), "0000-00-00");
        assert!(matches!(read(zero, TypeKind::DateTime, false), Value::Other { .. }));
        assert!(matches!(read(Sent::Date(2024, 2, 0, 0, 0, 0, 0), TypeKind::Date, false), Value::Other { .. }));
        let day = read(Sent::Date(2024, 2, 29, 0, 0, 0, 0), TypeKind::Date, false);
        assert_eq!(day, Value::Date(jiff::civil::date(2024, 2, 29)));
        assert_eq!(read(Sent::Time(true, 1, 2, 3, 4, 0), TypeKind::Time, false).to_string(), "-26:03:04");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let money = TypeKind::Decimal { precision: None, scale: Some(2) };
        let huge = "12345678901234567890123456789012345678901234567890.10";
        assert_eq!(read(Sent::Bytes(huge.into()), money, false).to_string(), huge);
        assert_eq!(read(Sent::Float(0.1), TypeKind::Float, false), Value::Float(0.1));
        assert_eq!(read(Sent::UInt(u64::MAX), TypeKind::Int, false), Value::UInt(u64::MAX));
        assert_eq!(read(Sent::Bytes(vec![1, 0]), TypeKind::Int, true), Value::Int(256));
        assert_eq!(
            (read(Sent::Int(1), TypeKind::Bool, false), read(Sent::Int(7), TypeKind::Bool, false)),
            (Value::Bool(true), Value::Int(7))
        );
    }
}
