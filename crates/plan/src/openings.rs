//! Opening entries of a ledger: the one with which the books begin counts, those that carry balances from year to year
//! repeat what is there already.
//!
//! A carry-forward is proven by the amounts: on its day it gives every account of the balance sheet what the account
//! had before, equity as a whole, with or without the result of the years before. Entries that are called opening and
//! prove to be neither make balances unknown.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{ColumnRef, Rows, Value};
use jiff::civil::Date;
use meaning::Ontology;
use meaning::ontology::Statement;
use sql::{Aggregate, Expr, Grain, Operator, Select};

use crate::calendar::{Calendar, Span};
use crate::graph::{Graph, Path};
use crate::intent::Relation;
use crate::ledger::Ledger;
use crate::semantic::{Base, OverTime, Predicate, Test};
use crate::steps;

/// How the opening entries of a ledger count.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Openings {
    /// There are none but those with which the books begin: a balance is the sum of all postings to date.
    #[default]
    Once,
    /// They are repeated.
    Carried(Box<Carried>),
    /// There are entries that are called opening, on these days, and which of them count is not known.
    Unclear(Vec<Date>),
}

/// Opening entries that repeat balances.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// The days on which they do, ascending.
    pub days: Vec<Date>,
    /// Leaves them out, and nothing else.
    pub without: Predicate,
    /// Whether the results of the years before are in equity only by these entries: no closing entry put them there.
    pub with_result: bool,
}

/// What is to be looked at: days that may begin with opening entries, and how such entries are told from others.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspects {
    /// The days, ascending.
    pub days: Vec<Date>,
    /// Whether something marks the entries; where nothing does, each entry of these days is looked at by itself.
    pub marked: bool,
}

/// Days looked at, at the most.
const MOST_DAYS: u64 = 60;
/// Postings looked at, at the most, where nothing marks opening entries.
const MOST_ROWS: u64 = 500_000;
/// Accounts that an unmarked entry has to repeat before it is taken for an opening.
const FEWEST_ACCOUNTS: usize = 3;

/// What the rows of the ledger's entries are grouped by, so that balances can be followed from day to day.
pub struct Expressions {
    /// The account.
    pub account: Expr,
    /// The day.
    pub date: Expr,
    /// Debit less credit.
    pub amount: Expr,
    /// Whether a row belongs to a marked entry, where entries are marked.
    pub marked: Option<Expr>,
    /// The entry that a row belongs to, where lines refer to one.
    pub entry: Option<Expr>,
}

/// The days of marked opening entries.
pub fn days_question(marked: Expr, date: Expr) -> Select {
    let day = Expr::Bucket { grain: Grain::Day, fiscal_start: 1, of: Box::new(date) };
    let mut select = Select { group: vec![day.clone()], limit: Some(MOST_DAYS + 1), ..Select::default() };
    select.item(day, "day");
    select.item(Expr::CountRows, "postings");
    select.filter.push(marked);
    select
}

/// Takes the days of marked entries in: none are suspect where the books begin with the only one.
pub fn suspects_by_mark(graph: &Graph, ledger: &Ledger, rows: &Rows) -> Option<Suspects> {
    let mut days: Vec<Date> = rows.rows.iter().filter_map(|row| row.first()?.to_day()).collect();
    days.sort_unstable();
    let first = ledger.date.as_ref().and_then(|d| steps::extent(graph, d)).map(|(first, _)| first);
    let begins = days.len() < 2 && first.is_none_or(|first| days.iter().all(|d| *d <= first));
    (!begins).then_some(Suspects { days, marked: true })
}

/// The first days of years inside of the books, where nothing marks opening entries.
pub fn suspects_by_year(graph: &Graph, ledger: &Ledger, calendar: Option<Calendar>) -> Option<Suspects> {
    let few = graph.nodes()[ledger.lines].rows.is_some_and(|rows| rows <= MOST_ROWS);
    let (first, last) = steps::extent(graph, ledger.date.as_ref()?)?;
    let starts = |calendar: Calendar| {
        let years = calendar.year_of(first)..=calendar.year_of(last);
        years.map(move |year| calendar.year_start(year)).filter(|d| *d > first && *d <= last)
    };
    let mut days: Vec<Date> = starts(Calendar::starting(1)).chain(calendar.into_iter().flat_map(starts)).collect();
    days.sort_unstable();
    days.dedup();
    let known = few && entry_of(graph, ledger).is_some() && ledger.not_opening.is_none();
    (known && !days.is_empty() && days.len() as u64 <= MOST_DAYS).then_some(Suspects { days, marked: false })
}

/// The column of the lines that refers to their entry.
pub fn entry_of(graph: &Graph, ledger: &Ledger) -> Option<ColumnRef> {
    let edge = graph.edge(*ledger.date.as_ref()?.path.first()?);
    let entry = graph.nodes()[edge.to].day.is_none();
    match edge.from_columns.as_slice() {
        [only] if entry => Some(ColumnRef::new(graph.nodes()[edge.from].table.name.clone(), only)),
        _ => None,
    }
}

