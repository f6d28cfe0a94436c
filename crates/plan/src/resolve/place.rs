//! Where a phrase stands, as seen from the rows of a table.

use catalog::{ColumnRef, TableName};
use meaning::{Evidence, Link, Meaning, Mention};

use super::choose::{column_choice, settle, spoken_column, spoken_table};
use super::ground::Ground;
use super::outcome::{Choice, Stop};
use crate::graph::roles::contains;
use crate::graph::{Path, Role};
use crate::knowledge::Knowledge;
use crate::semantic::Dimension;

/// A step along a reference costs this much belief.
const STEP: f64 = 0.02;
/// A step along an inferred reference costs this much more.
const GUESS: f64 = 0.03;
/// A step to something in a role ("billing" customer) that the question does not name costs this much more.
const ROLE: f64 = 0.06;
/// A role that the question names is worth this much.
const NAMED: f64 = 0.05;
/// A way through the other side of other documents (suppliers, for revenue) costs this much.
const STRANGER: f64 = 0.015;
/// A step that not every row can take costs this much: it leaves amounts without a name.
const PARTIAL: f64 = 0.002;
/// A property of what the question is about, called by its short name, is worth this much.
const OWNED: f64 = 0.2;
/// What ends in the very word ("base price" for "price") and belongs to what the question is about is worth this much:
/// more than what may be called so in other words elsewhere.
pub const HEAD: f64 = 0.3;
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
    /// Many-to-one edges, one chain per root.
    pub paths: Vec<Path>,
    /// Chains that lead there in another role and are as good as the chosen one.
    pub rivals: Vec<Path>,
    /// How well it fits, link and distance together.
    pub score: f64,
    /// Why.
    pub evidence: Evidence,
}

