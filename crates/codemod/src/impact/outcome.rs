//! All of an impact, as data.

use std::collections::BTreeSet;

use catalog::{Catalog, Change};
use serde::Serialize;

use super::edits::{Edit, Step, edits, steps};
use super::judge::{Fate, Proof, Site};
use super::target::Target;
use crate::finding::{Finding, Kind, Part, Severity, Verdict};
use crate::mask::mask;

/// How many places there are of each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// They fail with an error.
    pub breaks_loud: usize,
    /// They go on with another result.
    pub breaks_silent: usize,
    /// Nothing can be said.
    pub unknown: usize,
    /// They fail before the change too.
    pub already_broken: usize,
    /// They do the same as before.
    pub survives: usize,
    /// Of those that break loud: confirmed by an engine, with a statement of the code.
    pub confirmed: usize,
    /// Of those that break loud: confirmed by an engine, with a statement composed of a piece.
    pub composed: usize,
}

/// A place with its verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placed {
    /// The verdict.
    #[serde(flatten)]
    pub site: Site,
    /// Path below the scanned folder.
    pub file: String,
    /// First line, from 1.
    pub line_start: usize,
    /// Last line, from 1.
    pub line_end: usize,
    /// What sort of carrier it is.
    pub kind: Kind,
    /// What part of its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// How bad a break is.
    pub severity: Severity,
    /// The names that meet the change.
    pub names: Vec<String>,
    /// Of which finding.
    pub fingerprint: String,
    /// Whether an edit elsewhere keeps the old name for it.
    pub insulated: bool,
}

/// What one change does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdicts {
    /// The change.
    pub change: Change,
    /// The object, as it was called.
    pub object: String,
    /// How many places there are of each fate.
    pub counts: Counts,
    /// Files with a place that breaks.
    pub files: usize,
    /// The places, the worst first.
    pub sites: Vec<Placed>,
    /// What to write instead.
    pub edits: Vec<Edit>,
    /// In which order to go.
    pub steps: &'static [Step],
    /// Objects of the schema itself that name it, such as views.
    pub objects: Vec<String>,
}

/// A call that executes SQL whose text is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Path below the scanned folder.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// Why it is not known.
    pub why: String,
    /// Of which finding.
    pub fingerprint: String,
}

/// What all changes do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Impact {
    /// Change by change, as they were given.
    pub changes: Vec<Verdicts>,
    /// All places together.
    pub counts: Counts,
    /// Calls of which it is not known what they execute: with one of them no change is called safe.
    pub unresolved: Vec<Call>,
}

impl Counts {
    fn add(&mut self, site: &Site) {
        match site.fate {
            Fate::BreaksLoud => self.breaks_loud += 1,
            Fate::BreaksSilent => self.breaks_silent += 1,
            Fate::Unknown => self.unknown += 1,
            Fate::AlreadyBroken => self.already_broken += 1,
            Fate::Survives => self.survives += 1,
        }
        let is_loud = |proof| usize::from(site.fate == Fate::BreaksLoud && site.proof == proof);
        self.confirmed += is_loud(Proof::Prepared);
        self.composed += is_loud(Proof::Composed);
    }

    /// Places that break.
    pub fn breaks(&self) -> usize {
        self.breaks_loud + self.breaks_silent
    }
}

impl Impact {
    /// Places that break and are at least as bad as that.
    pub fn breaks(&self, least: Severity) -> impl Iterator<Item = &Placed> {
        let sites = self.changes.iter().flat_map(|verdicts| &verdicts.sites);
        sites.filter(move |placed| placed.site.fate.is_break() && placed.severity >= least)
    }
}

/// Puts verdicts together: per change its places, edits, order, and what of the schema itself names it.
pub fn impact(findings: &[Finding], catalog: &Catalog, changes: &[Change], sites: &[Site]) -> Impact {
    let mut counts = Counts::default();
    sites.iter().for_each(|site| counts.add(site));
    let of = |(i, change): (usize, &Change)| {
        let own: Vec<&Site> = sites.iter().filter(|site| site.change == i).collect();
        verdicts(findings, catalog, &Target::of(change, changes), &own)
    };
    let unresolved = findings.iter().filter(|f| f.verdict == Verdict::Unresolved).map(call);
    Impact { changes: changes.iter().enumerate().map(of).collect(), counts, unresolved: unresolved.collect() }
}

