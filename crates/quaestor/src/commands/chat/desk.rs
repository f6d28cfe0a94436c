//! The conversation at its desk: what is said goes to the agent, what comes back is printed.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use agent::{Agent, Answer, Conversation, Reply, Status, Taken};
use connect::Scope;
use fault::{Fault, Kind};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::super::ask::{Format, exit};
use super::lines::is_typed;
use super::order::{HELP, Order, order};
use crate::console::{DIM, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::view::{self, Look};
use crate::vocabulary::{self, Page};
use crate::{export, trouble};

/// What came of a line.
pub enum Next {
    /// A question, and how it ended.
    Asked(Exit),
    /// Something else.
    Told,
    /// The end was asked for.
    Quit,
}

/// A conversation and how it is shown.
pub struct Desk {
    agent: Agent,
    /// The files of the user's words, as they were when they were taken in.
    pages: Vec<Page>,
    conversation: Conversation,
    look: Look,
    format: Format,
    as_of: Option<Date>,
    /// Most rows that are shown.
    pub rows: u64,
    /// Most rows that are fetched.
    pub limit_rows: Option<u64>,
    last: Option<Answer>,
    turn: u64,
}

/// One turn as JSON. `docs/chat.md` describes it.
#[derive(Serialize)]
struct Line<'l> {
    turn: u64,
    text: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<Taken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'l Answer>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    next: &'l [String],
}

impl Desk {
    /// A desk at which nothing was said yet.
    pub fn new(agent: Agent, pages: Vec<Page>, look: Look, format: Format, as_of: Option<Date>) -> Desk {
        let conversation = Conversation::default();
        Desk { agent, pages, conversation, look, format, as_of, rows: u64::MAX, limit_rows: None, last: None, turn: 0 }
    }

    /// A scope for the next question: it has the present time, a deadline, and can be stopped by itself.
    fn scope(&self, context: &Context) -> Scope {
        let mut scope = Scope { now: Timestamp::now(), cancel: context.cancel.child_token(), ..context.scope() };
        if let Some(rows) = self.limit_rows {
            scope.limits.rows = rows;
        }
        scope.until(Instant::now() + context.settings.timeout)
    }

    /// Says which of the user's words name what the database does not have.
    pub async fn notice_unfounded(&self, context: &Context) {
        vocabulary::notice(&self.agent.unfounded(&self.scope(context)).await.unwrap_or_default(), context);
    }

    /// The database in a line, and questions that it answers.
    pub async fn about(&self, name: &str, context: &Context) -> (String, Vec<String>) {
        let scope = self.scope(context);
        let tables = match self.agent.snapshot(&scope).await {
            Ok(snapshot) => format!("{} tables", snapshot.catalog.len()),
            Err(fault) => fault.message,
        };
        let today = self.as_of.unwrap_or_else(|| self.agent.today(&scope));
        let questions = self.agent.first_questions(&scope, self.as_of).await;
        (format!("{name}: {tables}; today is {today}"), questions)
    }

    /// Takes a line.
    pub async fn take(&mut self, text: &str, context: &Context) -> Result<Next, Error> {
        self.turn += 1;
        match order(text) {
            Some(Order::Quit) => Ok(Next::Quit),
            Some(order) => {
                let told = self.told(order);
                match self.format.is_json() {
                    true => self.print_line(text, None, Some(&told), None, &[], context)?,
                    false => context.print(&format!("{}\n", told.trim_end()))?,
                }
                Ok(Next::Told)
            }
            None => self.ask(text, context).await,
        }
    }

    /// Takes the files of the user's words in again where they have changed.
    fn refresh(&mut self, context: &Context) -> Result<(), Fault> {
        let pages = vocabulary::read(&context.places, &context.settings)?;
        if pages != self.pages {
            self.agent.take_vocabulary(vocabulary::understand(&pages)?);
            self.pages = pages;
        }
        Ok(())
    }

    async fn ask(&mut self, text: &str, context: &Context) -> Result<Next, Error> {
        if let Err(fault) = self.refresh(context) {
            // Words that are in doubt are not answered from, not even as they were before.
            let answer = Answer::failed(None, fault);
            self.print(text, Taken::Question, &answer, &[], context)?;
            return Ok(Next::Asked(exit(&answer)));
        }
        let scope = self.scope(context);
        let reply = {
            let mut reply = std::pin::pin!(self.agent.reply(&scope, &mut self.conversation, text, self.as_of));
            tokio::select! {
                reply = &mut reply => reply,
                () = interrupted() => {
                    scope.cancel.cancel();
                    reply.await
                }
            }
        };
        match reply {
            Reply::Note(note) => {
                match self.format.is_json() {
                    true => self.print_line(text, None, Some(&note), None, &[], context)?,
                    false => context.print(&format!("{}\n", plain(&note)))?,
                }
                Ok(Next::Told)
            }
            Reply::Answer(taken, answer) => {
                let next = match answer.status {
                    Status::Answered => self.agent.follow_ups(&scope, &self.conversation, self.as_of).await,
                    _ => Vec::new(),
                };
                self.print(text, taken, &answer, &next, context)?;
                let exit = exit(&answer);
                if answer.status == Status::Answered {
                    self.last = Some(*answer);
                }
                Ok(Next::Asked(exit))
            }
        }
    }

