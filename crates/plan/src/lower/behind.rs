//! The rows behind a number, as they are, with the columns that make up their amounts.

use jiff::civil::Date;
use sql::{Expr, Item, Order, Select};

use super::aggregate::{Fact, days, unique};
use super::joins::Joins;
use super::predicates::condition;
use super::related::related_condition;
use crate::knowledge::Knowledge;
use crate::semantic::{Amount, Behind};

/// Writes the statement: the columns shown, then those of the amount. By day, then by key.
pub fn lower(k: &Knowledge, behind: &Behind, today: Date) -> Select {
    let Some(root) = k.graph.index(&behind.base.fact) else { return Select::default() };
    let mut joins = Joins::new(k, root);
    let mut select = Select::default();
    let mut names: Vec<String> = Vec::new();
    for shown in &behind.shown {
        let alias = joins.at(&shown.path);
        let expr = Expr::column(alias, &shown.column.column);
        select.items.push(Item { expr, alias: unique(&shown.name, &mut names) });
    }
    let own = joins.root_alias().to_owned();
    for name in parts(&behind.base.amount) {
        select.items.push(Item { expr: Expr::column(&own, name), alias: unique(name, &mut names) });
    }
    for predicate in behind.base.predicates.iter().chain(&behind.rest.filters) {
        let expr = condition(&mut joins, predicate);
        select.filter.push(expr);
    }
    for related in &behind.rest.related {
        let expr = related_condition(k, &mut joins, related);
        select.filter.extend(expr);
    }
    if let Some(dated) = &behind.base.date {
        let date = joins.column(&dated.column, std::slice::from_ref(&dated.path));
        let fact = Fact {
            table: &behind.base.fact,
            date: Some(dated),
            over_time: behind.base.over_time,
            anew: &behind.base.anew,
            amount: Some(&behind.base.amount),
        };
        select.filter.extend(days(k, (fact, None), &behind.rest.window, date.clone(), today));
        select.order.push(Order { by: date, descending: false });
    }
    let key = k.graph.nodes()[root].keys.first();
    select.order.extend(key.into_iter().flatten().map(|c| Order { by: Expr::column(&own, c), descending: false }));
    select.from = Some(joins.source());
    select.joins = joins.into_joins();
    select
}

/// The columns that an amount is made of.
fn parts(amount: &Amount) -> Vec<&str> {
    match amount {
        Amount::Net(plus, minus) => vec![plus, minus],
        Amount::Sum(name) | Amount::Negated(name) => vec![name],
        Amount::Rows | Amount::Distinct(_) | Amount::Max(_) | Amount::Min(_) => Vec::new(),
    }
}
