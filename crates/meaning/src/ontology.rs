//! The ontology: what a business calls things, as data. Loading validates it as a whole.

use std::collections::{BTreeMap, HashMap};

use fault::{Fault, Kind};
use serde::{Deserialize, Serialize};

use crate::formula::Formula;
pub use crate::own::{Better, Stems, Thresholds};
use crate::own::{Own, Place, Synonym};
use crate::token::tokenize;
use crate::words::stem;

/// How a metric behaves over time and over dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Adds up over everything (revenue).
    Flow,
    /// Adds up over everything but time (cash): the last value of a period counts.
    Balance,
    /// Never added: numerator and denominator are kept to the end.
    Ratio,
    /// Counts things.
    Count,
}

/// What a metric's numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricUnit {
    /// Money.
    Money,
    /// Things.
    Count,
    /// A share of one.
    Share,
    /// A multiple.
    Multiple,
    /// Days.
    Days,
    /// Something that has no name here.
    Plain,
}

/// The side of the ledger on which a class normally stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Debit balances are positive.
    Debit,
    /// Credit balances are positive.
    Credit,
}

/// The statement that a class belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// Profit and loss.
    Income,
    /// Balance sheet.
    Balance,
}

/// A class of ledger accounts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its id.
    pub id: String,
    /// Its normal side.
    pub side: Side,
    /// Its statement.
    pub statement: Statement,
    /// What charts of accounts call it.
    pub words: Vec<String>,
}

/// Whether a statement is about the days of a period or about the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// The days of a period.
    Period,
    /// The end of a day.
    Date,
}

/// What of an account a line of a statement adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// The movement of the period, closing entries left out.
    #[default]
    Movement,
    /// The movement of the period, closing and opening entries left out.
    Flow,
    /// All entries of the period.
    Entries,
    /// All postings up to the last day.
    Balance,
    /// All postings up to the day before the period, and the opening entries of the period.
    Opening,
}

/// A line of a statement: a selection of accounts, or a sum of lines above it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormLine {
    /// Its id, unique in the statement.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Account classes.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Words in the names of the accounts, inside of `classes`.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Words in account names that rule an account out.
    #[serde(default)]
    pub exclude_accounts: Vec<String>,
    /// The metric whose accounts are taken.
    #[serde(default)]
    pub metric: Option<String>,
    /// Whether all accounts are taken.
    #[serde(default)]
    pub everything: bool,
    /// Lines above that are added up; those behind a minus sign are subtracted.
    #[serde(default)]
    pub sum: Vec<String>,
    /// The side on which amounts are positive.
    #[serde(default)]
    pub side: Option<Side>,
    /// What is added up.
    #[serde(default)]
    pub at: At,
    /// Whether the accounts are listed beneath.
    #[serde(default)]
    pub accounts_below: bool,
    /// Whether it is zero in sound books.
    #[serde(default)]
    pub check: bool,
    /// Whether there is no such statement without accounts for it.
    #[serde(default)]
    pub needed: bool,
    /// Whether it is shown where it repeats the subtotal above.
    #[serde(default)]
    pub always: bool,
    /// Which direction is favourable; neither where absent.
    #[serde(default)]
    pub better: Option<Better>,
}

/// A financial statement: what people call it, and its lines.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What people call it.
    pub words: Vec<String>,
    /// What time it is about.
    pub over: Extent,
    /// Whether debits and credits stand in columns of their own.
    #[serde(default)]
    pub sides: bool,
    /// Its lines, in order.
    #[serde(rename = "line", default)]
    pub lines: Vec<FormLine>,
    /// The statement whose lines it has.
    #[serde(default)]
    pub like: Option<String>,
    /// What makes a change worth showing; only accounts that changed so are listed.
    #[serde(default)]
    pub material: Option<Material>,
}

/// What makes a change worth showing: both bounds are met, as shares of one.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// At least this share of the account's own earlier amount; anything is, where there was none.
    pub of_own: catalog::Decimal,
    /// At least this share of the first line.
    pub of_first: catalog::Decimal,
}

