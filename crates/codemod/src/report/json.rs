//! Findings for other programs: a document, or a line for each.

use serde::Serialize;

use super::data::Report;

/// Version of the document and of the lines; grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    #[serde(flatten)]
    report: &'r Report,
}

/// The whole report as one JSON document over many lines.
pub fn document(report: &Report) -> String {
    let document = Document { version: VERSION, report };
    serde_json::to_string_pretty(&document).expect("a report holds only plain data") + "\n"
}

/// A line of JSON for each finding, in their order.
pub fn lines(report: &Report) -> String {
    let line = |noted| serde_json::to_string(noted).expect("a finding holds only plain data") + "\n";
    report.findings.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::data::tests::report;
    use serde_json::Value;

    #[test]
    fn every_line_is_a_finding_with_all_that_was_promised() {
        let text = lines(&report());
        assert_eq!(text.lines().count(), 4);
        let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        for key in [
            "file",
            "line_start",
            "line_end",
            "kind",
            "part",
            "identifiers",
            "severity",
            "failure_mode",
            "confidence",
            "verdict",
            "rewrite",
            "fingerprint",
            "why",
            "status",
            "suppression",
        ] {
            assert!(first.get(key).is_some(), "{key} in {first}");
        }
        assert_eq!(first["identifiers"][0]["table"], "bills");
    }

    #[test]
    fn the_document_has_a_version_and_the_numbers_on_top() {
        let document: Value = serde_json::from_str(&document(&report())).unwrap();
        assert_eq!((document["version"].clone(), document["headline"]["unbound"].clone()), (1.into(), 2.into()));
        assert_eq!(document["findings"].as_array().unwrap().len(), 4);
    }
}
