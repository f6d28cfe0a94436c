//! Scores question sets with known answers: how many are right, how many are answered, and what goes wrong.
//!
//! 1. [`Options`] are the arguments.
//! 2. `questions` reads a folder of sets.
//! 3. A [`Desk`] asks the agent and runs the known SQL over one database.
//! 4. [`compare`](fn@compare) says whether both agree by values, [`cause`](fn@cause) what can be seen where they do
//!    not, and `linking` compares tables and columns.
//! 5. A [`Record`] is what came of one question.
//! 6. `summary` counts.
//! 7. `cross` asks questions of databases that they are not about.
//!
//! `terms` is beside that path: which columns business terms find.

mod options;
mod questions;
mod text;
mod compare;
mod cause;
mod linking;
mod record;
mod desk;
mod summary;
mod terms;
mod cross;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

pub use cause::cause;
pub use compare::{Cell, Table, Verdict, compare};
pub use desk::Desk;
pub use linking::Linking;
pub use options::{AskedOf, HELP, Options, Subject};
pub use questions::{Item, Set};
pub use record::{Outcome, Record};
pub use text::{aggregates, is_ordered};

/// Databases asked at the same time.
const THREADS: usize = 2;

/// The questions over one database.
struct Job<'s> {
    set: &'s Set,
    db: String,
    items: Vec<&'s Item>,
}

/// Scores what the options name, and returns the report as text. `progress` hears of each finished database.
///
/// # Errors
/// Fails where the folder cannot be read or the output not be written; a database that cannot be opened fails its
/// own questions only.
pub fn run(options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Result<String, Error> {
    if options.subject == Subject::Terms {
        return terms::run(options);
    }
    let sets = questions::read(&options.folder, options)?;
    if options.asked_of == AskedOf::Another {
        return cross_all(&sets, options, progress);
    }
    let records = ask_all(&sets, options, progress)?;
    if let Some(path) = &options.out {
        write(path, &records)?;
    }
    let mut report = String::new();
    for set in &sets {
        let own: Vec<&Record> = records.iter().filter(|record| record.set == set.name).collect();
        report += &summary::of_set(&set.name, &own);
    }
    report += &summary::examples(&records, options.wrong);
    Ok(report)
}

/// Asks questions of databases that they are not about.
fn cross_all(sets: &[Set], options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Result<String, Error> {
    let (mut report, mut all) = (String::new(), Vec::new());
    for set in sets {
        let records = cross::ask(set, options, progress)?;
        report += &cross::report(&set.name, &records, options.wrong);
        all.extend(records);
    }
    if let Some(path) = &options.out {
        write(path, &all)?;
    }
    Ok(report)
}

/// Asks everything, in the sets' own order.
fn ask_all(sets: &[Set], options: &Options, progress: &(dyn Fn(&str) + Sync)) -> Result<Vec<Record>, Error> {
    let waiting: Mutex<VecDeque<Job<'_>>> = Mutex::new(sets.iter().flat_map(jobs).collect());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || -> Result<Vec<Record>, Error> {
        let mut records = Vec::new();
        while let Some(job) = next() {
            let path = job.set.databases.join(format!("{}.sqlite", job.db));
            let done = desk::score(&path, &job.set.name, &job.items, options.as_of)?;
            let right = done.iter().filter(|record| record.outcome == Outcome::Right).count();
            progress(&format!("{}/{}: {right} of {} right", job.set.name, job.db, done.len()));
            records.extend(done);
        }
        Ok(records)
    };
    let parts: Vec<Result<Vec<Record>, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        let died = || Err(Error::Read { path: options.folder.clone(), source: std::io::Error::other("a thread died") });
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| died())).collect()
    });
    let mut by_question = BTreeMap::new();
    for record in parts.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        by_question.insert((record.set.clone(), record.id.clone()), record);
    }
    let order = sets.iter().flat_map(|set| set.items.iter().map(|item| (set.name.clone(), item.id.clone())));
    Ok(order.filter_map(|key| by_question.remove(&key)).collect())
}

/// A job for each database, the one with the most questions first.
fn jobs(set: &Set) -> Vec<Job<'_>> {
    let mut by_db: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &set.items {
        by_db.entry(&item.db).or_default().push(item);
    }
    let mut jobs: Vec<Job<'_>> = by_db.into_iter().map(|(db, items)| Job { set, db: db.to_owned(), items }).collect();
    jobs.sort_by_key(|job| std::cmp::Reverse(job.items.len()));
    jobs
}

/// Writes one JSON line for each question.
fn write(path: &Path, records: &[Record]) -> Result<(), Error> {
    let mut text = String::new();
    for record in records {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", record.to_json());
    }
    std::fs::write(path, text).map_err(|source| Error::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
