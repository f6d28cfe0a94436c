//! Verdicts against an engine: each statement is prepared without the changes and with them.
//!
//! Nothing is executed: preparing a statement resolves its names. What an engine refuses only with the changes breaks
//! loud, and its message is the evidence; what it refuses without them too is broken already; a whole statement that it
//! takes with the changes survives them, whatever the names in it look like. A piece of a statement is confirmed by a
//! statement that it flows into.

use std::collections::HashMap;

use catalog::{Change, ChangeKind};

use super::judge::{Fate, Proof, Site};
use super::target::Target;
use crate::finding::{Finding, Kind, Part, Verdict};

/// Prepares a statement on a schema, or says why that cannot be done.
pub type Prepare<'p> = dyn Fn(&str) -> Result<(), String> + 'p;

/// What an engine says about one statement.
#[derive(Clone, Debug)]
struct Said {
    before: Result<(), String>,
    after: Result<(), String>,
}

/// Revises verdicts by what the engine says with and without the changes. Cost: two prepared statements for each
/// different text of a place that meets a change, or of a call that it flows into.
pub fn confirm(
    findings: &[Finding],
    changes: &[Change],
    sites: &mut [Site],
    before: &Prepare<'_>,
    after: &Prepare<'_>,
) {
    let by_sink = by_sink(findings);
    let mut heard: HashMap<&str, Said> = HashMap::new();
    for site in sites.iter() {
        let finding = &findings[site.finding];
        let flows = finding.sinks.iter().filter_map(|sink| by_sink.get(sink.as_str())).flatten().copied();
        for text in finding.renders.as_deref().into_iter().chain(flows).filter(|_| is_prepared(finding)) {
            heard.entry(text).or_insert_with(|| Said { before: before(text), after: after(text) });
        }
    }
    let targets: Vec<Target<'_>> = changes.iter().map(|change| Target::of(change, changes)).collect();
    for site in sites {
        let (finding, target) = (&findings[site.finding], &targets[site.change]);
        match finding.renders.as_deref().and_then(|text| heard.get(text)) {
            Some(said) => revise(site, finding, target, said),
            None if site.fate.is_break() && is_by_name(target.change.kind) => {
                let statements = finding.sinks.iter().filter_map(|sink| by_sink.get(sink.as_str())).flatten();
                let refused = statements.filter_map(|text| refusal(heard.get(text)?, target)).next();
                match refused {
                    Some(evidence) => witness(site, evidence),
                    None if site.fate == Fate::BreaksLoud => compose(site, finding, target, before, after),
                    None => {}
                }
            }
            None => {}
        }
    }
}

/// Puts a piece that no known statement holds into the smallest statement over its table.
fn compose(site: &mut Site, finding: &Finding, target: &Target<'_>, before: &Prepare<'_>, after: &Prepare<'_>) {
    for statement in smallest(finding, target) {
        if let (Ok(()), Err(error)) = (before(&statement), after(&statement))
            && is_about(&error, target)
        {
            site.proof = Proof::Composed;
            site.evidence = Some(format!("{statement}: {error}"));
            return;
        }
    }
}

/// Statements that a piece may stand in. A key that is looked up in a row stands in none.
fn smallest(finding: &Finding, target: &Target<'_>) -> Vec<String> {
    let (table, piece) = (&target.table, finding.text.trim().trim_matches(['"', '\'', '`']));
    let is_code =
        matches!(finding.part, Some(Part::ResultKey | Part::MatchText | Part::Function | Part::FabricatedRows));
    if is_code || target.is_of_index() {
        return Vec::new();
    }
    match &target.part {
        None => vec![format!("SELECT 1 FROM {table}")],
        Some(column) => vec![
            format!("SELECT 1 FROM {table} WHERE ({piece})"),
            format!("SELECT {piece} FROM {table}"),
            format!("SELECT {column} FROM {table}"),
        ],
    }
}

fn is_prepared(finding: &Finding) -> bool {
    finding.kind != Kind::MigrationDdl && finding.verdict != Verdict::Dead
}

/// The statements that each call executes.
fn by_sink(findings: &[Finding]) -> HashMap<&str, Vec<&str>> {
    let mut out: HashMap<&str, Vec<&str>> = HashMap::new();
    for finding in findings.iter().filter(|f| is_prepared(f)) {
        for sink in &finding.sinks {
            out.entry(sink).or_default().extend(finding.renders.as_deref());
        }
    }
    out
}

fn revise(site: &mut Site, finding: &Finding, target: &Target<'_>, said: &Said) {
    if !is_prepared(finding) {
        return;
    }
    match (&said.before, &said.after) {
        (Err(error), _) if site.fate.is_break() && is_missing_here(error, finding) => {
            site.fate = Fate::AlreadyBroken;
            site.why = "fails before the change too".to_owned();
            witness(site, error.clone());
        }
        (Ok(()), Err(error)) if is_about(error, target) => {
            if site.fate.is_break() {
                witness(site, error.clone());
            } else if is_by_name(target.change.kind) && site.fate == Fate::Survives {
                site.fate = Fate::BreaksLoud;
                site.why = "the engine refuses it".to_owned();
                witness(site, error.clone());
            }
        }
        (Ok(()), Ok(())) if site.fate.is_break() && is_by_name(target.change.kind) && is_whole(finding) => {
            site.fate = Fate::Survives;
            site.why = "the engine takes it with the change too".to_owned();
            site.proof = Proof::Prepared;
        }
        _ => {}
    }
}

fn witness(site: &mut Site, evidence: String) {
    site.proof = Proof::Prepared;
    site.evidence = Some(evidence);
}

