//! `quaestor chat`.

mod lines;
mod order;
mod desk;

use std::future::Future;

use agent::{Agent, Settings};
use clap::Args;
use jiff::civil::Date;
use schema::Options;

use super::ask::{Format, draws};
use super::common::{DbArgs, Paper, WordArgs};
use crate::console::{DIM, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::parse::{self, When};
use crate::source::{self, Memory, Source};
use crate::view::Look;
use crate::vocabulary;
use desk::{Desk, Next};
pub use lines::is_typed;
use lines::{Line, Lines};

const EXAMPLES: &str = "\
Examples:
  quaestor chat
  quaestor chat --db books.db
  printf 'revenue by region last quarter\\nonly EMEA\\n' | quaestor chat
  quaestor chat --format json --db books.db < questions.txt

`help` in the conversation lists what can be said. Lines that start with # are passed over.
Typed lines are kept in the state folder (readable by their owner only) unless --no-history says otherwise.
Exit codes: of questions from a file or pipe that of the last one, as for `quaestor ask`; a conversation that is typed ends with 0.";

/// Answers questions that go on from each other, typed or from standard input.
///
/// A follow-up such as "only EMEA", "by segment instead", "and last year?" or "vs budget" changes the
/// question before; each answer says in full what was understood. A question back is answered by
/// its number. Ctrl-C stops the running question, Ctrl-D ends.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Chat {
    #[command(flatten)]
    db: DbArgs,
    #[command(flatten)]
    words_from: WordArgs,
    /// How answers are printed; `json` and `jsonl` print one line for each turn.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Format,
    /// The day that "today" is, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = parse::date)]
    as_of: Option<Date>,
    /// First month of the fiscal year (1 to 12 or a name), where the books do not say it.
    #[arg(long, value_name = "MONTH", value_parser = parse::month)]
    fiscal_start: Option<u8>,
    /// Most rows that are fetched; an answer that was cut off says so.
    #[arg(long, value_name = "N", value_parser = parse::rows)]
    limit_rows: Option<u64>,
    /// Most rows that are shown.
    #[arg(long, value_name = "N", default_value_t = ROWS, value_parser = parse::rows)]
    rows: u64,
    /// When bars and lines are drawn beside numbers.
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    chart: When,
    /// Repeats each line before what comes of it, for transcripts.
    #[arg(long)]
    echo: bool,
    /// Does not keep what is typed.
    #[arg(long)]
    no_history: bool,
    #[command(flatten)]
    paper: Paper,
}

/// Rows that are shown where nothing else is said.
const ROWS: u64 = 40;

impl Chat {
    /// Talks until there is nothing more to read.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        self.words_from.apply(&mut context.settings);
        let pages = vocabulary::read(&context.places, &context.settings)?;
        let scope = context.scope();
        let source = stoppable(context, source::open(context, &scope, Options::default(), Memory::Kept)).await?;
        let settings = &context.settings;
        let (fiscal_start, zone) = (self.fiscal_start.or(settings.fiscal_start), Some(settings.zone.clone()));
        let agent = Agent::new(
            source.database.clone(),
            source.schemas.clone(),
            vocabulary::understand(&pages)?,
            Settings { fiscal_start, zone },
        );
        let look = Look {
            style: self.paper.style(settings),
            width: context.console.width,
            charts: draws(self.chart, &context.console),
            sql: false,
            steps: false,
        };
        let mut desk = Desk::new(agent, pages, look, self.format, self.as_of.or(source.clock));
        (desk.rows, desk.limit_rows) = (self.rows, self.limit_rows);
        let mut lines = if is_typed() {
            greet(&desk, &source, context).await?;
            Lines::typed(context, !self.no_history)
        } else {
            Lines::piped()
        };
        desk.notice_unfounded(context).await;
        let exit = talk(&mut desk, &mut lines, self.echo, context).await;
        source.close(context).await;
        let exit = exit?;
        Ok(if is_typed() { Exit::Done } else { exit })
    }
}

/// What the database is, and what can be asked of it, in three lines.
async fn greet(desk: &Desk, source: &Source, context: &Context) -> Result<(), Error> {
    let (about, questions) = stoppable(context, async { Ok(desk.about(&source.name, context).await) }).await?;
    let such = match questions.as_slice() {
        [] => "nothing was found in it that could be suggested".to_owned(),
        some => format!("such as: {}", some.join(" | ")),
    };
    let text =
        [about, such, "follow-ups: only EMEA, by month, and last year?, undo; help says more, Ctrl-D ends".to_owned()];
    context.print(&text.iter().map(|line| format!("{DIM}{}{DIM:#}\n", plain(line))).collect::<String>())
}

/// One line after the other.
async fn talk(desk: &mut Desk, lines: &mut Lines, echo: bool, context: &Context) -> Result<Exit, Error> {
    let mut last = Exit::Done;
    loop {
        let text = match lines.next(context).await? {
            Line::Text(text) => text,
            Line::Dropped => continue,
            Line::End => return Ok(last),
        };
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if echo {
            context.print_data(&format!("> {}\n", plain(text)))?;
        }
        match desk.take(text, context).await? {
            Next::Asked(exit) => last = exit,
            Next::Told => {}
            Next::Quit => return Ok(last),
        }
        if echo {
            context.print_data("\n")?;
        }
    }
}

/// Runs something that Ctrl-C stops where somebody types. Elsewhere Ctrl-C ends the whole run.
async fn stoppable<T>(context: &Context, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    if !is_typed() {
        return work.await;
    }
    let mut work = std::pin::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        _ = tokio::signal::ctrl_c() => context.cancel.cancel(),
    }
    work.await
}
