//! From asks to measures with a source: metrics, columns, things counted.

use catalog::{ColumnRef, Unit};
use meaning::formula::Arithmetic;
use meaning::ontology::{Metric, Nature};
use meaning::{Meaning, Mention};

use super::choose::{settle, source_choices};
use super::filters;
use super::ground::Ground;
use super::kinds::{
    column_measure, count_measure, is_date_column, metric_measure, metric_of, names_it_exactly, plain_measure, table_of,
};
use super::outcome::{Choice, Stop, refuse};
use super::place::{HEAD, Target, dimension_places, is_head, places};
use super::relations;
use super::years;
use crate::documents;
use crate::graph::Role;
use crate::intent::{Ask, Condition, Cut, Fold, Intent, Operand};
use crate::kept;
use crate::knowledge::Knowledge;
use crate::measure::{self, Binding, Failure, Wanted, column_base};
use crate::planned;
use crate::semantic::{Amount, Base, Calc, Measure, Origin, OverTime, Predicate, Related, Test};
use crate::steps;

/// Two bindings closer than this are equally good.
const TIE: f64 = 0.02;

/// From this score on a phrase is the name of a thing.
const NAMED: f64 = 0.95;

/// Below this score a name was only met in part.
const IN_PART: f64 = 0.85;

/// Everything a measure must be able to see.
pub struct Demands<'i> {
    /// What it is broken down by.
    pub dimensions: Vec<&'i Mention>,
    /// What restricts it.
    pub conditions: Vec<&'i Condition>,
    /// Whether it needs a date.
    pub dated: bool,
}

/// Finds the source of each ask that can see all that the question demands.
pub struct Binder<'g, 'i> {
    /// What is known.
    pub ground: Ground<'g>,
    /// The question.
    pub intent: &'i Intent,
    /// What measures must be able to see.
    pub demands: Demands<'i>,
}

