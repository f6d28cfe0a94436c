//! What stands behind a number of an answer: the rows of the database that it adds up.

use catalog::{ColumnRef, Value};
use jiff::civil::Date;
use meaning::formula::Arithmetic;

use crate::calendar::{Calendar, Span};
use crate::finish::{Finished, RowGroup};
use crate::graph::roles::has_role;
use crate::graph::{Node, Path, Role};
use crate::knowledge::Knowledge;
use crate::lower::columns_of;
use crate::semantic::{
    Accounts, Aggregation, Amount, Base, Behind, Calc, Column, Line, OverTime, Predicate, Query, Ranks, Rest,
    SemanticPlan, Shown, Statement, Test, Window,
};

/// Columns shown of each row, its amount aside, at the most.
const MOST_SHOWN: usize = 8;

/// Which number of a finished answer is meant.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// The row, from 0.
    pub row: usize,
    /// The column of amounts, from 0: of a statement's own columns, or of the measures.
    pub column: usize,
}

/// The rows behind a number, one part for each fact and sign.
///
/// # Errors
/// A phrase that says why this number has no rows to be listed.
pub fn behind(k: &Knowledge, plan: &SemanticPlan, finished: &Finished, spot: Spot) -> Result<Vec<Behind>, String> {
    match &plan.query {
        Query::Statement(statement) => of_statement(k, statement, finished, spot),
        Query::Aggregate(aggregation) if aggregation.outer.is_some() => {
            Err("it puts the lines of another answer together: that answer has rows behind it".to_owned())
        }
        Query::Aggregate(aggregation) => of_numbers(k, aggregation, finished, spot),
        Query::List(_) => Err("a list shows rows as they are: there is nothing behind them".to_owned()),
    }
}

fn of_statement(k: &Knowledge, plan: &Statement, finished: &Finished, spot: Spot) -> Result<Vec<Behind>, String> {
    let line = finished.lines.get(spot.row).and_then(|row| plan.lines.get(row.line)).ok_or("there is no such row")?;
    let column = plan.columns.get(spot.column).ok_or("there is no such column")?;
    if plan.sides && line.terms.iter().any(|t| matches!(t.accounts, Accounts::All)) {
        return Err("a sum of debits and a sum of credits are two numbers: an account has rows behind it".to_owned());
    }
    let credit = plan.sides && finished.rows.rows[spot.row].get(1 + 2 * spot.column).is_some_and(Value::is_null);
    let mut parts = Vec::new();
    for (base, opening, accounts, turned) in terms(plan, line, column) {
        let window = if opening { column.opening.unwrap_or(column.window) } else { column.window };
        let dimension = &plan.numbers.dimensions[0];
        let mut filters = plan.numbers.filters.clone();
        let predicate = |test| Predicate { column: dimension.key[0].clone(), test, paths: dimension.paths.clone() };
        match accounts {
            Accounts::All => {}
            Accounts::These(keys) => filters.push(predicate(Test::In(keys))),
            Accounts::Except(keys) => filters.push(predicate(Test::NotIn(keys))),
        }
        let numbers = &plan.numbers;
        parts.push(part(k, numbers, &numbers.bases[base], numbers.windows[window].clone(), filters, turned != credit));
    }
    Ok(parts)
}

/// What a line adds up in a column: base, whether it is the state before, accounts, and whether credit less debit
/// counts. Planned amounts are positive on the side of their accounts, which makes two of one.
fn terms(plan: &Statement, line: &Line, column: &Column) -> Vec<(usize, bool, Accounts, bool)> {
    let mut found = Vec::new();
    for term in &line.terms {
        match (column.plan, &term.accounts) {
            (None, accounts) => found.push((term.base, term.opening, accounts.clone(), term.turned)),
            (Some(base), Accounts::These(keys)) => {
                let (credits, debits): (Vec<Value>, Vec<Value>) =
                    keys.iter().cloned().partition(|key| plan.credits.contains(key));
                for (keys, turned) in [(credits, !term.turned), (debits, term.turned)] {
                    if !keys.is_empty() {
                        found.push((base, false, Accounts::These(keys), turned));
                    }
                }
            }
            (Some(_), Accounts::All | Accounts::Except(_)) => {}
        }
    }
    found
}

