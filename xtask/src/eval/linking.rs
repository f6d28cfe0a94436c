//! Tables and columns of an answer against those that the known SQL needs.

use std::collections::BTreeSet;

use serde::Serialize;

/// How far the tables and columns of one answer agree with the known ones. Names are compared without case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Linking {
    /// Whether all known tables are read.
    pub tables: bool,
    /// Whether all known columns feed the answer.
    pub columns: bool,
    /// The part of our tables that is known.
    pub table_precision: f64,
    /// The part of our columns that is known.
    pub column_precision: f64,
}

impl Linking {
    /// Compares; both as `(tables, columns)`.
    pub fn of(gold: (&[String], &[String]), ours: (&[String], &[String])) -> Linking {
        let (gold_tables, gold_columns) = (lower(gold.0), lower(gold.1));
        let (tables, columns) = (lower(ours.0), lower(ours.1));
        Linking {
            tables: gold_tables.is_subset(&tables),
            columns: gold_columns.is_subset(&columns),
            table_precision: precision(&gold_tables, &tables),
            column_precision: precision(&gold_columns, &columns),
        }
    }
}

/// How two sets of tables stand to each other, in words.
pub fn relation(gold: &[String], ours: &[String]) -> &'static str {
    let (gold, ours) = (lower(gold), lower(ours));
    match (gold.is_subset(&ours), ours.is_subset(&gold)) {
        (true, true) => "same tables",
        (true, false) => "extra tables",
        (false, true) => "missing tables",
        (false, false) => "other tables",
    }
}

fn lower(names: &[String]) -> BTreeSet<String> {
    names.iter().map(|name| name.to_lowercase()).collect()
}

/// Nothing read is nothing read wrongly.
fn precision(gold: &BTreeSet<String>, ours: &BTreeSet<String>) -> f64 {
    if ours.is_empty() { 1.0 } else { ours.intersection(gold).count() as f64 / ours.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn recall_is_strict_and_precision_a_part() {
        let linking = Linking::of((&names("A b"), &names("A.x b.y")), (&names("a B c d"), &names("a.x c.z")));
        let expected = Linking { tables: true, columns: false, table_precision: 0.5, column_precision: 0.5 };
        assert_eq!(linking, expected);
    }

    #[test]
    fn tables_stand_in_one_of_four_relations() {
        for (gold, ours, said) in [
            ("a", "A", "same tables"),
            ("a", "a b", "extra tables"),
            ("a b", "a", "missing tables"),
            ("a b", "a c", "other tables"),
        ] {
            assert_eq!(relation(&names(gold), &names(ours)), said);
        }
    }
}
