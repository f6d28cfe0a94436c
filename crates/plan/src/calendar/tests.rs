//! Expressions in tables (`expressions.txt`), laws for everything else.

use jiff::civil::{Date, date};
use meaning::tokenize;
use proptest::prelude::*;
use sql::Grain;

use super::fiscal::noun;
use super::*;

const TABLE: &str = include_str!("expressions.txt");

/// One period for the table: `2025-07-01..2025-09-30 quarter`, marked `fiscal` and `partial` where it is.
fn period_text(period: &Period) -> String {
    let Span { from, to } = period.span;
    let from = if from == Span::EARLIEST { String::new() } else { from.to_string() };
    let to = if to == Span::LATEST { String::new() } else { period.span.last().to_string() };
    let mut text = if from == to { from } else { format!("{from}..{to}") };
    text += &period.grain.map_or(String::new(), |grain| format!(" {}", noun(grain)));
    text += if period.fiscal { " fiscal" } else { "" };
    text + if period.partial.is_some() { " partial" } else { "" }
}

fn form_text(form: &TimeForm) -> String {
    match form {
        TimeForm::Period(period) => period_text(period),
        TimeForm::Periods(periods) => periods.iter().map(period_text).collect::<Vec<_>>().join(" + "),
        TimeForm::Grain(grain) => format!("by {}", noun(*grain)),
        TimeForm::CalendarGrain(grain) => format!("by calendar {}", noun(*grain)),
        TimeForm::Trend => "trend".to_owned(),
        TimeForm::AsOf(day, _) => format!("@{day}"),
        TimeForm::Compare(Comparison::PriorPeriod) => "vs prior period".to_owned(),
        TimeForm::Compare(Comparison::PriorYear) => "vs prior year".to_owned(),
        TimeForm::Compare(Comparison::PriorUnit(grain)) => format!("vs prior {}", noun(*grain)),
        TimeForm::Compare(Comparison::With(period)) => format!("vs {}", period_text(period)),
        TimeForm::Compare(Comparison::Between { base, current }) => {
            format!("{} against {}", period_text(current), period_text(base))
        }
        TimeForm::Compare(Comparison::Growth { over }) => format!("growth over {}", over.map_or("period", noun)),
    }
}

/// Every mention in a question, the words it covers in brackets when they are not the whole question.
fn question_text(question: &str, calendar: &Calendar, today: Date) -> String {
    let tokens = tokenize(question);
    let mentions = read(&tokens, calendar, today);
    let whole = mentions.len() == 1 && mentions[0].tokens == (0..tokens.len());
    let texts = mentions.iter().map(|mention| {
        let covered = &question[tokens[mention.tokens.start].start..tokens[mention.tokens.end - 1].end];
        let form = form_text(&mention.form);
        if whole { form } else { format!("[{covered}] {form}") }
    });
    let text = texts.collect::<Vec<_>>().join("; ");
    if text.is_empty() { "nothing".to_owned() } else { text }
}

/// `expressions.txt`: a line `== start 4, today 2025-11-14` sets the scene, the others are `expression | what is read`.
#[test]
fn expressions_are_read_as_the_table_says() {
    let (mut calendar, mut today) = (Calendar::default(), date(2025, 11, 14));
    let (mut count, mut wrong) = (0, Vec::new());
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(scene) = line.strip_prefix("== start ") {
            let (start, day) = scene.split_once(", today ").expect("a scene has a start and a day");
            calendar = Calendar::starting(start.parse().expect("a month"));
            today = day.parse().expect("a date");
            continue;
        }
        let (question, expected) = line.split_once(" | ").expect("expression | reading");
        let found = question_text(question.trim(), &calendar, today);
        count += 1;
        if found != expected.trim() {
            wrong.push(format!("{} | {found}\n    expected {}", question.trim(), expected.trim()));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} are read differently:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 200);
}

fn mentions(question: &str, start: u8) -> Vec<TimeMention> {
    read(&tokenize(question), &Calendar::starting(start), date(2025, 11, 14))
}

