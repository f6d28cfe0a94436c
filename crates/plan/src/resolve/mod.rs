//! From an intent to a plan, a question back, or a refusal.
//!
//! The path: [`outcome`] is what may come of it; [`place`] finds where a phrase stands as seen from
//! a table; [`filters`] turns conditions into predicates; [`windows`] makes periods concrete;
//! `aggregate`, `statement` and `listing` put the plan together.

pub mod outcome;
mod ground;
pub mod choose;
pub mod place;
pub mod filters;
pub mod windows;
mod relations;
mod currency;
pub mod kinds;
mod versus;
mod outer;
mod prepare;
mod years;
mod bind;
mod restrict;
mod statement;
mod aggregate;
mod ageing;
mod listing;
mod superiors;

use catalog::TableName;
use meaning::{Meaning, Mention};

use crate::graph::Role;
use crate::intent::{Ask, Intent, Top};
use crate::knowledge::Knowledge;
use crate::semantic::{Predicate, Query, SemanticPlan, Test};
pub use aggregate::is_numeric;
pub use ground::Ground;
use outcome::Stop;
pub use outcome::{Choice, Clarify, Outcome, Pin, Refusal};

/// Resolves an intent. Pure; cost grows with the number of meanings times the tables they reach.
pub fn resolve(ground: Ground, intent: &Intent) -> Outcome {
    let owners = owners(intent);
    let ground = Ground { owners: &owners, ..ground };
    let ranked = ranked_by_number(ground.knowledge, intent);
    let intent = ranked.as_ref().unwrap_or(intent);
    let read = understood(ground, intent).and_then(|()| windows::years_that_are_months(ground, intent));
    let prepared = read.and_then(|()| prepare::prepared(ground, intent));
    let result = prepared.and_then(|intent| {
        let intent = &intent;
        if let Some(form) = intent.forms.ageing {
            return ageing::plan(ground, intent, form);
        }
        if let Some(statement) = statement::plan(ground, intent) {
            return statement;
        }
        if aggregate::is_numeric(ground, intent) { numbers(ground, intent) } else { listing::plan(ground, intent) }
    });
    let result = result.and_then(|plan| superiors::through(ground.knowledge, intent, plan));
    let result = result.and_then(of_one_row);
    match result {
        Ok(plan) => Outcome::Plan(Box::new(plan)),
        Err(stop) => *stop,
    }
}

/// "In statistics but not in psychology", where each row has one of them: of a row the second says nothing, so different
/// rows of the same thing are meant.
///
/// # Errors
/// A refusal where one column is wanted to be and not to be.
fn of_one_row(plan: SemanticPlan) -> Result<SemanticPlan, Stop> {
    let filters = match &plan.query {
        Query::Aggregate(numbers) => &numbers.filters,
        Query::Statement(statement) => &statement.numbers.filters,
        Query::List(listing) => &listing.filters,
    };
    let wanted = |p: &&Predicate| matches!(p.test, Test::In(_));
    let twin = filters.iter().filter(wanted).find(|p| {
        filters.iter().any(|q| matches!(q.test, Test::NotIn(_)) && q.column == p.column && q.paths == p.paths)
    });
    match twin {
        Some(p) => {
            let why = format!("{} cannot be one thing and another in the same row", p.column);
            Err(outcome::refuse(&why, vec![p.column.to_string()], Vec::new()))
        }
        None => Ok(plan),
    }
}

/// Numbers; what is counted by a threshold of each is counted in lines where that can be done.
fn numbers(ground: Ground, intent: &Intent) -> Result<SemanticPlan, Stop> {
    let groups = outer::counted_groups(ground, intent).map(|groups| aggregate::plan(ground, &groups));
    match groups {
        Some(Err(stop)) if matches!(*stop, Outcome::Refuse(_)) => aggregate::plan(ground, intent),
        Some(result) => result,
        None => aggregate::plan(ground, intent),
    }
}

/// "Top 3 stalls by sales amount": a number behind "by" ranks what it stands for, it does not break it down.
fn ranked_by_number(k: &Knowledge, intent: &Intent) -> Option<Intent> {
    let top = intent.top.as_ref().filter(|t| t.by.is_none() && !t.by_time)?;
    let [by] = intent.by.as_slice() else { return None };
    let number =
        matches!(&by.links[0].meaning, Meaning::Column { column } if matches!(k.graph.role(column), Role::Measure(_)));
    if !number || intent.asks.is_empty() {
        return None;
    }
    let ask = Ask::plain(by.clone());
    Some(Intent { by: Vec::new(), top: Some(Top { by: Some(ask), ..top.clone() }), ..intent.clone() })
}

/// The tables of the things that the question is about.
fn owners(intent: &Intent) -> Vec<TableName> {
    let asked: Vec<&Mention> = intent.asks.iter().map(|a| &a.mention).collect();
    let named: Vec<&Mention> = intent.about.iter().chain(&intent.by).collect();
    let best = |m: &Mention| {
        let top = m.links[0].score;
        m.links.iter().filter(|l| l.score > top - 0.05).find_map(|l| match &l.meaning {
            Meaning::Table { table } => Some(table.clone()),
            _ => None,
        })
    };
    let mut owners: Vec<TableName> = named.into_iter().filter_map(best).collect();
    if intent.frequency {
        // "The name of the most common genre in all tracks": the genre's.
        owners.truncate(1);
    }
    owners.extend(asked.iter().copied().filter_map(owner_within));
    // What is counted or listed owns nothing as long as something else does.
    if owners.is_empty() { asked.into_iter().filter_map(best).collect() } else { owners }
}

/// "Names of accounts", where a column is called so: accounts own what else is asked for.
fn owner_within(mention: &Mention) -> Option<TableName> {
    let named = mention.links.iter().filter(|l| mention.tokens.len() > 1 && l.score >= 0.95);
    let mut tables: Vec<&TableName> = named
        .filter_map(|l| match &l.meaning {
            Meaning::Column { column } => Some(&column.table),
            _ => None,
        })
        .collect();
    tables.dedup();
    match tables.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

/// Stops where words stayed unexplained: an answer that ignores a word answers another question.
fn understood(ground: Ground, intent: &Intent) -> Result<(), Stop> {
    if let Some(form) = intent.unsupported.first() {
        return Err(outcome::refuse(&format!("this version cannot answer {form}"), Vec::new(), Vec::new()));
    }
    if !intent.unknown.is_empty() {
        let nearest = intent
            .unknown
            .iter()
            .filter_map(|w| {
                ground
                    .knowledge
                    .lexicon
                    .correct(&w.to_lowercase())
                    .filter(|found| *found != meaning::words::stem(&w.to_lowercase()))
            })
            .collect();
        let words = intent.unknown.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join(", ");
        return Err(outcome::refuse(
            &format!("nothing in this database explains {words}"),
            intent.unknown.clone(),
            nearest,
        ));
    }
    let ranked = intent.top.as_ref().is_some_and(|t| t.by.is_some());
    let empty = intent.asks.is_empty()
        && intent.statement.is_none()
        && intent.about.is_empty()
        && intent.by.is_empty()
        && intent.conditions.is_empty()
        && intent.forms.ageing.is_none()
        && !(ranked && (intent.who || intent.forms.ranked.is_some()));
    if empty {
        let why = "the question names nothing that this database holds";
        return Err(outcome::refuse(why, Vec::new(), Vec::new()));
    }
    Ok(())
}
