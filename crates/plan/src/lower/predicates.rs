//! Predicates as expressions.

use catalog::Value;
use sql::{Aggregate, Expr, Operator, Select, Source};

use super::joins::Joins;
use crate::intent::{Fold, Relation};
use crate::semantic::{Predicate, Test};

/// A predicate as seen from a root.
pub fn condition(joins: &mut Joins, predicate: &Predicate) -> Expr {
    let column = joins.column(&predicate.column, &predicate.paths);
    match &predicate.test {
        Test::Either(one, other) => {
            let one = test(joins, predicate, column, one);
            one.op(Operator::Or, condition(joins, other))
        }
        plain => test(joins, predicate, column, plain),
    }
}

fn test(joins: &Joins, predicate: &Predicate, column: Expr, test: &Test) -> Expr {
    match test {
        Test::In(values) => match values.as_slice() {
            [only] => column.op(Operator::Eq, Expr::Value(only.clone())),
            several => Expr::In(Box::new(column), list(several)),
        },
        Test::NotIn(values) => {
            let absent = Expr::IsNull(Box::new(column.clone()));
            absent.op(Operator::Or, Expr::Not(Box::new(Expr::In(Box::new(column), list(values)))))
        }
        Test::Compare(relation, value) => column.op(operator(*relation), Expr::Value(value.clone())),
        Test::Folded(relation, fold) => {
            column.op(operator(*relation), Expr::Scalar(Box::new(folded(joins, predicate, *fold))))
        }
        Test::Between(low, high) => {
            let at_least = column.clone().op(Operator::Ge, Expr::Value(low.clone()));
            at_least.op(Operator::And, column.op(Operator::Le, Expr::Value(high.clone())))
        }
        Test::Like(pattern) => column.op(Operator::Like, Expr::Value(Value::from(pattern.as_str()))),
        Test::Null => Expr::IsNull(Box::new(column)),
        Test::NotNull => Expr::Not(Box::new(Expr::IsNull(Box::new(column)))),
        Test::Either(one, _) => self::test(joins, predicate, column, one),
    }
}

/// The average, largest or smallest value of a predicate's column over all rows of its table.
fn folded(joins: &Joins, predicate: &Predicate, fold: Fold) -> Select {
    let table = &predicate.column.table;
    let alias = format!("all_{}", table.name);
    let function = match fold {
        Fold::Max => Aggregate::Max,
        Fold::Min => Aggregate::Min,
        Fold::Average | Fold::Sum | Fold::Count | Fold::Amount => Aggregate::Avg,
    };
    let taken = joins.taken().iter().any(|t| t.eq_ignore_ascii_case(&alias));
    let alias = if taken { format!("{alias}_2") } else { alias };
    let mut select = Select::default();
    select.item(Expr::Aggregate(function, Box::new(Expr::column(&alias, &predicate.column.column))), "bound");
    select.from = Some(Source::Table { name: table.clone(), alias });
    select
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
