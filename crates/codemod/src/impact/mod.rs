//! What a change of the schema breaks, place by place.
//!
//! 1. [`target`]: what a change is about, under the names that code still uses.
//! 2. [`spec`]: changes as people write them on a command line, found in a catalog.
//! 3. [`replay`], [`migration`](mod@migration): changes out of the statements of a migration.
//! 4. [`judge`](mod@judge): the verdict on one place, resolved from what a finding says.
//! 5. [`apply`](mod@apply): the catalog with the changes made.
//! 6. [`earlier`](mod@earlier): the catalog before changes that have happened already.
//! 7. [`confirm`](mod@confirm): verdicts against an engine that prepares each statement with and without the changes.
//! 8. [`edits`]: what to write instead, and in which order to go.
//! 9. [`outcome`]: all of it, as data.

mod target;
pub mod spec;
mod replay;
mod migration;
mod judge;
mod apply;
mod earlier;
mod confirm;
mod edits;
mod outcome;

pub use apply::apply;
pub use confirm::{Prepare, confirm};
pub use earlier::earlier;
pub use edits::{Edit, Step, edits, steps};
pub use judge::{Fate, Proof, Site, judge};
pub use migration::{Migration, migration};
pub use outcome::{Call, Counts, Impact, Placed, Verdicts, impact};
pub use target::{Target, as_drop};
