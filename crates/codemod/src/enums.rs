//! Values of columns in code: lists of states, constants called like them, comparisons with what was read.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::carrier::Carriers;
use crate::code::{Expr, NodeId};
use crate::draft::Draft;
use crate::evidence::Evidence;
use crate::finding::{Identifier, Kind, Reach, Rewrite, Role, Severity};
use crate::judge::{Court, Judged};
use crate::name::words;
use crate::project::{At, Project};
use crate::resolve::resolve;

/// A column with its table.
type Holder = (String, String);

/// Takes the values that statements compare columns with or write into them.
pub fn learn(project: &Project, carriers: &Carriers, evidence: &mut Evidence) {
    let mut found = Vec::new();
    for carrier in carriers.all.iter().filter(|c| c.reached) {
        let Some(reading) = &carrier.reading else { continue };
        let around = carriers.around(project, carrier);
        for identifier in resolve(evidence, &carrier.text, reading, &around).identifiers {
            if let (Some(table), Some(column)) = (identifier.table, identifier.column) {
                found.push((table, column, identifier.name));
            }
        }
    }
    for (table, column, value) in found {
        evidence.add_value(&table, &column, &value);
    }
}

impl Court<'_> {
    /// Judges all values of a file.
    pub fn values(&self, file: usize, judged: &mut Judged) {
        let code = self.project.code(file);
        if !code.language.is_code() || self.life.of_file(file) == Reach::Test {
            return;
        }
        let mut done = HashSet::new();
        for id in 0..code.nodes.len() {
            let at = (file, id);
            match &code.nodes[id].expr {
                Expr::List(items) if self.kept_by_module(at) => {
                    let name = self.carriers.places[file].kept_as(code, id).map(|k| k.0).unwrap_or_default();
                    self.value_list(at, items, &name, &mut done, judged);
                }
                Expr::Map(entries) if self.kept_by_module(at) && entries.len() >= 2 => {
                    let values: Vec<NodeId> = entries.iter().map(|(_, v)| *v).collect();
                    let name = self.carriers.places[file].kept_as(code, id).map(|k| k.0).unwrap_or_default();
                    self.value_list(at, &values, &name, &mut done, judged);
                }
                Expr::Compare(parts) => self.compared(file, parts, &mut done, judged),
                _ => {}
            }
        }
        for assign in &code.assigns {
            if code.nodes[assign.target].function.is_none() && !done.contains(&assign.value) {
                self.constant(file, assign.target, assign.value, judged);
            }
        }
    }

    fn kept_by_module(&self, at: At) -> bool {
        self.carriers.places[at.0].kept_as(self.project.code(at.0), at.1).is_some_and(|k| k.1)
    }

    fn holders(&self, value: &str) -> BTreeSet<Holder> {
        self.evidence.holders(value).map(|(t, c)| (t.to_owned(), c.to_owned())).collect()
    }

    /// A list of which most are values of one column, and its name says so where not all are.
    fn value_list(&self, at: At, items: &[NodeId], name: &str, done: &mut HashSet<NodeId>, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let literals: Vec<(NodeId, &str)> = items.iter().filter_map(|&i| code.literal(i).map(|w| (i, w))).collect();
        if literals.is_empty()
            || literals.len() != items.len()
            || literals.iter().any(|(_, w)| self.evidence.names(w) || w.is_empty())
        {
            return;
        }
        let mut counts: BTreeMap<Holder, usize> = BTreeMap::new();
        for (_, word) in &literals {
            for holder in self.holders(word) {
                *counts.entry(holder).or_default() += 1;
            }
        }
        let Some(((table, column), count)) = counts.into_iter().max_by_key(|(h, n)| (*n, akin(name, &h.1))) else {
            return;
        };
        let all = count == literals.len() && literals.len() >= 2;
        if !(all || akin(name, &column) && count * 2 >= literals.len()) {
            return;
        }
        let identifiers = literals.iter().map(|(i, _)| self.valued((at.0, *i), &table, &column)).collect();
        done.extend(literals.iter().map(|(i, _)| *i));
        self.value_found(
            (at.0, literals[0].0),
            (code.nodes[literals[0].0].start, code.nodes[literals[literals.len() - 1].0].end),
            identifiers,
            judged,
        );
    }

    fn valued(&self, at: At, table: &str, column: &str) -> Identifier {
        let literal = self.identifier(at, Some(table.to_owned()), Role::Compare);
        Identifier { column: Some(column.to_owned()), ..literal }
    }

    fn value_found(&self, at: At, range: (usize, usize), identifiers: Vec<Identifier>, judged: &mut Judged) {
        let draft = Draft::new(at.0, range, Kind::EnumValue, None, Severity::Medium, identifiers)
            .silent()
            .rewritten(Rewrite::Assisted);
        self.certain(draft.why("values that a column holds"), usize::MAX, at, judged);
    }

    /// What was read is compared with a value of its column.
    fn compared(&self, file: usize, parts: &[NodeId], done: &mut HashSet<NodeId>, judged: &mut Judged) {
        let code = self.project.code(file);
        if !parts.iter().any(|&p| self.carriers.rows.contains_key(&(file, p))) {
            return;
        }
        for &part in parts {
            let Some(word) = code.literal(part) else { continue };
            let holders = self.holders(word);
            let near = self.carriers.tables_near(self.project, (file, part));
            let holder = holders
                .iter()
                .find(|h| near.contains(&h.0))
                .or_else(|| holders.iter().next().filter(|_| near.is_empty()));
            if let Some((table, column)) = holder {
                done.insert(part);
                let identifiers = vec![self.valued((file, part), table, column)];
                self.value_found((file, part), self.range((file, part)), identifiers, judged);
            }
        }
    }

    /// A constant that is called like the value that it is.
    fn constant(&self, file: usize, target: NodeId, value: NodeId, judged: &mut Judged) {
        let code = self.project.code(file);
        let (Some(name), Some(word)) = (code.last_name(target), code.literal(value)) else { return };
        let called = name.to_lowercase().replace('_', "").contains(&word.to_lowercase().replace(['_', '-', ' '], ""));
        if word.len() < 3 || !called || self.evidence.names(word) {
            return;
        }
        let holders = self.holders(word);
        let near = self.carriers.tables_near(self.project, (file, value));
        let best = holders.iter().max_by_key(|h| (akin(name, &h.1), near.contains(&h.0)));
        if let Some((table, column)) = best {
            let identifiers = vec![self.valued((file, value), table, column)];
            self.value_found((file, value), self.range((file, value)), identifiers, judged);
        }
    }
}

/// Whether two names share a word, in singular or plural.
fn akin(name: &str, column: &str) -> bool {
    let stem = |w: &String| {
        w.trim_end_matches("es").trim_end_matches('s').trim_end_matches("us").trim_end_matches('e').to_owned()
    };
    let named: Vec<String> = words(&split_words(name)).iter().map(stem).collect();
    words(column).iter().map(stem).any(|w| w.len() > 2 && named.contains(&w))
}

/// A name in capitals as words in small letters.
fn split_words(name: &str) -> String {
    if name.chars().any(char::is_lowercase) { name.to_owned() } else { name.to_lowercase() }
}
