//! What the rows of a document table mean: when they happened, whether they count, which plan they
//! belong to.

use catalog::{ColumnRef, Value};
use meaning::Ontology;
use meaning::naming::content_stems;
use meaning::ontology::{Stems, stems};
use meaning::values::phrase_words;

use crate::graph::roles::{contains, has_role};
use crate::graph::{Graph, Path, Role};
use crate::semantic::{Dated, Predicate, Test};

/// The column that says which of several alternatives a row belongs to, and the alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The column.
    pub column: ColumnRef,
    /// Many-to-one edges to it.
    pub path: Path,
    /// Its values.
    pub values: Vec<Value>,
}

/// The date that says when a row of this table happened: on the row itself or on its header, as a date or as a
/// reference to a day of the calendar.
pub fn event_date(graph: &Graph, ontology: &Ontology, node: usize) -> Option<Dated> {
    let mut best: Option<(i32, Dated)> = None;
    // The date of a master record says nothing about when its transactions happened.
    for (at, path) in own_and_header(graph, node) {
        let target = &graph.nodes()[at];
        for column in &target.table.columns {
            let reference = ColumnRef::new(target.table.name.clone(), column.name.clone());
            let Some(dated) = dated(graph, &reference, &path) else { continue };
            let words = target.reads(&column.name);
            let event = ontology.role("event_date").iter().position(|p| words.iter().any(|w| contains(w, p)));
            let other = has_role(words, ontology.role("other_date"));
            let own = words.iter().any(|w| target.words.iter().any(|t| w.contains(t)));
            let rank = 100 - event.map_or(60, |i| i as i32 * 2) - i32::from(other) * 50 + i32::from(own) * 12
                - 20 * path.len() as i32
                - i32::from(column.nullable) * 3;
            if best.as_ref().is_none_or(|(r, _)| rank > *r) {
                best = Some((rank, dated));
            }
        }
    }
    best.map(|(_, dated)| dated)
}

/// A column at the end of a path as a date: one itself, or a reference to a day of the calendar.
pub fn dated(graph: &Graph, column: &ColumnRef, path: &Path) -> Option<Dated> {
    match graph.role(column) {
        Role::Date => Some(Dated { column: column.clone(), path: path.clone() }),
        Role::Reference => {
            let mut edges = graph.outgoing(graph.index(&column.table)?).iter();
            let edge = *edges.find(|e| graph.edge(**e).from_columns == [column.column.clone()])?;
            let calendar = &graph.nodes()[graph.edge(edge).to];
            let day = ColumnRef::new(calendar.table.name.clone(), calendar.day.as_ref()?);
            Some(Dated { column: day, path: [path.as_slice(), &[edge]].concat() })
        }
        _ => None,
    }
}

/// Whether `header` is the document that the rows of `lines` belong to: the names share a word, or
/// lines have no date of their own while the header has.
fn is_header(graph: &Graph, lines: usize, header: usize) -> bool {
    let (line, head) = (&graph.nodes()[lines], &graph.nodes()[header]);
    if head.day.is_some() {
        return false;
    }
    let shared = line.words.iter().any(|w| head.words.contains(w));
    let day = |e: &usize| graph.nodes()[graph.edge(*e).to].day.is_some();
    let no_date = line.columns_with(|r| r == Role::Date).next().is_none() && !graph.outgoing(lines).iter().any(day);
    let fewer = match (line.rows, head.rows) {
        (Some(l), Some(h)) => h <= l && h * 20 >= l,
        _ => true,
    };
    shared || no_date && fewer
}

/// The node itself and the document that its rows belong to.
fn own_and_header(graph: &Graph, node: usize) -> Vec<(usize, Path)> {
    let near = graph.reachable(node).into_iter().filter(|(_, p)| p.len() <= 1);
    near.filter(|(at, p)| p.is_empty() || is_header(graph, node, *at)).collect()
}

/// Keeps drafts, voided and cancelled documents out, where a status column holds such values.
pub fn posted(graph: &Graph, ontology: &Ontology, node: usize) -> Vec<Predicate> {
    excluding(graph, ontology, node, "status", "void")
}

/// Keeps closing entries out, where a kind column or a flag marks them.
pub fn not_closing(graph: &Graph, ontology: &Ontology, node: usize) -> Vec<Predicate> {
    let mut found = excluding(graph, ontology, node, "entry_kind", "closing");
    let closing = stems("closing");
    for (at, path) in own_and_header(graph, node) {
        let target = &graph.nodes()[at];
        for column in &target.table.columns {
            let flag = |w: &Stems| w.first().is_some_and(|f| f == "is") && contains(w, &closing);
            if target.reads(&column.name).iter().any(flag) {
                let column = ColumnRef::new(target.table.name.clone(), column.name.clone());
                found.push(Predicate { column, test: Test::NotIn(vec![Value::Int(1)]), paths: vec![path.clone()] });
            }
        }
    }
    found
}

