//! What to write instead, and in which order to go.

use catalog::{Change, ChangeKind};
use serde::Serialize;

use super::judge::Site;
use super::target::{Target, named};
use crate::finding::{Finding, Identifier, Part, Role};

/// A name that another one replaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edit {
    /// Path below the scanned folder.
    pub file: String,
    /// First line of the place, from 1.
    pub line: usize,
    /// Where the name stands: first byte and the byte after the last. None where the text is computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<(usize, usize)>,
    /// What stands there.
    pub old: String,
    /// What has to stand there.
    pub new: String,
    /// Of which finding.
    pub fingerprint: String,
}

/// One step of a safe order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// What is done.
    pub what: &'static str,
}

/// The fewest edits that a rename needs, and the findings that none of them touches because a projection keeps the old
/// name for its readers (`new AS old`). Other changes have no edits: what replaces an object that is gone is not known.
pub fn edits(findings: &[Finding], sites: &[&Site], target: &Target<'_>) -> (Vec<Edit>, Vec<usize>) {
    let Some(new) = name_after(target.change) else { return (Vec::new(), Vec::new()) };
    let broken: Vec<usize> = sites.iter().filter(|site| site.fate.is_break()).map(|site| site.finding).collect();
    let readers = |i: usize| findings[i].part == Some(Part::ResultKey);
    let keeps: Vec<usize> = broken.iter().copied().filter(|i| keeps_name(&findings[*i], target)).collect();
    let is_near = |a: &Finding, b: &Finding| a.file == b.file && a.symbol == b.symbol;
    let insulated: Vec<usize> = broken
        .iter()
        .copied()
        .filter(|i| readers(*i) && keeps.iter().any(|k| is_near(&findings[*k], &findings[*i])))
        .collect();
    let aliased: Vec<usize> =
        keeps.into_iter().filter(|k| insulated.iter().any(|i| is_near(&findings[*k], &findings[*i]))).collect();
    let mut out: Vec<Edit> = Vec::new();
    for i in broken.into_iter().filter(|i| !insulated.contains(i)) {
        let finding = &findings[i];
        for identifier in target.named(finding) {
            let is_alias = aliased.contains(&i) && identifier.role == Role::Project;
            out.push(edit(finding, identifier, &new, is_alias));
        }
    }
    out.sort();
    out.dedup();
    (out, insulated)
}

fn edit(finding: &Finding, identifier: &Identifier, new: &str, keeps: bool) -> Edit {
    let qualified = identifier.name.rsplit_once('.').filter(|_| identifier.table.is_none());
    let new = qualified.map_or_else(|| new.to_owned(), |(schema, _)| format!("{schema}.{new}"));
    Edit {
        file: finding.file.clone(),
        line: finding.line_start,
        span: identifier.span,
        old: identifier.name.clone(),
        new: if keeps { format!("{new} AS {}", identifier.name) } else { new },
        fingerprint: finding.fingerprint.clone(),
    }
}

/// The name that replaces the old one, where there is one.
fn name_after(change: &Change) -> Option<String> {
    match change.kind {
        ChangeKind::TableRenamed => change.after.as_deref().map(|name| named(name).name),
        ChangeKind::ColumnRenamed | ChangeKind::IndexRenamed => change.after.clone(),
        _ => None,
    }
}

/// Whether a text projects the column as it is, so that `new AS old` can stand in its place: the name ends an item of
/// the list, and no alias or operator stands beside it.
fn keeps_name(finding: &Finding, target: &Target<'_>) -> bool {
    let is_column = target.change.kind == ChangeKind::ColumnRenamed;
    let projected: Vec<&Identifier> = target.named(finding).filter(|i| i.role == Role::Project).collect();
    let [only] = projected.as_slice() else { return false };
    is_column && item_of_list(&finding.text, &only.name)
}

