//! What an answer owes to the user's own vocabulary: said in its words, and why a question stops at an entry that
//! names what the database does not have.

use meaning::ontology::stems;
use meaning::own::Synonym;
use meaning::vocabulary::Unfounded;
use meaning::{Mention, Ontology, Token};
use plan::finish::{Facts, Finished};
use plan::rate::Rating;
use plan::semantic::Query;
use plan::{Knowledge, Refusal, SemanticPlan, rate};

/// Why a question stops: the entry that one of its phrases stands in names what is not there.
pub fn refusal(unfounded: &[Unfounded], tokens: &[Token]) -> Option<Refusal> {
    let words: Vec<String> = tokens.iter().map(|t| meaning::words::stem(&t.lower)).collect();
    let named = |phrase: &Vec<String>| words.windows(phrase.len().max(1)).any(|part| part == phrase);
    let entry = unfounded.iter().find(|u| u.phrases.iter().any(named))?;
    let phrase = entry.phrases.iter().find(|phrase| named(phrase))?;
    let at = words.windows(phrase.len()).position(|part| part == phrase)?;
    let text = tokens[at..at + phrase.len()].iter().map(|t| t.lower.as_str()).collect::<Vec<_>>().join(" ");
    let why = format!("{}; so says the vocabulary in {}", entry.what, entry.place);
    Some(Refusal { why, missing: vec![text], nearest: entry.similar.clone() })
}

/// A line for each phrase and each metric that the user's vocabulary explains.
pub fn said(mentions: &[Mention], plan: &SemanticPlan, k: &Knowledge) -> Vec<String> {
    let mut lines: Vec<String> = mentions.iter().flat_map(|m| phrases(&k.ontology, m)).collect();
    if let Query::Aggregate(aggregation) = &plan.query {
        let mut open: Vec<&str> = aggregation.measures.iter().filter_map(|m| m.metric.as_deref()).collect();
        let mut seen: Vec<&str> = Vec::new();
        while let Some(metric) = open.pop().and_then(|id| k.ontology.metric(id)) {
            if seen.contains(&metric.id.as_str()) {
                continue;
            }
            seen.push(&metric.id);
            let place = metric.place.as_ref();
            lines.extend(place.map(|place| format!("{}: defined by the vocabulary in {place}", metric.name)));
            let names = metric.formula.as_ref().map(meaning::Formula::names).unwrap_or_default();
            open.extend(names.iter().filter_map(|name| Some(k.ontology.metric(name)?.id.as_str())));
        }
    }
    let mut seen = Vec::new();
    lines.retain(|line| {
        !seen.contains(line) && {
            seen.push(line.clone());
            true
        }
    });
    lines
}

/// What numbers of the rows amount to, and the bounds in words where there are any that are rated.
pub fn rated(k: &Knowledge, query: &Query, finished: &Finished, facts: Facts) -> (Vec<Rating>, Vec<String>) {
    let Query::Aggregate(aggregation) = query else { return (Vec::new(), Vec::new()) };
    let ratings = rate::rate(k, aggregation, finished, facts);
    let bounds = rate::metrics(k, aggregation).into_iter().filter(|_| !ratings.is_empty());
    let words = bounds.map(|(metric, bounds)| rate::words(metric, bounds)).collect();
    (ratings, words)
}

/// The phrases of the user in a mention.
fn phrases(ontology: &Ontology, mention: &Mention) -> Vec<String> {
    let words = stems(&mention.text);
    let holds = |s: &&Synonym| words.windows(s.stems.len()).any(|part| part == s.stems.as_slice());
    let line = |s: &Synonym| format!("{:?} means {}, by the vocabulary in {}", s.phrase, s.target, s.place);
    ontology.synonyms().iter().filter(holds).map(line).collect()
}
