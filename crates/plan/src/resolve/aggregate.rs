//! Plans for numbers: measures with their sources, dimensions they share, windows, order.

use std::str::FromStr;

use catalog::{ColumnRef, Unit, Value};
use jiff::civil::Date;
use meaning::ontology::{Better, Metric, Nature};
use meaning::{Meaning, Mention};
use sql::Grain;

use super::filters;
use super::ground::Ground;
use super::outcome::{Choice, Stop, clarify, refuse};
use super::place::{Place, Target, dimension, dimension_places, places};
use super::windows::{self, Windows, fitting_grain};
use crate::graph::{MeasureKind, Role};
use crate::intent::{Ask, Condition, Cut, Derived, Fold, Intent, Operand};
use crate::knowledge::Knowledge;
use crate::measure::{self, Binding, Failure, Wanted, column_base, measured, row_base};
use crate::semantic::{
    Aggregation, Amount, Base, Calc, Dated, Dimension, Measure, Ordering, Origin, OverTime, Predicate, Query,
    SemanticPlan, Test, Threshold, Window,
};
use meaning::formula::Arithmetic;

/// Two bindings closer than this are equally good.
const TIE: f64 = 0.02;

/// Whether a question asks for numbers rather than for rows as they are.
pub fn is_numeric(ground: Ground, intent: &Intent) -> bool {
    let k = ground.knowledge;
    let measures = intent.asks.iter().any(|a| is_measure(k, intent, a));
    let ranked = intent
        .top
        .as_ref()
        .and_then(|t| t.by.as_ref())
        .is_some_and(|by| is_measure(k, intent, by) && !is_row_property(k, by));
    let thresholds = intent.conditions.iter().any(|c| filters::is_threshold(k, c));
    let names_accounts = intent.asks.is_empty() && intent.by.len() + intent.periods.len() > 0 || intent.cut.is_some();
    let accounts = names_accounts && intent.conditions.iter().any(|c| named_accounts(k, c).is_some());
    let grouped = intent.by.iter().any(|m| !intent.each.contains(m));
    measures || ranked || thresholds || accounts || grouped || intent.cut.is_some()
}

/// Whether an ask is a number to compute.
fn is_measure(k: &Knowledge, intent: &Intent, ask: &Ask) -> bool {
    if ask.fold.is_some() {
        return true;
    }
    let grouped =
        !intent.by.is_empty() || intent.cut.is_some() || intent.compare.is_some() || !intent.periods.is_empty();
    match &ask.mention.links[0].meaning {
        Meaning::Metric { id } => {
            let counts_things = k.ontology.metric(id).is_some_and(|m| m.entity.is_some() && m.snapshot.is_empty());
            let plain_column = k.ledger.is_none() && is_exact_column(k, ask);
            let compared = intent.conditions.iter().any(|c| filters::is_threshold(k, c));
            if counts_things || plain_column { grouped && intent.top.is_none() && !compared } else { true }
        }
        Meaning::Column { column } => grouped && matches!(k.graph.role(column), Role::Measure(_)),
        Meaning::Table { .. } => !intent.by.is_empty() && intent.asks.len() == 1,
        Meaning::Value { .. } => false,
    }
}

/// Whether the phrase is the very name of a column or a table, beside being that of a metric.
fn names_it_exactly(ask: &Ask) -> bool {
    ask.mention.links.iter().any(|l| {
        let named = matches!(
            l.evidence,
            meaning::Evidence::Name | meaning::Evidence::ShortName | meaning::Evidence::Abbreviation
        );
        named && l.score >= 0.9 && !matches!(l.meaning, Meaning::Metric { .. } | Meaning::Value { .. })
    })
}

fn is_exact_column(k: &Knowledge, ask: &Ask) -> bool {
    ask.mention.links.iter().any(|l| match &l.meaning {
        Meaning::Column { column } => l.score >= 0.95 && matches!(k.graph.role(column), Role::Measure(_)),
        _ => false,
    })
}

/// A column of the rows themselves ("the employee with the highest salary") needs no aggregate.
fn is_row_property(k: &Knowledge, ask: &Ask) -> bool {
    let metric = matches!(ask.mention.links[0].meaning, Meaning::Metric { .. });
    ask.fold.is_none()
        && (!metric || k.ledger.is_none())
        && ask.mention.links.iter().any(|l| matches!(l.meaning, Meaning::Column { .. }))
}

/// Everything a measure must be able to see.
struct Demands<'i> {
    dimensions: Vec<&'i Mention>,
    conditions: Vec<&'i Condition>,
    dated: bool,
}

