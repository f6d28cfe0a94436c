//! SARIF 2.1.0: the OASIS form of results of static analysis, which code hosts and editors show.
//!
//! A kind of finding is a rule. `partialFingerprints` carry the identity of a finding, so that viewers follow it through
//! moves; `baselineState` and `suppressions` say what a baseline and remarks say; entries of a baseline whose finding is
//! gone are results that are `absent`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::data::{Noted, Report, Suppression};
use crate::baseline::{Accepted, Status};
use crate::finding::{Finding, Kind, Severity};

/// The key of our fingerprints; the number grows when what is hashed changes.
const FINGERPRINT: &str = "quaestor/v1";
/// What the paths are below.
const ROOT: &str = "SRCROOT";
/// What stays as it is in a path of a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The report as a SARIF log of one run; `version` is that of the program.
pub fn sarif(report: &Report, version: &str) -> String {
    let found = report.findings.iter().map(result);
    let gone = report.fixed.iter().map(absent);
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "quaestor",
                "semanticVersion": version,
                "rules": Kind::ALL.iter().map(|kind| rule(*kind)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications(report),
            }],
            "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that was scanned"}}},
            "results": found.chain(gone).collect::<Vec<_>>(),
            "properties": {"catalog": report.catalog, "headline": report.headline},
        }],
    });
    serde_json::to_string_pretty(&log).expect("a log holds only plain data") + "\n"
}

fn rule(kind: Kind) -> Value {
    json!({
        "id": kind.as_str(),
        "name": kind.as_str().split('_').map(capital).collect::<String>(),
        "shortDescription": {"text": words(kind)},
        "help": {"text": help(kind)},
        "defaultConfiguration": {"level": "warning"},
    })
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a kind of finding is, in a sentence for people.
fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::SqlTemplate => "SQL text with names of the schema.",
        Kind::TableName => "The name of a table on its own.",
        Kind::ColumnName => "The name of a column on its own.",
        Kind::StaticMapping => "An entry of a map, a list or a dispatch that holds a name of the schema.",
        Kind::FallbackFunction => "Code that stands in for the schema where it is absent.",
        Kind::ConfigMapping => "An entry of a configuration file that holds a name of the schema.",
        Kind::IndexName => "The name of an index.",
        Kind::DatabaseName => "The name of a database or schema.",
        Kind::EnumValue => "A value of a column that code compares with.",
        Kind::ImplicitAllColumns => "A read or write of every column without naming one.",
        Kind::OrmModel => "A model that declares a table to a mapper of objects.",
        Kind::MigrationDdl => "A definition of the schema itself.",
        Kind::DynamicSink => "A call that executes SQL whose text is not known.",
        Kind::Drift => "A name that no catalog has, at a place that is certainly about the schema.",
    }
}

fn help(kind: Kind) -> &'static str {
    match kind {
        Kind::DynamicSink => "Find out what text reaches it: until then nothing can be said about this call.",
        Kind::Drift => "It fails already, or nothing runs it: correct the name, or remove the code.",
        Kind::FallbackFunction => "Let the error show: invented rows hide that the schema changed.",
        Kind::MigrationDdl => "Nothing has to be done: it is where the schema comes from.",
        Kind::ImplicitAllColumns => "Name the columns: a dropped or added one reaches this code unseen.",
        _ => "A change of the named objects reaches this place: `quaestor impact` says how it breaks.",
    }
}

