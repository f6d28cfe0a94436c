//! An answer as people read it on a terminal.

use std::collections::BTreeSet;
use std::fmt::Write;

use agent::{Answer, ChartKind, Status};
use catalog::{Decimal, Unit, Value};
use plan::finish::ColumnKind;
use plan::rate::Rating;
use plan::semantic::LineStyle;

use crate::console::{BOLD, DIM, YELLOW, plain};
use crate::grid::Grid;
use crate::numbers;
use crate::parse::Locale;
use crate::strokes;

/// How an answer is shown.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// How numbers are written.
    pub style: numbers::Style,
    /// Columns there are.
    pub width: Option<u16>,
    /// Whether there are pictures.
    pub charts: bool,
    /// Whether the statement is shown.
    pub sql: bool,
    /// Whether every step is shown.
    pub steps: bool,
}

/// Widest bar, in characters.
const WIDEST_BAR: u16 = 30;
/// Columns assumed where there is no terminal.
const PAGE: u16 = 100;
/// Stands at periods that are not complete.
pub const MARK: &str = "*";
/// The group of what has no value to be grouped by.
const NAMELESS: &str = "(none)";
/// One step to the right, for a line of a statement.
const INDENT: &str = "  ";

/// How a question back is answered on the command line.
const CHOOSE: &str = "try: the same question with --choose 1, or with the words of one of these in it";

/// The whole answer. A failed one has no text here: its fault goes to standard error.
pub fn text(answer: &Answer, look: &Look) -> String {
    let mut out = match answer.status {
        Status::Answered => answered(answer, look),
        Status::Clarify => format!("{}{DIM}{CHOOSE}{DIM:#}\n", clarify(answer)),
        Status::Refused => refused(answer),
        Status::Failed => String::new(),
    };
    if look.steps {
        out += &steps(answer);
    }
    if look.sql {
        out += &match statement(answer) {
            none if none.is_empty() => none,
            text => format!("\n{text}"),
        };
    }
    out
}

/// The answer in a conversation: its rows, what was understood, and what to beware of.
pub fn brief(answer: &Answer, look: &Look, rows: u64) -> String {
    if answer.status != Status::Answered {
        return match answer.status {
            Status::Clarify => clarify(answer),
            _ => text(answer, look),
        };
    }
    let mut out = shown(answer, look, usize::try_from(rows).unwrap_or(usize::MAX));
    let _ = writeln!(out, "{DIM}{:<12}{}{DIM:#}", "reading", plain(answer.understood.as_deref().unwrap_or_default()));
    out + &beware(answer)
}

/// The answer's cells as text. Periods that are not complete carry a `*`, which [`remarks`] explains.
pub fn grid(answer: &Answer, style: numbers::Style) -> Grid {
    let kind = |i: usize| answer.kinds.get(i).copied();
    let is_grouped = answer.kinds.contains(&ColumnKind::Measure) && answer.drilled.is_none();
    let cell = |row: &[Value], i: usize| {
        let text = style.typed_cell(&row[i], &answer.columns[i], kind(i));
        // Without a difference there is nothing that could be meaningful.
        let is_moot = !answer.lines.is_empty() && kind(i) == Some(ColumnKind::ChangeShare) && row[i - 1].is_null();
        let text = match kind(i) {
            Some(ColumnKind::Assessment) if row[i].is_null() => String::new(),
            _ if is_moot => style.cell(&Value::Null, None, None),
            _ => text,
        };
        match kind(i) {
            Some(ColumnKind::Dimension) if is_grouped && row[i].is_null() => NAMELESS.to_owned(),
            Some(ColumnKind::Period) if answer.incomplete.contains(&row[i].to_string()) => text + MARK,
            _ => text,
        }
    };
    let columns = 0..answer.columns.len();
    Grid {
        headings: answer.columns.iter().map(|c| plain(&c.name)).collect(),
        right: answer.columns.iter().map(|c| c.ty.is_numeric()).collect(),
        rows: answer.rows.iter().map(|row| columns.clone().map(|i| cell(row, i)).collect()).collect(),
    }
}

fn answered(answer: &Answer, look: &Look) -> String {
    shown(answer, look, usize::MAX) + "\n" + &notes(answer, look.style.locale)
}

