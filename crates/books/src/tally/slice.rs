//! What part of the books a number is of, and the number.

use catalog::Decimal;
use jiff::civil::Date;

/// Labels of one group, in the order asked for, and its number.
pub type Row = (Vec<String>, Decimal);

/// Which part of the books a measure is taken of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// First day; none is the beginning of the books. Balances ignore it, except as the first bucket of a series.
    pub from: Option<Date>,
    /// The day after the last; none is the end of the books. A balance is taken at the end of the day before.
    pub to: Option<Date>,
    /// Dimension and value, without regard to case; two values of one dimension are alternatives,
    /// different dimensions must all hold. The empty value is NULL.
    pub filters: Vec<(String, String)>,
}
