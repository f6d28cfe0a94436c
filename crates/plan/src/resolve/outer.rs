//! Lines put together once more, and parts of a whole: which lines there must be for that, and when it says nothing.

use bigdecimal::Zero;
use catalog::{ColumnRef, Decimal};
use meaning::ontology::Nature;
use meaning::{Link, Meaning, Mention};
use sql::Grain;

use super::filters;
use super::ground::Ground;
use super::kinds::{metric_of, table_of};
use super::outcome::{Stop, refuse};
use crate::calendar::noun;
use crate::forms::{Outer, Over};
use crate::graph::{MeasureKind, Role};
use crate::intent::{Ask, Condition, Cut, Derived, Fold, Intent, Operand, Relation};
use crate::kept;
use crate::knowledge::Knowledge;
use crate::semantic::{
    Aggregation, Amount, Base, Bound, Calc, Dimension, Measure, Only, Origin, Predicate, Test, Threshold,
};

/// "How many customers had revenue over 100,000": the customers that meet it, counted. None where nothing but rows of
/// one table is counted, and where what has no rows at all would meet it too: no line stands for that.
pub fn counted_groups(ground: Ground, intent: &Intent) -> Option<Intent> {
    let k = ground.knowledge;
    let [ask] = intent.asks.as_slice() else { return None };
    let plain = intent.by.is_empty() && intent.cut.is_none() && intent.compare.is_none() && intent.top.is_none();
    table_of(k, &ask.mention)
        .filter(|_| ask.fold == Some(Fold::Count) && ask.of.is_none() && !ask.distinct && plain)?;
    let thresholds: Vec<&Condition> = intent.conditions.iter().filter(|c| filters::is_threshold(k, c)).collect();
    let states = k.ledger.is_some() || thresholds.iter().any(|c| !filters::counts(k, c));
    if thresholds.is_empty() || !states || thresholds.iter().any(|c| takes_nothing(c)) {
        return None;
    }
    let mut groups = intent.clone();
    groups.asks[0].fold = None;
    groups.forms.outer = Some(Outer::Count);
    Some(groups)
}

/// Whether nothing at all meets a threshold.
fn takes_nothing(condition: &Condition) -> bool {
    let zero = Decimal::zero();
    match (&condition.operand, condition.relation) {
        (Operand::Number(n) | Operand::Percent(n), Relation::Below) => *n > zero,
        (Operand::Number(n) | Operand::Percent(n), Relation::AtMost) => *n >= zero,
        (Operand::Number(n), Relation::Is) => n.is_zero(),
        (Operand::Number(n), Relation::IsNot) => !n.is_zero(),
        (Operand::Number(n), Relation::Above) => *n < zero,
        (Operand::Number(n), Relation::AtLeast) => *n <= zero,
        (Operand::Between(low, high), _) => *low <= zero && *high >= zero,
        (Operand::Average | Operand::Phrase(_), Relation::Below | Relation::AtMost) => true,
        _ => false,
    }
}

/// Things counted as a whole meet no threshold of theirs one by one.
///
/// # Errors
/// A refusal where that is what would be computed.
pub fn counted_as_a_whole(measures: &[Measure], grouped: bool) -> Result<(), Stop> {
    if grouped || !measures.first().is_some_and(|m| m.nature == Nature::Count) {
        return Ok(());
    }
    let why = format!("how many {} meet such a condition each cannot be told here", measures[0].name);
    Err(refuse(&why, Vec::new(), Vec::new()))
}

