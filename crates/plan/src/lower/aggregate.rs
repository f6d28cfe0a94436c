//! Aggregations: one leg per fact and window, stacked.

use catalog::{ColumnRef, TableName, Value};
use jiff::civil::Date;
use sql::{Aggregate, Expr, Item, Operator, Order, Select};

use super::buckets::Cut;
use super::joins::Joins;
use super::predicates::condition;
use super::related::related_condition;
use crate::calendar::{Span, add_days};
use crate::knowledge::Knowledge;
use crate::semantic::{Aggregation, Amount, Bands, Base, Calc, Dated, OverTime, Predicate, Ranks, Window};
use crate::steps;

/// What the columns of the result hold, by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The window's index, where there are several.
    pub window: Option<usize>,
    /// The first day of the time bucket, for a series.
    pub bucket: Option<usize>,
    /// First and one past the last column of each dimension: its key, then what is shown.
    pub dimensions: Vec<(usize, usize)>,
    /// The first base; the others follow in order.
    pub bases: usize,
    /// The number of rows behind each line.
    pub rows: usize,
    /// Whether the statement already keeps only the first rows (one more than asked for).
    pub limited: bool,
}

/// Bases that one pass over a fact delivers.
struct Leg<'a> {
    window: usize,
    fact: &'a TableName,
    date: Option<&'a Dated>,
    over_time: OverTime,
    anew: &'a [Date],
    bases: Vec<usize>,
}

/// Writes the statement and says what its columns hold.
pub fn lower(k: &Knowledge, plan: &Aggregation, today: Date) -> (Select, Layout) {
    let legs = legs(plan);
    let layout = layout(plan);
    let mut selects: Vec<Select> = legs.iter().map(|leg| leg_select(k, plan, leg, today)).collect();
    let mut first = if selects.is_empty() { Select::default() } else { selects.remove(0) };
    let single = selects.is_empty();
    first.union_all = selects;
    let limited = single && rank_in_sql(plan, &mut first, &layout);
    (first, Layout { limited, ..layout })
}

fn layout(plan: &Aggregation) -> Layout {
    let mut next = 0;
    let mut take = |n: usize| {
        next += n;
        next - n
    };
    let window = (plan.windows.len() > 1).then(|| take(1));
    let bucket = plan.cut.is_some().then(|| take(1));
    let dimensions = plan.dimensions.iter().map(|d| {
        let width = columns_of(d).len();
        let start = take(width);
        (start, start + width)
    });
    let dimensions = dimensions.collect();
    let bases = take(plan.bases.len());
    Layout { window, bucket, dimensions, bases, rows: take(1), limited: false }
}

/// The columns that a dimension returns: its key, then what is shown beyond it.
pub fn columns_of(dimension: &crate::semantic::Dimension) -> Vec<&ColumnRef> {
    let more = dimension.shown.iter().filter(|c| !dimension.key.contains(c));
    dimension.key.iter().chain(more).collect()
}

fn legs(plan: &Aggregation) -> Vec<Leg<'_>> {
    let mut legs: Vec<Leg> = Vec::new();
    for window in 0..plan.windows.len() {
        for (i, base) in plan.bases.iter().enumerate() {
            let shares = |leg: &&mut Leg| {
                leg.window == window
                    && *leg.fact == base.fact
                    && leg.date == base.date.as_ref()
                    && leg.over_time == base.over_time
                    && leg.anew == base.anew
                    && (base.over_time != OverTime::Last || plan.bases[leg.bases[0]].amount == base.amount)
            };
            match legs.iter_mut().find(shares) {
                Some(leg) => leg.bases.push(i),
                None => legs.push(Leg {
                    window,
                    fact: &base.fact,
                    date: base.date.as_ref(),
                    over_time: base.over_time,
                    anew: &base.anew,
                    bases: vec![i],
                }),
            }
        }
    }
    legs
}

