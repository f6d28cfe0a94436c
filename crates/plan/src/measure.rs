//! Where a metric's numbers come from: ledger accounts, snapshots, columns, rows, or a formula.

use catalog::{ColumnRef, TypeKind, Unit, Value};
use meaning::formula::Formula;
use meaning::naming::content_stems;
use meaning::ontology::{Metric, MetricUnit, Nature, Side, Statement};
use meaning::values::phrase_words;
use meaning::{Link, Meaning, tokenize};

pub use crate::bases::{column_base, counted, measured, power, row_base};
use crate::documents;
use crate::graph::roles::{contains, has_role};
use crate::graph::{MeasureKind, Role};
use crate::kept::{agree, is_by_period, snapshot_date};
use crate::knowledge::Knowledge;
use crate::ledger::{Account, Ledger};
use crate::lines;
pub use crate::lines::postings;
use crate::own;
use crate::semantic::{Amount, Base, Calc, Origin, OverTime, Predicate, Test};

/// One way to compute a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// How the bases make up the metric.
    pub calc: Calc,
    /// The bases, addressed by index in `calc`.
    pub bases: Vec<Base>,
    /// How sure we are, 0 to 1.
    pub score: f64,
}

/// A metric to bind.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// The metric.
    pub metric: &'w Metric,
    /// What the question's own phrase may mean beside it.
    pub hints: &'w [Link],
    /// The part of a plan that is meant ("budget" of which accounts).
    pub part: Option<&'w Metric>,
}

impl<'w> Wanted<'w> {
    /// The metric by itself.
    pub fn plain(metric: &'w Metric) -> Self {
        Wanted { metric, hints: &[], part: None }
    }
}

/// Why a metric cannot be computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Nothing in the schema holds these metrics (names for people).
    Missing(Vec<String>),
    /// Found, but what the question asks for does not reach it: where it was found.
    OutOfReach(Vec<Binding>),
}

/// All ways to compute a metric that `feasible` accepts, best first.
///
/// # Errors
/// [`Failure`] where there is none.
pub fn bind(k: &Knowledge, wanted: Wanted, feasible: &dyn Fn(&Base) -> bool) -> Result<Vec<Binding>, Failure> {
    let metric = wanted.metric;
    let all = direct(k, wanted);
    let fits = |b: &Binding| b.bases.iter().all(feasible);
    let possible: Vec<Binding> = all.iter().filter(|b| fits(b)).cloned().collect();
    if !possible.is_empty() {
        return Ok(possible);
    }
    match &metric.formula {
        // A formula stands in where nothing holds the metric itself, never where it does and cannot be cut so.
        Some(formula) if all.is_empty() => {
            let mut bases = Vec::new();
            let mut score = 1.0f64;
            let calc = compose(k, formula, feasible, &mut bases, &mut score)?;
            let calc = if metric.positive { Calc::Positive(Box::new(calc)) } else { calc };
            Ok(vec![Binding { calc, bases, score }])
        }
        _ if all.is_empty() => Err(Failure::Missing(vec![metric.name.clone()])),
        _ => Err(Failure::OutOfReach(all)),
    }
}

fn compose(
    k: &Knowledge,
    formula: &Formula,
    feasible: &dyn Fn(&Base) -> bool,
    bases: &mut Vec<Base>,
    score: &mut f64,
) -> Result<Calc, Failure> {
    match formula {
        Formula::Number(n) => Ok(Calc::Number(*n)),
        Formula::Name(name) if name == "days" => Ok(Calc::Days),
        Formula::Name(name) => {
            let metric = k.ontology.metric(name).ok_or_else(|| Failure::Missing(vec![name.clone()]))?;
            let binding = bind(k, Wanted::plain(metric), feasible)?.remove(0);
            *score = score.min(binding.score);
            Ok(merge(binding, bases))
        }
        Formula::Operation(operation, a, b) => {
            let (left, right) = (compose(k, a, feasible, bases, score), compose(k, b, feasible, bases, score));
            match (left, right) {
                (Ok(a), Ok(b)) => Ok(Calc::Operation(*operation, Box::new(a), Box::new(b))),
                (Err(Failure::Missing(a)), Err(Failure::Missing(b))) => {
                    let mut names = [a, b].concat();
                    names.sort();
                    names.dedup();
                    Err(Failure::Missing(names))
                }
                (Err(failure), _) | (_, Err(failure)) => Err(failure),
            }
        }
    }
}

