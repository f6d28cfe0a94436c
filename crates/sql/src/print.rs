//! The tree as text, with bound parameters.

use catalog::Value;

use crate::dialect::Dialect;
use crate::select::Select;

/// A statement ready to be guarded: its text, and the values of its parameters in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// The text, one statement.
    pub text: String,
    /// Parameter values, in the order of the placeholders.
    pub parameters: Vec<Value>,
}

/// Prints a statement for an engine.
pub fn print(_select: &Select, _dialect: &dyn Dialect) -> Printed {
    Printed { text: String::new(), parameters: Vec::new() }
}
