//! Recognising a double-entry ledger: debit and credit side by side, an account behind each line,
//! and account classes among the sampled values.

use std::collections::BTreeMap;

use catalog::{ColumnRef, TypeKind, Value};
use meaning::Ontology;
use meaning::naming::{Naming, content_stems};
use meaning::ontology::{Stems, stems};
use meaning::values::phrase_words;

use crate::graph::roles::{column_words, contains, has_role};
use crate::graph::{Graph, Path, Role};
use crate::semantic::{Dated, Predicate, Test};

/// A recognised ledger.
#[derive(Debug)]
pub struct Ledger {
    /// Node of the lines.
    pub lines: usize,
    /// Debit column.
    pub debit: String,
    /// Credit column.
    pub credit: String,
    /// Digits behind the point, where declared.
    pub scale: Option<u32>,
    /// Column that holds the account's class.
    pub class: ColumnRef,
    /// Path from the lines to the class.
    pub class_path: Path,
    /// Stored class values by class id.
    pub classes: BTreeMap<String, Vec<Value>>,
    /// Columns that name the account, with their sampled values.
    pub names: Vec<(ColumnRef, Vec<Value>)>,
    /// When a line counts.
    pub date: Option<Dated>,
    /// Keeps drafts and voided entries out.
    pub posted: Vec<Predicate>,
    /// Keeps closing entries out of profit and loss.
    pub not_closing: Vec<Predicate>,
}

/// Fewer recognised classes than this make no ledger.
const FEWEST_CLASSES: usize = 3;

/// Finds the ledger of a schema; of several the one with most recognised classes, then most rows.
pub fn find(graph: &Graph, ontology: &Ontology, naming: &Naming) -> Option<Ledger> {
    let ledgers = (0..graph.nodes().len()).filter_map(|node| recognise(graph, ontology, naming, node));
    ledgers.max_by_key(|l| (l.classes.len(), graph.nodes()[l.lines].rows))
}

fn recognise(graph: &Graph, ontology: &Ontology, naming: &Naming, lines: usize) -> Option<Ledger> {
    let (debit, credit, scale) = sides(graph, ontology, naming, lines)?;
    let (class, class_path, classes) = class_column(graph, ontology, naming, lines)?;
    let account = graph.index(&class.table)?;
    let names = account_names(graph, account, &class);
    let date = event_date(graph, ontology, naming, lines);
    let (posted, not_closing) = entry_predicates(graph, ontology, naming, lines, &class);
    Some(Ledger { lines, debit, credit, scale, class, class_path, classes, names, date, posted, not_closing })
}

/// The pair of numeric columns called debit and credit. Of several pairs (original and base
/// currency) the one in the currency of the books is taken.
fn sides(graph: &Graph, ontology: &Ontology, naming: &Naming, node: usize) -> Option<(String, String, Option<u32>)> {
    let columns = |role: &str| {
        let mut found: Vec<(i32, &catalog::Column)> = Vec::new();
        for column in graph.nodes()[node].columns_with(|r| matches!(r, Role::Measure(_))) {
            let words = column_words(naming, &column.name);
            if has_role(&words, ontology.role(role)) {
                let foreign = i32::from(has_role(&words, ontology.role("foreign_amount")));
                let base = i32::from(has_role(&words, ontology.role("base_amount")));
                found.push((foreign * 2 - base * 2 + words[0].len() as i32, column));
            }
        }
        found.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, column)| column)
    };
    let (debit, credit) = (columns("debit")?, columns("credit")?);
    let scale = match debit.ty.kind {
        TypeKind::Decimal { scale, .. } => scale,
        TypeKind::Int => Some(0),
        _ => None,
    };
    (debit.name != credit.name).then(|| (debit.name.clone(), credit.name.clone(), scale))
}

type Classes = BTreeMap<String, Vec<Value>>;

/// The text column, on the lines or on what they lead to, whose values are account classes.
fn class_column(graph: &Graph, ontology: &Ontology, naming: &Naming, lines: usize) -> Option<(ColumnRef, Path, Classes)> {
    let mut best: Option<(usize, ColumnRef, Path, Classes)> = None;
    for (node, path) in graph.reachable(lines).into_iter().filter(|(_, p)| p.len() <= 3) {
        let table = &graph.nodes()[node].table;
        for column in table.columns.iter().filter(|c| c.ty.kind.is_text() || c.ty.kind == TypeKind::Unknown) {
            let reference = ColumnRef::new(table.name.clone(), column.name.clone());
            let Some(statistics) = graph.statistics(&reference) else { continue };
            let classes = read_classes(ontology, statistics.values.iter().map(|(v, _)| v));
            let matched: usize = classes.values().map(Vec::len).sum();
            let named = has_role(&column_words(naming, &column.name), ontology.role("class"));
            let enough = classes.len() >= FEWEST_CLASSES && matched * 10 >= statistics.values.len() * 6;
            let rank = classes.len() * 2 + usize::from(named);
            if enough && best.as_ref().is_none_or(|(r, ..)| rank > *r) {
                best = Some((rank, reference, path.clone(), classes));
            }
        }
    }
    best.map(|(_, column, path, classes)| (column, path, classes))
}

