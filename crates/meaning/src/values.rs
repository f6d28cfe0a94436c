//! The value index: which columns hold what people say ("EMEA", "acme").
//!
//! Bounded: at most 60,000 values of at most 80 characters, 4 MiB of text together, of the at most 1,000 values that
//! sampling keeps of each column. What stands beyond that, or came into the data later, is looked up in the data when a
//! question names it (`agent`).

use std::collections::{HashMap, HashSet};

use catalog::{ColumnRef, Statistics, Value};

use crate::link::{Evidence, Link, Meaning};
use crate::naming::is_connective;
use crate::token::tokenize;
use crate::words::{fold, stem};

/// Values kept at the most, over all columns.
const MOST_VALUES: usize = 60_000;
/// Longest value that is kept, in characters.
const LONGEST: usize = 80;
/// Text kept at the most, over all values, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// A word that occurs in more values than this finds none of them.
const COMMON_WORD: usize = 24;

/// Sampled text values by their words.
#[derive(Clone, Debug, Default)]
pub struct ValueIndex {
    values: Vec<(ColumnRef, Value)>,
    bytes: usize,
    whole: HashMap<String, Vec<u32>>,
    by_word: HashMap<String, Vec<u32>>,
    /// By the words without the legal form of a company.
    bare: HashMap<String, Vec<u32>>,
    initials: HashMap<String, Vec<u32>>,
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

    /// The same index with further values, such as were looked up in the data. Cost: a copy.
    #[must_use]
    pub fn with(&self, found: &[(ColumnRef, Value)]) -> ValueIndex {
        let mut index = self.clone();
        for (column, value) in found {
            if !index.holds(column, value) {
                index.add(column.clone(), value);
            }
        }
        index
    }

    fn holds(&self, column: &ColumnRef, value: &Value) -> bool {
        let Value::Text(text) = value else { return false };
        let ids = self.whole.get(&phrase_words(text).join(" "));
        let same = |id: &u32| self.values[*id as usize] == (column.clone(), value.clone());
        ids.is_some_and(|ids| ids.iter().any(same))
    }

