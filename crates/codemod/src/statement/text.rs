//! A text of SQL put together from pieces of a file.

pub use super::token::HOLE;

/// A hole of a text.
#[derive(Clone, Debug)]
pub struct SqlHole {
    /// The node that is filled in: its file and its place there.
    pub node: (usize, usize),
    /// What is filled in, where that is known: one of these.
    pub values: Vec<String>,
    /// How it is written in the source.
    pub said: String,
}

/// A text with holes; each is one letter [`HOLE`].
#[derive(Clone, Debug, Default)]
pub struct SqlText {
    /// The text.
    pub text: String,
    /// Its holes in order.
    pub holes: Vec<SqlHole>,
    /// Pairs of a byte of the text and the byte of the file that it comes from, rising.
    pub offsets: Vec<(usize, usize)>,
}

impl SqlText {
    /// A text that stands in a file from one byte on.
    pub fn plain(text: &str, at: usize) -> SqlText {
        SqlText { text: text.to_owned(), holes: Vec::new(), offsets: vec![(0, at)] }
    }

    /// Adds letters with their places.
    pub fn push(&mut self, value: &str, offsets: &[(usize, usize)]) {
        let base = self.text.len();
        self.offsets.extend(offsets.iter().map(|(v, s)| (base + v, *s)));
        self.text.push_str(value);
    }

    /// Adds a hole.
    pub fn push_hole(&mut self, node: (usize, usize), said: String, values: Vec<String>) {
        self.holes.push(SqlHole { node, values, said });
        self.text.push(HOLE);
    }

    /// A part of it: so many bytes from one on.
    pub fn slice(&self, at: usize, length: usize) -> SqlText {
        let text = self.text[at..at + length].to_owned();
        let before = self.text[..at].matches(HOLE).count();
        let holes = self.holes.iter().skip(before).take(text.matches(HOLE).count()).cloned().collect();
        let first = self.source(at).map(|source| (0, source));
        let rest = self.offsets.iter().filter(|(v, _)| *v > at && *v < at + length).map(|(v, s)| (v - at, *s));
        SqlText { text, holes, offsets: first.into_iter().chain(rest).collect() }
    }

    /// The byte of the file that a byte of the text comes from.
    pub fn source(&self, at: usize) -> Option<usize> {
        let place = self.offsets.partition_point(|(v, _)| *v <= at);
        place.checked_sub(1).map(|p| self.offsets[p].1 + (at - self.offsets[p].0))
    }

    /// The text as people read it: holes as `{name}`.
    pub fn shown(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut holes = self.holes.iter();
        for c in self.text.chars() {
            match c {
                HOLE => {
                    let said = holes.next().map_or("", |h| h.said.as_str());
                    out.push('{');
                    out.push_str(said);
                    out.push('}');
                }
                c => out.push(c),
            }
        }
        out
    }
}
