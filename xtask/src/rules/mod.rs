//! The conventions of the house, one a file: its reason, its code, its tests.
//!
//! | rule | holds that |
//! |---|---|
//! | `crate-floors` | a crate depends on lower floors only |
//! | `module-floors` | a module imports from modules listed above it only |
//! | `sizes` | functions and files stay readable |
//! | `prints` | only the program prints, reads its environment and exits |
//! | `doors` | only rooms with a door touch files and sockets |
//! | `clock` | only the program asks what time it is |
//! | `async-free` | pure rooms are not async |
//! | `dependencies` | a heavy dependency stays in the room that fences it |
//! | `fixture-names` | no name of a fixture schema stands in product code |

pub mod async_free;
pub mod clock;
pub mod crate_floors;
pub mod dependencies;
pub mod doors;
pub mod fixture_names;
pub mod module_floors;
pub mod prints;
pub mod sizes;

use crate::house::{House, Violation};

/// One convention: where it does not hold.
pub type Rule = fn(&House) -> Vec<Violation>;

/// All rules, in the order of the table above.
pub const ALL: [Rule; 9] = [
    crate_floors::check,
    module_floors::check,
    sizes::check,
    prints::check,
    doors::check,
    clock::check,
    async_free::check,
    dependencies::check,
    fixture_names::check,
];
