//! `quaestor demo`.

use std::fmt::Write;
use std::path::PathBuf;

use books::{Book, Shape};
use clap::Args;
use connect::{Scope, Scratch};
use fault::{Fault, Kind};

use crate::console::{BOLD, DIM};
use crate::context::{Context, blocking};
use crate::error::Error;
use crate::exit::Exit;
use crate::parse;
use crate::source::{DEMO_SCALE, DEMO_SEED};

const EXAMPLES: &str = "\
Examples:
  quaestor demo books.db
  quaestor demo --scale 1 --seed 7 --force books.db
  quaestor demo --renamed other.db     the same rows under other names
  quaestor demo --shape star star.db   the same company as a star of facts and dimensions";

/// Questions that the demo books answer.
const QUESTIONS: [&str; 3] =
    ["revenue by region last quarter", "gross margin by quarter this year vs last year", "top 5 customers by revenue"];

/// Writes the demo books, a made-up company, to a new SQLite file.
///
/// Equal scale and seed give equal books on every machine. The file appears complete or not at all.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Demo {
    /// The file to write.
    path: PathBuf,
    /// Size against the full books of about 210,000 rows, 0.001 to 10.
    #[arg(long, value_name = "F", default_value_t = DEMO_SCALE, value_parser = parse::scale)]
    scale: f64,
    /// What chance starts from.
    #[arg(long, value_name = "N", default_value_t = DEMO_SEED)]
    seed: u64,
    /// Replaces the file where it exists.
    #[arg(long)]
    force: bool,
    /// Gives tables and columns other names, to show that none is built in.
    #[arg(long, conflicts_with = "shape")]
    renamed: bool,
    /// How the books are kept: documents and a journal (normalized), facts and dimensions (star), tables with one
    /// row per month (wide), or a chart of accounts and journal vouchers alone (ledger).
    #[arg(long, value_name = "SHAPE", default_value = Shape::Normalized.name(), value_parser = parse::shape())]
    shape: Shape,
}

impl Demo {
    /// Writes the file.
    pub async fn run(self, context: &Context) -> Result<Exit, Error> {
        let scope = context.scope();
        if self.path.exists() && !self.force {
            return Err(exists(&connect::Error::Exists { path: self.path.clone() }.fault()).into());
        }
        scope.report("making the books", 0, None);
        let (scale, seed, renamed, shape) = (self.scale, self.seed, self.renamed, self.shape);
        let book = blocking(&scope, move || book(shape, scale, seed, renamed)).await?;
        scope.report("writing the file", 0, None);
        let summary = summary(&book);
        self.write(&scope, book).await?;
        context.print(&format!("{}{summary}{}", self.heading(), self.invitation()))?;
        Ok(Exit::Done)
    }

    /// Writes the book. Not given up when the scope is cancelled but waited for: the writer looks at the
    /// scope itself, and takes its unfinished file away.
    async fn write(&self, scope: &Scope, book: Book) -> Result<(), Error> {
        let (scope, path, force) = (scope.clone(), self.path.clone(), self.force);
        let worker = tokio::task::spawn_blocking(move || Scratch::file(&scope, &path, &book, force).map(drop));
        let written = worker
            .await
            .map_err(|_| Fault::new(Kind::Internal, "quaestor.worker", "the writing thread ended without a result"))?;
        written.map_err(|error| match &error {
            connect::Error::Exists { .. } => exists(&error.fault()),
            _ => error.fault(),
        })?;
        Ok(())
    }

    fn heading(&self) -> String {
        format!("{BOLD}{}{BOLD:#}\n", crate::console::plain(&self.path.display().to_string()))
    }

    /// What to try next.
    fn invitation(&self) -> String {
        let path = quoted(&self.path.display().to_string());
        let mut out = format!("\n{DIM}the books end on {}; try:{DIM:#}\n", books::DEMO_CLOCK);
        for question in QUESTIONS {
            let _ = writeln!(out, "  quaestor ask --db {path} --as-of {} \"{question}\"", books::DEMO_CLOCK);
        }
        out
    }
}

fn book(shape: Shape, scale: f64, seed: u64, renamed: bool) -> Book {
    let (book, _) = books::demo_as(shape, scale, seed);
    if renamed { books::renamed(&book) } else { book }
}

fn summary(book: &Book) -> String {
    let mut largest: Vec<(usize, &str)> =
        book.tables.iter().map(|t| (t.rows.len(), t.table.name.name.as_str())).collect();
    largest.sort_by(|a, b| b.cmp(a));
    let names: Vec<String> = largest.iter().take(3).map(|(rows, name)| format!("{name} ({rows})")).collect();
    format!(
        "{}\n{} tables, {} rows; the largest: {}\nbooked from {} to {}, fiscal years from {}\n",
        book.about,
        book.tables.len(),
        book.row_count(),
        names.join(", "),
        books::DEMO_START,
        books::DEMO_CLOCK,
        books::DEMO_START.strftime("%B"),
    )
}

fn exists(fault: &Fault) -> Fault {
    let hints = vec!["choose another path, or replace the file with --force".to_owned()];
    Fault { hints, ..fault.clone() }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@%".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_for_shells() {
        assert_eq!(quoted("/a/b-1.db"), "/a/b-1.db");
        assert_eq!(quoted("it's here.db"), r"'it'\''s here.db'");
    }
}
