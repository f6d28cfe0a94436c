//! Tables of cells that are text already: for terminals, Markdown and CSV.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

/// Headings and rows, all rows as long as the headings.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Headings.
    pub headings: Vec<String>,
    /// Which columns stand to the right.
    pub right: Vec<bool>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// An empty grid; a heading that starts with `>` stands to the right with its cells.
    pub fn new(headings: &[&str]) -> Grid {
        let right = headings.iter().map(|h| h.starts_with('>')).collect();
        let headings = headings.iter().map(|h| h.trim_start_matches('>').to_owned()).collect();
        Grid { headings, right, rows: Vec::new() }
    }

    /// The grid as lines for people, within a width where one is given.
    pub fn text(&self, width: Option<u16>, ascii: bool) -> String {
        let mut table = Table::new();
        table.load_style(style(if ascii { '-' } else { '─' }));
        table.set_content_arrangement(ContentArrangement::Disabled);
        if let Some(width) = width.filter(|width| self.width() > *width) {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        table.set_header(self.cells(&self.headings));
        for row in &self.rows {
            table.add_row(self.cells(row));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        table.trim_fmt()
    }

    fn cells(&self, row: &[String]) -> Vec<Cell> {
        let align = |right: &bool| if *right { CellAlignment::Right } else { CellAlignment::Left };
        row.iter().zip(&self.right).map(|(text, right)| Cell::new(text).set_alignment(align(right))).collect()
    }

    /// Columns of a terminal that the grid takes.
    pub fn width(&self) -> u16 {
        let mut table = Table::new();
        table.set_header(&self.headings).add_rows(&self.rows);
        table.column_max_content_widths().iter().fold(0, |sum: u16, w| sum.saturating_add(*w).saturating_add(GAP))
    }

    /// The grid as a Markdown table.
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let escaped = |row: &[String]| line(row.iter().map(|cell| markdown_cell(cell)).collect());
        let rule = line(self.right.iter().map(|right| if *right { "---:" } else { "---" }.to_owned()).collect());
        let rows: String = self.rows.iter().map(|row| escaped(row)).collect();
        escaped(&self.headings) + &rule + &rows
    }

    /// The grid as CSV (RFC 4180, lines end in a line feed).
    pub fn csv(&self) -> String {
        let line = |row: &Vec<String>| row.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(",") + "\n";
        std::iter::once(&self.headings).chain(&self.rows).map(line).collect()
    }
}

/// Blanks between columns.
const GAP: u16 = 2;

/// No lines but one below the headings.
fn style(rule: char) -> TableStyle {
    TableStyle::new().header_separator(LineStyle::none().fill(rule))
}

fn markdown_cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn csv_cell(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new(&["who", ">amount"]);
        grid.rows = vec![vec!["a|b".into(), "1".into()], vec!["say \"x\", y".into(), "1,000".into()]];
        grid
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let text = grid().text(None, true);
        assert_eq!(text, "who         amount\n--------------------\na|b              1\nsay \"x\", y   1,000");
    }

    #[test]
    fn a_narrow_terminal_wraps_and_loses_nothing() {
        let mut grid = Grid::new(&["name", "about"]);
        grid.rows.push(vec!["x".into(), "many words that do not fit in one line".into()]);
        let text = grid.text(Some(24), true);
        assert!(text.lines().all(|line| line.chars().count() <= 24), "{text}");
        assert_eq!(text.split_whitespace().filter(|w| *w == "fit" || *w == "line").count(), 2, "{text}");
    }

    #[test]
    fn markdown_and_csv_escape_what_would_break_them() {
        let markdown = grid().markdown();
        assert!(markdown.starts_with("| who | amount |\n| --- | ---: |\n| a\\|b | 1 |\n"), "{markdown}");
        assert_eq!(grid().csv(), "who,amount\na|b,1\n\"say \"\"x\"\", y\",\"1,000\"\n");
    }
}
