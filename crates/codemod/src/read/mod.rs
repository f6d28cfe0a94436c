//! Readers: a language each, from text to [`Code`]. Trees are dropped when they return.

mod lower;
mod literal;
mod python;
mod script;
mod golang;
mod data;

use crate::code::{Code, Language};

/// Reads a file; `name` decides between dialects of one language. None where the text cannot be read at all.
pub fn read(language: Language, name: &str, text: &str) -> Option<Code> {
    match language {
        Language::Python => python::read(text),
        Language::Script => script::read(name, text),
        Language::Go => golang::read(text),
        Language::Data => data::read(name, text),
        Language::Sql => Some(Code::new(Language::Sql)),
    }
}
