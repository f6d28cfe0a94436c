//! Configuration: defaults, then the user's file, the project's file, `QUAESTOR_*`, flags. Each later
//! one wins. What is wrong is reported with its key and where it stands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use connect::Choice;
use directories::ProjectDirs;
use fault::{Fault, Kind};
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use jiff::tz::TimeZone;
use meaning::address::similar;
use meaning::vocabulary::SECTIONS;

use crate::parse::{self, Locale, When};

/// The keys of a configuration file. `QUAESTOR_` and the upper-case key is the variable.
pub const KEYS: [&str; 9] =
    ["color", "db", "fiscal_start", "locale", "state_dir", "tables", "timeout_s", "vocabulary", "zone"];

/// Time allowed where nothing else is said.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The configuration, resolved but for the flags.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address of the database.
    pub db: Option<String>,
    /// Which tables of it are looked at, where not all.
    pub tables: Option<Choice>,
    /// First month of the fiscal year.
    pub fiscal_start: Option<u8>,
    /// Time allowed for one run.
    pub timeout: Duration,
    /// How numbers are written.
    pub locale: Locale,
    /// Whether there are colours.
    pub color: When,
    /// Folder of the state, where the platform has one or one is configured.
    pub state_dir: Option<PathBuf>,
    /// File of the team's vocabulary.
    pub vocabulary: Option<PathBuf>,
    /// Time zone of "today".
    pub zone: TimeZone,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            db: None,
            tables: None,
            fiscal_start: None,
            timeout: TIMEOUT,
            locale: Locale::default(),
            color: When::default(),
            state_dir: None,
            vocabulary: None,
            zone: TimeZone::system(),
        }
    }
}

/// Where configuration comes from.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The user's file.
    pub user: Option<PathBuf>,
    /// The project's file.
    pub project: Option<PathBuf>,
    /// The platform's folder for data of this program.
    pub data: Option<PathBuf>,
    /// The working directory.
    pub folder: Option<PathBuf>,
    /// Variables, by key.
    pub variables: BTreeMap<String, String>,
}

impl Places {
    /// Those of this process.
    pub fn of_process() -> Places {
        let folders = ProjectDirs::from("", "", "quaestor");
        let variable = |key: &&str| {
            let value = std::env::var(variable_name(key)).ok().filter(|text| !text.is_empty())?;
            Some(((*key).to_owned(), value))
        };
        Places {
            user: folders.as_ref().map(|f| f.config_dir().join("config.toml")),
            project: std::env::current_dir().ok().map(|folder| folder.join("quaestor.toml")),
            data: folders.as_ref().map(|f| f.data_dir().to_owned()),
            folder: std::env::current_dir().ok(),
            variables: KEYS.iter().filter_map(variable).collect(),
        }
    }

    /// The files that exist, in the order in which they are read.
    pub fn files(&self) -> Vec<&Path> {
        [&self.user, &self.project].into_iter().flatten().map(PathBuf::as_path).filter(|path| path.exists()).collect()
    }

    /// A file as people call it: without the working directory, where it is below that.
    pub fn shown(&self, path: &Path) -> String {
        let inside = self.folder.as_ref().and_then(|folder| path.strip_prefix(folder).ok());
        inside.unwrap_or(path).display().to_string()
    }
}

/// Reads everything but the flags.
///
/// # Errors
/// Faults of kind `Config`: unreadable files, unknown keys, values that are not what a key takes.
pub fn load(places: &Places) -> Result<Settings, Fault> {
    let (figment, found) = read(places)?;
    let known = || KEYS.iter().chain(&SECTIONS).copied();
    if let Some(key) = found.keys().find(|key| !known().any(|k| k == key.as_str())) {
        let text = format!("unknown key {key:?} in {}", place(&figment, key));
        let fault = Fault::new(Kind::Config, "config.unknown_key", text);
        return Err(match similar(key, known()).first() {
            Some(near) => fault.hint(format!("{near} is known")),
            None => fault.hint(format!("known keys: {}", known().collect::<Vec<_>>().join(", "))),
        });
    }
    let values = Values { figment: &figment, found: &found };
    let defaults = Settings::default();
    Ok(Settings {
        db: values.read("db", |text| Ok(text.to_owned()))?,
        tables: values.read("tables", parse::tables)?,
        fiscal_start: values.read("fiscal_start", parse::month)?,
        timeout: values.read("timeout_s", parse::seconds)?.unwrap_or(defaults.timeout),
        locale: values.read("locale", parse::choice)?.unwrap_or_default(),
        color: values.read("color", parse::choice)?.unwrap_or_default(),
        state_dir: values.read("state_dir", |text| Ok(PathBuf::from(text)))?.or_else(|| places.data.clone()),
        vocabulary: values
            .read("vocabulary", |text| Ok(PathBuf::from(text)))?
            .map(|path| beside(&figment, "vocabulary", path)),
        zone: values.read("zone", parse::zone)?.unwrap_or(defaults.zone),
    })
}

