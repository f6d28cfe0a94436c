//! A trap, and what all of them are made with.

use std::collections::BTreeMap;

use catalog::Value;
use jiff::civil::Date;

use crate::book::{Book, BookTable};
use crate::layout;
use crate::money::decimal;
use crate::tally::Row;

/// The numbers of one measure, sorted by label.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The measure, in a word or two of the question.
    pub measure: &'static str,
    /// Labels and number of each group.
    pub rows: Vec<Row>,
}

/// What a question is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The right answer.
    Answer,
    /// A question back: several readings are as good.
    Question,
    /// A refusal: the books do not hold what the right answer takes, or a rule is missing that would find it.
    Refusal,
}

/// A book, a question, and two answers to it, of which one is right.
#[derive(Clone, Debug)]
pub struct Trap {
    /// The mistake that it provokes.
    pub class: &'static str,
    /// The database.
    pub book: Book,
    /// The question in words.
    pub question: &'static str,
    /// What "today" is.
    pub clock: Date,
    /// What the question is due.
    pub due: Due,
    /// What is right, one answer per measure asked for; none where there is no telling.
    pub right: Vec<Answer>,
    /// The SQL that falls into the trap: label columns first, then one column per measure.
    pub naive_sql: &'static str,
    /// What that SQL returns, found without running it.
    pub naive: Vec<Answer>,
}

/// Rows of one table.
pub(super) type Rows = Vec<Vec<Value>>;

/// A book from its layout and the rows of each table, in the same order.
pub(super) fn book(name: &str, about: &str, schema: &str, rows: Vec<Rows>) -> Book {
    let tables = layout::tables(schema).into_iter().zip(rows).map(|(table, rows)| BookTable { table, rows }).collect();
    Book { name: name.to_owned(), about: about.to_owned(), tables }
}

/// The answer that is one number, in units of 10^-digits.
pub(super) fn total(measure: &'static str, units: i64, digits: i64) -> Vec<Answer> {
    vec![Answer { measure, rows: vec![(Vec::new(), decimal(i128::from(units), digits))] }]
}

/// Sums of whole units by label.
#[derive(Default)]
pub(super) struct Sums(BTreeMap<String, i64>);

impl Sums {
    pub(super) fn add(&mut self, label: &str, units: i64) {
        *self.0.entry(label.to_owned()).or_insert(0) += units;
    }

    /// The answer in units of 10^-digits.
    pub(super) fn answer(self, measure: &'static str, digits: i64) -> Answer {
        let rows = self.0.into_iter().map(|(label, units)| (vec![label], decimal(i128::from(units), digits))).collect();
        Answer { measure, rows }
    }
}
