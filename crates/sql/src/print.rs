//! The tree as text, with bound parameters.
//!
//! One clause per line, keywords in upper case, two spaces per nested select, parentheses only
//! where the operators' order needs them. Printing the same tree twice gives the same text.

use std::collections::HashMap;

use catalog::Value;

use crate::dialect::Dialect;
use crate::fragment::{Binding, Fragment, Piece};
use crate::select::{Aggregate, Expr, Item, Join, JoinKind, Operator, Order, Select, Source};

/// A statement ready to be guarded: its text, and the values of its parameters in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// The text, one statement.
    pub text: String,
    /// Parameter values, in the order of the placeholders.
    pub parameters: Vec<Value>,
}

/// Prints a statement for an engine. Cost: linear in the tree.
pub fn print(select: &Select, dialect: &dyn Dialect) -> Printed {
    render(&statement(select, dialect), dialect)
}

fn render(fragment: &Fragment, dialect: &dyn Dialect) -> Printed {
    let mut text = String::new();
    let mut parameters = Vec::new();
    let mut numbers = HashMap::new();
    let mut depth = 0usize;
    for piece in fragment.pieces() {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Indent => depth += 1,
            Piece::Outdent => depth = depth.saturating_sub(1),
            Piece::Line => {
                text.push('\n');
                text.extend(std::iter::repeat_n("  ", depth));
            }
            Piece::Parameter(value) => {
                let n = number(value, &mut parameters, &mut numbers, dialect);
                text.push_str(&dialect.placeholder(n));
            }
        }
    }
    Printed { text, parameters }
}

/// The number of a parameter; equal values share one, so that equal expressions stay equal in the
/// text (an engine must recognise a grouped expression in the SELECT list).
fn number(
    value: &Value,
    parameters: &mut Vec<Value>,
    numbers: &mut HashMap<String, usize>,
    dialect: &dyn Dialect,
) -> usize {
    let next = parameters.len() + 1;
    // The debug form tells apart what equality does not: 1.0 and 1.00, zero and negative zero.
    let n = if dialect.shares_placeholders() { *numbers.entry(format!("{value:?}")).or_insert(next) } else { next };
    if n == next {
        parameters.push(value.clone());
    }
    n
}

fn statement(select: &Select, dialect: &dyn Dialect) -> Fragment {
    let mut f = with(&select.with, dialect).then(core(select, dialect));
    for operand in &select.union_all {
        f = union(f, operand, dialect);
    }
    f = clause(f, "ORDER BY", select.order.iter().map(|o| order(select, o, dialect)));
    limit(f, select, dialect)
}

fn with(tables: &[(String, Select)], dialect: &dyn Dialect) -> Fragment {
    let named = |(name, select): &(String, Select)| {
        Fragment::atom(dialect.quote(name)).text(" AS ").then(statement(select, dialect).block())
    };
    match tables.is_empty() {
        true => Fragment::empty(),
        false => Fragment::atom("WITH ").list(tables.iter().map(named)).line(),
    }
}

/// Appends one operand. What binds to the operand alone (ORDER BY, LIMIT, WITH) needs a derived
/// table around it: not every engine takes parentheses here.
fn union(f: Fragment, operand: &Select, dialect: &dyn Dialect) -> Fragment {
    let f = f.line().text("UNION ALL").line();
    let plain = operand.with.is_empty() && operand.order.is_empty();
    if !plain || operand.limit.is_some() || operand.offset.is_some() {
        let inner = statement(operand, dialect).block();
        return f.text("SELECT *").line().text("FROM ").then(inner).text(" AS ").text(dialect.quote("part"));
    }
    let first = f.then(core(operand, dialect));
    operand.union_all.iter().fold(first, |f, next| union(f, next, dialect))
}

/// A sort key: the name of the returned column that it equals, if there is one, else the expression.
fn order(select: &Select, order: &Order, dialect: &dyn Dialect) -> Fragment {
    let count = |name: &str| select.items.iter().filter(|i| i.alias.eq_ignore_ascii_case(name)).count();
    let named = |i: &&Item| i.expr == order.by || returns(i, &order.by);
    let item = select.items.iter().find(|i| named(i) && !i.alias.is_empty() && count(&i.alias) == 1);
    let name = item.map(|item| Fragment::atom(dialect.quote(&item.alias)));
    let of = expr(item.map_or(&order.by, |item| &item.expr), dialect);
    match name {
        // Behind UNION ALL only the names of what is returned are in sight.
        Some(name) if !select.union_all.is_empty() => dialect.order(name.clone(), name, order.descending),
        name => dialect.order(name.unwrap_or_else(|| of.clone()), of, order.descending),
    }
}

/// Whether an expression is the name of what an item returns.
fn returns(item: &Item, by: &Expr) -> bool {
    matches!(by, Expr::Column { of, name } if of.is_empty() && item.alias.eq_ignore_ascii_case(name))
}

