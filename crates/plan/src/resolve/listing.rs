//! Plans for rows as they are: which table they come from, which columns are shown.

use catalog::{ColumnRef, Value};
use meaning::ontology::stems;
use meaning::{Meaning, Mention};

use super::choose::{settle, spoken_column};
use super::filters;
use super::ground::Ground;
use super::kinds::is_date_column;
use super::outcome::{Choice, Stop, refuse};
use super::place::{CLOSE, Place, Target, dimension, name_phrase, places};
use super::relations::{absent, combine, joined, steps_through, through};
use super::years;
use crate::calendar::Span;
use crate::graph::{Path, Role};
use crate::intent::{Fold, Intent, Relation};
use crate::knowledge::Knowledge;
use crate::semantic::{Listing, Predicate, Query, Related, SemanticPlan, Test};

/// A root table with what the question's phrases stand for as seen from it.
struct View {
    root: usize,
    score: f64,
    asked: Vec<Place>,
}

/// Puts the plan together.
pub fn plan(ground: Ground, intent: &Intent) -> Result<SemanticPlan, Stop> {
    let k = ground.knowledge;
    if intent.derived.is_some() || intent.forms.outer.is_some() {
        return Err(refuse("what is to be computed further is no number here", Vec::new(), Vec::new()));
    }
    if intent.compare.is_some() {
        return Err(refuse("what is to be compared over time is no number here", Vec::new(), Vec::new()));
    }
    let asked = asked(ground, intent);
    let mut views: Vec<View> =
        candidates(k, &asked, intent).into_iter().filter_map(|root| view(ground, root, &asked, intent)).collect();
    views.sort_by(|a, b| b.score.total_cmp(&a.score));
    if asked.is_empty() && !intent.who {
        return Err(refuse("the question does not say what to show", Vec::new(), Vec::new()));
    }
    if views.is_empty() {
        let names: Vec<String> = asked.iter().map(|m| m.text.clone()).collect();
        return Err(refuse(&format!("{} do not stand together in any table", names.join(" and ")), names, Vec::new()));
    }
    let best = &views[0];
    let targets = |v: &View| v.asked.iter().map(|p| p.target.clone()).collect::<Vec<_>>();
    let rivals: Vec<&View> =
        views.iter().filter(|v| v.score > best.score - CLOSE && targets(v) != targets(best)).collect();
    let all: Vec<&View> = std::iter::once(best).chain(rivals).take(8).collect();
    let best = match all.as_slice() {
        [only] => *only,
        several => {
            let phrase = asked.iter().map(|m| m.text.as_str()).collect::<Vec<_>>().join(" and ");
            let choices = several.iter().map(|v| choice(k, &phrase, v)).collect();
            several[settle(ground, "which of these is meant?", choices)?]
        }
    };
    told_apart(&asked, best)?;
    let listing = listing(ground, best, intent);
    let listing = listing.or_else(|stop| ranked_beside(ground, best, &asked, intent).ok_or(stop))?;
    let confidence = if asked.is_empty() { 1.0 } else { best.score / asked.len() as f64 };
    let confidence = confidence.clamp(0.0, 1.0);
    Ok(SemanticPlan {
        query: Query::List(listing),
        confidence,
        assumptions: intent.assumptions.clone(),
        warnings: Vec::new(),
    })
}

/// "Candidates by their support rate", where the rate stands in rows that lead to candidates: those rows are listed,
/// if there is at most one for each candidate, or only the first of all is asked for.
fn ranked_beside(ground: Ground, best: &View, asked: &[&Mention], intent: &Intent) -> Option<Listing> {
    let graph = &ground.knowledge.graph;
    let ranked = intent.top.as_ref().and_then(|t| t.by.as_ref()).or(intent.sorting.as_ref().map(|s| &s.by))?;
    let alone = intent.top.as_ref().is_some_and(|t| t.count == 1);
    let restricts = |c: &crate::intent::Condition| c.subject.as_ref() == Some(&ranked.mention);
    let told = intent.most || !intent.each.is_empty() || intent.conditions.iter().any(restricts);
    if told || asked.is_empty() || ranked.fold.is_some() || !places(ground, &[best.root], &ranked.mention).is_empty() {
        return None;
    }
    let beside = |table: &catalog::TableName| {
        let node = graph.index(table)?;
        let path = graph.path(node, best.root).filter(|p| p.len() == 1)?;
        (alone || graph.refers_once(path[0])).then_some(node)
    };
    let nodes = ranked.mention.links.iter().filter(|l| l.score > NAMED_BESIDE).filter_map(|l| match &l.meaning {
        Meaning::Column { column } => beside(&column.table),
        _ => None,
    });
    let mut nodes: Vec<usize> = nodes.collect();
    nodes.sort_unstable();
    nodes.dedup();
    let [node] = nodes.as_slice() else { return None };
    listing(ground, &view(ground, *node, asked, intent)?, intent).ok()
}

