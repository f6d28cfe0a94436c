//! Opening a session: how the server is reached, and what holds for all that the session does.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error as Trouble, IoError, Opts, OptsBuilder, SslOpts};

use crate::database::Token;
use crate::error::{Error, Source};
use crate::lanes::{Link, Stopper};
use crate::secret::Password;
use crate::server::{Host, Server};

/// The socket where none is named: that of Debian packages.
const SOCKET: &str = "/run/mysqld/mysqld.sock";

/// All that is needed to open a session.
pub struct Way {
    opts: Opts,
    /// The address for people.
    pub place: Arc<str>,
}

impl Way {
    /// Understands the parts of an address.
    pub fn new(server: &Server) -> Result<Way, Error> {
        let mut opts = OptsBuilder::default().user(Some(&server.user)).db_name(Some(&server.database));
        opts = opts.tcp_port(server.port.unwrap_or(3306)).prefer_socket(false).tcp_nodelay(true);
        opts = match &server.host {
            Some(Host::Network(host)) => opts.ip_or_hostname(host),
            Some(Host::Socket(file)) => opts.socket(Some(file.display().to_string())),
            None => opts.socket(Some(SOCKET)),
        };
        opts = match &server.password {
            Some(Password::Known(password)) => opts.pass(Some(password.reveal())),
            Some(Password::Referred(reference)) => {
                return Err(Error::Unresolved { reference: reference.to_string() });
            }
            None => opts,
        };
        if server.is_encrypted() {
            opts = opts.ssl_opts(trust(server.authorities.as_ref())?);
        }
        Ok(Way { opts: opts.into(), place: server.shown("mysql").into() })
    }
}

/// The usual authorities, and those of a file, which is looked at now so that what is wrong with it is said.
fn trust(authorities: Option<&PathBuf>) -> Result<SslOpts, Error> {
    crate::tls::client(authorities.map(PathBuf::as_path))?;
    let files: Vec<PathBuf> = authorities.cloned().into_iter().collect();
    Ok(SslOpts::default().with_root_certs(files.into_iter().map(Into::into).collect()))
}

/// Which of the family a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kin {
    /// MariaDB.
    Mariadb,
    /// MySQL.
    Mysql,
    /// TiDB.
    Tidb,
}

/// A session.
pub struct Session {
    /// The connection; one statement at a time.
    pub conn: Conn,
    /// Which of the family the server is.
    pub kin: Kin,
    /// The server's own words for its version.
    pub version: String,
    /// The address for people.
    pub place: Arc<str>,
    opts: Opts,
    /// When the server started, in seconds since 1970: its counters begin anew then. Empty where it does not say.
    pub started: String,
}

/// No transaction of the session may write: said of the session, since a statement that commits implicitly ends a
/// transaction and would run outside of it. The zone, the character set and the mode do not depend on the server's.
const SETTINGS: &[&str] = &[
    "SET SESSION TRANSACTION READ ONLY",
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION lock_wait_timeout = 5",
    "SET SESSION div_precision_increment = 12",
];

/// The start of the server, the same to the second in every session: both times are those of this statement.
fn start(kin: Kin) -> &'static str {
    match kin {
        Kin::Mysql => {
            "SELECT CAST(UNIX_TIMESTAMP() - VARIABLE_VALUE AS CHAR) FROM performance_schema.global_status
             WHERE VARIABLE_NAME = 'Uptime'"
        }
        _ => {
            "SELECT CAST(UNIX_TIMESTAMP() - VARIABLE_VALUE AS CHAR) FROM information_schema.GLOBAL_STATUS
             WHERE VARIABLE_NAME = 'UPTIME'"
        }
    }
}

/// What counts as a change of a schema, of any database of the server.
const CHANGES: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_alter_db', 'Com_alter_table', 'Com_create_db', \
    'Com_create_index', 'Com_create_table', 'Com_create_view', 'Com_drop_db', 'Com_drop_index', 'Com_drop_table', \
    'Com_drop_view', 'Com_grant', 'Com_rename_table', 'Com_revoke')";

#[async_trait]
impl Link for Session {
    type Way = Way;

