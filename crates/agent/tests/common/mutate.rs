//! Questions of the corpus and what becomes of them when words are swapped, dropped, doubled, misspelled or joined.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::corpus::{self, Question};

/// A mutation of a question.
#[derive(Clone, Debug)]
pub enum Change {
    Swap(usize, usize),
    Drop(usize),
    Double(usize),
    Typo(usize, usize),
    Insert(usize, &'static str),
    Join(usize),
}

const STRANGE: [&str; 24] = [
    "\"",
    "'",
    "`",
    "\\",
    ";",
    "--",
    "%",
    "_",
    "(",
    ")",
    ",",
    "not",
    "without",
    "by",
    "top",
    "vs",
    "é",
    "東京",
    "🚀",
    "\u{202e}",
    "1e400",
    "-0.0",
    "99999999999999999999",
    "between",
];

/// Any mutation.
pub fn change() -> impl Strategy<Value = Change> {
    let at = 0usize..16;
    prop_oneof![
        (at.clone(), at.clone()).prop_map(|(a, b)| Change::Swap(a, b)),
        at.clone().prop_map(Change::Drop),
        at.clone().prop_map(Change::Double),
        (at.clone(), at.clone()).prop_map(|(a, b)| Change::Typo(a, b)),
        (at.clone(), prop::sample::select(STRANGE.to_vec())).prop_map(|(a, w)| Change::Insert(a, w)),
        at.prop_map(Change::Join),
    ]
}

/// The question after the changes.
pub fn mutated(question: &str, changes: &[Change]) -> String {
    let mut words: Vec<String> = question.split_whitespace().map(str::to_owned).collect();
    for change in changes {
        let n = words.len();
        if n == 0 {
            break;
        }
        match change {
            Change::Swap(a, b) => words.swap(a % n, b % n),
            Change::Drop(a) => drop(words.remove(a % n)),
            Change::Double(a) => words.insert(a % n, words[a % n].clone()),
            Change::Typo(a, b) => {
                let mut letters: Vec<char> = words[a % n].chars().collect();
                if !letters.is_empty() {
                    letters.remove(b % letters.len());
                }
                words[a % n] = letters.into_iter().collect();
            }
            Change::Insert(a, word) => words.insert(a % (n + 1), (*word).to_owned()),
            Change::Join(a) => {
                let word = words.remove(a % n);
                words.last_mut().into_iter().for_each(|last| last.push_str(&word));
            }
        }
    }
    words.join(" ")
}

/// Questions of the corpus, or words of several of them, changed a little.
pub fn question() -> impl Strategy<Value = String> {
    let asked: Vec<String> = corpus::cases().iter().map(|c| Question::read(c).ask).filter(|q| q.len() < 400).collect();
    let words: BTreeSet<String> = asked.iter().flat_map(|q| q.split_whitespace().map(str::to_owned)).collect();
    let words: Vec<String> = words.into_iter().collect();
    let whole = prop::sample::select(asked);
    let mixed = prop::collection::vec(prop::sample::select(words), 1..14).prop_map(|w| w.join(" "));
    (prop_oneof![3 => whole, 2 => mixed], prop::collection::vec(change(), 0..5)).prop_map(|(q, c)| mutated(&q, &c))
}

/// Equal on every run and machine.
pub fn runner(cases: u32, stream: u8) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[stream; 32]))
}