/// From this score on a phrase names a column of rows beside those that are listed.
const NAMED_BESIDE: f64 = 0.8;

/// The phrases to show: those asked for, else those the question is about. A date that only bounds
/// the period ("employees hired after 2024") is not shown.
fn asked<'i>(ground: Ground, intent: &'i Intent) -> Vec<&'i Mention> {
    let bounds = |m: &&Mention| intent.dated.as_ref() == Some(*m) && is_date_column(ground.knowledge, m);
    let asks: Vec<&Mention> = intent.asks.iter().map(|a| &a.mention).filter(|m| !bounds(m)).collect();
    match asks.is_empty() && !intent.who {
        // "List every album": all of them are meant.
        true if !intent.each.is_empty() => intent.each.iter().collect(),
        true => intent.about.iter().filter(|m| !bounds(m)).collect(),
        false => asks,
    }
}

/// Two phrases are two columns: where both are the same one, which of its neighbours the other one means is open.
fn told_apart(asked: &[&Mention], view: &View) -> Result<(), Stop> {
    let column = |p: &Place| matches!(p.target, Target::Column(_));
    for (i, (one, place)) in asked.iter().zip(&view.asked).enumerate() {
        let twin = asked[..i].iter().zip(&view.asked).find(|(other, known)| {
            column(place) && known.target == place.target && stems(&one.text) != stems(&other.text)
        });
        if let Some((other, _)) = twin {
            let names = vec![other.text.clone(), one.text.clone()];
            let why = format!("{:?} and {:?} are the same column here", other.text, one.text);
            return Err(refuse(&why, names, Vec::new()));
        }
    }
    Ok(())
}

/// Where two phrases stand for one column, the one that may as well be another column is that one.
fn give_way(placed: &mut [Place], others: &[Vec<Place>]) {
    for i in 0..placed.len() {
        let taken = |p: &Place, at: usize, placed: &[Place]| {
            placed.iter().enumerate().any(|(j, q)| j != at && q.target == p.target)
        };
        if !matches!(placed[i].target, Target::Column(_)) || !taken(&placed[i], i, placed) {
            continue;
        }
        let near = |p: &&Place| p.score >= placed[i].score - NEIGHBOUR && matches!(p.target, Target::Column(_));
        let free = others[i].iter().filter(near).find(|p| !taken(p, i, placed)).cloned();
        if let Some(free) = free {
            placed[i] = free;
        }
    }
}

/// Readings of a phrase closer than this may give way to another phrase's.
const NEIGHBOUR: f64 = 0.03;

fn choice(k: &Knowledge, phrase: &str, view: &View) -> Choice {
    let shown = |p: &Place| shown(k, p).iter().map(spoken_column).collect::<Vec<_>>().join(", ");
    let words = view.asked.iter().map(shown).collect::<Vec<_>>().join(", ");
    let target = k.graph.nodes()[view.root].table.name.to_string();
    Choice { words, target, phrase: phrase.to_owned(), score: view.score }
}

