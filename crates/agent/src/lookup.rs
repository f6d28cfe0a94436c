//! Values that the sample does not hold: a name in a question that nothing explains is looked up in the data.
//!
//! The sample of a column is bounded and some minutes old at the most; the data is neither. So before a question is
//! refused for words that are written like a name (in quotation marks or with capital letters), they are looked for where
//! names stand: as a whole value, then at the beginning of one, then inside. Other words are not: a verb that happens to
//! stand in some text is no name. Bounded by columns, rows and time; each statement goes through the guard.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use catalog::{ColumnRef, TableKind, Value};
use connect::{Database, Scope, Slice};
use jiff::civil::Date;
use meaning::values::phrase_words;
use meaning::{Token, TokenKind, tokenize};
use plan::Knowledge;
use plan::graph::Role;
use plan::semantic::{Listing, Predicate, Query, Test};

/// Columns looked into, at the most.
const MOST_COLUMNS: usize = 40;
/// Values of a column that are enough: more do not name anything.
const MOST_VALUES: u64 = 24;
/// Names looked up for one question, at the most.
const MOST_NAMES: usize = 4;
/// Time for all of it.
const TIME: Duration = Duration::from_secs(2);

/// The names that unexplained words make up, those side by side together.
pub fn names(question: &str, unknown: &[String]) -> Vec<String> {
    let tokens = tokenize(question);
    let is_proper = |t: &Token| t.kind == TokenKind::Quoted || t.text.chars().next().is_some_and(char::is_uppercase);
    let is_unknown = |i: usize| is_proper(&tokens[i]) && unknown.iter().any(|word| *word == tokens[i].text);
    let mut names = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let run = (i..tokens.len()).take_while(|j| is_unknown(*j)).count();
        if run > 0 {
            names.push(question[tokens[i].start..tokens[i + run - 1].end].to_owned());
        }
        i += run.max(1);
    }
    names.truncate(MOST_NAMES);
    names
}

/// The values that names stand for, each with its column. What cannot be read, or not in time, is not found.
pub async fn look_up(
    database: &dyn Database,
    scope: &Scope,
    k: &Knowledge,
    names: &[String],
    today: Date,
) -> Vec<(ColumnRef, Value)> {
    let scope = scope.until(Instant::now() + TIME);
    let columns = columns(k);
    let mut found = Vec::new();
    for name in names {
        for test in tests(name) {
            let mut now = Vec::new();
            for column in &columns {
                let values = values(database, &scope, k, column, (&test, today)).await;
                let fitting = values.into_iter().filter(|v| holds(v, name));
                now.extend(fitting.map(|value| (column.clone(), value)));
            }
            if !now.is_empty() {
                found.extend(now);
                break;
            }
        }
    }
    found
}

/// What is asked of a column, the strictest first.
fn tests(text: &str) -> Vec<Test> {
    let lower = text.to_lowercase();
    let mut title = lower.clone();
    if let Some(first) = title.get(..1).map(str::to_uppercase) {
        title.replace_range(..1, &first);
    }
    let spellings: BTreeSet<String> = [text.to_owned(), lower, text.to_uppercase(), title].into();
    let mut tests = vec![Test::In(spellings.into_iter().map(Value::Text).collect())];
    if text.chars().count() >= 3 {
        let escaped = sql::escape_like(text);
        tests.extend([Test::Like(format!("{escaped}%")), Test::Like(format!("%{escaped}%"))]);
    }
    tests
}

/// Columns in which names and categories stand, labels first.
fn columns(k: &Knowledge) -> Vec<ColumnRef> {
    let rank = |role: Role| match role {
        Role::Label => Some(0),
        Role::PersonName => Some(1),
        Role::Category => Some(2),
        Role::Text | Role::Other | Role::Code => Some(3),
        _ => None,
    };
    let mut columns: Vec<(u8, ColumnRef)> = Vec::new();
    for node in k.graph.nodes().iter().filter(|n| n.table.kind == TableKind::Table) {
        for (column, role) in node.table.columns.iter().zip(&node.roles) {
            let text = column.ty.kind.is_text() || column.ty.kind == catalog::TypeKind::Unknown;
            if let (true, Some(rank)) = (text, rank(*role)) {
                columns.push((rank, ColumnRef::new(node.table.name.clone(), column.name.clone())));
            }
        }
    }
    columns.sort();
    columns.truncate(MOST_COLUMNS);
    columns.into_iter().map(|(_, column)| column).collect()
}

/// The values of a column that meet a test; none where they are too many to name anything.
async fn values(
    database: &dyn Database,
    scope: &Scope,
    k: &Knowledge,
    column: &ColumnRef,
    (test, today): (&Test, Date),
) -> Vec<Value> {
    let filter = Predicate { column: column.clone(), test: test.clone(), paths: Vec::new() };
    let listing = Listing {
        root: column.table.clone(),
        columns: vec![column.clone()],
        paths: Vec::new(),
        distinct: true,
        filters: vec![filter],
        related: Vec::new(),
        order: Vec::new(),
        limit: Some(MOST_VALUES + 1),
    };
    let lowered = plan::lower(k, &Query::List(listing), today);
    let dialect = database.dialect();
    let Ok(statement) = sql::guard(sql::print(&lowered.select, dialect), dialect) else { return Vec::new() };
    let Ok(fetched) = database.query(scope, &statement, &Slice::over(&k.catalog, &statement)).await else {
        return Vec::new();
    };
    let values: Vec<Value> = fetched.rows.rows.into_iter().filter_map(|row| row.into_iter().next()).collect();
    if values.len() as u64 > MOST_VALUES { Vec::new() } else { values }
}

/// Whether a value has the words of a phrase side by side: "Ann" is no part of "Joanna".
fn holds(value: &Value, phrase: &str) -> bool {
    let (value, phrase) = (phrase_words(&value.to_string()), phrase_words(phrase));
    !phrase.is_empty() && value.windows(phrase.len()).any(|w| w == phrase.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unexplained_names_side_by_side_are_one() {
        let unknown = ["Blue", "Harbor", "zork"].map(str::to_owned);
        assert_eq!(names("revenue of Blue Harbor by zork", &unknown), ["Blue Harbor"]);
        assert!(names("Revenue by Region", &[]).is_empty());
    }

    #[test]
    fn parts_of_values_are_whole_words_and_short_names_are_whole_values() {
        assert_eq!((super::tests("Zork").len(), super::tests("Zo").len()), (3, 1));
        assert!(holds(&Value::from("Zork & Sons"), "zork") && !holds(&Value::from("Zorkan"), "Zork"));
    }
}
