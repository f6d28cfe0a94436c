//! Periods made concrete: what is computed, what it is compared with, like for like.

use catalog::ColumnRef;
use jiff::civil::Date;
use meaning::ontology::Nature;
use sql::Grain;

use super::ground::Ground;
use super::outcome::{Stop, refuse};
use crate::calendar::{Basis, Comparison, Period, Span, add_months};
use crate::documents;
use crate::intent::{Cut, Derived, Intent};
use crate::knowledge::Knowledge;
use crate::semantic::{Base, Origin, OverTime, Window};

/// The windows of a question, and what was assumed to make them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Windows {
    /// The window asked for, then those it is compared with.
    pub windows: Vec<Window>,
    /// What was assumed, in words.
    pub assumptions: Vec<String>,
    /// What the reader should know, in words.
    pub warnings: Vec<String>,
    /// Growth from bucket to bucket is asked for.
    pub growth: bool,
}

/// Days without data after which the data counts as ended.
const USUAL_GAP: i32 = 7;

/// What the measures need of their windows.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// Whether the last value or the sum of a period counts.
    pub nature: Nature,
    /// The last day with data, where known.
    pub last: Option<Date>,
    /// Whether a measure is computed per day of the period.
    pub days: bool,
    /// Whether all measures are plans, which reach beyond today.
    pub plan: bool,
}

/// Makes the windows.
pub fn windows(ground: Ground, intent: &Intent, demand: Demand) -> Windows {
    let Demand { nature, last, days, plan } = demand;
    let mut result = Windows::default();
    if let Some((date, words)) = &intent.as_of {
        let span = Span { from: Span::EARLIEST, to: Span::day(*date).to };
        let period =
            Period { label: format!("as of {date}{}", described(words, *date)), ..Period::named("as of", span, None) };
        result.windows.push(Window { name: date.to_string(), period: Some(period) });
        if let Some(comparison) = &intent.compare {
            let other = earlier(ground, *date, comparison);
            let span = Span { from: Span::EARLIEST, to: Span::day(other).to };
            let period = Period { label: format!("as of {other}"), ..Period::named("as of", span, None) };
            result.windows.push(Window { name: other.to_string(), period: Some(period) });
        }
        return result;
    }
    let (current, others) = spans(ground, intent, &mut result);
    let Some(current) = current else {
        if days && intent.cut.is_none() {
            let period = last_twelve_months(ground);
            result.assumptions.push(format!("no period was named: the last twelve complete months, {}", period.span));
            result.windows.push(Window { name: "value".to_owned(), period: Some(period) });
            return result;
        }
        if nature == Nature::Balance && intent.cut.is_none() {
            let span = Span { from: Span::EARLIEST, to: Span::day(ground.today).to };
            let period = Period { label: format!("as of {}", ground.today), ..Period::named("as of", span, None) };
            result.windows.push(Window { name: "value".to_owned(), period: Some(period) });
            return result;
        }
        result.windows.push(Window { name: "value".to_owned(), period: None });
        return result;
    };
    // A few days without bookings are no end of the data.
    let current_enough = |day: &Date| ground.today.since(*day).is_ok_and(|gap| gap.get_days() > USUAL_GAP);
    let known = last.filter(current_enough).unwrap_or(ground.today).min(ground.today);
    let reached = if plan { None } else { elapsed(&current, known, nature, last.is_some(), ground, &mut result) };
    for mut other in others {
        if let Some(day) = reached {
            let aligned = ground.calendar.to_date_aligned(&current, &other, day);
            if aligned.span != other.span {
                result.assumptions.push(format!(
                    "like for like: {} is compared with {}",
                    cut_label(&current, day),
                    aligned.span
                ));
                other = aligned;
            }
        }
        result.windows.push(Window { name: other.name().to_owned(), period: Some(other) });
    }
    let period = match reached {
        Some(day) => Period {
            span: Span { from: current.span.from, to: Span::day(day).to },
            label: cut_label(&current, day),
            partial: Some(day),
            ..current
        },
        None => current,
    };
    result.windows.insert(0, Window { name: period.name().to_owned(), period: Some(period) });
    let uneven = years_of_weeks(ground, intent, &result.windows);
    result.warnings.extend(uneven);
    result
}

/// What the reader of years made of weeks should know: a long one beside a short one, and months that they cut.
fn years_of_weeks(ground: Ground, intent: &Intent, windows: &[Window]) -> Option<String> {
    ground.calendar.weeks?;
    let mut fiscal = windows.iter().filter_map(|w| w.period.as_ref()).filter(|p| p.fiscal);
    let first = fiscal.next()?;
    let weeks = |period: &Period| period.span.days() / 7;
    if let Some(other) = fiscal.find(|other| weeks(other) != weeks(first)) {
        let (this, that) = (first.name(), other.name());
        return Some(format!("{this} has {} weeks, {that} {}", weeks(first), weeks(other)));
    }
    let cut = matches!(intent.cut, Some(Cut::By(Grain::Month) | Cut::OverTime));
    cut.then(|| format!("months are those of the calendar: {} does not begin and end with one", first.name()))
}

