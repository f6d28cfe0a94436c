//! How sure a rename is: logistic regressions over the features of a pair, with weights kept as data.
//!
//! The weights come from generated changes (`tests/renames`, which says how, and checks them on data that they have not seen);
//! `cargo xtask golden --bless` fits them anew.

use std::sync::LazyLock;

use serde::Deserialize;

/// From this certainty on a rename is taken as one, and logged.
pub const APPLIED: f64 = 0.98;
/// From this certainty on somebody is asked; below, it is a drop and an addition.
pub const ASKED: f64 = 0.5;

/// The features of a pair of columns, in their order.
pub const COLUMN_FEATURES: [&str; 20] = [
    "one",
    "words",
    "letters",
    "kind",
    "declared",
    "nullable",
    "default",
    "gap",
    "place",
    "key",
    "reference",
    "index",
    "comment",
    "sampled",
    "nulls",
    "distinct",
    "values",
    "many values",
    "extent",
    "rivals",
];

/// The features of a pair of tables, in their order.
pub const TABLE_FEATURES: [&str; 17] = [
    "one",
    "words",
    "letters",
    "columns",
    "types",
    "width",
    "kind",
    "key",
    "references",
    "referenced",
    "schema",
    "definition",
    "counted",
    "rows",
    "sampled",
    "values",
    "rivals",
];

#[derive(Deserialize)]
struct Weights {
    column: Vec<f64>,
    table: Vec<f64>,
}

static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
    serde_json::from_str(include_str!("weights.json")).expect("the weights are part of the program and tested")
});

/// The odds that a pair of columns is one column.
pub fn column_odds(features: &[f64; COLUMN_FEATURES.len()]) -> f64 {
    logistic(&WEIGHTS.column, features)
}

/// The odds that a pair of tables is one table.
pub fn table_odds(features: &[f64; TABLE_FEATURES.len()]) -> f64 {
    logistic(&WEIGHTS.table, features)
}

/// The odds of a logistic regression, kept within e^±20.
pub fn logistic(weights: &[f64], features: &[f64]) -> f64 {
    let sum: f64 = weights.iter().zip(features).map(|(w, x)| w * x).sum();
    sum.clamp(-20.0, 20.0).exp()
}
