//! What came of a replay, as programs read it.

use serde::Serialize;

/// One rule and what came of it.
#[derive(Serialize)]
pub struct Row {
    /// The rule.
    pub policy: String,
    /// Uses.
    pub reads: u64,
    /// Times the source was read.
    pub loads: u64,
    /// Loads beyond those of somebody who knows every change.
    pub needless_loads: i64,
    /// Share of uses that needed no load.
    pub hit_ratio: f64,
    /// Stale uses.
    pub stale: u64,
    /// Share of uses that were stale.
    pub stale_ratio: f64,
    /// How late a stale use was on average, in seconds.
    pub mean_late_s: f64,
    /// Shortest life given, in seconds.
    pub shortest_s: f64,
    /// Longest life given, in seconds.
    pub longest_s: f64,
    /// Expected share of lives with a change, where the rule states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated_risk: Option<f64>,
    /// The share that there was.
    pub realised_risk: f64,
    /// Lives given, in twelve parts of 20 minutes each.
    pub lives: [u64; 12],
}

/// The JSON.
#[derive(Serialize)]
pub struct Report {
    /// Version of this form.
    pub version: u32,
    /// Where the trace is from.
    pub trace: String,
    /// Objects in it.
    pub objects: usize,
    /// Uses in it.
    pub reads: u64,
    /// Changes in it.
    pub changes: usize,
    /// Loads of somebody who knows every change.
    pub oracle_loads: u64,
    /// The rules.
    pub policies: Vec<Row>,
}
