//! `quaestor ask`.

mod batch;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use agent::{Agent, Answer, Drill, Question, Settings, Status};
use clap::{Args, ValueEnum};
use connect::Scope;
use fault::{Fault, Kind};
use jiff::civil::Date;
use schema::Options;

use self::batch::Batch;
use super::common::{DbArgs, Paper, WordArgs};
use crate::console::{Console, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::export;
use crate::parse::{self, When};
use crate::source::{self, Memory};
use crate::trouble;
use crate::view::{self, Look};
use crate::vocabulary;

const EXAMPLES: &str = "\
Examples:
  quaestor ask \"gross margin by quarter this year vs last year\"
  quaestor ask --db books.db revenue by region last quarter
  quaestor ask --format csv \"top 5 customers by revenue\" > top.csv
  quaestor ask --as-of 2025-09-30 --explain --sql \"days sales outstanding\"
  quaestor ask --choose 2 \"amount by month\"
  quaestor ask --db books.db --batch questions.jsonl --out answers.jsonl
  quaestor ask \"income statement FY25 vs last year\"
  quaestor ask \"income statement FY25\" --drill Interest

Without --db, QUAESTOR_DB or a configured database the question goes to built-in demo books.
With --batch each line is {\"id\": .., \"question\": .., \"as_of\"?: .., \"context\"?: [..]}, at most 10,000 of them.
Exit codes: 0 answered, 1 not all of a batch, 3 a question back, 4 refused, others: something went wrong.";

/// Asks a question and prints the answer with its proof.
///
/// The number comes with what was computed, from which columns, over which days, and what to
/// beware of. A question that can be read in several ways is asked back; what the database does
/// not hold is refused. Nothing is ever guessed, and nothing is written to the database.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Ask {
    /// The question, in quotes or as plain words.
    #[arg(required_unless_present = "batch", value_name = "QUESTION")]
    words: Vec<String>,
    /// Many questions, a JSON line each (`-` reads standard input); answers are JSON lines in the same order.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "format", "sql", "chart", "choose"])]
    batch: Option<String>,
    /// Where the answers of a batch go; the file appears complete or not at all.
    #[arg(long, value_name = "FILE", requires = "batch", conflicts_with = "words")]
    out: Option<PathBuf>,
    #[command(flatten)]
    db: DbArgs,
    #[command(flatten)]
    words_from: WordArgs,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Format,
    /// The day that "today" is, YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = parse::date)]
    as_of: Option<Date>,
    /// Shows every step from the words to the statement.
    #[arg(long)]
    explain: bool,
    /// Shows the statement that ran and its parameters.
    #[arg(long)]
    sql: bool,
    /// First month of the fiscal year (1 to 12 or a name), where the books do not say it.
    #[arg(long, value_name = "MONTH", value_parser = parse::month)]
    fiscal_start: Option<u8>,
    /// Most rows that are fetched; an answer that was cut off says so.
    #[arg(long, value_name = "N", value_parser = parse::rows)]
    limit_rows: Option<u64>,
    /// Takes the choice of this number where the question is asked back; once for each question back.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    choose: Vec<u16>,
    /// Lists the rows behind a number of the answer: the label of its row, a beginning of it, or its number from 1.
    #[arg(long, value_name = "ROW", conflicts_with = "batch")]
    drill: Option<String>,
    /// With --drill, the column of the number: its heading or its number from 1 [default: the first].
    #[arg(long, value_name = "COLUMN", requires = "drill")]
    drill_column: Option<String>,
    /// When bars and lines are drawn beside numbers.
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    chart: When,
    #[command(flatten)]
    paper: Paper,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Table,
    /// One JSON object over many lines, with everything that is known of the answer.
    Json,
    /// The same on one line.
    Jsonl,
    /// The rows with exact values.
    Csv,
    /// The rows as a Markdown table, with the reading.
    Markdown,
}

/// What the arguments and the configuration say together.
struct Plan {
    question: Question,
    format: Format,
    look: Look,
    settings: Settings,
    timeout: Duration,
    limit_rows: Option<u64>,
    choose: Vec<u16>,
    /// Words of the question that name files: a database without its flag.
    files: Vec<String>,
}

impl Ask {
    /// Asks.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        self.words_from.apply(&mut context.settings);
        if let Some(file) = self.batch.clone() {
            return self.run_batch(file, context).await;
        }
        let plan = self.resolve(context)?;
        let answer = match answer(&plan, context).await {
            Ok(answer) => answer,
            // Programs get their answer in their format, whatever it is.
            Err(Error::Fault(fault)) if plan.format.is_json() => Answer::failed(None, fault),
            Err(error) => return Err(error),
        };
        print(&plan, &answer, context)?;
        Ok(exit(&answer))
    }

    /// Asks many questions.
    async fn run_batch(self, file: String, context: &Context) -> Result<Exit, Error> {
        let mut scope = context.scope();
        scope.limits.rows = self.limit_rows.unwrap_or(scope.limits.rows);
        let (out, steps, timeout) = (self.out, self.explain, context.settings.timeout);
        let mut batch = Batch { file, out, as_of: self.as_of, timeout, steps };
        let lines = batch.read(&scope).await?;
        let source = source::open(context, &scope, Options::default(), Memory::Kept).await?;
        batch.as_of = batch.as_of.or(source.clock);
        let settings = reading(self.fiscal_start, context);
        let ontology = vocabulary::load(&context.places, &context.settings)?;
        let agent = Agent::new(source.database.clone(), source.schemas.clone(), ontology, settings);
        let ended = batch.run(Arc::new(agent), lines, &scope, context).await;
        source.close(context).await;
        ended
    }

    /// Arguments over configuration.
    fn resolve(self, context: &Context) -> Result<Plan, Error> {
        let text = self.words.join(" ");
        let files = self.words.into_iter().filter(|word| Path::new(word).is_file()).collect();
        if text.trim().is_empty() {
            let fault = Fault::new(Kind::Usage, "quaestor.no_question", "the question is empty");
            return Err(fault.hint("ask such as: quaestor ask \"revenue by region last quarter\"").into());
        }
        let settings = &context.settings;
        let look = Look {
            style: self.paper.style(settings),
            width: context.console.width,
            charts: draws(self.chart, &context.console),
            sql: self.sql,
            steps: self.explain,
        };
        // With a drill the limit is one of the rows behind the number, not of those that it is found in.
        let (column, drills) = (self.drill_column, self.drill.is_some());
        let drill = self.drill.map(|row| Drill { row, column, limit: self.limit_rows });
        Ok(Plan {
            question: Question { as_of: self.as_of, drill, ..Question::new(text) },
            format: self.format,
            look,
            settings: reading(self.fiscal_start, context),
            timeout: settings.timeout,
            limit_rows: self.limit_rows.filter(|_| !drills),
            choose: self.choose,
            files,
        })
    }
}

