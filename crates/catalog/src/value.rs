//! One cell, exact: what engines hold, and how JSON, text and ordering see it.

use std::cmp::Ordering;
use std::str::FromStr;

use bigdecimal::{BigDecimal, FromPrimitive, ToPrimitive};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

/// One cell of a table or of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "v", rename_all = "snake_case")]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An integer beyond the signed range.
    UInt(u64),
    /// An exact decimal of any size.
    Decimal(BigDecimal),
    /// Binary floating point, NaN and infinities included.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A calendar day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// Date and time without a zone.
    DateTime(DateTime),
    /// An instant.
    Timestamp(Timestamp),
    /// A JSON document, as its text.
    Json(String),
    /// A list.
    Array(Vec<Value>),
    /// Something only the engine understands (an infinite date, a zero date): type and text.
    Other {
        /// The engine's type.
        ty: String,
        /// The engine's text.
        text: String,
    },
}

impl Value {
    /// Whether this is SQL NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The exact number behind a numeric value; floats convert by their shortest decimal text.
    pub fn to_decimal(&self) -> Option<BigDecimal> {
        match self {
            Value::Int(n) => Some(BigDecimal::from(*n)),
            Value::UInt(n) => Some(BigDecimal::from(*n)),
            Value::Decimal(d) => Some(d.clone()),
            // The shortest text that reads back as the same float is what a person means by it.
            Value::Float(f) if f.is_finite() => {
                BigDecimal::from_str(&f.to_string()).ok().or_else(|| BigDecimal::from_f64(*f))
            }
            Value::Bool(b) => Some(BigDecimal::from(i64::from(*b))),
            _ => None,
        }
    }

    /// The nearest float, for plots and scores; never for sums.
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Value::Float(f) => Some(*f),
            other => other.to_decimal().and_then(|d| d.to_f64()),
        }
    }

    /// The calendar day of a date, or of text that begins with one in ISO form.
    pub fn to_day(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            Value::DateTime(instant) => Some(instant.date()),
            Value::Text(text) => Date::from_str(text.get(..10)?).ok(),
            _ => None,
        }
    }

    /// JSON form: decimals, dates and integers beyond 2^53 as strings, NaN and infinities as strings.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        const EXACT_IN_JAVASCRIPT: i64 = 1 << 53;
        match self {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Int(n) if n.abs() <= EXACT_IN_JAVASCRIPT => Json::from(*n),
            Value::Float(f) => {
                serde_json::Number::from_f64(*f).map_or_else(|| Json::String(f.to_string()), Json::Number)
            }
            Value::Array(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Value::Json(text) => serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.clone())),
            other => Json::String(other.to_string()),
        }
    }

    /// A total order for sorting answers: nulls last, numbers by value, text by code point.
    pub fn total_cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
            (Value::Timestamp(a), Value::Timestamp(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (a, b) => match (a.to_decimal(), b.to_decimal()) {
                (Some(x), Some(y)) => x.cmp(&y),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => a.to_string().cmp(&b.to_string()),
            },
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(n) => write!(f, "{n}"),
            Value::UInt(n) => write!(f, "{n}"),
            Value::Decimal(d) => f.write_str(&d.to_plain_string()),
            Value::Float(x) => write!(f, "{x}"),
            Value::Text(s) | Value::Json(s) => f.write_str(s),
            Value::Bytes(bytes) => bytes.iter().try_for_each(|b| write!(f, "{b:02x}")),
            Value::Date(d) => write!(f, "{d}"),
            Value::Time(t) => write!(f, "{t}"),
            Value::DateTime(d) => write!(f, "{d}"),
            Value::Timestamp(t) => write!(f, "{t}"),
            Value::Array(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Value::Other { text, .. } => f.write_str(text),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_become_the_decimal_a_person_means() {
        assert_eq!(Value::Float(0.1).to_decimal().unwrap().to_plain_string(), "0.1");
    }

    #[test]
    fn json_keeps_what_a_double_cannot_hold() {
        assert_eq!(Value::Int(1 << 60).to_json(), serde_json::json!("1152921504606846976"));
        let big = BigDecimal::from_str("123456789012345678901234567890.123456789").unwrap();
        assert_eq!(Value::Decimal(big).to_json(), serde_json::json!("123456789012345678901234567890.123456789"));
        assert_eq!(Value::Float(f64::INFINITY).to_json(), serde_json::json!("inf"));
    }

    #[test]
    fn nulls_sort_last() {
        assert_eq!(Value::Null.total_cmp(&Value::Int(1)), Ordering::Greater);
        assert_eq!(Value::Int(2).total_cmp(&Value::Float(1.5)), Ordering::Greater);
    }
}
