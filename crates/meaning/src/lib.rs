//! What words mean.
//!
//! The path: [`token`] cuts a question into words; [`ontology`] says which business concepts words
//! name, [`vocabulary`] what users say beside it; [`lexicon`] says which tables, columns and values they look like; a [`Link`] ties a phrase
//! to what it means, with a score and the evidence for it.

pub mod token;
pub mod words;
pub mod formula;
pub mod own;
pub mod ontology;
pub mod naming;
mod link;
pub mod address;
pub mod vocabulary;
pub mod values;
pub mod lexicon;
pub mod terms;

pub use formula::{Arithmetic, Formula};
pub use lexicon::Lexicon;
pub use link::{Evidence, Link, Meaning, Mention};
pub use ontology::Ontology;
pub use token::{Token, TokenKind, tokenize};