/// What is decided is said, with dates; what could be meant instead is handed back.
#[test]
fn decisions_are_stated_and_other_readings_kept() {
    let cases = [
        (4, "Q2 2025", "fiscal year that starts in April", "2025-04-01..2025-06-30 quarter"),
        (4, "in 2024", "2024 is read as the calendar year", "2023-04-01..2024-03-31 year fiscal"),
        (4, "YTD", "fiscal year FY2026 to date (2025-04-01 to 2025-11-14)", "2025-01-01..2025-11-14 year"),
        (4, "year end 2024", "FY2024 (2023-04-01 to 2024-03-31)", "@2024-12-31"),
        (4, "since Q2", "2025-07-01 to 2025-11-14", "2025-04-01..2025-11-14"),
        (4, "vs Q2 2024", "2023-07-01 to 2023-09-30", "vs 2024-04-01..2024-06-30 quarter"),
        (
            4,
            "Q1 and Q3 2025",
            "2024-04-01 to 2024-06-30",
            "2025-01-01..2025-03-31 quarter + 2025-07-01..2025-09-30 quarter",
        ),
        (4, "by quarter", "quarters follow the fiscal year that starts in April", "by calendar quarter"),
        (1, "FY2023/24", "starts in January", "2023-01-01..2023-12-31 year"),
        (1, "last 3 months", "(November 2025) is not included: 2025-08-01 to 2025-10-31", "2025-09-01..2025-11-14"),
        (1, "03/04/2025", "2025-04-03", "2025-03-04 day"),
        (1, "Mar 24", "2025-03-24", "2024-03-01..2024-03-31 month"),
        (1, "past month", "October 2025", "2025-10-15..2025-11-14"),
        (
            1,
            "from 2023 to 2024",
            "both ends are included",
            "2024-01-01..2024-12-31 year against 2023-01-01..2023-12-31 year",
        ),
        (1, "from last year", "read as that period", "vs prior year"),
        (1, "by the end of Q2", "2025-04-01 to 2025-06-30", "..2025-06-30"),
    ];
    for (start, question, assumption, other) in cases {
        let found = mentions(question, start);
        let said = found[0].assumption.as_deref().unwrap_or_default();
        assert!(said.contains(assumption), "{question}: {said}");
        let others: Vec<String> = found[0].alternatives.iter().map(|(_, form)| form_text(form)).collect();
        assert!(others.iter().any(|text| text == other), "{question}: {others:?}");
    }
}

#[test]
fn what_is_certain_is_not_commented() {
    for question in
        ["Q2 2025", "in 2024", "March 2025", "last quarter", "YTD", "2025-03-01", "as of 2025-03-31", "vs 2023"]
    {
        let found = mentions(question, 1);
        assert_eq!((&found[0].assumption, found[0].alternatives.len()), (&None, 0), "{question}");
    }
}

#[test]
fn periods_are_named_for_people() {
    let cases = [
        (4, "Q2 FY26", "fiscal Q2 FY2026 (2025-07-01 to 2025-09-30)"),
        (4, "calendar Q2 2025", "calendar Q2 2025 (2025-04-01 to 2025-06-30)"),
        (1, "Q2 2025", "Q2 2025 (2025-04-01 to 2025-06-30)"),
        (1, "march 2025", "March 2025 (2025-03-01 to 2025-03-31)"),
        (1, "w14 2025", "week 14 of 2025 (2025-03-31 to 2025-04-06)"),
        (1, "2025-03-01", "2025-03-01"),
        (1, "since 2024", "since 2024 (2024-01-01 to 2025-11-14)"),
        (1, "after 2024", "after 2024 (from 2025-01-01 on)"),
        (1, "MTD last month", "October 2025, to the same day (2025-10-01 to 2025-10-14)"),
    ];
    for (start, question, label) in cases {
        let TimeForm::Period(period) = &mentions(question, start)[0].form else { panic!("{question} is a period") };
        assert_eq!(period.label, label);
    }
}

