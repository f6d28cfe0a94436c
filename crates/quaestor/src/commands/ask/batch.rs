//! Many questions, a JSON line each, to as many answers in the same order.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use agent::{Agent, Answer, Question, Status};
use connect::Scope;
use fault::{Fault, Kind};
use jiff::civil::Date;
use serde::Deserialize;

use crate::context::{Context, blocking};
use crate::crew;
use crate::error::Error;
use crate::exit::Exit;
use crate::export;
use crate::lines::{self, Line, Named};
use crate::sink::Sink;
use crate::vocabulary;

/// One question of a batch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    id: String,
    question: String,
    #[serde(default)]
    as_of: Option<Date>,
    /// Earlier questions of the conversation.
    #[serde(default)]
    context: Vec<String>,
}

impl Named for Asked {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A batch as the arguments describe it.
pub struct Batch {
    /// The file, or `-`.
    pub file: String,
    /// Where the answers go; standard output where absent.
    pub out: Option<PathBuf>,
    /// The day on which is asked where a line does not say it.
    pub as_of: Option<Date>,
    /// Time for each question.
    pub timeout: Duration,
    /// Whether each answer shows its steps.
    pub steps: bool,
}

/// How many of each came out.
#[derive(Default)]
struct Counts {
    answered: u64,
    clarify: u64,
    refused: u64,
    failed: u64,
}

impl Batch {
    /// Reads all lines. Nothing runs where they cannot be taken.
    pub async fn read(&self, scope: &Scope) -> Result<Vec<Line<Asked>>, Error> {
        let file = self.file.clone();
        blocking(scope, move || lines::read(&file)).await?
    }

    /// Asks all questions and writes the answers in their order.
    pub async fn run(
        self,
        agent: Arc<Agent>,
        lines: Vec<Line<Asked>>,
        scope: &Scope,
        context: &Context,
    ) -> Result<Exit, Error> {
        let (start, total) = (Instant::now(), lines.len() as u64);
        let mut sink = Sink::open(self.out.as_deref(), context.console)?;
        // What is wrong with the database is said once, not in each line; and its schema is read once.
        vocabulary::notice(&agent.unfounded(scope).await?, context);
        let mut counts = Counts::default();
        let work = |line: Line<Asked>| answer(agent.clone(), scope.clone(), line, (self.timeout, self.as_of));
        let ended = crew::in_order(lines, cores(), &scope.cancel, work, |answer: Answer| {
            counts.add(answer.status);
            if self.out.is_none() && context.console.width.is_some() {
                context.end_progress();
            }
            sink.write(&export::json_line(&answer, self.steps))?;
            scope.report("questions", counts.total(), Some(total));
            Ok(())
        })
        .await;
        context.notice(&counts.summary(total, start.elapsed()));
        ended?;
        sink.finish()?;
        Ok(if counts.answered == total { Exit::Done } else { Exit::Partly })
    }
}

/// Threads that plan at the same time.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The answer to one line, on a thread of its own: planning computes.
async fn answer(agent: Arc<Agent>, scope: Scope, line: Line<Asked>, given: (Duration, Option<Date>)) -> Answer {
    let id = line.id;
    let asked = match line.item {
        Ok(asked) if asked.question.trim().is_empty() => {
            let fault = Fault::new(Kind::Usage, "quaestor.no_question", "the question is empty");
            return Answer::failed(id, fault);
        }
        Ok(asked) => asked,
        Err(fault) => return Answer::failed(id, fault),
    };
    let (timeout, as_of) = given;
    let question = Question {
        id: id.clone(),
        as_of: asked.as_of.or(as_of),
        context: asked.context,
        ..Question::new(asked.question)
    };
    let runtime = tokio::runtime::Handle::current();
    let worked = tokio::task::spawn_blocking(move || {
        let scope = scope.until(Instant::now() + timeout);
        runtime.block_on(agent.ask(&scope, &question))
    });
    worked.await.unwrap_or_else(|_| {
        let text = "this is a defect of quaestor: the question ended without an answer";
        Answer::failed(id, Fault::new(Kind::Internal, "quaestor.worker", text))
    })
}

impl Counts {
    fn add(&mut self, status: Status) {
        *match status {
            Status::Answered => &mut self.answered,
            Status::Clarify => &mut self.clarify,
            Status::Refused => &mut self.refused,
            Status::Failed => &mut self.failed,
        } += 1;
    }

    fn total(&self) -> u64 {
        self.answered + self.clarify + self.refused + self.failed
    }

    fn summary(&self, of: u64, taken: Duration) -> String {
        let Counts { answered, clarify, refused, failed } = self;
        let done = if self.total() == of { of.to_string() } else { format!("{} of {of}", self.total()) };
        let seconds = taken.as_secs_f64();
        format!(
            "{done} questions in {seconds:.1} s: {answered} answered, {clarify} asked back, {refused} refused, {failed} failed"
        )
    }
}