/// Every table that one of the phrases stands in.
fn candidates(k: &Knowledge, asked: &[&Mention], intent: &Intent) -> Vec<usize> {
    let ranked = intent.top.iter().filter_map(|t| t.by.as_ref()).map(|by| &by.mention).filter(|_| asked.is_empty());
    let links = asked.iter().copied().chain(ranked).flat_map(|m| &m.links);
    let table = |meaning: &Meaning| match meaning {
        Meaning::Table { table } => k.graph.index(table),
        Meaning::Column { column } => k.graph.index(&column.table),
        _ => None,
    };
    let mut roots: Vec<usize> = links.filter_map(|l| table(&l.meaning)).collect();
    roots.sort_unstable();
    roots.dedup();
    roots
}

fn view(ground: Ground, root: usize, asked: &[&Mention], intent: &Intent) -> Option<View> {
    let mut score = 0.0;
    let mut placed = Vec::new();
    let mut others = Vec::new();
    for mention in asked {
        let found = places(ground, &[root], mention);
        let best = found.first()?.clone();
        let itself = best.target == Target::Thing(root);
        score += best.score + if itself { 0.05 } else { 0.0 };
        placed.push(best);
        others.push(found);
    }
    give_way(&mut placed, &others);
    if asked.is_empty() {
        let by = intent.top.as_ref()?.by.as_ref()?;
        score += places(ground, &[root], &by.mention).first()?.score;
        placed.push(itself(ground, root)?);
    }
    let each = intent.each.iter().filter(|m| !asked.contains(m));
    for mention in intent.about.iter().chain(each) {
        let named = places(ground, &[root], mention).into_iter().find(|p| matches!(p.target, Target::Thing(_)));
        score += match named {
            Some(p) if p.distance() == 0 => 0.3 * p.score,
            Some(p) => 0.05 * p.score,
            None => -0.1,
        };
    }
    for condition in &intent.conditions {
        let steps = if filters::is_absence(condition) {
            absent(ground, root, condition).ok().flatten().map(|related| related.path.len())
        } else {
            let found = filters::predicate(ground, &[root], condition).ok();
            let steps = found.map(|p| p.paths.iter().map(Vec::len).max().unwrap_or(0));
            steps.or_else(|| steps_through(ground, root, condition).map(|steps| steps + 1))
        };
        score += steps.map_or(-0.1, |steps| 0.1 - 0.02 * steps as f64);
    }
    Some(View { root, score, asked: placed })
}

/// "Who": the rows themselves, by their name.
fn itself(ground: Ground, root: usize) -> Option<Place> {
    let named = !ground.knowledge.graph.nodes()[root].label().is_empty();
    let place = Place {
        target: Target::Thing(root),
        paths: vec![Vec::new()],
        rivals: Vec::new(),
        score: 1.0,
        evidence: meaning::Evidence::Name,
    };
    named.then_some(place)
}

fn shown(k: &Knowledge, place: &Place) -> Vec<ColumnRef> {
    match &place.target {
        Target::Column(column) => vec![column.clone()],
        Target::Thing(_) => dimension(k, "", place).shown,
    }
}

