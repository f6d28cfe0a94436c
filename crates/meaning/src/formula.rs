//! Formulas over metrics: `(revenue - cost_of_sales) / revenue`.

use serde::{Deserialize, Serialize};

/// A formula as a tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Formula {
    /// Another metric, by id; `days` is the length of the period in days.
    Name(String),
    /// A whole number.
    Number(i64),
    /// An operation.
    Operation(Arithmetic, Box<Formula>, Box<Formula>),
}

/// The four operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arithmetic {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient; nothing where the divisor is zero.
    Div,
}

impl Formula {
    /// The metrics that are named, in order of appearance.
    pub fn names(&self) -> Vec<String> {
        match self {
            Formula::Name(name) => vec![name.clone()],
            Formula::Number(_) => Vec::new(),
            Formula::Operation(_, a, b) => [a.names(), b.names()].concat(),
        }
    }
}

impl TryFrom<String> for Formula {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut symbols = lex(&text)?;
        symbols.reverse();
        let formula = sum(&mut symbols, 0)?;
        match symbols.pop() {
            None => Ok(formula),
            Some(left) => Err(format!("{left:?} was not expected in the formula {text:?}")),
        }
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> String {
        match formula {
            Formula::Name(name) => name,
            Formula::Number(n) => n.to_string(),
            Formula::Operation(op, a, b) => format!("({} {} {})", String::from(*a), op.sign(), String::from(*b)),
        }
    }
}

impl Arithmetic {
    /// The sign people write.
    pub fn sign(self) -> char {
        match self {
            Arithmetic::Add => '+',
            Arithmetic::Sub => '-',
            Arithmetic::Mul => '*',
            Arithmetic::Div => '/',
        }
    }
}

/// How deep parentheses may nest; keeps hostile files from exhausting the stack.
const DEEPEST: usize = 32;

fn lex(text: &str) -> Result<Vec<String>, String> {
    let mut symbols: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            symbols.push(std::mem::take(&mut word));
        }
        match c {
            ' ' => {}
            '+' | '-' | '*' | '/' | '(' | ')' => symbols.push(c.to_string()),
            other => return Err(format!("{other:?} is not allowed in a formula")),
        }
    }
    if !word.is_empty() {
        symbols.push(word);
    }
    Ok(symbols)
}

fn sum(symbols: &mut Vec<String>, depth: usize) -> Result<Formula, String> {
    let operations = [("+", Arithmetic::Add), ("-", Arithmetic::Sub)];
    chain(symbols, depth, &operations, product)
}

fn product(symbols: &mut Vec<String>, depth: usize) -> Result<Formula, String> {
    let operations = [("*", Arithmetic::Mul), ("/", Arithmetic::Div)];
    chain(symbols, depth, &operations, atom)
}

fn chain(
    symbols: &mut Vec<String>,
    depth: usize,
    operations: &[(&str, Arithmetic)],
    operand: fn(&mut Vec<String>, usize) -> Result<Formula, String>,
) -> Result<Formula, String> {
    let mut left = operand(symbols, depth)?;
    while let Some((_, op)) = operations.iter().find(|(sign, _)| symbols.last().is_some_and(|s| s == sign)) {
        symbols.pop();
        left = Formula::Operation(*op, Box::new(left), Box::new(operand(symbols, depth)?));
    }
    Ok(left)
}

fn atom(symbols: &mut Vec<String>, depth: usize) -> Result<Formula, String> {
    if depth > DEEPEST {
        return Err("the formula is nested too deep".to_owned());
    }
    match symbols.pop() {
        None => Err("the formula ends too early".to_owned()),
        Some(s) if s == "(" => {
            let inner = sum(symbols, depth + 1)?;
            match symbols.pop() {
                Some(close) if close == ")" => Ok(inner),
                _ => Err("a parenthesis is not closed".to_owned()),
            }
        }
        Some(s) if s.chars().all(|c| c.is_ascii_digit()) => s.parse().map(Formula::Number).map_err(|e| e.to_string()),
        Some(s) if s.starts_with(|c: char| c.is_ascii_alphabetic()) => Ok(Formula::Name(s)),
        Some(other) => Err(format!("{other:?} was not expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, String> {
        Formula::try_from(text.to_owned()).map(String::from)
    }

    #[test]
    fn precedence_is_that_of_school() {
        assert_eq!(shown("a - b - c / d"), Ok("((a - b) - (c / d))".into()));
        assert_eq!(shown("(a - b) / a * 365"), Ok("(((a - b) / a) * 365)".into()));
    }

    #[test]
    fn broken_formulas_are_errors() {
        for text in ["", "a +", "(a", "a b", "a ^ b", ") a"] {
            assert!(shown(text).is_err(), "{text}");
        }
        assert!(shown(&"(".repeat(100_000)).is_err());
    }
}
