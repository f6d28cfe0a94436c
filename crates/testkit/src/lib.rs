//! Development only: what several crates' tests need and no program does.
//!
//! 1. [`home`](mod@home): a home directory of a test's own, and child processes that see nothing else.
//! 2. [`mask`](mod@mask): what differs from run to run (paths, durations, hashes) made equal.
//! 3. [`golden`]: test cases as text files, compared with what the code says now, rewritten by
//!    `cargo xtask golden --bless`.
//! 4. [`server`]: database servers of a test process's own.

mod case;
mod diff;
pub mod golden;
pub mod home;
pub mod mask;
pub mod server;

pub use case::Case;
pub use golden::Sections;
pub use home::{Home, home};
pub use mask::{Mask, mask};
pub use server::Server;
