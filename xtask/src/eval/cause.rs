//! What can be seen of a wrong answer. A grouping for reading, no diagnosis: the first that holds is taken.

use std::collections::BTreeSet;

use super::compare::{Cell, Table, Verdict, candidates};
use super::text::aggregates;

/// What our statements carry beside what is asked for.
const ROWS_BEHIND: &str = "COUNT(*) AS \"rows_used\"";

/// A phrase for how `ours` differs from `gold`.
pub fn cause(verdict: Verdict, gold: (&str, &Table), ours: (&str, &Table)) -> String {
    let (known, made) = (gold.1, ours.1);
    if verdict == Verdict::Order {
        return "other order".to_owned();
    }
    // The count of rows behind the numbers is in all of our statements that compute.
    let functions = functions(&aggregates(gold.0), &aggregates(&ours.0.replace(ROWS_BEHIND, "")));
    let rows = match (known.rows.len(), made.rows.len()) {
        (_, 0) => return "no rows".to_owned(),
        (0, _) => return "rows where none are expected".to_owned(),
        (a, b) if a == b => "same row count",
        (a, b) if a < b => "extra rows",
        _ => "fewer rows",
    };
    if let Some(functions) = functions {
        return functions;
    }
    let missing = missing_columns(known, made);
    match (rows, missing) {
        ("same row count", 0) => "same columns, paired differently".to_owned(),
        ("same row count", n) if n == known.width => "same row count, other values".to_owned(),
        ("same row count", _) => "missing column".to_owned(),
        (rows, _) => format!("{rows}, {}", shared(known, made)),
    }
}

/// How the aggregate functions differ, if they do.
fn functions(gold: &BTreeSet<String>, ours: &BTreeSet<String>) -> Option<String> {
    match (gold.is_empty(), ours.is_empty()) {
        _ if gold == ours => None,
        (false, true) => Some("a list instead of an aggregate".to_owned()),
        (true, false) => Some("an aggregate instead of a list".to_owned()),
        // What is computed beside it harms nobody.
        _ if gold.iter().all(|function| has(ours, function)) => None,
        _ => Some("other aggregate".to_owned()),
    }
}

/// A mean may be made of a sum and a count.
fn has(ours: &BTreeSet<String>, function: &str) -> bool {
    ours.contains(function) || function == "AVG" && ours.contains("SUM") && ours.contains("COUNT")
}

/// Known columns with values that no column of ours has.
fn missing_columns(gold: &Table, ours: &Table) -> usize {
    candidates(gold, ours).iter().filter(|found| found.is_empty()).count()
}

/// Whether the smaller one's values are among the larger one's, for each known column.
fn shared(gold: &Table, ours: &Table) -> &'static str {
    let within = |column: usize| {
        (0..ours.width).any(|other| {
            let (a, b) = (gold.sorted(column), ours.sorted(other));
            let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
            are_among(&few, &many)
        })
    };
    let found = (0..gold.width).filter(|column| within(*column)).count();
    match found {
        n if n == gold.width => "all columns there",
        0 => "no column there",
        _ => "some columns there",
    }
}

/// Whether each of `few` is one of `many`; both sorted.
fn are_among(few: &[&Cell], many: &[&Cell]) -> bool {
    few.iter().all(|cell| {
        let at = many.partition_point(|other| other.total(cell).is_lt());
        let near = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|i| many.get(i));
        near.into_iter().any(|other| other.is_near(cell))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[f64]]) -> Table {
        let cells = |row: &&[f64]| row.iter().map(|n| Cell::Number(*n)).collect();
        Table { width: rows.first().map_or(0, |row| row.len()), rows: rows.iter().map(cells).collect() }
    }

    fn said(gold: (&str, &[&[f64]]), ours: (&str, &[&[f64]])) -> String {
        cause(Verdict::Different, (gold.0, &table(gold.1)), (ours.0, &table(ours.1)))
    }

    #[test]
    fn the_first_difference_that_can_be_seen_is_named() {
        let list = "SELECT a FROM t";
        assert_eq!(said((list, &[&[1.0]]), (list, &[])), "no rows");
        assert_eq!(said((list, &[]), (list, &[&[1.0]])), "rows where none are expected");
        assert_eq!(said(("SELECT MAX(a)", &[&[1.0]]), ("SELECT SUM(a)", &[&[2.0]])), "other aggregate");
        assert_eq!(said(("SELECT MAX(a)", &[&[1.0]]), (list, &[&[2.0]])), "a list instead of an aggregate");
        assert_eq!(said((list, &[&[1.0, 2.0]]), (list, &[&[1.0]])), "missing column");
        assert_eq!(said((list, &[&[1.0]]), (list, &[&[2.0]])), "same row count, other values");
        assert_eq!(said((list, &[&[1.0]]), (list, &[&[1.0], &[2.0]])), "extra rows, all columns there");
        assert_eq!(said((list, &[&[1.0], &[2.0]]), (list, &[&[3.0]])), "fewer rows, no column there");
    }

    #[test]
    fn a_mean_may_be_a_sum_and_a_count() {
        let mean = ("SELECT AVG(a)", &[&[1.0][..]][..]);
        assert_eq!(said(mean, ("SELECT SUM(a), COUNT(a)", &[&[2.0]])), "same row count, other values");
        assert_eq!(said(mean, ("SELECT SUM(a), COUNT(*) AS \"rows_used\"", &[&[2.0]])), "other aggregate");
    }
}
