//! Where many lines go: to standard output as they come, or to a file that appears complete or not at all.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use fault::{Fault, Kind};

use crate::console::{Console, plain};
use crate::error::Error;

/// A place for lines.
pub enum Sink {
    /// Standard output.
    Stream(Console),
    /// A file beside its final place.
    File(Unfinished),
}

/// A file that is removed unless it was finished.
pub struct Unfinished {
    writer: BufWriter<File>,
    part: PathBuf,
    path: PathBuf,
    finished: bool,
}

impl Sink {
    /// Standard output, or a new file in place of the one at `path`.
    pub fn open(path: Option<&Path>, console: Console) -> Result<Sink, Error> {
        let Some(path) = path else { return Ok(Sink::Stream(console)) };
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.is_empty() || path.is_dir() {
            let text = format!("{} is no place for a file", plain(&path.display().to_string()));
            return Err(Fault::new(Kind::Usage, "quaestor.out", text).into());
        }
        let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = File::create(&part).map_err(|e| unwritable(path, &e))?;
        Ok(Sink::File(Unfinished { writer: BufWriter::new(file), part, path: path.to_owned(), finished: false }))
    }

    /// Writes a line, its line feed included; on standard output it can be read at once.
    pub fn write(&mut self, line: &str) -> Result<(), Error> {
        match self {
            Sink::Stream(console) => Ok(console.print_data(line)?),
            Sink::File(file) => file.writer.write_all(line.as_bytes()).map_err(|e| unwritable(&file.path, &e)),
        }
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<(), Error> {
        let Sink::File(mut file) = self else { return Ok(()) };
        let path = file.path.clone();
        let done = file.writer.flush().and_then(|()| file.writer.get_ref().sync_all());
        done.and_then(|()| std::fs::rename(&file.part, &path)).map_err(|e| unwritable(&path, &e))?;
        file.finished = true;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            // There is nothing left to do where even that fails.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    let kind = if error.kind() == std::io::ErrorKind::PermissionDenied { Kind::Denied } else { Kind::Unavailable };
    let text = format!("{} cannot be written", plain(&path.display().to_string()));
    Fault::new(kind, "quaestor.out", text).cause(error.to_string()).into()
}
