//! What an ask is, and the measures that phrases make by themselves.

use catalog::{ColumnRef, Unit, Value};
use meaning::formula::Arithmetic;
use meaning::ontology::{Better, Metric, Nature, stems};
use meaning::{Meaning, Mention};

use super::filters;
use super::outcome::{Stop, refuse};
pub use crate::bases::not_null;
use crate::documents;
use crate::graph::{MeasureKind, Role};
use crate::intent::{Ask, Condition, Derived, Fold, Intent, Operand};
use crate::kept;
use crate::knowledge::Knowledge;
use crate::measure::{self, column_base, measured, row_base};
use crate::semantic::{Amount, Base, Calc, Dimension, Measure, Ordering, Part, Predicate, Test};

/// A measure, how it is computed, and from what.
pub type Made = (Measure, Calc, Vec<Base>);

/// Whether an ask is a number to compute.
pub fn is_measure(k: &Knowledge, intent: &Intent, ask: &Ask) -> bool {
    if ask.fold.is_some() {
        return true;
    }
    let grouped =
        !intent.by.is_empty() || intent.cut.is_some() || intent.compare.is_some() || !intent.periods.is_empty();
    match &ask.mention.links[0].meaning {
        Meaning::Metric { id } => {
            let kept = kept::is_kept_by_date(k, &ask.mention.links);
            let counts_things =
                !kept && k.ontology.metric(id).is_some_and(|m| m.entity.is_some() && m.snapshot.is_empty());
            let plain_column = k.ledger.is_none() && is_exact_column(k, ask) && !kept;
            let compared = intent.conditions.iter().any(|c| filters::is_threshold(k, c));
            let absent = intent.conditions.iter().any(filters::is_absence);
            if counts_things && absent && ask.fold.is_none() {
                return false;
            }
            if counts_things || plain_column { grouped && intent.top.is_none() && !compared } else { true }
        }
        Meaning::Column { column } => grouped && matches!(k.graph.role(column), Role::Measure(_)),
        Meaning::Table { .. } => !intent.by.is_empty() && intent.asks.len() == 1 && intent.top.is_none(),
        Meaning::Value { .. } => false,
    }
}

/// Whether the phrase is the very name of a column or a table, beside being that of a metric.
pub fn names_it_exactly(ask: &Ask) -> bool {
    ask.mention.links.iter().any(|l| {
        let named = matches!(
            l.evidence,
            meaning::Evidence::Name
                | meaning::Evidence::ShortName
                | meaning::Evidence::Abbreviation
                | meaning::Evidence::Own
        );
        named && l.score >= 0.9 && !matches!(l.meaning, Meaning::Metric { .. } | Meaning::Value { .. })
    })
}

/// Whether a phrase is the very name of a numeric column.
pub fn is_exact_column(k: &Knowledge, ask: &Ask) -> bool {
    ask.mention.links.iter().any(|l| match &l.meaning {
        Meaning::Column { column } => l.score >= 0.95 && matches!(k.graph.role(column), Role::Measure(_)),
        _ => false,
    })
}

/// A column of the rows themselves ("the employee with the highest salary") needs no aggregate.
pub fn is_row_property(k: &Knowledge, ask: &Ask) -> bool {
    let metric = matches!(ask.mention.links[0].meaning, Meaning::Metric { .. });
    ask.fold.is_none()
        && (!metric || k.ledger.is_none() && !kept::is_kept_by_date(k, &ask.mention.links))
        && ask.mention.links.iter().any(|l| matches!(l.meaning, Meaning::Column { .. }))
}

