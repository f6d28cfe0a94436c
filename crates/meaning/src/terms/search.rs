//! The search: metrics, tables, columns and values that a term may mean.

use std::collections::HashSet;
use std::sync::Arc;

use catalog::{Catalog, Statistics};
use serde::Serialize;

use super::names::{Name, Names};
use super::query::{Query, Shorter, shorter};
use super::rank::{self, FITTED, Matched};
use super::reasons::{self, Found};
use crate::link::{Evidence, Link, Meaning};
use crate::ontology::{Ontology, stems};
use crate::own::{Synonym, Target};
use crate::values::{ValueIndex, phrase_words};
use crate::vocabulary::locate;

/// Metrics that share fewer of their words with a term are not named, of 1.
const RELATED: f64 = 0.5;

/// What a term may mean, best first of each sort.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Findings {
    /// Business metrics of the ontology.
    pub metrics: Vec<Found>,
    /// Tables.
    pub tables: Vec<Found>,
    /// Columns.
    pub columns: Vec<Found>,
    /// Values of the data.
    pub values: Vec<Found>,
}

impl Findings {
    /// All of them, best first; of equal ones metrics, then values, columns and tables.
    pub fn ranked(self) -> Vec<Found> {
        let mut all = [self.metrics, self.values, self.columns, self.tables].concat();
        all.sort_by(|a, b| b.link.score.total_cmp(&a.link.score));
        all
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty() && self.tables.is_empty() && self.columns.is_empty() && self.values.is_empty()
    }
}

/// The names and values of one schema, to be searched.
#[derive(Debug)]
pub struct Terms {
    ontology: Arc<Ontology>,
    shorter: Shorter,
    names: Names,
    values: ValueIndex,
    /// What users said that phrases stand for in this schema.
    own: Vec<(Synonym, Meaning)>,
}

impl Terms {
    /// Takes in all names, comments and sampled values. Cost: some microseconds per name.
    pub fn new(ontology: Arc<Ontology>, catalog: &Catalog, statistics: &Statistics) -> Terms {
        let (names, values) = (Names::of(catalog), ValueIndex::new(statistics));
        let here = |s: &Synonym| Some((s.clone(), locate(catalog, statistics, &s.target).ok()?));
        let own = ontology.synonyms().iter().filter_map(here).collect();
        Terms { shorter: shorter(&ontology), ontology, names, values, own }
    }

    /// What a term may mean, at most `limit` of each sort. `context` is the question around it: tables that its
    /// other words name come first. Cost: grows with the number of distinct words in names; 15,000 columns take
    /// milliseconds.
    pub fn find(&self, term: &str, context: Option<&str>, limit: usize) -> Findings {
        // A phrase for a business word is looked for as that word.
        let term = match self.ontology.synonym(&stems(term)) {
            Some(Synonym { target: Target::Word(_), written, .. }) => written,
            _ => term,
        };
        let (mut tables, mut columns) = self.names(term, context, limit);
        tables.truncate(limit);
        let mut values = self.values(term, limit);
        for found in self.own(term) {
            let of_sort = match &found.link.meaning {
                Meaning::Table { .. } => &mut tables,
                Meaning::Column { .. } => &mut columns,
                Meaning::Value { .. } => &mut values,
                Meaning::Metric { .. } => continue,
            };
            of_sort.retain(|other| other.link.meaning != found.link.meaning);
            of_sort.insert(0, found);
            of_sort.truncate(limit);
        }
        Findings { metrics: self.metrics(term, limit), tables, columns, values }
    }

    /// What a user said that a term stands for.
    fn own(&self, term: &str) -> Vec<Found> {
        let wanted = stems(term);
        let found = self.own.iter().filter(|(synonym, _)| synonym.stems == wanted);
        let found = found.map(|(synonym, meaning)| Found {
            link: Link { meaning: meaning.clone(), score: 1.0, evidence: Evidence::Own },
            because: Vec::new(),
            place: Some(synonym.place.clone()),
        });
        found.collect()
    }