fn of_numbers(k: &Knowledge, plan: &Aggregation, finished: &Finished, spot: Spot) -> Result<Vec<Behind>, String> {
    if plan.dimensions.iter().any(|d| d.bands.is_some()) {
        return Err("rows behind bands of age are not shown yet; those behind one document or customer are".to_owned());
    }
    let group = finished.groups.get(spot.row).ok_or("there is no such row")?;
    let visible: Vec<_> = plan.measures.iter().filter(|m| !m.hidden).collect();
    let measure = visible.get(spot.column).ok_or("there is no such column")?;
    let mut bases = Vec::new();
    signed(&measure.calc, false, &mut bases).map_err(|why| format!("{} {why}", measure.name))?;
    let filters: Vec<Predicate> = plan.filters.iter().cloned().chain(of_group(plan, group)).collect();
    let window = within(plan, group);
    let mut parts = Vec::new();
    for (base, turned) in bases {
        let base = &plan.bases[base];
        if !matches!(base.amount, Amount::Sum(_) | Amount::Net(..) | Amount::Negated(_) | Amount::Rows) {
            return Err(format!("{} is no sum of rows", measure.name));
        }
        parts.push(part(k, plan, base, window.clone(), filters.clone(), turned));
    }
    Ok(parts)
}

/// The bases of a sum, with whether they are subtracted.
fn signed(calc: &Calc, minus: bool, found: &mut Vec<(usize, bool)>) -> Result<(), String> {
    match calc {
        Calc::Base(base) => found.push((*base, minus)),
        Calc::Operation(Arithmetic::Add, a, b) => {
            signed(a, minus, found)?;
            signed(b, minus, found)?;
        }
        Calc::Operation(Arithmetic::Sub, a, b) => {
            signed(a, minus, found)?;
            signed(b, !minus, found)?;
        }
        Calc::Days | Calc::Number(_) | Calc::Operation(..) | Calc::Change(..) | Calc::Positive(_) => {
            return Err("is no sum of rows: its parts have rows behind them".to_owned());
        }
    }
    Ok(())
}

/// The row's values of the dimensions as restrictions.
fn of_group(plan: &Aggregation, group: &RowGroup) -> Vec<Predicate> {
    let columns = plan.dimensions.iter().flat_map(|d| columns_of(d).into_iter().map(move |c| (d, c)));
    let keyed = columns.zip(&group.values).filter(|((d, c), _)| d.key.contains(c));
    let test = |value: &Value| if value.is_null() { Test::Null } else { Test::In(vec![value.clone()]) };
    keyed.map(|((d, c), v)| Predicate { column: c.clone(), test: test(v), paths: d.paths.clone() }).collect()
}

/// The days asked for, cut to the row's bucket.
fn within(plan: &Aggregation, group: &RowGroup) -> Window {
    let window = plan.windows[0].clone();
    let (Some(grain), Some(start)) = (plan.cut, group.bucket) else { return window };
    let bucket = plan.calendar.bucket(start, grain);
    let span = window.period.as_ref().map_or(Some(bucket), |p| p.span.clip(&bucket)).unwrap_or(bucket);
    let name = plan.calendar.label(bucket, grain);
    let period = crate::calendar::Period::named(&name, span, Some(grain));
    Window { name, period: Some(period) }
}

fn part(
    k: &Knowledge,
    plan: &Aggregation,
    base: &Base,
    window: Window,
    filters: Vec<Predicate>,
    turned: bool,
) -> Behind {
    let shown = shown(k, base);
    let rest = Rest { filters, related: plan.related.clone(), window };
    Behind { base: base.clone(), rest, shown, turned }
}

