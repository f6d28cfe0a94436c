//! The path of a question, each step one function.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use catalog::{Catalog, Rows, TableName};
use connect::{Database, Fetched, Scope, Slice};
use fault::{Fault, Kind};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use meaning::vocabulary::Unfounded;
use meaning::{Ontology, tokenize};
use plan::calendar::Calendar;
use plan::finish::{ColumnKind, Facts, Finished, draw};
use plan::semantic::{Calc, Query};
use plan::{Followed, Ground, Knowledge, Lowered, Outcome, Reading, Refusal, SemanticPlan, lineage};
use schema::{Schemas, Snapshot};
use sql::ReadOnly;

use crate::answer::{Answer, Millis, Status};
use crate::question::{LONGEST_CONTEXT, LONGEST_QUESTION, Question};
use crate::trace::Trace;
use crate::{chart, drill, lookup, mended, used, vocabulary, words};

/// How the agent reads questions.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// First month of the fiscal year, where it is configured; else the books are asked.
    pub fiscal_start: Option<u8>,
    /// Time zone in which "today" is a day; UTC by default.
    pub zone: Option<TimeZone>,
}

/// Answers questions over one database. Cheap to share behind `Arc`.
pub struct Agent {
    database: Arc<dyn Database>,
    schemas: Arc<Schemas>,
    ontology: Mutex<Arc<Ontology>>,
    settings: Settings,
    understood: Mutex<Option<Arc<Understood>>>,
}

/// A snapshot with all that was derived from it.
pub(crate) struct Understood {
    snapshot: Arc<Snapshot>,
    pub(crate) knowledge: Knowledge,
    calendar: Calendar,
    /// Entries of the user's vocabulary that name what this schema does not have.
    pub(crate) unfounded: Vec<Unfounded>,
}

/// A guarded statement and what it answers.
struct Prepared {
    plan: SemanticPlan,
    lowered: Lowered,
    statement: ReadOnly,
}

/// How often a question is planned anew when the schema changes under it.
const ATTEMPTS: usize = 3;
/// The code of the fault that says so.
const MOVED: &str = "connect.moved";

impl Agent {
    /// An agent over a database.
    pub fn new(
        database: Arc<dyn Database>,
        schemas: Arc<Schemas>,
        ontology: Arc<Ontology>,
        settings: Settings,
    ) -> Self {
        Agent { database, schemas, ontology: Mutex::new(ontology), settings, understood: Mutex::new(None) }
    }

    /// Reads questions with another vocabulary from now on.
    pub fn take_vocabulary(&self, ontology: Arc<Ontology>) {
        *self.ontology.lock().unwrap_or_else(PoisonError::into_inner) = ontology;
    }

    /// Answers a question; whatever goes wrong comes back as an answer too.
    pub async fn ask(&self, scope: &Scope, question: &Question) -> Answer {
        let mut trace = Trace::default();
        let mut result = self.answer(scope, question, &mut trace).await;
        for _ in 1..ATTEMPTS {
            // The statement's own transaction found other tables than were planned for: the schema's token, which may
            // come late, is not waited for.
            if !result.as_ref().is_err_and(|fault| fault.code == MOVED) {
                break;
            }
            self.schemas.distrust();
            trace = Trace::default();
            result = self.answer(scope, question, &mut trace).await;
        }
        let mut answer = result.unwrap_or_else(|fault| Answer::failed(question.id.clone(), *fault));
        answer.trace = trace;
        answer
    }

