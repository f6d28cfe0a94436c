//! All that is known of one snapshot of a schema, built once and shared by all questions over it.

use std::sync::Arc;

use catalog::{Catalog, ColumnRef, Statistics};
use meaning::{Lexicon, Ontology};
use meaning::naming::Naming;

use crate::graph::Graph;
use crate::ledger::{self, Ledger};
use crate::semantic::Dated;

/// Lexicon, graph and ledger of one snapshot.
#[derive(Debug)]
pub struct Knowledge {
    /// The ontology.
    pub ontology: Arc<Ontology>,
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// Phrases.
    pub lexicon: Lexicon,
    /// Tables and references.
    pub graph: Graph,
    /// The ledger, where there is one.
    pub ledger: Option<Ledger>,
    /// The date of each node's rows.
    pub dates: Vec<Option<Dated>>,
}

impl Knowledge {
    /// Builds all of it. Cost: some microseconds per column.
    pub fn new(ontology: Arc<Ontology>, catalog: Arc<Catalog>, statistics: Arc<Statistics>) -> Knowledge {
        let graph = Graph::new(&catalog, statistics.clone(), &ontology);
        let names = catalog.tables().flat_map(|t| {
            std::iter::once(t.name.name.as_str()).chain(t.columns.iter().map(|c| c.name.as_str()))
        });
        let naming = Naming::new(&ontology, names);
        let ledger = ledger::find(&graph, &ontology, &naming);
        let dates = (0..graph.nodes().len()).map(|node| ledger::event_date(&graph, &ontology, &naming, node)).collect();
        drop(naming);
        let lexicon = Lexicon::new(ontology.clone(), &catalog, &statistics);
        Knowledge { ontology, catalog, lexicon, graph, ledger, dates }
    }

    /// The date of the rows of a node.
    pub fn date_of(&self, node: usize) -> Option<&Dated> {
        self.dates.get(node).and_then(Option::as_ref)
    }

    /// Whether a column exists.
    pub fn has(&self, column: &ColumnRef) -> bool {
        self.catalog.table(&column.table).is_some_and(|t| t.column(&column.column).is_some())
    }
}
