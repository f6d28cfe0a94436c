//! A folder of source code, as git sees it.

use std::io::Read;
use std::path::{Path, PathBuf};

use codemod::{Files, Listed, Skipped};
use ignore::{DirEntry, WalkBuilder};

/// A folder of the disk. What its ignore files name is left out; symbolic links are listed and never followed.
pub struct Folder(pub PathBuf);

impl Folder {
    fn below(&self, path: &Path) -> String {
        let parts = path.strip_prefix(&self.0).unwrap_or(path).components();
        parts.map(|c| c.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
    }

    fn listed(&self, entry: &DirEntry) -> Option<Listed> {
        let kind = entry.file_type()?;
        let wanted = kind.is_file() || kind.is_symlink();
        let size = entry.metadata().map_or(0, |m| m.len());
        wanted.then(|| Listed { path: self.below(entry.path()), size, link: kind.is_symlink() })
    }

    fn failed(&self, error: &ignore::Error) -> Skipped {
        let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        Skipped { file: self.place_of(error), why: format!("it cannot be read: {why}") }
    }

    fn place_of(&self, error: &ignore::Error) -> String {
        match error {
            ignore::Error::WithPath { path, .. } => self.below(path),
            ignore::Error::WithDepth { err, .. } => self.place_of(err),
            ignore::Error::Loop { child, .. } => self.below(child),
            _ => String::new(),
        }
    }
}

impl Files for Folder {
    fn list(&self) -> std::io::Result<(Vec<Listed>, Vec<Skipped>)> {
        let named = |e: std::io::Error| std::io::Error::new(e.kind(), format!("{}: {e}", self.0.display()));
        std::fs::read_dir(&self.0).map_err(named)?;
        let (mut listed, mut skipped) = (Vec::new(), Vec::new());
        let is_git = |e: &DirEntry| e.depth() > 0 && e.file_name() == ".git";
        let walk = WalkBuilder::new(&self.0)
            .hidden(false)
            .follow_links(false)
            .require_git(false)
            .filter_entry(move |e| !is_git(e))
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => listed.extend(self.listed(&entry)),
                Err(error) => skipped.push(self.failed(&error)),
            }
        }
        Ok((listed, skipped))
    }

    fn read(&self, path: &str, most: u64) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(self.0.join(path))?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_left_out_and_links_are_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("app");
        std::fs::create_dir_all(root.join("build")).unwrap();
        std::fs::create_dir_all(root.join(".git")).unwrap();
        for (name, text) in
            [(".gitignore", "build/\n"), ("a.py", "x"), ("build/b.py", "x"), (".git/c.py", "x"), (".env", "A=b")]
        {
            std::fs::write(root.join(name), text).unwrap();
        }
        std::os::unix::fs::symlink(&root, root.join("loop")).unwrap();
        let (mut listed, skipped) = Folder(root.clone()).list().unwrap();
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        let names: Vec<(&str, bool)> = listed.iter().map(|l| (l.path.as_str(), l.link)).collect();
        assert_eq!(names, [(".env", false), (".gitignore", false), ("a.py", false), ("loop", true)]);
        assert!(skipped.is_empty());
        assert_eq!(Folder(root).read("a.py", 10).unwrap(), b"x");
        assert!(Folder(home.path().join("gone")).list().is_err());
    }
}
