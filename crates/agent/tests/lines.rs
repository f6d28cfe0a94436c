//! Lines counted, averaged or shown beside their whole; restrictions that say whose; plans below zero; paraphrases.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::{Answer, Status};
use bigdecimal::{BigDecimal, RoundingMode};
use books::{Book, BookTable, DEMO_CLOCK};
use catalog::{Column, ForeignKey, Table, TableName, Type, Value};
use common::{DEMO, Desk, story};
use connect::Scratch;

fn number(answer: &Answer, column: usize) -> BigDecimal {
    answer.rows[0][column].to_decimal().unwrap_or_else(|| panic!("no number: {}", story(answer)))
}

#[test]
fn the_share_of_a_part_is_the_part_over_the_whole() {
    let desk = Desk::demo();
    let whole = number(&desk.answered("revenue FY25"), 0);
    let part = number(&desk.answered("revenue in EMEA FY25"), 0);
    let expected = (part / whole).with_scale_round(8, RoundingMode::HalfEven);
    for question in ["what percent of revenue comes from EMEA in FY25", "share of revenue from EMEA FY25"] {
        let answer = desk.answered(question);
        assert_eq!(answer.rows.len(), 1, "{}", story(&answer));
        assert_eq!(number(&answer, 2).with_scale_round(8, RoundingMode::HalfEven), expected, "{}", story(&answer));
    }
    let two = desk.ask("share of revenue from EMEA for Industrial FY25");
    assert_eq!(two.status, Status::Refused, "which one is the part is not said: {}", story(&two));
}

/// Questions that mean one thing, said in several ways: one reading, one number.
const PARAPHRASES: &[&[&str]] = &[
    &["how many overdue invoices", "number of overdue invoices", "how many invoices are overdue"],
    &[
        "how many orders over 5000 in FY25",
        "number of orders above 5000 FY25",
        "how many orders exceeding 5000 in FY25",
    ],
    &[
        "how many customers had revenue over 100000 in FY25",
        "number of customers with revenue above 100000 FY25",
        "how many customers with more than 100000 in revenue FY25",
    ],
    &["how many months had revenue over 500000", "number of months with revenue above 500000"],
    &["median monthly revenue FY25", "median of monthly revenue FY25"],
    &["what percent of revenue comes from EMEA", "what percentage of revenue came from EMEA", "EMEA share of revenue"],
    &["operating cash flow FY25", "cash flow from operations FY25", "cash flow from operating activities FY25"],
    &["burn rate FY25", "cash burn FY25", "net burn FY25"],
    &["gross revenue FY25", "gross sales FY25"],
];

#[test]
fn paraphrases_are_one_question() {
    let desk = Desk::demo();
    let told = |q: &str| {
        let answer = desk.answered(q);
        (answer.understood.clone(), answer.rows.clone())
    };
    for group in PARAPHRASES {
        let first = told(group[0]);
        for other in &group[1..] {
            assert_eq!(told(other), first, "{:?} and {other:?}", group[0]);
        }
    }
}

#[test]
fn costs_that_are_planned_below_zero_count_as_costs() {
    let questions = [
        "original budget of operating expenses FY25",
        "original budget of revenue FY25",
        "opex vs original budget FY25",
        "revenue vs original budget by quarter FY25",
    ];
    let usual = Desk::demo();
    let costs = "UPDATE budget_lines SET planned_amount = -planned_amount WHERE account_id IN \
         (SELECT account_id FROM accounts WHERE account_class <> 'Revenue')";
    let turned = Desk::over(Scratch::in_memory(&DEMO.0).unwrap(), DEMO_CLOCK);
    turned.scratch().execute(costs).unwrap();
    for question in questions {
        assert_eq!(turned.answered(question).rows, usual.answered(question).rows, "{question}");
    }
    let mixed = Desk::over(Scratch::in_memory(&DEMO.0).unwrap(), DEMO_CLOCK);
    mixed.scratch().execute(&format!("{costs} AND department_id > 4")).unwrap();
    let answer = mixed.ask(questions[0]);
    assert_eq!(answer.status, Status::Refused, "both signs in one class: {}", story(&answer));
}

fn column(name: &str, declared: &str) -> Column {
    Column {
        name: name.into(),
        ty: Type::parse(declared),
        nullable: true,
        default: None,
        generated: false,
        comment: None,
        identity: None,
    }
}

/// A table with a key in its first column.
fn table(name: &str, columns: &[(&str, &str)], foreign_keys: Vec<ForeignKey>, rows: Vec<Vec<Value>>) -> BookTable {
    let table = Table {
        name: TableName::bare(name),
        kind: catalog::TableKind::Table,
        columns: columns.iter().map(|(name, declared)| column(name, declared)).collect(),
        primary_key: vec![columns[0].0.into()],
        unique: vec![],
        foreign_keys,
        indexes: vec![],
        checks: vec![],
        definition: None,
        comment: None,
        identity: None,
    };
    BookTable { table, rows }
}

