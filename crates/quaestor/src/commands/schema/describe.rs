//! One table in detail. No value of any row is shown but the first and last day of a column of days.

use std::fmt::Write;

use catalog::{Column, ColumnStatistics, ForeignKey, Table, Value};
use schema::Snapshot;

use super::overview;
use crate::console::{BOLD, DIM, plain};
use crate::grid::Grid;
use crate::numbers::Style;

/// What a page about a table is made of.
pub struct Page<'p> {
    /// The schema and its statistics.
    pub snapshot: &'p Snapshot,
    /// How numbers and lines look.
    pub style: Style,
    /// Columns there are.
    pub width: Option<u16>,
}

impl Page<'_> {
    /// The page for a terminal.
    pub fn text(&self, table: &Table) -> String {
        let mut out =
            format!("{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}\n", plain(&table.name.to_string()), plain(&self.subtitle(table)));
        if let Some(comment) = &table.comment {
            let _ = writeln!(out, "{}", plain(comment));
        }
        let _ = write!(out, "\n{}\n", self.columns(table).text(self.width, self.style.ascii));
        for (title, lines) in self.sections(table) {
            let _ = write!(out, "\n{BOLD}{title}{BOLD:#}\n");
            for line in lines {
                let _ = writeln!(out, "  {}", plain(&line));
            }
        }
        out
    }

    /// The page in Markdown.
    pub fn markdown(&self, table: &Table) -> String {
        let mut out = format!("## {}\n\n{}\n", table.name, self.subtitle(table));
        if let Some(comment) = &table.comment {
            let _ = write!(out, "\n{}\n", plain(comment));
        }
        let _ = write!(out, "\n{}", self.columns(table).markdown());
        for (title, lines) in self.sections(table) {
            let _ = write!(out, "\n**{title}**\n\n");
            for line in lines {
                let _ = writeln!(out, "- {}", plain(&line));
            }
        }
        out
    }

    fn subtitle(&self, table: &Table) -> String {
        let kind = overview::kind(table.kind);
        let Some(statistics) = self.snapshot.statistics.tables.get(&table.name) else {
            return format!("{kind}, not sampled");
        };
        let rows = overview::rows(self.snapshot, table);
        let rows = if rows.is_empty() { "unknown number of".to_owned() } else { rows };
        format!("{kind}, {rows} rows, {} sampled", statistics.sampled)
    }

    fn columns(&self, table: &Table) -> Grid {
        let mut grid =
            Grid::new(&["column", "type", "key", "null", "default", ">distinct", ">nulls", "days", "comment"]);
        let statistics = self.snapshot.statistics.tables.get(&table.name);
        for column in &table.columns {
            let sample = statistics.and_then(|s| s.columns.get(&column.name));
            let row = [
                column.name.clone(),
                column.ty.declared.clone(),
                key(table, column),
                if column.nullable { "yes" } else { "no" }.to_owned(),
                default(column),
                sample.map(|s| s.distinct.to_string()).unwrap_or_default(),
                sample.map(|s| s.nulls.to_string()).unwrap_or_default(),
                sample.and_then(days).unwrap_or_default(),
                column.comment.clone().unwrap_or_default(),
            ];
            grid.rows.push(row.iter().map(|cell| plain(cell)).collect());
        }
        without_empty_columns(grid)
    }

    fn sections(&self, table: &Table) -> Vec<(&'static str, Vec<String>)> {
        let out = table.foreign_keys.iter().map(reference).collect();
        let others = self.snapshot.catalog.tables();
        let incoming = others.flat_map(|other| {
            let keys = other.foreign_keys.iter().filter(|key| key.target == table.name);
            keys.map(|key| format!("{} ({}) to {}", other.name, key.columns.join(", "), key.target_columns.join(", ")))
        });
        let mut sections = vec![
            ("refers to", out),
            ("referred to by", incoming.collect()),
            ("unique", table.unique.iter().map(|key| key.join(", ")).collect()),
            ("indexes", table.indexes.iter().map(index).collect()),
            ("checks", table.checks.iter().map(|check| check.condition.clone()).collect()),
            (
                "definition",
                table.definition.iter().flat_map(|text| text.lines()).map(str::to_owned).collect::<Vec<_>>(),
            ),
        ];
        sections.retain(|(_, lines)| !lines.is_empty());
        sections
    }
}

fn key(table: &Table, column: &Column) -> String {
    let mut marks = Vec::new();
    if table.primary_key.contains(&column.name) {
        marks.push("primary");
    }
    if table.foreign_keys.iter().any(|key| key.columns.contains(&column.name)) {
        marks.push("reference");
    }
    marks.join(", ")
}

fn default(column: &Column) -> String {
    if column.generated { "computed".to_owned() } else { column.default.clone().unwrap_or_default() }
}

fn reference(key: &ForeignKey) -> String {
    let delete = key.on_delete.iter().map(|rule| format!(", on delete {}", rule.to_lowercase()));
    let update = key.on_update.iter().map(|rule| format!(", on update {}", rule.to_lowercase()));
    let rules: String = delete.chain(update).collect();
    format!("{} to {} ({}){rules}", key.columns.join(", "), key.target, key.target_columns.join(", "))
}

fn index(index: &catalog::Index) -> String {
    let part = |part: &catalog::IndexPart| {
        let name = part.column.clone().unwrap_or_else(|| "(an expression)".to_owned());
        if part.descending { name + " descending" } else { name }
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let unique = if index.unique { ", unique" } else { "" };
    let partial = if index.partial { ", partial" } else { "" };
    format!("{} on {}{unique}{partial}", index.name, parts.join(", "))
}

/// The first and last day, where all values of the sample read as days.
fn days(sample: &ColumnStatistics) -> Option<String> {
    let extent = sample.extent.as_ref()?;
    let (first, last) = (day(&extent.min)?, day(&extent.max)?);
    Some(format!("{first} to {last}"))
}

fn day(value: &Value) -> Option<jiff::civil::Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(time) => Some(time.date()),
        Value::Timestamp(instant) => Some(instant.to_zoned(jiff::tz::TimeZone::UTC).date()),
        Value::Text(text) => text.get(..10)?.parse().ok(),
        _ => None,
    }
}

/// Columns of the page in which nothing stands are left out.
fn without_empty_columns(grid: Grid) -> Grid {
    let used: Vec<usize> = (0..grid.headings.len())
        .filter(|i| grid.rows.is_empty() || grid.rows.iter().any(|row| !row[*i].is_empty()))
        .collect();
    let pick = |cells: &[String]| used.iter().map(|i| cells[*i].clone()).collect();
    Grid {
        headings: pick(&grid.headings),
        right: used.iter().map(|i| grid.right[*i]).collect(),
        rows: grid.rows.iter().map(|row| pick(row)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::Extent;

    #[test]
    fn only_days_are_shown_of_an_extent() {
        let sample = |min: &str, max: &str| {
            let extent = Extent { min: min.into(), max: max.into(), exact: true };
            ColumnStatistics { extent: Some(extent), ..ColumnStatistics::default() }
        };
        assert_eq!(days(&sample("2024-01-31", "2025-02-01 10:00:00")).as_deref(), Some("2024-01-31 to 2025-02-01"));
        assert_eq!(days(&sample("Ada", "Zoe")), None);
    }
}
