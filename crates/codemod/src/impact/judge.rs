//! The verdict on one place, resolved from what a finding says. Whatever is not known is said to be unknown.

use catalog::{Change, ChangeKind, Type};
use serde::{Deserialize, Serialize};

use super::target::{Meets, Target};
use crate::finding::{FailureMode, Finding, Kind, Part, Role, Severity, Verdict, words};

words! {
    /// What becomes of a place when the schema changes, the worst first.
    Fate {
        /// It fails with an error.
        BreaksLoud = "breaks_loud",
        /// It goes on with another result.
        BreaksSilent = "breaks_silent",
        /// Nothing can be said: what it executes is not known, or what it does with a value.
        Unknown = "unknown",
        /// It fails before the change too.
        AlreadyBroken = "already_broken",
        /// It does the same as before.
        Survives = "survives",
    }
}

impl Fate {
    /// Whether the change breaks it.
    pub fn is_break(self) -> bool {
        matches!(self, Fate::BreaksLoud | Fate::BreaksSilent)
    }
}

/// How a verdict is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Resolved from what the finding says.
    Static,
    /// An engine refused a statement composed of this piece and its table, and took it without the change. It proves that the
    /// piece no longer resolves, and nothing of the statement that it ends up in.
    Composed,
    /// An engine refused a statement that holds it, and took the same statement without the change; or took it with the change.
    Prepared,
}

/// A place that meets a change, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Which of the findings.
    #[serde(skip)]
    pub finding: usize,
    /// Which of the changes.
    pub change: usize,
    /// What becomes of it.
    pub fate: Fate,
    /// Why, in a phrase.
    pub why: String,
    /// How that is known.
    pub proof: Proof,
    /// What the engine said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// Judges every place that meets one of the changes; in the order of changes, then of findings. Calls whose SQL is not
/// known meet no change by name: they are no part of it. Cost: findings times changes.
pub fn judge(findings: &[Finding], changes: &[Change]) -> Vec<Site> {
    let mut sites = Vec::new();
    for (i, change) in changes.iter().enumerate() {
        let target = Target::of(change, changes);
        for (j, finding) in findings.iter().enumerate() {
            let Some(meets) = target.meets(finding) else { continue };
            let (fate, why) = fate(finding, &target, meets, is_beside_drift(findings, j));
            sites.push(Site { finding: j, change: i, fate, why: why.to_owned(), proof: Proof::Static, evidence: None });
        }
    }
    sites
}

/// Whether the same text holds a name that no catalog has: then it fails as a whole, before any change.
fn is_beside_drift(findings: &[Finding], at: usize) -> bool {
    let finding = &findings[at];
    let is_statement = finding.part == Some(Part::Statement);
    is_statement
        && findings.iter().enumerate().any(|(i, other)| {
            i != at
                && other.verdict == Verdict::Drift
                && other.file == finding.file
                && other.line_start <= finding.line_end
                && finding.line_start <= other.line_end
        })
}

