//! Whether every phrase of a question left a trace in its plan.
//!
//! Reading keeps what it cannot explain; resolving may still put a phrase aside that it can. An answer that ignores a
//! phrase answers another question, so this is looked at once more at the end, from the plan alone.

use std::collections::BTreeSet;

use catalog::{ColumnRef, TableName, Value};
use meaning::{Evidence, Link, Meaning, Mention};

use crate::intent::{Fold, Operand};
use crate::knowledge::Knowledge;
use crate::lineage;
use crate::read::Reading;
use crate::semantic::{Aggregation, Predicate, Query, Related, SemanticPlan, Test};

/// How far below the best meaning another one may lie and still be what a phrase is about, where it is a table.
const CLOSE: f64 = 0.05;

/// The first phrase that the plan has nothing of: no meaning of it is a column that is shown, added up, compared with or
/// joined by, or a table that is read; or a text to compare with that nothing is compared with. None where all were
/// heard. Cost: the number of meanings.
pub fn unheard(k: &Knowledge, reading: &Reading, plan: &SemanticPlan) -> Option<String> {
    let used = Used::of(k, &plan.query)?;
    let compared = |text: &str| used.texts.iter().any(|t| t.contains(&text.to_lowercase()));
    let mut phrases = reading.mentions.iter().filter(|m| !is_plain(&m.text));
    let asked = |m: &Mention| reading.intent.asks.iter().any(|a| a.joined && a.mention == *m);
    // What is counted may be kept as a number: employees as headcount.
    let counted = |m: &Mention| {
        used.measures && reading.intent.asks.iter().any(|a| a.mention == *m && a.fold == Some(Fold::Count))
    };
    // "Product category": the first noun says whose the second is.
    let qualifies = |m: &Mention| {
        let next = reading.mentions.iter().find(|n| n.tokens.start == m.tokens.end);
        next.is_some_and(|n| used.is_named_by(n))
    };
    let heard = |m: &Mention| used.explains(m, asked(m)) || counted(m) || compared(&m.text) || qualifies(m);
    let phrase = phrases.find(|m| !heard(m)).map(|m| m.text.clone());
    let mut operands = reading.intent.conditions.iter().filter_map(|c| match &c.operand {
        Operand::Text(text) => Some(text),
        _ => None,
    });
    phrase.or_else(|| operands.find(|text| !compared(text)).cloned())
}

/// Names, numbers and amounts of things are shown in many ways.
fn is_plain(text: &str) -> bool {
    text.split(' ').any(|word| matches!(word, "name" | "names" | "number" | "numbers" | "amount" | "amounts"))
}

/// What a plan reads.
struct Used {
    tables: BTreeSet<TableName>,
    columns: BTreeSet<ColumnRef>,
    /// Tables whose rows are restricted.
    restricted: BTreeSet<TableName>,
    /// Texts and patterns that columns are compared with, in lower case.
    texts: Vec<String>,
    /// Whether numbers are computed.
    measures: bool,
}

impl Used {
    /// None for a statement, whose lines are all shown whatever was asked.
    fn of(k: &Knowledge, query: &Query) -> Option<Used> {
        let mut used = Used {
            tables: BTreeSet::new(),
            columns: lineage::columns(query).into_iter().collect(),
            texts: Vec::new(),
            restricted: BTreeSet::new(),
            measures: !matches!(query, Query::List(_)),
        };
        used.tables.extend(used.columns.iter().map(|c| c.table.clone()));
        match query {
            Query::Aggregate(plan) => used.numbers(k, plan),
            Query::Statement(_) => return None,
            Query::List(listing) => {
                used.fact(k, &listing.root);
                listing.paths.iter().for_each(|p| used.path(k, p));
                listing.filters.iter().for_each(|f| used.predicate(k, f));
                listing.related.iter().for_each(|r| used.related(k, r));
            }
        }
        Some(used)
    }

