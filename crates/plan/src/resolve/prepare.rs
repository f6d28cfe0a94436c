//! Forms made concrete before a question is resolved: which windows a compound rate needs, how many buckets a moving
//! window holds.

use catalog::Decimal;
use meaning::Mention;
use sql::Grain;

use super::ground::Ground;
use super::kinds::is_measure;
use super::outcome::{Stop, refuse};
use super::outer;
use super::versus;
use super::windows::Windows;
use crate::calendar::{Basis, Comparison, Period, Span, months_in};
use crate::intent::{Condition, Cut, Derived, Intent, Operand, Relation};
use crate::knowledge::Knowledge;

/// The intent with its forms made concrete.
///
/// # Errors
/// A refusal where a form does not fit the periods of the question.
pub fn prepared(ground: Ground, intent: &Intent) -> Result<Intent, Stop> {
    let mut intent = intent.clone();
    intent.conditions = intent.conditions.iter().flat_map(|c| percentages(&intent, c)).collect();
    if intent.forms.compound {
        compound(ground, &mut intent)?;
    }
    if intent.forms.change && intent.compare.is_none() {
        change(ground, &mut intent);
    }
    outer::portions(ground.knowledge, &mut intent);
    outer::ranked_by_things(ground.knowledge, &mut intent);
    outer::means(ground, &mut intent)?;
    if let Some(thing) = ranked_by_nothing(ground, &intent) {
        let by = versus::by_what(ground, &thing)?;
        intent.top.iter_mut().for_each(|top| top.by = Some(by.clone()));
    }
    if intent.forms.rolling.is_some() {
        rolling(&mut intent)?;
    }
    to_date(ground, &mut intent);
    Ok(intent)
}

/// Numbers that were written as percentages, as such: how they are kept is not said by the question.
fn percentages(intent: &Intent, condition: &Condition) -> Vec<Condition> {
    let percent = |number: &Decimal| intent.forms.is_percent(number);
    let with = |relation: Relation, number: &Decimal| Condition {
        relation,
        operand: Operand::Percent(number.clone()),
        ..condition.clone()
    };
    match &condition.operand {
        Operand::Number(number) if percent(number) => vec![with(condition.relation, number)],
        Operand::Between(low, high) if percent(low) || percent(high) => {
            vec![with(Relation::AtLeast, low), with(Relation::AtMost, high)]
        }
        _ => vec![condition.clone()],
    }
}

/// "Top 3 customers per region": things in groups, ranked by nothing that is named.
fn ranked_by_nothing(ground: Ground, intent: &Intent) -> Option<Mention> {
    let unranked = intent.top.as_ref().is_some_and(|t| t.by.is_none() && !t.by_time);
    let first = intent.asks.first().filter(|_| unranked && !intent.frequency)?;
    let numbers = intent.asks.iter().any(|a| is_measure(ground.knowledge, intent, a));
    let party = || is_party(ground.knowledge, &first.mention) && intent.sorting.is_none();
    (!numbers && (!intent.by.is_empty() || party())).then(|| first.mention.clone())
}

/// Whether a phrase names a sort of thing that amounts of a ledger are about: customers, suppliers.
fn is_party(k: &Knowledge, mention: &Mention) -> bool {
    let words = meaning::ontology::stems(&mention.text);
    k.ledger.is_some() && k.ontology.parties().iter().any(|party| k.ontology.concept(party).contains(&words))
}

/// The first and the last year that the question names, and the years between them.
fn compound(ground: Ground, intent: &mut Intent) -> Result<(), Stop> {
    let calendar = ground.calendar;
    let (base, current) = match (&intent.compare, intent.periods.as_slice()) {
        (Some(Comparison::Between { base, current }), _) => (base.clone(), current.clone()),
        (Some(Comparison::With(other)), [one]) => earlier_first(one, other),
        (None, [one, other]) => earlier_first(one, other),
        (None, [period]) => {
            let basis = if period.fiscal || !calendar.is_fiscal() { Basis::Books } else { Basis::Calendar };
            let years = calendar.counting(basis).whole_buckets(period.span, Grain::Year).unwrap_or(0);
            if years < 2 {
                return Err(needs_years());
            }
            let unit = |day| calendar.unit(day, Grain::Year, basis, ground.today);
            (unit(period.span.from), unit(period.span.last()))
        }
        _ => return Err(needs_years()),
    };
    let closed = |p: &Period| !p.span.opens_early() && !p.span.opens_late();
    let of_weeks = |p: &Period| p.fiscal && calendar.weeks.is_some();
    let whole = |p: &Period| of_weeks(p) && calendar.whole_buckets(p.span, Grain::Year) == Some(1);
    let year = |p: &Period| i32::from(if of_weeks(p) { calendar.year_of(p.span.from) } else { p.span.from.year() });
    let years = year(&current) - year(&base);
    let (first, last) = (base.span.from, current.span.from);
    let aligned = (last.month(), last.day()) == (first.month(), first.day()) || whole(&base) && whole(&current);
    if years < 1 || !aligned || !closed(&base) || !closed(&current) || intent.cut.is_some() {
        return Err(needs_years());
    }
    intent.periods = Vec::new();
    intent.compare = Some(Comparison::Between { base, current });
    intent.derived = Some(Derived::Compound { years: years.unsigned_abs() });
    Ok(())
}