/// What people know a row by: its day, its document, what it refers to, its text.
fn shown(k: &Knowledge, base: &Base) -> Vec<Shown> {
    let Some(root) = k.graph.index(&base.fact) else { return Vec::new() };
    let mut found: Vec<Shown> = Vec::new();
    let mut add = |node: &Node, column: &str, path: &Path, name: String| {
        let reference = ColumnRef::new(node.table.name.clone(), column);
        let known = found.iter().any(|s| s.column == reference && s.path == *path);
        if !known && found.len() < MOST_SHOWN {
            found.push(Shown { column: reference, path: path.clone(), name });
        }
    };
    let nodes = k.graph.nodes();
    let own = &nodes[root];
    let header: Path = base.date.as_ref().map(|d| d.path.clone()).unwrap_or_default();
    let head = header.last().map_or(root, |e| k.graph.edge(*e).to);
    if let Some(date) = &base.date {
        add(&nodes[head], &date.column.column, &header, date.column.column.clone());
    }
    if let Some(column) = document(&nodes[head]) {
        add(&nodes[head], column, &header, column.to_owned());
    }
    let steps: Vec<(Path, usize)> = k.graph.outgoing(root).iter().map(|e| (vec![*e], k.graph.edge(*e).to)).collect();
    let account = |node: usize| k.ledger.as_ref().filter(|l| l.account.table == nodes[node].table.name);
    for (path, node) in steps.iter().filter(|(path, _)| *path != header) {
        let Some(ledger) = account(*node) else { continue };
        let number = ledger.number.as_ref().map(|n| n.column.as_str());
        for column in number.into_iter().chain(nodes[*node].label()) {
            add(&nodes[*node], column, path, column.to_owned());
        }
    }
    for (node, path) in [(own, Vec::new()), (&nodes[head], header.clone())] {
        for column in texts(k, node) {
            add(node, column, &path, column.to_owned());
        }
    }
    for (path, node) in steps.iter().filter(|(path, node)| *path != header && account(*node).is_none()) {
        for column in nodes[*node].label() {
            add(&nodes[*node], column, path, column.to_owned());
        }
    }
    found
}

/// The number that people know a document by; its key where that is all there is.
fn document(node: &Node) -> Option<&str> {
    let codes = node.columns_with(|r| matches!(r, Role::Code | Role::Key)).collect::<Vec<_>>();
    let text = codes.iter().find(|c| c.ty.kind.is_text()).map(|c| c.name.as_str());
    text.or_else(|| node.single_key())
}

/// Texts that say what a row is about.
fn texts<'n>(k: &Knowledge, node: &'n Node) -> Vec<&'n str> {
    let labelled = |c: &&catalog::Column| has_role(node.reads(&c.name), k.ontology.role("label"));
    let columns = node.columns_with(|r| matches!(r, Role::Text | Role::Label | Role::Category));
    columns.filter(|c| c.ty.kind.is_text()).filter(labelled).map(|c| c.name.as_str()).collect()
}

/// All rows of a part as one number.
pub fn total(behind: &Behind) -> Aggregation {
    Aggregation {
        measures: Vec::new(),
        bases: vec![behind.base.clone()],
        dimensions: Vec::new(),
        cut: None,
        calendar: Calendar::default(),
        windows: vec![behind.rest.window.clone()],
        filters: behind.rest.filters.clone(),
        related: behind.rest.related.clone(),
        having: Vec::new(),
        ordering: None,
        limit: None,
        ranks: Ranks::default(),
        derived: None,
        shown_from: None,
        only: None,
        outer: None,
    }
}

/// The span of days that a part is about, in words.
pub fn days(behind: &Behind) -> String {
    match (&behind.rest.window.period, behind.base.over_time) {
        (Some(period), OverTime::Sum) => period.label.clone(),
        (Some(period), _) => format!("up to {}", period.span.last()),
        (None, _) => Span { from: Date::MIN, to: Span::LATEST }.to_string(),
    }
}