/// A business metric.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What people call it.
    pub words: Vec<String>,
    /// How it behaves.
    pub nature: Nature,
    /// What it counts.
    pub unit: MetricUnit,
    /// Which direction is favourable.
    pub better: Better,
    /// Ledger classes that make it up.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Words in the names of the ledger accounts that make it up.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Words in account names that rule an account out.
    #[serde(default)]
    pub exclude_accounts: Vec<String>,
    /// Classes in which `accounts` are looked for, where they differ from `classes`.
    #[serde(default)]
    pub within: Vec<String>,
    /// Words that name a balance kept at points in time.
    #[serde(default)]
    pub snapshot: Vec<String>,
    /// Concept whose things are counted.
    #[serde(default)]
    pub entity: Option<String>,
    /// Concept of the documents that `columns` must belong to.
    #[serde(default)]
    pub event: Option<String>,
    /// Concept of the other side of those documents: they name it or refer to it.
    #[serde(default)]
    pub party: Option<String>,
    /// Scenario words that select it among plan figures.
    #[serde(default)]
    pub scenario: Vec<String>,
    /// Words that name a numeric column holding it.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The line of a statement that it is: the ids of both with a dot between; turned behind a minus sign.
    #[serde(default)]
    pub line: Option<String>,
    /// Whether it means nothing below zero (a runway of cash that grows).
    #[serde(default)]
    pub positive: bool,
    /// Its definition over other metrics.
    #[serde(default)]
    pub formula: Option<Formula>,
    /// Status bands.
    #[serde(default)]
    pub thresholds: Option<Thresholds>,
    /// How it is added up from a table that a user named.
    #[serde(skip)]
    pub own: Option<Own>,
    /// Where a user defined it; none for the built-in ones.
    #[serde(skip)]
    pub place: Option<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: u32,
    language: String,
    class: Vec<Class>,
    #[serde(default)]
    statement: Vec<Form>,
    metric: Vec<Metric>,
    concepts: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    code: Vec<Code>,
    abbreviations: BTreeMap<String, Vec<String>>,
    roles: BTreeMap<String, Vec<String>>,
    filler: Filler,
}

/// Values that a concept is kept as, and the words for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The concept whose columns hold it.
    pub concept: String,
    /// How it is kept, in lower case, the plainest first.
    pub kept: Vec<String>,
    /// What it is called.
    pub words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filler {
    words: Vec<String>,
}

/// The validated ontology of one language.
#[derive(Debug)]
pub struct Ontology {
    /// Language code.
    pub language: String,
    /// Account classes in the order of the file.
    pub classes: Vec<Class>,
    /// Financial statements in the order of the file.
    pub statements: Vec<Form>,
    /// Phrases that name statements, longest first.
    statement_phrases: Vec<(Stems, usize)>,
    metrics: Vec<Metric>,
    metric_by_id: HashMap<String, usize>,
    metric_by_phrase: HashMap<Stems, usize>,
    concept_of: HashMap<Stems, Vec<String>>,
    concepts: BTreeMap<String, Vec<Stems>>,
    /// Values that concepts are kept as, in the order of the file.
    pub codes: Vec<Code>,
    abbreviations: BTreeMap<String, Vec<Vec<String>>>,
    roles: BTreeMap<String, Vec<Stems>>,
    filler: std::collections::HashSet<String>,
    /// What users said that phrases stand for, in the order of their files.
    synonyms: Vec<Synonym>,
    synonym_by_phrase: HashMap<Stems, usize>,
}

const VERSION: u32 = 1;

/// The stems of a phrase.
pub fn stems(phrase: &str) -> Stems {
    tokenize(phrase).iter().map(|t| stem(&t.lower)).collect()
}

impl Ontology {
    /// The ontology that is built in, for English.
    pub fn english() -> Result<Ontology, Fault> {
        Ontology::parse(include_str!("../ontology/en.toml"), "built-in ontology (en)")
    }

