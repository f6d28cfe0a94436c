//! All that is known of one snapshot of a schema, built once and shared by all questions over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{Catalog, ColumnRef, Rows, Statistics, TableName, Value};
use jiff::civil::Date;
use meaning::{Lexicon, Ontology};

use crate::calendar::Calendar;
use crate::documents;
use crate::fiscal::{self, FiscalTable};
use crate::graph::{self, Graph, Role};
use crate::history;
use crate::ledger::{self, Ledger};
use crate::openings::{self, Openings, Suspects};
use crate::semantic::Dated;
use crate::steps;

/// Something small that names alone do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    /// The chart of accounts.
    Chart,
    /// Sums by account class of a ledger with signed amounts: which side is positive.
    Signs,
    /// The days of entries that are marked as opening.
    OpeningDays,
    /// What accounts had before such days, and what opening entries give them.
    Openings,
    /// What postings between companies of the group add up to, by account.
    WithinGroup,
    /// The spans of a history (the place of this one among all): whether they overlap, and include their last day.
    Spans(usize),
    /// The first days of the fiscal years.
    FiscalYear,
    /// What the columns of a table by period (its node) add up to.
    Totals(usize),
    /// What a plan (its node) adds up to by account class: which sign its costs have.
    Plans(usize),
    /// What rows add up to by the thing (the target of this edge) that may be a part of another one of its sort.
    Levels(usize),
}

/// Rows that are the totals of other rows of their table.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTotals {
    /// The column that refers to the thing that a row is about.
    pub about: ColumnRef,
    /// The table of those things.
    pub things: TableName,
    /// The things whose rows are totals of the rows of their parts.
    pub wholes: Vec<Value>,
}

/// Lexicon, graph and ledger of one snapshot.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// The ontology.
    pub ontology: Arc<Ontology>,
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// Phrases.
    pub lexicon: Lexicon,
    /// Tables and references.
    pub graph: Graph,
    /// The ledger, where there is one.
    pub ledger: Option<Ledger>,
    /// How opening entries count.
    pub openings: Openings,
    /// Days that may begin with opening entries which repeat balances, once they were read.
    pub suspects: Option<Suspects>,
    /// What postings between companies of the group add up to, debit less credit, by the account's key as text.
    pub within_group: BTreeMap<String, f64>,
    /// Where the books keep their fiscal years, if they do.
    pub fiscal: Option<FiscalTable>,
    /// The calendar that the books keep, once it was read.
    pub calendar: Option<Calendar>,
    /// Which classes of accounts a plan keeps with the opposite sign, by its node; none for a class with both signs.
    pub plan_signs: BTreeMap<usize, BTreeMap<String, Option<bool>>>,
    /// Rows that are totals of others.
    pub stored_totals: Vec<StoredTotals>,
    /// Whether the books keep fiscal years that do not begin with a month (4-4-5 calendars).
    pub weekly_years: bool,
    /// Sums of columns that several tables by period have.
    pub totals: BTreeMap<ColumnRef, f64>,
    /// The date of each node's rows.
    pub dates: Vec<Option<Dated>>,
    /// Nodes whose rows are things that happened, neither plans nor calendars.
    booked: Vec<usize>,
}

impl Knowledge {
    /// Builds all of it. Cost: some microseconds per column.
    pub fn new(ontology: Arc<Ontology>, catalog: Arc<Catalog>, statistics: Arc<Statistics>) -> Knowledge {
        let graph = graph::build(&catalog, statistics.clone(), &ontology);
        let ledger = ledger::find(&graph, &ontology);
        let dates = (0..graph.nodes().len()).map(|node| documents::event_date(&graph, &ontology, node)).collect();
        let fiscal = fiscal::find(&graph);
        let is_calendar = |node: usize| {
            let data = &graph.nodes()[node];
            let measures = data.columns_with(|r| matches!(r, Role::Measure(_))).next().is_some();
            let fiscal = fiscal.as_ref().is_some_and(|f| f.year.table == data.table.name);
            data.day.is_some() || fiscal && !measures
        };
        let is_plan = |node: usize| documents::scenario(&graph, &ontology, node).is_some();
        let booked = (0..graph.nodes().len()).filter(|n| !is_calendar(*n) && !is_plan(*n)).collect();
        let lexicon = Lexicon::new(ontology.clone(), &catalog, &statistics);
        Knowledge {
            ontology,
            catalog,
            lexicon,
            graph,
            ledger,
            openings: Openings::Once,
            suspects: None,
            within_group: BTreeMap::new(),
            fiscal,
            calendar: None,
            totals: BTreeMap::new(),
            plan_signs: BTreeMap::new(),
            stored_totals: Vec::new(),
            weekly_years: false,
            dates,
            booked,
        }
    }

    /// The same knowledge with values that were looked up in the data, for one question. Cost: a copy of the graph and
    /// of the value index.
    #[must_use]
    pub fn with_values(&self, found: &[(ColumnRef, Value)]) -> Knowledge {
        Knowledge { lexicon: self.lexicon.with_values(found), ..self.clone() }
    }

