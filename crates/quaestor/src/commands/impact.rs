//! `quaestor impact`.

mod text;

use std::path::{Path, PathBuf};

use catalog::{Catalog, Change, Side, Statistics};
use clap::Args;
use codemod::Finding;
use codemod::impact::{self, Impact as Outcome, spec::Ask};
use connect::{Scope, Scratch};
use fault::{Fault, Kind};
use serde::Serialize;

use self::text::Unread;
use super::code::{self, CodeArgs, Surveyed};
use super::common::Listing;
use super::scan::Least;
use crate::context::{Context, blocking};
use crate::error::Error;
use crate::exit::Exit;
use crate::sink::Sink;

/// Version of the JSON; grows when a field changes its meaning or goes away.
const VERSION: u32 = 1;

const EXAMPLES: &str = "\
Examples:
  quaestor impact src --db books.db --rename shipments.arrived=arrived_at
  quaestor impact src --catalog catalog.json --migration 0042_rename.sql --fail-on high
  quaestor impact src --catalog before.json --to after.json --format json
  quaestor impact src --db books.db --changes changes.json     what `quaestor changes --format json` printed

The catalog (or database) is the schema before the change: the one that the code was written for. With --changes it may show them
already: they are taken back first. Nothing is executed on it: the
statements are prepared on an empty copy in memory, with the change and without it. Exit codes: 0 done, 1 --fail-on found a place
that breaks.";

/// Says which places in source code break when a schema changes, how, and what to write instead.
///
/// Each place gets a verdict: breaks loud (with an error), breaks silently (another result), survives (and why), broken
/// already, or unknown. Statements are confirmed by preparing them with the change and without it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Impact {
    #[command(flatten)]
    code: CodeArgs,
    #[command(flatten)]
    asked: Asked,
    /// How it is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    format: Listing,
    /// Where it goes; the file appears complete or not at all.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Ends with 1 where a place at least as severe breaks.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Least>,
    /// Shows places that survive, too.
    #[arg(long)]
    all: bool,
}

/// The changes.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Asked {
    /// The statements of a migration.
    #[arg(long, value_name = "FILE", help_heading = "Changes")]
    migration: Option<PathBuf>,
    /// A catalog file of the schema after the change.
    #[arg(long, value_name = "FILE", help_heading = "Changes")]
    to: Option<PathBuf>,
    /// Changes as `quaestor changes --format json` prints them.
    #[arg(long, value_name = "FILE", help_heading = "Changes")]
    changes: Option<PathBuf>,
    /// A new name: TABLE=NEW, TABLE.COLUMN=NEW or INDEX=NEW; may repeat, as all that follow.
    #[arg(long, value_name = "OBJECT=NEW", help_heading = "Changes")]
    rename: Vec<String>,
    /// Gone: TABLE or TABLE.COLUMN.
    #[arg(long, value_name = "OBJECT", help_heading = "Changes")]
    drop: Vec<String>,
    /// An index that is gone.
    #[arg(long, value_name = "INDEX", help_heading = "Changes")]
    drop_index: Vec<String>,
    /// Another type.
    #[arg(long = "type", value_name = "COLUMN=TYPE", help_heading = "Changes")]
    types: Vec<String>,
    /// A column that forbids NULL from now on.
    #[arg(long, value_name = "COLUMN", help_heading = "Changes")]
    not_null: Vec<String>,
    /// A column that loses its default.
    #[arg(long, value_name = "COLUMN", help_heading = "Changes")]
    no_default: Vec<String>,
    /// A value that is gone, or has another name: COLUMN=VALUE or COLUMN=VALUE:OTHER.
    #[arg(long, value_name = "COLUMN=VALUE", help_heading = "Changes")]
    value: Vec<String>,
    /// Another schema for a table.
    #[arg(long = "move", value_name = "TABLE=SCHEMA", help_heading = "Changes")]
    moved: Vec<String>,
    /// A new column that has to have a value.
    #[arg(long, value_name = "COLUMN=TYPE", help_heading = "Changes")]
    add: Vec<String>,
}

/// Changes, and what of their source could not be read.
struct ChangeSet {
    changes: Vec<Change>,
    unread: Vec<Unread>,
}

/// The JSON.
#[derive(Serialize)]
struct Document<'d> {
    version: u32,
    catalog: &'d str,
    #[serde(flatten)]
    impact: &'d Outcome,
    unread: &'d [Unread],
}

impl Impact {
    /// Scans, judges, prepares, prints.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        let scope = context.scope();
        let mut known = self.code.known(context, &scope).await?;
        if known.catalog.is_empty() {
            let what = "the schema before the change is not known";
            return Err(Fault::new(Kind::Usage, "quaestor.no_catalog", what)
                .hint("give it with --catalog FILE or --db ADDRESS")
                .into());
        }
        let happened = self.asked.happened()?;
        known.catalog = impact::earlier(&known.catalog, &happened);
        let set = self.asked.read(&known.catalog, happened)?;
        let surveyed = self.code.against(context, &scope, known).await?;
        let outcome = judged(context, &scope, &surveyed, &set.changes).await?;
        self.print(context, &surveyed, &set, &outcome)?;
        let is_met = |least: Least| outcome.breaks(least.into()).next().is_none();
        Ok(if self.fail_on.is_none_or(is_met) { Exit::Done } else { Exit::Partly })
    }

    fn print(&self, context: &Context, of: &Surveyed, set: &ChangeSet, outcome: &Outcome) -> Result<(), Error> {
        let text = match self.format {
            Listing::Table => text::text(outcome, &set.unread, self.all),
            Listing::Json => {
                let catalog = codemod::mask(&of.known.name);
                let document = Document { version: VERSION, catalog: &catalog, impact: outcome, unread: &set.unread };
                serde_json::to_string_pretty(&document).expect("an impact holds only plain data") + "\n"
            }
        };
        match (&self.out, self.format) {
            (None, Listing::Table) => context.print(&text),
            (None, Listing::Json) => context.print_data(&text),
            (Some(path), _) => {
                let mut sink = Sink::open(Some(path), context.console)?;
                sink.write(&anstream::adapter::strip_str(&text).to_string())?;
                sink.finish()
            }
        }
    }
}

