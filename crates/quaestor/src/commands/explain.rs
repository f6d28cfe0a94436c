//! `quaestor explain`.

use std::fmt::Write;

use clap::Args;
use codemod::report::Noted;
use codemod::{Baseline, FailureMode, Report, Rewrite, Verdict};
use fault::{Fault, Kind};

use super::code::{CodeArgs, Surveyed};
use super::common::Listing;
use super::scan::{frame, mark, reported};
use crate::console::{BOLD, DIM, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  quaestor explain 3f2a9c0d11e2b4a7 src --catalog catalog.json
  quaestor explain src/report.py:40 . --catalog catalog.json

The fingerprint is the one that `quaestor scan` prints, or the first letters of it.";

/// Says why a place is a dependency on the schema, and what can be done about it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Explain {
    /// A fingerprint, or a place as FILE:LINE below the folder.
    #[arg(value_name = "FINGERPRINT")]
    which: String,
    #[command(flatten)]
    code: CodeArgs,
    /// How it is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    format: Listing,
}

impl Explain {
    /// Scans and explains.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        let scope = context.scope();
        let surveyed = self.code.survey(context, &scope).await?;
        let report = reported(context, &surveyed, None::<&Baseline>);
        let found = self.find(&report)?;
        match self.format {
            Listing::Json => {
                let text = serde_json::to_string_pretty(&found).expect("a finding holds only plain data") + "\n";
                context.print_data(&text)?;
            }
            Listing::Table => {
                let texts: Vec<String> = found.iter().map(|noted| text(noted, &surveyed)).collect();
                context.print(&texts.join("\n"))?;
            }
        }
        Ok(Exit::Done)
    }

    /// The findings that are meant.
    fn find<'r>(&self, report: &'r Report) -> Result<Vec<&'r Noted>, Error> {
        if let Some((file, line)) = self.which.rsplit_once(':')
            && let Ok(line) = line.parse::<usize>()
        {
            let file = file.trim_start_matches("./");
            let is_there =
                |n: &&Noted| n.finding.file == file && (n.finding.line_start..=n.finding.line_end).contains(&line);
            let found: Vec<&Noted> = report.findings.iter().filter(is_there).collect();
            return if found.is_empty() { Err(nothing_there(report, file, line).into()) } else { Ok(found) };
        }
        let starts = |n: &&Noted| n.finding.fingerprint.starts_with(&self.which.to_lowercase());
        let found: Vec<&Noted> = report.findings.iter().filter(starts).collect();
        match found.len() {
            1 => Ok(found),
            0 => {
                let what = format!("no finding has a fingerprint that begins with {:?}", self.which);
                Err(Fault::new(Kind::Missing, "quaestor.no_finding", what)
                    .hint("`quaestor scan` prints the fingerprints; a place is FILE:LINE")
                    .into())
            }
            many => {
                let what = format!("{many} findings have a fingerprint that begins with {:?}", self.which);
                Err(Fault::new(Kind::Usage, "quaestor.many_findings", what).hint("give more letters of it").into())
            }
        }
    }
}

/// Why nothing stands there, as far as that is known.
fn nothing_there(report: &Report, file: &str, line: usize) -> Fault {
    let fault = Fault::new(Kind::Missing, "quaestor.no_finding", format!("nothing was found at {file}:{line}"));
    if let Some(skipped) = report.skipped.iter().find(|skipped| skipped.file == file) {
        return fault.cause(format!("the file was not read: {}", skipped.why));
    }
    let near = report.findings.iter().filter(|n| n.finding.file == file);
    match near.min_by_key(|n| n.finding.line_start.abs_diff(line)) {
        Some(near) => fault.hint(format!("the nearest finding of this file is at line {}", near.finding.line_start)),
        None => fault
            .cause("no text of this file holds a name of the schema at a place that makes it a dependency")
            .hint("paths are those below the scanned folder, as `quaestor scan` prints them"),
    }
}

fn text(noted: &Noted, surveyed: &Surveyed) -> String {
    let finding = &noted.finding;
    let part = finding.part.map(|part| format!(" {part}")).unwrap_or_default();
    let mut out = format!(
        "{} {BOLD}{}:{}{BOLD:#}  {}{part}\n{}",
        mark(finding.severity),
        plain(&finding.file),
        finding.line_start,
        finding.kind,
        frame(finding, &surveyed.root)
    );
    for (label, value) in facts(noted) {
        let _ = writeln!(out, "  {DIM}{label:<13}{DIM:#}{}", plain(&value));
    }
    for identifier in &finding.identifiers {
        let whole = match (&identifier.table, &identifier.column) {
            (Some(table), Some(column)) => format!("a value of {table}.{column}"),
            (Some(table), None) => format!("a column of {table}"),
            (None, _) => "a table, an index or a schema".to_owned(),
        };
        let _ = writeln!(
            out,
            "  {DIM}{:<13}{DIM:#}{}: {}, {}",
            "name",
            plain(&identifier.name),
            plain(&whole),
            identifier.role
        );
    }
    out
}

fn facts(noted: &Noted) -> Vec<(&'static str, String)> {
    let finding = &noted.finding;
    let verdict = match finding.verdict {
        Verdict::Dependency => "it depends on the schema",
        Verdict::Drift => "it names what no catalog has: it fails already, or nothing runs it",
        Verdict::Dead => "it would depend on the schema if anything reached it",
        Verdict::Unresolved => "what it executes is not known",
    };
    let breaks = match finding.failure_mode {
        FailureMode::Loud => "with an error",
        FailureMode::Silent => "with a wrong or missing result and no error",
        FailureMode::Cosmetic => "in what people read, and nowhere else",
    };
    let rewrite = match finding.rewrite {
        Rewrite::Auto => "by a program, with a proof",
        Rewrite::Assisted => "a program proposes, a person decides",
        Rewrite::Manual => "by a person",
    };
    let accept = format!("a comment `quaestor: ignore[{}] reason` on this line or the one above", finding.kind);
    let accepted = noted.suppression.as_ref().map_or(accept, |s| format!("accepted: {}", s.reason()));
    let mut out = vec![
        ("evidence", finding.why.clone()),
        ("verdict", format!("{verdict} (confidence {:.2})", finding.confidence)),
        ("a break shows", breaks.to_owned()),
        ("reached from", finding.reach.to_string()),
        ("in", finding.symbol.clone().unwrap_or_default()),
        ("executed at", finding.sinks.join(", ")),
        ("the same at", finding.clones.join(", ")),
        ("prepared as", finding.renders.clone().unwrap_or_default()),
        ("rewritten", rewrite.to_owned()),
        ("fingerprint", finding.fingerprint.clone()),
        ("to accept it", accepted),
    ];
    out.retain(|(_, value)| !value.is_empty());
    out
}
