//! Which tables and columns an answer's numbers come from.

use catalog::ColumnRef;

use crate::knowledge::Knowledge;
use crate::semantic::{Aggregation, Amount, Base, Predicate, Query};

/// Columns that feed an answer, without duplicates, sorted.
pub fn columns(query: &Query) -> Vec<ColumnRef> {
    let mut found: Vec<ColumnRef> = Vec::new();
    match query {
        Query::Aggregate(plan) => found.extend(of_numbers(plan)),
        Query::Statement(statement) => found.extend(of_numbers(&statement.numbers)),
        Query::List(listing) => {
            found.extend(listing.columns.iter().cloned());
            found.extend(listing.filters.iter().flat_map(Predicate::columns).cloned());
            found.extend(listing.order.iter().map(|(c, _)| c.clone()));
            found.extend(listing.related.iter().flat_map(|r| r.predicates.iter().map(|p| p.column.clone())));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn of_numbers(plan: &Aggregation) -> Vec<ColumnRef> {
    let mut found: Vec<ColumnRef> = plan.bases.iter().flat_map(of_base).collect();
    found.extend(plan.filters.iter().flat_map(Predicate::columns).cloned());
    found.extend(plan.related.iter().flat_map(|r| r.predicates.iter().map(|p| p.column.clone())));
    found.extend(plan.dimensions.iter().flat_map(|d| d.key.iter().chain(&d.shown).cloned()));
    found
}

fn of_base(base: &Base) -> Vec<ColumnRef> {
    let own = |name: &String| ColumnRef::new(base.fact.clone(), name.clone());
    let mut found: Vec<ColumnRef> = match &base.amount {
        Amount::Rows => Vec::new(),
        Amount::Distinct(a) | Amount::Sum(a) | Amount::Negated(a) | Amount::Max(a) | Amount::Min(a) => vec![own(a)],
        Amount::Net(a, b) => vec![own(a), own(b)],
    };
    found.extend(base.predicates.iter().map(|p| p.column.clone()));
    found.extend(base.date.iter().map(|d| d.column.clone()));
    found
}

/// Tables that the statement reads, sorted.
pub fn tables(k: &Knowledge, query: &Query, columns: &[ColumnRef]) -> Vec<String> {
    let mut found: Vec<String> = columns.iter().map(|c| c.table.to_string()).collect();
    match query {
        Query::Aggregate(plan) => found.extend(tables_of(plan)),
        Query::Statement(statement) => found.extend(tables_of(&statement.numbers)),
        Query::List(listing) => {
            found.push(listing.root.to_string());
            found.extend(listing.related.iter().map(|r| r.table.to_string()));
        }
    }
    found.sort();
    found.dedup();
    found.retain(|name| k.catalog.tables().any(|t| t.name.to_string() == *name));
    found
}

fn tables_of(plan: &Aggregation) -> Vec<String> {
    let facts = plan.bases.iter().map(|b| b.fact.to_string());
    facts.chain(plan.related.iter().map(|r| r.table.to_string())).collect()
}
