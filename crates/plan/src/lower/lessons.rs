//! What has to be read from the data before questions can be answered: small statements, once per
//! snapshot.

use catalog::ColumnRef;
use meaning::ontology::Side;
use sql::{Aggregate, Expr, Operator, Select};

use super::joins::Joins;
use super::predicates::condition;
use crate::documents;
use crate::fiscal;
use crate::graph::{MeasureKind, Role};
use crate::history;
use crate::kept;
use crate::knowledge::{Knowledge, Lesson};
use crate::ledger::{Ledger, Sides};
use crate::openings::{self, Expressions};
use crate::semantic::Amount;

/// The statements, with what they teach.
pub fn lessons(k: &Knowledge) -> Vec<(Lesson, Select)> {
    let mut lessons = Vec::new();
    if let Some(ledger) = &k.ledger {
        lessons.push((Lesson::Chart, ledger.chart_question()));
        if let Sides::Signed { amount, positive: None } = &ledger.sides {
            lessons.push((Lesson::Signs, signs(k, ledger, amount)));
        }
    }
    lessons.extend(opening_days(k).map(|select| (Lesson::OpeningDays, select)));
    lessons.extend(k.fiscal.iter().map(|f| (Lesson::FiscalYear, fiscal::question(f))));
    lessons.extend(kept::totals_questions(k).into_iter().map(|(node, select)| (Lesson::Totals(node), select)));
    lessons.extend(levels(k));
    lessons.extend(k.ledger.iter().flat_map(|ledger| plans(k, ledger)));
    let histories = history::find(&k.graph, &k.ontology);
    let spans = |(i, h)| (Lesson::Spans(i), history::question(&k.graph, h));
    lessons.extend(histories.iter().enumerate().map(spans));
    lessons
}

/// Positive and negative amounts of each plan by account class.
fn plans(k: &Knowledge, ledger: &Ledger) -> Vec<(Lesson, Select)> {
    let mut found = Vec::new();
    for (node, data) in k.graph.nodes().iter().enumerate() {
        let plan = documents::scenario(&k.graph, &k.ontology, node).is_some();
        let few = plan && data.rows.is_some_and(|n| n <= MOST_ROWS);
        let path = k.graph.index(&ledger.class.table).filter(|_| few).and_then(|to| k.graph.path(node, to));
        let amounts: Vec<&catalog::Column> = data.columns_with(|r| r == Role::Measure(MeasureKind::Additive)).collect();
        let (Some(path), [amount]) = (path, amounts.as_slice()) else { continue };
        let mut joins = Joins::new(k, node);
        let class = joins.column(&ledger.class, &[path]);
        let value = Expr::column(joins.root_alias(), &amount.name);
        let mut select = Select::default();
        select.item(class.clone(), "class");
        for (operator, name) in [(Operator::Gt, "above"), (Operator::Lt, "below")] {
            let case =
                Expr::Case { when: vec![(value.clone().op(operator, Expr::value(0)), value.clone())], other: None };
            select.item(Expr::Aggregate(Aggregate::Sum, Box::new(case)), name);
        }
        select.group.push(class);
        select.from = Some(joins.source());
        select.joins = joins.into_joins();
        found.push((Lesson::Plans(node), select));
    }
    found
}

/// The statements that what was learned first asks for.
pub fn later_lessons(k: &Knowledge) -> Vec<(Lesson, Select)> {
    let openings = carried(k).map(|select| (Lesson::Openings, select));
    let group = within_group(k).map(|select| (Lesson::WithinGroup, select));
    openings.into_iter().chain(group).collect()
}

/// What postings between companies of the group add up to, by account.
fn within_group(k: &Knowledge) -> Option<Select> {
    let ledger = k.ledger.as_ref()?;
    let others = documents::with_others(&k.graph, &k.ontology, ledger.lines)?;
    let mut joins = Joins::new(k, ledger.lines);
    let account = joins.column(&ledger.account, std::slice::from_ref(&ledger.class_path));
    let amount = unsummed(joins.root_alias(), &ledger.amount(Side::Debit)?)?;
    let mut select = Select { group: vec![account.clone()], ..Select::default() };
    select.item(account, "account");
    select.item(Expr::Aggregate(Aggregate::Sum, Box::new(amount)), "amount");
    select.filter.push(Expr::Not(Box::new(condition(&mut joins, &others))));
    for predicate in &ledger.posted {
        let expr = condition(&mut joins, predicate);
        select.filter.push(expr);
    }
    select.from = Some(joins.source());
    select.joins = joins.into_joins();
    Some(select)
}

