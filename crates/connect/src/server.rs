//! Where a database server is and who asks: the parts of an address, however they were written.
//!
//! 1. `SCHEME://USER:PASSWORD@HOST:PORT/DATABASE?KEY=VALUE&...`, percent-encoded; a host that begins with a
//!    slash (`%2F`) is the folder or the file of a socket.
//! 2. `host=... port=... user=... password=... dbname=...`, as PostgreSQL's own tools take it.

use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::secret::Password;

/// How a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// By name or number over the network.
    Network(String),
    /// Through a socket of this machine: a folder for PostgreSQL, a file for MySQL.
    Socket(PathBuf),
}

/// Whether the way to the server is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Encrypted, with the server's certificate verified; not on sockets and on the loopback interface,
    /// where nothing leaves the machine.
    #[default]
    Usual,
    /// Encrypted and verified, wherever the server is.
    Always,
    /// Not encrypted.
    Never,
}

/// A database on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// How it is reached; none for the engine's usual socket or this machine.
    pub host: Option<Host>,
    /// The port, where it is not the engine's usual one.
    pub port: Option<u16>,
    /// Who asks.
    pub user: String,
    /// The password, if there is one.
    pub password: Option<Password>,
    /// The database.
    pub database: String,
    /// Whether the way is encrypted.
    pub encryption: Encryption,
    /// A file of certificates (PEM) that are trusted beside the system's.
    pub authorities: Option<PathBuf>,
}

/// What a path or a name in an address may show as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'$');

impl Server {
    /// Reads what stands behind `SCHEME://`.
    pub(crate) fn of_url(rest: &str) -> Result<Server, &'static str> {
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (who, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match who.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (who, None),
        };
        let mut parts = Parts::default();
        parts.set("user", &decoded(user)?)?;
        if let Some(password) = password {
            parts.set("password", &decoded(password)?)?;
        }
        parts.set("dbname", &decoded(database)?)?;
        let (host, port) = split_port(place)?;
        parts.set("host", &decoded(host)?)?;
        parts.set("port", port)?;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or("an option has no value")?;
            parts.set(key, &decoded(value)?)?;
        }
        parts.finish()
    }

    /// Reads `key=value` parts with blanks between them; values may stand in single quotes.
    pub(crate) fn of_parts(text: &str) -> Result<Server, &'static str> {
        let mut parts = Parts::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (key, behind) = rest.split_once('=').ok_or("a part has no value")?;
            let (value, behind) = value_of(behind.trim_start())?;
            parts.set(key.trim(), &value)?;
            rest = behind.trim_start();
        }
        parts.finish()
    }

    /// The address for people, without the password.
    pub(crate) fn shown(&self, scheme: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
        let host = match &self.host {
            None => String::new(),
            Some(Host::Network(host)) if host.contains(':') => format!("[{host}]"),
            Some(Host::Network(host)) => encode(host),
            Some(Host::Socket(path)) => encode(&path.display().to_string()),
        };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}@{host}{port}/{}", encode(&self.user), encode(&self.database))
    }

    /// Whether the way to it has to be encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        match self.encryption {
            Encryption::Always => true,
            Encryption::Never => false,
            Encryption::Usual => match &self.host {
                Some(Host::Network(host)) => {
                    let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
                    !loopback && !host.eq_ignore_ascii_case("localhost")
                }
                Some(Host::Socket(_)) | None => false,
            },
        }
    }
}

fn decoded(text: &str) -> Result<String, &'static str> {
    percent_decode_str(text).decode_utf8().map(|text| text.into_owned()).map_err(|_| "it holds bytes that are no text")
}

/// `host`, `host:port`, `[v6]:port`.
fn split_port(place: &str) -> Result<(&str, &str), &'static str> {
    if let Some(inside) = place.strip_prefix('[') {
        let (host, behind) = inside.split_once(']').ok_or("a bracket is not closed")?;
        return Ok((host, behind.strip_prefix(':').unwrap_or("")));
    }
    Ok(place.split_once(':').unwrap_or((place, "")))
}

