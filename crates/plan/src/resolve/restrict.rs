//! What restricts numbers: conditions on what their rows lead to, and rows that lead to them.

use catalog::ColumnRef;
use meaning::Meaning;

use super::bind::{Binder, counts_whole, is_unique};
use super::choose::{settle, spoken_table};
use super::filters;
use super::kinds::{metric_of, table_of};
use super::outcome::{Choice, Stop, refuse};
use super::relations;
use crate::documents;
use crate::graph::Role;
use crate::intent::Condition;
use crate::kept;
use crate::knowledge::Knowledge;
use crate::measure::row_base;
use crate::semantic::{Amount, Base, Dimension, Origin, Predicate, Related};

/// "The most common role": how many rows have each. The name of a thing is counted in the rows that refer to it:
/// in those that the question is about, or the only ones there are.
///
/// # Errors
/// A question back where rows of several tables refer to it.
pub fn frequency(binder: &Binder) -> Result<Option<Base>, Stop> {
    let k = binder.k();
    let first = binder.demands.dimensions.first();
    let mut candidates: Vec<usize> = first.into_iter().flat_map(|m| &m.links).flat_map(|l| counted_in(k, l)).collect();
    candidates.sort_unstable();
    candidates.dedup();
    let about: Vec<usize> = binder.intent.about.iter().filter_map(|m| table_of(k, m)).collect();
    let concerns = |node: &usize| about.iter().any(|a| a == node || k.graph.path(*node, *a).is_some());
    if candidates.iter().any(concerns) || candidates.len() > 1 && !about.is_empty() {
        candidates.retain(concerns);
    }
    if !about.is_empty() && !candidates.iter().any(concerns) {
        // "The address that used services most often": the rows that say so are those of the services.
        let counted = |a: &usize| candidates.iter().any(|node| k.graph.path(*a, *node).is_some());
        candidates = about.iter().copied().filter(counted).collect();
    }
    let bases = candidates.into_iter().map(|node| row_base(k, node));
    let mut bases: Vec<Base> = bases.filter(|base| binder.feasible(base)).collect();
    if bases.len() < 2 {
        return Ok(bases.pop());
    }
    let phrase = first.map_or("", |m| m.text.as_str());
    let choice = |base: &Base| Choice {
        words: format!("{phrase} by how many rows of {} there are", spoken_table(&base.fact)),
        target: base.fact.to_string(),
        phrase: phrase.to_owned(),
        score: 1.0,
    };
    let at = settle(binder.ground, "what is counted to tell how often it occurs?", bases.iter().map(choice).collect())?;
    Ok(Some(bases.swap_remove(at)))
}

/// The tables whose rows say how often a phrase's column or thing occurs: its own, or those that refer to it where each
/// row of its own is another one.
fn counted_in(k: &Knowledge, link: &meaning::Link) -> Vec<usize> {
    let (table, itself) = match &link.meaning {
        Meaning::Column { column } => {
            (&column.table, is_unique(k, column) || matches!(k.graph.role(column), Role::Label | Role::PersonName))
        }
        Meaning::Table { table } => (table, true),
        _ => return Vec::new(),
    };
    let Some(node) = k.graph.index(table) else { return Vec::new() };
    let referring = k.graph.incoming(node).iter().map(|e| k.graph.edge(*e).from);
    if kept::is_by_period(k, node) {
        // Rows for periods say how many periods there are.
        return Vec::new();
    }
    if itself && !k.graph.incoming(node).is_empty() { referring.collect() } else { vec![node] }
}

/// "How many customers have at least 3 orders": where things are counted as a whole, the orders of each must be so
/// many; the other conditions stay thresholds.
pub fn counted<'c>(
    binder: &Binder,
    bases: &[Base],
    conditions: Vec<&'c Condition>,
) -> (Vec<Related>, Vec<&'c Condition>) {
    let whole = binder.demands.dimensions.is_empty() && binder.intent.cut.is_none();
    let root = match bases {
        [base] if whole && base.amount == Amount::Rows => binder.k().graph.index(&base.fact),
        _ => None,
    };
    let (mut counted, mut others) = (Vec::new(), Vec::new());
    for condition in conditions {
        match root.and_then(|root| relations::counted(binder.ground, root, condition)) {
            Some(related) => counted.push(related),
            None => others.push(condition),
        }
    }
    (counted, others)
}

/// The restrictions of the question: on what the rows lead to, and on rows that lead to them.
pub fn restrictions(
    binder: &Binder,
    bases: &[Base],
    roots: &[usize],
    related: Vec<Related>,
    measures: usize,
) -> Result<(Vec<Predicate>, Vec<Related>), Stop> {
    let (mut filters, mut related) = (Vec::new(), related);
    let ground = binder.ground;
    for condition in &binder.demands.conditions {
        let absent = match roots {
            [root] => binder.absence(*root, condition),
            _ => None,
        };
        if let Some(absent) = absent {
            related.push(absent);
            continue;
        }
        let through = |stop: Stop| match roots {
            [root] if bases.iter().all(counts_whole) => relations::through(ground, *root, condition, stop),
            _ => Err(stop),
        };
        match filters::predicate(ground, roots, condition) {
            Ok(predicate) => filters.push(predicate),
            Err(stop) => related.push(through(stop)?),
        }
    }
    related.extend(existing(binder, roots, measures)?);
    let (filters, related) = (filters::combine(binder.intent, filters)?, relations::combine(binder.intent, related)?);
    if binder.intent.alternatives && filters.len() + related.len() > 1 {
        return Err(refuse("\"or\" between different properties is not understood yet", Vec::new(), Vec::new()));
    }
    Ok((filters, related))
}

