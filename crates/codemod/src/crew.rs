//! Work on several threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a function makes of each number below `count`, in order, on some threads.
pub fn each<T: Send>(count: usize, threads: usize, one: impl Fn(usize) -> T + Sync) -> Vec<T> {
    each_until(count, threads, &|| false, one).unwrap_or_default()
}

/// The same until it is stopped: then nothing, and what is being made is finished.
pub fn each_until<T: Send>(
    count: usize,
    threads: usize,
    stopped: &(dyn Fn() -> bool + Sync),
    one: impl Fn(usize) -> T + Sync,
) -> Option<Vec<T>> {
    let next = AtomicUsize::new(0);
    let made: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                let mut own = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count || stopped() {
                        break;
                    }
                    own.push((at, one(at)));
                }
                if let Ok(mut made) = made.lock() {
                    made.extend(own);
                }
            });
        }
    });
    let mut made = made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    made.sort_by_key(|(at, _)| *at);
    (made.len() == count && !stopped()).then(|| made.into_iter().map(|(_, one)| one).collect())
}
