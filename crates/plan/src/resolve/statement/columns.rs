//! The columns of a statement: periods, or ends of days, beside each other.

use jiff::civil::Date;
use meaning::ontology::{Extent, Nature};
use sql::Grain;

use super::super::ground::Ground;
use super::super::outcome::{Stop, refuse};
use super::super::windows::{Demand, Windows, windows};
use crate::calendar::{Basis, Calendar, Comparison, Period, Span};
use crate::intent::{Cut, Intent};
use crate::semantic::{Column, Window};

/// Columns of amounts at the most.
const MOST: usize = 36;

/// The columns with their windows, and what was assumed to make them.
#[derive(Default)]
pub struct Columns {
    /// Spans of time, those of openings included.
    pub windows: Vec<Window>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The days in words.
    pub days: String,
    /// What was assumed, in words.
    pub assumptions: Vec<String>,
    /// What the reader should know, in words.
    pub warnings: Vec<String>,
}

/// Makes the columns; `openings` asks for the states before them too.
///
/// # Errors
/// A refusal for series without a beginning or an end, and for more columns than people read.
pub fn columns(ground: Ground, intent: &Intent, over: Extent, openings: bool) -> Result<Columns, Stop> {
    let mut assumptions = Vec::new();
    let asked = match over {
        Extent::Period => over_period(ground, intent, &mut assumptions),
        Extent::Date => at_date(ground, intent, &mut assumptions),
    };
    let nature = if over == Extent::Period { Nature::Flow } else { Nature::Balance };
    let last = ground.knowledge.last_day(ground.today);
    let made = windows(ground, &asked, Demand { nature, last, days: false, plan: false });
    if made.growth {
        return Err(refuse("growth from column to column of a statement is not understood yet", vec![], vec![]));
    }
    let mut result = Columns { days: days(&made), ..Columns::default() };
    match grain(ground, &asked) {
        Some((grain, calendar)) => series(ground, &made, (grain, calendar), over, &mut result)?,
        None => side_by_side(ground, &made, intent, over, &mut result),
    }
    if result.columns.len() > MOST {
        let why = format!("a statement of {} columns is more than the {MOST} that are drawn up", result.columns.len());
        return Err(refuse(&why, Vec::new(), Vec::new()));
    }
    if openings {
        add_openings(&mut result);
    }
    result.assumptions = [assumptions, made.assumptions].concat();
    result.warnings.extend(made.warnings);
    Ok(result)
}

fn grain(ground: Ground, intent: &Intent) -> Option<(Grain, Calendar)> {
    let calendar = *ground.calendar;
    match intent.cut? {
        Cut::By(grain) => Some((grain, calendar)),
        Cut::ByCalendar(grain) => Some((grain, calendar.civil())),
        Cut::OverTime => Some((Grain::Month, calendar)),
    }
}

/// A statement over a period: the running year where none is named, up to the day where only a day is.
fn over_period(ground: Ground, intent: &Intent, assumptions: &mut Vec<String>) -> Intent {
    let mut asked = intent.clone();
    let year = |day: Date| ground.calendar.unit(day, Grain::Year, Basis::Books, ground.today);
    if let Some((day, _)) = asked.as_of.take() {
        let unit = year(day);
        let span = Span { from: unit.span.from, to: Span::day(day).to };
        let name = if span.to == unit.span.to { unit.name().to_owned() } else { format!("{} to {day}", unit.name()) };
        let period = Period { fiscal: unit.fiscal, ..Period::named(&name, span, Some(Grain::Year)) };
        assumptions.push(format!("from the start of the year to the day named: {span}"));
        asked.periods = vec![period];
    }
    let names_period = matches!(asked.compare, Some(Comparison::Between { .. } | Comparison::PriorUnit(_)));
    if asked.periods.is_empty() && !names_period {
        let unit = year(ground.today);
        if asked.compare.is_none() {
            assumptions.push(format!("no period was named: {}", unit.label));
        }
        asked.periods = vec![unit];
    }
    asked
}

/// A statement at the end of a day: today where no time is named.
fn at_date(ground: Ground, intent: &Intent, assumptions: &mut Vec<String>) -> Intent {
    let mut asked = intent.clone();
    let named = matches!(asked.compare, Some(Comparison::Between { .. }));
    if asked.as_of.is_none() && asked.periods.is_empty() && !named {
        if asked.cut.is_some() {
            asked.periods = vec![ground.calendar.unit(ground.today, Grain::Year, Basis::Books, ground.today)];
        } else {
            assumptions.push(format!("no day was named: as of {}", ground.today));
            asked.as_of = Some((ground.today, String::new()));
        }
    }
    if let (Some((day, _)), true) = (&asked.as_of, asked.cut.is_some()) {
        let unit = ground.calendar.unit(*day, Grain::Year, Basis::Books, ground.today);
        let span = Span { from: unit.span.from, to: Span::day(*day).to };
        asked.periods = vec![Period::named(&span.to_string(), span, None)];
        asked.as_of = None;
    }
    asked
}

