//! Plans for numbers: measures with their sources, dimensions they share, windows, order.

use catalog::{ColumnRef, Decimal, TableName, Unit};
use jiff::civil::Date;
use meaning::ontology::{Nature, Stems};
use meaning::{Meaning, Mention};
use sql::Grain;

use super::bind::{Binder, Demands};
use super::currency;
use super::filters;
use super::ground::Ground;
use super::kinds::{
    contrasted, counts_days, is_date_column, is_exact_column, is_measure, is_number_column, is_plain_thing,
    is_row_property, metric_of, named_accounts, ordered_by, parts, plain_measure, side_by_side, table_of,
};
use super::outcome::{Stop, refuse};
use super::outer;
use super::place::{Target, dimension, dimension_places, the_place};
use super::prepare::reach_back;
use super::restrict;
use super::statement;
use super::versus;
use super::windows::{self, Windows, fitting_grain};
use crate::calendar::{Calendar, noun};
use crate::graph::{MeasureKind, Role};
use crate::intent::{Ask, Condition, Cut, Derived, Fold, Intent, Operand, Relation};
use crate::knowledge::Knowledge;
use crate::measure::{self, Binding};
use crate::semantic::{
    Aggregation, Amount, Base, Bound, Calc, Dimension, Measure, Only, Ordering, Origin, Outer, OverTime, Part,
    Predicate, Query, Ranks, Related, SemanticPlan, Test, Threshold, Window,
};
use crate::steps;

/// Whether a question asks for numbers rather than for rows as they are.
pub fn is_numeric(ground: Ground, intent: &Intent) -> bool {
    let k = ground.knowledge;
    let measures = intent.asks.iter().any(|a| is_measure(k, intent, a));
    let ranked =
        intent.top.as_ref().and_then(|t| t.by.as_ref()).is_some_and(|by| {
            is_measure(k, intent, by) && (!is_row_property(k, by) || adds_up_by_things(k, intent, by))
        });
    let sorted = intent.sorting.as_ref().is_some_and(|s| s.by.fold.is_some());
    let thresholds = sorted || intent.conditions.iter().any(|c| filters::is_threshold(k, c));
    let dated = intent.by.len() + intent.periods.len() > 0 || intent.as_of.is_some();
    let names_accounts = intent.asks.is_empty() && dated || intent.cut.is_some();
    let accounts = names_accounts && intent.conditions.iter().any(|c| named_accounts(k, c).is_some());
    let grouped = intent.by.iter().any(|m| !intent.each.contains(m));
    intent.frequency || measures || ranked || thresholds || accounts || grouped || intent.cut.is_some()
}

/// Puts the plan together.
pub fn plan(ground: Ground, intent: &Intent) -> Result<SemanticPlan, Stop> {
    if intent.top.as_ref().is_some_and(|t| t.by_time) {
        return Err(refuse("numbers of the first or last of something by time", Vec::new(), Vec::new()));
    }
    let k = ground.knowledge;
    let (wanted, grouping) = split_asks(k, intent)?;
    ranks_what_is_asked(intent, &grouping)?;
    let thresholds: Vec<&Condition> = intent.conditions.iter().filter(|c| filters::is_threshold(k, c)).collect();
    let pairs = versus::pairs(ground, intent, &wanted)?;
    // The version of a plan restricts the plan, not what stands against it.
    let version = |c: &&Condition| !pairs.is_empty() && versus::names_version(k, c);
    let conditions = intent.conditions.iter().filter(|c| !filters::is_threshold(k, c) && !version(c)).collect();
    let demands = Demands {
        dimensions: intent.by.iter().chain(grouping).collect(),
        conditions,
        dated: !intent.periods.is_empty() || intent.cut.is_some() || intent.compare.is_some() || intent.as_of.is_some(),
    };
    let strangers = strangers(k, &wanted);
    let ground = Ground { strangers: &strangers, ..ground };
    let binder = Binder { ground, intent, demands };
    let mut build = Build {
        binder,
        measures: Vec::new(),
        bases: Vec::new(),
        confidence: 1.0,
        nested: Vec::new(),
        having: Vec::new(),
    };
    build.add_variances(&pairs)?;
    for ask in wanted.iter().filter(|_| pairs.is_empty()) {
        build.add_asked(ask)?;
    }
    if intent.frequency {
        let base = restrict::frequency(&build.binder)?;
        build.measures.extend(base.map(|base| {
            let measure = plain_measure("number".to_owned(), Nature::Count, Unit::Count);
            let binding = Binding { calc: Calc::Base(0), bases: vec![base], score: 0.9 };
            Measure { calc: measure::merge(binding, &mut build.bases), ..measure }
        }));
    }
    if build.measures.is_empty() {
        build.add_named_accounts();
    }
    let ranking = intent.top.as_ref().and_then(|t| t.by.clone()).or(intent.sorting.as_ref().map(|s| s.by.clone()));
    let ordering = build.ordering(ranking)?;
    let (counted, thresholds) = restrict::counted(&build.binder, &build.bases, thresholds);
    let grouped = thresholds.is_empty() || !build.binder.demands.dimensions.is_empty() || intent.cut.is_some();
    outer::counted_as_a_whole(&build.measures, grouped)?;
    build.thresholds(&thresholds)?;
    if intent.alternatives && !build.having.is_empty() && intent.conditions.len() > 1 {
        return Err(refuse("\"or\" between such conditions is not understood yet", Vec::new(), Vec::new()));
    }
    if build.measures.is_empty() {
        return Err(refuse("the question names no number to compute", Vec::new(), Vec::new()));
    }
    build.finish(ordering, counted)
}

