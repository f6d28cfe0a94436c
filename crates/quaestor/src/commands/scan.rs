//! `quaestor scan`.

mod text;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use codemod::{Baseline, Kind, Report, Severity, report};
use jiff::tz::TimeZone;

use super::code::{self, CodeArgs, Surveyed};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::grid::Grid;
use crate::sink::Sink;

pub use text::{frame, mark};

const EXAMPLES: &str = "\
Examples:
  quaestor scan --db books.db src
  quaestor scan --catalog catalog.json --format sarif --out scan.sarif
  quaestor scan --catalog catalog.json --write-baseline known.json --reason \"there before the first scan\"
  quaestor scan --catalog catalog.json --baseline known.json --fail-on high
  quaestor scan --catalog catalog.json --format html --out scan.html

Nothing of the scanned code is executed or changed. Exit codes: 0 done, 1 a gate is not met: --fail-on found something that is
neither accepted nor suppressed, or an entry of the baseline or a remark in the code is out of date. docs/scan.md has the rest.";

/// Finds every place in source code that depends on a database schema.
///
/// SQL statements, pieces of them, names of tables and columns in maps, configuration and keys, reads of all columns, and
/// calls whose SQL is not known. Each comes with the evidence, how a break of it would show, and how likely it is a
/// dependency at all.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Scan {
    #[command(flatten)]
    code: CodeArgs,
    /// How the findings are printed.
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: Format,
    /// Where they go; the file appears complete or not at all.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Ends with 1 where something at least as severe is found that nobody accepted, and that is likely (0.8).
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Least>,
    /// Only findings at least as severe.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low")]
    severity: Least,
    /// Only findings of this kind; may repeat.
    #[arg(long, value_name = "KIND", value_parser = kind())]
    kind: Vec<Kind>,
    /// Leaves out what is accepted or suppressed.
    #[arg(long)]
    open: bool,
    /// What is accepted: a file that --write-baseline wrote. A stale entry fails the run.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Writes everything found to this file as accepted; what the baseline says already is kept.
    #[arg(long, value_name = "FILE", requires = "reason")]
    write_baseline: Option<PathBuf>,
    /// Why the findings are accepted.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who answers for what is accepted.
    #[arg(long, value_name = "NAME", requires = "write_baseline")]
    owner: Option<String>,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the lines of code.
    Text,
    /// One JSON document.
    Json,
    /// A JSON object a line, one for each finding.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// A row for each name at each place.
    Csv,
    /// One page that needs nothing else.
    Html,
}

/// How bad something has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Least {
    /// Everything.
    Low,
    /// Compared with or looked up in results.
    Medium,
    /// Part of an executed statement.
    High,
    /// A complete statement that runs.
    Critical,
}

impl From<Least> for Severity {
    fn from(least: Least) -> Severity {
        match least {
            Least::Low => Severity::Low,
            Least::Medium => Severity::Medium,
            Least::High => Severity::High,
            Least::Critical => Severity::Critical,
        }
    }
}

fn kind() -> impl TypedValueParser<Value = Kind> {
    let known = |name: String| Kind::named(&name).ok_or("a kind is wanted");
    PossibleValuesParser::new(Kind::ALL.iter().map(|kind| kind.as_str())).try_map(known)
}

impl Scan {
    /// Scans, compares, prints.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        let scope = context.scope();
        let baseline = self.baseline()?;
        let surveyed = self.code.survey(context, &scope).await?;
        if let Some(path) = &self.write_baseline {
            let former = baseline.clone().unwrap_or_default();
            let reason = self.reason.as_deref().unwrap_or_default();
            let accepted = Baseline::accepting(&surveyed.scan.findings, &former, reason, self.owner.as_deref());
            let mut sink = Sink::open(Some(path), context.console)?;
            sink.write(&accepted.write())?;
            sink.finish()?;
            context.notice(&format!("{} findings accepted in {}", accepted.entries.len(), path.display()));
            return Ok(Exit::Done);
        }
        let mut report = reported(context, &surveyed, baseline.as_ref());
        let exit = self.gate(&report);
        self.narrow(&mut report);
        self.print(context, &surveyed, &report)?;
        Ok(exit)
    }

    fn baseline(&self) -> Result<Option<Baseline>, Error> {
        let Some(path) = &self.baseline else { return Ok(None) };
        // The first run writes the file that later ones read.
        if self.write_baseline.as_ref() == Some(path) && !path.exists() {
            return Ok(None);
        }
        Ok(Some(Baseline::read(&code::text_of(path)?, &path.display().to_string())?))
    }

    /// Whether a run passes.
    fn gate(&self, report: &Report) -> Exit {
        let least = self.fail_on.map(Severity::from);
        let is_found = least.is_some_and(|least| report.gated(least).next().is_some());
        let is_stale = !report.fixed.is_empty() || !report.pragma_troubles.is_empty();
        if is_found || is_stale { Exit::Partly } else { Exit::Done }
    }

    fn narrow(&self, report: &mut Report) {
        let least = Severity::from(self.severity);
        report.findings.retain(|noted| {
            noted.finding.severity >= least
                && (self.kind.is_empty() || self.kind.contains(&noted.finding.kind))
                && !(self.open && noted.suppression.is_some())
        });
    }

    fn print(&self, context: &Context, surveyed: &Surveyed, report: &Report) -> Result<(), Error> {
        let data = match self.format {
            Format::Text if self.out.is_none() => return context.print(&text::text(report, &surveyed.root)),
            Format::Text => anstream::adapter::strip_str(&text::text(report, &surveyed.root)).to_string(),
            Format::Json => report::document(report),
            Format::Jsonl => report::lines(report),
            Format::Sarif => report::sarif(report, env!("CARGO_PKG_VERSION")),
            Format::Html => report::html(report),
            Format::Csv => {
                let mut grid = Grid::new(&report::HEADINGS);
                grid.rows = report::rows(report);
                grid.csv()
            }
        };
        context.end_progress();
        let mut sink = Sink::open(self.out.as_deref(), context.console)?;
        sink.write(&data)?;
        sink.finish()?;
        if let Some(path) = &self.out {
            context.notice(&format!("{} findings in {}", report.findings.len(), path.display()));
        }
        Ok(())
    }
}

/// The report of a survey, on the day of the run.
pub fn reported(context: &Context, surveyed: &Surveyed, baseline: Option<&Baseline>) -> Report {
    let scan = &surveyed.scan;
    Report::of(
        scan,
        &report::Context {
            root: name(&surveyed.root),
            catalog: surveyed.known.name.clone(),
            today: Some(context.now.to_zoned(TimeZone::UTC).date()),
            baseline,
        },
    )
}

/// The folder's own name: where it stands is nobody's business.
fn name(root: &std::path::Path) -> String {
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    whole.file_name().map_or_else(|| root.display().to_string(), |name| name.to_string_lossy().into_owned())
}
