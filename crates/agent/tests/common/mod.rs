//! What the tests of this folder share: a book in a database, an agent over it, answers in the tally's form.
#![allow(dead_code, clippy::unwrap_used)] // each test file uses its own part; helpers of tests panic as tests do

pub mod corpus;
pub mod form;
pub mod mutate;
pub mod random;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use agent::{Agent, Answer, Conversation, Question, Reply, Settings, Status};
use books::{Book, DEMO_CLOCK, Tally};
use catalog::{Catalog, Rows};
use connect::{Database, Scope, Scratch, Slice};
use fault::Kind;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schema::{Options, Sampling, Schemas};
use tokio::runtime::Runtime;

/// A book in a database of its own, and an agent that answers questions over it.
pub struct Desk {
    runtime: Runtime,
    agent: Agent,
    scratch: Option<Scratch>,
    pub database: Arc<dyn Database>,
    clock: Date,
}

impl Desk {
    /// Loads the book into memory; questions are asked on `clock`.
    pub fn new(book: &Book, clock: Date) -> Desk {
        Desk::over(Scratch::in_memory(book).unwrap(), clock)
    }

    /// Asks over the books of a trap of this class with further tables, made by `statements`.
    pub fn with_tables(class: &str, statements: &str) -> Desk {
        let trap = books::traps::all().into_iter().find(|trap| trap.class == class).unwrap();
        let desk = Desk::new(&trap.book, trap.clock);
        desk.scratch().execute(statements).unwrap();
        desk
    }

    /// Asks over a scratch database that exists.
    pub fn over(scratch: Scratch, clock: Date) -> Desk {
        let database = scratch.database();
        Desk { scratch: Some(scratch), ..Desk::beside(Runtime::new().unwrap(), database, clock) }
    }

    /// Asks over any database, which was opened in this runtime.
    pub fn beside(runtime: Runtime, database: Arc<dyn Database>, clock: Date) -> Desk {
        // However slow and busy the machine: all tables are sampled, so that answers do not depend on it.
        let sampling = Sampling { time: std::time::Duration::from_secs(3600), ..Sampling::default() };
        let schemas = Schemas::with_options(database.clone(), None, Options { sampling, ..Options::default() });
        let ontology = Arc::new(meaning::Ontology::english().unwrap());
        let agent = Agent::new(database.clone(), Arc::new(schemas), ontology, Settings::default());
        Desk { runtime, agent, scratch: None, database, clock }
    }

