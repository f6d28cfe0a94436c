//! Looking at rows before somebody waits for it: of tables that did not fit the budget of sampling, those that will be used soon.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use catalog::TableName;
use connect::{Choice, Scope};
use jiff::{SignedDuration, Timestamp};

use crate::error::Error;
use crate::service::Schemas;
use crate::warm::{Forecast, Warming};

/// Between two rounds.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// How long a round may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// What looking at one table is taken to cost the source, in seconds: the budget of sampling keeps it below.
const COST: f64 = 1.0;

/// Foretells from what is kept of questions, of this process and of others, and looks.
#[derive(Debug, Default)]
pub struct Warmer {
    forecast: Forecast,
    /// Up to when questions were learnt from.
    learnt: Option<Timestamp>,
    /// When the last round was.
    last: Option<Timestamp>,
    warming: Warming,
}

impl Warmer {
    /// A round, where it is time for one: returns the tables that were looked at. `pinned` ones are, whatever is foretold.
    /// Costs nothing where everything was sampled already.
    ///
    /// # Errors
    /// The source cannot be read; the next round tries again.
    pub async fn round(
        &mut self,
        schemas: &Schemas,
        scope: &Scope,
        pinned: Option<&Choice>,
    ) -> Result<Vec<TableName>, Error> {
        let since = self.last.map_or(PAUSE, |last| scope.now.duration_since(last));
        if since < PAUSE {
            return Ok(Vec::new());
        }
        self.last = Some(scope.now);
        let cold = schemas.current(scope).await?.coverage.unsampled.clone();
        if cold.is_empty() {
            return Ok(cold);
        }
        self.learn(schemas).await;
        let pinned: BTreeSet<TableName> =
            cold.iter().filter(|table| pinned.is_some_and(|p| p.takes(table))).cloned().collect();
        let cold: Vec<(TableName, f64)> = cold.into_iter().map(|table| (table, COST)).collect();
        let chosen = self.forecast.choose((&cold, &pinned), scope.now, since.min(PAUSE + PAUSE), self.warming);
        if !chosen.is_empty() {
            schemas.refine(&scope.until(Instant::now() + PATIENCE), &chosen).await?;
        }
        Ok(chosen)
    }

    /// Takes in what was asked since. What cannot be read is as if it had not been asked.
    async fn learn(&mut self, schemas: &Schemas) {
        let Some(store) = schemas.store().cloned() else { return };
        let source = schemas.database().address();
        let read = tokio::task::spawn_blocking(move || store.readings(&source)).await;
        let readings = read.ok().and_then(Result::ok).unwrap_or_default();
        for reading in readings.iter().filter(|r| self.learnt.is_none_or(|learnt| r.at > learnt)) {
            self.forecast.used(&reading.what.tables, reading.at);
        }
        self.learnt = readings.last().map(|r| r.at).max(self.learnt);
    }
}
