//! What differs between engines, as questions with defaults; nobody asks which engine it is.

use catalog::{TableName, Value};

use crate::fragment::{Binding, Fragment};
use crate::parse::Grammar;
use crate::select::{DatePart, Grain};

/// What a statement may use. Everything is in lower case; what is not listed is denied.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// Scalar, aggregate and window functions that have no side effects and read no files.
    pub functions: &'static [&'static str],
    /// Functions that may stand in FROM.
    pub table_functions: &'static [&'static str],
    /// Operators by symbol, word operators in lower case.
    pub operators: &'static [&'static str],
    /// Types that may be cast to, without arguments.
    pub casts: &'static [&'static str],
    /// Collations that may be named.
    pub collations: &'static [&'static str],
}

/// Answers about one engine's SQL.
pub trait Dialect: Send + Sync + std::fmt::Debug {
    /// The engine's name for people.
    fn name(&self) -> &'static str;

    /// How the engine's text is read.
    fn grammar(&self) -> Grammar;

    /// What a statement may use.
    fn allowed(&self) -> &'static Allowed;

    /// Whether a relation may be read by name: not one of the engine's own that leaks or acts.
    fn is_readable(&self, relation: &str) -> bool;

    /// Whether relations of a schema (of a database, where the engine calls it so) may be read: not one of the engine's own.
    fn is_readable_schema(&self, _schema: &str) -> bool {
        true
    }

    /// A part of the text that the engine would read otherwise than its grammar says, as a noun phrase; none in most.
    fn disguise(&self, _text: &str) -> Option<&'static str> {
        None
    }

    /// Quotes an identifier, always.
    fn quote(&self, identifier: &str) -> String {
        format!("\"{}\"", identifier.replace('"', "\"\""))
    }

    /// A table's full name, quoted.
    fn table(&self, name: &TableName) -> String {
        let parts = [name.database.as_ref(), name.schema.as_ref(), Some(&name.name)];
        parts.into_iter().flatten().map(|part| self.quote(part)).collect::<Vec<_>>().join(".")
    }

    /// The placeholder of the `n`th parameter, counted from 1.
    fn placeholder(&self, n: usize) -> String;

    /// Whether one numbered placeholder may stand in several places.
    fn shares_placeholders(&self) -> bool {
        true
    }

    /// A bound value; an engine may have to be told its type.
    fn parameter(&self, value: &Value) -> Fragment {
        Fragment::parameter(value.clone())
    }

    /// TRUE or FALSE.
    fn boolean(&self, value: bool) -> &'static str {
        if value { "TRUE" } else { "FALSE" }
    }

    /// What LIMIT has to say where only an OFFSET is wanted, if anything.
    fn unlimited(&self) -> Option<&'static str> {
        None
    }

    /// A sort key with NULLs last: `by` is its shortest form, the name of a returned column where it equals one; `of` is
    /// the same as an expression, which engines may want where a name is a part of something.
    fn order(&self, by: Fragment, _of: Fragment, descending: bool) -> Fragment {
        by.text(if descending { " DESC NULLS LAST" } else { " NULLS LAST" })
    }

    /// Division that keeps decimals; NULL where the divisor is zero.
    fn divide(&self, dividend: Fragment, divisor: Fragment) -> Fragment;

    /// A case-insensitive match; the backslash escapes (see [`escape_like`](crate::escape_like)).
    fn like(&self, text: Fragment, operator: &'static str, pattern: Fragment) -> Fragment {
        Fragment::infix(Binding::Comparison, text, operator, pattern).text(" ESCAPE '\\'")
    }

    /// An exact sum of decimals with `scale` digits behind the point.
    fn exact_sum(&self, of: Fragment, _scale: u32) -> Fragment {
        Fragment::call("SUM", [of])
    }

    /// Whether an exact sum comes back as an integer that counts units of 10^-scale.
    fn sums_are_scaled(&self) -> bool {
        false
    }

    /// The first day of a time bucket; `fiscal_start` is the first month of the fiscal year, 1 to 12.
    fn bucket(&self, grain: Grain, fiscal_start: u8, of: Fragment) -> Fragment;

    /// A component of a date as a number.
    fn date_part(&self, part: DatePart, of: Fragment) -> Fragment;
}