/// Puts the plan together.
pub fn plan(ground: Ground, intent: &Intent) -> Result<SemanticPlan, Stop> {
    let k = ground.knowledge;
    let (wanted, grouping) = split_asks(k, intent);
    let thresholds: Vec<&Condition> = intent.conditions.iter().filter(|c| filters::is_threshold(k, c)).collect();
    let demands = Demands {
        dimensions: intent.by.iter().chain(grouping).collect(),
        conditions: intent.conditions.iter().filter(|c| !filters::is_threshold(k, c)).collect(),
        dated: !intent.periods.is_empty() || intent.cut.is_some() || intent.compare.is_some() || intent.as_of.is_some(),
    };
    let party = wanted.iter().filter_map(|a| metric_of(k, &a.mention)).find_map(|m| m.party.as_deref());
    let ground = Ground { party: party.map_or(&[], |p| k.ontology.concept(p)), ..ground };
    let mut build = Build { ground, intent, demands, measures: Vec::new(), bases: Vec::new(), confidence: 1.0 };
    for ask in wanted {
        build.add_measure(&ask, false)?;
    }
    if build.measures.is_empty() {
        build.add_named_accounts();
    }
    let ranking = intent.top.as_ref().and_then(|t| t.by.clone()).or(intent.sorting.as_ref().map(|s| s.by.clone()));
    let ordering = build.ordering(ranking)?;
    let having = build.thresholds(&thresholds)?;
    if build.measures.is_empty() {
        return Err(refuse("the question names no number to compute", Vec::new(), Vec::new()));
    }
    build.finish(ordering, having)
}

/// Measures and grouping phrases among the asks. A thing or category beside a number groups it.
fn split_asks<'i>(k: &Knowledge, intent: &'i Intent) -> (Vec<Ask>, Vec<&'i Mention>) {
    let mut wanted = Vec::new();
    let mut grouping = Vec::new();
    for ask in &intent.asks {
        if intent.dated.as_ref() == Some(&ask.mention) && is_date_column(k, &ask.mention) {
            continue;
        }
        if is_measure(k, intent, ask) { wanted.extend(parts(k, ask)) } else { grouping.push(&ask.mention) }
    }
    let ranked = intent.top.as_ref().is_some_and(|t| t.by.is_some());
    if wanted.is_empty() && !ranked && intent.conditions.iter().all(|c| !filters::is_threshold(k, c)) {
        // "orders by region": the things themselves are counted.
        if let Some(first) = intent.asks.first().or(None) {
            grouping.retain(|m| **m != first.mention);
            wanted.push(Ask { fold: Some(Fold::Count), ..first.clone() });
        } else if let Some(about) = intent.about.first() {
            wanted.push(Ask { fold: None, distinct: false, mention: about.clone(), of: None });
        }
    }
    (wanted, grouping)
}

/// Two metrics side by side: a plan and the part of it that is meant, or just two metrics.
fn parts(k: &Knowledge, ask: &Ask) -> Vec<Ask> {
    let plans = |m: &Mention| metric_of(k, m).is_some_and(|m| !m.scenario.is_empty());
    let Some(of) = &ask.of else { return vec![ask.clone()] };
    if ask.fold == Some(Fold::Count) && table_of(k, of).is_some() {
        return vec![ask.clone()];
    }
    if plans(&ask.mention) {
        vec![ask.clone()]
    } else if plans(of) {
        vec![Ask { mention: of.clone(), of: Some(ask.mention.clone()), ..ask.clone() }]
    } else {
        vec![Ask { of: None, ..ask.clone() }, Ask { mention: of.clone(), of: None, ..ask.clone() }]
    }
}

/// The naming column of the ledger's accounts, and its values, that a condition is about.
fn named_accounts(k: &Knowledge, condition: &Condition) -> Option<(ColumnRef, Vec<Value>)> {
    let ledger = k.ledger.as_ref()?;
    let Operand::Phrase(mention) = &condition.operand else { return None };
    let best = mention.links[0].score;
    let named = |l: &&meaning::Link| matches!(&l.meaning, Meaning::Value { column, .. } if l.score > best - 0.05 && ledger.names.contains(column));
    let column = mention.links.iter().find(named).and_then(|l| match &l.meaning {
        Meaning::Value { column, .. } => Some(column.clone()),
        _ => None,
    })?;
    let value = |l: &meaning::Link| match &l.meaning {
        Meaning::Value { column: c, value } if *c == column && l.score > best - 0.05 => Some(value.clone()),
        _ => None,
    };
    Some((column.clone(), mention.links.iter().filter_map(value).collect()))
}

/// Whether a phrase names a date first of all.
pub fn is_date_column(k: &Knowledge, mention: &Mention) -> bool {
    matches!(&mention.links[0].meaning, Meaning::Column { column } if k.graph.role(column) == Role::Date)
}