/// Years and quarters of books that count theirs in weeks are not those of the calendar.
///
/// # Errors
/// A refusal where the question means such years without saying that the calendar's are meant.
pub fn years_that_are_months(ground: Ground, intent: &Intent) -> Result<(), Stop> {
    let calendar_meant = ground.words.iter().any(|w| w == "calendar");
    let wide = |grain: Grain| matches!(grain, Grain::Year | Grain::Half | Grain::Quarter);
    let by_period = intent.periods.iter().filter_map(|p| p.grain).any(wide);
    let by_cut = matches!(intent.cut, Some(Cut::By(grain)) if wide(grain));
    if !ground.knowledge.weekly_years || calendar_meant || !(by_period || by_cut) {
        return Ok(());
    }
    let why = "the fiscal years of these books are made of weeks and begin with no month (a 4-4-5 calendar); \
               name the days, or say \"calendar\" for years and quarters of the calendar";
    Err(refuse(why, Vec::new(), Vec::new()))
}

/// Balances of a ledger whose opening entries may repeat them, and series that cut through the days on which they do.
///
/// # Errors
/// A refusal that says which entries are in doubt, or on which day balances begin anew.
pub fn balances_are_known(ground: Ground, bases: &[Base], cut: Option<Grain>) -> Result<(), Stop> {
    let running = |b: &&Base| b.origin == Origin::Ledger && b.over_time == OverTime::Running;
    let Some(doubt) = bases.iter().find(running).map(|_| ground.knowledge.openings.doubt()) else { return Ok(()) };
    if let Some(doubt) = doubt {
        return Err(refuse(&doubt, vec!["which opening entries count".to_owned()], Vec::new()));
    }
    let begins = |day: &&Date| cut.is_none_or(|cut| ground.calendar.bucket_start(**day, cut) == **day);
    match bases.iter().flat_map(|b| &b.anew).find(|day| !begins(day)) {
        Some(day) => {
            let why =
                format!("{} begins anew on {day}, inside of such a period: ask for it as of a day", bases[0].words);
            Err(refuse(&why, Vec::new(), Vec::new()))
        }
        None => Ok(()),
    }
}

/// Leaves what was adjusted at the end of a year out of sums over less than a year, and says so: such postings are
/// dated in the last month and are no part of it.
/// A question that names the periods itself (`named`) tells them apart.
pub fn without_adjustments(
    k: &Knowledge,
    bases: &mut [Base],
    (windows, cut): (&[Window], Option<Grain>),
    named: &dyn Fn(&ColumnRef) -> bool,
) -> Option<String> {
    const YEAR: i64 = 364;
    let short = |w: &Window| w.period.as_ref().is_some_and(|p| p.span.days() < YEAR);
    let within = cut.is_some_and(|grain| grain != Grain::Year) || cut.is_none() && windows.iter().any(short);
    let mut said = None;
    for base in bases.iter_mut().filter(|b| b.over_time == OverTime::Sum && !b.plan) {
        let found = k.graph.index(&base.fact).and_then(|node| documents::regular(&k.graph, node));
        let Some(regular) = found.filter(|p| !named(&p.column)) else { continue };
        said = Some(match within {
            true => format!("adjustment periods ({}) belong to the year and are left out of its parts", regular.column),
            false => format!("adjustment periods ({}) included", regular.column),
        });
        base.predicates.extend(Some(regular).filter(|_| within));
    }
    said
}

/// The balance date that another one is compared with.
fn earlier(ground: Ground, date: Date, comparison: &Comparison) -> Date {
    let back = |months: i32| {
        let moved = add_months(date, -months);
        // The end of a month is compared with the end of a month.
        let at_end = Span::day(date).to.day() == 1;
        if at_end { moved.last_of_month() } else { moved }
    };
    let over = |grain: Grain| match grain {
        Grain::Day => date.yesterday().unwrap_or(date),
        Grain::Week => ground.calendar.shift(date, Grain::Day, -7),
        Grain::Month => back(1),
        Grain::Quarter => back(3),
        Grain::Half => back(6),
        Grain::Year => back(12),
    };
    match comparison {
        Comparison::PriorYear => over(Grain::Year),
        Comparison::PriorUnit(grain) | Comparison::Growth { over: Some(grain) } => over(*grain),
        Comparison::PriorPeriod | Comparison::Growth { over: None } => over(Grain::Month),
        Comparison::With(period) | Comparison::Between { base: period, .. } => period.span.last(),
    }
}

