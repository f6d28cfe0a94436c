//! `quaestor changes`.

use std::time::{Duration, Instant};

use clap::Args;
use fault::{Fault, Kind};
use jiff::{SignedDuration, Timestamp};
use schema::Options;
use serde::Serialize;
use store::{KeptChange, Review, Store};

use super::common::{DbArgs, Listing};
use crate::changed::{self, AtLeast};
use crate::console::{DIM, plain};
use crate::context::{Context, blocking};
use crate::error::Error;
use crate::exit::Exit;
use crate::parse;
use crate::source::{self, Memory};

const EXAMPLES: &str = "\
Examples:
  quaestor changes --db books.db
  quaestor changes --db books.db --since 7d --severity high
  quaestor changes --db books.db --uncertain
  quaestor changes --db books.db --confirm 12

The schema is looked at first, so that what happened since the last run is part of the list. A rename that was concluded from
likeness and is not certain waits for a review: --confirm takes it as a rename, --reject as a drop and an addition, --undo takes
either back.";

/// Shows what changed in a schema, what it touches, and what to do about it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Changes {
    #[command(flatten)]
    db: DbArgs,
    /// How far back, such as 12h or 7d.
    #[arg(long, value_name = "SPAN", default_value = "90d", value_parser = parse::span)]
    since: Duration,
    /// How grave a change has to be to be shown.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low")]
    severity: AtLeast,
    /// Only changes of this table, whatever the case of its name.
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Only renames that wait for a review.
    #[arg(long)]
    uncertain: bool,
    /// Only changes that touch a question that was asked.
    #[arg(long)]
    touching: bool,
    /// Takes the change of this number as a rename.
    #[arg(long, value_name = "NUMBER", group = "review")]
    confirm: Option<i64>,
    /// Takes the change of this number as a drop and an addition.
    #[arg(long, value_name = "NUMBER", group = "review")]
    reject: Option<i64>,
    /// Takes back what was said about the change of this number.
    #[arg(long, value_name = "NUMBER", group = "review")]
    undo: Option<i64>,
    /// How the list is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    format: Listing,
}

/// The JSON.
#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    source: &'r str,
    epoch: &'r str,
    changes: Vec<Row<'r>>,
}

#[derive(Serialize)]
struct Row<'r> {
    #[serde(flatten)]
    kept: &'r KeptChange,
    uncertain: bool,
    advice: &'static str,
}

impl Changes {
    /// Looks, reviews, lists.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        let scope = context.scope();
        let source = source::open(context, &scope, Options::default(), Memory::Kept).await?;
        let timely = scope.until(Instant::now() + context.settings.timeout);
        let snapshot = source.schemas.current(&timely).await?;
        source.close(context).await;
        let Some(store) = source.schemas.store().cloned() else {
            let why = "no history is kept of this source";
            return Err(Fault::new(Kind::Missing, "quaestor.no_history", why)
                .hint("give a database with --db, and a folder for state that can be written")
                .into());
        };
        let address = snapshot.source.clone();
        if let Some((id, review)) = self.review() {
            say(&store, &scope, &address, id, review).await?;
        }
        let span = SignedDuration::try_from(self.since).unwrap_or(SignedDuration::MAX);
        let since = context.now.checked_sub(span).unwrap_or(Timestamp::MIN);
        let kept = blocking(&scope, move || store.changes(&address, since)).await?.map_err(|e| e.fault())?;
        let shown: Vec<&KeptChange> = kept.iter().filter(|kept| self.shows(kept)).collect();
        match self.format {
            Listing::Table => context.print(&text(&shown, kept.len()))?,
            Listing::Json => context.print_data(&json(&source.name, &snapshot.epoch, &shown))?,
        }
        Ok(Exit::Done)
    }

    fn review(&self) -> Option<(i64, Option<Review>)> {
        let said = |id: Option<i64>, review| id.map(|id| (id, review));
        said(self.confirm, Some(Review::Confirmed))
            .or(said(self.reject, Some(Review::Rejected)))
            .or(said(self.undo, None))
    }

    fn shows(&self, kept: &KeptChange) -> bool {
        let change = &kept.change;
        self.severity.shows(change.severity)
            && self.table.as_ref().is_none_or(|name| change.table.to_string().eq_ignore_ascii_case(name))
            && (!self.uncertain || is_waiting(kept))
            && (!self.touching || !change.impact.is_empty())
    }
}

fn is_waiting(kept: &KeptChange) -> bool {
    kept.change.is_uncertain() && kept.review.is_none()
}

async fn say(
    store: &Store,
    scope: &connect::Scope,
    source: &str,
    id: i64,
    review: Option<Review>,
) -> Result<(), Error> {
    let (store, source) = (store.clone(), source.to_owned());
    let reviewed = blocking(scope, move || -> Result<Option<bool>, store::Error> {
        let all = store.changes(&source, Timestamp::MIN)?;
        let Some(kept) = all.iter().find(|kept| kept.id == id) else { return Ok(None) };
        let is_question = kept.change.is_uncertain();
        Ok(Some(is_question && store.review(&source, id, review)?))
    });
    match reviewed.await?.map_err(|e| e.fault())? {
        Some(true) => Ok(()),
        Some(false) => {
            Err(Fault::new(Kind::Usage, "quaestor.not_uncertain", format!("change {id} is no uncertain rename"))
                .hint("`quaestor changes --uncertain` lists those that wait for a review")
                .into())
        }
        None => Err(Fault::new(Kind::Missing, "quaestor.no_change", format!("there is no change {id} of this source"))
            .hint("the first column of `quaestor changes` has the numbers")
            .into()),
    }
}

fn text(shown: &[&KeptChange], all: usize) -> String {
    if shown.is_empty() {
        let none = if all == 0 { "nothing changed" } else { "nothing that changed is of this kind" };
        return format!("{none}\n{DIM}changes are noticed from the first look on, and kept for 90 days{DIM:#}\n");
    }
    let wide = shown.iter().map(|kept| kept.id.to_string().len()).max().unwrap_or(1);
    let mut out = String::new();
    for kept in shown {
        let label = format!("{:>wide$}  {}", kept.id, changed::time(kept.seen_at));
        out += &changed::text(&label, &kept.change);
        let gap = " ".repeat(wide + 2);
        match kept.review {
            Some(Review::Confirmed) => {
                out += &format!("{gap}confirmed as a rename; --undo {} takes it back\n", kept.id)
            }
            Some(Review::Rejected) => {
                let (was, is) = (kept.change.before.as_deref().unwrap_or_default(), kept.change.after.as_deref());
                let (was, is) = (plain(was), plain(is.unwrap_or_default()));
                out += &format!("{gap}no rename: {was} dropped, {is} added; --undo {} takes it back\n", kept.id);
            }
            None if is_waiting(kept) => {
                out += &format!("{gap}is it a rename? --confirm {id} or --reject {id}\n", id = kept.id);
            }
            None => {}
        }
    }
    out
}

fn json(source: &str, epoch: &str, shown: &[&KeptChange]) -> String {
    let row = |kept: &KeptChange| (is_waiting(kept), kept.change.kind.advice());
    let changes = shown.iter().map(|kept| (kept, row(kept)));
    let changes = changes.map(|(kept, (uncertain, advice))| Row { kept, uncertain, advice });
    let report = Report { version: changed::VERSION, source, epoch, changes: changes.collect() };
    serde_json::to_string_pretty(&report).expect("a report holds only plain data") + "\n"
}
