//! The report, and what is counted in it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::baseline::{Accepted, Baseline, Status};
use crate::finding::{Finding, Kind, Scan, Severity, Skipped, Statements, Verdict};
use crate::mask::mask;
use crate::pragma::{self, Pragma, Trouble};

/// From this confidence on a finding stops a run that has a gate.
pub const GATE: f64 = 0.8;

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Suppression {
    /// A remark in the code.
    Pragma {
        /// Its line.
        line: usize,
        /// What it says.
        reason: String,
        /// Its last day.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// An entry of the baseline.
    Baseline {
        /// What it says.
        reason: String,
        /// Who answers for it.
        #[serde(skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        /// Its last day.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires: Option<Date>,
    },
}

impl Suppression {
    /// What was said.
    pub fn reason(&self) -> &str {
        match self {
            Suppression::Pragma { reason, .. } | Suppression::Baseline { reason, .. } => reason,
        }
    }
}

/// A finding with what is said about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Noted {
    /// It itself, secrets masked.
    #[serde(flatten)]
    pub finding: Finding,
    /// How it stands to the baseline, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Why it does not count, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Suppression>,
}

/// The three numbers that say how a code base stands, and what lies beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Headline {
    /// Places that take their names from bindings. None as long as a project has no bindings.
    pub bound: usize,
    /// Places that hold names of the schema themselves, drift among them. Definitions of the schema do not count: they
    /// are the schema.
    pub unbound: usize,
    /// Calls that execute SQL whose text is not known.
    pub unresolved: usize,
    /// Of the unbound: names that no catalog has.
    pub drift: usize,
    /// Places that nothing reaches.
    pub dead: usize,
    /// Definitions of the schema.
    pub definitions: usize,
    /// Whether nothing is left: none unbound, none unresolved, no file passed over.
    pub complete: bool,
}

/// What surrounds a scan in its report.
#[derive(Clone, Debug, Default)]
pub struct Context<'c> {
    /// What was scanned, for people.
    pub root: String,
    /// Where the catalog comes from, for people.
    pub catalog: String,
    /// The day of the report.
    pub today: Option<Date>,
    /// What is accepted, if there is a list.
    pub baseline: Option<&'c Baseline>,
}

/// A scan as it is handed on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What was scanned.
    pub root: String,
    /// Where the catalog comes from.
    pub catalog: String,
    /// The numbers on top.
    pub headline: Headline,
    /// Files read.
    pub files: usize,
    /// Lines read.
    pub lines: usize,
    /// How embedded statements were read.
    pub statements: Statements,
    /// All findings.
    pub findings: Vec<Noted>,
    /// Entries of the baseline whose finding is gone.
    pub fixed: Vec<Accepted>,
    /// What is wrong with remarks in the code.
    pub pragma_troubles: Vec<Trouble>,
    /// What was not read.
    pub skipped: Vec<Skipped>,
}

impl Report {
    /// Puts a scan together with what is said about it. A remark in the code wins over the baseline.
    pub fn of(scan: &Scan, context: &Context<'_>) -> Report {
        let today = context.today.unwrap_or(Date::MIN);
        let (remarks, idle) = pragma::apply(&scan.findings, &scan.pragmas, today);
        let compared = context.baseline.map(|baseline| baseline.compare(&scan.findings, today));
        let noted = |(i, finding): (usize, &Finding)| {
            let stands = compared.as_ref().map(|c| c.statuses[i]);
            let by_entry = stands.and_then(|(status, entry)| entry.filter(|_| status.is_accepted()));
            let suppression = remarks[i].map(by_pragma).or(by_entry.map(by_baseline));
            Noted { finding: masked(finding), status: stands.map(|s| s.0), suppression }
        };
        let findings: Vec<Noted> = scan.findings.iter().enumerate().map(noted).collect();
        let mut troubles: Vec<Trouble> = scan.troubles.iter().cloned().chain(idle).collect();
        troubles.sort();
        Report {
            root: context.root.clone(),
            catalog: mask(&context.catalog),
            headline: headline(scan),
            files: scan.files,
            lines: scan.lines,
            statements: scan.statements,
            findings,
            fixed: compared.map(|c| c.fixed.into_iter().cloned().collect()).unwrap_or_default(),
            pragma_troubles: troubles,
            skipped: scan.skipped.clone(),
        }
    }

    /// Findings that count: of the severity at least, not suppressed, and reached by something.
    pub fn open(&self, least: Severity) -> impl Iterator<Item = &Noted> {
        let counts = move |noted: &&Noted| noted.suppression.is_none() && noted.finding.severity >= least;
        self.findings.iter().filter(counts).filter(|noted| is_open(&noted.finding))
    }

    /// Findings that count and are likely enough to stop a run: see [`GATE`].
    pub fn gated(&self, least: Severity) -> impl Iterator<Item = &Noted> {
        self.open(least).filter(|noted| noted.finding.confidence >= GATE)
    }

