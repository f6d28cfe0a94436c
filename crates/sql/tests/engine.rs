//! What printed statements mean to a real SQLite.

use catalog::Value;
use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::RngSeed;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use sql::{DatePart, Expr, Grain, Operator, Order, Select, Source, Sqlite, escape_like, guard, print};

/// A table `v` with one column `x` of no declared type.
fn holding(values: &[Cell]) -> Connection {
    declared("", values)
}

fn declared(ty: &str, values: &[Cell]) -> Connection {
    let connection = Connection::open_in_memory().expect("in memory");
    connection.execute(&format!("CREATE TABLE v (x {ty})"), []).expect("a table");
    for value in values {
        connection.execute("INSERT INTO v VALUES (?1)", [value]).expect("a row");
    }
    connection
}

fn x() -> Expr {
    Expr::column("v", "x")
}

fn of_v(expr: Expr) -> Select {
    let source = Source::Table { name: catalog::TableName::bare("v"), alias: "v".into() };
    let mut select = Select { from: Some(source), ..Select::default() };
    select.item(expr, "y");
    select
}

fn run(connection: &Connection, select: &Select) -> Vec<Cell> {
    let statement = guard(print(select, &Sqlite), &Sqlite).expect("our own text passes");
    let mut prepared = connection.prepare(statement.text()).expect("our own text is SQL");
    let parameters = statement.parameters().iter().map(cell);
    let rows = prepared.query_map(rusqlite::params_from_iter(parameters), |row| row.get(0)).expect("it runs");
    rows.collect::<Result<_, _>>().expect("every row")
}

/// Decimals go in as text, the worst case for comparisons.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Int(n) => Cell::Integer(*n),
        Value::Float(f) => Cell::Real(*f),
        other => Cell::Text(other.to_string()),
    }
}

