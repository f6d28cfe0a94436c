//! One page that needs nothing else: no script, no picture, no address outside of it. What is on top is for whoever
//! decides, what folds out is for whoever repairs.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::data::{Noted, Report};
use super::plot::{bars, escaped};
use crate::finding::{Finding, Severity};

const STYLE: &str = "\
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.15rem;margin-top:2rem}.sub{opacity:.7;margin-top:.2rem}\
.heads{display:flex;gap:1rem;flex-wrap:wrap}.head{border:1px solid #8886;border-radius:.5rem;padding:.6rem 1.1rem;min-width:8rem}\
.head b{display:block;font-size:1.9rem;line-height:1.2}.state{padding:.6rem 1rem;border-left:.3rem solid #c33;background:#c331}\
.state.good{border-color:#283;background:#2831}figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;height:auto;max-width:46rem}\
svg text{font:13px system-ui,sans-serif;fill:currentColor}rect{fill:#58a}rect.critical{fill:#b22}rect.high{fill:#d70}\
rect.medium{fill:#ca2}rect.low{fill:#8a8}details{border-bottom:1px solid #8884;padding:.25rem 0}summary{cursor:pointer}\
details details{margin-left:1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8881;padding:.5rem;border-radius:.3rem}\
code{font-family:ui-monospace,monospace;font-size:.92em}.tag{border-radius:.3rem;padding:0 .4rem;color:#fff;font-size:.85em}\
.tag.critical{background:#b22}.tag.high{background:#c60}.tag.medium{background:#970}.tag.low{background:#575}\
table{border-collapse:collapse}td,th{text-align:left;padding:.1rem .8rem .1rem 0;vertical-align:top}.quiet{opacity:.7}";

/// The report as a page.
pub fn html(report: &Report) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    let _ = writeln!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width\"><title>Schema dependencies of {}</title><style>{STYLE}</style></head><body>",
        escaped(&report.root)
    );
    top(&mut out, report);
    plots(&mut out, report);
    files(&mut out, report);
    rest(&mut out, report);
    out + "</body></html>\n"
}

fn top(out: &mut String, report: &Report) {
    let (root, catalog) = (escaped(&report.root), escaped(&report.catalog));
    let _ = writeln!(out, "<h1>Schema dependencies of {root}</h1>");
    let (files, lines) = (report.files, report.lines);
    let _ = writeln!(out, "<p class=\"sub\">{files} files, {lines} lines, against the catalog {catalog}</p>");
    let head = &report.headline;
    out.push_str("<div class=\"heads\">");
    for (number, name, what) in [
        (head.unbound, "unbound", "places that hold names of the schema"),
        (head.unresolved, "unresolved", "calls whose SQL is not known"),
        (head.bound, "bound", "places that take names from bindings"),
    ] {
        let _ = write!(out, "<div class=\"head\"><b>{number}</b>{name}<br><span class=\"quiet\">{what}</span></div>");
    }
    out.push_str("</div>\n");
    let (class, text) = if head.complete {
        ("state good", "Nothing is left: every file was read, and no place depends on a name of the schema.".to_owned())
    } else {
        ("state", state(report))
    };
    let _ = writeln!(out, "<p class=\"{class}\">{}</p>", escaped(&text));
}

/// What a reader should take home, in one paragraph.
fn state(report: &Report) -> String {
    let head = &report.headline;
    let mut out = format!("Not complete: a change of the schema can reach {} places", head.unbound);
    let worst = report.findings.iter().filter(|n| n.finding.severity == Severity::Critical).count();
    if worst > 0 {
        let _ = write!(out, ", {worst} of them statements that run");
    }
    out.push('.');
    if head.drift > 0 {
        let _ = write!(out, " {} name what no catalog has, and are broken already.", head.drift);
    }
    if head.unresolved > 0 {
        let _ = write!(out, " Of {} calls it is not known what they execute.", head.unresolved);
    }
    if !report.skipped.is_empty() {
        let _ = write!(out, " {} files were not read.", report.skipped.len());
    }
    if head.dead > 0 {
        let _ = write!(out, " {} places are reached by nothing and count no further.", head.dead);
    }
    out
}

fn plots(out: &mut String, report: &Report) {
    out.push_str("<h2>Where they are</h2>\n");
    let mut severities = report.tally(|f| vec![f.severity.to_string()]);
    severities.sort_by_key(|(name, _)| Severity::ALL.iter().rev().position(|s| s.as_str() == name));
    *out += &bars("by severity", &severities, str::to_owned);
    *out += &bars("by kind", &report.tally(|f| vec![f.kind.to_string()]), |_| String::new());
    *out += &bars("by file", &report.tally(|f| vec![f.file.clone()]), |_| String::new());
    *out += &bars("by table", &report.tally(tables), |_| String::new());
}

/// Each table that a finding is about, once.
fn tables(finding: &Finding) -> Vec<String> {
    let mut names: Vec<String> =
        finding.identifiers.iter().map(|i| i.table.clone().unwrap_or_else(|| i.name.clone())).collect();
    names.sort();
    names.dedup();
    names
}