/// The means that a question asks for over things or over units of time, made the mean of lines.
///
/// # Errors
/// A refusal where it does not say what the mean is over.
pub fn means(ground: Ground, intent: &mut Intent) -> Result<(), Stop> {
    let k = ground.knowledge;
    if intent.forms.outer == Some(Outer::Median) {
        intent.asks.iter_mut().filter(|a| a.fold.is_none()).for_each(|a| a.fold = Some(whole(k, &a.mention)));
    }
    let over_things = intent.by.len() == 1 && intent.cut.is_none();
    let by_time = matches!(intent.cut, Some(Cut::By(_) | Cut::ByCalendar(_)));
    let over_time = intent.by.is_empty() && by_time && intent.periods.is_empty() && intent.as_of.is_none();
    let plain = intent.compare.is_none() && intent.top.is_none() && intent.derived.is_none();
    let levels = balances(k, intent)?;
    if levels {
        intent.cut.get_or_insert(Cut::By(Grain::Month));
    }
    let [ask] = intent.asks.as_mut_slice() else { return Ok(()) };
    let metric = metric_of(k, &ask.mention);
    let flow = |m: &meaning::ontology::Metric| m.nature == Nature::Flow && m.event.is_none() && !m.classes.is_empty();
    if intent.mean_number && !is_kept_number(k, &ask.mention) {
        if !(over_things || over_time) {
            let why = format!(
                "an average number of {} is one over something (\"per customer\", \"monthly\")",
                ask.mention.text
            );
            return Err(refuse(&why, Vec::new(), Vec::new()));
        }
        (ask.fold, intent.forms.outer) = (Some(Fold::Count), Some(Outer::Mean));
        return Ok(());
    }
    let kept = k.ledger.is_some() || kept::is_kept_by_date(k, &ask.mention.links);
    let over = plain && kept && (over_things || over_time);
    if levels || over && ask.fold == Some(Fold::Average) && metric.is_some_and(flow) {
        (ask.fold, intent.forms.outer) = (None, Some(Outer::Mean));
    }
    Ok(())
}

/// Whether the average of a balance is asked for: that of its states at the ends of months, or of the units named.
///
/// # Errors
/// A refusal for one in groups, or compared.
fn balances(k: &Knowledge, intent: &Intent) -> Result<bool, Stop> {
    let [ask] = intent.asks.as_slice() else { return Ok(false) };
    let kept = k.ledger.is_some() || kept::is_kept_by_date(k, &ask.mention.links);
    let level = metric_of(k, &ask.mention).filter(|m| m.nature == Nature::Balance);
    let Some(metric) = level.filter(|_| kept && ask.fold == Some(Fold::Average) && !intent.mean_number) else {
        return Ok(false);
    };
    if !intent.by.is_empty() || intent.compare.is_some() || intent.as_of.is_some() || intent.top.is_some() {
        let why = format!(
            "an average of {} is understood over the months of a period, not beside something else",
            metric.name
        );
        return Err(refuse(&why, Vec::new(), Vec::new()));
    }
    Ok(true)
}

/// A phrase that a column holds the number of.
fn is_kept_number(k: &Knowledge, mention: &Mention) -> bool {
    let number = |l: &Link| {
        l.score >= 0.75
            && matches!(&l.meaning, Meaning::Column { column } if matches!(k.graph.role(column), Role::Measure(_)))
    };
    mention.links.iter().any(number)
}

/// How the rows of one thing are put together so that each keeps its own number: a price adds up to nothing.
fn whole(k: &Knowledge, mention: &Mention) -> Fold {
    match &mention.links[0].meaning {
        Meaning::Column { column } if k.graph.role(column) != Role::Measure(MeasureKind::Additive) => Fold::Max,
        _ => Fold::Sum,
    }
}

