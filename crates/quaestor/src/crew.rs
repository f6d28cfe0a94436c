//! Many pieces of work, some at a time, their results in the order in which they were given.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// Pieces that wait for their turn or for those before them, for each that is worked on.
const AHEAD: usize = 4;

/// Works through items, `at_once` of them at a time, and hands each result to `done` in the items' order. Memory: a
/// few results for each that is worked on. Ends early when cancelled, or when `done` fails.
///
/// # Errors
/// What `done` says, a worker that died, or that it was cancelled.
pub async fn in_order<T, R, F>(
    items: impl IntoIterator<Item = T>,
    at_once: usize,
    cancel: &CancellationToken,
    work: impl Fn(T) -> F,
    mut done: impl FnMut(R) -> Result<(), Error>,
) -> Result<(), Error>
where
    F: Future<Output = R> + Send + 'static,
    R: Send + 'static,
{
    let places = Arc::new(Semaphore::new(at_once.max(1)));
    let mut items = items.into_iter();
    let mut running = VecDeque::new();
    loop {
        while running.len() < at_once.max(1) * AHEAD
            && let Some(item) = items.next()
        {
            let (places, work) = (places.clone(), work(item));
            running.push_back(tokio::spawn(async move {
                let _place = places.acquire_owned().await;
                work.await
            }));
        }
        let Some(first) = running.pop_front() else { return Ok(()) };
        let result = first.await.map_err(|_| died())?;
        if cancel.is_cancelled() {
            return Err(connect::Error::Cancelled.into());
        }
        done(result)?;
    }
}

fn died() -> Error {
    fault::Fault::new(fault::Kind::Internal, "quaestor.worker", "a worker ended without a result").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn results_keep_their_order_and_only_some_are_worked_on_at_once() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut seen = Vec::new();
        let work = |i: usize| {
            let (now, most) = (now.clone(), most.clone());
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // Later ones are done sooner.
                for _ in 0..(200 - i) {
                    tokio::task::yield_now().await;
                }
                now.fetch_sub(1, Ordering::SeqCst);
                i
            }
        };
        in_order(0..200, 3, &CancellationToken::new(), work, |i| {
            seen.push(i);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(seen, (0..200).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= 3, "{most:?}");
    }

    #[tokio::test]
    async fn a_cancelled_run_ends_between_two_results() {
        let cancel = CancellationToken::new();
        let mut seen = 0;
        let ended = in_order(
            0..,
            2,
            &cancel,
            |i: u64| async move { i },
            |i| {
                seen += 1;
                if i == 5 {
                    cancel.cancel();
                }
                Ok(())
            },
        )
        .await;
        assert!(ended.is_err() && seen == 6, "{seen}");
    }
}
