//! Lines of JSON, from a file or from standard input, within limits. A bad line is a fault of its own.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

use fault::{Fault, Kind};
use serde::de::DeserializeOwned;

use crate::console::plain;
use crate::error::Error;

/// Lines that one run takes.
pub const MOST_LINES: usize = 10_000;
/// Longest line, in bytes.
const LONGEST: u64 = 64 << 10;
/// All lines together, in bytes.
const MOST_BYTES: usize = 64 << 20;
/// Longest identifier, in characters.
const LONGEST_ID: usize = 200;

/// A line that has a name of its own.
pub trait Named {
    /// The caller's identifier.
    fn id(&self) -> &str;
}

/// One line: what it says, or why it says nothing.
pub struct Line<T> {
    /// The caller's identifier, where it could be read.
    pub id: Option<String>,
    /// What it says.
    pub item: Result<T, Fault>,
}

/// Reads all lines; blank ones are passed over. `-` is standard input.
///
/// # Errors
/// Fails where the file cannot be read, and where it holds more than can be taken: before anything is done.
pub fn read<T: Named + DeserializeOwned>(path: &str) -> Result<Vec<Line<T>>, Error> {
    let mut reader: Box<dyn BufRead> = if path == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(std::fs::File::open(path).map_err(|e| unreadable(path, &e))?))
    };
    let (mut lines, mut bytes, mut ids) = (Vec::new(), 0, HashSet::new());
    for number in 1.. {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line).map_err(|e| unreadable(path, &e))?;
        if read == 0 {
            break;
        }
        let whole = line.ends_with(b"\n") || read as u64 <= LONGEST;
        if !whole {
            skip(&mut reader).map_err(|e| unreadable(path, &e))?;
        }
        if line.trim_ascii().is_empty() && whole {
            continue;
        }
        bytes += read;
        if lines.len() == MOST_LINES || bytes > MOST_BYTES {
            return Err(too_many(path).into());
        }
        let said = if whole { parse::<T>(&line, number) } else { Line { id: None, item: Err(long(number)) } };
        lines.push(match said.item {
            Ok(item) if !ids.insert(item.id().to_owned()) => {
                let text = format!("line {number}: an earlier line has the id {:?} already", item.id());
                Line { id: Some(item.id().to_owned()), item: Err(bad("quaestor.duplicate_id", text)) }
            }
            item => Line { id: said.id, item },
        });
    }
    Ok(lines)
}

fn parse<T: Named + DeserializeOwned>(line: &[u8], number: usize) -> Line<T> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    match serde_json::from_slice::<T>(line) {
        Ok(item) if item.id().is_empty() || item.id().chars().count() > LONGEST_ID => {
            let text = format!("line {number}: an id has 1 to {LONGEST_ID} characters");
            Line { id: None, item: Err(bad("quaestor.bad_line", text)) }
        }
        Ok(item) => Line { id: Some(item.id().to_owned()), item: Ok(item) },
        Err(error) => {
            // Whose line it is can often be told all the same.
            let id = serde_json::from_slice::<serde_json::Value>(line).ok();
            let id = id.and_then(|v| Some(v.get("id")?.as_str()?.chars().take(LONGEST_ID).collect()));
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or(&why);
            let text = format!("line {number}, column {}: {}", error.column(), plain(why));
            Line { id, item: Err(bad("quaestor.bad_line", text)) }
        }
    }
}

/// Passes over the rest of a line.
fn skip(reader: &mut dyn BufRead) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let end = buffer.iter().position(|b| *b == b'\n');
        let (length, done) = (end.map_or(buffer.len(), |at| at + 1), end.is_some() || buffer.is_empty());
        reader.consume(length);
        if done {
            return Ok(());
        }
    }
}

fn bad(code: &str, text: String) -> Fault {
    Fault::new(Kind::Usage, code, text)
}

fn long(number: usize) -> Fault {
    Fault::new(Kind::Limit, "quaestor.long_line", format!("line {number} has more than {LONGEST} bytes"))
}

fn too_many(path: &str) -> Fault {
    let text = format!("{} holds more than {MOST_LINES} lines or {} MiB", plain(path), MOST_BYTES >> 20);
    Fault::new(Kind::Limit, "quaestor.too_many_lines", text)
        .hint("cut it into several files, such as with `split -l 10000`")
}

fn unreadable(path: &str, error: &std::io::Error) -> Error {
    unreadable_file(path, error).into()
}

/// A file that cannot be read, as users meet it.
pub fn unreadable_file(path: &str, error: &std::io::Error) -> Fault {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => Kind::Missing,
        std::io::ErrorKind::PermissionDenied => Kind::Denied,
        _ => Kind::Unavailable,
    };
    Fault::new(kind, "quaestor.unreadable", format!("{} cannot be read", plain(path))).cause(error.to_string())
}
