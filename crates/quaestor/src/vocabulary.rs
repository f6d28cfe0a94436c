//! The user's own vocabulary: which files it is in, and the ontology that it makes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fault::{Fault, Kind};
use meaning::Ontology;
use meaning::vocabulary::{Entries, Unfounded, extend, read_file, read_sections};

use crate::context::Context;
use crate::settings::{Places, Settings};

/// How a file says what words mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It holds nothing else.
    Whole,
    /// It is a configuration with sections about words.
    Sections,
}

/// A file with what it said when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The file.
    pub path: PathBuf,
    /// As people call it.
    pub name: String,
    /// What it is.
    pub form: Form,
    text: String,
}

impl Page {
    /// How many entries it has.
    ///
    /// # Errors
    /// As [`understand`].
    pub fn entries(&self) -> Result<Entries, Fault> {
        match self.form {
            Form::Whole => read_file(&self.name, &self.text),
            Form::Sections => read_sections(&self.name, &self.text),
        }
    }
}

/// Reads the files: the team's vocabulary first, then the configurations, the user's before the project's.
///
/// # Errors
/// Faults of kind `Config`, or `Missing`, for a file that cannot be read.
pub fn read(places: &Places, settings: &Settings) -> Result<Vec<Page>, Fault> {
    let whole = settings.vocabulary.iter().map(|path| (path.as_path(), Form::Whole));
    let files = whole.chain(places.files().into_iter().map(|path| (path, Form::Sections)));
    files.map(|(path, form)| page(places, path, form)).collect()
}

fn page(places: &Places, path: &Path, form: Form) -> Result<Page, Fault> {
    let name = places.shown(path);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Page { path: path.to_owned(), name, form, text }),
        Err(error) => {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            let kind = if missing { Kind::Missing } else { Kind::Config };
            let fault = Fault::new(kind, "config.vocabulary", format!("the vocabulary {name} cannot be read"));
            Err(fault.cause(error.to_string()).hint("`vocabulary` in the configuration, or --vocabulary, names a file"))
        }
    }
}

/// The built-in ontology with what the files say.
///
/// # Errors
/// Faults of kind `Config` with the line of what is wrong.
pub fn understand(pages: &[Page]) -> Result<Arc<Ontology>, Fault> {
    let entries = pages.iter().map(Page::entries).collect::<Result<Vec<Entries>, Fault>>()?;
    Ok(Arc::new(extend(Ontology::english()?, entries)?))
}

/// Says on standard error that entries name what the database does not have. A question with their phrases is refused.
pub fn notice(unfounded: &[Unfounded], context: &Context) {
    let [first, rest @ ..] = unfounded else { return };
    let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
    context.notice(&format!("{}{more}: `quaestor doctor` checks the vocabulary", in_words(first)));
}

/// An entry that names what is not there, in one line.
pub fn in_words(entry: &Unfounded) -> String {
    let near =
        if entry.similar.is_empty() { String::new() } else { format!(" (similar: {})", entry.similar.join(", ")) };
    format!("{}: {}{near}", entry.place, entry.what)
}

/// Both.
///
/// # Errors
/// As [`read`] and [`understand`].
pub fn load(places: &Places, settings: &Settings) -> Result<Arc<Ontology>, Fault> {
    understand(&read(places, settings)?)
}