/// "The policies of the customer who has the most policies" asks for those of one customer, not for the policy that
/// is met most.
fn ranks_what_is_asked(intent: &Intent, grouping: &[&Mention]) -> Result<(), Stop> {
    let ranked = intent.ranked_of.as_ref().filter(|_| intent.top.as_ref().is_some_and(|t| t.by.is_some()));
    let Some(table) = ranked.and_then(filters::best_table) else { return Ok(()) };
    let belongs = |m: &&Mention| {
        m.links.iter().any(|l| match &l.meaning {
            Meaning::Table { table: named } => *named == table,
            Meaning::Column { column } => column.table == table,
            _ => false,
        })
    };
    if grouping.is_empty() || grouping.iter().any(belongs) {
        return Ok(());
    }
    Err(refuse(
        "a list of what belongs to the largest or smallest of other things is not understood yet",
        Vec::new(),
        Vec::new(),
    ))
}

/// What the parties are called that no metric in question deals with; none where no metric names a party.
fn strangers(k: &Knowledge, wanted: &[Ask]) -> Vec<Stems> {
    let own: Vec<&str> = wanted.iter().filter_map(|a| metric_of(k, &a.mention)?.party.as_deref()).collect();
    let others = k.ontology.parties().into_iter().filter(|p| !own.is_empty() && !own.contains(p));
    others.flat_map(|p| k.ontology.concept(p)).cloned().collect()
}

/// "Top 3 stalls by sales amount": the amounts belong to what happened to the things, not to the things themselves.
fn adds_up_by_things(k: &Knowledge, intent: &Intent, by: &Ask) -> bool {
    let several = intent.top.as_ref().is_some_and(|t| t.count > 1);
    let things: Vec<usize> = intent.asks.iter().filter_map(|a| table_of(k, &a.mention)).collect();
    let best = by.mention.links[0].score;
    let event = |column: &ColumnRef| {
        let node = k.graph.index(&column.table).filter(|n| !things.contains(n) && k.date_of(*n).is_some());
        let additive = k.graph.role(column) == Role::Measure(MeasureKind::Additive);
        node.is_some_and(|n| additive && things.iter().any(|thing| k.graph.path(n, *thing).is_some()))
    };
    let named = by.mention.links.iter().filter(|l| l.score > best - 0.05);
    several && named.into_iter().any(|l| matches!(&l.meaning, Meaning::Column { column } if event(column)))
}

