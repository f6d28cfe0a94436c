//! Live schemas: read, sampled, kept, and checked before every use.
//!
//! The path: [`discover`](fn@discover) reads a catalog within the limits of a [`Level`]; [`Sampling`] looks at rows
//! within a budget; a [`Snapshot`] is both at one time, immutable behind `Arc`; [`Schemas`] hands out
//! the present one, and tells listeners what changed ([`Seen`]). It asks the database for its change token each time, so what it hands out is never
//! older than the question; where a source has no token, what was read of it expires ([`ttl`]).

mod error;
mod level;
mod counts;
mod moved;
mod discover;
mod snapshot;
mod seen;
mod sampling;
pub mod ttl;
pub mod replay;
pub mod versions;
pub mod warm;
mod expiry;
mod keep;
mod service;
mod warmer;

pub use counts::{Counts, hit_ratio};
pub use discover::{Discovery, discover, rediscover};
pub use error::Error;
pub use level::{Batches, Level};
pub use sampling::Sampling;
pub use seen::{Seen, between};
pub use service::{Known, Options, Schemas};
pub use snapshot::{Coverage, Expiry, Snapshot};
pub use warmer::Warmer;
