//! The workspace as the rules see it: manifests, sources with their facts, and data files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::path::Path;

use crate::error::Error;
use crate::facts::{self, At, Facts};

/// Files by path, relative to the workspace, with `/` between folders.
pub type Files = BTreeMap<String, String>;

/// The rooms that do no I/O, are not async and take the time as an argument.
pub const PURE: [&str; 6] = ["fault", "catalog", "books", "sql", "meaning", "plan"];

/// The whole workspace.
#[derive(Debug)]
pub struct House {
    /// One for each folder of `crates`, and `xtask`.
    pub manifests: Vec<Manifest>,
    /// Every Rust file below `crates` and `xtask`.
    pub sources: Vec<Source>,
    /// Every file, parsed or not.
    pub files: Files,
    /// Table and column names of the fixture schemas.
    pub fixture_names: BTreeSet<String>,
}

/// The manifest of one crate.
#[derive(Debug)]
pub struct Manifest {
    /// The crate: its folder's name.
    pub owner: String,
    /// The file.
    pub path: String,
    /// Its text, for line numbers.
    pub text: String,
    /// Its values.
    pub table: toml::Table,
}

/// One Rust file.
#[derive(Debug)]
pub struct Source {
    /// The crate: its folder's name.
    pub owner: String,
    /// The file.
    pub path: String,
    /// Number of lines.
    pub lines: usize,
    /// Where it stands in the crate's module tree; none for tests, benches, build scripts and `bin`.
    pub module: Option<Vec<String>>,
    /// Whether all of it is for tests, benches or builds only.
    pub test: bool,
    /// What stands in it.
    pub facts: Facts,
}

/// A rule that does not hold somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The file.
    pub path: String,
    /// The line, from one.
    pub line: usize,
    /// The rule.
    pub rule: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to try.
    pub hint: String,
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}; try: {}", self.path, self.line, self.rule, self.what, self.hint)
    }
}

impl House {
    /// Parses what [`read`] found.
    ///
    /// # Errors
    /// Fails where a Rust file or a manifest does not parse.
    pub fn of(files: Files, fixture_names: BTreeSet<String>) -> Result<House, Error> {
        let (mut manifests, mut sources) = (Vec::new(), Vec::new());
        for (path, text) in &files {
            let Some((owner, inner)) = owner_of(path) else { continue };
            if inner == "Cargo.toml" {
                manifests.push(manifest(owner, path, text)?);
            } else if inner.ends_with(".rs") {
                sources.push(source(owner, path, inner, text)?);
            }
        }
        mark_test_modules(&mut sources);
        Ok(House { manifests, sources, files, fixture_names })
    }

    /// Sources of programs and libraries: no tests, no `xtask`.
    pub fn product(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| !source.test && source.owner != "xtask")
    }
}

impl Source {
    /// Makes a violation in this file.
    pub fn violation(&self, line: usize, rule: &'static str, what: String, hint: &str) -> Violation {
        Violation { path: self.path.clone(), line, rule, what, hint: hint.to_owned() }
    }

    /// Whether a fact of this file is for tests only.
    pub fn is_test(&self, at: &At) -> bool {
        self.test || at.test
    }

    /// Product code's names of this file, with their lines.
    pub fn product_names(&self) -> impl Iterator<Item = (usize, &[String])> {
        let names = self.facts.names.iter().filter(|name| !self.is_test(&name.at));
        names.map(|name| (name.at.line, name.full.as_slice()))
    }
}