fn last_twelve_months(ground: Ground) -> Period {
    let to = ground.calendar.bucket_start(ground.today, Grain::Month);
    let from = ground.calendar.shift(to, Grain::Month, -12);
    Period::named("last 12 months", Span { from, to }, Some(Grain::Month))
}

fn described(words: &str, date: Date) -> String {
    if words.is_empty() || words.contains(&date.to_string()) { String::new() } else { format!(" ({words})") }
}

fn cut_label(period: &Period, day: Date) -> String {
    let span = Span { from: period.span.from, to: Span::day(day).to };
    format!("{} to date ({span})", period.name())
}

/// The period asked for and those beside it.
fn spans(ground: Ground, intent: &Intent, result: &mut Windows) -> (Option<Period>, Vec<Period>) {
    let calendar = ground.calendar;
    let unit = |grain: Grain| calendar.unit(ground.today, grain, Basis::Books, ground.today);
    let mut periods = intent.periods.clone();
    let first = (!periods.is_empty()).then(|| periods.remove(0));
    match &intent.compare {
        None if intent.derived == Some(Derived::Growth) => growth(ground, intent, first, None, result),
        None => (first, periods),
        Some(Comparison::Between { base, current }) => (Some(current.clone()), vec![base.clone()]),
        Some(Comparison::With(other)) => {
            let current = first.unwrap_or_else(|| unit(other.grain.unwrap_or(Grain::Year)));
            (Some(current), [vec![other.clone()], periods].concat())
        }
        Some(Comparison::PriorPeriod) => {
            let current = first.unwrap_or_else(|| unit(cut_of(intent).unwrap_or(Grain::Month)));
            let prior = calendar.prior(&current);
            (Some(current), vec![prior])
        }
        Some(Comparison::PriorYear) => {
            let current = first.unwrap_or_else(|| unit(Grain::Year));
            let prior = calendar.prior_year(&current);
            (Some(current), vec![prior])
        }
        Some(Comparison::PriorUnit(grain)) => {
            let current = first.unwrap_or_else(|| unit(*grain));
            let prior = if *grain == Grain::Year { calendar.prior_year(&current) } else { calendar.prior(&current) };
            (Some(current), vec![prior])
        }
        Some(Comparison::Growth { over }) => growth(ground, intent, first, *over, result),
    }
}

/// Growth compares with the period before, or one year before; in a series it goes from bucket to bucket.
fn growth(
    ground: Ground,
    intent: &Intent,
    first: Option<Period>,
    over: Option<Grain>,
    result: &mut Windows,
) -> (Option<Period>, Vec<Period>) {
    let calendar = ground.calendar;
    let in_steps = match cut_of(intent) {
        Some(cut) => over.is_none_or(|o| o == cut),
        None => intent.cut.is_some(),
    };
    if in_steps {
        result.growth = true;
        return (first, Vec::new());
    }
    let grain = over.or(first.as_ref().and_then(|p| p.grain)).unwrap_or(Grain::Year);
    let current = first.unwrap_or_else(|| calendar.unit(ground.today, grain, Basis::Books, ground.today));
    let prior = if grain == Grain::Year { calendar.prior_year(&current) } else { calendar.prior(&current) };
    (Some(current), vec![prior])
}

fn cut_of(intent: &Intent) -> Option<Grain> {
    match intent.cut {
        Some(Cut::By(grain) | Cut::ByCalendar(grain)) => Some(grain),
        _ => None,
    }
}

/// The last day reached in a period that is not over, or that the data does not fill.
fn elapsed(
    period: &Period,
    known: Date,
    nature: Nature,
    measured: bool,
    ground: Ground,
    result: &mut Windows,
) -> Option<Date> {
    let inside = period.span.contains(known) && known < period.span.last();
    if inside && nature != Nature::Balance {
        if measured && known < ground.today && ground.today > period.span.last() {
            result.warnings.push(format!("the data ends on {known}, inside of {}", period.label));
        }
        return Some(known);
    }
    if measured && known < period.span.from {
        result.warnings.push(format!("the data ends on {known}, before {}", period.label));
    }
    None
}

/// A width of buckets that fits a span: about 8 to 40 of them.
pub fn fitting_grain(span: Option<Span>) -> Grain {
    match span.map(|s| s.days()) {
        Some(days) if days <= 31 => Grain::Day,
        Some(days) if days <= 120 => Grain::Week,
        Some(days) if days <= 1_200 => Grain::Month,
        _ => Grain::Quarter,
    }
}