/// "Customers who have taken a loan": things that the question is about, and that the rows do not lead to, must lead
/// to the rows; things that have nothing to do with them are not understood.
fn existing(binder: &Binder, roots: &[usize], measures: usize) -> Result<Vec<Related>, Stop> {
    let (k, [root]) = (binder.k(), roots) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    // "How many artists have albums": what stands beside the counted things without a word between.
    let beside = binder.intent.asks.iter().skip(1).filter(|a| !a.joined && a.fold.is_none() && measures == 1);
    for mention in binder.intent.about.iter().chain(beside.map(|a| &a.mention)) {
        let Some(node) = filters::best_table(mention).and_then(|table| k.graph.index(&table)) else { continue };
        let metric = matches!(mention.links[0].meaning, Meaning::Metric { .. })
            && metric_of(k, mention).is_some_and(|m| m.entity.is_none());
        if metric || k.graph.path(*root, node).is_some() {
            continue;
        }
        let why = || format!("how {} relates to what is counted is not understood", mention.text);
        let related = relations::joined(binder.ground, *root, node);
        found.push(related.ok_or_else(|| refuse(&why(), vec![mention.text.clone()], Vec::new()))?);
    }
    Ok(found)
}

/// Whether what companies of the group did with each other makes a difference; in a ledger it often cancels out.
fn deals_within_group(k: &Knowledge, base: &Base) -> bool {
    let Some(ledger) = k.ledger.as_ref().filter(|_| base.origin == Origin::Ledger) else { return true };
    let covered = ledger.chart.iter().filter(|a| ledger.covers(&base.predicates, a));
    let sum: f64 = covered.filter_map(|a| k.within_group.get(&a.key.to_string())).sum();
    sum.abs() >= 0.005
}

/// Leaves out what companies of a group did with each other, where the question wants it consolidated; says that
/// nothing is eliminated where it could be and is not asked for. `named` tells columns that the question looks at.
///
/// # Errors
/// A refusal where nothing tells such rows apart.
pub fn consolidated(
    binder: &Binder,
    bases: &mut [Base],
    named: &dyn Fn(&ColumnRef) -> bool,
) -> Result<Option<String>, Stop> {
    let k = binder.k();
    let asked = binder.intent.forms.consolidated;
    let mut said = None;
    for base in bases {
        let node = k.graph.index(&base.fact);
        match node.and_then(|node| documents::with_others(&k.graph, &k.ontology, node)) {
            Some(others) if asked => {
                said = Some(format!("consolidated: only where {others}"));
                base.predicates.push(others);
            }
            Some(others) if !named(&others.column) && deals_within_group(k, base) => {
                let why = "nothing is eliminated between companies (aggregated, not consolidated)";
                said = Some(format!("{why}; {} tells such rows apart", others.column));
            }
            None if asked => {
                let why = format!("nothing in {} tells what companies of the group did with each other", base.fact);
                return Err(refuse(&why, vec!["partner or elimination data".to_owned()], Vec::new()));
            }
            _ => {}
        }
    }
    Ok(said)
}

/// What holds for spans of days only, and which day decides: of the ways that dimensions and restrictions go.
pub fn held(k: &Knowledge, dimensions: &[Dimension], filters: &[Predicate]) -> Option<String> {
    let paths = dimensions.iter().flat_map(|d| &d.paths).chain(filters.iter().flat_map(|f| &f.paths));
    let edge = paths.flatten().map(|e| k.graph.edge(*e)).find(|e| e.valid.is_some())?;
    let (valid, table) = (edge.valid.as_ref()?, &k.graph.nodes()[edge.to].table.name);
    let last = if valid.inclusive { "included" } else { "not included" };
    Some(format!("{table} as it held on {}: from {} to {}, the last day {last}", valid.date, valid.from, valid.to))
}

/// Rows that count against others by their kind alone: a sum over both is none, unless the question tells them apart.
///
/// # Errors
/// A refusal that names the kinds.
pub fn unsigned_kinds(k: &Knowledge, base: &Base, named: &dyn Fn(&ColumnRef) -> bool) -> Result<(), Stop> {
    let Amount::Sum(name) = &base.amount else { return Ok(()) };
    let amount = ColumnRef::new(base.fact.clone(), name);
    match documents::unsigned(&k.graph, &k.ontology, &amount) {
        Some((kind, values)) if !named(&kind) => {
            let values = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let why =
                format!("{amount} is positive for {values} too ({kind}), so that a sum over all kinds is no amount");
            Err(refuse(&why, vec![format!("the sign of {values}")], Vec::new()))
        }
        _ => Ok(()),
    }
}
