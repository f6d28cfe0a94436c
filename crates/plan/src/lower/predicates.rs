//! Predicates as expressions.

use catalog::Value;
use sql::{Expr, Operator};

use super::joins::Joins;
use crate::intent::Relation;
use crate::semantic::{Predicate, Test};

/// A predicate as seen from a root.
pub fn condition(joins: &mut Joins, predicate: &Predicate) -> Expr {
    let column = joins.column(&predicate.column, &predicate.paths);
    match &predicate.test {
        Test::In(values) => match values.as_slice() {
            [only] => column.op(Operator::Eq, Expr::Value(only.clone())),
            several => Expr::In(Box::new(column), list(several)),
        },
        Test::NotIn(values) => {
            let absent = Expr::IsNull(Box::new(column.clone()));
            absent.op(Operator::Or, Expr::Not(Box::new(Expr::In(Box::new(column), list(values)))))
        }
        Test::Compare(relation, value) => column.op(operator(*relation), Expr::Value(value.clone())),
        Test::Between(low, high) => {
            let at_least = column.clone().op(Operator::Ge, Expr::Value(low.clone()));
            at_least.op(Operator::And, column.op(Operator::Le, Expr::Value(high.clone())))
        }
        Test::Like(pattern) => column.op(Operator::Like, Expr::Value(Value::from(pattern.as_str()))),
        Test::Null => Expr::IsNull(Box::new(column)),
        Test::NotNull => Expr::Not(Box::new(Expr::IsNull(Box::new(column)))),
    }
}

fn list(values: &[Value]) -> Vec<Expr> {
    values.iter().cloned().map(Expr::Value).collect()
}

/// The operator of a comparison; texts that contain something have become patterns before.
pub fn operator(relation: Relation) -> Operator {
    match relation {
        Relation::IsNot => Operator::Ne,
        Relation::Below => Operator::Lt,
        Relation::AtMost => Operator::Le,
        Relation::Above => Operator::Gt,
        Relation::AtLeast => Operator::Ge,
        Relation::Is | Relation::Contains | Relation::StartsWith | Relation::EndsWith => Operator::Eq,
    }
}
