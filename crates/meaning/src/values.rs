//! The value index: which columns hold what people say ("EMEA", "acme").

use std::collections::HashMap;

use catalog::{ColumnRef, Statistics, Value};

use crate::link::{Evidence, Link, Meaning};
use crate::token::tokenize;
use crate::words::{fold, stem};

/// Values kept at the most, over all columns.
const MOST_VALUES: usize = 60_000;
/// Longest value that is kept, in characters.
const LONGEST: usize = 80;
/// A word that occurs in more values than this finds none of them.
const COMMON_WORD: usize = 24;

/// Sampled text values by their words.
#[derive(Debug, Default)]
pub struct ValueIndex {
    values: Vec<(ColumnRef, Value)>,
    whole: HashMap<String, Vec<u32>>,
    by_word: HashMap<String, Vec<u32>>,
}

impl ValueIndex {
    /// Builds the index from sampled values; bounded in number and length.
    pub fn new(statistics: &Statistics) -> Self {
        let mut index = ValueIndex::default();
        for (table, table_statistics) in &statistics.tables {
            for (column, column_statistics) in &table_statistics.columns {
                for (value, _) in &column_statistics.values {
                    index.add(ColumnRef::new(table.clone(), column.clone()), value);
                }
            }
        }
        index
    }

    fn add(&mut self, column: ColumnRef, value: &Value) {
        let Value::Text(text) = value else { return };
        let words = phrase_words(text);
        if self.values.len() >= MOST_VALUES || text.chars().count() > LONGEST || words.is_empty() {
            return;
        }
        let id = self.values.len() as u32;
        self.values.push((column, value.clone()));
        self.whole.entry(words.join(" ")).or_default().push(id);
        if words.len() > 1 {
            for word in words.iter().filter(|w| w.len() >= 3) {
                let ids = self.by_word.entry(word.clone()).or_default();
                if ids.last() != Some(&id) {
                    ids.push(id);
                }
            }
        }
    }

    /// Number of indexed values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing is indexed.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values that a phrase names: whole values first, also in singular for plural.
    pub fn find(&self, words: &[String]) -> Vec<Link> {
        let exact = words.iter().map(|w| fold(w)).collect::<Vec<_>>().join(" ");
        let mut links = self.links(self.whole.get(&exact), 0.97, Evidence::Data);
        if links.is_empty() {
            let singular = words.iter().map(|w| singular(w)).collect::<Vec<_>>().join(" ");
            links = self.links(self.whole.get(&singular), 0.92, Evidence::Data);
        }
        links
    }

    /// The values that contain a word, where the word is rare enough to name them.
    pub fn find_part(&self, word: &str) -> Vec<Link> {
        let ids = self.by_word.get(&fold(word)).filter(|ids| ids.len() <= COMMON_WORD);
        self.links(ids, 0.72, Evidence::PartOfValue)
    }

    /// The words of all values, for spelling.
    pub fn words(&self) -> impl Iterator<Item = &String> {
        self.by_word.keys().chain(self.whole.keys().filter(|w| !w.contains(' ')))
    }

    fn links(&self, ids: Option<&Vec<u32>>, score: f64, evidence: Evidence) -> Vec<Link> {
        let mut links = Vec::new();
        for id in ids.into_iter().flatten() {
            let (column, value) = &self.values[*id as usize];
            links.push(Link {
                meaning: Meaning::Value { column: column.clone(), value: value.clone() },
                score,
                evidence,
            });
        }
        links
    }
}

/// The folded words of a value or a phrase.
pub fn phrase_words(text: &str) -> Vec<String> {
    tokenize(text).iter().map(|t| fold(&t.lower)).collect()
}

fn singular(word: &str) -> String {
    let folded = fold(word);
    let candidates = [("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")];
    for (ending, replacement) in candidates {
        if let Some(base) = folded.strip_suffix(ending).filter(|b| b.len() >= 2) {
            return format!("{base}{replacement}");
        }
    }
    folded
}

/// Whether two texts have the same stems: "Wholesaler" and "wholesalers".
pub fn same_stems(a: &str, b: &str) -> bool {
    let stems = |text: &str| phrase_words(text).iter().map(|w| stem(w)).collect::<Vec<_>>();
    stems(a) == stems(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::{ColumnStatistics, TableName, TableStatistics};

    fn index(values: &[&str]) -> ValueIndex {
        let column =
            ColumnStatistics { values: values.iter().map(|v| (Value::from(*v), 1)).collect(), ..Default::default() };
        let table = TableStatistics { columns: [("c".to_owned(), column)].into(), ..Default::default() };
        ValueIndex::new(&Statistics { tables: [(TableName::bare("t"), table)].into() })
    }

    fn found(links: &[Link]) -> Vec<String> {
        links.iter().map(|l| l.meaning.to_string()).collect()
    }

    #[test]
    fn whole_values_parts_and_plurals_are_found() {
        let index = index(&["EMEA", "Acme Corporation", "Retailer", "Müller & Co"]);
        let find = |words: &[&str]| found(&index.find(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()));
        assert_eq!(find(&["emea"]), ["t.c = EMEA"]);
        assert_eq!(find(&["acme", "corporation"]), ["t.c = Acme Corporation"]);
        assert_eq!(find(&["retailers"]), ["t.c = Retailer"]);
        assert_eq!(find(&["muller", "&", "co"]), ["t.c = Müller & Co"]);
        assert_eq!(found(&index.find_part("acme")), ["t.c = Acme Corporation"]);
        assert!(find(&["acme"]).is_empty());
    }

    #[test]
    fn long_values_are_left_out() {
        assert!(index(&["x".repeat(200).as_str()]).is_empty());
    }
}
