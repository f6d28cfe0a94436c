//! The tally agrees with itself and reads its text form.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use bigdecimal::{One, Zero};
use books::{DEMO_CLOCK, Error, Row, Slice, Tally, demo};
use catalog::Decimal;

fn version(measure: &str) -> Slice {
    let budget = measure.starts_with("budget");
    Slice {
        filters: budget.then(|| ("version".to_owned(), "revised".to_owned())).into_iter().collect(),
        ..Slice::default()
    }
}

fn sum(rows: &[Row]) -> Decimal {
    rows.iter().map(|(_, n)| n).sum()
}

#[test]
fn parts_add_up_to_the_total_of_every_measure() {
    let (_, tally) = demo(0.05, 4);
    for measure in Tally::measures().into_iter().filter(|m| *m != "active customers") {
        let slice = version(measure);
        let total = tally.measure(measure, &slice, &[]).unwrap();
        assert_eq!(total.len(), 1);
        assert!(!Tally::dimensions(measure).is_empty());
        // Naming the status lets drafts in, and alternatives of a budget are no parts.
        for dimension in Tally::dimensions(measure).into_iter().filter(|d| !["status", "version"].contains(d)) {
            let parts = tally.measure(measure, &slice, &[dimension]).unwrap();
            assert_eq!(sum(&parts), total[0].1, "{measure} by {dimension}");
        }
    }
}

#[test]
fn finer_buckets_add_up_to_coarser_ones() {
    let (_, tally) = demo(0.05, 4);
    for measure in ["revenue", "operating expenses", "orders", "collected amount", "payroll", "budgeted revenue"] {
        let slice = version(measure);
        let total = sum(&tally.measure(measure, &slice, &[]).unwrap());
        for grain in ["day", "week", "month", "quarter", "half", "year", "calendar quarter", "calendar year"] {
            assert_eq!(sum(&tally.measure(measure, &slice, &[grain]).unwrap()), total, "{measure} by {grain}");
        }
    }
}

#[test]
fn every_measure_says_something() {
    let (_, tally) = demo(0.1, 1);
    for measure in Tally::measures() {
        let rows = tally.measure(measure, &version(measure), &[]).unwrap();
        assert!(!rows[0].1.is_zero(), "{measure}");
    }
}

#[test]
fn balances_of_a_series_are_the_balances_of_its_ends() {
    let (_, tally) = demo(0.05, 4);
    let series: BTreeMap<String, Decimal> =
        tally.evaluate("cash balance / by quarter").unwrap().into_iter().map(|(l, n)| (l[0].clone(), n)).collect();
    assert_eq!(series["2024-01-01"], tally.evaluate("cash balance / as of 2024-03-31").unwrap()[0].1);
    let last = series.values().next_back().unwrap();
    assert_eq!(*last, tally.evaluate(&format!("cash balance / as of {DEMO_CLOCK}")).unwrap()[0].1);
}

#[test]
fn a_snapshot_is_never_summed_over_time() {
    let (_, tally) = demo(0.05, 4);
    let quarter = &tally.evaluate("headcount / by quarter / 2024-04-01..2024-07-01").unwrap()[0].1;
    let months = tally.evaluate("headcount / by month / 2024-04-01..2024-07-01").unwrap();
    assert_eq!((months.len(), quarter), (3, &months[2].1));
    // The running month has no snapshot yet: no row in a series, the last one where none is asked for.
    assert_eq!(tally.evaluate("headcount / by month / 2025-11-01..2025-12-01").unwrap(), []);
    assert_eq!(tally.evaluate("headcount").unwrap(), tally.evaluate("headcount / as of 2025-10-31").unwrap());
}

#[test]
fn distinct_counts_do_not_add_up_over_time() {
    let (_, tally) = demo(0.1, 4);
    let months = tally.evaluate("active customers / by month").unwrap();
    let year = tally.evaluate("active customers").unwrap();
    let customers = tally.evaluate("customers").unwrap();
    assert!(sum(&months) > year[0].1 && year[0].1 < customers[0].1);
}

#[test]
fn ageing_looks_back_from_the_balance_date() {
    let (_, tally) = demo(0.2, 4);
    for day in ["2024-06-30", "2025-11-14"] {
        let ages = tally.evaluate(&format!("receivables / by ageing / as of {day}")).unwrap();
        assert_eq!(sum(&ages), tally.evaluate(&format!("receivables / as of {day}")).unwrap()[0].1);
        assert!(ages.iter().any(|(l, _)| l[0] == "not due") && ages.iter().any(|(l, _)| l[0] == "90+"), "{ages:?}");
    }
}

