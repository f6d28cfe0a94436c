//! Whether a text with holes is a statement: it is parsed with every hole filled by what may stand there.

use sqlparser::dialect::{Dialect, GenericDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::text::{HOLE, SqlText};

/// Most variants that are tried for one text.
const VARIANTS: usize = 64;
/// Longest text that is parsed, in bytes.
const LONGEST: usize = 64 << 10;

/// What may fill a hole of which nothing is known.
const FILLINGS: [&str; 4] = ["hole_x", "", "1", "TRUE"];

/// The text that an engine can prepare, if some filling of its holes makes it a statement.
pub fn rendered(text: &SqlText) -> Option<String> {
    if text.text.len() > LONGEST || text.text.trim().is_empty() {
        return None;
    }
    let holes = text.holes.len();
    let mut tried = 0;
    let mut picks = vec![0; holes];
    loop {
        let filled = fill(text, &picks);
        for candidate in [filled.clone(), format!("{filled} TRUE"), format!("{filled} (hole_x)")] {
            if accepted(&candidate) {
                return Some(candidate);
            }
            tried += 1;
            if tried >= VARIANTS {
                return None;
            }
        }
        let next = (0..holes).find(|&h| picks[h] + 1 < FILLINGS.len())?;
        picks[next] += 1;
        picks[..next].fill(0);
    }
}

/// Whether some filling makes it a statement.
pub fn parses(text: &SqlText) -> bool {
    rendered(text).is_some()
}

fn fill(text: &SqlText, picks: &[usize]) -> String {
    let mut out = String::with_capacity(text.text.len() + 16);
    let mut hole = 0;
    for c in text.text.chars() {
        if c != HOLE {
            out.push(c);
            continue;
        }
        let known = text.holes.get(hole).and_then(|h| h.values.first());
        let pick = picks.get(hole).copied().unwrap_or(0);
        match known {
            Some(value) if pick == 0 => out.push_str(value),
            _ => out.push_str(FILLINGS[pick]),
        }
        hole += 1;
    }
    parameters(&out)
}

/// Places for parameters that no grammar has, as one that all have.
fn parameters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let length = if tail.starts_with("%s") || tail.starts_with("%d") {
            2
        } else if tail.starts_with("%(") {
            tail.find(")s").map_or(1, |e| e + 2)
        } else {
            1
        };
        out.push_str(if length > 1 { "?" } else { &tail[..1] });
        rest = &tail[length..];
    }
    out.push_str(rest);
    out
}

/// The dialects that statements are read in, in the order in which they are tried.
pub fn dialects() -> [&'static dyn Dialect; 4] {
    [&PostgreSqlDialect {}, &MySqlDialect {}, &SQLiteDialect {}, &GenericDialect {}]
}

fn accepted(sql: &str) -> bool {
    dialects().into_iter().any(|dialect| {
        Parser::new(dialect)
            .with_recursion_limit(64)
            .try_with_sql(sql)
            .and_then(|mut p| p.parse_statements())
            .is_ok_and(|found| !found.is_empty())
            || without_index(sql).is_some_and(|sql| Parser::parse_sql(dialect, &sql).is_ok())
    })
}

/// The text without hints of indexes, which the parser does not know in every place.
fn without_index(sql: &str) -> Option<String> {
    let at = sql.find("INDEXED BY ")?;
    let rest = sql[at + 11..].trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(format!("{}{}", &sql[..at], &rest[end..]))
}