#[test]
fn fiscal_years_can_be_named_by_their_start() {
    let calendar = Calendar { named_by: FiscalName::StartYear, ..Calendar::starting(4) };
    let year = calendar.bucket(date(2025, 2, 1), Grain::Year);
    assert_eq!((calendar.label(year, Grain::Year).as_str(), year.from), ("FY2024", date(2024, 4, 1)));
    let today = date(2025, 11, 14);
    assert_eq!(question_text("FY24", &calendar, today), "2024-04-01..2025-03-31 year fiscal");
    assert_eq!(question_text("FY2023/24", &calendar, today), "2023-04-01..2024-03-31 year fiscal");
    let american = Calendar { date_order: DateOrder::MonthFirst, ..Calendar::default() };
    assert_eq!(question_text("03/04/2025", &american, today), "2025-03-04 day");
}

#[test]
fn labels_are_short_and_sort_by_time() {
    let (plain, april) = (Calendar::default(), Calendar::starting(4));
    let day = date(2025, 8, 5);
    let labels = |calendar: &Calendar| {
        let grains = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Half, Grain::Year];
        grains.map(|grain| calendar.label(calendar.bucket(day, grain), grain))
    };
    assert_eq!(labels(&plain), ["2025-08-05", "2025-W32", "2025-08", "2025 Q3", "2025 H2", "2025"]);
    assert_eq!(labels(&april), ["2025-08-05", "2025-W32", "2025-08", "FY2026 Q2", "FY2026 H1", "FY2026"]);
    assert_eq!(plain.label(Span::day(date(2024, 12, 30)), Grain::Week), "2025-W01");
}

fn period(question: &str, start: u8) -> Period {
    match mentions(question, start).remove(0).form {
        TimeForm::Period(period) => period,
        other => panic!("{question} is {other:?}"),
    }
}

/// The period before and the one a year before, for every shape a period has.
#[test]
fn earlier_periods_keep_their_position() {
    let cases = [
        (1, "March 2025", "2025-02-01..2025-02-28 month", "2024-03-01..2024-03-31 month"),
        (1, "February 2025", "2025-01-01..2025-01-31 month", "2024-02-01..2024-02-29 month"),
        (1, "February 2024", "2024-01-01..2024-01-31 month", "2023-02-01..2023-02-28 month"),
        (1, "2024-02-29", "2024-02-28 day", "2023-02-28 day"),
        (1, "week 1 2021", "2020-12-28..2021-01-03 week", "2019-12-30..2020-01-05 week"),
        (1, "week 53 2020", "2020-12-21..2020-12-27 week", "2019-12-23..2019-12-29 week"),
        (4, "Q1 FY26", "2025-01-01..2025-03-31 quarter fiscal", "2024-04-01..2024-06-30 quarter fiscal"),
        (4, "calendar Q1 2025", "2024-10-01..2024-12-31 quarter", "2024-01-01..2024-03-31 quarter"),
        (4, "FY25", "2023-04-01..2024-03-31 year fiscal", "2023-04-01..2024-03-31 year fiscal"),
        (1, "last 3 months", "2025-05-01..2025-07-31 month", "2024-08-01..2024-10-31 month"),
        (1, "last 30 days", "2025-09-16..2025-10-15 day", "2024-10-16..2024-11-14 day"),
        (1, "YTD", "2024-01-01..2024-11-14 year", "2024-01-01..2024-11-14 year"),
        (1, "QTD", "2025-07-01..2025-08-14 quarter", "2024-10-01..2024-11-14 quarter"),
        (1, "MTD", "2025-10-01..2025-10-14 month", "2024-11-01..2024-11-14 month"),
        (1, "2025-01-01 to 2025-03-31", "2024-10-01..2024-12-31 month", "2024-01-01..2024-03-31 day"),
        (1, "2025-01-10 to 2025-01-19", "2024-12-31..2025-01-09 day", "2024-01-10..2024-01-19 day"),
    ];
    for (start, question, before, year_before) in cases {
        let (calendar, period) = (Calendar::starting(start), period(question, start));
        assert_eq!(period_text(&calendar.prior(&period)), before, "{question}");
        assert_eq!(period_text(&calendar.prior_year(&period)), year_before, "{question}");
    }
}

