//! Results by values: whether the known result stands in ours, whatever the columns' order and headings.

use std::cmp::Ordering;
use std::collections::HashMap;

use catalog::Value;
use jiff::civil::{DateTime, Time};

/// Numbers are equal within this part of the larger one.
const TOLERANCE: f64 = 1e-6;
/// Row counts up to which rows that do not pair up in sorted order are looked for one by one.
const SEARCHED: usize = 3_000;
/// Assignments of columns that are tried.
const TRIES: usize = 2_000;

/// A cell as it is compared: how an engine or a driver types a value does not matter.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// Any number, text of plain digits included.
    Number(f64),
    /// Any other text; moments in one form, midnight as its day.
    Text(String),
}

/// A result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Number of columns.
    pub width: usize,
    /// Rows, each as long as `width`.
    pub rows: Vec<Vec<Cell>>,
}

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every known column is there, with the same rows.
    Equal,
    /// So it is, but in another order than was asked for.
    Order,
    /// Something else.
    Different,
}

impl From<&Value> for Cell {
    fn from(value: &Value) -> Cell {
        match value {
            Value::Null => Cell::Null,
            Value::Text(text) => of_text(text),
            other => match other.to_f64().filter(|n| n.is_finite()) {
                Some(number) => Cell::Number(number),
                None => of_text(&other.to_string()),
            },
        }
    }
}

impl From<&catalog::Rows> for Table {
    fn from(rows: &catalog::Rows) -> Table {
        Table::new(rows.columns.len(), &rows.rows)
    }
}

impl Table {
    /// A table of values.
    pub fn new(width: usize, rows: &[Vec<Value>]) -> Table {
        Table { width, rows: rows.iter().map(|row| row.iter().map(Cell::from).collect()).collect() }
    }

    /// One column, sorted.
    pub fn sorted(&self, column: usize) -> Vec<&Cell> {
        let mut cells: Vec<&Cell> = self.rows.iter().map(|row| &row[column]).collect();
        cells.sort_by(|a, b| a.total(b));
        cells
    }
}

impl Cell {
    /// Equal within the tolerance. Whole numbers are keys as often as amounts and must be equal exactly.
    pub fn is_near(&self, other: &Cell) -> bool {
        match (self, other) {
            (Cell::Number(a), Cell::Number(b)) => {
                let whole = a.fract() == 0.0 && b.fract() == 0.0;
                a == b || !whole && (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
            }
            _ => self == other,
        }
    }

    /// Nothing, numbers, texts.
    pub fn total(&self, other: &Cell) -> Ordering {
        match (self, other) {
            (Cell::Number(a), Cell::Number(b)) => a.total_cmp(b),
            (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Cell::Null => 0,
            Cell::Number(_) => 1,
            Cell::Text(_) => 2,
        }
    }
}

fn of_text(text: &str) -> Cell {
    if let Some(number) = plain_number(text) {
        return Cell::Number(number);
    }
    let dated = text.len() > 10 && text.is_char_boundary(10) && text.as_bytes()[4] == b'-';
    let moment = if dated { text.parse::<DateTime>().ok() } else { None };
    match moment {
        Some(moment) if moment.time() == Time::midnight() => Cell::Text(moment.date().to_string()),
        Some(moment) => Cell::Text(moment.to_string()),
        None => Cell::Text(text.to_owned()),
    }
}

/// `12`, `-0.5`; not `007`, `1e3`, `+1`: those are codes or something else.
fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let padded = whole.len() > 1 && whole.starts_with('0');
    if all_digits(whole) && all_digits(fraction) && !padded { text.parse().ok() } else { None }
}

/// Whether `gold` stands in `ours`: each of its columns is one of ours, no two the same, and the rows over those are
/// the same bag; with `ordered` in the same order, except among rows that a column of ours shows as equal.
///
/// Cost: sorting, and a search over columns with the same values.
pub fn compare(gold: &Table, ours: &Table, ordered: bool) -> Verdict {
    if gold.rows.len() != ours.rows.len() || gold.width > ours.width {
        return Verdict::Different;
    }
    let candidates = candidates(gold, ours);
    let mut search = Search { gold, ours, ordered, candidates, tries: TRIES, found: Verdict::Different };
    search.assign(&mut Vec::new());
    search.found
}

/// For each known column those of ours with the same values.
pub fn candidates(gold: &Table, ours: &Table) -> Vec<Vec<usize>> {
    let sorted: Vec<Vec<&Cell>> = (0..ours.width).map(|column| ours.sorted(column)).collect();
    let same = |a: &[&Cell], b: &[&Cell]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_near(b));
    let of = |column: usize| {
        let wanted = gold.sorted(column);
        (0..ours.width).filter(|i| same(&wanted, &sorted[*i])).collect()
    };
    (0..gold.width).map(of).collect()
}