/// Two metrics side by side: a plan and the part of it that is meant.
pub fn parts(k: &Knowledge, ask: &Ask) -> Result<Vec<Ask>, Stop> {
    let plans = |m: &Mention| metric_of(k, m).is_some_and(|m| !m.scenario.is_empty());
    let same =
        ask.of.as_ref().is_some_and(|of| metric_of(k, of).is_some_and(|m| metric_of(k, &ask.mention) == Some(m)));
    if same {
        return Ok(vec![Ask { of: None, ..ask.clone() }]);
    }
    let Some(of) = &ask.of else { return Ok(vec![ask.clone()]) };
    if ask.fold == Some(Fold::Count) && table_of(k, of).is_some() {
        return Ok(vec![ask.clone()]);
    }
    // "Revenue from customers in Germany": those whose property follows.
    let counted = metric_of(k, of).is_some_and(|m| m.entity.is_some());
    let column = |l: &meaning::Link| matches!(&l.meaning, Meaning::Column { column } if !matches!(k.graph.role(column), Role::Measure(_)));
    if counted && of.links.iter().any(column) && ask.fold.is_none() {
        return Ok(vec![Ask { of: None, ..ask.clone() }]);
    }
    if plans(&ask.mention) {
        Ok(vec![ask.clone()])
    } else if plans(of) {
        Ok(vec![Ask { mention: of.clone(), of: Some(ask.mention.clone()), ..ask.clone() }])
    } else {
        // Two metrics without "and" between them are the name of a third one ("inventory turnover").
        let name = format!("{} {}", ask.mention.text, of.text);
        Err(refuse(
            &format!("{name:?} is no metric that is known here"),
            vec![name],
            vec![ask.mention.text.clone(), of.text.clone()],
        ))
    }
}

/// The naming column of the ledger's accounts, and its values, that a condition is about.
pub fn named_accounts(k: &Knowledge, condition: &Condition) -> Option<(ColumnRef, Vec<Value>)> {
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
    matches!(&mention.links[0].meaning, Meaning::Column { column } if documents::dated(&k.graph, column, &Vec::new()).is_some())
}

/// The table that a phrase names.
pub fn table_of(k: &Knowledge, mention: &Mention) -> Option<usize> {
    mention.links.iter().filter(|l| l.score > 0.85).find_map(|l| match &l.meaning {
        Meaning::Table { table } => k.graph.index(table),
        _ => None,
    })
}

/// The metric that a phrase names.
pub fn metric_of<'k>(k: &'k Knowledge, mention: &Mention) -> Option<&'k Metric> {
    mention.links.iter().find_map(|l| match &l.meaning {
        Meaning::Metric { id } => k.ontology.metric(id),
        _ => None,
    })
}

/// Whether a calculation needs the length of its period.
pub fn counts_days(calc: &Calc) -> bool {
    match calc {
        Calc::Days => true,
        Calc::Operation(_, a, b) | Calc::Change(a, b) => counts_days(a) || counts_days(b),
        Calc::Positive(of) => counts_days(of),
        _ => false,
    }
}

/// A metric as a measure.
pub fn metric_measure(metric: &Metric) -> Measure {
    Measure {
        name: metric.name.clone(),
        calc: Calc::Number(0),
        nature: metric.nature,
        unit: measure::unit(metric),
        better: metric.better,
        metric: Some(metric.id.clone()),
        hidden: false,
        part: Part::Asked,
    }
}

/// A measure that is no metric.
pub fn plain_measure(name: String, nature: Nature, unit: Unit) -> Measure {
    Measure {
        name,
        calc: Calc::Number(0),
        nature,
        unit,
        better: Better::None,
        metric: None,
        hidden: false,
        part: Part::Asked,
    }
}