impl Manifest {
    /// The line of a dependency or table of this name, or the first.
    pub fn line_of(&self, name: &str) -> usize {
        let is_it = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=', ']']));
        self.text.lines().position(is_it).map_or(1, |line| line + 1)
    }

    /// Makes a violation in this file, at the line of `name`.
    pub fn violation(&self, name: &str, rule: &'static str, what: String, hint: &str) -> Violation {
        Violation { path: self.path.clone(), line: self.line_of(name), rule, what, hint: hint.to_owned() }
    }

    /// Packages of the sections (`dependencies`, ...) by their own names, those of one target included.
    pub fn dependencies(&self, sections: &[&str]) -> BTreeSet<String> {
        let targets = self.table.get("target").and_then(toml::Value::as_table);
        let tables = targets.into_iter().flat_map(|t| t.values().filter_map(toml::Value::as_table));
        let tables = std::iter::once(&self.table).chain(tables);
        let found = tables.flat_map(|table| sections.iter().filter_map(|name| table.get(*name)?.as_table()));
        found.flatten().map(|(name, value)| package(name, value)).collect()
    }
}

/// A dependency may be renamed: `db = { package = "rusqlite" }`.
fn package(name: &str, value: &toml::Value) -> String {
    value.get("package").and_then(toml::Value::as_str).unwrap_or(name).to_owned()
}

/// Reads the texts that rules look at: Rust files and TOML below `crates` and `xtask`, `rustfmt.toml`.
///
/// # Errors
/// Fails where one of them cannot be read.
pub fn read(root: &Path) -> Result<Files, Error> {
    let mut files = Files::new();
    for folder in ["crates", "xtask"] {
        read_folder(&root.join(folder), folder, &mut files)?;
    }
    let rustfmt = root.join("rustfmt.toml");
    if rustfmt.exists() {
        read_text(&rustfmt, "rustfmt.toml", &mut files)?;
    }
    Ok(files)
}

fn read_folder(folder: &Path, relative: &str, files: &mut Files) -> Result<(), Error> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let relative = format!("{relative}/{name}");
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            read_folder(&path, &relative, files)?;
        } else if name.ends_with(".rs") || name.ends_with(".toml") {
            read_text(&path, &relative, files)?;
        }
    }
    Ok(())
}

fn read_text(path: &Path, relative: &str, files: &mut Files) -> Result<(), Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    files.insert(relative.to_owned(), text);
    Ok(())
}

/// The crate of a path and the rest: `crates/sql/src/lib.rs` -> `sql`, `src/lib.rs`.
fn owner_of(path: &str) -> Option<(&str, &str)> {
    match path.strip_prefix("crates/") {
        Some(rest) => rest.split_once('/'),
        None => path.split_once('/').filter(|(owner, _)| *owner == "xtask"),
    }
}

fn manifest(owner: &str, path: &str, text: &str) -> Result<Manifest, Error> {
    let table = text.parse().map_err(|e| Error::Manifest { path: path.to_owned(), source: Box::new(e) })?;
    Ok(Manifest { owner: owner.to_owned(), path: path.to_owned(), text: text.to_owned(), table })
}

fn source(owner: &str, path: &str, inner: &str, text: &str) -> Result<Source, Error> {
    let file = syn::parse_file(text).map_err(|source| {
        let line = source.span().start().line;
        Error::Rust { path: path.to_owned(), line, source }
    })?;
    let module = inner.strip_prefix("src/").and_then(module_of);
    Ok(Source {
        owner: owner.to_owned(),
        path: path.to_owned(),
        lines: text.lines().count(),
        test: !inner.starts_with("src/") || inner.ends_with("/tests.rs"),
        module,
        facts: facts::of_file(&file),
    })
}

/// `a/b.rs` and `a/b/mod.rs` -> `a::b`; the root is empty.
fn module_of(inner: &str) -> Option<Vec<String>> {
    let mut parts: Vec<String> = inner.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
    if parts[0] == "bin" {
        return None;
    }
    if matches!((parts.len(), parts.last()?.as_str()), (1, "lib" | "main") | (_, "mod")) {
        parts.pop();
    }
    Some(parts)
}

