//! Answers in the tally's form: labels and a number for each group.

use std::str::FromStr;

use agent::Answer;
use bigdecimal::{BigDecimal, FromPrimitive, RoundingMode, ToPrimitive, Zero};
use books::Row;
use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use plan::finish::ColumnKind;

/// Digits at which quotients are compared: the tally's own.
const DIGITS: i64 = 6;

/// What is done with the groups of a tally before they are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Then {
    /// The first few, largest first (smallest first where negative).
    Top(i64),
    /// Groups above so many hundredths.
    Above(i64),
    /// Groups below so many hundredths.
    Below(i64),
    /// Each as a share of their sum.
    Share,
    /// Running totals.
    Cumulative,
    /// The change from one group to the next as a share of the former.
    Growth,
    /// How many groups there are.
    Count,
    /// How many groups are above so many hundredths.
    CountAbove(i64),
    /// The mean of all groups.
    Mean,
    /// The middle one of all groups.
    Median,
    /// The mean of so many groups up to each; the first ones only fill the window.
    Moving(i64),
    /// Their sum.
    Rolling(i64),
    /// The n-th largest (n-th smallest where negative).
    Nth(i64),
    /// The first few of the groups that share their first label.
    TopEach(i64),
    /// Groups above the mean of all (below it where negative).
    Average(i64),
    /// The yearly rate from the first group to the last, compounded.
    Compound,
}

impl FromStr for Then {
    type Err = String;

    fn from_str(text: &str) -> Result<Then, String> {
        let (word, number) = text.split_once(' ').unwrap_or((text, "0"));
        let wrong = |_| format!("{text}: a number is wanted");
        let hundredths = BigDecimal::from_str(number.trim()).map_err(wrong)?.with_scale(2).into_bigint_and_exponent().0;
        let hundredths = i64::try_from(hundredths).map_err(|_| format!("{text}: the number is too large"))?;
        let number = hundredths / 100;
        match word {
            "top" => Ok(Then::Top(number)),
            "bottom" => Ok(Then::Top(-number)),
            "above" => Ok(Then::Above(hundredths)),
            "below" => Ok(Then::Below(hundredths)),
            "share" => Ok(Then::Share),
            "cumulative" => Ok(Then::Cumulative),
            "growth" => Ok(Then::Growth),
            "count" => Ok(Then::Count),
            "count-above" => Ok(Then::CountAbove(hundredths)),
            "mean" => Ok(Then::Mean),
            "median" => Ok(Then::Median),
            "moving" => Ok(Then::Moving(number)),
            "rolling" => Ok(Then::Rolling(number)),
            "nth" => Ok(Then::Nth(number)),
            "top-each" => Ok(Then::TopEach(number)),
            "above-average" => Ok(Then::Average(1)),
            "below-average" => Ok(Then::Average(-1)),
            "compound" => Ok(Then::Compound),
            _ => Err(format!("{text}: nothing that can be done with groups")),
        }
    }
}

impl Then {
    /// Whether the result keeps an order of its own.
    pub fn is_ordered(self) -> bool {
        matches!(self, Then::Top(_))
    }

