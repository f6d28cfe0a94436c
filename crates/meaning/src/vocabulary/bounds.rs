//! Thresholds into an ontology.

use std::collections::BTreeMap;

use fault::Fault;

use super::entries::{Bound, Bounds, Rated};
use super::names::{called, no_metric};
use super::toml::wrong;
use crate::formula::{Arithmetic, Formula};
use crate::ontology::{Better, Metric, MetricUnit, Nature, Ontology};
use crate::own::{Place, Thresholds};

/// A share beyond this was rather meant in hundredths.
const LARGEST_SHARE: i32 = 2;

/// Takes thresholds in: those beside metrics first, then the sections, where the later file wins.
pub(super) fn take_thresholds(ontology: &mut Ontology, beside: Vec<Rated>, sections: Vec<Rated>) -> Result<(), Fault> {
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    for rated in beside.into_iter().chain(sections) {
        let Some(metric) = called(ontology, &rated.metric).cloned() else {
            return Err(no_metric(ontology, &rated.place, &rated.metric, "there are thresholds for"));
        };
        if let Some(other) = seen.insert(metric.id.clone(), rated.place.clone()).filter(|p| p.file == rated.place.file)
        {
            let what = format!("thresholds of {} stand here and in {other}", metric.name);
            return Err(wrong(&rated.place, "conflict", &what).hint("one of them is left out"));
        }
        let thresholds = rated.bounds.map(|b| thresholds(ontology, &metric, b, rated.place)).transpose()?;
        ontology.take_thresholds(&metric.id, thresholds);
    }
    Ok(())
}

fn thresholds(ontology: &Ontology, metric: &Metric, bounds: Bounds, place: Place) -> Result<Thresholds, Fault> {
    let name = &metric.name;
    let wrong = |what: String| wrong(&place, "thresholds", &what);
    if metric.better == Better::None {
        let hint = "a [[metric]] says better = \"up\" or \"down\"; of a built-in one neither is favourable";
        return Err(wrong(format!("{name} has no favourable direction, so that it cannot be rated")).hint(hint));
    }
    for bound in &bounds.bounds {
        check_unit(metric, bound).map_err(|(what, hint)| wrong(what).hint(hint))?;
    }
    let needs = needs_length(ontology, metric);
    match (needs, bounds.per) {
        (true, None) => {
            let what = format!("{name} depends on how long the period is that it is taken over");
            return Err(wrong(what).hint("write per = \"month\", \"quarter\" or \"year\""));
        }
        (false, Some(_)) => {
            let what = format!("{name} does not depend on how long the period is, and has no use for per");
            return Err(wrong(what).hint("leave per out"));
        }
        _ => {}
    }
    let [excellent, good, warning] = bounds.bounds.map(|b| b.number);
    let thresholds = Thresholds { excellent, good, warning, per: bounds.per, place: Some(place.clone()) };
    if !thresholds.are_in_order(metric.better) {
        let order = if metric.better == Better::Down { "from low to high" } else { "from high to low" };
        return Err(wrong(format!("the bounds of {name} are out of order"))
            .hint(format!("excellent, good and warning go {order}, since {} is better", direction(metric.better))));
    }
    Ok(thresholds)
}

fn direction(better: Better) -> &'static str {
    if better == Better::Down { "less" } else { "more" }
}

/// A bound is in the unit of its metric: hundredths are for shares, and a share of 40 is rather one of 40 %.
fn check_unit(metric: &Metric, bound: &Bound) -> Result<(), (String, String)> {
    let text = bound.number.normalized().to_plain_string();
    let share = metric.unit == MetricUnit::Share;
    if bound.percent && !share {
        return Err((
            format!("{} is no share, and a bound of it is in percent", metric.name),
            "write a plain number".to_owned(),
        ));
    }
    if share && !bound.percent && bound.number.abs() > LARGEST_SHARE {
        let what = format!("{} is a share, and {text} would be {text}00 %", metric.name);
        return Err((what, format!("write \"{text}%\", or the share of one")));
    }
    Ok(())
}

/// Whether a number of the metric is larger over a longer period: amounts, and quotients of amounts and balances.
fn needs_length(ontology: &Ontology, metric: &Metric) -> bool {
    power(ontology, metric) != Some(0)
}

/// The power of time that is in a metric: 1 for an amount of a period, 0 for a balance; none where parts differ.
fn power(ontology: &Ontology, metric: &Metric) -> Option<i32> {
    match (metric.nature, &metric.formula) {
        (Nature::Flow | Nature::Count, _) => Some(1),
        (Nature::Balance, _) | (Nature::Ratio, None) => Some(0),
        (Nature::Ratio, Some(formula)) => power_of(ontology, formula),
    }
}

fn power_of(ontology: &Ontology, formula: &Formula) -> Option<i32> {
    match formula {
        Formula::Name(name) if name == "days" => Some(1),
        Formula::Name(name) => power(ontology, ontology.metric(name)?),
        Formula::Number(_) => Some(0),
        Formula::Operation(sign, a, b) => {
            let (a, b) = (power_of(ontology, a)?, power_of(ontology, b)?);
            match sign {
                Arithmetic::Add | Arithmetic::Sub => (a == b).then_some(a),
                Arithmetic::Mul => Some(a + b),
                Arithmetic::Div => Some(a - b),
            }
        }
    }
}
