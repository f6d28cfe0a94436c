//! How numbers are kept over time: rows that are one per date, tables by period, and tables by period that hold the
//! same amounts.

use std::collections::HashMap;

use catalog::ColumnRef;
use meaning::{Link, Meaning};
use sql::{Aggregate, Expr, Select, Source};

use crate::documents;
use crate::graph::{MeasureKind, Role};
use crate::knowledge::Knowledge;
use crate::semantic::{Amount, Base, Dated};
use crate::steps;

/// Rows of a table by period that are added up at the most to see whether it agrees with others.
const MOST_ROWS: u64 = 500_000;

/// The date in the key of the column's table, which makes its rows snapshots.
pub fn snapshot_date(k: &Knowledge, column: &ColumnRef) -> Option<Dated> {
    let node = k.graph.node(&column.table)?;
    let date = |name: &str| documents::dated(&k.graph, &ColumnRef::new(column.table.clone(), name), &Vec::new());
    let mut dated_keys = node.keys.iter().flatten();
    let level = k.graph.role(column) == Role::Measure(MeasureKind::Level);
    let dates: Vec<Dated> = node.table.columns.iter().filter_map(|c| date(&c.name)).collect();
    let by_name = || (level && dates.len() == 1).then(|| dates[0].clone());
    dated_keys.find_map(|name| date(name)).or_else(by_name)
}

/// Whether a phrase names a number in rows that are one per date first of all: such rows are no things, and the
/// number is added up or taken at a date.
pub fn is_kept_by_date(k: &Knowledge, links: &[Link]) -> bool {
    let mut columns = links.iter().filter_map(|l| match &l.meaning {
        Meaning::Column { column } if l.score > 0.6 => Some(column),
        _ => None,
    });
    let number = |c: &&ColumnRef| matches!(k.graph.role(c), Role::Measure(_));
    columns.any(|c| number(&c) && snapshot_date(k, c).is_some())
}

/// Whether the rows of a table stand for whole periods of something: they are no things that could be counted.
pub fn is_by_period(k: &Knowledge, node: usize) -> bool {
    let data = &k.graph.nodes()[node];
    let dates = data.keys.iter().flatten().filter_map(|name| {
        let column = ColumnRef::new(data.table.name.clone(), name);
        documents::dated(&k.graph, &column, &Vec::new())
    });
    dates.into_iter().any(|dated| steps::step(&k.graph, &dated).is_some())
}

/// The statements that add up what several tables by period hold under one name, one per table (its node). Cost: one
/// pass over the columns.
pub fn totals_questions(k: &Knowledge) -> Vec<(usize, Select)> {
    let small = |node: &usize| k.graph.nodes()[*node].rows.is_some_and(|rows| rows <= MOST_ROWS);
    let tables: Vec<usize> = (0..k.graph.nodes().len()).filter(small).filter(|n| is_by_period(k, *n)).collect();
    let amounts = |node: usize| {
        let columns = k.graph.nodes()[node].columns_with(|r| r == Role::Measure(MeasureKind::Additive));
        columns.map(|c| c.name.as_str())
    };
    let mut holders: HashMap<&str, usize> = HashMap::new();
    tables.iter().flat_map(|node| amounts(*node)).for_each(|name| *holders.entry(name).or_default() += 1);
    let question = |node: &usize| {
        let name = k.graph.nodes()[*node].table.name.clone();
        let alias = "totals";
        let mut select = Select { from: Some(Source::Table { name, alias: alias.to_owned() }), ..Select::default() };
        for column in amounts(*node).filter(|name| holders.get(name).is_some_and(|n| *n > 1)) {
            let sum = Expr::Aggregate(Aggregate::Sum, Box::new(Expr::column(alias, column)));
            select.item(sum, column);
        }
        (!select.items.is_empty()).then_some((*node, select))
    };
    tables.iter().filter_map(question).collect()
}

/// Whether two bases add up columns of the same name whose totals are equal: the same amounts, kept by different
/// things. Floating point sums of equal amounts differ by rounding only.
pub fn agree(k: &Knowledge, a: &Base, b: &Base) -> bool {
    let column = |base: &Base| match &base.amount {
        Amount::Sum(name) => Some(ColumnRef::new(base.fact.clone(), name)),
        _ => None,
    };
    let (Some(x), Some(y)) = (column(a), column(b)) else { return false };
    let total = |c: &ColumnRef| k.totals.get(c).copied();
    let equal = |p: f64, q: f64| (p - q).abs() <= 1e-9 * p.abs().max(q.abs());
    let whole = a.predicates.is_empty() && b.predicates.is_empty();
    a == b || whole && x.column == y.column && total(&x).zip(total(&y)).is_some_and(|(p, q)| equal(p, q))
}