/// How questions are read: flags over configuration.
fn reading(fiscal_start: Option<u8>, context: &Context) -> Settings {
    let settings = &context.settings;
    Settings { fiscal_start: fiscal_start.or(settings.fiscal_start), zone: Some(settings.zone.clone()) }
}

impl Format {
    /// Whether programs read it.
    pub(super) fn is_json(self) -> bool {
        matches!(self, Format::Json | Format::Jsonl)
    }
}

pub(super) fn draws(when: When, console: &Console) -> bool {
    match when {
        When::Auto => console.width.is_some() && std::io::stdout().is_terminal(),
        When::Always => true,
        When::Never => false,
    }
}

async fn answer(plan: &Plan, context: &Context) -> Result<Answer, Error> {
    let mut scope = context.scope();
    if let Some(rows) = plan.limit_rows {
        scope.limits.rows = rows;
    }
    let ontology = vocabulary::load(&context.places, &context.settings)?;
    let source = source::open(context, &scope, Options::default(), Memory::Kept).await?;
    let scope = scope.until(Instant::now() + plan.timeout);
    let agent = Agent::new(source.database.clone(), source.schemas.clone(), ontology, plan.settings.clone());
    let question = Question { as_of: plan.question.as_of.or(source.clock), ..plan.question.clone() };
    let answer = choosing(&agent, &scope, question, &plan.choose, context).await?;
    source.close(context).await;
    vocabulary::notice(&agent.unfounded(&scope).await.unwrap_or_default(), context);
    if answer.status == Status::Refused {
        for file in &plan.files {
            let file = plain(file);
            context.notice(&format!("{file} is a file: a database is named with --db {file}, one in each run"));
        }
        if agent.snapshot(&scope).await.is_ok_and(|snapshot| snapshot.catalog.is_empty()) {
            context.notice(&format!("{} has no tables", plain(&source.name)));
        }
    }
    Ok(answer)
}

/// Asks, and answers each question back with the choice of the next number.
async fn choosing(
    agent: &Agent,
    scope: &Scope,
    mut question: Question,
    numbers: &[u16],
    context: &Context,
) -> Result<Answer, Error> {
    let mut answer = agent.ask(scope, &question).await;
    for (at, number) in numbers.iter().enumerate() {
        if answer.status != Status::Clarify {
            let unused = numbers[at..].iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
            context.notice(&format!("nothing is left to choose: --choose {unused} was not needed"));
            break;
        }
        let choices = &answer.interpretations;
        let Some(choice) = choices.get(usize::from(*number) - 1) else {
            let text = format!("there is no choice {number}: the question back has {}", choices.len());
            let fault = Fault::new(Kind::Usage, "quaestor.no_such_choice", text);
            return Err(fault.hint("without --choose the choices are listed with their numbers").into());
        };
        question.pins.push(choice.pin());
        answer = agent.ask(scope, &question).await;
    }
    Ok(answer)
}

fn print(plan: &Plan, answer: &Answer, context: &Context) -> Result<(), Error> {
    let steps = plan.look.steps;
    match plan.format {
        Format::Json => context.print_data(&export::json_pretty(answer, steps))?,
        Format::Jsonl => context.print_data(&export::json_line(answer, steps))?,
        Format::Csv if answer.status == Status::Answered => context.print_data(&export::csv(answer))?,
        Format::Markdown if answer.status == Status::Answered => {
            context.print_data(&export::markdown(answer, plan.look.style))?;
        }
        Format::Table => context.print(&view::text(answer, &plan.look))?,
        // No rows: what there is to say is not data.
        Format::Csv | Format::Markdown => context.complain(&view::text(answer, &plan.look)),
    }
    if let Some(fault) = &answer.fault {
        context.complain(&trouble::text(fault));
    }
    Ok(())
}

pub(super) fn exit(answer: &Answer) -> Exit {
    match (answer.status, &answer.fault) {
        (Status::Answered, _) => Exit::Done,
        (Status::Clarify, _) => Exit::Question,
        (Status::Refused, _) => Exit::Refused,
        (Status::Failed, fault) => Exit::Fault(fault.as_ref().map_or(Kind::Internal, |fault| fault.kind)),
    }
}
