//! A phrase as it is looked for in names: its words, and every spelling under which a word may stand.

use std::collections::HashMap;

use serde::Serialize;

use crate::naming::is_connective;
use crate::ontology::Ontology;
use crate::token::tokenize;
use crate::words::{fold, split_identifier, stem};

/// How a piece of a name stands for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The word itself.
    Same,
    /// Another form of it: plural, participle, number.
    Form,
    /// An abbreviation that the ontology knows.
    Abbreviation,
    /// Another word for the same concept.
    Synonym,
    /// Shortened: its beginning, or its consonants.
    Shortened,
    /// First letters of several words.
    Initials,
    /// Spelled almost like it.
    Alike,
}

/// One spelling under which words of the phrase may stand in a name.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// In lower case.
    pub text: String,
    /// Its letters as a set.
    pub letters: u32,
    /// The words of the phrase that it stands for, first and last.
    pub words: (usize, usize),
    /// How much of them is meant by it, 0 to 1.
    pub quality: f32,
    /// How it stands for them.
    pub way: Way,
}

/// One word of the phrase.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// In lower case, without accents.
    pub text: String,
    /// Its consonants behind its first letter.
    pub skeleton: String,
    /// How much it weighs before anything is known of the names.
    pub weight: f32,
}

/// A phrase that is looked for.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub words: Vec<Word>,
    pub forms: Vec<Form>,
}

/// Words of one phrase that are looked for, at the most.
const MOST_WORDS: usize = 48;
/// Weight of words without content around a term.
const FILLER: f32 = 0.2;
/// Weight of words that only join others.
const JOINING: f32 = 0.2;

/// Abbreviations by what they stand for, where that is one word.
pub(super) type Shorter = HashMap<String, Vec<String>>;

/// Turns the ontology's abbreviations round.
pub(super) fn shorter(ontology: &Ontology) -> Shorter {
    let mut shorter: Shorter = HashMap::new();
    for (short, long) in ontology.abbreviations() {
        for words in long {
            if let [word] = words.as_slice() {
                shorter.entry(stem(word)).or_default().push(short.to_owned());
            }
        }
    }
    shorter
}

impl Query {
    /// The words around a term: the nearer the heavier; words that carry no content hardly count.
    pub fn around(term: &str, context: &str, decay: f32, ontology: &Ontology, shorter: &Shorter) -> Query {
        let mut query = Query::new(context, ontology, shorter);
        let own: Vec<String> = tokenize(term).iter().flat_map(|t| split_identifier(&t.text)).collect();
        let texts: Vec<String> = query.words.iter().map(|w| w.text.clone()).collect();
        let at = texts.windows(own.len().max(1)).position(|w| w == own.as_slice());
        for (i, word) in query.words.iter_mut().enumerate() {
            let distance = at.map_or(0, |at| if i < at { at - i } else { (i + 1).saturating_sub(at + own.len()) });
            word.weight *= decay.powf(distance as f32);
            if at.is_some() && ontology.is_filler(&word.text) {
                word.weight *= FILLER;
            }
        }
        query
    }

    /// Cuts a phrase into words, names as they are stored included, and gathers their spellings.
    pub fn new(phrase: &str, ontology: &Ontology, shorter: &Shorter) -> Query {
        let texts: Vec<String> =
            tokenize(phrase).iter().flat_map(|t| split_identifier(&t.text)).take(MOST_WORDS).collect();
        let mut query = Query { words: texts.iter().map(|t| word(t)).collect(), forms: Vec::new() };
        for (at, text) in texts.iter().enumerate() {
            query.add_forms(at, text, ontology, shorter);
        }
        query.add_phrases(&texts, ontology);
        query.add_initials(&texts);
        query
    }

    fn add(&mut self, text: &str, words: (usize, usize), quality: f32, way: Way) {
        let known = self.forms.iter().any(|f| f.text == text && f.words == words && f.quality >= quality);
        if !text.is_empty() && !known {
            self.forms.push(Form { text: text.to_owned(), letters: letters(text), words, quality, way });
        }
    }