    /// Reads and validates an ontology; `place` names the file in faults.
    ///
    /// # Errors
    /// A fault of kind `Config` for text that is no ontology, words claimed by two metrics, formulas
    /// over unknown metrics or in a circle, and unknown classes.
    pub fn parse(text: &str, place: &str) -> Result<Ontology, Fault> {
        let raw: Raw = toml::from_str(text).map_err(|e| config(place, "cannot be read").cause(e.to_string()))?;
        if raw.version != VERSION {
            return Err(config(place, &format!("has version {}, this program reads version {VERSION}", raw.version)));
        }
        let mut ontology = Ontology {
            language: raw.language,
            classes: raw.class,
            statement_phrases: statement_phrases(&raw.statement),
            statements: raw.statement,
            metric_by_id: raw.metric.iter().enumerate().map(|(i, m)| (m.id.clone(), i)).collect(),
            metrics: raw.metric,
            metric_by_phrase: HashMap::new(),
            concept_of: HashMap::new(),
            concepts: all_stems(raw.concepts),
            codes: raw.code,
            abbreviations: raw
                .abbreviations
                .into_iter()
                .map(|(k, v)| (k, v.iter().map(|p| split(p)).collect()))
                .collect(),
            roles: all_stems(raw.roles),
            filler: raw.filler.words.into_iter().collect(),
            synonyms: Vec::new(),
            synonym_by_phrase: HashMap::new(),
        };
        ontology.index_phrases(place)?;
        ontology.check_references(place)?;
        ontology.take_lines(place)?;
        ontology.check_statements(place)?;
        ontology.check_lines(place)?;
        ontology.check_circles(place)?;
        Ok(ontology)
    }

    fn index_phrases(&mut self, place: &str) -> Result<(), Fault> {
        for (i, metric) in self.metrics.iter().enumerate() {
            for word in &metric.words {
                let claimed = self.metric_by_phrase.insert(stems(word), i);
                if let Some(other) = claimed.filter(|other| *other != i) {
                    let text = format!("{word:?} names both {} and {}", self.metrics[other].id, metric.id);
                    return Err(config(place, &text).hint("give the word to one of the two metrics"));
                }
            }
        }
        for (concept, phrases) in &self.concepts {
            for phrase in phrases {
                self.concept_of.entry(phrase.clone()).or_default().push(concept.clone());
            }
        }
        Ok(())
    }

    fn check_references(&self, place: &str) -> Result<(), Fault> {
        let known_class = |id: &String| self.classes.iter().any(|c| c.id == *id);
        for metric in &self.metrics {
            let missing = metric
                .formula
                .iter()
                .flat_map(Formula::names)
                .find(|n| n != "days" && !self.metric_by_id.contains_key(n));
            if let Some(name) = missing {
                return Err(config(place, &format!("{} is defined over {name:?}, which is no metric", metric.id)));
            }
            if let Some(id) = metric.classes.iter().chain(&metric.within).find(|id| !known_class(id)) {
                return Err(config(
                    place,
                    &format!("{} names the account class {id:?}, which is not defined", metric.id),
                ));
            }
            let concept = metric
                .entity
                .iter()
                .chain(&metric.event)
                .chain(&metric.party)
                .find(|c| !self.concepts.contains_key(*c));
            if let Some(id) = concept {
                return Err(config(place, &format!("{} names the concept {id:?}, which is not defined", metric.id)));
            }
        }
        if let Some(code) = self.codes.iter().find(|c| !self.concepts.contains_key(&c.concept)) {
            return Err(config(place, &format!("a code is of the concept {:?}, which is not defined", code.concept)));
        }
        Ok(())
    }

    /// Gives statements that are like another one its lines.
    fn take_lines(&mut self, place: &str) -> Result<(), Fault> {
        for i in 0..self.statements.len() {
            let Some(like) = self.statements[i].like.clone() else { continue };
            let lines = self.statement(&like).map(|other| other.lines.clone()).filter(|lines| !lines.is_empty());
            let id = &self.statements[i].id;
            let lines = lines.ok_or_else(|| config(place, &format!("{id} is like {like:?}, which has no lines")))?;
            self.statements[i].lines = lines;
        }
        Ok(())
    }