/// The search for columns of ours, one known column after the other.
struct Search<'t> {
    gold: &'t Table,
    ours: &'t Table,
    ordered: bool,
    candidates: Vec<Vec<usize>>,
    tries: usize,
    found: Verdict,
}

impl Search<'_> {
    /// Tries all assignments that begin with `chosen`; true where nothing better can come.
    fn assign(&mut self, chosen: &mut Vec<usize>) -> bool {
        if chosen.len() == self.gold.width {
            return self.judge(chosen);
        }
        for column in self.candidates[chosen.len()].clone() {
            if chosen.contains(&column) {
                continue;
            }
            chosen.push(column);
            let done = self.assign(chosen);
            chosen.pop();
            if done {
                return true;
            }
        }
        false
    }

    fn judge(&mut self, chosen: &[usize]) -> bool {
        let ours: Vec<Vec<&Cell>> =
            self.ours.rows.iter().map(|row| chosen.iter().map(|column| &row[*column]).collect()).collect();
        let gold: Vec<Vec<&Cell>> = self.gold.rows.iter().map(|row| row.iter().collect()).collect();
        if is_same_bag(&gold, &ours) {
            let kept = !self.ordered || is_same_order(&gold, &ours) || is_tied(&gold, &ours, self.ours);
            self.found = if kept { Verdict::Equal } else { Verdict::Order };
        }
        self.tries = self.tries.saturating_sub(1);
        self.found == Verdict::Equal || self.tries == 0
    }
}

type Row<'c> = Vec<&'c Cell>;

fn is_near(a: &Row<'_>, b: &Row<'_>) -> bool {
    a.iter().zip(b).all(|(a, b)| a.is_near(b))
}

fn is_same_order(gold: &[Row<'_>], ours: &[Row<'_>]) -> bool {
    gold.iter().zip(ours).all(|(a, b)| is_near(a, b))
}

fn is_same_bag(gold: &[Row<'_>], ours: &[Row<'_>]) -> bool {
    if is_same_order(&sorted(gold), &sorted(ours)) {
        return true;
    }
    // Numbers that differ a little may have sorted differently.
    gold.len() <= SEARCHED && pairs(gold, ours).is_some()
}

fn sorted<'c>(rows: &[Row<'c>]) -> Vec<Row<'c>> {
    let mut rows = rows.to_vec();
    let by = |a: &Row<'_>, b: &Row<'_>| a.iter().zip(b).map(|(a, b)| a.total(b)).find(|o| o.is_ne());
    rows.sort_by(|a, b| by(a, b).unwrap_or(Ordering::Equal));
    rows
}

/// For each known row one of ours, none twice; none where one is left over.
fn pairs(gold: &[Row<'_>], ours: &[Row<'_>]) -> Option<Vec<usize>> {
    let texts = |row: &Row<'_>| -> Vec<Option<String>> {
        let text = |cell: &&Cell| if let Cell::Text(text) = cell { Some(text.clone()) } else { None };
        row.iter().map(text).collect()
    };
    let mut waiting: HashMap<Vec<Option<String>>, Vec<usize>> = HashMap::new();
    for (i, row) in ours.iter().enumerate() {
        waiting.entry(texts(row)).or_default().push(i);
    }
    let mut take = |row: &Row<'_>| {
        let bucket = waiting.get_mut(&texts(row))?;
        let at = bucket.iter().position(|i| is_near(row, &ours[*i]))?;
        Some(bucket.remove(at))
    };
    gold.iter().map(&mut take).collect()
}

