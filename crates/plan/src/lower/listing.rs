//! Listings: rows of one table with what they lead to; related rows only as conditions.

use sql::{Item, Order, Select};

use super::joins::Joins;
use super::predicates::condition;
use super::related::related_condition;
use crate::knowledge::Knowledge;
use crate::semantic::Listing;

/// Writes the statement.
pub fn lower(k: &Knowledge, listing: &Listing) -> Select {
    let Some(root) = k.graph.index(&listing.root) else { return Select::default() };
    let mut joins = Joins::new(k, root);
    let mut select = Select { distinct: listing.distinct, limit: listing.limit, ..Select::default() };
    for column in &listing.columns {
        let expr = joins.column(column, &listing.paths);
        let alias = alias(&select, &column.column);
        select.items.push(Item { expr, alias });
    }
    for predicate in &listing.filters {
        let expr = condition(&mut joins, predicate);
        select.filter.push(expr);
    }
    for related in &listing.related {
        let expr = related_condition(k, &mut joins, related);
        select.filter.extend(expr);
    }
    for (column, descending) in &listing.order {
        let by = joins.column(column, &listing.paths);
        select.order.push(Order { by, descending: *descending });
    }
    select.from = Some(joins.source());
    select.joins = joins.into_joins();
    select
}

fn alias(select: &Select, name: &str) -> String {
    let mut alias = name.to_owned();
    let mut n = 2;
    while select.items.iter().any(|i| i.alias.eq_ignore_ascii_case(&alias)) {
        alias = format!("{name}_{n}");
        n += 1;
    }
    alias
}