fn limit(f: Fragment, select: &Select, dialect: &dyn Dialect) -> Fragment {
    // Engines count in signed 64 bits.
    let number = |n: u64| n.min(i64::MAX as u64).to_string();
    let f = match (select.limit, select.offset, dialect.unlimited()) {
        (Some(n), _, _) => f.line().text("LIMIT ").text(number(n)),
        (None, Some(_), Some(all)) => f.line().text("LIMIT ").text(all),
        _ => f,
    };
    match select.offset {
        Some(n) => f.line().text("OFFSET ").text(number(n)),
        None => f,
    }
}

/// One SELECT without what belongs to the whole statement.
fn core(select: &Select, dialect: &dyn Dialect) -> Fragment {
    let f = Fragment::atom(if select.distinct { "SELECT DISTINCT" } else { "SELECT" });
    let f = items(f, &select.items, dialect);
    let f = from(f, select, dialect);
    let f = conjunction(f, "WHERE", &select.filter, dialect);
    let f = clause(f, "GROUP BY", select.group.iter().map(|e| expr(e, dialect)));
    conjunction(f, "HAVING", &select.having, dialect)
}

fn items(f: Fragment, items: &[Item], dialect: &dyn Dialect) -> Fragment {
    match items {
        // Whether there is a row is all that such a select can be asked.
        [] => f.text(" 1"),
        [only] => f.text(" ").then(item(only, dialect)),
        several => {
            let mut f = f.indent();
            for (i, one) in several.iter().enumerate() {
                f = f.text(if i == 0 { "" } else { "," }).line().then(item(one, dialect));
            }
            f.outdent()
        }
    }
}

fn item(item: &Item, dialect: &dyn Dialect) -> Fragment {
    let f = expr(&item.expr, dialect);
    if item.alias.is_empty() { f } else { f.text(" AS ").text(dialect.quote(&item.alias)) }
}

fn from(f: Fragment, select: &Select, dialect: &dyn Dialect) -> Fragment {
    let f = match &select.from {
        Some(first) => f.line().text("FROM ").then(source(first, dialect)),
        None if select.joins.is_empty() => f,
        // A SELECT of constants is one row, and so it is joined.
        None => f.line().text("FROM (SELECT 1) AS ").text(dialect.quote("one")),
    };
    select.joins.iter().fold(f, |f, j| join(f, j, dialect))
}

fn join(f: Fragment, join: &Join, dialect: &dyn Dialect) -> Fragment {
    let word = match join.kind {
        JoinKind::Inner => "JOIN ",
        JoinKind::Left => "LEFT JOIN ",
    };
    let f = f.line().text(word).then(source(&join.to, dialect)).text(" ON ");
    let conditions = join.on.iter().map(|e| expr(e, dialect).at_least(Binding::And));
    let joined = conditions.reduce(|a, b| a.text(" AND ").then(b));
    f.then(joined.unwrap_or_else(|| Fragment::atom(dialect.boolean(true))))
}

fn source(source: &Source, dialect: &dyn Dialect) -> Fragment {
    let f = match source {
        Source::Table { name, .. } => Fragment::atom(dialect.table(name)),
        Source::Select { select, .. } => statement(select, dialect).block(),
        Source::With { name, .. } => Fragment::atom(dialect.quote(name)),
    };
    f.text(" AS ").text(dialect.quote(source.alias()))
}

fn clause(f: Fragment, words: &'static str, items: impl ExactSizeIterator<Item = Fragment>) -> Fragment {
    if items.len() == 0 { f } else { f.line().text(words).text(" ").list(items) }
}

fn conjunction(f: Fragment, word: &'static str, conditions: &[Expr], dialect: &dyn Dialect) -> Fragment {
    let condition = |e: &Expr| expr(e, dialect).at_least(Binding::And);
    let Some((first, rest)) = conditions.split_first() else { return f };
    let f = f.line().text(word).text(" ").then(condition(first));
    rest.iter().fold(f, |f, e| f.indent().line().text("AND ").then(condition(e)).outdent())
}

fn expr(e: &Expr, d: &dyn Dialect) -> Fragment {
    match e {
        Expr::Column { of, name } if of.is_empty() => Fragment::atom(d.quote(name)),
        Expr::Column { of, name } => Fragment::atom(format!("{}.{}", d.quote(of), d.quote(name))),
        Expr::Value(value) => constant(value, d),
        Expr::CountRows => Fragment::atom("COUNT(*)"),
        Expr::Aggregate(function, of) => aggregate(*function, expr(of, d)),
        Expr::ExactSum { of, scale } => d.exact_sum(expr(of, d), *scale),
        Expr::Binary(operator, a, b) => binary(*operator, expr(a, d), expr(b, d), d),
        Expr::Not(inner) => negation(inner, d),
        Expr::IsNull(of) => is_null(of, " IS NULL", d),
        Expr::In(of, list) => member(of, "IN", list, d),
        Expr::InSelect(of, select) => in_select(of, "IN", select, d),
        Expr::Exists(select) => Fragment::atom("EXISTS ").then(statement(select, d).block()),
        Expr::Scalar(select) => statement(select, d).block(),
        Expr::Case { when, other } => case(when, other.as_deref(), d),
        Expr::Coalesce(items) => coalesce(items, d),
        Expr::Lower(of) => Fragment::call("LOWER", [expr(of, d)]),
        Expr::Bucket { grain, fiscal_start, of } => d.bucket(*grain, *fiscal_start, expr(of, d)),
        Expr::DatePart(part, of) => d.date_part(*part, expr(of, d)),
    }
}