#[test]
fn status_is_a_filter_unless_it_is_asked_for() {
    let (_, tally) = demo(0.1, 4);
    let posted = tally.evaluate("invoiced amount / status=posted").unwrap();
    assert_eq!(tally.evaluate("invoiced amount").unwrap(), posted);
    let all = tally.evaluate("invoiced amount / by status").unwrap();
    assert!(all.len() > 1 && sum(&all) > posted[0].1);
}

#[test]
fn filters_of_one_dimension_are_alternatives_and_partition() {
    let (_, tally) = demo(0.1, 4);
    let regions = tally.evaluate("revenue / by region").unwrap();
    let of = |name: &str| tally.evaluate(&format!("revenue / region={name}")).unwrap()[0].1.clone();
    assert_eq!(regions[0].0[0], "", "the first region is NULL");
    assert!(regions.iter().all(|(l, n)| of(&l[0]) == *n));
    let two = tally.evaluate("revenue / region=emea / region=APAC").unwrap();
    assert_eq!(two[0].1, of("EMEA") + of("APAC"));
    let narrow = tally.evaluate("revenue / region=EMEA / segment=Healthcare").unwrap();
    assert!(narrow[0].1 < of("EMEA"));
}

#[test]
fn ratios_come_from_sums_and_round_once() {
    let (_, tally) = demo(0.1, 4);
    let margin = tally.evaluate("(revenue - cost of sales) % revenue / by year").unwrap();
    let gross = tally.evaluate("gross profit / by year").unwrap();
    let revenue = tally.evaluate("revenue / by year").unwrap();
    assert_eq!(margin.len(), 4);
    for ((margin, gross), revenue) in margin.iter().zip(&gross).zip(&revenue) {
        let error = (&margin.1 * &revenue.1 - &gross.1).abs();
        assert!(margin.1.fractional_digit_count() == 6 && error < revenue.1.clone() / Decimal::from(1_000_000));
    }
    let same = tally.evaluate("1 - cost of sales % revenue / by year").unwrap();
    assert_eq!(same, margin);
    assert_eq!(tally.evaluate("revenue % (revenue - revenue)").unwrap(), [], "nothing is divided by zero");
}

#[test]
fn a_part_without_a_group_counts_as_nothing() {
    let (_, tally) = demo(0.1, 4);
    let all = tally.evaluate("customers - active customers / by customer").unwrap();
    assert_eq!(sum(&all), tally.evaluate("customers - active customers").unwrap()[0].1);
    assert!(all.iter().any(|(_, n)| n.is_one()) && all.iter().any(|(_, n)| n.is_zero()));
}

#[test]
fn what_is_amiss_is_said() {
    let (_, tally) = demo(0.01, 4);
    let error = |text: &str| tally.evaluate(text).unwrap_err();
    assert!(matches!(error("turnover"), Error::UnknownMeasure { .. }));
    assert!(matches!(error("headcount / by region"), Error::UnknownDimension { .. }));
    assert!(matches!(error("revenue / colour=red"), Error::UnknownDimension { .. }));
    assert!(matches!(error("customers / by month"), Error::UnknownDimension { .. }));
    assert!(matches!(error("budget / by month"), Error::NoVersion { .. }));
    assert!(matches!(error("revenue / by month, year"), Error::TwoGrains { .. }));
    assert!(matches!(error("revenue / 2025-02-30.."), Error::BadDate { .. }));
    assert!(matches!(error("(revenue"), Error::BadExpression { .. }));
    assert!(matches!(error("revenue -"), Error::BadExpression { .. }));
    assert!(matches!(error(""), Error::BadExpression { .. }));
    assert!(matches!(error("revenue / somehow"), Error::BadSection { .. }));
    assert_eq!(tally.measure("turnover", &Slice::default(), &[]), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_panics(text in "(revenue|orders|budget|[0-9.]{1,5}|[-+*%() ]| / |by |month|as of |20[0-9-]{0,9}|\\.\\.|=|.){0,12}") {
        thread_local!(static TALLY: Tally = demo(0.001, 1).1);
        TALLY.with(|tally| drop(tally.evaluate(&text)));
    }
}