impl<'g> Binder<'g, '_> {
    /// The schema.
    pub fn k(&self) -> &'g Knowledge {
        self.ground.knowledge
    }

    /// Whether a base can be broken down, filtered and dated as the question wants.
    pub fn feasible(&self, base: &Base) -> bool {
        let k = self.k();
        let Some(root) = k.graph.index(&base.fact) else { return false };
        let roots = [root];
        let avoided = self.ground.avoid.contains(&base.fact) && !self.demands.dimensions.is_empty();
        !avoided
            && !self.counts_itself(root, base)
            && self.demands.dimensions.iter().all(|m| !dimension_places(self.ground, &roots, m).is_empty())
            && self.demands.conditions.iter().all(|c| self.meets(root, base, c))
            && (!self.demands.dated || base.date.is_some() || self.year(base).is_some())
            && self.can_be_cut(base)
    }

    /// The restriction to the year that the question names, of rows that have no date but a year.
    pub fn year(&self, base: &Base) -> Option<Predicate> {
        let whole = self.intent.cut.is_none() && self.intent.compare.is_none() && self.intent.as_of.is_none();
        let [period] = self.intent.periods.as_slice() else { return None };
        let root = self.k().graph.index(&base.fact).filter(|_| whole && base.date.is_none())?;
        years::within(years::year_of(self.ground, root, self.intent)?, period.span)
    }

    /// Whether the rows behind a base, where each stands for a whole period, can be cut as the question cuts time.
    fn can_be_cut(&self, base: &Base) -> bool {
        let Some(dated) = base.date.as_ref().filter(|_| base.over_time == OverTime::Sum) else { return true };
        let Some(step) = steps::step(&self.k().graph, dated) else { return true };
        let calendar = self.ground.calendar;
        let cut = match self.intent.cut {
            Some(Cut::By(grain)) => step.fits(grain, calendar),
            Some(Cut::ByCalendar(grain)) => step.fits(grain, &calendar.civil()),
            Some(Cut::OverTime) | None => true,
        };
        let last = self.k().extent(dated).map(|(_, last)| last);
        cut && self.intent.periods.iter().all(|p| step.can_cut(p.span, self.ground.today, last))
    }

    /// Things broken down by themselves are one each: nothing that anybody asks for.
    fn counts_itself(&self, root: usize, base: &Base) -> bool {
        let [only] = self.demands.dimensions.as_slice() else { return false };
        let place = dimension_places(self.ground, &[root], only).into_iter().next();
        let itself = place.is_some_and(|p| match &p.target {
            Target::Thing(node) => *node == root,
            Target::Column(column) => p.distance() == 0 && is_unique(self.k(), column),
        });
        base.amount == Amount::Rows && itself && self.intent.cut.is_none()
    }

    /// Whether a condition can be applied to the rows of a table.
    fn meets(&self, root: usize, base: &Base, condition: &Condition) -> bool {
        self.absence(root, condition).is_some()
            || filters::reaches(self.ground, &[root], condition)
            || counts_whole(base) && relations::steps_through(self.ground, root, condition).is_some()
            || is_ambiguous(self.ground, &[root], condition)
    }

    /// Things that must not lead to a row, where that is what a condition says.
    pub fn absence(&self, root: usize, condition: &Condition) -> Option<Related> {
        let thing = filters::is_absence(condition)
            && condition.subject.as_ref().is_some_and(|s| table_of(self.k(), s).is_some());
        let found = thing.then(|| relations::absent(self.ground, root, condition).ok().flatten()).flatten();
        found.filter(|r| !r.path.is_empty())
    }

    /// "Orders shipped last month": the date that the question names bounds the period.
    pub fn date_by_name(&self, base: &mut Base) {
        let Some(root) = self.k().graph.index(&base.fact).filter(|_| base.over_time == OverTime::Sum) else { return };
        let named = self
            .intent
            .dated
            .iter()
            .filter(|m| is_date_column(self.k(), m))
            .flat_map(|m| places(self.ground, &[root], m));
        let dated = named.filter_map(|p| match (p.target, p.paths.into_iter().next()) {
            (Target::Column(column), Some(path)) => documents::dated(&self.k().graph, &column, &path),
            _ => None,
        });
        if let Some(dated) = dated.take(1).next() {
            base.date = Some(dated);
        }
    }

    /// The measure of an ask and the way to compute it.
    pub fn bind(&self, ask: &Ask) -> Result<(Measure, Binding), Stop> {
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
            // "How many bills": the amount of billings is no number of them.
            (Some(metric), Some(Fold::Count)) if is_money(metric) => self.bind_phrase(ask),
            (Some(metric), None | Some(Fold::Sum | Fold::Count | Fold::Amount)) if first_is_metric => {
                self.bind_metric(metric, ask)
            }
            (Some(metric), Some(Fold::Average)) if first_is_metric && self.mean_over().is_some() => {
                self.bind_mean(metric, ask)
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
        self.participants(ask, path[0])
    }

    /// The different things that rows refer to by an edge.
    fn participants(&self, ask: &Ask, edge: usize) -> Option<(Measure, Binding)> {
        let k = self.k();
        let edge = k.graph.edge(edge);
        let [column] = edge.from_columns.as_slice() else { return None };
        let fact = k.graph.nodes()[edge.from].table.name.clone();
        let mut base = column_base(k, &ColumnRef::new(fact, column.clone()), Amount::Distinct(column.clone()));
        base.predicates = documents::posted(&k.graph, &k.ontology, edge.from);
        let name = format!("number of {}", ask.mention.text);
        let binding = Binding { calc: Calc::Base(0), bases: vec![base], score: 0.95 };
        Some((plain_measure(name, Nature::Count, Unit::Count), binding))
    }

    /// "Students by club": the different students of the one table that joins both. In books with a ledger documents
    /// join everything with everything, and none of them is meant.
    fn bind_joined(&self, ask: &Ask) -> Option<(Measure, Binding)> {
        let k = self.k();
        let alone = self.intent.asks.iter().filter(|a| table_of(k, &a.mention).is_some()).count() < 2;
        let broken_down = alone && !self.demands.dimensions.is_empty() && k.ledger.is_none();
        let things = table_of(k, &ask.mention).filter(|_| ask.fold == Some(Fold::Count));
        let counted = things.filter(|_| broken_down)?;
        let through = k.graph.incoming(counted).iter().filter(|e| k.graph.edge(**e).from != counted);
        let bound = through.filter_map(|edge| self.participants(ask, *edge));
        let mut bound = bound.filter(|(_, b)| b.bases.iter().all(|base| self.feasible(base)));
        bound.next().filter(|_| bound.next().is_none())
    }

    fn bind_metric(&self, metric: &Metric, ask: &Ask) -> Result<(Measure, Binding), Stop> {
        let feasible = |base: &Base| self.feasible(base);
        let part = ask.of.as_ref().and_then(|m| metric_of(self.k(), m));
        match planned::bind(self.k(), Wanted { metric, hints: &ask.mention.links, part }, &feasible) {
            Ok(bindings) => {
                let binding = self.choose(&metric.name, bindings)?;
                Ok((metric_measure(metric), binding))
            }
            Err(Failure::Missing(names)) => {
                // An everyday word that is a metric elsewhere ("orders", "costs") may be a plain name here; how many
                // rows a plan has is no plan.
                let plain = self.bind_phrase(ask).ok();
                let plain = plain.filter(|(m, _)| metric.scenario.is_empty() || m.nature != Nature::Count);
                plain.map_or_else(|| self.unanswerable(metric, Failure::Missing(names)), Ok)
            }
            Err(failure) if names_it_exactly(ask) => {
                self.bind_phrase(ask).or_else(|_| self.unanswerable(metric, failure))
            }
            Err(failure) => self.unanswerable(metric, failure),
        }
    }

    /// The number of buckets that "average monthly revenue" is an average over: those of the one period.
    pub fn mean_over(&self) -> Option<i64> {
        let grain = match self.intent.cut {
            Some(Cut::By(grain) | Cut::ByCalendar(grain)) => grain,
            _ => return None,
        };
        let [period] = self.intent.periods.as_slice() else { return None };
        let averaged = self.intent.asks.iter().all(|a| a.fold == Some(Fold::Average)) && !self.intent.asks.is_empty();
        let closed = !period.span.opens_early() && !period.span.opens_late() && period.span.to <= self.ground.today;
        let buckets = (averaged && closed).then(|| self.ground.calendar.whole_buckets(period.span, grain)).flatten()?;
        (buckets > 0).then_some(i64::from(buckets))
    }

    /// "Average monthly revenue in FY25": the total over the number of months.
    fn bind_mean(&self, metric: &Metric, ask: &Ask) -> Result<(Measure, Binding), Stop> {
        let (mut measure, mut binding) = self.bind_metric(metric, &Ask { fold: None, ..ask.clone() })?;
        let flows = binding.bases.iter().all(|b| b.over_time == OverTime::Sum) && metric.nature == Nature::Flow;
        let Some(n) = self.mean_over().filter(|_| flows) else { return self.bind_phrase(ask) };
        binding.calc = Calc::Operation(Arithmetic::Div, Box::new(binding.calc), Box::new(Calc::Number(n)));
        measure.name = format!("average {}", measure.name);
        measure.nature = Nature::Ratio;
        Ok((measure, binding))
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
                    power: 0,
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
        let agrees = |b: &Binding| b != &bindings[0] && kept::agree(self.k(), &b.bases[0], &bindings[0].bases[0]);
        let rivals = bindings
            .iter()
            .filter(|b| b.bases[0].origin == bindings[0].bases[0].origin && b.score > best - TIE && !agrees(b));
        let rivals: Vec<&Binding> = rivals.collect();
        if rivals.len() > 1 {
            let at = settle(self.ground, &format!("which {name} is meant?"), source_choices(name, &rivals))?;
            return Ok(rivals[at].clone());
        }
        Ok(bindings.swap_remove(0))
    }

    fn unanswerable(&self, metric: &Metric, failure: Failure) -> Result<(Measure, Binding), Stop> {
        match failure {
            Failure::Missing(names) => {
                let why = match names.as_slice() {
                    [only] if *only == metric.name => format!("this database holds nothing that is {only}"),
                    _ => format!("{} needs {}, which this database does not hold", metric.name, names.join(" and ")),
                };
                Err(refuse(&why, names, Vec::new()))
            }
            Failure::OutOfReach(bindings) => self.out_of_reach(metric, &bindings),
        }
    }

    /// Found, but not kept by what the question wants it broken down by: other amounts that are, as choices.
    fn out_of_reach(&self, metric: &Metric, bindings: &[Binding]) -> Result<(Measure, Binding), Stop> {
        let by: Vec<String> = self.demands.dimensions.iter().map(|m| m.text.clone()).collect();
        let wanted =
            if by.is_empty() { "in the way the question asks".to_owned() } else { format!("by {}", by.join(" and ")) };
        let place = bindings.first().map_or_else(String::new, |b| b.bases[0].words.clone());
        let why = format!("{} comes from {place} and is not kept {wanted}", metric.name);
        let feasible = |base: &Base| self.feasible(base);
        let money = metric.unit == meaning::ontology::MetricUnit::Money;
        let others = self.k().ontology.metrics().iter().filter(|m| money && m.event.is_some() && m.unit == metric.unit);
        let (mut choices, mut instead) = (Vec::new(), Vec::new());
        for other in others {
            if let Ok(mut found) = measure::bind(self.k(), Wanted::plain(other), &feasible) {
                let words = format!("{} ({}) {wanted}", other.name, found[0].bases[0].words);
                let (target, phrase, score) = (other.id.clone(), metric.name.clone(), found[0].score);
                choices.push(Choice { words, target, phrase, score });
                instead.push((metric_measure(other), found.swap_remove(0)));
            }
        }
        if choices.is_empty() {
            return Err(refuse(&why, Vec::new(), Vec::new()));
        }
        let at = settle(self.ground, &format!("{why}; which of these instead?"), choices)?;
        Ok(instead.swap_remove(at))
    }

    /// A phrase that is no metric: a numeric column put together, or things counted.
    fn bind_phrase(&self, ask: &Ask) -> Result<(Measure, Binding), Stop> {
        let candidates = self.phrase_candidates(ask);
        let possible: Vec<(Measure, Binding)> =
            candidates.iter().filter(|(_, b)| b.bases.iter().all(|base| self.feasible(base))).cloned().collect();
        let Some((_, best)) = possible.first() else {
            if let Some(bound) = self.bind_joined(ask) {
                return Ok(bound);
            }
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
        // Of amounts side by side the one whose name is closest is meant, unless all are named in part only.
        let rival = |b: &&Binding| {
            b.bases[0].fact != best.bases[0].fact
                || best.score < IN_PART && b.bases[0].amount != best.bases[0].amount
                || b.bases[0].amount == best.bases[0].amount && b.bases[0].predicates != best.bases[0].predicates
        };
        if about.iter().any(rival) {
            let binding = self.choose(&ask.mention.text.clone(), about.into_iter().cloned().collect())?;
            let measure = possible.into_iter().find(|(_, b)| *b == binding).map(|(m, _)| m);
            return measure.map(|m| (m, binding)).ok_or_else(|| refuse("no reading was left", Vec::new(), Vec::new()));
        }
        possible.into_iter().next().ok_or_else(|| refuse("no reading was left", Vec::new(), Vec::new()))
    }

    fn phrase_candidates(&self, ask: &Ask) -> Vec<(Measure, Binding)> {
        let k = self.k();
        let mut found = if ask.fold == Some(Fold::Amount) { self.money_of(ask) } else { Vec::new() };
        // "Total fee" where fees are tickets with a fee: the amount, not how many.
        let amount = |l: &meaning::Link| matches!(&l.meaning, Meaning::Column { column } if matches!(k.graph.role(column), Role::Measure(_)));
        let summed = ask.fold == Some(Fold::Sum) && ask.mention.links.iter().any(amount);
        for link in &ask.mention.links {
            let made = match &link.meaning {
                Meaning::Table { .. } if summed => None,
                Meaning::Column { column } => column_measure(k, column, ask),
                Meaning::Table { table } => match (ask.fold, k.graph.index(table)) {
                    (None | Some(Fold::Count | Fold::Sum), Some(node)) if !kept::is_by_period(k, node) => {
                        Some(count_measure(k, node))
                    }
                    _ => None,
                },
                _ => None,
            };
            if let Some((measure, calc, bases)) = made {
                let of_fact = |m: &Mention, least: f64| {
                    let names =
                        |l: &meaning::Link| matches!(&l.meaning, Meaning::Table { table } if *table == bases[0].fact);
                    m.links.iter().any(|l| l.score >= least && names(l))
                };
                // "The amount of settlements" is one of theirs, before what else may be called so.
                let own = summed && of_fact(&ask.mention, NAMED);
                let near = own || self.intent.about.iter().any(|m| of_fact(m, 0.0));
                let bonus = if near && is_head(k, link, &ask.mention) { HEAD } else { 0.1 };
                let score = link.score + if near { bonus } else { 0.0 };
                for bases in alternatives(k, bases) {
                    found.push((measure.clone(), Binding { calc: calc.clone(), bases, score }));
                }
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
}

/// The bases over the rows that count; one set for each scenario that may be meant.
fn alternatives(k: &Knowledge, bases: Vec<Base>) -> Vec<Vec<Base>> {
    let counted: Vec<Vec<Base>> = bases.into_iter().map(|base| measure::counted(k, base)).collect();
    let several = counted.iter().map(Vec::len).max().unwrap_or(0);
    let pick = |i: usize| counted.iter().map(|of| of[i.min(of.len() - 1)].clone()).collect();
    (0..several).map(pick).collect()
}

fn is_money(metric: &Metric) -> bool {
    metric.unit == meaning::ontology::MetricUnit::Money
}

/// Whether rows count as a whole: the amount of an order is not that of those of its lines which meet a condition.
pub fn counts_whole(base: &Base) -> bool {
    matches!(base.amount, Amount::Rows | Amount::Distinct(_) | Amount::Max(_) | Amount::Min(_))
}

/// Whether no two rows share a value.
pub fn is_unique(k: &Knowledge, column: &ColumnRef) -> bool {
    let rows = k.graph.node(&column.table).and_then(|n| n.rows);
    let distinct = k.graph.statistics(column).map(|s| s.distinct);
    let named = matches!(k.graph.role(column), Role::Label | Role::PersonName | Role::Text);
    k.graph.role(column) == Role::Key || named && rows.is_some_and(|r| r > 1) && rows == distinct
}

fn is_ambiguous(ground: Ground, roots: &[usize], condition: &Condition) -> bool {
    let result = filters::predicate(ground, roots, condition);
    result.is_err_and(|stop| matches!(*stop, super::outcome::Outcome::Clarify(_)))
}
