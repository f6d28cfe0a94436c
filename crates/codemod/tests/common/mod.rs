//! Folders that tests scan: of the disk, all of it, or in memory.
#![allow(dead_code, reason = "each test file is a program of its own and uses some of this")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use codemod::{Files, Listed};

/// A folder of the disk.
pub struct Folder(pub PathBuf);

fn gather(root: &Path, folder: &Path, found: &mut Vec<Listed>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            gather(root, &entry.path(), found)?;
            continue;
        }
        let path = entry.path().strip_prefix(root).expect("it is below").to_string_lossy().replace('\\', "/");
        found.push(Listed { path, size: entry.metadata()?.len(), link: kind.is_symlink() });
    }
    Ok(())
}

impl Files for Folder {
    fn list(&self) -> std::io::Result<(Vec<Listed>, Vec<codemod::Skipped>)> {
        let mut found = Vec::new();
        gather(&self.0, &self.0, &mut found)?;
        Ok((found, Vec::new()))
    }

    fn read(&self, path: &str, most: u64) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        std::fs::File::open(self.0.join(path))?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Files in memory, by path; what lies below `link/` is a symbolic link.
pub struct Heap(pub BTreeMap<String, Vec<u8>>);

impl Heap {
    /// Files with their bytes.
    pub fn of(files: &[(&str, &[u8])]) -> Heap {
        Heap(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect())
    }
}

impl Files for Heap {
    fn list(&self) -> std::io::Result<(Vec<Listed>, Vec<codemod::Skipped>)> {
        let listed = |(path, bytes): (&String, &Vec<u8>)| Listed {
            path: path.clone(),
            size: bytes.len() as u64,
            link: path.starts_with("link/"),
        };
        Ok((self.0.iter().map(listed).collect(), Vec::new()))
    }

    fn read(&self, path: &str, most: u64) -> std::io::Result<Vec<u8>> {
        let bytes = self.0.get(path).ok_or(std::io::ErrorKind::NotFound)?;
        Ok(bytes.iter().take(usize::try_from(most).unwrap_or(usize::MAX)).copied().collect())
    }
}
