//! `quaestor config`.

use clap::{Args, ValueEnum};
use connect::Address;
use serde::Serialize;

use super::common::{Listing, WordArgs};
use crate::console::{DIM, plain};
use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;
use crate::grid::Grid;
use crate::settings::{self, KEYS, Settings};
use crate::vocabulary::{self, Page};

const EXAMPLES: &str = "\
Examples:
  quaestor config
  quaestor config --format json
  QUAESTOR_LOCALE=de quaestor config";

/// Shows the configuration in use, and where each value comes from.
///
/// Later ones win: defaults, the user's file, the project's file, variables. Flags of other commands win over all of
/// them. Passwords in addresses are not shown.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Config {
    #[command(flatten)]
    words_from: WordArgs,
    /// How it is printed.
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    format: Listing,
}

/// Version of the JSON; grows when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// What is configured.
#[derive(Serialize)]
struct Report {
    version: u32,
    /// Files that were read, in their order.
    files: Vec<String>,
    values: Vec<Setting>,
    vocabulary: Vec<Words>,
}

/// One key.
#[derive(Serialize)]
struct Setting {
    key: &'static str,
    value: Option<String>,
    from: String,
}

/// The user's words in one file.
#[derive(Serialize)]
struct Words {
    file: String,
    synonyms: usize,
    metrics: usize,
    thresholds: usize,
}

impl Config {
    /// Shows it.
    pub fn run(self, context: &mut Context) -> Result<Exit, Error> {
        let flagged = self.words_from.is_given();
        self.words_from.apply(&mut context.settings);
        let pages = vocabulary::read(&context.places, &context.settings)?;
        let report = report(context, &pages, flagged)?;
        match self.format {
            Listing::Json => {
                let text = serde_json::to_string_pretty(&report).expect("a report holds only plain data");
                context.print_data(&(text + "\n"))?;
            }
            Listing::Table => context.print(&text(&report, context))?,
        }
        Ok(Exit::Done)
    }
}

fn report(context: &Context, pages: &[Page], flagged: bool) -> Result<Report, Error> {
    let origins = settings::origins(&context.places)?;
    let setting = |key: &&'static str| {
        let from = origins.get(*key).cloned();
        let from = if *key == "vocabulary" && flagged { Some("the flag --vocabulary".to_owned()) } else { from };
        Setting { key, value: value(key, &context.settings), from: from.unwrap_or_else(|| "default".to_owned()) }
    };
    let words = |page: &Page| {
        let entries = page.entries()?;
        let (synonyms, metrics, thresholds) = entries.counts();
        Ok(Words { file: page.name.clone(), synonyms, metrics, thresholds })
    };
    let said = pages.iter().map(words).collect::<Result<Vec<Words>, Error>>()?;
    Ok(Report {
        version: VERSION,
        files: context.places.files().into_iter().map(|path| context.places.shown(path)).collect(),
        values: KEYS.iter().map(setting).collect(),
        vocabulary: said.into_iter().filter(|w| w.synonyms + w.metrics + w.thresholds > 0).collect(),
    })
}

/// The value in use, as it would be written; none where there is none.
fn value(key: &str, settings: &Settings) -> Option<String> {
    let name = |value: Option<clap::builder::PossibleValue>| value.map(|v| v.get_name().to_owned());
    let path = |path: &std::path::PathBuf| path.display().to_string();
    match key {
        "color" => name(settings.color.to_possible_value()),
        "db" => settings.db.as_deref().map(shown),
        "fiscal_start" => settings.fiscal_start.map(|month| month.to_string()),
        "locale" => name(settings.locale.to_possible_value()),
        "state_dir" => settings.state_dir.as_ref().map(path),
        "tables" => settings.tables.as_ref().map(ToString::to_string),
        "timeout_s" => Some(settings.timeout.as_secs_f64().to_string()),
        "vocabulary" => settings.vocabulary.as_ref().map(path),
        "zone" => settings.zone.iana_name().map(str::to_owned),
        _ => None,
    }
}

/// An address as messages show it, without the password. Of what is no address nothing is shown: it may hold one.
fn shown(address: &str) -> String {
    Address::parse(address).map_or_else(|_| "(an address that cannot be read)".to_owned(), |found| found.to_string())
}

fn text(report: &Report, context: &Context) -> String {
    let mut grid = Grid::new(&["key", "value", "from"]);
    for setting in &report.values {
        let value = setting.value.as_deref().unwrap_or("-");
        grid.rows.push([setting.key, value, &setting.from].map(plain).to_vec());
    }
    let files = match report.files.as_slice() {
        [] => "no configuration files".to_owned(),
        files => format!("files, in this order: {}", plain(&files.join(", "))),
    };
    let words = report.vocabulary.iter().map(|w| {
        let Words { file, synonyms, metrics, thresholds } = w;
        format!(
            "{DIM}own words in {}: {synonyms} synonyms, {metrics} metrics, {thresholds} thresholds{DIM:#}\n",
            plain(file)
        )
    });
    let words: String = words.collect();
    format!("{}\n\n{DIM}{files}{DIM:#}\n{words}", grid.text(context.console.width, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        for address in
            ["postgres://reader:hidden@host:5432/books", "mysql://h/d?password=hidden", "host=h password=hidden"]
        {
            assert!(!shown(address).contains("hidden"), "{}", shown(address));
        }
        assert!(shown("postgres://reader:hidden@host:5432/books").contains("host"));
        assert!(shown("books.db").contains("books.db"));
    }
}
