//! Keys and references that nobody declared, from names, types, uniqueness and sampled inclusion.

use std::collections::HashMap;

use catalog::{ColumnRef, Statistics, Table, TableName, TableStatistics, TypeKind};
use meaning::ontology::Stems;

use super::model::{Edge, EdgeEvidence, Node};

/// Hashes kept per sketch; sampling uses the same number.
pub const SKETCH: usize = 256;
/// Share of sampled values that must be found in the target.
const INCLUDED: f64 = 0.95;
/// A name that fits more targets than this fits none.
const MOST_TARGETS: usize = 4;

/// Column sets that identify a row: declared ones, and single columns whose values all differ in a
/// complete sample.
pub fn keys(table: &Table, sampled: Option<&TableStatistics>) -> Vec<Vec<String>> {
    let mut keys: Vec<Vec<String>> =
        std::iter::once(&table.primary_key).chain(&table.unique).filter(|k| !k.is_empty()).cloned().collect();
    let complete = sampled.filter(|s| s.rows == Some(s.sampled) && s.sampled >= 2);
    if let (true, Some(statistics)) = (keys.is_empty(), complete) {
        let differs = |name: &String| {
            statistics.columns.get(name).is_some_and(|c| c.nulls == 0 && c.distinct == statistics.sampled)
        };
        let looks_like_key = |name: &str| {
            let lower = name.to_lowercase();
            ["id", "code", "key", "no", "number"].iter().any(|s| lower.ends_with(s))
        };
        let found = table.columns.iter().map(|c| &c.name).find(|n| looks_like_key(n) && differs(n));
        keys.extend(found.map(|n| vec![n.clone()]));
    }
    keys
}

/// All references, declared and inferred.
pub fn edges(nodes: &[Node], by_name: &HashMap<TableName, usize>, statistics: &Statistics) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (from, node) in nodes.iter().enumerate() {
        for key in &node.table.foreign_keys {
            let Some(to) = by_name.get(&key.target).copied() else { continue };
            let to_columns = if key.target_columns.is_empty() {
                nodes[to].table.primary_key.clone()
            } else {
                key.target_columns.clone()
            };
            let fits =
                to_columns.len() == key.columns.len() && to_columns.iter().all(|c| nodes[to].table.column(c).is_some());
            if fits {
                edges.push(edge(nodes, from, &key.columns, to, to_columns, EdgeEvidence::Declared));
            }
        }
    }
    let targets = Targets::new(nodes);
    for (from, node) in nodes.iter().enumerate() {
        for column in &node.table.columns {
            let declared = node.table.foreign_keys.iter().any(|k| k.columns.len() == 1 && k.columns[0] == column.name);
            if !declared {
                edges.extend(infer(nodes, from, &column.name, &targets, statistics));
            }
        }
    }
    edges
}

fn edge(
    nodes: &[Node],
    from: usize,
    columns: &[String],
    to: usize,
    to_columns: Vec<String>,
    evidence: EdgeEvidence,
) -> Edge {
    let node = &nodes[from];
    let covers = |key: &Vec<String>| key.iter().all(|k| columns.contains(k));
    let not_null = columns.iter().all(|c| {
        let in_key = node.table.primary_key.contains(c);
        in_key || node.table.column(c).is_some_and(|c| !c.nullable)
    });
    Edge {
        from,
        from_columns: columns.to_vec(),
        to,
        to_columns,
        evidence,
        qualifier: qualifier(node, columns, &nodes[to]),
        one_to_one: node.keys.iter().any(covers),
        total: not_null && evidence == EdgeEvidence::Declared,
        valid: None,
    }
}

/// The words of the referring columns that neither the target's name nor its key explains.
fn qualifier(from: &Node, columns: &[String], to: &Node) -> Vec<String> {
    let [column] = columns else { return Vec::new() };
    let is_plain = |word: &String| {
        let of_target =
            to.words.contains(word) || to.keys.iter().flatten().any(|k| to.reads(k).iter().any(|w| w.contains(word)));
        of_target || matches!(word.as_str(), "id" | "code" | "key" | "number" | "no" | "fk" | "ref" | "refer")
    };
    let readings = from.reads(column).iter().map(|w| w.iter().filter(|w| !is_plain(w)).cloned().collect::<Vec<_>>());
    readings.min_by_key(Vec::len).unwrap_or_default()
}