    /// Takes in what was read.
    pub fn learn(&mut self, lesson: Lesson, rows: &Rows) {
        let suspected = if lesson == Lesson::Openings { self.suspected() } else { None };
        match (lesson, &mut self.ledger) {
            (Lesson::Chart, Some(ledger)) => ledger.learn_chart(rows),
            (Lesson::Signs, Some(ledger)) => {
                if !ledger.learn_signs(&self.ontology, rows) {
                    self.ledger = None;
                }
            }
            (Lesson::OpeningDays, Some(ledger)) => {
                self.suspects = openings::suspects_by_mark(&self.graph, ledger, rows);
            }
            (Lesson::Openings, Some(ledger)) => {
                let learned = suspected.map(|s| openings::learn(&s, ledger, (&self.graph, &self.ontology), rows));
                self.openings = learned.unwrap_or_default();
            }
            (Lesson::WithinGroup, _) => {
                let sum = |row: &Vec<Value>| Some((row.first()?.to_string(), row.get(1)?.to_f64()?));
                self.within_group = rows.rows.iter().filter_map(sum).collect();
            }
            (Lesson::Spans(place), _) => {
                let histories = history::find(&self.graph, &self.ontology);
                let found = histories.get(place).zip(history::includes_last_day(rows));
                let edges = found.map(|(h, inclusive)| history::edges(&self.graph, &self.ontology, h, inclusive));
                edges.into_iter().flatten().for_each(|edge| self.graph.add(edge));
            }
            (Lesson::FiscalYear, _) => {
                self.calendar = fiscal::calendar(rows);
                self.weekly_years = self.calendar.is_none() && fiscal::has_years_of_weeks(rows);
            }
            (Lesson::Totals(node), _) => {
                let table = &self.graph.nodes()[node].table.name;
                for (column, sum) in rows.columns.iter().zip(rows.rows.first().into_iter().flatten()) {
                    let column = ColumnRef::new(table.clone(), column.name.clone());
                    self.totals.extend(sum.to_f64().map(|sum| (column, sum)));
                }
            }
            (Lesson::Plans(node), Some(ledger)) => {
                let signs = ledger.planned_signs(rows);
                self.plan_signs.insert(node, signs);
            }
            (Lesson::Plans(_), None) => {}
            (Lesson::Levels(edge), _) => self.stored_totals.extend(stored_totals(&self.graph, edge, rows)),
            (_, None) => {}
        }
    }

    /// Days that may begin with opening entries which repeat balances: marked ones, else those on which years begin.
    pub fn suspected(&self) -> Option<Suspects> {
        let by_year = || openings::suspects_by_year(&self.graph, self.ledger.as_ref()?, self.calendar);
        self.suspects.clone().or_else(by_year)
    }

    /// The last day up to `today` on which anything was booked, plans and calendars left out; none where
    /// unknown.
    pub fn last_day(&self, today: Date) -> Option<Date> {
        let booked = self.booked.iter().filter_map(|node| self.date_of(*node));
        let reached = |dated: &Dated| {
            let (_, last) = self.extent(dated)?;
            let Some(step) = steps::step(&self.graph, dated) else { return Some(last) };
            // Rows that stand for a period reach its end, whichever day dates them; what is not over yet reaches today.
            let end = step.next(last).yesterday().unwrap_or(last);
            if end > today && last < step.next(today) { Some(today) } else { Some(end) }
        };
        booked.filter_map(reached).filter(|day| *day <= today).max()
    }

    /// First and last day of the rows that a date dates, where known.
    pub fn extent(&self, dated: &Dated) -> Option<(Date, Date)> {
        steps::extent(&self.graph, dated)
    }

    /// The date of the rows of a node.
    pub fn date_of(&self, node: usize) -> Option<&Dated> {
        self.dates.get(node).and_then(Option::as_ref)
    }

    /// Whether a column exists.
    pub fn has(&self, column: &ColumnRef) -> bool {
        self.catalog.table(&column.table).is_some_and(|t| t.column(&column.column).is_some())
    }
}

/// The wholes whose own rows add up to what those of all their parts do: thing, what it is a part of, and its sum.
/// None where a single whole has another sum: then things of all levels have rows of their own.
fn stored_totals(graph: &Graph, edge: usize, rows: &Rows) -> Option<StoredTotals> {
    let edge = graph.edge(edge);
    let mut own: BTreeMap<String, (Value, f64)> = BTreeMap::new();
    let mut parts: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for row in rows.rows.iter().filter(|row| row.len() == 3) {
        let Some(sum) = row[2].to_f64() else { continue };
        own.insert(row[0].to_string(), (row[0].clone(), sum));
        if !row[1].is_null() {
            let whole = parts.entry(row[1].to_string()).or_default();
            *whole = (whole.0 + 1, whole.1 + sum);
        }
    }
    let wholes: Vec<(&Value, f64, f64)> =
        parts.iter().filter_map(|(key, (_, sum))| own.get(key).map(|(value, own)| (value, *own, *sum))).collect();
    // One part beside each whole is a pair (an original and its copy), no sum.
    let summed = parts.values().filter(|(count, _)| *count > 1).count() * 2 >= parts.len();
    // Sums of equal amounts differ by rounding only.
    let equal = |(_, own, parts): &(&Value, f64, f64)| (own - parts).abs() <= 1e-9 * own.abs().max(parts.abs());
    let stored = summed && !wholes.is_empty() && wholes.iter().all(equal);
    let table = |node: usize| graph.nodes()[node].table.name.clone();
    stored.then(|| StoredTotals {
        about: ColumnRef::new(table(edge.from), edge.from_columns.first().cloned().unwrap_or_default()),
        things: table(edge.to),
        wholes: wholes.into_iter().map(|(value, ..)| value.clone()).collect(),
    })
}
