//! Values as people say them: cut short, misspelled, newer than the sample, beyond it.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::{Answer, Status};
use catalog::{Column, Table, TableName, Type, Value};
use common::{DEMO, Desk, story};

use books::DEMO_CLOCK;
use connect::Scratch;

/// The only restriction of an answer, as bound to its statement.
fn bound(answer: &Answer, value: &str) {
    assert_eq!(answer.status, Status::Answered, "{}", story(answer));
    assert!(answer.parameters.contains(&Value::from(value)), "{value}: {}", story(answer));
}

#[test]
fn a_mended_spelling_is_said() {
    let answer = Desk::demo().ask("how many customers in North Amerca");
    bound(&answer, "North America");
    assert!(answer.warnings.iter().any(|w| w.ends_with("as \"North America\"")), "{}", story(&answer));
    let answer = Desk::demo().ask("revnue by region");
    assert_eq!(answer.status, Status::Answered, "{}", story(&answer));
    assert_eq!(answer.warnings.first().map(String::as_str), Some("read \"revnue\" as \"revenue\""));
    let plain = Desk::demo().ask("revenue by region");
    assert!(plain.warnings.iter().all(|w| !w.starts_with("read ")), "{}", story(&plain));
}

#[test]
fn a_value_that_came_after_the_sample_is_found() {
    let desk = Desk::over(Scratch::in_memory(&DEMO.0).unwrap(), DEMO_CLOCK);
    let before = desk.ask("customers in Zanzibaria");
    assert_ne!(before.status, Status::Answered, "{}", story(&before));
    let column =
        "UPDATE customers SET region = 'Zanzibaria' WHERE customer_id = (SELECT MIN(customer_id) FROM customers)";
    desk.scratch().execute(column).unwrap();
    let after = desk.ask("how many customers in Zanzibaria");
    bound(&after, "Zanzibaria");
    assert_eq!(after.rows[0][0].to_string(), "1", "{}", story(&after));
}

fn column(name: &str, declared: &str) -> Column {
    Column {
        name: name.into(),
        ty: Type::parse(declared),
        nullable: false,
        default: None,
        generated: false,
        comment: None,
        identity: None,
    }
}

/// 200,000 clients and contacts with names of their own; one name is both.
fn many() -> Desk {
    let table = Table {
        name: TableName::bare("client"),
        kind: catalog::TableKind::Table,
        columns: vec![column("client_id", "INTEGER"), column("name", "TEXT"), column("contact", "TEXT")],
        primary_key: vec!["client_id".into()],
        unique: vec![],
        foreign_keys: vec![],
        indexes: vec![],
        checks: vec![],
        definition: None,
        comment: None,
        identity: None,
    };
    let book = books::Book { tables: vec![books::BookTable { table, rows: Vec::new() }], ..DEMO.0.clone() };
    let scratch = Scratch::in_memory(&book).unwrap();
    scratch
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
             INSERT INTO client SELECT i, 'Qorvath' || i || CASE i % 3 WHEN 0 THEN ' Ltd' ELSE ' GmbH' END, 'Ondrik' || i FROM n;
             UPDATE client SET name = 'Velmora Paint Works GmbH' WHERE client_id = 123457;
             UPDATE client SET name = 'Brandel' WHERE client_id = 77777;
             UPDATE client SET contact = 'Brandel' WHERE client_id = 88888;",
        )
        .unwrap();
    Desk::over(scratch, DEMO_CLOCK)
}

#[test]
fn names_beyond_the_sample_are_found_in_the_data() {
    let desk = many();
    // Whole, at the beginning, inside; the reading states the value as it is stored.
    for question in ["how many clients named Velmora", "how many clients called Velmora Paint"] {
        let answer = desk.ask(question);
        bound(&answer, "Velmora Paint Works GmbH");
        assert!(answer.words.iter().any(|w| w.contains("Velmora Paint Works GmbH")), "{}", story(&answer));
    }
    // Not there at all: refused, and the name is said.
    let answer = desk.ask("how many clients for Xyloria");
    assert_eq!(answer.status, Status::Refused, "{}", story(&answer));
    assert!(answer.missing.iter().any(|m| m == "Xyloria"), "{}", story(&answer));
    // In two columns: asked back with both.
    let answer = desk.ask("how many clients for Brandel");
    assert_eq!(answer.status, Status::Clarify, "{}", story(&answer));
    let targets: Vec<&str> = answer.interpretations.iter().map(|c| c.target.as_str()).collect();
    assert!(targets.iter().any(|t| t.contains("name")) && targets.iter().any(|t| t.contains("contact")), "{targets:?}");
}
