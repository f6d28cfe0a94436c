//! The runner of golden files.
//!
//! [`check_dir`] reads every `*.q` file of a folder, asks the suite what each case produces now, and
//! compares. With `QUAESTOR_BLESS=1` (`cargo xtask golden --bless`) it writes what was produced
//! instead. `check` sections are the exception: nothing ever writes them, and what is produced has
//! to equal both the file's and the tally's, blessing or not.

use std::any::Any;
use std::fmt::{self, Display, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::case::{self, Case};
use crate::diff;

/// The key of the section that is never blessed.
pub const CHECK: &str = "check";

/// What a suite produced for one case, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sections {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    Text { key: String, text: String },
    Check { produced: String, tallied: Option<String> },
}

impl Sections {
    /// Nothing yet.
    pub fn new() -> Self {
        Sections::default()
    }

    /// Adds a section; its text may have several lines.
    #[must_use]
    pub fn section(mut self, key: &str, text: impl Into<String>) -> Self {
        self.entries.push(Entry::Text { key: key.to_owned(), text: text.into() });
        self
    }

    /// Adds what the code computed, and what the tally says it should be, where there is a tally.
    #[must_use]
    pub fn check(mut self, produced: impl Into<String>, tallied: Option<String>) -> Self {
        self.entries.push(Entry::Check { produced: produced.into(), tallied });
        self
    }
}

/// Whether files are compared or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Differences fail.
    Compare,
    /// Differences are written, checks excepted.
    Bless,
}

/// Why a run failed: one sentence or diff for each case.
#[derive(Debug, PartialEq, Eq)]
pub struct Failures(pub Vec<String>);

impl Display for Failures {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|failure| writeln!(f, "{failure}"))?;
        writeln!(f, "{} failed; where the new output is right: cargo xtask golden --bless", self.0.len())
    }
}

impl std::error::Error for Failures {}

/// Checks every case of every `*.q` file in `dir`; `keys` are the header keys that the suite knows.
///
/// # Panics
/// With all failures at once: differences, unknown keys, malformed files, panics of `run`. A folder
/// without cases fails too, since it proves nothing.
pub fn check_dir(dir: impl AsRef<Path>, keys: &[&str], run: impl FnMut(&Case) -> Sections) {
    let mode = match std::env::var_os("QUAESTOR_BLESS").is_some_and(|v| v == "1") {
        true => Mode::Bless,
        false => Mode::Compare,
    };
    if let Err(failures) = run_dir(dir.as_ref(), keys, mode, run) {
        panic!("golden files differ\n\n{failures}");
    }
}

/// [`check_dir`] as a value: the number of cases, or what failed.
///
/// # Errors
/// As [`check_dir`] panics.
pub fn run_dir(
    dir: &Path,
    keys: &[&str],
    mode: Mode,
    mut run: impl FnMut(&Case) -> Sections,
) -> Result<usize, Failures> {
    let (mut count, mut failures) = (0, Vec::new());
    for (name, text) in read_dir(dir).map_err(|e| Failures(vec![format!("{}: {e}", dir.display())]))? {
        match run_file(&name, &text, keys, mode, &mut run) {
            Ok(blessed) => {
                count += blessed.cases;
                failures.extend(blessed.failures);
                write_changed(&dir.join(&name), &text, &blessed.text, &mut failures);
            }
            Err(errors) => failures.extend(errors),
        }
    }
    match count {
        0 if failures.is_empty() => Err(Failures(vec![format!("{}: no cases", dir.display())])),
        _ if failures.is_empty() => Ok(count),
        _ => Err(Failures(failures)),
    }
}

/// The golden files of a folder by name.
fn read_dir(dir: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "q") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn write_changed(path: &Path, old: &str, new: &str, failures: &mut Vec<String>) {
    if old != new
        && let Err(error) = std::fs::write(path, new)
    {
        failures.push(format!("{}: {error}", path.display()));
    }
}

/// A file after its run: the text it should have (unchanged where nothing is blessed).
struct Outcome {
    cases: usize,
    text: String,
    failures: Vec<String>,
}

