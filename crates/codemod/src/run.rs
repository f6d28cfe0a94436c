//! What goes along with a scan: who hears of it, who may stop it, and what earlier ones kept.

use crate::crew;
use crate::error::Error;
use crate::kept::Shelf;

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Files were found.
    Found(usize),
    /// So many of them were read.
    Read(usize),
    /// Names are followed; so many files are judged.
    Judging(usize),
}

/// What goes along with a scan.
pub struct Run<'r> {
    /// Hears how far it is.
    pub progress: &'r (dyn Fn(Progress) + Sync),
    /// Whether it is to end before it is done; asked for each file.
    pub stopped: &'r (dyn Fn() -> bool + Sync),
    /// What earlier scans of the folder kept, where something is to be kept at all.
    pub shelf: Option<&'r dyn Shelf>,
}

impl Default for Run<'_> {
    /// Heard by nobody, stopped by nobody, kept nowhere.
    fn default() -> Self {
        Run { progress: &|_| {}, stopped: &|| false, shelf: None }
    }
}

impl Run<'_> {
    /// # Errors
    /// The scan is to end.
    pub fn check(&self) -> Result<(), Error> {
        if (self.stopped)() { Err(Error::Stopped) } else { Ok(()) }
    }
}

/// What a function makes of each number below `count`, in order, on some threads.
///
/// # Errors
/// The scan is to end; what is being made is finished.
pub fn each<T: Send>(
    count: usize,
    threads: usize,
    run: &Run<'_>,
    one: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>, Error> {
    crew::each_until(count, threads, run.stopped, one).ok_or(Error::Stopped)
}