    fn numbers(&mut self, k: &Knowledge, plan: &Aggregation) {
        for base in &plan.bases {
            self.fact(k, &base.fact);
            base.date.iter().for_each(|d| self.path(k, &d.path));
            base.predicates.iter().for_each(|p| self.predicate(k, p));
        }
        plan.dimensions.iter().flat_map(|d| &d.paths).for_each(|p| self.path(k, p));
        plan.filters.iter().for_each(|f| self.predicate(k, f));
        plan.related.iter().for_each(|r| self.related(k, r));
    }

    fn related(&mut self, k: &Knowledge, related: &Related) {
        self.fact(k, &related.table);
        self.path(k, &related.path);
        related.predicates.iter().for_each(|p| self.predicate(k, p));
    }

    /// The rows of a table, which stand for the things that they refer to as well.
    fn fact(&mut self, k: &Knowledge, table: &TableName) {
        self.tables.insert(table.clone());
        if let Some(node) = k.graph.index(table) {
            self.path(k, k.graph.outgoing(node));
        }
    }

    fn predicate(&mut self, k: &Knowledge, predicate: &Predicate) {
        predicate.paths.iter().for_each(|p| self.path(k, p));
        self.texts.extend(texts(&predicate.test));
        self.restricted.insert(predicate.column.table.clone());
    }

    fn path(&mut self, k: &Knowledge, path: &[usize]) {
        for edge in path {
            let edge = k.graph.edge(*edge);
            for (node, columns) in [(edge.from, &edge.from_columns), (edge.to, &edge.to_columns)] {
                let table = &k.graph.nodes()[node].table.name;
                self.columns.extend(columns.iter().map(|c| ColumnRef::new(table.clone(), c.clone())));
                self.tables.insert(table.clone());
            }
        }
    }

    /// Whether one of the best meanings of a phrase is the name of a column that is used.
    fn is_named_by(&self, mention: &Mention) -> bool {
        let best = mention.links.first().map_or(0.0, |l| l.score);
        mention.links.iter().take_while(|l| l.score >= best - CLOSE).any(|l| match &l.meaning {
            Meaning::Column { column } if matches!(l.evidence, Evidence::Name | Evidence::ShortName) => {
                self.columns.contains(column)
            }
            _ => false,
        })
    }

    /// Whether a phrase is in the plan; one more thing to return (`asked`) has to be there itself.
    fn explains(&self, mention: &Mention, asked: bool) -> bool {
        let best = mention.links.first().map_or(0.0, |l| l.score);
        mention.links.iter().any(|link| self.holds(link, best, asked))
    }

    fn holds(&self, link: &Link, best: f64, asked: bool) -> bool {
        match &link.meaning {
            Meaning::Metric { .. } => self.measures,
            // Another word for a table is weak where a better meaning was passed over.
            Meaning::Table { table } => {
                (link.evidence != Evidence::Synonym || link.score >= best - CLOSE) && self.tables.contains(table)
            }
            // A word of a longer name may only join what stands around it.
            Meaning::Column { column } if link.evidence == Evidence::PartOfName && !asked => {
                self.tables.contains(&column.table)
            }
            Meaning::Column { column } => self.columns.contains(column),
            // An account by its name is one by its key.
            Meaning::Value { column, .. } => self.columns.contains(column) || self.restricted.contains(&column.table),
        }
    }
}

/// The texts of a test, in lower case.
fn texts(test: &Test) -> Vec<String> {
    let lower = |value: &Value| value.to_string().to_lowercase();
    match test {
        Test::Like(pattern) => vec![pattern.to_lowercase()],
        Test::In(values) | Test::NotIn(values) => values.iter().map(lower).collect(),
        Test::Compare(_, value) => vec![lower(value)],
        Test::Between(low, high) => vec![lower(low), lower(high)],
        Test::Either(one, other) => [texts(one), texts(&other.test)].concat(),
        Test::Folded(..) | Test::Null | Test::NotNull => Vec::new(),
    }
}
