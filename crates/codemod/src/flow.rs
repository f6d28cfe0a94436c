//! Where values come from: the sources of a node, the texts that it may be, and what reaches calls that execute SQL.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet, VecDeque};

use crate::code::{Expr, Language, Piece, Way};
use crate::crew;
use crate::hash::{Map, Set};
use crate::project::{At, Meaning, Project, Slot};

/// Which part of a value is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The value itself.
    Whole,
    /// Its elements, or what its keys lead to.
    Element,
    /// Its keys.
    Key,
}

/// A source of a node: which part of it, and whether it is only a piece of what it becomes.
pub type Origin = (At, Part, bool);

/// Calls that join elements to a text.
const JOINING: [&str; 6] = ["join", "Join", "keys", "entries", "items", "list"];
/// Calls whose answer has the keys of what is passed.
const COPYING: [&str; 10] =
    ["dict", "assign", "sorted", "copy", "tuple", "set", "fromEntries", "freeze", "Map", "OrderedDict"];
/// Calls whose answer has nothing of what is passed.
const BLIND: [&str; 16] = [
    "len",
    "isinstance",
    "int",
    "float",
    "Number",
    "bool",
    "print",
    "range",
    "parseInt",
    "hasattr",
    "includes",
    "Errorf",
    "count",
    "has",
    "NewReader",
    "readFileSync",
];
/// Methods of texts, lists and maps themselves, which a method of the project may be called like.
pub const COMMON: [&str; 32] = [
    "join",
    "Join",
    "map",
    "filter",
    "concat",
    "slice",
    "String",
    "toString",
    "trim",
    "strip",
    "format",
    "replace",
    "get",
    "values",
    "keys",
    "items",
    "entries",
    "build",
    "first",
    "flat",
    "copy",
    "upper",
    "lower",
    "toUpperCase",
    "toLowerCase",
    "ToUpper",
    "ToLower",
    "TrimSpace",
    "sorted",
    "list",
    "tuple",
    "quote",
];
/// Methods whose first argument only says which element is meant.
const LOOKING_UP: [&str; 6] = ["get", "getenv", "pop", "setdefault", "Getenv", "LookupEnv"];
/// Most nodes that are looked at for the texts of one.
const MOST_STEPS: usize = 400;
/// Most texts that a node may be.
const MOST_VALUES: usize = 24;
/// Deepest chain of names that is followed.
const DEEPEST: usize = 8;

/// The sources of a part of a node.
pub fn sources(project: &Project, at: At, part: Part) -> Vec<Origin> {
    let file = at.0;
    let whole = |nodes: &[usize], piece: bool| nodes.iter().map(|&n| ((file, n), part, piece)).collect::<Vec<_>>();
    match project.expr(at) {
        Expr::Text(pieces) if part == Part::Whole => pieces
            .iter()
            .filter_map(|p| match p {
                Piece::Hole(id) => Some(((file, *id), Part::Whole, true)),
                Piece::Literal { .. } => None,
            })
            .collect(),
        Expr::Concat(parts) => whole(parts, part == Part::Whole),
        Expr::Fill { template, args } => {
            let mut found = whole(&[*template], true);
            found.extend(
                args.iter()
                    .flat_map(|a| [((file, a.value), Part::Whole, true), ((file, a.value), Part::Element, true)]),
            );
            found
        }
        Expr::Choice(parts) => whole(parts, false),
        Expr::Other(parts) => whole(parts, false),
        Expr::Name(_) => of_slot(project, at, part),
        Expr::Member { object, .. } => {
            let mut found = of_slot(project, at, part);
            if found.is_empty() {
                found.push(((file, *object), part, false));
            }
            found
        }
        Expr::Index { object, .. } => vec![((file, *object), Part::Element, false)],
        Expr::List(items) if part == Part::Element => {
            items.iter().flat_map(|&i| [((file, i), Part::Whole, false), ((file, i), Part::Element, false)]).collect()
        }
        Expr::Map(entries) => of_map(file, entries, part),
        Expr::Call { .. } => of_call(project, at, part),
        _ => Vec::new(),
    }
}

