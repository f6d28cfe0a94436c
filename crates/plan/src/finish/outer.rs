//! The lines of an answer put together once more: how many there are, their mean, their median.

use bigdecimal::Zero;
use catalog::{Decimal, ResultColumn, TypeKind, Unit, Value};

use super::arithmetic::quotient;
use super::model::{ColumnKind, Finished};
use crate::calendar::noun;
use crate::semantic::{Aggregation, Outer};

/// One number for all lines. Buckets that are not over are left out, which is said; groups without a number count
/// in no mean and no median.
pub fn put_together(plan: &Aggregation, outer: Outer, laid: Finished) -> Finished {
    let mut warnings = laid.warnings;
    let mut rows = laid.rows.rows;
    if plan.cut.is_some() && !laid.incomplete.is_empty() {
        rows.retain(|row| !laid.incomplete.contains(&row[0].to_string()));
        warnings.retain(|w| !w.ends_with("is not complete"));
        warnings.push(format!("{} is not complete and left out", laid.incomplete.join(", ")));
    }
    let of = match (plan.dimensions.last(), plan.cut) {
        (Some(dimension), _) => dimension.name.clone(),
        (None, Some(grain)) => noun(grain).to_owned(),
        (None, None) => "lines".to_owned(),
    };
    let numbers = (0..laid.kinds.len()).filter(|i| matches!(laid.kinds[*i], ColumnKind::Measure));
    let word = match outer {
        Outer::Count => {
            let count = Value::Int(i64::try_from(rows.len()).unwrap_or(i64::MAX));
            let plural = if plan.dimensions.is_empty() { "s" } else { "" };
            let heading = heading(&format!("number of {of}{plural}"), Unit::Count);
            return one_row(vec![(heading, count)], warnings, laid.rows_used);
        }
        Outer::Mean => "average",
        Outer::Median | Outer::MedianOfRows => "median",
    };
    let mut cells = Vec::new();
    for column in numbers {
        let mut found: Vec<Decimal> = rows.iter().filter_map(|row| row[column].to_decimal()).collect();
        if outer != Outer::MedianOfRows && !plan.dimensions.is_empty() {
            // Things of which nothing is there are no lines in some books, and lines of zero in others.
            found.retain(|number| !number.is_zero());
        }
        warnings.push(format!("the {word} of {} numbers, one for each {of}", found.len()));
        let value = if outer == Outer::Mean { mean(&found) } else { median(found) };
        let known = &laid.rows.columns[column];
        let unit = known.unit.clone().unwrap_or(Unit::Plain);
        cells.push((heading(&format!("{word} {}", known.name), unit), value.map_or(Value::Null, Value::Decimal)));
    }
    warnings.dedup();
    one_row(cells, warnings, laid.rows_used)
}

fn heading(name: &str, unit: Unit) -> ResultColumn {
    let ty = TypeKind::Decimal { precision: None, scale: None };
    ResultColumn { name: name.to_owned(), ty, unit: Some(unit) }
}

fn one_row(cells: Vec<(ResultColumn, Value)>, warnings: Vec<String>, rows_used: u64) -> Finished {
    let mut finished = Finished { warnings, rows_used, ..Finished::default() };
    finished.kinds = cells.iter().map(|_| ColumnKind::Measure).collect();
    let (columns, row) = cells.into_iter().unzip();
    finished.rows.columns = columns;
    finished.rows.rows = vec![row];
    finished
}

/// The mean, rounded once; none of nothing.
fn mean(numbers: &[Decimal]) -> Option<Decimal> {
    let count = Decimal::from(u64::try_from(numbers.len()).ok()?);
    quotient(&numbers.iter().sum(), &count)
}

/// The middle one in order, or the mean of the two in the middle; none of nothing.
fn median(mut numbers: Vec<Decimal>) -> Option<Decimal> {
    numbers.sort();
    let upper = numbers.get(numbers.len() / 2)?;
    if numbers.len() % 2 == 1 {
        return Some(upper.clone());
    }
    let lower = numbers.len().checked_div(2)?.checked_sub(1).and_then(|i| numbers.get(i));
    let sum = lower.map_or_else(Decimal::zero, |lower| lower + upper);
    quotient(&sum, &Decimal::from(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(list: &[i64]) -> Vec<Decimal> {
        list.iter().map(|n| Decimal::from(*n)).collect()
    }

    #[test]
    fn medians_stand_in_the_middle() {
        assert_eq!(median(numbers(&[9, 1, 5])), Some(Decimal::from(5)));
        assert_eq!(median(numbers(&[9, 1, 5, 6])), Some("5.5".parse().unwrap()));
        assert_eq!((median(Vec::new()), median(numbers(&[-3]))), (None, Some(Decimal::from(-3))));
    }

    #[test]
    fn means_are_rounded_once() {
        assert_eq!(mean(&numbers(&[1, 1, 0])), Some("0.6666666667".parse().unwrap()));
        assert_eq!(mean(&[]), None);
    }
}