fn leg_select(k: &Knowledge, plan: &Aggregation, leg: &Leg, today: Date) -> Select {
    let Some(root) = k.graph.index(leg.fact) else { return Select::default() };
    let mut joins = Joins::new(k, root);
    let mut select = Select::default();
    if plan.windows.len() > 1 {
        select.item(Expr::value(leg.window as i64), "window");
    }
    let date = leg.date.map(|d| joins.column(&d.column, std::slice::from_ref(&d.path)));
    let window = &plan.windows[leg.window];
    let cut = Cut::of(k, plan, (window, leg.date, leg.over_time), today);
    if let (Some(cut), Some(date)) = (cut, &date) {
        let bucket = cut.bucket(date.clone());
        select.item(bucket.clone(), "period");
        select.group.push(bucket);
    }
    let mut names: Vec<String> = vec!["window".into(), "period".into(), "rows_used".into()];
    for dimension in &plan.dimensions {
        for column in columns_of(dimension) {
            let expr = joins.column(column, &dimension.paths);
            let expr = match &dimension.bands {
                Some(bands) => band(expr, bands),
                None => expr,
            };
            select.group.push(expr.clone());
            select.item(expr, unique(&column.column, &mut names));
        }
    }
    let common = common_predicates(plan, leg);
    for (i, base) in plan.bases.iter().enumerate() {
        let own = leg.bases.contains(&i);
        let expr = if own { amount(&mut joins, base, &common) } else { Expr::Value(Value::Null) };
        select.items.push(Item { expr, alias: unique(&base.label, &mut names) });
    }
    select.item(Expr::CountRows, "rows_used");
    for predicate in common.iter().chain(&plan.filters) {
        let expr = condition(&mut joins, predicate);
        select.filter.push(expr);
    }
    for related in &plan.related {
        let expr = related_condition(k, &mut joins, related);
        select.filter.extend(expr);
    }
    let amount = leg.bases.first().map(|i| &plan.bases[*i].amount);
    let fact = Fact { table: leg.fact, date: leg.date, over_time: leg.over_time, anew: leg.anew, amount };
    select.filter.extend(date.map(|d| days(k, (fact, cut), window, d, today)).unwrap_or_default());
    select.from = Some(joins.source());
    select.joins = joins.into_joins();
    select
}

/// The band that a date falls in, by the first bound that it lies behind.
fn band(date: Expr, bands: &Bands) -> Expr {
    let label = |i: usize| Expr::Value(Value::from(Bands::LABELS[i]));
    let after = |days: i64| {
        let last = add_days(bands.at, -days);
        date.clone().op(Operator::Gt, Expr::Value(Value::Date(last)))
    };
    let unknown = (Expr::IsNull(Box::new(date.clone())), Expr::Value(Value::from(Bands::UNKNOWN)));
    let known = Bands::FROM.iter().enumerate().map(|(i, days)| (after(*days), label(i)));
    Expr::Case {
        when: std::iter::once(unknown).chain(known).collect(),
        other: Some(Box::new(label(Bands::LABELS.len() - 1))),
    }
}

/// A name that is not taken yet, and takes it.
pub fn unique(name: &str, names: &mut Vec<String>) -> String {
    let mut alias = name.to_owned();
    let mut n = 2;
    while names.iter().any(|t| t.eq_ignore_ascii_case(&alias)) {
        alias = format!("{name}_{n}");
        n += 1;
    }
    names.push(alias.clone());
    alias
}

/// Predicates that all bases of a leg share become its WHERE.
fn common_predicates(plan: &Aggregation, leg: &Leg) -> Vec<Predicate> {
    let mut bases = leg.bases.iter().map(|i| &plan.bases[*i]);
    let first = bases.next().map(|b| b.predicates.clone()).unwrap_or_default();
    let rest: Vec<&Base> = bases.collect();
    first.into_iter().filter(|p| rest.iter().all(|b| b.predicates.contains(p))).collect()
}

/// The aggregate of a base, restricted to rows that meet the predicates which only it has.
fn amount(joins: &mut Joins, base: &Base, common: &[Predicate]) -> Expr {
    let own: Vec<Expr> = base.predicates.iter().filter(|p| !common.contains(p)).map(|p| condition(joins, p)).collect();
    let restriction = Expr::all(own);
    let when = |value: Expr| match restriction.clone() {
        Some(condition) => Expr::Case { when: vec![(condition, value)], other: None },
        None => value,
    };
    let root = joins.root_alias().to_owned();
    let column = |name: &str| Expr::column(&root, name);
    let aggregate = |function: Aggregate, name: &str| Expr::Aggregate(function, Box::new(when(column(name))));
    match &base.amount {
        Amount::Rows if restriction.is_none() => Expr::CountRows,
        Amount::Rows => Expr::Aggregate(Aggregate::Count, Box::new(when(Expr::value(1)))),
        Amount::Distinct(name) => aggregate(Aggregate::CountDistinct, name),
        Amount::Max(name) => aggregate(Aggregate::Max, name),
        Amount::Min(name) => aggregate(Aggregate::Min, name),
        Amount::Sum(name) => sum(when(column(name)), base),
        Amount::Negated(name) => sum(when(Expr::value(0).op(Operator::Sub, column(name))), base),
        Amount::Net(plus, minus) => {
            let or_zero = |name: &str| Expr::Coalesce(vec![column(name), Expr::value(0)]);
            sum(when(or_zero(plus).op(Operator::Sub, or_zero(minus))), base)
        }
    }
}

