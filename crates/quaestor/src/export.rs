//! An answer for other programs. `docs/answer.md` describes the JSON.

use agent::Answer;
use plan::semantic::LineStyle;
use serde::Serialize;

use crate::grid::Grid;
use crate::numbers;
use crate::view::{self, MARK};

/// One step of an answer.
#[derive(Serialize)]
struct Step<'a> {
    step: &'a str,
    text: &'a str,
}

/// An answer with its steps.
#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    answer: &'a Answer,
    trace: Vec<Step<'a>>,
}

/// The answer on one line.
pub fn json_line(answer: &Answer, steps: bool) -> String {
    let text = if steps { serde_json::to_string(&explained(answer)) } else { serde_json::to_string(answer) };
    text.expect("an answer holds only plain data") + "\n"
}

/// The answer over many lines.
pub fn json_pretty(answer: &Answer, steps: bool) -> String {
    let text =
        if steps { serde_json::to_string_pretty(&explained(answer)) } else { serde_json::to_string_pretty(answer) };
    text.expect("an answer holds only plain data") + "\n"
}

fn explained(answer: &Answer) -> Explained<'_> {
    Explained { answer, trace: answer.trace.steps().map(|(step, text)| Step { step, text }).collect() }
}

/// The rows as CSV: exact values, nothing for no value.
pub fn csv(answer: &Answer) -> String {
    let exact = |row: &Vec<catalog::Value>| row.iter().map(ToString::to_string).collect();
    let grid = Grid {
        headings: answer.columns.iter().map(|c| c.name.clone()).collect(),
        right: Vec::new(),
        rows: answer.rows.iter().map(exact).collect(),
    };
    grid.csv()
}

/// The rows as a Markdown table, with the reading and the warnings below; the sums of a statement are bold.
pub fn markdown(answer: &Answer, style: numbers::Style) -> String {
    let (marks, warnings) = view::remarks(answer);
    let reading = answer.words.iter().map(|line| format!("> {line}\n"));
    let marks = marks.iter().map(|line| format!("> \\{MARK} {line}\n"));
    let warnings = warnings.into_iter().map(|line| format!("> **Note:** {line}\n"));
    let notes: String = reading.chain(marks).chain(warnings).collect::<Vec<_>>().join(">\n");
    let mut grid = view::grid(answer, style);
    view::add_ratings(answer, &mut grid);
    for (row, line) in grid.rows.iter_mut().zip(&answer.lines) {
        if matches!(line.style, LineStyle::Section | LineStyle::Subtotal) {
            row[0] = format!("**{}**", row[0]);
        }
    }
    format!("{}\n{notes}", grid.markdown())
}
