//! The parts of an intent that a follow-up keeps or changes.

use catalog::ColumnRef;
use meaning::{Meaning, Mention};

use crate::intent::{Ask, Condition, Fold, Intent, Operand};
use crate::knowledge::Knowledge;
use crate::resolve::Ground;
use crate::resolve::is_numeric;
use crate::resolve::kinds::{is_measure, metric_of};

/// The numbers and the breakdown of an intent, whatever words they were asked in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// The numbers, the one that ranks first where nothing else is asked for.
    pub measures: Vec<Ask>,
    /// What it is broken down by, time aside.
    pub dimensions: Vec<Mention>,
}

/// Takes an intent apart; none for lists.
pub fn parts(ground: Ground, intent: &Intent) -> Option<Parts> {
    let k = ground.knowledge;
    if !is_numeric(ground, intent) {
        return None;
    }
    let (measures, things): (Vec<Ask>, Vec<Ask>) =
        intent.asks.iter().cloned().partition(|ask| is_measure(k, intent, ask));
    let mut dimensions: Vec<Mention> = intent.by.clone();
    let ranked = intent.top.as_ref().and_then(|t| t.by.clone());
    if !measures.is_empty() || ranked.is_some() {
        dimensions.extend(things.into_iter().map(|ask| ask.mention));
        let measures = if measures.is_empty() { ranked.into_iter().collect() } else { measures };
        return Some(Parts { measures, dimensions });
    }
    // "orders by region": the things themselves are counted.
    let mut things = things.into_iter();
    let counted = things.next().map(|ask| Ask { fold: Some(Fold::Count), ..ask });
    dimensions.extend(things.map(|ask| ask.mention));
    Some(Parts { measures: counted.into_iter().collect(), dimensions })
}

/// A number stays a number in whatever company it is asked for.
pub fn keep_numbers(k: &Knowledge, intent: &mut Intent, measures: &[Ask]) {
    let known = intent.clone();
    let ranked = intent.top.iter_mut().filter_map(|top| top.by.as_mut());
    let sorted = intent.sorting.iter_mut().map(|sorting| &mut sorting.by);
    let asks = intent.asks.iter_mut().chain(ranked).chain(sorted);
    for ask in asks.filter(|ask| measures.contains(ask) && !is_measure(k, &known, ask)) {
        let column = matches!(ask.mention.links[0].meaning, Meaning::Column { .. });
        ask.fold = Some(if column { Fold::Sum } else { Fold::Count });
    }
}

/// Whether a phrase names things that may be counted or broken down by alike.
pub fn is_countable(k: &Knowledge, mention: &Mention) -> bool {
    match &mention.links[0].meaning {
        Meaning::Table { .. } => true,
        Meaning::Metric { .. } => metric_of(k, mention).is_some_and(|m| m.entity.is_some() && m.snapshot.is_empty()),
        Meaning::Column { .. } | Meaning::Value { .. } => false,
    }
}

/// The columns that a restriction may be about.
fn columns(condition: &Condition) -> Vec<&ColumnRef> {
    let mention = match (&condition.operand, &condition.subject) {
        (Operand::Phrase(mention), _) => Some(mention),
        (_, subject) => subject.as_ref(),
    };
    let links = mention.map_or(&[] as &[_], |m| m.links.as_slice());
    let best = links.first().map_or(0.0, |l| l.score);
    let column = |l: &meaning::Link| l.score > best - 0.05;
    let named = links.iter().filter(|l| column(l)).filter_map(|l| match &l.meaning {
        Meaning::Value { column, .. } | Meaning::Column { column } => Some(column),
        Meaning::Metric { .. } | Meaning::Table { .. } => None,
    });
    named.collect()
}

/// Whether two restrictions are about the same property.
pub fn same_property(a: &Condition, b: &Condition) -> bool {
    let is_value = |c: &Condition| matches!(c.operand, Operand::Phrase(_) | Operand::Text(_));
    let subjects = match (&a.subject, &b.subject) {
        (Some(a), Some(b)) => a.text == b.text,
        _ => false,
    };
    let (ours, theirs) = (columns(a), columns(b));
    is_value(a) == is_value(b) && (subjects || ours.iter().any(|c| theirs.contains(c)))
}

/// Whether two restrictions name the same value.
pub fn same_value(a: &Condition, b: &Condition) -> bool {
    match (&a.operand, &b.operand) {
        (Operand::Phrase(a), Operand::Phrase(b)) => a.links[0].meaning == b.links[0].meaning,
        (a, b) => a == b,
    }
}

/// All phrases that an intent rests on.
pub fn mentions(intent: &Intent) -> Vec<&Mention> {
    let mut all: Vec<&Mention> = Vec::new();
    let ranked = intent.top.iter().filter_map(|t| t.by.as_ref());
    let asks = intent.asks.iter().chain(ranked).chain(intent.sorting.iter().map(|s| &s.by));
    for ask in asks {
        all.push(&ask.mention);
        all.extend(&ask.of);
    }
    all.extend(intent.about.iter().chain(&intent.by).chain(&intent.each).chain(&intent.dated));
    for condition in &intent.conditions {
        all.extend(condition.subject.iter().chain(&condition.owner));
        if let Operand::Phrase(mention) = &condition.operand {
            all.push(mention);
        }
    }
    all
}
