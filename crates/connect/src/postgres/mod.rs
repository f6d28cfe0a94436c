//! PostgreSQL, read-only by construction.
//!
//! 1. [`open`]: how a session is opened, which gates it closes, and what its errors mean to us.
//! 2. [`types`], [`value`]: what columns and cells mean.
//! 3. [`catalog`], [`query`], [`sample`]: what is asked, each a job inside of one read transaction.

mod open;
mod types;
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
use open::{Session, Way, explain};

/// A database of a PostgreSQL server.
#[derive(Clone)]
pub struct Postgres {
    lanes: Arc<Lanes<Session>>,
}

impl Postgres {
    /// A database on a server. Connects to nothing yet.
    ///
    /// # Errors
    /// A password that was not looked up, or a file of certificates that cannot be read.
    pub fn new(server: Server) -> Result<Postgres, Error> {
        Ok(Postgres { lanes: Lanes::new(Way::new(&server)?) })
    }
}

#[async_trait]
impl Database for Postgres {
    fn dialect(&self) -> &'static dyn Dialect {
        &sql::Postgres
    }

    fn address(&self) -> String {
        self.lanes.way().place.to_string()
    }

    async fn version(&self, scope: &Scope) -> Result<String, Error> {
        self.lanes.run(scope, |session, _| Box::pin(version(session))).await
    }

    async fn token(&self, scope: &Scope) -> Result<Token, Error> {
        self.lanes.run(scope, |_, token| Box::pin(async { Ok(token) })).await
    }

    async fn data_mark(&self, scope: &Scope) -> Result<Option<Token>, Error> {
        self.lanes.run(scope, |session, _| Box::pin(catalog::mark(session))).await
    }

    async fn prints(&self, scope: &Scope) -> Result<Option<Prints>, Error> {
        self.lanes.run(scope, |session, _| Box::pin(async { catalog::prints(session).await.map(Some) })).await
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

async fn version(session: &Session) -> Result<String, Error> {
    let asked = session.client.query_one("SELECT pg_catalog.current_setting('server_version')", &[]).await;
    asked.map(|row| format!("PostgreSQL {}", row.get::<_, &str>(0))).map_err(|e| explain(&session.place, e))
}
