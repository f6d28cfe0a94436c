//! Any tree prints to text that reads back as the same tree and passes the guard.

mod common;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sql::{Expr, Item, Operator, Select, Sqlite, guard, print};
use sqlparser::ast::{BinaryOperator, Expr as Parsed, SelectItem, SetExpr, Statement, UnaryOperator};
use sqlparser::dialect::SQLiteDialect;
use sqlparser::parser::Parser;

/// The shape of operators: leaves and everything in brackets of its own are dots.
fn ours(e: &Expr) -> String {
    match e {
        Expr::Binary(Operator::Div, _, _) => "(/ . .)".into(),
        Expr::Binary(o, a, b) => format!("({} {} {})", symbol(*o), ours(a), ours(b)),
        Expr::IsNull(of) => format!("(null {})", ours(of)),
        Expr::In(_, list) if list.is_empty() => ".".into(),
        Expr::In(of, _) => format!("(in {})", ours(of)),
        Expr::Not(inner) => format!("(not {})", ours(inner)),
        Expr::Coalesce(items) if items.len() == 1 => ours(&items[0]),
        Expr::Case { when, other: Some(other) } if when.is_empty() => ours(other),
        Expr::DatePart(sql::DatePart::Weekday, _) => "(+ (% (+ . .) .) .)".into(),
        _ => ".".into(),
    }
}

fn symbol(o: Operator) -> &'static str {
    use Operator::*;
    match o {
        Eq => "=",
        Ne => "<>",
        Lt => "<",
        Le => "<=",
        Gt => ">",
        Ge => ">=",
        Add => "+",
        Sub => "-",
        Mul => "*",
        Div => "/",
        And => "AND",
        Or => "OR",
        Like => "LIKE",
    }
}

fn read(e: &Parsed) -> String {
    let negate = |negated: bool, shape: String| if negated { format!("(not {shape})") } else { shape };
    match e {
        Parsed::BinaryOp { left, op, right } if *op == BinaryOperator::Divide => {
            assert!(matches!((&**left, &**right), (Parsed::Cast { .. }, Parsed::Function(_))));
            "(/ . .)".into()
        }
        Parsed::BinaryOp { left, op, right } => format!("({op} {} {})", read(left), read(right)),
        Parsed::Like { negated, expr, pattern, .. } => {
            negate(*negated, format!("(LIKE {} {})", read(expr), read(pattern)))
        }
        Parsed::UnaryOp { op: UnaryOperator::Not, expr } => format!("(not {})", read(expr)),
        Parsed::IsNull(of) => format!("(null {})", read(of)),
        Parsed::IsNotNull(of) => format!("(not (null {}))", read(of)),
        Parsed::InList { expr, negated, .. } => negate(*negated, format!("(in {})", read(expr))),
        Parsed::Nested(inner) => read(inner),
        _ => ".".into(),
    }
}

fn parsed_item(text: &str) -> Parsed {
    let mut statements = Parser::parse_sql(&SQLiteDialect {}, text).expect("our own text parses");
    let Some(Statement::Query(query)) = statements.pop() else { panic!("a query") };
    let SetExpr::Select(mut select) = *query.body else { panic!("a select") };
    match select.projection.pop() {
        Some(SelectItem::ExprWithAlias { expr, .. }) => expr,
        other => panic!("a named expression, not {other:?}"),
    }
}

/// Names of the engine's own are denied by design.
fn names_the_engine(text: &str) -> bool {
    text.to_lowercase().contains("sqlite_") || text.to_lowercase().contains("pragma_")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn expressions_keep_their_structure(expr in common::expr()) {
        let select = Select { items: vec![Item { expr: expr.clone(), alias: "x".into() }], ..Select::default() };
        let printed = print(&select, &Sqlite);
        prop_assert_eq!(read(&parsed_item(&printed.text)), ours(&expr), "{}", printed.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn statements_pass_the_guard_and_print_the_same_twice(select in common::select()) {
        let printed = print(&select, &Sqlite);
        prop_assert_eq!(&printed, &print(&select, &Sqlite));
        prop_assume!(!names_the_engine(&printed.text));
        let statements = Parser::new(&SQLiteDialect {}).with_recursion_limit(100).try_with_sql(&printed.text);
        let statements = statements.and_then(|mut parser| parser.parse_statements());
        prop_assert!(statements.as_ref().is_ok_and(|s| s.len() == 1), "{statements:?}\n{}", printed.text);
        let parameters = printed.parameters.clone();
        match guard(printed, &Sqlite) {
            Ok(passed) => prop_assert_eq!(passed.parameters(), &parameters[..]),
            Err(denied) => prop_assert!(false, "{denied}"),
        }
    }
}
