//! An impact for people: per change the numbers, the places worst first, the edits, the order.

use std::fmt::Write;

use codemod::impact::{Counts, Fate, Impact, Placed, Verdicts};
use serde::Serialize;

use crate::commands::scan::mark;
use crate::console::{BOLD, DIM, GREEN, RED, YELLOW, plain};

/// A statement of a migration that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

/// Calls shown one by one.
const MOST_CALLS: usize = 10;

/// All changes, and what nobody can say below them.
pub fn text(impact: &Impact, unread: &[Unread], all: bool) -> String {
    let mut out = String::new();
    if impact.changes.is_empty() {
        out += "nothing changes\n";
    }
    for verdicts in &impact.changes {
        out += &one(verdicts, all);
        out.push('\n');
    }
    for Unread { line, why } in unread {
        let _ = writeln!(out, "{YELLOW}line {line}{YELLOW:#} of the migration was passed over: {}", plain(why));
    }
    if impact.changes.len() > 1 {
        let _ = writeln!(out, "{BOLD}all changes: {}{BOLD:#}", numbers(&impact.counts, 0));
    }
    for call in impact.unresolved.iter().take(MOST_CALLS) {
        let _ = writeln!(
            out,
            "{YELLOW}unknown{YELLOW:#}  {}:{}  {DIM}{}{DIM:#}",
            plain(&call.file),
            call.line,
            plain(&call.why)
        );
    }
    if !impact.unresolved.is_empty() {
        let calls = if impact.unresolved.len() == 1 { "call executes" } else { "calls execute" };
        let count = impact.unresolved.len();
        let _ = writeln!(
            out,
            "{YELLOW}{count} {calls} SQL that is not known: no change is called safe for that code{YELLOW:#}"
        );
    }
    out
}

fn one(verdicts: &Verdicts, all: bool) -> String {
    let mut out = format!("{BOLD}{}{BOLD:#}\n", plain(&verdicts.change.to_string()));
    let _ = writeln!(out, "  {}", numbers(&verdicts.counts, verdicts.files));
    if verdicts.change.is_uncertain() {
        let _ = writeln!(
            out,
            "  {YELLOW}the rename is likely, not certain ({:.0} %){YELLOW:#}",
            100.0 * verdicts.change.certainty
        );
    }
    for object in &verdicts.objects {
        let _ = writeln!(out, "  {YELLOW}{} names it{YELLOW:#}", plain(object));
    }
    let is_shown = |placed: &&Placed| all || placed.site.fate != Fate::Survives;
    for placed in verdicts.sites.iter().filter(is_shown) {
        out += &place(placed);
    }
    if verdicts.counts.breaks() > 0 {
        for edit in &verdicts.edits {
            let place = format!("{}:{}", plain(&edit.file), edit.line);
            let _ = writeln!(
                out,
                "  {DIM}edit{DIM:#}  {place}  {} -> {GREEN}{}{GREEN:#}",
                plain(&edit.old),
                plain(&edit.new)
            );
        }
        for (i, step) in verdicts.steps.iter().enumerate() {
            let _ = writeln!(out, "  {DIM}{}. {}: {}{DIM:#}", i + 1, step.name, step.what);
        }
    }
    out
}

fn numbers(counts: &Counts, files: usize) -> String {
    let loud = match (counts.breaks_loud, counts.confirmed + counts.composed) {
        (1, 0) => "1 breaks loud".to_owned(),
        (n, 0) => format!("{n} break loud"),
        (n, confirmed) => format!("{n} break loud ({confirmed} confirmed)"),
    };
    let silent = if counts.breaks_silent == 1 {
        "1 breaks silently".to_owned()
    } else {
        format!("{} break silently", counts.breaks_silent)
    };
    let files = match files {
        0 => String::new(),
        1 => ", in 1 file".to_owned(),
        many => format!(", in {many} files"),
    };
    let others = [
        (counts.unknown, "unknown"),
        (counts.already_broken, "broken already"),
        (counts.survives, "not touched by it"),
    ];
    let others: String = others.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("; {n} {words}")).collect();
    format!("{loud}, {silent}{files}{others}")
}

fn place(placed: &Placed) -> String {
    let (style, word) = match placed.site.fate {
        Fate::BreaksLoud => (RED, "loud"),
        Fate::BreaksSilent => (YELLOW, "silent"),
        Fate::Unknown => (BOLD, "unknown"),
        Fate::AlreadyBroken => (DIM, "already"),
        Fate::Survives => (GREEN, "survives"),
    };
    let part = placed.part.map(|part| format!(" {part}")).unwrap_or_default();
    let names = if placed.names.is_empty() { String::new() } else { format!("  {}", plain(&placed.names.join(", "))) };
    let mut out = format!(
        "  {style}{word:<8}{style:#} {} {}:{}  {}{part}{names}\n",
        mark(placed.severity),
        plain(&placed.file),
        placed.line_start,
        placed.kind
    );
    let kept = if placed.insulated { "; an alias in the statement beside it keeps the name" } else { "" };
    let evidence = placed.site.evidence.as_ref().map(|said| format!(": {}", plain(said))).unwrap_or_default();
    let _ = writeln!(out, "           {DIM}{}{evidence}{kept}{DIM:#}", plain(&placed.site.why));
    out
}