    /// How many findings have each value of something, the most frequent first, then by name.
    pub fn tally(&self, of: impl Fn(&Finding) -> Vec<String>) -> Tally {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for name in self.findings.iter().flat_map(|noted| of(&noted.finding)) {
            *counts.entry(name).or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }
}

/// Names with how often they occur.
pub type Tally = Vec<(String, usize)>;

fn is_open(finding: &Finding) -> bool {
    finding.verdict != Verdict::Dead && finding.kind != Kind::MigrationDdl
}

fn headline(scan: &Scan) -> Headline {
    let count = |keep: &dyn Fn(&Finding) -> bool| scan.findings.iter().filter(|f| keep(f)).count();
    let unresolved = count(&|f| f.verdict == Verdict::Unresolved);
    let unbound = count(&|f| is_open(f) && f.verdict != Verdict::Unresolved);
    Headline {
        bound: 0,
        unbound,
        unresolved,
        drift: count(&|f| is_open(f) && f.verdict == Verdict::Drift),
        dead: count(&|f| f.verdict == Verdict::Dead),
        definitions: count(&|f| f.kind == Kind::MigrationDdl && f.verdict != Verdict::Dead),
        complete: unbound == 0 && unresolved == 0 && scan.skipped.is_empty(),
    }
}

fn by_pragma(pragma: &Pragma) -> Suppression {
    Suppression::Pragma { line: pragma.line, reason: mask(&pragma.reason), until: pragma.until }
}

fn by_baseline(entry: &Accepted) -> Suppression {
    Suppression::Baseline { reason: entry.reason.clone(), owner: entry.owner.clone(), expires: entry.expires }
}

/// Everything of it that came from source text.
fn masked(finding: &Finding) -> Finding {
    let mut out = finding.clone();
    out.text = mask(&finding.text);
    out.renders = finding.renders.as_deref().map(mask);
    out.why = mask(&finding.why);
    out.symbol = finding.symbol.as_deref().map(mask);
    for identifier in &mut out.identifiers {
        identifier.name = mask(&identifier.name);
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::fingerprint::stamp;
    use jiff::civil::date;

    /// Four findings: two statements, one of them suppressed by a remark, one unresolved, one definition.
    pub(crate) fn scan() -> Scan {
        let mut findings = vec![
            finding("app/a b.py", 3, "SELECT due_on FROM bills -- postgres://u:hunter2@h/d", &["due_on"]),
            finding("app/b.py", 7, "SELECT <x> & \"paid\" FROM bills", &["paid", "due_on"]),
            finding("app/b.py", 9, "", &[]),
            finding("schema.sql", 1, "CREATE TABLE bills (due_on date)", &["due_on"]),
        ];
        findings[2].kind = Kind::DynamicSink;
        findings[2].part = None;
        findings[2].verdict = Verdict::Unresolved;
        findings[3].kind = Kind::MigrationDdl;
        findings[3].severity = Severity::Low;
        stamp(&mut findings);
        let statements = Statements { found: 2, parsed: 2 };
        let (pragmas, troubles) =
            pragma::read("app/b.py", "\n\n\n\n\n\nq() # quaestor: ignore[sql_template] archive\n");
        Scan { findings, skipped: Vec::new(), files: 3, lines: 40, statements, pragmas, troubles }
    }

    /// The report of that scan, with a baseline that knows the first and one that is gone.
    pub(crate) fn report() -> Report {
        let scan = scan();
        let mut baseline = Baseline::accepting(&scan.findings[..1], &Baseline::default(), "known", Some("books team"));
        baseline.entries.push(Accepted { fingerprint: "gone".to_owned(), ..baseline.entries[0].clone() });
        let context = Context {
            root: "project".to_owned(),
            catalog: "catalog.json".to_owned(),
            today: Some(date(2026, 5, 1)),
            baseline: Some(&baseline),
        };
        Report::of(&scan, &context)
    }

    #[test]
    fn the_headline_counts_and_is_never_complete_with_something_unresolved() {
        let report = report();
        let Headline { bound, unbound, unresolved, definitions, complete, .. } = report.headline;
        assert_eq!((bound, unbound, unresolved, definitions, complete), (0, 2, 1, 1, false));
        let mut left = scan();
        left.findings.retain(|f| f.verdict == Verdict::Unresolved);
        assert!(!Report::of(&left, &Context::default()).headline.complete);
        left.findings.clear();
        assert!(Report::of(&left, &Context::default()).headline.complete);
    }

    #[test]
    fn what_is_accepted_does_not_count_and_what_is_gone_is_told() {
        let report = report();
        let open: Vec<&str> = report.open(Severity::Low).map(|n| n.finding.kind.as_str()).collect();
        assert_eq!(open, ["dynamic_sink"]);
        assert_eq!((report.fixed.len(), report.pragma_troubles.len()), (1, 0));
        assert_eq!(report.findings[0].status, Some(Status::Unchanged));
        assert_eq!(report.findings[1].suppression.as_ref().map(Suppression::reason), Some("archive"));
    }

    #[test]
    fn no_output_shows_a_secret() {
        let report = report();
        let csv: Vec<String> = crate::report::rows(&report).concat();
        let all = [
            crate::report::document(&report),
            crate::report::lines(&report),
            crate::report::sarif(&report, "1.0.0"),
            crate::report::html(&report),
            csv.concat(),
        ];
        for text in all {
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