/// The rows, up to some number of them.
fn shown(answer: &Answer, look: &Look, most: usize) -> String {
    let mut grid = grid(answer, look.style);
    let hidden = grid.rows.len().saturating_sub(most);
    grid.rows.truncate(most);
    let labels = |k: &ColumnKind| matches!(k, ColumnKind::Dimension | ColumnKind::Period);
    let mut out = match grid.rows.as_slice() {
        [] => format!("{BOLD}no rows{BOLD:#}\n"),
        [row] if !answer.kinds.iter().any(labels) => headline(answer, &grid.headings, row),
        _ => {
            add_ratings(answer, &mut grid);
            table(answer, grid, look)
        }
    };
    if hidden > 0 {
        let _ = writeln!(out, "{DIM}... {hidden} more rows (rows {} shows all){DIM:#}", answer.rows.len());
    }
    out
}

/// A single line of numbers, one below the other; the first is what was asked for.
fn headline(answer: &Answer, headings: &[String], row: &[String]) -> String {
    let wide = |texts: &[String]| texts.iter().map(|t| t.chars().count()).max().unwrap_or(0);
    let (left, right) = (wide(headings), wide(row));
    let mut out = String::new();
    for (i, (heading, cell)) in headings.iter().zip(row).enumerate() {
        let currency = currency(answer.columns[i].unit.as_ref()).map(|c| format!(" {}", plain(c))).unwrap_or_default();
        let rating = answer.ratings.iter().find(|r| (r.row, r.column) == (0, i));
        let rating = rating.map(|r| format!("  {}", rated(answer, r))).unwrap_or_default();
        let line = format!("{heading:<left$}  {cell:>right$}{currency}{rating}");
        match answer.kinds.get(i) {
            Some(ColumnKind::Measure) | None => writeln!(out, "{BOLD}{line}{BOLD:#}"),
            Some(_) => writeln!(out, "{line}"),
        }
        .unwrap_or_default();
    }
    out
}

/// A column beside the others for each that is rated.
pub fn add_ratings(answer: &Answer, grid: &mut Grid) {
    let columns: BTreeSet<usize> = answer.ratings.iter().map(|r| r.column).collect();
    for column in &columns {
        let heading =
            if columns.len() == 1 { "status".to_owned() } else { format!("status of {}", grid.headings[*column]) };
        grid.headings.push(heading);
        grid.right.push(false);
        for (i, row) in grid.rows.iter_mut().enumerate() {
            let rating = answer.ratings.iter().find(|r| (r.row, r.column) == (i, *column));
            row.push(rating.map(|r| rated(answer, r)).unwrap_or_default());
        }
    }
}

/// A status with the bound that decided: `good (at least 1.5)`.
fn rated(answer: &Answer, rating: &Rating) -> String {
    let share = matches!(answer.columns.get(rating.column).and_then(|c| c.unit.as_ref()), Some(Unit::Share));
    let bound = match share {
        true => format!("{}%", (&rating.bound * Decimal::from(100)).normalized().to_plain_string()),
        false => rating.bound.normalized().to_plain_string(),
    };
    format!("{} ({} {bound})", rating.status, rating.relation)
}

fn currency(unit: Option<&Unit>) -> Option<&String> {
    match unit {
        Some(Unit::Money(currency)) => currency.as_ref(),
        _ => None,
    }
}

fn table(answer: &Answer, mut grid: Grid, look: &Look) -> String {
    let chart = answer.chart.as_ref().filter(|_| look.charts);
    let mut below = String::new();
    match chart.map(|chart| chart.kind) {
        Some(ChartKind::Bars) => add_bars(answer, &mut grid, look),
        Some(ChartKind::Line) => below = lines(answer, look),
        None => {}
    }
    for (row, line) in grid.rows.iter_mut().zip(&answer.lines) {
        row[0].insert_str(0, &INDENT.repeat(usize::from(line.level)));
    }
    let text = grid.text(look.width, look.style.ascii);
    let mut lines = text.lines();
    // Headings take several lines where the terminal is narrow; the rule is below them.
    let is_rule = |line: &&str| line.chars().all(|c| c == '─' || c == '-');
    let headings = lines.by_ref().take_while(|line| !is_rule(line)).map(|line| format!("{BOLD}{line}{BOLD:#}\n"));
    let headings: String = headings.collect();
    let rule = text.lines().find(is_rule).unwrap_or_default();
    let body: Vec<&str> = lines.collect();
    format!("{headings}{rule}\n{}{below}", set_off(answer, &body))
}