type Judged = (Fate, &'static str);

fn fate(finding: &Finding, target: &Target<'_>, meets: Meets, beside_drift: bool) -> Judged {
    match (finding.kind, finding.verdict) {
        (Kind::MigrationDdl, _) => return (Fate::Survives, "catalog source: it is what changes"),
        (_, Verdict::Dead) => return (Fate::Survives, "nothing executes it"),
        (_, Verdict::Unresolved) => return (Fate::Unknown, "what it executes is not known"),
        (_, Verdict::Drift) => return (Fate::AlreadyBroken, "it names what no catalog has"),
        (Kind::OrmModel, _) if finding.severity == Severity::Low => {
            return (Fate::Survives, "declared only, nothing here executes it");
        }
        _ if beside_drift => return (Fate::AlreadyBroken, "its statement names what no catalog has"),
        _ if finding.failure_mode == FailureMode::Cosmetic => {
            return (Fate::Survives, "only what people read is out of date");
        }
        _ => {}
    }
    match meets {
        Meets::LeavesOut => of_writer(target),
        Meets::TakesAll => of_all_columns(finding, target),
        Meets::Names => of_name(finding, target),
    }
}

/// It writes rows without the column.
fn of_writer(target: &Target<'_>) -> Judged {
    match target.change.kind {
        ChangeKind::ColumnAdded if target.change.severity == catalog::Severity::Low => {
            (Fate::Survives, "the new column needs no value")
        }
        ChangeKind::DefaultRemoved => (Fate::BreaksLoud, "it relies on the default: it writes nothing, or is refused"),
        _ => (Fate::BreaksLoud, "it gives the column no value"),
    }
}

/// It takes every column, whatever they are.
fn of_all_columns(finding: &Finding, target: &Target<'_>) -> Judged {
    let by_position = finding.part == Some(Part::InsertWithoutColumns);
    let by_model = finding.part == Some(Part::ArglessRead);
    match target.change.kind {
        ChangeKind::ColumnRenamed | ChangeKind::ColumnDropped if by_model => {
            (Fate::BreaksLoud, "its model names every column")
        }
        ChangeKind::ColumnDropped if by_position => (Fate::BreaksLoud, "one value too many for the columns left"),
        ChangeKind::ColumnAdded if by_position => (Fate::BreaksLoud, "one value too few for the columns"),
        ChangeKind::ColumnMoved if by_position => (Fate::BreaksSilent, "values go by position into other columns"),
        ChangeKind::ColumnRenamed | ChangeKind::ColumnDropped => {
            (Fate::Survives, "it names no column; who reads the name is a place of its own")
        }
        _ => (Fate::Survives, "it names no column"),
    }
}

/// It holds the name.
fn of_name(finding: &Finding, target: &Target<'_>) -> Judged {
    use ChangeKind::*;
    let by_mode = match finding.failure_mode {
        FailureMode::Silent => Fate::BreaksSilent,
        _ => Fate::BreaksLoud,
    };
    match target.change.kind {
        TableRenamed | ColumnRenamed | IndexRenamed => (by_mode, "the name is another"),
        TableMoved => (by_mode, "it is found in another schema only"),
        TableDropped | TableHidden | ColumnDropped => (by_mode, "it is gone"),
        IndexDropped if is_hinted(finding, target) => (by_mode, "the index of the hint is gone"),
        TypeChanged | TypeNarrowed | GeneratedChanged => of_type(finding, target),
        EnumChanged | CheckChanged | CheckAdded => of_value(finding, target),
        NullForbidden | DefaultRemoved => (Fate::Survives, "it reads the column, or writes it itself"),
        _ => (Fate::Survives, "nothing that names it has to change"),
    }
}

fn is_hinted(finding: &Finding, target: &Target<'_>) -> bool {
    finding.kind == Kind::IndexName || target.named(finding).any(|i| i.role == Role::Hint)
}

/// A type decides what compares equal and in which order; what is only passed on is up to its reader.
fn of_type(finding: &Finding, target: &Target<'_>) -> Judged {
    if target.change.severity == catalog::Severity::Low {
        return (Fate::Survives, "another spelling of the same type");
    }
    if finding.part == Some(Part::FabricatedRows) {
        return (Fate::Survives, "invented rows do not look at the type");
    }
    let roles: Vec<Role> = target.named(finding).map(|i| i.role).collect();
    let has = |wanted: &[Role]| roles.iter().any(|role| wanted.contains(role));
    if has(&[Role::Filter, Role::Join, Role::Compare, Role::Order, Role::Group]) {
        (Fate::BreaksSilent, "values of another type compare and sort in another way")
    } else if finding.failure_mode == FailureMode::Silent && finding.kind == Kind::FallbackFunction {
        (Fate::BreaksSilent, "what fails over the other type is hidden here")
    } else if !has(&[Role::Project, Role::Key]) {
        (Fate::Survives, "the statement stays valid and the value is passed on")
    } else if crosses(target.change) {
        (Fate::Unknown, "the value arrives as another type: its reader decides")
    } else {
        (Fate::Survives, "the statement stays valid and the value is passed on")
    }
}

/// Whether numbers become something else, or the other way round.
fn crosses(change: &Change) -> bool {
    let is_number = |text: &Option<String>| text.as_deref().map(|t| Type::parse(t).kind.is_numeric());
    match (is_number(&change.before), is_number(&change.after)) {
        (Some(before), Some(after)) => before != after,
        // What is not known of either side may be anything.
        _ => true,
    }
}

/// A value that is no longer allowed or no longer there.
fn of_value(finding: &Finding, target: &Target<'_>) -> Judged {
    let writes = target.named(finding).any(|i| i.role == Role::Write);
    // Only an engine that knows the values of a type or a check refuses one.
    let is_declared = target.change.before.as_deref().is_some_and(|text| text.contains('('));
    if writes && is_declared {
        (Fate::BreaksLoud, "the value is refused")
    } else if writes {
        (Fate::BreaksSilent, "it writes a value that nothing else knows")
    } else {
        (Fate::BreaksSilent, "nothing compares equal any more")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::impact::target::named;

    fn change(kind: ChangeKind) -> Change {
        Change::of_table(kind, &named("bills")).part("due_on")
    }

    fn one(finding: Finding, change: &Change) -> Fate {
        judge(std::slice::from_ref(&finding), std::slice::from_ref(change))[0].fate
    }

    #[test]
    fn a_place_breaks_as_its_failure_shows_and_what_nothing_runs_survives() {
        let dropped = change(ChangeKind::ColumnDropped);
        let loud = finding("a.py", 1, "SELECT due_on FROM bills", &["due_on"]);
        assert_eq!(one(loud.clone(), &dropped), Fate::BreaksLoud);
        let silent = Finding { failure_mode: FailureMode::Silent, ..loud.clone() };
        assert_eq!(one(silent, &dropped), Fate::BreaksSilent);
        let dead = Finding { verdict: Verdict::Dead, ..loud.clone() };
        assert_eq!(one(dead, &dropped), Fate::Survives);
        let ddl = Finding { kind: Kind::MigrationDdl, ..loud };
        assert_eq!(one(ddl, &dropped), Fate::Survives);
    }

    #[test]
    fn a_statement_beside_drift_is_broken_already() {
        let mut all =
            vec![finding("a.py", 1, "SELECT due_on, x FROM bills", &["due_on"]), finding("a.py", 1, "x", &["x"])];
        all[1].verdict = Verdict::Drift;
        let sites = judge(&all, &[change(ChangeKind::ColumnDropped)]);
        let fates: Vec<(usize, Fate)> = sites.iter().map(|s| (s.finding, s.fate)).collect();
        assert_eq!(fates, [(0, Fate::AlreadyBroken)]);
    }

    #[test]
    fn types_break_comparisons_and_leave_writers_alone() {
        let typed = change(ChangeKind::TypeChanged).from_to(Some("INTEGER".into()), Some("TEXT".into()));
        let with = |role| {
            let mut found = finding("a.py", 1, "", &["due_on"]);
            found.identifiers[0].role = role;
            one(found, &typed)
        };
        assert_eq!(with(Role::Filter), Fate::BreaksSilent);
        assert_eq!(with(Role::Write), Fate::Survives);
        assert_eq!(with(Role::Project), Fate::Unknown);
        let longer = change(ChangeKind::TypeChanged).from_to(Some("DATE".into()), Some("TEXT".into()));
        assert_eq!(one(finding("a.py", 1, "", &["due_on"]), &longer), Fate::Survives);
    }
}
