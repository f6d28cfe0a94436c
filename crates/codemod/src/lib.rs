//! Static dependencies of source code on a schema: found, judged, reported.
//!
//! A [`Finding`] is one carrier of names of the schema: a statement, a fragment, an entry of a map, a key that is looked
//! up in a row. Findings are data: whatever reports, filters, compares or rewrites them needs nothing else of the code.
//! Nothing of a scanned project is executed or changed.
//!
//! What goes on with them: [`stamp`] gives each an identity that survives moves; [`pragma`]s in code and a [`baseline`] say
//! which are accepted; [`report`] hands them on as JSON, SARIF, table or page, with secrets masked ([`mask()`]);
//! [`impact`] says what a change of the schema breaks.

mod score;
mod finding;
mod mask;
mod fingerprint;
pub mod pragma;
pub mod baseline;
pub mod report;
mod statement;
pub mod impact;
mod error;
mod evidence;
mod name;
mod hash;
mod crew;
mod code;
mod read;
pub mod kept;
mod project;
mod flow;
mod shape;
mod sink;
mod context;
mod resolve;
mod carrier;
mod life;
mod draft;
mod common;
mod judge;
mod word;
mod unresolved;
mod enums;
mod model;
mod chain;
mod dbt;
mod config;
mod definition;
mod discover;
mod run;
mod scan;

pub use baseline::Baseline;
pub use discover::{Files, Listed};
pub use error::Error;
pub use evidence::Evidence;
pub use finding::{
    FailureMode, Finding, Identifier, Kind, Part, Reach, Rewrite, Role, Scan, Severity, Skipped, Statements, Verdict,
};
pub use fingerprint::stamp;
pub use mask::mask;
pub use report::Report;
pub use run::{Progress, Run};
pub use scan::{Options, scan};
