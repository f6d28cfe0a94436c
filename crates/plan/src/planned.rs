//! Plans of a metric that is made of several sorts of accounts: income and cost are taken from each other, never
//! added up.

use meaning::formula::{Arithmetic, Formula};
use meaning::ontology::{Metric, Side};

use crate::knowledge::Knowledge;
use crate::measure::{self, Binding, Failure, Wanted, merge};
use crate::semantic::{Base, Calc};

/// All ways to compute a metric, as [`measure::bind`] finds them; the plan of a part with accounts on both sides, or
/// of a formula, is put together from the plans of its parts, version by version.
///
/// # Errors
/// [`Failure`] where there is none.
pub fn bind(k: &Knowledge, wanted: Wanted, feasible: &dyn Fn(&Base) -> bool) -> Result<Vec<Binding>, Failure> {
    match wanted.part.filter(|_| !wanted.metric.scenario.is_empty() && k.ledger.is_some()) {
        Some(part) => of_part(k, wanted, part, feasible),
        None => measure::bind(k, wanted, feasible),
    }
}

fn of_part(
    k: &Knowledge,
    wanted: Wanted,
    part: &Metric,
    feasible: &dyn Fn(&Base) -> bool,
) -> Result<Vec<Binding>, Failure> {
    let present = |id: &&String| k.ledger.as_ref().is_some_and(|l| l.classes.contains_key(*id));
    let on = |side: Side| {
        let classes =
            part.classes.iter().filter(present).filter(|id| k.ontology.class(id).is_some_and(|c| c.side == side));
        Metric { classes: classes.cloned().collect(), ..part.clone() }
    };
    let (income, cost) = (on(Side::Credit), on(Side::Debit));
    match (income.classes.is_empty(), cost.classes.is_empty(), &part.formula) {
        (false, false, _) => {
            let income = measure::bind(k, Wanted { part: Some(&income), ..wanted }, feasible)?;
            let cost = measure::bind(k, Wanted { part: Some(&cost), ..wanted }, feasible)?;
            Ok(joined(Arithmetic::Sub, called(income, "planned_income"), called(cost, "planned_cost")))
        }
        (true, true, Some(formula)) => of_formula(k, wanted, formula, feasible),
        (true, true, None) => Err(Failure::Missing(vec![format!("{} of {}", wanted.metric.name, part.name)])),
        _ => measure::bind(k, Wanted { part: Some(part), ..wanted }, feasible),
    }
}

fn of_formula(
    k: &Knowledge,
    wanted: Wanted,
    formula: &Formula,
    feasible: &dyn Fn(&Base) -> bool,
) -> Result<Vec<Binding>, Failure> {
    let missing = |name: &str| Failure::Missing(vec![format!("{} of {name}", wanted.metric.name)]);
    match formula {
        Formula::Number(n) => Ok(vec![Binding { calc: Calc::Number(*n), bases: Vec::new(), score: 1.0 }]),
        Formula::Name(name) => {
            let part = k.ontology.metric(name).ok_or_else(|| missing(name))?;
            let bindings = of_part(k, wanted, part, feasible)?;
            let single = bindings.iter().all(|b| b.bases.len() == 1);
            Ok(if single { called(bindings, &format!("planned_{}", part.id)) } else { bindings })
        }
        Formula::Operation(operation, a, b) => {
            let (a, b) = (of_formula(k, wanted, a, feasible)?, of_formula(k, wanted, b, feasible)?);
            Ok(joined(*operation, a, b))
        }
    }
}

/// The same ways, their numbers under a name that tells them apart.
fn called(bindings: Vec<Binding>, label: &str) -> Vec<Binding> {
    let named = |base: Base| Base { label: label.to_owned(), ..base };
    bindings.into_iter().map(|b| Binding { bases: b.bases.into_iter().map(named).collect(), ..b }).collect()
}

/// The first way of one side with the first of the other, and so on: versions stand in the same order on both.
fn joined(operation: Arithmetic, a: Vec<Binding>, b: Vec<Binding>) -> Vec<Binding> {
    let rounds = a.len().max(b.len());
    let repeated = |list: Vec<Binding>| if list.len() == 1 { vec![list[0].clone(); rounds] } else { list };
    let join = |(a, b): (Binding, Binding)| {
        let score = a.score.min(b.score);
        let mut bases = Vec::new();
        let left = merge(a, &mut bases);
        let right = merge(b, &mut bases);
        Binding { calc: Calc::Operation(operation, Box::new(left), Box::new(right)), bases, score }
    };
    repeated(a).into_iter().zip(repeated(b)).map(join).collect()
}