/// Keeps opening entries out, where a kind column marks them.
pub fn not_opening(graph: &Graph, ontology: &Ontology, node: usize) -> Option<Predicate> {
    excluding(graph, ontology, node, "entry_kind", "opening").into_iter().next()
}

/// Keeps rows out that somebody deleted, made to test or replaced by a correction, where a date or a flag says so:
/// history is as it was corrected.
pub fn live(graph: &Graph, ontology: &Ontology, node: usize) -> Vec<Predicate> {
    let mut found = Vec::new();
    for (at, path) in own_and_header(graph, node) {
        let target = &graph.nodes()[at];
        for column in &target.table.columns {
            let words = target.reads(&column.name);
            let removed = ["removed", "superseded"].iter().any(|role| has_role(words, ontology.role(role)));
            let reference = ColumnRef::new(target.table.name.clone(), column.name.clone());
            let test = match graph.role(&reference) {
                Role::Date if removed && column.nullable => Test::Null,
                role if (removed || has_role(words, ontology.role("trial")))
                    && is_yes_or_no(graph, &reference, role) =>
                {
                    Test::NotIn(vec![Value::Int(1)])
                }
                _ => continue,
            };
            found.push(Predicate { column: reference, test, paths: vec![path.clone()] });
        }
    }
    found
}

/// Whether a column holds 0 and 1 only.
fn is_yes_or_no(graph: &Graph, column: &ColumnRef, role: Role) -> bool {
    let bit = |(value, _): &(Value, u64)| matches!(value, Value::Int(0 | 1));
    let bits = graph.statistics(column).is_some_and(|s| s.values_complete && s.values.iter().all(bit));
    matches!(role, Role::Flag | Role::Measure(_) | Role::Other) && bits
}

/// The kinds of rows that take back what others are, in a table whose amounts are all positive: only the kind tells
/// that they count against the others.
pub fn unsigned(graph: &Graph, ontology: &Ontology, amount: &ColumnRef) -> Option<(ColumnRef, Vec<Value>)> {
    let statistics = graph.statistics(amount)?;
    let node = graph.node(&amount.table).filter(|_| statistics.negative == 0 && statistics.numbers > 0)?;
    let kinds = node.table.columns.iter().filter(|c| c.ty.kind.is_text());
    kinds.filter(|c| has_role(node.reads(&c.name), ontology.role("entry_kind"))).find_map(|c| {
        let column = ColumnRef::new(amount.table.clone(), c.name.clone());
        let contra = values_in_role(graph, ontology, &column, "contra");
        let all = graph.statistics(&column).map_or(0, |s| s.values.len());
        (!contra.is_empty() && contra.len() < all).then_some((column, contra))
    })
}

/// Leaves out what companies of a group did with each other: rows that name one of them as the partner of another, or
/// that a flag calls so.
pub fn with_others(graph: &Graph, ontology: &Ontology, node: usize) -> Option<Predicate> {
    let companies = ontology.concept("entity");
    let is_partner = |words: &[Stems]| has_role(words, ontology.role("partner"));
    own_and_header(graph, node).into_iter().find_map(|(at, path)| {
        let target = &graph.nodes()[at];
        let edges = || graph.outgoing(at).iter().map(|e| graph.edge(*e)).filter(|e| e.from_columns.len() == 1);
        let of_company = |to: usize| companies.iter().any(|phrase| contains(&graph.nodes()[to].words, phrase));
        let partner = edges().filter(|e| of_company(e.to)).find(|e| is_partner(target.reads(&e.from_columns[0])));
        let column = |name: &str| ColumnRef::new(target.table.name.clone(), name);
        let nullable = |name: &str| target.table.column(name).is_some_and(|c| c.nullable);
        if let Some(name) = partner.map(|e| e.from_columns[0].as_str()).filter(|name| nullable(name)) {
            return Some(Predicate { column: column(name), test: Test::Null, paths: vec![path] });
        }
        let mut flags = target.table.columns.iter().filter(|c| is_partner(target.reads(&c.name)));
        let flag = flags.find(|c| is_yes_or_no(graph, &column(&c.name), graph.role(&column(&c.name))))?;
        let test = Test::NotIn(vec![Value::Int(1)]);
        Some(Predicate { column: column(&flag.name), test, paths: vec![path] })
    })
}

