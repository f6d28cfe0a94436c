//! Where a database is, as people write it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::database::Database;
use crate::error::Error;
use crate::mysql::Mysql;
use crate::postgres::Postgres;
use crate::scope::Scope;
use crate::secret::{Password, Reference, Secret};
use crate::server::Server;
use crate::sqlite::Sqlite;

/// An address that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(Server),
    /// A database of a server that speaks MySQL's protocol: MariaDB, MySQL, TiDB.
    Mysql(Server),
}

impl Address {
    /// Reads `sqlite:PATH`, `sqlite://PATH`, a plain path, `postgres://...`, `mysql://...`, or `key=value` parts of
    /// a PostgreSQL server. Looks at no file and asks no server.
    pub fn parse(text: &str) -> Result<Address, Error> {
        let wrong = |why| Error::Address { text: redacted(text), why };
        if text.trim().is_empty() {
            return Err(wrong("it is empty"));
        }
        if text.contains('\0') {
            return Err(wrong("it holds a NUL character"));
        }
        let Some((scheme, rest)) = split_scheme(text) else {
            return match is_parts(text) {
                true => Server::of_parts(text).map(Address::Postgres).map_err(wrong),
                false => Ok(Address::Sqlite(PathBuf::from(text))),
            };
        };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" | "sqlite3" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                match path {
                    "" => Err(wrong("it names no file")),
                    ":memory:" => Err(wrong("an in-memory database of another program cannot be reached")),
                    _ => Ok(Address::Sqlite(PathBuf::from(path))),
                }
            }
            "postgres" | "postgresql" => Server::of_url(&rest[2..]).map(Address::Postgres).map_err(wrong),
            "mysql" | "mariadb" | "tidb" => Server::of_url(&rest[2..]).map(Address::Mysql).map_err(wrong),
            _ => Err(Error::Scheme { scheme: scheme.to_owned() }),
        }
    }

    /// Where the password is, if it has to be looked up before the address can be opened.
    pub fn reference(&self) -> Option<&Reference> {
        match self.server()?.password.as_ref()? {
            Password::Referred(reference) => Some(reference),
            Password::Known(_) => None,
        }
    }

    /// The same address with this password.
    #[must_use]
    pub fn with_password(mut self, password: Secret) -> Address {
        if let Address::Postgres(server) | Address::Mysql(server) = &mut self {
            server.password = Some(Password::Known(password));
        }
        self
    }

    fn server(&self) -> Option<&Server> {
        match self {
            Address::Sqlite(_) => None,
            Address::Postgres(server) | Address::Mysql(server) => Some(server),
        }
    }
}

impl std::fmt::Display for Address {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(server) => f.write_str(&server.shown("postgres")),
            Address::Mysql(server) => f.write_str(&server.shown("mysql")),
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

/// Whether the text begins as the parts of a server's address do.
fn is_parts(text: &str) -> bool {
    let key = text.split_once('=').map(|(key, _)| key.trim());
    key.is_some_and(|key| ["host", "hostaddr", "port", "user", "password", "dbname"].contains(&key))
}

/// The text as a message may show it: nothing of it where a password may stand in it.
fn redacted(text: &str) -> String {
    let secret = text.contains('@') || text.to_ascii_lowercase().contains("password");
    match text.split_once("://") {
        Some((scheme, _)) if secret => format!("{scheme}://..."),
        None if is_parts(text) => "host=...".to_owned(),
        _ => text.to_owned(),
    }
}

/// The database at an address. Connects to nothing yet.
///
/// # Errors
/// A password that was not looked up, or a file of certificates that cannot be read.
pub fn at(address: &Address) -> Result<Arc<dyn Database>, Error> {
    Ok(match address {
        Address::Sqlite(path) => Arc::new(Sqlite::file(path.clone())),
        Address::Postgres(server) => Arc::new(Postgres::new(server.clone())?),
        Address::Mysql(server) => Arc::new(Mysql::new(server.clone())?),
    })
}

/// Opens the database at an address and reads its token, so that what is wrong shows at once.
pub async fn open(address: &Address, scope: &Scope) -> Result<Arc<dyn Database>, Error> {
    let database = at(address)?;
    database.token(scope).await?;
    Ok(database)
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
            ("a=b.db", sqlite("a=b.db")),
            ("sqlite:books.db", sqlite("books.db")),
            ("sqlite:/data/books.db", sqlite("/data/books.db")),
            ("SQLite:///data/books.db", sqlite("/data/books.db")),
        ] {
            assert_eq!(Address::parse(text).unwrap(), expected, "{text}");
        }
        for text in ["postgres://u@h/d", "PostgreSQL://u@h/d", "host=h user=u dbname=d"] {
            assert_eq!(Address::parse(text).unwrap().to_string(), "postgres://u@h/d");
        }
        for text in ["mysql://u:p@h:3307/d", "mariadb://u@h:3307/d"] {
            assert_eq!(Address::parse(text).unwrap().to_string(), "mysql://u@h:3307/d");
        }
    }

    #[test]
    fn passwords_are_looked_up_by_others_and_never_shown() {
        let address = Address::parse("postgres://u:env:PW@h/d").unwrap();
        assert_eq!(address.reference(), Some(&Reference::Variable("PW".into())));
        let known = address.with_password(Secret::new("hidden"));
        assert_eq!(known.reference(), None);
        assert!(!format!("{known} {known:?}").contains("hidden"));
        for text in ["postgres://u:hidden@h:x/d", "host=h password=hidden", "mysql://h/d?password=hidden"] {
            let error = Address::parse(text).unwrap_err();
            let fault = error.fault();
            assert!(!format!("{error} {error:?} {fault:?}").contains("hidden"), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let fault = Address::parse("oracle://h/d").unwrap_err().fault();
        assert_eq!((fault.kind, fault.code.as_str()), (fault::Kind::Usage, "connect.scheme"));
        assert!(fault.hints[0].contains("PostgreSQL"));
        for text in ["", "  ", "sqlite:", "sqlite::memory:", "a\0b", "postgres://u@h", "mysql://h/d", "postgres://"] {
            assert!(matches!(Address::parse(text), Err(Error::Address { .. })), "{text:?}");
        }
    }
}