/// The days of all windows in words, those asked for first.
fn days(made: &Windows) -> String {
    let labels: Vec<&str> = made.windows.iter().filter_map(|w| w.period.as_ref()).map(|p| p.label.as_str()).collect();
    match labels.as_slice() {
        [first, rest @ ..] if !rest.is_empty() => format!("{first} compared with {}", rest.join(" and ")),
        _ => labels.concat(),
    }
}

/// One column for each window.
fn side_by_side(ground: Ground, made: &Windows, intent: &Intent, over: Extent, result: &mut Columns) {
    let compares = intent.compare.is_some() && made.windows.len() == 2;
    for (i, window) in made.windows.iter().enumerate() {
        let window = if over == Extent::Date { closed(ground, window) } else { window.clone() };
        push(result, window, compares && i > 0);
    }
    if over == Extent::Date {
        let labels: Vec<&str> =
            result.windows.iter().filter_map(|w| w.period.as_ref()).map(|p| p.label.as_str()).collect();
        result.days = match labels.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => format!("{first} compared with {}", rest.join(" and ")),
            _ => labels.concat(),
        };
    }
}

/// The end of a window's days, or today where they are not over.
fn closed(ground: Ground, window: &Window) -> Window {
    let Some(period) = &window.period else { return window.clone() };
    if period.span.opens_early() {
        return window.clone();
    }
    state(period.span.last().min(ground.today.max(period.span.from)), Some(period.name()))
}

/// The state at the end of a day.
fn state(day: Date, of: Option<&str>) -> Window {
    let span = Span { from: Span::EARLIEST, to: Span::day(day).to };
    let label = match of.filter(|name| *name != day.to_string()) {
        Some(name) => format!("as of {day} ({name})"),
        None => format!("as of {day}"),
    };
    Window { name: day.to_string(), period: Some(Period { label, ..Period::named("as of", span, None) }) }
}

fn push(result: &mut Columns, window: Window, compared: bool) {
    let name = window.name.clone();
    result.columns.push(Column { name, window: result.windows.len(), opening: None, compared, plan: None });
    result.windows.push(window);
}

/// One column for each unit of time; flows have the whole beside them.
fn series(
    ground: Ground,
    made: &Windows,
    (grain, calendar): (Grain, Calendar),
    over: Extent,
    result: &mut Columns,
) -> Result<(), Stop> {
    let spans: Vec<&Period> = made.windows.iter().filter_map(|w| w.period.as_ref()).collect();
    if spans.is_empty() || spans.iter().any(|p| p.span.opens_early() || p.span.opens_late()) {
        let why = "columns over time need a period with a beginning and an end";
        return Err(refuse(why, Vec::new(), Vec::new()));
    }
    for period in spans {
        let day_after = Span::day(ground.today).to.max(Span::day(period.span.from).to);
        let span = Span { to: period.span.to.min(day_after), ..period.span };
        let pieces = calendar.buckets(span, grain);
        let several = pieces.len() > 1;
        for piece in pieces.iter().take(MOST + 1) {
            let label = calendar.label(*piece, grain);
            if *piece != calendar.bucket(piece.from, grain) {
                result.warnings.push(format!("{label} is not complete: {piece}"));
            }
            let own = Period::named(&label, *piece, Some(grain));
            match over {
                Extent::Period => push(result, Window { name: label, period: Some(own) }, false),
                Extent::Date => push(result, state(piece.last(), None), false),
            }
        }
        if over == Extent::Period && several {
            let whole = Period { span, ..period.clone() };
            push(result, Window { name: whole.name().to_owned(), period: Some(whole) }, false);
        }
    }
    Ok(())
}

/// The state before each column's days.
fn add_openings(result: &mut Columns) {
    for i in 0..result.columns.len() {
        let Some(period) = result.windows[result.columns[i].window].period.clone() else { continue };
        let span = Span { from: Span::EARLIEST, to: period.span.from };
        result.columns[i].opening = Some(result.windows.len());
        let name = format!("before {}", period.span.from);
        result.windows.push(Window { name: name.clone(), period: Some(Period::named(&name, span, None)) });
    }
}
