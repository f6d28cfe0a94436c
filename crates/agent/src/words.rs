//! The reading of a question in words: what is computed, from what, over which days.

use plan::intent::Derived;
use plan::resolve::kinds::counts_days;
use plan::semantic::{
    Aggregation, Base, Calc, Listing, Measure, Origin, Outer, OverTime, Predicate, Query, Related, SemanticPlan,
    Statement, Test,
};

/// The reading, one sentence a line.
pub fn reading(plan: &SemanticPlan) -> Vec<String> {
    let mut lines = match &plan.query {
        Query::Aggregate(aggregation) => aggregate(aggregation),
        Query::Statement(statement) => drawn(statement),
        Query::List(listing) => list(listing),
    };
    lines.extend(plan.assumptions.iter().cloned());
    lines
}

/// The full question that a plan answers, in one line: `revenue by region, fiscal Q2 FY2026 (...), only EMEA`.
pub fn question(plan: &SemanticPlan) -> String {
    match &plan.query {
        Query::Aggregate(aggregation) => numbers_asked(aggregation),
        Query::Statement(statement) => statement_asked(statement),
        Query::List(listing) => rows_asked(listing),
    }
}

fn statement_asked(statement: &Statement) -> String {
    let by = statement.numbers.dimensions.get(1).map_or_else(String::new, |d| format!(" by {}", d.name));
    let planned = statement.columns.iter().filter(|c| c.plan.is_some()).map(|c| format!("beside {}", c.name));
    let mut parts = vec![format!("{}{by}", statement.name), statement.days.clone()];
    parts.extend(planned);
    parts.extend(statement.numbers.filters.iter().map(restriction));
    parts.join(", ")
}

fn numbers_asked(plan: &Aggregation) -> String {
    let names: Vec<String> = plan.measures.iter().map(|m| measure(plan, m)).collect();
    let what = match plan.derived {
        Some(Derived::Share) => "share of ",
        Some(Derived::Cumulative) => "cumulative ",
        Some(Derived::ToDate) => "year-to-date ",
        Some(Derived::Growth) => "growth of ",
        Some(Derived::Rolling { mean: true, .. }) => "moving average of ",
        Some(Derived::Rolling { .. }) => "rolling sum of ",
        Some(Derived::Compound { .. }) => "compound growth of ",
        None => "",
    };
    let what = match plan.outer {
        Some(Outer::Count) => "how many lines there are of ",
        Some(Outer::Mean) => "the average of ",
        Some(Outer::Median | Outer::MedianOfRows) => "the median of ",
        None => what,
    };
    let dimensions = plan.dimensions.iter().map(|d| d.name.as_str());
    let by: Vec<&str> = dimensions.chain(plan.cut.map(plan::calendar::noun)).collect();
    let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(" and ")) };
    let mut parts = vec![format!("{what}{}{by}", names.join(" and "))];
    parts.push(days(plan).unwrap_or_else(|| "all days".to_owned()));
    parts.extend(plan.filters.iter().map(restriction));
    parts.extend(plan.related.iter().map(relation));
    parts.extend(plan.having.iter().filter_map(|h| {
        let measure = plan.measures.get(h.measure)?;
        Some(format!("only where {} is {} {}", measure.name, h.relation, h.bound))
    }));
    let ranked = plan.ordering.as_ref().map(|o| {
        let by = o.measure.and_then(|m| plan.measures.get(m)).map_or("", |m| m.name.as_str());
        let first = if o.descending { "largest" } else { "smallest" };
        match plan.limit {
            Some(limit) => format!("the {limit} {first} by {by}"),
            None => format!("{first} {by} first").replace("  ", " "),
        }
    });
    parts.extend(ranked);
    parts.join(", ")
}

/// A measure by its name; a plain column says whose it is.
fn measure(plan: &Aggregation, measure: &Measure) -> String {
    match measure.calc {
        Calc::Base(i) if measure.metric.is_none() && plan.bases[i].origin == Origin::Column => {
            format!("{} of {}", spaced(&measure.name), spaced(&plan.bases[i].fact.name))
        }
        _ => measure.name.clone(),
    }
}

fn rows_asked(listing: &Listing) -> String {
    let mut parts = vec![format!("rows of {}", spaced(&listing.root.name))];
    parts.extend(listing.filters.iter().map(restriction));
    parts.extend(listing.related.iter().map(relation));
    let order = |(column, descending): &(catalog::ColumnRef, bool)| {
        format!("{} {} first", if *descending { "largest" } else { "smallest" }, spaced(&column.column))
    };
    parts.extend(listing.order.iter().map(order));
    parts.extend(listing.limit.map(|n| format!("the first {n}")));
    parts.join(", ")
}

/// A restriction as one would ask for it: values speak for themselves.
fn restriction(predicate: &Predicate) -> String {
    let join = |values: &[catalog::Value]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    match &predicate.test {
        Test::In(values) => format!("only {}", join(values)),
        Test::NotIn(values) => format!("without {}", join(values)),
        _ => format!("only where {predicate}"),
    }
}