/// Measures and grouping phrases among the asks. A thing or category beside a number groups it.
fn split_asks<'i>(k: &Knowledge, intent: &'i Intent) -> Result<(Vec<Ask>, Vec<&'i Mention>), Stop> {
    let mut wanted = Vec::new();
    let mut grouping = Vec::new();
    side_by_side(k, &intent.asks)?;
    for ask in &intent.asks {
        if intent.dated.as_ref() == Some(&ask.mention) && is_date_column(k, &ask.mention) {
            continue;
        }
        let counted = wanted.first().is_some_and(|w: &Ask| w.fold == Some(Fold::Count));
        if !wanted.is_empty()
            && !ask.joined
            && ask.fold.is_none()
            && (counted || is_plain_thing(&ask.mention))
            && intent.top.is_none()
        {
            // "How many industries are the companies in": they are counted through, not by them.
            if let Some(first) = wanted.first_mut().filter(|_| counted) {
                counted_through(k, first, &ask.mention)?;
            }
            continue;
        }
        let folded =
            wanted.last().and_then(|w| w.fold).filter(|f| *f != Fold::Count && ask.joined && ask.fold.is_none());
        if let (Some(fold), true) = (folded, is_number_column(k, &ask.mention)) {
            // "The average price and weight": of both.
            wanted.push(Ask { fold: Some(fold), ..ask.clone() });
            continue;
        }
        if is_measure(k, intent, ask) { wanted.extend(parts(k, ask)?) } else { grouping.push(&ask.mention) }
    }
    let ranked = intent.frequency || intent.top.as_ref().is_some_and(|t| t.by.is_some());
    if wanted.is_empty() && !ranked && intent.conditions.iter().all(|c| !filters::is_threshold(k, c)) {
        // "orders by region": the things themselves are counted.
        if let Some(first) = intent.asks.first().or(None) {
            grouping.retain(|m| **m != first.mention);
            wanted.push(Ask { fold: Some(Fold::Count), ..first.clone() });
        } else if let Some(about) = intent.about.first() {
            wanted.push(Ask::plain(about.clone()));
        }
    }
    Ok((wanted, grouping))
}

/// What is counted must have to do with the thing that it is counted through: it is a property of it, or rows of it
/// refer to what is counted ("how many documents have expenses").
fn counted_through(k: &Knowledge, counted: &mut Ask, through: &Mention) -> Result<(), Stop> {
    let Some(node) = table_of(k, through) else { return Ok(()) };
    let tables = counted.mention.links.iter().filter_map(|l| match &l.meaning {
        Meaning::Table { table } => k.graph.index(table),
        Meaning::Column { column } => k.graph.index(&column.table),
        _ => None,
    });
    let tables: Vec<usize> = tables.collect();
    if tables.iter().any(|t| *t == node || k.graph.path(*t, node).is_some()) {
        return Ok(());
    }
    if counted.of.is_none() && tables.iter().any(|t| k.graph.path(node, *t).is_some_and(|p| p.len() == 1)) {
        counted.of = Some(through.clone());
        return Ok(());
    }
    let why = format!("how {} and {} belong together is not understood", counted.mention.text, through.text);
    Err(refuse(&why, vec![through.text.clone()], Vec::new()))
}

struct Build<'g, 'i> {
    binder: Binder<'g, 'i>,
    measures: Vec<Measure>,
    bases: Vec<Base>,
    confidence: f64,
    /// Comparisons with the same number of something that a phrase names, by measure.
    nested: Vec<(usize, Relation, Mention)>,
    having: Vec<Threshold>,
}