/// "The change between Q1 and Q3" goes from the first to the last of them; within one period from the one before.
fn change(ground: Ground, intent: &mut Intent) {
    let calendar = ground.calendar;
    let [period] = intent.periods.as_slice() else { return };
    let basis = if period.fiscal { Basis::Books } else { Basis::Calendar };
    let count = period.grain.and_then(|grain| calendar.counting(basis).whole_buckets(period.span, grain));
    match period.grain.zip(count) {
        Some((grain, count)) if count > 1 => {
            let unit = |day| calendar.unit(day, grain, basis, ground.today);
            let (base, current) = (unit(period.span.from), unit(period.span.last()));
            intent.periods = Vec::new();
            intent.compare = Some(Comparison::Between { base, current });
        }
        _ => intent.compare = Some(Comparison::PriorPeriod),
    }
}

fn earlier_first(a: &Period, b: &Period) -> (Period, Period) {
    if a.span.from <= b.span.from { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) }
}

fn needs_years() -> Stop {
    let why = "a compound rate of growth needs its first and its last year (\"from FY2023 to FY2025\")";
    refuse(why, Vec::new(), Vec::new())
}

/// A window in units of the series: "12 months" in a series by quarter are four.
fn rolling(intent: &mut Intent) -> Result<(), Stop> {
    let (Some(rolling), Some(Derived::Rolling { mean, .. })) = (intent.forms.rolling, intent.derived) else {
        return Ok(());
    };
    let grain = match intent.cut {
        Some(Cut::By(grain) | Cut::ByCalendar(grain)) => grain,
        _ => rolling.unit,
    };
    let months = |grain: Grain| months_in(grain).and_then(|n| u32::try_from(n).ok());
    let width = match (months(rolling.unit), months(grain)) {
        _ if rolling.unit == grain => Some(rolling.width),
        (Some(unit), Some(bucket)) => rolling.width.checked_mul(unit).filter(|n| n % bucket == 0).map(|n| n / bucket),
        _ => None,
    };
    let Some(width) = width.filter(|n| (1..=1_000).contains(n)) else {
        return Err(refuse("the moving window does not fit the units of the series", Vec::new(), Vec::new()));
    };
    if intent.compare.is_some() || intent.periods.len() > 1 {
        return Err(refuse("a moving window over compared periods is not understood yet", Vec::new(), Vec::new()));
    }
    if matches!(intent.cut, None | Some(Cut::OverTime)) {
        intent.cut = Some(Cut::By(grain));
    }
    intent.derived = Some(Derived::Rolling { width, mean });
    Ok(())
}

/// "Year to date by month from February to May": each month with all of its year up to it.
fn to_date(ground: Ground, intent: &mut Intent) {
    let year = ground.calendar.bucket_start(ground.today, Grain::Year);
    let running = Span { from: year, to: Span::day(ground.today).to };
    let is_running = |p: &Period| p.span == running && p.grain == Some(Grain::Year) && p.partial.is_none();
    let finer =
        matches!(intent.cut, Some(Cut::By(Grain::Day | Grain::Week | Grain::Month | Grain::Quarter | Grain::Half)));
    let alone = intent.derived.is_none() && intent.compare.is_none() && intent.periods.len() == 2;
    if let (true, Some(at)) = (finer && alone, intent.periods.iter().position(is_running)) {
        intent.periods.remove(at);
        intent.derived = Some(Derived::ToDate);
    }
}

/// Reaches back so far that the first bucket asked for has a full window; says where showing begins.
pub fn reach_back(ground: Ground, intent: &Intent, grain: Grain, made: &mut Windows) -> Option<jiff::civil::Date> {
    let period = made.windows.first_mut()?.period.as_mut().filter(|p| !p.span.opens_early())?;
    let from = ground.calendar.bucket_start(period.span.from, grain);
    let start = match intent.derived? {
        Derived::Rolling { width, .. } => {
            let back = i32::try_from(width).ok()?.saturating_sub(1);
            ground.calendar.shift(from, grain, -back)
        }
        Derived::ToDate => ground.calendar.bucket_start(from, Grain::Year),
        _ => return None,
    };
    period.span = Span { from: start, to: period.span.to };
    (start < from).then_some(from)
}
