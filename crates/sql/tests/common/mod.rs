//! Random trees for property tests.

use catalog::{TableName, Value};
use proptest::prelude::*;
use sql::{Aggregate, DatePart, Expr, Grain, Item, Join, JoinKind, Operator, Order, Select, Source};

/// Names with everything that could break a quoted identifier, but no control characters.
pub fn name() -> impl Strategy<Value = String> {
    const ODD: &[&str] =
        &["select", "from", "a b", "x\"y", "--", "/*", ";", "'", "`", "]", "ünïcode", "net\namount", "?1", "\\"];
    prop_oneof![4 => "[a-c]", 1 => prop::sample::select(ODD).prop_map(str::to_owned), 1 => "[ -~]{1,6}"]
}

pub fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-1e9..1e9).prop_map(Value::Float),
        ".{0,12}".prop_map(Value::Text),
        (any::<i64>(), 0i64..6).prop_map(|(digits, scale)| Value::Decimal(catalog::Decimal::new(digits.into(), scale))),
    ]
}

pub fn operator() -> impl Strategy<Value = Operator> {
    use Operator::*;
    prop::sample::select(&[Eq, Ne, Lt, Le, Gt, Ge, Add, Sub, Mul, Div, And, Or, Like][..])
}

fn leaf() -> BoxedStrategy<Expr> {
    let column = (name(), name()).prop_map(|(of, name)| Expr::Column { of, name });
    prop_oneof![3 => column, 2 => value().prop_map(Expr::Value), 1 => Just(Expr::CountRows)].boxed()
}

/// Expressions without sub-selects.
pub fn expr() -> BoxedStrategy<Expr> {
    leaf().prop_recursive(4, 24, 3, |inner| compound(inner).boxed()).boxed()
}

fn compound(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    let one = || inner.clone().prop_map(Box::new);
    let list = || prop::collection::vec(inner.clone(), 0..3);
    prop_oneof![
        5 => (operator(), one(), one()).prop_map(|(o, a, b)| Expr::Binary(o, a, b)),
        2 => one().prop_map(Expr::Not),
        1 => one().prop_map(Expr::IsNull),
        1 => (one(), list()).prop_map(|(of, list)| Expr::In(of, list)),
        1 => (prop::collection::vec((inner.clone(), inner.clone()), 0..3), prop::option::of(one()))
            .prop_map(|(when, other)| Expr::Case { when, other }),
        1 => list().prop_map(Expr::Coalesce),
        1 => one().prop_map(Expr::Lower),
        1 => (aggregate(), one()).prop_map(|(f, of)| Expr::Aggregate(f, of)),
        1 => (one(), 0u32..5).prop_map(|(of, scale)| Expr::ExactSum { of, scale }),
        1 => (grain(), 1u8..13, one()).prop_map(|(grain, fiscal_start, of)| Expr::Bucket { grain, fiscal_start, of }),
        1 => (date_part(), one()).prop_map(|(part, of)| Expr::DatePart(part, of)),
    ]
}

fn aggregate() -> impl Strategy<Value = Aggregate> {
    use Aggregate::*;
    prop::sample::select(&[Count, CountDistinct, Sum, Min, Max, Avg][..])
}

pub fn grain() -> impl Strategy<Value = Grain> {
    use Grain::*;
    prop::sample::select(&[Day, Week, Month, Quarter, Half, Year][..])
}

fn date_part() -> impl Strategy<Value = DatePart> {
    use DatePart::*;
    prop::sample::select(&[Year, Month, Day, Weekday, Hour][..])
}

fn source(inner: BoxedStrategy<Select>) -> impl Strategy<Value = Source> {
    let table = (prop::option::of(name()), name(), name())
        .prop_map(|(schema, name, alias)| Source::Table { name: TableName { database: None, schema, name }, alias });
    let derived = (inner.prop_map(Box::new), name()).prop_map(|(select, alias)| Source::Select { select, alias });
    let named = (name(), name()).prop_map(|(name, alias)| Source::With { name, alias });
    prop_oneof![3 => table, 1 => derived, 1 => named]
}

/// Expressions in which sub-selects stand.
fn nesting(inner: BoxedStrategy<Select>) -> BoxedStrategy<Expr> {
    let select = || inner.clone().prop_map(Box::new);
    let negate = |e: Expr, not: bool| if not { Expr::Not(Box::new(e)) } else { e };
    prop_oneof![
        4 => expr(),
        1 => (select(), any::<bool>()).prop_map(move |(s, not)| negate(Expr::Exists(s), not)),
        1 => (expr(), operator(), select()).prop_map(|(e, o, s)| e.op(o, Expr::Scalar(s))),
        1 => (expr(), select(), any::<bool>()).prop_map(move |(e, s, not)| negate(Expr::InSelect(Box::new(e), s), not)),
    ]
    .boxed()
}

/// Whole statements, bounded in depth.
pub fn select() -> BoxedStrategy<Select> {
    let plain = (prop::collection::vec(expr(), 0..3), prop::option::of(0u64..9)).prop_map(|(exprs, limit)| {
        let items = exprs.into_iter().enumerate().map(|(i, expr)| Item { expr, alias: format!("i{i}") }).collect();
        Select { items, limit, ..Select::default() }
    });
    plain.boxed().prop_recursive(2, 6, 2, |inner| grown(inner).boxed()).boxed()
}

fn grown(inner: BoxedStrategy<Select>) -> impl Strategy<Value = Select> {
    let exprs = |n| prop::collection::vec(nesting(inner.clone()), 0..n);
    let item = (nesting(inner.clone()), name()).prop_map(|(expr, alias)| Item { expr, alias });
    let join = (any::<bool>(), source(inner.clone()), exprs(3)).prop_map(|(left, to, on)| Join {
        kind: if left { JoinKind::Left } else { JoinKind::Inner },
        to,
        on,
    });
    let order = (expr(), any::<bool>()).prop_map(|(by, descending)| Order { by, descending });
    let head = (
        prop::collection::vec((name(), inner.clone()), 0..2),
        any::<bool>(),
        prop::collection::vec(item, 0..4),
        prop::option::of(source(inner.clone())),
        prop::collection::vec(join, 0..3),
    );
    let tail = (
        exprs(3),
        exprs(2),
        exprs(2),
        prop::collection::vec(inner.clone(), 0..2),
        prop::collection::vec(order, 0..2),
        prop::option::of(any::<u64>()),
        prop::option::of(any::<u64>()),
    );
    (head, tail).prop_map(|((with, distinct, items, from, joins), tail)| {
        let (filter, group, having, union_all, order, limit, offset) = tail;
        Select { with, distinct, items, from, joins, filter, group, having, union_all, order, limit, offset }
    })
}