fn one(connection: &Connection, expr: Expr) -> Cell {
    run(connection, &of_v(expr)).remove(0)
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn exact_sum(values: &[Cell]) -> Cell {
    one(&holding(values), Expr::ExactSum { of: Box::new(x()), scale: 2 })
}

#[test]
fn sums_are_exact() {
    let real = |values: &[f64]| exact_sum(&values.iter().map(|v| Cell::Real(*v)).collect::<Vec<_>>());
    assert_eq!(real(&[0.1, 0.1, 0.1]), Cell::Integer(30));
    assert_eq!(real(&[0.1, 0.2, -0.3]), Cell::Integer(0));
    assert_eq!(real(&[0.29; 1_000]), Cell::Integer(29_000));
    assert_eq!(real(&[-19.99, -0.01]), Cell::Integer(-2_000));
    assert_eq!(real(&[12_345_678_901.23, 0.01]), Cell::Integer(1_234_567_890_124));
    assert_eq!(exact_sum(&[Cell::Integer(3), Cell::Null, text("0.10"), text("-1.05")]), Cell::Integer(205));
    assert_eq!(exact_sum(&[Cell::Null]), Cell::Null);
    assert_eq!(exact_sum(&[]), Cell::Null);
}

#[test]
fn half_a_unit_rounds_away_from_zero_as_written() {
    for (value, expected) in [(1.005, 101), (-1.005, -101), (0.145, 15), (8.325, 833), (2.675, 268), (1.0049, 100)] {
        assert_eq!(exact_sum(&[Cell::Real(value)]), Cell::Integer(expected), "{value}");
    }
}

#[test]
fn division_is_decimal_and_null_by_zero() {
    let ratio = |a: Cell, b: i64| one(&holding(&[a]), x().op(Operator::Div, Expr::value(b)));
    assert_eq!(ratio(Cell::Integer(1), 4), Cell::Real(0.25));
    assert_eq!(ratio(text("7"), 2), Cell::Real(3.5));
    assert_eq!(ratio(Cell::Integer(1), 0), Cell::Null);
    assert_eq!(ratio(Cell::Null, 2), Cell::Null);
}

#[test]
fn nulls_come_last_both_ways() {
    let connection = holding(&[Cell::Null, Cell::Integer(2), Cell::Integer(1)]);
    let sorted = |descending| {
        let by = Expr::value(0).op(Operator::Add, x());
        run(&connection, &Select { order: vec![Order { by, descending }], ..of_v(x()) })
    };
    assert_eq!(sorted(false), [Cell::Integer(1), Cell::Integer(2), Cell::Null]);
    assert_eq!(sorted(true), [Cell::Integer(2), Cell::Integer(1), Cell::Null]);
}

#[test]
fn nothing_is_in_an_empty_list() {
    let connection = holding(&[Cell::Integer(1)]);
    let none = Expr::In(Box::new(x()), vec![]);
    assert!(run(&connection, &Select { filter: vec![none.clone()], ..of_v(x()) }).is_empty());
    assert_eq!(run(&connection, &Select { filter: vec![Expr::Not(Box::new(none))], ..of_v(x()) }).len(), 1);
}

#[test]
fn patterns_ignore_case_and_take_escaped_signs_for_themselves() {
    let connection = holding(&["50% off", "50x off", "A_B", "axb", r"a\b"].map(text));
    let matching = |part: &str| {
        let pattern = format!("%{}%", escape_like(part));
        let like = x().op(Operator::Like, Expr::value(pattern.as_str()));
        run(&connection, &Select { filter: vec![like], ..of_v(x()) })
    };
    assert_eq!(matching("0%"), [text("50% off")]);
    assert_eq!(matching("a_b"), [text("A_B")]);
    assert_eq!(matching(r"\"), [text(r"a\b")]);
    assert_eq!(matching("OFF").len(), 2);
}

#[test]
fn decimals_compare_by_value_with_any_column() {
    let limit: catalog::Decimal = "9.5".parse().expect("a number");
    for ty in ["", "TEXT", "REAL", "NUMERIC", "DECIMAL(10, 2)"] {
        let connection = declared(ty, &[text("10.00"), text("9.50"), text("100")]);
        // In a column without affinity, text is no number; there the caller casts.
        let column = if ty.is_empty() { x().op(Operator::Add, Expr::value(0)) } else { x() };
        let above = column.op(Operator::Gt, Expr::Value(Value::Decimal(limit.clone())));
        assert_eq!(run(&connection, &Select { filter: vec![above], ..of_v(x()) }).len(), 2, "{ty}");
    }
}

#[test]
fn statements_of_several_parts_run() {
    let connection = holding(&[Cell::Integer(3), Cell::Integer(1), Cell::Null]);
    let top = Select { order: vec![Order { by: x(), descending: true }], limit: Some(1), ..of_v(x()) };
    let mut all = of_v(x().op(Operator::Add, Expr::value(1)));
    all.with = vec![("w".into(), of_v(x()))];
    let of_w = Source::With { name: "w".into(), alias: "v".into() };
    all.union_all = vec![top, Select { from: Some(of_w), ..of_v(Expr::column("v", "y")) }];
    all.order = vec![Order { by: Expr::returned("y"), descending: true }];
    all.offset = Some(1);
    let expected = [3, 3, 2, 1].map(Cell::Integer).into_iter().chain([Cell::Null, Cell::Null]);
    assert_eq!(run(&connection, &all), expected.collect::<Vec<_>>());
}

/// The first day of the bucket, by calendar arithmetic.
fn expected(date: Date, grain: Grain, fiscal_start: u8) -> Date {
    let months = match grain {
        Grain::Day => return date,
        Grain::Week => {
            return date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).expect("in range");
        }
        Grain::Month => 1,
        Grain::Quarter => 3,
        Grain::Half => 6,
        Grain::Year => 12,
    };
    let mut first = date.first_of_month();
    while (i32::from(first.month()) - i32::from(fiscal_start)).rem_euclid(months) != 0 {
        first = first.checked_sub(1.month()).expect("in range");
    }
    first
}

/// Dates around leap days and year ends, and any others.
fn dates() -> impl Strategy<Value = Date> {
    let any = (1900i16..2100, 1i8..=12, 1i8..=31)
        .prop_filter_map("a day of the calendar", |(y, m, d)| Date::new(y, m, d).ok());
    let edges = [(2, 28), (2, 29), (3, 1), (12, 31), (1, 1), (12, 29), (1, 4), (6, 30), (3, 31)];
    let edge = (1900i16..2100, prop::sample::select(edges.to_vec()))
        .prop_filter_map("a day of the calendar", |(y, (m, d))| Date::new(y, m, d).ok());
    prop_oneof![2 => any, 1 => edge]
}

#[test]
fn buckets_begin_where_the_calendar_says() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let days: Vec<Date> = (0..2_000).map(|_| dates().new_tree(&mut runner).expect("a date").current()).collect();
    assert!(days.iter().any(|d| (d.month(), d.day()) == (2, 29)));
    let written = |(i, d): (usize, &Date)| match i % 4 {
        0 => text(&d.to_string()),
        1 => text(&format!("{d} 23:59:59.999")),
        2 => text(&format!("{d}T00:00:00Z")),
        _ => text(&format!("{d}T00:30:00+02:00")),
    };
    let connection = holding(&days.iter().enumerate().map(written).collect::<Vec<_>>());
    for grain in [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Half, Grain::Year] {
        for fiscal_start in 1..=12 {
            let found = run(&connection, &of_v(Expr::Bucket { grain, fiscal_start, of: Box::new(x()) }));
            for (day, found) in days.iter().zip(found) {
                assert_eq!(
                    found,
                    text(&expected(*day, grain, fiscal_start).to_string()),
                    "{day} {grain:?} {fiscal_start}"
                );
            }
        }
    }
}

#[test]
fn what_is_no_date_is_in_no_bucket() {
    let connection = holding(&[Cell::Null, text("n/a"), text(""), Cell::Integer(1_700_000_000)]);
    for grain in [Grain::Day, Grain::Week, Grain::Year] {
        let found = run(&connection, &of_v(Expr::Bucket { grain, fiscal_start: 1, of: Box::new(x()) }));
        assert!(found.iter().all(|cell| *cell == Cell::Null), "{found:?}");
    }
}

#[test]
fn parts_of_dates_are_numbers() {
    let connection = holding(&[text("2024-12-29T07:45:00+02:00")]);
    let part = |part| one(&connection, Expr::DatePart(part, Box::new(x())));
    assert_eq!(part(DatePart::Year), Cell::Integer(2024));
    assert_eq!(part(DatePart::Month), Cell::Integer(12));
    assert_eq!(part(DatePart::Day), Cell::Integer(29));
    assert_eq!(part(DatePart::Weekday), Cell::Integer(7));
    assert_eq!(part(DatePart::Hour), Cell::Integer(7));
    let monday = holding(&[text("2024-12-30")]);
    assert_eq!(one(&monday, Expr::DatePart(DatePart::Weekday, Box::new(x()))), Cell::Integer(1));
    assert_eq!(one(&monday, Expr::DatePart(DatePart::Hour, Box::new(x()))), Cell::Integer(0));
}

#[test]
fn weeks_of_the_year_are_those_of_iso_8601() {
    // Around the turns of years, where weeks and years part, for all kinds of years.
    let days: Vec<jiff::civil::Date> = (1999..2030)
        .flat_map(|year| {
            (-5..=5).map(move |shift| jiff::civil::date(year, 1, 1).saturating_add(jiff::Span::new().days(shift)))
        })
        .collect();
    let connection = holding(&days.iter().map(|d| text(&d.to_string())).collect::<Vec<_>>());
    let found = run(&connection, &of_v(Expr::DatePart(DatePart::Week, Box::new(x()))));
    let expected: Vec<Cell> = days.iter().map(|d| Cell::Integer(i64::from(d.iso_week_date().week()))).collect();
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn sums_of_cents_are_the_sums_of_integers(cents in prop::collection::vec(-10_000_000_000_000i64..10_000_000_000_000, 1..20)) {
        let reals: Vec<_> = cents.iter().map(|c| Cell::Real(*c as f64 / 100.0)).collect();
        prop_assert_eq!(exact_sum(&reals), Cell::Integer(cents.iter().sum()));
    }
}
