//! The user's own vocabulary: phrases, metrics and thresholds that stand in files of the user, never in this program.
//!
//! 1. `toml` reads a file with the line of everything in it.
//! 2. `entries` are what is written there, each with its place.
//! 3. `names` says what a phrase means already; what contradicts that, or itself, is a fault that names both places.
//! 4. `metrics`, `bounds` and `merge` take the entries into an ontology.
//! 5. `schema` says which entries name what a database does not have.

mod toml;
mod entries;
mod names;
mod metrics;
mod bounds;
mod merge;
mod schema;

pub use entries::{Entries, SECTIONS, VERSION, read_file, read_sections};
pub use merge::extend;
pub use schema::{Unfounded, locate, unfounded, unseen};
