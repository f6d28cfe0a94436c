//! Verdicts over the labelled applications of `fixtures/legacy`: what the seeded changes break there, as people and
//! engines said it, against what is judged from the labels as if a scan had found them.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use catalog::{Catalog, Change};
use codemod::impact::{Fate, Proof, apply, confirm, judge, migration, spec};
use codemod::{Evidence, Finding, Options, Run, scan};
use common::Folder;
use connect::Scratch;
use serde_json::{Value, json};

const APPS: [&str; 3] = ["ledgerly", "billingdesk", "treasuryd"];

fn folder(app: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/legacy").join(app)
}

fn lines(app: &str, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder(app).join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The labels as findings, with their identifiers.
fn labelled(app: &str) -> (Vec<String>, Vec<Finding>) {
    let finding = |mut label: Value| {
        let source = std::fs::read_to_string(folder(app).join(label["file"].as_str().unwrap())).unwrap();
        let (start, end) = (label["line_start"].as_u64().unwrap(), label["line_end"].as_u64().unwrap());
        let text = source.lines().skip(start as usize - 1).take((end - start) as usize + 1);
        let text = text.collect::<Vec<_>>().join("\n");
        let more = json!({"confidence": 1.0, "reach": "live", "fingerprint": label["id"], "text": text});
        label.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (label["id"].as_str().unwrap().to_owned(), serde_json::from_value(label).unwrap())
    };
    lines(app, "labels.jsonl").into_iter().map(finding).unzip()
}

fn catalog_of(app: &str) -> Catalog {
    catalog::file::read(&std::fs::read(folder(app).join("catalog.json")).unwrap()).unwrap()
}

/// A seeded change.
fn change(seeded: &Value, catalog: &Catalog) -> Change {
    let object = seeded["object"].as_str().unwrap();
    let to = seeded["to"].as_str().unwrap_or_default();
    let read = |ask, text: String| spec::read(ask, &text, catalog).unwrap();
    match seeded["op"].as_str().unwrap() {
        "rename_column" | "rename_table" => read(spec::Ask::Rename, format!("{object}={to}")),
        "drop_column" | "drop_table" => read(spec::Ask::Drop, object.to_owned()),
        "change_type" => read(spec::Ask::Type, format!("{object}={to}")),
        "rename_value" => {
            let (column, value) = object.rsplit_once('.').unwrap();
            read(spec::Ask::Value, format!("{column}={value}:{to}"))
        }
        // A file of names lists no index.
        "drop_index" => read(spec::Ask::DropIndex, object.to_owned()),
        other => panic!("{other}"),
    }
}

/// How verdicts compare with what was expected of them.
#[derive(Default)]
struct Score {
    right: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
}

impl Score {
    fn add(&mut self, place: &str, expected: Option<&str>, said: Option<Fate>) {
        let is_break = |word: Option<&str>| word.is_some_and(|word| word.starts_with("breaks"));
        let word = said.map(Fate::as_str);
        if is_break(word) && word == expected {
            self.right += 1;
            return;
        }
        if is_break(word) {
            self.wrong.push(format!("{place}: {word:?}, expected {expected:?}"));
        }
        if is_break(expected) {
            self.missed.push(format!("{place}: {word:?}, expected {expected:?}"));
        }
    }

    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong.len()).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed.len()).max(1) as f64
    }
}

