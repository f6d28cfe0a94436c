//! The tokens of SQL, of any dialect.

/// The letter that stands for a hole in a text.
pub const HOLE: char = '\u{e000}';

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A name or a keyword.
    Word,
    /// A name in quotes of names.
    Quoted,
    /// A value in quotes.
    Value,
    /// A number.
    Number,
    /// A hole, by its order.
    Hole(usize),
    /// A place for a parameter.
    Parameter,
    /// Any other letter.
    Sign(char),
}

/// A token with its place in the text.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub sort: Sort,
    /// First byte, quotes left out.
    pub start: usize,
    /// The byte behind the last, quotes left out.
    pub end: usize,
    /// Whether a hole touches it, so that it is only part of a name.
    pub glued: bool,
}

/// Whether a text is one name: letters, digits, underscores.
pub fn is_word(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

fn in_word(c: char) -> bool {
    c != HOLE && (c.is_alphanumeric() || c == '_' || c == '$')
}

/// Cuts a text into tokens; comments are left out.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut holes = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (sort, start, end, next) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |e| e + 2);
            continue;
        } else if c == HOLE {
            holes += 1;
            (Sort::Hole(holes - 1), at, at + c.len_utf8(), at + c.len_utf8())
        } else if matches!(c, '\'' | '"' | '`') || (c == '[' && bracketed(rest)) {
            let close = if c == '[' { ']' } else { c };
            let end = closing(text, at + 1, close);
            let holes_inside = text[at + 1..end].chars().filter(|&c| c == HOLE).count();
            holes += holes_inside;
            (if c == '\'' { Sort::Value } else { Sort::Quoted }, at + 1, end, (end + 1).min(text.len()))
        } else if c.is_ascii_digit() {
            let end = at + rest.find(|c: char| !in_word(c) && c != '.').unwrap_or(rest.len());
            (Sort::Number, at, end, end)
        } else if c.is_alphabetic() || c == '_' {
            let end = at + rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            (Sort::Word, at, end, end)
        } else if let Some(end) = parameter(rest) {
            (Sort::Parameter, at, at + end, at + end)
        } else {
            (Sort::Sign(c), at, at + c.len_utf8(), at + c.len_utf8())
        };
        found.push(Token { sort, start, end, glued: false });
        at = next;
    }
    glue(&mut found);
    found
}

/// A bracketed name of a dialect that has them, not an array.
fn bracketed(rest: &str) -> bool {
    rest[1..].find(']').is_some_and(|end| is_word(&rest[1..=end]))
}

fn closing(text: &str, from: usize, close: char) -> usize {
    let mut at = from;
    while let Some(found) = text[at..].find(close) {
        let end = at + found;
        if !text[end + 1..].starts_with(close) {
            return end;
        }
        at = end + 2;
    }
    text.len()
}

/// The length of a place for a parameter: `?`, `$1`, `:name`, `@name`, `%s`, `%(name)s`.
fn parameter(rest: &str) -> Option<usize> {
    let word = |from: usize| from + rest[from..].find(|c| !in_word(c)).unwrap_or(rest.len() - from);
    let second = rest.chars().nth(1);
    match rest.chars().next()? {
        '?' => Some(word(1)),
        '$' if second.is_some_and(in_word) => Some(word(1)),
        ':' if second.is_some_and(|c| c.is_alphabetic() || c == '_') => Some(word(1)),
        '@' if second.is_some_and(in_word) => Some(word(1)),
        '%' if rest.starts_with("%s") || rest.starts_with("%d") => Some(2),
        '%' if rest.starts_with("%(") => rest.find(")s").map(|end| end + 2),
        _ => None,
    }
}

fn glue(tokens: &mut [Token]) {
    for i in 1..tokens.len() {
        let (a, b) = (tokens[i - 1], tokens[i]);
        let touching = a.end == b.start;
        if touching
            && matches!((a.sort, b.sort), (Sort::Hole(_), Sort::Word | Sort::Number) | (Sort::Word, Sort::Hole(_)))
        {
            tokens[i - 1].glued = true;
            tokens[i].glued = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_values_holes_and_parameters_keep_their_places() {
        let text = "SELECT a.b, 'x''y' FROM \u{e000}.t WHERE c = :p -- no\n AND \"Q\" = %s";
        let said: Vec<&str> = tokens(text).iter().map(|t| &text[t.start..t.end]).collect();
        assert_eq!(
            said,
            [
                "SELECT", "a", ".", "b", ",", "x''y", "FROM", "\u{e000}", ".", "t", "WHERE", "c", "=", ":p", "AND",
                "Q", "=", "%s"
            ]
        );
    }

    #[test]
    fn a_name_that_a_hole_completes_is_glued() {
        let text = "FROM tbl_\u{e000} x";
        let glued: Vec<bool> = tokens(text).iter().map(|t| t.glued).collect();
        assert_eq!(glued, [false, true, true, false]);
    }

    #[test]
    fn quotes_that_never_close_end_with_the_text() {
        assert_eq!(tokens("a = 'never").last().map(|t| t.end), Some(10));
    }

    #[test]
    fn letters_of_all_lengths_are_one_token_each() {
        assert_eq!(tokens("\u{2014} \u{1f600}[\u{e4}]%\u{2014}$\u{2014}:\u{2014}@\u{2014}'\u{2014}").len(), 12);
    }
}
