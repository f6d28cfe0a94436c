//! SQL, in three small rooms.
//!
//! 1. [`select`]: the tree of what we write. Ten nodes, no strings of SQL in it.
//! 2. [`print`](mod@print): the tree as text with bound parameters, through a [`Dialect`].
//! 3. [`guard`](mod@guard): any text, ours included, parsed and checked against an allow-list. Only
//!    what passes becomes a [`ReadOnly`], and only a [`ReadOnly`] reaches a user's database.

pub mod select;
pub mod dialect;
pub mod print;
pub mod guard;

pub use dialect::{Dialect, Sqlite};
pub use guard::{ReadOnly, guard};
pub use print::{Printed, print};
pub use select::{Aggregate, DatePart, Expr, Grain, Item, Join, JoinKind, Operator, Order, Select, Source};
