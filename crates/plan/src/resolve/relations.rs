//! Restrictions over rows that lead to what is asked for: absent ones, and ones with a property.

use catalog::{ColumnRef, TableName};
use meaning::Meaning;

use super::filters;
use super::ground::Ground;
use super::outcome::{Stop, refuse};
use super::place::{Target, places};
use crate::documents;
use crate::graph::Role;
use crate::intent::{Condition, Operand};
use crate::semantic::{Predicate, Related, Test};

/// "without orders": there must be no row that leads here.
pub fn absent(ground: Ground, root: usize, condition: &Condition) -> Result<Option<Related>, Stop> {
    let Some(subject) = condition.subject.as_ref().filter(|_| filters::is_absence(condition)) else { return Ok(None) };
    let graph = &ground.knowledge.graph;
    for link in &subject.links {
        let Meaning::Table { table } = &link.meaning else { continue };
        let Some(path) = graph.index(table).and_then(|node| graph.path(node, root)).filter(|p| !p.is_empty()) else {
            continue;
        };
        // What was cancelled did not happen, in books that keep such states.
        let node = graph.index(table).filter(|_| ground.knowledge.ledger.is_some());
        let predicates = node.map(|n| documents::posted(graph, &ground.knowledge.ontology, n)).unwrap_or_default();
        return Ok(Some(Related { path, table: table.clone(), predicates, count: None, none: true }));
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

/// "Buildings that have apartments with more than 2 bathrooms": a row that leads here meets the condition.
pub fn through(ground: Ground, root: usize, condition: &Condition) -> Option<Related> {
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
    let mut found: Vec<Related> = Vec::new();
    for name in sure {
        let Some(node) = graph.index(&name).filter(|n| *n != root) else { continue };
        let Some(path) = graph.path(node, root).filter(|p| !p.is_empty()) else { continue };
        let known = found.iter().any(|r| r.table == name);
        if let (false, Ok(predicate)) = (known, filters::predicate(ground, &[node], condition)) {
            found.push(Related { path, table: name, predicates: vec![predicate], count: None, none: false });
        }
    }
    // Several sorts of rows that could be meant are too many.
    found.sort_by_key(|r| r.path.len());
    let nearest = found.first()?.path.len();
    (found.iter().filter(|r| r.path.len() == nearest).count() == 1).then(|| found.swap_remove(0))
}

/// From this score on a property may be looked for in other tables.
const SURE: f64 = 0.85;