/// NULL, TRUE and FALSE are words; every other value is bound.
fn constant(value: &Value, dialect: &dyn Dialect) -> Fragment {
    match value {
        Value::Null => Fragment::atom("NULL"),
        Value::Bool(b) => Fragment::atom(dialect.boolean(*b)),
        other => dialect.parameter(other),
    }
}

fn aggregate(function: Aggregate, of: Fragment) -> Fragment {
    match function {
        Aggregate::Count => Fragment::call("COUNT", [of]),
        Aggregate::CountDistinct => Fragment::atom("COUNT(DISTINCT ").then(of).text(")"),
        Aggregate::Sum => Fragment::call("SUM", [of]),
        Aggregate::Min => Fragment::call("MIN", [of]),
        Aggregate::Max => Fragment::call("MAX", [of]),
        Aggregate::Avg => Fragment::call("AVG", [of]),
    }
}

fn binary(operator: Operator, a: Fragment, b: Fragment, dialect: &dyn Dialect) -> Fragment {
    let (binding, symbol) = match operator {
        Operator::Eq => (Binding::Comparison, "="),
        Operator::Ne => (Binding::Comparison, "<>"),
        Operator::Lt => (Binding::Comparison, "<"),
        Operator::Le => (Binding::Comparison, "<="),
        Operator::Gt => (Binding::Comparison, ">"),
        Operator::Ge => (Binding::Comparison, ">="),
        Operator::Add => (Binding::Sum, "+"),
        Operator::Sub => (Binding::Sum, "-"),
        Operator::Mul => (Binding::Product, "*"),
        Operator::And => (Binding::And, "AND"),
        Operator::Or => (Binding::Or, "OR"),
        Operator::Div => return dialect.divide(a, b),
        Operator::Like => return dialect.like(a, "LIKE", b),
    };
    Fragment::infix(binding, a, symbol, b)
}

/// NOT, inside of the predicate where there is a form for it.
fn negation(inner: &Expr, d: &dyn Dialect) -> Fragment {
    match inner {
        Expr::IsNull(of) => is_null(of, " IS NOT NULL", d),
        Expr::In(of, list) if !list.is_empty() => member(of, "NOT IN", list, d),
        Expr::InSelect(of, select) => in_select(of, "NOT IN", select, d),
        Expr::Binary(Operator::Like, text, pattern) => d.like(expr(text, d), "NOT LIKE", expr(pattern, d)),
        other => Fragment::atom("NOT ").then(expr(other, d).at_least(Binding::Not)).binds(Binding::Not),
    }
}

fn is_null(of: &Expr, words: &'static str, d: &dyn Dialect) -> Fragment {
    expr(of, d).above(Binding::Comparison).text(words).binds(Binding::Comparison)
}

fn member(of: &Expr, word: &'static str, list: &[Expr], d: &dyn Dialect) -> Fragment {
    if list.is_empty() {
        return Fragment::atom(d.boolean(false));
    }
    let list = Fragment::atom("(").list(list.iter().map(|e| expr(e, d))).text(")");
    Fragment::infix(Binding::Comparison, expr(of, d), word, list)
}

fn in_select(of: &Expr, word: &'static str, select: &Select, d: &dyn Dialect) -> Fragment {
    Fragment::infix(Binding::Comparison, expr(of, d), word, statement(select, d).block())
}

fn case(when: &[(Expr, Expr)], other: Option<&Expr>, d: &dyn Dialect) -> Fragment {
    if when.is_empty() {
        return other.map_or_else(|| Fragment::atom("NULL"), |e| expr(e, d));
    }
    let mut f = Fragment::atom("CASE");
    for (condition, value) in when {
        f = f.text(" WHEN ").then(expr(condition, d)).text(" THEN ").then(expr(value, d));
    }
    if let Some(other) = other {
        f = f.text(" ELSE ").then(expr(other, d));
    }
    f.text(" END")
}

/// Engines want at least two arguments.
fn coalesce(items: &[Expr], d: &dyn Dialect) -> Fragment {
    match items {
        [] => Fragment::atom("NULL"),
        [only] => expr(only, d),
        several => Fragment::call("COALESCE", several.iter().map(|e| expr(e, d))),
    }
}
