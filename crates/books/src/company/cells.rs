//! Cells of a row.

use catalog::Value;
use jiff::civil::Date;

/// Rows of one table.
pub(crate) type Rows = Vec<Vec<Value>>;

/// A position as an id.
pub(crate) fn id(position: usize) -> Value {
    Value::Int(position as i64 + 1)
}

pub(crate) fn optional_id(position: Option<usize>) -> Value {
    position.map_or(Value::Null, id)
}

pub(crate) fn day(date: Date) -> Value {
    Value::Date(date)
}

pub(crate) fn optional_day(date: Option<Date>) -> Value {
    date.map_or(Value::Null, Value::Date)
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn number(prefix: &str, position: usize) -> Value {
    Value::Text(format!("{prefix}-{:06}", position + 1))
}
