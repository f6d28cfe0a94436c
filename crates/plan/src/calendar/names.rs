//! Names of periods whose year may be open, and where on the line of time they are placed.

use jiff::civil::Date;
use sql::Grain;

use super::fiscal::{Basis, Calendar, FiscalName};
use super::period::Period;
use super::reader::{Reader, Reading};
use super::span::{Span, add_days, month_index, month_start};

/// What of a year is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Year,
    /// Half 1 or 2.
    Half(u8),
    /// Quarter 1 to 4.
    Quarter(u8),
    /// Month 1 to 12 of the calendar.
    Month(u8),
    /// ISO week 1 to 53.
    Week(u8),
    /// A day of a month; it may not exist in every year.
    Day {
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
}

/// How the year is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearName {
    /// `2024`.
    Number(i16),
    /// `FY24`, `fiscal 2024`.
    Fiscal(i16),
    /// `calendar 2024`.
    Calendar(i16),
    /// `2023/24`, by the year in which it starts.
    Split(i16),
    /// `last year`.
    Turn(i32, Basis),
}

/// A part of a year whose year may still be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The part.
    pub part: Part,
    /// Its year, if it was said.
    pub year: Option<YearName>,
    /// What was said about how the year is counted.
    pub basis: Basis,
}

/// Where to look when the year is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// The most recent one that has begun.
    Begun,
    /// The most recent one that is over.
    Over,
    /// The latest that begins before that day.
    Before(Date),
    /// The first that begins on or after that day.
    From(Date),
}

impl Part {
    /// The unit it is.
    pub fn grain(self) -> Grain {
        match self {
            Part::Year => Grain::Year,
            Part::Half(_) => Grain::Half,
            Part::Quarter(_) => Grain::Quarter,
            Part::Month(_) => Grain::Month,
            Part::Week(_) => Grain::Week,
            Part::Day { .. } => Grain::Day,
        }
    }

    /// Its days in the year of that name as `counting` counts; none if that year has no such week or day.
    fn span(self, counting: &Calendar, year: i16) -> Option<Span> {
        let start = counting.year_start(year);
        let nth = |months: i32, number: u8| counting.shift(start, Grain::Month, months * (i32::from(number) - 1));
        match self {
            Part::Year => Some(counting.bucket(start, Grain::Year)),
            Part::Half(number) => Some(counting.bucket(nth(6, number), Grain::Half)),
            Part::Quarter(number) => Some(counting.bucket(nth(3, number), Grain::Quarter)),
            Part::Month(month) => Some(counting.bucket(month_in(start, month), Grain::Month)),
            Part::Week(week) => counting.week_of(year, week),
            Part::Day { month, day } => {
                let first = month_in(start, month);
                let inside = (1..=first.days_in_month()).contains(&i8::try_from(day).ok()?);
                inside.then(|| Span::day(add_days(first, i64::from(day) - 1)))
            }
        }
    }
}

/// The first of that month in the twelve months from `start` on.
fn month_in(start: Date, month: u8) -> Date {
    let first = month_index(start);
    month_start(first + (i32::from(month) - 1 - first).rem_euclid(12))
}

impl Name {
    /// A part without a year.
    pub fn of(part: Part) -> Name {
        Name { part, year: None, basis: Basis::Books }
    }

    /// The same in that year.
    #[must_use]
    pub fn in_year(self, year: YearName) -> Name {
        Name { year: Some(year), ..self }
    }

    /// Whether its year is counted by the books or by the calendar: months, weeks and bare years are everybody's.
    fn counts_by(&self) -> Basis {
        if self.basis != Basis::Books {
            return self.basis;
        }
        let follows = matches!(self.part, Part::Quarter(_) | Part::Half(_));
        match self.year {
            Some(YearName::Fiscal(_) | YearName::Split(_)) => Basis::Fiscal,
            Some(YearName::Calendar(_)) => Basis::Calendar,
            Some(YearName::Turn(_, basis)) if basis != Basis::Books => basis,
            Some(YearName::Turn(..)) if self.part == Part::Year => Basis::Books,
            _ if follows => Basis::Books,
            _ => Basis::Calendar,
        }
    }
}

/// The name's days under the reading `basis`, with words for how the year was chosen.
fn place(reader: &Reader, name: &Name, hint: Hint, basis: Basis) -> Option<Period> {
    let counting = reader.calendar.counting(basis);
    if matches!(name.part, Part::Week(_)) && counting.is_fiscal() && basis != Basis::Books {
        // Weeks are counted by the calendar: nobody said how those of a fiscal year are.
        return None;
    }
    let now = current_year(reader, name.part, &counting);
    let span = match name.year {
        Some(YearName::Number(year) | YearName::Fiscal(year) | YearName::Calendar(year)) => {
            name.part.span(&counting, year)
        }
        Some(YearName::Split(year)) => {
            let late = !counting.is_fiscal() || counting.named_by == FiscalName::EndYear;
            name.part.span(&counting, year.saturating_add(i16::from(late)))
        }
        Some(YearName::Turn(turn, _)) => name.part.span(&counting, now.saturating_add(i16::try_from(turn).ok()?)),
        None => occurrence(reader, name.part, &counting, hint),
    }?;
    Some(whole(reader, span, name.part.grain(), basis))
}

