//! What a text of SQL says at a glance. A lexer's work: literals and comments are passed over, nothing is parsed.

use std::collections::BTreeSet;

/// A word outside of literals: in upper case, how deep in parentheses, and whether one opens right behind it.
struct Word {
    text: String,
    depth: usize,
    call: bool,
}

/// Whether the whole result is ordered: `ORDER BY` outside of all parentheses.
pub fn is_ordered(sql: &str) -> bool {
    let words = words(sql);
    words.windows(2).any(|pair| pair[0].depth == 0 && pair[0].text == "ORDER" && pair[1].text == "BY")
}

/// The aggregate functions that are called anywhere.
pub fn aggregates(sql: &str) -> BTreeSet<String> {
    let known = ["COUNT", "SUM", "AVG", "MIN", "MAX"];
    let calls = words(sql).into_iter().filter(|word| word.call && known.contains(&word.text.as_str()));
    calls.map(|word| word.text).collect()
}

fn words(sql: &str) -> Vec<Word> {
    let (mut found, mut depth): (Vec<Word>, usize) = (Vec::new(), 0);
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let length = match c {
            '\'' | '"' | '`' => literal(rest, c),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if word > 0 => {
                let call = rest[word..].trim_start().starts_with('(');
                found.push(Word { text: rest[..word].to_uppercase(), depth, call });
                word
            }
            _ => c.len_utf8(),
        };
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        rest = &rest[length..];
    }
    found
}

/// Bytes of a literal with its quotes; doubled quotes begin another one right behind, which is as good.
fn literal(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_order_of_the_whole_counts() {
        assert!(is_ordered("select a from t order\n by a limit 3"));
        for text in ["SELECT a FROM (SELECT a FROM t ORDER BY a)", "SELECT 'x ORDER BY' FROM t", "SELECT a -- ORDER BY"]
        {
            assert!(!is_ordered(text), "{text}");
        }
        assert!(is_ordered("SELECT 'it''s (' FROM t ORDER BY 1"), "a parenthesis in a literal opens nothing");
    }

    #[test]
    fn aggregates_are_calls() {
        let found = aggregates("SELECT count (*), \"SUM\"(x), max FROM t WHERE y = 'MIN(z)' AND AVG(q) > 1");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["AVG", "COUNT"]);
    }
}