    fn matched(&self, term: &str) -> Matched<'_> {
        Matched::new(&self.names, Query::new(term, &self.ontology, &self.shorter))
    }

    fn names(&self, term: &str, context: Option<&str>, limit: usize) -> (Vec<Found>, Vec<Found>) {
        let matched = self.matched(term);
        let near = context.filter(|c| !c.trim().is_empty()).map(|context| {
            let query = Query::around(term, context, FITTED.decay, &self.ontology, &self.shorter);
            Matched::new(&self.names, query)
        });
        let tables = rank::tables(&matched, near.as_ref());
        let column = |c| rank::column(&matched, c, &tables[c.table], near.is_some());
        let scored = self.names.columns.iter().enumerate().map(|(i, c)| (column(c), i));
        let columns =
            best(scored.map(|((score, name), i)| (score, i, name)), limit).into_iter().map(|(score, i, name)| {
                let column = &self.names.columns[i];
                let own = &column.names[name];
                let table = &self.names.tables[column.table].names[0];
                self.found(Meaning::Column { column: column.column.clone() }, score, &matched, own, Some(table))
            });
        let of_table = best(tables.iter().enumerate().map(|(i, t)| (t.score, i, 0)), limit).into_iter();
        let tables = of_table.map(|(score, i, _)| {
            let table = &self.names.tables[i];
            self.found(Meaning::Table { table: table.name.clone() }, score, &matched, &table.names[0], None)
        });
        (tables.collect(), columns.collect())
    }

    fn found(&self, meaning: Meaning, score: f32, term: &Matched<'_>, name: &Name, owner: Option<&Name>) -> Found {
        let mut because = reasons::reasons(&self.names, name, &term.query, &term.aligned);
        let evidence = reasons::evidence(name, term.explained(name, &[]), &because);
        // Words that only the table's name has.
        let told: HashSet<String> = because.iter().map(|r| r.word.clone()).collect();
        let more = owner.map(|o| reasons::reasons(&self.names, o, &term.query, &term.aligned)).unwrap_or_default();
        because.extend(more.into_iter().filter(|r| !told.contains(&r.word)));
        Found { link: Link { meaning, score: round(score), evidence }, because, place: None }
    }

    /// Metrics called so, and those that share most of their words with the term.
    fn metrics(&self, term: &str, limit: usize) -> Vec<Found> {
        let wanted = stems(term);
        let likeness = |phrase: &[String]| {
            let common = phrase.iter().filter(|w| wanted.contains(w)).count();
            let most = phrase.len() + wanted.len();
            if phrase == wanted.as_slice() { 1.0 } else { 0.95 * 2.0 * common as f64 / most.max(1) as f64 }
        };
        let mut metrics: Vec<(f64, &str)> = Vec::new();
        for metric in self.ontology.metrics() {
            let score = metric.words.iter().map(|w| likeness(&stems(w))).fold(0.0, f64::max);
            if score > RELATED {
                metrics.push((score, &metric.id));
            }
        }
        metrics.sort_by(|a, b| b.0.total_cmp(&a.0));
        metrics.truncate(limit);
        let found = |(score, id): (f64, &str)| {
            let defined = self.ontology.metric(id).and_then(|m| m.place.as_ref());
            let named = self.ontology.synonym(&wanted).map(|s| &s.place).filter(|_| score == 1.0);
            let place = named.or(defined).cloned();
            let evidence = match (score == 1.0, &place) {
                (true, None) => Evidence::Vocabulary,
                (true, Some(_)) => Evidence::Own,
                (false, _) => Evidence::PartOfName,
            };
            let meaning = Meaning::Metric { id: id.to_owned() };
            Found { link: Link { meaning, score: round(score as f32), evidence }, because: Vec::new(), place }
        };
        metrics.into_iter().map(found).collect()
    }

    /// Values called so, and those that have a rare word of the term.
    fn values(&self, term: &str, limit: usize) -> Vec<Found> {
        let words = phrase_words(term);
        let mut links = self.values.find(&words);
        if links.is_empty() {
            links = words.iter().flat_map(|w| self.values.find_part(w)).collect();
        }
        let mut seen = HashSet::new();
        links.retain(|l| seen.insert(l.meaning.to_string()));
        links.into_iter().take(limit).map(|link| Found { link, because: Vec::new(), place: None }).collect()
    }
}

