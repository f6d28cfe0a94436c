//! Identity of findings: it survives that lines move and files are renamed.
//!
//! Hashed are the kind, the names (sorted, each once, whatever their roles), the text of the carrier with its blanks
//! folded, the symbol around it, and a number that tells equal ones apart. Path, line, severity and the version of the
//! rules are no part of it: a report keeps what was said about a finding while code moves and rules get better.

use std::collections::{BTreeSet, HashMap};

use crate::finding::Finding;

/// Letters of a fingerprint: 64 bits.
const LETTERS: usize = 16;

/// What makes a finding the one it is, but for the number among its equals.
fn identity(finding: &Finding) -> String {
    let names: BTreeSet<(&str, &str, &str)> = finding
        .identifiers
        .iter()
        .map(|i| (i.table.as_deref().unwrap_or_default(), i.column.as_deref().unwrap_or_default(), i.name.as_str()))
        .collect();
    let text = finding.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let symbol = finding.symbol.as_deref().unwrap_or_default();
    // Plain tuples of texts always serialise, and no separator can be forged inside of them.
    format!("{:?}", (finding.kind.as_str(), finding.part.map(|p| p.as_str()), names, text, symbol))
}

/// Brings findings into their order and gives each its fingerprint. The order is by file, lines, kind, part and names; it
/// and the fingerprints are the same on each run. Cost: one hash and one text of the size of the carrier for each.
pub fn stamp(findings: &mut [Finding]) {
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let identity = identity(finding);
        let ordinal = seen.entry(identity.clone()).and_modify(|n| *n += 1).or_insert(0);
        let hash = blake3::hash(format!("{identity}#{ordinal}").as_bytes());
        finding.fingerprint = hash.to_hex()[..LETTERS].to_owned();
    }
}

type Key<'f> = (&'f str, usize, usize, &'f str, Option<&'f str>, &'f [crate::finding::Identifier], &'f str);

fn key(finding: &Finding) -> Key<'_> {
    let Finding { file, line_start, line_end, kind, part, identifiers, text, .. } = finding;
    (file, *line_start, *line_end, kind.as_str(), part.map(|p| p.as_str()), identifiers, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;

    fn stamped(mut findings: Vec<Finding>) -> Vec<Finding> {
        stamp(&mut findings);
        findings
    }

    #[test]
    fn moves_and_renames_keep_it_and_another_name_changes_it() {
        let here = finding("a.py", 3, "SELECT due_on  FROM bills", &["due_on"]);
        let mut there = finding("lib/b.py", 90, "SELECT due_on\n FROM bills", &["due_on"]);
        there.severity = crate::Severity::Low;
        let other = finding("a.py", 3, "SELECT due_on FROM bills", &["due_date"]);
        let print = |f: &Finding| stamped(vec![f.clone()])[0].fingerprint.clone();
        assert_eq!(print(&here), print(&there));
        assert_ne!(print(&here), print(&other));
        assert_eq!(print(&here).len(), LETTERS);
    }

    #[test]
    fn equal_ones_are_told_apart_and_the_order_given_does_not_matter() {
        let (a, b) = (finding("a.py", 1, "x", &["x"]), finding("a.py", 9, "x", &["x"]));
        let (one, two) = (stamped(vec![a.clone(), b.clone()]), stamped(vec![b, a]));
        assert_eq!(one, two);
        assert_ne!(one[0].fingerprint, one[1].fingerprint);
    }
}