    fn check_statements(&self, place: &str) -> Result<(), Fault> {
        for form in &self.statements {
            if let Some(word) = form.words.iter().find(|w| self.metric_named(&stems(w)).is_some()) {
                return Err(config(place, &format!("{word:?} names both the statement {} and a metric", form.id)));
            }
            for (i, line) in form.lines.iter().enumerate() {
                let above = |id: &&str| form.lines[..i].iter().any(|l| l.id == **id);
                let mut sum = line.sum.iter().map(|s| s.trim_start_matches('-'));
                let class = line.classes.iter().find(|c| self.class(c).is_none());
                let metric = line.metric.iter().find(|m| self.metric(m).is_none());
                let unknown = sum.find(|id| !above(id)).or(class.or(metric).map(String::as_str));
                if let Some(id) = unknown {
                    let text = format!("{}: the line {} stands on {id:?}, which is not known there", form.id, line.id);
                    return Err(config(place, &text));
                }
                if line.sum.is_empty() && line.side.is_none() {
                    return Err(config(place, &format!("{}: the line {} has no side", form.id, line.id)));
                }
            }
        }
        Ok(())
    }

    fn check_lines(&self, place: &str) -> Result<(), Fault> {
        let unknown = |m: &&Metric| m.line.is_some() && self.line_of(m).is_none();
        match self.metrics.iter().find(unknown) {
            Some(metric) => {
                let line = metric.line.as_deref().unwrap_or_default();
                Err(config(place, &format!("{} is the line {line:?} of a statement, which is not defined", metric.id)))
            }
            None => Ok(()),
        }
    }

    /// The statement and the line in it that a metric is, and whether its sign is turned; none where it is no line.
    pub fn line_of(&self, metric: &Metric) -> Option<(&Form, &FormLine, bool)> {
        let named = metric.line.as_deref()?;
        let (turned, named) = named.strip_prefix('-').map_or((false, named), |rest| (true, rest));
        let (form, line) = named.split_once('.')?;
        let form = self.statement(form)?;
        Some((form, form.lines.iter().find(|l| l.id == line)?, turned))
    }

    fn check_circles(&self, place: &str) -> Result<(), Fault> {
        for metric in &self.metrics {
            let mut open = vec![metric.id.clone()];
            let mut steps = 0;
            while let Some(id) = open.pop() {
                steps += 1;
                let names = self.metric(&id).and_then(|m| m.formula.as_ref()).map(Formula::names).unwrap_or_default();
                if names.contains(&metric.id) || steps > self.metrics.len() * self.metrics.len() {
                    let place = metric.place.as_ref().map_or_else(|| place.to_owned(), Place::to_string);
                    return Err(config(&place, &format!("{} is defined over itself", metric.id)));
                }
                open.extend(names);
            }
        }
        Ok(())
    }

    /// The statement with this id.
    pub fn statement(&self, id: &str) -> Option<&Form> {
        self.statements.iter().find(|s| s.id == id)
    }

    /// The statement that the first words (as stems) name, and the number of those words.
    pub fn statement_named(&self, words: &[String]) -> Option<(&Form, usize)> {
        let found = self.statement_phrases.iter().find(|(phrase, _)| words.starts_with(phrase))?;
        Some((&self.statements[found.1], found.0.len()))
    }