    async fn answer(&self, scope: &Scope, question: &Question, trace: &mut Trace) -> Result<Answer, Box<Fault>> {
        check_length(question)?;
        let mut barren: Option<(Vec<TableName>, Answer)> = None;
        for attempt in 1.. {
            let start = Instant::now();
            let mut understood = self.understand(scope).await?;
            let today = question.as_of.unwrap_or_else(|| self.today(scope));
            let avoid = barren.as_ref().map_or(&[] as &[TableName], |(facts, _)| facts.as_slice());
            let mut first = planned(&understood, question, today, avoid);
            if let Some(more) = self.looked_up(scope, &understood, question, (&first.outcome, today), trace).await {
                (first, understood) = (planned(&more, question, today, avoid), more);
            }
            let Planned { outcome, reading, follows } = first;
            note(trace, &reading, &outcome);
            let plan = match (outcome, barren.take()) {
                (Outcome::Plan(plan), _) => *plan,
                (_, Some((_, answer))) => return Ok(answer),
                (other, None) => {
                    let answer = Answer { follows, ..unanswered(question, other) };
                    return Ok(label(answer, &understood, scope, start));
                }
            };
            let mended = mended::warnings(&reading.mentions, &plan, &understood.knowledge.ontology);
            let own = vocabulary::said(&reading.mentions, &plan, &understood.knowledge);
            let prepared = self.prepare(&understood.knowledge, plan, today, trace)?;
            let planned = start.elapsed();
            let over = Slice::over(&understood.knowledge.catalog, &prepared.statement);
            let fetched = self.database.query(scope, &prepared.statement, &over).await;
            // Rows were computed over the tables that were planned for, or there are none. Where the schema moved, both are
            // done again.
            let moved = fetched.is_err()
                && self.database.token(scope).await.is_ok_and(|token| token != understood.snapshot.token);
            if moved && attempt < ATTEMPTS {
                continue;
            }
            let fetched = fetched.map_err(|e| Box::new(e.fault()))?;
            let facts = facts_of(&prepared.plan);
            let finished = self.finished(&prepared, &fetched, today);
            let wanted = question
                .drill
                .as_ref()
                .map(|drill| drill::wanted(&understood.knowledge, &prepared.plan, &finished, drill));
            let using = used::used(&understood.knowledge, &prepared.plan, question);
            let query = &prepared.plan.query;
            let (ratings, bounds) = vocabulary::rated(&understood.knowledge, query, &finished, self.facts(today));
            let mut answer = finish(&understood, question, prepared, fetched, finished);
            if answer.status == Status::Answered {
                answer.ratings = ratings;
                answer.words.extend(own.into_iter().chain(bounds));
            }
            if let (Some(wanted), Status::Answered) = (wanted, answer.status) {
                let (knowledge, database) = (&understood.knowledge, self.database.as_ref());
                let facts = self.facts(today);
                answer = drill::answered(drill::Place { database, scope, knowledge, facts }, wanted?, answer).await?;
            }
            answer.follows = follows;
            answer.warnings.splice(0..0, mended);
            if answer.status == Status::Refused && attempt < ATTEMPTS {
                // These rows never name what they should be seen by; others may.
                barren = Some((facts, label(answer, &understood, scope, start)));
                continue;
            }
            if answer.status == Status::Answered {
                self.schemas.note_use(scope, using).await;
            }
            let ms = Millis { plan: planned.as_secs_f64() * 1e3, run: (start.elapsed() - planned).as_secs_f64() * 1e3 };
            return Ok(Answer { ms, ..label(answer, &understood, scope, start) });
        }
        Err(Box::new(Fault::new(Kind::Internal, "agent.attempts", "no attempt was made")))
    }

    /// The clock's day in the configured zone.
    pub fn today(&self, scope: &Scope) -> Date {
        let zone = self.settings.zone.clone().unwrap_or(TimeZone::UTC);
        scope.now.to_zoned(zone).date()
    }

    /// The current snapshot with everything derived from it, made once per snapshot and vocabulary.
    pub(crate) async fn understand(&self, scope: &Scope) -> Result<Arc<Understood>, Box<Fault>> {
        let snapshot = self.schemas.current(scope).await.map_err(|e| Box::new(e.fault()))?;
        let known = self.understood.lock().ok().and_then(|guard| guard.clone());
        let ontology = self.ontology.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_present =
            |u: &Arc<Understood>| Arc::ptr_eq(&u.snapshot, &snapshot) && Arc::ptr_eq(&u.knowledge.ontology, &ontology);
        if let Some(known) = known.filter(is_present) {
            return Ok(known);
        }
        let mut knowledge = Knowledge::new(ontology, snapshot.catalog.clone(), snapshot.statistics.clone());
        for round in [plan::lower::lessons, plan::lower::later_lessons] {
            for (lesson, select) in round(&knowledge) {
                let rows = self.read_lesson(scope, &knowledge.catalog, &select).await?;
                knowledge.learn(lesson, &rows);
            }
        }
        let configured = self.settings.fiscal_start.map(Calendar::starting);
        let calendar = configured.or(knowledge.calendar).unwrap_or_default();
        let unfounded = plan::own::unfounded(&knowledge);
        let understood = Arc::new(Understood { snapshot, knowledge, calendar, unfounded });
        if let Ok(mut guard) = self.understood.lock() {
            *guard = Some(understood.clone());
        }
        Ok(understood)
    }

