//! The semantic graph: tables as nodes with roles, references as many-to-one edges.
//!
//! The path: [`model`] is what it is made of; [`roles`] says what each column is for; [`infer`] finds keys and references that
//! nobody declared; [`paths`] answer which tables a row of one table leads to without ever
//! multiplying it (many to one), which is what keeps every sum free of fan and chasm traps.

pub mod model;
pub mod roles;
pub mod infer;
pub mod paths;
mod build;

pub use build::build;
pub use model::{Edge, EdgeEvidence, Graph, MeasureKind, Node, Role, Validity};
pub use paths::Path;
