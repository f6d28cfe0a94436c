//! What scans keep, in the folder for state: a folder for each scanned one, its name a hash.
//!
//! It holds segments (what was read of files) and scans. Each file appears complete or not at all and is never changed, so
//! that several runs may read and write at once; what is lost costs time and nothing else.

use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use codemod::kept::{self, Closed};

/// Scans that are kept of one folder: one for each catalog that it is read against in turn.
const SCANS: usize = 8;
/// Most bytes that are kept of all folders together.
const MOST: u64 = 1 << 30;

/// The shelf of one folder.
pub struct Shelf {
    /// All shelves.
    all: PathBuf,
    /// This one.
    own: PathBuf,
    program: Vec<u8>,
    trouble: Mutex<Option<String>>,
}

/// A file with what says when it was of use.
struct Held {
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

impl Shelf {
    /// The shelf of a scanned folder. None where there is no folder for state, or where it lies in the scanned one, which
    /// is never written to.
    pub fn of(state: Option<&Path>, scanned: &Path) -> Option<Shelf> {
        let (state, scanned) = (state?, scanned.canonicalize().ok()?);
        let known = state.ancestors().find_map(|folder| folder.canonicalize().ok())?;
        if known.starts_with(&scanned) {
            return None;
        }
        let all = state.join("scans");
        let own = all.join(kept::name_of(&[scanned.as_os_str().as_encoded_bytes()]));
        Some(Shelf { all, own, program: program()?, trouble: Mutex::new(None) })
    }

    /// What went wrong with keeping, if anything did.
    pub fn trouble(self) -> Option<String> {
        self.trouble.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn note(&self, done: std::io::Result<()>) {
        if let (Err(error), Ok(mut trouble)) = (done, self.trouble.lock()) {
            trouble.get_or_insert(error.to_string());
        }
    }

    /// The files of an ending, the one used last at the end.
    fn held(&self, ending: &str) -> Vec<Held> {
        let mut held = held(&self.own);
        held.retain(|file| file.path.extension().is_some_and(|e| e == ending));
        held
    }

    fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.own)?;
        let part = self.own.join(format!("{name}.{}.part", std::process::id()));
        let written = private(&part).and_then(|mut file| file.write_all(bytes));
        let done = written.and_then(|()| std::fs::rename(&part, self.own.join(name)));
        if done.is_err() {
            // It holds nothing of use.
            let _ = std::fs::remove_file(&part);
        }
        done
    }

    /// Removes what was of use the longest time ago, folder by folder, until the rest fits.
    fn tidy(&self) -> std::io::Result<()> {
        let folders = std::fs::read_dir(&self.all)?.filter_map(Result::ok).map(|entry| entry.path());
        let mut shelves: Vec<(SystemTime, u64, PathBuf)> = folders
            .filter_map(|folder| {
                let files = held(&folder);
                Some((files.last()?.used, files.iter().map(|file| file.size).sum(), folder))
            })
            .collect();
        shelves.sort();
        let mut size: u64 = shelves.iter().map(|(_, size, _)| size).sum();
        for (_, own, folder) in shelves.into_iter().filter(|(_, _, folder)| *folder != self.own) {
            if size <= MOST {
                break;
            }
            std::fs::remove_dir_all(folder)?;
            size -= own;
        }
        Ok(())
    }
}

impl kept::Shelf for Shelf {
    fn segments(&self) -> Vec<Vec<u8>> {
        self.held("segment").iter().filter_map(|file| read(&file.path)).collect()
    }

    fn close(&self, closed: Closed) {
        let Some(segment) = closed.write else { return };
        let old = self.held("segment");
        let name = format!("{}.segment", kept::name_of(&[&segment]));
        let written = self.write(&name, &segment);
        if written.is_ok() && closed.replaces {
            let idle = old.iter().filter(|file| file.path.file_name().is_some_and(|own| own != name.as_str()));
            // Another run may have removed them.
            idle.for_each(|file| drop(std::fs::remove_file(&file.path)));
        }
        self.note(written.and_then(|()| self.tidy()));
    }

    fn scan(&self, name: &str) -> Option<Vec<u8>> {
        read(&self.own.join(format!("{name}.scan")))
    }

    fn keep_scan(&self, name: &str, bytes: &[u8]) {
        self.note(self.write(&format!("{name}.scan"), bytes));
        let scans = self.held("scan");
        for file in scans.iter().take(scans.len().saturating_sub(SCANS)) {
            // Another run may have removed it.
            let _ = std::fs::remove_file(&file.path);
        }
    }

    fn program(&self) -> &[u8] {
        &self.program
    }
}

/// What tells this program from others that may read a text differently: another build has another length or another day.
fn program() -> Option<Vec<u8>> {
    let path = std::env::current_exe().ok()?;
    let file = std::fs::metadata(&path).ok()?;
    let built = file.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {} {built:?}", env!("CARGO_PKG_VERSION"), path.display(), file.len()).into_bytes())
}

/// A new file that only its owner reads: it holds what stands in source code.
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// The files of a folder, the one used last at the end.
fn held(folder: &Path) -> Vec<Held> {
    let of = |entry: std::fs::DirEntry| {
        let data = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some(Held { path: entry.path(), size: data.len(), used: data.modified().ok()? })
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut held: Vec<Held> = entries.filter_map(of).collect();
    held.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
    held
}

/// A file that was kept. One that is not there or cannot be read is as if it had never been kept.
fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(2 * kept::MOST as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use codemod::kept::Shelf as _;

    #[test]
    fn a_shelf_is_private_bounded_and_never_in_the_scanned_folder() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let (state, code) = (home.path().join("state"), home.path().join("code"));
        std::fs::create_dir(&code).unwrap();
        assert!(Shelf::of(Some(&state), home.path()).is_none() && Shelf::of(None, &code).is_none());
        let shelf = Shelf::of(Some(&state), &code).unwrap();
        shelf.close(Closed { write: Some(b"one".to_vec()), replaces: false });
        shelf.close(Closed { write: Some(b"two".to_vec()), replaces: true });
        assert_eq!(shelf.segments(), [b"two"]);
        (0..SCANS + 3).for_each(|n| shelf.keep_scan(&n.to_string(), b"found"));
        assert_eq!((shelf.held("scan").len(), shelf.scan("x")), (SCANS, None));
        let modes: Vec<u32> =
            held(&shelf.own).iter().map(|f| f.path.metadata().unwrap().permissions().mode()).collect();
        assert!(modes.iter().all(|mode| mode & 0o77 == 0), "{modes:?}");
        assert_eq!(shelf.trouble(), None);
    }

    #[test]
    fn an_unwritable_place_is_told() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("state"), "a file").unwrap();
        std::fs::create_dir(home.path().join("code")).unwrap();
        let shelf = Shelf::of(Some(&home.path().join("state")), &home.path().join("code")).unwrap();
        shelf.keep_scan("a", b"found");
        assert!(shelf.trouble().is_some());
    }
}
