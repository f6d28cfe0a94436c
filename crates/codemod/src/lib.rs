//! Static dependencies of source code on a schema: found, judged, reported.
//!
//! A [`Finding`] is one carrier of names of the schema: a statement, a fragment, an entry of a map, a key that is looked
//! up in a row. Findings are data: whatever reports, filters, compares or rewrites them needs nothing else of the code.
//! Nothing of a scanned project is executed or changed.

mod finding;

pub use finding::{
    FailureMode, Finding, Identifier, Kind, Part, Reach, Rewrite, Role, Scan, Severity, Skipped, Statements, Verdict,
};