    /// What is known with the values that unexplained names of a refused question turn out to be, if they are any.
    async fn looked_up(
        &self,
        scope: &Scope,
        understood: &Understood,
        question: &Question,
        (outcome, today): (&Outcome, Date),
        trace: &mut Trace,
    ) -> Option<Arc<Understood>> {
        let Outcome::Refuse(refusal) = outcome else { return None };
        let names = lookup::names(&question.text, &refusal.missing);
        if names.is_empty() {
            return None;
        }
        let k = &understood.knowledge;
        let found = lookup::look_up(&*self.database, scope, k, &names, today).await;
        for (column, value) in &found {
            trace.note("found", format!("{column} = {value}"));
        }
        let (snapshot, calendar) = (understood.snapshot.clone(), understood.calendar);
        let (knowledge, unfounded) = (k.with_values(&found), understood.unfounded.clone());
        (!found.is_empty()).then(|| Arc::new(Understood { snapshot, knowledge, calendar, unfounded }))
    }

    async fn read_lesson(&self, scope: &Scope, catalog: &Catalog, select: &sql::Select) -> Result<Rows, Box<Fault>> {
        let dialect = self.database.dialect();
        let statement = sql::guard(sql::print(select, dialect), dialect).map_err(|e| Box::new(e.fault()))?;
        let over = Slice::over(catalog, &statement);
        let fetched = self.database.query(scope, &statement, &over).await.map_err(|e| Box::new(e.fault()))?;
        Ok(fetched.rows)
    }

    /// From the plan to a guarded statement.
    fn prepare(
        &self,
        k: &Knowledge,
        plan: SemanticPlan,
        today: Date,
        trace: &mut Trace,
    ) -> Result<Prepared, Box<Fault>> {
        let lowered = plan::lower(k, &plan.query, today);
        let dialect = self.database.dialect();
        let printed = sql::print(&lowered.select, dialect);
        trace.note("sql", printed.text.clone());
        let statement = sql::guard(printed, dialect).map_err(|e| Box::new(e.fault()))?;
        Ok(Prepared { plan, lowered, statement })
    }

    fn facts(&self, today: Date) -> Facts {
        Facts { today, scaled: self.database.dialect().sums_are_scaled() }
    }

    /// The rows with the arithmetic that SQL should not do.
    fn finished(&self, prepared: &Prepared, fetched: &Fetched, today: Date) -> Finished {
        let facts = self.facts(today);
        match (&prepared.plan.query, &prepared.lowered.layout) {
            (Query::Aggregate(aggregation), Some(layout)) => {
                plan::finish::finish(aggregation, layout, &fetched.rows, facts)
            }
            (Query::Statement(statement), Some(layout)) => draw(statement, layout, &fetched.rows, facts),
            _ => plain(fetched.rows.clone()),
        }
    }

    /// The entries of the user's vocabulary that name what this database does not have, for fronts that say so.
    pub async fn unfounded(&self, scope: &Scope) -> Result<Vec<Unfounded>, Box<Fault>> {
        Ok(self.understand(scope).await?.unfounded.clone())
    }

    /// What is known of the schema now, for fronts that show it.
    pub async fn snapshot(&self, scope: &Scope) -> Result<Arc<Snapshot>, Box<Fault>> {
        Ok(self.understand(scope).await?.snapshot.clone())
    }
}

