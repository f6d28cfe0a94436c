//! The questions of `fixtures/ask` over the same books on the engines of servers: the same answers, the same numbers.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeMap;

use agent::{Answer, Status};
use books::{Book, DEMO_CLOCK, Flavour};
use common::corpus::{self, Question};
use common::{DEMO, Desk, story};
use connect::{Address, Scope};
use jiff::Timestamp;
use testkit::Server;
use testkit::server::Engine;
use tokio::runtime::Runtime;

/// Loads a book into a database of its own.
fn loaded(server: &Server, engine: Engine, book: &Book) -> Address {
    let name = server.database();
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let (flavour, address) = match engine {
        Engine::Postgres => (Flavour::Postgres, format!("postgres://owner@{socket}:{}/{name}", server.port)),
        Engine::Mariadb => (Flavour::Mysql, format!("mysql://root@{socket}/{name}")),
    };
    server.execute(&name, &books::script(book, flavour));
    Address::parse(&address).unwrap()
}

/// An agent over a book on a server.
fn desk(server: &Server, engine: Engine, book: &Book, clock: jiff::civil::Date) -> Desk {
    let address = loaded(server, engine, book);
    let runtime = Runtime::new().unwrap();
    let opened = runtime.block_on(connect::open(&address, &Scope::new(Timestamp::UNIX_EPOCH)));
    Desk::beside(runtime, opened.unwrap(), clock)
}

/// What of an answer has to be the same on every engine: what became of it, and its rows. Texts may sort otherwise.
fn gist(answer: &Answer) -> (Status, Vec<String>) {
    let row = |row: &Vec<catalog::Value>| row.iter().map(plain).collect::<Vec<_>>().join(" | ");
    let mut rows: Vec<String> = answer.rows.iter().map(row).collect();
    rows.sort();
    (answer.status, rows)
}

/// A number by its value, a day as it is written: engines type them differently.
fn plain(value: &catalog::Value) -> String {
    match value {
        catalog::Value::Text(_) => value.to_string(),
        _ => match value.to_decimal() {
            Some(number) => number.normalized().to_plain_string(),
            None => value.to_string(),
        },
    }
}

/// Asks every question of the corpus on an engine: each answer is checked against the tally where there is one, and
/// compared with the answer of SQLite where there is none.
fn ask_all(server: &Server, engine: Engine) {
    let mut others: BTreeMap<String, (Desk, Desk)> = BTreeMap::new();
    let traps = books::traps::all().into_iter().map(|t| (t.book, t.clock));
    let odd = books::odd::all().into_iter().map(|b| (b, DEMO_CLOCK));
    for (book, clock) in traps.chain(odd) {
        others.insert(book.name.clone(), (desk(server, engine, &book, clock), Desk::new(&book, clock)));
    }
    let demo = desk(server, engine, &DEMO.0, DEMO_CLOCK);
    let mut failures = Vec::new();
    let questions: Vec<Question> = corpus::cases().iter().map(Question::read).collect();
    for question in &questions {
        let (here, there) = match question.is_demo() {
            true => (&demo, Desk::demo()),
            false => (&others[&question.books].0, &others[&question.books].1),
        };
        let answer = question.ask_at(here);
        let (mine, theirs) = (gist(&answer), gist(&question.ask_at(there)));
        if mine != theirs && (question.checks.is_empty() || mine.0 != theirs.0) {
            failures.push(format!(
                "{} {:.120}\n  {mine:?}\n  {theirs:?}\n  {}",
                question.place,
                question.ask,
                story(&answer)
            ));
            continue;
        }
        for check in &question.checks {
            let (said, tallied) = check.texts(&answer);
            if said != tallied {
                failures.push(format!(
                    "{} {:.120}\n  said {said}\n  tallied {tallied}\n  {}",
                    question.place,
                    question.ask,
                    story(&answer)
                ));
            }
        }
    }
    let count = failures.len();
    assert!(failures.is_empty(), "{count} of {} differ:\n{}", questions.len(), failures.join("\n"));
}

#[test]
fn golden_questions_over_postgres() {
    if let Some(server) = Server::postgres() {
        ask_all(server, Engine::Postgres);
    }
}

#[test]
fn golden_questions_over_mariadb() {
    if let Some(server) = Server::mariadb() {
        ask_all(server, Engine::Mariadb);
    }
}
