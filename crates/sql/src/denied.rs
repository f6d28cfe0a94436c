//! Why a statement was not let through.

use fault::{Fault, Kind};

/// Why the guard did not let a statement through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denied {
    /// The text is no SQL that the guard can read, so it cannot say what it does.
    #[error("the statement could not be read: {why}")]
    Unreadable {
        /// What the parser said.
        why: String,
    },
    /// The text is longer or more deeply nested than any sensible question.
    #[error("the statement is too large: {why}")]
    TooLarge {
        /// Which bound was met.
        why: &'static str,
    },
    /// More than one statement.
    #[error("exactly one statement is allowed")]
    NotOne,
    /// The statement, or a part of it, is something else than a query.
    #[error("only queries are allowed, found {found}")]
    NotAQuery {
        /// The beginning of the other statement.
        found: String,
    },
    /// A construct that is not on the list.
    #[error("{construct} is not allowed")]
    Construct {
        /// What it is, as a noun phrase.
        construct: &'static str,
    },
    /// A function that is not on the list.
    #[error("the function {name} is not allowed")]
    Function {
        /// Its name, as written.
        name: String,
    },
    /// An operator that is not on the list.
    #[error("the operator {operator} is not allowed")]
    Operator {
        /// Its symbol.
        operator: String,
    },
    /// A type that is not on the list of those that may be cast to.
    #[error("a cast to {ty} is not allowed")]
    Cast {
        /// The type, as written.
        ty: String,
    },
    /// A collation that is not on the list.
    #[error("the collation {name} is not allowed")]
    Collation {
        /// Its name, as written.
        name: String,
    },
    /// A relation of the engine's own.
    #[error("the relation {name} belongs to the engine")]
    Relation {
        /// Its name, as written.
        name: String,
    },
    /// Placeholders and parameters do not belong together.
    #[error("the statement has the placeholders [{found}] and {parameters} parameters")]
    Placeholders {
        /// The placeholders, in the order of the text.
        found: String,
        /// How many values came with it.
        parameters: usize,
    },
}

impl Denied {
    /// The stable code, `sql.reason`.
    pub fn code(&self) -> &'static str {
        match self {
            Denied::Unreadable { .. } => "sql.unreadable",
            Denied::TooLarge { .. } => "sql.too_large",
            Denied::NotOne => "sql.not_one_statement",
            Denied::NotAQuery { .. } => "sql.not_a_query",
            Denied::Construct { .. } => "sql.construct",
            Denied::Function { .. } => "sql.function",
            Denied::Operator { .. } => "sql.operator",
            Denied::Cast { .. } => "sql.cast",
            Denied::Collation { .. } => "sql.collation",
            Denied::Relation { .. } => "sql.relation",
            Denied::Placeholders { .. } => "sql.placeholders",
        }
    }

    /// The refusal as users meet it.
    pub fn fault(&self) -> Fault {
        Fault::new(Kind::Guarded, self.code(), self.to_string()).hint(self.hint())
    }

    fn hint(&self) -> &'static str {
        match self {
            Denied::Unreadable { .. } => "write the query in plain SELECT syntax",
            Denied::TooLarge { .. } => "split the query, or read the long list from a table",
            Denied::NotOne => "send one statement at a time, without a semicolon inside",
            Denied::NotAQuery { .. } => "the database is only ever read: use SELECT, WITH or VALUES",
            Denied::Construct { .. } => "express it with plain SELECT clauses",
            Denied::Function { .. } => "only functions known to be free of side effects may be called",
            Denied::Operator { .. } => "use the standard operators",
            Denied::Cast { .. } => "cast to a basic type such as INTEGER, REAL or TEXT",
            Denied::Collation { .. } => "use one of the engine's built-in collations",
            Denied::Relation { .. } => "ask for the schema itself with the schema command",
            Denied::Placeholders { .. } => "number the placeholders from 1 and send one value for each",
        }
    }
}
