//! The fiscal year as the books themselves keep it: a table of periods or days with a fiscal year.

use std::collections::BTreeMap;

use catalog::{ColumnRef, Rows, Value};
use jiff::civil::Date;
use meaning::naming::content_stems;
use meaning::values::phrase_words;
use sql::{Aggregate, Expr, Order, Select, Source};

use crate::calendar::{Calendar, FiscalName, WeekYear};
use crate::graph::{Graph, Node, Role};

/// Where the books say when a fiscal year starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiscalTable {
    /// The fiscal year.
    pub year: ColumnRef,
    /// The first day of a period, or the day.
    pub start: ColumnRef,
}

/// Years read at the most.
const MOST_YEARS: u64 = 400;

/// Finds a table that ties days to fiscal years: one column holds years and a date says when a period starts. Tables
/// whose names or comments speak of fiscal periods, and calendars by day, come before others.
pub fn find(graph: &Graph) -> Option<FiscalTable> {
    let speaking = |node: &&Node| speaks_of_periods(node) || node.day.is_some();
    let found = graph.nodes().iter().filter(speaking).find_map(|node| of_table(graph, node));
    found.or_else(|| graph.nodes().iter().find_map(|node| of_table(graph, node)))
}

fn speaks_of_periods(node: &Node) -> bool {
    let comment = node.table.comment.as_deref().unwrap_or("");
    node.words.iter().any(|w| is_fiscal(w) || w == "calendar" || w == "period") || speaks(comment)
}

fn of_table(graph: &Graph, node: &Node) -> Option<FiscalTable> {
    let year = |about: bool| node.table.columns.iter().find(|c| holds_fiscal_year(graph, node, c, about));
    // Beside a fiscal year a calendar keeps the other one.
    let year = year(false).or_else(|| year(speaks_of_periods(node)))?;
    let starts = |c: &&catalog::Column| {
        let first = |w: &String| matches!(w.as_str(), "start" | "begin" | "from" | "first");
        node.reads(&c.name).iter().any(|w| w.iter().any(first))
    };
    let dates: Vec<&catalog::Column> = node.columns_with(|r| r == Role::Date).collect();
    let only = if dates.len() == 1 { dates.first() } else { None };
    let start = dates.iter().find(|c| starts(c)).or(only)?;
    let reference = |name: &str| ColumnRef::new(node.table.name.clone(), name);
    Some(FiscalTable { year: reference(&year.name), start: reference(&start.name) })
}

fn is_fiscal(word: &str) -> bool {
    matches!(word, "fiscal" | "financi" | "fy")
}

fn speaks(comment: &str) -> bool {
    content_stems(&phrase_words(comment)).iter().any(|w| is_fiscal(w))
}

/// A year by name, with "fiscal" in its name or comment or in a table of periods, and years as values.
fn holds_fiscal_year(graph: &Graph, node: &Node, column: &catalog::Column, about: bool) -> bool {
    let named = node.reads(&column.name).iter().any(|w| w.iter().any(|s| s == "year" || s == "fy"));
    let fiscal = node.reads(&column.name).iter().any(|w| w.iter().any(|w| is_fiscal(w)))
        || column.comment.as_deref().is_some_and(speaks);
    let reference = ColumnRef::new(node.table.name.clone(), column.name.clone());
    let extent = graph.statistics(&reference).and_then(|s| s.extent.as_ref());
    let years = extent.and_then(|e| e.min.to_f64()).is_none_or(|first| (1900.0..2200.0).contains(&first));
    named && (fiscal || about) && years && !column.ty.kind.is_temporal()
}

/// The statement that reads the first day of each fiscal year.
pub fn question(table: &FiscalTable) -> Select {
    let alias = "periods";
    let source = Source::Table { name: table.year.table.clone(), alias: alias.to_owned() };
    let year = Expr::column(alias, &table.year.column);
    let mut select =
        Select { from: Some(source), group: vec![year.clone()], limit: Some(MOST_YEARS), ..Select::default() };
    select.item(year.clone(), "year");
    select.item(Expr::Aggregate(Aggregate::Min, Box::new(Expr::column(alias, &table.start.column))), "first_day");
    select.order.push(Order { by: year, descending: false });
    select
}

/// The calendar that the rows describe: most years start on the first of one month, or all but perhaps the first by one
/// rule for years of weeks. None where they do neither.
pub fn calendar(rows: &Rows) -> Option<Calendar> {
    of_months(rows).or_else(|| of_weeks(rows))
}

