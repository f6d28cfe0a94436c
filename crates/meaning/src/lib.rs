//! What words mean.
//!
//! The path: [`token`] cuts a question into words; the ontology says which business concepts words
//! name; lexical matching says which tables, columns and values they look like; a link ties a word
//! to what it means, with a score and the evidence for it.

pub mod token;

pub use token::{Token, TokenKind, tokenize};