impl Asked {
    /// Changes that were seen in a database: its catalog may show them already.
    fn happened(&self) -> Result<Vec<Change>, Error> {
        Ok(self.changes.as_deref().map(printed).transpose()?.unwrap_or_default())
    }

    /// All changes that are named, in the order: files first, then the command line.
    fn read(&self, catalog: &Catalog, happened: Vec<Change>) -> Result<ChangeSet, Error> {
        let mut set = ChangeSet { changes: happened, unread: Vec::new() };
        if let Some(path) = &self.migration {
            let read = impact::migration(&code::text_of(path)?, catalog);
            set.changes.extend(read.changes);
            set.unread.extend(read.unread.into_iter().map(|(line, why)| Unread { line, why }));
        }
        if let Some(path) = &self.to {
            let after = code::of_file(path)?.catalog;
            let statistics = Statistics::default();
            let side = |catalog| Side { catalog, statistics: &statistics };
            set.changes.extend(catalog::diff(side(catalog), side(&after)));
        }
        let asked = [
            (Ask::Rename, &self.rename),
            (Ask::Drop, &self.drop),
            (Ask::DropIndex, &self.drop_index),
            (Ask::Type, &self.types),
            (Ask::NotNull, &self.not_null),
            (Ask::NoDefault, &self.no_default),
            (Ask::Value, &self.value),
            (Ask::Move, &self.moved),
            (Ask::Add, &self.add),
        ];
        for (ask, texts) in asked {
            for text in texts {
                set.changes.push(impact::spec::read(ask, text, catalog)?);
            }
        }
        Ok(set)
    }
}

/// Reads what `quaestor changes --format json` prints. A rename that somebody rejected is a drop.
fn printed(path: &Path) -> Result<Vec<Change>, Fault> {
    let text = code::text_of(path)?;
    let wrong = |e: serde_json::Error| {
        Fault::new(Kind::Corrupt, "quaestor.changes", format!("{} holds no list of changes: {e}", path.display()))
            .hint("`quaestor changes --format json` writes one")
    };
    let mut document: serde_json::Value = serde_json::from_str(&text).map_err(wrong)?;
    let entries: Vec<serde_json::Value> = serde_json::from_value(document["changes"].take()).map_err(wrong)?;
    let read = |entry: serde_json::Value| {
        let is_rejected = entry["review"] == "rejected";
        let change: Change = serde_json::from_value(entry)?;
        Ok(if is_rejected { impact::as_drop(&change) } else { change })
    };
    entries.into_iter().map(read).collect::<Result<_, _>>().map_err(wrong)
}

/// Verdicts over all findings, with an empty copy of the schema as witness. It takes what SQLite takes: statements of other
/// dialects stay as they were judged.
async fn judged(context: &Context, scope: &Scope, surveyed: &Surveyed, changes: &[Change]) -> Result<Outcome, Error> {
    scope.report("preparing statements", 0, None);
    let (findings, catalog) = (surveyed.scan.findings.clone(), surveyed.known.catalog.clone());
    let changes = changes.to_vec();
    let work = move || {
        let mut sites = impact::judge(&findings, &changes);
        let home = home(&findings);
        let copies = Scratch::of_catalog(&catalog, home).and_then(|before| {
            let after = Scratch::of_catalog(&impact::apply(&catalog, &changes), home)?;
            Ok((before, after))
        });
        let trouble = match copies {
            Ok((before, after)) => {
                let said = |copy: &Scratch, text: &str| copy.prepare(text).map_err(|e| message(&e));
                impact::confirm(&findings, &changes, &mut sites, &|t| said(&before, t), &|t| said(&after, t));
                None
            }
            Err(error) => Some(error.fault()),
        };
        (impact::impact(&findings, &catalog, &changes, &sites), trouble)
    };
    let (outcome, trouble) = blocking(scope, work).await?;
    if let Some(fault) = trouble {
        let cause = fault.causes.first().map(|cause| format!(" ({cause})")).unwrap_or_default();
        context.notice(&format!("no statement was prepared: {fault}{cause}"));
    }
    Ok(outcome)
}

/// The schema that the code names most often: tables without one stand in it.
fn home(findings: &[Finding]) -> Option<&str> {
    let names = findings.iter().filter(|f| f.kind == codemod::Kind::DatabaseName).flat_map(|f| &f.identifiers);
    let mut counts = std::collections::BTreeMap::new();
    for name in names {
        *counts.entry(name.name.as_str()).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name)
}

/// What the engine said.
fn message(error: &connect::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
