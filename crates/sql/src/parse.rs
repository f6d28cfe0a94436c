//! Text as a syntax tree, within bounds that keep the tree's depth small.

use sqlparser::ast::{Query, Statement};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::denied::Denied;

/// Bytes of text read at the most; SQLite's own bound.
const LONGEST: usize = 1_000_000;
/// Tokens between two commas or parentheses; each level of a left-deep tree costs at least one.
const LONGEST_RUN: usize = 3_000;
/// Set operators in one statement; SQLite's own bound.
const MOST_SETS: usize = 500;
/// Nested parentheses, sub-selects and calls.
const DEEPEST: usize = 100;

/// How an engine's text is read. Made by the dialect files of this crate only.
#[derive(Clone, Copy, Debug)]
pub struct Grammar(pub(crate) &'static dyn sqlparser::dialect::Dialect);

/// Reads exactly one query. Cost: linear in the text, which is at most a megabyte.
///
/// # Errors
///
/// Text that cannot be read, is too large, or is not one query.
pub(crate) fn one_query(text: &str, grammar: Grammar) -> Result<Box<Query>, Denied> {
    if text.len() > LONGEST {
        return Err(Denied::TooLarge { why: "more than a million bytes" });
    }
    // Engines stop at NUL and differ about other control characters; a value that needs one can be bound.
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        return Err(Denied::Construct { construct: "a control character" });
    }
    let tokens = Tokenizer::new(grammar.0, text)
        .tokenize_with_location()
        .map_err(|e| Denied::Unreadable { why: e.to_string() })?;
    check_tokens(tokens.iter().map(|t| &t.token))?;
    let parsed =
        Parser::new(grammar.0).with_recursion_limit(DEEPEST).with_tokens_with_locations(tokens).parse_statements();
    only_query(parsed.map_err(unreadable)?)
}

fn unreadable(error: ParserError) -> Denied {
    match error {
        ParserError::TokenizerError(why) | ParserError::ParserError(why) => Denied::Unreadable { why },
        ParserError::RecursionLimitExceeded => Denied::TooLarge { why: "too deeply nested" },
    }
}

fn only_query(mut statements: Vec<Statement>) -> Result<Box<Query>, Denied> {
    match (statements.pop(), statements.len()) {
        (Some(Statement::Query(query)), 0) => Ok(query),
        (Some(other), 0) => Err(Denied::NotAQuery { found: beginning(&other) }),
        (last, before) => Err(Denied::NotOne { found: before + usize::from(last.is_some()) }),
    }
}

/// The first word of a statement that is no query.
pub(crate) fn beginning(statement: &Statement) -> String {
    statement.to_string().split_whitespace().next().unwrap_or("nothing").to_uppercase()
}

/// Bounds what the parser would build without recursion and everybody else walks with it.
fn check_tokens<'a>(tokens: impl Iterator<Item = &'a Token>) -> Result<(), Denied> {
    let mut runs = vec![0usize];
    let mut sets = 0;
    for token in tokens {
        match token {
            Token::Whitespace(_) => continue,
            Token::LParen => runs.push(0),
            Token::RParen if runs.len() > 1 => drop(runs.pop()),
            Token::Comma => runs.iter_mut().next_back().into_iter().for_each(|run| *run = 0),
            Token::Word(w) if matches!(w.keyword, Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT) => sets += 1,
            _ => {}
        }
        let Some(run) = runs.last_mut() else { continue };
        *run += 1;
        if *run > LONGEST_RUN || sets > MOST_SETS {
            return Err(Denied::TooLarge { why: "too many operators in a row" });
        }
    }
    Ok(())
}