    fn print(
        &self,
        text: &str,
        taken: Taken,
        answer: &Answer,
        next: &[String],
        context: &Context,
    ) -> Result<(), Error> {
        if self.format.is_json() {
            return self.print_line(text, Some(taken), None, Some(answer), next, context);
        }
        match self.format {
            Format::Csv if answer.status == Status::Answered => context.print_data(&export::csv(answer))?,
            Format::Markdown if answer.status == Status::Answered => {
                context.print_data(&export::markdown(answer, self.look.style))?;
            }
            Format::Csv | Format::Markdown => context.complain(&view::brief(answer, &self.look, self.rows)),
            _ => context.print(&format!("{}{}", view::brief(answer, &self.look, self.rows), suggestions(next)))?,
        }
        if let Some(fault) = &answer.fault {
            context.complain(&trouble::text(fault));
        }
        Ok(())
    }

    fn print_line(
        &self,
        text: &str,
        taken: Option<Taken>,
        note: Option<&str>,
        answer: Option<&Answer>,
        next: &[String],
        context: &Context,
    ) -> Result<(), Error> {
        let line = Line { turn: self.turn, text, taken, note, answer, next };
        let line = serde_json::to_string(&line).expect("a turn holds only plain data");
        context.print_data(&format!("{line}\n"))
    }

    /// What an order brings, as text.
    fn told(&mut self, order: Order) -> String {
        match order {
            Order::Help => HELP.to_owned(),
            Order::Wrong(why) => why,
            Order::History => self.history(),
            Order::Rows(rows) => {
                self.rows = rows;
                let again = self.last.as_ref().map(|answer| view::brief(answer, &self.look, rows));
                again.filter(|_| !self.format.is_json()).unwrap_or_else(|| format!("up to {rows} rows are shown"))
            }
            Order::Format(format) => {
                self.format = format;
                "from now on".to_owned()
            }
            Order::Sql => self.of_last(|answer, _| view::statement(answer)),
            Order::Explain => self.of_last(|answer, look| view::text(answer, &Look { steps: true, ..*look })),
            Order::Export(path) => match &self.last {
                Some(answer) => export_to(&path, answer, &self.look),
                None => NOTHING.to_owned(),
            },
            Order::Quit => String::new(),
        }
    }

    fn of_last(&self, show: impl Fn(&Answer, &Look) -> String) -> String {
        self.last.as_ref().map_or_else(|| NOTHING.to_owned(), |answer| show(answer, &self.look))
    }

    fn history(&self) -> String {
        let turns = self.conversation.turns();
        if turns.is_empty() {
            return NOTHING.to_owned();
        }
        let line = |(i, turn): (usize, &agent::Turn)| {
            let understood = turn.understood.as_deref().unwrap_or_default();
            format!("{:>3}. {}\n     {DIM}{}{DIM:#}\n", i + 1, plain(&turn.question.text), plain(understood))
        };
        turns.iter().enumerate().map(line).collect()
    }
}

const NOTHING: &str = "nothing was answered yet";

/// Ctrl-C where somebody types; elsewhere it ends the run, and nobody waits for it here.
async fn interrupted() {
    if is_typed() && tokio::signal::ctrl_c().await.is_ok() {
        return;
    }
    std::future::pending().await
}

/// What could be said next.
fn suggestions(next: &[String]) -> String {
    match next {
        [] => String::new(),
        some => format!("{DIM}next        {}{DIM:#}\n", plain(&some.join(" | "))),
    }
}

/// Writes the rows to a new file, by its ending.
fn export_to(path: &Path, answer: &Answer, look: &Look) -> String {
    let text = match path.extension().and_then(|e| e.to_str()) {
        Some("json") => export::json_pretty(answer, false),
        Some("md") => export::markdown(answer, look.style),
        _ => export::csv(answer),
    };
    let written =
        OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut f| f.write_all(text.as_bytes()));
    let shown = path.display().to_string();
    match written {
        Ok(()) => format!("{} rows written to {}", answer.rows.len(), plain(&shown)),
        Err(error) => {
            let fault = Fault::new(Kind::Unavailable, "quaestor.export", format!("{shown} cannot be written"));
            trouble::text(&fault.cause(error.to_string()).hint("a file that exists is never replaced: name a new one"))
        }
    }
}
