//! Open items by age: documents less what was paid for them, as they stood at a balance date.
//!
//! Documents and payments are two facts, each added up by itself; both are cut by the document's due date, so that
//! the buckets of age add up to what is open. Payments after the balance date are left out.

use catalog::{ColumnRef, Unit, Value};
use jiff::civil::Date;
use meaning::formula::Arithmetic;
use meaning::ontology::{Better, Nature};
use meaning::{Meaning, Mention};

use super::currency;
use super::filters;
use super::ground::Ground;
use super::kinds::plain_measure;
use super::outcome::{Stop, refuse};
use super::place::{dimension, dimension_places};
use crate::calendar::{Period, Span};
use crate::documents;
use crate::forms::Ageing;
use crate::graph::roles::{contains, has_role};
use crate::graph::{Node, Path, Role};
use crate::intent::{Ask, Fold, Intent, Relation};
use crate::knowledge::Knowledge;
use crate::measure::{self, Wanted, column_base};
use crate::semantic::{
    Aggregation, Amount, Bands, Base, Bound, Calc, Dated, Dimension, Measure, Ordering, Outer, OverTime, Predicate,
    Query, Ranks, SemanticPlan, Test, Threshold, Window,
};

/// Documents, what is paid for them, and how the latter lead to the former.
struct Books {
    document: usize,
    /// The day on which a document must be paid, else the day of the document itself.
    due: ColumnRef,
    is_due: bool,
    owed: Base,
    paid: Base,
    /// From a payment to its document.
    edge: usize,
}