/// Adds a binding's bases to a plan's, sharing equal ones, and readdresses its calculation.
pub fn merge(binding: Binding, bases: &mut Vec<Base>) -> Calc {
    let mut index = Vec::new();
    for base in binding.bases {
        let known = bases.iter().position(|b| *b == base);
        index.push(known.unwrap_or_else(|| {
            bases.push(base);
            bases.len() - 1
        }));
    }
    readdress(binding.calc, &index)
}

fn readdress(calc: Calc, index: &[usize]) -> Calc {
    match calc {
        Calc::Base(i) => Calc::Base(index[i]),
        Calc::Operation(op, a, b) => {
            Calc::Operation(op, Box::new(readdress(*a, index)), Box::new(readdress(*b, index)))
        }
        Calc::Change(a, b) => Calc::Change(Box::new(readdress(*a, index)), Box::new(readdress(*b, index))),
        Calc::Positive(of) => Calc::Positive(Box::new(readdress(*of, index))),
        other => other,
    }
}

/// The bindings that need no formula, in order of trust.
fn direct(k: &Knowledge, wanted: Wanted) -> Vec<Binding> {
    let Wanted { metric, hints, part } = wanted;
    if let Some(defined) = &metric.own {
        // What this schema does not have was said when it was read.
        let (calc, alternatives) = own::compute(k, metric, defined).unwrap_or((Calc::Base(0), Vec::new()));
        return alternatives.into_iter().map(|bases| Binding { calc: calc.clone(), bases, score: 1.0 }).collect();
    }
    if metric.place.is_some() {
        // A user's formula is all there is to it.
        return Vec::new();
    }
    let ledger = k.ledger.as_ref().and_then(|l| lines::flow(k, l, metric).or_else(|| from_ledger(k, l, metric)));
    let mut bases: Vec<(Base, f64)> = Vec::new();
    // A balance that is kept as such is closer to what people count than the sum of all postings.
    bases.extend(snapshots(k, metric));
    bases.extend(ledger.into_iter().flat_map(|base| by_rules(k, base)).map(|base| (base, 1.0)));
    bases.extend(columns(k, metric, hints));
    bases.extend(entity(k, metric));
    if bases.is_empty() && !metric.scenario.is_empty() {
        bases.extend(plans(k, metric));
    }
    if metric.unit == MetricUnit::Money && metric.nature == Nature::Balance {
        // Money in the ledger reconciles with everything else, so it goes first.
        bases.sort_by_key(|(base, _)| base.origin != Origin::Ledger);
    }
    let bases = bases
        .into_iter()
        .flat_map(|(base, score)| in_state(k, metric, part, base).into_iter().map(move |b| (b, score)));
    bases.map(|(base, score)| Binding { calc: Calc::Base(0), bases: vec![base], score }).collect()
}

