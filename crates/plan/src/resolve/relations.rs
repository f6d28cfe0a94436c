//! Restrictions over rows that lead to what is asked for: absent ones, and ones with a property.

use bigdecimal::ToPrimitive;
use catalog::{ColumnRef, TableName};
use meaning::Meaning;

use super::choose::{settle, spoken_table};
use super::filters;
use super::ground::Ground;
use super::outcome::{Choice, Stop, refuse};
use super::place::{Target, places};
use crate::documents;
use crate::graph::{Path, Role};
use crate::intent::{Condition, Intent, Operand, Relation};
use crate::knowledge::Knowledge;
use crate::semantic::{Predicate, Related, Test};

/// A table whose rows lead to what is asked for and, by themselves or over what they lead to, to something else.
struct Bridge {
    node: usize,
    /// Its way to what is asked for.
    path: Path,
    /// Steps to both sides together.
    length: usize,
}

/// The tables whose rows may join those of a table with something else. In books with a ledger these are documents and
/// their lines: postings repeat what documents say.
fn between(k: &Knowledge, root: usize) -> Vec<usize> {
    let graph = &k.graph;
    let mut found: Vec<usize> = match &k.ledger {
        Some(ledger) => {
            let leads =
                |n: &usize| *n != ledger.lines && graph.path(*n, root).is_some_and(|p| (1..=2).contains(&p.len()));
            (0..graph.nodes().len()).filter(leads).collect()
        }
        None => graph.incoming(root).iter().map(|e| graph.edge(*e).from).collect(),
    };
    found.sort_unstable();
    found.dedup();
    found
}

/// The nearest table whose rows join `to` (itself, or what it leads to) with rows of `root`; none where two are as near.
fn bridge(ground: Ground, root: usize, to: usize) -> Option<Bridge> {
    let mut found = bridges(ground, root, to);
    (found.len() == 1).then(|| found.swap_remove(0))
}

/// The nearest tables whose rows join `to` with rows of `root`; `to` itself where it leads there.
fn bridges(ground: Ground, root: usize, to: usize) -> Vec<Bridge> {
    let graph = &ground.knowledge.graph;
    let direct = graph.path(to, root).filter(|p| !p.is_empty());
    if let Some(path) = direct {
        return vec![Bridge { node: to, length: path.len(), path }];
    }
    let joined = |node: usize| {
        let path = graph.path(node, root)?;
        let length = path.len() + graph.path(node, to).filter(|p| !p.is_empty())?.len();
        Some(Bridge { node, path, length })
    };
    let between = between(ground.knowledge, root).into_iter().filter(|n| *n != root && *n != to);
    let mut found: Vec<Bridge> = between.filter_map(joined).collect();
    let nearest = found.iter().map(|b| b.length).min();
    found.retain(|b| Some(b.length) == nearest);
    found
}

/// That rows of a table which join `to` with `root` exist; none where nothing joins them.
pub fn joined(ground: Ground, root: usize, to: usize) -> Option<Related> {
    let Bridge { node, path, .. } = bridge(ground, root, to)?;
    let table = ground.knowledge.graph.nodes()[node].table.name.clone();
    Some(Related { path, table, predicates: Vec::new(), count: None, none: false })
}

/// "Customers with at least 3 orders": how many rows must lead here; none where the condition counts nothing, or
/// nothing that leads here.
pub fn counted(ground: Ground, root: usize, condition: &Condition) -> Option<Related> {
    let subject = condition.subject.as_ref().filter(|_| filters::counts(ground.knowledge, condition))?;
    let Operand::Number(number) = &condition.operand else { return None };
    let number = number.to_u64()?;
    let to = filters::best_table(subject).and_then(|t| ground.knowledge.graph.index(&t)).filter(|n| *n != root)?;
    let related = joined(ground, root, to)?;
    let once = number == 1 && condition.relation == Relation::AtLeast;
    let predicates = happened(ground, &related.table);
    Some(Related { count: (!once).then_some((condition.relation, number)), predicates, ..related })
}

