//! The demo book as a database: keys, types, sizes, determinism, other names.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use books::{Book, DEMO_CLOCK, DEMO_START, Shape, demo, demo_as, odd, renamed, traps};
use catalog::{TypeKind, Value};
use proptest::prelude::*;

fn cells(book: &Book, table: &str, columns: &[String]) -> Vec<String> {
    let table = book.table(table).unwrap();
    let at: Vec<usize> = columns.iter().map(|c| table.position(c).unwrap()).collect();
    let whole = table.rows.iter().filter(|row| at.iter().all(|i| !row[*i].is_null()));
    whole.map(|row| at.iter().map(|i| row[*i].to_string()).collect::<Vec<_>>().join("|")).collect()
}

/// Keys identify, references hit, every cell has its column's type, and NULL only stands where it may.
fn check_schema(book: &Book) {
    let mut before = BTreeSet::new();
    for table in &book.tables {
        let name = &table.table.name.name;
        before.insert(name.clone());
        for key in table.table.unique.iter().chain([&table.table.primary_key]).filter(|k| !k.is_empty()) {
            let values = cells(book, name, key);
            assert_eq!(values.len(), values.iter().collect::<BTreeSet<_>>().len(), "{name} {key:?}");
        }
        for key in &table.table.foreign_keys {
            assert!(before.contains(&key.target.name), "{name} is loaded before {}", key.target);
            let targets: BTreeSet<String> = cells(book, &key.target.name, &key.target_columns).into_iter().collect();
            assert!(cells(book, name, &key.columns).iter().all(|v| targets.contains(v)), "{name} {:?}", key.columns);
        }
        for (at, column) in table.table.columns.iter().enumerate() {
            for row in &table.rows {
                let fits = match (&row[at], column.ty.kind) {
                    (Value::Null, _) => column.nullable,
                    (Value::Int(_), TypeKind::Int)
                    | (Value::Date(_), TypeKind::Date)
                    | (Value::DateTime(_), TypeKind::DateTime | TypeKind::Timestamp) => true,
                    (Value::Text(t), TypeKind::Text { length }) => {
                        length.is_none_or(|n| t.chars().count() <= n as usize)
                    }
                    (Value::Decimal(d), TypeKind::Decimal { precision, scale }) => {
                        Some(d.fractional_digit_count() as u32) == scale
                            && precision.is_some_and(|p| d.digits() <= u64::from(p))
                    }
                    _ => false,
                };
                assert!(fits, "{name}.{} {:?}", column.name, row[at]);
            }
        }
    }
}

#[test]
fn every_book_keeps_its_own_schema() {
    let (book, _) = demo(0.1, 1);
    check_schema(&book);
    check_schema(&renamed(&book));
    Shape::ALL.iter().for_each(|shape| check_schema(&demo_as(*shape, 0.05, 1).0));
    check_schema(&odd::wide_schema(40));
    traps::all().iter().for_each(|trap| check_schema(&trap.book));
    odd::all().iter().filter(|b| b.name != "huge").for_each(check_schema);
}

#[test]
fn equal_seeds_give_equal_books_and_others_do_not() {
    assert_eq!(demo(0.02, 7).0, demo(0.02, 7).0);
    assert_ne!(demo(0.02, 7).0, demo(0.02, 8).0);
}

#[test]
fn scales_have_the_promised_sizes() {
    let rows = |scale| demo(scale, 3).0.row_count();
    assert!((18_000..26_000).contains(&rows(0.1)), "{}", rows(0.1));
    assert!((180_000..230_000).contains(&rows(1.0)), "{}", rows(1.0));
}

#[test]
fn the_books_begin_and_end_where_they_say() {
    let (book, _) = demo(0.1, 1);
    let dates: Vec<String> = cells(&book, "journal_entries", &["entry_date".to_owned()]);
    assert_eq!(dates.iter().min().unwrap(), &DEMO_START.to_string());
    assert_eq!(dates.iter().max().unwrap(), &DEMO_CLOCK.to_string());
    for (table, column) in
        [("sales_orders", "order_date"), ("invoices", "invoice_date"), ("vendor_payments", "payment_date")]
    {
        assert!(cells(&book, table, &[column.to_owned()]).iter().all(|d| *d <= DEMO_CLOCK.to_string()), "{table}");
    }
}

#[test]
fn the_demo_holds_what_questions_need() {
    let (book, _) = demo(0.1, 1);
    let distinct = |table: &str, column: &str| -> BTreeSet<String> {
        cells(&book, table, &[column.to_owned()]).into_iter().collect()
    };
    assert_eq!(distinct("customers", "region").len(), 4);
    assert!(book.table("customers").unwrap().rows.iter().any(|r| r[2].is_null()));
    assert_eq!(distinct("budget_lines", "budget_version").len(), 3);
    let types = ["accrual", "adjustment", "closing", "opening", "reversal", "standard"];
    assert_eq!(distinct("journal_entries", "entry_type"), types.map(str::to_owned).into());
    assert_eq!(distinct("journal_entries", "status"), ["draft", "posted", "void"].map(str::to_owned).into());
    assert_eq!(distinct("sales_orders", "status"), ["cancelled", "confirmed", "shipped"].map(str::to_owned).into());
    let ordering = distinct("sales_orders", "customer_id").len();
    assert!(ordering < book.table("customers").unwrap().rows.len(), "some customers never order");
    let columns: Vec<bool> = book.tables.iter().flat_map(|t| &t.table.columns).map(|c| c.comment.is_some()).collect();
    let told = columns.iter().filter(|told| **told).count();
    assert!((columns.len() / 3..columns.len() * 2 / 3).contains(&told), "{told} of {}", columns.len());
}

#[test]
fn renaming_changes_names_and_nothing_else() {
    let (book, _) = demo(0.02, 1);
    let other = renamed(&book);
    let mut changed = BTreeMap::new();
    for (old, new) in book.tables.iter().zip(&other.tables) {
        assert_eq!(old.rows, new.rows);
        for (a, b) in old.table.columns.iter().zip(&new.table.columns) {
            assert_eq!((&a.ty, a.nullable, &a.comment), (&b.ty, b.nullable, &b.comment));
            changed.insert((old.table.name.name.clone(), a.name.clone()), a.name != b.name);
        }
        assert_eq!(old.table.foreign_keys.len(), new.table.foreign_keys.len());
        assert_eq!(old.table.indexes.len(), new.table.indexes.len());
    }
    let kept = changed.values().filter(|changed| !**changed).count();
    assert!(kept * 4 < changed.len(), "{kept} of {} columns kept their names", changed.len());
    assert!(other.table("clients").is_some() && other.table("customers").is_none());
    assert_eq!(renamed(&book), other);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_scale_or_seed_stops_it(scale in 0.0f64..0.12, seed: u64) {
        let (book, tally) = demo(scale, seed);
        prop_assert!(book.row_count() > 5_000);
        prop_assert!(tally.evaluate("revenue").is_ok());
    }
}

#[test]
fn scales_out_of_bounds_are_brought_back() {
    for scale in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0] {
        assert!(demo(scale, 1).0.row_count() < 40_000);
    }
}
