//! Schemas of any number of tables.

use catalog::{Table, Value};
use jiff::civil::date;

use crate::book::{Book, BookTable};
use crate::company::calendar::plus_days;
use crate::layout::{add_index, add_reference, column, table};
use crate::money::cents;

const AREAS: [&str; 20] = [
    "ap",
    "ar",
    "gl",
    "fa",
    "inventory",
    "payroll",
    "treasury",
    "tax",
    "sales",
    "purchasing",
    "project",
    "lease",
    "insurance",
    "budget",
    "cost",
    "grant",
    "travel",
    "fleet",
    "energy",
    "royalty",
];
const SUBJECTS: [&str; 32] = [
    "invoice",
    "payment",
    "contract",
    "supplier",
    "customer",
    "asset",
    "voucher",
    "accrual",
    "provision",
    "allocation",
    "transfer",
    "reconciliation",
    "adjustment",
    "commission",
    "deposit",
    "dividend",
    "expense",
    "forecast",
    "guarantee",
    "hedge",
    "installment",
    "journal",
    "loan",
    "mandate",
    "order",
    "penalty",
    "quote",
    "rebate",
    "settlement",
    "subsidy",
    "valuation",
    "warranty",
];
const ASPECTS: [&str; 16] = [
    "header",
    "line",
    "history",
    "approval",
    "schedule",
    "summary",
    "detail",
    "attachment",
    "status",
    "exception",
    "archive",
    "rule",
    "balance",
    "limit",
    "template",
    "audit",
];
const MONEY: [&str; 8] = ["gross", "net", "tax", "open", "paid", "planned", "retained", "disputed"];
const ROWS: i64 = 2;

/// A schema of `tables` tables (at most 10,240) of finance-like names: twelve columns each, a primary
/// key, a reference, two indexes, comments on a third; two rows each. Deterministic. Cost: about
/// twenty microseconds per table.
pub fn wide_schema(tables: usize) -> Book {
    let count = tables.min(AREAS.len() * SUBJECTS.len() * ASPECTS.len());
    Book {
        name: format!("wide_{count}"),
        about: format!("A schema of {count} tables"),
        tables: (0..count)
            .map(|at| BookTable { table: schema(at), rows: (1..=ROWS).map(|id| row(at, id)).collect() })
            .collect(),
    }
}

/// The names of a table: area, subject, aspect. A step that shares no factor with the number of
/// names visits each once, in no apparent order.
fn words(at: usize) -> [&'static str; 3] {
    let total = AREAS.len() * SUBJECTS.len() * ASPECTS.len();
    let pair = at * 3_697 % total;
    [AREAS[pair % 20], SUBJECTS[pair / 20 % 32], ASPECTS[pair / 640]]
}

fn name(at: usize) -> String {
    words(at).join("_")
}

fn key(at: usize) -> String {
    format!("{}_id", words(at)[1])
}

fn schema(at: usize) -> Table {
    let [area, subject, aspect] = words(at);
    let told = at.is_multiple_of(3);
    let mut table = table(&name(at), told.then(|| format!("{subject} {aspect} of {area}")).as_deref());
    // The first table refers to itself, every other to an earlier one.
    let parent = at / 4;
    let reference = format!("parent_{}", key(parent));
    let money = |n: usize| format!("{}_{subject}_amount", MONEY[(at + n) % MONEY.len()]);
    let columns: [(String, &str); 12] = [
        (key(at), "INTEGER"),
        (format!("{subject}_number"), "VARCHAR(20)"),
        (reference.clone(), "INTEGER"),
        (format!("{aspect}_date"), "DATE"),
        ("due_on".to_owned(), "DATE"),
        (money(0), "DECIMAL(15,2)"),
        (money(3), "DECIMAL(15,2)"),
        ("currency_code".to_owned(), "CHAR(3)"),
        (format!("{area}_status"), "VARCHAR(12)"),
        (format!("{area}_unit"), "VARCHAR(20)"),
        ("quantity".to_owned(), "INTEGER"),
        ("remark".to_owned(), "TEXT"),
    ];
    for (position, (name, ty)) in columns.iter().enumerate() {
        let comment = (position % 3 == 1).then(|| format!("{} of the {subject}", name.replace('_', " ")));
        table.columns.push(column(name, ty, comment.as_deref()));
    }
    table.columns[11].nullable = true;
    table.primary_key = vec![key(at)];
    add_index(&mut table, &reference);
    add_index(&mut table, &columns[3].0);
    add_reference(&mut table, &reference, &name(parent), &key(parent));
    table
}

fn row(at: usize, id: i64) -> Vec<Value> {
    let day = plus_days(date(2025, 1, 1), (at as i64 * 7 + id) % 300);
    let amount = (at as i64 * 7_919 + id * 104_729) % 5_000_000;
    vec![
        Value::Int(id),
        Value::Text(format!("{}-{id:04}", words(at)[1].to_uppercase())),
        Value::Int(id),
        Value::Date(day),
        Value::Date(plus_days(day, 30)),
        cents(amount),
        cents(amount / 5),
        Value::from(if at.is_multiple_of(4) { "USD" } else { "EUR" }),
        Value::from(if id == 1 { "open" } else { "settled" }),
        Value::from(["North", "South", "East", "West"][(at + id as usize) % 4]),
        Value::Int(amount % 97),
        Value::Null,
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_has_its_own_name_and_twelve_columns() {
        let book = wide_schema(20_000);
        let names: BTreeSet<&str> = book.tables.iter().map(|t| t.table.name.name.as_str()).collect();
        assert_eq!((book.tables.len(), names.len()), (10_240, 10_240));
        for table in &book.tables {
            let columns: BTreeSet<&str> = table.table.columns.iter().map(|c| c.name.as_str()).collect();
            assert_eq!(columns.len(), 12, "{}", table.table.name);
        }
    }

    #[test]
    fn a_smaller_schema_is_the_beginning_of_a_larger_one() {
        let (small, large) = (wide_schema(10), wide_schema(50));
        assert_eq!(small.tables, large.tables[..10]);
        assert!(wide_schema(0).tables.is_empty());
    }
}
