//! Own metrics into an ontology.

use std::collections::BTreeMap;

use fault::Fault;

use super::entries::{Defined, Kind, Rated};
use super::names::{called, conflict, id_of, no_metric, owner, phrase};
use super::toml::wrong;
use crate::formula::{Arithmetic, Formula};
use crate::ontology::{Better, Metric, MetricUnit, Nature, Ontology};
use crate::own::{Course, Gather, Place};

/// Takes metrics in; what comes back are the thresholds that stand beside them.
pub(super) fn take_metrics(ontology: &mut Ontology, defined: Vec<Defined>) -> Result<Vec<Rated>, Fault> {
    let mut ids: BTreeMap<String, Place> = BTreeMap::new();
    let mut named = Vec::new();
    for metric in defined {
        let id = match &metric.replaces {
            Some(old) => {
                let found = called(ontology, old).map(|m| m.id.clone());
                found.ok_or_else(|| no_metric(ontology, &metric.place, old, "a metric replaces"))?
            }
            None => id_of(&metric.name),
        };
        if let Some(other) = ids.insert(id.clone(), metric.place.clone()) {
            let what = format!("the metric {:?} is defined twice, here and in {other}", metric.name);
            return Err(wrong(&metric.place, "conflict", &what).hint("one definition is left out, or renamed"));
        }
        named.push((id, metric));
    }
    let resolved = |ontology: &Ontology, name: &str| {
        let own = ids.contains_key(&id_of(name)).then(|| id_of(name));
        own.or_else(|| called(ontology, name).map(|m| m.id.clone()))
    };
    let mut rated = Vec::new();
    let mut stated: BTreeMap<String, (Option<Kind>, Option<MetricUnit>)> = BTreeMap::new();
    for (id, mut metric) in named {
        let formula = metric.formula.take().map(|formula| {
            renamed(&formula, &|name| resolved(ontology, name)).map_err(|name| {
                no_metric(ontology, &metric.place, &name, &format!("the formula of {:?} names", metric.name))
            })
        });
        let formula = formula.transpose()?;
        stated.insert(id.clone(), (metric.nature, metric.unit));
        let bounds = metric.thresholds.take();
        rated.extend(bounds.map(|(bounds, place)| Rated { metric: id.clone(), bounds: Some(bounds), place }));
        let metric = built(ontology, id, metric, formula)?;
        ontology.take_metric(metric);
    }
    check_circles(ontology, &ids)?;
    ontology.check_formulas("the built-in vocabulary")?;
    for (id, (nature, unit)) in &stated {
        settle(ontology, id, *nature, *unit, &stated)?;
    }
    Ok(rated)
}

/// A metric with its phrases checked; its nature and unit are settled once all metrics are known.
fn built(ontology: &Ontology, id: String, defined: Defined, formula: Option<Formula>) -> Result<Metric, Fault> {
    let old = ontology.metric(&id).filter(|_| defined.replaces.is_some());
    let unnamed = old.filter(|_| defined.replaces.as_ref() == Some(&defined.name));
    let name = unnamed.map_or_else(|| defined.name.clone(), |old| old.name.clone());
    let said: Vec<&String> = defined.synonyms.iter().chain([&name]).collect();
    for text in &said {
        let stems = phrase(ontology, text, &defined.place)?;
        let mine = |o: &Ontology| o.metric_named(&stems).is_some_and(|m| m.id == id && old.is_some());
        if let Some(owner) = owner(ontology, &stems).filter(|_| !mine(ontology)) {
            let fault = conflict(&defined.place, text, &format!("the metric {:?}", defined.name), owner);
            return Err(match ontology.metric_named(&stems) {
                Some(other) if other.place.is_none() => {
                    fault.hint(format!("to define it anew, write: replaces = {:?}", other.id))
                }
                _ => fault.hint("one of them gets another name"),
            });
        }
    }
    let words = said.into_iter().cloned().chain(old.iter().flat_map(|m| m.words.clone())).collect();
    Ok(Metric {
        name,
        words,
        nature: old.map_or(Nature::Flow, |m| m.nature),
        unit: old.map_or(MetricUnit::Plain, |m| m.unit),
        better: defined.better.or(old.map(|m| m.better)).unwrap_or(Better::None),
        classes: Vec::new(),
        accounts: Vec::new(),
        exclude_accounts: Vec::new(),
        within: Vec::new(),
        snapshot: Vec::new(),
        entity: None,
        event: None,
        party: None,
        scenario: Vec::new(),
        columns: Vec::new(),
        line: None,
        positive: false,
        formula,
        thresholds: old.and_then(|m| m.thresholds.clone()),
        own: defined.own,
        place: Some(defined.place),
        id,
    })
}