#[test]
fn seeded_changes_break_what_was_confirmed_to_break() {
    let mut score = Score::default();
    let mut others = BTreeMap::new();
    for app in APPS {
        let ((ids, findings), catalog) = (labelled(app), catalog_of(app));
        for seeded in lines(app, "changes.jsonl") {
            let changes = [change(&seeded, &catalog)];
            let mut said: BTreeMap<&str, Fate> = BTreeMap::new();
            for site in judge(&findings, &changes) {
                said.insert(&ids[site.finding], site.fate);
            }
            let mut expected: BTreeMap<&str, &str> = BTreeMap::new();
            for affected in seeded["affected"].as_array().unwrap() {
                expected.insert(affected["label"].as_str().unwrap(), affected["expected"].as_str().unwrap());
            }
            for id in &ids {
                let place = format!("{} {id}", seeded["id"].as_str().unwrap());
                let (expected, said) = (expected.get(id.as_str()).copied(), said.get(id.as_str()).copied());
                score.add(&place, expected, said);
                if let Some(word) = expected.filter(|word| !word.starts_with("breaks")) {
                    *others.entry((word.to_owned(), said.map(Fate::as_str))).or_insert(0) += 1;
                }
            }
        }
    }
    let (precision, recall) = (score.precision(), score.recall());
    println!("{} right, precision {precision:.3}, recall {recall:.3}; others {others:?}", score.right);
    println!("wrong {:#?}\nmissed {:#?}", score.wrong, score.missed);
    assert!(score.right > 250, "{}", score.right);
    assert!(precision >= 0.97 && recall >= 0.95, "{:#?} {:#?}", score.wrong, score.missed);
}

#[test]
fn an_engine_confirms_whole_statements_with_and_without_the_change() {
    for app in APPS {
        let ((_, mut findings), catalog) = (labelled(app), catalog_of(app));
        // The name under which an application attaches its database.
        let home =
            findings.iter().find(|f| f.kind == codemod::Kind::DatabaseName).map(|f| f.identifiers[0].name.clone());
        for finding in &mut findings {
            finding.text = sql(&finding.text);
            let whole = finding.part == Some(codemod::Part::Statement) && finding.text.contains("SELECT");
            finding.renders = Some(finding.text.clone()).filter(|_| whole);
        }
        let before = Scratch::of_catalog(&catalog, home.as_deref()).unwrap();
        let (mut confirmed, mut loud) = (0, 0);
        for seeded in lines(app, "changes.jsonl").iter().filter(|s| s["op"].as_str().unwrap().starts_with("rename_c")) {
            let changes = [change(seeded, &catalog)];
            let after = Scratch::of_catalog(&apply(&catalog, &changes), home.as_deref()).unwrap();
            let ask = |scratch: &Scratch, text: &str| scratch.prepare(text).map_err(|e| message(&e));
            let mut sites = judge(&findings, &changes);
            confirm(&findings, &changes, &mut sites, &|t| ask(&before, t), &|t| ask(&after, t));
            let is_asked = |f: &Finding| f.renders.is_some() && f.verdict == codemod::Verdict::Dependency;
            for site in sites.iter().filter(|site| is_asked(&findings[site.finding])) {
                loud += usize::from(site.fate == Fate::BreaksLoud);
                confirmed += usize::from(site.fate == Fate::BreaksLoud && site.proof == Proof::Prepared);
            }
        }
        println!("{app}: {confirmed} of {loud} loud statements confirmed");
        assert!(confirmed >= 3, "{app}: {confirmed} of {loud}");
    }
}

/// A place of a label that a change affects.
struct Affected {
    finding: Finding,
    expected: String,
}