/// Like for like: the earlier period is cut where the current one stands.
#[test]
fn running_periods_meet_equal_parts() {
    let calendar = Calendar::default();
    let unit = |day: Date, grain: Grain| calendar.unit(day, grain, Basis::Books, date(2025, 11, 14));
    let cases = [
        (Grain::Month, date(2025, 11, 14), date(2025, 10, 14)),
        (Grain::Month, date(2025, 3, 30), date(2025, 2, 28)),
        (Grain::Month, date(2025, 2, 28), date(2025, 1, 31)),
        (Grain::Month, date(2024, 2, 28), date(2024, 1, 28)),
        (Grain::Quarter, date(2025, 4, 30), date(2025, 1, 31)),
        (Grain::Quarter, date(2025, 11, 14), date(2025, 8, 14)),
        (Grain::Year, date(2024, 2, 29), date(2023, 2, 28)),
        (Grain::Year, date(2025, 2, 28), date(2024, 2, 29)),
        (Grain::Year, date(2025, 3, 5), date(2024, 3, 5)),
        (Grain::Week, date(2025, 11, 12), date(2025, 11, 5)),
    ];
    for (grain, last, expected) in cases {
        let current = unit(last, grain);
        let prior = calendar.prior(&current);
        let cut = calendar.to_date_aligned(&current, &prior, last);
        assert_eq!((cut.span.from, cut.span.last()), (prior.span.from, expected), "{grain:?} to {last}");
    }
}

const GRAINS: [Grain; 6] = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Half, Grain::Year];

fn any_day() -> impl Strategy<Value = Date> {
    (1950i16..2090, 1i8..=12, 1i8..=31).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap_or(date(y, m, 28)))
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    (0u8..=13, proptest::bool::ANY).prop_map(|(start, by_start)| {
        let named_by = if by_start { FiscalName::StartYear } else { FiscalName::EndYear };
        Calendar { named_by, ..Calendar::starting(start) }
    })
}

fn any_grain() -> impl Strategy<Value = Grain> {
    (0..GRAINS.len()).prop_map(|at| GRAINS[at])
}

/// Words the grammar knows, in any order.
fn any_question() -> impl Strategy<Value = String> {
    let words = [
        "last",
        "this",
        "next",
        "past",
        "Q1",
        "Q4",
        "h2",
        "FY25",
        "fiscal",
        "calendar",
        "year",
        "quarter",
        "month",
        "weeks",
        "days",
        "2024",
        "2025",
        "1999",
        "3",
        "31",
        "12",
        "march",
        "february",
        "may",
        "to",
        "and",
        "from",
        "between",
        "since",
        "until",
        "before",
        "after",
        "of",
        "the",
        "end",
        "as",
        "at",
        "by",
        "vs",
        "compared",
        "same",
        "period",
        "ytd",
        "to date",
        "so far",
        "ago",
        "first",
        "second",
        "rolling",
        "2025-02-30",
        "29",
        "fy23/24",
        "2022-2024",
        "w53",
        ",",
        "revenue",
        "each",
        "over",
        "than",
        "compare",
        "yoy",
        "99999",
        "0",
        "'March'",
        "9999-12-31",
        "trailing",
        "ended",
        "onwards",
        "in",
        "for",
        "1/2/2024",
        "today",
        "-",
    ];
    proptest::collection::vec(0..words.len(), 0..14)
        .prop_map(move |at| at.iter().map(|i| words[*i]).collect::<Vec<_>>().join(" "))
}

fn check_reading(question: &str, calendar: &Calendar, today: Date) {
    let tokens = tokenize(question);
    let mut behind = 0;
    for mention in read(&tokens, calendar, today) {
        assert!(mention.tokens.start >= behind && mention.tokens.end > mention.tokens.start);
        assert!(mention.tokens.end <= tokens.len(), "{question}");
        behind = mention.tokens.end;
        if let TimeForm::Period(period) = &mention.form {
            assert!(period.span.from < period.span.to, "{question}: {}", period.label);
            let (prior, year) = (calendar.prior(period), calendar.prior_year(period));
            assert!(prior.span.from <= period.span.from && year.span.from <= period.span.from, "{question}");
        }
    }
}

