//! `quaestor cache`.

use clap::Args;
use connect::{Address, is_part_of};
use fault::{Fault, Kind};
use schema::hit_ratio;
use serde::Serialize;
use store::{Holding, Store};

use super::common::Listing;
use crate::console::{DIM, plain};
use crate::context::{Context, blocking};
use crate::error::Error;
use crate::exit::Exit;
use crate::grid::Grid;
use crate::source;
use crate::view::age;

const EXAMPLES: &str = "\
Examples:
  quaestor cache
  quaestor cache --format json
  quaestor cache --db books.db --clear

What is kept is the schema of each database with samples of its values, so that the next run need not read it again. It is never
believed unseen: each run asks the database first whether it changed. Clearing loses the schema that the next look would be
compared with, so changes until then are not told; the history of changes and the questions stay.";

/// Shows what is kept of databases between runs, how often it was of use, and forgets it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Cache {
    /// Only this database.
    #[arg(long, value_name = "ADDRESS")]
    db: Option<String>,
    /// Forgets the kept schemas and the counts, of this database or of all.
    #[arg(long)]
    clear: bool,
    /// How the list is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    format: Listing,
}

/// The JSON.
#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    file: String,
    cleared: bool,
    sources: Vec<Row<'r>>,
}

#[derive(Serialize)]
struct Row<'r> {
    #[serde(flatten)]
    kept: &'r Holding,
    hit_ratio: Option<f64>,
}

impl Cache {
    /// Lists, or forgets and lists what was forgotten.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        let scope = context.scope();
        let names = self.db.as_deref().map(addresses);
        let Some(path) = source::state_file(context) else {
            return Err(Fault::new(
                Kind::Missing,
                "quaestor.no_state",
                "there is no folder for state, so nothing is kept",
            )
            .into());
        };
        let (file, clear) = (path.display().to_string(), self.clear);
        let work = move || -> Result<Vec<Holding>, store::Error> {
            // Looking makes no file.
            if !path.exists() {
                return Ok(Vec::new());
            }
            let store = Store::open(&path)?;
            // A part of a database is a source of its own.
            let is_of = |kept: &Holding, name: &String| kept.source == *name || is_part_of(&kept.source, name);
            let is_meant = |kept: &Holding| names.as_ref().is_none_or(|names| names.iter().any(|n| is_of(kept, n)));
            let meant: Vec<Holding> = store.holdings()?.into_iter().filter(is_meant).collect();
            if clear {
                meant.iter().try_for_each(|kept| store.forget(&kept.source).map(drop))?;
            }
            Ok(meant)
        };
        let kept = blocking(&scope, work).await?.map_err(|e| e.fault())?;
        match self.format {
            Listing::Table => context.print(&self.text(context, &kept, &file))?,
            Listing::Json => context.print_data(&json(&kept, file, clear))?,
        }
        Ok(Exit::Done)
    }

    fn text(&self, context: &Context, kept: &[Holding], file: &str) -> String {
        let file = format!("{DIM}in {}{DIM:#}\n", plain(file));
        if kept.is_empty() {
            let of = if self.db.is_some() { " of this database" } else { "" };
            return format!("nothing is kept{of}\n{file}");
        }
        let mut grid =
            Grid::new(&["database", ">objects", ">size", "seen", ">hits", ">loads", ">changes", ">questions"]);
        for kept in kept {
            let seen = kept.taken_at.map(|at| age(context.now.duration_since(at).as_secs_f64())).unwrap_or_default();
            let hits = hits(kept).map(|ratio| format!("{:.1} %", 100.0 * ratio)).unwrap_or_default();
            let row = [
                plain(&kept.source),
                kept.objects.to_string(),
                size(kept.bytes),
                seen,
                hits,
                count(kept, "loads").to_string(),
                kept.changes.to_string(),
                kept.questions.to_string(),
            ];
            grid.rows.push(row.to_vec());
        }
        let done = if self.clear { "forgotten: the schemas and the counts of these\n" } else { "" };
        grid.text(context.console.width, false) + "\n" + done + &file
    }
}

/// What a database may be called in the state: as it is written, and as its driver writes it.
fn addresses(text: &str) -> Vec<String> {
    // A password that is only named has not to be looked up to know what the database is called.
    let database = Address::parse(text).and_then(|address| connect::at(&address));
    let shown = Address::parse(text).map(|address| address.to_string());
    [Some(text.to_owned()), database.ok().map(|d| d.address()), shown.ok()].into_iter().flatten().collect()
}

fn count(kept: &Holding, name: &str) -> u64 {
    kept.counts.get(name).copied().unwrap_or_default()
}

fn hits(kept: &Holding) -> Option<f64> {
    hit_ratio(count(kept, "hits"), count(kept, "misses"))
}

fn size(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        b if b < 1 << 20 => format!("{} kB", b.div_ceil(1 << 10)),
        b => format!("{:.1} MB", b as f64 / f64::from(1 << 20)),
    }
}

fn json(kept: &[Holding], file: String, cleared: bool) -> String {
    let sources = kept.iter().map(|kept| Row { kept, hit_ratio: hits(kept) }).collect();
    let report = Report { version: 1, file, cleared, sources };
    serde_json::to_string_pretty(&report).expect("a report holds only plain data") + "\n"
}
