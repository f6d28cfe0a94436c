//! Changes out of a history of schema files: one text of SQL for each time.

use std::collections::BTreeMap;

use catalog::TableName;
use jiff::Timestamp;

use crate::replay::{Event, Step};

/// The changes from each version to the next: tables whose statements differ, came or went. The first version changes
/// nothing. Statements about a table are those that name it behind CREATE TABLE or ALTER TABLE; case, blanks and
/// comments do not count.
pub fn changes(versions: &[(Timestamp, String)]) -> Vec<Step> {
    let mut ordered: Vec<&(Timestamp, String)> = versions.iter().collect();
    ordered.sort_by_key(|version| version.0);
    let mut steps = Vec::new();
    let mut before: Option<BTreeMap<String, String>> = None;
    for (at, text) in ordered {
        let now = tables(text);
        for name in before.iter().flat_map(|b| b.keys().chain(now.keys()).collect::<std::collections::BTreeSet<_>>()) {
            if before.as_ref().and_then(|b| b.get(name)) != now.get(name) {
                steps.push(Step { at: *at, event: Event::Change, object: TableName::bare(name.clone()) });
            }
        }
        before = Some(now);
    }
    steps
}

/// What is said of each table.
fn tables(text: &str) -> BTreeMap<String, String> {
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    for statement in statements(text) {
        let words: Vec<&str> = statement.split(' ').collect();
        let known = |word: &&&str| !matches!(**word, "if" | "not" | "exists" | "only" | "temporary" | "unlogged");
        let is_about = matches!(words.first(), Some(&"create" | &"alter"));
        let Some(at) = words.iter().position(|word| *word == "table").filter(|at| is_about && *at < 4) else {
            continue;
        };
        if let Some(name) = words[at + 1..].iter().find(known) {
            *tables.entry((*name).to_owned()).or_default() += &statement;
        }
    }
    tables
}

/// Statements in small letters, one blank between words, without comments and quotation marks of names.
fn statements(text: &str) -> Vec<String> {
    let mut statements = vec![String::new()];
    let mut letters = text.chars().peekable();
    let mut in_text = false;
    while let Some(c) = letters.next() {
        let next = letters.peek().copied();
        match (c, next) {
            ('-', Some('-')) if !in_text => while letters.next_if(|c| *c != '\n').is_some() {},
            ('/', Some('*')) if !in_text => {
                let mut last = ' ';
                for c in letters.by_ref() {
                    if (last, c) == ('*', '/') {
                        break;
                    }
                    last = c;
                }
            }
            (';', _) if !in_text => statements.push(String::new()),
            ('"' | '`', _) if !in_text => {}
            _ => {
                in_text ^= c == '\'';
                let statement = statements.last_mut().expect("it begins with one");
                let c = if c.is_whitespace() { ' ' } else { c.to_ascii_lowercase() };
                // A name ends where its columns begin.
                if c == '(' && !in_text && !statement.ends_with(' ') {
                    statement.push(' ');
                }
                if !(c == ' ' && (statement.is_empty() || statement.ends_with(' '))) {
                    statement.push(c);
                }
            }
        }
    }
    statements.iter_mut().for_each(|statement| statement.truncate(statement.trim_end().len()));
    statements.retain(|statement| !statement.is_empty());
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_differ_changed_and_spelling_is_no_difference() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let first = "CREATE TABLE a(x int); -- remark; with a semicolon\nCREATE TABLE \"b\" (y text DEFAULT ';');";
        let same = "create table A (x   int);\nCREATE TABLE b (y text default ';') /* more */;";
        let other =
            "CREATE TABLE a (x int); CREATE TABLE IF NOT EXISTS c (z int); ALTER TABLE ONLY a ADD PRIMARY KEY (x);";
        let versions = [(at(30), other.to_owned()), (at(10), first.to_owned()), (at(20), same.to_owned())];
        let found: Vec<(i64, String)> =
            changes(&versions).iter().map(|s| (s.at.as_second(), s.object.to_string())).collect();
        assert_eq!(found, [(30, "a".to_owned()), (30, "b".to_owned()), (30, "c".to_owned())]);
    }
}
