//! The two streams a run writes to. Text with styles loses them where they are not wanted.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::parse::When;

/// Answers and headings.
pub const BOLD: Style = Style::new().bold();
/// What explains an answer.
pub const DIM: Style = Style::new().dimmed();
/// Warnings.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Faults.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// What is fine.
pub const GREEN: Style = AnsiColor::Green.on_default();

/// Where a run prints, and how.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    color: ColorChoice,
    /// Whether notices are left out.
    quiet: bool,
    /// Columns of the terminal that standard output is, if it is one.
    pub width: Option<u16>,
}

impl Console {
    /// The console of this process. Whether a stream takes colours is asked of the stream and of
    /// `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`, unless a flag says it.
    pub fn new(color: When, quiet: bool) -> Console {
        let color = match color {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::AlwaysAnsi,
            When::Never => ColorChoice::Never,
        };
        let terminal = io::stdout().is_terminal();
        let width = terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0);
        Console { color, quiet, width: width.or(terminal.then_some(80)) }
    }

    /// Prints styled text to standard output.
    pub fn print(&self, text: &str) -> io::Result<()> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color);
        stream.write_all(text.as_bytes())?;
        stream.flush()
    }

    /// Prints data to standard output, byte by byte.
    pub fn print_data(&self, text: &str) -> io::Result<()> {
        let mut stream = io::stdout().lock();
        stream.write_all(text.as_bytes())?;
        stream.flush()
    }

    /// Prints a line to standard error, unless the run is quiet.
    pub fn notice(&self, text: &str) {
        if !self.quiet {
            self.complain(&format!("{DIM}{text}{DIM:#}\n"));
        }
    }

    /// Prints styled text to standard error. Where that is closed there is nobody left to tell.
    pub fn complain(&self, text: &str) {
        let _ = AutoStream::new(io::stderr().lock(), self.color).write_all(text.as_bytes());
    }

    /// Whether progress is shown.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }
}

/// Text from elsewhere on one line, without characters that steer a terminal.
pub fn plain(text: &str) -> String {
    let safe = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        // Bidirectional overrides reorder what is read.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\nc\u{202e}d"), "a\u{fffd}[31mb c\u{fffd}d");
    }
}
