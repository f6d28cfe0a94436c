//! What SARIF 2.1.0 demands (OASIS, sections 3.13 to 3.59), asked of a log: the properties that each object may have,
//! those that it must have, and the words of its enumerations.

use super::*;
use crate::finding::Skipped;
use crate::pragma::Trouble;
use crate::report::data::tests::report;

/// Each object that we write: where it stands, what it may have, what it must have.
const OBJECTS: [(&str, &[&str], &[&str]); 13] = [
    ("log", &["$schema", "version", "runs", "inlineExternalProperties", "properties"], &["version", "runs"]),
    (
        "run",
        &["tool", "invocations", "originalUriBaseIds", "results", "columnKind", "properties", "artifacts"],
        &["tool"],
    ),
    ("driver", &["name", "version", "semanticVersion", "informationUri", "rules", "properties"], &["name"]),
    ("rule", &["id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"], &["id"]),
    ("invocation", &["executionSuccessful", "toolExecutionNotifications"], &["executionSuccessful"]),
    ("notification", &["level", "message", "locations", "descriptor"], &["message"]),
    (
        "result",
        &[
            "ruleId",
            "ruleIndex",
            "level",
            "message",
            "locations",
            "relatedLocations",
            "partialFingerprints",
            "rank",
            "baselineState",
            "suppressions",
            "properties",
            "kind",
            "fixes",
            "codeFlows",
        ],
        &["message"],
    ),
    ("location", &["id", "physicalLocation", "logicalLocations", "message"], &[]),
    ("physical", &["artifactLocation", "region", "contextRegion"], &["artifactLocation"]),
    ("artifact", &["uri", "uriBaseId", "index", "description"], &["uri"]),
    ("region", &["startLine", "endLine", "startColumn", "endColumn", "snippet", "byteOffset"], &["startLine"]),
    ("logical", &["name", "fullyQualifiedName", "kind"], &[]),
    ("suppression", &["kind", "status", "justification", "guid", "location"], &["kind"]),
];

fn check(object: &str, value: &Value) {
    let (_, may, must) = OBJECTS.iter().find(|(name, ..)| *name == object).unwrap();
    let map = value.as_object().unwrap_or_else(|| panic!("{object} is no object: {value}"));
    for key in map.keys() {
        assert!(may.contains(&key.as_str()), "{object} has no property {key}");
    }
    for key in *must {
        assert!(map.contains_key(*key), "{object} needs {key}: {value}");
    }
}

fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).map(|v| v.as_array().unwrap_or_else(|| panic!("{key} is no list")).as_slice()).unwrap_or_default()
}

fn one_of(value: &Value, words: &[&str]) {
    assert!(words.contains(&value.as_str().unwrap()), "{value} is none of {words:?}");
}

fn check_location(location: &Value) {
    check("location", location);
    let physical = &location["physicalLocation"];
    check("physical", physical);
    check("artifact", &physical["artifactLocation"]);
    let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
    assert!(!uri.starts_with('/') && !uri.contains([' ', '\\', '#', '?']), "{uri}");
    if let Some(region) = physical.get("region") {
        check("region", region);
        let start = region["startLine"].as_u64().unwrap();
        assert!(start >= 1 && region.get("endLine").is_none_or(|end| end.as_u64().unwrap() >= start));
    }
    items(location, "logicalLocations").iter().for_each(|logical| check("logical", logical));
}

const LEVELS: [&str; 4] = ["none", "note", "warning", "error"];

fn check_result(result: &Value, rules: &[Value]) {
    check("result", result);
    assert!(!result["message"]["text"].as_str().unwrap().is_empty());
    one_of(&result["level"], &LEVELS);
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(rules[index]["id"], result["ruleId"]);
    let prints = result["partialFingerprints"].as_object().unwrap();
    assert!(prints.values().all(|print| !print.as_str().unwrap().is_empty()));
    if let Some(rank) = result.get("rank") {
        assert!((0.0..=100.0).contains(&rank.as_f64().unwrap()));
    }
    if let Some(state) = result.get("baselineState") {
        one_of(state, &["new", "unchanged", "updated", "absent"]);
    }
    for suppression in items(result, "suppressions") {
        check("suppression", suppression);
        one_of(&suppression["kind"], &["inSource", "external"]);
        one_of(&suppression["status"], &["accepted", "underReview", "rejected"]);
    }
    assert!(!items(result, "locations").is_empty());
    items(result, "locations").iter().chain(items(result, "relatedLocations")).for_each(check_location);
}

#[test]
fn the_log_is_what_the_specification_demands() {
    let mut report = report();
    report.skipped.push(Skipped { file: "big file.bin".to_owned(), why: "too large".to_owned() });
    report.pragma_troubles.push(Trouble { file: "a.py".to_owned(), line: 3, why: "a reason is missing".to_owned() });
    report.findings[0].finding.sinks.push("app/db.py:12".to_owned());
    report.findings[0].finding.symbol = Some("Bills.open".to_owned());
    let log: Value = serde_json::from_str(&sarif(&report, "1.2.3")).unwrap();
    check("log", &log);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    check("run", run);
    let driver = &run["tool"]["driver"];
    check("driver", driver);
    let rules = items(driver, "rules");
    let mut ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    rules.iter().for_each(|rule| check("rule", rule));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules.len(), "rules have ids of their own");
    check("invocation", &run["invocations"][0]);
    let told = items(&run["invocations"][0], "toolExecutionNotifications");
    assert_eq!(told.len(), 2);
    for notification in told {
        check("notification", notification);
        one_of(&notification["level"], &LEVELS);
        items(notification, "locations").iter().for_each(check_location);
    }
    let results = items(run, "results");
    assert_eq!(results.len(), report.findings.len() + report.fixed.len());
    results.iter().for_each(|result| check_result(result, rules));
}

#[test]
fn states_suppressions_and_places_say_what_is_known() {
    let mut report = report();
    report.findings[0].finding.sinks.push("app/db.py:12".to_owned());
    let log: Value = serde_json::from_str(&sarif(&report, "1.2.3")).unwrap();
    let results = items(&log["runs"][0], "results");
    let states: Vec<&str> = results.iter().map(|r| r["baselineState"].as_str().unwrap()).collect();
    assert_eq!(states, ["unchanged", "new", "new", "new", "absent"]);
    assert_eq!(results[0]["suppressions"][0]["kind"], "external");
    assert_eq!(results[1]["suppressions"][0]["justification"], "archive");
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "app/a%20b.py");
    assert_eq!(results[0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 12);
    assert_eq!(results[3]["level"], "note");
}