fn of_map(file: usize, entries: &[(Option<usize>, usize)], part: Part) -> Vec<Origin> {
    let mut found = Vec::new();
    for (key, value) in entries {
        match (key, part) {
            (None, part) => found.push(((file, *value), part, false)),
            (Some(key), Part::Key) => found.push(((file, *key), Part::Whole, false)),
            (Some(_), Part::Element) => {
                found.extend([((file, *value), Part::Whole, false), ((file, *value), Part::Element, false)]);
            }
            (Some(_), Part::Whole) => {}
        }
    }
    found
}

fn of_slot(project: &Project, at: At, part: Part) -> Vec<Origin> {
    let Some(slot) = project.slot(at) else { return Vec::new() };
    let mut found = Vec::new();
    for feed in project.fed(&slot) {
        match (feed.way, part) {
            (Way::Whole, part) => found.push((feed.at, part, false)),
            (Way::Added, Part::Whole) => found.extend([(feed.at, Part::Whole, true), (feed.at, Part::Element, true)]),
            (Way::Added, Part::Element) => {
                found.extend([
                    (feed.at, Part::Whole, true),
                    (feed.at, Part::Element, true),
                    (feed.at, Part::Key, true),
                ]);
            }
            (Way::Added, Part::Key) => found.push((feed.at, Part::Key, true)),
            (Way::Element, Part::Whole) => found.extend([(feed.at, Part::Element, false), (feed.at, Part::Key, false)]),
            (Way::Element, _) => found.push((feed.at, Part::Element, false)),
        }
    }
    found
}

fn of_call(project: &Project, at: At, part: Part) -> Vec<Origin> {
    let Expr::Call { callee, args } = project.expr(at) else { return Vec::new() };
    let file = at.0;
    let mut found = Vec::new();
    let known = project.callees(at);
    for &(file, function) in &known {
        found.extend(project.code(file).functions[function].returns.iter().map(|&r| ((file, r), part, false)));
    }
    let name = project.code(file).last_name(*callee).unwrap_or("");
    let named = matches!(project.expr((file, *callee)), Expr::Member { .. }) && COMMON.contains(&name);
    if (!known.is_empty() && !found.is_empty() && !named) || BLIND.contains(&name) {
        return found;
    }
    let skipped = usize::from(LOOKING_UP.contains(&name));
    let mut inputs: Vec<At> = args.iter().skip(skipped).map(|a| (file, a.value)).collect();
    if let Expr::Member { object, .. } = project.expr((file, *callee))
        && !matches!(project.meaning((file, *object)), Some(Meaning::Module(_)))
    {
        inputs.push((file, *object));
    }
    for input in inputs {
        if let Expr::Function(function) = project.expr(input) {
            let returns = &project.code(input.0).functions[*function].returns;
            found.extend(returns.iter().flat_map(|&r| [((input.0, r), Part::Whole, true), ((input.0, r), part, true)]));
            continue;
        }
        if part != Part::Key || COPYING.contains(&name) {
            found.push((input, part, true));
        }
        if part != Part::Key {
            found.push((input, Part::Element, true));
        }
        if part == Part::Element {
            found.push((input, Part::Whole, true));
        }
        if JOINING.contains(&name) {
            found.push((input, Part::Key, true));
        }
    }
    found
}

/// The texts that a node may be, as far as they are known; the flag says that there may be others.
pub fn values(project: &Project, at: At) -> (Vec<String>, bool) {
    let mut found = BTreeSet::new();
    let mut open = false;
    let mut seen = Set::default();
    collect(project, at, Part::Whole, DEEPEST, &mut found, &mut open, &mut seen);
    (found.into_iter().collect(), open)
}

