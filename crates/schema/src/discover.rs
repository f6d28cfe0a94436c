//! Reading the whole schema of a source.

use std::sync::Arc;

use catalog::{Catalog, Entry, Table, TableName};
use connect::{Database, Inspected, Listed, Problem, Scope, Token};
use tokio::task::JoinSet;

use crate::error::Error;
use crate::level::{Batches, Level};

/// Readings of a moving schema before giving up.
const ATTEMPTS: usize = 4;

/// A schema as it was read. Partial is normal: what could not be read is listed, and said in `problems`.
#[derive(Clone, Debug, PartialEq)]
pub struct Discovery {
    /// The schema.
    pub catalog: Arc<Catalog>,
    /// Its change token, equal before and after reading.
    pub token: Token,
    /// What could not be read, and why.
    pub problems: Vec<Problem>,
}

/// Reads the schema. Cost: two statements and a handful more, or batches where the source wants them.
/// Read again if the token moved meanwhile. Fails if nothing at all could be read.
pub async fn discover(database: &Arc<dyn Database>, scope: &Scope, level: Level) -> Result<Discovery, Error> {
    let mut token = database.token(scope).await?;
    for _ in 0..ATTEMPTS {
        let listed = database.list(scope).await?;
        let inspected = inspect(database, scope, &listed, level).await?;
        let now = database.token(scope).await?;
        if now == token {
            return Ok(assemble(listed, inspected, token));
        }
        token = now;
    }
    Err(Error::Changing { source_name: database.address() })
}

fn assemble(listed: Vec<Listed>, inspected: Inspected, token: Token) -> Discovery {
    let known = listed.into_iter().map(|l| Entry::Listed { name: l.name, kind: l.kind });
    let read = inspected.tables.into_iter().map(|table| Entry::Read { table: Arc::new(table) });
    // Of two entries with one name the later wins: read over listed.
    Discovery { catalog: Arc::new(Catalog::new(known.chain(read))), token, problems: inspected.problems }
}

async fn inspect(
    database: &Arc<dyn Database>,
    scope: &Scope,
    listed: &[Listed],
    level: Level,
) -> Result<Inspected, Error> {
    let names: Vec<TableName> = listed.iter().map(|l| l.name.clone()).collect();
    if !database.wants_batches() {
        return Ok(database.inspect(scope, &names).await?);
    }
    let mut whole = Inspected::default();
    let mut rest = names.as_slice();
    let mut first_error = None;
    while !rest.is_empty() {
        let (wave, later) = cut(rest, level.batches(), &whole.tables);
        rest = later;
        for (names, outcome) in run(database, scope, wave).await {
            match outcome {
                Ok(part) => {
                    whole.tables.extend(part.tables);
                    whole.problems.extend(part.problems);
                }
                Err(error @ connect::Error::Cancelled) => return Err(error.into()),
                Err(error) => {
                    let why = format!("not read: {error}");
                    whole.problems.extend(names.into_iter().map(|name| Problem { name, why: why.clone() }));
                    first_error.get_or_insert(error);
                }
            }
        }
        scope.report("tables read", whole.tables.len() as u64, Some(names.len() as u64));
    }
    match first_error {
        Some(error) if whole.tables.is_empty() => Err(error.into()),
        _ => Ok(whole),
    }
}

/// Cuts the next wave of batches. Columns are not known before they are read, so their number is
/// foreseen as the mean of those read so far.
fn cut<'a>(names: &'a [TableName], limits: Batches, read: &[Table]) -> (Vec<Vec<TableName>>, &'a [TableName]) {
    let columns: usize = read.iter().map(|t| t.columns.len()).sum();
    let mean = columns.div_ceil(read.len().max(1)).max(1);
    let size = (limits.columns / mean).clamp(1, limits.tables);
    let (wave, later) = names.split_at(names.len().min(size * limits.at_once));
    (wave.chunks(size).map(<[TableName]>::to_vec).collect(), later)
}

async fn run(
    database: &Arc<dyn Database>,
    scope: &Scope,
    wave: Vec<Vec<TableName>>,
) -> Vec<(Vec<TableName>, Result<Inspected, connect::Error>)> {
    let mut running = JoinSet::new();
    for names in wave {
        let (database, scope) = (database.clone(), scope.clone());
        running.spawn(async move {
            let outcome = database.inspect(&scope, &names).await;
            (names, outcome)
        });
    }
    running.join_all().await
}
