//! Putting the graph together.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{Catalog, Statistics, TableName};
use meaning::Ontology;
use meaning::naming::Naming;

use super::model::{Graph, Node};
use super::{infer, roles};

/// Builds the graph. Cost: one pass over the columns, one hash look-up per possible reference.
pub fn build(catalog: &Catalog, statistics: Arc<Statistics>, ontology: &Ontology) -> Graph {
    let names = catalog
        .tables()
        .flat_map(|t| std::iter::once(t.name.name.as_str()).chain(t.columns.iter().map(|c| c.name.as_str())));
    let naming = Naming::new(ontology, names);
    let mut nodes: Vec<Node> = Vec::new();
    for table in catalog.tables() {
        let sampled = statistics.tables.get(&table.name);
        let words = roles::table_words(&naming, &table.name.name);
        nodes.push(Node {
            roles: Vec::new(),
            readings: table.columns.iter().map(|c| roles::column_words(&naming, &words, &c.name)).collect(),
            words,
            keys: infer::keys(table, sampled),
            rows: sampled.and_then(|s| s.rows),
            day: None,
            table: table.clone(),
        });
    }
    let by_name: HashMap<TableName, usize> = nodes.iter().enumerate().map(|(i, n)| (n.table.name.clone(), i)).collect();
    let edges = infer::edges(&nodes, &by_name, &statistics);
    let mut outgoing = vec![Vec::new(); nodes.len()];
    let mut incoming = vec![Vec::new(); nodes.len()];
    for (i, edge) in edges.iter().enumerate() {
        outgoing[edge.from].push(i);
        incoming[edge.to].push(i);
    }
    for (i, node) in nodes.iter_mut().enumerate() {
        let references: Vec<&str> =
            outgoing[i].iter().flat_map(|e| edges[*e].from_columns.iter().map(String::as_str)).collect();
        node.roles = roles::roles(node, &references, statistics.tables.get(&node.table.name), ontology);
        node.day = roles::day(node, statistics.tables.get(&node.table.name));
    }
    Graph { nodes, by_name, edges, outgoing, incoming, statistics }
}
