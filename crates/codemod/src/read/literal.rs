//! Escapes in literals: what they say, and where each byte of it comes from.

use crate::code::Piece;

/// Collects letters with their places.
#[derive(Default)]
pub struct Letters {
    value: String,
    offsets: Vec<(usize, usize)>,
}

impl Letters {
    /// Letters that say themselves, from byte `at` of the file.
    pub fn plain(&mut self, text: &str, at: usize) {
        if !text.is_empty() {
            self.offsets.push((self.value.len(), at));
            self.value.push_str(text);
        }
    }

    /// An escape at byte `at` of the file.
    pub fn escape(&mut self, escape: &str, at: usize) {
        self.offsets.push((self.value.len(), at));
        if let Some(c) = said(escape) {
            self.value.push(c);
        }
        self.offsets.push((self.value.len(), at + escape.len()));
    }

    /// Whether nothing was collected.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The piece, and nothing is left.
    pub fn take(&mut self) -> Piece {
        Piece::Literal { value: std::mem::take(&mut self.value), offsets: std::mem::take(&mut self.offsets) }
    }
}

/// The letter that an escape stands for; none for a line that goes on.
fn said(escape: &str) -> Option<char> {
    let body = escape.strip_prefix('\\')?;
    let first = body.chars().next()?;
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match first {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        'a' => Some('\u{7}'),
        '\n' | '\r' => None,
        'x' | 'u' | 'U' => number(body[1..].trim_matches(['{', '}']), 16),
        '0'..='7' => number(body, 8),
        other => Some(other),
    }
}
