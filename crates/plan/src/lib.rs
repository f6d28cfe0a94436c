//! From a question to a plan to SQL.
//!
//! The path: [`calendar`] reads time expressions; [`graph`] knows which tables a row leads to;
//! [`intent`] is what a question asks for ([`forms`] beyond the plain ones), read by [`read`](mod@read); [`ledger`], [`lines`] and [`measure`] find where a
//! metric's numbers come from, [`own`] those of a metric that a user defined; [`resolve`](mod@resolve) turns an intent into a [`semantic`] plan, a question back
//! or a refusal; [`follow`](mod@follow) reads what goes on from a question before; [`lower`](mod@lower) writes the SQL; [`finish`](mod@finish) does the exact arithmetic that SQL should not;
//! [`lineage`] names what an answer comes from, and [`heard`](mod@heard) which phrases left no trace in it;
//! [`rate`](mod@rate) says what numbers amount to; [`behind`](mod@behind) finds the rows that a number adds up.

pub mod calendar;
pub mod graph;
pub mod units;
pub mod forms;
pub mod intent;
pub mod read;
pub mod semantic;
pub mod documents;
pub mod history;
pub mod ledger;
pub mod fiscal;
pub mod steps;
pub mod openings;
pub mod knowledge;
pub mod kept;
pub mod bases;
pub mod lines;
pub mod own;
pub mod measure;
pub mod planned;
pub mod resolve;
pub mod follow;
pub mod lower;
pub mod finish;
pub mod lineage;
pub mod heard;
pub mod rate;
pub mod behind;

pub use follow::{Followed, follow};
pub use heard::unheard;
pub use knowledge::Knowledge;
pub use lower::{Lowered, lower};
pub use read::{Reading, read};
pub use resolve::{Clarify, Ground, Outcome, Pin, Refusal, resolve};
pub use semantic::SemanticPlan;
