//! What makes a word a name of the schema, rule by rule, in the smallest code that shows it.

mod common;

use codemod::{Evidence, Kind, Options, Run, scan};
use common::Heap;

/// What is found in a file of Python beside a definition: kind, line, names.
fn found(definition: &str, code: &str) -> Vec<(Kind, usize, Vec<String>)> {
    let files = Heap::of(&[("app.py", code.as_bytes()), ("schema.sql", definition.as_bytes())]);
    let scan = scan(&files, &Evidence::default(), &Options::default(), &Run::default()).expect("a folder");
    let of_code = scan.findings.into_iter().filter(|f| f.file == "app.py");
    of_code.map(|f| (f.kind, f.line_start, f.identifiers.into_iter().map(|i| i.name).collect())).collect()
}

fn has(found: &[(Kind, usize, Vec<String>)], kind: Kind, line: usize, name: &str) -> bool {
    found.iter().any(|f| f.0 == kind && f.1 == line && f.2.iter().any(|n| n == name))
}

const TABLES: &str = "CREATE TABLE bills (bill_no INTEGER, due_day DATE, note TEXT);";

#[test]
fn columns_of_a_view_are_those_that_its_query_gives() {
    let schema = format!("{TABLES} CREATE VIEW due_bills AS SELECT b.bill_no, b.due_day AS falls_on FROM bills b;");
    let said = found(&schema, "c.execute('SELECT falls_on, due_day FROM due_bills')\n");
    assert!(has(&said, Kind::SqlTemplate, 1, "falls_on"), "{said:?}");
    let all = format!("{TABLES} CREATE VIEW due_bills AS SELECT * FROM bills;");
    assert!(!found(&all, "c.execute('SELECT falls_on FROM due_bills')\n").iter().any(|f| f.0 == Kind::Drift));
}

#[test]
fn queries_pass_on_every_column_or_those_that_they_name() {
    let code = "c.execute('WITH x AS (SELECT * FROM bills), bills2 AS (SELECT bill_no AS no FROM bills) SELECT due_day, gone FROM x')\n";
    let said = found(TABLES, code);
    assert!(has(&said, Kind::SqlTemplate, 1, "due_day"), "{said:?}");
    let shadow = "c.execute('WITH bills AS (SELECT bill_no AS no FROM bills) SELECT no FROM bills')\n";
    assert!(!found(TABLES, shadow).iter().any(|f| f.0 == Kind::Drift), "its own query is meant");
}

#[test]
fn a_table_of_which_only_changes_are_known_has_no_drift() {
    let code = "c.execute('SELECT due_day, other_day FROM bills')\n";
    assert!(found(TABLES, code).iter().any(|f| f.0 == Kind::Drift));
    let change = "ALTER TABLE bills ADD COLUMN due_day DATE;";
    assert!(!found(change, code).iter().any(|f| f.0 == Kind::Drift));
}

#[test]
fn tables_before_their_columns_are_names_and_collations_are_none() {
    let code = "W = {'due': 'bills.due_day < ?'}\ndef f(c, k):\n    c.execute('SELECT bill_no FROM bills WHERE ' + W[k] + ' ORDER BY note COLLATE due_day')\n";
    let said = found(TABLES, code);
    let of_map: Vec<&String> = said.iter().filter(|f| f.1 == 1).flat_map(|f| &f.2).collect();
    assert_eq!(of_map, ["bills", "due_day"]);
    assert!(!has(&said, Kind::SqlTemplate, 3, "due_day"), "{said:?}");
}

#[test]
fn functions_over_rows_get_rows_and_maps_with_keys_of_their_own_are_none() {
    let code = "def shown(row):\n    made = {'x': row['due_day']}\n    return made['bill_no'], row['bill_no']\ndef f(c):\n    return list(map(shown, c.execute('SELECT bill_no, due_day FROM bills')))\n";
    let said = found(TABLES, code);
    let keys: Vec<usize> = said.iter().filter(|f| f.0 == Kind::ColumnName && f.2 == ["bill_no"]).map(|f| f.1).collect();
    assert!(has(&said, Kind::ColumnName, 2, "due_day") && keys == [3], "{said:?}");
}

#[test]
fn a_table_and_its_columns_side_by_side_are_names() {
    let said = found(TABLES, "setup([('bills', 'bill_no'), ('bills', 'nobody'), ('payers', 'bill_no')])\n");
    assert_eq!(said, [(Kind::StaticMapping, 1, vec!["bills".to_owned(), "bill_no".to_owned()])]);
}
