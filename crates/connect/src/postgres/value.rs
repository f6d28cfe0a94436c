//! Cells as PostgreSQL sends them, as our values, and back.
//!
//! | type                               | value                                                |
//! |------------------------------------|------------------------------------------------------|
//! | boolean                            | `Bool`                                               |
//! | smallint, integer, bigint, oid     | `Int`                                                |
//! | numeric                            | `Decimal` of any size; NaN and infinities as `Float` |
//! | real, double precision             | `Float`                                              |
//! | text, varchar, char, name, uuid, enumerations | `Text`                                    |
//! | bytea                              | `Bytes`                                              |
//! | date, time, timestamp, timestamptz | `Date`, `Time`, `DateTime`, `Timestamp`; what the calendar here does not reach (infinities, far years) as `Other` |
//! | json, jsonb                        | `Json`                                               |
//! | arrays of these                    | `Array`, nested where they have several dimensions   |
//! | anything else                      | `Other`, in the engine's own text                    |

use std::error::Error as StdError;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, Sign};
use catalog::{TypeKind, Value};
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span, Timestamp};
use tokio_postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

type Fallible<T> = Result<T, Box<dyn StdError + Sync + Send>>;

/// A cell, read.
pub struct Cell(pub Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Fallible<Cell> {
        read(ty, raw).map(Cell)
    }

    fn from_sql_null(_: &Type) -> Fallible<Cell> {
        Ok(Cell(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A value as a parameter: as text, which the server reads as the type that the place wants.
#[derive(Debug)]
pub struct Parameter<'v>(pub &'v Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self, _: &Type, out: &mut bytes::BytesMut) -> Fallible<IsNull> {
        let text = match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Bytes(_) => format!("\\x{}", self.0),
            other => other.to_string(),
        };
        out.extend_from_slice(text.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// What values of a type mean.
pub fn kind(ty: &Type) -> TypeKind {
    match *ty {
        Type::BOOL => TypeKind::Bool,
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => TypeKind::Int,
        Type::NUMERIC | Type::MONEY => TypeKind::Decimal { precision: None, scale: None },
        Type::FLOAT4 | Type::FLOAT8 => TypeKind::Float,
        Type::BYTEA => TypeKind::Bytes,
        Type::DATE => TypeKind::Date,
        Type::TIME => TypeKind::Time,
        Type::TIMESTAMP => TypeKind::DateTime,
        Type::TIMESTAMPTZ => TypeKind::Timestamp,
        Type::JSON | Type::JSONB => TypeKind::Json,
        _ if is_text(ty) || *ty == Type::UUID => TypeKind::Text { length: None },
        _ => match ty.kind() {
            Kind::Array(_) => TypeKind::Array,
            Kind::Domain(base) => kind(base),
            _ => TypeKind::Other,
        },
    }
}

fn is_text(ty: &Type) -> bool {
    let known = matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::CHAR | Type::UNKNOWN);
    known || matches!(ty.kind(), Kind::Enum(_)) || ty.name() == "citext"
}

/// Whether cells of the type can be read as they are sent.
pub fn is_readable(ty: &Type) -> bool {
    match ty.kind() {
        Kind::Array(member) => is_readable(member),
        Kind::Domain(base) => is_readable(base),
        _ => kind(ty) != TypeKind::Other && *ty != Type::MONEY,
    }
}

/// What a column has to be cast to before it is sent. Amounts of money know their digits only on the server.
pub fn sent_as(ty: &Type) -> &'static str {
    if *ty == Type::MONEY { "numeric" } else { "text" }
}

/// Reads a cell.
fn read(ty: &Type, raw: &[u8]) -> Fallible<Value> {
    Ok(match *ty {
        Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
        Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
        Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
        Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
        Type::OID => Value::Int(u32::from_sql(ty, raw)?.into()),
        // The shortest text of the narrow float is what a person means by it.
        Type::FLOAT4 => Value::Float(f32::from_sql(ty, raw)?.to_string().parse()?),
        Type::FLOAT8 => Value::Float(f64::from_sql(ty, raw)?),
        Type::NUMERIC => numeric(raw)?,
        Type::BYTEA => Value::Bytes(raw.to_vec()),
        Type::DATE => date(i32::from_be_bytes(raw.try_into()?)),
        Type::TIME => time(i64::from_be_bytes(raw.try_into()?)),
        Type::TIMESTAMP => moment("timestamp", i64::from_be_bytes(raw.try_into()?)),
        Type::TIMESTAMPTZ => instant(i64::from_be_bytes(raw.try_into()?)),
        Type::JSON => Value::Json(text(raw)),
        // A version byte stands in front.
        Type::JSONB => Value::Json(text(raw.get(1..).unwrap_or_default())),
        Type::UUID => Value::Text(uuid(raw)),
        _ if is_text(ty) => Value::Text(text(raw)),
        _ => match ty.kind() {
            Kind::Array(member) => array(member, raw)?,
            Kind::Domain(base) => read(base, raw)?,
            _ => Value::Other { ty: ty.name().to_owned(), text: text(raw) },
        },
    })
}

/// The bytes are text in the session's encoding, which is UTF-8; databases without an encoding may hold others.
fn text(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).into_owned()
}

fn uuid(raw: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (i, byte) in raw.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// Four decimal digits per group: number of groups, weight of the first, sign, digits behind the point to show.
fn numeric(raw: &[u8]) -> Fallible<Value> {
    let word = |at: usize| raw.get(at..at + 2).map(|b| u16::from_be_bytes([b[0], b[1]])).ok_or("a number is cut off");
    let (groups, weight, sign, scale) = (usize::from(word(0)?), word(2)?.cast_signed(), word(4)?, word(6)?);
    let sign = match sign {
        0x0000 => Sign::Plus,
        0x4000 => Sign::Minus,
        0xD000 => return Ok(Value::Float(f64::INFINITY)),
        0xF000 => return Ok(Value::Float(f64::NEG_INFINITY)),
        _ => return Ok(Value::Float(f64::NAN)),
    };
    let mut digits = BigInt::from(0);
    for i in 0..groups {
        digits = digits * 10_000 + word(8 + 2 * i)?;
    }
    if sign == Sign::Minus {
        digits = -digits;
    }
    // The last group stands for 10000^(weight - groups + 1).
    let behind = 4 * (i64::try_from(groups)? - 1 - i64::from(weight));
    Ok(Value::Decimal(BigDecimal::new(digits, behind).with_scale(i64::from(scale))))
}

/// PostgreSQL counts from here.
const EPOCH: Date = jiff::civil::date(2000, 1, 1);

fn other(ty: &str, text: impl Into<String>) -> Value {
    Value::Other { ty: ty.to_owned(), text: text.into() }
}

fn date(days: i32) -> Value {
    match days {
        i32::MAX => other("date", "infinity"),
        i32::MIN => other("date", "-infinity"),
        days => match EPOCH.checked_add(SignedDuration::from_hours(24 * i64::from(days))) {
            Ok(day) => Value::Date(day),
            Err(_) => other("date", format!("{days} days from 2000-01-01")),
        },
    }
}

/// Microseconds since midnight; 24:00 is a time there.
fn time(micros: i64) -> Value {
    match micros {
        86_400_000_000 => other("time", "24:00:00"),
        micros => match Time::midnight().checked_add(SignedDuration::from_micros(micros)) {
            Ok(time) => Value::Time(time),
            Err(_) => other("time", format!("{micros} microseconds")),
        },
    }
}

fn moment(ty: &str, micros: i64) -> Value {
    match micros {
        i64::MAX => other(ty, "infinity"),
        i64::MIN => other(ty, "-infinity"),
        micros => match after_epoch(micros) {
            Some(moment) => Value::DateTime(moment),
            None => other(ty, format!("{micros} microseconds from 2000-01-01")),
        },
    }
}

fn after_epoch(micros: i64) -> Option<DateTime> {
    EPOCH.at(0, 0, 0, 0).checked_add(SignedDuration::from_micros(micros)).ok()
}

fn instant(micros: i64) -> Value {
    match moment("timestamptz", micros) {
        Value::DateTime(moment) => match Timestamp::UNIX_EPOCH
            .checked_add(Span::new().seconds(946_684_800))
            .and_then(|epoch| epoch.checked_add(SignedDuration::from_micros(micros)))
        {
            Ok(instant) => Value::Timestamp(instant),
            Err(_) => other("timestamptz", moment.to_string()),
        },
        beyond => beyond,
    }
}

/// Number of dimensions, whether there are NULLs, type of the members, then length and lower bound of each dimension,
/// then the members, each behind its length.
fn array(member: &Type, raw: &[u8]) -> Fallible<Value> {
    let mut rest = raw;
    let mut number = || -> Fallible<i32> {
        let (head, tail) = rest.split_at_checked(4).ok_or("an array is cut off")?;
        rest = tail;
        Ok(i32::from_be_bytes(head.try_into()?))
    };
    let (dimensions, _, _) = (number()?, number()?, number()?);
    let mut lengths = Vec::new();
    for _ in 0..dimensions {
        lengths.push(usize::try_from(number()?)?);
        number()?;
    }
    if lengths.is_empty() {
        return Ok(Value::Array(Vec::new()));
    }
    let mut members = Vec::new();
    while !rest.is_empty() {
        let (head, tail) = rest.split_at_checked(4).ok_or("an array is cut off")?;
        let length = i32::from_be_bytes(head.try_into()?);
        rest = tail;
        let Ok(length) = usize::try_from(length) else {
            members.push(Value::Null);
            continue;
        };
        let (one, tail) = rest.split_at_checked(length).ok_or("an array is cut off")?;
        members.push(read(member, one)?);
        rest = tail;
    }
    // The innermost dimension comes last.
    for length in lengths.iter().skip(1).rev() {
        members = members.chunks((*length).max(1)).map(|chunk| Value::Array(chunk.to_vec())).collect();
    }
    Ok(Value::Array(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size_are_exact() {
        // 12345678901234567890.0012 and -0.00000001, as the server sends them.
        let big = [0, 6, 0, 4, 0, 0, 0, 4, 4, 210, 22, 46, 35, 52, 13, 128, 30, 210, 0, 12];
        let Value::Decimal(number) = numeric(&big).unwrap() else { panic!() };
        assert_eq!(number.to_plain_string(), "1234567890123456789 0.0012".replace(' ', ""));
        let small = [0, 1, 0xff, 0xfe, 0x40, 0, 0, 8, 0, 1];
        let Value::Decimal(number) = numeric(&small).unwrap() else { panic!() };
        assert_eq!(number.to_plain_string(), "-0.00000001");
        let Value::Float(nan) = numeric(&[0, 0, 0, 0, 0xC0, 0, 0, 0]).unwrap() else { panic!() };
        assert!(nan.is_nan());
        assert!(numeric(&[0, 1, 0, 0]).is_err());
    }

    #[test]
    fn days_beyond_the_calendar_are_said_as_the_engine_says_them() {
        assert_eq!(date(0), Value::Date(EPOCH));
        assert_eq!(date(i32::MAX), other("date", "infinity"));
        assert!(matches!(date(i32::MAX - 1), Value::Other { .. }));
        assert_eq!(moment("timestamp", 1), Value::DateTime(EPOCH.at(0, 0, 0, 1_000)));
        assert_eq!(time(86_400_000_000), other("time", "24:00:00"));
    }
}