fn result(noted: &Noted) -> Value {
    let finding = &noted.finding;
    let mut out = Map::new();
    let at = Kind::ALL.iter().position(|kind| *kind == finding.kind);
    out.insert("ruleId".into(), finding.kind.as_str().into());
    out.insert("ruleIndex".into(), at.into());
    out.insert("level".into(), level(finding.severity).into());
    out.insert("message".into(), json!({"text": message(finding)}));
    out.insert("locations".into(), json!([location(finding)]));
    let related: Vec<Value> = finding.sinks.iter().chain(&finding.clones).filter_map(|place| site(place)).collect();
    if !related.is_empty() {
        out.insert("relatedLocations".into(), related.into());
    }
    out.insert("partialFingerprints".into(), json!({FINGERPRINT: finding.fingerprint}));
    out.insert("rank".into(), ((finding.confidence.clamp(0.0, 1.0) * 1000.0).round() / 10.0).into());
    if let Some(status) = noted.status {
        out.insert("baselineState".into(), state(status).into());
    }
    let suppressions: Vec<Value> = noted.suppression.iter().map(suppression).collect();
    out.insert("suppressions".into(), suppressions.into());
    out.insert(
        "properties".into(),
        json!({
            "severity": finding.severity,
            "failureMode": finding.failure_mode,
            "verdict": finding.verdict,
            "rewrite": finding.rewrite,
            "part": finding.part,
            "identifiers": finding.identifiers,
        }),
    );
    Value::Object(out)
}

/// An entry of a baseline whose finding is gone.
fn absent(entry: &Accepted) -> Value {
    json!({
        "ruleId": entry.kind.as_str(),
        "ruleIndex": Kind::ALL.iter().position(|kind| *kind == entry.kind),
        "level": "none",
        "message": {"text": format!("fixed: {}; its entry of the baseline is stale", entry.names.join(", "))},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(&entry.file)}}],
        "partialFingerprints": {FINGERPRINT: entry.fingerprint},
        "baselineState": "absent",
        "suppressions": [],
    })
}

fn message(finding: &Finding) -> String {
    let names: Vec<&str> = finding.identifiers.iter().map(|i| i.name.as_str()).collect();
    let names = if names.is_empty() { String::new() } else { format!("{}: ", names.join(", ")) };
    format!("{names}{}", if finding.why.is_empty() { words(finding.kind) } else { &finding.why })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// SARIF knows no state for what has ended: it counts again, as new does.
fn state(status: Status) -> &'static str {
    match status {
        Status::New | Status::Expired => "new",
        Status::Moved => "updated",
        Status::Unchanged => "unchanged",
    }
}

fn suppression(suppression: &Suppression) -> Value {
    let kind = match suppression {
        Suppression::Pragma { .. } => "inSource",
        Suppression::Baseline { .. } => "external",
    };
    json!({"kind": kind, "status": "accepted", "justification": suppression.reason()})
}

fn location(finding: &Finding) -> Value {
    let mut region =
        json!({"startLine": finding.line_start.max(1), "endLine": finding.line_end.max(finding.line_start)});
    if !finding.text.is_empty() {
        region["snippet"] = json!({"text": finding.text});
    }
    let mut out = json!({"physicalLocation": {"artifactLocation": artifact(&finding.file), "region": region}});
    if let Some(symbol) = &finding.symbol {
        out["logicalLocations"] = json!([{"fullyQualifiedName": symbol}]);
    }
    out
}

fn artifact(file: &str) -> Value {
    json!({"uri": utf8_percent_encode(file, PATH).to_string(), "uriBaseId": ROOT})
}

/// `file:line` as a location.
fn site(place: &str) -> Option<Value> {
    let (file, line) = place.rsplit_once(':')?;
    let line: usize = line.parse().ok().filter(|line| *line > 0)?;
    Some(json!({"physicalLocation": {"artifactLocation": artifact(file), "region": {"startLine": line}}}))
}

fn notifications(report: &Report) -> Vec<Value> {
    let skipped = report.skipped.iter().map(|s| (&s.file, None, format!("not read: {}", s.why)));
    let remarks = report.pragma_troubles.iter().map(|t| (&t.file, Some(t.line), format!("remark: {}", t.why)));
    let notification = |(file, line, text): (&String, Option<usize>, String)| {
        let mut place = json!({"artifactLocation": artifact(file)});
        if let Some(line) = line {
            place["region"] = json!({"startLine": line});
        }
        json!({"level": "warning", "message": {"text": text}, "locations": [{"physicalLocation": place}]})
    };
    skipped.chain(remarks).map(notification).collect()
}

#[cfg(test)]
mod tests;
