//! What resolving happens against.

use catalog::TableName;
use jiff::civil::Date;

use meaning::ontology::Stems;

use super::outcome::Pin;
use crate::calendar::Calendar;
use crate::knowledge::Knowledge;

/// What resolving happens against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'g> {
    /// The schema.
    pub knowledge: &'g Knowledge,
    /// The calendar of the books.
    pub calendar: &'g Calendar,
    /// The clock's day.
    pub today: Date,
    /// The words of the question, as stems: they tell roles apart ("billing" customer).
    pub words: &'g [String],
    /// Tables that turned out not to hold what the question wants to see numbers by.
    pub avoid: &'g [TableName],
    /// Tables of the things that the question is about: short words ("id", "name") mean theirs.
    pub owners: &'g [TableName],
    /// Choices that were made when the question was asked back.
    pub pins: &'g [Pin],
    /// What the other side of other documents than those in question is called (suppliers, where customers are
    /// concerned), as stems.
    pub strangers: &'g [Stems],
}