    /// The demo book at a tenth of its size, loaded once for all tests of a process.
    pub fn demo() -> &'static Desk {
        static DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new(&DEMO.0, DEMO_CLOCK));
        &DESK
    }

    /// The same rows under other names.
    pub fn renamed() -> &'static Desk {
        static DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new(&books::renamed(&DEMO.0), DEMO_CLOCK));
        &DESK
    }

    /// Asks over a database that exists, with another vocabulary.
    pub fn speaking(scratch: Scratch, clock: Date, ontology: meaning::Ontology) -> Desk {
        let desk = Desk::over(scratch, clock);
        desk.take_vocabulary(ontology);
        desk
    }

    /// Takes another vocabulary from now on.
    pub fn take_vocabulary(&self, ontology: meaning::Ontology) {
        self.agent.take_vocabulary(Arc::new(ontology));
    }

    /// The scratch database behind it.
    pub fn scratch(&self) -> &Scratch {
        self.scratch.as_ref().unwrap()
    }

    fn scope(&self) -> Scope {
        Scope::new(self.clock.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp())
    }

    /// Asks on the desk's own clock.
    pub fn ask(&self, question: &str) -> Answer {
        self.ask_on(question, None)
    }

    /// Asks on another day.
    pub fn ask_on(&self, question: &str, as_of: Option<Date>) -> Answer {
        let question = Question { as_of, ..Question::new(question) };
        self.runtime.block_on(self.agent.ask(&self.scope(), &question))
    }

    /// Says the next text of a conversation.
    pub fn say(&self, conversation: &mut Conversation, text: &str) -> Reply {
        self.runtime.block_on(self.agent.reply(&self.scope(), conversation, text, None))
    }

    /// What is suggested at a point of a conversation, or at its beginning.
    pub fn suggested(&self, conversation: &Conversation) -> Vec<String> {
        let scope = self.scope();
        match conversation.turns() {
            [] => self.runtime.block_on(self.agent.first_questions(&scope, None)),
            _ => self.runtime.block_on(self.agent.follow_ups(&scope, conversation, None)),
        }
    }

    /// Asks what goes on from a question.
    pub fn after(&self, before: &str, text: &str) -> Answer {
        let question = Question { context: vec![before.to_owned()], ..Question::new(text) };
        self.runtime.block_on(self.agent.ask(&self.scope(), &question))
    }

    /// Looks behind a number of the answer.
    pub fn drill(&self, question: &str, drill: agent::Drill) -> Answer {
        let question = Question { drill: Some(drill), ..Question::new(question) };
        self.runtime.block_on(self.agent.ask(&self.scope(), &question))
    }

    /// The answer, which must be one.
    pub fn answered(&self, question: &str) -> Answer {
        let answer = self.ask(question);
        assert_eq!(answer.status, Status::Answered, "{question}: {}", story(&answer));
        answer
    }

    /// Runs a text of SQL through the guard.
    pub fn query(&self, text: &str) -> Rows {
        let printed = sql::Printed { text: text.to_owned(), parameters: Vec::new() };
        let statement = sql::guard(printed, self.database.dialect()).unwrap();
        self.runtime.block_on(self.database.query(&self.scope(), &statement, &Slice::unseen())).unwrap().rows
    }

    /// The schema as it is now.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.runtime.block_on(self.agent.snapshot(&self.scope())).unwrap().catalog.clone()
    }
}

/// The demo book and its tally.
pub static DEMO: LazyLock<(Book, Tally)> = LazyLock::new(|| books::demo(DEMO_SCALE, DEMO_SEED));

/// Size of the demo book of these tests.
pub const DEMO_SCALE: f64 = 0.1;
/// What chance starts from in it.
pub const DEMO_SEED: u64 = 7;

/// What has to hold of any answer.
pub fn check(catalog: &Catalog, question: &str, answer: &Answer) -> Result<(), String> {
    let fail = |why: &str| Err(format!("{question:?}: {why}: {}", story(answer)));
    let exists: BTreeSet<String> = catalog
        .tables()
        .flat_map(|t| t.columns.iter().map(|c| catalog::ColumnRef::new(t.name.clone(), c.name.clone()).to_string()))
        .collect();
    if let Some(column) = answer.columns_used.iter().find(|c| !exists.contains(*c)) {
        return fail(&format!("there is no column {column}"));
    }
    let kind = answer.fault.as_ref().map(|f| f.kind);
    match answer.status {
        Status::Failed if matches!(kind, Some(Kind::Limit)) => Ok(()),
        Status::Failed => fail("failed"),
        _ if kind.is_some() => fail("a fault without a failure"),
        Status::Answered if answer.sql.is_none() => fail("an answer without a statement"),
        Status::Answered if answer.columns_used.is_empty() && answer.tables.is_empty() => {
            fail("an answer from nowhere")
        }
        Status::Answered if answer.rows.iter().any(|r| r.len() != answer.columns.len()) => fail("a ragged row"),
        Status::Answered if answer.kinds.len() != answer.columns.len() => fail("a column of no kind"),
        Status::Clarify if answer.interpretations.is_empty() => fail("a question back without choices"),
        _ if answer.words.iter().all(|w| w.trim().is_empty()) => fail("nothing is said"),
        _ => Ok(()),
    }
}

/// What came of a question, for messages of failed tests.
pub fn story(answer: &Answer) -> String {
    let choices: Vec<&str> = answer.interpretations.iter().map(|c| c.words.as_str()).collect();
    format!(
        "{:?} {:?} choices {choices:?} missing {:?} fault {:?} sql {:?}",
        answer.status, answer.words, answer.missing, answer.fault, answer.sql
    )
}
