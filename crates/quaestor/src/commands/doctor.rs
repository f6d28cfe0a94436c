//! `quaestor doctor`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ::schema::{Options, Snapshot};
use clap::Args;
use connect::{Address, Scope};
use fault::{Fault, Kind};
use meaning::Ontology;
use plan::Knowledge;
use store::Store;

use super::common::DbArgs;
use crate::console::{DIM, GREEN, RED, YELLOW, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::source::{self, Memory, Source};

const EXAMPLES: &str = "\
Examples:
  quaestor doctor
  quaestor doctor --db books.db";

/// Checks the installation, the configuration and the database, and says what is wrong.
///
/// Ends with 0 where all is fine, else with the exit code of the first thing that is wrong.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Doctor {
    #[command(flatten)]
    db: DbArgs,
}

/// What a check found.
enum Finding {
    Fine(String),
    /// Nothing is wrong, but answers may be poorer.
    Note(String),
    Wrong(Fault),
}

/// A check by name, and what it found.
type Check = (&'static str, Finding);

impl Doctor {
    /// Runs all checks, prints them, and ends as the first that found something wrong.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        self.db.apply(&mut context.settings);
        let ontology = Ontology::english().map(Arc::new);
        let mut checks = vec![
            ("version", Finding::Fine(format!("quaestor {}", env!("CARGO_PKG_VERSION")))),
            ("clock", clock(context)),
            ("configuration", configuration(context)),
            ("state", state(context)),
            ("ontology", words(&ontology)),
        ];
        checks.extend(database(context, ontology.ok()).await);
        context.print(&checks.iter().map(line).collect::<String>())?;
        let wrong = checks.iter().filter_map(|(_, finding)| match finding {
            Finding::Wrong(fault) => Some(Exit::Fault(fault.kind)),
            _ => None,
        });
        Ok(wrong.fold(Exit::Done, Exit::or))
    }
}

fn line((name, finding): &Check) -> String {
    let (style, mark, text) = match finding {
        Finding::Fine(text) => (GREEN, "ok", plain(text)),
        Finding::Note(text) => (YELLOW, "note", plain(text)),
        Finding::Wrong(fault) => (RED, "wrong", plain(&fault.message)),
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

fn words(ontology: &Result<Arc<Ontology>, Fault>) -> Finding {
    match ontology {
        Ok(ontology) => Finding::Fine(format!("{} metrics, English", ontology.metrics().len())),
        Err(fault) => Finding::Wrong(fault.clone()),
    }
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
    let mut checks = match understand(&source, &scope, ontology).await {
        Ok(checks) => checks,
        Err(fault) => vec![("database", Finding::Wrong(fault))],
    };
    if let Some(path) = place(context) {
        checks.push(("read-only", untouched(before.as_ref(), Marks::of(&path).as_ref())));
    }
    checks
}

async fn understand(source: &Source, scope: &Scope, ontology: Option<Arc<Ontology>>) -> Result<Vec<Check>, Fault> {
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
