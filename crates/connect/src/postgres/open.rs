//! Opening a session: how the server is reached, and what holds for all that the session does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls, Row, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::database::Token;
use crate::error::{Error, Source};
use crate::lanes::{Link, Stopper};
use crate::secret::Password;
use crate::server::{Host, Server};
use crate::tls;

/// The folder of sockets where none is named: that of Debian and Red Hat packages.
const SOCKETS: &str = "/var/run/postgresql";

/// All that is needed to open a session.
pub struct Way {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// The address for people.
    pub place: Arc<str>,
}

impl Way {
    /// Understands the parts of an address. Reads the file of trusted certificates, if one is named.
    pub fn new(server: &Server) -> Result<Way, Error> {
        let mut config = Config::new();
        config.user(&server.user).dbname(&server.database).application_name("quaestor");
        config.connect_timeout(Duration::from_secs(10)).keepalives_idle(Duration::from_secs(60));
        match &server.host {
            Some(Host::Network(host)) => config.host(host),
            Some(Host::Socket(folder)) => config.host_path(folder),
            None => config.host_path(SOCKETS),
        };
        config.port(server.port.unwrap_or(5432));
        match &server.password {
            Some(Password::Known(password)) => drop(config.password(password.reveal())),
            Some(Password::Referred(reference)) => {
                return Err(Error::Unresolved { reference: reference.to_string() });
            }
            None => {}
        }
        let encrypted = server.is_encrypted();
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        let tls = encrypted.then(|| tls::client(server.authorities.as_deref()).map(MakeRustlsConnect::new));
        Ok(Way { config, tls: tls.transpose()?, place: server.shown("postgres").into() })
    }
}

/// A session.
pub struct Session {
    /// The client; its statements are sent one behind the other without waiting.
    pub client: Client,
    /// The address for people.
    pub place: Arc<str>,
    /// The engine's own types, as far as columns of them were read.
    pub types: Mutex<HashMap<u32, Arc<Row>>>,
    tls: Option<MakeRustlsConnect>,
}

/// Statements over catalogs are thought to be far dearer than they are: compiling them took a second where they took half of one.
/// Names resolve to the engine's own objects only: everything else is written with its schema, so that no object of
/// the same name takes its place. Dates, zones and escapes read the same wherever the server stands.
const SETTINGS: &str = "SET search_path = pg_catalog, pg_temp; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; \
    SET IntervalStyle = 'iso_8601'; SET standard_conforming_strings = on; SET lock_timeout = '5s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET default_transaction_read_only = on; SET extra_float_digits = 3; SET jit = off";

#[async_trait]
impl Link for Session {
    type Way = Way;

    async fn open(way: &Way) -> Result<Session, Error> {
        let fail = |e| explain_opening(&way.place, e);
        // The task ends with the connection; what it has to say, the client's calls say too.
        let client = match &way.tls {
            Some(tls) => {
                let (client, connection) = way.config.connect(tls.clone()).await.map_err(fail)?;
                tokio::spawn(connection);
                client
            }
            None => {
                let (client, connection) = way.config.connect(NoTls).await.map_err(fail)?;
                tokio::spawn(connection);
                client
            }
        };
        client.batch_execute(SETTINGS).await.map_err(fail)?;
        Ok(Session { client, place: way.place.clone(), types: Mutex::default(), tls: way.tls.clone() })
    }

    fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    fn stopper(&self) -> Stopper {
        let (token, tls) = (self.client.cancel_token(), self.tls.clone());
        Box::new(move || {
            let (token, tls) = (token.clone(), tls.clone());
            Box::pin(async move {
                // A server that cannot be reached any more runs nothing for us either.
                let _ = match tls {
                    Some(tls) => token.cancel_query(tls).await,
                    None => token.cancel_query(NoTls).await,
                };
            })
        })
    }

    /// The token's own statement takes a snapshot: from then on the transaction cannot be made a writing one.
    async fn begin(&mut self, time: Option<Duration>) -> Result<Token, Error> {
        let time = time.map_or(0, |time| time.as_millis().clamp(1, i32::MAX as u128));
        let text = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = {time}; {}",
            include_str!("sql/token.sql")
        );
        let said = self.client.simple_query(&text).await.map_err(|e| explain(&self.place, e))?;
        let mark = said.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(Token(mark.unwrap_or_default()))
    }

    async fn end(&mut self) -> Result<(), Error> {
        self.client.batch_execute("ROLLBACK").await.map_err(|e| explain(&self.place, e))
    }
}

/// Says in our words what stopped a login.
fn explain_opening(place: &str, error: tokio_postgres::Error) -> Error {
    let place = place.to_owned();
    let state = error.code().cloned();
    let source = said(error);
    match state {
        Some(SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            Error::Login { place, source }
        }
        Some(SqlState::INVALID_CATALOG_NAME) => Error::NoDatabase { place, source },
        Some(SqlState::INSUFFICIENT_PRIVILEGE) => Error::Login { place, source },
        Some(SqlState::TOO_MANY_CONNECTIONS | SqlState::CANNOT_CONNECT_NOW) => Error::Crowded { place, source },
        _ if is_about_trust(source.as_ref()) => Error::Unsafe { place, source },
        // The client finds out by itself that a password is wanted, or that its own is not good enough.
        _ if source.to_string().contains("authentication") || source.to_string().contains("password") => {
            Error::Login { place, source }
        }
        _ => Error::Unreachable { place, source },
    }
}

/// Whether TLS, and not the network, is what failed.
fn is_about_trust(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if error.is::<rustls::Error>() || io.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        if error.to_string().contains("TLS") {
            return true;
        }
        next = error.source();
    }
    false
}

/// Says in our words what stopped a statement.
pub fn explain(place: &str, error: tokio_postgres::Error) -> Error {
    let place = place.to_owned();
    let state = error.code().cloned();
    let closed = error.is_closed();
    let source = said(error);
    let Some(state) = state else {
        return match closed || source.downcast_ref::<tokio_postgres::Error>().is_none_or(|e| !is_ours(e)) {
            true => Error::Lost { place, source },
            false => Error::Query { source },
        };
    };
    match state {
        SqlState::QUERY_CANCELED => Error::Timeout,
        SqlState::READ_ONLY_SQL_TRANSACTION => Error::Refused { source },
        SqlState::INSUFFICIENT_PRIVILEGE => Error::Forbidden { place, source },
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN => Error::Unknown { source },
        SqlState::LOCK_NOT_AVAILABLE => Error::Locked { place },
        SqlState::NUMERIC_VALUE_OUT_OF_RANGE => Error::Overflow { source },
        SqlState::PROGRAM_LIMIT_EXCEEDED
        | SqlState::STATEMENT_TOO_COMPLEX
        | SqlState::TOO_MANY_COLUMNS
        | SqlState::OUT_OF_MEMORY
        | SqlState::DISK_FULL => Error::TooBig { source },
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
            Error::Lost { place, source }
        }
        _ => Error::Query { source },
    }
}

/// Whether the driver refused something before it reached the server: a value that fits no parameter, say.
fn is_ours(error: &tokio_postgres::Error) -> bool {
    let text = error.to_string();
    text.contains("serializing parameter") || text.contains("deserializing column") || text.contains("expected")
}

/// The server's own words where there are some.
fn said(error: tokio_postgres::Error) -> Source {
    match error.as_db_error() {
        Some(db) => db.message().into(),
        None => Box::new(error),
    }
}
