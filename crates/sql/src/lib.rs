//! SQL, in three small rooms.
//!
//! 1. [`select`]: the tree of what we write. Ten nodes, no strings of SQL in it.
//! 2. [`print`](mod@print): the tree as text with bound parameters, through a [`Dialect`]; the
//!    pieces on the way are [`fragment`]s, which know how tightly they bind.
//! 3. [`guard`](mod@guard): any text, ours included, read by [`parse`] and checked against the
//!    dialect's allow-list. Only what passes becomes a [`ReadOnly`], and only a [`ReadOnly`]
//!    reaches a user's database.
//!
//! An engine is one file with an `impl Dialect` in it ([`sqlite`], [`postgres`], [`mysql`]).

pub mod select;
pub mod fragment;
pub mod denied;
pub mod parse;
pub mod dialect;
pub mod sqlite;
pub mod postgres;
pub mod mysql;
pub mod print;
mod clauses;
mod inspect;
pub mod guard;

pub use denied::Denied;
pub use dialect::{Allowed, Dialect};
pub use fragment::{Binding, Fragment};
pub use guard::{ReadOnly, guard};
pub use mysql::Mysql;
pub use parse::Grammar;
pub use postgres::Postgres;
pub use print::{Printed, print};
pub use select::{
    Aggregate, DatePart, Expr, Grain, Item, Join, JoinKind, Operator, Order, Select, Source, escape_like,
};
pub use sqlite::Sqlite;
