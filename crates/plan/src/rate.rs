//! What the numbers of an answer amount to, by the thresholds of their metrics.
//!
//! Only what bounds are meant for is rated: an amount or a balance in total, never that of a group or under a
//! restriction; what grows with the length of its period only over a whole period of the length that the bounds name.
//! Quotients are rated in each row.

use catalog::Decimal;
use jiff::civil::Date;
use meaning::ontology::{Better, Metric, MetricUnit, Nature, Thresholds};
use meaning::own::{Grade, Per, Place};
use serde::Serialize;

use crate::calendar::{Span, add_months};
use crate::finish::{ColumnKind, Facts, Finished};
use crate::forms::Relation;
use crate::knowledge::Knowledge;
use crate::semantic::{Aggregation, Measure, Part};

/// What one number amounts to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rating {
    /// The row of the answer, from 0.
    pub row: usize,
    /// Its column, from 0.
    pub column: usize,
    /// Excellent, good, warning or critical.
    pub status: Grade,
    /// How the number stands to the bound that decided: at least or at most, below or above where it is critical.
    pub relation: Relation,
    /// The bound that decided; of a share one of one.
    #[serde(serialize_with = "as_text")]
    pub bound: Decimal,
    /// Where the user set the bound; absent for built-in ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

fn as_text<S: serde::Serializer>(bound: &Decimal, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&bound.normalized().to_plain_string())
}

/// The ratings of an answer's numbers, row by row.
pub fn rate(k: &Knowledge, plan: &Aggregation, finished: &Finished, facts: Facts) -> Vec<Rating> {
    let rated = rated(k, plan, finished);
    let mut ratings = Vec::new();
    for (row, cells) in finished.rows.rows.iter().enumerate() {
        for (column, metric, thresholds) in &rated {
            let Some(value) = cells.get(*column).and_then(catalog::Value::to_decimal) else { continue };
            if thresholds.per.is_none_or(|per| is_whole(plan, finished, row, per, facts)) {
                let (status, bound) = thresholds.grade(&value, metric.better);
                let relation = relation(status, metric.better);
                let (bound, place) = (bound.clone(), thresholds.place.clone());
                ratings.push(Rating { row, column: *column, status, relation, bound, place });
            }
        }
    }
    ratings
}

/// The metrics that are rated, and their bounds.
pub fn metrics<'k>(k: &'k Knowledge, plan: &Aggregation) -> Vec<(&'k Metric, &'k Thresholds)> {
    asked(plan).filter_map(|measure| of_measure(k, plan, measure)).collect()
}

fn asked(plan: &Aggregation) -> impl Iterator<Item = &Measure> {
    plan.measures.iter().filter(|m| !m.hidden && m.part == Part::Asked)
}

/// The columns that are rated: those of measures that are a metric as it is defined.
fn rated<'k>(k: &'k Knowledge, plan: &Aggregation, finished: &Finished) -> Vec<(usize, &'k Metric, &'k Thresholds)> {
    let columns = (0..finished.kinds.len()).filter(|i| finished.kinds[*i] == ColumnKind::Measure);
    let found = asked(plan).zip(columns).filter_map(|(measure, column)| {
        let (metric, thresholds) = of_measure(k, plan, measure)?;
        Some((column, metric, thresholds))
    });
    found.collect()
}

fn of_measure<'k>(k: &'k Knowledge, plan: &Aggregation, measure: &Measure) -> Option<(&'k Metric, &'k Thresholds)> {
    let metric = k.ontology.metric(measure.metric.as_deref()?)?;
    // An average or a largest one is another number than the metric itself.
    let itself = measure.name == metric.name && measure.nature == metric.nature;
    let divided = !plan.dimensions.is_empty() || !plan.filters.is_empty() || !plan.related.is_empty();
    let fits = itself && (metric.nature == Nature::Ratio || !divided);
    metric.thresholds.as_ref().filter(|_| fits).map(|thresholds| (metric, thresholds))
}

/// The bounds of a metric, in words.
pub fn words(metric: &Metric, bounds: &Thresholds) -> String {
    let share = metric.unit == MetricUnit::Share;
    let text = |bound: &Decimal| match share {
        true => format!("{} %", (bound * Decimal::from(100)).normalized().to_plain_string()),
        false => bound.normalized().to_plain_string(),
    };
    let (to, beyond) = if metric.better == Better::Down { ("up to", "above") } else { ("from", "below") };
    let per = match bounds.per {
        Some(Per::Month) => " in a month",
        Some(Per::Quarter) => " in a quarter",
        Some(Per::Year) => " in a year",
        None => "",
    };
    let by =
        bounds.place.as_ref().map_or_else(|| "built-in bounds".to_owned(), |p| format!("by the vocabulary in {p}"));
    let Thresholds { excellent, good, warning, .. } = bounds;
    format!(
        "{}{per} is excellent {to} {}, good {to} {}, a warning {to} {}, critical {beyond}; {by}",
        metric.name,
        text(excellent),
        text(good),
        text(warning)
    )
}

/// Whether a row is about one whole period of a length, and that is over.
fn is_whole(plan: &Aggregation, finished: &Finished, row: usize, per: Per, facts: Facts) -> bool {
    let window = plan.windows.first().and_then(|w| w.period.as_ref()).map(|p| p.span);
    let bucket: Option<Date> = finished.groups.get(row).and_then(|group| group.bucket);
    let span: Option<Span> = match (plan.cut, bucket) {
        (Some(grain), Some(start)) => {
            let bucket = plan.calendar.bucket(start, grain);
            window.map_or(Some(bucket), |window| bucket.clip(&window))
        }
        (Some(_), None) => None,
        (None, _) => window.filter(|w| !w.opens_early() && !w.opens_late()),
    };
    span.is_some_and(|span| add_months(span.from, per.months()) == span.to && span.last() <= facts.today)
}

fn relation(status: Grade, better: Better) -> Relation {
    match (status, better) {
        (Grade::Critical, Better::Down) => Relation::Above,
        (Grade::Critical, _) => Relation::Below,
        (_, Better::Down) => Relation::AtMost,
        _ => Relation::AtLeast,
    }
}