/// A formula with each name replaced by an id.
///
/// # Errors
/// The name that is none.
fn renamed(formula: &Formula, id: &dyn Fn(&str) -> Option<String>) -> Result<Formula, String> {
    match formula {
        Formula::Name(name) if name == "days" => Ok(formula.clone()),
        Formula::Name(name) => id(name).map(Formula::Name).ok_or_else(|| name.clone()),
        Formula::Number(_) => Ok(formula.clone()),
        Formula::Operation(sign, a, b) => {
            Ok(Formula::Operation(*sign, Box::new(renamed(a, id)?), Box::new(renamed(b, id)?)))
        }
    }
}

/// Finds own metrics that are defined over themselves.
fn check_circles(ontology: &Ontology, own: &BTreeMap<String, Place>) -> Result<(), Fault> {
    for (id, place) in own {
        if let Some(path) = circle(ontology, &mut vec![id.clone()], &mut Vec::new()) {
            let names: Vec<&str> = path.iter().filter_map(|id| Some(ontology.metric(id)?.name.as_str())).collect();
            let what = format!("{:?} is defined over itself: {}", names[0], names.join(", then "));
            let fault = wrong(own.get(&path[0]).unwrap_or(place), "circle", &what);
            let places = path.iter().skip(1).filter_map(|id| Some((ontology.metric(id)?.name.clone(), own.get(id)?)));
            return Err(places.fold(fault, |f, (name, place)| f.cause(format!("{name} is defined in {place}"))));
        }
    }
    Ok(())
}

/// A path of ids from one that comes again to itself; ids that lead nowhere are not looked at twice.
fn circle(ontology: &Ontology, path: &mut Vec<String>, done: &mut Vec<String>) -> Option<Vec<String>> {
    let last = path.last()?.clone();
    let names = ontology.metric(&last).and_then(|m| m.formula.as_ref()).map(Formula::names).unwrap_or_default();
    for name in names {
        if let Some(at) = path.iter().position(|id| *id == name) {
            return Some(path[at..].to_vec());
        }
        if !done.contains(&name) {
            path.push(name);
            if let Some(found) = circle(ontology, path, done) {
                return Some(found);
            }
            done.extend(path.pop());
        }
    }
    None
}

type Stated = BTreeMap<String, (Option<Kind>, Option<MetricUnit>)>;

/// Gives an own metric its nature and unit: as stated, else as its definition says.
fn settle(
    ontology: &mut Ontology,
    id: &str,
    nature: Option<Kind>,
    unit: Option<MetricUnit>,
    stated: &Stated,
) -> Result<(), Fault> {
    let Some(metric) = ontology.metric(id).cloned() else { return Ok(()) };
    let place = metric.place.clone().unwrap_or(Place { file: String::new(), line: 0 });
    let open = |what: &str, hint: &str| {
        wrong(&place, "metric", &format!("the {what} of {:?} does not follow from its definition", metric.name))
            .hint(hint)
    };
    let derived = match &metric.own {
        Some(own) => {
            check_gather(&metric, own.gather, own.course, nature, &place)?;
            Some(match own.gather {
                Gather::Count | Gather::CountDistinct => Nature::Count,
                Gather::Average | Gather::Min | Gather::Max => Nature::Ratio,
                Gather::Sum if own.course.is_some_and(|c| c != Course::Sum) => Nature::Balance,
                Gather::Sum => Nature::Flow,
            })
        }
        None => nature_of(ontology, id, stated),
    };
    let nature = nature.map(Kind::nature).or(derived);
    let nature =
        nature.ok_or_else(|| open("nature", "write nature = \"flow\", \"balance\", \"count\" or \"ratio\""))?;
    let derived = match metric.own.as_ref().map(|own| own.gather) {
        Some(Gather::Count | Gather::CountDistinct) => Some(MetricUnit::Count),
        Some(_) => Some(MetricUnit::Plain),
        None => unit_of(ontology, id, stated),
    };
    let unit = unit.or(derived);
    let hint = "write unit = \"money\", \"count\", \"share\" (0.25 is 25 %), \"multiple\", \"days\" or \"plain\"";
    let unit = unit.ok_or_else(|| open("unit", hint))?;
    ontology.take_metric(Metric { nature, unit, ..metric });
    Ok(())
}

