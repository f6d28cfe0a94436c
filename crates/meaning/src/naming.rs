//! What a name in a schema may be called in words.

use std::collections::{HashMap, HashSet};

use crate::ontology::Ontology;
use crate::words::{split_identifier, stem};

/// Cuts names into words, run-together ones (`departmentid`) with the help of a vocabulary.
#[derive(Debug)]
pub struct Naming<'o> {
    ontology: &'o Ontology,
    known: HashSet<String>,
}

/// One way to read a name: its words and how much we believe it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spelling {
    /// Lower-case words.
    pub words: Vec<String>,
    /// Whether an abbreviation was written out.
    pub expanded: bool,
}

/// How many ways a name is read at the most.
const MOST_SPELLINGS: usize = 6;

/// Words that only say what sort of object a table is.
const TABLE_PREFIXES: [&str; 13] =
    ["tbl", "tb", "t", "dim", "dimension", "fact", "fct", "f", "d", "vw", "v", "stg", "mst"];

impl<'o> Naming<'o> {
    /// Gathers the vocabulary: words of all names of the schema that are cut cleanly, and the
    /// ontology's own.
    pub fn new<'n>(ontology: &'o Ontology, names: impl Iterator<Item = &'n str>) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for name in names {
            let words = split_identifier(name);
            let trusted = words.len() > 1 || name.len() <= 9;
            for word in words.into_iter().filter(|w| trusted && w.len() >= 2) {
                *counts.entry(word).or_default() += 1;
            }
        }
        let mut known: HashSet<String> = counts.into_keys().collect();
        known.extend(COMMON.iter().map(|w| (*w).to_owned()));
        Naming { ontology, known }
    }

    /// The ways to read a name, most literal first.
    pub fn spellings(&self, name: &str) -> Vec<Spelling> {
        let mut words = Vec::new();
        for word in self.whole_abbreviations(split_identifier(name)) {
            match self.segment(&word) {
                Some(parts) => words.extend(parts),
                None => words.push(word),
            }
        }
        let mut expanded: Vec<Vec<String>> = vec![Vec::new()];
        for word in &words {
            let expansions = self.expansions(word);
            let literal = std::slice::from_ref(word);
            let choices: Vec<&[String]> =
                if expansions.is_empty() { vec![literal] } else { expansions.iter().map(Vec::as_slice).collect() };
            expanded = expanded
                .iter()
                .flat_map(|e| choices.iter().map(move |c| [e.as_slice(), c].concat()))
                .take(MOST_SPELLINGS)
                .collect();
        }
        let written_out = expanded.into_iter().filter(|e| *e != words).map(|words| Spelling { words, expanded: true });
        let mut spellings: Vec<Spelling> = written_out.collect();
        spellings.insert(0, Spelling { words, expanded: false });
        spellings
    }

    /// Puts abbreviations together that capitals cut after their first letter: `LName` is `lname`.
    fn whole_abbreviations(&self, words: Vec<String>) -> Vec<String> {
        let mut whole: Vec<String> = Vec::new();
        for word in words {
            match whole.last_mut().filter(|first| first.chars().count() == 1) {
                Some(first) if !self.ontology.expansions(&format!("{first}{word}")).is_empty() => first.push_str(&word),
                _ => whole.push(word),
            }
        }
        whole
    }

    /// What an abbreviation stands for, also in the plural (`accts`).
    fn expansions(&self, word: &str) -> &'o [Vec<String>] {
        let found = self.ontology.expansions(word);
        match word.strip_suffix('s').filter(|w| found.is_empty() && w.len() >= 2) {
            Some(singular) => self.ontology.expansions(singular),
            None => found,
        }
    }

    /// Cuts a long run-together word into at least two known words, the longest parts first.
    fn segment(&self, word: &str) -> Option<Vec<String>> {
        if word.len() < 6 || !word.is_ascii() || self.is_word(word) {
            return None;
        }
        let mut best: Vec<Option<Vec<usize>>> = vec![None; word.len() + 1];
        best[0] = Some(Vec::new());
        for end in 2..=word.len() {
            for start in (0..end.saturating_sub(1)).rev() {
                let Some(cuts) = &best[start] else { continue };
                let part = &word[start..end];
                let known = part.len() >= 2 && self.is_word(part);
                let shorter = best[end].as_ref().is_none_or(|b| cuts.len() + 1 < b.len());
                if known && shorter {
                    best[end] = Some([cuts.as_slice(), &[start]].concat());
                }
            }
        }
        let cuts = best[word.len()].take().filter(|cuts| cuts.len() >= 2 && cuts.len() <= 4)?;
        let ends = cuts.iter().skip(1).copied().chain([word.len()]);
        Some(cuts.iter().zip(ends).map(|(a, b)| word[*a..b].to_owned()).collect())
    }

    fn is_word(&self, word: &str) -> bool {
        self.known.contains(word)
    }
}

