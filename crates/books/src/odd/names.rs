//! Names that need quoting.

use catalog::{Table, Value};
use jiff::civil::date;

use crate::book::{Book, BookTable};
use crate::layout::{add_reference, column, table};
use crate::money::cents;

/// Tables and columns named by reserved words, with spaces, quotes and a dot in names.
pub fn reserved_words() -> Book {
    let mut group = plain("group", &[("select", "INTEGER"), ("from", "VARCHAR(20)")]);
    group.primary_key = vec!["select".to_owned()];
    let mut order = plain(
        "order",
        &[
            ("index", "INTEGER"),
            ("group", "INTEGER"),
            ("date", "DATE"),
            ("sum", "DECIMAL(12,2)"),
            ("order by", "VARCHAR(20)"),
        ],
    );
    order.primary_key = vec!["index".to_owned()];
    add_reference(&mut order, "group", "group", "select");
    let mut quoted = plain("odd \"name\"; drop", &[("a.b", "INTEGER"), ("it's", "DECIMAL(12,2)"), ("100%", "INTEGER")]);
    quoted.primary_key = vec!["a.b".to_owned()];
    let groups = vec![vec![Value::Int(1), Value::from("north")], vec![Value::Int(2), Value::from("where")]];
    let day = |day| Value::Date(date(2025, 5, day));
    let orders = vec![
        vec![Value::Int(1), Value::Int(1), day(3), cents(10_050), Value::from("asc")],
        vec![Value::Int(2), Value::Int(2), day(4), cents(2_000), Value::from("null")],
        vec![Value::Int(3), Value::Int(2), day(9), cents(-500), Value::from("';--")],
    ];
    let odd = vec![vec![Value::Int(1), cents(700), Value::Int(100)], vec![Value::Int(2), cents(33), Value::Int(0)]];
    let tables =
        [(group, groups), (order, orders), (quoted, odd)].map(|(table, rows)| BookTable { table, rows }).into();
    Book { name: "reserved".to_owned(), about: "Reserved words and punctuation as names".to_owned(), tables }
}

/// Names and values in several scripts, composed and decomposed, with emoji and right-to-left text.
pub fn unicode() -> Book {
    let mut customers =
        plain("Kundenübersicht", &[("Kunden_Nr", "INTEGER"), ("Straße", "VARCHAR(40)"), ("地域", "VARCHAR(20)")]);
    customers.primary_key = vec!["Kunden_Nr".to_owned()];
    customers.comment = Some("Kunden mit Region".to_owned());
    let mut sales =
        plain("売上", &[("番号", "INTEGER"), ("Kunden_Nr", "INTEGER"), ("日付", "DATE"), ("金額", "DECIMAL(12,2)")]);
    sales.primary_key = vec!["番号".to_owned()];
    sales.comment = Some("Sales (revenue) per invoice".to_owned());
    add_reference(&mut sales, "Kunden_Nr", "Kundenübersicht", "Kunden_Nr");
    let people = [
        ("Zürcher Straße 1", "東京"),
        ("Rue de l\u{2019}E\u{301}glise", "大阪"),
        ("شارع النيل", "東京"),
        ("🚀 Launch Rd", ""),
    ];
    let customer = |(number, (street, region)): (i64, (&str, &str))| {
        let region = if region.is_empty() { Value::Null } else { Value::from(region) };
        vec![Value::Int(number), Value::from(street), region]
    };
    let rows = (1..).zip(people).map(customer).collect();
    let sale = |number: i64| {
        vec![
            Value::Int(number),
            Value::Int(number % 4 + 1),
            Value::Date(date(2025, 1, number as i8)),
            cents(number * 12_345),
        ]
    };
    let tables =
        vec![BookTable { table: customers, rows }, BookTable { table: sales, rows: (1..=20).map(sale).collect() }];
    Book { name: "unicode".to_owned(), about: "Names and values in many scripts".to_owned(), tables }
}

fn plain(name: &str, columns: &[(&str, &str)]) -> Table {
    let mut table = table(name, None);
    table.columns = columns.iter().map(|(name, ty)| column(name, ty, None)).collect();
    table.columns.iter_mut().skip(1).for_each(|c| c.nullable = true);
    table
}
