//! Text as a syntax tree, within bounds that keep the tree's depth small.
//!
//! Only the parser's entry for queries is used: a text that begins like anything else is refused
//! before the parser's many statements are tried on it.

use sqlparser::ast::{Query, Statement};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::denied::Denied;

/// Bytes of text read at the most; SQLite's own bound.
const LONGEST: usize = 1_000_000;
/// Tokens between two commas or parentheses; each level of a left-deep tree costs at least one.
const LONGEST_RUN: usize = 3_000;
/// Set operators in one statement; SQLite's own bound.
const MOST_SETS: usize = 500;
/// Open parentheses, and the parser's own count of nested rules.
const DEEPEST: usize = 100;
/// Open parentheses for which any thread's stack is large enough, in debug builds too (measured:
/// 12 nested joins overflow 2 MiB there).
const SHALLOW: usize = 8;
/// Stack for deeper texts. Reserved, not committed.
const ROOM: usize = 64 << 20;

/// How an engine's text is read. Made by the dialect files of this crate only.
#[derive(Clone, Copy, Debug)]
pub struct Grammar(pub(crate) &'static (dyn sqlparser::dialect::Dialect + Send + Sync));

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
    check_opening(&tokens)?;
    if depth(&tokens)? <= SHALLOW { parse(tokens, grammar) } else { with_room(|| parse(tokens, grammar)) }
}

/// Runs deep recursion on a stack of its own. Cost: one thread.
fn with_room(work: impl FnOnce() -> Result<Box<Query>, Denied> + Send) -> Result<Box<Query>, Denied> {
    let failed = || Denied::TooLarge { why: "too deeply nested" };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, work).map_err(|_| failed())?;
        thread.join().unwrap_or_else(|_| Err(failed()))
    })
}

fn parse(tokens: Vec<TokenWithSpan>, grammar: Grammar) -> Result<Box<Query>, Denied> {
    let mut parser = Parser::new(grammar.0).with_recursion_limit(DEEPEST).with_tokens_with_locations(tokens);
    let query = parser.parse_query().map_err(unreadable)?;
    match parser.peek_token().token {
        Token::EOF => Ok(query),
        Token::SemiColon => Err(Denied::NotOne),
        other => Err(Denied::Unreadable { why: format!("expected the end of the statement, found {other}") }),
    }
}

fn unreadable(error: ParserError) -> Denied {
    match error {
        ParserError::TokenizerError(why) | ParserError::ParserError(why) => Denied::Unreadable { why },
        ParserError::RecursionLimitExceeded => Denied::TooLarge { why: "too deeply nested" },
    }
}

fn check_opening(tokens: &[TokenWithSpan]) -> Result<(), Denied> {
    let first = tokens.iter().map(|t| &t.token).find(|token| !matches!(token, Token::Whitespace(_)));
    match first {
        Some(Token::LParen) => Ok(()),
        Some(Token::Word(w)) if matches!(w.keyword, Keyword::SELECT | Keyword::WITH | Keyword::VALUES) => Ok(()),
        Some(Token::Word(w)) => Err(Denied::NotAQuery { found: w.value.to_uppercase() }),
        Some(other) => Err(Denied::NotAQuery { found: other.to_string() }),
        None => Err(Denied::NotAQuery { found: "nothing".to_owned() }),
    }
}

/// The first word of a statement inside of a query.
pub(crate) fn beginning(statement: &Statement) -> String {
    statement.to_string().split_whitespace().next().unwrap_or("nothing").to_uppercase()
}

/// The greatest number of open parentheses.
///
/// # Errors
///
/// Texts for which the parser would build, without recursion, what everybody else walks with it.
fn depth(tokens: &[TokenWithSpan]) -> Result<usize, Denied> {
    let mut runs = vec![0usize];
    let (mut sets, mut deepest) = (0, 0);
    for token in tokens {
        match &token.token {
            Token::Whitespace(_) => continue,
            Token::LParen => runs.push(0),
            Token::RParen if runs.len() > 1 => drop(runs.pop()),
            Token::Comma => runs.last_mut().into_iter().for_each(|run| *run = 0),
            Token::Word(w) if matches!(w.keyword, Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT) => sets += 1,
            _ => {}
        }
        deepest = deepest.max(runs.len() - 1);
        let run = runs.last_mut().map_or(0, |run| {
            *run += 1;
            *run
        });
        if run > LONGEST_RUN || sets > MOST_SETS {
            return Err(Denied::TooLarge { why: "too many operators in a row" });
        }
        if deepest > DEEPEST {
            return Err(Denied::TooLarge { why: "too deeply nested" });
        }
    }
    Ok(deepest)
}
