//! Lines of a conversation: typed with an editor, or read from standard input.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use fault::{Fault, Kind};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use crate::context::Context;
use crate::error::Error;

/// Most lines that are kept.
const KEPT: usize = 1_000;
/// What stands before a line that is typed.
const PROMPT: &str = "> ";
/// Longest line that is read from a pipe, in bytes; a longer one ends the run.
const LONGEST: u64 = 64 * 1024;

type Typist = Editor<(), FileHistory>;

/// Whether somebody types: then Ctrl-C stops a question, and not the conversation.
pub fn is_typed() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// What the next line is.
pub enum Line {
    /// Something was said.
    Text(String),
    /// The line was given up.
    Dropped,
    /// There is nothing more.
    End,
}

/// Where lines come from.
pub enum Lines {
    /// An editor, and the file that keeps what is typed.
    Typed(Box<Option<Typist>>, Option<PathBuf>),
    /// Standard input.
    Piped,
}

impl Lines {
    /// Lines that are typed. What is typed is kept where the state folder can be written.
    pub fn typed(context: &Context, keep: bool) -> Lines {
        let config = Config::builder().auto_add_history(true).history_ignore_space(true).max_history_size(KEPT);
        let editor = config.and_then(|c| Typist::with_config(c.build()));
        let Ok(mut editor) = editor else { return Lines::Piped };
        let file = context.settings.state_dir.as_ref().map(|folder| folder.join("chat_history")).filter(|_| keep);
        if let Some(file) = &file {
            // There is none before the first run.
            let _ = editor.load_history(file);
        }
        Lines::Typed(Box::new(Some(editor)), file)
    }

    /// Lines of standard input.
    pub fn piped() -> Lines {
        Lines::Piped
    }

    /// Waits for the next line.
    ///
    /// # Errors
    /// Standard input cannot be read, or holds what is no text.
    pub async fn next(&mut self, context: &Context) -> Result<Line, Error> {
        match self {
            Lines::Piped => on_a_thread(read).await?.map_err(|source| unreadable(&source).into()),
            Lines::Typed(editor, file) => {
                let Some(mut typist) = editor.take() else { return Ok(Line::End) };
                let (typist, line) = on_a_thread(move || {
                    let line = typist.readline(PROMPT);
                    (typist, line)
                })
                .await?;
                let typist = editor.insert(typist);
                match line {
                    Ok(text) => {
                        keep(typist, file, context);
                        Ok(Line::Text(text))
                    }
                    Err(ReadlineError::Interrupted) => Ok(Line::Dropped),
                    Err(ReadlineError::Eof) => Ok(Line::End),
                    Err(error) => Err(unreadable(&error).into()),
                }
            }
        }
    }
}

/// Waits for a line on a thread of its own: nothing else stands still meanwhile.
async fn on_a_thread<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let lost = |_| Fault::new(Kind::Internal, "quaestor.lines", "the reading thread ended without a line").into();
    tokio::task::spawn_blocking(read).await.map_err(lost)
}

/// Adds what was typed to the file, which only its owner can read; where that fails it is said once.
fn keep(typist: &mut Typist, file: &mut Option<PathBuf>, context: &Context) {
    let Some(path) = file.as_ref() else { return };
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(ReadlineError::from);
    if let Err(error) = folder.and_then(|()| typist.append_history(path)) {
        context.notice(&format!("what is typed is not kept: {error}"));
        *file = None;
    }
}

fn read() -> std::io::Result<Line> {
    let mut bytes = Vec::new();
    let mut input = std::io::Read::take(std::io::stdin().lock(), LONGEST);
    let count = input.read_until(b'\n', &mut bytes)?;
    if count as u64 == LONGEST && !bytes.ends_with(b"\n") {
        return Err(std::io::Error::other(format!("a line is longer than {LONGEST} bytes")));
    }
    if count == 0 {
        return Ok(Line::End);
    }
    // Bytes that are no text are shown as such, and stop the question that holds them.
    Ok(Line::Text(String::from_utf8_lossy(&bytes).into_owned()))
}

fn unreadable(error: &dyn std::error::Error) -> Fault {
    Fault::new(Kind::Unavailable, "quaestor.input", "standard input cannot be read").cause(error.to_string())
}
