//! A line on standard error for what takes longer than a second, on terminals only.

use std::sync::Arc;
use std::time::Duration;

use connect::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nothing is shown of what is faster.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two pictures of the spinner.
const TICK: Duration = Duration::from_millis(120);

/// A spinner that shows what is being done. Hidden at first.
#[derive(Clone)]
pub struct Spinner {
    bar: ProgressBar,
}

impl Spinner {
    /// A spinner that appears after a second, unless it was ended before. Needs a runtime.
    pub fn start() -> Spinner {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::default_spinner());
        let shown = bar.clone();
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            if !shown.is_finished() {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        });
        Spinner { bar }
    }

    /// What scopes report to.
    pub fn listener(&self) -> Progress {
        let bar = self.bar.clone();
        Arc::new(move |what: &str, done: u64, of: Option<u64>| bar.set_message(message(what, done, of)))
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn message(what: &str, done: u64, of: Option<u64>) -> String {
    match (done, of) {
        (0, None) => what.to_owned(),
        (_, None) => format!("{what}: {done}"),
        (_, Some(of)) => format!("{what}: {done} of {of}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_count_only_what_is_counted() {
        assert_eq!(message("making the books", 0, None), "making the books");
        assert_eq!(message("tables sampled", 3, Some(27)), "tables sampled: 3 of 27");
    }
}
