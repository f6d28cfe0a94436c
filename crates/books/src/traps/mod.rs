//! Small books in which the obvious SQL returns a wrong number.
//!
//! Each trap is another company with its own names for things. Beside the question stand the right
//! answers, added up from the generator's records, the SQL that people write first, and what that
//! SQL returns; where a question back or a refusal is due, the trap says so. A system that answers a trap as the naive SQL does has fallen into it.

mod trap;
mod adjustments;
mod averages;
mod balances;
mod bridge;
mod calendars;
mod chasm;
mod closing;
mod currency;
mod cut;
mod cutoff;
mod deleted;
mod distinct;
mod division;
mod dropped;
mod entities;
mod fan;
mod growth;
mod history;
mod keys;
mod minor;
mod nulls;
mod openings;
mod parallel;
mod parents;
mod partial;
mod planned;
mod rates;
mod ratio;
mod refunds;
mod restated;
mod reversal;
mod roles;
mod scenario;
mod sides;
mod substitution;
mod tax;
mod ties;
mod unanswerable;
mod units;
mod weeks;

pub use trap::{Answer, Due, Trap};

/// All traps. Cost: some thousand rows.
pub fn all() -> Vec<Trap> {
    let mut traps = vec![
        adjustments::trap(),
        averages::trap(),
        balances::trap(),
        bridge::trap(),
        chasm::trap(),
        closing::trap(),
        currency::trap(),
        cut::trap(),
        cutoff::trap(),
        deleted::trap(),
        distinct::trap(),
        division::trap(),
        dropped::trap(),
        fan::trap(),
        growth::trap(),
        history::trap(),
        keys::trap(),
        minor::trap(),
        nulls::trap(),
        parallel::trap(),
        parents::trap(),
        partial::trap(),
        planned::trap(),
        rates::trap(),
        ratio::trap(),
        refunds::trap(),
        restated::trap(),
        reversal::trap(),
        roles::trap(),
        scenario::trap(),
        sides::trap(),
        substitution::trap(),
        tax::trap(),
        ties::trap(),
        unanswerable::trap(),
        weeks::trap(),
    ];
    traps.extend(calendars::traps());
    traps.extend(entities::traps());
    traps.extend(openings::traps());
    traps.extend(units::traps());
    traps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_naive_answer_is_wrong_and_about_the_same_measures() {
        for trap in all() {
            assert_ne!(trap.right, trap.naive, "{}", trap.class);
            let measures = |answers: &[Answer]| answers.iter().map(|a| a.measure).collect::<Vec<_>>();
            let known = !trap.right.is_empty();
            assert!(known || trap.due != Due::Answer, "{}", trap.class);
            assert!(!known || measures(&trap.right) == measures(&trap.naive), "{}", trap.class);
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