/// The lines of a table; those of a statement with its sums set off, unless a narrow terminal breaks them.
fn set_off(answer: &Answer, body: &[&str]) -> String {
    let style = |i: usize| answer.lines.get(i).filter(|_| answer.lines.len() == body.len()).map(|l| l.style);
    let line = |(i, line): (usize, &&str)| match style(i) {
        Some(LineStyle::Subtotal) => format!("{BOLD}{line}{BOLD:#}\n\n"),
        Some(LineStyle::Section) => format!("{BOLD}{line}{BOLD:#}\n"),
        Some(LineStyle::Check) => format!("{DIM}{line}{DIM:#}\n"),
        Some(LineStyle::Account) | None => format!("{line}\n"),
    };
    body.iter().enumerate().map(line).collect()
}

/// Bars of the first drawn column, where there is room for them.
fn add_bars(answer: &Answer, grid: &mut Grid, look: &Look) {
    let Some(column) = answer.chart.as_ref().and_then(|chart| chart.values.first()) else { return };
    let room = look.width.unwrap_or(PAGE).saturating_sub(grid.width()).min(WIDEST_BAR);
    if room < 5 {
        return;
    }
    let values: Vec<Option<f64>> = answer.rows.iter().map(|row| row[*column].to_f64()).collect();
    let largest = values.iter().flatten().fold(0.0_f64, |most, v| most.max(v.abs()));
    grid.headings.push(String::new());
    grid.right.push(false);
    for (row, value) in grid.rows.iter_mut().zip(values) {
        row.push(strokes::bar(value, largest, room, look.style.ascii));
    }
}

/// A sparkline of each drawn column.
fn lines(answer: &Answer, look: &Look) -> String {
    let Some(chart) = &answer.chart else { return String::new() };
    let name = |column: &usize| plain(&answer.columns[*column].name);
    let wide = chart.values.iter().map(|c| name(c).chars().count()).max().unwrap_or(0);
    let line = |column: &usize| {
        let values: Vec<Option<f64>> = answer.rows.iter().map(|row| row[*column].to_f64()).collect();
        format!("{:<wide$}  {}\n", name(column), strokes::sparkline(&values, look.style.ascii))
    };
    format!("\n{}", chart.values.iter().map(line).collect::<String>())
}

/// What explains the answer, in dim lines; warnings stand out.
fn notes(answer: &Answer, locale: Locale) -> String {
    let mut out = String::new();
    let mut dim = |label: &str, text: &str| {
        let _ = writeln!(out, "{DIM}{label:<12}{}{DIM:#}", plain(text));
    };
    for (i, line) in answer.words.iter().enumerate() {
        dim(if i == 0 { "reading" } else { "" }, line);
    }
    let is_said = |period: &&String| answer.words.iter().any(|line| line.contains(*period));
    if let Some(period) = answer.period.as_ref().filter(|period| !is_said(period)) {
        dim("period", period);
    }
    let currencies = answer.columns.iter().filter_map(|c| currency(c.unit.as_ref()));
    let mut currencies: Vec<&str> = currencies.map(String::as_str).collect();
    currencies.dedup();
    if !currencies.is_empty() {
        dim("amounts in", &currencies.join(", "));
    }
    dim("rows", &completeness(answer, locale));
    dim("confidence", &format!("{:.2}", answer.confidence));
    dim("schema", &format!("{}, seen {}", answer.epoch, age(answer.age_s)));
    dim("time", &format!("planned in {:.1} ms, run in {:.1} ms", answer.ms.plan, answer.ms.run));
    out + &beware(answer)
}

/// Marks and warnings, which stand out.
fn beware(answer: &Answer) -> String {
    let mut out = String::new();
    let (marks, warnings) = remarks(answer);
    let marks = marks.iter().map(|text| (MARK, text));
    for (label, text) in marks.chain(warnings.into_iter().map(|text| ("note", text))) {
        let _ = writeln!(out, "{YELLOW}{label:<12}{}{YELLOW:#}", plain(text));
    }
    out
}