    fn add(&mut self, column: ColumnRef, value: &Value) {
        let Value::Text(text) = value else { return };
        let words = phrase_words(text);
        let full = self.values.len() >= MOST_VALUES || self.bytes + text.len() > MOST_BYTES;
        if full || text.chars().count() > LONGEST || words.is_empty() {
            return;
        }
        let id = self.values.len() as u32;
        self.bytes += text.len();
        self.values.push((column, value.clone()));
        self.whole.entry(words.join(" ")).or_default().push(id);
        let bare = without_legal_form(&words);
        if bare.len() < words.len() {
            self.bare.entry(bare.join(" ")).or_default().push(id);
        }
        if let Some(letters) = initials(bare) {
            self.initials.entry(letters).or_default().push(id);
        }
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

    /// The values of words that stand alone in a question and mean nothing else: without the legal form of a company
    /// ("Acme" for "Acme Inc"), then in part, where few values have these words side by side.
    pub fn find_loosely(&self, words: &[String]) -> Vec<Link> {
        let folded: Vec<String> = words.iter().map(|w| fold(w)).collect();
        let bare = without_legal_form(&folded).join(" ");
        let ids = [self.bare.get(&bare), self.whole.get(&bare)].into_iter().flatten().flatten().copied();
        let ids: Vec<u32> = ids.collect::<HashSet<u32>>().into_iter().collect();
        if !ids.is_empty() {
            return self.links(Some(&sorted(ids)), 0.88, Evidence::PartOfValue);
        }
        match folded.as_slice() {
            [] => Vec::new(),
            // "Inc" alone names nobody, however few companies are called so.
            [word] if is_legal_form(word) => Vec::new(),
            [word] => self.find_part(word),
            [first, ..] => {
                let ids = self.by_word.get(first).map_or(&[] as &[u32], Vec::as_slice);
                let beside = |id: &u32| {
                    let value = phrase_words(&self.values[*id as usize].1.to_string());
                    value.windows(folded.len()).any(|w| w == folded.as_slice())
                };
                let ids: Vec<u32> = ids.iter().filter(|id| beside(id)).take(COMMON_WORD + 1).copied().collect();
                let few = ids.len() <= COMMON_WORD;
                self.links(few.then_some(&ids), 0.8, Evidence::PartOfValue)
            }
        }
    }

    /// The values whose words begin with these letters ("UK" for "United Kingdom"), where that is one value of a column.
    pub fn find_initials(&self, letters: &str) -> Vec<Link> {
        let ids = self.initials.get(&fold(letters)).filter(|ids| ids.len() <= COMMON_WORD);
        self.links(ids, 0.7, Evidence::PartOfValue)
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

fn sorted(mut ids: Vec<u32>) -> Vec<u32> {
    ids.sort_unstable();
    ids
}

/// Legal forms of companies, which people leave out; in lower case, without points.
const LEGAL_FORMS: [&str; 30] = [
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "llp",
    "lp",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "aps",
    "pty",
    "pte",
    "kk",
];

fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.contains(&word) || word == "&"
}

/// The words in front of a legal form ("Acme" of "Acme Inc", "Acme & Co KG"); all of them where nothing would be left.
fn without_legal_form(words: &[String]) -> &[String] {
    let end = words.iter().rposition(|w| !is_legal_form(w)).map_or(0, |at| at + 1);
    if end == 0 { words } else { &words[..end] }
}

/// The first letters of two to five words; connecting ones may have none of their own.
fn initials(words: &[String]) -> Option<String> {
    let content: Vec<&String> = words.iter().filter(|w| !is_connective(w)).collect();
    let letters = (2..=5).contains(&content.len()) && content.iter().all(|w| w.chars().all(char::is_alphabetic));
    letters.then(|| content.iter().filter_map(|w| w.chars().next()).collect())
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
    fn legal_forms_parts_and_initials_are_found_loosely() {
        let index =
            index(&["Acme Inc", "Acme Paint Works", "Blue Harbor Trading Ltd", "Müller & Co KG", "United Kingdom"]);
        let loosely =
            |words: &[&str]| found(&index.find_loosely(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()));
        assert_eq!(loosely(&["acme"]), ["t.c = Acme Inc"], "whole but for its legal form");
        assert_eq!(loosely(&["acme", "corp"]), ["t.c = Acme Inc"]);
        assert_eq!(loosely(&["muller"]), ["t.c = Müller & Co KG"]);
        assert_eq!(loosely(&["blue", "harbor"]), ["t.c = Blue Harbor Trading Ltd"]);
        assert!(loosely(&["harbor", "blue"]).is_empty() && loosely(&["inc"]).is_empty());
        assert_eq!(found(&index.find_initials("UK")), ["t.c = United Kingdom"]);
        assert!(index.find_initials("UN").is_empty());
    }

    #[test]
    fn values_that_were_looked_up_join_the_index_once() {
        let before = index(&["Acme Inc"]);
        let column = ColumnRef::new(TableName::bare("t"), "c");
        let found = [(column.clone(), Value::from("Acme Inc")), (column, Value::from("Zenith"))];
        let after = before.with(&found);
        assert_eq!((before.len(), after.len()), (1, 2));
        assert_eq!(after.find(&["zenith".to_owned()]).len(), 1);
    }

    #[test]
    fn the_index_is_bounded_in_number_and_in_bytes() {
        let names: Vec<String> = (0..200_000).map(|i| format!("Company {i}")).collect();
        let texts: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(index(&texts).len(), MOST_VALUES);
        let long: Vec<String> = (0..MOST_VALUES).map(|i| format!("{i:x>80}")).collect();
        let texts: Vec<&str> = long.iter().map(String::as_str).collect();
        assert_eq!(index(&texts).len(), MOST_BYTES / 80);
    }

    #[test]
    fn long_values_are_left_out() {
        assert!(index(&["x".repeat(200).as_str()]).is_empty());
    }
}