fn from_ledger(k: &Knowledge, ledger: &Ledger, metric: &Metric) -> Option<Base> {
    let present: Vec<&String> = metric.classes.iter().filter(|c| ledger.classes.contains_key(*c)).collect();
    let by_class = metric.accounts.is_empty() || !metric.within.is_empty() && !present.is_empty();
    let classes = if by_class || metric.within.is_empty() {
        present
    } else {
        metric.within.iter().filter(|c| ledger.classes.contains_key(*c)).collect()
    };
    // Profit needs its first class (revenue) and at least one that stands against it.
    let complete = by_class && metric.classes.len() > 1 && metric.nature == Nature::Flow;
    if classes.is_empty()
        || complete && (classes.len() < 2 || classes[0] != &metric.classes[0]) && !all_one_side(k, metric)
    {
        return None;
    }
    let (mut predicates, words) = if by_class {
        let names = classes.iter().map(|c| c.replace('_', " ")).collect::<Vec<_>>().join(", ");
        (vec![class_predicate(ledger, &classes)], format!("postings to {names} accounts"))
    } else {
        let (predicate, names) = account_predicate(ledger, metric, &classes)?;
        (vec![predicate], format!("postings to the accounts {names}"))
    };
    predicates.extend(ledger.posted.iter().cloned());
    let income = classes.iter().all(|c| k.ontology.class(c).is_some_and(|c| c.statement == Statement::Income));
    if income {
        predicates.extend(ledger.not_closing.iter().cloned());
    }
    let credit = metric
        .classes
        .iter()
        .chain(&metric.within)
        .filter_map(|c| k.ontology.class(c))
        .next()
        .is_some_and(|c| c.side == Side::Credit);
    let credit =
        credit || income && metric.classes.iter().any(|c| k.ontology.class(c).is_some_and(|c| c.side == Side::Credit));
    let amount = ledger.amount(if credit { Side::Credit } else { Side::Debit })?;
    let sign = if credit { "credit less debit" } else { "debit less credit" };
    let closing = if income && !ledger.not_closing.is_empty() { ", closing entries out" } else { "" };
    let over_time = if metric.nature == Nature::Balance { OverTime::Running } else { OverTime::Sum };
    let words = format!("{words}, {sign}{closing}");
    let base = Base { words, over_time, predicates, ..postings(k, ledger, &metric.id, amount) };
    Some(k.openings.counted(base, classes.iter().any(|c| holds_results(c))))
}

/// Whether results of former years end up in accounts of this class.
fn holds_results(class: &str) -> bool {
    !matches!(class, "asset" | "liability")
}

/// One base per set of rules where a ledger is kept by several: each holds all of the business.
fn by_rules(k: &Knowledge, base: Base) -> Vec<Base> {
    let Some(parallel) = k.ledger.as_ref().and_then(|l| l.parallel.as_ref()) else { return vec![base] };
    let of = |value: &Value| {
        let mut base = Base { words: format!("{} in the {value} books", base.words), ..base.clone() };
        let test = Test::In(vec![value.clone()]);
        base.predicates.push(Predicate { column: parallel.column.clone(), test, paths: vec![parallel.path.clone()] });
        base
    };
    parallel.values.iter().map(of).collect()
}

/// Restricts documents to those that count, and plans to one version and to accounts of one sort.
fn in_state(k: &Knowledge, metric: &Metric, part: Option<&Metric>, mut base: Base) -> Vec<Base> {
    let Some(node) = k.graph.index(&base.fact).filter(|_| base.origin != Origin::Ledger) else { return vec![base] };
    if metric.unit == MetricUnit::Money || k.ledger.is_some() {
        base.predicates.extend(documents::posted(&k.graph, &k.ontology, node));
    }
    base.predicates.extend(documents::live(&k.graph, &k.ontology, node));
    let mut alternatives = vec![base];
    if let Some(scenario) = documents::scenario(&k.graph, &k.ontology, node) {
        let base = alternatives.remove(0);
        for version in versions(k, metric, &scenario.values) {
            let mut base = Base { plan: !metric.scenario.is_empty(), ..base.clone() };
            let test = Test::In(vec![version]);
            base.predicates.push(Predicate {
                column: scenario.column.clone(),
                test,
                paths: vec![scenario.path.clone()],
            });
            alternatives.push(base);
        }
    }
    if metric.scenario.is_empty() {
        return alternatives;
    }
    alternatives.into_iter().flat_map(|base| by_accounts(k, part, node, base)).collect()
}

/// Plan tables that keep this sort of plan among their versions, by their only amount.
pub fn plans(k: &Knowledge, metric: &Metric) -> Vec<(Base, f64)> {
    let mut found = Vec::new();
    for (node, data) in k.graph.nodes().iter().enumerate() {
        let Some(scenario) = documents::scenario(&k.graph, &k.ontology, node) else { continue };
        let amounts: Vec<&catalog::Column> = data.columns_with(|r| r == Role::Measure(MeasureKind::Additive)).collect();
        if let ([amount], Some(_)) = (amounts.as_slice(), versions(k, metric, &scenario.values).first()) {
            let column = ColumnRef::new(data.table.name.clone(), amount.name.clone());
            found.push((measured(k, &column, metric.nature), 0.9));
        }
    }
    found
}

