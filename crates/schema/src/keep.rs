//! Snapshots as they are kept between runs.

use connect::{Prints, Problem, Token};
use store::SavedSnapshot;

use crate::discover::Discovery;
use crate::snapshot::{Expiry, Snapshot};

/// As it is kept.
pub(crate) fn to_saved(snapshot: &Snapshot) -> SavedSnapshot {
    SavedSnapshot {
        token: snapshot.token.0.clone(),
        data_mark: snapshot.data_mark.as_ref().map(|mark| mark.0.clone()),
        taken_at: snapshot.taken_at,
        catalog: snapshot.catalog.clone(),
        statistics: snapshot.statistics.clone(),
        problems: snapshot.problems.iter().map(|p| (p.name.clone(), p.why.clone())).collect(),
        prints: snapshot.prints.as_ref().map(|p| (p.base.clone(), p.of.clone().into_iter().collect())),
        expiry: snapshot.expiry.map(|e| [e.loaded, e.soft, e.hard]),
    }
}

/// As it was.
pub(crate) fn of_saved(source: String, saved: SavedSnapshot) -> Snapshot {
    let discovery = Discovery {
        catalog: saved.catalog,
        token: Token(saved.token),
        problems: saved.problems.into_iter().map(|(name, why)| Problem { name, why }).collect(),
        prints: saved.prints.map(|(base, of)| Prints { base, of: of.into_iter().collect() }),
        settled: true,
        read: 0,
    };
    let expiry = saved.expiry.map(|[loaded, soft, hard]| Expiry { loaded, soft, hard });
    let statistics = std::sync::Arc::unwrap_or_clone(saved.statistics);
    let whole = Snapshot::of(source, discovery, statistics, None);
    Snapshot { data_mark: saved.data_mark.map(Token), taken_at: saved.taken_at, expiry, ..whole }
}
