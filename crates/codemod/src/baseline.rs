//! What is known already: findings that were accepted, with who accepted them, why, and until when.
//!
//! The file is JSON, an entry a line, in the order of findings, so that a change of it reads well. An entry whose finding
//! is gone is stale and fails a run: a list of exceptions that nobody prunes hides the next one.

use std::collections::HashMap;

use fault::Fault;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Kind, words};

/// Version of the file; grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// One accepted finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Of which finding.
    pub fingerprint: String,
    /// Its kind, for readers of the file.
    pub kind: Kind,
    /// Where it stood when it was accepted.
    pub file: String,
    /// Its names, for readers of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The last day on which it is accepted, if it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
}

/// All accepted findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// In the order of the file.
    pub entries: Vec<Accepted>,
}

words! {
    /// How a finding stands to a baseline.
    Status {
        /// No entry has it.
        New = "new",
        /// Its entry has ended.
        Expired = "expired",
        /// Accepted, and in another file than it was.
        Moved = "moved",
        /// Accepted, and where it was.
        Unchanged = "unchanged",
    }
}

impl Status {
    /// Whether somebody accepted it, and still does.
    pub fn is_accepted(self) -> bool {
        matches!(self, Status::Moved | Status::Unchanged)
    }
}

#[derive(Deserialize)]
struct Written {
    version: u32,
    entries: Vec<Accepted>,
}

impl Baseline {
    /// Reads a file; `place` names it.
    ///
    /// # Errors
    /// A fault that says what is wrong and where: no JSON of this form, another version, an entry without a reason, or two
    /// entries for one finding.
    pub fn read(text: &str, place: &str) -> Result<Baseline, Fault> {
        let wrong = |why: String| {
            Fault::new(fault::Kind::Corrupt, "codemod.baseline", format!("{place} is no baseline: {why}"))
                .hint("`quaestor scan --write-baseline` writes one")
        };
        let written: Written = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if written.version != VERSION {
            return Err(wrong(format!("it has version {}, this program reads version {VERSION}", written.version)));
        }
        let mut seen = std::collections::BTreeSet::new();
        for entry in &written.entries {
            let of = &entry.fingerprint;
            if entry.reason.trim().is_empty() {
                return Err(wrong(format!("the entry of {of} has no reason")));
            }
            if !seen.insert(of) {
                return Err(wrong(format!("{of} has two entries")));
            }
        }
        Ok(Baseline { entries: written.entries })
    }

    /// The text of the file: an entry a line.
    pub fn write(&self) -> String {
        let line = |entry: &Accepted| serde_json::to_string(entry).expect("an entry holds only plain data");
        let lines: Vec<String> = self.entries.iter().map(|entry| format!("  {}", line(entry))).collect();
        let lines = if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join(",\n")) };
        format!("{{\"version\": {VERSION}, \"entries\": [{lines}]}}\n")
    }

    /// A baseline that accepts all these findings. What was said in `former` about one of them is kept.
    pub fn accepting<'f>(
        findings: impl IntoIterator<Item = &'f Finding>,
        former: &Baseline,
        reason: &str,
        owner: Option<&str>,
    ) -> Baseline {
        let known = former.by_fingerprint();
        let entry = |finding: &Finding| {
            let before = known.get(finding.fingerprint.as_str());
            let mut names: Vec<String> = finding.identifiers.iter().map(|i| i.name.clone()).collect();
            names.dedup();
            Accepted {
                fingerprint: finding.fingerprint.clone(),
                kind: finding.kind,
                file: finding.file.clone(),
                names,
                reason: before.map_or_else(|| reason.to_owned(), |b| b.reason.clone()),
                owner: before.map_or_else(|| owner.map(str::to_owned), |b| b.owner.clone()),
                expires: before.and_then(|b| b.expires),
            }
        };
        Baseline { entries: findings.into_iter().map(entry).collect() }
    }

    fn by_fingerprint(&self) -> HashMap<&str, &Accepted> {
        self.entries.iter().map(|entry| (entry.fingerprint.as_str(), entry)).collect()
    }

    /// How each finding stands to this baseline, with its entry, and the entries whose finding is gone.
    pub fn compare(&self, findings: &[Finding], today: Date) -> Comparison<'_> {
        let known = self.by_fingerprint();
        let status = |finding: &Finding| match known.get(finding.fingerprint.as_str()) {
            None => (Status::New, None),
            Some(entry) if entry.expires.is_some_and(|day| day < today) => (Status::Expired, Some(*entry)),
            Some(entry) if entry.file != finding.file => (Status::Moved, Some(*entry)),
            Some(entry) => (Status::Unchanged, Some(*entry)),
        };
        let there: std::collections::HashSet<&str> = findings.iter().map(|f| f.fingerprint.as_str()).collect();
        let fixed = self.entries.iter().filter(|entry| !there.contains(entry.fingerprint.as_str()));
        Comparison { statuses: findings.iter().map(status).collect(), fixed: fixed.collect() }
    }
}

