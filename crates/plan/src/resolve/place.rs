//! Where a phrase stands, as seen from the rows of a table.

use catalog::ColumnRef;
use meaning::{Evidence, Link, Meaning, Mention};

use crate::graph::{Path, Role};
use crate::knowledge::Knowledge;
use crate::semantic::Dimension;

/// A step along a reference costs this much belief.
const STEP: f64 = 0.02;
/// A step along an inferred reference costs this much more.
const GUESS: f64 = 0.03;
/// Two readings closer than this are equally good.
pub const CLOSE: f64 = 0.012;

/// What a phrase stands for, as seen from a root.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A column.
    Column(ColumnRef),
    /// A sort of thing: the node of its table.
    Thing(usize),
}

/// A phrase, placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What it stands for.
    pub target: Target,
    /// Many-to-one edges from the root.
    pub path: Path,
    /// How well it fits, link and distance together.
    pub score: f64,
    /// Why.
    pub evidence: Evidence,
}

/// All places of a phrase that every one of `roots` leads to, best first; the path is the first root's.
pub fn places(k: &Knowledge, roots: &[usize], mention: &Mention) -> Vec<Place> {
    let mut places: Vec<Place> = mention.links.iter().filter_map(|link| place(k, roots, link)).collect();
    places.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut unique: Vec<Place> = Vec::new();
    for place in places {
        if !unique.iter().any(|p| p.target == place.target) {
            unique.push(place);
        }
    }
    unique
}

fn place(k: &Knowledge, roots: &[usize], link: &Link) -> Option<Place> {
    let (target, node) = target(k, &link.meaning)?;
    let mut paths = Vec::new();
    for root in roots {
        paths.push(k.graph.path(*root, node)?);
    }
    let cost = |path: &Path| STEP * path.len() as f64 + GUESS * k.graph.guesses(path) as f64;
    let distance = paths.iter().map(cost).fold(0.0, f64::max);
    let role = match &target {
        Target::Column(column) => k.graph.role(column),
        Target::Thing(_) => Role::Key,
    };
    let penalty = match (role, &target) {
        (Role::Reference, _) => 0.04,
        (Role::Text | Role::Other, _) => 0.01,
        _ => 0.0,
    };
    Some(Place {
        target,
        path: paths.into_iter().next()?,
        score: link.score - distance - penalty,
        evidence: link.evidence,
    })
}

/// What a meaning stands for: a column or a table. A metric that counts things stands for them.
fn target(k: &Knowledge, meaning: &Meaning) -> Option<(Target, usize)> {
    match meaning {
        Meaning::Column { column } => {
            let node = k.graph.index(&column.table)?;
            Some((Target::Column(column.clone()), node))
        }
        Meaning::Table { table } => {
            let node = k.graph.index(table)?;
            Some((Target::Thing(node), node))
        }
        Meaning::Metric { .. } | Meaning::Value { .. } => None,
    }
}

/// The best place of a phrase as a dimension, and those that are as good.
pub fn dimension_places(k: &Knowledge, roots: &[usize], mention: &Mention) -> Vec<Place> {
    let mut found = places(k, roots, mention);
    // A number is no dimension unless nothing else is meant.
    let is_number = |p: &Place| matches!(&p.target, Target::Column(c) if matches!(k.graph.role(c), Role::Measure(_)));
    if found.iter().any(|p| !is_number(p)) {
        found.retain(|p| !is_number(p));
    }
    let best = found.first().map_or(0.0, |p| p.score);
    found.retain(|p| p.score >= best - CLOSE);
    found
}

/// A placed phrase as a dimension: things by their key and shown by their name, columns as they are.
pub fn dimension(k: &Knowledge, name: &str, place: &Place) -> Dimension {
    let (key, shown) = match &place.target {
        Target::Column(column) => match (k.graph.role(column), referenced(k, column)) {
            (Role::Reference, Some(node)) if !k.graph.nodes()[node].label().is_empty() => thing(k, node),
            _ => (vec![column.clone()], vec![column.clone()]),
        },
        Target::Thing(node) => thing(k, *node),
    };
    Dimension { name: name.to_owned(), key, shown, grain: None }
}

/// The node that a reference column points to.
fn referenced(k: &Knowledge, column: &ColumnRef) -> Option<usize> {
    let node = k.graph.index(&column.table)?;
    let edges = k.graph.outgoing(node).iter().map(|e| k.graph.edge(*e));
    edges.filter(|e| e.from_columns == [column.column.clone()]).map(|e| e.to).next()
}

/// Key and shown columns of a sort of thing.
fn thing(k: &Knowledge, node: usize) -> (Vec<ColumnRef>, Vec<ColumnRef>) {
    let node = &k.graph.nodes()[node];
    let reference = |name: &str| ColumnRef::new(node.table.name.clone(), name);
    let label: Vec<ColumnRef> = node.label().into_iter().map(reference).collect();
    let key: Vec<ColumnRef> = match node.keys.first() {
        Some(key) => key.iter().map(|c| reference(c)).collect(),
        None => label.clone(),
    };
    let shown = if label.is_empty() { key.clone() } else { label };
    (key, shown)
}

/// The words of a question that a mention covers.
pub fn words_of(mention: &Mention) -> String {
    match &mention.links[0].meaning {
        Meaning::Metric { id } => id.replace('_', " "),
        Meaning::Table { table } => table.name.clone(),
        Meaning::Column { column } => column.column.clone(),
        Meaning::Value { value, .. } => value.to_string(),
    }
}
