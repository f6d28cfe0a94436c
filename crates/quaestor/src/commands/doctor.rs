//! `quaestor doctor`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ::schema::{Options, Snapshot};
use clap::Args;
use connect::{Address, Scope};
use fault::{Fault, Kind};
use jiff::civil::Date;
use meaning::Ontology;
use meaning::own::Place;
use meaning::vocabulary::unseen;
use plan::Knowledge;
use plan::calendar::Calendar;
use serde::Serialize;
use store::Store;

use super::common::{DbArgs, Listing, WordArgs};
use crate::console::{DIM, GREEN, RED, YELLOW, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::source::{self, Memory, Source};
use crate::vocabulary::{self, Page};

const EXAMPLES: &str = "\
Examples:
  quaestor doctor
  quaestor doctor --db books.db
  quaestor doctor --db books.db --vocabulary finance.toml --format json";

/// Checks the installation, the configuration and the database, and says what is wrong.
///
/// Ends with 0 where all is fine, else with the exit code of the first thing that is wrong.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Doctor {
    #[command(flatten)]
    db: DbArgs,
    #[command(flatten)]
    words_from: WordArgs,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Listing,
}

/// Version of the JSON; grows when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// All checks as JSON.
#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    /// The exit code.
    code: u8,
    checks: Vec<Entry<'r>>,
}

/// One check as JSON.
#[derive(Serialize)]
struct Entry<'r> {
    name: &'r str,
    /// `ok`, `note` or `wrong`.
    state: &'static str,
    text: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'r Fault>,
}

/// What a check found.
enum Finding {
    Fine(String),
    /// Nothing is wrong, but answers may be poorer.
    Note(String),
    Wrong(Fault),
}

impl Finding {
    fn mark(&self) -> &'static str {
        match self {
            Finding::Fine(_) => "ok",
            Finding::Note(_) => "note",
            Finding::Wrong(_) => "wrong",
        }
    }
}

/// A check by name, and what it found.
type Check = (&'static str, Finding);

impl Doctor {
    /// Runs all checks, prints them, and ends as the first that found something wrong.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        self.words_from.apply(&mut context.settings);
        let pages = vocabulary::read(&context.places, &context.settings);
        let own = pages.as_ref().map_err(Fault::clone).and_then(|pages| vocabulary::understand(pages));
        let mut checks = vec![
            ("version", Finding::Fine(format!("quaestor {}", env!("CARGO_PKG_VERSION")))),
            ("clock", clock(context)),
            ("configuration", configuration(context)),
            ("state", state(context)),
            ("vocabulary", words(&own, pages.unwrap_or_default())),
        ];
        // Where the user's words are in doubt, the rest is checked with the built-in ones.
        let ontology = own.or_else(|_| Ontology::english().map(Arc::new));
        checks.extend(database(context, ontology.ok()).await);
        let wrong = checks.iter().filter_map(|(_, finding)| match finding {
            Finding::Wrong(fault) => Some(Exit::Fault(fault.kind)),
            _ => None,
        });
        let exit = wrong.fold(Exit::Done, Exit::or);
        match self.format {
            Listing::Table => context.print(&checks.iter().map(line).collect::<String>())?,
            Listing::Json => context.print_data(&json(&checks, exit))?,
        }
        Ok(exit)
    }
}

fn json(checks: &[Check], exit: Exit) -> String {
    let entries = checks.iter().map(|(name, finding)| {
        let state = finding.mark();
        let (text, fault) = match finding {
            Finding::Fine(text) | Finding::Note(text) => (text.as_str(), None),
            Finding::Wrong(fault) => (fault.message.as_str(), Some(fault)),
        };
        Entry { name, state, text, fault }
    });
    let report = Report { version: VERSION, code: exit.code(), checks: entries.collect() };
    serde_json::to_string_pretty(&report).expect("a report holds only plain data") + "\n"
}

fn line((name, finding): &Check) -> String {
    let mark = finding.mark();
    let (style, text) = match finding {
        Finding::Fine(text) => (GREEN, plain(text)),
        Finding::Note(text) => (YELLOW, plain(text)),
        Finding::Wrong(fault) => (RED, plain(&fault.message)),
    };
    let mut out = format!("{style}{mark:<6}{style:#}{name:<16}{text}\n");
    if let Finding::Wrong(fault) = finding {
        let causes = fault.causes.iter().map(|cause| format!("because {cause}"));
        for more in causes.chain(fault.hints.iter().map(|hint| format!("try: {hint}"))) {
            let _ = writeln!(out, "{:22}{DIM}{}{DIM:#}", "", plain(&more));
        }
    }
    out
}

