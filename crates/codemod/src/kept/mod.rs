//! What was read of files and found in folders, kept from one scan to the next.
//!
//! Kept are the [`Code`] of a file, under a hash of its text, its language and the program that read it, and the whole [`Scan`] of
//! a folder, under a hash of all that went into it. Both are looked up by what they are made of, so that nothing kept can
//! be out of date, and files that are moved or renamed cost nothing. The code of files stands one behind the other in segments,
//! each entry with a checksum: what is damaged, cut off or written by another program is as if it were not there. This room does
//! no I/O: a [`Shelf`] brings and takes the bytes.

mod bytes;
mod code;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Mutex;

use crate::code::{Code, Language};
use crate::finding::Scan;

/// What a segment begins with; another form of segments has another one.
const MARK: &[u8] = b"quaestor scan 1\n";
/// Most bytes that are kept of one folder.
pub const MOST: usize = 512 << 20;
/// From so many segments on they are written anew as one.
const MANY: usize = 8;
/// Bytes of idle entries that are not worth it to write the rest anew.
const IDLE: usize = 8 << 20;
/// Bytes of the head of an entry: its key, the checksum and the length of what it holds.
const HEAD: usize = 16 + 8 + 4;

/// What an entry is found by.
pub type Key = [u8; 16];

/// Where bytes are kept between scans: whoever asks for a scan opens it, one for each scanned folder. What it cannot read or
/// write it tells by itself; a scan goes on without.
pub trait Shelf: Sync {
    /// All segments that can be read.
    fn segments(&self) -> Vec<Vec<u8>>;

    /// What to do about segments.
    fn close(&self, closed: Closed);

    /// A scan that was kept under a name.
    fn scan(&self, name: &str) -> Option<Vec<u8>>;

    /// Keeps a scan under a name, letters that stand in names of files everywhere.
    fn keep_scan(&self, name: &str, bytes: &[u8]);

    /// What tells programs apart that may read a text differently.
    fn program(&self) -> &[u8];
}

/// The entries of segments, and those that a scan adds.
#[derive(Default)]
pub struct Kept {
    segments: Vec<Vec<u8>>,
    entries: HashMap<Key, (usize, Range<usize>)>,
    used: Mutex<HashSet<Key>>,
    fresh: Mutex<Vec<(Key, Vec<u8>)>>,
}

/// What to do about segments when a scan is over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// A new one to write, if there is anything to keep.
    pub write: Option<Vec<u8>>,
    /// Whether those that were brought are of no use any more, once the new one is written.
    pub replaces: bool,
}

fn hash(parts: &[&[u8]]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // Lengths keep parts apart.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize()
}

fn key(parts: &[&[u8]]) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(&hash(parts).as_bytes()[..16]);
    key
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut sum = [0; 8];
    sum.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    sum
}

/// The key of a file's code, as a program reads it.
pub fn key_of(program: &[u8], language: Language, path: &str, text: &str) -> Key {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    key(&[program, format!("{language:?}").as_bytes(), ending.as_bytes(), text.as_bytes()])
}

/// The name of what is made of these parts.
pub fn name_of(parts: &[&[u8]]) -> String {
    hash(parts).to_hex()[..32].to_owned()
}

/// A scan as bytes.
pub fn put_scan(scan: &Scan) -> Vec<u8> {
    // Findings are plain data: texts, numbers and lists always serialise.
    let text = serde_json::to_vec(scan).unwrap_or_default();
    [checksum(&text).as_slice(), &text].concat()
}

/// The scan out of bytes that [`put_scan`] made; nothing where they are others.
pub fn get_scan(bytes: &[u8]) -> Option<Scan> {
    let (sum, text) = bytes.split_at_checked(8)?;
    if checksum(text) == sum { serde_json::from_slice(text).ok() } else { None }
}

impl Kept {
    /// The entries of segments.
    pub fn new(segments: Vec<Vec<u8>>) -> Kept {
        let mut entries = HashMap::new();
        for (at, segment) in segments.iter().enumerate() {
            entries.extend(ranges(segment).map(|(key, range)| (key, (at, range))));
        }
        Kept { segments, entries, ..Kept::default() }
    }

    /// The code under a key.
    pub fn code(&self, key: &Key, language: Language) -> Option<Code> {
        code::get(language, self.bytes(key)?)
    }

    /// Keeps the code of a file.
    pub fn keep_code(&self, key: Key, code: &Code) {
        self.keep(key, code::put(code));
    }

    fn bytes(&self, key: &Key) -> Option<&[u8]> {
        let (segment, range) = self.entries.get(key)?;
        let head = self.segments[*segment].get(range.start - HEAD..range.start)?;
        let bytes = self.segments[*segment].get(range.clone())?;
        let is_whole = checksum(bytes) == head[16..24];
        if is_whole && let Ok(mut used) = self.used.lock() {
            used.insert(*key);
        }
        is_whole.then_some(bytes)
    }

    fn keep(&self, key: Key, bytes: Vec<u8>) {
        if let Ok(mut fresh) = self.fresh.lock() {
            fresh.push((key, bytes));
        }
    }