/// "What percentage of revenue is cost of sales": the second over the first, in percent. "What percentage of customers
/// are in EMEA": how many of them.
pub fn portions(k: &Knowledge, intent: &mut Intent) {
    if !intent.forms.portion || intent.derived != Some(Derived::Share) {
        return;
    }
    let number = |m: &Mention| matches!(m.links[0].meaning, Meaning::Metric { .. });
    let pair = match intent.asks.as_slice() {
        [one] => one.of.clone().map(|of| (one.clone(), of)),
        [one, other] => Some((one.clone(), other.mention.clone())),
        _ => None,
    };
    match pair.filter(|(whole, part)| number(&whole.mention) && number(part)) {
        Some((whole, part)) => {
            intent.forms.over.push(Over { of: part.clone(), by: whole.mention.clone(), share: true });
            intent.asks = vec![Ask { mention: part, of: None, ..whole }];
            intent.derived = None;
        }
        None => {
            let things = |a: &&mut Ask| a.fold.is_none() && table_of(k, &a.mention).is_some();
            intent.asks.iter_mut().filter(things).for_each(|a| a.fold = Some(Fold::Count));
        }
    }
}

/// "Top 3 regions by customers": ranked by how many of them there are.
pub fn ranked_by_things(k: &Knowledge, intent: &mut Intent) {
    let asked: Vec<Mention> = intent.asks.iter().map(|a| a.mention.clone()).collect();
    let by = intent.top.as_mut().and_then(|top| top.by.as_mut());
    let things = |by: &&mut Ask| {
        let other = asked.first().is_some_and(|first| first.links != by.mention.links);
        let counted = metric_of(k, &by.mention).is_none_or(|m| m.entity.is_some());
        let things = counted && table_of(k, &by.mention).is_some() && !is_kept_number(k, &by.mention);
        by.fold.is_none() && other && things
    };
    if let Some(by) = by.filter(things) {
        by.fold = Some(Fold::Count);
    }
}

/// "Share of revenue from EMEA": the restriction names the part, and the whole is without it. Takes it from the filters
/// and makes it a dimension.
///
/// # Errors
/// A refusal where the question names no part, or more than one restriction, and where shares say nothing.
pub fn part_of_whole(
    intent: &Intent,
    measures: &[Measure],
    filters: &mut Vec<Predicate>,
    dimensions: &mut Vec<Dimension>,
) -> Result<Option<Only>, Stop> {
    if intent.derived != Some(Derived::Share) || !dimensions.is_empty() {
        return Ok(None);
    }
    if measures.iter().any(|m| m.nature == Nature::Ratio) {
        return Err(refuse("a ratio has no parts that add up to it", Vec::new(), Vec::new()));
    }
    let part = |p: &Predicate| match &p.test {
        Test::In(values) => Some(values.clone()),
        _ => None,
    };
    match filters.as_slice() {
        [one] => {
            let Some(values) = part(one) else {
                return Err(refuse("the share of what is not said", Vec::new(), Vec::new()));
            };
            let one = filters.remove(0);
            let (key, shown) = (vec![one.column.clone()], vec![one.column.clone()]);
            let name = one.column.column.clone();
            dimensions.push(Dimension { name, key, shown, paths: one.paths, bands: None });
            Ok(Some(Only { dimension: 0, values }))
        }
        [] if intent.cut.is_some() => Ok(None),
        [] => Err(refuse(
            "the question names no part that the share is of (\"by region\", \"from EMEA\")",
            Vec::new(),
            Vec::new(),
        )),
        _ => {
            let why = "which of the restrictions is the part, and which holds for the whole too, is not said";
            Err(refuse(why, Vec::new(), Vec::new()))
        }
    }
}

