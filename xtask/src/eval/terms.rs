//! Scores sets of business terms with known columns: `terms/SET.jsonl` over `catalogs/DB.json.gz` or
//! `sqlite/SET/DB.sqlite`. Needs no rows and no SQL.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use catalog::{Catalog, Statistics, file};
use connect::{Address, Scope};
use meaning::terms::Terms;
use meaning::{Meaning, Ontology};
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;

use super::options::Options;
use super::questions::{self, lines};
use super::summary::percent;
use crate::error::Error;

/// Columns looked at, at the most.
const DEEPEST: usize = 10;

/// A term with the columns that it is known to mean.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Item {
    /// Its name, unique in its set.
    pub id: String,
    /// The catalog it is about.
    pub db: String,
    /// The term.
    pub term: String,
    /// The question or the form around it.
    #[serde(default)]
    pub context: Option<String>,
    /// Columns that are right, `table.column`.
    pub gold_columns: Vec<String>,
    /// Whether the term is spelled in the name, where known.
    #[serde(default)]
    pub literal: Option<bool>,
}

/// What came of one term.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    id: String,
    term: String,
    literal: Option<bool>,
    /// Place of the first known column, from 1; none where it is not among the first ten.
    place: Option<usize>,
    /// Known columns among the first three, of as many as there could be.
    share: f64,
    ms: f64,
    gold: Vec<String>,
    found: Vec<String>,
}

/// Scores the sets that the options name, or all.
///
/// # Errors
/// Fails where a file cannot be read or a catalog not be opened.
pub fn run(options: &Options) -> Result<String, Error> {
    let folder = options.folder.join("terms");
    let names = if options.sets.is_empty() { questions::names(&folder)? } else { options.sets.clone() };
    let (mut report, mut out) = (String::new(), String::new());
    for set in names {
        let items: Vec<Item> = lines(&folder.join(format!("{set}.jsonl")))?;
        let wanted = items.into_iter().filter(|i| options.db.as_ref().is_none_or(|db| i.db == *db));
        let items = questions::spread(wanted.collect(), options.limit);
        let records = score(options, &set, &items)?;
        report += &summary(&set, &records, options.wrong);
        for record in &records {
            out += &(serde_json::to_string(record).unwrap_or_default() + "\n");
        }
    }
    if let Some(path) = &options.out {
        std::fs::write(path, out).map_err(|source| Error::Read { path: path.clone(), source })?;
    }
    Ok(report)
}

fn score(options: &Options, set: &str, items: &[Item]) -> Result<Vec<Record>, Error> {
    let other = |path: &Path, text: String| Error::Read { path: path.to_owned(), source: std::io::Error::other(text) };
    let ontology = Arc::new(Ontology::english().map_err(|e| other(&options.folder, e.to_string()))?);
    let mut by_db: BTreeMap<&str, Terms> = BTreeMap::new();
    let mut records = Vec::new();
    for item in items {
        if !by_db.contains_key(item.db.as_str()) {
            let catalog = open(&options.folder, set, &item.db)?;
            by_db.insert(&item.db, Terms::new(ontology.clone(), &catalog, &Statistics::default()));
        }
        records.push(judge(&by_db[item.db.as_str()], item));
    }
    Ok(records)
}

fn judge(terms: &Terms, item: &Item) -> Record {
    let start = Instant::now();
    let found = terms.find(&item.term, item.context.as_deref(), DEEPEST).columns;
    let ms = start.elapsed().as_secs_f64() * 1e3;
    let name = |meaning: &Meaning| match meaning {
        Meaning::Column { column } => format!("{}.{}", column.table.name, column.column).to_lowercase(),
        _ => String::new(),
    };
    let found: Vec<String> = found.iter().map(|f| name(&f.link.meaning)).collect();
    let gold: Vec<String> = item.gold_columns.iter().map(|c| c.to_lowercase()).collect();
    let place = found.iter().position(|c| gold.contains(c)).map(|p| p + 1);
    let among = found.iter().take(3).filter(|c| gold.contains(c)).count();
    let share = among as f64 / gold.len().clamp(1, 3) as f64;
    Record { id: item.id.clone(), term: item.term.clone(), literal: item.literal, place, share, ms, gold, found }
}

/// A catalog file, or else a database without a look at its rows.
fn open(folder: &Path, set: &str, db: &str) -> Result<Catalog, Error> {
    let path = folder.join("catalogs").join(format!("{db}.json.gz"));
    let failed = |path: &PathBuf, text: String| Error::Read { path: path.clone(), source: std::io::Error::other(text) };
    if path.is_file() {
        let bytes = std::fs::read(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        return file::read(&bytes).map_err(|e| failed(&path, e.to_string()));
    }
    let path = folder.join("sqlite").join(set).join(format!("{db}.sqlite"));
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Read { path: path.clone(), source })?;
    let scope = Scope::new(jiff::Timestamp::UNIX_EPOCH);
    let read = async {
        let database = connect::open(&Address::Sqlite(path.clone()), &scope).await.map_err(|e| e.to_string())?;
        let found = schema::discover(&database, &scope, schema::Level::default()).await.map_err(|e| e.to_string())?;
        Ok((*found.catalog).clone())
    };
    runtime.block_on(read).map_err(|text: String| failed(&path, text))
}

/// Recall: the part of the terms with at least one known column among the first so many.
fn summary(set: &str, records: &[Record], wrong: usize) -> String {
    let mut text = format!("== {set}: {} terms\n", records.len());
    if records.is_empty() {
        return text;
    }
    let recall = |of: &[&Record], k: usize| of.iter().filter(|r| r.place.is_some_and(|p| p <= k)).count();
    let all: Vec<&Record> = records.iter().collect();
    let mut groups = vec![("all", all)];
    for (name, literal) in [("spelled in the name", Some(true)), ("not spelled in the name", Some(false))] {
        groups.push((name, records.iter().filter(|r| r.literal == literal).collect()));
    }
    for (name, group) in groups.iter().filter(|(_, group)| !group.is_empty()) {
        let at = |k: usize| percent(recall(group, k), group.len());
        let n = group.len();
        text += &format!("{name:<24} {n:>5}  recall@1 {}  recall@3 {}  recall@10 {}\n", at(1), at(3), at(10));
    }
    let share = records.iter().map(|r| r.share).sum::<f64>() / records.len() as f64;
    text += &format!("known columns among the first three, of as many as could be: {:.1} %\n", share * 100.0);
    let mut times: Vec<f64> = records.iter().map(|r| r.ms).collect();
    times.sort_by(f64::total_cmp);
    let at = |q: f64| times[((times.len() - 1) as f64 * q) as usize];
    text += &format!("time of a term     p50 {:.2} ms, p95 {:.2} ms\n", at(0.5), at(0.95));
    for record in records.iter().filter(|r| r.place.is_none_or(|p| p > 3)).take(wrong) {
        let (gold, found) =
            (record.gold.join(", "), record.found.iter().take(3).cloned().collect::<Vec<_>>().join(", "));
        text += &format!("  {} {:?}: {gold}; found {found}\n", record.id, record.term);
    }
    text + "\n"
}