    fn add_forms(&mut self, at: usize, text: &str, ontology: &Ontology, shorter: &Shorter) {
        let (own, stemmed) = ((at, at), stem(text));
        self.add(text, own, 1.0, Way::Same);
        if stemmed.len() >= 3 {
            self.add(&stemmed, own, 0.96, Way::Form);
        }
        if let Some(number) = ordinal(text) {
            self.add(number, own, 0.9, Way::Form);
        }
        for short in shorter.get(&stemmed).into_iter().flatten() {
            self.add(short, own, 0.9, Way::Abbreviation);
        }
        for long in ontology.expansions(text) {
            if let [word] = long.as_slice() {
                self.add(word, own, 0.9, Way::Abbreviation);
            }
        }
        self.add_synonyms(std::slice::from_ref(&stemmed), own, ontology);
    }

    /// Other words for a word or a few of them.
    fn add_synonyms(&mut self, stems: &[String], words: (usize, usize), ontology: &Ontology) {
        for concept in ontology.concepts_of(stems) {
            let others = ontology.concept(concept).iter().filter(|other| other.as_slice() != stems);
            for other in others.filter(|other| other.len() == 1) {
                self.add(&other[0], words, SYNONYM, Way::Synonym);
            }
        }
    }

    /// Several words that one word or abbreviation stands for.
    fn add_phrases(&mut self, texts: &[String], ontology: &Ontology) {
        for from in 0..texts.len() {
            for to in from + 1..texts.len().min(from + 4) {
                let phrase = &texts[from..=to];
                let stems: Vec<String> = phrase.iter().map(|t| stem(t)).collect();
                self.add_synonyms(&stems, (from, to), ontology);
                let short = ontology.abbreviations().filter(|(_, long)| long.iter().any(|l| l.as_slice() == phrase));
                let short: Vec<String> = short.map(|(short, _)| short.to_owned()).collect();
                short.iter().for_each(|s| self.add(s, (from, to), 0.9, Way::Abbreviation));
            }
        }
    }

    /// First letters of several words, and first letters before a whole word (`bpartner`).
    fn add_initials(&mut self, texts: &[String]) {
        let initial = |t: &String| t.chars().next();
        for from in 0..texts.len() {
            let mut letters: String = initial(&texts[from]).into_iter().collect();
            for (to, text) in texts.iter().enumerate().take(from + 5).skip(from + 1) {
                if text.len() >= 4 {
                    self.add(&format!("{letters}{text}"), (from, to), BEFORE_A_WORD, Way::Initials);
                }
                letters.extend(initial(text));
                self.add(&letters, (from, to), INITIALS, Way::Initials);
            }
        }
    }
}

/// What another word for the same concept is worth.
const SYNONYM: f32 = 0.75;
/// What the first letters of several words are worth.
const INITIALS: f32 = 0.7;
/// What first letters before a whole word are worth.
const BEFORE_A_WORD: f32 = 0.8;

/// The letters and digits of a text as a set of bits.
pub(super) fn letters(text: &str) -> u32 {
    text.bytes().fold(0, |set, b| set | 1 << (b % 32))
}

/// The first letter of a word and the consonants behind it.
pub(super) fn skeleton(word: &str) -> String {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    word.char_indices().filter(|(i, c)| *i == 0 || !vowel(*c)).map(|(_, c)| c).collect()
}

fn word(text: &str) -> Word {
    let text = fold(text);
    let joining = is_connective(&text) || matches!(text.as_str(), "by" | "on" | "is" | "at" | "from" | "with" | "or");
    Word { skeleton: skeleton(&text), weight: if joining { JOINING } else { 1.0 }, text }
}

/// Names count where people say "second".
fn ordinal(text: &str) -> Option<&'static str> {
    match text {
        "first" | "one" => Some("1"),
        "second" | "two" => Some("2"),
        "third" | "three" => Some("3"),
        "fourth" | "four" => Some("4"),
        _ => None,
    }
}