/// The dimension of single rows that a median without a breakdown is over; none where lines are there already.
///
/// # Errors
/// A refusal where there is nothing that a median could be over, or two things that it could.
pub fn single_rows(
    k: &Knowledge,
    outer: Option<Outer>,
    plan: (&mut [Measure], &[Base]),
    lines: (usize, bool),
) -> Result<Option<Dimension>, Stop> {
    let ((measures, bases), (dimensions, cut)) = (plan, lines);
    if outer == Some(Outer::Count) && (dimensions > 1 || dimensions == 0 && !cut) {
        return Err(refuse("what is to be counted has no lines of its own here", Vec::new(), Vec::new()));
    }
    if outer.is_none() || outer == Some(Outer::Count) {
        return Ok(None);
    }
    let rows = |b: &Base| b.origin == Origin::Column && matches!(b.amount, Amount::Sum(_) | Amount::Max(_));
    let of_rows = bases.iter().all(rows) && measures.iter().all(|m| matches!(m.calc, Calc::Base(_)));
    match (outer, of_rows, dimensions, cut) {
        (_, _, 1.., true) | (_, _, 2.., _) => {
            let why = "a mean or median of lines is understood over one sort of thing, or over time, not within groups";
            Err(refuse(why, Vec::new(), Vec::new()))
        }
        (Some(Outer::Median), true, 1, false) => {
            let why = "a median of rows for each group is not understood yet; one over all rows is";
            Err(refuse(why, Vec::new(), Vec::new()))
        }
        (_, _, 1, false) | (_, _, 0, true) => Ok(None),
        (_, true, 0, false) => row(k, measures, bases),
        _ => {
            let why = "what the median is over is not said (\"by customer\", \"monthly\")";
            Err(refuse(why, Vec::new(), Vec::new()))
        }
    }
}

/// The rows of the only fact, by their key.
fn row(k: &Knowledge, measures: &mut [Measure], bases: &[Base]) -> Result<Option<Dimension>, Stop> {
    let none = || refuse("single rows cannot be told apart there", Vec::new(), Vec::new());
    let fact = &bases.first().ok_or_else(none)?.fact;
    let node = k.graph.index(fact).filter(|_| bases.iter().all(|b| b.fact == *fact)).ok_or_else(none)?;
    if kept::is_by_period(k, node) {
        let why = format!("the rows of {fact} stand for whole periods, not for single ones of what is asked for");
        return Err(refuse(&why, Vec::new(), Vec::new()));
    }
    let node = &k.graph.nodes()[node];
    let key: Vec<ColumnRef> =
        node.keys.first().ok_or_else(none)?.iter().map(|c| ColumnRef::new(fact.clone(), c)).collect();
    for measure in measures {
        measure.name = measure.name.trim_start_matches("highest ").to_owned();
    }
    let name = format!("row of {fact}");
    Ok(Some(Dimension { name, shown: key.clone(), key, paths: vec![Vec::new()], bands: None }))
}

/// What a threshold misses that nothing at all would meet: things without any row are no line.
pub fn left_out(intent: &Intent, having: &[Threshold], dimensions: &[Dimension]) -> Option<String> {
    let met = |t: &Threshold| match &t.bound {
        Bound::Number(bound) => match t.relation {
            Relation::Below => *bound > Decimal::zero(),
            Relation::AtMost => *bound >= Decimal::zero(),
            _ => false,
        },
        _ => false,
    };
    let thing = dimensions.last().filter(|_| having.iter().any(met) && intent.forms.beyond.is_none())?;
    Some(format!("{} of which nothing is there at all are not among them", thing.name))
}

/// What the lines are put together to, in words.
pub fn in_words(plan: &Aggregation) -> Option<String> {
    let of = match (plan.dimensions.last(), plan.cut) {
        (Some(dimension), _) => dimension.name.clone(),
        (None, Some(grain)) => noun(grain).to_owned(),
        (None, None) => return None,
    };
    let part = |only: &Only| {
        let values = only.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        format!("{values} beside the total over all, which the share is of")
    };
    match plan.outer {
        Some(Outer::Count) if plan.dimensions.is_empty() => Some(format!("counted: each {of} that meets this")),
        Some(Outer::Count) => Some(format!("counted: {of} that meet this")),
        Some(Outer::Mean) => Some(format!("the average of one number for each {of} that has any")),
        Some(Outer::Median) => Some(format!("the median of one number for each {of} that has any")),
        Some(Outer::MedianOfRows) => Some(format!("the median of the numbers of each {of}")),
        None => plan.only.as_ref().map(part),
    }
}