fn collect(
    project: &Project,
    at: At,
    part: Part,
    depth: usize,
    found: &mut BTreeSet<String>,
    open: &mut bool,
    seen: &mut Set<(At, Part)>,
) {
    if depth == 0 || found.len() >= MOST_VALUES || seen.len() >= MOST_STEPS {
        *open = true;
        return;
    }
    if !seen.insert((at, part)) {
        return;
    }
    let expr = project.expr(at);
    if part == Part::Whole {
        if let Some(text) = project.code(at.0).literal(at.1) {
            found.insert(text.to_owned());
            return;
        }
        if expr.is_text() {
            match joined(project, at, depth - 1) {
                Some(text) => _ = found.insert(text),
                None => *open = true,
            }
            return;
        }
    }
    let next = sources(project, at, part);
    let known = match expr {
        Expr::Call { callee, .. } => {
            let name = project.code(at.0).last_name(*callee).unwrap_or("");
            !project.callees(at).is_empty()
                || matches!(name, "get" | "frozenset" | "set" | "tuple" | "Set" | "freeze" | "str" | "String" | "trim")
        }
        _ => true,
    };
    if next.is_empty() || !known {
        *open = true;
        return;
    }
    for (source, part, _) in next {
        collect(project, source, part, depth - 1, found, open, seen);
    }
}

/// A text whose holes each have one value.
fn joined(project: &Project, at: At, depth: usize) -> Option<String> {
    if depth == 0 {
        return None;
    }
    match project.expr(at) {
        Expr::Text(pieces) => {
            let mut out = String::new();
            for piece in pieces {
                match piece {
                    Piece::Literal { value, .. } => out.push_str(value),
                    Piece::Hole(id) => out.push_str(&joined(project, (at.0, *id), depth - 1)?),
                }
            }
            Some(out)
        }
        Expr::Concat(parts) => parts.iter().map(|&p| joined(project, (at.0, p), depth - 1)).collect(),
        _ => {
            let mut found = BTreeSet::new();
            let mut open = false;
            collect(project, at, Part::Whole, depth - 1, &mut found, &mut open, &mut Set::default());
            (found.len() == 1 && !open).then(|| found.into_iter().next()).flatten()
        }
    }
}

/// What reaches the calls that execute SQL.
#[derive(Debug, Default)]
pub struct Reached {
    /// Nodes whose value is text of SQL or a part of it, with the sinks that they reach.
    pub nodes: Map<At, BTreeSet<At>>,
    /// Nodes whose keys become part of SQL.
    pub keys: Set<At>,
    /// Parameters that are executed as they are passed: of which function, which.
    pub wrapped: BTreeMap<(usize, usize), BTreeSet<String>>,
}

/// Most sinks that are kept for a node.
const MOST_SINKS: usize = 8;

/// Follows the texts of sinks back to where they are made. Each sink is a call and the node of its text.
pub fn reach(project: &Project, sinks: &[(At, At)]) -> Reached {
    let mut reached = Reached::default();
    let mut queue: VecDeque<(At, Part, bool, At)> =
        sinks.iter().map(|&(sink, text)| (text, Part::Whole, true, sink)).collect();
    let mut seen: Set<(At, Part, bool)> = Set::default();
    let mut known: Map<(At, Part), Vec<Origin>> = Map::default();
    while let Some((at, part, entire, sink)) = queue.pop_front() {
        let kept = reached.nodes.entry(at).or_default();
        let new = kept.len() < MOST_SINKS && kept.insert(sink);
        if part == Part::Key {
            reached.keys.insert(at);
        }
        if !seen.insert((at, part, entire)) && !new {
            continue;
        }
        if entire && part == Part::Whole {
            note_parameter(project, at, &mut reached);
        }
        let next = &*known.entry((at, part)).or_insert_with(|| sources(project, at, part));
        for &(source, part, piece) in next {
            queue.push_back((source, part, entire && !piece, sink));
        }
    }
    reached
}

fn note_parameter(project: &Project, at: At, reached: &mut Reached) {
    if let Expr::Name(_) = project.expr(at)
        && let Some(Slot::Local(file, function, name)) = project.slot(at)
        && project.code(file).functions[function].params.iter().any(|p| p.name == name)
    {
        reached.wrapped.entry((file, function)).or_default().insert(name);
    }
}

/// Rounds over all nodes in which what comes from results is followed.
const ROUNDS: usize = 8;

