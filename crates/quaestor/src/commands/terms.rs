//! `quaestor terms`.

use std::path::PathBuf;
use std::time::Instant;

use catalog::{Catalog, Statistics, file};
use clap::Args;
use meaning::own::Place;
use meaning::terms::{Findings, Found, Terms as Index};
use meaning::{Evidence, Meaning};
use schema::Options;
use serde::{Deserialize, Serialize};

use super::common::{DbArgs, Listing, Paper, WordArgs};
use crate::console::{DIM, plain};
use crate::context::{Context, blocking};
use crate::error::Error;
use crate::exit::Exit;
use crate::grid::Grid;
use crate::lines::{self, Line, Named};
use crate::parse;
use crate::sink::Sink;
use crate::source::{self, Memory};
use crate::vocabulary;

const EXAMPLES: &str = "\
Examples:
  quaestor terms --db books.db customer name
  quaestor terms --context \"names of suppliers with open bills\" name
  quaestor terms --catalog catalog.json --format json \"order quantity\"
  quaestor terms --catalog catalog.json.gz --batch terms.jsonl > found.jsonl

A score ranks; it is no probability. With --batch each line is {\"id\": .., \"term\": .., \"context\"?: ..}; other
fields are passed over. --catalog reads what `quaestor schema --format json` writes, {\"tables\": {\"name\": [\"column\"]}},
and lists of table descriptions (docs/answer.md), each plain or compressed with gzip.";

/// Shows which metrics, tables, columns and values a word or phrase may mean, ranked, and why.
///
/// Names are searched by whole words and their forms, by abbreviations of any kind, by synonyms, initials and
/// likeness; what stands in the names of tables and in the words around counts too. Nothing is asked of the data
/// but its sampled values.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Terms {
    /// The word or phrase.
    #[arg(required_unless_present = "batch", value_name = "PHRASE")]
    words: Vec<String>,
    /// The question around it: tables that its other words name come first.
    #[arg(long, value_name = "TEXT", conflicts_with = "batch")]
    context: Option<String>,
    /// Many terms, a JSON line each (`-` reads standard input); what was found comes out as JSON lines in the same order.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "format"])]
    batch: Option<String>,
    /// Where the lines of a batch go; the file appears complete or not at all.
    #[arg(long, value_name = "FILE", requires = "batch", conflicts_with = "words")]
    out: Option<PathBuf>,
    /// A catalog file instead of a database.
    #[arg(long, value_name = "FILE", conflicts_with = "db")]
    catalog: Option<PathBuf>,
    #[command(flatten)]
    db: DbArgs,
    #[command(flatten)]
    words_from: WordArgs,
    /// Most that is shown; in JSON, of each sort.
    #[arg(long, value_name = "N", default_value = "10", value_parser = parse::rows)]
    limit: u64,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Listing,
    #[command(flatten)]
    paper: Paper,
}

/// Version of the JSON; grows when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// One term of a batch.
#[derive(Deserialize)]
struct Term {
    id: String,
    term: String,
    #[serde(default)]
    context: Option<String>,
}

impl Named for Term {
    fn id(&self) -> &str {
        &self.id
    }
}

/// One term with what was found.
#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'r str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<&'r str>,
    metrics: Vec<Entry>,
    tables: Vec<Entry>,
    columns: Vec<Entry>,
    values: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<fault::Fault>,
}

/// One meaning.
#[derive(Serialize)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    metric: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<serde_json::Value>,
    score: f64,
    evidence: Evidence,
    because: Vec<String>,
    /// Where the user's own vocabulary says so, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

impl Terms {
    /// Searches and shows.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        self.words_from.apply(&mut context.settings);
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        if let Some(path) = &self.batch {
            let (scope, path) = (context.scope(), path.clone());
            let lines = blocking(&scope, move || lines::read::<Term>(&path)).await??;
            return self.run_batch(lines, limit, context).await;
        }
        let term = self.words.join(" ");
        let index = self.index(context).await?;
        let found = index.find(&term, self.context.as_deref(), limit);
        let exit = if found.is_empty() { Exit::Refused } else { Exit::Done };
        match self.format {
            Listing::Json => {
                let text = serde_json::to_string_pretty(&report(None, Some(&term), found));
                context.print_data(&(text.expect("a report holds only plain data") + "\n"))?;
            }
            Listing::Table if found.is_empty() => {
                context.print(&format!("nothing here is called {}, or like it\n", plain(&term)))?;
            }
            Listing::Table => {
                let style = self.paper.style(&context.settings);
                let grid = grid(found.ranked(), limit).text(context.console.width, style.ascii);
                context.print(&format!("{grid}\n\n{DIM}scores rank, they are no probabilities{DIM:#}\n"))?;
            }
        }
        Ok(exit)
    }

    /// Looks all terms up, one after the other: each takes milliseconds.
    async fn run_batch(self, lines: Vec<Line<Term>>, limit: usize, context: &Context) -> Result<Exit, Error> {
        let start = Instant::now();
        let (index, scope, total) = (self.index(context).await?, context.scope(), lines.len() as u64);
        let mut sink = Sink::open(self.out.as_deref(), context.console)?;
        let (mut done, mut empty) = (0, 0);
        for line in lines {
            let (text, found) = one(&index, line, limit);
            if self.out.is_none() && context.console.width.is_some() {
                context.end_progress();
            }
            sink.write(&text)?;
            (done, empty) = (done + 1, empty + u64::from(!found));
            scope.report("terms", done, Some(total));
            // Lets a signal come through.
            tokio::task::yield_now().await;
            scope.check()?;
        }
        let seconds = start.elapsed().as_secs_f64();
        context.notice(&format!("{total} terms in {seconds:.1} s, {empty} of them without any column"));
        sink.finish()?;
        Ok(if empty == 0 { Exit::Done } else { Exit::Partly })
    }

    /// The names of the catalog file, or of the database with its sampled values.
    async fn index(&self, context: &Context) -> Result<Index, Error> {
        let ontology = vocabulary::load(&context.places, &context.settings)?;
        if let Some(path) = &self.catalog {
            return Ok(Index::new(ontology, &read_catalog(path)?, &Statistics::default()));
        }
        let scope = context.scope();
        let source = source::open(context, &scope, Options::default(), Memory::Kept).await?;
        let snapshot = source.known(context, &scope).await?;
        source.close(context).await;
        Ok(Index::new(ontology, &snapshot.catalog, &snapshot.statistics))
    }
}