proptest! {
    #[test]
    fn buckets_make_up_the_span(calendar in any_calendar(), grain in any_grain(), from in any_day(), days in 0i64..800) {
        let span = Span { from, to: super::span::add_days(from, days) };
        let pieces = calendar.buckets(span, grain);
        let mut at = span.from;
        for piece in &pieces {
            prop_assert_eq!(piece.from, at);
            prop_assert!(piece.to > piece.from);
            prop_assert_eq!(calendar.bucket_start(piece.last(), grain), calendar.bucket_start(piece.from, grain));
            at = piece.to;
        }
        prop_assert_eq!(at, span.to);
        let starts: std::collections::BTreeSet<Date> = pieces.iter().map(|piece| calendar.bucket_start(piece.from, grain)).collect();
        prop_assert_eq!(starts.len(), pieces.len());
    }

    #[test]
    fn a_bucket_starts_where_it_starts(calendar in any_calendar(), grain in any_grain(), day in any_day()) {
        let bucket = calendar.bucket(day, grain);
        prop_assert!(bucket.contains(day));
        prop_assert_eq!(calendar.bucket_start(bucket.from, grain), bucket.from);
        prop_assert_eq!(calendar.bucket_start(bucket.last(), grain), bucket.from);
        prop_assert_eq!(calendar.bucket_start(bucket.to, grain), bucket.to);
        prop_assert_eq!(calendar.year_start(calendar.year_of(day)), calendar.bucket_start(day, Grain::Year));
    }

    #[test]
    fn the_prior_unit_ends_where_the_unit_starts(calendar in any_calendar(), grain in any_grain(), day in any_day(), count in 1i32..20) {
        let unit = calendar.unit(day, grain, Basis::Books, day);
        prop_assert_eq!(calendar.prior(&unit).span, calendar.bucket(super::span::add_days(unit.span.from, -1), grain));
        let span = Span { from: unit.span.from, to: calendar.shift(unit.span.from, grain, count) };
        let several = calendar.units(span, grain, count, Basis::Books);
        let prior = calendar.prior(&several);
        prop_assert_eq!(prior.span.to, span.from);
        if !(grain == Grain::Day && calendar.whole_buckets(span, Grain::Month).is_some()) {
            prop_assert_eq!(calendar.whole_buckets(prior.span, grain), Some(count));
        }
    }

    #[test]
    fn a_year_earlier_twice_is_two_years(calendar in any_calendar(), grain in any_grain(), day in any_day()) {
        let unit = calendar.unit(day, grain, Basis::Books, day);
        let (once, twice) = (calendar.prior_year(&unit), calendar.prior_year(&calendar.prior_year(&unit)));
        match grain {
            Grain::Week => {
                let (number, then) = (day.iso_week_date().week(), twice.span.from.iso_week_date().week());
                prop_assert_eq!(number.min(52), then);
                prop_assert_eq!(once.span.days(), 7);
            }
            Grain::Day if (day.month(), day.day()) == (2, 29) => prop_assert_eq!(once.span.from.day(), 28),
            _ => {
                prop_assert_eq!(twice.span.from, super::span::add_months(unit.span.from, -24));
                prop_assert_eq!(calendar.number_in_year(twice.span.from, Grain::Month), calendar.number_in_year(unit.span.from, Grain::Month));
            }
        }
    }

    #[test]
    fn the_aligned_part_is_never_longer_than_the_whole(calendar in any_calendar(), grain in any_grain(), day in any_day()) {
        let current = calendar.unit(day, grain, Basis::Books, day);
        for prior in [calendar.prior(&current), calendar.prior_year(&current)] {
            let cut = calendar.to_date_aligned(&current, &prior, day);
            prop_assert_eq!(cut.span.from, prior.span.from);
            prop_assert!(cut.span.to <= prior.span.to && cut.span.to > cut.span.from);
            // Months differ by up to three days, and so do parts that hold as many of them.
            let elapsed = super::span::days_between(current.span.from, day) + 1;
            let over = day == current.span.last();
            prop_assert!(over || cut.span.days() <= elapsed + 3);
        }
    }

    #[test]
    fn any_text_is_read_without_overlap(text in ".{0,120}", calendar in any_calendar(), today in any_day()) {
        check_reading(&text, &calendar, today);
    }

    #[test]
    fn any_order_of_words_is_read_without_overlap(text in any_question(), calendar in any_calendar(), today in any_day()) {
        check_reading(&text, &calendar, today);
    }
}