/// Drops words that only say that this is a table.
pub fn without_table_prefix(words: &[String]) -> &[String] {
    match words {
        [first, rest @ ..] if !rest.is_empty() && TABLE_PREFIXES.contains(&first.as_str()) => rest,
        all => all,
    }
}

/// The stems of words, connecting words dropped.
pub fn content_stems(words: &[String]) -> Vec<String> {
    words.iter().filter(|w| !is_connective(w)).map(|w| stem(w)).collect()
}

/// The words in front of the unit that a name ends in (`length_meters`, `sales_in_billion`); all of them where nothing
/// would be left.
pub fn without_unit(stems: &[String]) -> &[String] {
    let end = stems.iter().rposition(|w| !UNITS.contains(&w.as_str())).map_or(0, |at| at + 1);
    // Degrees are one letter, which may as well be the end of a word of one's own.
    let degrees = stems.len() > 2 && stems.last().is_some_and(|w| matches!(w.as_str(), "f" | "c"));
    match end {
        0 => stems,
        _ if degrees => &stems[..stems.len() - 1],
        end => &stems[..end],
    }
}

/// Stems of units that names of numbers end in. Currencies are none: an amount in one is no amount in another.
const UNITS: [&str; 17] = [
    "mph", "kmh", "kph", "km", "kg", "lb", "cm", "mm", "inch", "mile", "meter", "metr", "feet", "ft", "thousand",
    "million", "billion",
];

/// A name that begins with the first letter of its table, written out in stems: `dname` of departments is the
/// department's name.
pub fn led_by_initial(owner: &[String], name: &str) -> Option<Vec<String>> {
    const LED: [&str; 10] = ["name", "number", "no", "num", "id", "code", "type", "title", "date", "desc"];
    let [word] = split_identifier(name).try_into().ok()?;
    let word: String = word;
    let rest = word.strip_prefix(owner.first()?.chars().next()?)?;
    let written_out = match rest {
        "no" | "num" => "number",
        "desc" => "description",
        other => other,
    };
    LED.contains(&rest).then(|| owner.iter().cloned().chain([stem(written_out)]).collect())
}

/// Words that join others inside of a name.
pub fn is_connective(word: &str) -> bool {
    matches!(word, "of" | "the" | "a" | "in" | "for" | "to" | "and")
}

/// English words that turn up in run-together names everywhere.
const COMMON: [&str; 78] = [
    "account",
    "address",
    "amount",
    "balance",
    "bank",
    "birth",
    "budget",
    "business",
    "card",
    "category",
    "city",
    "class",
    "code",
    "company",
    "contact",
    "cost",
    "count",
    "country",
    "credit",
    "currency",
    "customer",
    "date",
    "day",
    "debit",
    "department",
    "description",
    "discount",
    "email",
    "employee",
    "end",
    "first",
    "flag",
    "group",
    "hire",
    "id",
    "invoice",
    "item",
    "job",
    "key",
    "last",
    "line",
    "list",
    "location",
    "manager",
    "month",
    "name",
    "number",
    "order",
    "owner",
    "payment",
    "period",
    "person",
    "phone",
    "postal",
    "price",
    "product",
    "quantity",
    "rate",
    "region",
    "salary",
    "sales",
    "source",
    "start",
    "state",
    "status",
    "store",
    "tax",
    "territory",
    "time",
    "title",
    "total",
    "type",
    "unit",
    "user",
    "value",
    "vendor",
    "year",
    "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_words() {
        let ontology = Ontology::english().unwrap();
        let naming = Naming::new(&ontology, ["hire_date", "payroll"].into_iter());
        let words = |name: &str| naming.spellings(name).into_iter().map(|s| s.words.join(" ")).collect::<Vec<_>>();
        assert_eq!(words("departmentid"), ["department id"]);
        assert_eq!(words("CustAmt"), ["cust amt", "customer amount"]);
        assert!(
            words("inv_dt").contains(&"inventory date".to_owned())
                && words("inv_dt").contains(&"invoice date".to_owned())
        );
        assert_eq!(words("payroll"), ["payroll"]);
    }
}
