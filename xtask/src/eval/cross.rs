//! Questions of one database asked of another one that holds nothing of the kind: the right answer is none.
//!
//! A question goes to the first database behind its own, in the order of their names, that shares no table name with
//! the known SQL of any question over its own. Databases that share columns or words are not left out: that
//! something can be answered by accident is what is measured.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::options::Options;
use super::questions::{Item, Set, spread};
use super::record::{Outcome, Record};
use super::{desk, summary};
use crate::error::Error;

/// Questions asked of each set, where the options do not say how many.
const QUESTIONS: usize = 200;

/// The questions by the database that each is asked of.
pub fn pairs<'s>(set: &'s Set, options: &Options) -> BTreeMap<&'s str, Vec<&'s Item>> {
    let mut tables: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for item in &set.items {
        tables.entry(&item.db).or_default().extend(item.gold_tables.iter().map(|t| t.to_lowercase()));
    }
    let names: Vec<&str> = tables.keys().copied().collect();
    let foreign = |item: &Item| {
        let own = names.iter().position(|name| *name == item.db)?;
        let behind = names[own + 1..].iter().chain(&names[..own]).copied();
        behind.into_iter().find(|other| tables[other].is_disjoint(&tables[item.db.as_str()]))
    };
    let mut pairs: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in spread(set.items.iter().collect(), options.limit.or(Some(QUESTIONS))) {
        if let Some(other) = foreign(item) {
            pairs.entry(other).or_default().push(item);
        }
    }
    pairs
}

/// Asks a set's questions of other databases.
///
/// # Errors
/// Fails where no runtime can be made.
pub fn ask(set: &Set, options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for (other, items) in pairs(set, options) {
        let path = set.databases.join(format!("{other}.sqlite"));
        records.extend(desk::ask(&path, &set.name, &items, options.as_of)?);
        progress(&format!("{}/{other}: {} questions of others", set.name, items.len()));
    }
    Ok(records)
}

/// How many were not answered, and those that were.
pub fn report(set: &str, records: &[Record], shown: usize) -> String {
    let answered: Vec<&Record> = records.iter().filter(|r| r.outcome.is_answered()).collect();
    let declined = records.iter().filter(|r| matches!(r.outcome, Outcome::Refused | Outcome::Clarify)).count();
    let mut text = format!("{set}, asked of other databases: {} questions\n", records.len());
    for (what, count) in [("refused or asked back", declined), ("answered", answered.len())] {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{what:<22} {count:>5}  {}", summary::percent(count, records.len()));
    }
    for record in answered.into_iter().take(shown) {
        let sql = record.sql.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(text, "{} (of {})\n  {}\n  {sql}", record.id, record.db, record.question);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_goes_to_the_next_database_without_its_tables() {
        let item = |db: &str, tables: &[&str]| Item {
            db: db.to_owned(),
            gold_tables: tables.iter().map(|t| (*t).to_owned()).collect(),
            ..Item::default()
        };
        let items = vec![item("a", &["Order"]), item("b", &["order", "line"]), item("c", &["bird"])];
        let set = Set { name: "s".to_owned(), databases: "x".into(), items };
        let found = pairs(&set, &Options::new("x"));
        let asked: Vec<(&str, Vec<&str>)> =
            found.into_iter().map(|(db, own)| (db, own.into_iter().map(|i| i.db.as_str()).collect())).collect();
        assert_eq!(asked, [("a", vec!["c"]), ("c", vec!["a", "b"])]);
    }

    #[test]
    fn what_is_answered_counts_against() {
        let record = |outcome| Record::new("s", &Item::default(), outcome);
        let text = report("s", &[record(Outcome::Refused), record(Outcome::Clarify), record(Outcome::Answered)], 0);
        assert!(text.contains("refused or asked back      2  66.7 %\n"), "{text}");
        assert!(text.contains("answered                   1  33.3 %\n"), "{text}");
    }
}
