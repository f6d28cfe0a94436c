//! A question cut into words, numbers, quoted values and commas.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word, a date or a word with digits in it (`q2`, `fy2024/25`).
    Word,
    /// A number, perhaps with a magnitude (`10`, `1,000.50`, `1.5m`).
    Number,
    /// Something in quotation marks: a value to be taken as it stands.
    Quoted,
    /// A comma or semicolon: it separates the parts of a list.
    Comma,
    /// The end of a sentence that another one follows.
    Stop,
}

/// One token of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// As written.
    pub text: String,
    /// In lower case.
    pub lower: String,
    /// What it is.
    pub kind: TokenKind,
    /// Byte offset of its first character in the question.
    pub start: usize,
    /// Byte offset behind its last character.
    pub end: usize,
}

/// Cuts a question into tokens.
///
/// Hyphens split words (`year-over-year` is three) but not dates or numbers; slashes stay inside of
/// tokens with digits (`fy2024/25`, `01/31/2024`); a trailing possessive `'s` is dropped; `%` and
/// currency signs are tokens of their own. Cost: one pass.
pub fn tokenize(question: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = question.char_indices().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let (start, c) = chars[i];
        if let Some(close) = closing_quote(c)
            && opens_quote(&chars, i)
            && let Some(length) = quoted_length(&chars[i + 1..], close)
        {
            let end = chars[i + 1 + length].0;
            push(&mut tokens, question, chars[i + 1].0, end, TokenKind::Quoted);
            i += length + 2;
        } else if c.is_alphanumeric() || c == '_' {
            let end = word_end(&chars, i);
            push_words(&mut tokens, question, &chars[i..end]);
            i = end;
        } else {
            match c {
                ',' | ';' => push(&mut tokens, question, start, start + 1, TokenKind::Comma),
                '%' | '$' | '€' | '£' | '#' | '<' | '>' | '=' | '+' | '&' => {
                    push(&mut tokens, question, start, start + c.len_utf8(), TokenKind::Word)
                }
                '.' | '?' | '!' if ends_sentence(&chars, i) => {
                    push(&mut tokens, question, start, start + 1, TokenKind::Stop)
                }
                '-' if starts_number(&chars, i) => {
                    let end = word_end(&chars, i + 1);
                    push(&mut tokens, question, start, end_offset(&chars, end, question), TokenKind::Number);
                    i = end - 1;
                }
                _ => {}
            }
            i += 1;
        }
    }
    tokens
}

/// Whether another sentence follows: white space, then a capital letter ("Sept. 2025" goes on).
fn ends_sentence(chars: &[(usize, char)], i: usize) -> bool {
    let gap = chars.get(i + 1).is_some_and(|(_, c)| c.is_whitespace());
    gap && chars[i + 1..].iter().find(|(_, c)| !c.is_whitespace()).is_some_and(|(_, c)| c.is_uppercase())
}

fn closing_quote(c: char) -> Option<char> {
    match c {
        '"' => Some('"'),
        '\'' => Some('\''),
        '`' => Some('`'),
        '“' | '”' => Some('”'),
        '‘' | '’' => Some('’'),
        '«' => Some('»'),
        _ => None,
    }
}

/// An apostrophe inside of a word opens nothing.
fn opens_quote(chars: &[(usize, char)], i: usize) -> bool {
    i == 0 || !chars[i - 1].1.is_alphanumeric()
}

/// Number of characters up to a closing quote that ends a word, if there is one and something is inside.
fn quoted_length(rest: &[(usize, char)], close: char) -> Option<usize> {
    let ends = |at: usize| rest.get(at + 1).is_none_or(|(_, c)| !c.is_alphanumeric());
    (1..rest.len()).find(|at| rest[*at].1 == close && ends(*at))
}

/// A minus sign before a digit, not between two words.
fn starts_number(chars: &[(usize, char)], i: usize) -> bool {
    let digit = chars.get(i + 1).is_some_and(|(_, c)| c.is_ascii_digit());
    digit && (i == 0 || chars[i - 1].1.is_whitespace())
}

/// The end of a run of word characters, inner punctuation included.
fn word_end(chars: &[(usize, char)], from: usize) -> usize {
    let mut end = from;
    while end < chars.len() {
        let c = chars[end].1;
        let next = chars.get(end + 1).map(|(_, c)| *c);
        let inner = matches!(c, '.' | ',' | '/' | ':' | '-' | '\'' | '’' | '@' | '&')
            && next.is_some_and(char::is_alphanumeric);
        // A comma only joins digits: "1,000" is a number, "a,b" is a list.
        let joins = inner && (c != ',' || chars[end - 1].1.is_ascii_digit() && is_thousands(&chars[end + 1..]));
        if c.is_alphanumeric() || c == '_' || joins {
            end += 1;
        } else {
            break;
        }
    }
    end
}