fn files(out: &mut String, report: &Report) {
    out.push_str("<h2>Findings</h2>\n");
    if report.findings.is_empty() {
        out.push_str("<p>Nothing was found.</p>\n");
    }
    let mut by_file: BTreeMap<&str, Vec<&Noted>> = BTreeMap::new();
    for noted in &report.findings {
        by_file.entry(&noted.finding.file).or_default().push(noted);
    }
    for (file, found) in by_file {
        let worst = found.iter().map(|noted| noted.finding.severity).max().unwrap_or(Severity::Low);
        let _ = writeln!(
            out,
            "<details><summary><code>{}</code> <span class=\"quiet\">{}</span> {}</summary>",
            escaped(file),
            found.len(),
            tag(worst)
        );
        found.iter().for_each(|noted| one(out, noted));
        out.push_str("</details>\n");
    }
}

fn tag(severity: Severity) -> String {
    format!("<span class=\"tag {severity}\">{severity}</span>")
}

fn one(out: &mut String, noted: &Noted) {
    let finding = &noted.finding;
    let lines = if finding.line_end > finding.line_start {
        format!("{}-{}", finding.line_start, finding.line_end)
    } else {
        finding.line_start.to_string()
    };
    let part = finding.part.map(|part| format!(" {part}")).unwrap_or_default();
    let mut names: Vec<String> =
        finding.identifiers.iter().map(|i| format!("<code>{}</code>", escaped(&i.name))).collect();
    names.dedup();
    let _ = writeln!(
        out,
        "<details><summary>{lines}: {}{part} {} {}</summary><p>{}</p>",
        finding.kind,
        tag(finding.severity),
        names.join(", "),
        escaped(&finding.why)
    );
    if !finding.text.is_empty() {
        let _ = writeln!(out, "<pre><code>{}</code></pre>", escaped(&finding.text));
    }
    out.push_str("<table>");
    for (name, value) in facts(noted) {
        let _ = write!(out, "<tr><th>{name}</th><td>{}</td></tr>", escaped(&value));
    }
    out.push_str("</table></details>\n");
}

fn facts(noted: &Noted) -> Vec<(&'static str, String)> {
    let finding = &noted.finding;
    let objects = finding.identifiers.iter().map(|i| match (&i.table, &i.column) {
        (Some(table), Some(column)) => format!("{table}.{column} = {} ({})", i.name, i.role),
        (Some(table), None) => format!("{table}.{} ({})", i.name, i.role),
        (None, _) => format!("{} ({})", i.name, i.role),
    });
    let mut out = vec![
        ("objects", objects.collect::<Vec<_>>().join(", ")),
        ("a break is", finding.failure_mode.to_string()),
        ("confidence", format!("{:.2}", finding.confidence)),
        ("verdict", finding.verdict.to_string()),
        ("rewrite", finding.rewrite.to_string()),
        ("reached from", finding.reach.to_string()),
        ("in", finding.symbol.clone().unwrap_or_default()),
        ("executed at", finding.sinks.join(", ")),
        ("the same at", finding.clones.join(", ")),
        ("baseline", noted.status.map(|s| s.as_str().to_owned()).unwrap_or_default()),
        ("accepted", noted.suppression.as_ref().map(|s| s.reason().to_owned()).unwrap_or_default()),
        ("fingerprint", finding.fingerprint.clone()),
    ];
    out.retain(|(_, value)| !value.is_empty());
    out
}

fn rest(out: &mut String, report: &Report) {
    let fixed =
        report.fixed.iter().map(|e| (e.file.clone(), format!("fixed: {} ({})", e.names.join(", "), e.fingerprint)));
    list(out, "Stale entries of the baseline", fixed);
    let troubles = report.pragma_troubles.iter().map(|t| (format!("{}:{}", t.file, t.line), t.why.clone()));
    list(out, "Remarks in code that are wrong", troubles);
    list(out, "Not read", report.skipped.iter().map(|s| (s.file.clone(), s.why.clone())));
}

fn list(out: &mut String, title: &str, rows: impl Iterator<Item = (String, String)>) {
    let rows: Vec<String> = rows
        .map(|(place, why)| format!("<tr><td><code>{}</code></td><td>{}</td></tr>", escaped(&place), escaped(&why)))
        .collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "<h2>{title}</h2>\n<table>{}</table>", rows.concat());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::data::tests::report;

    #[test]
    fn the_page_needs_nothing_else_and_shows_markup_as_text() {
        let page = html(&report());
        for forbidden in ["<script", "http://", "https://", "<x>", "src=", "href="] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("SELECT &lt;x&gt; &amp; &quot;paid&quot;"));
        assert_eq!(page, html(&report()), "the same on each run");
        assert_eq!(page.matches("<details").count(), page.matches("</details>").count());
    }

    #[test]
    fn with_unresolved_calls_it_is_not_called_complete() {
        let mut report = report();
        assert!(html(&report).contains("Not complete: a change of the schema can reach 2 places"));
        report.headline = crate::report::Headline { unresolved: 1, ..Default::default() };
        assert!(html(&report).contains("Not complete") && !html(&report).contains("Nothing is left"));
        report.headline.complete = true;
        assert!(html(&report).contains("Nothing is left"));
    }
}
