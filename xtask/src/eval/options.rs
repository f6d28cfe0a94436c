//! The arguments of the chore.

use std::path::PathBuf;

use jiff::civil::Date;

/// What `eval --help` prints.
pub const HELP: &str = "\
Scores question sets with known SQL.

Usage: cargo xtask eval DIR [options]

DIR holds questions/SET.jsonl (id, db, question, gold_sql, gold_alternatives?, gold_tables, gold_columns?, shape)
and sqlite/SET/DB.sqlite. Where a database holds rows, answers are compared with the rows of the known SQL;
where it holds none, with its tables and columns. Times are of questions alone, the schema being known.

With --terms DIR holds terms/SET.jsonl (id, db, term, context?, gold_columns, literal?) over catalogs/DB.json.gz or
sqlite/SET/DB.sqlite, and what is counted is whether a known column is among the first that a term finds.

Options:
  --terms         score terms instead of questions
  --set NAME      this set only; may be repeated
  --db NAME       this database only
  --limit N       N questions of each set, evenly spread over it
  --as-of DATE    the day on which is asked (2025-11-14)
  --out FILE      one JSON line for each question
  --wrong N       show N wrong answers
  --cross         ask questions of one database of another that shares no table with it (200 of each set, or as
                  --limit says): all of them should be refused or asked back
";

/// What is scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// Questions with known SQL.
    #[default]
    Questions,
    /// Terms with known columns.
    Terms,
}

/// Which database a question is asked of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AskedOf {
    /// The one that it is about.
    #[default]
    Own,
    /// One that has nothing to do with it.
    Another,
}

/// What is scored, and what is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The folder of the sets.
    pub folder: PathBuf,
    /// Questions or terms.
    pub subject: Subject,
    /// Sets to score; all where empty.
    pub sets: Vec<String>,
    /// The only database to ask, if any.
    pub db: Option<String>,
    /// How many questions of each set, evenly spread.
    pub limit: Option<usize>,
    /// The day on which is asked.
    pub as_of: Date,
    /// Where each question's record goes.
    pub out: Option<PathBuf>,
    /// How many wrong answers are shown.
    pub wrong: usize,
    /// Which databases are asked.
    pub asked_of: AskedOf,
}

impl Options {
    /// All sets of a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Options {
        Options {
            folder: folder.into(),
            subject: Subject::default(),
            sets: Vec::new(),
            db: None,
            limit: None,
            as_of: jiff::civil::date(2025, 11, 14),
            out: None,
            wrong: 0,
            asked_of: AskedOf::Own,
        }
    }

    /// Reads arguments; none where help is asked for.
    ///
    /// # Errors
    /// Says which argument is wrong.
    pub fn parse(arguments: &[&str]) -> Result<Option<Options>, String> {
        let mut options = Options::new("");
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().copied().ok_or_else(|| format!("{argument} needs a value"));
            match *argument {
                "--help" | "-h" => return Ok(None),
                "--terms" => options.subject = Subject::Terms,
                "--set" => options.sets.push(value()?.to_owned()),
                "--db" => options.db = Some(value()?.to_owned()),
                "--limit" => options.limit = Some(number(value()?)?),
                "--wrong" => options.wrong = number(value()?)?,
                "--cross" => options.asked_of = AskedOf::Another,
                "--out" => options.out = Some(value()?.into()),
                "--as-of" => options.as_of = value()?.parse().map_err(|e| format!("--as-of: {e}"))?,
                flag if flag.starts_with('-') => return Err(format!("unknown option: {flag}")),
                folder if options.folder.as_os_str().is_empty() => options.folder = folder.into(),
                more => return Err(format!("one folder is enough: {more}")),
            }
        }
        let named = !options.folder.as_os_str().is_empty();
        if named { Ok(Some(options)) } else { Err("which folder?".to_owned()) }
    }
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_in_any_order() {
        let words =
            ["--set", "a", "dir", "--set", "b", "--limit", "5", "--as-of", "2024-02-29", "--wrong", "3", "--cross"];
        let options = Options::parse(&words).unwrap().unwrap();
        let expected = Options {
            sets: vec!["a".into(), "b".into()],
            limit: Some(5),
            as_of: jiff::civil::date(2024, 2, 29),
            wrong: 3,
            asked_of: AskedOf::Another,
            ..Options::new("dir")
        };
        assert_eq!(options, expected);
        assert_eq!(Options::parse(&["--help"]), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (words, said) in [
            (&["--set"][..], "--set needs a value"),
            (&[], "which folder?"),
            (&["a", "b"], "one folder is enough: b"),
            (&["a", "--limit", "x"], "x is no number"),
            (&["a", "--fast"], "unknown option: --fast"),
        ] {
            assert_eq!(Options::parse(words), Err(said.to_owned()));
        }
    }
}
