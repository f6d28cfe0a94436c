//! A change of a schema as people and programs read it.

use std::fmt::Write;

use catalog::{Change, Severity};
use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;

use crate::console::{BOLD, DIM, RED, YELLOW, plain};

/// Version of the JSON; grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// How grave a change has to be to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AtLeast {
    /// Everything.
    Low,
    /// What is new, and what can break something.
    Medium,
    /// What can break something.
    High,
    /// What breaks whatever names the object.
    Critical,
}

impl AtLeast {
    /// Whether a severity is shown.
    pub fn shows(self, severity: Severity) -> bool {
        severity
            >= match self {
                AtLeast::Low => Severity::Low,
                AtLeast::Medium => Severity::Medium,
                AtLeast::High => Severity::High,
                AtLeast::Critical => Severity::Critical,
            }
    }
}

/// A change with what to do about it, as JSON.
#[derive(Serialize)]
pub struct Line<'l> {
    /// Version of this form.
    pub version: u32,
    /// The source.
    pub source: &'l str,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// When the schema was last seen without it.
    pub not_before: Timestamp,
    /// The epoch before.
    pub epoch_before: &'l str,
    /// The epoch after.
    pub epoch_after: &'l str,
    /// It itself.
    #[serde(flatten)]
    pub change: &'l Change,
    /// What to do about it.
    pub advice: &'static str,
}

/// The word of a severity.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// A time to the second, in UTC.
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// One change in one line, and below it what it touches and what to do where something can break.
pub fn text(label: &str, change: &Change) -> String {
    let style = match change.severity {
        Severity::Critical => RED,
        Severity::High => YELLOW,
        Severity::Medium => BOLD,
        Severity::Low => DIM,
    };
    let mut out = format!("{label}  {style}{:<8}{style:#}  {}", word(change.severity), plain(&change.to_string()));
    if change.is_uncertain() {
        let _ = write!(out, "  {YELLOW}likely, {:.0} %{YELLOW:#}", 100.0 * change.certainty);
    }
    out.push('\n');
    let gap = " ".repeat(label.chars().count() + 12);
    for user in &change.impact {
        let _ = writeln!(out, "{gap}touches {}", plain(user));
    }
    if change.kind.can_break() {
        let _ = writeln!(out, "{gap}{DIM}{}{DIM:#}", change.kind.advice());
    }
    out
}
