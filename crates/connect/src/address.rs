//! Where a database is, as people write it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::database::Database;
use crate::error::Error;
use crate::scope::Scope;
use crate::sqlite::Sqlite;

/// An address that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    Sqlite(PathBuf),
}

impl Address {
    /// Reads `sqlite:PATH`, `sqlite://PATH` or a plain path. Looks at no file.
    pub fn parse(text: &str) -> Result<Address, Error> {
        let wrong = |why| Error::Address { text: text.to_owned(), why };
        if text.trim().is_empty() {
            return Err(wrong("it is empty"));
        }
        if text.contains('\0') {
            return Err(wrong("it holds a NUL character"));
        }
        let Some((scheme, rest)) = split_scheme(text) else { return Ok(Address::Sqlite(PathBuf::from(text))) };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" | "sqlite3" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                match path {
                    "" => Err(wrong("it names no file")),
                    ":memory:" => Err(wrong("an in-memory database of another program cannot be reached")),
                    _ => Ok(Address::Sqlite(PathBuf::from(path))),
                }
            }
            _ => Err(Error::Scheme { scheme: scheme.to_owned() }),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}

/// A scheme is what stands before `://`, or before the colon of `sqlite:`; a file may hold a colon.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let plain = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let known = ["sqlite", "sqlite3"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (plain && (rest.starts_with("//") || known)).then_some((scheme, rest))
}

/// Opens the database at an address and reads its token, so that what is wrong shows at once.
pub async fn open(address: &Address, scope: &Scope) -> Result<Arc<dyn Database>, Error> {
    match address {
        Address::Sqlite(path) => {
            let database = Sqlite::file(path.clone());
            database.token(scope).await?;
            Ok(Arc::new(database))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let sqlite = |path: &str| Address::Sqlite(PathBuf::from(path));
        for (text, expected) in [
            ("books.db", sqlite("books.db")),
            ("/data/a:b.db", sqlite("/data/a:b.db")),
            ("sqlite:books.db", sqlite("books.db")),
            ("sqlite:/data/books.db", sqlite("/data/books.db")),
            ("SQLite:///data/books.db", sqlite("/data/books.db")),
        ] {
            assert_eq!(Address::parse(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn other_engines_are_named_and_refused() {
        for text in ["postgres://h/d", "mysql://u@h/d", "postgresql+ssl://h"] {
            let fault = Address::parse(text).unwrap_err().fault();
            assert_eq!((fault.kind, fault.code.as_str()), (fault::Kind::Usage, "connect.scheme"));
            assert!(fault.hints[0].contains("SQLite"));
        }
        for text in ["", "  ", "sqlite:", "sqlite::memory:", "a\0b"] {
            assert!(matches!(Address::parse(text), Err(Error::Address { .. })), "{text:?}");
        }
    }
}