/// The alternatives that a metric may mean; several are asked back, for versions are never added up.
pub fn versions(k: &Knowledge, metric: &Metric, values: &[Value]) -> Vec<Value> {
    let words = |value: &Value| content_stems(&phrase_words(&value.to_string().replace('_', " ")));
    let called = |value: &&Value, names: &[String]| {
        names.iter().any(|n| contains(&words(value), &content_stems(&phrase_words(n))))
    };
    let named = |names: &[String]| values.iter().filter(|v| called(v, names)).cloned().collect::<Vec<Value>>();
    if metric.scenario.is_empty() {
        return named(&["actual".to_owned()]);
    }
    let own = named(&metric.scenario);
    if !own.is_empty() || !metric.scenario.iter().any(|s| s == "budget") {
        return own;
    }
    // Versions of a budget are not called "budget" but by their state; other sorts of plans are.
    let others: Vec<&Metric> =
        k.ontology.metrics().iter().filter(|m| !m.scenario.is_empty() && m.id != metric.id).collect();
    let is_other = |v: &&Value| others.iter().any(|m| called(v, &m.scenario)) || called(v, &["actual".to_owned()]);
    values.iter().filter(|v| !is_other(v)).cloned().collect()
}

/// A plan over accounts of several sorts is one base per sort: income and cost are never added up.
fn by_accounts(k: &Knowledge, part: Option<&Metric>, node: usize, base: Base) -> Vec<Base> {
    let Some(ledger) = &k.ledger else { return vec![base] };
    let Some(path) = k.graph.index(&ledger.class.table).and_then(|to| k.graph.path(node, to)) else {
        return vec![base];
    };
    let sorts: Vec<Vec<&String>> = match part {
        Some(part) => vec![part.classes.iter().filter(|c| ledger.classes.contains_key(*c)).collect()],
        None => {
            let income = |c: &&String| k.ontology.class(c).is_some_and(|c| c.statement == Statement::Income);
            ledger.classes.keys().filter(income).map(|c| vec![c]).collect()
        }
    };
    let narrowed = |classes: Vec<&String>| {
        let mut base = base.clone();
        let names = classes.iter().map(|c| c.replace('_', " ")).collect::<Vec<_>>().join(", ");
        base.words = format!("{} of {names} accounts", base.words);
        base.predicates.push(Predicate { paths: vec![path.clone()], ..class_predicate(ledger, &classes) });
        planned_sign(k, node, &classes, base)
    };
    sorts.into_iter().filter(|classes| !classes.is_empty()).filter_map(narrowed).collect()
}

/// Planned amounts as they count, positive for income and for cost: turned where the plan keeps these classes with the
/// opposite sign; none where it keeps both signs, or one for some and the other for others.
fn planned_sign(k: &Knowledge, node: usize, classes: &[&String], base: Base) -> Option<Base> {
    let Some(signs) = k.plan_signs.get(&node) else { return Some(base) };
    let mut known: Vec<Option<bool>> = classes.iter().filter_map(|c| signs.get(*c).copied()).collect();
    known.sort_unstable();
    known.dedup();
    match (known.as_slice(), &base.amount) {
        ([] | [Some(false)], _) => Some(base),
        ([Some(true)], Amount::Sum(column)) => {
            let amount = Amount::Negated(column.clone());
            Some(Base { amount, words: format!("{}, sign turned", base.words), ..base })
        }
        _ => None,
    }
}

/// Cost metrics are made of debit classes alone; any of them will do.
fn all_one_side(k: &Knowledge, metric: &Metric) -> bool {
    metric.classes.iter().all(|c| k.ontology.class(c).is_some_and(|c| c.side == Side::Debit))
}

fn class_predicate(ledger: &Ledger, classes: &[&String]) -> Predicate {
    let values: Vec<Value> = classes.iter().flat_map(|c| ledger.classes[*c].iter().cloned()).collect();
    Predicate { column: ledger.class.clone(), test: Test::In(values), paths: vec![ledger.class_path.clone()] }
}

