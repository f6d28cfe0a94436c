//! A folder of question sets.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::options::{AskedOf, Options};
use crate::error::Error;

/// A question with what is known of its answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Item {
    /// Its name, unique in its set.
    pub id: String,
    /// The database it is about.
    pub db: String,
    /// The question.
    pub question: String,
    /// SQL whose rows are the answer.
    pub gold_sql: String,
    /// Other SQL whose rows are as good.
    pub gold_alternatives: Vec<String>,
    /// Tables that the answer needs.
    pub gold_tables: Vec<String>,
    /// Columns that the answer needs, `table.column`; empty where unknown.
    pub gold_columns: Vec<String>,
    /// What sort of question it is.
    pub shape: String,
}

/// A set of questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// The folder of its databases.
    pub databases: PathBuf,
    /// Its questions, in the file's order.
    pub items: Vec<Item>,
}

/// Reads the sets that the options name, or all that have databases.
///
/// # Errors
/// Fails where a file cannot be read, a line is no question, or a named set is not there.
pub fn read(folder: &Path, options: &Options) -> Result<Vec<Set>, Error> {
    let names = if options.sets.is_empty() { names(&folder.join("questions"))? } else { options.sets.clone() };
    let sets = names.into_iter().map(|name| {
        let items: Vec<Item> = lines(&folder.join("questions").join(format!("{name}.jsonl")))?;
        let wanted = |item: &Item| options.db.as_ref().is_none_or(|db| item.db == *db);
        // Pairs of databases need all questions of both.
        let limit = options.limit.filter(|_| options.asked_of == AskedOf::Own);
        let items = spread(items.into_iter().filter(wanted).collect(), limit);
        Ok(Set { databases: folder.join("sqlite").join(&name), name, items })
    });
    let sets: Result<Vec<Set>, Error> = sets.collect();
    Ok(sets?.into_iter().filter(|set| set.databases.is_dir()).collect())
}

/// Names of the sets in a folder.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, Error> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    let files = entries.iter().filter(|path| path.extension().is_some_and(|e| e == "jsonl"));
    let mut names: Vec<String> =
        files.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// Reads a file with one JSON object on each line.
pub(super) fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).map_err(|e| failed(e.into()))).collect()
}

/// So many of them, evenly spread, so that a few say something about all.
pub(super) fn spread<T>(items: Vec<T>, limit: Option<usize>) -> Vec<T> {
    let (count, limit) = (items.len(), limit.unwrap_or(usize::MAX));
    if count <= limit {
        return items;
    }
    let chosen = |i: usize| (i + 1) * limit / count > i * limit / count;
    items.into_iter().enumerate().filter(|(i, _)| chosen(*i)).map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_spread_over_all() {
        assert_eq!(spread((0..10).collect(), Some(2)), [4, 9]);
        assert_eq!(spread((0..7).collect(), Some(3)).len(), 3);
        assert_eq!(spread(vec![1, 2], Some(5)), [1, 2]);
        assert_eq!(spread(vec![1, 2], None), [1, 2]);
    }
}
