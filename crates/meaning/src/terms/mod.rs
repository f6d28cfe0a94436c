//! What a business term may mean in a schema, ranked: a search over all names, where the lexicon is a look-up of one.
//!
//! 1. `query` is the term as words, with every spelling under which a word may stand in a name.
//! 2. `align` lays them over a piece of a name, letter by letter: run-together names need no cutting first.
//! 3. `names` holds all pieces of all names once.
//! 4. `rank` weighs how much of the term a name holds and how much of the name the term explains, rare words more
//!    than common ones (inverse document frequency, Spärck Jones 1972), the table's name beside the column's own,
//!    and the words around.
//! 5. `reasons` says why.
//!
//! What comes out are proposals for people and programs that choose. The planner does not take them for answers.

mod query;
mod align;
mod names;
mod reasons;
mod rank;
mod search;

pub use query::Way;
pub use reasons::{Found, Reason};
pub use search::{Findings, Terms};