    /// All metrics in the order of the file.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// The metric with this id.
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metric_by_id.get(id).map(|i| &self.metrics[*i])
    }

    /// The metric that a phrase names, by its stems.
    pub fn metric_named(&self, phrase: &[String]) -> Option<&Metric> {
        self.metric_by_phrase.get(phrase).map(|i| &self.metrics[*i])
    }

    /// All phrases (as stems) that name metrics.
    pub fn metric_phrases(&self) -> impl Iterator<Item = (&Stems, &Metric)> {
        self.metric_by_phrase.iter().map(|(phrase, i)| (phrase, &self.metrics[*i]))
    }

    /// Takes in a user's metric, in the place of the one with its id if there is one. Its words are those of its
    /// `words`; that no other metric has them is for the caller to see to.
    pub(crate) fn take_metric(&mut self, metric: Metric) {
        let at = self.metric_by_id.get(&metric.id).copied().unwrap_or(self.metrics.len());
        self.metric_by_phrase.extend(metric.words.iter().map(|word| (stems(word), at)));
        self.metric_by_id.insert(metric.id.clone(), at);
        match self.metrics.get_mut(at) {
            Some(known) => *known = metric,
            None => self.metrics.push(metric),
        }
    }

    /// Takes in what a user says that a phrase stands for.
    pub(crate) fn take_synonym(&mut self, synonym: Synonym) {
        if let crate::own::Target::Metric(id) = &synonym.target
            && let Some(at) = self.metric_by_id.get(id)
        {
            self.metric_by_phrase.insert(synonym.stems.clone(), *at);
            self.metrics[*at].words.push(synonym.phrase.clone());
        }
        self.synonym_by_phrase.insert(synonym.stems.clone(), self.synonyms.len());
        self.synonyms.push(synonym);
    }

    /// Changes what a metric's numbers amount to.
    pub(crate) fn take_thresholds(&mut self, id: &str, thresholds: Option<Thresholds>) {
        if let Some(at) = self.metric_by_id.get(id) {
            self.metrics[*at].thresholds = thresholds;
        }
    }

    /// Looks for formulas over themselves again, after metrics were taken in.
    pub(crate) fn check_formulas(&self, place: &str) -> Result<(), Fault> {
        self.check_circles(place)
    }

    /// What users said that phrases stand for, in the order of their files.
    pub fn synonyms(&self) -> &[Synonym] {
        &self.synonyms
    }

    /// What a user said that a phrase (as stems) stands for.
    pub fn synonym(&self, phrase: &[String]) -> Option<&Synonym> {
        self.synonym_by_phrase.get(phrase).map(|i| &self.synonyms[*i])
    }

    /// The class with this id.
    pub fn class(&self, id: &str) -> Option<&Class> {
        self.classes.iter().find(|c| c.id == id)
    }

    /// The concepts that a phrase names.
    pub fn concepts_of(&self, phrase: &[String]) -> &[String] {
        self.concept_of.get(phrase).map_or(&[], Vec::as_slice)
    }

    /// The concepts of the other sides of documents, each once, in alphabetical order.
    pub fn parties(&self) -> Vec<&str> {
        let parties: std::collections::BTreeSet<&str> =
            self.metrics.iter().filter_map(|m| m.party.as_deref()).collect();
        parties.into_iter().collect()
    }

    /// All phrases (as stems) of a concept.
    pub fn concept(&self, id: &str) -> &[Stems] {
        self.concepts.get(id).map_or(&[], Vec::as_slice)
    }

    /// What an abbreviation in an identifier may stand for, as words.
    pub fn expansions(&self, abbreviation: &str) -> &[Vec<String>] {
        self.abbreviations.get(abbreviation).map_or(&[], Vec::as_slice)
    }

    /// All abbreviations with what each may stand for, as words, in alphabetical order.
    pub fn abbreviations(&self) -> impl Iterator<Item = (&str, &[Vec<String>])> {
        self.abbreviations.iter().map(|(short, long)| (short.as_str(), long.as_slice()))
    }

    /// The phrases (as stems) that mark a role.
    pub fn role(&self, role: &str) -> &[Stems] {
        self.roles.get(role).map_or(&[], Vec::as_slice)
    }

    /// Whether a word carries no content of its own.
    pub fn is_filler(&self, lower: &str) -> bool {
        self.filler.contains(lower)
    }

    /// Every stem that the ontology knows; the vocabulary for spelling and for cutting run-together names.
    pub fn vocabulary(&self) -> impl Iterator<Item = &String> {
        let metrics = self.metric_by_phrase.keys().flatten();
        let own = self.synonym_by_phrase.keys().flatten();
        metrics.chain(own).chain(self.concept_of.keys().flatten()).chain(self.roles.values().flatten().flatten())
    }
}