impl<'g> Build<'g, '_> {
    fn k(&self) -> &'g Knowledge {
        self.binder.k()
    }

    fn add_measure(&mut self, ask: &Ask, hidden: bool) -> Result<usize, Stop> {
        let (mut measure, mut binding) = self.binder.bind(ask)?;
        binding.bases.iter_mut().for_each(|base| self.binder.date_by_name(base));
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
        let conditions = std::mem::take(&mut self.binder.demands.conditions);
        for condition in conditions {
            let base = named_accounts(self.k(), condition)
                .and_then(|(column, values)| measure::account_base(self.k(), &column, &values));
            match base.filter(|base| self.binder.feasible(base)) {
                Some(base) => {
                    let nature = if base.over_time == OverTime::Sum { Nature::Flow } else { Nature::Balance };
                    let measure = plain_measure(base.label.clone(), nature, Unit::Money(None));
                    let calc = measure::merge(
                        Binding { calc: Calc::Base(0), bases: vec![base], score: 0.95 },
                        &mut self.bases,
                    );
                    self.measures.push(Measure { calc, ..measure });
                }
                None => self.binder.demands.conditions.push(condition),
            }
        }
    }

    fn ordering(&mut self, ranking: Option<Ask>) -> Result<Option<Ordering>, Stop> {
        let intent = self.binder.intent;
        let descending = intent.top.as_ref().map(|t| t.descending).or(intent.sorting.as_ref().map(|s| s.descending));
        let Some(descending) = descending else { return Ok(None) };
        let measure = match ranking {
            Some(ask) if is_measure(self.k(), intent, &ask) || is_exact_column(self.k(), &ask) => {
                Some(self.add_measure(&ask, true)?)
            }
            Some(ask) if intent.top.is_some() => {
                let text = ask.mention.text;
                return Err(refuse(&format!("{text} is no number to rank by"), vec![text], Vec::new()));
            }
            Some(_) => None,
            None if self.measures.is_empty() => {
                return Err(refuse("the question does not say what to rank by", Vec::new(), Vec::new()));
            }
            None => Some(0),
        };
        Ok(Some(Ordering { measure, dimension: None, descending }))
    }

    fn thresholds(&mut self, conditions: &[&Condition]) -> Result<(), Stop> {
        for condition in conditions {
            let Some(subject) = &condition.subject else { continue };
            let fold = if filters::counts(self.k(), condition) { Some(Fold::Count) } else { condition.fold };
            let ask = Ask { fold, ..Ask::plain(subject.clone()) };
            let measure = self.add_measure(&ask, true)?;
            let bound = |value: &Decimal| Bound::Number(self.in_units(measure, value));
            let relation = condition.relation;
            match &condition.operand {
                Operand::Number(value) => self.having.push(Threshold { measure, relation, bound: bound(value) }),
                Operand::Percent(percent) if self.measures[measure].unit == Unit::Share => {
                    let share = Bound::Number(percent / Decimal::from(100));
                    self.having.push(Threshold { measure, relation, bound: share });
                }
                Operand::Percent(_) => {
                    let why = format!("{} is no percentage", self.measures[measure].name);
                    return Err(refuse(&why, vec![self.measures[measure].name.clone()], Vec::new()));
                }
                Operand::Between(low, high) => {
                    let (low, high) = (bound(low), bound(high));
                    self.having.push(Threshold { measure, relation: Relation::AtLeast, bound: low });
                    self.having.push(Threshold { measure, relation: Relation::AtMost, bound: high });
                }
                Operand::Average => self.having.push(Threshold { measure, relation, bound: Bound::Average }),
                Operand::Phrase(mention) => self.nested.push((measure, relation, mention.clone())),
                Operand::Text(_) | Operand::Folded(_) => {}
            }
        }
        Ok(())
    }

    /// A number in the units of a measure: shares are kept as parts of one, and written as percentages.
    fn in_units(&self, measure: usize, value: &Decimal) -> Decimal {
        let share = self.measures[measure].unit == Unit::Share;
        let whole = Decimal::from(1);
        let percent = self.binder.intent.forms.is_percent(value) || *value > whole;
        if share && percent { value / Decimal::from(100) } else { value.clone() }
    }

    /// One measure of an ask, or the ratio that the question makes of it.
    fn add_asked(&mut self, ask: &Ask) -> Result<(), Stop> {
        let over = self.binder.intent.forms.over.iter().find(|o| o.of.tokens == ask.mention.tokens);
        let Some(over) = over.cloned() else { return self.add_measure(ask, false).map(|_| ()) };
        let (mut of, binding) = self.binder.bind(ask)?;
        let calc = measure::merge(binding, &mut self.bases);
        let (by, binding) = self.binder.bind(&Ask { mention: over.by.clone(), fold: None, of: None, ..ask.clone() })?;
        self.confidence = self.confidence.min(binding.score);
        let divisor = measure::merge(binding, &mut self.bases);
        of.name = match over.share {
            true => format!("{} as a share of {}", of.name, by.name),
            false => format!("{} / {}", of.name, by.name),
        };
        let same = of.unit == by.unit;
        of.unit = match (over.share && same, same) {
            (true, _) => Unit::Share,
            (false, true) => Unit::Multiple,
            (false, false) => Unit::Plain,
        };
        (of.nature, of.metric, of.better) = (Nature::Ratio, None, meaning::ontology::Better::None);
        of.calc = Calc::Operation(meaning::formula::Arithmetic::Div, Box::new(calc), Box::new(divisor));
        self.measures.push(of);
        Ok(())
    }

    /// Each actual figure with its plan, the variance, and the variance as a share of the plan.
    fn add_variances(&mut self, pairs: &[(Ask, Ask)]) -> Result<(), Stop> {
        for (actual, plan) in pairs {
            let first = self.add_measure(actual, false)?;
            let second = self.add_measure(plan, false)?;
            if self.measures[second].metric.is_none() {
                let (plan, of) = (&plan.mention.text, &self.measures[first].name);
                let what = format!("{plan} of {of}");
                return Err(refuse(&format!("this database holds no {what}"), vec![what], Vec::new()));
            }
            let whose = if pairs.len() > 1 { format!("{} ", self.measures[first].name) } else { String::new() };
            let [variance, share] = versus::variances(&self.measures[first], &self.measures[second], &whose);
            self.measures[second].part = Part::Plan;
            self.measures[second].name = format!("{whose}{}", self.measures[second].name);
            self.measures.extend([variance, share]);
            let last = self.measures.len() - 1;
            let beyond = &self.binder.intent.forms.beyond;
            self.having.extend(beyond.as_ref().map(|beyond| versus::threshold(beyond, last - 1, last)));
        }
        Ok(())
    }

    /// Thresholds that only the dimensions and windows of the plan give a meaning.
    fn late_thresholds(&mut self, dimensions: &[Dimension], windows: usize, cut: bool) -> Result<(), Stop> {
        for (measure, relation, mention) in std::mem::take(&mut self.nested) {
            let best = mention.links[0].score;
            let near = mention.links.iter().filter(|l| l.score > best - 0.05);
            let value = |l: &meaning::Link| match &l.meaning {
                Meaning::Value { column, value } => Some((column.clone(), value.clone())),
                _ => None,
            };
            let found: Vec<(ColumnRef, catalog::Value)> = near.filter_map(value).collect();
            let at =
                dimensions.iter().position(|d| found.iter().any(|(c, _)| d.key.contains(c) || d.shown.contains(c)));
            let Some(dimension) = at else {
                let why = format!("{} is none of what is compared", mention.text);
                return Err(refuse(&why, vec![mention.text.clone()], Vec::new()));
            };
            let values = found.into_iter().map(|(_, value)| value).collect();
            self.having.push(Threshold { measure, relation, bound: Bound::Group { dimension, values } });
        }
        let several = !dimensions.is_empty() || cut;
        let earlier = self.binder.intent.forms.earlier.filter(|_| several && windows == 2);
        self.having.extend(earlier.map(|relation| Threshold { measure: 0, relation, bound: Bound::Earlier }));
        Ok(())
    }

    /// Which ranks are kept: those of each group where things are ranked within a breakdown.
    fn ranks(&self, dimensions: usize, cut: bool) -> Ranks {
        let intent = self.binder.intent;
        let skip = intent.forms.rank.map_or(0, |rank| rank.saturating_sub(1));
        let leading = intent.by.len().min(dimensions.saturating_sub(1));
        let parts = intent.top.is_some() && dimensions > 0 && (leading > 0 || cut);
        let ranked_things = dimensions > intent.by.len();
        Ranks { skip, within: (parts && ranked_things).then_some(leading) }
    }

    /// Refuses windows that cut through periods which rows stand for.
    fn periods_are_whole(&self, made: &Windows) -> Result<(), Stop> {
        let today = self.binder.ground.today;
        let mut pairs = self.bases.iter().flat_map(|base| made.windows.iter().map(move |window| (base, window)));
        if let Some(why) = pairs.find_map(|(base, window)| steps::misfit(&self.k().graph, base, window, today)) {
            return Err(refuse(&why, Vec::new(), Vec::new()));
        }
        Ok(())
    }

    /// Refuses ranks over nothing, and ranks inside of groups where it is open whether one or several are meant.
    fn can_be_ranked(&self, dimensions: &[Dimension], ranks: Ranks, cut: bool) -> Result<(), Stop> {
        if self.binder.intent.top.is_some() && dimensions.is_empty() && !cut {
            return Err(refuse(
                "the question ranks something that this database does not tell apart",
                Vec::new(),
                Vec::new(),
            ));
        }
        // A name that is a mere column leaves open whether one or several are meant.
        if ranks.within.is_some() && dimensions.last().is_some_and(|d| !is_key(self.k(), &d.key)) {
            let why =
                "what is ranked inside of each group has no table of its own here, and is not ranked group by group";
            return Err(refuse(why, Vec::new(), Vec::new()));
        }
        Ok(())
    }

    fn finish(mut self, ordering: Option<Ordering>, counted: Vec<Related>) -> Result<SemanticPlan, Stop> {
        let k = self.k();
        let mut roots: Vec<usize> = self.bases.iter().filter_map(|b| k.graph.index(&b.fact)).collect();
        roots.sort_unstable();
        roots.dedup();
        let mut dimensions = self.dimensions(&roots)?;
        let (mut filters, related) =
            restrict::restrictions(&self.binder, &self.bases, &roots, counted, self.measures.len())?;
        dimensions.extend(contrasted(k, self.binder.intent, &filters));
        let (only, outer) = self.further(&mut filters, &mut dimensions)?;
        let currencies = self.keep_currencies_apart(&filters, &mut dimensions);
        let told_apart =
            |c: &ColumnRef| filters.iter().any(|f| f.column == *c) || dimensions.iter().any(|d| d.key.contains(c));
        self.bases.iter().try_for_each(|base| restrict::unsigned_kinds(k, base, &told_apart))?;
        let of_things = |things: &TableName, about: &ColumnRef| {
            let columns = dimensions.iter().flat_map(|d| &d.key).chain(filters.iter().map(|f| &f.column));
            columns.into_iter().any(|c| c.table == *things || c == about)
        };
        let wholes = self.leave_wholes_out(&of_things);
        // A state or version that the question names itself replaces the usual one.
        for base in &mut self.bases {
            base.predicates.retain(|p| base.origin == Origin::Ledger || !told_apart(&p.column));
        }
        let years: Vec<Option<Predicate>> = self.bases.iter().map(|base| self.binder.year(base)).collect();
        self.bases.iter_mut().zip(years).for_each(|(base, year)| base.predicates.extend(year));
        let extent = self.extent();
        let mut made = self.windows(extent);
        if self.measures.iter().any(|m| m.part == Part::Plan) {
            versus::whole_months(self.binder.ground, &mut made);
        }
        let (cut, calendar) = self.cut(&made, extent);
        let shown_from = cut.and_then(|cut| reach_back(self.binder.ground, self.binder.intent, cut, &mut made));
        self.periods_are_whole(&made)?;
        windows::balances_are_known(self.binder.ground, &self.bases, cut)?;
        self.late_thresholds(&dimensions, made.windows.len(), cut.is_some())?;
        let ordering = ordered_by(self.binder.intent, ordering, &dimensions)?;
        let within_group = restrict::consolidated(&self.binder, &mut self.bases, &told_apart)?;
        let adjusted = windows::without_adjustments(k, &mut self.bases, (&made.windows, cut), &told_apart);
        let held = restrict::held(k, &dimensions, &filters);
        let ranks = self.ranks(dimensions.len(), cut.is_some());
        self.can_be_ranked(&dimensions, ranks, cut.is_some())?;
        // What ranks or filters the answer is worth seeing.
        self.measures.iter_mut().for_each(|m| m.hidden = false);
        let mut warnings = made.warnings;
        warnings.extend(outer::left_out(self.binder.intent, &self.having, &dimensions));
        warnings.extend(currencies);
        warnings.extend(wholes);
        let derived = match self.binder.intent.derived {
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
            calendar,
            windows,
            filters,
            related,
            having: self.having,
            ordering,
            limit: self.binder.intent.top.as_ref().map(|t| t.count),
            ranks,
            derived,
            shown_from,
            only,
            outer,
        };
        let mut assumptions = [self.binder.intent.assumptions.clone(), made.assumptions].concat();
        assumptions.extend(ranks_in_words(&aggregation));
        assumptions.extend(outer::in_words(&aggregation));
        assumptions.extend(adjusted.into_iter().chain(within_group).chain(held));
        Ok(SemanticPlan { query: Query::Aggregate(aggregation), confidence: self.confidence, assumptions, warnings })
    }

    /// The part that is shown of a whole, and what the lines are put together to once more, with the dimensions for it.
    fn further(
        &mut self,
        filters: &mut Vec<Predicate>,
        dimensions: &mut Vec<Dimension>,
    ) -> Result<(Option<Only>, Option<Outer>), Stop> {
        let (k, intent) = (self.k(), self.binder.intent);
        statement::flows_are_whole(k, &self.bases, filters, dimensions)?;
        let only = outer::part_of_whole(intent, &self.measures, filters, dimensions)?;
        let lines = (dimensions.len(), intent.cut.is_some());
        let row = outer::single_rows(k, intent.forms.outer, (&mut self.measures, &self.bases), lines)?;
        let outer = if row.is_some() { Some(Outer::MedianOfRows) } else { intent.forms.outer };
        dimensions.extend(row);
        Ok((only, outer))
    }

    /// Leaves out rows that are totals of others, where the question does not tell the things apart, and says so.
    fn leave_wholes_out(&mut self, named: &dyn Fn(&TableName, &ColumnRef) -> bool) -> Vec<String> {
        let mut said = Vec::new();
        for stored in &self.binder.ground.knowledge.stored_totals {
            let bases = self.bases.iter_mut().filter(|b| b.fact == stored.about.table && b.amount != Amount::Rows);
            for base in bases.filter(|_| !named(&stored.things, &stored.about)) {
                let test = Test::NotIn(stored.wholes.clone());
                base.predicates.push(Predicate { column: stored.about.clone(), test, paths: vec![Vec::new()] });
                said.push(format!("rows of {} that are totals of other rows are left out", base.fact));
            }
        }
        said.dedup();
        said
    }

    /// Adds the dimensions that amounts in several currencies need, and says so.
    fn keep_currencies_apart(&self, filters: &[Predicate], dimensions: &mut Vec<Dimension>) -> Vec<String> {
        let k = self.k();
        let mut currencies = Vec::new();
        for dimension in self.bases.iter().filter_map(|base| currency::apart(k, base)) {
            let named =
                |c: &ColumnRef| filters.iter().any(|f| f.column == *c) || dimensions.iter().any(|d| d.key.contains(c));
            if !dimension.key.iter().any(named) {
                currencies.push("amounts in several currencies are not added up: shown by currency".to_owned());
                dimensions.push(dimension);
            }
        }
        let of_currency = |f: &Predicate| k.graph.role(&f.column) == Role::Currency;
        if filters.iter().any(of_currency) && self.bases.iter().any(|b| b.origin == Origin::Ledger) {
            currencies.push(
                "nothing is converted: postings that came in that currency, in the currency of the books".to_owned(),
            );
        }
        currencies
    }

    /// The spans of time, by what the bases need of them.
    fn windows(&self, extent: Option<(Date, Date)>) -> Windows {
        let nature =
            if self.bases.iter().all(|b| b.over_time != OverTime::Sum) { Nature::Balance } else { Nature::Flow };
        let mixed = self.bases.iter().any(|b| b.over_time == OverTime::Sum)
            && self.bases.iter().any(|b| b.over_time != OverTime::Sum);
        let days = mixed || self.measures.iter().any(|m| counts_days(&m.calc));
        let plan = self.bases.iter().all(|b| b.plan);
        // The books end when the last thing was booked, not when this sort of thing last happened.
        let last = extent.and(self.k().last_day(self.binder.ground.today));
        windows::windows(self.binder.ground, self.binder.intent, windows::Demand { nature, last, days, plan })
    }

    fn dimensions(&mut self, roots: &[usize]) -> Result<Vec<Dimension>, Stop> {
        let mut dimensions: Vec<Dimension> = Vec::new();
        for mention in &self.binder.demands.dimensions {
            let k = self.binder.ground.knowledge;
            let found = dimension_places(self.binder.ground, roots, mention);
            let several = self.binder.demands.dimensions.len() > 1;
            let counts = self.bases.iter().all(|b| b.amount == Amount::Rows);
            if several && counts && found.first().is_some_and(|p| roots.iter().all(|r| p.target == Target::Thing(*r))) {
                // Things by themselves are one each: what they are counted by is something else.
                continue;
            }
            if found.is_empty() {
                let why = format!("{} cannot be broken down by {}", self.measures[0].name, mention.text.clone());
                return Err(refuse(&why, vec![mention.text.clone()], Vec::new()));
            }
            let place = the_place(self.binder.ground, &mention.text, found)?;
            self.confidence = self.confidence.min(place.score);
            let chosen = dimension(k, &mention.text, &place);
            let columns = |d: &Dimension| d.key.iter().chain(&d.shown).cloned().collect::<Vec<_>>();
            let within = |d: &&mut Dimension| columns(&chosen).iter().all(|c| columns(d).contains(c));
            match dimensions.iter_mut().find(within) {
                // "Show the id": of a group that is there already.
                Some(known) => {
                    let more: Vec<ColumnRef> = chosen.shown.into_iter().filter(|c| !known.shown.contains(c)).collect();
                    known.shown.extend(more);
                }
                None => dimensions.push(chosen),
            }
        }
        Ok(dimensions)
    }

    /// First and last day of the data behind the dated bases, where both are known.
    fn extent(&self) -> Option<(Date, Date)> {
        let k = self.k();
        let mut extents = Vec::new();
        for date in self.bases.iter().filter_map(|b| b.date.as_ref()) {
            extents.push(k.extent(date)?);
        }
        let first = extents.iter().map(|e| e.0).min()?;
        let last = extents.iter().map(|e| e.1).max()?;
        Some((first, last))
    }

    fn cut(&self, made: &Windows, extent: Option<(Date, Date)>) -> (Option<Grain>, Calendar) {
        let calendar = self.binder.ground.calendar;
        let span = made.windows[0].period.as_ref().map(|p| p.span).filter(|s| !s.opens_early() && !s.opens_late());
        let data = extent.map(|(from, to)| crate::calendar::Span { from, to: crate::calendar::Span::day(to).to });
        if self.binder.mean_over().is_some() {
            return (None, *calendar);
        }
        match self.binder.intent.cut {
            None => (None, *calendar),
            Some(Cut::By(grain)) => (Some(grain), *calendar),
            Some(Cut::ByCalendar(grain)) => (Some(grain), calendar.civil()),
            Some(Cut::OverTime) => (Some(fitting_grain(span.or(data))), *calendar),
        }
    }
}

