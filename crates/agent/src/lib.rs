//! One question in, one proven answer out; and conversations of them.
//!
//! The path is `ask`, one screen: the current snapshot, the reading, the plan, the SQL,
//! the guard, the rows, the exact arithmetic, the words. A [`Trace`] keeps the value of every step,
//! so that `--explain`, golden tests and support files print the same thing.

mod question;
mod used;
mod words;
mod chart;
mod trace;
mod answer;
mod drill;
mod lookup;
mod mended;
mod vocabulary;
mod ask;
mod pick;
mod conversation;
mod suggest;

pub use answer::{Answer, Drilled, Millis, Status};
pub use ask::{Agent, Settings};
pub use chart::{Chart, ChartKind};
pub use conversation::{Conversation, Reply, Taken, Turn};
pub use question::{Drill, LONGEST_CONTEXT, LONGEST_QUESTION, Question};
pub use trace::Trace;
