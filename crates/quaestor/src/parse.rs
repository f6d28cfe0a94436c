//! Reading single values the same way from flags, environment and files.

use std::time::Duration;

use books::Shape;
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use connect::Choice;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use plan::calendar::month_name;

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Locale {
    /// 1,234.56
    #[default]
    En,
    /// 1.234,56
    De,
    /// 1234.56
    Plain,
}

/// Whether something optional is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On terminals.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// A shape of the demo books, by name.
pub fn shape() -> impl TypedValueParser<Value = Shape> {
    let known = |name: String| Shape::parse(&name).ok_or("the name of a shape is wanted");
    PossibleValuesParser::new(Shape::ALL.map(Shape::name)).try_map(known)
}

/// Longest time that can be allowed: a day.
const LONGEST_S: f64 = 86_400.0;

/// A month: 1 to 12, or the beginning of its English name.
pub fn month(text: &str) -> Result<u8, String> {
    let lower = text.trim().to_lowercase();
    let by_name =
        || (lower.len() >= 3).then(|| (1..=12).find(|m| month_name(*m).to_lowercase().starts_with(&lower))).flatten();
    let number = lower.parse().ok().filter(|n: &i8| (1..=12).contains(n)).or_else(by_name);
    number.and_then(|n| u8::try_from(n).ok()).ok_or_else(|| "a month is 1 to 12 or a name such as april".to_owned())
}

/// Patterns of tables.
pub fn tables(text: &str) -> Result<Choice, String> {
    Choice::parse(text).ok_or_else(|| "expected patterns with commas between them, such as sales.*, !*_tmp".to_owned())
}

/// A time allowed, in seconds, fractions included.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || format!("a time is a number of seconds above 0, at most {LONGEST_S}");
    let number: f64 = text.trim().parse().map_err(|_| wrong())?;
    if number > 0.0 && number <= LONGEST_S { Ok(Duration::from_secs_f64(number)) } else { Err(wrong()) }
}

/// A span of time: a whole number and s, m, h or d, such as 30m or 7d; at most ten years.
pub fn span(text: &str) -> Result<Duration, String> {
    let wrong = || "a span is a number and s, m, h or d, such as 90s, 30m, 12h or 7d".to_owned();
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = number.trim().parse().map_err(|_| wrong())?;
    let longest = 10 * 366 * 86_400;
    let all = number.checked_mul(seconds).filter(|all| (1..=longest).contains(all)).ok_or_else(wrong)?;
    Ok(Duration::from_secs(all))
}

/// A day: YYYY-MM-DD.
pub fn date(text: &str) -> Result<Date, String> {
    text.trim().parse().map_err(|_| "a day of the calendar is YYYY-MM-DD, such as 2025-11-14".to_owned())
}

/// A number of rows.
pub fn rows(text: &str) -> Result<u64, String> {
    let number = text.trim().parse().ok().filter(|n| *n > 0);
    number.ok_or_else(|| "a number of rows is a whole number above 0, such as 1000".to_owned())
}

/// A time zone by its IANA name.
pub fn zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text.trim()).map_err(|_| "a time zone is an IANA name such as Europe/Berlin or UTC".to_owned())
}

/// A size of the demo books.
pub fn scale(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.trim().parse().ok().filter(|n| (0.001..=10.0).contains(n));
    number.ok_or_else(|| "a scale is a number from 0.001 to 10".to_owned())
}

/// One of the values of an enumeration.
pub fn choice<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text.trim(), true).map_err(|_| {
        let names = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|v| v.get_name().to_owned()).collect();
        format!("one of {} is expected", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_numbers_and_names() {
        for (text, expected) in [("4", 4), ("04", 4), ("April", 4), ("dec", 12), ("may", 5)] {
            assert_eq!(month(text), Ok(expected), "{text}");
        }
        for text in ["0", "13", "", "ju", "aprill", "-1"] {
            assert!(month(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_positive_and_bounded() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "nan", "inf", "1e9", "soon", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_and_numbers_of_rows_say_how_they_are_written() {
        assert!(date("2024-02-29").is_ok());
        for text in ["14.11.2025", "2025/11/14", "2025-02-30", "today", ""] {
            assert!(date(text).unwrap_err().contains("YYYY-MM-DD"), "{text}");
        }
        assert_eq!(rows(" 10 "), Ok(10));
        for text in ["0", "-1", "1.5", "all", "1,000", ""] {
            assert!(rows(text).unwrap_err().contains("whole number"), "{text}");
        }
    }

    #[test]
    fn zones_and_choices_say_what_is_expected() {
        assert!(zone("Europe/Berlin").is_ok());
        assert!(zone("Mars/Base").unwrap_err().contains("IANA"));
        assert_eq!(choice::<Locale>("DE"), Ok(Locale::De));
        assert_eq!(choice::<When>("maybe"), Err("one of auto, always, never is expected".to_owned()));
    }
}