    /// Applies it to groups that are sorted by label.
    pub fn apply(self, mut rows: Vec<Row>) -> Vec<Row> {
        match self {
            Then::Moving(n) => {
                let mean = |(labels, sum): Row| (labels, rounded(&(sum / BigDecimal::from(n))));
                Then::Rolling(n).apply(rows).into_iter().map(mean).collect()
            }
            Then::Rolling(n) => {
                let last = |run: &[Row]| (run[run.len() - 1].0.clone(), run.iter().map(|(_, n)| n).sum());
                rows.windows(n.unsigned_abs() as usize).map(last).collect()
            }
            Then::Nth(n) => Then::Top(n).apply(rows).into_iter().skip(n.unsigned_abs() as usize - 1).collect(),
            Then::TopEach(n) => {
                let firsts: std::collections::BTreeSet<String> = rows.iter().map(|(l, _)| l[0].clone()).collect();
                let of = |first: String| rows.iter().filter(|(l, _)| l[0] == first).cloned().collect::<Vec<Row>>();
                firsts.into_iter().flat_map(|first| Then::Top(n).apply(of(first))).collect()
            }
            Then::Average(side) => {
                let count = BigDecimal::from(rows.len() as u64);
                let total: BigDecimal = rows.iter().map(|(_, n)| n).sum();
                rows.into_iter()
                    .filter(|(_, n)| if side > 0 { n * &count > total } else { n * &count < total })
                    .collect()
            }
            Then::Compound => {
                let years = rows.len() as f64 - 1.0;
                let quotient = (&rows[rows.len() - 1].1 / &rows[0].1).to_f64().unwrap();
                let rate = BigDecimal::from_f64(quotient.powf(1.0 / years) - 1.0).unwrap();
                vec![(Vec::new(), rounded(&rate))]
            }
            Then::Top(n) => {
                rows.sort_by(|a, b| if n < 0 { a.1.cmp(&b.1) } else { b.1.cmp(&a.1) });
                rows.truncate(n.unsigned_abs() as usize);
                rows
            }
            Then::Above(bound) => {
                let bound = BigDecimal::new(bound.into(), 2);
                rows.into_iter().filter(|(_, n)| *n > bound).collect()
            }
            Then::Below(bound) => {
                let bound = BigDecimal::new(bound.into(), 2);
                rows.into_iter().filter(|(_, n)| *n < bound).collect()
            }
            Then::Share => {
                let total: BigDecimal = rows.iter().map(|(_, n)| n).sum();
                rows.into_iter().map(|(labels, n)| (labels, rounded(&(n / &total)))).collect()
            }
            Then::Cumulative => {
                let mut sum = BigDecimal::zero();
                let mut add = |(labels, n): Row| {
                    sum += n;
                    (labels, sum.clone())
                };
                rows.into_iter().map(&mut add).collect()
            }
            Then::Growth => {
                let change = |pair: &[Row]| (pair[1].0.clone(), rounded(&((&pair[1].1 - &pair[0].1) / &pair[0].1)));
                rows.windows(2).map(change).collect()
            }
            Then::Count => vec![(Vec::new(), BigDecimal::from(rows.len() as u64))],
            Then::CountAbove(bound) => Then::Count.apply(Then::Above(bound).apply(rows)),
            Then::Median => {
                rows.sort_by(|a, b| a.1.cmp(&b.1));
                let (lower, upper) = (&rows[(rows.len() - 1) / 2].1, &rows[rows.len() / 2].1);
                vec![(Vec::new(), rounded(&((lower + upper) / BigDecimal::from(2))))]
            }
            Then::Mean => {
                let total: BigDecimal = rows.iter().map(|(_, n)| n).sum();
                vec![(Vec::new(), rounded(&(total / BigDecimal::from(rows.len() as u64))))]
            }
        }
    }
}

fn rounded(number: &BigDecimal) -> BigDecimal {
    number.with_scale_round(DIGITS, RoundingMode::HalfEven)
}

/// The positions of an answer's columns of labels.
fn label_columns(answer: &Answer) -> Vec<usize> {
    let is_label = |i: &usize| matches!(answer.kinds[*i], ColumnKind::Period | ColumnKind::Dimension);
    (0..answer.kinds.len()).filter(is_label).collect()
}

/// The position of a column of numbers: by its place among them, counted from 1, or by its heading.
pub fn number_column(answer: &Answer, wanted: &str) -> Result<usize, String> {
    let labels = label_columns(answer);
    let numbers: Vec<usize> = (0..answer.kinds.len()).filter(|i| !labels.contains(i)).collect();
    let found = match wanted.parse::<usize>() {
        Ok(place) => place.checked_sub(1).and_then(|i| numbers.get(i)).copied(),
        Err(_) => numbers.iter().find(|i| answer.columns[**i].name == wanted).copied(),
    };
    let names: Vec<&str> = answer.columns.iter().map(|c| c.name.as_str()).collect();
    found.ok_or_else(|| format!("no column of numbers {wanted:?} among {names:?}"))
}