/// The best scores above nothing, in order; of equal ones the first.
fn best(scored: impl Iterator<Item = (f32, usize, usize)>, limit: usize) -> Vec<(f32, usize, usize)> {
    let mut scored: Vec<(f32, usize, usize)> = scored.filter(|s| s.0 > 0.0).collect();
    let order = |a: &(f32, usize, usize), b: &(f32, usize, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if scored.len() > limit && limit > 0 {
        scored.select_nth_unstable_by(limit - 1, order);
        scored.truncate(limit);
    }
    scored.sort_by(order);
    scored.truncate(limit);
    scored
}

/// Three digits are enough for a rank.
fn round(score: f32) -> f64 {
    (f64::from(score.clamp(0.0, 1.0)) * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::file;

    fn terms(catalog: &str) -> Terms {
        let catalog = file::read(catalog.as_bytes()).unwrap();
        Terms::new(Arc::new(Ontology::english().unwrap()), &catalog, &Statistics::default())
    }

    fn first(terms: &Terms, term: &str, context: Option<&str>) -> String {
        terms.find(term, context, 3).columns.first().map(|f| f.link.meaning.to_string()).unwrap_or_default()
    }

    const SHOP: &str = r#"{"tables": {
        "tbl_cust": ["cust_id", "nm", "regn_cd", "createdby", "zipcode"],
        "purch_ord_hdr": ["ord_no", "ord_dt", "dlvry_dt", "qty_ordrd", "cust_id", "isphantomdelivery"],
        "lager": ["bin", "ssn", "osk_layout", "phone2"],
        "staff": ["name", "salary"],
        "shelf": ["name", "width"]}}"#;

    #[test]
    fn shortened_words_are_found_by_their_letters() {
        let shop = terms(SHOP);
        for (term, column) in [
            ("order date", "purch_ord_hdr.ord_dt"),
            ("delivery date", "purch_ord_hdr.dlvry_dt"),
            ("region code", "tbl_cust.regn_cd"),
            ("ordered quantity", "purch_ord_hdr.qty_ordrd"),
            ("order number", "purch_ord_hdr.ord_no"),
            ("customer name", "tbl_cust.nm"),
        ] {
            assert_eq!(first(&shop, term, None), column, "{term}");
        }
    }

    #[test]
    fn run_together_names_initials_forms_and_numbers_are_found() {
        let shop = terms(SHOP);
        for (term, column) in [
            ("phantom delivery", "purch_ord_hdr.isphantomdelivery"),
            ("creator", "tbl_cust.createdby"),
            ("social security number", "lager.ssn"),
            ("on screen keyboard layout", "lager.osk_layout"),
            ("2nd phone", "lager.phone2"),
            ("zip codes", "tbl_cust.zipcode"),
            ("salery", "staff.salary"),
        ] {
            assert_eq!(first(&shop, term, None), column, "{term}");
        }
    }

    #[test]
    fn the_words_around_choose_among_tables() {
        let shop = terms(SHOP);
        assert_eq!(first(&shop, "name", Some("names of all staff with their salary")), "staff.name");
        assert_eq!(first(&shop, "name", Some("the name and the width of each shelf")), "shelf.name");
    }

    #[test]
    fn what_nothing_explains_is_not_found_and_scores_end_at_one() {
        let shop = terms(SHOP);
        assert!(shop.find("xylograph", None, 5).is_empty());
        assert!(shop.find("", Some("staff"), 5).is_empty());
        let found = shop.find("salary", Some("salary of staff"), 5).ranked();
        assert!(found.iter().all(|f| (0.0..=1.0).contains(&f.link.score)), "{found:?}");
        assert!(found.windows(2).all(|w| w[0].link.score >= w[1].link.score));
    }

    #[test]
    fn why_is_said_in_words() {
        let shop = terms(SHOP);
        let found = &shop.find("customer region code", None, 1).columns[0];
        let why: Vec<String> = found.because.iter().map(ToString::to_string).collect();
        assert_eq!(why, ["regn: short for region", "cd: short for code", "cust: short for customer"]);
        assert_eq!(found.link.evidence, Evidence::Abbreviation);
    }

    #[test]
    fn metrics_are_found_beside_names() {
        let shop = terms(SHOP);
        let metric = |term: &str| shop.find(term, None, 3).metrics.first().map(|f| f.link.meaning.to_string());
        assert_eq!(metric("DSO").as_deref(), Some("metric dso"));
        assert_eq!(metric("gross margin percent").as_deref(), Some("metric gross_margin"));
        assert_eq!(metric("zebra"), None);
    }
}