/// From the finished rows to the answer.
fn finish(
    understood: &Understood,
    question: &Question,
    prepared: Prepared,
    fetched: Fetched,
    finished: Finished,
) -> Answer {
    let Prepared { plan, statement, .. } = prepared;
    if let Some(name) = never_named(&finished) {
        let mut refused = Answer::empty(question.id.clone(), Status::Refused);
        refused.words =
            vec![format!("none of the rows behind this names a {name}, so it cannot be broken down that way")];
        refused.missing = vec![name];
        return refused;
    }
    if let Some(refused) = cut_off(&plan.query, fetched.truncated, question) {
        return refused;
    }
    let columns = lineage::columns(&plan.query);
    let mut answer = Answer::empty(question.id.clone(), Status::Answered);
    answer.tables = lineage::tables(&understood.knowledge, &plan.query, &columns);
    answer.columns_used = columns.iter().map(ToString::to_string).collect();
    answer.period = period(&plan.query);
    answer.confidence = (plan.confidence.clamp(0.0, 1.0) * 1000.0).round() / 1000.0;
    answer.words = words::reading(&plan);
    answer.understood = Some(words::question(&plan));
    answer.warnings = [plan.warnings, finished.warnings].concat();
    answer.completeness = completeness(finished.rows.rows.len(), fetched.truncated);
    if fetched.truncated {
        answer.warnings.push("a limit cut rows off: totals and ranks over all groups are not shown".to_owned());
    }
    if finished.rows.rows.iter().flatten().all(catalog::Value::is_null) {
        let none = match &plan.query {
            _ if finished.rows.rows.is_empty() => "nothing in the data meets this",
            Query::Aggregate(numbers) if numbers.measures.iter().any(|m| matches!(m.calc, Calc::Positive(_))) => {
                "not meaningful here: it would be below zero"
            }
            _ => "there is no data for this",
        };
        answer.warnings.push(none.to_owned());
    }
    // The lines of a statement are no groups of one sort.
    let drawn = finished.lines.is_empty();
    answer.chart = chart::choose(&finished.kinds, finished.rows.rows.len()).filter(|_| drawn);
    answer.lines = finished.lines;
    answer.kinds = finished.kinds;
    answer.incomplete = finished.incomplete;
    answer.rows_used = finished.rows_used;
    answer.columns = finished.rows.columns;
    answer.rows = finished.rows.rows;
    answer.sql = Some(statement.text().to_owned());
    answer.parameters = statement.parameters().to_vec();
    answer
}

/// Lines that are put together to one number must all be there.
fn cut_off(query: &Query, truncated: bool, question: &Question) -> Option<Answer> {
    let together = matches!(query, Query::Aggregate(numbers) if numbers.outer.is_some());
    let mut refused = Answer::empty(question.id.clone(), Status::Refused);
    refused.words = vec!["there are more lines than are fetched, and a number over some of them is none".to_owned()];
    (together && truncated).then_some(refused)
}

/// A dimension without a single value: the breakdown would be one nameless line.
fn never_named(finished: &Finished) -> Option<String> {
    let dimensions = (0..finished.kinds.len()).filter(|i| finished.kinds[*i] == ColumnKind::Dimension);
    let rows = &finished.rows.rows;
    let numbers = finished.kinds.contains(&ColumnKind::Measure);
    let mut empty = dimensions.filter(|i| numbers && !rows.is_empty() && rows.iter().all(|r| r[*i].is_null()));
    empty.next().map(|i| finished.rows.columns[i].name.clone())
}

fn check_length(question: &Question) -> Result<(), Box<Fault>> {
    let longest = question.context.iter().chain([&question.text]).map(|text| text.chars().count()).max().unwrap_or(0);
    if longest > LONGEST_QUESTION {
        let text = format!("the question has {longest} characters, more than the {LONGEST_QUESTION} that are read");
        return Err(Box::new(
            Fault::new(Kind::Limit, "agent.question_too_long", text)
                .hint("ask for one number, list or series at a time"),
        ));
    }
    let before = question.context.len();
    if before > LONGEST_CONTEXT {
        let text = format!("the question goes on from {before} others, more than the {LONGEST_CONTEXT} that are read");
        return Err(Box::new(
            Fault::new(Kind::Limit, "agent.context_too_long", text).hint("ask it in full: a full question begins anew"),
        ));
    }
    Ok(())
}

/// The tables that a plan adds up.
fn facts_of(plan: &SemanticPlan) -> Vec<TableName> {
    match &plan.query {
        Query::Aggregate(aggregation) => aggregation.bases.iter().map(|b| b.fact.clone()).collect(),
        Query::Statement(_) | Query::List(_) => Vec::new(),
    }
}

/// What came of reading and resolving.
pub(crate) struct Planned {
    /// A plan, a question back or a refusal.
    pub outcome: Outcome,
    /// The full question as read.
    reading: Reading,
    /// Whether it goes on from the questions before it.
    follows: bool,
}