fn run_file(
    name: &str,
    text: &str,
    keys: &[&str],
    mode: Mode,
    run: &mut impl FnMut(&Case) -> Sections,
) -> Result<Outcome, Vec<String>> {
    let cases = case::parse(name, text)?;
    let (mut texts, mut failures) = (Vec::new(), Vec::new());
    for case in &cases {
        match run_case(case, keys, mode, run) {
            Ok(sections) => texts.push(case.with_sections(&sections)),
            Err(problems) => {
                failures.extend(problems);
                texts.push(case.with_sections(&rendered(case.sections())));
            }
        }
    }
    let text = if mode == Mode::Bless { texts.join("===\n") } else { text.to_owned() };
    Ok(Outcome { cases: cases.len(), text, failures })
}

/// The sections that the case should have from now on, or what is wrong with it.
fn run_case(
    case: &Case,
    keys: &[&str],
    mode: Mode,
    run: &mut impl FnMut(&Case) -> Sections,
) -> Result<String, Vec<String>> {
    let unknown: Vec<String> =
        case.header().filter(|(key, _)| !keys.contains(key)).map(|(k, _)| k.to_owned()).collect();
    if !unknown.is_empty() {
        let known = keys.join(", ");
        return Err(vec![format!("{}: unknown keys: {} (known: {known})", case.place, unknown.join(", "))]);
    }
    let produced = catch_unwind(AssertUnwindSafe(|| run(case)))
        .map_err(|panic| vec![format!("{}: panicked: {}", case.place, panic_text(panic.as_ref()))])?;
    let mut problems = check_problems(case, &produced);
    let (old, new) = (rendered(case.sections()), rendered(&blessed(case, &produced)));
    if mode == Mode::Compare && old != new {
        problems.push(format!("{}: sections differ (- file, + now)\n{}", case.place, diff::lines(&old, &new)));
    }
    if problems.is_empty() { Ok(new) } else { Err(problems) }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

fn rendered(sections: &[(String, String)]) -> String {
    sections.iter().map(|(key, text)| case::render(key, text)).collect()
}

/// What the file would hold after blessing: produced texts, and its own checks where it has them.
fn blessed(case: &Case, produced: &Sections) -> Vec<(String, String)> {
    let mut own_checks = case.sections().iter().filter(|(key, _)| key == CHECK).cloned();
    let mut sections = Vec::new();
    for entry in &produced.entries {
        match entry {
            Entry::Text { key, text } => sections.push((key.clone(), case::normal(text))),
            Entry::Check { .. } => sections.extend(own_checks.next()),
        }
    }
    sections.extend(own_checks);
    sections
}

/// Every produced check needs an expectation (the file's, the tally's or both) and equals them all.
fn check_problems(case: &Case, produced: &Sections) -> Vec<String> {
    let mut own = case.sections().iter().filter(|(key, _)| key == CHECK).map(|(_, text)| text.as_str());
    let mut problems = Vec::new();
    for entry in &produced.entries {
        match entry {
            Entry::Text { key, .. } if key == CHECK => {
                problems.push(format!("{}: a `check` section comes through Sections::check", case.place));
            }
            Entry::Text { .. } => {}
            Entry::Check { produced, tallied } => {
                problems.extend(one_check(&case.place, produced, own.next(), tallied.as_deref()));
            }
        }
    }
    problems.extend(own.map(|text| format!("{}: nothing was produced for: check {text}", case.place)));
    problems
}

fn one_check(place: &str, produced: &str, file: Option<&str>, tally: Option<&str>) -> Vec<String> {
    let expectations = [("the file", file), ("the tally", tally)];
    if expectations.iter().all(|(_, text)| text.is_none()) {
        return vec![format!("{place}: a check that neither the file nor a tally knows: {produced}")];
    }
    let differs = |text: &str| case::normal(text) != case::normal(produced);
    let failing = expectations.into_iter().filter_map(|(who, text)| text.filter(|t| differs(t)).map(|t| (who, t)));
    failing.map(|(who, text)| format!("{place}: check: {who} says {text}, produced was {produced}")).collect()
}

#[cfg(test)]
mod tests;
