//! What a change of the schema breaks, place by place.
//!
//! 1. [`target`]: what a change is about, under the names that code still uses.
//! 2. [`spec`]: changes as people write them on a command line, found in a catalog.
//! 3. [`judge`](mod@judge): the verdict on one place, resolved from what a finding says.
//! 4. [`apply`](mod@apply): the catalog with the changes made.
//! 5. [`confirm`](mod@confirm): verdicts against an engine that prepares each statement with and without the changes.
//! 6. [`edits`]: what to write instead, and in which order to go.
//! 7. [`outcome`]: all of it, as data.

mod target;
pub mod spec;
mod judge;
mod apply;
mod confirm;
mod edits;
mod outcome;

pub use apply::apply;
pub use confirm::{Prepare, confirm};
pub use edits::{Edit, Step, edits, steps};
pub use judge::{Fate, Proof, Site, judge};
pub use outcome::{Counts, Impact, Verdicts, impact};
pub use target::Target;