fn sum(of: Expr, base: &Base) -> Expr {
    match base.scale {
        Some(scale) if !base.whole => Expr::ExactSum { of: Box::new(of), scale },
        _ => Expr::Aggregate(Aggregate::Sum, Box::new(of)),
    }
}

/// A fact with its date, and how its amounts behave over time.
#[derive(Clone, Copy)]
pub struct Fact<'f> {
    /// The table.
    pub table: &'f TableName,
    /// Its date.
    pub date: Option<&'f Dated>,
    /// Its behaviour.
    pub over_time: OverTime,
    /// Days on which a running sum begins anew.
    pub anew: &'f [Date],
    /// What is put together, where it is one amount.
    pub amount: Option<&'f Amount>,
}

/// The restriction to the window's days, by how the measure behaves over time.
pub fn days(k: &Knowledge, (fact, cut): (Fact, Option<Cut>), window: &Window, date: Expr, today: Date) -> Vec<Expr> {
    let span = window.period.as_ref().map(|p| p.span);
    let ends = |to: Date| fact.date.map_or(to, |dated| steps::until(&k.graph, dated, to, today));
    let until = span.map(|s| s.to).filter(|to| *to < Span::LATEST).map(ends);
    let from = span.map(|s| s.from).filter(|from| *from > Span::EARLIEST);
    let before = |expr: &Expr, day: Date| expr.clone().op(Operator::Lt, Expr::Value(Value::Date(day)));
    let since = |expr: &Expr, day: Date| expr.clone().op(Operator::Ge, Expr::Value(Value::Date(day)));
    let tomorrow = ends(today.tomorrow().unwrap_or(today));
    match fact.over_time {
        OverTime::Sum => from.iter().map(|d| since(&date, *d)).chain(until.iter().map(|d| before(&date, *d))).collect(),
        OverTime::Running => {
            let end = until.unwrap_or(tomorrow);
            // In a series the sum begins anew from bucket to bucket.
            let begins = fact.anew.iter().rev().find(|d| **d < end && cut.is_none());
            begins.map(|d| since(&date, *d)).into_iter().chain([before(&date, end)]).collect()
        }
        OverTime::Last => {
            let Some(root) = k.graph.index(fact.table) else { return Vec::new() };
            let Some(dated) = fact.date else { return Vec::new() };
            let mut inner_joins = Joins::avoiding(k, root, std::slice::from_ref(&fact.table.name));
            let inner = inner_joins.column(&dated.column, std::slice::from_ref(&dated.path));
            let mut last = Select { from: Some(inner_joins.source()), ..Select::default() };
            let root_alias = inner_joins.root_alias().to_owned();
            last.joins = inner_joins.into_joins();
            last.item(Expr::Aggregate(Aggregate::Max, Box::new(inner.clone())), "last_day");
            last.filter.push(before(&inner, until.unwrap_or(tomorrow)));
            last.filter.extend(known(k, fact, &root_alias));
            if let Some(cut) = cut {
                last.filter.extend(from.iter().map(|d| since(&inner, *d)));
                last.group.push(cut.bucket(inner));
                return vec![Expr::InSelect(Box::new(date), Box::new(last))];
            }
            vec![date.op(Operator::Eq, Expr::Scalar(Box::new(last)))]
        }
    }
}

/// Snapshots without the amount are none: "not known yet" is not the last level.
fn known(k: &Knowledge, fact: Fact, alias: &str) -> Option<Expr> {
    let (Amount::Sum(column) | Amount::Negated(column)) = fact.amount? else { return None };
    let nullable = k.catalog.table(fact.table)?.column(column)?.nullable;
    nullable.then(|| Expr::Not(Box::new(Expr::IsNull(Box::new(Expr::column(alias, column))))))
}

/// Ranks in the database where the rank is a plain base: one row more than asked for shows a tie.
fn rank_in_sql(plan: &Aggregation, select: &mut Select, layout: &Layout) -> bool {
    let (Some(ordering), Some(limit)) = (&plan.ordering, plan.limit) else { return false };
    let Some(measure) = ordering.measure else { return false };
    let Calc::Base(base) = plan.measures[measure].calc else { return false };
    let ranks = plan.ranks != Ranks::default();
    if plan.outer.is_some()
        || plan.cut.is_some()
        || plan.derived.is_some()
        || !plan.having.is_empty()
        || plan.dimensions.is_empty()
        || ranks
    {
        return false;
    }
    let by = Expr::returned(select.items[layout.bases + base].alias.clone());
    select.order.push(Order { by, descending: ordering.descending });
    for (start, _) in &layout.dimensions {
        select.order.push(Order { by: Expr::returned(select.items[*start].alias.clone()), descending: false });
    }
    select.limit = Some(limit.saturating_add(1));
    true
}
