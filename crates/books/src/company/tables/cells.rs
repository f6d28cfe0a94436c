//! Cells of a row.

use catalog::Value;
use jiff::civil::Date;

/// Rows of one table.
pub(super) type Rows = Vec<Vec<Value>>;

/// A position as an id.
pub(super) fn id(position: usize) -> Value {
    Value::Int(position as i64 + 1)
}

pub(super) fn optional_id(position: Option<usize>) -> Value {
    position.map_or(Value::Null, id)
}

pub(super) fn day(date: Date) -> Value {
    Value::Date(date)
}

pub(super) fn optional_day(date: Option<Date>) -> Value {
    date.map_or(Value::Null, Value::Date)
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn number(prefix: &str, position: usize) -> Value {
    Value::Text(format!("{prefix}-{:06}", position + 1))
}