/// The groups of one column of numbers, in the answer's order. Groups without a number are left out, as
/// the tally does; a total over nothing is zero, as the tally says.
pub fn groups(answer: &Answer, column: usize) -> Result<Vec<Row>, String> {
    let labels = label_columns(answer);
    let mut rows = Vec::new();
    for row in &answer.rows {
        let nothing = labels.is_empty().then(BigDecimal::zero);
        let Some(number) = row[column].to_decimal().or(nothing) else { continue };
        let label = |i: &usize| match answer.kinds[*i] {
            ColumnKind::Period => first_day(&row[*i].to_string()).map(|d| d.to_string()),
            _ => Ok(row[*i].to_string()),
        };
        rows.push((labels.iter().map(label).collect::<Result<Vec<String>, String>>()?, number));
    }
    Ok(rows)
}

/// The texts of one column of a list (counted from 1), each with the number 1.
pub fn listed(answer: &Answer, column: usize) -> Result<Vec<Row>, String> {
    let at = column.checked_sub(1).filter(|i| *i < answer.columns.len()).ok_or("no such column")?;
    Ok(answer.rows.iter().map(|row| (vec![row[at].to_string()], BigDecimal::from(1))).collect())
}

/// Groups as text, one a line: labels, then the number. Groups of zero are left out where there are others,
/// and quotients are rounded.
pub fn text(rows: &[Row], quotient: bool, ordered: bool) -> String {
    let line = |(labels, number): &Row| {
        let number = if quotient { rounded(number) } else { number.clone() };
        format!("{} {}", labels.join(" | "), number.normalized().to_plain_string()).trim().to_owned()
    };
    let grouped = rows.iter().any(|(labels, _)| !labels.is_empty());
    let shown = rows.iter().filter(|(_, n)| !grouped || !(if quotient { rounded(n) } else { n.clone() }).is_zero());
    let mut lines: Vec<String> = shown.map(line).collect();
    if !ordered {
        lines.sort();
    }
    lines.join("\n")
}

/// The first day of the bucket that a label names: `2025-08-05`, `2025-W32`, `2025-08`, `FY2026 Q2`, `2025 H2`,
/// `FY2026`. Years that begin with FY follow the demo company's calendar.
pub fn first_day(label: &str) -> Result<Date, String> {
    let wrong = || format!("{label:?} is no label of a period");
    let (year, part) = label.split_once([' ', '-']).unwrap_or((label, ""));
    let number = |text: &str| text.parse::<i8>().map_err(|_| wrong());
    let fiscal = year.strip_prefix("FY");
    let named: i16 = fiscal.unwrap_or(year).parse().map_err(|_| wrong())?;
    let first = match fiscal {
        Some(_) => date(named - 1, books::DEMO_FISCAL_START as i8, 1),
        None => date(named, 1, 1),
    };
    let months = |count: i8, n: &str| Ok(first + (i32::from(count) * i32::from(number(n)? - 1)).months());
    match part.split_at(part.len().min(1)) {
        ("", _) => Ok(first),
        ("Q", n) => months(3, n),
        ("H", n) => months(6, n),
        ("W", n) => Ok(ISOWeekDate::new(named, number(n)?, Weekday::Monday).map_err(|_| wrong())?.date()),
        _ if part.len() == 2 => months(1, part),
        _ => label.parse().map_err(|_| wrong()),
    }
}

/// The only number of an answer.
pub fn total(answer: &Answer, column: &str) -> BigDecimal {
    let rows = groups(answer, number_column(answer, column).unwrap()).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].1.clone()
}
