//! What was read otherwise than it was written: said in the answer, never done silently.

use catalog::{ColumnRef, Value};
use meaning::values::phrase_words;
use meaning::{Evidence, Link, Meaning, Mention, Ontology};
use plan::SemanticPlan;
use plan::semantic::{Predicate, Query, Test};

/// A line for each phrase that means something only if it is spelled otherwise, or if its letters are initials.
pub fn warnings(mentions: &[Mention], plan: &SemanticPlan, ontology: &Ontology) -> Vec<String> {
    let mut lines = Vec::new();
    for mention in mentions {
        let chosen = mention.links.iter().find(|l| is_restriction(plan, l)).unwrap_or(&mention.links[0]);
        let read = match (&chosen.meaning, chosen.evidence) {
            (Meaning::Value { value, .. }, Evidence::Spelling | Evidence::PartOfValue) => {
                (!has_words(value, &mention.text)).then(|| value.to_string())
            }
            (Meaning::Metric { id }, Evidence::Spelling) => {
                Some(ontology.metric(id).map_or_else(|| id.clone(), |m| m.name.clone()))
            }
            (Meaning::Table { table }, Evidence::Spelling) => Some(table.name.replace('_', " ")),
            (Meaning::Column { column }, Evidence::Spelling) => Some(column.column.replace('_', " ")),
            _ => None,
        };
        let line = read.map(|read| format!("read {:?} as {read:?}", mention.text));
        lines.extend(line.filter(|line| !lines.contains(line)));
    }
    lines
}

/// Whether a value stands in the plan's restrictions.
fn is_restriction(plan: &SemanticPlan, link: &Link) -> bool {
    let Meaning::Value { column, value } = &link.meaning else { return false };
    let holds = |p: &Predicate| restricts(p, column, value);
    match &plan.query {
        Query::Aggregate(a) => a.filters.iter().chain(a.related.iter().flat_map(|r| &r.predicates)).any(holds),
        Query::List(l) => l.filters.iter().chain(l.related.iter().flat_map(|r| &r.predicates)).any(holds),
        Query::Statement(s) => s.numbers.filters.iter().any(holds),
    }
}

fn restricts(predicate: &Predicate, column: &ColumnRef, value: &Value) -> bool {
    let (Test::In(values) | Test::NotIn(values)) = &predicate.test else { return false };
    predicate.column == *column && values.contains(value)
}

/// Whether the value has all words of the phrase, forms apart.
fn has_words(value: &Value, phrase: &str) -> bool {
    let stems = |text: &str| phrase_words(text).iter().map(|w| meaning::words::stem(w)).collect::<Vec<_>>();
    let own = stems(&value.to_string());
    stems(phrase).iter().all(|word| own.contains(word))
}
