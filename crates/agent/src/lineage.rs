//! Which tables and columns an answer's numbers come from.

use catalog::ColumnRef;
use plan::Knowledge;
use plan::semantic::{Amount, Base, Query};

/// Columns that feed an answer, without duplicates, sorted.
pub fn columns(query: &Query) -> Vec<ColumnRef> {
    let mut found: Vec<ColumnRef> = Vec::new();
    match query {
        Query::Aggregate(plan) => {
            for base in &plan.bases {
                found.extend(of_base(base));
            }
            found.extend(plan.filters.iter().map(|p| p.column.clone()));
            found.extend(plan.related.iter().flat_map(|r| r.predicates.iter().map(|p| p.column.clone())));
            found.extend(plan.dimensions.iter().flat_map(|d| d.key.iter().chain(&d.shown).cloned()));
        }
        Query::List(listing) => {
            found.extend(listing.columns.iter().cloned());
            found.extend(listing.filters.iter().map(|p| p.column.clone()));
            found.extend(listing.order.iter().map(|(c, _)| c.clone()));
            found.extend(listing.related.iter().flat_map(|r| r.predicates.iter().map(|p| p.column.clone())));
        }
    }
    found.sort();
    found.dedup();
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
        Query::Aggregate(plan) => {
            found.extend(plan.bases.iter().map(|b| b.fact.to_string()));
            found.extend(plan.related.iter().map(|r| r.table.to_string()));
        }
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