/// The days of entries that are marked as opening.
fn opening_days(k: &Knowledge) -> Option<Select> {
    let ledger = k.ledger.as_ref()?;
    let date = ledger.date.as_ref()?;
    let mut joins = Joins::new(k, ledger.lines);
    let marked = condition(&mut joins, &openings::only(ledger.not_opening.clone()?));
    let date = joins.column(&date.column, std::slice::from_ref(&date.path));
    let mut select = openings::days_question(marked, date);
    select.from = Some(joins.source());
    select.joins = joins.into_joins();
    Some(select)
}

/// What accounts had before the days that may begin with opening entries, and what these entries give them.
fn carried(k: &Knowledge) -> Option<Select> {
    let ledger = k.ledger.as_ref()?;
    let suspects = &k.suspected()?;
    let date = ledger.date.as_ref()?;
    let mut joins = Joins::new(k, ledger.lines);
    let root = joins.root_alias().to_owned();
    let on = Expressions {
        account: joins.column(&ledger.account, std::slice::from_ref(&ledger.class_path)),
        date: joins.column(&date.column, std::slice::from_ref(&date.path)),
        amount: unsummed(&root, &ledger.amount(Side::Debit)?)?,
        marked: ledger
            .not_opening
            .clone()
            .filter(|_| suspects.marked)
            .map(|p| condition(&mut joins, &openings::only(p))),
        entry: openings::entry_of(&k.graph, ledger).map(|entry| Expr::column(&root, &entry.column)),
    };
    let mut select = openings::question(suspects, on);
    for predicate in &ledger.posted {
        let expr = condition(&mut joins, predicate);
        select.filter.push(expr);
    }
    select.from = Some(joins.source());
    select.joins = joins.into_joins();
    Some(select)
}

/// The amount of one posting.
fn unsummed(root: &str, amount: &Amount) -> Option<Expr> {
    let column = |name: &str| Expr::column(root, name);
    let or_zero = |name: &str| Expr::Coalesce(vec![column(name), Expr::value(0)]);
    match amount {
        Amount::Net(plus, minus) => Some(or_zero(plus).op(Operator::Sub, or_zero(minus))),
        Amount::Sum(name) => Some(column(name)),
        Amount::Negated(name) => Some(Expr::value(0).op(Operator::Sub, column(name))),
        Amount::Rows | Amount::Distinct(_) | Amount::Max(_) | Amount::Min(_) => None,
    }
}

/// Rows and things at the most to look for stored totals.
const MOST_ROWS: u64 = 500_000;
const MOST_THINGS: u64 = 10_000;

/// Sums by thing and by what the thing is a part of, for rows about things that are parts of others of their sort.
fn levels(k: &Knowledge) -> Vec<(Lesson, Select)> {
    let graph = &k.graph;
    let mut found = Vec::new();
    for (index, edge) in graph.edges().iter().enumerate().filter(|(_, e)| e.from != e.to && e.from_columns.len() == 1) {
        let within = graph.outgoing(edge.to).iter().map(|e| graph.edge(*e));
        let parent = within.into_iter().find(|e| e.to == edge.to && e.to_columns == edge.to_columns);
        let (rows, things) = (&graph.nodes()[edge.from], &graph.nodes()[edge.to]);
        let few = rows.rows.is_some_and(|n| n <= MOST_ROWS) && things.rows.is_some_and(|n| n <= MOST_THINGS);
        let amount = rows.columns_with(|r| r == Role::Measure(MeasureKind::Additive)).next();
        // A document that takes back another one is no part of it.
        let documents = k.date_of(edge.to).is_some();
        let (Some(parent), Some(amount), true) = (parent, amount, few && !documents) else { continue };
        let mut joins = Joins::new(k, edge.from);
        let mut select = Select::default();
        for name in [&edge.to_columns[0], &parent.from_columns[0]] {
            let column = ColumnRef::new(things.table.name.clone(), name);
            let expr = joins.column(&column, &[vec![index]]);
            select.item(expr.clone(), name);
            select.group.push(expr);
        }
        let sum = Expr::Aggregate(Aggregate::Sum, Box::new(Expr::column(joins.root_alias(), &amount.name)));
        select.item(sum, "amount");
        select.from = Some(joins.source());
        select.joins = joins.into_joins();
        found.push((Lesson::Levels(index), select));
    }
    found
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
