//! Numbers by themselves: a column put together, the rows of a table, and which of those rows count.

use catalog::{ColumnRef, TypeKind, Value};
use meaning::ontology::Nature;

use crate::documents;
use crate::graph::roles::has_role;
use crate::graph::{MeasureKind, Role};
use crate::kept::snapshot_date;
use crate::knowledge::Knowledge;
use crate::semantic::{Amount, Base, Origin, OverTime, Predicate, Test};
use crate::units;

/// Only rows with a value in this column.
pub fn not_null(column: &ColumnRef) -> Predicate {
    Predicate { column: column.clone(), test: Test::NotNull, paths: vec![Vec::new()] }
}

/// A column as a base measure of this nature.
pub fn measured(k: &Knowledge, column: &ColumnRef, nature: Nature) -> Base {
    let mut base = column_base(k, column, Amount::Sum(column.column.clone()));
    let level = nature == Nature::Balance || k.graph.role(column) == Role::Measure(MeasureKind::Level);
    if let Some(date) = snapshot_date(k, column).filter(|_| level) {
        base.date = Some(date);
        base.over_time = OverTime::Last;
        base.words = format!("{}, last snapshot of a period", base.words);
    }
    base
}

/// The same amount in the currency of the books, where the table keeps it beside the one in the
/// currency of the document: amounts in several currencies never add up.
fn in_books_currency(k: &Knowledge, column: &ColumnRef, amount: Amount) -> (ColumnRef, Amount) {
    let plain = (column.clone(), amount.clone());
    let Some(node) = k.graph.node(&column.table) else { return plain };
    let base = |name: &str| has_role(node.reads(name), k.ontology.role("base_amount"));
    let same_role = |r: Role| r == k.graph.role(column);
    let mut siblings = node.columns_with(same_role).map(|c| c.name.as_str()).filter(|n| *n != column.column && base(n));
    match (base(&column.column), siblings.next(), siblings.next(), amount) {
        (false, Some(sibling), None, Amount::Sum(_)) => {
            (ColumnRef::new(column.table.clone(), sibling), Amount::Sum(sibling.to_owned()))
        }
        (.., amount) => (column.clone(), amount),
    }
}

/// The power of ten that one of a column's numbers stands for.
pub fn power(k: &Knowledge, column: &ColumnRef) -> i32 {
    let declared = k.catalog.table(&column.table).and_then(|t| t.column(&column.column));
    k.graph.node(&column.table).zip(declared).map_or(0, |(node, column)| units::power(node, column))
}

/// A base over one column of a table; `words` say the column. Of an amount that is kept in the currency of the books
/// too, that one is taken.
pub fn column_base(k: &Knowledge, column: &ColumnRef, amount: Amount) -> Base {
    let (column, amount) = in_books_currency(k, column, amount);
    exactly(k, &column, amount)
}

/// A base over this very column.
pub fn exactly(k: &Knowledge, column: &ColumnRef, amount: Amount) -> Base {
    let kind = k.catalog.table(&column.table).and_then(|t| t.column(&column.column)).map(|c| c.ty.kind);
    let fractional = k.graph.statistics(column).is_some_and(|s| s.fractional > 0);
    let (scale, whole) = match kind {
        Some(TypeKind::Decimal { scale, .. }) => (scale, false),
        Some(TypeKind::Int) if !fractional => (Some(0), true),
        _ => (None, false),
    };
    let node = k.graph.index(&column.table);
    let counts = matches!(amount, Amount::Rows | Amount::Distinct(_));
    let power = if counts { 0 } else { power(k, column) };
    let kept = units::called(power);
    Base {
        plan: false,
        label: column.column.clone(),
        fact: column.table.clone(),
        amount,
        scale,
        whole,
        power,
        predicates: Vec::new(),
        date: node.and_then(|n| k.date_of(n)).cloned(),
        over_time: OverTime::Sum,
        anew: Vec::new(),
        origin: Origin::Column,
        words: format!("{column}{}{}", if kept.is_some() { ", " } else { "" }, kept.unwrap_or_default()),
    }
}

/// The number of rows of a table.
pub fn row_base(k: &Knowledge, node: usize) -> Base {
    let table = &k.graph.nodes()[node].table;
    Base {
        plan: false,
        label: "number".to_owned(),
        fact: table.name.clone(),
        amount: Amount::Rows,
        scale: Some(0),
        whole: true,
        power: 0,
        predicates: Vec::new(),
        date: k.date_of(node).cloned(),
        over_time: OverTime::Sum,
        anew: Vec::new(),
        origin: Origin::Rows,
        words: format!("rows of {}", table.name),
    }
}

/// A number that is no metric, over the rows that count: posted ones where drafts stand beside them, live ones, and
/// one of several scenarios: what happened, where that is among them, else one base for each.
pub fn counted(k: &Knowledge, mut base: Base) -> Vec<Base> {
    let Some(node) = k.graph.index(&base.fact) else { return vec![base] };
    if matches!(base.origin, Origin::Ledger | Origin::Snapshot) {
        return vec![base];
    }
    if base.origin == Origin::Rows {
        base.predicates.extend(documents::live(&k.graph, &k.ontology, node));
        return vec![base];
    }
    let posted = documents::posted(&k.graph, &k.ontology, node);
    let accounted = |p: &Predicate| !documents::values_in_role(&k.graph, &k.ontology, &p.column, "posted").is_empty();
    base.predicates.extend(posted.into_iter().filter(accounted));
    base.predicates.extend(documents::live(&k.graph, &k.ontology, node));
    let Some(scenario) = documents::scenario(&k.graph, &k.ontology, node) else { return vec![base] };
    let actual = documents::values_in_role(&k.graph, &k.ontology, &scenario.column, "happened");
    let one = |value: &Value| {
        let mut base = base.clone();
        let test = Test::In(vec![value.clone()]);
        base.predicates.push(Predicate { column: scenario.column.clone(), test, paths: vec![scenario.path.clone()] });
        base
    };
    if actual.is_empty() { scenario.values.iter().map(one).collect() } else { actual.iter().map(one).collect() }
}
