//! How long a question takes: to its SQL (planning only, over the demo books and over 10,000 tables), and
//! from nothing to the first answer. Every run checks what it measured. Medians and the slowest sample are
//! divan's; percentiles of planning are printed before them.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program for developers: it stops where something is wrong, and prints

use std::sync::Arc;
use std::time::{Duration, Instant};

use agent::{Agent, Answer, Question, Settings, Status};
use books::{Book, DEMO_CLOCK, DEMO_FISCAL_START, demo, odd};
use catalog::Statistics;
use connect::{Database, Scope, Scratch};
use divan::Bencher;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use meaning::{Ontology, tokenize};
use plan::calendar::Calendar;
use plan::{Ground, Knowledge, Outcome};
use schema::{Options, Sampling, Schemas};
use tokio::runtime::Runtime;

const DEMO_QUESTION: &str = "revenue by region last quarter";
/// A part of the statement that answers it.
const DEMO_SQL: &str = "\"region\"";
const TABLES: usize = 10_000;
const WIDE_SQL: &str = "\"net_guarantee_amount\"";

fn main() {
    for (name, planner, samples) in [("demo", Planner::demo(), 200), ("10,000 tables", Planner::wide(), 40)] {
        let (half, most) = percentiles(samples, || planner.plan());
        println!("question to SQL, {name}: p50 {half:?}, p95 {most:?} of {samples}");
    }
    divan::main();
}

/// Median and 95th percentile of some runs after a first one.
fn percentiles(samples: usize, run: impl Fn()) -> (Duration, Duration) {
    run();
    let mut times: Vec<Duration> = (0..samples)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[samples / 2], times[samples * 95 / 100])
}

/// All that planning needs, learned before.
struct Planner {
    knowledge: Knowledge,
    calendar: Calendar,
    question: String,
    expected: &'static str,
}

impl Planner {
    /// Over the demo books, with everything that their rows tell.
    fn demo() -> Planner {
        let (book, _) = demo(0.1, 7);
        let scratch = Scratch::in_memory(&book).unwrap();
        let (runtime, scope) = (Runtime::new().unwrap(), scope());
        let database = scratch.database();
        let snapshot = runtime.block_on(schemas(&database).current(&scope)).unwrap();
        let mut knowledge = Knowledge::new(ontology(), snapshot.catalog.clone(), snapshot.statistics.clone());
        for (lesson, select) in knowledge.lessons() {
            let dialect = database.dialect();
            let statement = sql::guard(sql::print(&select, dialect), dialect).unwrap();
            knowledge.learn(lesson, &runtime.block_on(database.query(&scope, &statement)).unwrap().rows);
        }
        let calendar = Calendar::starting(DEMO_FISCAL_START);
        Planner { knowledge, calendar, question: DEMO_QUESTION.to_owned(), expected: DEMO_SQL }
    }

    /// Over a wide schema of which only names are known.
    fn wide() -> Planner {
        let catalog = Arc::new(odd::wide_schema(TABLES).catalog());
        let knowledge = Knowledge::new(ontology(), catalog, Arc::new(Statistics::default()));
        let question = "total net guarantee amount of treasury guarantee summary in 2025".to_owned();
        Planner { knowledge, calendar: Calendar::default(), question, expected: WIDE_SQL }
    }

    /// From the question to a guarded statement, and a look at it.
    fn plan(&self) {
        let tokens = tokenize(&self.question);
        let reading = plan::read(&tokens, &self.knowledge.lexicon, &self.calendar, DEMO_CLOCK);
        let ground = Ground {
            knowledge: &self.knowledge,
            calendar: &self.calendar,
            today: DEMO_CLOCK,
            words: &reading.words,
            avoid: &[],
            party: &[],
        };
        let outcome = plan::resolve(ground, &reading.intent);
        let Outcome::Plan(planned) = outcome else { panic!("{}: {outcome:?}", self.question) };
        let lowered = plan::lower(&self.knowledge, &planned.query, DEMO_CLOCK);
        let statement = sql::guard(sql::print(&lowered.select, &sql::Sqlite), &sql::Sqlite).unwrap();
        assert!(statement.text().contains(self.expected), "{}", statement.text());
    }
}

fn ontology() -> Arc<Ontology> {
    Arc::new(Ontology::english().unwrap())
}

/// Samples everything, however slow the machine.
fn schemas(database: &Arc<dyn Database>) -> Schemas {
    let sampling = Sampling { time: Duration::from_secs(3600), ..Sampling::default() };
    Schemas::with_options(database.clone(), None, Options { sampling, ..Options::default() })
}

fn scope() -> Scope {
    let clock: Date = DEMO_CLOCK;
    Scope::new(clock.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp())
}

#[divan::bench(sample_count = 100)]
fn question_to_sql_over_the_demo_books(bencher: Bencher) {
    let planner = Planner::demo();
    bencher.bench_local(|| planner.plan());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn question_to_sql_over_10_000_tables(bencher: Bencher) {
    let planner = Planner::wide();
    bencher.bench_local(|| planner.plan());
}

/// Reading the names of 10,000 tables: once per snapshot.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn knowledge_of_10_000_tables(bencher: Bencher) {
    let catalog = Arc::new(odd::wide_schema(TABLES).catalog());
    bencher.bench_local(|| {
        let knowledge = Knowledge::new(ontology(), catalog.clone(), Arc::new(Statistics::default()));
        assert_eq!(knowledge.graph.nodes().len(), TABLES);
        knowledge
    });
}

fn ask(agent: &Agent, runtime: &Runtime) -> Answer {
    let answer = runtime.block_on(agent.ask(&scope(), &Question::new(DEMO_QUESTION)));
    assert_eq!((answer.status, answer.rows.len()), (Status::Answered, 5), "{:?}", answer.words);
    answer
}

fn agent_over(book: &Book) -> (Agent, Scratch) {
    let scratch = Scratch::in_memory(book).unwrap();
    let database = scratch.database();
    let schemas = Arc::new(schemas(&database));
    (Agent::new(database, schemas, ontology(), Settings::default()), scratch)
}

/// The second and every later question of a process: schema check, plan, statement, rows.
#[divan::bench(sample_count = 100)]
fn answer_over_the_demo_books(bencher: Bencher) {
    let runtime = Runtime::new().unwrap();
    let (agent, _scratch) = agent_over(&demo(0.1, 7).0);
    let first = ask(&agent, &runtime);
    bencher.bench_local(|| assert_eq!(ask(&agent, &runtime).rows, first.rows));
}

/// Making the books, loading them, discovery, sampling, and the first answer.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn cold_start(bencher: Bencher) {
    bencher.bench_local(|| {
        let runtime = Runtime::new().unwrap();
        let (agent, _scratch) = agent_over(&demo(0.1, 7).0);
        ask(&agent, &runtime)
    });
}