impl Place {
    /// Steps of the longest chain.
    pub fn distance(&self) -> usize {
        self.paths.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// A way from a root, with what it costs and the ways in other roles that cost the same.
pub struct Way {
    /// The chain.
    pub path: Path,
    /// What it costs.
    pub cost: f64,
    /// Equally good chains between the same tables in other roles.
    pub rivals: Vec<Path>,
}

/// The best way from a root to a node in the light of the question's words.
pub fn way(ground: Ground, root: usize, node: usize) -> Option<Way> {
    let graph = &ground.knowledge.graph;
    let cost = |path: &Path| {
        let named = if graph.is_named(path, ground.words) { NAMED } else { 0.0 };
        let through = |e: &usize| ground.strangers.iter().any(|p| contains(&graph.nodes()[graph.edge(*e).to].words, p));
        let strange = if path.iter().any(through) { STRANGER } else { 0.0 };
        let partial = path.iter().filter(|e| !graph.edge(**e).total).count();
        STEP * path.len() as f64
            + GUESS * graph.guesses(path) as f64
            + ROLE * graph.roles_played(path, ground.words) as f64
            + PARTIAL * partial as f64
            + strange
            - named
    };
    let mut ways: Vec<(f64, Path)> = graph.paths(root, node).into_iter().map(|p| (cost(&p), p)).collect();
    ways.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ways = ways.into_iter();
    let (cost, path) = ways.next()?;
    let stations = |path: &Path| path.iter().map(|e| (graph.edge(*e).from, graph.edge(*e).to)).collect::<Vec<_>>();
    let same = stations(&path);
    let rivals = ways.take_while(|(c, _)| *c <= cost + 1e-9).map(|(_, p)| p).filter(|p| stations(p) == same).collect();
    Some(Way { path, cost, rivals })
}

/// All places of a phrase that every one of `roots` leads to, best first.
pub fn places(ground: Ground, roots: &[usize], mention: &Mention) -> Vec<Place> {
    let thing = |l: &Link| l.score > NAMED_THING && matches!(l.meaning, Meaning::Table { .. });
    let called = Called { short: mention.tokens.len() == 1, thing: mention.links.iter().any(thing) };
    let mut places: Vec<Place> =
        mention.links.iter().filter_map(|link| place(ground, roots, mention, link, called)).collect();
    if is_generic(&mention.text) && !ground.owners.is_empty() {
        // "The first name of students" is nobody else's.
        // What has no name of its own goes by that of what it is: an entrepreneur by the person's.
        let graph = &ground.knowledge.graph;
        let nameless = |owner: &TableName, other: &TableName| {
            let (Some(from), Some(to)) = (graph.index(owner), graph.index(other)) else { return false };
            graph.nodes()[from].label().is_empty() && graph.path(from, to).is_some_and(|p| p.len() == 1)
        };
        let own = |p: &Place| match &p.target {
            Target::Column(column) => ground.owners.iter().any(|o| *o == column.table || nameless(o, &column.table)),
            Target::Thing(_) => true,
        };
        places.retain(own);
    }
    places.sort_by(|a, b| b.score.total_cmp(&a.score));
    if let Some(person) = person_name(ground, roots, mention) {
        places.insert(0, person);
    }
    let mut unique: Vec<Place> = Vec::new();
    for place in places {
        if !unique.iter().any(|p| p.target == place.target) {
            unique.push(place);
        }
    }
    unique
}

/// From this score on a phrase names a sort of thing, whatever column is called so too.
const NAMED_THING: f64 = 0.85;

/// What a phrase is like.
#[derive(Clone, Copy)]
struct Called {
    /// Whether it is one word.
    short: bool,
    /// Whether it names a sort of thing.
    thing: bool,
}

/// Words for properties that all sorts of things have: whose they are is what they mean.
fn is_generic(text: &str) -> bool {
    const GENERIC: [&str; 14] = [
        "name",
        "names",
        "id",
        "ids",
        "first name",
        "first names",
        "last name",
        "last names",
        "full name",
        "full names",
        "description",
        "descriptions",
        "details",
        "detail",
    ];
    GENERIC.contains(&text)
}

/// Whether a phrase of one word is the noun that a column's name ends in.
pub fn is_head(k: &Knowledge, link: &Link, mention: &Mention) -> bool {
    let Meaning::Column { column } = &link.meaning else { return false };
    let word = meaning::words::stem(&mention.text);
    let ends = |read: &Vec<String>| read.last() == Some(&word);
    let partly = link.evidence == Evidence::PartOfName && mention.tokens.len() == 1;
    partly && k.graph.node(&column.table).is_some_and(|node| node.reads(&column.column).iter().any(ends))
}

fn place(ground: Ground, roots: &[usize], mention: &Mention, link: &Link, called: Called) -> Option<Place> {
    let k = ground.knowledge;
    let (target, node) = target(k, &link.meaning)?;
    let ways: Vec<Way> = roots.iter().map(|root| way(ground, *root, node)).collect::<Option<_>>()?;
    let cost = ways.iter().map(|w| w.cost).fold(f64::MIN, f64::max);
    let role = match &target {
        Target::Column(column) => k.graph.role(column),
        Target::Thing(_) => Role::Key,
    };
    let penalty = match (role, &target) {
        (Role::Reference, _) => 0.04,
        (Role::Text | Role::Other, _) => 0.01,
        _ => 0.0,
    };
    let owned = match &target {
        // "Product id" is no other id that may be called so in other words.
        Target::Column(_) if called.thing => false,
        Target::Column(column)
            if !matches!(link.evidence, Evidence::Name | Evidence::Own)
                && (called.short || link.evidence != Evidence::Synonym) =>
        {
            ground.owners.contains(&column.table)
        }
        _ => false,
    };
    let cost = match owned {
        true if called.short && is_head(k, link, mention) => cost - HEAD,
        true => cost - OWNED,
        false => cost,
    };
    let rivals = ways.first().map(|w| w.rivals.clone()).unwrap_or_default();
    let paths = ways.into_iter().map(|w| w.path).collect();
    Some(Place { target, paths, rivals, score: link.score - cost - penalty, evidence: link.evidence })
}

/// "Full names", and "names of employees" where a phrase is read as the column that names one: its words.
pub fn name_phrase(text: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = text.split(' ').skip_while(|w| *w == "full").collect();
    matches!(words.as_slice(), ["name" | "names"] | ["name" | "names", "of", ..]).then_some(words)
}

/// "Name" of persons whose name is kept in parts, or of things that are known by something else than a name.
fn person_name(ground: Ground, roots: &[usize], mention: &Mention) -> Option<Place> {
    let words = name_phrase(&mention.text)?;
    let alone = words.len() == 1;
    let graph = &ground.knowledge.graph;
    let own_name = |l: &Link| matches!(&l.meaning, Meaning::Column { column } if ground.owners.contains(&column.table));
    let in_parts = |node: &usize| match graph.nodes()[*node].label().len() {
        0 => false,
        1 => alone && !mention.links.iter().any(own_name),
        _ => true,
    };
    // "Name of the employee" says itself whose it is.
    let stems =
        |words: &[&str]| words.iter().filter(|w| **w != "the").map(|w| meaning::words::stem(w)).collect::<Vec<_>>();
    let said = words.get(2..).map(stems).unwrap_or_default();
    let of = graph.nodes().iter().position(|n| !said.is_empty() && n.words == said);
    let owners = of.into_iter().chain(ground.owners.iter().filter_map(|t| graph.index(t)).filter(|_| of.is_none()));
    let node = owners.into_iter().find(in_parts)?;
    let ways: Vec<Way> = roots.iter().map(|root| way(ground, *root, node)).collect::<Option<_>>()?;
    let cost = ways.iter().map(|w| w.cost).fold(0.0, f64::max);
    let paths = ways.into_iter().map(|w| w.path).collect();
    Some(Place {
        target: Target::Thing(node),
        paths,
        rivals: Vec::new(),
        score: 1.0 - cost,
        evidence: Evidence::ShortName,
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
pub fn dimension_places(ground: Ground, roots: &[usize], mention: &Mention) -> Vec<Place> {
    let k = ground.knowledge;
    let mut found = places(ground, roots, mention);
    // A far thing in a role that nobody named ("preferred vendor") is another thing.
    let named = |p: &Place| p.paths.iter().all(|path| path.len() < 2 || k.graph.roles_played(path, ground.words) == 0);
    found.retain(named);
    // A number is no dimension unless it is called by its own name and nothing else is meant.
    let is_number = |p: &Place| matches!(&p.target, Target::Column(c) if matches!(k.graph.role(c), Role::Measure(_)));
    let named =
        |p: &Place| matches!(p.evidence, Evidence::Name | Evidence::ShortName | Evidence::Comment | Evidence::Own);
    let others = found.iter().any(|p| !is_number(p));
    found.retain(|p| !is_number(p) || !others && named(p));
    let best = found.first().map_or(0.0, |p| p.score);
    found.retain(|p| p.score >= best - CLOSE);
    found
}

/// A placed phrase as a dimension: things by their key and shown by their name, columns as they are.
pub fn dimension(k: &Knowledge, name: &str, place: &Place) -> Dimension {
    let (key, shown) = match &place.target {
        Target::Column(column) => match (k.graph.role(column), referenced(k, column)) {
            (Role::Reference, Some((node, edge)))
                if !k.graph.nodes()[node].label().is_empty() && !names_identifier(name) =>
            {
                let (key, shown) = thing(k, node);
                let paths = place.paths.iter().map(|p| [p.as_slice(), &[edge]].concat()).collect();
                return Dimension { name: name.to_owned(), key, shown, paths, bands: None };
            }
            _ => (vec![column.clone()], vec![column.clone()]),
        },
        Target::Thing(node) => thing(k, *node),
    };
    Dimension { name: name.to_owned(), key, shown, paths: place.paths.clone(), bands: None }
}

/// "Customer id": the identifier itself is meant, not the name of what it identifies.
pub fn names_identifier(phrase: &str) -> bool {
    let last = phrase.split([' ', '_']).next_back().unwrap_or_default();
    matches!(last, "id" | "ids" | "code" | "codes" | "key" | "keys" | "number" | "numbers")
}

/// The node that a reference column points to, and the edge.
fn referenced(k: &Knowledge, column: &ColumnRef) -> Option<(usize, usize)> {
    let node = k.graph.index(&column.table)?;
    let mut edges = k.graph.outgoing(node).iter().map(|e| (k.graph.edge(*e), *e));
    edges.find(|(e, _)| e.from_columns == [column.column.clone()]).map(|(e, index)| (e.to, index))
}

/// Whether rows are identified by a short text of their own, such as a country code.
fn is_spelled(node: &crate::graph::Node, key: &[ColumnRef]) -> bool {
    let text = |c: &ColumnRef| node.table.column(&c.column).is_some_and(|c| c.ty.kind.is_text());
    matches!(key, [only] if text(only))
}

/// Whether no two rows have the same name.
fn tells_apart(node: &crate::graph::Node, label: &[ColumnRef]) -> bool {
    matches!(label, [only] if node.keys.iter().any(|k| *k == [only.column.clone()]))
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
    let by_details = node.details().is_some_and(|d| label.first().is_some_and(|l| l.column == d));
    let shown = match label.is_empty() {
        true => key.clone(),
        // Details rarely tell two things apart, and a code of letters is what people know a thing by.
        false if by_details || is_spelled(node, &key) && !tells_apart(node, &label) => {
            key.iter().filter(|c| !label.contains(c)).chain(&label).cloned().collect()
        }
        false => label,
    };
    (key, shown)
}

/// The one of several places, and the one of several roles, that is meant.
pub fn the_place(ground: Ground, phrase: &str, mut found: Vec<Place>) -> Result<Place, Stop> {
    let k = ground.knowledge;
    let question = format!("which {phrase} is meant?");
    found.dedup_by(|a, b| dimension(k, phrase, a).key == dimension(k, phrase, b).key);
    let same_depth = found.iter().all(|p| p.distance() == found[0].distance());
    let at = match found.len() > 1 && same_depth {
        true => settle(ground, &question, found.iter().map(|p| place_choice(k, phrase, p)).collect())?,
        false => 0,
    };
    let mut place = found.swap_remove(at);
    if !place.rivals.is_empty() {
        let mut roles: Vec<Path> = place.paths.iter().take(1).chain(&place.rivals).cloned().collect();
        let choices = roles.iter().map(|path| role_choice(k, phrase, path, place.score)).collect();
        place.paths[0] = roles.swap_remove(settle(ground, &question, choices)?);
    }
    Ok(place)
}

/// A chain by the columns that it goes through.
fn role_choice(k: &Knowledge, phrase: &str, path: &[usize], score: f64) -> Choice {
    let columns = path.iter().flat_map(|e| {
        let edge = k.graph.edge(*e);
        let table = &k.graph.nodes()[edge.from].table.name;
        edge.from_columns.iter().map(|c| ColumnRef::new(table.clone(), c.clone()))
    });
    let columns: Vec<ColumnRef> = columns.collect();
    let said = |one: fn(&ColumnRef) -> String| columns.iter().map(one).collect::<Vec<_>>().join(" to ");
    let words = format!("{phrase} by {}", said(spoken_column));
    Choice { words, target: said(ColumnRef::to_string), phrase: phrase.to_owned(), score }
}

fn place_choice(k: &Knowledge, phrase: &str, place: &Place) -> Choice {
    match &place.target {
        Target::Column(column) => column_choice(phrase, column, place.score),
        Target::Thing(node) => {
            let table = &k.graph.nodes()[*node].table.name;
            Choice {
                words: spoken_table(table),
                target: table.to_string(),
                phrase: phrase.to_owned(),
                score: place.score,
            }
        }
    }
}