/// The table that a phrase names.
fn table_of(k: &Knowledge, mention: &Mention) -> Option<usize> {
    mention.links.iter().filter(|l| l.score > 0.85).find_map(|l| match &l.meaning {
        Meaning::Table { table } => k.graph.index(table),
        _ => None,
    })
}

fn metric_of<'k>(k: &'k Knowledge, mention: &Mention) -> Option<&'k Metric> {
    mention.links.iter().find_map(|l| match &l.meaning {
        Meaning::Metric { id } => k.ontology.metric(id),
        _ => None,
    })
}

struct Build<'g, 'i> {
    ground: Ground<'g>,
    intent: &'i Intent,
    demands: Demands<'i>,
    measures: Vec<Measure>,
    bases: Vec<Base>,
    confidence: f64,
}

impl<'g> Build<'g, '_> {
    fn k(&self) -> &'g Knowledge {
        self.ground.knowledge
    }

    /// Whether a base can be broken down, filtered and dated as the question wants.
    fn feasible(&self, base: &Base) -> bool {
        let k = self.k();
        let Some(root) = k.graph.index(&base.fact) else { return false };
        let roots = [root];
        let avoided = self.ground.avoid.contains(&base.fact) && !self.demands.dimensions.is_empty();
        !avoided
            && self.demands.dimensions.iter().all(|m| !dimension_places(self.ground, &roots, m).is_empty())
            && self
                .demands
                .conditions
                .iter()
                .all(|c| filters::reaches(self.ground, &roots, c) || is_ambiguous(self.ground, &roots, c))
            && (!self.demands.dated || base.date.is_some())
    }

    fn add_measure(&mut self, ask: &Ask, hidden: bool) -> Result<usize, Stop> {
        let (mut measure, mut binding) = self.bind(ask)?;
        binding.bases.iter_mut().for_each(|base| self.date_by_name(base));
        measure.hidden = hidden;
        self.confidence = self.confidence.min(binding.score);
        measure.calc = measure::merge(binding, &mut self.bases);
        if let Some(known) = self.measures.iter().position(|m| m.calc == measure.calc) {
            return Ok(known);
        }
        self.measures.push(measure);
        Ok(self.measures.len() - 1)
    }

    /// "Rent by quarter": postings to the accounts that the question names by their name.
    fn add_named_accounts(&mut self) {
        let conditions = std::mem::take(&mut self.demands.conditions);
        for condition in conditions {
            let base = named_accounts(self.k(), condition)
                .and_then(|(column, values)| measure::account_base(self.k(), &column, &values));
            match base.filter(|base| self.feasible(base)) {
                Some(base) => {
                    let nature = if base.over_time == OverTime::Sum { Nature::Flow } else { Nature::Balance };
                    let measure = plain_measure(base.label.clone(), nature, Unit::Money(None));
                    let calc = measure::merge(
                        Binding { calc: Calc::Base(0), bases: vec![base], score: 0.95 },
                        &mut self.bases,
                    );
                    self.measures.push(Measure { calc, ..measure });
                }
                None => self.demands.conditions.push(condition),
            }
        }
    }

    /// "Orders shipped last month": the date that the question names bounds the period.
    fn date_by_name(&self, base: &mut Base) {
        let Some(root) = self.k().graph.index(&base.fact).filter(|_| base.over_time == OverTime::Sum) else { return };
        let named = self
            .intent
            .dated
            .iter()
            .filter(|m| is_date_column(self.k(), m))
            .flat_map(|m| places(self.ground, &[root], m));
        let dated = named.filter_map(|p| match (p.target, p.paths.into_iter().next()) {
            (Target::Column(column), Some(path)) if self.k().graph.role(&column) == Role::Date => {
                Some(Dated { column, path })
            }
            _ => None,
        });
        if let Some(dated) = dated.take(1).next() {
            base.date = Some(dated);
        }
    }

    /// The measure of an ask and the way to compute it.
    fn bind(&self, ask: &Ask) -> Result<(Measure, Binding), Stop> {
        if let Some(bound) = self.bind_participants(ask) {
            return Ok(bound);
        }
        if let Some(metric) = self.stock_of(ask) {
            return self.bind_metric(metric, &Ask { fold: None, ..ask.clone() });
        }
        let metric = metric_of(self.k(), &ask.mention);
        let first_is_metric = matches!(ask.mention.links[0].meaning, Meaning::Metric { .. });
        match (metric, ask.fold) {
            (Some(metric), Some(Fold::Amount)) if metric.entity.is_some() => self.bind_phrase(ask),
            (Some(metric), None | Some(Fold::Sum | Fold::Count | Fold::Amount)) if first_is_metric => {
                self.bind_metric(metric, ask)
            }
            (Some(metric), Some(fold)) if first_is_metric && metric.event.is_some() => {
                self.bind_document_metric(metric, ask, fold)
            }
            _ => self.bind_phrase(ask),
        }
    }

    /// "Number of employees" is the headcount where the books keep one: not all who ever were.
    fn stock_of(&self, ask: &Ask) -> Option<&'g Metric> {
        let k = self.k();
        let table = table_of(k, &ask.mention).filter(|_| ask.fold == Some(Fold::Count) && ask.of.is_none())?;
        let by_date = self.intent.dated.as_ref().is_some_and(|m| is_date_column(k, m));
        let words = &k.graph.nodes()[table].words;
        let counts = |m: &&Metric| {
            m.nature == Nature::Balance && m.entity.as_ref().is_some_and(|e| k.ontology.concept(e).contains(words))
        };
        let metric = k.ontology.metrics().iter().filter(|_| !by_date).find(counts)?;
        let bindings = measure::bind(k, Wanted::plain(metric), &|base| self.feasible(base)).ok()?;
        bindings.first().is_some_and(|b| b.bases[0].origin == Origin::Snapshot).then_some(metric)
    }

    /// "How many customers placed an order": the different customers of those orders.
    fn bind_participants(&self, ask: &Ask) -> Option<(Measure, Binding)> {
        let k = self.k();
        let of = ask.of.as_ref().filter(|_| ask.fold == Some(Fold::Count))?;
        let (counted, through) = (table_of(k, &ask.mention)?, table_of(k, of)?);
        let path = k.graph.path(through, counted).filter(|p| p.len() == 1)?;
        let [column] = k.graph.edge(path[0]).from_columns.as_slice() else { return None };
        let fact = k.graph.nodes()[through].table.name.clone();
        let mut base = column_base(k, &ColumnRef::new(fact, column.clone()), Amount::Distinct(column.clone()));
        base.predicates = crate::documents::posted(&k.graph, &k.ontology, through);
        let name = format!("number of {}", ask.mention.text);
        let binding = Binding { calc: Calc::Base(0), bases: vec![base], score: 0.95 };
        Some((plain_measure(name, Nature::Count, Unit::Count), binding))
    }

    fn bind_metric(&self, metric: &Metric, ask: &Ask) -> Result<(Measure, Binding), Stop> {
        let feasible = |base: &Base| self.feasible(base);
        let part = ask.of.as_ref().and_then(|m| metric_of(self.k(), m));
        match measure::bind(self.k(), Wanted { metric, hints: &ask.mention.links, part }, &feasible) {
            Ok(bindings) => {
                let binding = self.choose(&metric.name, bindings)?;
                Ok((metric_measure(metric), binding))
            }
            Err(failure) if names_it_exactly(ask) => {
                self.bind_phrase(ask).map_err(|_| self.unanswerable(metric, failure))
            }
            Err(failure) => Err(self.unanswerable(metric, failure)),
        }
    }

    /// "Average invoice amount": the amount of one document, put together over documents.
    fn bind_document_metric(&self, metric: &Metric, ask: &Ask, fold: Fold) -> Result<(Measure, Binding), Stop> {
        let (mut measure, mut binding) = self.bind_metric(metric, &Ask { fold: None, ..ask.clone() })?;
        let (Calc::Base(0), [base]) = (&binding.calc, binding.bases.as_slice()) else { return self.bind_phrase(ask) };
        let Amount::Sum(column) = base.amount.clone() else { return self.bind_phrase(ask) };
        let base = base.clone();
        let word = match fold {
            Fold::Average => {
                let rows = Base {
                    amount: Amount::Rows,
                    label: "number".to_owned(),
                    whole: true,
                    scale: Some(0),
                    ..base.clone()
                };
                binding.bases.push(rows);
                binding.calc = Calc::Operation(Arithmetic::Div, Box::new(Calc::Base(0)), Box::new(Calc::Base(1)));
                measure.nature = Nature::Ratio;
                "average"
            }
            Fold::Max => {
                binding.bases = vec![Base { amount: Amount::Max(column), ..base }];
                "highest"
            }
            Fold::Min => {
                binding.bases = vec![Base { amount: Amount::Min(column), ..base }];
                "lowest"
            }
            Fold::Sum | Fold::Count | Fold::Amount => "total",
        };
        measure.name = format!("{word} {}", measure.name);
        Ok((measure, binding))
    }

    /// One of several equally good sources is a question back, unless the question itself names one.
    fn choose(&self, name: &str, mut bindings: Vec<Binding>) -> Result<Binding, Stop> {
        let named = |b: &Binding| {
            let about = self.intent.about.iter().flat_map(|m| &m.links);
            about
                .filter(|l| l.score > 0.9)
                .any(|l| matches!(&l.meaning, Meaning::Table { table } if *table == b.bases[0].fact))
        };
        let mentioned = |b: &Binding| {
            let predicates = b.bases.iter().flat_map(|base| &base.predicates);
            let mut wanted = self.intent.conditions.iter().filter_map(|c| match &c.operand {
                Operand::Phrase(mention) => Some(&mention.links),
                _ => None,
            });
            let holds = |l: &meaning::Link, p: &Predicate| match (&l.meaning, &p.test) {
                (Meaning::Value { column, value }, Test::In(values)) => *column == p.column && values.contains(value),
                _ => false,
            };
            let predicates: Vec<&Predicate> = predicates.collect();
            wanted.any(|links| links.iter().any(|l| predicates.iter().any(|p| holds(l, p))))
        };
        if bindings.iter().any(mentioned) {
            bindings.retain(mentioned);
        }
        if let Some(at) = bindings.iter().position(named) {
            return Ok(bindings.swap_remove(at));
        }
        let best = bindings[0].score;
        let rivals =
            bindings.iter().filter(|b| b.bases[0].origin == bindings[0].bases[0].origin && b.score > best - TIE);
        if rivals.clone().count() > 1 {
            return Err(clarify(&format!("which {name} is meant?"), rivals.map(as_choice).collect()));
        }
        Ok(bindings.swap_remove(0))
    }

    fn unanswerable(&self, metric: &Metric, failure: Failure) -> Stop {
        match failure {
            Failure::Missing(names) => {
                let why = format!("{} needs {}, which this database does not hold", metric.name, names.join(" and "));
                refuse(&why, names, Vec::new())
            }
            Failure::OutOfReach(bindings) => self.out_of_reach(metric, &bindings),
        }
    }

    /// Found, but not kept by what the question wants it broken down by: other amounts that are, as choices.
    fn out_of_reach(&self, metric: &Metric, bindings: &[Binding]) -> Stop {
        let by: Vec<String> = self.demands.dimensions.iter().map(|m| m.text.clone()).collect();
        let wanted =
            if by.is_empty() { "in the way the question asks".to_owned() } else { format!("by {}", by.join(" and ")) };
        let place = bindings.first().map_or_else(String::new, |b| b.bases[0].words.clone());
        let why = format!("{} comes from {place} and is not kept {wanted}", metric.name);
        let feasible = |base: &Base| self.feasible(base);
        let money = metric.unit == meaning::ontology::MetricUnit::Money;
        let others = self.k().ontology.metrics().iter().filter(|m| money && m.event.is_some() && m.unit == metric.unit);
        let mut choices = Vec::new();
        for other in others {
            if let Ok(found) = measure::bind(self.k(), Wanted::plain(other), &feasible) {
                let words = format!("{} ({}) {wanted}", other.name, found[0].bases[0].words);
                choices.push(Choice { words, target: other.id.clone(), score: found[0].score });
            }
        }
        if choices.is_empty() {
            refuse(&why, Vec::new(), Vec::new())
        } else {
            clarify(&format!("{why}; which of these instead?"), choices)
        }
    }

    /// A phrase that is no metric: a numeric column put together, or things counted.
    fn bind_phrase(&self, ask: &Ask) -> Result<(Measure, Binding), Stop> {
        let candidates = self.phrase_candidates(ask);
        let possible: Vec<(Measure, Binding)> =
            candidates.iter().filter(|(_, b)| b.bases.iter().all(|base| self.feasible(base))).cloned().collect();
        let Some((_, best)) = possible.first() else {
            let name = ask.mention.text.clone();
            let why = match candidates.first() {
                Some((_, b)) => {
                    format!("{name} ({}) does not reach all that the question wants to see it by", b.bases[0].words)
                }
                None => format!("{name} is nothing that can be computed"),
            };
            return Err(refuse(&why, vec![name], Vec::new()));
        };
        let about: Vec<&Binding> = possible.iter().map(|(_, b)| b).filter(|b| b.score > best.score - TIE).collect();
        if about.len() > 1 && about.iter().any(|b| b.bases[0].fact != best.bases[0].fact) {
            let binding = self.choose(&ask.mention.text.clone(), about.into_iter().cloned().collect())?;
            let measure = possible.into_iter().find(|(_, b)| *b == binding).map(|(m, _)| m);
            return measure.map(|m| (m, binding)).ok_or_else(|| refuse("no reading was left", Vec::new(), Vec::new()));
        }
        possible.into_iter().next().ok_or_else(|| refuse("no reading was left", Vec::new(), Vec::new()))
    }

    fn phrase_candidates(&self, ask: &Ask) -> Vec<(Measure, Binding)> {
        let k = self.k();
        let mut found = if ask.fold == Some(Fold::Amount) { self.money_of(ask) } else { Vec::new() };
        for link in &ask.mention.links {
            let made = match &link.meaning {
                Meaning::Column { column } => column_measure(k, column, ask),
                Meaning::Table { table } => match (ask.fold, k.graph.index(table)) {
                    (None | Some(Fold::Count | Fold::Sum), Some(node)) => Some(count_measure(k, node)),
                    _ => None,
                },
                _ => None,
            };
            if let Some((measure, calc, bases)) = made {
                let near = self.intent.about.iter().any(|m| {
                    m.links.iter().any(|l| matches!(&l.meaning, Meaning::Table { table } if *table == bases[0].fact))
                });
                let score = link.score + if near { 0.1 } else { 0.0 };
                found.push((measure, Binding { calc, bases, score }));
            }
        }
        found.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
        found
    }

    /// "How much did we invoice": the amount of those documents.
    fn money_of(&self, ask: &Ask) -> Vec<(Measure, Binding)> {
        let k = self.k();
        let word = [meaning::words::stem(&ask.mention.text)];
        let concepts = k.ontology.concepts_of(&word);
        let is_money = |m: &&Metric| {
            m.unit == meaning::ontology::MetricUnit::Money && m.event.as_ref().is_some_and(|e| concepts.contains(e))
        };
        let feasible = |base: &Base| self.feasible(base);
        let metric = k.ontology.metrics().iter().find(is_money);
        let bound = metric.and_then(|m| {
            Some((metric_measure(m), measure::bind(k, Wanted::plain(m), &feasible).ok()?.swap_remove(0)))
        });
        bound.into_iter().collect()
    }

    fn ordering(&mut self, ranking: Option<Ask>) -> Result<Option<Ordering>, Stop> {
        let intent = self.intent;
        let descending = intent.top.as_ref().map(|t| t.descending).or(intent.sorting.as_ref().map(|s| s.descending));
        let Some(descending) = descending else { return Ok(None) };
        let measure = match ranking {
            Some(ask) if is_measure(self.k(), intent, &ask) || is_exact_column(self.k(), &ask) => {
                Some(self.add_measure(&ask, true)?)
            }
            Some(_) => None,
            None if self.measures.is_empty() => {
                return Err(refuse("the question does not say what to rank by", Vec::new(), Vec::new()));
            }
            None => Some(0),
        };
        Ok(Some(Ordering { measure, descending }))
    }

    fn thresholds(&mut self, conditions: &[&Condition]) -> Result<Vec<Threshold>, Stop> {
        let mut having = Vec::new();
        for condition in conditions {
            let Some(subject) = &condition.subject else { continue };
            let ask = Ask { fold: condition.fold, distinct: false, mention: subject.clone(), of: None };
            let measure = self.add_measure(&ask, true)?;
            match &condition.operand {
                Operand::Number(value) => {
                    having.push(Threshold { measure, relation: condition.relation, value: value.clone() })
                }
                Operand::Between(low, high) => {
                    having.push(Threshold { measure, relation: crate::intent::Relation::AtLeast, value: low.clone() });
                    having.push(Threshold { measure, relation: crate::intent::Relation::AtMost, value: high.clone() });
                }
                _ => {}
            }
        }
        Ok(having)
    }

    fn finish(mut self, ordering: Option<Ordering>, having: Vec<Threshold>) -> Result<SemanticPlan, Stop> {
        let k = self.k();
        let roots: Vec<usize> = self.bases.iter().filter_map(|b| k.graph.index(&b.fact)).collect();
        let dimensions = self.dimensions(&roots)?;
        let mut filters = Vec::new();
        for condition in &self.demands.conditions {
            filters.push(filters::predicate(self.ground, &roots, condition)?);
        }
        let filters = filters::join_alternatives(filters);
        // A state or version that the question names itself replaces the usual one.
        for base in &mut self.bases {
            base.predicates.retain(|p| base.origin == Origin::Ledger || !filters.iter().any(|f| f.column == p.column));
        }
        let nature =
            if self.bases.iter().all(|b| b.over_time != OverTime::Sum) { Nature::Balance } else { Nature::Flow };
        let extent = self.extent();
        let mixed = self.bases.iter().any(|b| b.over_time == OverTime::Sum)
            && self.bases.iter().any(|b| b.over_time != OverTime::Sum);
        let days = mixed || self.measures.iter().any(|m| counts_days(&m.calc));
        let plan = self.bases.iter().all(|b| b.plan);
        // The books end when the last thing was booked, not when this sort of thing last happened.
        let last = extent.and(k.last_day(self.ground.today));
        let made = windows::windows(self.ground, self.intent, windows::Demand { nature, last, days, plan });
        let (cut, fiscal_start) = self.cut(&made, extent);
        // What ranks or filters the answer is worth seeing.
        self.measures.iter_mut().for_each(|m| m.hidden = false);
        let mut warnings = made.warnings;
        warnings.extend(self.intent.unsupported.iter().cloned());
        let derived = match self.intent.derived {
            _ if made.growth => Some(Derived::Growth),
            Some(Derived::Growth) => None,
            other => other,
        };
        let windows: Vec<Window> = made.windows;
        let aggregation = Aggregation {
            measures: self.measures,
            bases: self.bases,
            dimensions,
            cut,
            fiscal_start,
            windows,
            filters,
            having,
            ordering,
            limit: self.intent.top.as_ref().map(|t| t.count),
            derived,
        };
        let assumptions = [self.intent.assumptions.clone(), made.assumptions].concat();
        Ok(SemanticPlan { query: Query::Aggregate(aggregation), confidence: self.confidence, assumptions, warnings })
    }

    fn dimensions(&mut self, roots: &[usize]) -> Result<Vec<Dimension>, Stop> {
        let mut dimensions: Vec<Dimension> = Vec::new();
        for mention in &self.demands.dimensions {
            let k = self.ground.knowledge;
            let found = dimension_places(self.ground, roots, mention);
            let Some(best) = found.first() else {
                let why = format!("{} cannot be broken down by {}", self.measures[0].name, mention.text.clone());
                return Err(refuse(&why, vec![mention.text.clone()], Vec::new()));
            };
            let mut made: Vec<Dimension> = found.iter().map(|p| dimension(k, &mention.text, p)).collect();
            made.dedup_by(|a, b| a.key == b.key);
            let same_depth = found.iter().all(|p| p.distance() == best.distance());
            if made.len() > 1 && same_depth {
                let choices =
                    found.iter().map(|p| Choice { words: describe(k, p), target: describe(k, p), score: p.score });
                return Err(clarify(&format!("which {} is meant?", mention.text.clone()), choices.collect()));
            }
            if !best.rivals.is_empty() {
                let roles = best.paths.iter().take(1).chain(&best.rivals);
                let choices =
                    roles.map(|p| Choice { words: role_words(k, p), target: role_words(k, p), score: best.score });
                return Err(clarify(&format!("which {} is meant?", mention.text), choices.collect()));
            }
            self.confidence = self.confidence.min(best.score);
            let chosen = made.swap_remove(0);
            if !dimensions.contains(&chosen) {
                dimensions.push(chosen);
            }
        }
        Ok(dimensions)
    }

    /// First and last day of the data behind the dated bases, where both are known.
    fn extent(&self) -> Option<(Date, Date)> {
        let k = self.k();
        let day = |value: &Value| match value {
            Value::Date(date) => Some(*date),
            other => other.to_string().get(..10).and_then(|text| Date::from_str(text).ok()),
        };
        let mut extents = Vec::new();
        for date in self.bases.iter().filter_map(|b| b.date.as_ref()) {
            let extent = k.graph.statistics(&date.column)?.extent.as_ref()?;
            extents.push((day(&extent.min)?, day(&extent.max)?));
        }
        let first = extents.iter().map(|e| e.0).min()?;
        let last = extents.iter().map(|e| e.1).max()?;
        Some((first, last))
    }

    fn cut(&self, made: &Windows, extent: Option<(Date, Date)>) -> (Option<Grain>, u8) {
        let calendar = self.ground.calendar;
        let span = made.windows[0].period.as_ref().map(|p| p.span).filter(|s| !s.opens_early() && !s.opens_late());
        let data = extent.map(|(from, to)| crate::calendar::Span { from, to: crate::calendar::Span::day(to).to });
        match self.intent.cut {
            None => (None, calendar.fiscal_start),
            Some(Cut::By(grain)) => (Some(grain), calendar.fiscal_start),
            Some(Cut::ByCalendar(grain)) => (Some(grain), 1),
            Some(Cut::OverTime) => (Some(fitting_grain(span.or(data))), calendar.fiscal_start),
        }
    }
}

