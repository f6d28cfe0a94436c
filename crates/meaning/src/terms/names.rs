//! All names of a schema cut into pieces, each distinct piece once.

use std::collections::HashMap;

use catalog::{Catalog, ColumnRef, TableName};

use super::align::{Alignment, align};
use super::query::Query;
use crate::link::Evidence;
use crate::naming::without_table_prefix;
use crate::values::phrase_words;
use crate::words::split_identifier;

/// One way to call an object, as pieces.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub pieces: Vec<u32>,
    pub evidence: Evidence,
}

#[derive(Clone, Debug)]
pub(super) struct TableNames {
    pub name: TableName,
    pub names: Vec<Name>,
    /// Its columns, as a range of all columns.
    pub columns: std::ops::Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct ColumnNames {
    pub column: ColumnRef,
    pub table: usize,
    pub names: Vec<Name>,
    /// Whether it identifies the rows of its table.
    pub key: bool,
}

/// A piece of names.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub text: String,
    /// Number of columns that have it in their names.
    pub columns: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub pieces: Vec<Piece>,
    pub tables: Vec<TableNames>,
    pub columns: Vec<ColumnNames>,
}

/// Words of a comment that are read, at the most.
const LONGEST_CLAUSE: usize = 6;

impl Names {
    pub fn of(catalog: &Catalog) -> Names {
        let (mut names, mut ids) = (Names::default(), HashMap::new());
        for table in catalog.tables() {
            let own = names.names(&mut ids, &table.name.name, table.comment.as_deref());
            let from = names.columns.len();
            let at = names.tables.len();
            for column in &table.columns {
                let called = names.names(&mut ids, &column.name, column.comment.as_deref());
                let mut pieces: Vec<u32> = called.iter().flat_map(|n| n.pieces.iter().copied()).collect();
                pieces.sort_unstable();
                pieces.dedup();
                pieces.iter().for_each(|p| names.pieces[*p as usize].columns += 1);
                let column_ref = ColumnRef::new(table.name.clone(), column.name.clone());
                let key = matches!(table.primary_key.as_slice(), [only] if *only == column.name);
                names.columns.push(ColumnNames { column: column_ref, table: at, names: called, key });
            }
            let columns = from..names.columns.len();
            names.tables.push(TableNames { name: table.name.clone(), names: own, columns });
        }
        names
    }

    fn names(&mut self, ids: &mut HashMap<String, u32>, identifier: &str, comment: Option<&str>) -> Vec<Name> {
        let words = split_identifier(identifier);
        let bare = without_table_prefix(&words).to_vec();
        let mut names = vec![self.name(ids, if bare.is_empty() { words } else { bare }, Evidence::Name)];
        let clause = comment.and_then(|c| c.split([',', '.', ';', ':', '(', '\n']).next()).map(phrase_words);
        if let Some(words) = clause.filter(|w| !w.is_empty() && w.len() <= LONGEST_CLAUSE) {
            names.push(self.name(ids, words, Evidence::Comment));
        }
        names
    }

    fn name(&mut self, ids: &mut HashMap<String, u32>, words: Vec<String>, evidence: Evidence) -> Name {
        let pieces = words.into_iter().map(|text| {
            let new = self.pieces.len() as u32;
            *ids.entry(text.clone()).or_insert_with(|| {
                self.pieces.push(Piece { text, columns: 0 });
                new
            })
        });
        Name { pieces: pieces.collect(), evidence }
    }

    /// What a phrase explains of each piece, in the order of the pieces.
    pub fn aligned(&self, query: &Query) -> Vec<Option<Alignment>> {
        self.pieces.iter().map(|p| align(query, &p.text)).collect()
    }
}