/// Whether columns identify the rows of their table.
fn is_key(k: &Knowledge, columns: &[ColumnRef]) -> bool {
    let node = columns.first().and_then(|c| k.graph.node(&c.table));
    let names: Vec<String> = columns.iter().map(|c| c.column.clone()).collect();
    node.is_some_and(|n| n.keys.contains(&names))
}

/// Which ranks are kept, where not the first ones of all.
fn ranks_in_words(plan: &Aggregation) -> Option<String> {
    let names: Vec<&str> = plan.dimensions.iter().map(|d| d.name.as_str()).collect();
    let skip = plan.ranks.skip;
    let Some(within) = plan.ranks.within else {
        return (skip > 0).then(|| format!("number {} of all", skip + 1));
    };
    let groups = match (within, plan.cut) {
        (0, Some(grain)) => noun(grain).to_owned(),
        (n, None) => names[..n].join(" and "),
        (n, Some(grain)) => format!("{} and {}", names[..n].join(" and "), noun(grain)),
    };
    let limit = plan.limit.unwrap_or(1);
    Some(match (skip, limit) {
        (0, 1) => format!("the first one of each {groups}"),
        (0, n) => format!("the first {n} of each {groups}"),
        (skip, _) => format!("number {} of each {groups}", skip + 1),
    })
}
