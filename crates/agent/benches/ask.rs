//! How long a question takes: planned, answered, and from nothing to the first answer; over the demo books and
//! over 10,000 tables. Every run checks what it measured. Percentiles of planning (from the question to the
//! guarded statement) are printed first; the table is divan's.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program for developers: it stops where something is wrong, and prints

#[path = "../tests/common/mod.rs"]
mod common;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use agent::{Agent, Answer, Question, Settings, Status};
use async_trait::async_trait;
use books::{DEMO_CLOCK, demo, odd};
use catalog::{Rows, Table, TableName, TableStatistics};
use connect::{Database, Error, Fetched, Inspected, Listed, SampleRequest, Scope, Scratch, Slice, Token};
use divan::Bencher;
use jiff::tz::TimeZone;
use meaning::Ontology;
use schema::{Options, Sampling, Schemas};
use sql::{Dialect, ReadOnly};
use tokio::runtime::Runtime;

const TABLES: usize = 10_000;

fn main() {
    for (name, case, samples) in [("the demo books", Case::demo(), 200), ("10,000 tables", Case::wide(), 40)] {
        report(name, samples, &case);
    }
    report_mutated(10_000);
    divan::main();
}

/// Prints how long whole answers to mutated questions over the demo books take, the slowest with its words.
fn report_mutated(cases: u32) {
    let desk = common::Desk::demo();
    let times: RefCell<Vec<(f64, String)>> = RefCell::default();
    let asked = |question: String| {
        let start = Instant::now();
        let answer = desk.ask(&question);
        times.borrow_mut().push((start.elapsed().as_secs_f64() * 1e3, question));
        assert!(answer.status != Status::Failed || answer.fault.is_some());
        Ok(())
    };
    common::mutate::runner(cases, 0).run(&common::mutate::question(), asked).unwrap();
    let mut times = times.into_inner();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)].0;
    let (most, slowest) = &times[times.len() - 1];
    println!(
        "{cases} mutated questions: p50 {:.1} ms, p99 {:.1} ms, slowest {most:.1} ms ({slowest:?})",
        at(500),
        at(990)
    );
}

/// Prints median and 95th percentile of planning, the first question left out.
fn report(name: &str, samples: usize, case: &Case) {
    case.ask();
    let mut times: Vec<f64> = (0..samples).map(|_| case.ask().ms.plan).collect();
    times.sort_by(f64::total_cmp);
    let (half, most) = (times[samples / 2], times[samples * 95 / 100]);
    println!("question to SQL over {name}: p50 {half:.2} ms, p95 {most:.2} ms of {samples}");
}

/// A question over a database, and how its answer is known.
struct Case {
    runtime: Runtime,
    agent: Agent,
    _scratch: Option<Scratch>,
    question: &'static str,
    /// A part of the statement.
    sql: &'static str,
    rows: usize,
}

impl Case {
    fn demo() -> Case {
        let scratch = Scratch::in_memory(&demo(0.1, 7).0).unwrap();
        let case = Case::over(scratch.database(), "revenue by region last quarter", "\"region\"", 5);
        Case { _scratch: Some(scratch), ..case }
    }

    /// Over a schema of which only names are known.
    fn wide() -> Case {
        let question = "total net guarantee amount of treasury guarantee summary in 2025";
        let tables = odd::wide_schema(TABLES).tables.into_iter().map(|t| t.table).collect();
        Case::over(Arc::new(Names(tables)), question, "\"net_guarantee_amount\"", 0)
    }

    fn over(database: Arc<dyn Database>, question: &'static str, sql: &'static str, rows: usize) -> Case {
        // However slow the machine: everything is sampled.
        let sampling = Sampling { time: Duration::from_secs(3600), ..Sampling::default() };
        let schemas = Schemas::with_options(database.clone(), None, Options { sampling, ..Options::default() });
        let ontology = Arc::new(Ontology::english().unwrap());
        let agent = Agent::new(database, Arc::new(schemas), ontology, Settings::default());
        Case { runtime: Runtime::new().unwrap(), agent, _scratch: None, question, sql, rows }
    }

    /// Asks, and looks at what came.
    fn ask(&self) -> Answer {
        let now = DEMO_CLOCK.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let answer = self.runtime.block_on(self.agent.ask(&Scope::new(now), &Question::new(self.question)));
        assert_eq!((answer.status, answer.rows.len()), (Status::Answered, self.rows), "{:?}", answer.words);
        assert!(answer.sql.iter().any(|sql| sql.contains(self.sql)), "{:?}", answer.sql);
        answer
    }
}

/// A database of tables without a row: making so many in an engine takes longer than all that is measured.
struct Names(Vec<Table>);

#[async_trait]
impl Database for Names {
    fn dialect(&self) -> &'static dyn Dialect {
        &sql::Sqlite
    }

    fn address(&self) -> String {
        "names".to_owned()
    }

    async fn version(&self, _: &Scope) -> Result<String, Error> {
        Ok("1".to_owned())
    }

    async fn token(&self, _: &Scope) -> Result<Token, Error> {
        Ok(Token("1".to_owned()))
    }

    async fn list(&self, _: &Scope) -> Result<Vec<Listed>, Error> {
        Ok(self.0.iter().map(|t| Listed { name: t.name.clone(), kind: t.kind }).collect())
    }

    async fn inspect(&self, _: &Scope, _: &[TableName]) -> Result<Inspected, Error> {
        Ok(Inspected { tables: self.0.clone(), problems: Vec::new() })
    }

    async fn sample(&self, _: &Scope, _: &SampleRequest) -> Result<TableStatistics, Error> {
        Ok(TableStatistics::default())
    }

    async fn query(&self, _: &Scope, _: &ReadOnly, _: &Slice) -> Result<Fetched, Error> {
        Ok(Fetched { rows: Rows::default(), truncated: false, token: Token("1".to_owned()) })
    }
}

/// The second and every later question of a process: token of the schema, plan, statement, rows.
#[divan::bench(sample_count = 100)]
fn answer_over_the_demo_books(bencher: Bencher) {
    let case = Case::demo();
    let first = case.ask();
    bencher.bench_local(|| assert_eq!(case.ask().rows, first.rows));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn answer_over_10_000_tables(bencher: Bencher) {
    let case = Case::wide();
    case.ask();
    bencher.bench_local(|| case.ask());
}

/// Making the books, loading them, discovery, sampling, and the first answer.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn cold_start_over_the_demo_books(bencher: Bencher) {
    bencher.bench_local(|| Case::demo().ask());
}

/// All that is derived from the names of 10,000 tables, and the first answer.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn first_answer_over_10_000_tables(bencher: Bencher) {
    bencher.with_inputs(Case::wide).bench_local_values(|case| case.ask());
}
