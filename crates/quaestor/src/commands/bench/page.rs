//! The report as a page: tables and pictures of its own, nothing from elsewhere.

use std::fmt::Write;

use super::report::{Report, Row};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .6rem;border-bottom:1px solid #ddd;text-align:right}\
td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}text{font-size:11px;fill:#444}\
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}text{fill:#bbb}td,th{border-color:#444}}";

/// The whole page.
pub fn html(report: &Report) -> String {
    let Report { trace, objects, reads, changes, oracle_loads, .. } = report;
    let trace = escaped(trace);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Freshness</title>\
         <style>{STYLE}</style></head><body>\n<h1>Freshness</h1>\n<p>{trace}: {objects} objects, {reads} reads, \
         {changes} changes. Whoever knows every change needs {oracle_loads} loads.</p>\n"
    );
    out += "<h2>Stale reads against loads</h2>\n<p>Lower left is better.</p>\n";
    out += &points(&report.policies);
    out += "<h2>How long things live</h2>\n<p>Lives given by the default rule, in parts of 20 minutes.</p>\n";
    out += &report.policies.first().map(|row| bars(&row.lives)).unwrap_or_default();
    out += "<h2>All rules</h2>\n<table><tr><th>rule</th><th>loads</th><th>hits</th><th>stale</th><th>stale share</th>\
            <th>late by</th><th>lives</th></tr>\n";
    for row in &report.policies {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{:.2} %</td><td>{}</td><td>{:.3} %</td><td>{:.0} s</td><td>{:.0} to {:.0} s</td></tr>",
            escaped(&row.policy),
            row.loads,
            100.0 * row.hit_ratio,
            row.stale,
            100.0 * row.stale_ratio,
            row.mean_late_s,
            row.shortest_s,
            row.longest_s
        );
    }
    out + "</table>\n</body></html>\n"
}

/// Each rule a point.
fn points(rows: &[Row]) -> String {
    let most = |of: fn(&Row) -> f64| rows.iter().map(of).fold(1.0, f64::max);
    let (loads, stale) = (most(|r| r.loads as f64), most(|r| r.stale as f64));
    let mut out = String::from("<svg viewBox=\"0 0 720 320\" role=\"img\" aria-label=\"stale reads against loads\">");
    out += "<path d=\"M50 10V280H700\" fill=\"none\" stroke=\"#888\"/><text x=\"640\" y=\"300\">loads</text>\
            <text x=\"5\" y=\"20\">stale</text>";
    for (i, row) in rows.iter().enumerate() {
        let (x, y) = (50.0 + 600.0 * row.loads as f64 / loads, 280.0 - 260.0 * row.stale as f64 / stale);
        let color = if i < 2 { "#1668c7" } else { "#c7621a" };
        let _ = write!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{color}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            if x > 520.0 { x - 180.0 } else { x + 8.0 },
            y - 6.0,
            escaped(row.policy.split(" (").next().unwrap_or_default())
        );
    }
    out + "</svg>\n"
}

fn bars(lives: &[u64; 12]) -> String {
    let most = lives.iter().copied().max().unwrap_or(1).max(1) as f64;
    let mut out = String::from("<svg viewBox=\"0 0 720 200\" role=\"img\" aria-label=\"lengths of lives\">");
    for (i, count) in lives.iter().enumerate() {
        let (x, height) = (20 + i * 58, 150.0 * *count as f64 / most);
        let _ = write!(
            out,
            "<rect x=\"{x}\" y=\"{:.1}\" width=\"50\" height=\"{height:.1}\" fill=\"#1668c7\"/>\
             <text x=\"{x}\" y=\"185\">{} min</text><text x=\"{x}\" y=\"{:.1}\">{count}</text>",
            165.0 - height,
            (i + 1) * 20,
            160.0 - height
        );
    }
    out + "</svg>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