/// How a real scan, judged and put before an engine, compares with what was confirmed.
fn scanned(app: &str, score: &mut Score) -> [usize; 3] {
    let ((ids, labels), catalog) = (labelled(app), catalog_of(app));
    let found =
        scan(&Folder(folder(app)), &Evidence::of_catalog(&catalog), &Options::default(), &Run::default()).unwrap();
    let findings = found.findings;
    let home = labels.iter().find(|f| f.kind == codemod::Kind::DatabaseName).map(|f| f.identifiers[0].name.clone());
    let before = Scratch::of_catalog(&catalog, home.as_deref()).unwrap();
    let [mut confirmed, mut composed, mut loud] = [0; 3];
    for seeded in lines(app, "changes.jsonl") {
        let changes = [change(&seeded, &catalog)];
        let affected = |entry: &Value| {
            let at = ids.iter().position(|id| id == entry["label"].as_str().unwrap()).unwrap();
            Affected { finding: labels[at].clone(), expected: entry["expected"].as_str().unwrap().to_owned() }
        };
        let affected: Vec<Affected> = seeded["affected"].as_array().unwrap().iter().map(affected).collect();
        let after = Scratch::of_catalog(&apply(&catalog, &changes), home.as_deref()).unwrap();
        let ask = |scratch: &Scratch, text: &str| scratch.prepare(text).map_err(|e| message(&e));
        let mut sites = judge(&findings, &changes);
        confirm(&findings, &changes, &mut sites, &|t| ask(&before, t), &|t| ask(&after, t));
        let is_at =
            |a: &Finding, b: &Finding| a.file == b.file && a.line_start <= b.line_end && b.line_start <= a.line_end;
        let id = seeded["id"].as_str().unwrap();
        for site in sites.iter().filter(|site| site.fate.is_break()) {
            let (finding, word) = (&findings[site.finding], site.fate.as_str());
            loud += usize::from(site.fate == Fate::BreaksLoud);
            confirmed += usize::from(site.fate == Fate::BreaksLoud && site.proof == Proof::Prepared);
            composed += usize::from(site.fate == Fate::BreaksLoud && site.proof == Proof::Composed);
            if affected.iter().any(|a| is_at(&a.finding, finding) && a.expected == word) {
                score.right += 1;
            } else {
                let place = format!("{id} {}:{} {} {word}", finding.file, finding.line_start, finding.kind);
                score.wrong.push(format!("{place}: {} {:?}", finding.text, site.evidence));
            }
        }
        for a in affected.iter().filter(|a| a.expected.starts_with("breaks")) {
            let said = |site: &&codemod::impact::Site| is_at(&findings[site.finding], &a.finding);
            if !sites.iter().filter(said).any(|site| site.fate.as_str() == a.expected) {
                let other: Vec<&str> = sites.iter().filter(said).map(|site| site.fate.as_str()).collect();
                let place = format!("{id} {}:{} {}", a.finding.file, a.finding.line_start, a.finding.kind);
                score.missed.push(format!("{place}: {other:?}, expected {}", a.expected));
            }
        }
    }
    [confirmed, composed, loud]
}

#[test]
fn real_scans_break_where_it_was_confirmed() {
    let mut score = Score::default();
    let mut sum = [0; 3];
    for app in APPS {
        let of_app = scanned(app, &mut score);
        sum.iter_mut().zip(of_app).for_each(|(sum, n)| *sum += n);
    }
    let [confirmed, composed, loud] = sum;
    let (precision, recall) = (score.precision(), score.recall());
    println!(
        "{} right, precision {precision:.3}, recall {recall:.3}; of {loud} loud {confirmed} confirmed, {composed} more as pieces",
        score.right
    );
    println!("wrong {:#?}\nmissed {:#?}", score.wrong, score.missed);
    assert!(precision >= 0.97 && recall >= 0.95, "{precision} {recall}");
    assert!(2 * confirmed > loud && 10 * (confirmed + composed) > 8 * loud, "{confirmed} {composed} {loud}");
}

fn message(error: &connect::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// What stands between the quotes of some lines of source.
fn sql(text: &str) -> String {
    let start = text.find("SELECT").unwrap_or(0);
    let end = text[start..].find(['"', '`']).map_or(text.len(), |end| start + end);
    text[start..end].to_owned()
}

#[test]
fn the_statements_of_a_seeded_change_are_read_as_that_change() {
    for app in APPS {
        let catalog = catalog_of(app);
        for seeded in lines(app, "changes.jsonl") {
            let statements: Vec<&str> = seeded["sql"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
            let read = migration(&statements.join(";\n"), &catalog);
            assert!(read.unread.is_empty(), "{} {:?}", seeded["id"], read.unread);
            let asked = change(&seeded, &catalog);
            // A file of names has no types: that one of them changes cannot be seen. A view that is made anew under another
            // name is one that is gone.
            let is_view = statements[0].starts_with("DROP VIEW");
            if asked.kind != catalog::ChangeKind::TypeChanged && !is_view {
                let told: Vec<String> = read.changes.iter().map(ToString::to_string).collect();
                assert_eq!(told, [asked.to_string()], "{}", seeded["id"]);
            }
        }
    }
}
