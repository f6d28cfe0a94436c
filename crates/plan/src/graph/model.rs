//! Tables as nodes with roles, references as many-to-one edges.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{ColumnRef, ColumnStatistics, Statistics, Table, TableName};
use meaning::ontology::Stems;
use serde::{Deserialize, Serialize};

/// How a number behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureKind {
    /// Money or a quantity that adds up.
    Additive,
    /// A level at a point in time: adds up over everything but time.
    Level,
    /// A price, rate or percentage: never added.
    Rate,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Identifies the row.
    Key,
    /// Points to another row.
    Reference,
    /// Names the row to a person.
    Label,
    /// A part of a person's name.
    PersonName,
    /// One of few values.
    Category,
    /// A number or code that identifies something to people.
    Code,
    /// A day or instant.
    Date,
    /// A calendar year, month or period as a number.
    PeriodNumber,
    /// A number to compute with.
    Measure(MeasureKind),
    /// Yes or no.
    Flag,
    /// The currency of the amounts beside it.
    Currency,
    /// Free text.
    Text,
    /// Anything else.
    Other,
}

/// Why we believe in a reference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeEvidence {
    /// A foreign key.
    Declared,
    /// Names fit, the target is unique, and this share of the sampled values is found there.
    Inferred(f64),
}

/// The days for which the target of a reference holds, and the day of the referring row that decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Validity {
    /// The date of the referring row.
    pub date: ColumnRef,
    /// Many-to-one edges from the referring row to it.
    pub path: Vec<usize>,
    /// The target's first day.
    pub from: String,
    /// The target's last day, or the day after it; empty for what holds now.
    pub to: String,
    /// Whether the last day is the last one for which it holds.
    pub inclusive: bool,
}

/// A reference from many rows to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Node that refers.
    pub from: usize,
    /// Its columns.
    pub from_columns: Vec<String>,
    /// Node referred to.
    pub to: usize,
    /// Its columns, in the same order.
    pub to_columns: Vec<String>,
    /// Why.
    pub evidence: EdgeEvidence,
    /// Whether at most one row refers to each target (one to one).
    pub one_to_one: bool,
    /// Words of the referring column beyond the target's own name ("billing" in `billing_customer_id`):
    /// the role that the target plays.
    pub qualifier: Vec<String>,
    /// Whether every row is known to find its target (not null and referential).
    pub total: bool,
    /// What picks the one of several targets, where each holds for a span of days.
    pub valid: Option<Validity>,
}

/// A table and what its columns are for.
#[derive(Clone, Debug)]
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
    /// The column that holds the day, where each row is one day of a calendar.
    pub day: Option<String>,
}

/// Tables and references of one schema.
#[derive(Clone, Debug)]
pub struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) by_name: HashMap<TableName, usize>,
    pub(super) edges: Vec<Edge>,
    pub(super) outgoing: Vec<Vec<usize>>,
    pub(super) incoming: Vec<Vec<usize>>,
    pub(super) statistics: Arc<Statistics>,
}

impl Graph {
    /// Takes in a reference that the data proved.
    pub fn add(&mut self, edge: Edge) {
        self.outgoing[edge.from].push(self.edges.len());
        self.incoming[edge.to].push(self.edges.len());
        self.edges.push(edge);
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

    /// Whether at most one row takes an edge to each target: by a key, or as far as all rows were read.
    pub fn refers_once(&self, edge: usize) -> bool {
        let edge = self.edge(edge);
        let sampled = self.statistics.tables.get(&self.nodes[edge.from].table.name);
        let differs = || {
            let [column] = edge.from_columns.as_slice() else { return false };
            let Some(table) = sampled.filter(|s| s.rows == Some(s.sampled)) else { return false };
            table.columns.get(column).is_some_and(|c| c.distinct + c.nulls == table.sampled)
        };
        edge.one_to_one || differs()
    }

    /// All that sampling found out.
    pub fn sampled(&self) -> &Statistics {
        &self.statistics
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

    /// The columns that name a row to a person: its name, else first and last name, else a title.
    pub fn label(&self) -> Vec<&str> {
        let labels: Vec<&str> = self.columns_with(|r| r == Role::Label).map(|c| c.name.as_str()).collect();
        let persons: Vec<&str> = self.columns_with(|r| r == Role::PersonName).map(|c| c.name.as_str()).collect();
        let is_name = |c: &&&str| self.reads(c).iter().any(|w| w.last().is_some_and(|l| l == "name"));
        let whole = persons.iter().find(|c| self.reads(c).iter().any(|w| w.iter().any(|s| s == "full")));
        match (labels.iter().find(is_name).or(whole), persons.is_empty(), labels.first()) {
            (Some(name), ..) => vec![name],
            (None, false, _) => persons,
            (None, true, Some(first)) => vec![first],
            (None, true, None) => self.details().into_iter().collect(),
        }
    }

    /// Where nothing names a row, its "details" are what people know it by.
    pub fn details(&self) -> Option<&str> {
        let text = |r: Role| matches!(r, Role::Text | Role::Category | Role::Code);
        let mut texts = self.columns_with(text).filter(|c| c.ty.kind.is_text()).map(|c| c.name.as_str());
        let own = |word: &String| word == "detail" || self.words.contains(word);
        texts.find(|c| self.reads(c).iter().any(|r| r.last().is_some_and(|w| w == "detail") && r.iter().all(own)))
    }

    /// The single column that identifies a row, if there is one.
    pub fn single_key(&self) -> Option<&str> {
        self.keys.iter().find(|k| k.len() == 1).map(|k| k[0].as_str())
    }
}