/// Leaves out the rows of periods behind the twelfth, which hold what was adjusted at the end of a year, where the
/// rows or their documents are numbered by period.
pub fn regular(graph: &Graph, node: usize) -> Option<Predicate> {
    own_and_header(graph, node).into_iter().find_map(|(at, path)| {
        let target = &graph.nodes()[at];
        let periods = target.columns_with(|r| r == Role::PeriodNumber);
        let called =
            |c: &&catalog::Column| target.reads(&c.name).iter().any(|w| w.last().is_some_and(|l| l == "period"));
        periods.filter(called).find_map(|c| {
            let column = ColumnRef::new(target.table.name.clone(), c.name.clone());
            let last = graph.statistics(&column)?.extent.as_ref()?.max.to_f64()?;
            let numbers: Vec<Value> = (FIRST_ADJUSTMENT..=LAST_ADJUSTMENT).map(Value::Int).collect();
            let adjusted = (FIRST_ADJUSTMENT as f64..=LAST_ADJUSTMENT as f64).contains(&last);
            adjusted.then(|| Predicate { column, test: Test::NotIn(numbers), paths: vec![path.clone()] })
        })
    })
}

/// Numbers of periods that are no months.
const FIRST_ADJUSTMENT: i64 = 13;
const LAST_ADJUSTMENT: i64 = 16;

/// The column that says by which set of rules a row was posted, where several stand side by side.
pub fn parallel(graph: &Graph, ontology: &Ontology, node: usize) -> Option<Scenario> {
    own_and_header(graph, node).into_iter().find_map(|(at, path)| {
        let target = &graph.nodes()[at];
        let named = |c: &&catalog::Column| has_role(target.reads(&c.name), ontology.role("parallel"));
        target.table.columns.iter().filter(|c| c.ty.kind.is_text()).filter(named).find_map(|c| {
            let column = ColumnRef::new(target.table.name.clone(), c.name.clone());
            let statistics = graph.statistics(&column)?;
            let values: Vec<Value> = statistics.values.iter().map(|(v, _)| v.clone()).collect();
            let few = statistics.values_complete && (2..=6).contains(&values.len());
            let known = !values_in_role(graph, ontology, &column, "parallel_value").is_empty();
            (few && known).then(|| Scenario { column, path: path.clone(), values })
        })
    })
}

/// Predicates that exclude the values of one role in columns of another.
fn excluding(graph: &Graph, ontology: &Ontology, node: usize, column_role: &str, value_role: &str) -> Vec<Predicate> {
    let mut found = Vec::new();
    for (at, path) in own_and_header(graph, node) {
        let target = &graph.nodes()[at];
        for column in
            target.table.columns.iter().filter(|c| has_role(target.reads(&c.name), ontology.role(column_role)))
        {
            let reference = ColumnRef::new(target.table.name.clone(), column.name.clone());
            let values = values_in_role(graph, ontology, &reference, value_role);
            if !values.is_empty() {
                found.push(Predicate { column: reference, test: Test::NotIn(values), paths: vec![path.clone()] });
            }
        }
    }
    found
}

/// The scenario or version column of a plan table: a category named so, with at least two values.
pub fn scenario(graph: &Graph, ontology: &Ontology, node: usize) -> Option<Scenario> {
    let alternatives = |at: usize| has_role(std::slice::from_ref(&graph.nodes()[at].words), ontology.role("scenario"));
    let near = graph.reachable(node).into_iter().filter(|(_, p)| p.len() <= 1);
    let near = near.filter(|(at, p)| p.is_empty() || is_header(graph, node, *at) || alternatives(*at));
    near.into_iter().find_map(|(at, path)| {
        let target = &graph.nodes()[at];
        let named = |c: &&catalog::Column| has_role(target.reads(&c.name), ontology.role("scenario"));
        target.table.columns.iter().filter(|c| c.ty.kind.is_text()).filter(named).find_map(|c| {
            let column = ColumnRef::new(target.table.name.clone(), c.name.clone());
            let statistics = graph.statistics(&column)?;
            let values: Vec<Value> = statistics.values.iter().map(|(v, _)| v.clone()).collect();
            let few = statistics.values_complete && (2..=20).contains(&values.len());
            let plan_words = ["version_default", "scenario_value"];
            let known = plan_words.iter().any(|role| !values_in_role(graph, ontology, &column, role).is_empty());
            (few && known).then(|| Scenario { column, path: path.clone(), values })
        })
    })
}

/// The sampled values of a column that are words of a role.
pub fn values_in_role(graph: &Graph, ontology: &Ontology, column: &ColumnRef, role: &str) -> Vec<Value> {
    let values = graph.statistics(column).map_or(&[] as &[(Value, u64)], |s| s.values.as_slice());
    let fits = |value: &Value| {
        let words = content_stems(&phrase_words(&value.to_string().replace('_', " ")));
        ontology.role(role).iter().any(|phrase| *phrase == words || phrase.len() > 1 && contains(&words, phrase))
    };
    values.iter().map(|(v, _)| v.clone()).filter(fits).collect()
}