/// Where the value of each key that is set stands, in words: a file or a variable.
///
/// # Errors
/// As [`load`], for what cannot be read.
pub fn origins(places: &Places) -> Result<BTreeMap<String, String>, Fault> {
    let (figment, found) = read(places)?;
    Ok(found.keys().map(|key| (key.clone(), place(&figment, key))).collect())
}

/// All layers, and what they come to.
fn read(places: &Places) -> Result<(Figment, Dict), Fault> {
    let mut figment = Figment::new();
    for path in places.files() {
        figment = figment.merge(Toml::file_exact(path));
    }
    figment = figment.merge(Variables(&places.variables));
    let found: Dict = figment.extract().map_err(|error| unreadable(&error))?;
    Ok((figment, found))
}

/// A relative path starts at the file that names it; in a variable at the working directory.
fn beside(figment: &Figment, key: &str, path: PathBuf) -> PathBuf {
    let source = figment.find_metadata(key).and_then(|metadata| metadata.source.as_ref());
    let folder = source.and_then(|source| source.file_path()).and_then(Path::parent);
    folder.map_or_else(|| path.clone(), |folder| folder.join(&path))
}

/// The values of all layers, each with its provenance.
struct Values<'v> {
    figment: &'v Figment,
    found: &'v Dict,
}

impl Values<'_> {
    /// Reads one value, from text or a number.
    fn read<T>(&self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, Fault> {
        let Some(value) = self.found.get(key) else { return Ok(None) };
        let text = match value {
            Value::String(_, text) => Some(text.clone()),
            Value::Num(_, number) => {
                let whole = number.to_i128().map(|n| n.to_string()).or(number.to_u128().map(|n| n.to_string()));
                whole.or(number.to_f64().map(|n| n.to_string()))
            }
            _ => None,
        };
        let read = text.as_deref().ok_or_else(|| "text or a number is expected".to_owned()).and_then(parse);
        read.map(Some).map_err(|why| {
            let text = format!("the value of {key} in {} cannot be used", place(self.figment, key));
            let shown = text_of(value).map(|shown| format!("{shown:?}: {why}")).unwrap_or(why);
            Fault::new(Kind::Config, "config.value", text).cause(shown)
        })
    }
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Where a key's value stands, in words.
fn place(figment: &Figment, key: &str) -> String {
    let Some(metadata) = figment.find_metadata(key) else { return "the configuration".to_owned() };
    match metadata.source.as_ref().and_then(|source| source.file_path()) {
        Some(path) => path.display().to_string(),
        None => metadata.interpolate(&Profile::Default, &[key]),
    }
}

fn unreadable(error: &figment::Error) -> Fault {
    let source = error.metadata.as_ref().and_then(|metadata| metadata.source.as_ref());
    let name = source.and_then(|s| s.file_path()).map_or("the configuration".to_owned(), |p| p.display().to_string());
    Fault::new(Kind::Config, "config.unreadable", format!("{name} cannot be read as configuration"))
        .cause(error.kind.to_string().trim().to_owned())
        .hint("it holds lines such as: db = \"books.db\"")
}

fn variable_name(key: &str) -> String {
    format!("QUAESTOR_{}", key.to_uppercase())
}

/// Variables as a layer. Their values stay text: a path of digits is no number.
struct Variables<'v>(&'v BTreeMap<String, String>);

impl Provider for Variables<'_> {
    fn metadata(&self) -> Metadata {
        let name = |_: &Profile, keys: &[&str]| format!("the variable {}", variable_name(&keys.join("_")));
        Metadata::named("environment").interpolater(name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let dict: Dict = self.0.iter().map(|(key, text)| (key.clone(), Value::from(text.as_str()))).collect();
        Ok(Profile::Default.collect(dict))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Places {
        let pairs = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Places { variables: pairs.collect(), ..Places::default() }
    }

    #[test]
    fn variables_stay_text_whatever_they_look_like() {
        let settings = load(&variables(&[("db", "2025"), ("timeout_s", "5"), ("fiscal_start", "oct")])).unwrap();
        assert_eq!(settings.db.as_deref(), Some("2025"));
        assert_eq!((settings.timeout, settings.fiscal_start), (Duration::from_secs(5), Some(10)));
    }

    #[test]
    fn nothing_configured_means_defaults() {
        let settings = load(&Places::default()).unwrap();
        assert_eq!((settings.timeout, settings.db, settings.color), (TIMEOUT, None, When::Auto));
    }
}
