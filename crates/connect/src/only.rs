//! A part of a database: the tables that patterns choose. The others are as if they were not there.

use std::sync::Arc;

use async_trait::async_trait;
use catalog::{TableName, TableStatistics};
use sql::{Dialect, ReadOnly};

use crate::database::{Database, Fetched, Inspected, Listed, Prints, SampleRequest, Slice, Token};
use crate::error::Error;
use crate::scope::Scope;

/// Which tables are meant: `sales.*, inv_*, !*_tmp`. A star stands for any letters, a question mark for one; case does not
/// count. A pattern with a dot is about schema and table, one without about the table's own name. What an exclamation mark
/// precedes is left out; without any pattern of the other sort all the rest is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    text: String,
    wanted: Vec<Vec<char>>,
    unwanted: Vec<Vec<char>>,
}

impl Choice {
    /// Reads patterns with commas between them; none where there is no pattern in the text.
    pub fn parse(text: &str) -> Option<Choice> {
        let patterns: Vec<String> = text
            .split(',')
            .map(|p| p.trim().to_lowercase())
            .filter(|p| !p.trim_start_matches('!').is_empty())
            .collect();
        let letters = |p: &str| p.chars().collect::<Vec<char>>();
        let unwanted = patterns.iter().filter_map(|p| p.strip_prefix('!')).map(|p| letters(p.trim())).collect();
        let wanted = patterns.iter().filter(|p| !p.starts_with('!')).map(|p| letters(p)).collect();
        (!patterns.is_empty()).then(|| Choice { text: patterns.join(", "), wanted, unwanted })
    }

    /// Whether a table is meant.
    pub fn takes(&self, name: &TableName) -> bool {
        let own = name.name.to_lowercase();
        let full = name.schema.as_ref().map_or(own.clone(), |schema| format!("{}.{own}", schema.to_lowercase()));
        let (own, full): (Vec<char>, Vec<char>) = (own.chars().collect(), full.chars().collect());
        let fits = |pattern: &Vec<char>| fits(pattern, if pattern.contains(&'.') { &full } else { &own });
        (self.wanted.is_empty() || self.wanted.iter().any(fits)) && !self.unwanted.iter().any(fits)
    }
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a name fits a pattern. Cost: their lengths multiplied, at the most: only the last star is tried again.
fn fits(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, taken)) => {
                    (p, n) = (at + 1, taken + 1);
                    star = Some((at, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

/// Whether a source is a part of the database at an address: what [`Only`] calls itself then. Both are addresses as drivers write
/// them. A path may hold brackets of its own, so what closes a bracket that no pattern opened belongs to the path.
pub fn is_part_of(source: &str, whole: &str) -> bool {
    let behind = source.strip_prefix(whole).and_then(|rest| rest.strip_prefix(" (")?.strip_suffix(')'));
    behind.is_some_and(|text| {
        let mut open = 0;
        let is_own = text.chars().all(|letter| {
            open += i32::from(letter == '(') - i32::from(letter == ')');
            open >= 0
        });
        is_own && Choice::parse(text).is_some()
    })
}

/// A database of which only the chosen tables are seen. Its address says so, since it is another source than the whole.
pub struct Only {
    inner: Arc<dyn Database>,
    choice: Choice,
}

impl Only {
    /// The chosen tables of a database.
    pub fn new(inner: Arc<dyn Database>, choice: Choice) -> Only {
        Only { inner, choice }
    }
}

#[async_trait]
impl Database for Only {
    fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect()
    }

    fn address(&self) -> String {
        format!("{} ({})", self.inner.address(), self.choice)
    }

    fn wants_batches(&self) -> bool {
        self.inner.wants_batches()
    }

    async fn version(&self, scope: &Scope) -> Result<String, Error> {
        self.inner.version(scope).await
    }

    async fn token(&self, scope: &Scope) -> Result<Token, Error> {
        self.inner.token(scope).await
    }

    async fn data_mark(&self, scope: &Scope) -> Result<Option<Token>, Error> {
        self.inner.data_mark(scope).await
    }

    async fn prints(&self, scope: &Scope) -> Result<Option<Prints>, Error> {
        let mut prints = self.inner.prints(scope).await?;
        if let Some(prints) = &mut prints {
            prints.of.retain(|name, _| self.choice.takes(name));
        }
        Ok(prints)
    }

    async fn list(&self, scope: &Scope) -> Result<Vec<Listed>, Error> {
        let mut listed = self.inner.list(scope).await?;
        listed.retain(|object| self.choice.takes(&object.name));
        Ok(listed)
    }

    async fn inspect(&self, scope: &Scope, names: &[TableName]) -> Result<Inspected, Error> {
        self.inner.inspect(scope, names).await
    }

    async fn sample(&self, scope: &Scope, request: &SampleRequest) -> Result<TableStatistics, Error> {
        self.inner.sample(scope, request).await
    }

    async fn query(&self, scope: &Scope, statement: &ReadOnly, planned: &Slice) -> Result<Fetched, Error> {
        self.inner.query(scope, statement, planned).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(patterns: &str, schema: Option<&str>, name: &str) -> bool {
        let name = TableName { database: None, schema: schema.map(str::to_owned), name: name.to_owned() };
        Choice::parse(patterns).unwrap().takes(&name)
    }

    #[test]
    fn a_part_is_known_by_the_address_of_the_whole_whatever_that_looks_like() {
        let whole = "sqlite:/data/My Books (2024).db";
        let choice = Choice::parse("cust*, !*_(old)").unwrap();
        let part = format!("{whole} ({choice})");
        assert!(is_part_of(&part, whole));
        for (source, whole) in [
            (whole, whole),
            (whole, "sqlite:/data/My Books"),
            (part.as_str(), "sqlite:/data/My Books"),
            ("sqlite:/data/b.db ()", "sqlite:/data/b.db"),
            ("sqlite:/data/b.db (a", "sqlite:/data/b.db"),
        ] {
            assert!(!is_part_of(source, whole), "{source} of {whole}");
        }
    }

    #[test]
    fn patterns_choose_by_schema_and_by_name() {
        for (patterns, schema, name, taken) in [
            ("sales.*", Some("Sales"), "Orders", true),
            ("sales.*", Some("audit"), "sales", false),
            ("ord*s", Some("audit"), "orders", true),
            ("ord*s", None, "orders_tmp", false),
            ("*", None, "x", true),
            ("a?c", None, "abc", true),
            ("a?c", None, "ac", false),
            ("*a*b*", None, "xxaybz", true),
            ("*ab", None, "aab", true),
            ("!tmp_*", None, "tmp_1", false),
            ("!tmp_*", None, "orders", true),
            ("o*, !*_tmp", None, "orders_tmp", false),
            ("public.o*, c*", Some("public"), "clients", true),
            ("orders", None, "orders", true),
            ("orders", None, "orders2", false),
        ] {
            assert_eq!(takes(patterns, schema, name), taken, "{patterns} {name}");
        }
        assert_eq!(Choice::parse(" , !,"), None);
    }
}
