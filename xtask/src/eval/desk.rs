//! One database: the agent over it, and the known SQL run beside it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use agent::{Agent, Answer, Question, Settings, Status};
use connect::{Address, Database, Scope, Slice};
use fault::Fault;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use meaning::Ontology;
use schema::{Options, Sampling, Schemas};
use tokio::runtime::{Builder, Runtime};

use super::cause::cause;
use super::compare::{Table, Verdict, compare};
use super::linking::{Linking, relation};
use super::questions::Item;
use super::record::{Outcome, Record};
use super::text::is_ordered;
use crate::error::Error;

/// Time for a question, and for a known statement.
const PATIENCE: Duration = Duration::from_secs(30);

/// One database with an agent over it.
pub struct Desk {
    runtime: Runtime,
    database: Arc<dyn Database>,
    agent: Arc<Agent>,
    scope: Scope,
    has_rows: bool,
}

/// Asks all questions over one database. Where it cannot be opened, all of them fail.
///
/// # Errors
/// Fails where no runtime can be made.
pub fn score(path: &Path, set: &str, items: &[&Item], as_of: Date) -> Result<Vec<Record>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
    match Desk::open(runtime, path, as_of) {
        Ok(desk) => Ok(items.iter().map(|item| desk.score(set, item)).collect()),
        Err(fault) => Ok(items.iter().map(|item| failure(set, item, &fault)).collect()),
    }
}

/// Asks all questions over one database without judging the answers; records name this database.
///
/// # Errors
/// Fails where no runtime can be made.
pub fn ask(path: &Path, set: &str, items: &[&Item], as_of: Date) -> Result<Vec<Record>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let db = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = |record: Record| Record { db: db.clone(), ..record };
    match Desk::open(runtime, path, as_of) {
        Ok(desk) => Ok(items.iter().map(|item| named(desk.record(set, item).0)).collect()),
        Err(fault) => Ok(items.iter().map(|item| named(failure(set, item, &fault))).collect()),
    }
}

