//! Ways from a table to another that never multiply its rows.

use std::collections::VecDeque;

use super::model::{EdgeEvidence, Graph};

/// A chain of many-to-one edges, by index.
pub type Path = Vec<usize>;

/// How far a path may lead.
const LONGEST: usize = 5;
/// How much longer than the shortest a path may be.
const DETOUR: usize = 2;
/// Paths returned at the most.
const MOST: usize = 12;

impl Graph {
    /// All many-to-one paths from one node to another, shortest first and declared before inferred;
    /// the empty path where both are the same. Bounded in length and number.
    pub fn paths(&self, from: usize, to: usize) -> Vec<Path> {
        if from == to {
            return vec![Vec::new()];
        }
        let mut found: Vec<Path> = Vec::new();
        let mut open: VecDeque<(usize, Path)> = VecDeque::from([(from, Vec::new())]);
        let mut steps = 0;
        while let Some((node, path)) = open.pop_front() {
            steps += 1;
            let longest = found.first().map_or(LONGEST, |f| (f.len() + DETOUR).min(LONGEST));
            if path.len() >= longest || found.len() >= MOST || steps > 2_000 {
                continue;
            }
            for edge in self.outgoing(node) {
                let next = self.edge(*edge).to;
                let visited = next == from || path.iter().any(|e| self.edge(*e).to == next);
                if visited {
                    continue;
                }
                let longer = [path.as_slice(), &[*edge]].concat();
                if next == to {
                    found.push(longer);
                } else {
                    open.push_back((next, longer));
                }
            }
        }
        found.sort_by_key(|p| (self.roles_played(p, &[]), p.len(), self.guesses(p)));
        found
    }

    /// The best path, where there is one.
    pub fn path(&self, from: usize, to: usize) -> Option<Path> {
        self.paths(from, to).into_iter().next()
    }

    /// Number of edges of a path whose target plays a role that none of `words` (stems) names.
    pub fn roles_played(&self, path: &[usize], words: &[String]) -> usize {
        let unnamed = |e: &&usize| {
            let qualifier = &self.edge(**e).qualifier;
            !qualifier.is_empty() && !qualifier.iter().any(|w| words.contains(w))
        };
        path.iter().filter(unnamed).count()
    }

    /// Whether a path's roles are named by `words` (stems).
    pub fn is_named(&self, path: &[usize], words: &[String]) -> bool {
        path.iter().any(|e| self.edge(*e).qualifier.iter().any(|w| words.contains(w)))
    }

    /// Number of edges of a path that were inferred.
    pub fn guesses(&self, path: &[usize]) -> usize {
        path.iter().filter(|e| self.edge(**e).evidence != EdgeEvidence::Declared).count()
    }

    /// All nodes that a row leads to, with the best path to each, nearest first.
    pub fn reachable(&self, from: usize) -> Vec<(usize, Path)> {
        let mut seen = vec![false; self.nodes().len()];
        seen[from] = true;
        let mut order: Vec<(usize, Path)> = vec![(from, Vec::new())];
        let mut next = 0;
        while next < order.len() {
            let (node, path) = order[next].clone();
            next += 1;
            if path.len() >= LONGEST {
                continue;
            }
            let mut edges: Vec<usize> = self.outgoing(node).to_vec();
            edges.sort_by_key(|e| self.edge(*e).evidence != EdgeEvidence::Declared);
            for edge in edges {
                let to = self.edge(edge).to;
                if !std::mem::replace(&mut seen[to], true) {
                    order.push((to, [path.as_slice(), &[edge]].concat()));
                }
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use catalog::{Catalog, Column, ForeignKey, Statistics, Table, TableKind, TableName, Type};
    use meaning::Ontology;
    use proptest::prelude::*;

    use super::*;

    fn column(name: &str) -> Column {
        let ty = Type::parse("INTEGER");
        Column {
            name: name.to_owned(),
            ty,
            nullable: true,
            default: None,
            generated: false,
            comment: None,
            identity: None,
        }
    }

    /// Tables `t0`, `t1`, ... with a key each and the given references.
    fn graph(tables: usize, references: &[(usize, usize)]) -> Graph {
        let name = |i: usize| TableName::bare(format!("t{i}x"));
        let table = |i: usize| {
            let own = references.iter().enumerate().filter(|(_, (from, _))| *from == i);
            let foreign_keys: Vec<ForeignKey> = own
                .map(|(n, (_, to))| ForeignKey {
                    columns: vec![format!("r{n}")],
                    target: name(*to),
                    target_columns: vec!["k".to_owned()],
                    on_delete: None,
                    on_update: None,
                })
                .collect();
            let columns =
                std::iter::once(column("k")).chain(foreign_keys.iter().map(|k| column(&k.columns[0]))).collect();
            Table {
                name: name(i),
                kind: TableKind::Table,
                columns,
                primary_key: vec!["k".to_owned()],
                unique: Vec::new(),
                foreign_keys,
                indexes: Vec::new(),
                checks: Vec::new(),
                definition: None,
                comment: None,
                identity: None,
            }
        };
        let catalog = Catalog::of_tables((0..tables).map(table));
        let ontology = Ontology::english().unwrap();
        crate::graph::build(&catalog, Arc::new(Statistics::default()), &ontology)
    }

    /// Tables within the longest path, by plain breadth-first search over the references themselves.
    fn within(references: &[(usize, usize)], from: usize) -> HashSet<usize> {
        let mut seen = HashSet::from([from]);
        for _ in 0..LONGEST {
            let next: Vec<usize> = references.iter().filter(|(a, _)| seen.contains(a)).map(|(_, b)| *b).collect();
            seen.extend(next);
        }
        seen
    }

    proptest! {
        #[test]
        fn paths_lead_from_many_to_one_and_never_back(
            references in proptest::collection::vec((0usize..8, 0usize..8), 0..14),
            from in 0usize..8,
            to in 0usize..8,
        ) {
            let references: Vec<(usize, usize)> = references.into_iter().filter(|(a, b)| a != b).collect();
            let graph = graph(8, &references);
            let found = graph.paths(from, to);
            prop_assert_eq!(!found.is_empty(), within(&references, from).contains(&to));
            for path in &found {
                let mut at = from;
                let mut visited = HashSet::from([from]);
                for edge in path.iter().map(|e| graph.edge(*e)) {
                    prop_assert_eq!(edge.from, at);
                    // The referenced side is a key: a step never multiplies rows.
                    prop_assert!(graph.nodes()[edge.to].keys.contains(&edge.to_columns));
                    prop_assert!(visited.insert(edge.to), "a table is visited twice");
                    at = edge.to;
                }
                prop_assert_eq!(at, to);
                prop_assert!(path.len() <= LONGEST);
            }
        }

        #[test]
        fn what_is_reachable_has_a_path(references in proptest::collection::vec((0usize..8, 0usize..8), 0..14), from in 0usize..8) {
            let references: Vec<(usize, usize)> = references.into_iter().filter(|(a, b)| a != b).collect();
            let graph = graph(8, &references);
            let reached: HashSet<usize> = graph.reachable(from).into_iter().map(|(node, _)| node).collect();
            prop_assert_eq!(reached, within(&references, from));
        }
    }
}