/// Whether a calculation needs the length of its period.
fn counts_days(calc: &Calc) -> bool {
    match calc {
        Calc::Days => true,
        Calc::Operation(_, a, b) => counts_days(a) || counts_days(b),
        _ => false,
    }
}

fn is_ambiguous(ground: Ground, roots: &[usize], condition: &Condition) -> bool {
    let result = filters::predicate(ground, roots, condition);
    result.is_err_and(|stop| matches!(*stop, super::outcome::Outcome::Clarify(_)))
}

fn as_choice(binding: &Binding) -> Choice {
    let words = binding.bases.iter().map(|b| b.words.clone()).collect::<Vec<_>>().join("; ");
    Choice { target: words.clone(), words, score: binding.score }
}

/// A chain by the columns that it goes through.
fn role_words(k: &Knowledge, path: &[usize]) -> String {
    let step = |e: &usize| {
        let edge = k.graph.edge(*e);
        format!("{}.{}", k.graph.nodes()[edge.from].table.name, edge.from_columns.join(", "))
    };
    path.iter().map(step).collect::<Vec<_>>().join(" to ")
}

fn describe(k: &Knowledge, place: &Place) -> String {
    match &place.target {
        Target::Column(column) => column.to_string(),
        Target::Thing(node) => k.graph.nodes()[*node].table.name.to_string(),
    }
}

