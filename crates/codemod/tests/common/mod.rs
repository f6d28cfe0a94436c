//! A folder of the disk, all of it.

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