/// The first value of a text of parts, and what follows it.
fn value_of(text: &str) -> Result<(String, &str), &'static str> {
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return Ok((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => return Ok((value, &quoted[at + 1..])),
            '\\' => value.extend(characters.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    Err("a quote is not closed")
}

/// Parts as they come in; later ones win.
#[derive(Default)]
struct Parts {
    host: Option<String>,
    port: Option<u16>,
    user: String,
    password: Option<Password>,
    database: String,
    encryption: Encryption,
    authorities: Option<PathBuf>,
}

impl Parts {
    fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        let given = (!value.is_empty()).then(|| value.to_owned());
        match key {
            "host" | "hostaddr" | "socket" => self.host = given.or(self.host.take()),
            "port" if value.is_empty() => {}
            "port" => self.port = Some(value.parse().map_err(|_| "the port is no number from 0 to 65535")?),
            "user" => self.user = given.unwrap_or(std::mem::take(&mut self.user)),
            "password" => self.password = given.map(|text| Password::parse(&text)),
            "dbname" | "database" => self.database = given.unwrap_or(std::mem::take(&mut self.database)),
            "sslmode" | "ssl-mode" | "ssl_mode" => self.encryption = encryption(value)?,
            "sslrootcert" | "ssl-ca" => self.authorities = given.map(PathBuf::from),
            "application_name" | "connect_timeout" | "client_encoding" | "charset" => {}
            _ => return Err("it has an option that is not known here"),
        }
        Ok(())
    }

    fn finish(self) -> Result<Server, &'static str> {
        if self.user.is_empty() {
            return Err("it names no user");
        }
        if self.database.is_empty() {
            return Err("it names no database");
        }
        let host = self.host.map(|host| match host.starts_with('/') {
            true => Host::Socket(PathBuf::from(host)),
            false => Host::Network(host),
        });
        let (port, user, password, database) = (self.port, self.user, self.password, self.database);
        let (encryption, authorities) = (self.encryption, self.authorities);
        Ok(Server { host, port, user, password, database, encryption, authorities })
    }
}

/// What asks for encryption gets verification too; what would do without either is not offered.
fn encryption(mode: &str) -> Result<Encryption, &'static str> {
    match mode.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => Ok(Encryption::Never),
        "require" | "required" | "verify-ca" | "verify-full" | "verify-identity" => Ok(Encryption::Always),
        "allow" | "prefer" | "preferred" => Ok(Encryption::Usual),
        _ => Err("its mode of encryption is not known here"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{Reference, Secret};

    #[test]
    fn urls_and_parts_say_the_same() {
        let url =
            Server::of_url("jo%40x:p%40ss@db.example:5433/books%2F1?sslmode=require&sslrootcert=/ca.pem").unwrap();
        let text = r"host=db.example port=5433 user=jo@x password='p@ss' dbname = 'books/1' sslmode=require sslrootcert=/ca.pem";
        assert_eq!(Server::of_parts(text).unwrap(), url);
        assert_eq!(url.password, Some(Password::Known(Secret::new("p@ss"))));
        assert!(url.is_encrypted());
        assert_eq!(url.shown("postgres"), "postgres://jo%40x@db.example:5433/books%2F1");
        let quoted = Server::of_parts(r"user=u dbname=d password='a\'b c'").unwrap();
        assert_eq!(quoted.password, Some(Password::Known(Secret::new("a'b c"))));
    }

    #[test]
    fn sockets_loopback_and_references() {
        let socket = Server::of_url("u:env:PW@%2Frun%2Fdb/books").unwrap();
        assert_eq!(socket.host, Some(Host::Socket("/run/db".into())));
        assert_eq!(socket.password, Some(Password::Referred(Reference::Variable("PW".into()))));
        assert!(!socket.is_encrypted());
        for (text, encrypted) in [
            ("u@localhost/d", false),
            ("u@127.0.0.1:1/d", false),
            ("u@[::1]:1/d", false),
            ("u@[2001:db8::1]/d", true),
            ("u@10.0.0.1/d", true),
            ("u@10.0.0.1/d?sslmode=disable", false),
            ("u@localhost/d?ssl-mode=VERIFY_IDENTITY", true),
        ] {
            assert_eq!(Server::of_url(text).unwrap().is_encrypted(), encrypted, "{text}");
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_refused() {
        for text in ["@h/d", "u@h", "u@h:99999/d", "u@h/d?wat=1", "u@h/d?sslmode=maybe", "u@[::1/d", "u%ff@h/d"] {
            assert!(Server::of_url(text).is_err(), "{text}");
        }
        for text in ["user=u", "user=u dbname='d", "user", "user=u dbname=d x=y"] {
            assert!(Server::of_parts(text).is_err(), "{text}");
        }
    }
}
