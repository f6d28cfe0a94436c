//! `quaestor bench`.

mod report;
mod page;
mod freshness;

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  quaestor bench freshness
  quaestor bench freshness --trace accesses.csv --format html > freshness.html";

/// Measures how well the program keeps up.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub struct Bench {
    #[command(subcommand)]
    what: What,
}

/// What is measured.
#[derive(Debug, Subcommand)]
enum What {
    Freshness(freshness::Freshness),
}

impl Bench {
    /// Runs the benchmark.
    pub fn run(self, context: &mut Context) -> Result<Exit, Error> {
        match self.what {
            What::Freshness(freshness) => freshness.run(context),
        }
    }
}
