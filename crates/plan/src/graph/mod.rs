//! The semantic graph: tables as nodes with roles, references as many-to-one edges.
//!
//! The path: [`roles`] says what each column is for; [`infer`] finds keys and references that
//! nobody declared; [`Graph`] answers which tables a row of one table leads to without ever
//! multiplying it (many to one), which is what keeps every sum free of fan and chasm traps.

pub mod roles;
pub mod infer;
pub mod paths;

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{Catalog, ColumnRef, ColumnStatistics, Statistics, Table, TableName};
use meaning::Ontology;
use meaning::ontology::Stems;

pub use infer::{Edge, EdgeEvidence};
pub use paths::Path;
pub use roles::{MeasureKind, Role};

/// A table and what its columns are for.
#[derive(Debug)]
pub struct Node {
    /// The table.
    pub table: Arc<Table>,
    /// Roles, one per column, in the table's order.
    pub roles: Vec<Role>,
    /// Words (stems) of the table's name, abbreviations written out.
    pub words: Vec<String>,
    /// The ways to read each column's name, as stems, in the table's order.
    pub readings: Vec<Vec<Stems>>,
    /// Column sets that identify a row, declared or found.
    pub keys: Vec<Vec<String>>,
    /// Number of rows, where known.
    pub rows: Option<u64>,
}

/// Tables and references of one schema.
#[derive(Debug)]
pub struct Graph {
    nodes: Vec<Node>,
    by_name: HashMap<TableName, usize>,
    edges: Vec<Edge>,
    outgoing: Vec<Vec<usize>>,
    incoming: Vec<Vec<usize>>,
    statistics: Arc<Statistics>,
}

impl Graph {
    /// Builds the graph. Cost: one pass over the columns, one hash look-up per possible reference.
    pub fn new(catalog: &Catalog, statistics: Arc<Statistics>, ontology: &Ontology) -> Graph {
        let names = catalog
            .tables()
            .flat_map(|t| std::iter::once(t.name.name.as_str()).chain(t.columns.iter().map(|c| c.name.as_str())));
        let naming = meaning::naming::Naming::new(ontology, names);
        let mut nodes: Vec<Node> = Vec::new();
        for table in catalog.tables() {
            let sampled = statistics.tables.get(&table.name);
            nodes.push(Node {
                roles: Vec::new(),
                words: roles::table_words(&naming, &table.name.name),
                readings: table.columns.iter().map(|c| roles::column_words(&naming, &c.name)).collect(),
                keys: infer::keys(table, sampled),
                rows: sampled.and_then(|s| s.rows),
                table: table.clone(),
            });
        }
        let by_name: HashMap<TableName, usize> =
            nodes.iter().enumerate().map(|(i, n)| (n.table.name.clone(), i)).collect();
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
        }
        Graph { nodes, by_name, edges, outgoing, incoming, statistics }
    }

    /// All nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The index of a table.
    pub fn index(&self, table: &TableName) -> Option<usize> {
        self.by_name.get(table).copied()
    }

    /// The node of a table.
    pub fn node(&self, table: &TableName) -> Option<&Node> {
        self.index(table).map(|i| &self.nodes[i])
    }

    /// An edge by its index.
    pub fn edge(&self, edge: usize) -> &Edge {
        &self.edges[edge]
    }

    /// All edges.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Edges that leave a node (towards one row each).
    pub fn outgoing(&self, node: usize) -> &[usize] {
        &self.outgoing[node]
    }

    /// Edges that arrive at a node (from many rows each).
    pub fn incoming(&self, node: usize) -> &[usize] {
        &self.incoming[node]
    }

    /// The statistics of a column, if it was sampled.
    pub fn statistics(&self, column: &ColumnRef) -> Option<&ColumnStatistics> {
        self.statistics.tables.get(&column.table)?.columns.get(&column.column)
    }

    /// The role of a column.
    pub fn role(&self, column: &ColumnRef) -> Role {
        let Some(node) = self.node(&column.table) else { return Role::Other };
        let position = node.table.columns.iter().position(|c| c.name == column.column);
        position.map_or(Role::Other, |i| node.roles[i])
    }
}

impl Node {
    /// The ways to read a column's name, as stems; none for a column that is not there.
    pub fn reads(&self, column: &str) -> &[Stems] {
        let position = self.table.columns.iter().position(|c| c.name == column);
        position.map_or(&[], |i| self.readings[i].as_slice())
    }

    /// Columns with a role, in the table's order.
    pub fn columns_with(&self, wanted: impl Fn(Role) -> bool) -> impl Iterator<Item = &catalog::Column> {
        self.table.columns.iter().zip(&self.roles).filter(move |(_, role)| wanted(**role)).map(|(column, _)| column)
    }

    /// The columns that name a row to a person: a name or title, or first and last name.
    pub fn label(&self) -> Vec<&str> {
        let labels: Vec<&str> = self.columns_with(|r| r == Role::Label).map(|c| c.name.as_str()).collect();
        let persons: Vec<&str> = self.columns_with(|r| r == Role::PersonName).map(|c| c.name.as_str()).collect();
        match (labels.first(), persons.is_empty()) {
            (Some(first), _) => vec![first],
            (None, false) => persons,
            (None, true) => Vec::new(),
        }
    }

    /// The single column that identifies a row, if there is one.
    pub fn single_key(&self) -> Option<&str> {
        self.keys.iter().find(|k| k.len() == 1).map(|k| k[0].as_str())
    }
}
