//! What differs between engines, as questions with defaults; nobody asks which engine it is.

/// Answers about one engine's SQL.
pub trait Dialect: Send + Sync + std::fmt::Debug {
    /// The engine's name for people.
    fn name(&self) -> &'static str;

    /// Quotes an identifier, always.
    fn quote(&self, identifier: &str) -> String {
        format!("\"{}\"", identifier.replace('"', "\"\""))
    }

    /// Whether an exact sum comes back as an integer that counts units of 10^-scale.
    fn sums_are_scaled(&self) -> bool {
        false
    }
}

/// SQLite.
#[derive(Debug)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn sums_are_scaled(&self) -> bool {
        true
    }
}