/// Whether both orders are orders by one column of ours, so that they differ among equal rows only: which of those
/// comes first nobody asked.
fn is_tied(gold: &[Row<'_>], ours: &[Row<'_>], table: &Table) -> bool {
    let Some(places) = pairs(gold, ours) else { return false };
    (0..table.width).any(|column| {
        let cell = |row: usize| &table.rows[row][column];
        let own: Vec<Ordering> = (1..ours.len()).map(|i| cell(i - 1).total(cell(i))).collect();
        let known: Vec<Ordering> = places.windows(2).map(|w| cell(w[0]).total(cell(w[1]))).collect();
        let follows = |wanted: Ordering| own.iter().chain(&known).all(|o| *o == wanted || o.is_eq());
        let varies = own.iter().any(|o| o.is_ne());
        varies && (follows(Ordering::Less) || follows(Ordering::Greater))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as lines, cells separated by bars; `-` is no value.
    fn table(text: &str) -> Table {
        let cell = |text: &str| if text == "-" { Cell::Null } else { of_text(text) };
        let rows: Vec<Vec<Cell>> =
            text.split('/').filter(|r| !r.is_empty()).map(|r| r.split('|').map(cell).collect()).collect();
        Table { width: rows.first().map_or(0, Vec::len), rows }
    }

    fn verdict(gold: &str, ours: &str, ordered: bool) -> Verdict {
        compare(&table(gold), &table(ours), ordered)
    }

    #[test]
    fn rows_are_a_bag_and_duplicates_count() {
        assert_eq!(verdict("a|1/b|2", "b|2/a|1", false), Verdict::Equal);
        assert_eq!(verdict("a/a/b", "a/b/b", false), Verdict::Different);
        assert_eq!(verdict("a/a", "a", false), Verdict::Different);
        assert_eq!(verdict("", "", true), Verdict::Equal);
        assert_eq!(verdict("a", "", false), Verdict::Different);
        assert_eq!(verdict("-", "0", false), Verdict::Different);
    }

    #[test]
    fn columns_are_found_by_value_wherever_they_stand() {
        assert_eq!(verdict("a|1/b|2", "x|2|b/y|1|a", false), Verdict::Equal);
        assert_eq!(verdict("a|1|x/b|2|y", "a|1/b|2", false), Verdict::Different);
        // Both columns hold the same values; only one pairing of them gives the rows.
        assert_eq!(verdict("1|2/2|1/3|3", "2|3|1|2/1|3|2|1/3|3|3|3", false), Verdict::Equal);
        assert_eq!(verdict("1|2/2|1", "1|1/2|2", false), Verdict::Different, "same columns, other rows");
        assert_eq!(verdict("3|3", "3|4", false), Verdict::Different, "one column of ours is not two");
    }

    #[test]
    fn numbers_are_near_and_whole_numbers_exact() {
        assert_eq!(verdict("0.3333333", "0.33333334", false), Verdict::Equal);
        assert_eq!(verdict("0.3333", "0.3334", false), Verdict::Different);
        assert_eq!(verdict("10000001", "10000002", false), Verdict::Different);
        assert_eq!(verdict("5", "5.0000001", false), Verdict::Equal);
        // Sorted by the first column the rows pair up wrongly.
        assert_eq!(verdict("0.1000000001|b/0.1|a", "0.1000000001|a/0.1|b", false), Verdict::Equal);
    }

    #[test]
    fn order_counts_where_it_is_asked_for() {
        assert_eq!(verdict("a/b/c", "c/b/a", true), Verdict::Order);
        assert_eq!(verdict("a/b/c", "a/b/c", true), Verdict::Equal);
        assert_eq!(verdict("a/b/c", "a|9/c|5/b|5", true), Verdict::Equal, "ties have no order");
        assert_eq!(verdict("a/b/c", "b|5/a|9/c|5", true), Verdict::Order);
        assert_eq!(verdict("a/b", "b|1/a|1", true), Verdict::Order, "a column of equal values orders nothing");
    }

    #[test]
    fn how_values_are_typed_does_not_matter() {
        let cell = |value: Value| Cell::from(&value);
        assert_eq!(cell(Value::from("12.50")), cell(Value::Float(12.5)));
        assert_eq!(cell(Value::Bool(true)), cell(Value::Int(1)));
        assert_eq!(cell(Value::from("2024-02-29 00:00:00")), cell(Value::Date(jiff::civil::date(2024, 2, 29))));
        let moment = Value::DateTime(jiff::civil::date(2024, 2, 29).at(13, 5, 0, 0));
        assert_eq!(cell(Value::from("2024-02-29 13:05:00")), cell(moment));
        assert_ne!(cell(Value::from("007")), cell(Value::Int(7)));
        assert_ne!(cell(Value::from("")), cell(Value::Null));
    }
}