/// What was cancelled did not happen, in books that keep such states.
fn happened(ground: Ground, table: &TableName) -> Vec<Predicate> {
    let k = ground.knowledge;
    let node = k.graph.index(table).filter(|_| k.ledger.is_some());
    node.map(|n| documents::posted(&k.graph, &k.ontology, n)).unwrap_or_default()
}

/// "without orders": there must be no row that leads here.
pub fn absent(ground: Ground, root: usize, condition: &Condition) -> Result<Option<Related>, Stop> {
    let Some(subject) = condition.subject.as_ref().filter(|_| filters::is_absence(condition)) else { return Ok(None) };
    let graph = &ground.knowledge.graph;
    for link in &subject.links {
        let Meaning::Table { table } = &link.meaning else { continue };
        let Some(node) = graph.index(table).filter(|n| *n != root) else { continue };
        if graph.path(root, node).is_some() {
            continue;
        }
        let Some(related) = joined(ground, root, node) else { continue };
        let predicates = happened(ground, &related.table);
        return Ok(Some(Related { predicates, none: true, ..related }));
    }
    // A property that is not there is a column without a value.
    let property = |c: &ColumnRef| !matches!(graph.role(c), Role::Key | Role::Reference);
    let column = places(ground, &[root], subject).into_iter().find_map(|p| match p.target {
        Target::Column(column) if p.score > 0.8 && property(&column) => Some((column, p.paths)),
        _ => None,
    });
    match column {
        Some((column, paths)) => {
            let predicate = Predicate { column: column.clone(), test: Test::Null, paths };
            Ok(Some(Related {
                path: Vec::new(),
                table: column.table,
                predicates: vec![predicate],
                count: None,
                none: false,
            }))
        }
        None => {
            Err(refuse("what must be absent does not belong to what is listed", vec![subject.text.clone()], Vec::new()))
        }
    }
}

/// How many steps the rows that lead here and meet a condition are away; none where no rows do, or several sorts of them
/// that nothing can be asked about.
pub fn steps_through(ground: Ground, root: usize, condition: &Condition) -> Option<usize> {
    let found = nearest(ground, root, condition);
    let clear = found.len() == 1 || ground.knowledge.ledger.is_some();
    // However far the rows are, they are rows of something else: one step.
    found.first().filter(|_| clear).map(|related| related.path.len().min(1))
}

/// "Buildings that have apartments with more than 2 bathrooms": a row that leads here meets the condition. Several
/// sorts of rows are asked back in books with a ledger; `stop` where there are none.
///
/// # Errors
/// The question back, or `stop`.
pub fn through(ground: Ground, root: usize, condition: &Condition, stop: Stop) -> Result<Related, Stop> {
    let mut found = nearest(ground, root, condition);
    match found.len() {
        0 => Err(stop),
        1 => Ok(found.swap_remove(0)),
        _ if ground.knowledge.ledger.is_none() => Err(stop),
        _ => {
            let phrase = match &condition.operand {
                Operand::Phrase(mention) => mention.text.clone(),
                _ => condition.subject.as_ref().map(|s| s.text.clone()).unwrap_or_default(),
            };
            let choice = |r: &Related| Choice {
                words: format!("{phrase} in rows of {}", spoken_table(&r.table)),
                target: r.table.to_string(),
                phrase: phrase.clone(),
                score: 1.0,
            };
            let question = "which rows have to meet the condition?";
            let at = settle(ground, question, found.iter().map(choice).collect())?;
            Ok(found.swap_remove(at))
        }
    }
}

