//! Object x site x role: a row for each name at each place, for spreadsheets and data tools.

use super::data::{Noted, Report};
use crate::finding::Identifier;

/// What the columns are.
pub const HEADINGS: [&str; 21] = [
    "table",
    "column",
    "value",
    "role",
    "file",
    "line_start",
    "line_end",
    "kind",
    "part",
    "severity",
    "failure_mode",
    "confidence",
    "verdict",
    "rewrite",
    "reach",
    "symbol",
    "status",
    "suppressed",
    "fingerprint",
    "name",
    "why",
];

/// The rows; a finding without names has one without object.
pub fn rows(report: &Report) -> Vec<Vec<String>> {
    report.findings.iter().flat_map(of_finding).collect()
}

fn of_finding(noted: &Noted) -> Vec<Vec<String>> {
    if noted.finding.identifiers.is_empty() {
        return vec![row(noted, None)];
    }
    noted.finding.identifiers.iter().map(|identifier| row(noted, Some(identifier))).collect()
}

fn row(noted: &Noted, identifier: Option<&Identifier>) -> Vec<String> {
    let finding = &noted.finding;
    let [table, column, value] = identifier.map(object).unwrap_or_default();
    vec![
        table,
        column,
        value,
        identifier.map(|i| i.role.to_string()).unwrap_or_default(),
        finding.file.clone(),
        finding.line_start.to_string(),
        finding.line_end.to_string(),
        finding.kind.to_string(),
        finding.part.map(|part| part.to_string()).unwrap_or_default(),
        finding.severity.to_string(),
        finding.failure_mode.to_string(),
        format!("{:.3}", finding.confidence),
        finding.verdict.to_string(),
        finding.rewrite.to_string(),
        finding.reach.to_string(),
        finding.symbol.clone().unwrap_or_default(),
        noted.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        noted.suppression.as_ref().map(|s| s.reason().to_owned()).unwrap_or_default(),
        finding.fingerprint.clone(),
        identifier.map(|i| i.name.clone()).unwrap_or_default(),
        finding.why.clone(),
    ]
}

/// Table, column and value that a name is of.
fn object(identifier: &Identifier) -> [String; 3] {
    let name = identifier.name.clone();
    match (&identifier.table, &identifier.column) {
        (None, _) => [name, String::new(), String::new()],
        (Some(table), None) => [table.clone(), name, String::new()],
        (Some(table), Some(column)) => [table.clone(), column.clone(), name],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::data::tests::report;

    #[test]
    fn every_name_has_a_row_as_wide_as_the_headings() {
        let rows = rows(&report());
        assert_eq!(rows.len(), 1 + 2 + 1 + 1);
        assert!(rows.iter().all(|row| row.len() == HEADINGS.len()));
        assert_eq!(rows[0][..4], ["bills", "due_on", "", "project"]);
    }
}
