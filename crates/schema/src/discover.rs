//! Reading the schema of a source: all of it, or what moved.

use std::collections::HashSet;
use std::sync::Arc;

use catalog::{Catalog, Entry, Table, TableName};
use connect::{Database, Inspected, Listed, Prints, Problem, Scope, Token};
use tokio::task::JoinSet;

use crate::error::Error;
use crate::level::{Batches, Level};
use crate::moved::moved;

/// Readings of a moving schema before one is taken that it moved under.
const ATTEMPTS: usize = 2;

/// A schema as it was read. Partial is normal: what could not be read is listed, and said in `problems`.
#[derive(Clone, Debug, PartialEq)]
pub struct Discovery {
    /// The schema.
    pub catalog: Arc<Catalog>,
    /// Its change token before reading.
    pub token: Token,
    /// Whether the token was the same behind the reading: then all of it is of one moment. Where it is not, each table is as it was
    /// at some moment of the reading, which is enough for statements that are compared with what they find.
    pub settled: bool,
    /// What could not be read, and why.
    pub problems: Vec<Problem>,
    /// The engine's marks of single objects, where it has some: those from before the reading, so that a change during it
    /// shows as one later.
    pub prints: Option<Prints>,
    /// Objects that were read for it; the others are as they were.
    pub read: usize,
}

/// Reads the schema. Cost: two statements and a handful more, or batches where the source wants them.
/// Read again if the token moved meanwhile, once. Fails if nothing at all could be read.
pub async fn discover(database: &Arc<dyn Database>, scope: &Scope, level: Level) -> Result<Discovery, Error> {
    rediscover(database, scope, level, None).await
}

/// Reads what moved since an earlier reading, by the engine's marks of single objects; all of it where there are none, or
/// where most of it moved. Cost: three statements, and a handful more for what moved.
pub async fn rediscover(
    database: &Arc<dyn Database>,
    scope: &Scope,
    level: Level,
    before: Option<&Discovery>,
) -> Result<Discovery, Error> {
    let mut token = database.token(scope).await?;
    let mut attempt = 1;
    loop {
        let prints = database.prints(scope).await?;
        let listed = database.list(scope).await?;
        let all = || listed.iter().map(|l| l.name.clone()).collect();
        let wanted: Vec<TableName> = match (before, &prints) {
            (Some(Discovery { catalog, prints: Some(before), .. }), Some(now)) => {
                moved(catalog, before, now, &listed).unwrap_or_else(all)
            }
            _ => all(),
        };
        let inspected = match wanted.is_empty() {
            true => Inspected::default(),
            false => inspect(database, scope, &wanted, level).await?,
        };
        let now = database.token(scope).await?;
        let settled = now == token;
        if settled || attempt >= ATTEMPTS {
            let read = wanted.len();
            let (catalog, problems) = assemble(listed, inspected, before, &wanted);
            return Ok(Discovery { catalog, token, settled, problems, prints, read });
        }
        token = now;
        attempt += 1;
    }
}

/// What was read, and of the rest what is still listed.
fn assemble(
    listed: Vec<Listed>,
    inspected: Inspected,
    before: Option<&Discovery>,
    wanted: &[TableName],
) -> (Arc<Catalog>, Vec<Problem>) {
    let wanted: HashSet<&TableName> = wanted.iter().collect();
    let same = |l: &&Listed| !wanted.contains(&l.name);
    let same: Vec<&TableName> = listed.iter().filter(same).map(|l| &l.name).collect();
    let kept = same.iter().filter_map(|name| before?.catalog.table(name)).cloned();
    let kept: Vec<Entry> = kept.map(|table| Entry::Read { table }).collect();
    let known = listed.iter().map(|l| Entry::Listed { name: l.name.clone(), kind: l.kind });
    let read = inspected.tables.into_iter().map(|table| Entry::Read { table: Arc::new(table) });
    // Of two entries with one name the later wins: read over listed.
    (Arc::new(Catalog::new(known.chain(kept).chain(read))), inspected.problems)
}

async fn inspect(
    database: &Arc<dyn Database>,
    scope: &Scope,
    names: &[TableName],
    level: Level,
) -> Result<Inspected, Error> {
    if !database.wants_batches() {
        return Ok(database.inspect(scope, names).await?);
    }
    let mut whole = Inspected::default();
    let mut rest = names;
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