/// Findings against a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison<'b> {
    /// For each finding, in their order.
    pub statuses: Vec<(Status, Option<&'b Accepted>)>,
    /// Stale entries: the findings that they accept are fixed.
    pub fixed: Vec<&'b Accepted>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::fingerprint::stamp;
    use jiff::civil::date;

    fn findings() -> Vec<Finding> {
        let mut all = vec![finding("a.py", 1, "one", &["x"]), finding("a.py", 2, "two", &["y"])];
        stamp(&mut all);
        all
    }

    #[test]
    fn what_was_written_is_read_and_what_was_said_is_kept() {
        let all = findings();
        let mut first = Baseline::accepting(&all, &Baseline::default(), "known on day one", Some("books team"));
        first.entries[0].reason = "moves next year".to_owned();
        first.entries[0].expires = Some(date(2027, 1, 1));
        let read = Baseline::read(&first.write(), "b.json").unwrap();
        assert_eq!(read, first);
        assert_eq!(Baseline::accepting(&all, &read, "again", None), first);
        assert_eq!(Baseline::read(&Baseline::default().write(), "b.json").unwrap(), Baseline::default());
    }

    #[test]
    fn findings_are_new_unchanged_moved_or_expired_and_entries_go_stale() {
        let mut all = findings();
        let mut baseline = Baseline::accepting(&all, &Baseline::default(), "known", None);
        let of = |baseline: &Baseline, all: &[Finding], day| {
            let compared = baseline.compare(all, day);
            let statuses: Vec<Status> = compared.statuses.iter().map(|s| s.0).collect();
            (statuses, compared.fixed.len())
        };
        let day = date(2026, 5, 1);
        assert_eq!(of(&baseline, &all, day), (vec![Status::Unchanged, Status::Unchanged], 0));
        baseline.entries[1].expires = Some(date(2026, 4, 30));
        all[0].file = "b.py".to_owned();
        all.push(finding("c.py", 1, "three", &["z"]));
        assert_eq!(of(&baseline, &all, day), (vec![Status::Moved, Status::Expired, Status::New], 0));
        assert_eq!(of(&baseline, &all[1..], day).1, 1);
    }

    #[test]
    fn a_damaged_file_is_told_with_its_reason() {
        let said = |text: &str| Baseline::read(text, "b.json").unwrap_err().message;
        assert!(said("{").contains("line 1"));
        assert!(said(r#"{"version": 9, "entries": []}"#).contains("version 9"));
        let entry = r#"{"fingerprint": "f", "kind": "drift", "file": "a", "reason": "r"}"#;
        assert!(said(&format!(r#"{{"version": 1, "entries": [{entry}, {entry}]}}"#)).contains("two entries"));
        let silent = entry.replace("\"r\"", "\" \"");
        assert!(said(&format!(r#"{{"version": 1, "entries": [{silent}]}}"#)).contains("no reason"));
    }
}
