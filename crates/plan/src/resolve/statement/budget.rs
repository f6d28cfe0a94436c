//! Planned amounts beside a statement: one version, over days that both sides keep whole.

use catalog::Value;
use jiff::civil::Date;
use meaning::Meaning;
use meaning::ontology::{At, Extent, Form, Metric};
use sql::Grain;

use super::super::choose::{settle, value_choice};
use super::super::ground::Ground;
use super::super::kinds::metric_of;
use super::super::outcome::{Stop, refuse};
use super::columns::Columns;
use crate::calendar::{Period, Span};
use crate::documents::{self, Scenario};
use crate::intent::{Condition, Intent, Operand};
use crate::knowledge::Knowledge;
use crate::measure;
use crate::semantic::{Base, Column, Predicate, Test};

/// The planned amounts, bound.
pub struct Bound {
    /// The node of the plan's rows.
    pub node: usize,
    /// The amounts.
    pub base: Base,
    /// Their column, not yet with its base.
    pub column: Column,
    /// What was taken, in words.
    pub words: String,
}

/// The sort of plan that the statement is compared with.
///
/// # Errors
/// A refusal where this statement is nothing that is planned, or where something else is asked beside it.
pub fn asked<'k>(k: &'k Knowledge, intent: &Intent, form: &Form) -> Result<Option<&'k Metric>, Stop> {
    let [ask] = intent.asks.as_slice() else { return Ok(None) };
    let Some(metric) = metric_of(k, &ask.mention).filter(|m| !m.scenario.is_empty() && ask.joined) else {
        return Ok(None);
    };
    let moves = |at: At| matches!(at, At::Movement | At::Entries);
    if form.over != Extent::Period || !form.lines.iter().all(|l| moves(l.at)) {
        let why = format!("a {} of planned amounts is not understood yet", form.name);
        return Err(refuse(&why, vec![metric.name.clone()], Vec::new()));
    }
    if intent.compare.is_some() || intent.cut.is_some() || !intent.by.is_empty() || intent.periods.len() > 1 {
        let why = "planned amounts stand beside one period at a time, without a further comparison or breakdown";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    Ok(Some(metric))
}

/// The plan's rows and their versions.
fn found(k: &Knowledge, metric: &Metric) -> Option<(usize, Base, Scenario)> {
    let (base, _) = measure::plans(k, metric).into_iter().next()?;
    let node = k.graph.index(&base.fact)?;
    let scenario = documents::scenario(&k.graph, &k.ontology, node)?;
    Some((node, base, scenario))
}

/// The conditions that restrict the statement, and the versions that the question names.
pub fn split(ground: Ground, intent: &Intent, planned: Option<&&Metric>) -> (Vec<Condition>, Vec<Value>) {
    let scenario = planned.and_then(|m| found(ground.knowledge, m)).map(|(_, _, scenario)| scenario);
    let (mut conditions, mut versions) = (Vec::new(), Vec::new());
    for condition in &intent.conditions {
        let version = scenario.as_ref().and_then(|s| version(condition, s));
        match version {
            Some(version) => versions.push(version),
            None => conditions.push(condition.clone()),
        }
    }
    (conditions, versions)
}

fn version(condition: &Condition, scenario: &Scenario) -> Option<Value> {
    let Operand::Phrase(mention) = &condition.operand else { return None };
    mention.links.iter().find_map(|link| match &link.meaning {
        Meaning::Value { column, value } if *column == scenario.column => Some(value.clone()),
        _ => None,
    })
}

/// Finds the amounts of one version and cuts the days to what the plan keeps whole.
///
/// # Errors
/// A question back where several versions may be meant; a refusal where nothing is planned, or nothing over whole
/// units of the plan's time.
pub fn bind(ground: Ground, metric: &Metric, named: &[Value], made: &mut Columns) -> Result<Bound, Stop> {
    let k = ground.knowledge;
    let missing = || {
        let why = format!("this database holds nothing that is {}", metric.name);
        refuse(&why, vec![metric.name.clone()], Vec::new())
    };
    let (node, mut base, scenario) = found(k, metric).ok_or_else(missing)?;
    if k.plan_signs.get(&node).is_some_and(|signs| signs.values().any(|turned| *turned != Some(false))) {
        let why = "the plan keeps some of its accounts below zero, and beside a statement that is not understood yet";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    let versions = if named.is_empty() { measure::versions(k, metric, &scenario.values) } else { named.to_vec() };
    let version = match versions.as_slice() {
        [] => return Err(missing()),
        [only] => only.clone(),
        several => {
            let choice = |v: &Value| value_choice(&metric.name, &scenario.column, v, 1.0);
            let at = settle(ground, &format!("which {} is meant?", metric.name), several.iter().map(choice).collect())?;
            several[at].clone()
        }
    };
    whole_units(ground, &base, made)?;
    let test = Test::In(vec![version.clone()]);
    base.predicates.push(Predicate { column: scenario.column.clone(), test, paths: vec![scenario.path.clone()] });
    base.plan = true;
    let name = format!("{} ({version})", metric.name);
    let words = format!(
        "{name}: {}, positive for income and for cost, only where {} is {version}",
        base.words, scenario.column
    );
    let column = Column { name, window: 0, opening: None, compared: true, plan: None };
    Ok(Bound { node, base, column, words })
}

/// Cuts the only window to whole units of the plan's time.
fn whole_units(ground: Ground, base: &Base, made: &mut Columns) -> Result<(), Stop> {
    let Some(grain) = grain(ground.knowledge, base) else { return Ok(()) };
    let Some(period) = made.windows.first().and_then(|w| w.period.clone()) else { return Ok(()) };
    let calendar = ground.calendar;
    let to = calendar.bucket_start(period.span.to, grain);
    let whole = calendar.bucket_start(period.span.from, grain) == period.span.from && to > period.span.from;
    if !whole || period.span.opens_early() || period.span.opens_late() {
        let why = format!(
            "the plan is kept by {}, and {} holds none that is whole",
            crate::calendar::noun(grain),
            period.span
        );
        return Err(refuse(&why, Vec::new(), Vec::new()));
    }
    if to == period.span.to {
        return Ok(());
    }
    let span = Span { to, ..period.span };
    made.assumptions.push(format!("like for like: only days that the plan keeps whole, {span}"));
    let name = format!("{} up to {}", period.name().trim_end_matches(" to date"), span.last());
    let cut = Period { fiscal: period.fiscal, ..Period::named(&name, span, period.grain) };
    made.days = cut.label.clone();
    made.columns[0].name = name.clone();
    made.windows[0] = crate::semantic::Window { name, period: Some(cut) };
    Ok(())
}

/// The unit of time in which amounts are planned, from how many days there are in the plan; none where they
/// are as fine as days.
fn grain(k: &Knowledge, base: &Base) -> Option<Grain> {
    let statistics = k.graph.statistics(&base.date.as_ref()?.column)?;
    let extent = statistics.extent.as_ref()?;
    let (first, last): (Date, Date) = (extent.min.to_day()?, extent.max.to_day()?);
    let months = i64::from(last.year() - first.year()) * 12 + i64::from(last.month() - first.month()) + 1;
    let distinct = i64::try_from(statistics.distinct).unwrap_or(i64::MAX).max(1);
    match months / distinct {
        0 => None,
        1 | 2 => Some(Grain::Month),
        3..=5 => Some(Grain::Quarter),
        6..=11 => Some(Grain::Half),
        _ => Some(Grain::Year),
    }
}