fn current_year(reader: &Reader, part: Part, counting: &Calendar) -> i16 {
    match part {
        Part::Week(_) => reader.today.iso_week_date().year(),
        _ => counting.year_of(reader.today),
    }
}

fn whole(reader: &Reader, span: Span, grain: Grain, basis: Basis) -> Period {
    reader.calendar.unit(span.from, grain, basis, reader.today)
}

/// The occurrence of a yearless part that the hint points at. Leap days and week 53 are up to eight years away.
fn occurrence(reader: &Reader, part: Part, counting: &Calendar, hint: Hint) -> Option<Span> {
    let near = match hint {
        Hint::Begun | Hint::Over => reader.today,
        Hint::Before(day) | Hint::From(day) => day,
    };
    let year = counting.year_of(near);
    let mut spans = (-9..=9).filter_map(|step| part.span(counting, year.saturating_add(step)));
    match hint {
        Hint::Begun => spans.rfind(|span| span.from <= near),
        Hint::Over => spans.rfind(|span| span.to <= near),
        Hint::Before(_) => spans.rfind(|span| span.from < near),
        Hint::From(_) => spans.find(|span| span.from >= near),
    }
}

/// The period a name stands for, its other readings and what was assumed.
pub fn resolve(reader: &Reader, name: &Name, hint: Hint) -> Option<Reading> {
    let basis = name.counts_by();
    let mut reading = reader.by_basis(name.part.grain(), basis, |basis| place(reader, name, hint, basis))?;
    if name.year.is_none() {
        let which = match hint {
            Hint::Begun => "the most recent one that has begun",
            Hint::Over => "the most recent one that is over",
            Hint::Before(_) | Hint::From(_) => "the one next to the other period",
        };
        let words = format!("without a year, {which} is taken: {}", reading.period.label);
        reading.assumption = None;
        reading = reading.assuming(words);
        if basis == Basis::Books && reading.period.fiscal {
            let words = format!("{} is read by the fiscal year of the books", reading.period.name());
            reading = reading.assuming(words);
        }
    }
    if let (Part::Day { month, day }, None) = (name.part, name.year)
        && let Some(year) = recent_short_year(reader, i16::from(day))
    {
        let other = Name::of(Part::Month(month)).in_year(YearName::Number(year));
        reading
            .alternatives
            .extend(place(reader, &other, hint, Basis::Calendar).map(|month| (month.label.clone(), month)));
    }
    Some(with_year_choice(reader, name, hint, reading))
}

/// `24` as 2024, if that is about now.
pub fn recent_short_year(reader: &Reader, number: i16) -> Option<i16> {
    let (year, now) = (2000 + number, reader.today.year());
    (number >= 10 && (now - 15..=now + 2).contains(&year)).then_some(year)
}

/// Says how a year number was read where the books' year is not the calendar's.
fn with_year_choice(reader: &Reader, name: &Name, hint: Hint, mut reading: Reading) -> Reading {
    let calendar = reader.calendar;
    match name.year {
        Some(YearName::Number(year))
            if name.part == Part::Year && name.basis == Basis::Books && calendar.is_fiscal() =>
        {
            let fiscal = Name { basis: Basis::Fiscal, ..*name };
            let label = reading.period.label.clone();
            if let Some(other) = place(reader, &fiscal, hint, Basis::Fiscal) {
                reading.alternatives.push((other.label.clone(), other));
            }
            reading.assuming(format!("{year} is read as the calendar year: {label}"))
        }
        Some(YearName::Fiscal(_) | YearName::Split(_)) if calendar.is_fiscal() && name.part == Part::Year => {
            let ends = if calendar.named_by == FiscalName::EndYear { "ends" } else { "starts" };
            let words =
                format!("a fiscal year is named by the calendar year in which it {ends}: {}", reading.period.label);
            reading.assuming(words)
        }
        Some(YearName::Split(year)) if !calendar.is_fiscal() => {
            let first = Name { year: Some(YearName::Number(year)), ..*name };
            if let Some(other) = place(reader, &first, hint, Basis::Calendar) {
                reading.alternatives.push((other.label.clone(), other));
            }
            let words = format!(
                "the year of the books starts in January, so the second year named is taken: {}",
                reading.period.label
            );
            reading.assuming(words)
        }
        _ => reading,
    }
}

/// The period of one day.
pub fn one_day(reader: &Reader, day: Date) -> Period {
    reader.calendar.unit(day, Grain::Day, Basis::Calendar, reader.today)
}