/// Puts the plan together.
///
/// # Errors
/// A refusal that names what the books do not keep.
pub fn plan(ground: Ground, intent: &Intent, ageing: Ageing) -> Result<SemanticPlan, Stop> {
    let k = ground.knowledge;
    if intent.cut.is_some() || intent.compare.is_some() {
        return Err(refuse("open items by age are understood for one balance date only", Vec::new(), Vec::new()));
    }
    let folded = |a: &Ask| matches!(a.fold, Some(Fold::Average | Fold::Max | Fold::Min));
    let ranked = intent.top.iter().filter_map(|t| t.by.as_ref()).any(|by| by.fold.is_some());
    if ranked || intent.asks.iter().any(folded) || intent.conditions.iter().any(|c| filters::is_threshold(k, c)) {
        let why = "open items are added up or counted: no average or limit of theirs, and no rank by their number";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    let counted = intent.asks.iter().any(|a| a.fold == Some(Fold::Count));
    let books = find(k, ageing)?;
    let at = balance_date(ground, intent);
    let mut filters = restrictions(ground, intent, &books)?;
    if ageing.overdue {
        let before = crate::calendar::add_days(at, -ageing.beyond.unwrap_or(0));
        let test = Test::Compare(Relation::Below, Value::Date(before));
        filters.push(books.through(Predicate { column: books.due.clone(), test, paths: vec![Vec::new()] }));
    }
    let mut dimensions = dimensions(ground, intent, &books)?;
    let mut warnings = Vec::new();
    let own = currency::apart(k, &books.owed);
    if counted {
        can_be_counted(k, intent, ageing, &books, (dimensions.len(), own.is_some()))?;
    }
    if let Some(own) = own {
        warnings.push("amounts in several currencies are not added up: shown by currency".to_owned());
        dimensions.push(Dimension { paths: books.both(&own.paths), ..own });
    }
    if ageing.buckets {
        dimensions.push(books.bands(at));
    }
    let top = intent.top.as_ref();
    let ordering = top.map(|t| Ordering { measure: Some(0), dimension: None, descending: t.descending });
    let zero = Bound::Number(catalog::Decimal::from(0));
    // What was paid too much, or is owed back, is no item that is open.
    let relation = if counted { Relation::Above } else { Relation::IsNot };
    let having = Threshold { measure: 0, relation, bound: zero };
    let grouped = !dimensions.is_empty();
    let assumptions = [intent.assumptions.clone(), books.assumptions(k, at, ageing)].concat();
    let aggregation = Aggregation {
        measures: vec![measure_of(ageing)],
        bases: vec![books.owed, books.paid],
        dimensions,
        cut: None,
        calendar: *ground.calendar,
        windows: vec![as_of(at, intent)],
        filters,
        related: Vec::new(),
        having: grouped.then_some(having).into_iter().collect(),
        ordering,
        limit: top.map(|t| t.count),
        ranks: Ranks::default(),
        derived: intent.derived,
        shown_from: None,
        only: None,
        outer: counted.then_some(Outer::Count),
    };
    Ok(SemanticPlan { query: Query::Aggregate(aggregation), confidence: 0.9, assumptions, warnings })
}

/// Items, or whose they are, can be counted where nothing else divides them.
fn can_be_counted(
    k: &Knowledge,
    intent: &Intent,
    ageing: Ageing,
    books: &Books,
    (dimensions, currencies): (usize, bool),
) -> Result<(), Stop> {
    let documents = intent.asks.iter().all(|a| is_document(k, &a.mention, books));
    let plain = intent.by.is_empty() && intent.top.is_none() && !ageing.buckets && intent.derived.is_none();
    if dimensions == 1 && plain && (documents || !currencies) {
        return Ok(());
    }
    let why = "how many items are open is understood for all of them together; how much is open, by more";
    Err(refuse(why, Vec::new(), Vec::new()))
}

fn measure_of(ageing: Ageing) -> Measure {
    let name = match (ageing.payable, ageing.overdue) {
        (false, false) => "open receivables",
        (false, true) => "overdue receivables",
        (true, false) => "open payables",
        (true, true) => "overdue payables",
    };
    let calc = Calc::Operation(Arithmetic::Sub, Box::new(Calc::Base(0)), Box::new(Calc::Base(1)));
    Measure { calc, better: Better::Down, ..plain_measure(name.to_owned(), Nature::Balance, Unit::Money(None)) }
}

/// The balance date: the one named, else the end of the period named, never later than today.
fn balance_date(ground: Ground, intent: &Intent) -> Date {
    let named = intent.as_of.as_ref().map(|(day, _)| *day);
    let ended = || intent.periods.last().map(|p| p.span.last());
    named.or_else(ended).unwrap_or(ground.today).min(ground.today)
}

fn as_of(at: Date, intent: &Intent) -> Window {
    let span = Span { from: Span::EARLIEST, to: Span::day(at).to };
    let words = intent.as_of.as_ref().map(|(_, words)| words.as_str()).filter(|w| !w.is_empty());
    let words = words.filter(|w| !w.contains(&at.to_string())).map(|w| format!(" ({w})")).unwrap_or_default();
    let period = Period { label: format!("as of {at}{words}"), ..Period::named("as of", span, None) };
    Window { name: at.to_string(), period: Some(period) }
}

/// The tables that open items are rebuilt from.
fn find(k: &Knowledge, ageing: Ageing) -> Result<Books, Stop> {
    let (documents, payments) = match ageing.payable {
        false => ("invoiced_amount", "collected_amount"),
        true => ("billed_by_suppliers", "paid_to_suppliers"),
    };
    let missing = |what: &str| {
        let why = format!("open items by age need {what}, which this database does not hold");
        refuse(&why, vec![what.to_owned()], Vec::new())
    };
    let facts = |id: &str| {
        let metric = k.ontology.metric(id);
        let found = metric.and_then(|m| measure::bind(k, Wanted::plain(m), &|_| true).ok()).unwrap_or_default();
        found.into_iter().flat_map(|b| b.bases).filter_map(|b| k.graph.index(&b.fact)).collect::<Vec<usize>>()
    };
    let settled = facts(payments);
    let pair = facts(documents).into_iter().find_map(|document| {
        let edge = |from: usize| k.graph.outgoing(from).iter().copied().find(|e| k.graph.edge(*e).to == document);
        settled.iter().find_map(|from| Some((document, *from, edge(*from)?)))
    });
    let kind = if ageing.payable { "supplier bills" } else { "invoices" };
    let Some((document, payment, edge)) = pair else {
        return Err(missing(&format!("{kind} and the payments that refer to them")));
    };
    let owed = open_base(k, document, "owed").ok_or_else(|| missing(&format!("one total amount of {kind}")))?;
    let paid = open_base(k, payment, "paid").ok_or_else(|| missing("one amount of payments"))?;
    let node = &k.graph.nodes()[document];
    let due = node.columns_with(|r| r == Role::Date).find(|c| has_role(node.reads(&c.name), k.ontology.role("due")));
    let is_due = due.is_some();
    let own = owed.date.as_ref().filter(|d| d.path.is_empty()).map(|d| d.column.clone());
    let due = due.map(|c| ColumnRef::new(node.table.name.clone(), c.name.clone())).or(own);
    let due = due.ok_or_else(|| missing(&format!("a due date of {kind}")))?;
    Ok(Books { document, due, is_due, owed, paid, edge })
}

/// The whole amount of a document in the currency of the books, with tax: by the first phrase that tells one column.
fn open_base(k: &Knowledge, node: usize, label: &str) -> Option<Base> {
    let data = &k.graph.nodes()[node];
    let foreign = |c: &&catalog::Column| has_role(data.reads(&c.name), k.ontology.role("foreign_amount"));
    let amounts: Vec<&catalog::Column> =
        data.columns_with(|r| matches!(r, Role::Measure(_))).filter(|c| !foreign(c)).collect();
    let named = |phrase: &Vec<String>| {
        let fits = |c: &&&catalog::Column| data.reads(&c.name).iter().any(|words| contains(words, phrase));
        let found: Vec<&&catalog::Column> = amounts.iter().filter(fits).collect();
        match found.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        }
    };
    let column = k.ontology.role("whole_amount").iter().find_map(named)?;
    let reference = ColumnRef::new(data.table.name.clone(), column.clone());
    let mut base = column_base(k, &reference, Amount::Sum(column));
    base.date.as_ref()?;
    base.over_time = OverTime::Running;
    base.label = label.to_owned();
    base.predicates = documents::posted(&k.graph, &k.ontology, node);
    Some(base)
}

