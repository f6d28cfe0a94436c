//! `quaestor man`.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man as Page;
use fault::{Fault, Kind};

use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  quaestor man | man -l -
  quaestor man --dir ~/.local/share/man/man1";

/// Prints the manual page, or writes one page for each subcommand.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Man {
    /// Folder to write all pages to; made where it does not exist.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    /// Prints or writes the manual of the whole command line.
    pub fn run(self, context: &Context, program: clap::Command) -> Result<Exit, Error> {
        match self.dir {
            Some(dir) => {
                let written = std::fs::create_dir_all(&dir).and_then(|()| clap_mangen::generate_to(program, &dir));
                written.map_err(|error| {
                    Fault::new(Kind::Unavailable, "quaestor.man", format!("{} cannot be written", dir.display()))
                        .cause(error.to_string())
                        .hint("choose a folder that can be written")
                })?;
            }
            None => {
                let mut page = Vec::new();
                Page::new(program).render(&mut page)?;
                context.print_data(&String::from_utf8_lossy(&page))?;
            }
        }
        Ok(Exit::Done)
    }
}
