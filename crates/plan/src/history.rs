//! Histories: rows that hold for a span of days each ("valid from", "valid to"). What happened on a day belongs to the
//! row that held then, which makes the way to it one from many rows to one.

use std::collections::BTreeMap;

use catalog::{Column, ColumnRef, Rows, TypeKind};
use jiff::civil::Date;
use meaning::Ontology;
use sql::{Expr, Select, Source};

use crate::documents;
use crate::graph::roles::has_role;
use crate::graph::{Edge, EdgeEvidence, Graph, Role, Validity};

/// A table whose rows hold for a span of days each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Its node.
    pub node: usize,
    /// The column with whose history it is.
    pub of: String,
    /// The first day.
    pub from: String,
    /// The last day, or the day after it; empty for what holds now.
    pub to: String,
}

/// Rows of a history that are read at the most.
const MOST_ROWS: u64 = 100_000;
/// Share of sampled values that must be found in the history.
const INCLUDED: f64 = 0.95;
/// Values kept per sketch; sampling uses the same number.
const SKETCH: usize = 256;

/// All histories of a schema: a table with a first and a last day by name, whose key is the first day with one more column.
pub fn find(graph: &Graph, ontology: &Ontology) -> Vec<History> {
    (0..graph.nodes().len()).filter_map(|node| of_node(graph, ontology, node)).collect()
}

fn of_node(graph: &Graph, ontology: &Ontology, node: usize) -> Option<History> {
    let data = &graph.nodes()[node];
    data.rows.filter(|rows| *rows <= MOST_ROWS)?;
    let dates = || data.columns_with(|r| r == Role::Date);
    let called = |c: &&Column, role: &str| has_role(data.reads(&c.name), ontology.role(role));
    let in_key = |c: &&Column| data.keys.iter().any(|key| key.len() == 2 && key.contains(&c.name));
    let from = dates().filter(in_key).find(|c| called(c, "from_date"))?;
    // "To" is no word of content: what is left of "valid to" is a part of "valid from".
    let beside = |c: &&Column| {
        data.reads(&c.name).iter().any(|w| !w.is_empty() && data.reads(&from.name).iter().any(|f| f.starts_with(w)))
    };
    let to = dates().filter(|c| c.name != from.name).find(|c| called(c, "to_date") || c.nullable && beside(c))?;
    let with_first_day = |key: &&Vec<String>| key.len() == 2 && key.contains(&from.name);
    let of = data.keys.iter().find(with_first_day)?.iter().find(|c| **c != from.name)?;
    Some(History { node, of: of.clone(), from: from.name.clone(), to: to.name.clone() })
}

/// The statement that reads the spans of a history.
pub fn question(graph: &Graph, history: &History) -> Select {
    let alias = "history";
    let name = graph.nodes()[history.node].table.name.clone();
    let source = Source::Table { name, alias: alias.to_owned() };
    let mut select = Select { from: Some(source), limit: Some(MOST_ROWS + 1), ..Select::default() };
    for column in [&history.of, &history.from, &history.to] {
        select.item(Expr::column(alias, column), column);
    }
    select
}

/// Whether last days are included, where the spans of each thing follow each other without a day in two of them; none
/// where they overlap, or where some include the last day and others do not.
pub fn includes_last_day(rows: &Rows) -> Option<bool> {
    let mut spans: BTreeMap<String, Vec<(Date, Option<Date>)>> = BTreeMap::new();
    for row in rows.rows.iter().filter(|row| row.len() == 3) {
        let to = if row[2].is_null() { None } else { Some(row[2].to_day()?) };
        spans.entry(row[0].to_string()).or_default().push((row[1].to_day()?, to));
    }
    let (mut meets, mut follows) = (false, false);
    for spans in spans.values_mut() {
        spans.sort_unstable();
        for pair in spans.windows(2) {
            let (last, next) = (pair[0].1?, pair[1].0);
            if last > next {
                return None;
            }
            meets |= last == next;
            follows |= last.tomorrow().is_ok_and(|day| day == next);
        }
    }
    let few = (rows.rows.len() as u64) <= MOST_ROWS && !spans.is_empty();
    (few && !(meets && follows)).then_some(!meets)
}

/// The ways to a history from rows that happen on a day and name its thing by the same column.
pub fn edges(graph: &Graph, ontology: &Ontology, history: &History, inclusive: bool) -> Vec<Edge> {
    let key = ColumnRef::new(graph.nodes()[history.node].table.name.clone(), &history.of);
    let edge = |from: usize| {
        let data = &graph.nodes()[from];
        let column = data.table.columns.iter().find(|c| c.name.eq_ignore_ascii_case(&history.of))?;
        let date = documents::event_date(graph, ontology, from)?;
        let kind = graph.node(&date.column.table)?.table.column(&date.column.column)?.ty.kind;
        // A moment on the last day lies behind its midnight.
        let by_day = matches!(kind, TypeKind::Date) || !inclusive;
        let own = ColumnRef::new(data.table.name.clone(), &column.name);
        let found = graph.statistics(&own)?.inclusion_in(graph.statistics(&key)?, SKETCH)?;
        let known = graph.path(from, history.node).is_some() || of_node(graph, ontology, from).is_some();
        let unique = data.keys.iter().any(|k| *k == [column.name.clone()]);
        (by_day && found >= INCLUDED && !known && !unique).then(|| Edge {
            from,
            from_columns: vec![column.name.clone()],
            to: history.node,
            to_columns: vec![history.of.clone()],
            evidence: EdgeEvidence::Inferred(found),
            one_to_one: false,
            qualifier: Vec::new(),
            total: false,
            valid: Some(Validity {
                date: date.column,
                path: date.path,
                from: history.from.clone(),
                to: history.to.clone(),
                inclusive,
            }),
        })
    };
    (0..graph.nodes().len()).filter(|from| *from != history.node).filter_map(edge).collect()
}

#[cfg(test)]
mod tests {
    use catalog::Value;

    use super::*;

    fn rows(spans: &[(&str, &str)]) -> Rows {
        let day = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
        let row = |(from, to): &(&str, &str)| vec![Value::Int(1), day(from), day(to)];
        Rows { columns: Vec::new(), rows: spans.iter().map(row).collect() }
    }

    #[test]
    fn spans_say_whether_their_last_day_is_included() {
        assert_eq!(includes_last_day(&rows(&[("2024-01-01", "2024-03-31"), ("2024-04-01", "")])), Some(true));
        assert_eq!(includes_last_day(&rows(&[("2024-01-01", "2024-04-01"), ("2024-04-01", "")])), Some(false));
        assert_eq!(includes_last_day(&rows(&[("2024-01-01", "2024-04-02"), ("2024-04-01", "")])), None);
        assert_eq!(includes_last_day(&rows(&[("2024-01-01", ""), ("2024-04-01", "")])), None);
        let mixed = [("2024-01-01", "2024-04-01"), ("2024-04-01", "2024-04-30"), ("2024-05-01", "")];
        assert_eq!(includes_last_day(&rows(&mixed)), None);
    }
}