/// The nearest sorts of rows that lead here and can meet a condition; only those that the question's words name, where
/// it names some.
fn nearest(ground: Ground, root: usize, condition: &Condition) -> Vec<Related> {
    let graph = &ground.knowledge.graph;
    let subject = condition.subject.iter().flat_map(|m| &m.links);
    let value = match &condition.operand {
        Operand::Phrase(mention) => mention.links.as_slice(),
        _ => &[],
    };
    let table = |meaning: &Meaning| -> Option<TableName> {
        match meaning {
            Meaning::Column { column } | Meaning::Value { column, .. } => Some(column.table.clone()),
            Meaning::Table { .. } | Meaning::Metric { .. } => None,
        }
    };
    let sure = subject.chain(value).filter(|l| l.score >= SURE).filter_map(|l| table(&l.meaning));
    let mut found: Vec<(usize, Related)> = Vec::new();
    for name in sure {
        let Some(to) = graph.index(&name).filter(|n| *n != root) else { continue };
        for Bridge { node, path, length } in bridges(ground, root, to) {
            let table = graph.nodes()[node].table.name.clone();
            let known = found.iter().any(|(_, r)| r.table == table);
            // "Customers not in California": no address of theirs is there.
            let none = condition.relation == Relation::IsNot;
            let positive =
                Condition { relation: if none { Relation::Is } else { condition.relation }, ..condition.clone() };
            if let (false, Ok(predicate)) = (known, filters::predicate(ground, &[node], &positive)) {
                let mut predicates = happened(ground, &table);
                predicates.insert(0, predicate);
                found.push((length, Related { path, table, predicates, count: None, none }));
            }
        }
    }
    let called = |r: &Related| graph.node(&r.table).is_some_and(|n| n.words.iter().any(|w| ground.words.contains(w)));
    if ground.knowledge.ledger.is_some() && found.iter().any(|(_, r)| called(r)) {
        found.retain(|(_, r)| called(r));
    }
    let nearest = found.iter().map(|(length, _)| *length).min();
    found.into_iter().filter(|(length, _)| Some(*length) == nearest).map(|(_, related)| related).collect()
}

/// Restrictions on rows of the same sort speak of the same row, unless they ask for several values of one property:
/// "orders shipped by X and in state Y" is one order, "orders of A and orders of B" are two.
///
/// # Errors
/// A refusal for "or" between different properties.
pub fn combine(intent: &Intent, related: Vec<Related>) -> Result<Vec<Related>, Stop> {
    let mut combined: Vec<Related> = Vec::new();
    // What must be absent does not have to be there as well, even if it is named twice.
    let absent: Vec<Related> = related.iter().filter(|r| r.none).cloned().collect();
    let denied = |r: &Related| {
        !r.none && r.predicates.is_empty() && absent.iter().any(|a| a.path == r.path && a.table == r.table)
    };
    for one in related.into_iter().filter(|r| !denied(r)) {
        let plain = |r: &Related| !r.none && !r.path.is_empty();
        let counted = one.count.is_some();
        let same = |r: &&mut Related| plain(r) && plain(&one) && !counted && r.path == one.path && r.table == one.table;
        // "Without a loan of more than 100": the loans that must be absent are those.
        let without =
            |r: &&mut Related| r.none && plain(&one) && !counted && r.path == one.path && r.table == one.table;
        if let Some(known) = combined.iter_mut().find(without) {
            known.predicates.extend(one.predicates);
            continue;
        }
        let Some(known) = combined.iter_mut().find(same) else {
            combined.push(one);
            continue;
        };
        let fresh: Vec<Predicate> = one.predicates.iter().filter(|p| !known.predicates.contains(p)).cloned().collect();
        let [predicate] = fresh.as_slice() else {
            known.predicates.extend(fresh);
            continue;
        };
        let column = |p: &&mut Predicate| p.column == predicate.column && p.paths == predicate.paths;
        let bare = known.predicates.is_empty();
        match (known.predicates.iter_mut().find(column).map(|p| &mut p.test), &predicate.test) {
            (Some(Test::In(values)), Test::In(more)) if intent.alternatives => values.extend(more.iter().cloned()),
            (Some(Test::In(_)), Test::In(_)) => combined.push(one),
            _ if intent.alternatives && !bare => {
                let why = "\"or\" between different properties is not understood yet";
                return Err(refuse(why, Vec::new(), Vec::new()));
            }
            _ => known.predicates.push(predicate.clone()),
        }
    }
    Ok(combined)
}

/// From this score on a property may be looked for in other tables.
const SURE: f64 = 0.85;