/// Why a statement is refused with the change only, where that is about what changes.
fn refusal(said: &Said, target: &Target<'_>) -> Option<String> {
    match (&said.before, &said.after) {
        (Ok(()), Err(error)) if is_about(error, target) => Some(error.clone()),
        _ => None,
    }
}

/// Changes that take a name away: only these show when a statement is prepared.
fn is_by_name(kind: ChangeKind) -> bool {
    use ChangeKind::*;
    matches!(
        kind,
        TableDropped
            | TableRenamed
            | TableMoved
            | TableHidden
            | ColumnDropped
            | ColumnRenamed
            | IndexDropped
            | IndexRenamed
    )
}

/// Whether a message is about what changes.
fn is_about(error: &str, target: &Target<'_>) -> bool {
    let error = error.to_lowercase();
    let name = target.part.as_deref().unwrap_or(&target.table.name).to_lowercase();
    error.contains(&name) || error.contains("values for") || error.contains("values were supplied")
}

/// Whether a message is about a name that stands in the text itself, and not in what its holes were filled with.
fn is_missing_here(error: &str, finding: &Finding) -> bool {
    let lower = error.to_lowercase();
    let is_missing = ["no such column", "no such table", "no such index", "has no column named", "does not exist"]
        .iter()
        .any(|phrase| lower.contains(phrase));
    let name = error.rsplit([' ', '.', ':']).next().unwrap_or_default().trim_matches(['"', '\'', '`']);
    is_missing && !name.is_empty() && finding.text.contains(name)
}

/// Whether the text is a statement without holes: then nothing else can stand in it when it runs.
fn is_whole(finding: &Finding) -> bool {
    finding.part == Some(Part::Statement) && !finding.text.contains('{') && !finding.text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::impact::judge::judge;
    use crate::impact::target::named;

    fn statement(text: &str) -> Finding {
        Finding { renders: Some(text.to_owned()), ..finding("a.py", 1, text, &["due_on"]) }
    }

    fn one(finding: &Finding, before: Result<(), String>, after: Result<(), String>) -> Site {
        let changes = [Change::of_table(ChangeKind::ColumnDropped, &named("bills")).part("due_on")];
        let findings = std::slice::from_ref(finding);
        let mut sites = judge(findings, &changes);
        confirm(findings, &changes, &mut sites, &|_| before.clone(), &|_| after.clone());
        sites.remove(0)
    }

    #[test]
    fn what_only_the_change_breaks_is_confirmed_with_the_engines_words() {
        let site = one(&statement("SELECT due_on FROM bills"), Ok(()), Err("no such column: due_on".into()));
        assert_eq!((site.fate, site.proof), (Fate::BreaksLoud, Proof::Prepared));
        assert_eq!(site.evidence.as_deref(), Some("no such column: due_on"));
    }

    #[test]
    fn what_fails_before_is_broken_already_unless_a_hole_was_filled_wrongly() {
        let error = || Err("no such column: x_id".to_owned());
        let site = one(&statement("SELECT due_on, x_id FROM bills"), error(), error());
        assert_eq!(site.fate, Fate::AlreadyBroken);
        let mut filled = statement("SELECT due_on, x_id FROM bills");
        filled.text = "SELECT due_on, {column} FROM bills".to_owned();
        assert_eq!(one(&filled, error(), error()).fate, Fate::BreaksLoud);
    }

    #[test]
    fn a_whole_statement_that_is_taken_with_the_change_survives_and_one_with_holes_is_not_judged_by_it() {
        let site = one(&statement("SELECT due_on FROM bills JOIN dues"), Ok(()), Ok(()));
        assert_eq!((site.fate, site.proof), (Fate::Survives, Proof::Prepared));
        let mut open = statement("SELECT due_on FROM bills WHERE 1");
        open.text = "SELECT due_on FROM bills WHERE {filter}".to_owned();
        assert_eq!(one(&open, Ok(()), Ok(())).fate, Fate::BreaksLoud);
    }

    #[test]
    fn a_piece_of_no_known_statement_is_put_into_the_smallest_one_and_a_key_of_a_row_into_none() {
        let changes = [Change::of_table(ChangeKind::ColumnDropped, &named("bills")).part("due_on")];
        let of = |part| {
            let findings = [Finding { part: Some(part), ..finding("a.yaml", 1, "due_on > 3", &["due_on"]) }];
            let mut sites = judge(&findings, &changes);
            let after = |text: &str| match text.contains("WHERE") {
                true => Err("no such column: due_on".to_owned()),
                false => Ok(()),
            };
            confirm(&findings, &changes, &mut sites, &|_| Ok(()), &after);
            sites.remove(0)
        };
        let (predicate, key) = (of(Part::Predicate), of(Part::ResultKey));
        assert_eq!((predicate.proof, key.proof), (Proof::Composed, Proof::Static));
        let evidence = "SELECT 1 FROM bills WHERE (due_on > 3): no such column: due_on";
        assert_eq!(predicate.evidence.as_deref(), Some(evidence));
    }

    #[test]
    fn a_piece_is_confirmed_by_the_statement_that_it_flows_into() {
        let mut piece = finding("a.py", 2, "due_on", &["due_on"]);
        let mut whole = statement("SELECT due_on FROM bills");
        piece.sinks = vec!["db.py:9".to_owned()];
        whole.sinks = vec!["db.py:9".to_owned()];
        whole.identifiers.clear();
        let changes = [Change::of_table(ChangeKind::ColumnDropped, &named("bills")).part("due_on")];
        let findings = [piece, whole];
        let mut sites = judge(&findings, &changes);
        confirm(&findings, &changes, &mut sites, &|_| Ok(()), &|_| Err("no such column: due_on".into()));
        assert_eq!((sites.len(), sites[0].proof), (1, Proof::Prepared));
    }
}
