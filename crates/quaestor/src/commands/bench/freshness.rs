//! `quaestor bench freshness`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fault::{Fault, Kind};
use jiff::Timestamp;
use schema::replay::{self, Event, Lives, Outcome, Step};
use schema::ttl::Policy;
use schema::versions;

use super::page;
use super::report::{Report, Row};
use crate::console::{BOLD, DIM};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::grid::Grid;

const EXAMPLES: &str = "\
Examples:
  quaestor bench freshness --seed 2 --weeks 12
  quaestor bench freshness --trace accesses.csv --format json
  quaestor bench freshness --history schema-versions --format html > freshness.html

A trace is CSV: the heading `time,event,object`, then an instant (ISO 8601, or seconds since 1970), `read` or `change`, and a
name. A history is a folder of SQL files named by Unix time, each the whole schema at that time; its reads are made up.";

/// Replays reads and changes of a schema in virtual time, and counts what is stale under several rules for how long things live.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Freshness {
    /// A trace of reads and changes [default: one is generated].
    #[arg(long, value_name = "FILE", group = "input")]
    trace: Option<PathBuf>,
    /// A folder of schema versions named by Unix time.
    #[arg(long, value_name = "FOLDER", group = "input")]
    history: Option<PathBuf>,
    /// Chooses the generated trace.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Weeks of the generated trace.
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=104))]
    weeks: u32,
    /// Tables of the generated trace.
    #[arg(long, value_name = "NUMBER", default_value_t = 40, value_parser = clap::value_parser!(u16).range(4..=1000))]
    tables: u16,
    /// How the report is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// How the report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON.
    Json,
    /// A page with pictures that needs nothing else.
    Html,
}

impl Freshness {
    /// Replays and reports.
    pub fn run(self, context: &mut Context) -> Result<Exit, Error> {
        let (trace, steps) = self.steps()?;
        let report = report(trace, &steps);
        match self.format {
            Format::Text => context.print(&text(&report))?,
            Format::Json => {
                let json = serde_json::to_string_pretty(&report).expect("a report holds only plain data");
                context.print_data(&(json + "\n"))?;
            }
            Format::Html => context.print_data(&page::html(&report))?,
        }
        Ok(Exit::Done)
    }

    fn steps(&self) -> Result<(String, Vec<Step>), Error> {
        if let Some(path) = &self.trace {
            let text = std::fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
            let steps = replay::parse(&text).map_err(|e| {
                Fault::new(Kind::Corrupt, "bench.trace", format!("{} is no trace: {e}", path.display()))
                    .hint("`quaestor bench freshness --help` says what a trace looks like")
            })?;
            return Ok((path.display().to_string(), steps));
        }
        if let Some(folder) = &self.history {
            let mut steps = versions::changes(&read_versions(folder)?);
            let objects: Vec<_> = replay::objects(&steps).into_iter().cloned().collect();
            if let (Some(first), Some(last)) = (steps.first().map(|s| s.at), steps.last().map(|s| s.at)) {
                steps.extend(replay::reads(self.seed, &objects, (first, last), 40));
                steps.sort_by_key(|step| (step.at, step.event));
            }
            return Ok((folder.display().to_string(), steps));
        }
        let (seed, weeks, tables) = (self.seed, self.weeks, self.tables);
        let name = format!("generated: seed {seed}, {weeks} weeks, {tables} tables");
        Ok((name, replay::generate(seed, weeks, usize::from(tables))))
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => Kind::Missing,
        std::io::ErrorKind::PermissionDenied => Kind::Denied,
        _ => Kind::Corrupt,
    };
    Fault::new(kind, "bench.unreadable", format!("{} cannot be read", path.display())).cause(error.to_string())
}