fn all_stems(map: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<Stems>> {
    map.into_iter().map(|(id, phrases)| (id, phrases.iter().map(|p| stems(p)).collect())).collect()
}

fn statement_phrases(forms: &[Form]) -> Vec<(Stems, usize)> {
    let phrases = forms.iter().enumerate().flat_map(|(i, form)| form.words.iter().map(move |w| (stems(w), i)));
    let mut phrases: Vec<(Stems, usize)> = phrases.filter(|(phrase, _)| !phrase.is_empty()).collect();
    phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
    phrases
}

fn split(phrase: &str) -> Vec<String> {
    phrase.split(' ').map(str::to_owned).collect()
}

fn config(place: &str, text: &str) -> Fault {
    Fault::new(Kind::Config, "meaning.ontology", format!("{place} {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "version = 1\nlanguage = \"en\"\n[[class]]\nid = \"c\"\nside = \"debit\"\nstatement = \"income\"\nwords = [\"c\"]\n";
    const TAIL: &str = "[concepts]\n[abbreviations]\n[roles]\n[filler]\nwords = []\n";

    fn with_metrics(metrics: &str) -> Result<Ontology, Fault> {
        Ontology::parse(&format!("{HEAD}{metrics}{TAIL}"), "test")
    }

    fn metric(id: &str, rest: &str) -> String {
        format!(
            "[[metric]]\nid = \"{id}\"\nname = \"{id}\"\nnature = \"flow\"\nunit = \"money\"\nbetter = \"up\"\n{rest}\n"
        )
    }

    #[test]
    fn the_built_in_ontology_is_sound() {
        let ontology = Ontology::english().unwrap();
        assert_eq!(ontology.metric_named(&stems("Gross margins")).unwrap().id, "gross_margin");
        assert_eq!(ontology.metric_named(&stems("cogs")).unwrap().id, "cost_of_sales");
        assert!(ontology.metrics().len() > 40);
    }

    #[test]
    fn a_word_with_two_owners_is_an_error_that_names_both() {
        let text = metric("a", "words = [\"cash\"]") + &metric("b", "words = [\"cash\"]");
        let fault = with_metrics(&text).unwrap_err();
        assert!(fault.message.contains("both a and b"), "{fault}");
    }

    #[test]
    fn a_statement_stands_on_lines_above_and_on_words_of_its_own() {
        let form = |line: &str, word: &str| {
            let statement = format!(
                "[[statement]]\nid = \"s\"\nname = \"s\"\nover = \"date\"\nwords = [\"{word}\"]\nline = [{line}]\n"
            );
            with_metrics(&(statement + &metric("a", "words = [\"cash\"]")))
        };
        let plain = "{ id = \"x\", name = \"x\", classes = [\"c\"], side = \"debit\" }";
        assert!(form(plain, "sheet").is_ok());
        assert!(form(plain, "cash").unwrap_err().message.contains("both the statement s and a metric"));
        let sum = "{ id = \"x\", name = \"x\", sum = [\"-y\"] }";
        assert!(form(sum, "sheet").unwrap_err().message.contains("\"y\""));
        assert!(form("{ id = \"x\", name = \"x\" }", "sheet").unwrap_err().message.contains("no side"));
    }

    #[test]
    fn circles_and_unknown_names_are_errors() {
        let circle = metric("a", "words = []\nformula = \"b\"") + &metric("b", "words = []\nformula = \"a\"");
        assert!(with_metrics(&circle).unwrap_err().message.contains("over itself"));
        let unknown = metric("a", "words = []\nformula = \"x + 1\"");
        assert!(with_metrics(&unknown).unwrap_err().message.contains("\"x\""));
        let line = metric("a", "words = []\nline = \"sheet.total\"");
        assert!(with_metrics(&line).unwrap_err().message.contains("\"sheet.total\""));
        let class = metric("a", "words = []\nclasses = [\"zzz\"]");
        assert!(with_metrics(&class).unwrap_err().message.contains("zzz"));
    }
}