/// The question's restrictions as seen from a document.
fn restrictions(ground: Ground, intent: &Intent, books: &Books) -> Result<Vec<Predicate>, Stop> {
    let conditions = intent.conditions.iter();
    let found =
        conditions.map(|c| filters::predicate(ground, &[books.document], c)).collect::<Result<Vec<_>, Stop>>()?;
    let combined = filters::combine(intent, found)?;
    Ok(combined.into_iter().map(|p| books.through(p)).collect())
}

/// What the question breaks open items down by, and the things that it asks for.
fn dimensions(ground: Ground, intent: &Intent, books: &Books) -> Result<Vec<Dimension>, Stop> {
    let k = ground.knowledge;
    let mut dimensions: Vec<Dimension> = Vec::new();
    // The documents themselves are only shown where nothing else is.
    let plain = |m: &&Mention| {
        intent.by.is_empty() && !intent.asks.iter().any(|a| a.mention != **m && is_thing(k, &a.mention, books))
    };
    let asked = intent.asks.iter().map(|a| &a.mention).filter(|m| is_thing(k, m, books));
    let asked = asked.filter(|m| !is_document(k, m, books) || plain(m));
    for mention in intent.by.iter().chain(asked) {
        let found = dimension_places(ground, &[books.document], mention);
        let Some(best) = found.first() else {
            let why = format!("open items cannot be broken down by {}", mention.text);
            return Err(refuse(&why, vec![mention.text.clone()], Vec::new()));
        };
        let own = books.readable(k, dimension(k, &mention.text, best));
        let made = Dimension { paths: books.both(&own.paths), ..own };
        if !dimensions.iter().any(|d| d.key == made.key) {
            dimensions.push(made);
        }
    }
    Ok(dimensions)
}

/// Whether an ask names things that open items belong to, or the documents themselves.
fn is_thing(k: &Knowledge, mention: &Mention, books: &Books) -> bool {
    let best = mention.links[0].score;
    mention.links.iter().filter(|l| l.score > best - 0.13).any(|l| match &l.meaning {
        Meaning::Table { table } => k.graph.index(table).is_some_and(|to| k.graph.path(books.document, to).is_some()),
        _ => false,
    })
}

/// Whether a phrase names the documents themselves.
fn is_document(k: &Knowledge, mention: &Mention, books: &Books) -> bool {
    let table = &k.graph.nodes()[books.document].table.name;
    let best = mention.links[0].score;
    let near = mention.links.iter().filter(|l| l.score > best - 0.13);
    near.take(3).any(|l| matches!(&l.meaning, Meaning::Table { table: named } if named == table))
}

impl Books {
    /// Documents are shown by the number that people know, and their due date.
    fn readable(&self, k: &Knowledge, dimension: Dimension) -> Dimension {
        let node = &k.graph.nodes()[self.document];
        let own = |c: &ColumnRef| c.table == node.table.name;
        let is_text = |name: &&String| node.table.column(name).is_some_and(|c| c.ty.kind.is_text());
        let number = node.keys.iter().filter(|key| key.len() == 1).flat_map(|key| key.iter()).find(is_text);
        match number.filter(|_| dimension.shown == dimension.key && dimension.key.iter().all(own)) {
            Some(number) => {
                let shown = vec![ColumnRef::new(node.table.name.clone(), number.clone()), self.due.clone()];
                Dimension { shown, ..dimension }
            }
            None => dimension,
        }
    }

    /// A predicate on what a document leads to, as seen from payments too.
    fn through(&self, predicate: Predicate) -> Predicate {
        let paths = self.both(&predicate.paths);
        Predicate { paths, ..predicate }
    }

    /// The same chain from the document, and from a payment over its document.
    fn both(&self, paths: &[Path]) -> Vec<Path> {
        let own = paths.first().cloned().unwrap_or_default();
        let over = [&[self.edge], own.as_slice()].concat();
        vec![own, over]
    }

    fn bands(&self, at: Date) -> Dimension {
        Dimension {
            name: "age".to_owned(),
            key: vec![self.due.clone()],
            shown: vec![self.due.clone()],
            paths: self.both(&[Vec::new()]),
            bands: Some(Bands { at }),
        }
    }

    fn assumptions(&self, k: &Knowledge, at: Date, ageing: Ageing) -> Vec<String> {
        let node: &Node = &k.graph.nodes()[self.document];
        let date = |base: &Base| base.date.as_ref().map(|d: &Dated| d.column.to_string()).unwrap_or_default();
        let (owed, paid) = (date(&self.owed), date(&self.paid));
        let open = format!(
            "open on {at}: rows of {} by {owed} less what was paid for them by {paid}; later payments are left out",
            node.table.name
        );
        let basis = if self.is_due { "days past" } else { "no due date is kept: days since" };
        let mut words = vec![open];
        if ageing.buckets {
            words.push(format!("age in {basis} {}: {}", self.due, Bands::LABELS.join(", ")));
        }
        if ageing.overdue {
            let days = ageing.beyond.map(|n| format!("more than {n} ")).unwrap_or_default();
            words.push(format!("overdue: {days}{basis} {}", self.due));
        }
        words
    }
}
