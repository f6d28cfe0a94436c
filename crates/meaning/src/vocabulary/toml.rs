//! TOML with the line of everything in it, so that a fault can say where.

use std::ops::Range;

use catalog::Decimal;
use fault::{Fault, Kind};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::address::similar;
use crate::own::Place;

/// A value, and where it stands.
pub(super) type Node<'d> = Spanned<DeValue<'d>>;

/// A file while it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'p> {
    pub file: &'p str,
    pub text: &'p str,
}

impl Page<'_> {
    /// The place of some bytes of the file.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        Place { file: self.file.to_owned(), line: before.matches('\n').count() + 1 }
    }

    /// What is wrong there.
    pub fn wrong(&self, span: &Range<usize>, code: &str, what: &str) -> Fault {
        wrong(&self.place(span), code, what)
    }

    /// The file as a table.
    pub fn table(&self) -> Result<Spanned<DeTable<'_>>, Fault> {
        DeTable::parse(self.text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            self.wrong(&span, "unreadable", "cannot be read as TOML").cause(error.message().trim().to_owned())
        })
    }

    /// A key that nobody knows, with the known one that it is most like.
    pub fn unknown(&self, span: &Range<usize>, key: &str, what: &str, known: &[&str]) -> Fault {
        let fault = self.wrong(span, "unknown_key", &format!("unknown key {key:?} in {what}"));
        match similar(key, known.iter().copied()).first() {
            Some(near) => fault.hint(format!("{near} is known")),
            None => fault.hint(format!("known keys: {}", known.join(", "))),
        }
    }

    pub fn text_of<'n>(&self, node: &'n Node<'_>, key: &str) -> Result<&'n str, Fault> {
        node.get_ref().as_str().ok_or_else(|| self.expected(node, key, "text in quotation marks"))
    }

    pub fn table_of<'n, 'd>(&self, node: &'n Node<'d>, key: &str) -> Result<&'n DeTable<'d>, Fault> {
        node.get_ref().as_table().ok_or_else(|| self.expected(node, key, "a table"))
    }

    pub fn list_of<'n, 'd>(&self, node: &'n Node<'d>, key: &str) -> Result<Vec<&'n Node<'d>>, Fault> {
        Ok(node.get_ref().as_array().ok_or_else(|| self.expected(node, key, "a list"))?.iter().collect())
    }

    pub fn texts_of(&self, node: &Node<'_>, key: &str) -> Result<Vec<String>, Fault> {
        self.list_of(node, key)?.into_iter().map(|item| self.text_of(item, key).map(str::to_owned)).collect()
    }

    /// An exact number.
    pub fn number_of(&self, node: &Node<'_>, key: &str) -> Result<Decimal, Fault> {
        number(node.get_ref()).ok_or_else(|| self.expected(node, key, "a number"))
    }

    /// One of a few words.
    pub fn choice_of<T: Copy>(&self, node: &Node<'_>, key: &str, choices: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.text_of(node, key)?;
        choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.wrong(&node.span(), "value", &format!("{key} is {text:?}"))
                .hint(format!("it is one of {}", words.join(", ")))
        })
    }

    fn expected(&self, node: &Node<'_>, key: &str, what: &str) -> Fault {
        let found = node.get_ref().type_str();
        self.wrong(&node.span(), "value", &format!("{key} is of type {found}; {what} is expected"))
    }
}

/// A number without rounding: as it is written.
pub(super) fn number(value: &DeValue<'_>) -> Option<Decimal> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => return None,
    };
    text.replace('_', "").trim_start_matches('+').parse().ok()
}

/// What is wrong at a place.
pub(super) fn wrong(place: &Place, code: &str, what: &str) -> Fault {
    Fault::new(Kind::Config, &format!("vocabulary.{code}"), format!("{place}: {what}"))
}
