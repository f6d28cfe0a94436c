//! What has to be read from the data before questions can be answered: small statements, once per
//! snapshot.

use sql::{Aggregate, Expr, Select};

use super::joins::Joins;
use super::predicates::condition;
use crate::fiscal;
use crate::kept;
use crate::knowledge::{Knowledge, Lesson};
use crate::ledger::{Ledger, Sides};

/// The statements, with what they teach.
pub fn lessons(k: &Knowledge) -> Vec<(Lesson, Select)> {
    let mut lessons = Vec::new();
    if let Some(ledger) = &k.ledger {
        lessons.push((Lesson::Chart, ledger.chart_question()));
        if let Sides::Signed { amount, positive: None } = &ledger.sides {
            lessons.push((Lesson::Signs, signs(k, ledger, amount)));
        }
    }
    lessons.extend(k.fiscal.iter().map(|f| (Lesson::FiscalYear, fiscal::question(f))));
    lessons.extend(kept::totals_questions(k).into_iter().map(|(node, select)| (Lesson::Totals(node), select)));
    lessons
}

/// Sums by account class, closing entries out: closed books would be zero in every class.
fn signs(k: &Knowledge, ledger: &Ledger, amount: &str) -> Select {
    let mut joins = Joins::new(k, ledger.lines);
    let class = joins.column(&ledger.class, std::slice::from_ref(&ledger.class_path));
    let mut select = Select::default();
    select.item(class.clone(), "class");
    let sum = Expr::Aggregate(Aggregate::Sum, Box::new(Expr::column(joins.root_alias(), amount)));
    select.item(sum, "amount");
    select.group.push(class);
    for predicate in ledger.posted.iter().chain(&ledger.not_closing) {
        let expr = condition(&mut joins, predicate);
        select.filter.push(expr);
    }
    select.from = Some(joins.source());
    select.joins = joins.into_joins();
    select
}