/// Reads and resolves a question; tables to `avoid` turned out to be no use for it.
pub(crate) fn planned(understood: &Understood, question: &Question, today: Date, avoid: &[TableName]) -> Planned {
    let k = &understood.knowledge;
    let ground = Ground {
        knowledge: k,
        calendar: &understood.calendar,
        today,
        words: &[],
        avoid,
        owners: &[],
        pins: &question.pins,
        strangers: &[],
    };
    let mut texts = question.context.iter().chain([&question.text]);
    let absent = texts.clone().find_map(|text| vocabulary::refusal(&understood.unfounded, &tokenize(text)));
    let first = texts.next().map_or_else(Vec::new, |text| tokenize(text));
    let mut planned = Planned {
        outcome: Outcome::Refuse(Refusal { why: String::new(), missing: Vec::new(), nearest: Vec::new() }),
        reading: plan::read(&first, &k.lexicon, &understood.calendar, today),
        follows: false,
    };
    if let Some(refusal) = absent {
        return Planned { outcome: Outcome::Refuse(refusal), ..planned };
    }
    for text in texts {
        match plan::follow(ground, &planned.reading, text) {
            Followed::Alone(reading) => planned = Planned { reading, follows: false, ..planned },
            Followed::On(reading) => planned = Planned { reading, follows: true, ..planned },
            Followed::Clarify(clarify) => {
                return Planned { outcome: Outcome::Clarify(clarify), follows: true, ..planned };
            }
            Followed::Refuse(refusal) => {
                return Planned { outcome: Outcome::Refuse(refusal), follows: true, ..planned };
            }
        }
    }
    let alone = !planned.follows && !question.context.is_empty();
    let pins = if alone { &[] } else { question.pins.as_slice() };
    let ground = Ground { words: &planned.reading.words, pins, ..ground };
    let outcome = match plan::resolve(ground, &planned.reading.intent) {
        // What goes on from a question puts some of its phrases aside on purpose.
        Outcome::Plan(plan) if !planned.follows => {
            plan::unheard(k, &planned.reading, &plan).map_or(Outcome::Plan(plan), ignored)
        }
        other => other,
    };
    Planned { outcome, ..planned }
}

/// A phrase that was understood and would have been left out of the answer.
fn ignored(phrase: String) -> Outcome {
    let why = format!("every reading of the question that was found leaves {phrase:?} out");
    Outcome::Refuse(Refusal { why, missing: vec![phrase], nearest: Vec::new() })
}

/// Notes what was read and planned.
fn note(trace: &mut Trace, reading: &Reading, outcome: &Outcome) {
    for mention in &reading.mentions {
        let phrase = &mention.text;
        let shown: Vec<String> =
            mention.links.iter().take(4).map(|l| format!("{} {:.2} ({:?})", l.meaning, l.score, l.evidence)).collect();
        trace.note("link", format!("{phrase} -> {}", shown.join("; ")));
    }
    for time in &reading.times {
        trace.note("time", format!("{:?}", time.form));
    }
    if let Outcome::Plan(plan) = outcome {
        trace.note("plan", words::reading(plan).join("\n"));
    }
}

/// An answer that is a question back or a refusal.
fn unanswered(question: &Question, outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Clarify(clarify) => {
            let mut answer = Answer::empty(question.id.clone(), Status::Clarify);
            answer.words = vec![clarify.question];
            answer.interpretations = clarify.choices;
            answer
        }
        Outcome::Refuse(refusal) => {
            let mut answer = Answer::empty(question.id.clone(), Status::Refused);
            answer.words = vec![refusal.why];
            if !refusal.nearest.is_empty() {
                answer.words.push(format!("nearest known words: {}", refusal.nearest.join(", ")));
            }
            answer.missing = refusal.missing;
            answer
        }
        Outcome::Plan(_) => Answer::empty(question.id.clone(), Status::Failed),
    }
}

/// Notes which schema was answered from, how old it is, and how long planning took.
fn label(mut answer: Answer, understood: &Understood, scope: &Scope, start: Instant) -> Answer {
    answer.epoch = understood.snapshot.epoch.clone();
    let age = scope.now.duration_since(understood.snapshot.taken_at);
    answer.age_s = age.as_secs_f64().max(0.0);
    answer.ms.plan = start.elapsed().as_secs_f64() * 1e3;
    answer
}

fn plain(rows: Rows) -> Finished {
    let kinds = vec![ColumnKind::Dimension; rows.columns.len()];
    Finished { rows, kinds, ..Finished::default() }
}

fn period(query: &Query) -> Option<String> {
    match query {
        Query::Aggregate(plan) => words::days(plan),
        Query::Statement(statement) => Some(statement.days.clone()),
        Query::List(_) => None,
    }
}

fn completeness(rows: usize, truncated: bool) -> String {
    match (rows, truncated) {
        (_, true) => format!("the first {rows} rows; there are more"),
        (1, false) => "1 row, complete".to_owned(),
        (_, false) => format!("{rows} rows, complete"),
    }
}