fn listing(ground: Ground, view: &View, intent: &Intent) -> Result<Listing, Stop> {
    let k = ground.knowledge;
    let mut columns: Vec<ColumnRef> = Vec::new();
    for place in &view.asked {
        let named = intent.asks.iter().any(|a| name_phrase(&a.mention.text).is_some());
        let alone = view.asked.len() == 1 && place.target == Target::Thing(view.root) && !intent.who && !named;
        let found = if alone { whole_row(k, view.root) } else { shown(k, place) };
        columns.extend(found.into_iter().filter(|c| !columns.contains(c)).collect::<Vec<_>>());
    }
    let mut plain = Vec::new();
    let mut related = Vec::new();
    for condition in &intent.conditions {
        match absent(ground, view.root, condition)? {
            Some(relation) => related.push(relation),
            None => match filters::predicate(ground, &[view.root], condition) {
                Ok(predicate) => plain.push(predicate),
                Err(stop) => related.push(through(ground, view.root, condition, stop)?),
            },
        }
    }
    let mut filters = filters::combine(intent, plain)?;
    related.extend(existing(ground, view, intent)?);
    let mut related = combine(intent, related)?;
    if intent.alternatives && filters.len() + related.len() > 1 {
        return Err(refuse("\"or\" between different properties is not understood yet", Vec::new(), Vec::new()));
    }
    let happened = related.iter_mut().find(|r: &&mut Related| !r.path.is_empty());
    match happened.and_then(|r| Some((k.graph.index(&r.table)?, r))) {
        // "Customers who did not order last year": the period is that of the orders.
        Some((node, related)) => related.predicates.extend(within(ground, node, intent)?),
        None => filters.extend(within(ground, view.root, intent)?),
    }
    let (mut order, ordered_by) = order(ground, view.root, intent)?;
    let mut limit = intent.top.as_ref().map(|t| t.count);
    if limit.is_some() && order.is_empty() {
        return Err(refuse("the question does not say what to rank by", Vec::new(), Vec::new()));
    }
    if filters.is_empty() && related.is_empty() && is_of_the_first(view, intent, &order, &ordered_by) {
        filters.extend(order.drain(..).map(|(column, descending)| {
            let fold = if descending { Fold::Max } else { Fold::Min };
            Predicate { column, test: Test::Folded(Relation::Is, fold), paths: ordered_by.clone() }
        }));
        limit = None;
    }
    // What orders the rows is worth seeing, and rows that are equal without it may not be equal with it.
    columns.extend(order.iter().map(|(c, _)| c).filter(|c| !columns.contains(c)).cloned().collect::<Vec<_>>());
    let paths: Vec<Path> = view.asked.iter().flat_map(|p| p.paths.clone()).chain(ordered_by).collect();
    let root = k.graph.nodes()[view.root].table.name.clone();
    Ok(Listing {
        root,
        columns,
        paths,
        distinct: intent.distinct || is_domain(k, view, intent) || is_detour(view),
        filters,
        related,
        order,
        limit,
    })
}

/// "Stores in the district with the most inhabitants": all that belong to the first one, not the first of them.
fn is_of_the_first(view: &View, intent: &Intent, order: &[(ColumnRef, bool)], ordered_by: &[Path]) -> bool {
    let [(column, _)] = order else { return false };
    let single = intent.top.as_ref().is_some_and(|t| t.count == 1 && !t.by_time && t.by.is_some());
    let elsewhere = |p: &Place| match &p.target {
        Target::Column(shown) => shown.table != column.table,
        Target::Thing(_) => p.distance() == 0,
    };
    let own = view.asked.iter().any(|p| p.distance() == 0);
    single
        && own
        && ordered_by.iter().all(|p| !p.is_empty())
        && !ordered_by.is_empty()
        && view.asked.iter().all(elsewhere)
}

/// "Customers who have accounts": things that the question is about and that lead to what is listed must
/// exist; things that have nothing to do with it are not understood.
fn existing(ground: Ground, view: &View, intent: &Intent) -> Result<Vec<Related>, Stop> {
    let graph = &ground.knowledge.graph;
    let mut found = Vec::new();
    for mention in &intent.about {
        let Some(table) = filters::best_table(mention) else { continue };
        let Some(node) = graph.index(&table) else { continue };
        if graph.path(view.root, node).is_some() {
            continue;
        }
        match joined(ground, view.root, node) {
            Some(related) => found.push(related),
            None => {
                let why = format!("how {} relates to what is listed is not understood", mention.text);
                return Err(refuse(&why, vec![mention.text.clone()], Vec::new()));
            }
        }
    }
    Ok(found)
}

/// Nothing shown belongs to the rows themselves: they only restrict, so what is shown is shown once.
fn is_detour(view: &View) -> bool {
    view.asked.iter().all(|p| p.distance() > 0)
}

/// "What are all the payment methods": the values themselves are asked for, each once, when only
/// categories are shown and nothing says whose.
fn is_domain(k: &Knowledge, view: &View, intent: &Intent) -> bool {
    let category = |p: &Place| matches!(&p.target, Target::Column(c) if matches!(k.graph.role(c), Role::Category | Role::Code | Role::Reference | Role::Flag | Role::Currency));
    let owned = !intent.about.is_empty() || !intent.each.is_empty() || !intent.conditions.is_empty();
    !owned && intent.top.is_none() && intent.sorting.is_none() && view.asked.iter().all(category)
}