/// Sorts values by the account class that they name. The longest class phrase in a value wins.
pub fn read_classes<'v>(ontology: &Ontology, values: impl Iterator<Item = &'v Value>) -> Classes {
    let phrases: Vec<(Stems, &str)> =
        ontology.classes.iter().flat_map(|c| c.words.iter().map(|w| (content_stems(&phrase_words(w)), c.id.as_str()))).collect();
    let mut classes = Classes::new();
    for value in values {
        let words = content_stems(&phrase_words(&value.to_string().replace('_', " ")));
        let exact = phrases.iter().find(|(phrase, _)| *phrase == words);
        let inside = || phrases.iter().filter(|(phrase, _)| contains(&words, phrase)).max_by_key(|(phrase, _)| phrase.len());
        if let Some((_, class)) = exact.or_else(inside).filter(|_| words.len() <= 5) {
            classes.entry((*class).to_owned()).or_default().push(value.clone());
        }
    }
    classes
}

fn account_names(graph: &Graph, account: usize, class: &ColumnRef) -> Vec<(ColumnRef, Vec<Value>)> {
    let node = &graph.nodes()[account];
    let text = node.columns_with(|r| matches!(r, Role::Label | Role::Category | Role::Text));
    let mut names = Vec::new();
    for column in text.filter(|c| c.name != class.column) {
        let reference = ColumnRef::new(node.table.name.clone(), column.name.clone());
        if let Some(statistics) = graph.statistics(&reference).filter(|s| !s.values.is_empty()) {
            names.push((reference, statistics.values.iter().map(|(v, _)| v.clone()).collect()));
        }
    }
    names
}

/// The date that says when a row of this table happened: on the row itself or on its header.
pub fn event_date(graph: &Graph, ontology: &Ontology, naming: &Naming, node: usize) -> Option<Dated> {
    let mut best: Option<(i32, Dated)> = None;
    for (at, path) in graph.reachable(node).into_iter().filter(|(_, p)| p.len() <= 2) {
        let target = &graph.nodes()[at];
        // The date of a master record says nothing about when its transactions happened.
        if path.len() == 2 || !path.is_empty() && !is_header(graph, node, at) {
            continue;
        }
        for column in target.columns_with(|r| r == Role::Date) {
            let words = column_words(naming, &column.name);
            let event = ontology.role("event_date").iter().position(|p| words.iter().any(|w| contains(w, p)));
            let other = has_role(&words, ontology.role("other_date"));
            let own = words.iter().any(|w| target.words.iter().any(|t| w.contains(t)));
            let rank = 100 - event.map_or(60, |i| i as i32 * 2) - i32::from(other) * 50 + i32::from(own) * 12
                - 20 * path.len() as i32
                - i32::from(column.nullable) * 3;
            if best.as_ref().is_none_or(|(r, _)| rank > *r) {
                let reference = ColumnRef::new(target.table.name.clone(), column.name.clone());
                best = Some((rank, Dated { column: reference, path: path.clone() }));
            }
        }
    }
    best.map(|(_, dated)| dated)
}

/// Whether `header` is the document that the rows of `lines` belong to: the names share a word, or
/// lines have no date of their own while the header has.
fn is_header(graph: &Graph, lines: usize, header: usize) -> bool {
    let (line, head) = (&graph.nodes()[lines], &graph.nodes()[header]);
    let shared = line.words.iter().any(|w| head.words.contains(w));
    let no_date = line.columns_with(|r| r == Role::Date).next().is_none();
    let fewer = match (line.rows, head.rows) {
        (Some(l), Some(h)) => h <= l && h * 20 >= l,
        _ => true,
    };
    shared || no_date && fewer
}

/// Restrictions by status and kind of the entry, from the values that the columns hold.
fn entry_predicates(graph: &Graph, ontology: &Ontology, naming: &Naming, lines: usize, class: &ColumnRef) -> (Vec<Predicate>, Vec<Predicate>) {
    let mut posted = Vec::new();
    let mut not_closing = Vec::new();
    for (node, path) in graph.reachable(lines).into_iter().filter(|(_, p)| p.len() <= 1) {
        let table = &graph.nodes()[node].table;
        if table.name == class.table {
            continue;
        }
        for column in &table.columns {
            let reference = ColumnRef::new(table.name.clone(), column.name.clone());
            let words = column_words(naming, &column.name);
            let matching = |role: &str| values_in_role(graph, ontology, &reference, role);
            let exclude = |values: Vec<Value>| Predicate { column: reference.clone(), test: Test::NotIn(values), path: Some(path.clone()) };
            if has_role(&words, ontology.role("status")) && !matching("void").is_empty() {
                posted.push(exclude(matching("void")));
            } else if has_role(&words, ontology.role("entry_kind")) && !matching("closing").is_empty() {
                not_closing.push(exclude(matching("closing")));
            } else if is_closing_flag(&words) {
                let yes = vec![Value::Int(1)];
                not_closing.push(exclude(yes));
            }
        }
    }
    (posted, not_closing)
}

fn is_closing_flag(words: &[Stems]) -> bool {
    let closing = stems("closing");
    words.iter().any(|w| w.first().is_some_and(|f| f == "is") && contains(w, &closing))
}

/// The sampled values of a column that are words of a role.
pub fn values_in_role(graph: &Graph, ontology: &Ontology, column: &ColumnRef, role: &str) -> Vec<Value> {
    let values = graph.statistics(column).map_or(&[] as &[(Value, u64)], |s| s.values.as_slice());
    let fits = |value: &Value| {
        let words = content_stems(&phrase_words(&value.to_string().replace('_', " ")));
        ontology.role(role).iter().any(|phrase| *phrase == words || phrase.len() > 1 && contains(&words, phrase))
    };
    values.iter().map(|(v, _)| v.clone()).filter(fits).collect()
}