fn clock(context: &Context) -> Finding {
    let now = context.now.to_zoned(context.settings.zone.clone());
    let text = format!("today is {} in {}", now.date(), now.time_zone().iana_name().unwrap_or("a zone without a name"));
    // This program did not exist before; a clock that says so would put every period elsewhere.
    if now.year() < 2025 {
        let fault = Fault::new(Kind::Config, "doctor.clock", format!("{text}, which cannot be"));
        return Finding::Wrong(fault.hint("set the clock of this machine, or give the day with --as-of"));
    }
    Finding::Fine(text)
}

fn configuration(context: &Context) -> Finding {
    if let Some(fault) = &context.misconfigured {
        return Finding::Wrong(fault.clone());
    }
    let files = context.places.files().into_iter().map(|path| path.display().to_string());
    let variables = context.places.variables.keys().map(|key| format!("QUAESTOR_{}", key.to_uppercase()));
    let found: Vec<String> = files.chain(variables).collect();
    Finding::Fine(if found.is_empty() { "defaults, no files or variables".to_owned() } else { found.join(", ") })
}

/// The metrics that are known, and the files that add to them.
fn words(ontology: &Result<Arc<Ontology>, Fault>, pages: Vec<Page>) -> Finding {
    let ontology = match ontology {
        Ok(ontology) => ontology,
        Err(fault) => return Finding::Wrong(fault.clone()),
    };
    let own = ontology.metrics().iter().filter(|m| m.place.is_some()).count();
    let says = |page: &Page| page.entries().is_ok_and(|entries| !entries.is_empty());
    let files: Vec<String> = pages.into_iter().filter(says).map(|page| page.name).collect();
    let built_in = format!("{} metrics, English", ontology.metrics().len());
    Finding::Fine(match files.as_slice() {
        [] => built_in,
        files => {
            format!("{built_in}; {own} own ones and {} own phrases in {}", ontology.synonyms().len(), files.join(", "))
        }
    })
}

/// Entries of the user's vocabulary that name what this database does not have, and phrases that are never read.
fn own_words(knowledge: &Knowledge, today: Date) -> Vec<Check> {
    let unfounded = plan::own::unfounded(knowledge);
    let founded = |place: &Place| unfounded.iter().all(|entry| entry.place != *place);
    let mut unread = plan::own::unread(knowledge, &Calendar::default(), today);
    unread.retain(|(place, _)| founded(place));
    let absent = unfounded.into_iter().map(|entry| {
        let fault = Fault::new(Kind::Config, "doctor.vocabulary", format!("{}: {}", entry.place, entry.what));
        let fault = match entry.similar.is_empty() {
            true => fault,
            false => fault.hint(format!("similar names: {}", entry.similar.join(", "))),
        };
        ("own words", Finding::Wrong(fault))
    });
    let unread = unread.into_iter().map(|(place, phrase)| {
        let text =
            format!("{place}: {phrase:?} is never read as one phrase; its words mean something else in a question");
        ("own words", Finding::Note(text))
    });
    let sampled = knowledge.graph.sampled();
    let unseen = unseen(&knowledge.ontology, &knowledge.catalog, sampled).into_iter();
    let unseen = unseen.map(|entry| ("own words", Finding::Note(vocabulary::in_words(&entry))));
    absent.chain(unseen).chain(unread).collect()
}

/// A state that exists is opened; where there is none yet, its folder is tried and left as it was.
fn state(context: &Context) -> Finding {
    let Some(path) = source::state_file(context) else {
        return Finding::Note("no folder for state on this platform: nothing is kept between runs".to_owned());
    };
    if path.exists() {
        return match Store::open(&path) {
            Ok(store) => Finding::Fine(store.path().display().to_string()),
            Err(error) => Finding::Wrong(error.fault()),
        };
    }
    match writable(&path) {
        Ok(()) => Finding::Fine(format!("{}, not written yet", path.display())),
        Err(error) => {
            let fault = Fault::new(Kind::Denied, "doctor.state", format!("{} cannot be written", path.display()));
            Finding::Wrong(fault.cause(error.to_string()).hint("check the folder, or set state_dir to another one"))
        }
    }
}

