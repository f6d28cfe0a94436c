//! Small books in which the obvious SQL returns a wrong number.
//!
//! Each trap is another company with its own names for things. Beside the question stand the right
//! answers, added up from the generator's records, the SQL that people write first, and what that
//! SQL returns. A system that answers a trap as the naive SQL does has fallen into it.

mod trap;
mod balances;
mod chasm;
mod closing;
mod fan;
mod partial;
mod ratio;

pub use trap::{Answer, Trap};

/// All traps. Cost: some thousand rows.
pub fn all() -> Vec<Trap> {
    vec![fan::trap(), chasm::trap(), balances::trap(), ratio::trap(), closing::trap(), partial::trap()]
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
