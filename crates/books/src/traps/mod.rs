//! Small books in which the obvious SQL returns a wrong number.
//!
//! Each trap is another company with its own names for things. Beside the question stand the right
//! answers, added up from the generator's records, the SQL that people write first, and what that
//! SQL returns. A system that answers a trap as the naive SQL does has fallen into it.

mod balances;
mod chasm;
mod closing;
mod fan;
mod partial;
mod ratio;

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
    /// What is right, one answer per measure asked for.
    pub right: Vec<Answer>,
    /// The SQL that falls into the trap: label columns first, then one column per measure.
    pub naive_sql: &'static str,
    /// What that SQL returns, found without running it.
    pub naive: Vec<Answer>,
}

/// All traps. Cost: some thousand rows.
pub fn all() -> Vec<Trap> {
    vec![fan::trap(), chasm::trap(), balances::trap(), ratio::trap(), closing::trap(), partial::trap()]
}

type Rows = Vec<Vec<Value>>;

/// A book from its layout and the rows of each table, in the same order.
fn book(name: &str, about: &str, schema: &str, rows: Vec<Rows>) -> Book {
    let tables = layout::tables(schema).into_iter().zip(rows).map(|(table, rows)| BookTable { table, rows }).collect();
    Book { name: name.to_owned(), about: about.to_owned(), tables }
}

/// Sums of whole units by label.
#[derive(Default)]
struct Sums(BTreeMap<String, i64>);

impl Sums {
    fn add(&mut self, label: &str, units: i64) {
        *self.0.entry(label.to_owned()).or_insert(0) += units;
    }

    /// The answer in units of 10^-digits.
    fn answer(self, measure: &'static str, digits: i64) -> Answer {
        let rows = self.0.into_iter().map(|(label, units)| (vec![label], decimal(i128::from(units), digits))).collect();
        Answer { measure, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_naive_answer_is_wrong_and_about_the_same_groups() {
        for trap in all() {
            assert_ne!(trap.right, trap.naive, "{}", trap.class);
            let groups = |answers: &[Answer]| -> Vec<(&'static str, Vec<Vec<String>>)> {
                answers.iter().map(|a| (a.measure, a.rows.iter().map(|r| r.0.clone()).collect())).collect()
            };
            assert_eq!(groups(&trap.right), groups(&trap.naive), "{}", trap.class);
        }
    }

    #[test]
    fn rows_fit_their_tables_and_traps_do_not_change() {
        for (trap, again) in all().into_iter().zip(all()) {
            assert_eq!(trap.book, again.book);
            for table in &trap.book.tables {
                assert!(!table.rows.is_empty(), "{}", table.table.name);
                assert!(table.rows.iter().all(|r| r.len() == table.table.columns.len()), "{}", table.table.name);
            }
        }
    }
}
