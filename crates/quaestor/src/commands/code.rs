//! Source code and the catalog that it is read against, for the commands that scan.

mod shelf;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use catalog::Catalog;
use clap::Args;
use codemod::{Evidence, Progress, Run, Scan, kept};
use connect::Scope;
use fault::Fault;

use self::shelf::Shelf;
use super::common::DbArgs;
use crate::context::Context;
use crate::error::Error;
use crate::folder::Folder;
use crate::lines::unreadable_file;
use crate::source::{self, Memory};

/// Largest file of changes or baselines, in bytes.
const LARGEST: u64 = 64 << 20;

/// How long a scan that is stopped has to end by itself: reading ends with the files at hand, what is judged is given up.
const PATIENCE: Duration = Duration::from_secs(1);

/// Which code, and against which schema.
#[derive(Debug, Args)]
pub struct CodeArgs {
    /// The folder with the source code.
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// A catalog file, as `quaestor schema --format json` writes it.
    #[arg(long, value_name = "FILE", conflicts_with = "db")]
    catalog: Option<PathBuf>,
    #[command(flatten)]
    db: DbArgs,
    /// Reads every file anew and keeps nothing for the next scan.
    #[arg(long)]
    no_cache: bool,
}

/// A catalog and where it comes from.
pub struct Known {
    /// The catalog; empty where none was given.
    pub catalog: Catalog,
    /// Where it comes from, for people.
    pub name: String,
}

/// Code that was scanned.
pub struct Surveyed {
    /// What was found.
    pub scan: Scan,
    /// What it was read against.
    pub known: Known,
    /// The folder.
    pub root: PathBuf,
}

impl CodeArgs {
    /// Reads the catalog, then the code. Nothing of the code is executed.
    pub async fn survey(&self, context: &mut Context, scope: &Scope) -> Result<Surveyed, Error> {
        let known = self.known(context, scope).await?;
        if known.catalog.is_empty() {
            context.notice("no catalog given: names come from the definitions of the project itself (--catalog, --db)");
        }
        self.against(context, scope, known).await
    }

    /// The catalog: of the file, else of the database that is named or configured, else an empty one.
    pub async fn known(&self, context: &mut Context, scope: &Scope) -> Result<Known, Error> {
        if let Some(path) = &self.catalog {
            return of_file(path);
        }
        self.db.apply(&mut context.settings);
        if context.settings.db.is_none() {
            return Ok(Known { catalog: Catalog::default(), name: "the project's own definitions".to_owned() });
        }
        let source = source::open(context, scope, schema::Options::default(), Memory::Kept).await?;
        let timely = scope.until(Instant::now() + context.settings.timeout);
        let snapshot = source.schemas.current(&timely).await?;
        source.close(context).await;
        Ok(Known { catalog: snapshot.catalog.as_ref().clone(), name: source.name })
    }

    /// Reads the code against a catalog.
    pub async fn against(&self, context: &Context, scope: &Scope, known: Known) -> Result<Surveyed, Error> {
        let (root, progress, cancel) = (self.dir.clone(), scope.clone(), scope.cancel.clone());
        let state = context.settings.state_dir.as_deref().filter(|_| !self.no_cache);
        let shelf = Shelf::of(state, &root);
        let work = move || {
            let evidence = Evidence::of_catalog(&known.catalog);
            let found = AtomicU64::new(0);
            let tell = |step: Progress| {
                let of = found.load(Ordering::Relaxed);
                match step {
                    Progress::Found(files) => found.store(files as u64, Ordering::Relaxed),
                    Progress::Read(files) => progress.report("files read", files as u64, Some(of)),
                    Progress::Judging(0) => progress.report("following names", 0, None),
                    Progress::Judging(files) => progress.report("files judged", files as u64, Some(of)),
                }
            };
            let folder = Folder(root.clone());
            let run = Run {
                progress: &tell,
                stopped: &|| cancel.is_cancelled(),
                shelf: shelf.as_ref().map(|shelf| shelf as &dyn kept::Shelf),
            };
            let scan = codemod::scan(&folder, &evidence, &codemod::Options::default(), &run);
            let trouble = shelf.and_then(Shelf::trouble);
            (scan.map(|scan| Surveyed { scan, known, root }), trouble)
        };
        let mut worker = tokio::task::spawn_blocking(work);
        let done = tokio::select! {
            done = &mut worker => done,
            () = scope.cancel.cancelled() => match tokio::time::timeout(PATIENCE, worker).await {
                Ok(done) => done,
                Err(_) => return Err(stopped(context, self.no_cache)),
            },
        };
        let (scan, trouble) =
            done.map_err(|_| Fault::new(fault::Kind::Internal, "quaestor.worker", "a thread ended without a result"))?;
        if let Some(trouble) = trouble {
            context.notice(&format!("what was read is not kept for the next scan: {trouble}"));
        }
        scan.map_err(|error| match error {
            codemod::Error::Stopped => stopped(context, self.no_cache),
            other => other.fault().into(),
        })
    }
}

/// Says what is left of a scan that was stopped.
fn stopped(context: &Context, no_cache: bool) -> Error {
    let rest = if no_cache { "nothing was kept" } else { "files that were read are kept for the next scan" };
    context.notice(&format!("the scan was stopped: nothing was printed or written, {rest}"));
    connect::Error::Cancelled.into()
}

/// Reads a catalog file.
pub fn of_file(path: &Path) -> Result<Known, Error> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| unreadable_file(&name, &e))?;
    let catalog = catalog::file::read(&bytes).map_err(|e| e.fault(&name))?;
    Ok(Known { catalog, name })
}

/// The text of a file that was named on the command line.
pub fn text_of(path: &Path) -> Result<String, Fault> {
    let name = path.display().to_string();
    let size = std::fs::metadata(path).map_err(|e| unreadable_file(&name, &e))?.len();
    if size > LARGEST {
        let what = format!("{name} holds more than {LARGEST} bytes");
        return Err(Fault::new(fault::Kind::Limit, "quaestor.too_large", what));
    }
    std::fs::read_to_string(path).map_err(|e| unreadable_file(&name, &e))
}