fn read_catalog(path: &std::path::Path) -> Result<Catalog, Error> {
    let place = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| lines::unreadable_file(&place, &e))?;
    Ok(file::read(&bytes).map_err(|e| e.fault(&plain(&place)))?)
}

/// The line for one term, and whether it found a column.
fn one(index: &Index, line: Line<Term>, limit: usize) -> (String, bool) {
    let id = line.id.as_deref();
    let (report, found) = match &line.item {
        Ok(term) => {
            let found = index.find(&term.term, term.context.as_deref(), limit);
            let any = !found.columns.is_empty();
            (report(id, Some(&term.term), found), any)
        }
        Err(fault) => {
            let empty = report(id, None, Findings::default());
            (Report { status: "failed", fault: Some(fault.clone()), ..empty }, false)
        }
    };
    (serde_json::to_string(&report).expect("a report holds only plain data") + "\n", found)
}

fn report<'r>(id: Option<&'r str>, term: Option<&'r str>, found: Findings) -> Report<'r> {
    let status = if found.is_empty() { "nothing" } else { "found" };
    let entries = |found: Vec<Found>| found.into_iter().map(entry).collect();
    Report {
        version: VERSION,
        id,
        status,
        term,
        metrics: entries(found.metrics),
        tables: entries(found.tables),
        columns: entries(found.columns),
        values: entries(found.values),
        fault: None,
    }
}

fn entry(found: Found) -> Entry {
    let because = found.because.iter().map(ToString::to_string).collect();
    let (score, evidence) = (found.link.score, found.link.evidence);
    let place = found.place;
    let mut entry = Entry { metric: None, table: None, column: None, value: None, score, evidence, because, place };
    match found.link.meaning {
        Meaning::Metric { id } => entry.metric = Some(id),
        Meaning::Table { table } => entry.table = Some(table.to_string()),
        Meaning::Column { column } => entry.column = Some(column.to_string()),
        Meaning::Value { column, value } => {
            entry.column = Some(column.to_string());
            entry.value = Some(value.to_json());
        }
    }
    entry
}

fn grid(found: Vec<Found>, limit: usize) -> Grid {
    let mut grid = Grid::new(&["means", "sort", ">score", "evidence", "because"]);
    for found in found.into_iter().take(limit) {
        let place = found.place.iter().map(ToString::to_string);
        let because = found.because.iter().map(ToString::to_string).chain(place).collect::<Vec<_>>().join(", ");
        let (name, sort) = match &found.link.meaning {
            Meaning::Metric { id } => (id.clone(), "metric"),
            other @ Meaning::Table { .. } => (other.to_string(), "table"),
            other @ Meaning::Column { .. } => (other.to_string(), "column"),
            other @ Meaning::Value { .. } => (other.to_string(), "value"),
        };
        let row = [name, sort.to_owned(), format!("{:.2}", found.link.score), evidence(found.link.evidence), because];
        grid.rows.push(row.iter().map(|cell| plain(cell)).collect());
    }
    grid
}

fn evidence(evidence: Evidence) -> String {
    let text = match evidence {
        Evidence::Name => "name",
        Evidence::ShortName => "short name",
        Evidence::Abbreviation => "abbreviation",
        Evidence::Comment => "comment",
        Evidence::Synonym => "synonym",
        Evidence::PartOfName => "part of the name",
        Evidence::Vocabulary => "vocabulary",
        Evidence::Own => "own vocabulary",
        Evidence::Data => "data",
        Evidence::PartOfValue => "part of a value",
        Evidence::Spelling => "spelling",
    };
    text.to_owned()
}
