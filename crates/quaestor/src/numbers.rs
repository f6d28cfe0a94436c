//! Cells as people read them: by unit, by locale. Exact values stand in JSON and CSV.

use bigdecimal::RoundingMode;
use catalog::{Decimal, ResultColumn, TypeKind, Unit, Value};
use plan::finish::ColumnKind;

use crate::console::plain;
use crate::parse::Locale;

/// How cells are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Marks between digits.
    pub locale: Locale,
    /// Whether there are only ASCII characters beside the data's own.
    pub ascii: bool,
}

impl Style {
    /// A cell by its column's type, unit and kind.
    pub fn typed_cell(self, value: &Value, column: &ResultColumn, kind: Option<ColumnKind>) -> String {
        match (column.ty, &column.unit, value.to_decimal()) {
            (TypeKind::Decimal { scale: Some(scale), .. }, None, Some(number)) => plain(&padded(&number, scale)),
            (_, unit, _) => self.cell(value, unit.as_ref(), kind),
        }
    }

    /// A cell by its column's unit and kind.
    pub fn cell(self, value: &Value, unit: Option<&Unit>, kind: Option<ColumnKind>) -> String {
        if value.is_null() {
            return self.absent(kind).to_owned();
        }
        let number = value.to_decimal().filter(|_| !matches!(value, Value::Bool(_)));
        match (unit, number) {
            (Some(unit), Some(number)) => self.number(&number, unit, value, kind),
            _ => plain(&value.to_string()),
        }
    }

    /// What stands for no value: a growth from nothing is not meaningful, all else is not known.
    fn absent(self, kind: Option<ColumnKind>) -> &'static str {
        match kind {
            Some(ColumnKind::ChangeShare) => "n.m.",
            _ if self.ascii => "-",
            _ => "–",
        }
    }

    fn number(self, number: &Decimal, unit: &Unit, value: &Value, kind: Option<ColumnKind>) -> String {
        let is_change = matches!(kind, Some(ColumnKind::Change | ColumnKind::ChangeShare));
        let (scaled, digits, behind) = match unit {
            Unit::Money(_) => (number.clone(), 2, ""),
            Unit::Count => (number.clone(), 0, ""),
            Unit::Share if kind == Some(ColumnKind::Change) => (number * Decimal::from(100), 1, " pt"),
            Unit::Share => (number * Decimal::from(100), 1, " %"),
            Unit::Days => (number.clone(), 1, ""),
            Unit::Multiple => (number.clone(), 2, ""),
            Unit::Plain => return plain(&value.to_string()),
        };
        let text = grouped(&scaled, digits, self.locale);
        let is_zero = !text.contains(|c: char| ('1'..='9').contains(&c));
        let sign = if is_change && !is_zero && !text.starts_with('-') { "+" } else { "" };
        format!("{sign}{text}{behind}")
    }
}

/// A number with at least so many digits behind the point, as its column was declared; none is lost.
fn padded(number: &Decimal, scale: u32) -> String {
    let digits = number.normalized().fractional_digit_count().max(i64::from(scale));
    number.with_scale(digits).to_plain_string()
}

/// A number rounded half to even, with the locale's marks. Never a negative zero.
pub fn grouped(number: &Decimal, digits: i64, locale: Locale) -> String {
    let text = number.with_scale_round(digits, RoundingMode::HalfEven).to_plain_string();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) if rest.contains(|c: char| ('1'..='9').contains(&c)) => ("-", rest),
        Some(rest) => ("", rest),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (thousands, point) = match locale {
        Locale::En => (",", "."),
        Locale::De => (".", ","),
        Locale::Plain => ("", "."),
    };
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push_str(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push_str(point);
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn cell(text: &str, unit: Unit, kind: ColumnKind, locale: Locale) -> String {
        let value = Value::Decimal(Decimal::from_str(text).unwrap());
        Style { locale, ascii: false }.cell(&value, Some(&unit), Some(kind))
    }

    #[test]
    fn units_decide_digits_and_signs() {
        use ColumnKind::{Change, ChangeShare, Measure};
        let cases = [
            ("1234567.895", Unit::Money(None), Measure, "1,234,567.90"),
            ("-0.004", Unit::Money(None), Measure, "0.00"),
            ("-1234", Unit::Count, Change, "-1,234"),
            ("1234", Unit::Count, Change, "+1,234"),
            ("0.0004", Unit::Money(None), Change, "0.00"),
            ("0.4123", Unit::Share, Measure, "41.2 %"),
            ("0.012", Unit::Share, Change, "+1.2 pt"),
            ("0.12", Unit::Share, ChangeShare, "+12.0 %"),
            ("30.55", Unit::Days, Measure, "30.6"),
            ("1.5", Unit::Multiple, Measure, "1.50"),
            ("2024", Unit::Plain, Measure, "2024"),
        ];
        for (text, unit, kind, expected) in cases {
            assert_eq!(cell(text, unit.clone(), kind, Locale::En), expected, "{text} {unit:?} {kind:?}");
        }
    }

    #[test]
    fn locales_differ_in_marks_only() {
        let money = || Unit::Money(None);
        assert_eq!(cell("-1234567.5", money(), ColumnKind::Measure, Locale::De), "-1.234.567,50");
        assert_eq!(cell("-1234567.5", money(), ColumnKind::Measure, Locale::Plain), "-1234567.50");
        assert_eq!(cell("123456", money(), ColumnKind::Measure, Locale::En), "123,456.00");
    }

    #[test]
    fn no_value_says_why_where_that_is_known() {
        let style = Style::default();
        assert_eq!(style.cell(&Value::Null, Some(&Unit::Share), Some(ColumnKind::ChangeShare)), "n.m.");
        assert_eq!(style.cell(&Value::Null, Some(&Unit::Count), Some(ColumnKind::Measure)), "–");
        assert_eq!(Style { ascii: true, ..style }.cell(&Value::Null, None, None), "-");
    }

    #[test]
    fn a_declared_scale_pads_and_never_rounds() {
        let padded = |text: &str| padded(&Decimal::from_str(text).unwrap(), 2);
        assert_eq!(["0", "14588.6", "1.2345", "7.50"].map(padded), ["0.00", "14588.60", "1.2345", "7.50"]);
    }

    #[test]
    fn rounding_is_half_to_even() {
        let round = |text: &str| grouped(&Decimal::from_str(text).unwrap(), 0, Locale::En);
        assert_eq!((round("0.5"), round("1.5"), round("2.5")), ("0".into(), "2".into(), "2".into()));
    }
}
