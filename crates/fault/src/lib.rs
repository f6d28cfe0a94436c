//! The one error shape that users meet.
//!
//! Every crate has an error enum of its own; where an error leaves the house (a terminal, a JSON
//! line, an HTTP body) it is first turned into a [`Fault`]: what happened, why, and what to try.
//! The fronts map [`Kind`] to an exit code or a status in one table each.

use serde::{Deserialize, Serialize};

/// What sort of trouble a [`Fault`] is; fronts map it to exit codes and statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request itself is malformed: flags, addresses, formats.
    Usage,
    /// A configuration file or the ontology holds something contradictory or unreadable.
    Config,
    /// The source (file, server, object) does not exist.
    Missing,
    /// The source exists and may not be read.
    Denied,
    /// The source was read and is not what it claims to be, or is damaged.
    Corrupt,
    /// The source is held by somebody else for longer than we waited.
    Busy,
    /// The source cannot be reached.
    Unavailable,
    /// The deadline passed.
    Timeout,
    /// The caller gave up.
    Cancelled,
    /// A stated limit (rows, bytes, length) was met.
    Limit,
    /// The guard refused to send a statement.
    Guarded,
    /// The engine refused a statement that the guard let through.
    Query,
    /// A defect of ours.
    Internal,
}

impl Kind {
    /// All kinds, in the order of their documentation.
    pub const ALL: [Kind; 13] = [
        Kind::Usage,
        Kind::Config,
        Kind::Missing,
        Kind::Denied,
        Kind::Corrupt,
        Kind::Busy,
        Kind::Unavailable,
        Kind::Timeout,
        Kind::Cancelled,
        Kind::Limit,
        Kind::Guarded,
        Kind::Query,
        Kind::Internal,
    ];
}

/// What happened (`message`), why (`causes`, outermost first) and what to try (`hints`).
///
/// `code` is stable and dotted (`connect.locked`), for programs; texts may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable identifier, `crate.reason`.
    pub code: String,
    /// The sort of trouble.
    pub kind: Kind,
    /// One sentence without blame, lower case, no full stop.
    pub message: String,
    /// Why, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// What to try, most promising first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

impl Fault {
    /// Makes a fault without causes or hints.
    pub fn new(kind: Kind, code: &str, message: impl Into<String>) -> Self {
        Fault { code: code.to_owned(), kind, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// Adds one hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds one cause.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds the whole chain of sources of `error` (not `error` itself) as causes.
    #[must_use]
    pub fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut next = error.source();
        while let Some(source) = next {
            self.causes.push(source.to_string());
            next = source.source();
        }
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_become_causes_in_order() {
        let inner = Fault::new(Kind::Missing, "test.inner", "no such file");
        let outer = std::io::Error::other(inner);
        let fault =
            Fault::new(Kind::Unavailable, "test.outer", "could not open").caused_by(&Chain(outer)).hint("look again");
        assert_eq!(fault.causes, vec!["no such file"]);
        assert_eq!(fault.hints, vec!["look again"]);
    }

    #[derive(Debug)]
    struct Chain(std::io::Error);
    impl std::fmt::Display for Chain {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("chain")
        }
    }
    impl std::error::Error for Chain {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
}
