//! SQLite, read-only by construction.
//!
//! 1. [`open`]: how a file is opened so that nothing is written beside it.
//! 2. [`guard`]: what a connection may do at all.
//! 3. [`work`]: the threads, transactions, waiting and stopping.
//! 4. [`catalog`], [`sample`], [`query`]: what is asked, each a job inside of one read transaction.

mod open;
mod guard;
mod work;
mod value;
mod query;
mod ddl;
mod catalog;
mod tally;
mod sample;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ::catalog::{Table, TableName, TableStatistics};
use async_trait::async_trait;
use rusqlite::Connection;
use sql::{Dialect, ReadOnly};

use crate::database::{Database, Fetched, Inspected, Listed, Prints, SampleRequest, Slice, Token};
use crate::error::Error;
use crate::scope::Scope;
use work::{Place, Pool};

pub(crate) use open::{beside, memory_uri};
pub(crate) use tally::Tally;
pub(crate) use value::{bind, number};

/// A SQLite database, in a file or in this process's memory.
#[derive(Clone)]
pub struct Sqlite {
    pool: Arc<Pool>,
    checked: Arc<Mutex<Checked>>,
}

/// Tables that were compared with the file's, at the schema of this token: there is no need to do it again.
#[derive(Default)]
struct Checked {
    token: Option<Token>,
    tables: Vec<Arc<Table>>,
}

/// Compares the tables of a plan with those of the file, inside of the statement's own transaction: the schema cannot
/// change in it.
fn check(session: &work::Session<'_>, planned: &Slice, checked: &Mutex<Checked>) -> Result<(), work::Trouble> {
    let mut checked = checked.lock().unwrap_or_else(PoisonError::into_inner);
    if checked.token.as_ref() != Some(&session.token) {
        *checked = Checked { token: Some(session.token.clone()), tables: Vec::new() };
    }
    let is_new = |table: &&Arc<Table>| !checked.tables.iter().any(|known| Arc::ptr_eq(known, table));
    let new: Vec<Arc<Table>> = planned.tables().iter().filter(is_new).cloned().collect();
    if !new.is_empty() {
        planned.check(&catalog::inspect(session, &planned.names())?)?;
        checked.tables.extend(new);
    }
    Ok(())
}

impl Sqlite {
    /// A database in a file. Opens nothing yet: every call looks whether it is there. A relative path
    /// is taken from the working directory now, so that the address says the same ever after.
    pub fn file(path: PathBuf) -> Sqlite {
        let absolute = std::path::absolute(&path).unwrap_or(path);
        Sqlite { pool: Pool::new(Place::File(absolute)), checked: Arc::default() }
    }

    /// A shared in-memory database, alive as long as the given connection to it.
    pub(crate) fn memory(name: String, keeper: Arc<Mutex<Connection>>) -> Sqlite {
        Sqlite { pool: Pool::new(Place::Memory { name, _keeper: keeper }), checked: Arc::default() }
    }
}

#[async_trait]
impl Database for Sqlite {
    fn dialect(&self) -> &'static dyn Dialect {
        &sql::Sqlite
    }

    fn address(&self) -> String {
        self.pool.place().address()
    }

    async fn version(&self, scope: &Scope) -> Result<String, Error> {
        scope.check()?;
        Ok(format!("SQLite {}", rusqlite::version()))
    }

    async fn token(&self, scope: &Scope) -> Result<Token, Error> {
        self.pool.run(scope, |session| Ok(session.token.clone())).await
    }

    async fn data_mark(&self, scope: &Scope) -> Result<Option<Token>, Error> {
        scope.check()?;
        match self.pool.place() {
            Place::File(path) => Ok(Some(Token(open::look(path)?.data_mark()))),
            Place::Memory { .. } => Ok(None),
        }
    }

    async fn prints(&self, scope: &Scope) -> Result<Option<Prints>, Error> {
        self.pool.run(scope, |session| Ok(Some(catalog::prints(session)?))).await
    }

    async fn list(&self, scope: &Scope) -> Result<Vec<Listed>, Error> {
        self.pool.run(scope, |session| Ok(catalog::list(session)?)).await
    }

    async fn inspect(&self, scope: &Scope, names: &[TableName]) -> Result<Inspected, Error> {
        let names = names.to_vec();
        self.pool.run(scope, move |session| Ok(catalog::inspect(session, &names)?)).await
    }

    async fn sample(&self, scope: &Scope, request: &SampleRequest) -> Result<TableStatistics, Error> {
        let request = request.clone();
        self.pool.run(scope, move |session| Ok(sample::sample(session, &request)?)).await
    }

    async fn query(&self, scope: &Scope, statement: &ReadOnly, planned: &Slice) -> Result<Fetched, Error> {
        let (statement, limits, planned) = (statement.clone(), scope.limits, planned.clone());
        let checked = self.checked.clone();
        let job = move |session: &work::Session<'_>| {
            // What is gone or others is why a statement fails, and is said instead.
            check(session, &planned, &checked)?;
            query::run(session, &statement, limits)
        };
        self.pool.run(scope, job).await
    }
}
