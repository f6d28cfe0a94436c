//! Years that are kept as plain numbers: what has no date may still say in which year it was.

use catalog::{ColumnRef, Value};
use jiff::civil::Date;

use super::ground::Ground;
use super::place::{Target, places};
use crate::calendar::Span;
use crate::graph::Path;
use crate::intent::{Intent, Relation};
use crate::knowledge::Knowledge;
use crate::semantic::{Predicate, Test};

/// The years that numbers are taken for.
const YEARS: std::ops::RangeInclusive<f64> = 1000.0..=2200.0;

/// The column with the year of a table's rows: the one that the question names before the period, else the only one
/// that is called a year. None where there is none, or several. Cost: the columns of the table.
pub fn year_of(ground: Ground, root: usize, intent: &Intent) -> Option<(ColumnRef, Path)> {
    let k = ground.knowledge;
    let named = intent.dated.iter().flat_map(|m| places(ground, &[root], m)).find_map(|p| match p.target {
        Target::Column(column) if holds_years(k, &column) => Some((column, p.paths.into_iter().next()?)),
        _ => None,
    });
    let node = &k.graph.nodes()[root];
    let called = |name: &str| node.reads(name).iter().any(|words| words.iter().any(|w| w == "year"));
    let own = node.table.columns.iter().filter(|c| called(&c.name));
    let mut own = own.map(|c| ColumnRef::new(node.table.name.clone(), c.name.clone())).filter(|c| holds_years(k, c));
    named.or_else(|| match (own.next(), own.next()) {
        (Some(only), None) => Some((only, Vec::new())),
        _ => None,
    })
}

/// Whether all values of a column are whole numbers that may be years.
fn holds_years(k: &Knowledge, column: &ColumnRef) -> bool {
    k.graph.statistics(column).is_some_and(|s| s.is_whole_within(YEARS))
}

/// The restriction of a year to a span of whole calendar years; none for any other span.
pub fn within((column, path): (ColumnRef, Path), span: Span) -> Option<Predicate> {
    let first = |day: Date| (day.month(), day.day()) == (1, 1);
    let year = |day: Date| Value::Int(i64::from(day.year()));
    let (from, to) = (span.from, span.to);
    let test = match (span.opens_early(), span.opens_late()) {
        (true, false) if first(to) => Test::Compare(Relation::Below, year(to)),
        (false, true) if first(from) => Test::Compare(Relation::AtLeast, year(from)),
        (false, false) if first(from) && first(to) => match i64::from(to.year()) - 1 {
            last if last == i64::from(from.year()) => Test::In(vec![year(from)]),
            last => Test::Between(year(from), Value::Int(last)),
        },
        _ => return None,
    };
    Some(Predicate { column, test, paths: vec![path] })
}
