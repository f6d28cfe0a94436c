//! A scan as it is handed on: with what a baseline and remarks in the code say about it, secrets masked.
//!
//! 1. [`data`]: the [`Report`], its [`Headline`], its counts.
//! 2. [`json`]: a document, or a line for each finding.
//! 3. [`sarif`](mod@sarif): SARIF 2.1.0, for whatever shows findings in reviews.
//! 4. [`table`]: object x site x role, for CSV.
//! 5. [`html`](mod@html): one page that needs nothing else.
//!
//! All of them are the same, byte by byte, for the same scan.

mod data;
mod json;
mod sarif;
mod table;
mod plot;
mod html;

pub use data::{Context, GATE, Headline, Noted, Report, Suppression, Tally};
pub use html::html;
pub use json::{VERSION, document, lines};
pub use sarif::sarif;
pub use table::{HEADINGS, rows};
