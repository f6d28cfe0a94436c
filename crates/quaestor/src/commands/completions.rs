//! `quaestor completions`.

use clap::Args;
use clap_complete::Shell;

use crate::context::Context;
use crate::error::Error;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  quaestor completions bash > ~/.local/share/bash-completion/completions/quaestor
  quaestor completions zsh > ~/.zfunc/_quaestor
  quaestor completions fish > ~/.config/fish/completions/quaestor.fish";

/// Prints a completion script for a shell.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints the script for the whole command line.
    pub fn run(self, context: &Context, mut program: clap::Command) -> Result<Exit, Error> {
        let mut script = Vec::new();
        let name = program.get_name().to_owned();
        clap_complete::generate(self.shell, &mut program, name, &mut script);
        context.print_data(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Done)
    }
}