/// Nodes that come from what calls returned, with the calls: rows of results, and what is taken out of them. What is found
/// is what rounds over all nodes in their order find, each node asking its sources; a round that nothing new can come of
/// for a node leaves it out. Cost: the sources of all nodes once, and of those that are found once more.
pub fn results(project: &Project, calls: &HashSet<At>, threads: usize) -> Map<At, At> {
    let takers = Takers::of(project, threads);
    let mut found: Map<At, At> = calls.iter().map(|&c| (c, c)).collect();
    let mut queue: BinaryHeap<Reverse<(usize, At)>> =
        calls.iter().flat_map(|&c| takers.of_node(c)).map(|at| Reverse((0, at))).collect();
    while let Some(Reverse((round, at))) = queue.pop() {
        if found.contains_key(&at) {
            continue;
        }
        if let Some(call) = results_sources(project, at).find_map(|source| found.get(&source).copied()) {
            found.insert(at, call);
            let next = takers.of_node(at).map(|taker| (round + usize::from(taker < at), taker));
            queue.extend(next.filter(|(round, _)| *round < ROUNDS).map(Reverse));
        }
    }
    found
}

/// Where the rows in a node may come from. What has keys of its own is no row, whatever its values were taken of.
fn results_sources(project: &Project, at: At) -> impl Iterator<Item = At> + '_ {
    let is_own = |entries: &[(Option<usize>, usize)]| entries.iter().any(|(key, _)| key.is_some());
    let parts: &[Part] = match project.expr(at) {
        Expr::Map(entries) if is_own(entries) => &[Part::Whole],
        _ => &[Part::Whole, Part::Element],
    };
    parts.iter().flat_map(move |p| sources(project, at, *p)).map(|(source, ..)| source)
}

/// By node, those that take something of it.
struct Takers {
    /// The place of the first node of each file.
    first: Vec<usize>,
    /// Where the takers of each node begin.
    begin: Vec<u32>,
    takers: Vec<(u32, u32)>,
}

impl Takers {
    fn of(project: &Project, threads: usize) -> Takers {
        let mut first = vec![0];
        for file in &project.files {
            first.push(first[first.len() - 1] + file.code.nodes.len());
        }
        let of_file = |file: usize| {
            let mut pairs: Vec<(u32, u32)> = Vec::new();
            for node in 0..project.code(file).nodes.len() {
                let at = (file, node);
                let is_text = project.expr(at).is_text() || matches!(project.expr(at), Expr::Compare(_));
                if !is_text && !makes_object(project, at) {
                    let from = results_sources(project, at);
                    pairs.extend(from.map(|source| ((first[source.0] + source.1) as u32, node as u32)));
                }
            }
            pairs
        };
        let pairs = crew::each(project.files.len(), threads, of_file);
        let mut begin = vec![0_u32; first[first.len() - 1] + 1];
        pairs.iter().flatten().for_each(|(source, _)| begin[*source as usize] += 1);
        let mut sum = 0;
        for count in &mut begin {
            sum += *count;
            *count = sum;
        }
        let mut takers = vec![(0, 0); sum as usize];
        // From behind, so that the begin of each ends where it belongs.
        for (file, pairs) in pairs.iter().enumerate().rev() {
            for (source, node) in pairs.iter().rev() {
                begin[*source as usize] -= 1;
                takers[begin[*source as usize] as usize] = (file as u32, *node);
            }
        }
        Takers { first, begin, takers }
    }

    fn of_node(&self, at: At) -> impl Iterator<Item = At> + '_ {
        let place = self.first[at.0] + at.1;
        let end = self.begin.get(place + 1).map_or(self.takers.len(), |end| *end as usize);
        self.takers[self.begin[place] as usize..end].iter().map(|&(file, node)| (file as usize, node as usize))
    }
}

/// A call that makes an object of a type of its own: what it holds is no row any more.
fn makes_object(project: &Project, at: At) -> bool {
    let Expr::Call { callee, .. } = project.expr(at) else { return false };
    let code = project.code(at.0);
    let name = match project.expr((at.0, *callee)) {
        Expr::Name(name) => Some(name.as_str()),
        Expr::Member { object, .. } => {
            code.last_name(*object).filter(|_| !matches!(project.expr((at.0, *object)), Expr::Call { .. }))
        }
        _ => None,
    };
    let typed = |n: &str| n.starts_with(char::is_uppercase) && n.chars().any(char::is_lowercase);
    code.language != Language::Go
        && name.is_some_and(|n| typed(n) && !matches!(n, "Object" | "Array" | "Number" | "String" | "Promise" | "Row"))
}