fn is_thousands(rest: &[(usize, char)]) -> bool {
    let digits = rest.iter().take_while(|(_, c)| c.is_ascii_digit()).count();
    digits == 3
}

fn end_offset(chars: &[(usize, char)], end: usize, question: &str) -> usize {
    chars.get(end).map_or(question.len(), |(offset, _)| *offset)
}

/// Cuts a run of word characters further: possessives off, hyphens and slashes apart where no digits meet.
fn push_words(tokens: &mut Vec<Token>, question: &str, run: &[(usize, char)]) {
    let start = run[0].0;
    let last = run[run.len() - 1];
    let end = last.0 + last.1.len_utf8();
    let text = &question[start..end];
    if is_number(text) {
        return push(tokens, question, start, end, TokenKind::Number);
    }
    if text.contains('@') || looks_like_date(text) {
        return push(tokens, question, start, end, TokenKind::Word);
    }
    let mut from = start;
    for (offset, c) in text.char_indices().map(|(i, c)| (start + i, c)) {
        let splits = match c {
            '-' | ':' | ',' | '&' => true,
            '/' => !digits_around(text, offset - start),
            '.' => !digits_around(text, offset - start),
            _ => false,
        };
        if splits {
            push_word(tokens, question, from, offset);
            from = offset + c.len_utf8();
        }
    }
    push_word(tokens, question, from, end);
}

fn push_word(tokens: &mut Vec<Token>, question: &str, from: usize, to: usize) {
    let text = &question[from..to];
    let bare = ["'s", "’s"].iter().find_map(|s| text.strip_suffix(s)).unwrap_or(text);
    if !bare.is_empty() {
        let kind = if is_number(bare) { TokenKind::Number } else { TokenKind::Word };
        push(tokens, question, from, from + bare.len(), kind);
    }
}

fn push(tokens: &mut Vec<Token>, question: &str, start: usize, end: usize, kind: TokenKind) {
    let text = question[start..end].to_owned();
    tokens.push(Token { lower: text.to_lowercase(), text, kind, start, end });
}

fn digits_around(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back().is_some_and(|c| c.is_ascii_digit());
    let after = text[at + 1..].chars().next().is_some_and(|c| c.is_ascii_digit());
    before && after
}

/// Digits with separators between them: 2025-03-01, 31/12/2024, 2024-07, 09:30.
fn looks_like_date(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let separators = text.chars().filter(|c| matches!(c, '-' | '/' | ':' | '.')).count();
    digits >= 4
        && separators >= 1
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | ':' | '.' | 'T' | 'Z'))
}

fn is_number(text: &str) -> bool {
    let body = text.strip_suffix(['k', 'm', 'b', 'K', 'M', 'B']).unwrap_or(text);
    let plain: String = body.chars().filter(|c| *c != ',').collect();
    body.starts_with(|c: char| c.is_ascii_digit())
        && plain.chars().all(|c| c.is_ascii_digit() || c == '.')
        && plain.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowers(question: &str) -> Vec<String> {
        tokenize(question).into_iter().map(|t| t.lower).collect()
    }

    #[test]
    fn questions_are_cut_as_people_mean_them() {
        let cases: [(&str, &[&str]); 11] = [
            ("Top customers. List their names.", &["top", "customers", ".", "list", "their", "names"]),
            ("Gross margin by quarter?", &["gross", "margin", "by", "quarter"]),
            ("year-over-year growth, 2025-03-01", &["year", "over", "year", "growth", ",", "2025-03-01"]),
            ("last year's revenue in FY2024/25", &["last", "year", "revenue", "in", "fy2024/25"]),
            ("more than $1,000.50 or 10%", &["more", "than", "$", "1,000.50", "or", "10", "%"]),
            ("orders over 1.5m", &["orders", "over", "1.5m"]),
            ("named \"Acme, Inc.\"", &["named", "acme, inc."]),
            ("customers' region", &["customers", "region"]),
            ("a,b and c", &["a", ",", "b", "and", "c"]),
            ("below -5", &["below", "-5"]),
            ("mail bob@example.com", &["mail", "bob@example.com"]),
        ];
        for (question, expected) in cases {
            assert_eq!(lowers(question), expected, "{question}");
        }
    }

    #[test]
    fn kinds_and_offsets_hold() {
        let question = "top 10 in 'Nord Süd'";
        let tokens = tokenize(question);
        assert_eq!(tokens[1].kind, TokenKind::Number);
        assert_eq!(tokens[3].kind, TokenKind::Quoted);
        for token in &tokens {
            assert_eq!(&question[token.start..token.end], token.text);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_without_overlap(text in ".{0,200}") {
            let mut last = 0;
            for token in tokenize(&text) {
                assert!(token.start >= last && token.end > token.start);
                assert_eq!(&text[token.start..token.end], token.text);
                last = token.end;
            }
        }
    }
}