fn item_of_list(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let Some(at) = text.match_indices(name).map(|(at, _)| at).find(|at| {
        let (before, after) = (text[..*at].chars().next_back(), text[at + name.len()..].chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    }) else {
        return false;
    };
    let before = text[..at].trim_end_matches(|c: char| is_word(c) || c == '.').trim_end().to_lowercase();
    let after = text[at + name.len()..].trim_start().to_lowercase();
    let starts = before.ends_with(',') || before.ends_with("select") || before.ends_with("distinct");
    starts && (after.starts_with(',') || after.starts_with("from ") || after.starts_with("from\n"))
}

/// The order in which a change is safe while the code runs.
pub fn steps(kind: ChangeKind) -> &'static [Step] {
    use ChangeKind::*;
    const CLEAN: Step =
        Step { name: "clean up", what: "take out what kept the old form, and scan again: nothing names it" };
    match kind {
        TableRenamed | ColumnRenamed | TableMoved | IndexRenamed => &[
            Step { name: "bind", what: "make the listed edits behind one switch, or take the names from bindings" },
            Step { name: "deploy", what: "bring the code out everywhere; it still uses the old name" },
            Step { name: "rename", what: "change the schema and the switch together" },
            CLEAN,
        ],
        TableDropped | ColumnDropped | IndexDropped | TableHidden => &[
            Step { name: "remove", what: "take out or replace every place that is listed" },
            Step { name: "deploy", what: "bring the code out everywhere" },
            Step { name: "watch", what: "scan again, and see that no statement reads it any more" },
            Step { name: "drop", what: "change the schema" },
        ],
        NullForbidden | DefaultRemoved => &[
            Step { name: "write", what: "make every writer give the column a value" },
            Step { name: "deploy", what: "bring the code out everywhere" },
            Step { name: "fill", what: "fill the rows that have none" },
            Step { name: "forbid", what: "change the schema" },
        ],
        TypeChanged | TypeNarrowed | GeneratedChanged => &[
            Step { name: "add", what: "add a column of the new type, written beside the old one" },
            Step { name: "fill", what: "fill it for all rows, and compare" },
            Step { name: "switch", what: "move readers and comparisons over, then deploy" },
            Step { name: "drop", what: "drop the old column when nothing names it" },
        ],
        EnumChanged | CheckChanged | CheckAdded => &[
            Step { name: "accept", what: "make every comparison take the old and the new value" },
            Step { name: "deploy", what: "bring the code out everywhere" },
            Step { name: "convert", what: "rewrite the rows, then the constraint" },
            CLEAN,
        ],
        ColumnAdded => &[
            Step { name: "add", what: "add it with a default, or allowing NULL" },
            Step { name: "write", what: "make writers name their columns and give a value, then deploy" },
            Step { name: "forbid", what: "take the default away, or forbid NULL" },
        ],
        _ => &[Step { name: "change", what: "change the schema: nothing that was found depends on the order" }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use crate::impact::judge::judge;

    fn of(findings: &[Finding]) -> (Vec<Edit>, Vec<usize>) {
        let change = Change::of_table(ChangeKind::ColumnRenamed, &named("bills"));
        let change = change.part("due_date").from_to(Some("due_on".into()), Some("due_date".into()));
        let changes = [change];
        let sites = judge(findings, &changes);
        edits(findings, &sites.iter().collect::<Vec<_>>(), &Target::of(&changes[0], &changes))
    }

    fn key(file: &str) -> Finding {
        let mut key = finding(file, 5, "due_on", &["due_on"]);
        key.part = Some(Part::ResultKey);
        key.identifiers[0].role = Role::Key;
        key
    }

    #[test]
    fn one_alias_spares_the_readers_beside_it() {
        let query = finding("a.py", 1, "SELECT b.due_on, note FROM bills b", &["due_on"]);
        let (edits, insulated) = of(&[query, key("a.py"), key("b.py")]);
        assert_eq!(insulated, [1]);
        let said: Vec<(&str, &str)> = edits.iter().map(|e| (e.file.as_str(), e.new.as_str())).collect();
        assert_eq!(said, [("a.py", "due_date AS due_on"), ("b.py", "due_date")]);
    }

    #[test]
    fn expressions_and_conditions_take_no_alias() {
        for text in
            ["SELECT max(due_on) FROM bills", "SELECT due_on AS d FROM bills", "SELECT 1 FROM bills ORDER BY due_on"]
        {
            let (edits, insulated) = of(&[finding("a.py", 1, text, &["due_on"]), key("a.py")]);
            assert_eq!((edits.len(), insulated.len()), (2, 0), "{text}");
            assert!(edits.iter().all(|e| e.new == "due_date"));
        }
    }

    #[test]
    fn every_kind_of_change_has_an_order() {
        assert!(ChangeKind::ALL.iter().all(|kind| !steps(*kind).is_empty()));
        assert_eq!(steps(ChangeKind::ColumnDropped).last().map(|s| s.name), Some("drop"));
    }
}
