//! "Employees who report to X": the name is that of somebody of the same sort, to whom a row refers.

use catalog::TableName;

use super::outcome::{Stop, refuse};
use crate::graph::Graph;
use crate::intent::Intent;
use crate::knowledge::Knowledge;
use crate::semantic::{Predicate, Query, SemanticPlan};

/// Moves the restriction from the rows themselves to those that they refer to.
///
/// # Errors
/// A refusal where rows do not refer to rows of their own table in one way, or nobody is named.
pub fn through(k: &Knowledge, intent: &Intent, mut plan: SemanticPlan) -> Result<SemanticPlan, Stop> {
    if !intent.forms.superior {
        return Ok(plan);
    }
    let (root, filters) = match &mut plan.query {
        Query::List(listing) => (Some(listing.root.clone()), &mut listing.filters),
        Query::Aggregate(numbers) => {
            let first = numbers.bases.first().map(|b| b.fact.clone());
            (first.filter(|fact| numbers.bases.iter().all(|b| b.fact == *fact)), &mut numbers.filters)
        }
        Query::Statement(statement) => (None, &mut statement.numbers.filters),
    };
    let edge = root.as_ref().and_then(|root| own_edge(&k.graph, root));
    let named = |p: &&mut Predicate| {
        let own = p.paths.iter().all(Vec::is_empty);
        own && root.as_ref().is_some_and(|root| p.column.table == *root)
    };
    let mut found: Vec<&mut Predicate> = filters.iter_mut().filter(named).collect();
    match (found.as_mut_slice(), edge) {
        ([one], Some(edge)) => one.paths = vec![vec![edge]],
        _ => {
            let why = "who reports to whom is not told by what this database keeps of them";
            return Err(refuse(why, Vec::new(), Vec::new()));
        }
    }
    plan.assumptions.push("the name is that of the one they refer to".to_owned());
    Ok(plan)
}

/// The only reference from a table to itself.
fn own_edge(graph: &Graph, table: &TableName) -> Option<usize> {
    let node = graph.index(table)?;
    let own: Vec<usize> = graph.outgoing(node).iter().copied().filter(|e| graph.edge(*e).to == node).collect();
    match own.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}