fn call(finding: &Finding) -> Call {
    let Finding { file, line_start, fingerprint, why, .. } = finding;
    Call { file: file.clone(), line: *line_start, why: mask(why), fingerprint: fingerprint.clone() }
}

fn verdicts(findings: &[Finding], catalog: &Catalog, target: &Target<'_>, own: &[&Site]) -> Verdicts {
    let (edits, insulated) = edits(findings, own, target);
    let mut counts = Counts::default();
    own.iter().for_each(|site| counts.add(site));
    let broken = own.iter().filter(|site| site.fate.is_break()).map(|site| findings[site.finding].file.as_str());
    let files = broken.collect::<BTreeSet<&str>>().len();
    let place = |site: &&Site| placed(&findings[site.finding], site, target, insulated.contains(&site.finding));
    let mut sites: Vec<Placed> = own.iter().map(place).collect();
    // Within a fate and a severity the order of findings stays.
    sites.sort_by_key(|placed| (placed.site.fate, std::cmp::Reverse(placed.severity)));
    Verdicts {
        change: target.change.clone(),
        object: target.object(),
        counts,
        files,
        sites,
        edits,
        steps: steps(target.change.kind),
        objects: objects(catalog, target),
    }
}

fn placed(finding: &Finding, site: &Site, target: &Target<'_>, insulated: bool) -> Placed {
    let mut names: Vec<String> = target.named(finding).map(|i| mask(&i.name)).collect();
    names.dedup();
    Placed {
        site: site.clone(),
        file: finding.file.clone(),
        line_start: finding.line_start,
        line_end: finding.line_end,
        kind: finding.kind,
        part: finding.part,
        severity: finding.severity,
        names,
        fingerprint: finding.fingerprint.clone(),
        insulated,
    }
}

/// Views whose text holds the name as a word.
fn objects(catalog: &Catalog, target: &Target<'_>) -> Vec<String> {
    let names: Vec<&str> = target.part.as_deref().into_iter().chain([target.table.name.as_str()]).collect();
    let is_word = |c: char| !(c.is_alphanumeric() || c == '_');
    let views = catalog.tables().filter(|table| {
        let Some(text) = &table.definition else { return false };
        names.iter().all(|name| text.split(is_word).any(|word| word.eq_ignore_ascii_case(name)))
    });
    views.map(|view| format!("view {}", view.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::impact::judge::judge;
    use crate::impact::target::named;
    use catalog::ChangeKind;

    #[test]
    fn places_come_worst_first_and_are_counted_with_their_files() {
        let mut all = vec![
            finding("a.py", 1, "SELECT due_on FROM bills", &["due_on"]),
            finding("a.py", 2, "due_on", &["due_on"]),
            finding("b.py", 3, "due_on", &["due_on"]),
        ];
        all[0].failure_mode = crate::FailureMode::Silent;
        all[1].severity = Severity::Medium;
        let mut unknown = finding("z.py", 4, "", &[]);
        unknown.verdict = Verdict::Unresolved;
        all.push(unknown);
        let changes = [Change::of_table(ChangeKind::ColumnDropped, &named("bills")).part("due_on")];
        let impact = impact(&all, &Catalog::default(), &changes, &judge(&all, &changes));
        let one = &impact.changes[0];
        assert_eq!((one.counts.breaks_loud, one.counts.breaks_silent, one.files), (2, 1, 2));
        let lines: Vec<usize> = one.sites.iter().map(|s| s.line_start).collect();
        assert_eq!((lines, one.object.as_str()), (vec![3, 2, 1], "bills.due_on"));
        assert_eq!(impact.breaks(Severity::High).count(), 2);
        assert_eq!(impact.unresolved.iter().map(|c| c.line).collect::<Vec<_>>(), [4]);
    }
}