/// What the marks at periods mean, where there are any, and the warnings that say something else.
pub fn remarks(answer: &Answer) -> (Option<String>, Vec<&String>) {
    let labels = &answer.incomplete;
    let is_of_marks = |warning: &str| warning.ends_with("not complete") && labels.iter().all(|l| warning.contains(l));
    let are = if labels.len() == 1 { "is" } else { "are" };
    let marks = (!labels.is_empty()).then(|| format!("{} {are} not complete", labels.join(", ")));
    (marks, answer.warnings.iter().filter(|w| labels.is_empty() || !is_of_marks(w)).collect())
}

/// How many rows are shown and, of numbers, from how many of the database they come.
fn completeness(answer: &Answer, locale: Locale) -> String {
    if !answer.kinds.contains(&ColumnKind::Measure) {
        return answer.completeness.clone();
    }
    let rows = if answer.rows_used == 1 { "row" } else { "rows" };
    let used = numbers::grouped(&answer.rows_used.into(), 0, locale);
    format!("{}, from {used} {rows} of the database", answer.completeness)
}

/// An age in its largest fitting unit.
pub fn age(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "just now".to_owned(),
        s if s < 120.0 => format!("{s:.0} s ago"),
        s if s < 7_200.0 => format!("{:.0} min ago", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h ago", s / 3_600.0),
        s => format!("{:.0} days ago", s / 86_400.0),
    }
}

fn clarify(answer: &Answer) -> String {
    let mut out = String::new();
    for line in &answer.words {
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}", plain(line));
    }
    for (i, choice) in answer.interpretations.iter().enumerate() {
        let (number, words) = (i + 1, plain(&choice.words));
        let _ = writeln!(out, "{number:>3}. {words}");
    }
    out
}

/// Why, then the words that nothing stands for, unless the reason has named them.
fn refused(answer: &Answer) -> String {
    let mut words = answer.words.iter().map(|line| plain(line));
    let why = words.next().map(|why| format!(": {why}")).unwrap_or_default();
    let mut out = format!("{BOLD}this cannot be answered{why}{BOLD:#}\n");
    words.for_each(|line| out += &format!("{line}\n"));
    let is_said = |word: &&String| answer.words.iter().any(|line| line.contains(word.as_str()));
    let silent: Vec<String> = answer.missing.iter().filter(|word| !is_said(word)).map(|word| plain(word)).collect();
    if !silent.is_empty() {
        let _ = writeln!(out, "{DIM}{:<12}{}{DIM:#}", "missing", silent.join(", "));
    }
    out + &format!("{DIM}try: {}{DIM:#}\n", way_out(answer))
}

/// What to try after a refusal.
fn way_out(answer: &Answer) -> &'static str {
    match answer.missing.as_slice() {
        [] => "a number, a series, a breakdown or a list; `quaestor ask --help` has examples",
        _ => "other English words for it, or the database's own: `quaestor schema` lists what there is",
    }
}

/// The statement that ran, with its parameters.
pub fn statement(answer: &Answer) -> String {
    let Some(sql) = &answer.sql else { return String::new() };
    let mut out = format!("{DIM}-- the statement{DIM:#}\n{}\n", sql.lines().map(plain).collect::<Vec<_>>().join("\n"));
    for (i, value) in answer.parameters.iter().enumerate() {
        let _ = writeln!(out, "{DIM}-- parameter {}: {}{DIM:#}", i + 1, plain(&value.to_json().to_string()));
    }
    out
}

fn steps(answer: &Answer) -> String {
    let mut out = String::from("\n");
    for (step, text) in answer.trace.steps() {
        for (i, line) in text.lines().enumerate() {
            let label = if i == 0 { step } else { "" };
            let _ = writeln!(out, "{DIM}{label:<12}{DIM:#}{}", plain(line));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_fitting_units() {
        let ages = [0.2, 59.0, 600.0, 10_000.0, 400_000.0].map(age);
        assert_eq!(ages, ["just now", "59 s ago", "10 min ago", "3 h ago", "5 days ago"]);
    }
}
