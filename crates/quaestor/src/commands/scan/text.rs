//! Findings for people: where, what, the lines of code, and why.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use anstyle::Style;
use codemod::report::Noted;
use codemod::{FailureMode, Finding, Report, Severity, mask};

use crate::console::{BOLD, DIM, GREEN, RED, YELLOW, plain};

/// Lines of code shown of one finding.
const MOST_LINES: usize = 8;
/// Letters shown of one line.
const LONGEST: usize = 160;

/// Files that were looked into, by their path.
type Read = HashMap<String, Vec<String>>;

/// All findings, and the numbers below them.
pub fn text(report: &Report, root: &Path) -> String {
    let mut out = String::new();
    let mut read = Read::new();
    for noted in &report.findings {
        out += &one(noted, root, &mut read);
        out.push('\n');
    }
    out + &tail(report)
}

fn one(noted: &Noted, root: &Path, read: &mut Read) -> String {
    let finding = &noted.finding;
    let mut out = headline(noted);
    out += &frame_of(finding, root, read);
    let _ = writeln!(out, "  {}", plain(&finding.why));
    if let Some(suppression) = &noted.suppression {
        let _ = writeln!(out, "  {GREEN}accepted{GREEN:#}: {}", plain(suppression.reason()));
    }
    out
}

fn headline(noted: &Noted) -> String {
    let finding = &noted.finding;
    let place = format!("{}:{}", plain(&finding.file), finding.line_start);
    let mut out = format!("{} {BOLD}{place}{BOLD:#}  {}", mark(finding.severity), finding.kind);
    if let Some(part) = finding.part {
        let _ = write!(out, " {part}");
    }
    if let Some(status) = noted.status {
        let _ = write!(out, "  {}", status.as_str());
    }
    let _ = writeln!(
        out,
        "  {DIM}{}, {}, confidence {:.2}, {}{DIM:#}",
        finding.verdict,
        breaks(finding.failure_mode),
        finding.confidence,
        finding.fingerprint
    );
    out
}

fn breaks(mode: FailureMode) -> &'static str {
    match mode {
        FailureMode::Loud => "would break loud",
        FailureMode::Silent => "would break silently",
        FailureMode::Cosmetic => "would be out of date",
    }
}

/// The word of a severity in its colour, as wide as the longest.
pub fn mark(severity: Severity) -> String {
    let style = match severity {
        Severity::Critical => RED,
        Severity::High => YELLOW,
        Severity::Medium => BOLD,
        Severity::Low => DIM,
    };
    format!("{style}{severity:<8}{style:#}")
}

/// The lines of code of a finding, with its names underlined. Nothing where the file cannot be read.
pub fn frame(finding: &Finding, root: &Path) -> String {
    frame_of(finding, root, &mut Read::new())
}

fn frame_of(finding: &Finding, root: &Path, read: &mut Read) -> String {
    let lines = read.entry(finding.file.clone()).or_insert_with(|| lines_of(&root.join(&finding.file)));
    let names: Vec<&str> = finding.identifiers.iter().map(|i| i.name.as_str()).collect();
    let last = finding.line_end.min(finding.line_start + MOST_LINES - 1);
    let wide = last.to_string().len();
    let mut out = String::new();
    for number in finding.line_start..=last {
        let Some(line) = number.checked_sub(1).and_then(|at| lines.get(at)) else { break };
        let _ = writeln!(out, "  {DIM}{number:>wide$} |{DIM:#} {}", underlined(line, &names));
    }
    if finding.line_end > last && !out.is_empty() {
        let _ = writeln!(out, "  {DIM}{:>wide$} | {} more lines{DIM:#}", "", finding.line_end - last);
    }
    out
}

fn lines_of(path: &Path) -> Vec<String> {
    let text = std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    mask(&text).lines().map(|line| plain(&line.replace('\t', "    "))).collect()
}

/// A line within its length, the names in it underlined.
fn underlined(line: &str, names: &[&str]) -> String {
    const MARKED: Style = Style::new().underline();
    let short: String = line.chars().take(LONGEST).collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut out, mut word) = (String::new(), String::new());
    for c in short.chars().chain(std::iter::once('\n')) {
        if is_word(c) {
            word.push(c);
            continue;
        }
        match names.contains(&word.as_str()) {
            true => out += &format!("{MARKED}{word}{MARKED:#}"),
            false => out += &word,
        }
        word.clear();
        out.push(c);
    }
    out.pop();
    if short.len() < line.len() {
        out.push_str(" ...");
    }
    out
}

fn tail(report: &Report) -> String {
    let head = &report.headline;
    let mut out = String::new();
    if report.findings.is_empty() {
        out += if head.unbound + head.unresolved == 0 {
            "nothing was found\n"
        } else {
            "nothing of this kind was found\n"
        };
    }
    for entry in &report.fixed {
        let names = plain(&entry.names.join(", "));
        let _ =
            writeln!(out, "{YELLOW}stale{YELLOW:#} entry of the baseline: {names} ({}) is fixed", entry.fingerprint);
    }
    for trouble in &report.pragma_troubles {
        let place = format!("{}:{}", plain(&trouble.file), trouble.line);
        let _ = writeln!(out, "{YELLOW}remark{YELLOW:#} {place}: {}", plain(&trouble.why));
    }
    for skipped in report.skipped.iter().take(MOST_LINES) {
        let _ = writeln!(out, "{DIM}not read: {}: {}{DIM:#}", plain(&skipped.file), plain(&skipped.why));
    }
    if report.skipped.len() > MOST_LINES {
        let _ =
            writeln!(out, "{DIM}not read: {} more, --format json lists all{DIM:#}", report.skipped.len() - MOST_LINES);
    }
    let _ = writeln!(
        out,
        "{BOLD}unbound {}, unresolved {}, bound {}{BOLD:#}{}",
        head.unbound,
        head.unresolved,
        head.bound,
        if head.complete { ": nothing is left" } else { "" }
    );
    let beside = [
        (head.drift, "name what no catalog has"),
        (head.dead, "are reached by nothing"),
        (head.definitions, "define the schema"),
    ];
    let beside: Vec<String> = beside.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let beside = if beside.is_empty() { String::new() } else { format!("; {}", beside.join(", ")) };
    let (files, lines, catalog) = (report.files, report.lines, plain(&report.catalog));
    let _ = writeln!(out, "{DIM}{files} files, {lines} lines, against {catalog}{beside}{DIM:#}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_underlined_as_whole_words_and_long_lines_are_cut() {
        let text = underlined("SELECT due_on, due FROM bills", &["due"]);
        assert_eq!(text.matches("\u{1b}[4m").count(), 1);
        assert_eq!(anstream::adapter::strip_str(&text).to_string(), "SELECT due_on, due FROM bills");
        assert!(underlined(&"x".repeat(300), &[]).ends_with(" ..."));
    }
}
