//! The joins of one SELECT: one relation per path, each many to one.

use catalog::ColumnRef;
use sql::{Expr, Join, JoinKind, Operator, Source};

use crate::graph::{Path, Validity};
use crate::knowledge::Knowledge;

/// The relations that a SELECT reads, by the path that leads to them.
pub struct Joins<'k> {
    k: &'k Knowledge,
    root: usize,
    known: Vec<(Path, String)>,
    taken: Vec<String>,
    joins: Vec<Join>,
}

impl<'k> Joins<'k> {
    /// Starts at a table.
    pub fn new(k: &'k Knowledge, root: usize) -> Self {
        let mut joins = Joins { k, root, known: Vec::new(), taken: Vec::new(), joins: Vec::new() };
        let alias = joins.alias(root);
        joins.known.push((Vec::new(), alias));
        joins
    }

    /// Reserves aliases that an outer statement uses.
    pub fn avoiding(k: &'k Knowledge, root: usize, taken: &[String]) -> Self {
        let mut joins = Joins { k, root, known: Vec::new(), taken: taken.to_vec(), joins: Vec::new() };
        let alias = joins.alias(root);
        joins.known.push((Vec::new(), alias));
        joins
    }

    fn alias(&mut self, node: usize) -> String {
        let name = &self.k.graph.nodes()[node].table.name.name;
        let mut alias = name.clone();
        let mut n = 2;
        while self.taken.iter().any(|t| t.eq_ignore_ascii_case(&alias)) {
            alias = format!("{name}_{n}");
            n += 1;
        }
        self.taken.push(alias.clone());
        alias
    }

    /// The alias of the root.
    pub fn root_alias(&self) -> &str {
        &self.known[0].1
    }

    /// All aliases in use.
    pub fn taken(&self) -> &[String] {
        &self.taken
    }

    /// The alias at the end of a path, joined on first use.
    pub fn at(&mut self, path: &[usize]) -> String {
        if let Some((_, alias)) = self.known.iter().find(|(p, _)| p == path) {
            return alias.clone();
        }
        let Some((last, front)) = path.split_last() else { return self.root_alias().to_owned() };
        let from = self.at(front);
        let edge = self.k.graph.edge(*last);
        let day = edge.valid.as_ref().map(|valid| {
            let dated = [front, valid.path.as_slice()].concat();
            Expr::column(self.at(&dated), &valid.date.column)
        });
        let alias = self.alias(edge.to);
        let pairs = edge.from_columns.iter().zip(&edge.to_columns);
        let equal = pairs.map(|(a, b)| Expr::column(&from, a).op(Operator::Eq, Expr::column(&alias, b)));
        let held = edge.valid.as_ref().zip(day).map(|(valid, day)| holds(valid, &alias, day));
        let on = equal.chain(held.into_iter().flatten()).collect();
        // Rows without a partner stay, unless the schema promises that there are none.
        let left_before = self.joins.iter().any(|j| j.kind == JoinKind::Left && j.to.alias() == from);
        let kind = if edge.total && !left_before { JoinKind::Inner } else { JoinKind::Left };
        let name = self.k.graph.nodes()[edge.to].table.name.clone();
        self.joins.push(Join { kind, to: Source::Table { name, alias: alias.clone() }, on });
        self.known.push((path.to_vec(), alias.clone()));
        alias
    }

    /// A column, over the chosen path that starts here or else the best one.
    pub fn column(&mut self, column: &ColumnRef, paths: &[Path]) -> Expr {
        let root_name = &self.k.graph.nodes()[self.root].table.name;
        let best =
            || self.k.graph.index(&column.table).and_then(|to| self.k.graph.path(self.root, to)).unwrap_or_default();
        let chosen = match paths.iter().find(|path| self.leads(path, column)) {
            Some(path) => path.clone(),
            _ if column.table == *root_name => Vec::new(),
            _ => best(),
        };
        Expr::column(self.at(&chosen), &column.column)
    }

    fn leads(&self, path: &[usize], column: &ColumnRef) -> bool {
        let nodes = self.k.graph.nodes();
        let start = path.first().map_or(self.root, |e| self.k.graph.edge(*e).from);
        let end = path.last().map_or(self.root, |e| self.k.graph.edge(*e).to);
        start == self.root && nodes[end].table.name == column.table
    }

    /// The root as a FROM.
    pub fn source(&self) -> Source {
        let name = self.k.graph.nodes()[self.root].table.name.clone();
        Source::Table { name, alias: self.root_alias().to_owned() }
    }

    /// The joins that were used.
    pub fn into_joins(self) -> Vec<Join> {
        self.joins
    }
}

/// The row of a history that holds on a day.
fn holds(valid: &Validity, alias: &str, day: Expr) -> [Expr; 2] {
    let (from, to) = (Expr::column(alias, &valid.from), Expr::column(alias, &valid.to));
    let before_end = if valid.inclusive { Operator::Le } else { Operator::Lt };
    let open = Expr::IsNull(Box::new(to.clone()));
    [day.clone().op(Operator::Ge, from), open.op(Operator::Or, day.op(before_end, to))]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use catalog::Statistics;
    use meaning::Ontology;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_way_is_joined_once_and_under_its_own_name(picks in proptest::collection::vec((0usize..1_000, 0usize..1_000), 1..12)) {
            let book = books::demo(0.001, 1).0;
            let ontology = Arc::new(Ontology::english().unwrap());
            let k = Knowledge::new(ontology, Arc::new(book.catalog()), Arc::new(Statistics::default()));
            let root = picks[0].0 % k.graph.nodes().len();
            let reachable = k.graph.reachable(root);
            let mut joins = Joins::new(&k, root);
            let mut aliases: Vec<(Path, String)> = Vec::new();
            for (a, _) in &picks {
                let path = reachable[a % reachable.len()].1.clone();
                let alias = joins.at(&path);
                match aliases.iter().find(|(p, _)| *p == path) {
                    Some((_, known)) => prop_assert_eq!(known, &alias),
                    None => {
                        prop_assert!(aliases.iter().all(|(_, known)| *known != alias), "one name for two ways");
                        aliases.push((path, alias));
                    }
                }
            }
            let made = joins.into_joins();
            let mut names: Vec<&str> = made.iter().map(|j| j.to.alias()).collect();
            names.sort_unstable();
            names.dedup();
            // One join for each distinct beginning of a way, and no other.
            let mut steps: Vec<&[usize]> = aliases.iter().flat_map(|(p, _)| (1..=p.len()).map(move |n| &p[..n])).collect();
            steps.sort_unstable();
            steps.dedup();
            prop_assert_eq!(made.len(), steps.len());
            prop_assert_eq!(names.len(), made.len());
        }
    }
}
