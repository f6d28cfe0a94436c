//! Which files of a folder are read, and why others are not.

use crate::code::Language;
use crate::error::Error;
use crate::finding::Skipped;

/// Largest file that is read, in bytes.
pub const LARGEST: u64 = 2 << 20;
/// Largest file of data that is read, in bytes.
const LARGEST_DATA: u64 = 256 << 10;
/// Most files that are read.
pub const MOST_FILES: usize = 200_000;
/// Most skipped files that are listed one by one.
const MOST_SKIPPED: usize = 10_000;
/// Longest line of code that people write, in bytes, on the average.
const LONGEST_LINE: usize = 600;

/// Folders of other people's code.
const VENDORED: [&str; 13] = [
    "node_modules",
    "vendor",
    "site-packages",
    "bower_components",
    "third_party",
    "dbt_packages",
    ".venv",
    "venv",
    "dist",
    "__pycache__",
    ".git",
    "target",
    ".tox",
];
/// Files that programs write.
const WRITTEN: [&str; 10] = [
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "poetry.lock",
    "Cargo.lock",
    "uv.lock",
    "composer.lock",
    "go.sum",
    "Pipfile.lock",
    "npm-shrinkwrap.json",
];

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Path below the folder, with `/` on every system.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it is a symbolic link, which is not followed.
    pub link: bool,
}

/// Where files are: whoever asks for a scan opens them, so that a scan itself depends on what it is given alone.
pub trait Files: Sync {
    /// All files that are no part of what the project ignores, and those that cannot be listed, in any order.
    ///
    /// # Errors
    /// The folder itself cannot be read.
    fn list(&self) -> std::io::Result<(Vec<Listed>, Vec<Skipped>)>;

    /// The first bytes of a file, at most so many.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, path: &str, most: u64) -> std::io::Result<Vec<u8>>;
}

/// A file to read.
#[derive(Clone, Debug)]
pub struct Found {
    /// Path below the folder, with `/`.
    pub path: String,
    /// Its language.
    pub language: Language,
}

/// The files of a folder that are read, and those that are not.
///
/// # Errors
/// The folder itself cannot be read.
pub fn files(root: &dyn Files) -> Result<(Vec<Found>, Vec<Skipped>), Error> {
    let (mut listed, mut skipped) = root.list().map_err(|source| Error::Folder { source })?;
    listed.sort_by(|a, b| a.path.cmp(&b.path));
    let mut found = Vec::new();
    for file in listed {
        match consider(root, &file) {
            Ok(Some(language)) => found.push(Found { path: file.path, language }),
            Ok(None) => {}
            Err(why) => skipped.push(Skipped { file: file.path, why }),
        }
        if found.len() >= MOST_FILES {
            skipped.push(Skipped {
                file: String::new(),
                why: format!("more than {MOST_FILES} files: the rest is not read"),
            });
            break;
        }
    }
    if skipped.len() > MOST_SKIPPED {
        let why = format!("{} more that are not listed", skipped.len() - MOST_SKIPPED);
        skipped.truncate(MOST_SKIPPED);
        skipped.push(Skipped { file: String::new(), why });
    }
    Ok((found, skipped))
}

/// The language of a file that is read, nothing of one that is no source, or why a source is not read.
fn consider(root: &dyn Files, file: &Listed) -> Result<Option<Language>, String> {
    let path = &file.path;
    let vendored = path.split('/').find(|p| VENDORED.contains(p));
    let Some(language) =
        language(path, |path| if vendored.is_none() && !file.link { root.read(path, 64).ok() } else { None })
    else {
        return Ok(None);
    };
    if file.link {
        return Err("a symbolic link: what it leads to is read where it is".into());
    }
    if let Some(folder) = vendored {
        return Err(format!("code of others below {folder}"));
    }
    if WRITTEN.contains(&path.rsplit('/').next().unwrap_or("")) {
        return Err("written by a program".into());
    }
    let most = if language == Language::Data { LARGEST_DATA } else { LARGEST };
    if file.size > most {
        return Err(format!("{} bytes, more than {most}", file.size));
    }
    Ok(Some(language))
}

/// The language of a file by its name, or by its first line where it has no ending.
fn language(path: &str, head: impl Fn(&str) -> Option<Vec<u8>>) -> Option<Language> {
    let name = path.rsplit('/').next().unwrap_or("");
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
    let by_ending = match ending.as_str() {
        "py" | "pyi" | "pyw" => Some(Language::Python),
        "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" => Some(Language::Script),
        "go" => Some(Language::Go),
        "json" | "yaml" | "yml" | "toml" | "env" => Some(Language::Data),
        "sql" | "ddl" | "jinja" | "j2" => Some(Language::Sql),
        _ => None,
    };
    // `full.sql.postgres`: SQL, written for one engine or filled in before it runs.
    let by_ending = by_ending.or_else(|| name.to_lowercase().contains(".sql.").then_some(Language::Sql));
    if by_ending.is_some() || name.starts_with(".env") {
        return by_ending.or(Some(Language::Data));
    }
    if name.contains('.') { None } else { shebang(&head(path)?) }
}

fn shebang(head: &[u8]) -> Option<Language> {
    let line = head.split(|&b| b == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.strip_prefix("#!")?;
    if line.contains("python") {
        Some(Language::Python)
    } else if line.contains("node") || line.contains("deno") || line.contains("bun") {
        Some(Language::Script)
    } else {
        None
    }
}

/// The text of a file, or why it is not read.
pub fn text(root: &dyn Files, found: &Found) -> Result<String, String> {
    let bytes = root.read(&found.path, LARGEST).map_err(|e| format!("it cannot be read: {e}"))?;
    if bytes.iter().take(8192).any(|&b| b == 0) {
        return Err("no text: it holds zero bytes".into());
    }
    let text = String::from_utf8(bytes).map_err(|e| format!("byte {} is no UTF-8", e.utf8_error().valid_up_to()))?;
    let head: String = text.lines().take(5).collect::<Vec<_>>().join("\n");
    if head.contains("DO NOT EDIT") || head.contains("@generated") {
        return Err("written by a program, as its head says".into());
    }
    let lines = text.lines().count().max(1);
    if matches!(found.language, Language::Script) && text.len() > 4096 && text.len() / lines > LONGEST_LINE {
        return Err(format!("{} bytes in {lines} lines: minified", text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_name_and_by_the_first_line() {
        let said = |path: &str, head: &'static str| language(path, |_| Some(head.as_bytes().to_vec()));
        assert_eq!(said("a/b.tsx", ""), Some(Language::Script));
        assert_eq!(said("bin/job", "#!/usr/bin/env python3\nimport os"), Some(Language::Python));
        assert_eq!(said("bin/job", "\u{7f}ELF"), None);
        assert_eq!(said(".env.local", ""), Some(Language::Data));
        assert_eq!(said("db/full.sql.postgres", ""), Some(Language::Sql));
        assert_eq!(said("picture.png", "#!/usr/bin/python"), None);
    }
}