/// Tables by the name of their single key column and by their own words.
struct Targets {
    by_key: HashMap<String, Vec<usize>>,
    by_words: HashMap<String, Vec<usize>>,
}

impl Targets {
    fn new(nodes: &[Node]) -> Targets {
        let mut targets = Targets { by_key: HashMap::new(), by_words: HashMap::new() };
        for (i, node) in nodes.iter().enumerate() {
            if let Some(key) = node.single_key() {
                targets.by_key.entry(key.to_lowercase()).or_default().push(i);
                targets.by_words.entry(node.words.join(" ")).or_default().push(i);
            }
        }
        targets
    }

    /// Tables that a column's name may point to.
    fn of(&self, name: &str, readings: &[Stems]) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let lower = name.to_lowercase();
        let generic = ["id", "code", "name", "key", "no", "number", "date", "type", "description", "title"]
            .contains(&lower.as_str());
        if !generic {
            found.extend(self.by_key.get(&lower).into_iter().flatten());
        }
        for words in readings {
            let ends =
                |w: &String| matches!(w.as_str(), "id" | "code" | "key" | "number" | "no" | "fk" | "ref" | "refer");
            let stem = match words.split_last() {
                Some((last, front)) if ends(last) && !front.is_empty() => front,
                _ => continue,
            };
            // `billing_customer_id` points to customers as well as `customer_id` does.
            for start in 0..stem.len() {
                if let Some(tables) = self.by_words.get(&stem[start..].join(" ")) {
                    found.extend(tables);
                    break;
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn infer(nodes: &[Node], from: usize, column: &str, targets: &Targets, statistics: &Statistics) -> Vec<Edge> {
    let candidates: Vec<usize> =
        targets.of(column, nodes[from].reads(column)).into_iter().filter(|to| *to != from).collect();
    if candidates.len() > MOST_TARGETS {
        return Vec::new();
    }
    let own_key = nodes[from].keys.iter().any(|k| *k == [column.to_owned()]);
    let mut found = Vec::new();
    for to in candidates {
        let Some(key) = nodes[to].single_key().map(str::to_owned) else { continue };
        let share = inclusion(nodes, (from, column), (to, &key), statistics);
        let smaller = nodes[from].rows < nodes[to].rows || nodes[from].rows == nodes[to].rows && from > to;
        let declared_back = nodes[to]
            .table
            .foreign_keys
            .iter()
            .any(|k| k.target == nodes[from].table.name && k.columns == [key.clone()]);
        if same_type(&nodes[from], column, &nodes[to], &key)
            && share.is_none_or(|s| s >= INCLUDED)
            && (!own_key || share.is_some() && smaller && !declared_back)
        {
            let evidence = EdgeEvidence::Inferred(share.unwrap_or(0.5));
            found.push(edge(nodes, from, &[column.to_owned()], to, vec![key], evidence));
        }
    }
    // Two equally good targets are no evidence for either, unless the data told them apart.
    found.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
    found.truncate(1);
    found
}

fn strength(edge: &Edge) -> f64 {
    match edge.evidence {
        EdgeEvidence::Declared => 2.0,
        EdgeEvidence::Inferred(share) => share,
    }
}

fn inclusion(nodes: &[Node], from: (usize, &str), to: (usize, &str), statistics: &Statistics) -> Option<f64> {
    let column = |node: usize, name: &str| {
        let reference = ColumnRef::new(nodes[node].table.name.clone(), name);
        statistics.tables.get(&reference.table)?.columns.get(name)
    };
    column(from.0, from.1)?.inclusion_in(column(to.0, to.1)?, SKETCH)
}

fn same_type(from: &Node, column: &str, to: &Node, key: &str) -> bool {
    let kind = |node: &Node, name: &str| node.table.column(name).map(|c| c.ty.kind);
    match (kind(from, column), kind(to, key)) {
        (Some(a), Some(b)) => {
            let open = |k: TypeKind| matches!(k, TypeKind::Unknown | TypeKind::Other);
            open(a) || open(b) || a.is_numeric() == b.is_numeric()
        }
        _ => false,
    }
}
