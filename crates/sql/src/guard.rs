//! The only maker of [`ReadOnly`]: default deny.
//!
//! The text that will be sent is parsed, and every node of its tree is looked up: statements and
//! clauses, expression kinds, functions wherever they stand, operators, casts, collations, names of
//! relations, literals, placeholders. What is not listed is denied, and so is every kind of node
//! that a later parser may add: structs are taken apart field by field, enums end in a refusal.
//! Nothing is searched for by keyword, so literals, comments and columns may say what they like.
//!
//! This proves what the text asks for, not what the engine does with it: user-defined functions that
//! shadow a listed name and views with side effects are for the engine's own gate.

use std::collections::HashSet;
use std::ops::ControlFlow;

use catalog::{TableName, Value};
use sqlparser::ast::Visit;

use crate::denied::Denied;
use crate::dialect::Dialect;
use crate::inspect::Inspector;
use crate::parse::one_query;
use crate::print::Printed;

/// A single statement that was proved to only read, with its parameters. Only [`guard`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadOnly {
    text: String,
    parameters: Vec<Value>,
    tables: Vec<TableName>,
}

impl ReadOnly {
    /// The final text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values of its parameters.
    pub fn parameters(&self) -> &[Value] {
        &self.parameters
    }

    /// The tables and views it names, as written, sorted, each once. Never too few: a name that may be
    /// a common table expression or a table is listed.
    pub fn tables(&self) -> &[TableName] {
        &self.tables
    }
}

/// Lets a statement through if it is one query made of allowed parts only. A semicolon at the end
/// is dropped. Cost: linear in the text.
///
/// # Errors
///
/// The first reason found, see [`Denied`].
pub fn guard(statement: Printed, dialect: &dyn Dialect) -> Result<ReadOnly, Denied> {
    let text = without_terminator(&statement.text);
    if let Some(construct) = dialect.disguise(text) {
        return Err(Denied::Construct { construct });
    }
    let query = one_query(text, dialect.grammar())?;
    let mut inspector = Inspector::new(dialect);
    if let ControlFlow::Break(denied) = query.visit(&mut inspector) {
        return Err(*denied);
    }
    check_placeholders(&inspector.placeholders, statement.parameters.len(), dialect)?;
    inspector.tables.sort();
    inspector.tables.dedup();
    Ok(ReadOnly { text: text.to_owned(), parameters: statement.parameters, tables: inspector.tables })
}

/// The end of the text cannot be inside of a literal, so a semicolon there ends the statement (or a comment).
fn without_terminator(text: &str) -> &str {
    text.trim_ascii_end().trim_end_matches(|c: char| c == ';' || c.is_ascii_whitespace())
}

/// Each parameter has its placeholder and each placeholder its parameter; bare question marks take
/// the parameters in order.
fn check_placeholders(found: &[String], parameters: usize, dialect: &dyn Dialect) -> Result<(), Denied> {
    let denied = || Err(Denied::Placeholders { found: found.join(", "), parameters });
    if found.iter().all(|p| p == "?") {
        return if found.len() == parameters { Ok(()) } else { denied() };
    }
    let mut missing: HashSet<String> = (1..=parameters).map(|n| dialect.placeholder(n)).collect();
    let known = missing.clone();
    for placeholder in found {
        missing.remove(placeholder);
        if !known.contains(placeholder) {
            return denied();
        }
    }
    if missing.is_empty() { Ok(()) } else { denied() }
}
