//! The program: arguments, configuration, printing, exit codes.
//!
//! The path: [`commands::Cli`] reads the arguments, [`settings`] the configuration, [`vocabulary`] the user's own words; a command resolves
//! both, opens a [`source`], and prints what comes of it through [`view`] or [`export`]; [`exit`] says
//! how it ended. Only this room prints, reads the environment, and asks what time it is.

mod exit;
mod parse;
mod settings;
mod console;
mod trouble;
mod error;
mod numbers;
mod grid;
mod strokes;
mod view;
mod export;
mod progress;
mod context;
mod vocabulary;
mod lines;
mod sink;
mod folder;
mod crew;
mod secrets;
mod source;
mod changed;
mod commands;
mod advice;

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::Parser;
use fault::{Fault, Kind};
use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use commands::{Cli, Command, EndsBy};
use console::Console;
use context::Context;
use exit::Exit;
use progress::Spinner;
use settings::{Places, Settings};

/// Threads that drive requests; what blocks has threads of its own.
const WORKERS: usize = 2;

fn main() -> ExitCode {
    trouble::hook_panics();
    let ended = std::panic::catch_unwind(AssertUnwindSafe(start));
    match ended {
        Ok(exit) if !trouble::panicked() => exit.into(),
        // The hook has said what there is to say.
        _ => Exit::Fault(Kind::Internal).into(),
    }
}

fn start() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let error = advice::advise(error, std::env::args_os().map(|a| a.to_string_lossy().into_owned()));
            // Help goes to standard output, and its reader may be gone.
            let _ = error.print();
            return if error.use_stderr() { Exit::Fault(Kind::Usage) } else { Exit::Done };
        }
    };
    let places = Places::of_process();
    let (settings, misconfigured) = match settings::load(&places) {
        Ok(settings) => (settings, None),
        Err(fault) => (Settings::default(), Some(fault)),
    };
    let console = Console::new(cli.general.color.unwrap_or(settings.color), cli.general.quiet);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let fault = Fault::new(Kind::Unavailable, "quaestor.runtime", "the system gave no threads");
            console.complain(&trouble::text(&fault.cause(error.to_string())));
            return Exit::Fault(Kind::Unavailable);
        }
    };
    let context = Context {
        settings,
        places,
        misconfigured,
        console,
        now: Timestamp::now(),
        cancel: CancellationToken::new(),
        spinner: None,
    };
    let exit = runtime.block_on(run(cli.command, context));
    // Threads that were given up are not waited for.
    runtime.shutdown_background();
    exit
}

/// Runs the command until it ends or a signal says so; then it has some time to stop by itself.
async fn run(command: Command, mut context: Context) -> Exit {
    let (console, cancel) = (context.console, context.cancel.clone());
    let (grace, ends_by) = (command.grace(), command.ends_by());
    context.spinner = console.shows_progress().then(Spinner::start);
    let spinner = context.spinner.clone();
    let mut work = std::pin::pin!(command.run(&mut context));
    let ended = tokio::select! {
        ended = &mut work => Ok(ended),
        exit = signalled(ends_by) => Err(exit),
    };
    let exit = match ended {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => match error.fault() {
            Some(fault) => {
                spinner.iter().for_each(Spinner::end);
                console.complain(&trouble::text(&fault));
                Exit::Fault(fault.kind)
            }
            None => Exit::Done,
        },
        Err(exit) => {
            cancel.cancel();
            // A second signal ends the waiting.
            tokio::select! {
                _ = tokio::time::timeout(grace, &mut work) => {}
                _ = signalled(EndsBy::AnySignal) => {}
            }
            exit
        }
    };
    spinner.iter().for_each(Spinner::end);
    exit
}

/// Waits for what ends a command from outside; for ever where the system does not let us listen.
async fn signalled(ends_by: EndsBy) -> Exit {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    let interrupted = async {
        match ends_by {
            EndsBy::AnySignal if tokio::signal::ctrl_c().await.is_ok() => {}
            EndsBy::AnySignal | EndsBy::Termination => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted => Exit::Fault(Kind::Cancelled),
        _ = terminated => Exit::Terminated,
    }
}
