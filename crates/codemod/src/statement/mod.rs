//! SQL text with holes: its words, its clauses, the names in it, and whether it is SQL at all.
//!
//! Names are taken by a machine over tokens, so that a fragment, a clause and a whole statement are read in one way and
//! every name keeps its place. The parser only says whether a text is a statement.

mod token;
mod text;
mod template;
mod clause;
mod cut;
mod verify;

pub use clause::{Bound, Clause, Head, Mention, Reading, What, read};
pub use cut::cut;
pub use template::{Given, is_template, template};
pub use text::{HOLE, SqlText};
pub use token::is_word;
pub use verify::{dialects, parses, rendered};