/// What postings add up to by account, by the days that they lie between, and by what tells opening entries apart.
pub fn question(suspects: &Suspects, on: Expressions) -> Select {
    let day = |day: &Date| Expr::Value(Value::Date(*day));
    let before = |d: &Date| on.date.clone().op(Operator::Lt, day(d));
    let eras = suspects.days.iter().enumerate().map(|(i, d)| (before(d), Expr::value(i as i64)));
    let last = Some(Box::new(Expr::value(suspects.days.len() as i64)));
    let era = Expr::Case { when: eras.collect(), other: last };
    let on_day = |d: &Date| {
        let next = Expr::Value(Value::Date(Span::day(*d).to));
        on.date.clone().op(Operator::Ge, day(d)).op(Operator::And, on.date.clone().op(Operator::Lt, next))
    };
    let tag = match (on.marked, on.entry) {
        (Some(marked), _) => Expr::Case { when: vec![(marked, Expr::value(1))], other: None },
        (None, Some(entry)) => {
            Expr::Case { when: suspects.days.iter().map(|d| (on_day(d), entry.clone())).collect(), other: None }
        }
        (None, None) => Expr::Value(Value::Null),
    };
    let mut select = Select { group: vec![on.account.clone(), era.clone(), tag.clone()], ..Select::default() };
    select.item(on.account, "account");
    select.item(era, "era");
    select.item(tag, "opening");
    select.item(Expr::Aggregate(Aggregate::Sum, Box::new(on.amount)), "amount");
    select
}

impl Openings {
    /// A base over postings to date, with entries that repeat balances counted once. Where results reach equity only
    /// by such entries, sums over equity or results (`whole`) begin anew with them; all others leave them out.
    #[must_use]
    pub fn counted(&self, mut base: Base, whole: bool) -> Base {
        let Openings::Carried(carried) = self else { return base };
        if base.over_time != OverTime::Running {
            return base;
        }
        let said = if whole && carried.with_result {
            base.anew.clone_from(&carried.days);
            "from the last of the opening entries, which repeat the balances before them"
        } else {
            base.predicates.push(carried.without.clone());
            "opening entries that repeat the balances before them left out"
        };
        base.words = format!("{}{}{said}", base.words, if base.words.is_empty() { "" } else { ", " });
        base
    }

    /// What leaves entries out that repeat balances.
    pub fn without(&self) -> Option<Predicate> {
        match self {
            Openings::Carried(carried) => Some(carried.without.clone()),
            Openings::Once | Openings::Unclear(_) => None,
        }
    }

    /// Restricts opening entries to those with which the books begin.
    pub fn only_first(&self, ledger: &Ledger) -> Option<Predicate> {
        match self {
            Openings::Carried(carried) => before(ledger, *carried.days.first()?),
            Openings::Once | Openings::Unclear(_) => None,
        }
    }

    /// What keeps balances from being known, in words.
    pub fn doubt(&self) -> Option<String> {
        let Openings::Unclear(days) = self else { return None };
        let days = days.iter().map(Date::to_string).collect::<Vec<_>>().join(", ");
        Some(format!(
            "opening entries of {days} neither begin the books nor repeat what every account had before, so that it is \
             open whether balances contain them"
        ))
    }
}

type Balances = BTreeMap<String, f64>;

/// What an entry of a day proves to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It gives accounts what they had.
    Repeats {
        /// Whether equity takes in results that no closing entry put there.
        with_result: bool,
    },
    /// It gives balances to accounts that had none.
    Begins,
    /// It repeats some, and some not.
    Unclear,
    /// It is like any other entry.
    Other,
}

