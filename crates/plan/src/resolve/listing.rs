//! Plans for rows as they are: which table they come from, which columns are shown.

use catalog::ColumnRef;
use meaning::{Meaning, Mention};

use super::outcome::{Choice, Stop, clarify, refuse};
use super::place::{CLOSE, Place, Target, dimension, places, words_of};
use super::{Ground, filters};
use crate::intent::{Condition, Intent};
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
    if !intent.periods.is_empty() || intent.as_of.is_some() {
        return Err(refuse("a list of rows within a period is not understood yet", Vec::new(), Vec::new()));
    }
    let asked: Vec<&Mention> = match intent.asks.is_empty() {
        true => intent.about.iter().collect(),
        false => intent.asks.iter().map(|a| &a.mention).collect(),
    };
    let mut views: Vec<View> =
        candidates(k, &asked).into_iter().filter_map(|root| view(k, root, &asked, intent)).collect();
    views.sort_by(|a, b| b.score.total_cmp(&a.score));
    let Some(best) = views.first() else {
        let names: Vec<String> = asked.iter().map(|m| words_of(m)).collect();
        return Err(refuse(
            &format!("{} do not stand together in any table", names.join(" and ")),
            Vec::new(),
            Vec::new(),
        ));
    };
    let rivals: Vec<&View> = views.iter().filter(|v| v.score > best.score - CLOSE && v.asked != best.asked).collect();
    if !rivals.is_empty() {
        let all = std::iter::once(best).chain(rivals);
        return Err(clarify("which of these is meant?", all.take(8).map(|v| choice(k, v)).collect()));
    }
    let listing = listing(k, best, intent)?;
    let confidence = (best.score / asked.len() as f64).clamp(0.0, 1.0);
    Ok(SemanticPlan {
        query: Query::List(listing),
        confidence,
        assumptions: intent.assumptions.clone(),
        warnings: Vec::new(),
    })
}

fn choice(k: &Knowledge, view: &View) -> Choice {
    let words = view
        .asked
        .iter()
        .map(|p| shown(k, p).iter().map(ColumnRef::to_string).collect::<Vec<_>>().join(", "))
        .collect::<Vec<_>>();
    Choice { words: words.join(", "), target: k.graph.nodes()[view.root].table.name.to_string(), score: view.score }
}

/// Every table that one of the phrases stands in.
fn candidates(k: &Knowledge, asked: &[&Mention]) -> Vec<usize> {
    let links = asked.iter().flat_map(|m| &m.links);
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

fn view(k: &Knowledge, root: usize, asked: &[&Mention], intent: &Intent) -> Option<View> {
    let mut score = 0.0;
    let mut placed = Vec::new();
    for mention in asked {
        let best = places(k, &[root], mention).into_iter().next()?;
        score += best.score;
        placed.push(best);
    }
    for mention in &intent.about {
        let named = places(k, &[root], mention).into_iter().find(|p| matches!(p.target, Target::Thing(_)));
        score += match named {
            Some(p) if p.path.is_empty() => 0.3 * p.score,
            Some(p) => 0.15 * p.score,
            None => -0.1,
        };
    }
    for condition in &intent.conditions {
        score += if filters::reaches(k, &[root], condition) { 0.1 } else { -0.1 };
    }
    Some(View { root, score, asked: placed })
}

fn shown(k: &Knowledge, place: &Place) -> Vec<ColumnRef> {
    match &place.target {
        Target::Column(column) => vec![column.clone()],
        Target::Thing(_) => dimension(k, "", place).shown,
    }
}

fn listing(k: &Knowledge, view: &View, intent: &Intent) -> Result<Listing, Stop> {
    let mut columns: Vec<ColumnRef> = Vec::new();
    for place in &view.asked {
        let alone = view.asked.len() == 1 && matches!(place.target, Target::Thing(node) if node == view.root);
        let found = if alone { whole_row(k, view.root) } else { shown(k, place) };
        columns.extend(found.into_iter().filter(|c| !columns.contains(c)).collect::<Vec<_>>());
    }
    let mut plain = Vec::new();
    let mut related = Vec::new();
    for condition in &intent.conditions {
        match absent(k, view.root, condition)? {
            Some(relation) => related.push(relation),
            None => plain.push(filters::predicate(k, &[view.root], condition)?),
        }
    }
    let mut order = order(k, view.root, intent)?;
    let limit = intent.top.as_ref().map(|t| t.count);
    if limit.is_some() && order.is_empty() {
        return Err(refuse("the question does not say what to rank by", Vec::new(), Vec::new()));
    }
    order.dedup();
    Ok(Listing {
        root: k.graph.nodes()[view.root].table.name.clone(),
        columns,
        distinct: intent.distinct,
        filters: filters::join_alternatives(plain),
        related,
        order,
        limit,
    })
}

/// All columns of a thing that is asked for as a whole.
fn whole_row(k: &Knowledge, node: usize) -> Vec<ColumnRef> {
    let table = &k.graph.nodes()[node].table;
    table.columns.iter().map(|c| ColumnRef::new(table.name.clone(), c.name.clone())).collect()
}

/// "without orders": there must be no row that leads here.
fn absent(k: &Knowledge, root: usize, condition: &Condition) -> Result<Option<Related>, Stop> {
    let Some(subject) = condition.subject.as_ref().filter(|_| filters::is_absence(condition)) else { return Ok(None) };
    for link in &subject.links {
        let Meaning::Table { table } = &link.meaning else { continue };
        let Some(path) = k.graph.index(table).and_then(|node| k.graph.path(node, root)).filter(|p| !p.is_empty())
        else {
            continue;
        };
        return Ok(Some(Related { path, table: table.clone(), predicates: Vec::new(), count: None, none: true }));
    }
    // A property that is not there is a column without a value.
    let column = places(k, &[root], subject).into_iter().find_map(|p| match p.target {
        Target::Column(column) => Some((column, p.path)),
        Target::Thing(_) => None,
    });
    match column {
        Some((column, path)) => {
            let predicate = Predicate { column: column.clone(), test: Test::Null, path: Some(path) };
            Ok(Some(Related {
                path: Vec::new(),
                table: column.table,
                predicates: vec![predicate],
                count: None,
                none: false,
            }))
        }
        None => {
            Err(refuse("what must be absent does not belong to what is listed", vec![words_of(subject)], Vec::new()))
        }
    }
}

fn order(k: &Knowledge, root: usize, intent: &Intent) -> Result<Vec<(ColumnRef, bool)>, Stop> {
    let ranked = intent.top.as_ref().and_then(|t| t.by.as_ref().map(|by| (by, t.descending)));
    let sorted = intent.sorting.as_ref().map(|s| (&s.by, s.descending));
    let Some((by, descending)) = ranked.or(sorted) else { return Ok(Vec::new()) };
    let found = places(k, &[root], &by.mention);
    let Some(place) = found.first() else {
        return Err(refuse(
            "what to sort by does not belong to what is listed",
            vec![words_of(&by.mention)],
            Vec::new(),
        ));
    };
    Ok(shown(k, place).into_iter().map(|c| (c, descending)).collect())
}
