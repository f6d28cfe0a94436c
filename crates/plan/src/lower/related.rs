//! Restrictions over rows of other tables that lead to a row: whether there are any, none, or how many.

use catalog::Value;
use sql::{Expr, Operator, Select};

use super::joins::Joins;
use super::predicates::{condition, operator};
use crate::knowledge::Knowledge;
use crate::semantic::Related;

/// Whether rows that lead here exist, do not, or how many there are.
pub fn related_condition(k: &Knowledge, outer: &mut Joins, related: &Related) -> Option<Expr> {
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