/// The period as a restriction on the date that the question names, else on the date of the rows.
fn within(ground: Ground, root: usize, intent: &Intent) -> Result<Vec<Predicate>, Stop> {
    let spans: Vec<Span> = match (&intent.as_of, intent.periods.as_slice()) {
        (Some((day, _)), _) => vec![Span { from: Span::EARLIEST, to: Span::day(*day).to }],
        (None, periods) => periods.iter().map(|p| p.span).collect(),
    };
    let Some(first) = spans.first() else { return Ok(Vec::new()) };
    if spans.len() > 1 {
        return Err(refuse("a list over several periods is not understood yet", Vec::new(), Vec::new()));
    }
    let k = ground.knowledge;
    let named =
        intent.dated.iter().filter(|m| is_date_column(k, m)).flat_map(|m| places(ground, &[root], m)).find_map(|p| {
            match (&p.target, p.paths.first()) {
                (Target::Column(column), Some(path)) => crate::documents::dated(&k.graph, column, path),
                _ => None,
            }
        });
    let Some(dated) = named.or_else(|| k.date_of(root).cloned()) else {
        let year = years::year_of(ground, root, intent).and_then(|year| years::within(year, *first));
        return year.map(|p| vec![p]).ok_or_else(|| refuse("what is listed has no date", Vec::new(), Vec::new()));
    };
    let (column, paths) = (dated.column, vec![dated.path]);
    let bound = |relation: Relation, day: jiff::civil::Date| Predicate {
        column: column.clone(),
        test: Test::Compare(relation, Value::Date(day)),
        paths: paths.clone(),
    };
    let mut found = Vec::new();
    if !first.opens_early() {
        found.push(bound(Relation::AtLeast, first.from));
    }
    if !first.opens_late() {
        found.push(bound(Relation::Below, first.to));
    }
    Ok(found)
}

/// All columns of a thing that is asked for as a whole.
fn whole_row(k: &Knowledge, node: usize) -> Vec<ColumnRef> {
    let table = &k.graph.nodes()[node].table;
    table.columns.iter().map(|c| ColumnRef::new(table.name.clone(), c.name.clone())).collect()
}

type Order = (Vec<(ColumnRef, bool)>, Vec<Path>);

fn order(ground: Ground, root: usize, intent: &Intent) -> Result<Order, Stop> {
    if let Some(top) = intent.top.as_ref().filter(|t| t.by_time) {
        let date = ground.knowledge.date_of(root).map(|date| (date.column.clone(), date.path.clone()));
        let Some((column, path)) = date.or_else(|| years::year_of(ground, root, intent)) else {
            return Err(refuse("what is listed has no date to rank by", Vec::new(), Vec::new()));
        };
        return Ok((vec![(column, top.descending)], vec![path]));
    }
    let ranked = intent.top.as_ref().and_then(|t| t.by.as_ref().map(|by| (by, t.descending)));
    let sorted = intent.sorting.as_ref().map(|s| (&s.by, s.descending));
    let Some((by, descending)) = ranked.or(sorted) else { return Ok((Vec::new(), Vec::new())) };
    let found = places(ground, &[root], &by.mention);
    let Some(place) = found.first() else {
        return Err(refuse(
            "what to sort by does not belong to what is listed",
            vec![by.mention.text.clone()],
            Vec::new(),
        ));
    };
    let name = match &place.target {
        Target::Thing(_) => true,
        Target::Column(column) => {
            matches!(ground.knowledge.graph.role(column), Role::Label | Role::PersonName | Role::Category)
        }
    };
    if name && ranked.is_some() {
        let text = by.mention.text.clone();
        return Err(refuse(&format!("{text} is no number to rank by"), vec![text], Vec::new()));
    }
    let named = match &place.target {
        Target::Thing(node) => {
            let node = &ground.knowledge.graph.nodes()[*node];
            node.label().into_iter().map(|c| ColumnRef::new(node.table.name.clone(), c)).collect()
        }
        Target::Column(_) => Vec::new(),
    };
    let by = if named.is_empty() { shown(ground.knowledge, place) } else { named };
    let columns = by.into_iter().map(|c| (c, descending)).collect();
    Ok((columns, place.paths.clone()))
}
