//! What the dialects write means the same on every engine: buckets and parts of dates, division, matching, order, sums.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::sync::Arc;

use books::{Book, BookTable, Flavour};
use catalog::{Column, Table, TableKind, TableName, Type, Value};
use common::scope;
use connect::{Address, Database, Scratch, Slice};
use sql::{DatePart, Expr, Grain, Item, Operator, Order, Select, Source, guard, print};
use testkit::Server;

fn book() -> Book {
    let column = |name: &str, ty: &str, nullable| Column {
        name: name.into(),
        ty: Type::parse(ty),
        nullable,
        default: None,
        generated: false,
        comment: None,
        identity: None,
    };
    let columns = vec![
        column("n", "INTEGER", false),
        column("day", "DATE", false),
        column("amount", "DECIMAL(15,2)", true),
        column("label", "VARCHAR(40)", false),
    ];
    let table = Table {
        name: TableName::bare("t"),
        kind: TableKind::Table,
        columns,
        primary_key: vec!["n".into()],
        unique: vec![],
        foreign_keys: vec![],
        indexes: vec![],
        checks: vec![],
        definition: None,
        comment: None,
        identity: None,
    };
    let first = jiff::civil::date(2023, 12, 25);
    let row = |n: i64| {
        let day = first.checked_add(jiff::SignedDuration::from_hours(24 * 11 * n)).unwrap();
        let amount = if n % 7 == 0 { Value::Null } else { Value::Decimal((n * 10 + 1).into()) };
        let label = ["100%", "50_50", "back\\slash", "Zorn", "it's"][usize::try_from(n % 5).unwrap()];
        vec![Value::Int(n), Value::Date(day), amount, Value::from(label)]
    };
    let rows = (0..90).map(row).collect();
    Book { name: "dialects".into(), about: String::new(), tables: vec![BookTable { table, rows }] }
}

fn col(name: &str) -> Expr {
    Expr::column("t", name)
}

/// Every statement that is compared, over the table as the engine names it.
fn statements(name: &TableName) -> Vec<Select> {
    let day = || Box::new(col("day"));
    let mut expressions = Vec::new();
    for grain in [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Half, Grain::Year] {
        for fiscal_start in [1, 2, 4, 7, 10, 12] {
            expressions.push(Expr::Bucket { grain, fiscal_start, of: day() });
        }
    }
    let parts = [DatePart::Year, DatePart::Month, DatePart::Day, DatePart::Weekday, DatePart::Week, DatePart::Hour];
    expressions.extend(parts.map(|part| Expr::DatePart(part, day())));
    expressions.push(Expr::Lower(Box::new(col("label"))));
    for pattern in ["%zor%", "100\\%", "50\\_50", "back\\\\%", "%'S"] {
        let matches = col("label").op(Operator::Like, Expr::value(pattern));
        let (yes, no) = (Expr::value(1), Expr::value(0));
        expressions.push(Expr::Case { when: vec![(matches, yes)], other: Some(Box::new(no)) });
    }
    let from = || Some(Source::Table { name: name.clone(), alias: "t".into() });
    let by = |expr, descending| Order { by: expr, descending };
    let listed = expressions.into_iter().map(|expr| Select {
        items: vec![Item { expr, alias: "x".into() }],
        from: from(),
        order: vec![by(col("n"), false)],
        ..Select::default()
    });
    let mut all: Vec<Select> = listed.collect();
    // NULLs come last in either direction; what is behind an offset comes without a limit.
    for descending in [false, true] {
        let order = vec![by(col("amount"), descending), by(col("n"), false)];
        let items = vec![Item { expr: col("n"), alias: "n".into() }];
        all.push(Select { items, from: from(), order, offset: Some(3), ..Select::default() });
    }
    let half = col("n")
        .op(Operator::Div, Expr::value(2))
        .op(Operator::Gt, Expr::value(Value::Decimal("0.4".parse().unwrap())));
    let items = vec![Item { expr: Expr::CountRows, alias: "n".into() }];
    let never = col("n").op(Operator::Div, col("n").op(Operator::Sub, col("n")));
    let filter = vec![half, Expr::IsNull(Box::new(never))];
    all.push(Select { items, from: from(), filter, ..Select::default() });
    all
}

async fn answers(database: &dyn Database, name: &TableName) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for select in statements(name) {
        let statement = guard(print(&select, database.dialect()), database.dialect()).unwrap();
        let fetched = database.query(&scope(), &statement, &Slice::unseen()).await;
        let fetched = fetched.unwrap_or_else(|e| panic!("{e:?}: {}", statement.text()));
        all.push(fetched.rows.rows.iter().map(|row| row[0].to_string()).collect());
    }
    all
}

async fn sums(database: &dyn Database, name: &TableName) -> String {
    let of = Box::new(col("amount"));
    let items = vec![Item { expr: Expr::ExactSum { of, scale: 2 }, alias: "sum".into() }];
    let from = Some(Source::Table { name: name.clone(), alias: "t".into() });
    let select = Select { items, from, ..Select::default() };
    let statement = guard(print(&select, database.dialect()), database.dialect()).unwrap();
    let fetched = database.query(&scope(), &statement, &Slice::unseen()).await.unwrap();
    let sum = fetched.rows.rows[0][0].to_decimal().unwrap();
    let scale: i32 = if database.dialect().sums_are_scaled() { 100 } else { 1 };
    (sum / scale).normalized().to_plain_string()
}

async fn compare(database: Arc<dyn Database>, name: TableName) {
    let scratch = Scratch::in_memory(&book()).unwrap();
    let (here, bare) = (scratch.database(), TableName::bare("t"));
    let (mine, theirs) = (answers(&*here, &bare).await, answers(&*database, &name).await);
    for ((a, b), select) in mine.iter().zip(&theirs).zip(statements(&name)) {
        assert_eq!(a, b, "{}", print(&select, database.dialect()).text);
    }
    assert_eq!(sums(&*here, &bare).await, sums(&*database, &name).await);
}

#[tokio::test]
async fn postgres_means_what_sqlite_means() {
    let Some(server) = Server::postgres() else { return };
    let name = server.database();
    server.execute(&name, &books::script(&book(), Flavour::Postgres));
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let address = Address::parse(&format!("postgres://owner@{socket}:{}/{name}", server.port)).unwrap();
    let table = TableName { database: None, schema: Some("public".into()), name: "t".into() };
    compare(connect::open(&address, &scope()).await.unwrap(), table).await;
}

#[tokio::test]
async fn mariadb_means_what_sqlite_means() {
    let Some(server) = Server::mariadb() else { return };
    let name = server.database();
    server.execute(&name, &books::script(&book(), Flavour::Mysql));
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let address = Address::parse(&format!("mysql://root@{socket}/{name}")).unwrap();
    compare(connect::open(&address, &scope()).await.unwrap(), TableName::bare("t")).await;
}
