//! Looking at rows, within a budget.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use catalog::{Catalog, Statistics, Table, TableKind, TableName};
use connect::{Database, SampleRequest, Scope};
use tokio::task::JoinSet;

use crate::error::Error;

/// Tables sampled at once.
const AT_ONCE: usize = 2;

/// What sampling may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Time for all tables together; those that do not fit stay unsampled.
    pub time: Duration,
    /// Rows of each table.
    pub rows: u64,
    /// Rows of all tables together.
    pub total_rows: u64,
    /// Values kept of each column.
    pub values: usize,
    /// Hashes kept of each column.
    pub sketch: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling { time: Duration::from_secs(2), rows: 10_000, total_rows: 2_000_000, values: 1_000, sketch: 256 }
    }
}

/// Samples tables in the given order until the budget is spent. A table that fails or does not fit is
/// left out; only cancellation is an error.
pub(crate) async fn sample(
    database: &Arc<dyn Database>,
    scope: &Scope,
    tables: Vec<Arc<Table>>,
    budget: Sampling,
) -> Result<Statistics, Error> {
    let scope = scope.until(Instant::now() + budget.time);
    let total = tables.len() as u64;
    let left = Arc::new(Mutex::new((VecDeque::from(tables), budget.total_rows)));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        workers.spawn(work(database.clone(), scope.clone(), left.clone(), budget));
    }
    let mut tables = BTreeMap::new();
    while let Some(part) = workers.join_next().await {
        tables.extend(part.unwrap_or_default());
        scope.report("tables sampled", tables.len() as u64, Some(total));
    }
    if scope.cancel.is_cancelled() {
        return Err(connect::Error::Cancelled.into());
    }
    Ok(Statistics { tables })
}

type Left = Arc<Mutex<(VecDeque<Arc<Table>>, u64)>>;

async fn work(
    database: Arc<dyn Database>,
    scope: Scope,
    left: Left,
    budget: Sampling,
) -> BTreeMap<TableName, catalog::TableStatistics> {
    let mut done = BTreeMap::new();
    while scope.check().is_ok() {
        let (table, rows) = {
            let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
            let rows = budget.rows.min(left.1);
            match left.0.pop_front() {
                Some(table) if rows > 0 => (table, rows),
                _ => break,
            }
        };
        let request = SampleRequest { table, rows, values: budget.values, sketch: budget.sketch };
        if let Ok(statistics) = database.sample(&scope, &request).await {
            let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
            left.1 = left.1.saturating_sub(statistics.sampled);
            done.insert(request.table.name.clone(), statistics);
        }
    }
    done
}

/// Tables in the order in which they deserve the budget: what is connected by references first, from
/// the most connected one outward; then the others by name; views last, since they cost what is
/// behind them.
pub(crate) fn rank(catalog: &Catalog) -> Vec<Arc<Table>> {
    let mut neighbours: HashMap<&TableName, Vec<&TableName>> = HashMap::new();
    for table in catalog.tables() {
        for key in table.foreign_keys.iter().filter(|key| key.target != table.name) {
            neighbours.entry(&table.name).or_default().push(&key.target);
            neighbours.entry(&key.target).or_default().push(&table.name);
        }
    }
    let mut starts: Vec<&Arc<Table>> = catalog.tables().collect();
    let degree = |name: &TableName| neighbours.get(name).map_or(0, Vec::len);
    starts.sort_by_key(|t| (t.kind != TableKind::Table, std::cmp::Reverse(degree(&t.name)), t.name.clone()));
    let mut seen: HashSet<&TableName> = HashSet::new();
    let mut ranked = Vec::with_capacity(starts.len());
    for start in starts {
        let mut queue = VecDeque::from([&start.name]);
        while let Some(name) = queue.pop_front() {
            let Some(table) = catalog.table(name).filter(|_| seen.insert(name)) else { continue };
            ranked.push(table.clone());
            queue.extend(neighbours.get(name).into_iter().flatten());
        }
    }
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::ForeignKey;

    fn table(name: &str, kind: TableKind, targets: &[&str]) -> Table {
        let key = |target: &&str| ForeignKey {
            columns: vec!["x".into()],
            target: TableName::bare(*target),
            target_columns: vec!["id".into()],
            on_delete: None,
            on_update: None,
        };
        Table { foreign_keys: targets.iter().map(key).collect(), ..Table::empty(TableName::bare(name), kind) }
    }

    #[test]
    fn connected_tables_come_first_and_views_last() {
        use TableKind::{Table, View};
        let catalog = Catalog::of_tables([
            table("a_view", View, &[]),
            table("alone", Table, &[]),
            table("line", Table, &["order", "product"]),
            table("order", Table, &["client", "order", "gone"]),
            table("client", Table, &[]),
            table("product", Table, &[]),
        ]);
        let names: Vec<String> = rank(&catalog).iter().map(|t| t.name.to_string()).collect();
        assert_eq!(names, ["order", "line", "client", "product", "alone", "a_view"].map(str::to_owned).to_vec());
    }
}