    async fn open(way: &Way) -> Result<Session, Error> {
        let fail = |e| explain_opening(&way.place, e);
        let mut conn = Conn::new(way.opts.clone()).await.map_err(fail)?;
        let version: String = conn.query_first("SELECT VERSION()").await.map_err(fail)?.unwrap_or_default();
        let kin = match version.to_ascii_lowercase() {
            text if text.contains("mariadb") => Kin::Mariadb,
            text if text.contains("tidb") => Kin::Tidb,
            _ => Kin::Mysql,
        };
        for setting in SETTINGS {
            // TiDB does not know the last; nothing depends on it but digits that nobody is shown.
            let set = conn.query_drop(*setting).await;
            if kin != Kin::Tidb {
                set.map_err(fail)?;
            }
        }
        let started: Option<Option<String>> = conn.query_first(start(kin)).await.unwrap_or_default();
        let started = started.flatten().unwrap_or_default();
        Ok(Session { conn, kin, version, place: way.place.clone(), opts: way.opts.clone(), started })
    }

    /// What breaks it is seen by the next statement.
    fn is_open(&self) -> bool {
        true
    }

    fn stopper(&self) -> Stopper {
        let (opts, id) = (self.opts.clone(), self.conn.id());
        Box::new(move || {
            let opts = opts.clone();
            Box::pin(async move {
                // A server that cannot be reached any more runs nothing for us either.
                if let Ok(mut conn) = Conn::new(opts).await {
                    let _ = conn.query_drop(format!("KILL QUERY {id}")).await;
                    let _ = conn.disconnect().await;
                }
            })
        })
    }

    async fn begin(&mut self, time: Option<Duration>) -> Result<Token, Error> {
        let limit = match self.kin {
            Kin::Mariadb => {
                format!("SET SESSION max_statement_time = {:.3}", time.map_or(0.0, |time| time.as_secs_f64()))
            }
            _ => format!("SET SESSION max_execution_time = {}", time.map_or(0, |time| time.as_millis())),
        };
        self.drop(&limit).await?;
        self.drop("START TRANSACTION READ ONLY").await?;
        let asked: Result<Vec<(String, String)>, _> = match self.kin {
            Kin::Tidb => {
                let newest = "SELECT 'job', CAST(COALESCE(MAX(JOB_ID), 0) AS CHAR) FROM information_schema.DDL_JOBS";
                self.conn.query(newest).await
            }
            _ => self.conn.query(CHANGES).await,
        };
        let counts = asked.map_err(|e| explain(&self.place, e))?;
        if counts.is_empty() {
            return Ok(Token::none());
        }
        let counts: Vec<String> = counts.into_iter().map(|(_, count)| count).collect();
        Ok(Token(format!("{}@{}", counts.join("."), self.started)))
    }

    async fn end(&mut self) -> Result<(), Error> {
        self.drop("ROLLBACK").await
    }
}

impl Session {
    async fn drop(&mut self, statement: &str) -> Result<(), Error> {
        self.conn.query_drop(statement).await.map_err(|e| explain(&self.place, e))
    }
}

/// Says in our words what stopped a login.
fn explain_opening(place: &str, error: Trouble) -> Error {
    let place = place.to_owned();
    match error {
        Trouble::Server(e) => match e.code {
            1044 | 1045 | 1130 | 1698 => Error::Login { place, source: e.message.into() },
            1049 => Error::NoDatabase { place, source: e.message.into() },
            1040 | 1203 | 1226 => Error::Crowded { place, source: e.message.into() },
            _ => Error::Unreachable { place, source: e.message.into() },
        },
        Trouble::Io(IoError::Tls(e)) => Error::Unsafe { place, source: Box::new(e) },
        Trouble::Io(IoError::Io(e)) => {
            let about_trust = e.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
            let source: Source = Box::new(e);
            if about_trust { Error::Unsafe { place, source } } else { Error::Unreachable { place, source } }
        }
        Trouble::Driver(mysql_async::DriverError::NoClientSslFlagFromServer) => {
            Error::Unsafe { place, source: "the server speaks no TLS".into() }
        }
        other => Error::Unreachable { place, source: Box::new(other) },
    }
}

/// Says in our words what stopped a statement.
pub fn explain(place: &str, error: Trouble) -> Error {
    let place = place.to_owned();
    let Trouble::Server(error) = error else { return Error::Lost { place, source: Box::new(error) } };
    let source: Source = error.message.into();
    match error.code {
        1317 => Error::Cancelled,
        1969 | 3024 => Error::Timeout,
        1792 => Error::Refused { source },
        1142 | 1143 | 1227 | 1370 => Error::Forbidden { place, source },
        1054 | 1146 => Error::Unknown { source },
        1205 => Error::Locked { place },
        1690 => Error::Overflow { source },
        1038 | 1041 | 1153 | 1436 => Error::TooBig { source },
        1053 | 1927 | 3169 => Error::Lost { place, source },
        _ => Error::Query { source },
    }
}
