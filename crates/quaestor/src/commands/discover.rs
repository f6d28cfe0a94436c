//! `quaestor discover`.

use std::fmt::Write;
use std::time::{Duration, Instant};

use catalog::{Catalog, TableKind};
use clap::{Args, ValueEnum};
use connect::Problem;
use schema::{Level, Options, Snapshot};
use serde::Serialize;

use super::common::{DbArgs, Listing};
use crate::console::{BOLD, DIM, YELLOW, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::source::{self, Memory};

const EXAMPLES: &str = "\
Examples:
  quaestor discover --db books.db
  quaestor discover --db books.db --format json";

/// Reads the schema anew and says what is there and what could not be read.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Discover {
    #[command(flatten)]
    db: DbArgs,
    /// How hard a source behind a rate limit may be asked; files are read at once at every level.
    #[arg(long, value_enum, default_value = "intermediate", value_name = "LEVEL")]
    level: Depth,
    /// How the result is printed.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Listing,
}

/// How hard a source may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Depth {
    /// Small batches, few at once.
    Basic,
    /// In between.
    Intermediate,
    /// Large batches, many at once.
    Aggressive,
}

impl From<Depth> for Level {
    fn from(depth: Depth) -> Level {
        match depth {
            Depth::Basic => Level::Basic,
            Depth::Intermediate => Level::Intermediate,
            Depth::Aggressive => Level::Aggressive,
        }
    }
}

/// What was found, in numbers.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Counts {
    tables: usize,
    views: usize,
    columns: usize,
    primary_keys: usize,
    foreign_keys: usize,
    indexes: usize,
}

/// A schema that was read.
struct Found<'f> {
    source: &'f str,
    engine: &'f str,
    snapshot: &'f Snapshot,
    counts: Counts,
    taken: Duration,
}

/// The JSON.
#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    source: &'r str,
    epoch: &'r str,
    level: Level,
    engine: &'r str,
    counts: &'r Counts,
    listed: usize,
    read: usize,
    sampled: usize,
    unread: Vec<String>,
    unsampled: Vec<String>,
    problems: Vec<Trouble>,
    ms: f64,
}

#[derive(Serialize)]
struct Trouble {
    table: String,
    why: String,
}

impl Discover {
    /// Reads and reports.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        let level = Level::from(self.level);
        let scope = context.scope();
        let source = source::open(context, &scope, Options { level, ..Options::default() }, Memory::Fresh).await?;
        let scope = scope.until(Instant::now() + context.settings.timeout);
        let engine = source.database.version(&scope).await?;
        let start = Instant::now();
        let snapshot = source.schemas.current(&scope).await?;
        let (taken, counts) = (start.elapsed(), count(&snapshot.catalog));
        let found = Found { source: &source.name, engine: &engine, snapshot: &snapshot, counts, taken };
        match self.format {
            Listing::Table => context.print(&text(&found))?,
            Listing::Json => context.print_data(&json(&found, level))?,
        }
        Ok(Exit::Done)
    }
}

fn count(catalog: &Catalog) -> Counts {
    let mut counts = Counts::default();
    for table in catalog.tables() {
        match table.kind {
            TableKind::Table | TableKind::Virtual => counts.tables += 1,
            TableKind::View | TableKind::MaterializedView => counts.views += 1,
        }
        counts.columns += table.columns.len();
        counts.primary_keys += usize::from(!table.primary_key.is_empty());
        counts.foreign_keys += table.foreign_keys.len();
        counts.indexes += table.indexes.len();
    }
    counts
}

fn text(found: &Found<'_>) -> String {
    let Found { source, engine, snapshot, counts, taken } = found;
    let coverage = &snapshot.coverage;
    let mut out = format!("{BOLD}{}{BOLD:#}  {DIM}{engine}{DIM:#}\n", plain(source));
    let mut line = |label: &str, text: String| {
        let _ = writeln!(out, "{label:<14}{text}");
    };
    line("tables", counts.tables.to_string());
    line("views", counts.views.to_string());
    line("columns", counts.columns.to_string());
    line("primary keys", format!("{} declared", counts.primary_keys));
    line("references", format!("{} declared", counts.foreign_keys));
    line("indexes", counts.indexes.to_string());
    line("read", format!("{} of {}", coverage.read(), coverage.listed));
    line("sampled", format!("{} of {}", coverage.read() - coverage.unsampled.len(), coverage.read()));
    line("epoch", snapshot.epoch.clone());
    line("time", format!("{:.1} ms", taken.as_secs_f64() * 1e3));
    for Problem { name, why } in &snapshot.problems {
        let _ = writeln!(out, "{YELLOW}{:<14}{}: {}{YELLOW:#}", "problem", plain(&name.to_string()), plain(why));
    }
    out
}

fn json(found: &Found<'_>, level: Level) -> String {
    let Found { source, engine, snapshot, counts, taken } = found;
    let coverage = &snapshot.coverage;
    let names = |names: &[catalog::TableName]| names.iter().map(ToString::to_string).collect();
    let trouble = |p: &Problem| Trouble { table: p.name.to_string(), why: p.why.clone() };
    let report = Report {
        version: 1,
        source,
        epoch: &snapshot.epoch,
        level,
        engine,
        counts,
        listed: coverage.listed,
        read: coverage.read(),
        sampled: coverage.read() - coverage.unsampled.len(),
        unread: names(&coverage.unread),
        unsampled: names(&coverage.unsampled),
        problems: snapshot.problems.iter().map(trouble).collect(),
        ms: taken.as_secs_f64() * 1e3,
    };
    serde_json::to_string_pretty(&report).expect("a report holds only plain data") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_declared_is_counted() {
        let (book, _) = books::demo(0.001, 1);
        let counts = count(&book.catalog());
        let columns = book.tables.iter().map(|t| t.table.columns.len()).sum();
        assert_eq!((counts.tables + counts.views, counts.columns), (book.tables.len(), columns));
        assert!(counts.foreign_keys > 0 && counts.indexes > 0 && counts.primary_keys > 0);
    }
}
