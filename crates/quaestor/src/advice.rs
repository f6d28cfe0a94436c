//! Tips for arguments that are wrong in a way that shows what was meant.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error};

use crate::commands::Cli;

/// The error with a tip where there is one to give.
pub fn advise(mut error: Error, arguments: impl Iterator<Item = String>) -> Error {
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let short = text(&error, ContextKind::InvalidArg).unwrap_or_default();
            if let Some(flag) = meant(&short, arguments) {
                error.remove(ContextKind::Suggested);
                error.insert(ContextKind::SuggestedArg, ContextValue::String(flag));
            }
        }
        ErrorKind::InvalidSubcommand if error.get(ContextKind::SuggestedSubcommand).is_none() => tip(&mut error),
        ErrorKind::MissingRequiredArgument if names(&error, "<QUESTION>") => tip(&mut error),
        _ => {}
    }
    error
}

fn tip(error: &mut Error) {
    let tip = StyledStr::from("a question is asked with: quaestor ask \"revenue by region last quarter\"");
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    }
}

/// Whether an argument of this name is what the error is about.
fn names(error: &Error, argument: &str) -> bool {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(all)) => all.iter().any(|name| name.contains(argument)),
        _ => false,
    }
}

/// The flag behind `-db`, which is read as `-d -b`: one that is written with two dashes.
fn meant(short: &str, mut arguments: impl Iterator<Item = String>) -> Option<String> {
    let typed = arguments.find(|argument| argument.len() > 2 && argument.starts_with(short) && short.len() == 2)?;
    let name = typed.trim_start_matches('-').split('=').next()?.to_owned();
    let has = |command: &Command| command.get_arguments().any(|a| a.get_long() == Some(&name));
    let cli = Cli::command();
    (has(&cli) || cli.get_subcommands().any(has)).then(|| format!("--{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn said(arguments: &[&str]) -> String {
        let arguments = || std::iter::once("quaestor").chain(arguments.iter().copied()).map(str::to_owned);
        advise(Cli::try_parse_from(arguments()).unwrap_err(), arguments()).render().to_string()
    }

    #[test]
    fn one_dash_too_few_is_seen() {
        for (arguments, flag) in [
            (["ask", "x", "-db"], "'--db'"),
            (["ask", "x", "-as-of=1"], "'--as-of'"),
            (["ask", "x", "-sql"], "'--sql'"),
        ] {
            let said = said(&arguments);
            assert!(said.contains(flag) && !said.contains("as a value"), "{said}");
        }
        assert!(said(&["ask", "x", "-zebra"]).contains("as a value"));
        assert!(said(&["ask", "x", "--formt", "csv"]).contains("'--format'"));
    }

    #[test]
    fn a_question_without_its_command_and_a_command_without_its_question_get_an_example() {
        for arguments in [&["revenue by region"][..], &["ask"], &["ask", "--db", "revenue by region"]] {
            assert!(said(arguments).contains("tip: a question is asked with"), "{arguments:?}");
        }
        for arguments in [&["shcema"][..], &["demo"]] {
            assert!(!said(arguments).contains("a question is asked with"), "{arguments:?}");
        }
    }
}
