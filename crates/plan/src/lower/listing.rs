//! Listings: rows of one table with what they lead to; related rows only as conditions.

use catalog::Value;
use sql::{Expr, Item, Operator, Order, Select};

use super::joins::Joins;
use super::predicates::{condition, operator};
use crate::knowledge::Knowledge;
use crate::semantic::{Listing, Related};

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

/// Whether rows that lead here exist, do not, or how many there are.
fn related_condition(k: &Knowledge, outer: &mut Joins, related: &Related) -> Option<Expr> {
    let Some((last, front)) = related.path.split_last() else {
        return Expr::all(related.predicates.iter().map(|p| condition(outer, p)).collect());
    };
    let start = k.graph.index(&related.table)?;
    let root_alias = outer.root_alias().to_owned();
    let mut inner = Joins::avoiding(k, start, outer.taken());
    let edge = k.graph.edge(*last);
    let from = inner.at(front);
    let pairs = edge.from_columns.iter().zip(&edge.to_columns);
    let mut filter: Vec<Expr> =
        pairs.map(|(a, b)| Expr::column(&from, a).op(Operator::Eq, Expr::column(&root_alias, b))).collect();
    filter.extend(related.predicates.iter().map(|p| condition(&mut inner, p)));
    let mut select = Select { filter, from: Some(inner.source()), ..Select::default() };
    select.joins = inner.into_joins();
    match related.count {
        Some((relation, n)) => {
            select.item(Expr::CountRows, "number");
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            Some(Expr::Scalar(Box::new(select)).op(operator(relation), Expr::Value(Value::Int(n))))
        }
        None => {
            select.item(Expr::value(1), "found");
            let exists = Expr::Exists(Box::new(select));
            Some(if related.none { Expr::Not(Box::new(exists)) } else { exists })
        }
    }
}