fn desk(tables: Vec<BookTable>) -> Desk {
    Desk::new(&Book { tables, ..DEMO.0.clone() }, DEMO_CLOCK)
}

/// Five clerks under two chiefs, one of whom has a chief herself.
fn staff() -> Desk {
    let own = ForeignKey {
        columns: vec!["chief_id".into()],
        target: TableName::bare("clerk"),
        target_columns: vec!["clerk_id".into()],
        on_delete: None,
        on_update: None,
    };
    let row = |id: i64, name: &str, chief: Option<i64>| {
        vec![Value::Int(id), Value::from(name), chief.map_or(Value::Null, Value::Int)]
    };
    let rows = vec![
        row(1, "Maren Holt", None),
        row(2, "Tilda Brandt", Some(1)),
        row(3, "Oskar Lund", Some(1)),
        row(4, "Jonas Eide", Some(2)),
        row(5, "Runa Falk", Some(2)),
        row(6, "Nils Aster", Some(2)),
    ];
    let columns = [("clerk_id", "INTEGER"), ("full_name", "TEXT"), ("chief_id", "INTEGER")];
    desk(vec![table("clerk", &columns, vec![own], rows)])
}

#[test]
fn who_reports_to_somebody_is_not_that_somebody() {
    let desk = staff();
    let answer = desk.ask("full names of clerks who report to Tilda Brandt");
    assert_eq!(answer.status, Status::Answered, "{}", story(&answer));
    let mut names: Vec<String> = answer.rows.iter().map(|row| row[0].to_string()).collect();
    names.sort();
    assert_eq!(names, ["Jonas Eide", "Nils Aster", "Runa Falk"], "{}", story(&answer));
    let answer = desk.ask("how many clerks report to Maren Holt");
    assert_eq!((answer.status, answer.rows[0][0].to_string().as_str()), (Status::Answered, "2"), "{}", story(&answer));
    // Where rows do not refer to each other nothing says who reports to whom.
    let answer = Desk::demo().ask("customers who report to Oakmont Foundry");
    assert_eq!(answer.status, Status::Refused, "{}", story(&answer));
}

/// Claims with the two dates that both are about a claim.
fn claims() -> Desk {
    let row = |id: i64| {
        let day = |month: i64| Value::from(format!("2025-{month:02}-{:02}", id + 1).as_str());
        vec![Value::Int(id), day(3), day(5), Value::Int(id * 10), Value::from(["kite", "lamp"][(id % 2) as usize])]
    };
    let columns = [
        ("entry_id", "INTEGER"),
        ("date_claim_filed", "DATE"),
        ("date_claim_closed", "DATE"),
        ("height", "INTEGER"),
        ("sort", "TEXT"),
    ];
    desk(vec![table("entry", &columns, vec![], (1..8).map(row).collect())])
}

#[test]
fn two_phrases_are_never_one_column() {
    let answer = claims().ask("show the closed dates and the claim closed dates of all entries");
    let dates = answer.columns.iter().filter(|c| c.name.starts_with("date_claim")).count();
    assert!(answer.status != Status::Answered || dates == 2, "{}", story(&answer));
}

#[test]
fn answers_are_sorted_by_what_is_said() {
    let desk = Desk::demo();
    for (by, column) in [("region", 0), ("segment", 1)] {
        let answer = desk.answered(&format!("revenue by region and segment FY25 sorted by {by}"));
        // What has no region stands last.
        let named = answer.rows.iter().filter(|row| !row[column].is_null());
        let labels: Vec<String> = named.map(|row| row[column].to_string()).collect();
        assert!(labels.is_sorted(), "{by}: {labels:?}");
    }
    let answer = desk.ask("revenue by region and segment FY25 sorted by country");
    assert_ne!(answer.status, Status::Answered, "{}", story(&answer));
}

#[test]
fn what_a_threshold_misses_is_said() {
    let answer = Desk::demo().answered("customers with fewer than 3 orders");
    assert!(answer.warnings.iter().any(|w| w.ends_with("are not among them")), "{}", story(&answer));
    let enough = Desk::demo().answered("customers with more than 3 orders");
    assert!(enough.warnings.iter().all(|w| !w.ends_with("are not among them")), "{}", story(&enough));
}

#[test]
fn what_is_ranked_must_be_things() {
    // "Kite" is a value: the highest of all kites would not be the kite with the largest height.
    let answer = claims().ask("the kite with the highest height");
    assert_ne!(answer.status, Status::Answered, "{}", story(&answer));
}