/// What is never added up is not summed, and what is summed is no price.
fn check_gather(
    metric: &Metric,
    gather: Gather,
    course: Option<Course>,
    kind: Option<Kind>,
    place: &Place,
) -> Result<(), Fault> {
    let wrong = |what: &str, hint: &str| {
        Err(wrong(place, "metric", &format!("the metric {:?} {what}", metric.name)).hint(hint.to_owned()))
    };
    match (gather, kind) {
        (Gather::Sum | Gather::Count | Gather::CountDistinct, Some(Kind::Price | Kind::Rate | Kind::Ratio)) => {
            wrong("is a price, a rate or a ratio, which is never added up", "write average, min or max, or a formula")
        }
        (Gather::Average | Gather::Min | Gather::Max, Some(Kind::Flow | Kind::Balance | Kind::Count)) => wrong(
            "adds up by its nature, and is not added up by its definition",
            "write nature = \"price\", \"rate\" or \"ratio\"",
        ),
        (Gather::Sum, Some(Kind::Balance)) if course == Some(Course::Sum) => {
            wrong("is a balance, which is never added up over time", "write over_time = \"last\" or \"running\"")
        }
        (Gather::Sum, Some(Kind::Flow)) if course.is_some_and(|c| c != Course::Sum) => {
            wrong("is a flow, which adds up over time", "write nature = \"balance\", or leave over_time out")
        }
        (Gather::Average | Gather::Min | Gather::Max | Gather::Count | Gather::CountDistinct, _)
            if course.is_some_and(|c| c != Course::Sum) =>
        {
            wrong("is no sum, and over_time is about sums", "leave over_time out")
        }
        _ => Ok(()),
    }
}

/// The nature of a metric by its formula; none where the parts are of several.
fn nature_of(ontology: &Ontology, id: &str, stated: &Stated) -> Option<Nature> {
    let metric = ontology.metric(id)?;
    let own = metric.own.is_some() || !stated.contains_key(id);
    if let Some(nature) = stated.get(id).and_then(|(kind, _)| *kind).map(Kind::nature) {
        return Some(nature);
    }
    match &metric.formula {
        Some(formula) if !own => of_parts(formula, &|name| nature_of(ontology, name, stated), Nature::Ratio),
        _ => Some(metric.nature),
    }
}

/// The unit of a metric by its formula; none where the parts are of several.
fn unit_of(ontology: &Ontology, id: &str, stated: &Stated) -> Option<MetricUnit> {
    let metric = ontology.metric(id)?;
    if let Some(unit) = stated.get(id).and_then(|(_, unit)| *unit) {
        return Some(unit);
    }
    match &metric.formula {
        Some(formula) if stated.contains_key(id) => sum_of_parts(formula, &|name| unit_of(ontology, name, stated)),
        _ => Some(metric.unit),
    }
}

/// What all parts of a sum are; `quotient` for a quotient.
fn of_parts<T: Copy + PartialEq>(formula: &Formula, of: &dyn Fn(&str) -> Option<T>, quotient: T) -> Option<T> {
    match formula {
        Formula::Name(name) => of(name),
        Formula::Number(_) => None,
        Formula::Operation(Arithmetic::Div, _, b) if !matches!(**b, Formula::Number(_)) => Some(quotient),
        Formula::Operation(Arithmetic::Div, a, _) => of_parts(a, of, quotient),
        Formula::Operation(Arithmetic::Mul, a, b) => match (of_parts(a, of, quotient), of_parts(b, of, quotient)) {
            (Some(one), None) if matches!(**b, Formula::Number(_)) => Some(one),
            (None, Some(one)) if matches!(**a, Formula::Number(_)) => Some(one),
            (Some(one), _) if one == quotient => Some(one),
            _ => None,
        },
        Formula::Operation(_, a, b) => {
            let (a, b) = (of_parts(a, of, quotient)?, of_parts(b, of, quotient)?);
            (a == b).then_some(a)
        }
    }
}

fn sum_of_parts(formula: &Formula, of: &dyn Fn(&str) -> Option<MetricUnit>) -> Option<MetricUnit> {
    match formula {
        Formula::Name(name) => of(name),
        Formula::Number(_) | Formula::Operation(Arithmetic::Div | Arithmetic::Mul, ..) => None,
        Formula::Operation(_, a, b) => {
            let (a, b) = (sum_of_parts(a, of)?, sum_of_parts(b, of)?);
            (a == b).then_some(a)
        }
    }
}