fn of_weeks(rows: &Rows) -> Option<Calendar> {
    let started = |row: &Vec<Value>| Some((year_named(&row[0])?, row[1].to_day()?));
    let years: Vec<(i16, Date)> = rows.rows.iter().map(started).collect::<Option<_>>()?;
    let rule_of = |years: &[(i16, Date)]| {
        let firsts: Vec<Date> = years.iter().map(|(_, first)| *first).collect();
        let (rule, ends) = WeekYear::find(&firsts)?;
        let by_end = years.iter().zip(&ends).all(|((name, _), end)| name == end);
        let by_start = years.iter().zip(&ends).all(|((name, _), end)| *name + 1 == *end);
        let named_by = if by_end { FiscalName::EndYear } else { FiscalName::StartYear };
        (by_end || by_start).then(|| Calendar::of_weeks(rule, named_by))
    };
    // The table may begin within a year.
    rule_of(&years).or_else(|| rule_of(years.get(1..)?))
}

/// The year in a name such as 2024 or FY2024.
fn year_named(name: &Value) -> Option<i16> {
    let digits: String = name.to_string().chars().filter(char::is_ascii_digit).collect();
    digits.get(..4)?.parse().ok()
}

fn of_months(rows: &Rows) -> Option<Calendar> {
    let mut votes: BTreeMap<(i8, bool), usize> = BTreeMap::new();
    for row in &rows.rows {
        // Periods are dated on their first or on their last day.
        let Some(first) = row[1].to_day().filter(|d| d.day() == 1 || *d == d.last_of_month()) else { continue };
        let named = year_named(&row[0]);
        *votes.entry((first.month(), named == Some(first.year()))).or_default() += 1;
    }
    let ((month, by_start), count) = votes.into_iter().max_by_key(|(_, n)| *n)?;
    let agreed = count * 2 > rows.rows.len();
    let month = u8::try_from(month).ok().filter(|_| agreed)?;
    let named_by = if by_start && month != 1 { FiscalName::StartYear } else { FiscalName::EndYear };
    Some(Calendar { named_by, ..Calendar::starting(month) })
}

/// Whether most years are whole weeks apart and begin with the same weekday: 52 weeks, or 53.
pub fn has_years_of_weeks(rows: &Rows) -> bool {
    let days: Vec<Date> = rows.rows.iter().filter_map(|row| row[1].to_day()).collect();
    let weeks = |pair: &[Date]| matches!((pair[1] - pair[0]).get_days(), 364 | 371);
    days.len() > 1 && days.windows(2).filter(|pair| weeks(pair)).count() * 2 > days.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(pairs: &[(&str, &str)]) -> Rows {
        let row = |(year, first): &(&str, &str)| vec![Value::from(*year), Value::from(*first)];
        Rows { columns: Vec::new(), rows: pairs.iter().map(row).collect() }
    }

    #[test]
    fn the_month_most_years_start_in_is_the_fiscal_start() {
        let found =
            calendar(&rows(&[("FY2024", "2023-04-01"), ("FY2025", "2024-04-01"), ("FY2026", "2025-05-03")])).unwrap();
        assert_eq!((found.fiscal_start, found.named_by), (4, FiscalName::EndYear));
        let found = calendar(&rows(&[("2024", "2024-10-01"), ("2025", "2025-10-01")])).unwrap();
        assert_eq!((found.fiscal_start, found.named_by), (10, FiscalName::StartYear));
    }

    #[test]
    fn years_of_weeks_follow_the_rule_by_which_they_begin() {
        let found = calendar(&rows(&[("2023", "2023-01-29"), ("2024", "2024-02-04"), ("2025", "2025-02-02")])).unwrap();
        assert_eq!(
            (found.year_label(jiff::civil::date(2024, 2, 3)), found.named_by),
            ("FY2023".into(), FiscalName::StartYear)
        );
        // The table begins in the middle of a year.
        let found = calendar(&rows(&[("2022", "2022-05-01"), ("2023", "2022-09-25"), ("2024", "2023-10-01")])).unwrap();
        assert_eq!(
            (found.year_label(jiff::civil::date(2023, 9, 30)), found.named_by),
            ("FY2023".into(), FiscalName::EndYear)
        );
    }

    #[test]
    fn years_that_do_not_start_with_a_month_say_nothing() {
        let strange = rows(&[("2024", "2024-01-29"), ("2025", "2025-01-27"), ("2026", "2026-02-09")]);
        assert_eq!(calendar(&strange), None);
        assert!(has_years_of_weeks(&rows(&[("2024", "2024-01-29"), ("2025", "2025-01-27")])));
        assert!(!has_years_of_weeks(&rows(&[("2024", "2024-04-01"), ("2025", "2025-04-01")])));
    }
}