/// Writes and removes an empty file in the nearest folder that exists.
fn writable(path: &Path) -> std::io::Result<()> {
    let folder = path.ancestors().skip(1).find(|folder| folder.exists()).map_or(PathBuf::from("."), Path::to_owned);
    let probe = folder.join(format!(".quaestor-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    std::fs::remove_file(&probe)
}

/// Everything about the database; what cannot be checked after a failure is left out.
async fn database(context: &Context, ontology: Option<Arc<Ontology>>) -> Vec<Check> {
    let scope = context.scope().until(Instant::now() + context.settings.timeout);
    let before = place(context).and_then(|path| Marks::of(&path));
    let source = match source::open(context, &scope, Options::default(), Memory::Fresh).await {
        Ok(source) => source,
        Err(error) => return error.fault().map(|fault| ("database", Finding::Wrong(fault))).into_iter().collect(),
    };
    let today = context.now.to_zoned(context.settings.zone.clone()).date();
    let mut checks = match understand(&source, &scope, ontology, today).await {
        Ok(checks) => checks,
        Err(fault) => vec![("database", Finding::Wrong(fault))],
    };
    if let Some(path) = place(context) {
        checks.push(("read-only", untouched(before.as_ref(), Marks::of(&path).as_ref())));
    }
    checks
}

async fn understand(
    source: &Source,
    scope: &Scope,
    ontology: Option<Arc<Ontology>>,
    today: Date,
) -> Result<Vec<Check>, Fault> {
    let engine = source.database.version(scope).await.map_err(|e| e.fault())?;
    let snapshot = source.schemas.current(scope).await.map_err(|e| e.fault())?;
    let mut checks = vec![
        ("database", Finding::Fine(source.name.clone())),
        ("engine", Finding::Fine(engine)),
        ("schema", schema(&snapshot)),
    ];
    let Some(ontology) = ontology else { return Ok(checks) };
    let knowledge = Knowledge::new(ontology, snapshot.catalog.clone(), snapshot.statistics.clone());
    checks.push(match &knowledge.ledger {
        Some(ledger) => ("ledger", Finding::Fine(format!("account classes in {}", ledger.class))),
        None => (
            "ledger",
            Finding::Note("none found: statements of profit and loss come from other tables, or not at all".to_owned()),
        ),
    });
    checks.push(match &knowledge.fiscal {
        Some(fiscal) => ("fiscal calendar", Finding::Fine(format!("fiscal years in {}", fiscal.year))),
        None => (
            "fiscal calendar",
            Finding::Note("none found: fiscal years start in January, or as --fiscal-start says".to_owned()),
        ),
    });
    checks.extend(own_words(&knowledge, today));
    Ok(checks)
}

fn schema(snapshot: &Snapshot) -> Finding {
    let coverage = &snapshot.coverage;
    let text = format!("{} of {} tables read, epoch {}", coverage.read(), coverage.listed, snapshot.epoch);
    match snapshot.problems.as_slice() {
        [] if coverage.listed == 0 => Finding::Note("the database has no tables".to_owned()),
        [] => Finding::Fine(text),
        [first, ..] => Finding::Note(format!(
            "{text}; {} not read, such as {}: {}",
            snapshot.problems.len(),
            first.name,
            first.why
        )),
    }
}

/// The configured file, where the database is one.
fn place(context: &Context) -> Option<PathBuf> {
    match Address::parse(context.settings.db.as_deref()?).ok()? {
        Address::Sqlite(path) => Some(path),
        Address::Postgres(_) | Address::Mysql(_) => None,
    }
}

/// What would show that somebody wrote.
#[derive(PartialEq, Eq)]
struct Marks {
    bytes: u64,
    changed: Option<std::time::SystemTime>,
    beside: Vec<bool>,
}

impl Marks {
    fn of(path: &Path) -> Option<Marks> {
        let metadata = std::fs::metadata(path).ok()?;
        let beside = ["-wal", "-shm", "-journal"].map(|suffix| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name).exists()
        });
        Some(Marks { bytes: metadata.len(), changed: metadata.modified().ok(), beside: beside.to_vec() })
    }
}

fn untouched(before: Option<&Marks>, after: Option<&Marks>) -> Finding {
    match before == after {
        true => Finding::Fine("opened for reading; nothing in or beside the file has changed".to_owned()),
        false => Finding::Note("opened for reading; another program wrote the file meanwhile".to_owned()),
    }
}