impl Desk {
    /// Opens a file read-only and reads its schema. All tables are sampled, however slow the machine is.
    pub fn open(runtime: Runtime, path: &Path, as_of: Date) -> Result<Desk, Box<Fault>> {
        let noon = as_of.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).map(|z| z.timestamp()).unwrap_or_default();
        let scope = Scope::new(noon);
        let fault = |e: connect::Error| Box::new(e.fault());
        let database = runtime.block_on(connect::open(&Address::Sqlite(path.to_owned()), &scope)).map_err(fault)?;
        let sampling = Sampling { time: Duration::from_secs(3600), ..Sampling::default() };
        let schemas = Schemas::with_options(database.clone(), None, Options { sampling, ..Options::default() });
        let ontology = Ontology::english()
            .map_err(|e| Box::new(Fault::new(fault::Kind::Config, "eval.ontology", e.to_string())))?;
        let agent = Agent::new(database.clone(), Arc::new(schemas), Arc::new(ontology), Settings::default());
        let mut desk = Desk { runtime, database, agent: Arc::new(agent), scope, has_rows: false };
        desk.has_rows = desk.look_for_rows()?;
        Ok(desk)
    }

    /// Whether any table has a row.
    fn look_for_rows(&self) -> Result<bool, Box<Fault>> {
        let snapshot = self.runtime.block_on(self.agent.snapshot(&self.scope))?;
        let dialect = self.database.dialect();
        let one = |name: &str| self.query(&format!("SELECT 1 FROM {} LIMIT 1", dialect.quote(name)));
        Ok(snapshot.catalog.tables().any(|table| one(&table.name.name).is_ok_and(|rows| !rows.rows.is_empty())))
    }

    /// Runs a text of SQL. It goes the way of all statements, guard included: the file stays as it is.
    fn query(&self, text: &str) -> Result<Table, Box<Fault>> {
        let printed = sql::Printed { text: text.to_owned(), parameters: Vec::new() };
        let statement = sql::guard(printed, self.database.dialect()).map_err(|e| Box::new(e.fault()))?;
        let scope = self.scope.until(Instant::now() + PATIENCE);
        let fetched = self.runtime.block_on(self.database.query(&scope, &statement, &Slice::unseen()));
        Ok(Table::from(&fetched.map_err(|e| Box::new(e.fault()))?.rows))
    }

    /// Asks one question and says what came of it.
    pub fn score(&self, set: &str, item: &Item) -> Record {
        let (mut record, answer) = self.record(set, item);
        if answer.status == Status::Answered {
            self.judge(item, &answer, &mut record);
        }
        record
    }

    /// Asks one question and writes down what was said.
    fn record(&self, set: &str, item: &Item) -> (Record, Answer) {
        let start = Instant::now();
        let answer = self.ask(&item.question);
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let mut record = Record::new(set, item, outcome(&answer));
        record.ms = (ms * 1e3).round() / 1e3;
        record.confidence = answer.confidence;
        record.sql.clone_from(&answer.sql);
        record.parameters = answer.parameters.iter().map(ToString::to_string).collect();
        record.words.clone_from(&answer.words);
        record.missing.clone_from(&answer.missing);
        if let Some(fault) = &answer.fault {
            record.cause = Some(fault.code.clone());
            record.words = [vec![fault.message.clone()], fault.causes.clone()].concat();
        }
        (record, answer)
    }

    /// In a task of its own, so that a panic costs one question.
    fn ask(&self, question: &str) -> Answer {
        let (agent, question) = (self.agent.clone(), Question::new(question));
        let scope = self.scope.until(Instant::now() + PATIENCE);
        let asked =
            self.runtime.block_on(async { tokio::spawn(async move { agent.ask(&scope, &question).await }).await });
        asked.unwrap_or_else(|e| Answer::failed(None, Fault::new(fault::Kind::Internal, "eval.panic", e.to_string())))
    }

    /// Compares an answer with what is known.
    fn judge(&self, item: &Item, answer: &Answer, record: &mut Record) {
        let tables = self.tables_of(answer);
        record.linking = Some(Linking::of((&item.gold_tables, &item.gold_columns), (&tables, &answer.columns_used)));
        if !self.has_rows {
            return;
        }
        record.tables = Some(relation(&item.gold_tables, &tables));
        let ours = Table::new(answer.columns.len(), &answer.rows);
        let known = std::iter::once(&item.gold_sql).chain(&item.gold_alternatives);
        let results: Vec<(&String, Result<Table, Box<Fault>>)> = known.map(|sql| (sql, self.query(sql))).collect();
        record.outcome = Outcome::Unknown;
        record.cause = results.iter().find_map(|(_, result)| Some(result.as_ref().err()?.to_string()));
        let run = results.iter().filter_map(|(sql, result)| Some((*sql, result.as_ref().ok()?)));
        let judged: Vec<_> = run.map(|(sql, gold)| (compare(gold, &ours, is_ordered(sql)), sql, gold)).collect();
        if let Some((verdict, sql, gold)) = judged.iter().find(|j| j.0 == Verdict::Equal).or(judged.first()) {
            let text = answer.sql.as_deref().unwrap_or_default();
            record.right = *verdict == Verdict::Equal;
            record.outcome = if record.right { Outcome::Right } else { Outcome::Wrong };
            record.cause = (!record.right).then(|| cause(*verdict, (sql, gold), (text, &ours)));
            record.rows = [Some(gold.rows.len()), Some(ours.rows.len())];
        }
    }

    /// The tables that the statement names, those passed through on the way included.
    fn tables_of(&self, answer: &Answer) -> Vec<String> {
        let printed = answer.sql.clone().map(|text| sql::Printed { text, parameters: answer.parameters.clone() });
        let guarded = printed.and_then(|printed| sql::guard(printed, self.database.dialect()).ok());
        let named = guarded.map(|g| g.tables().iter().map(|table| table.name.clone()).collect::<Vec<_>>());
        named.unwrap_or_else(|| answer.tables.clone())
    }
}

fn outcome(answer: &Answer) -> Outcome {
    match answer.status {
        Status::Answered => Outcome::Answered,
        Status::Clarify => Outcome::Clarify,
        Status::Refused => Outcome::Refused,
        Status::Failed => Outcome::Failed,
    }
}

fn failure(set: &str, item: &Item, fault: &Fault) -> Record {
    let words = vec![fault.message.clone()];
    Record { cause: Some(fault.code.clone()), words, ..Record::new(set, item, Outcome::Failed) }
}