/// The accounts of these classes whose names hold one of the metric's account words.
fn account_predicate(ledger: &Ledger, metric: &Metric, classes: &[&String]) -> Option<(Predicate, String)> {
    let found = ledger.accounts_called(classes, &metric.accounts, &metric.exclude_accounts);
    if found.is_empty() {
        return None;
    }
    let name = |a: &&Account| a.names.first().cloned().unwrap_or_else(|| a.key.to_string());
    let names = found.iter().map(name).collect::<Vec<_>>().join(", ");
    let keys = found.iter().map(|a| a.key.clone()).collect();
    let predicate =
        Predicate { column: ledger.account.clone(), test: Test::In(keys), paths: vec![ledger.class_path.clone()] };
    Some((predicate, names))
}

/// Postings to accounts that the question names by a value of a naming column ("rent").
pub fn account_base(k: &Knowledge, column: &ColumnRef, values: &[Value]) -> Option<Base> {
    let ledger = k.ledger.as_ref().filter(|l| l.names.contains(column) && l.parallel.is_none())?;
    let named = |a: &&Account| values.iter().any(|v| a.names.contains(&v.to_string()));
    let accounts: Vec<&Account> = ledger.chart.iter().filter(named).collect();
    let class = accounts.iter().find_map(|a| k.ontology.class(a.class.as_deref()?))?;
    let one_class = accounts.iter().all(|a| a.class.as_deref() == Some(class.id.as_str()));
    let amount = ledger.amount(class.side)?;
    let sign = if class.side == Side::Credit { "credit less debit" } else { "debit less credit" };
    let income = class.statement == Statement::Income;
    let keys = accounts.iter().map(|a| a.key.clone()).collect();
    let mut predicates = vec![Predicate {
        column: ledger.account.clone(),
        test: Test::In(keys),
        paths: vec![ledger.class_path.clone()],
    }];
    predicates.extend(ledger.posted.iter().cloned());
    predicates.extend(ledger.not_closing.iter().filter(|_| income).cloned());
    let names = values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    let over_time = if income { OverTime::Sum } else { OverTime::Running };
    let words = format!("postings to {names}, {sign}");
    let base = Base { words, over_time, predicates, ..postings(k, ledger, &names.to_lowercase(), amount) };
    one_class.then(|| k.openings.counted(base, holds_results(&class.id)))
}

