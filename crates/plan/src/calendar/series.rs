//! Series: `by month`, `quarterly`, `per fiscal year`, `month by month`, `over time`.

use sql::Grain;

use super::fiscal::{Basis, noun};
use super::form::TimeForm;
use super::period::follows_year;
use super::reader::{Match, Reader};
use super::words;

/// A unit behind a grouping word, an adverb, or a word for a series without a unit.
pub fn series(reader: &Reader, at: usize) -> Option<Match> {
    if let Some(end) = reader.phrase(
        at,
        &["over time", "over the time", "trend", "trends", "trended", "through time", "across time", "timeline"],
    ) {
        return Some(Match::plain(end, TimeForm::Trend));
    }
    let (grain, basis, end) = grouped(reader, at).or_else(|| doubled(reader, at)).or_else(|| adverb(reader, at))?;
    Some(grain_form(reader, grain, basis, end))
}

fn grain_form(reader: &Reader, grain: Grain, basis: Basis, end: usize) -> Match {
    let fiscal = reader.calendar.is_fiscal() && follows_year(grain);
    match basis {
        Basis::Calendar if fiscal => Match::plain(end, TimeForm::CalendarGrain(grain)),
        Basis::Books if fiscal => {
            let other = format!("by calendar {}", noun(grain));
            let words = format!("{}s follow the fiscal year that {}", noun(grain), reader.calendar.words());
            Match::plain(end, TimeForm::Grain(grain)).or(other, TimeForm::CalendarGrain(grain)).assuming(words)
        }
        Basis::Fiscal if fiscal && reader.calendar.weeks.is_some() => {
            let words = format!("the fiscal year {}", reader.calendar.words());
            Match::plain(end, TimeForm::Grain(grain)).assuming(words)
        }
        _ => Match::plain(end, TimeForm::Grain(grain)),
    }
}

const GROUPING: &[&str] = &[
    "by",
    "per",
    "each",
    "every",
    "by each",
    "for each",
    "for every",
    "in each",
    "in every",
    "across",
    "at each",
    "at the end of each",
    "at the end of every",
    "end of each",
    "end of every",
    "by the",
    "a",
];

/// `by month`, `for each fiscal year`, `every month end`.
fn grouped(reader: &Reader, at: usize) -> Option<(Grain, Basis, usize)> {
    let next = reader.phrase(at, GROUPING).filter(|_| reader.word(at) != "a")?;
    let (grain, basis, end) = reader.unit(next)?;
    // "by year 2024" and "by quarter end" are no series.
    if reader.year_number(end).is_some() {
        return None;
    }
    match reader.word(end) {
        "end" if reader.is(at, &["by", "per"]) && !reader.is(at + 1, &["each"]) => None,
        "end" => Some((grain, basis, end + 1)),
        _ => Some((grain, basis, end)),
    }
}

/// `month by month`, `quarter by quarter`.
fn doubled(reader: &Reader, at: usize) -> Option<(Grain, Basis, usize)> {
    let (grain, basis, end) = reader.unit(at)?;
    let next = reader.phrase(end, &["by", "after"])?;
    let (again, _, end) = reader.unit(next)?;
    (again == grain).then_some((grain, basis, end))
}

/// `monthly`, but not in names of metrics such as "monthly recurring revenue".
fn adverb(reader: &Reader, at: usize) -> Option<(Grain, Basis, usize)> {
    let by = reader.skip(at, &["on", "by"]);
    let by = if by > at { reader.skip(by, &["a"]) } else { by };
    let (basis, next) = reader.basis(by);
    let half = reader.phrase(next, &["half yearly", "semi annual", "semi annually"]);
    let (grain, end) = match half {
        Some(end) => (Grain::Half, end),
        None => (words::adverb(reader.word(next))?, next + 1),
    };
    let metric = reader.is(end, &["recurring", "active", "contract", "report"]);
    (!metric).then(|| (grain, basis, reader.skip(end, &["basis"])))
}
