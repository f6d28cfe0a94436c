//! Actual figures against a plan: which metric meets which plan, and what lies between them.

use catalog::Unit;
use meaning::ontology::{Metric, Nature, Statement};
use meaning::{Evidence, Link, Meaning, Mention};
use sql::Grain;

use super::choose::settle;
use super::ground::Ground;
use super::kinds::metric_of;
use super::outcome::{Choice, Stop};
use super::windows::Windows;
use crate::calendar::{Period, Span};
use crate::documents;
use crate::forms::{Beyond, Margin};
use crate::intent::{Ask, Condition, Intent, Operand, Relation};
use crate::knowledge::Knowledge;
use crate::measure::{self, Wanted};
use crate::semantic::{Bound, Calc, Measure, Part, Threshold};
use meaning::formula::Arithmetic;

/// The asks that stand against each other: the actual one and the plan of the same thing. None where the question
/// compares with no plan.
///
/// # Errors
/// A question back where it does not say the plan of what.
pub fn pairs(ground: Ground, intent: &Intent, wanted: &[Ask]) -> Result<Vec<(Ask, Ask)>, Stop> {
    let k = ground.knowledge;
    let (plans, actual): (Vec<&Ask>, Vec<&Ask>) = wanted.iter().partition(|a| is_plan(k, &a.mention));
    let Some(plan) = plans.first().filter(|_| intent.forms.against) else { return Ok(Vec::new()) };
    let named = plans.iter().filter_map(|p| p.of.as_ref());
    let mut parts: Vec<Mention> = named.chain(actual.iter().map(|a| &a.mention)).cloned().collect();
    if parts.is_empty() {
        let words = |m: &Metric| format!("{} against {}", m.name, plan.mention.text);
        parts.push(chosen(
            ground,
            &format!("{} of what?", plan.mention.text),
            &plan.mention,
            planned_metrics(k),
            words,
        )?);
    }
    let of = |ask: &Ask, part: &Mention| Ask { of: Some(part.clone()), fold: None, ..ask.clone() };
    let pair = |part: &Mention| match plans.get(1) {
        Some(second) => (of(plan, part), of(second, part)),
        None => (Ask { mention: part.clone(), of: None, fold: None, ..(*plan).clone() }, of(plan, part)),
    };
    Ok(parts.iter().map(pair).collect())
}

fn is_plan(k: &Knowledge, mention: &Mention) -> bool {
    metric_of(k, mention).is_some_and(|m| !m.scenario.is_empty())
}

/// Metrics that one class of the books makes up, which plans are kept of.
fn planned_metrics(k: &Knowledge) -> impl Iterator<Item = &Metric> {
    let present = |id: &String| k.ledger.as_ref().is_some_and(|l| l.classes.contains_key(id));
    let income =
        move |id: &String| present(id) && k.ontology.class(id).is_some_and(|c| c.statement == Statement::Income);
    k.ontology.metrics().iter().filter(move |m| m.classes.len() == 1 && m.classes.iter().all(&income))
}

/// The variance and the variance as a share of the plan; `whose` stands before their names where there are several.
pub fn variances(actual: &Measure, plan: &Measure, whose: &str) -> [Measure; 2] {
    let both = || (Box::new(actual.calc.clone()), Box::new(plan.calc.clone()));
    let (a, b) = both();
    let (c, d) = both();
    let variance = Measure {
        name: format!("{whose}variance"),
        calc: Calc::Operation(Arithmetic::Sub, a, b),
        nature: actual.nature,
        unit: actual.unit.clone(),
        better: actual.better,
        metric: None,
        hidden: false,
        part: Part::Variance,
    };
    let share = Measure {
        name: format!("{whose}variance %"),
        calc: Calc::Change(c, d),
        nature: Nature::Ratio,
        unit: Unit::Share,
        part: Part::VarianceShare,
        ..variance.clone()
    };
    [variance, share]
}

