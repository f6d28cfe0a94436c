//! What only the text of a CREATE TABLE says: comments and checks.
//!
//! SQLite keeps the text as it was written, and has no other place for comments. The convention, by
//! far the most common one: a comment belongs to the column that it stands behind, on the same line or
//! before the comma; one behind the table's opening parenthesis, or before it, to the table. A comment
//! on a line of its own belongs to nothing, since it is as often a heading as a description.

use std::collections::HashMap;

use catalog::Check;

/// What the text of one CREATE TABLE says beyond the engine's own catalog.
#[derive(Debug, Default, PartialEq)]
pub struct Notes {
    /// The comment on the table.
    pub table: Option<String>,
    /// Comments on columns, by name in lower case.
    pub columns: HashMap<String, String>,
    /// Check constraints, in order.
    pub checks: Vec<Check>,
}

/// Reads the text of a CREATE TABLE. Any text is accepted; cost: one pass.
pub fn read(sql: &str) -> Notes {
    let tokens = tokens(sql);
    let mut notes = Notes::default();
    let mut place = Place::default();
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        match &token.kind {
            Kind::Comment(text) => place.comment(text, token.own_line, &mut notes),
            Kind::Open if place.depth == 1 && i > 0 && tokens[i - 1].is_word("check") => {
                i = take_check(sql, &tokens, i, &mut notes);
            }
            Kind::Open => place.depth += 1,
            Kind::Close if place.depth <= 1 => break,
            Kind::Close => place.depth -= 1,
            Kind::Comma if place.depth == 1 => place.end_element(),
            _ => place.see(token),
        }
        i += 1;
    }
    notes
}

/// Where in the text the reader is.
#[derive(Default)]
struct Place {
    depth: usize,
    /// Whether the present element has begun.
    begun: bool,
    /// The column of the present element, or of the one before while the present has not begun.
    column: Option<String>,
    /// Whether any element has begun, ever.
    any: bool,
}

impl Place {
    fn see(&mut self, token: &Token<'_>) {
        if self.depth == 1 && !self.begun {
            self.begun = true;
            self.any = true;
            self.column = token.name().filter(|_| !token.begins_constraint()).map(|name| name.to_lowercase());
        }
    }

    fn end_element(&mut self) {
        self.begun = false;
    }

    fn comment(&self, text: &str, own_line: bool, notes: &mut Notes) {
        let text = text.trim();
        if text.is_empty() || self.depth > 1 {
            return;
        }
        if !self.any {
            if self.depth == 0 || !own_line {
                append(notes.table.get_or_insert_default(), text);
            }
        } else if let Some(column) = &self.column
            && (self.begun || !own_line)
        {
            append(notes.columns.entry(column.clone()).or_default(), text);
        }
    }
}

fn append(whole: &mut String, part: &str) {
    if !whole.is_empty() {
        whole.push(' ');
    }
    whole.push_str(part);
}

/// Takes the condition between the parenthesis at `open` and its partner; returns the partner's place.
fn take_check(sql: &str, tokens: &[Token<'_>], open: usize, notes: &mut Notes) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let condition = sql[tokens[open].end..token.start].trim().to_owned();
            let named = open >= 3 && tokens[open - 3].is_word("constraint");
            let name = named.then(|| tokens[open - 2].name()).flatten();
            notes.checks.push(Check { name, condition });
            return i;
        }
    }
    tokens.len()
}

#[derive(Debug)]
enum Kind<'a> {
    Word(&'a str),
    Quoted(String),
    Comment(&'a str),
    Open,
    Close,
    Comma,
    Other,
}

#[derive(Debug)]
struct Token<'a> {
    kind: Kind<'a>,
    start: usize,
    end: usize,
    /// Whether a line break stands between this token and the one before.
    own_line: bool,
}

