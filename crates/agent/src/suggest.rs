//! Questions that are known to be answerable: each is planned before it is suggested.

use connect::Scope;
use jiff::civil::Date;
use meaning::ontology::Nature;
use plan::graph::Role;
use plan::semantic::{Aggregation, Query};
use plan::{Knowledge, Outcome, SemanticPlan};

use crate::ask::{Agent, Understood, planned};
use crate::conversation::Conversation;
use crate::question::Question;

/// How many are suggested at a time.
const MOST: usize = 3;
/// How many breakdowns are tried.
const TRIED: usize = 12;
/// A breakdown into more groups than these makes no overview.
const MOST_GROUPS: u64 = 40;

impl Agent {
    /// First questions over this database. Cost: one plan for each metric that is tried, nothing is run.
    pub async fn first_questions(&self, scope: &Scope, as_of: Option<Date>) -> Vec<String> {
        let Ok(understood) = self.understand(scope).await else { return Vec::new() };
        let today = as_of.unwrap_or_else(|| self.today(scope));
        let k = &understood.knowledge;
        let answerable = |text: &String| plan_of(&understood, &Question::new(text.clone()), today).is_some();
        let metrics = k.ontology.metrics().iter();
        let found: Vec<&str> = metrics
            .filter(|m| m.entity.is_none() && m.scenario.is_empty() && answerable(&m.name))
            .map(|m| m.name.as_str())
            .take(MOST)
            .collect();
        let forms = |(at, name): (usize, &&str)| match at {
            0 => vec![format!("{name} by quarter"), format!("{name} by year"), (*name).to_owned()],
            1 => vec![format!("{name} by month last year"), format!("{name} by year"), (*name).to_owned()],
            _ => vec![format!("top 5 customers by {name}"), format!("{name} last quarter"), (*name).to_owned()],
        };
        let mut questions: Vec<String> =
            found.iter().enumerate().filter_map(|found| forms(found).into_iter().find(&answerable)).collect();
        let mut tables: Vec<_> = k.graph.nodes().iter().map(|n| n.table.name.name.replace('_', " ")).collect();
        tables.sort_by_key(String::len);
        let counts = tables.into_iter().take(TRIED).map(|name| format!("how many {name}"));
        questions.extend(counts.filter(&answerable).take(MOST - questions.len().min(MOST)));
        questions
    }

    /// Texts that go on from where a conversation is.
    pub async fn follow_ups(&self, scope: &Scope, conversation: &Conversation, as_of: Option<Date>) -> Vec<String> {
        let Ok(understood) = self.understand(scope).await else { return Vec::new() };
        let today = as_of.unwrap_or_else(|| self.today(scope));
        let Some(turn) = conversation.turns().last() else { return Vec::new() };
        let Some(plan) = plan_of(&understood, &turn.question, today) else { return Vec::new() };
        let Query::Aggregate(aggregation) = &plan.query else { return Vec::new() };
        let changes = |text: &String| {
            let question = conversation.question(text, as_of);
            plan_of(&understood, &question, today).is_some_and(|p| p.query != plan.query)
        };
        let sorts = [
            breakdowns(&understood.knowledge, aggregation),
            in_time(aggregation),
            numbers(&understood.knowledge, aggregation),
        ];
        sorts.into_iter().filter_map(|texts| texts.into_iter().find(&changes)).take(MOST).collect()
    }
}

/// The plan of a question, where it has one.
fn plan_of(understood: &Understood, question: &Question, today: Date) -> Option<Box<SemanticPlan>> {
    match planned(understood, question, today, &[]).outcome {
        Outcome::Plan(plan) => Some(plan),
        Outcome::Clarify(_) | Outcome::Refuse(_) => None,
    }
}

/// Breakdowns by categories near the rows that are added up.
fn breakdowns(k: &Knowledge, plan: &Aggregation) -> Vec<String> {
    let Some(root) = plan.bases.first().and_then(|b| k.graph.index(&b.fact)) else { return Vec::new() };
    let mut near = k.graph.reachable(root);
    // What accounts are sorted by says the least of who and what.
    let of_accounts = |node: usize| k.ledger.as_ref().is_some_and(|l| k.graph.index(&l.class.table) == Some(node));
    near.sort_by_key(|(node, path)| (of_accounts(*node), path.len(), *node));
    let mut found = Vec::new();
    for (node, _) in near {
        let data = &k.graph.nodes()[node];
        for column in data.columns_with(|role| role == Role::Category) {
            let reference = catalog::ColumnRef::new(data.table.name.clone(), column.name.clone());
            let groups = k.graph.statistics(&reference).map_or(0, |s| s.distinct);
            let filtered = plan.filters.iter().any(|f| f.column == reference);
            let own = plan.bases.iter().flat_map(|b| &b.predicates).any(|p| p.column == reference);
            if (2..=MOST_GROUPS).contains(&groups) && !filtered && !own {
                found.push(format!("by {}", column.name.replace('_', " ").to_lowercase()));
            }
        }
    }
    found.dedup();
    found.truncate(TRIED);
    found
}

/// A comparison where there is a period and none yet, else a series.
fn in_time(plan: &Aggregation) -> Vec<String> {
    let compared = plan.windows.len() > 1 || plan.windows.iter().all(|w| w.period.is_none());
    let texts =
        if compared { ["by quarter", "by month", "by year"] } else { ["vs last year", "by month", "by quarter"] };
    texts.map(str::to_owned).to_vec()
}

/// Other numbers of the same sort.
fn numbers(k: &Knowledge, plan: &Aggregation) -> Vec<String> {
    let Some(first) = plan.measures.first() else { return Vec::new() };
    let known: Vec<&String> = plan.measures.iter().filter_map(|m| m.metric.as_ref()).collect();
    let nature = if first.nature == Nature::Ratio { Nature::Flow } else { first.nature };
    let others = k.ontology.metrics().iter();
    let others =
        others.filter(|m| m.nature == nature && m.entity.is_none() && m.scenario.is_empty() && !known.contains(&&m.id));
    others.take(TRIED).map(|m| format!("what about {}?", m.name)).collect()
}