    /// What is to be written and removed: what was added, in a segment of its own; or all that is of use in one, where
    /// segments are many or hold more idle entries than used ones. Which bytes these are depends on what was read alone.
    /// Only what was added, where the scan was stopped: then nobody knows what is idle.
    pub fn close(self, is_whole: bool) -> Closed {
        let used = self.used.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut fresh = self.fresh.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        fresh.sort();
        fresh.dedup_by(|a, b| a.0 == b.0);
        let held: usize = self.segments.iter().map(Vec::len).sum();
        let live: usize =
            self.entries.iter().filter(|(key, _)| used.contains(*key)).map(|(_, e)| e.1.len() + HEAD).sum();
        let added: usize = fresh.iter().map(|(_, bytes)| bytes.len() + HEAD).sum();
        let replaces = is_whole
            && !self.segments.is_empty()
            && (self.segments.len() >= MANY && !fresh.is_empty() || held + added > MOST || held > 2 * live + IDLE);
        if fresh.is_empty() && !replaces {
            return Closed::default();
        }
        let mut segment = MARK.to_vec();
        for (key, bytes) in &fresh {
            push(&mut segment, key, bytes);
        }
        if replaces {
            let mut old: Vec<_> = self.entries.iter().filter(|(key, _)| used.contains(*key)).collect();
            old.sort_by_key(|(key, _)| **key);
            for (key, (at, range)) in old {
                push(&mut segment, key, &self.segments[*at][range.clone()]);
            }
        }
        Closed { write: Some(segment), replaces }
    }
}

/// Adds an entry, unless a segment would hold more than it may.
fn push(segment: &mut Vec<u8>, key: &Key, bytes: &[u8]) {
    if let Ok(length) = u32::try_from(bytes.len())
        && segment.len() + bytes.len() + HEAD <= MOST
    {
        segment.extend_from_slice(key);
        segment.extend_from_slice(&checksum(bytes));
        segment.extend_from_slice(&length.to_le_bytes());
        segment.extend_from_slice(bytes);
    }
}

/// The entries of a segment up to where it ends or is none.
fn ranges(segment: &[u8]) -> impl Iterator<Item = (Key, Range<usize>)> + '_ {
    let mut at = if segment.starts_with(MARK) { MARK.len() } else { segment.len() };
    std::iter::from_fn(move || {
        let head = segment.get(at..at + HEAD)?;
        let length = u32::from_le_bytes(head[24..].try_into().ok()?) as usize;
        let range = at + HEAD..at + HEAD + length;
        segment.get(range.clone())?;
        at = range.end;
        Some((head[..16].try_into().ok()?, range))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(program: &[u8], segments: Vec<Vec<u8>>, texts: &[&str]) -> (Closed, usize) {
        let kept = Kept::new(segments);
        let mut known = 0;
        for text in texts {
            let key = key_of(program, Language::Python, "a.py", text);
            match kept.code(&key, Language::Python) {
                Some(_) => known += 1,
                None => kept.keep_code(key, &crate::read::read(Language::Python, "a.py", text).expect("it is read")),
            }
        }
        (kept.close(true), known)
    }

    #[test]
    fn what_was_kept_is_known_to_the_same_program_and_to_no_other() {
        let (first, known) = made(b"1", Vec::new(), &["a = 1", "b = 2", "a = 1"]);
        assert_eq!((known, first.replaces), (0, false));
        let segment = first.write.expect("two texts");
        assert_eq!(made(b"1", vec![segment.clone()], &["b = 2", "a = 1"]), (Closed::default(), 2));
        let (more, known) = made(b"1", vec![segment.clone()], &["b = 2", "c = 3"]);
        assert_eq!((known, more.replaces), (1, false));
        assert_eq!(made(b"1", vec![segment.clone(), more.write.expect("one text")], &["a = 1", "c = 3"]).1, 2);
        assert_eq!(made(b"2", vec![segment], &["a = 1"]).1, 0);
    }

    #[test]
    fn damage_costs_the_entries_that_it_meets() {
        let segment = made(b"1", Vec::new(), &["a = 1", "b = 2"]).0.write.expect("two texts");
        for end in 0..segment.len() {
            let (closed, known) = made(b"1", vec![segment[..end].to_vec()], &["a = 1", "b = 2"]);
            assert!(known < 2 && closed.write.is_some(), "cut at {end}");
        }
        for at in 0..segment.len() {
            let mut damaged = segment.clone();
            damaged[at] ^= 0x40;
            assert!(made(b"1", vec![damaged], &["a = 1", "b = 2"]).1 < 2, "byte {at}");
        }
    }

    #[test]
    fn many_segments_become_one_that_holds_what_is_of_use() {
        let texts: Vec<String> = (0..MANY).map(|n| format!("a = {n}")).collect();
        let mut segments = Vec::new();
        for text in &texts {
            segments.push(made(b"1", Vec::new(), &[text]).0.write.expect("a text"));
        }
        let (closed, known) = made(b"1", segments, &["a = 0", "a = 1", "b = 1"]);
        assert_eq!((closed.replaces, known), (true, 2));
        let segment = closed.write.expect("all");
        assert_eq!(made(b"1", vec![segment.clone()], &["a = 0", "a = 1", "b = 1"]).1, 3);
        assert_eq!(made(b"1", vec![segment], &["a = 2"]).1, 0);
    }
}