/// The threshold that "over budget by more than 10 %" means, by the positions of variance and share.
pub fn threshold(beyond: &Beyond, variance: usize, share: usize) -> Threshold {
    let (measure, size) = match &beyond.margin {
        Some(Margin::Share(size)) => (share, size.clone()),
        Some(Margin::Amount(size)) => (variance, size.clone()),
        None => (variance, catalog::Decimal::from(0)),
    };
    let (relation, bound) = if beyond.above { (Relation::Above, size) } else { (Relation::Below, -size) };
    Threshold { measure, relation, bound: Bound::Number(bound) }
}

/// Plans are made for whole months: a period that is not over is compared up to its last complete month.
pub fn whole_months(ground: Ground, made: &mut Windows) {
    let Some(period) = made.windows.first().and_then(|w| w.period.as_ref()).filter(|p| p.partial.is_some()) else {
        return;
    };
    let to = ground.calendar.bucket_start(period.span.to, Grain::Month);
    if to <= period.span.from {
        made.warnings.push("the plan is for the whole month, the actual figures are not".to_owned());
        return;
    }
    let span = Span { from: period.span.from, to };
    let label = format!("{} up to its last complete month ({span})", period.name().trim_end_matches(" to date"));
    let cut = Period { span, label, ..period.clone() };
    made.assumptions.push(format!("plans are for whole months: compared up to {}", span.last()));
    if let Some(window) = made.windows.first_mut() {
        window.period = Some(cut);
    }
}

/// "Top 3 customers per region": the question back by what they are ranked, with the metrics of their own side.
pub fn by_what(ground: Ground, thing: &Mention) -> Result<Ask, Stop> {
    let k = ground.knowledge;
    let words = meaning::ontology::stems(&thing.text);
    let side = |m: &&Metric| m.party.as_ref().is_some_and(|p| k.ontology.concept(p).contains(&words));
    let of_side = k.ontology.metrics().iter().any(|m| side(&m));
    let fits = |m: &&Metric| if of_side { side(m) } else { m.party.is_some() };
    let found = k.ontology.metrics().iter().filter(fits).filter(|m| m.nature == Nature::Flow);
    let found = found.filter(|m| measure::bind(k, Wanted::plain(m), &|_| true).is_ok()).take(8);
    let words = |m: &Metric| format!("{} by {}", thing.text, m.name);
    let mention = chosen(ground, &format!("by what are {} ranked?", thing.text), thing, found, words)?;
    Ok(Ask::plain(mention))
}

/// The one of several metrics that was chosen.
///
/// # Errors
/// The question back where none was.
fn chosen<'m>(
    ground: Ground,
    question: &str,
    about: &Mention,
    metrics: impl Iterator<Item = &'m Metric>,
    words: impl Fn(&Metric) -> String,
) -> Result<Mention, Stop> {
    let metrics: Vec<&Metric> = metrics.collect();
    let choice = |m: &&Metric| Choice { words: words(m), target: m.id.clone(), phrase: about.text.clone(), score: 1.0 };
    let metric = metrics[settle(ground, question, metrics.iter().map(choice).collect())?];
    let meaning = Meaning::Metric { id: metric.id.clone() };
    let links = vec![Link { meaning, score: 1.0, evidence: Evidence::Vocabulary }];
    Ok(Mention { tokens: about.tokens.clone(), text: metric.name.clone(), links })
}

/// Whether a condition only says which version of a plan is meant.
pub fn names_version(k: &Knowledge, condition: &Condition) -> bool {
    let Operand::Phrase(mention) = &condition.operand else { return false };
    let best = mention.links[0].score;
    mention.links.iter().filter(|l| l.score > best - 0.05).any(|l| match &l.meaning {
        Meaning::Value { column, .. } => {
            let nodes = 0..k.graph.nodes().len();
            nodes.into_iter().any(|n| {
                documents::scenario(&k.graph, &k.ontology, n).is_some_and(|scenario| scenario.column == *column)
            })
        }
        _ => false,
    })
}
