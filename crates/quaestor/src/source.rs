//! From an address, or none, to a database that can be asked, with the state that outlives the run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use connect::{Address, Database, Only, Scope, Scratch};
use jiff::civil::Date;
use schema::{Options, Schemas, Snapshot};
use store::Store;

use crate::context::{Context, blocking};
use crate::error::Error;
use crate::secrets;
use crate::view::age;

/// Size of the embedded demo books against the full ones: about 23,000 rows, ready in a moment.
pub const DEMO_SCALE: f64 = 0.1;
/// Seed of the embedded demo books.
pub const DEMO_SEED: u64 = 1;

/// What the embedded demo books are called.
pub const DEMO: &str = "demo";

/// A database that can be asked.
pub struct Source {
    /// The database.
    pub database: Arc<dyn Database>,
    /// Its schema.
    pub schemas: Arc<Schemas>,
    /// What it is called: its address, or [`DEMO`].
    pub name: String,
    /// What "today" is, for books that end at a known day.
    pub clock: Option<Date>,
}

impl Source {
    /// The schema, for what only tells of it: where the source cannot be reached, as it was last known, which is said with its
    /// age.
    pub async fn known(&self, context: &Context, scope: &Scope) -> Result<Arc<Snapshot>, Error> {
        let known = self.schemas.known(&scope.until(Instant::now() + context.settings.timeout)).await?;
        if let Some((outage, since)) = known.outage {
            let (fault, seen) = (outage.fault(), age(context.now.duration_since(since).as_secs_f64()));
            context.notice(&format!("{fault}: this is the schema as it was last known, seen {seen}"));
        }
        Ok(known.snapshot)
    }

    /// Keeps what was counted, and says so where what was learnt of the schema could not be kept for the next run.
    pub async fn close(&self, context: &Context) {
        self.schemas.settle().await;
        if let Some(trouble) = self.schemas.trouble() {
            context.notice(&format!("what was learnt of the schema could not be kept: {trouble}"));
        }
    }
}

/// Whether what is known of schemas is kept for the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Kept, and what was kept is used.
    Kept,
    /// Read anew and forgotten.
    Fresh,
}

/// Opens the configured database, or the demo books where none is configured, which it says.
pub async fn open(context: &Context, scope: &Scope, options: Options, memory: Memory) -> Result<Source, Error> {
    let Some(text) = &context.settings.db else { return demo(context, scope, options).await };
    let address = secrets::resolved(scope, Address::parse(text)?).await?;
    let database = chosen(context, connect::at(&address)?);
    match database.token(scope).await {
        // What was known of it may be told; who needs more meets the same error.
        Err(error) if !error.is_outage() => return Err(error.into()),
        _ => {}
    }
    let store = match memory {
        Memory::Kept => state(context, scope).await?,
        Memory::Fresh => None,
    };
    let name = database.address();
    let schemas = Arc::new(Schemas::with_options(database.clone(), store, options));
    Ok(Source { database, schemas, name, clock: None })
}

async fn demo(context: &Context, scope: &Scope, options: Options) -> Result<Source, Error> {
    let make = || Scratch::in_memory(&books::demo(DEMO_SCALE, DEMO_SEED).0);
    let database = chosen(context, blocking(scope, make).await??.database());
    let clock = books::DEMO_CLOCK;
    context.notice(&format!(
        "no database given: these are demo books of a made-up company; today is {clock}, their last day (--db ADDRESS reads another)"
    ));
    let schemas = Arc::new(Schemas::with_options(database.clone(), None, options));
    Ok(Source { database, schemas, name: DEMO.to_owned(), clock: Some(clock) })
}

/// The database, or the tables of it that are looked at.
fn chosen(context: &Context, database: Arc<dyn Database>) -> Arc<dyn Database> {
    match &context.settings.tables {
        Some(choice) => Arc::new(Only::new(database, choice.clone())),
        None => database,
    }
}

/// The file of the state, where there is a folder for it.
pub fn state_file(context: &Context) -> Option<PathBuf> {
    context.settings.state_dir.as_ref().map(|folder| folder.join("state.db"))
}

/// The state; without a writable place the run goes on with memory only, and says so.
async fn state(context: &Context, scope: &Scope) -> Result<Option<Store>, Error> {
    let Some(path) = state_file(context) else {
        context.notice("there is no folder for state: what is learnt of the schema is not kept");
        return Ok(None);
    };
    match blocking(scope, move || Store::open(&path)).await? {
        Ok(store) => Ok(Some(store)),
        Err(error) => {
            let fault = error.fault();
            let hints: String = fault.hints.iter().map(|hint| format!("; {hint}")).collect();
            context.notice(&format!("{fault}: what is learnt of the schema is not kept{hints}"));
            Ok(None)
        }
    }
}
