//! Column types: what the engine declared, and what that means to us.

use serde::{Deserialize, Serialize};

/// A declared type and its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Type {
    /// The engine's own spelling, whitespace folded; empty where none was declared.
    pub declared: String,
    /// What it means.
    pub kind: TypeKind,
}

/// What a type means, across engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// True or false.
    Bool,
    /// Whole numbers.
    Int,
    /// Exact decimals; `scale` is the number of digits behind the point, where declared.
    Decimal {
        /// Total digits.
        precision: Option<u32>,
        /// Digits behind the point.
        scale: Option<u32>,
    },
    /// Binary floating point.
    Float,
    /// Text; `length` in characters, where declared.
    Text {
        /// Longest value in characters.
        length: Option<u32>,
    },
    /// Bytes.
    Bytes,
    /// A calendar day.
    Date,
    /// A time of day.
    Time,
    /// Date and time without a zone.
    DateTime,
    /// An instant.
    Timestamp,
    /// A JSON document.
    Json,
    /// An array of something.
    Array,
    /// Known to the engine, not to us.
    Other,
    /// Not declared (possible on SQLite and for expressions).
    Unknown,
}

impl Type {
    /// Reads a type the way SQL engines spell it (`DECIMAL(15, 2)`, `character varying(20)`).
    ///
    /// Word based and engine neutral; a driver with better knowledge makes its own [`Type`].
    pub fn parse(declared: &str) -> Type {
        let declared = declared.split_whitespace().collect::<Vec<_>>().join(" ");
        let lower = declared.to_lowercase();
        let (head, arguments) = split_arguments(&lower);
        let kind = if lower.ends_with("[]") { TypeKind::Array } else { kind_of(head, &arguments) };
        Type { declared, kind }
    }
}

impl TypeKind {
    /// Whether values can be added up.
    pub fn is_numeric(self) -> bool {
        matches!(self, TypeKind::Int | TypeKind::Decimal { .. } | TypeKind::Float)
    }

    /// Whether values are days or instants.
    pub fn is_temporal(self) -> bool {
        matches!(self, TypeKind::Date | TypeKind::DateTime | TypeKind::Timestamp)
    }

    /// Whether values are text.
    pub fn is_text(self) -> bool {
        matches!(self, TypeKind::Text { .. })
    }
}

fn split_arguments(lower: &str) -> (&str, Vec<u32>) {
    let Some((head, rest)) = lower.split_once('(') else { return (lower, Vec::new()) };
    let inside = rest.split(')').next().unwrap_or("");
    (head.trim(), inside.split(',').filter_map(|n| n.trim().parse().ok()).collect())
}

fn kind_of(head: &str, arguments: &[u32]) -> TypeKind {
    let has = |needle: &str| head.contains(needle);
    let first = arguments.first().copied();
    if head.is_empty() {
        TypeKind::Unknown
    } else if has("timestamptz") || has("with time zone") && has("timestamp") {
        TypeKind::Timestamp
    } else if has("datetime") || has("timestamp") {
        TypeKind::DateTime
    } else if has("date") {
        TypeKind::Date
    } else if head.starts_with("time") {
        TypeKind::Time
    } else if has("bool") || head == "bit" {
        TypeKind::Bool
    } else if has("interval") || has("point") {
        TypeKind::Other
    } else if has("int") || has("serial") || head == "year" {
        TypeKind::Int
    } else if has("dec") || has("numeric") || has("money") || has("number") {
        decimal(first, arguments.get(1).copied())
    } else if has("real") || has("float") || has("doub") {
        TypeKind::Float
    } else if has("json") {
        TypeKind::Json
    } else if has("char") || has("text") || has("clob") || has("string") || has("uuid") || has("enum") {
        TypeKind::Text { length: first.filter(|_| !has("enum")) }
    } else if has("blob") || has("binary") || has("bytea") || has("image") {
        TypeKind::Bytes
    } else {
        TypeKind::Other
    }
}

/// `DECIMAL(10)` has scale 0; a bare `DECIMAL` says nothing about its scale.
fn decimal(precision: Option<u32>, scale: Option<u32>) -> TypeKind {
    TypeKind::Decimal { precision, scale: scale.or(precision.map(|_| 0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engine_spellings_are_read() {
        let cases = [
            ("DECIMAL(15, 2)", TypeKind::Decimal { precision: Some(15), scale: Some(2) }),
            ("numeric", TypeKind::Decimal { precision: None, scale: None }),
            ("character varying(20)", TypeKind::Text { length: Some(20) }),
            ("int unsigned", TypeKind::Int),
            ("double precision", TypeKind::Float),
            ("timestamp without time zone", TypeKind::DateTime),
            ("timestamp with time zone", TypeKind::Timestamp),
            ("datetime", TypeKind::DateTime),
            ("date", TypeKind::Date),
            ("integer[]", TypeKind::Array),
            ("", TypeKind::Unknown),
            ("bytea", TypeKind::Bytes),
        ];
        for (text, kind) in cases {
            assert_eq!(Type::parse(text).kind, kind, "{text}");
        }
    }
}
