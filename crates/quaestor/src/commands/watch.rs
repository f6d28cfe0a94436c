//! `quaestor watch`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use connect::{Choice, Scope};
use jiff::{SignedDuration, Timestamp};
use schema::{Options, Seen, Warmer};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;

use super::common::DbArgs;
use crate::changed::{self, AtLeast, Line};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::source::{self, Memory, Source};

const EXAMPLES: &str = "\
Examples:
  quaestor watch --db books.db
  quaestor watch --db books.db --severity high --format json | while read -r line; do notify \"$line\"; done

A change is seen within one interval: the schema's change token is asked each time, and the schema is read again only when it
moved. Ctrl-C ends it. What was seen is kept: `quaestor changes` shows it later. Where a database is too large for all of its rows
to be looked at in time, the tables that will be used soon are looked at ahead, as far as former questions foretell them.";

/// Tells what changes in a schema while it changes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Watch {
    #[command(flatten)]
    db: DbArgs,
    /// Time between two looks, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = crate::parse::seconds)]
    every: Duration,
    /// Ends after this time, such as 30m [default: never].
    #[arg(long = "for", value_name = "SPAN", value_parser = crate::parse::span)]
    lasting: Option<Duration>,
    /// Tables whose rows are looked at in any case, where not all can be: patterns, such as "sales.*, inv_*".
    #[arg(long, value_name = "PATTERNS", value_parser = crate::parse::tables)]
    pin: Option<Choice>,
    /// How grave a change has to be to be shown.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low")]
    severity: AtLeast,
    /// How changes are printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Stream,
}

/// How changes are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stream {
    /// For people.
    Text,
    /// A JSON object a line.
    Json,
}

impl Watch {
    /// Watches until told to stop.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        let scope = context.scope();
        let source = source::open(context, &scope, Options::default(), Memory::Kept).await?;
        let mut listener = source.schemas.subscribe();
        let start = Instant::now();
        // Heard from now on, also while the source is looked at.
        let mut interrupts = signal(SignalKind::interrupt()).ok();
        let limited = scope.until(start + context.settings.timeout);
        let first = tokio::select! {
            first = source.schemas.current(&limited) => first?,
            () = interrupted(&mut interrupts) => return Ok(Exit::Done),
        };
        let (tables, epoch) = (first.coverage.read(), &first.epoch);
        context.notice(&format!("watching {}: {tables} tables, epoch {epoch}; Ctrl-C ends", source.name));
        self.tell(context, &mut listener)?;
        let end = self.lasting.map(|lasting| start + lasting);
        let (mut is_down, mut warmer) = (false, Warmer::default());
        while end.is_none_or(|end| Instant::now() < end) {
            let pause = end.map_or(self.every, |end| self.every.min(end.saturating_duration_since(Instant::now())));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = scope.cancel.cancelled() => break,
                () = interrupted(&mut interrupts) => break,
            }
            is_down = tokio::select! {
                is_down = look(context, &source, &scope, start, is_down) => is_down,
                () = interrupted(&mut interrupts) => break,
            };
            if !is_down {
                let now = at(context, &scope, start);
                // What could not be looked at ahead is looked at when it is asked for.
                tokio::select! {
                    _ = warmer.round(&source.schemas, &now, self.pin.as_ref()) => {}
                    () = interrupted(&mut interrupts) => break,
                }
            }
            self.tell(context, &mut listener)?;
        }
        source.close(context).await;
        Ok(Exit::Done)
    }

    /// Prints what was heard.
    fn tell(&self, context: &Context, listener: &mut broadcast::Receiver<Arc<Seen>>) -> Result<(), Error> {
        loop {
            match listener.try_recv() {
                Ok(seen) => {
                    for change in seen.changes.iter().filter(|c| self.severity.shows(c.severity)) {
                        match self.format {
                            Stream::Text => context.print(&changed::text(&changed::time(seen.at), change))?,
                            Stream::Json => context.print_data(&json(&seen, change))?,
                        }
                    }
                }
                Err(TryRecvError::Lagged(missed)) => {
                    context.notice(&format!("{missed} steps were not shown: `quaestor changes` has them"));
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Ok(()),
            }
        }
    }
}

/// Waits for Ctrl-C; for ever where the system does not let us listen.
async fn interrupted(signals: &mut Option<Signal>) {
    match signals {
        Some(signals) => {
            signals.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// One look. Says once when the source cannot be read, and once when it can again.
async fn look(context: &Context, source: &Source, scope: &Scope, start: Instant, was_down: bool) -> bool {
    match source.schemas.current(&at(context, scope, start)).await {
        Ok(_) if was_down => context.notice("it can be read again"),
        Err(error) if !was_down => context.notice(&format!("{}; still watching", error.fault())),
        Ok(_) => return false,
        Err(_) => return true,
    }
    !was_down
}

/// The scope of one look, whose time is now.
fn at(context: &Context, scope: &Scope, start: Instant) -> Scope {
    let elapsed = SignedDuration::try_from(start.elapsed()).unwrap_or(SignedDuration::MAX);
    let now = context.now.checked_add(elapsed).unwrap_or(Timestamp::MAX);
    Scope { now, ..scope.until(Instant::now() + context.settings.timeout) }
}

fn json(seen: &Seen, change: &catalog::Change) -> String {
    let line = Line {
        version: changed::VERSION,
        source: &seen.source,
        seen_at: seen.at,
        not_before: seen.not_before,
        epoch_before: &seen.epoch_before,
        epoch_after: &seen.epoch_after,
        change,
        advice: change.kind.advice(),
    };
    serde_json::to_string(&line).expect("a change holds only plain data") + "\n"
}
