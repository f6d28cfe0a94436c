//! Changes of catalogs with identities: what the engine itself calls one thing stays one.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use catalog::{
    Catalog, Change, ChangeKind, Column, Identity, Side, Statistics, Table, TableKind, TableName, Type, diff,
};

fn chance(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*state >> 33) % below as u64) as usize
}

fn table(number: usize) -> Table {
    let column = |i: usize| Column {
        name: format!("c{i}"),
        ty: Type::parse(["INTEGER", "TEXT", "DATE", "DECIMAL(15, 2)"][(number + i) % 4]),
        nullable: true,
        default: None,
        generated: false,
        comment: None,
        identity: Some(Identity((i + 1).to_string())),
    };
    Table {
        name: TableName::bare(format!("t{number}")),
        kind: TableKind::Table,
        columns: (0..3 + number % 5).map(column).collect(),
        primary_key: vec!["c0".into()],
        unique: vec![],
        foreign_keys: vec![],
        indexes: vec![],
        checks: vec![],
        definition: None,
        comment: None,
        identity: Some(Identity((16_384 + number).to_string())),
    }
}

fn changes(old: &[Table], new: &[Table]) -> Vec<Change> {
    let (old, new) = (Catalog::of_tables(old.to_vec()), Catalog::of_tables(new.to_vec()));
    let none = Statistics::default();
    diff(Side { catalog: &old, statistics: &none }, Side { catalog: &new, statistics: &none })
}

/// 1,000 renames in place: fresh names, swaps, chains, of tables and of columns.
#[test]
fn renames_in_place_are_exact_swaps_and_chains_included() {
    let mut state = 7;
    let mut done = 0;
    while done < 1_000 {
        let old: Vec<Table> = (0..8).map(table).collect();
        let mut new = old.clone();
        for _ in 0..1 + chance(&mut state, 4) {
            let (a, b) = (chance(&mut state, 8), chance(&mut state, 8));
            let (name, other) = (new[a].name.clone(), new[b].name.clone());
            match chance(&mut state, 3) {
                0 => new[a].name = TableName::bare(format!("fresh{}", chance(&mut state, 1_000_000))),
                1 => (new[a].name, new[b].name) = (other, name),
                _ => {
                    let (x, y) = (chance(&mut state, 3), chance(&mut state, 3));
                    let (first, second) = (new[a].columns[x].name.clone(), new[a].columns[y].name.clone());
                    let names: BTreeMap<&str, &str> = [(first.as_str(), second.as_str()), (&second, &first)].into();
                    let renamed = |name: &String| names.get(name.as_str()).map_or(name.clone(), |n| (*n).to_owned());
                    let key = new[a].primary_key.iter().map(renamed).collect();
                    new[a].primary_key = key;
                    for column in &mut new[a].columns {
                        column.name = names.get(column.name.as_str()).map_or(column.name.clone(), |n| (*n).to_owned());
                    }
                }
            }
        }
        let mut expected: Vec<(String, String)> = Vec::new();
        for (before, after) in old.iter().zip(&new) {
            if before.name != after.name {
                expected.push((before.name.to_string(), after.name.to_string()));
            }
            for (x, y) in before.columns.iter().zip(&after.columns).filter(|(x, y)| x.name != y.name) {
                expected.push((x.name.clone(), format!("{}.{}", after.name, y.name)));
            }
        }
        let found = changes(&old, &new);
        assert!(found.iter().all(|c| c.kind.is_rename() && c.certainty == 1.0), "{found:#?}");
        let place = |c: &Change| c.part.as_ref().map_or(c.table.to_string(), |part| format!("{}.{part}", c.table));
        let mut found: Vec<(String, String)> = found.iter().map(|c| (c.before.clone().unwrap(), place(c))).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
        done += expected.len();
    }
}

#[test]
fn a_restored_copy_with_numbers_of_its_own_is_no_change() {
    let old: Vec<Table> = (0..30).map(table).collect();
    let mut new = old.clone();
    for (i, table) in new.iter_mut().enumerate() {
        // The numbers are those of other tables of the original.
        table.identity = Some(Identity((16_384 + (i + 7) % 30).to_string()));
    }
    assert_eq!(changes(&old, &new), []);
}

#[test]
fn a_column_that_was_dropped_and_added_again_is_no_rename() {
    let old = table(0);
    let mut new = old.clone();
    let mut column = new.columns.remove(1);
    column.identity = Some(Identity("9".into()));
    column.name = "c1_new".into();
    new.columns.push(column);
    let kinds: Vec<ChangeKind> = changes(&[old], &[new]).into_iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ChangeKind::ColumnAdded, ChangeKind::ColumnDropped]);
}

#[test]
fn a_schema_that_tables_moved_to_is_no_other_name() {
    let old = table(0);
    let mut new = old.clone();
    new.name.schema = Some("archive".into());
    let found = changes(&[old], &[new]);
    assert_eq!((found.len(), found[0].kind), (1, ChangeKind::TableMoved));
}