fn metric_measure(metric: &Metric) -> Measure {
    Measure {
        name: metric.name.clone(),
        calc: Calc::Number(0),
        nature: metric.nature,
        unit: measure::unit(metric),
        better: metric.better,
        metric: Some(metric.id.clone()),
        hidden: false,
    }
}

type Made = (Measure, Calc, Vec<Base>);

fn plain_measure(name: String, nature: Nature, unit: Unit) -> Measure {
    Measure { name, calc: Calc::Number(0), nature, unit, better: Better::None, metric: None, hidden: false }
}

/// A column put together as the question says, or as its role says.
fn column_measure(k: &Knowledge, column: &ColumnRef, ask: &Ask) -> Option<Made> {
    let role = k.graph.role(column);
    let name = &column.column;
    let of = |amount: Amount| column_base(k, column, amount);
    let one = |measure: Measure, base: Base| Some((measure, Calc::Base(0), vec![base]));
    let plain = Unit::Plain;
    match (ask.fold, role) {
        (Some(Fold::Count), Role::Measure(_)) if !ask.distinct => None,
        (Some(Fold::Count), Role::Key) if !ask.distinct => {
            let node = k.graph.index(&column.table)?;
            let (measure, calc, bases) = count_measure(k, node);
            Some((measure, calc, bases))
        }
        (Some(Fold::Count), _) => one(
            plain_measure(format!("number of {}", name.replace('_', " ")), Nature::Count, Unit::Count),
            of(Amount::Distinct(name.clone())),
        ),
        (Some(Fold::Max), _) => one(
            plain_measure(format!("highest {}", name.replace('_', " ")), Nature::Flow, plain),
            of(Amount::Max(name.clone())),
        ),
        (Some(Fold::Min), _) => one(
            plain_measure(format!("lowest {}", name.replace('_', " ")), Nature::Flow, plain),
            of(Amount::Min(name.clone())),
        ),
        (Some(Fold::Average), Role::Measure(_) | Role::PeriodNumber) | (None, Role::Measure(MeasureKind::Rate)) => {
            let count = Base {
                amount: Amount::Rows,
                label: "number".to_owned(),
                whole: true,
                scale: Some(0),
                ..of(Amount::Rows)
            };
            let counted = Base { predicates: vec![not_null(column)], ..count };
            let calc = Calc::Operation(Arithmetic::Div, Box::new(Calc::Base(0)), Box::new(Calc::Base(1)));
            let measure = plain_measure(format!("average {}", name.replace('_', " ")), Nature::Ratio, plain);
            Some((measure, calc, vec![of(Amount::Sum(name.clone())), counted]))
        }
        (None | Some(Fold::Sum | Fold::Amount), Role::Measure(MeasureKind::Additive)) => {
            one(plain_measure(name.clone(), Nature::Flow, plain), measured(k, column, Nature::Flow))
        }
        (None | Some(Fold::Sum | Fold::Amount), Role::Measure(MeasureKind::Level)) => {
            one(plain_measure(name.clone(), Nature::Balance, plain), measured(k, column, Nature::Balance))
        }
        _ => None,
    }
}

fn not_null(column: &ColumnRef) -> crate::semantic::Predicate {
    crate::semantic::Predicate { column: column.clone(), test: crate::semantic::Test::NotNull, paths: vec![Vec::new()] }
}

fn count_measure(k: &Knowledge, node: usize) -> Made {
    let name = format!("number of {}", k.graph.nodes()[node].table.name.name.replace('_', " "));
    (plain_measure(name, Nature::Count, Unit::Count), Calc::Base(0), vec![row_base(k, node)])
}