fn aggregate(plan: &Aggregation) -> Vec<String> {
    let mut lines = Vec::new();
    let mut parts: Vec<usize> = Vec::new();
    for measure in &plan.measures {
        match measure.calc {
            Calc::Base(i) => lines.push(format!("{}: {}", measure.name, source(&plan.bases[i]))),
            _ => {
                lines.push(format!("{} = {}", measure.name, formula(&measure.calc, &plan.bases)));
                parts.extend(bases_of(&measure.calc));
            }
        }
    }
    parts.sort_unstable();
    parts.dedup();
    lines.extend(parts.iter().map(|i| format!("{}: {}", spaced(&plan.bases[*i].label), source(&plan.bases[*i]))));
    let by: Vec<String> = plan.dimensions.iter().map(|d| d.name.clone()).collect();
    if !by.is_empty() {
        lines.push(format!("by {}", by.join(" and ")));
    }
    lines.extend(filters(&plan.filters));
    lines.extend(plan.related.iter().map(relation));
    lines.push(days(plan).unwrap_or_else(|| "all days in the data".to_owned()));
    lines.extend(basis(plan));
    lines
}

/// How balances and flows stand against each other in a ratio of both.
fn basis(plan: &Aggregation) -> Option<String> {
    let flows = |i: &usize| plan.bases[*i].over_time == OverTime::Sum;
    let mixed = |m: &&Measure| {
        let parts = bases_of(&m.calc);
        parts.iter().any(flows) && !parts.iter().all(flows)
    };
    let measure = plan.measures.iter().find(mixed)?;
    let span = plan.windows.first().and_then(|w| w.period.as_ref()).map(|p| p.span);
    let closed = span.filter(|s| !s.opens_early() && !s.opens_late() && plan.cut.is_none());
    let days = closed.filter(|_| counts_days(&measure.calc)).map(|s| format!("; {} days", s.days()));
    let words = "balances are those at the end of the period, no averages; amounts are not annualised";
    Some(format!("{words}{}", days.unwrap_or_default()))
}

fn drawn(statement: &Statement) -> Vec<String> {
    let mut lines = statement.words.clone();
    let by: Vec<&str> = statement.numbers.dimensions.iter().skip(1).map(|d| d.name.as_str()).collect();
    if !by.is_empty() {
        lines.push(format!("by {}", by.join(" and ")));
    }
    lines.extend(filters(&statement.numbers.filters));
    lines.push(statement.days.clone());
    lines
}

/// The days that are looked at, first those asked for; none for all days.
pub fn days(plan: &Aggregation) -> Option<String> {
    let days: Vec<&str> = plan.windows.iter().filter_map(|w| w.period.as_ref()).map(|p| p.label.as_str()).collect();
    match days.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [first, rest @ ..] => Some(format!("{first} compared with {}", rest.join(" and "))),
    }
}

/// Where a base comes from, and which of its rows count.
fn source(base: &Base) -> String {
    let states: Vec<String> = match base.origin {
        Origin::Ledger => Vec::new(),
        _ => base.predicates.iter().map(|p| format!(", {p}")).collect(),
    };
    format!("{}{}", base.words, states.concat())
}

fn bases_of(calc: &Calc) -> Vec<usize> {
    match calc {
        Calc::Base(i) => vec![*i],
        Calc::Operation(_, a, b) | Calc::Change(a, b) => [bases_of(a), bases_of(b)].concat(),
        Calc::Positive(of) => bases_of(of),
        Calc::Days | Calc::Number(_) => Vec::new(),
    }
}

/// A calculation with the names of its bases.
pub fn formula(calc: &Calc, bases: &[Base]) -> String {
    match calc {
        Calc::Base(i) => bases.get(*i).map_or_else(String::new, |b| spaced(&b.label)),
        Calc::Days => "days in the period".to_owned(),
        Calc::Number(n) => n.to_string(),
        Calc::Operation(operation, a, b) => {
            format!("{} {} {}", side(a, bases), operation.sign(), side(b, bases))
        }
        Calc::Positive(of) => format!("{}, where above zero", formula(of, bases)),
        Calc::Change(a, b) => {
            let (a, b) = (side(a, bases), side(b, bases));
            format!("({a} - {b}) / {b}")
        }
    }
}

/// An operand with its own calculation in parentheses.
fn side(calc: &Calc, bases: &[Base]) -> String {
    match calc {
        Calc::Operation(..) | Calc::Change(..) | Calc::Positive(_) => format!("({})", formula(calc, bases)),
        _ => formula(calc, bases),
    }
}

fn spaced(label: &str) -> String {
    label.replace('_', " ")
}

fn list(listing: &Listing) -> Vec<String> {
    let mut lines = vec![format!("rows of {}", listing.root)];
    lines.extend(filters(&listing.filters));
    lines.extend(listing.related.iter().map(relation));
    for (column, descending) in &listing.order {
        lines.push(format!("by {column}, {} first", if *descending { "largest" } else { "smallest" }));
    }
    lines
}

fn filters(predicates: &[Predicate]) -> Option<String> {
    let words: Vec<String> = predicates.iter().map(ToString::to_string).collect();
    (!words.is_empty()).then(|| format!("only where {}", words.join(" and ")))
}

/// A restriction over rows of another table in words.
fn relation(related: &Related) -> String {
    let how = if related.none { "without" } else { "with" };
    let only: Vec<String> = related.predicates.iter().map(ToString::to_string).collect();
    let only = if only.is_empty() { String::new() } else { format!(" where {}", only.join(" and ")) };
    let many = related.count.map(|(relation, n)| format!("a number of rows {relation} {n} of "));
    format!("{how} {}{}{only}", many.unwrap_or_else(|| "rows of ".to_owned()), related.table)
}