/// Balances kept at points in time: a level in a table whose key holds a date.
fn snapshots(k: &Knowledge, metric: &Metric) -> Vec<(Base, f64)> {
    let mut found: Vec<(Base, f64)> = Vec::new();
    for phrase in &metric.snapshot {
        for link in k.lexicon.links(&tokenize(phrase)) {
            let column = match &link.meaning {
                Meaning::Column { column } => Some(column.clone()),
                Meaning::Table { table } => only_level(k, table),
                _ => None,
            };
            let Some(column) = column.filter(|c| link.score >= 0.9 && matches!(k.graph.role(c), Role::Measure(_)))
            else {
                continue;
            };
            let Some(date) = snapshot_date(k, &column) else { continue };
            let mut base = column_base(k, &column, Amount::Sum(column.column.clone()));
            base.date = Some(date);
            base.over_time = OverTime::Last;
            base.origin = Origin::Snapshot;
            base.words = format!("{}, last snapshot of a period", base.words);
            let fits = unit_fits(k, metric, &column) && !found.iter().any(|(b, _)| *b == base);
            if fits {
                found.push((base, link.score));
            }
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

/// A count is held by whole numbers, money by decimals where the type says so.
fn unit_fits(k: &Knowledge, metric: &Metric, column: &ColumnRef) -> bool {
    let kind = k.catalog.table(&column.table).and_then(|t| t.column(&column.column)).map(|c| c.ty.kind);
    let whole = matches!(kind, Some(TypeKind::Int) | Some(TypeKind::Decimal { scale: Some(0), .. }));
    !(metric.unit == MetricUnit::Money && whole && has_money_beside(k, column))
}

fn has_money_beside(k: &Knowledge, column: &ColumnRef) -> bool {
    let Some(node) = k.graph.node(&column.table) else { return false };
    node.columns_with(|r| matches!(r, Role::Measure(_)))
        .any(|c| matches!(c.ty.kind, TypeKind::Decimal { scale: Some(s), .. } if s > 0))
}

/// The only level (or the only number that is no rate) of a table.
fn only_level(k: &Knowledge, table: &catalog::TableName) -> Option<ColumnRef> {
    let node = k.graph.node(table)?;
    let columns = |kind: MeasureKind| node.columns_with(move |r| r == Role::Measure(kind)).collect::<Vec<_>>();
    let levels = columns(MeasureKind::Level);
    let mut numbers = if levels.is_empty() { columns(MeasureKind::Additive) } else { levels };
    // Beside the amount in its own currency the one in the currency of the books is what adds up.
    let in_base = |c: &&catalog::Column| has_role(node.reads(&c.name), k.ontology.role("base_amount"));
    if numbers.len() > 1 && numbers.iter().filter(|c| in_base(c)).count() == 1 {
        numbers.retain(|c| in_base(c));
    }
    match numbers.as_slice() {
        [only] => Some(ColumnRef::new(table.clone(), only.name.clone())),
        _ => None,
    }
}

/// Numeric columns that the metric's words or the question's own phrase name.
fn columns(k: &Knowledge, metric: &Metric, hints: &[Link]) -> Vec<(Base, f64)> {
    let mut found: Vec<(Base, f64)> = Vec::new();
    let by_period = |link: &Link| matches!(&link.meaning, Meaning::Column { column } if k.graph.index(&column.table).is_some_and(|n| is_by_period(k, n)));
    let mut take = |link: &Link, rank: usize, named: bool| {
        let Meaning::Column { column } = &link.meaning else { return };
        let role = k.graph.role(column);
        let fits = match metric.nature {
            Nature::Balance => matches!(role, Role::Measure(MeasureKind::Level | MeasureKind::Additive)),
            _ => {
                role == Role::Measure(MeasureKind::Additive)
                    || role == Role::Measure(MeasureKind::Rate) && is_whole_price(k, column)
            }
        };
        let table_fits = named || metric.event.as_deref().is_none_or(|event| is_about(k, column, event));
        if !fits || !table_fits || link.score < 0.9 || found.iter().any(|(b, _)| is_column(b, column)) {
            return;
        }
        let base = measured(k, column, metric.nature);
        let scored =
            link.score - 0.03 * rank as f64 - if metric.event.is_some() { distance(k, column, metric) } else { 0.0 };
        found.push((base, scored));
    };
    for (rank, phrase) in metric.columns.iter().enumerate() {
        for link in k.lexicon.links(&tokenize(phrase)) {
            take(&link, rank, false);
        }
    }
    hints.iter().for_each(|link| take(link, 0, false));
    // Tables by period hold what happened elsewhere: their columns, not their names, say what.
    for word in metric.words.iter().filter(|_| metric.event.is_some() || metric.entity.is_some()) {
        k.lexicon.links(&tokenize(word)).iter().filter(|l| by_period(l)).for_each(|link| take(link, 0, true));
    }
    prefer_party(k, metric, &mut found);
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    shortest_first(k, &mut found);
    found
}

/// Of tables that hold the same amounts the one with the fewest rows goes first.
fn shortest_first(k: &Knowledge, found: &mut [(Base, f64)]) {
    let Some(best) = found.first().map(|(base, _)| base.clone()) else { return };
    let same = found.iter().take_while(|(base, _)| agree(k, base, &best)).count();
    let rows = |base: &Base| k.graph.node(&base.fact).and_then(|n| n.rows).unwrap_or(u64::MAX);
    found[..same].sort_by_key(|(base, _)| rows(base));
}

/// Documents of the metric's own side (customers, suppliers) before and instead of the other side's.
fn prefer_party(k: &Knowledge, metric: &Metric, found: &mut Vec<(Base, f64)>) {
    let Some(party) = &metric.party else { return };
    let concerns = |base: &Base| {
        let phrases = k.ontology.concept(party);
        let named = |node: usize| phrases.iter().any(|p| contains(&k.graph.nodes()[node].words, p));
        let start = k.graph.index(&base.fact);
        start.is_some_and(|start| {
            k.graph.reachable(start).into_iter().any(|(node, path)| path.len() <= 2 && named(node))
        })
    };
    let by_period = |base: &Base| k.graph.index(&base.fact).is_some_and(|node| is_by_period(k, node));
    if found.iter().any(|(base, _)| concerns(base)) {
        found.retain(|(base, _)| concerns(base) || by_period(base));
    }
}

/// The price of a whole deal adds up; the price of a piece (beside a quantity) does not.
fn is_whole_price(k: &Knowledge, column: &ColumnRef) -> bool {
    let Some(node) = k.graph.node(&column.table) else { return false };
    let has = |name: &str, role: &str| has_role(node.reads(name), k.ontology.role(role));
    let ends_in_price =
        node.reads(&column.column).iter().any(|w| w.len() > 1 && w.last().is_some_and(|l| l == "price"));
    let per_piece = node.reads(&column.column).iter().flatten().any(|w| w == "unit" || w == "list");
    ends_in_price && !per_piece && !node.table.columns.iter().any(|c| has(&c.name, "quantity"))
}

fn is_column(base: &Base, column: &ColumnRef) -> bool {
    base.fact == column.table && base.amount == Amount::Sum(column.column.clone())
}

/// Whether a column's table is about a concept: its words name it, alone or with "line", "item".
fn is_about(k: &Knowledge, column: &ColumnRef, concept: &str) -> bool {
    let Some(node) = k.graph.node(&column.table) else { return false };
    k.ontology.concept(concept).iter().any(|phrase| contains(&node.words, phrase))
}

/// How far a table's name is from the concept itself: documents before their lines.
fn distance(k: &Knowledge, column: &ColumnRef, metric: &Metric) -> f64 {
    let (Some(node), Some(event)) = (k.graph.node(&column.table), &metric.event) else { return 0.0 };
    let phrases = k.ontology.concept(event);
    let exact = phrases.contains(&node.words);
    let extra = node.words.len().saturating_sub(1) as f64;
    if exact { 0.0 } else { 0.05 + 0.03 * extra }
}

/// The rows of the table that keeps things of a concept.
fn entity(k: &Knowledge, metric: &Metric) -> Vec<(Base, f64)> {
    let Some(concept) = &metric.entity else { return Vec::new() };
    let phrases = k.ontology.concept(concept);
    let mut found: Vec<(Base, f64)> = Vec::new();
    for (rank, phrase) in phrases.iter().enumerate() {
        for (node, _) in k.graph.nodes().iter().enumerate().filter(|(i, n)| n.words == *phrase && !is_by_period(k, *i))
        {
            let mut base = row_base(k, node);
            base.predicates.extend(of_this_kind(k, node, phrase));
            if metric.nature == Nature::Balance {
                // Counting those who ever were is no stock at a date.
                base.date = None;
            }
            found.push((base, 1.0 - 0.02 * rank as f64));
        }
    }
    prefer_party(k, metric, &mut found);
    found
}

/// A table of several kinds of documents, one of which is the thing itself ("invoice" beside "credit note").
fn of_this_kind(k: &Knowledge, node: usize, phrase: &[String]) -> Option<Predicate> {
    let data = &k.graph.nodes()[node];
    let kinds = data.table.columns.iter().filter(|c| has_role(data.reads(&c.name), k.ontology.role("entry_kind")));
    kinds.filter(|c| c.ty.kind.is_text()).find_map(|c| {
        let column = ColumnRef::new(data.table.name.clone(), c.name.clone());
        let values =
            k.graph.statistics(&column).map(|s| s.values.iter().map(|(v, _)| v.clone()).collect::<Vec<Value>>())?;
        let is_thing = |v: &&Value| content_stems(&phrase_words(&v.to_string())) == phrase;
        let found = values.iter().find(is_thing).cloned()?;
        Some(Predicate { column, test: Test::In(vec![found]), paths: vec![Vec::new()] })
    })
}

/// The unit of a metric's numbers.
pub fn unit(metric: &Metric) -> Unit {
    match metric.unit {
        MetricUnit::Money => Unit::Money(None),
        MetricUnit::Count => Unit::Count,
        MetricUnit::Share => Unit::Share,
        MetricUnit::Multiple => Unit::Multiple,
        MetricUnit::Days => Unit::Days,
        MetricUnit::Plain => Unit::Plain,
    }
}