/// A file behind `#[cfg(test)] mod name;` is for tests, and so are those below it.
fn mark_test_modules(sources: &mut [Source]) {
    let mut roots: Vec<(String, Vec<String>)> = Vec::new();
    for source in sources.iter() {
        let Some(module) = &source.module else { continue };
        for child in source.facts.modules.iter().filter(|child| child.at.test) {
            let parts = module.iter().chain(&child.at.module).chain([&child.text]);
            roots.push((source.owner.clone(), parts.cloned().collect()));
        }
    }
    for source in sources {
        let below = |root: &Vec<String>| source.module.as_ref().is_some_and(|module| module.starts_with(root));
        source.test |= roots.iter().any(|(owner, root)| *owner == source.owner && below(root));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A made-up workspace.
    pub(crate) fn house(files: &[(&str, &str)]) -> House {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let names = ["customer_name", "invoiceLines", "revenue"].map(str::to_owned);
        House::of(files, names.into()).unwrap()
    }

    /// What a rule says, a line each.
    pub(crate) fn said(violations: Vec<Violation>) -> Vec<String> {
        violations.iter().map(Violation::to_string).collect()
    }

    #[test]
    fn files_know_their_module_and_whether_they_are_tests() {
        let house = house(&[
            ("crates/a/src/lib.rs", "mod m; #[cfg(test)] mod fake;"),
            ("crates/a/src/m/mod.rs", "mod n;"),
            ("crates/a/src/m/n.rs", ""),
            ("crates/a/src/m/tests.rs", ""),
            ("crates/a/src/fake/deep.rs", ""),
            ("crates/a/src/bin/tool.rs", ""),
            ("crates/a/tests/all.rs", ""),
            ("crates/a/build.rs", ""),
            ("elsewhere/x.rs", "not read"),
        ]);
        let seen: Vec<(&str, Option<String>, bool)> = house
            .sources
            .iter()
            .map(|s| (s.path.trim_start_matches("crates/a/"), s.module.as_ref().map(|m| m.join("::")), s.test))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            seen,
            [
                ("build.rs", None, true),
                ("src/bin/tool.rs", None, false),
                ("src/fake/deep.rs", some("fake::deep"), true),
                ("src/lib.rs", some(""), false),
                ("src/m/mod.rs", some("m"), false),
                ("src/m/n.rs", some("m::n"), false),
                ("src/m/tests.rs", some("m::tests"), true),
                ("tests/all.rs", None, true),
            ]
        );
    }

    #[test]
    fn dependencies_of_targets_and_renamed_ones_count() {
        let text = "[dependencies]\na.workspace = true\nb = { package = \"c\" }\n[target.'cfg(unix)'.dependencies]\nd = \"1\"\n\
                    [dev-dependencies]\ne = \"1\"\n";
        let manifest = manifest("x", "crates/x/Cargo.toml", text).unwrap();
        assert_eq!(manifest.dependencies(&["dependencies"]).into_iter().collect::<Vec<_>>(), ["a", "c", "d"]);
        assert_eq!(manifest.line_of("d"), 5);
    }

    #[test]
    fn a_broken_file_names_its_line() {
        let files = Files::from([("crates/a/src/lib.rs".to_owned(), "fn a() {}\nfn (".to_owned())]);
        let error = House::of(files, BTreeSet::new()).unwrap_err();
        assert_eq!(error.to_string(), "parsing crates/a/src/lib.rs:2");
    }

    #[test]
    fn only_texts_of_the_workspace_are_read() {
        let root = tempfile::tempdir().unwrap();
        let texts = ["crates/a/src/lib.rs", "crates/a/Cargo.toml", "xtask/src/main.rs", "rustfmt.toml"];
        let others = ["crates/a/README.md", "crates/a/target/x.rs", "crates/.hidden/x.rs", "elsewhere/x.rs"];
        for path in texts.iter().chain(&others) {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let mut expected = texts.to_vec();
        expected.sort_unstable();
        assert_eq!(read(root.path()).unwrap().into_keys().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let error = read(root.path()).unwrap_err();
        assert_eq!(error.to_string(), format!("reading {}", root.path().join("crates").display()));
        assert!(std::error::Error::source(&error).is_some());
    }
}
