//! Source code and the catalog that it is read against, for the commands that scan.

use std::path::{Path, PathBuf};
use std::time::Instant;

use catalog::Catalog;
use clap::Args;
use codemod::{Evidence, Progress, Scan};
use connect::Scope;
use fault::Fault;

use super::common::DbArgs;
use crate::context::{Context, blocking};
use crate::error::Error;
use crate::folder::Folder;
use crate::lines::unreadable_file;
use crate::source::{self, Memory};

/// Largest file of changes or baselines, in bytes.
const LARGEST: u64 = 64 << 20;

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
        self.against(scope, known).await
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
    pub async fn against(&self, scope: &Scope, known: Known) -> Result<Surveyed, Error> {
        let (root, progress) = (self.dir.clone(), scope.clone());
        let work = move || {
            let evidence = Evidence::of_catalog(&known.catalog);
            let tell = |step: Progress| match step {
                Progress::Found(files) => progress.report("files to read", files as u64, None),
                Progress::Read(files) => progress.report("files read", files as u64, None),
                Progress::Judging => progress.report("following names", 0, None),
            };
            let folder = Folder(root.clone());
            let scan = codemod::scan(&folder, &evidence, &codemod::Options::default(), &tell);
            scan.map(|scan| Surveyed { scan, known, root }).map_err(|e| e.fault())
        };
        Ok(blocking(scope, work).await??)
    }
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