/// Files whose names begin with a Unix time; others are passed over.
fn read_versions(folder: &Path) -> Result<Vec<(Timestamp, String)>, Error> {
    let mut versions = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
        let at = digits.parse::<i64>().ok().and_then(|s| Timestamp::from_second(s).ok());
        if let (Some(at), true) = (at, name.to_lowercase().ends_with(".sql")) {
            let bytes = std::fs::read(&path).map_err(|e| unreadable(&path, &e))?;
            versions.push((at, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    if versions.len() < 2 {
        let text =
            format!("{} holds fewer than two files called by a Unix time, such as 1700000000.sql", folder.display());
        return Err(Fault::new(Kind::Missing, "bench.no_versions", text).into());
    }
    Ok(versions)
}

/// Replays the trace under each rule.
fn report(trace: String, steps: &[Step]) -> Report {
    let oracle = replay::oracle(steps);
    let row = |policy: &str, lives: Lives| row_of(policy.to_owned(), oracle, &replay::replay(steps, lives));
    let ladder = replay::replay(steps, Lives::Ladder(1.0));
    let (equal, outcome) = replay::at_equal_loads(steps, ladder.loads);
    let ours = Policy::default();
    let default = replay::replay(steps, Lives::Adaptive(ours));
    let name = format!("adaptive, price {:.0} (loads of the ladder)", equal.price);
    let mut policies = vec![
        row_of(format!("adaptive, price {:.0} (default)", ours.price), oracle, &default),
        row_of(name, oracle, &outcome),
        row_of("ladder of 60, 30, 15, 5 min".to_owned(), oracle, &ladder),
        row("a tenth of the age", Lives::TenthOfAge),
    ];
    for row in &mut policies[..2] {
        let outcome =
            if row.policy.contains("default") { replay::replay(steps, Lives::Adaptive(ours)) } else { outcome.clone() };
        row.stated_risk = Some(outcome.stated / outcome.loads.max(1) as f64);
    }
    for minutes in [5, 15, 60, 240] {
        policies.push(row(&format!("fixed, {minutes} min"), Lives::Fixed(f64::from(minutes) * 60.0)));
    }
    let count = |event| steps.iter().filter(|s| s.event == event).count();
    Report {
        version: 1,
        trace,
        objects: replay::objects(steps).len(),
        reads: count(Event::Read) as u64,
        changes: count(Event::Change),
        oracle_loads: oracle,
        policies,
    }
}

fn row_of(policy: String, oracle: u64, outcome: &Outcome) -> Row {
    let needless = i64::try_from(outcome.loads).unwrap_or(i64::MAX) - i64::try_from(oracle).unwrap_or(i64::MAX);
    Row {
        policy,
        reads: outcome.reads,
        loads: outcome.loads,
        needless_loads: needless,
        hit_ratio: outcome.hit_ratio(),
        stale: outcome.stale,
        stale_ratio: outcome.stale_ratio(),
        mean_late_s: outcome.late_s / outcome.stale.max(1) as f64,
        shortest_s: if outcome.loads == 0 { 0.0 } else { outcome.shortest },
        longest_s: outcome.longest,
        stated_risk: None,
        realised_risk: outcome.realised / outcome.loads.max(1) as f64,
        lives: outcome.histogram,
    }
}

fn text(report: &Report) -> String {
    let Report { trace, objects, reads, changes, oracle_loads, .. } = report;
    let mut out = format!("{BOLD}{trace}{BOLD:#}\n{objects} objects, {reads} reads, {changes} changes; ");
    out += &format!("whoever knows every change needs {oracle_loads} loads\n\n");
    let mut grid = Grid::new(&["rule", ">loads", ">hits", ">stale", ">stale share", ">late by", ">lives"]);
    for row in &report.policies {
        grid.rows.push(vec![
            row.policy.clone(),
            row.loads.to_string(),
            format!("{:.2} %", 100.0 * row.hit_ratio),
            row.stale.to_string(),
            format!("{:.3} %", 100.0 * row.stale_ratio),
            format!("{:.0} s", row.mean_late_s),
            format!("{:.0} to {:.0} s", row.shortest_s, row.longest_s),
        ]);
    }
    out += &grid.text(None, false);
    let (equal, ladder) = (&report.policies[1], &report.policies[2]);
    if ladder.stale > 0 {
        let saved = 100.0 * (1.0 - equal.stale as f64 / ladder.stale as f64);
        out += &format!("\n\nat the loads of the ladder: {saved:.0} % fewer stale reads than it\n");
    }
    let risk = |row: &Row| row.stated_risk.map(|stated| (100.0 * stated, 100.0 * row.realised_risk));
    if let Some((stated, realised)) = risk(&report.policies[0]) {
        out += &format!(
            "{DIM}a change was expected within {stated:.2} % of the lives, and was in {realised:.2} %{DIM:#}\n"
        );
    }
    out
}