impl Token<'_> {
    fn is_word(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word(w) if w.eq_ignore_ascii_case(word))
    }

    fn name(&self) -> Option<String> {
        match &self.kind {
            Kind::Word(word) => Some((*word).to_owned()),
            Kind::Quoted(name) => Some(name.clone()),
            _ => None,
        }
    }

    fn begins_constraint(&self) -> bool {
        ["constraint", "primary", "unique", "check", "foreign"].iter().any(|word| self.is_word(word))
    }
}

fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut own_line) = (0, false);
    while let Some(c) = sql[at..].chars().next() {
        if c.is_whitespace() {
            own_line |= c == '\n';
            at += c.len_utf8();
            continue;
        }
        let (kind, length) = token(&sql[at..], c);
        tokens.push(Token { kind, start: at, end: at + length, own_line });
        at += length;
        own_line = false;
    }
    tokens
}

/// The first token of a text that begins with `c`, and its length in bytes.
fn token(rest: &str, c: char) -> (Kind<'_>, usize) {
    match c {
        '(' => (Kind::Open, 1),
        ')' => (Kind::Close, 1),
        ',' => (Kind::Comma, 1),
        '"' | '`' | '\'' => quoted(rest, c),
        '[' => match rest.find(']') {
            Some(end) => (Kind::Quoted(rest[1..end].to_owned()), end + 1),
            None => (Kind::Quoted(rest[1..].to_owned()), rest.len()),
        },
        '-' if rest.starts_with("--") => {
            let end = rest.find('\n').unwrap_or(rest.len());
            (Kind::Comment(&rest[2..end]), end)
        }
        '/' if rest.starts_with("/*") => match rest[2..].find("*/") {
            Some(inside) => (Kind::Comment(&rest[2..2 + inside]), inside + 4),
            None => (Kind::Comment(&rest[2..]), rest.len()),
        },
        _ if is_word(c) => {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            (Kind::Word(&rest[..end]), end)
        }
        _ => (Kind::Other, c.len_utf8()),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

/// A quoted name or text; a doubled quotation mark stands for itself.
fn quoted(rest: &str, mark: char) -> (Kind<'_>, usize) {
    let mut name = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != mark {
            name.push(c);
        } else if chars.next_if(|(_, next)| *next == mark).is_some() {
            name.push(mark);
        } else {
            return (Kind::Quoted(name), at + 1);
        }
    }
    (Kind::Quoted(name), rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_belong_to_what_they_stand_behind() {
        let notes = read(
            "CREATE TABLE \"t (x\" ( -- what it is\n\
             -- a heading\n\
             a INTEGER PRIMARY KEY, -- the a\n\
             \"B, b\" DECIMAL(10, 2) /* the b */ NOT NULL, /* of it */\n\
             [c] TEXT DEFAULT ')--no' CHECK (c <> '--' AND length(c) > (1)), -- the c\n\
             -- keys\n\
             CONSTRAINT \"pos\" CHECK (a > 0), -- not a column's\n\
             d TEXT -- the last\n)",
        );
        assert_eq!(notes.table.as_deref(), Some("what it is"));
        let expected = [("a", "the a"), ("b, b", "the b of it"), ("c", "the c"), ("d", "the last")];
        assert_eq!(notes.columns, expected.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect());
        let check =
            |name: Option<&str>, text: &str| Check { name: name.map(str::to_owned), condition: text.to_owned() };
        assert_eq!(notes.checks, [check(None, "c <> '--' AND length(c) > (1)"), check(Some("pos"), "a > 0")]);
    }

    #[test]
    fn any_text_is_read_without_harm() {
        for text in [
            "",
            "CREATE TABLE t",
            "CREATE TABLE t (",
            "CREATE TABLE t (a CHECK (",
            "[",
            "'",
            "/*",
            "--",
            "ä(ö, \u{a0})",
            "[]",
            "([",
            " [ä",
        ] {
            read(text);
        }
        assert_eq!(read("CREATE TABLE t -- outside\n(a)").table.as_deref(), Some("outside"));
    }
}
