//! Arguments that several subcommands share.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use connect::Choice;

use crate::numbers::Style;
use crate::parse::{self, Locale, When};
use crate::settings::Settings;

/// Arguments of every subcommand.
#[derive(Debug, Args)]
pub struct General {
    /// When there are colours; NO_COLOR and CLICOLOR_FORCE are heeded.
    #[arg(long, global = true, value_enum, value_name = "WHEN", help_heading = "General options")]
    pub color: Option<When>,
    /// Prints no notices and no progress.
    #[arg(long, short, global = true, help_heading = "General options")]
    pub quiet: bool,
}

/// Which database, and for how long.
#[derive(Debug, Args)]
pub struct DbArgs {
    /// The database: a SQLite file (PATH or sqlite:PATH), postgres://USER@HOST/DATABASE or mysql://USER@HOST/DATABASE.
    /// Opened for reading only. A password is named rather than written: USER:env:NAME@HOST.
    #[arg(long, value_name = "ADDRESS")]
    db: Option<String>,
    /// Only the tables that these patterns choose, such as "sales.*, inv_*, !*_tmp": a star stands for any letters, with ! a
    /// pattern leaves out.
    #[arg(long, value_name = "PATTERNS", value_parser = parse::tables)]
    tables: Option<Choice>,
    /// Time allowed, in seconds [default: 30].
    #[arg(long, value_name = "SECONDS", value_parser = parse::seconds)]
    timeout: Option<Duration>,
}

impl DbArgs {
    /// Flags win over configuration.
    pub fn apply(&self, settings: &mut Settings) {
        settings.db = self.db.clone().or(settings.db.take());
        settings.tables = self.tables.clone().or(settings.tables.take());
        settings.timeout = self.timeout.unwrap_or(settings.timeout);
    }
}

/// Whose words.
#[derive(Debug, Args)]
pub struct WordArgs {
    /// A file of own words, metrics and thresholds, as docs/configuration.md describes it.
    #[arg(long, value_name = "FILE")]
    vocabulary: Option<PathBuf>,
}

impl WordArgs {
    /// Flags win over configuration.
    pub fn apply(&self, settings: &mut Settings) {
        settings.vocabulary = self.vocabulary.clone().or(settings.vocabulary.take());
    }

    /// Whether the flag was given.
    pub fn is_given(&self) -> bool {
        self.vocabulary.is_some()
    }
}

/// How numbers and lines look.
#[derive(Debug, Args)]
pub struct Paper {
    /// How numbers are written.
    #[arg(long, value_enum, value_name = "LOCALE")]
    locale: Option<Locale>,
    /// Draws with ASCII characters only.
    #[arg(long)]
    ascii: bool,
}

impl Paper {
    /// Flags over configuration.
    pub fn style(&self, settings: &Settings) -> Style {
        Style { locale: self.locale.unwrap_or(settings.locale), ascii: self.ascii }
    }
}

/// How what is not an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// For people.
    Table,
    /// JSON.
    Json,
}
