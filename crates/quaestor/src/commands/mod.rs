//! The subcommands, one a file. Arguments are read first and resolved against the configuration second.

mod common;
mod code;
mod ask;
mod chat;
mod terms;
mod discover;
mod schema;
mod watch;
mod changes;
mod cache;
mod scan;
mod explain;
mod impact;
mod bench;
mod demo;
mod doctor;
mod config;
mod completions;
mod man;

use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand};

use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;

pub use common::General;

const EXAMPLES: &str = "\
Examples:
  quaestor ask \"revenue by region last quarter\"            asks built-in demo books
  quaestor ask --db books.db \"top 5 customers by revenue\"  asks a database
  quaestor chat                                            questions that go on from each other
  quaestor demo books.db                                   writes the demo books to a file
  quaestor schema --db books.db customer                   shows what there is about customers
  quaestor terms --db books.db \"order quantity\"            shows what words may mean here

`quaestor help COMMAND` says more. Exit codes are explained in docs/exit-codes.md.";

/// Point it at a finance database, ask in English, get exact numbers with proof.
#[derive(Debug, Parser)]
#[command(name = "quaestor", version, after_help = EXAMPLES, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub general: General,
    #[command(subcommand)]
    pub command: Command,
}

/// The list of subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Ask(ask::Ask),
    Chat(chat::Chat),
    Terms(terms::Terms),
    Discover(discover::Discover),
    Schema(schema::Schema),
    Watch(watch::Watch),
    Changes(changes::Changes),
    Cache(cache::Cache),
    Scan(scan::Scan),
    Explain(explain::Explain),
    Impact(Box<impact::Impact>),
    Bench(bench::Bench),
    Demo(demo::Demo),
    Doctor(doctor::Doctor),
    Config(config::Config),
    Completions(completions::Completions),
    Man(man::Man),
}

/// How long a reading command has to stop by itself.
const GRACE: Duration = Duration::from_secs(2);
/// How long a writing command has: building one index of the largest demo books is one step for it.
const GRACE_OF_WRITERS: Duration = Duration::from_secs(60);

/// What ends a command from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndsBy {
    /// Ctrl-C or SIGTERM.
    AnySignal,
    /// SIGTERM; the command takes Ctrl-C itself.
    Termination,
}

impl Command {
    /// Runs the subcommand.
    pub async fn run(self, context: &mut Context) -> Result<Exit, Error> {
        if let (Some(fault), true) = (&context.misconfigured, self.needs_configuration()) {
            return Err(fault.clone().into());
        }
        match self {
            Command::Ask(ask) => ask.run(context).await,
            Command::Chat(chat) => chat.run(context).await,
            Command::Terms(terms) => terms.run(context).await,
            Command::Discover(discover) => discover.run(context).await,
            Command::Schema(schema) => schema.run(context).await,
            Command::Watch(watch) => watch.run(context).await,
            Command::Changes(changes) => changes.run(context).await,
            Command::Cache(cache) => cache.run(context).await,
            Command::Scan(scan) => scan.run(context).await,
            Command::Explain(explain) => explain.run(context).await,
            Command::Impact(impact) => impact.run(context).await,
            Command::Bench(bench) => bench.run(context),
            Command::Demo(demo) => demo.run(context).await,
            Command::Doctor(doctor) => doctor.run(context).await,
            Command::Config(config) => config.run(context),
            Command::Completions(completions) => completions.run(context, Cli::command()),
            Command::Man(man) => man.run(context, Cli::command()),
        }
    }

    /// Whether a broken configuration ends the command before it starts.
    fn needs_configuration(&self) -> bool {
        !matches!(self, Command::Doctor(_) | Command::Completions(_) | Command::Man(_))
    }

    /// What ends the command from outside.
    pub fn ends_by(&self) -> EndsBy {
        match self {
            Command::Chat(_) if chat::is_typed() => EndsBy::Termination,
            Command::Watch(_) => EndsBy::Termination,
            _ => EndsBy::AnySignal,
        }
    }

    /// How long the command may take to stop.
    pub fn grace(&self) -> Duration {
        match self {
            Command::Demo(_) => GRACE_OF_WRITERS,
            _ => GRACE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_subcommand_has_one_line_of_help_and_examples_where_it_has_arguments() {
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            assert!(
                command.get_after_help().is_some_and(|h| h.to_string().contains("Examples:")),
                "{}",
                command.get_name()
            );
        }
    }
}
