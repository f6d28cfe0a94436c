//! `quaestor schema`.

mod find;
mod overview;
mod describe;

use ::schema::{Options, Snapshot};
use catalog::{Catalog, Table};
use clap::{Args, ValueEnum};
use fault::{Fault, Kind};

use super::common::{DbArgs, Paper};
use crate::console::DIM;
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::source::{self, Memory};

const EXAMPLES: &str = "\
Examples:
  quaestor schema --db books.db
  quaestor schema --db books.db customer region     tables and columns with both words
  quaestor schema --db books.db --table customers   one table in detail
  quaestor schema --db books.db --format json > catalog.json

No value of any row is shown: only counts, and the first and last of days.";

/// Shows tables, columns, keys and references, or one table in detail.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Schema {
    /// Words that a table has in its name, its columns or its comments.
    #[arg(value_name = "PATTERN", conflicts_with = "table")]
    words: Vec<String>,
    /// One table, in detail.
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    #[command(flatten)]
    db: DbArgs,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    paper: Paper,
}

/// How a schema is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// A catalog file.
    Json,
    /// Markdown.
    Markdown,
}

impl Schema {
    /// Reads and shows.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        let scope = context.scope();
        let source = source::open(context, &scope, Options::default(), Memory::Kept).await?;
        let snapshot = source.known(context, &scope).await?;
        source.close(context).await;
        let chosen = self.choose(&snapshot)?;
        let style = self.paper.style(&context.settings);
        match (self.format, &self.table) {
            (Format::Json, _) => context.print_data(&file(&source.name, &snapshot, &chosen))?,
            (Format::Table, Some(_)) => {
                let page = describe::Page { snapshot: &snapshot, style, width: context.console.width };
                context.print(&chosen.iter().map(|table| page.text(table)).collect::<String>())?;
            }
            (Format::Markdown, Some(_)) => {
                let page = describe::Page { snapshot: &snapshot, style, width: None };
                context.print_data(&chosen.iter().map(|table| page.markdown(table)).collect::<String>())?;
            }
            (Format::Table, None) => {
                let grid = overview::grid(&snapshot, &chosen, &self.words);
                let rest = format!(
                    "\n{DIM}{} of {} tables; epoch {}{DIM:#}\n",
                    chosen.len(),
                    snapshot.coverage.read(),
                    snapshot.epoch
                );
                context.print(&(grid.text(context.console.width, style.ascii) + "\n" + &rest))?;
            }
            (Format::Markdown, None) => {
                context.print_data(&overview::grid(&snapshot, &chosen, &self.words).markdown())?
            }
        }
        Ok(Exit::Done)
    }

    /// The tables asked for.
    fn choose<'s>(&self, snapshot: &'s Snapshot) -> Result<Vec<&'s Table>, Error> {
        let tables = || snapshot.catalog.tables().map(AsRef::as_ref);
        if let Some(name) = &self.table {
            return Ok(vec![find::named(tables(), name)?]);
        }
        let words = find::words(&self.words);
        let chosen: Vec<&Table> = tables().filter(|table| find::matches(table, &words)).collect();
        if chosen.is_empty() && !words.is_empty() {
            let text = format!("no table has {} in its name, its columns or its comments", words.join(" and "));
            return Err(Fault::new(Kind::Missing, "quaestor.no_match", text)
                .hint("`quaestor schema` shows all tables")
                .into());
        }
        Ok(chosen)
    }
}

fn file(source: &str, snapshot: &Snapshot, chosen: &[&Table]) -> String {
    let is_chosen = |name: &catalog::TableName| chosen.iter().any(|table| table.name == *name);
    let whole = chosen.len() == snapshot.coverage.read();
    let tables = Catalog::new(snapshot.catalog.entries().filter(|e| whole || is_chosen(e.name())).cloned());
    catalog::file::write(source, &snapshot.epoch, &tables)
}