/// Follows balances from day to day, and says what the opening entries are.
pub fn learn(suspects: &Suspects, ledger: &Ledger, (graph, ontology): (&Graph, &Ontology), rows: &Rows) -> Openings {
    let mut books = Books { ledger, ontology, balances: Balances::new() };
    let mut days: Vec<Date> = Vec::new();
    let mut entries: BTreeMap<String, Value> = BTreeMap::new();
    let mut results: BTreeSet<bool> = BTreeSet::new();
    let mut unclear: Vec<Date> = Vec::new();
    for era in 0..=suspects.days.len() {
        let of_era = || rows.rows.iter().filter(|r| r.len() == 4 && number(&r[1]) == Some(era as f64));
        let mut openings: BTreeMap<String, (Value, Balances)> = BTreeMap::new();
        for row in of_era().filter(|r| !r[2].is_null()) {
            let entry = openings.entry(row[2].to_string()).or_insert_with(|| (row[2].clone(), Balances::new()));
            *entry.1.entry(row[0].to_string()).or_default() += number(&row[3]).unwrap_or(0.0);
        }
        let day = era.checked_sub(1).map(|i| suspects.days[i]);
        let mut begin_anew = false;
        for (key, (value, opening)) in openings {
            match (books.verdict(&opening, suspects.marked), day) {
                (Verdict::Repeats { with_result }, Some(day)) if !begin_anew => {
                    begin_anew = true;
                    days.push(day);
                    entries.insert(key, value);
                    results.insert(with_result);
                }
                (Verdict::Begins, _) if days.is_empty() => {}
                (Verdict::Other, _) => {}
                (_, day) => unclear.extend(day),
            }
        }
        if begin_anew {
            books.balances.clear();
        }
        for row in of_era() {
            *books.balances.entry(row[0].to_string()).or_default() += number(&row[3]).unwrap_or(0.0);
        }
    }
    if !unclear.is_empty() || results.len() > 1 {
        return Openings::Unclear(if unclear.is_empty() { days } else { unclear });
    }
    let with_result = results.contains(&true);
    let marked = ledger.not_opening.as_ref().zip(days.first()).and_then(|(mark, first)| since(ledger, mark, *first));
    let by_entry = || {
        let column = entry_of(graph, ledger)?;
        Some(Predicate { column, test: Test::NotIn(entries.into_values().collect()), paths: vec![Path::new()] })
    };
    match marked.or_else(by_entry) {
        Some(without) if !days.is_empty() => Openings::Carried(Box::new(Carried { days, without, with_result })),
        _ => Openings::Once,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.to_f64()
}

/// Leaves marked entries out from a day on; those before it are the ones with which the books begin.
fn since(ledger: &Ledger, not_opening: &Predicate, first: Date) -> Option<Predicate> {
    let earlier = before(ledger, first)?;
    let test = Test::Either(Box::new(not_opening.test.clone()), Box::new(earlier));
    Some(Predicate { test, ..not_opening.clone() })
}

/// Only what was posted before a day.
pub fn before(ledger: &Ledger, day: Date) -> Option<Predicate> {
    let date = ledger.date.as_ref()?;
    let test = Test::Compare(Relation::Below, Value::Date(day));
    Some(Predicate { column: date.column.clone(), test, paths: vec![date.path.clone()] })
}

/// What a predicate leaves out, and nothing else.
pub fn only(predicate: Predicate) -> Predicate {
    match predicate.test {
        Test::NotIn(values) => Predicate { test: Test::In(values), ..predicate },
        _ => predicate,
    }
}

/// Balances as they were before a day.
struct Books<'b> {
    ledger: &'b Ledger,
    ontology: &'b Ontology,
    balances: Balances,
}

impl Books<'_> {
    /// The class of an account, by its key as text.
    fn class(&self, account: &str) -> Option<&str> {
        self.ledger.chart.iter().find(|a| a.key.to_string() == account)?.class.as_deref()
    }

    fn is_result(&self, account: &str) -> bool {
        let class = self.class(account).and_then(|c| self.ontology.class(c));
        class.is_some_and(|c| c.statement == Statement::Income)
    }

    fn sum(&self, of: &Balances, fits: &dyn Fn(&str) -> bool) -> f64 {
        of.iter().filter(|(account, _)| fits(account)).map(|(_, amount)| amount).sum()
    }

    /// What an entry is, as seen from the balances before it.
    fn verdict(&self, opening: &Balances, marked: bool) -> Verdict {
        let equity = |account: &str| self.class(account) == Some("equity");
        let result = |account: &str| self.is_result(account);
        let each = |account: &&String| !equity(account) && !result(account);
        // Sums of cents differ by less than one.
        let same = |a: f64, b: f64| (a - b).abs() < 0.005 + 1e-9 * a.abs();
        let before = |account: &String| self.balances.get(account).copied().unwrap_or(0.0);
        let accounts: BTreeSet<&String> = opening.keys().chain(self.balances.keys()).filter(each).collect();
        let had: Vec<&&String> = accounts.iter().filter(|a| !same(before(a), 0.0)).collect();
        let repeated = had.iter().filter(|a| opening.get(**a.to_owned()).is_some_and(|o| same(*o, before(a)))).count();
        let all = accounts.iter().all(|a| same(opening.get(*a).copied().unwrap_or(0.0), before(a)));
        let plain = !opening.iter().any(|(account, amount)| result(account) && !same(*amount, 0.0));
        let (had_equity, opened) = (self.sum(&self.balances, &equity), self.sum(opening, &equity));
        let had_result = self.sum(&self.balances, &result);
        let fewest = if marked { 1 } else { FEWEST_ACCOUNTS };
        if had.is_empty() {
            return if marked { Verdict::Begins } else { Verdict::Other };
        }
        if all && plain && repeated >= fewest && same(opened, had_equity) {
            return Verdict::Repeats { with_result: false };
        }
        if all && plain && repeated >= fewest && same(opened, had_equity + had_result) {
            return Verdict::Repeats { with_result: true };
        }
        let much = repeated >= FEWEST_ACCOUNTS && repeated * 10 >= had.len() * 6;
        if marked || much { Verdict::Unclear } else { Verdict::Other }
    }
}