/// A column put together as the question says, or as its role says.
pub fn column_measure(k: &Knowledge, column: &ColumnRef, ask: &Ask) -> Option<Made> {
    let role = k.graph.role(column);
    let name = &column.column;
    let of = |amount: Amount| column_base(k, column, amount);
    let one = |measure: Measure, base: Base| Some((measure, Calc::Base(0), vec![base]));
    let plain = Unit::Plain;
    let by_period = k.graph.index(&column.table).is_some_and(|node| kept::is_by_period(k, node));
    match (ask.fold, role) {
        // What has rows in some periods is no list of what there is.
        (Some(Fold::Count), _) if by_period => None,
        // "The number of passengers" where each row says how many.
        (Some(Fold::Count), Role::Measure(MeasureKind::Additive)) if !ask.distinct && holds_numbers_of(k, column) => {
            one(plain_measure(name.clone(), Nature::Flow, plain), measured(k, column, Nature::Flow))
        }
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

/// Whether a column is called by what its whole numbers count: `adults`, `domestic_passengers`.
fn holds_numbers_of(k: &Knowledge, column: &ColumnRef) -> bool {
    let whole = k.graph.statistics(column).is_some_and(|s| s.numbers > 0 && s.fractional == 0);
    let last = meaning::words::split_identifier(&column.column).pop().unwrap_or_default();
    whole && last.len() > 3 && last.ends_with('s') && !last.ends_with("ss")
}

/// The number of rows of a table.
pub fn count_measure(k: &Knowledge, node: usize) -> Made {
    let name = format!("number of {}", k.graph.nodes()[node].table.name.name.replace('_', " "));
    (plain_measure(name, Nature::Count, Unit::Count), Calc::Base(0), vec![row_base(k, node)])
}

/// Whether a phrase names a sort of thing, and nothing better.
pub fn is_plain_thing(mention: &Mention) -> bool {
    let best = mention.links[0].score;
    mention.links.iter().any(|l| l.score > best - 0.05 && matches!(l.meaning, Meaning::Table { .. }))
}

/// Whether a phrase names a number to compute with first of all.
pub fn is_number_column(k: &Knowledge, mention: &Mention) -> bool {
    matches!(&mention.links[0].meaning, Meaning::Column { column } if matches!(k.graph.role(column), Role::Measure(_)))
}

/// Two numbers side by side without a word between them are the name of a third one, where the first is met in part
/// only ("gross revenue" where some other thing is called gross).
pub fn side_by_side(k: &Knowledge, asks: &[Ask]) -> Result<(), Stop> {
    let loose = |a: &Ask| is_number_column(k, &a.mention) && a.mention.links[0].score < 0.85 && a.fold.is_none();
    let number = |a: &Ask| metric_of(k, &a.mention).is_some() && !a.joined && a.fold.is_none();
    let pair =
        asks.windows(2).find(|p| loose(&p[0]) && number(&p[1]) && p[0].mention.tokens.end == p[1].mention.tokens.start);
    let Some([first, second]) = pair else { return Ok(()) };
    let name = format!("{} {}", first.mention.text, second.mention.text);
    Err(refuse(&format!("{name:?} is nothing that is known here"), vec![name], vec![second.mention.text.clone()]))
}

/// "Sorted by region": the dimension of several that goes first.
///
/// # Errors
/// A refusal where it is none of them.
pub fn ordered_by(
    intent: &Intent,
    ordering: Option<Ordering>,
    dimensions: &[Dimension],
) -> Result<Option<Ordering>, Stop> {
    let Some(Ordering { measure: None, descending, .. }) = ordering else { return Ok(ordering) };
    let (Some(sorting), true) = (&intent.sorting, dimensions.len() > 1) else { return Ok(ordering) };
    let text = &sorting.by.mention.text;
    let called = |d: &Dimension| {
        let shown = d.shown.iter().chain(&d.key).map(|c| stems(&c.column));
        stems(&d.name) == stems(text) || shown.into_iter().any(|name| name == stems(text))
    };
    match dimensions.iter().position(called) {
        Some(dimension) => Ok(Some(Ordering { measure: None, dimension: Some(dimension), descending })),
        None => Err(refuse(&format!("{text} is none of what the answer shows"), vec![text.clone()], Vec::new())),
    }
}

/// "EMEA vs APAC": values of one property that are shown beside each other. So are all the values that there are
/// ("the average for old and new"): together they would restrict nothing.
pub fn contrasted(k: &Knowledge, intent: &Intent, filters: &[Predicate]) -> Vec<Dimension> {
    let share = intent.derived == Some(Derived::Share);
    let several = |p: &&Predicate| match &p.test {
        Test::In(values) => values.len() > 1 && !share && (intent.contrast || is_everything(k, &p.column, values)),
        _ => false,
    };
    let dimension = |p: &Predicate| Dimension {
        name: p.column.column.clone(),
        key: vec![p.column.clone()],
        shown: vec![p.column.clone()],
        paths: p.paths.clone(),
        bands: None,
    };
    filters.iter().filter(several).map(dimension).collect()
}

/// Whether a column is known to hold these values and no other ones, and several.
fn is_everything(k: &Knowledge, column: &ColumnRef, named: &[Value]) -> bool {
    let Some(kept) = k.graph.statistics(column).filter(|s| s.values_complete && s.values.len() > 1) else {
        return false;
    };
    kept.values.iter().all(|(value, _)| named.contains(value))
}
