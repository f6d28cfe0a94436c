//! MariaDB, MySQL and TiDB, read-only by construction.
//!
//! 1. [`open`]: how a session is opened, which gates it closes, and what its errors mean to us.
//! 2. [`value`]: what cells mean.
//! 3. [`catalog`], [`query`], [`sample`]: what is asked, each a job inside of one read transaction.

mod open;
mod value;
mod catalog;
mod query;
mod sample;

use std::sync::Arc;

use ::catalog::{TableName, TableStatistics};
use async_trait::async_trait;
use sql::{Dialect, ReadOnly};

use crate::database::{Database, Fetched, Inspected, Listed, Prints, SampleRequest, Slice, Token};
use crate::error::Error;
use crate::lanes::Lanes;
use crate::scope::Scope;
use crate::server::Server;
use open::{Kin, Session, Way};

/// A database of a server that speaks MySQL's protocol.
#[derive(Clone)]
pub struct Mysql {
    lanes: Arc<Lanes<Session>>,
}

impl Mysql {
    /// A database on a server. Connects to nothing yet.
    ///
    /// # Errors
    /// A password that was not looked up, or a file of certificates that cannot be read.
    pub fn new(server: Server) -> Result<Mysql, Error> {
        Ok(Mysql { lanes: Lanes::new(Way::new(&server)?) })
    }
}

#[async_trait]
impl Database for Mysql {
    fn dialect(&self) -> &'static dyn Dialect {
        &sql::Mysql
    }

    fn address(&self) -> String {
        self.lanes.way().place.to_string()
    }

    async fn version(&self, scope: &Scope) -> Result<String, Error> {
        self.lanes.run(scope, |session, _| Box::pin(async { Ok(version(session)) })).await
    }

    async fn token(&self, scope: &Scope) -> Result<Token, Error> {
        self.lanes.run(scope, |_, token| Box::pin(async { Ok(token) })).await
    }

    async fn data_mark(&self, scope: &Scope) -> Result<Option<Token>, Error> {
        self.lanes.run(scope, |session, _| Box::pin(catalog::mark(session))).await
    }

    async fn prints(&self, scope: &Scope) -> Result<Option<Prints>, Error> {
        self.lanes.run(scope, |session, _| Box::pin(catalog::prints(session))).await
    }

    async fn list(&self, scope: &Scope) -> Result<Vec<Listed>, Error> {
        self.lanes.run(scope, |session, _| Box::pin(catalog::list(session))).await
    }

    async fn inspect(&self, scope: &Scope, names: &[TableName]) -> Result<Inspected, Error> {
        let names = names.to_vec();
        self.lanes.run(scope, move |session, _| Box::pin(async move { catalog::inspect(session, &names).await })).await
    }

    async fn sample(&self, scope: &Scope, request: &SampleRequest) -> Result<TableStatistics, Error> {
        let request = request.clone();
        self.lanes.run(scope, move |session, _| Box::pin(async move { sample::sample(session, &request).await })).await
    }

    async fn query(&self, scope: &Scope, statement: &ReadOnly, planned: &Slice) -> Result<Fetched, Error> {
        let (text, with, limits) = (statement.clone(), planned.clone(), scope.limits);
        let job = self.lanes.run(scope, move |session, token| Box::pin(query::run(session, text, with, limits, token)));
        planned.or_why(job.await, self, scope).await
    }
}

fn version(session: &Session) -> String {
    match session.kin {
        Kin::Mariadb => format!("MariaDB {}", session.version),
        Kin::Mysql => format!("MySQL {}", session.version),
        Kin::Tidb => format!("TiDB {}", session.version),
    }
}
