//! Questions made at random from the tally's own words, each with the line of the tally that answers it.

use books::Tally;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// A metric: what it is called in questions, the tally's measure.
pub const FLOWS: [(&[&str], &str); 13] = [
    (&["revenue", "sales", "turnover", "net sales"], "revenue"),
    (&["cost of sales", "COGS", "cost of goods sold"], "cost of sales"),
    (&["gross profit", "gross income"], "gross profit"),
    (&["operating expenses", "opex", "overheads"], "operating expenses"),
    (&["net profit", "net income", "bottom line"], "net profit"),
    (&["ordered amount", "order value", "bookings"], "ordered amount"),
    (&["units ordered", "ordered quantity"], "units ordered"),
    (&["number of orders", "orders"], "orders"),
    (&["invoiced amount", "billings", "amount invoiced"], "invoiced amount"),
    (&["units sold", "quantity sold"], "units sold"),
    (&["collected amount", "cash collected", "payments received"], "collected amount"),
    (&["supplier bills", "vendor bills"], "billed amount"),
    (&["payroll", "gross pay"], "payroll"),
];

/// What questions call a dimension of the tally.
pub const DIMENSIONS: [(&str, &str); 9] = [
    ("region", "region"),
    ("segment", "segment"),
    ("customer", "customer"),
    ("entity", "entity"),
    ("product category", "category"),
    ("product", "product"),
    ("department", "department"),
    ("vendor", "vendor"),
    ("payment method", "payment method"),
];

/// A part of the books' time, from its first day to the day after its last.
#[derive(Clone, Debug)]
pub struct Span {
    pub words: String,
    pub from: Date,
    pub to: Date,
}

impl Span {
    fn new(words: String, from: Date, months: i32) -> Span {
        Span { words, from, to: from + months.months() }
    }

    /// The tally's section.
    pub fn section(&self) -> String {
        format!("{}..{}", self.from, self.to)
    }
}

/// A question that has one total and any number of breakdowns.
#[derive(Clone, Debug)]
pub struct Instance {
    pub flow: usize,
    pub word: usize,
    pub dimension: usize,
    pub second: usize,
    pub other: usize,
    pub label: usize,
    pub span: Span,
}

impl Instance {
    /// The metric as this instance calls it.
    pub fn metric(&self) -> &'static str {
        let (words, _) = FLOWS[self.flow];
        words[self.word % words.len()]
    }

    /// The tally's measure.
    pub fn measure(&self) -> &'static str {
        FLOWS[self.flow].1
    }

    /// Two dimensions that the measure has: what questions and what the tally call them.
    pub fn dimensions(&self) -> [(&'static str, &'static str); 2] {
        let has = dimensions(self.measure());
        let first = self.dimension % has.len();
        let second = (first + 1 + self.second % has.len().saturating_sub(1).max(1)) % has.len();
        [has[first], has[second]]
    }

    /// The tally's line for the total; sections may be added.
    pub fn line(&self) -> String {
        format!("{} / {}", self.measure(), self.span.section())
    }
}

/// The dimensions of a measure that questions name here.
fn dimensions(measure: &str) -> Vec<(&'static str, &'static str)> {
    let has = Tally::dimensions(measure);
    DIMENSIONS.into_iter().filter(|(_, tally)| has.contains(tally)).collect()
}

/// Whole fiscal years, quarters, months and ranges of days inside of the demo books.
pub fn span() -> impl Strategy<Value = Span> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let quarter = |(year, q): (i16, i8)| {
        let from = date(2000 + year - 1, 4, 1) + (3 * (i32::from(q) - 1)).months();
        Span::new(format!("in Q{q} FY{year}"), from, 3)
    };
    let month = |m: i32| {
        let from = date(2023, 4, 1) + m.months();
        Span::new(format!("in {} {}", MONTHS[usize::from(from.month().unsigned_abs()) - 1], from.year()), from, 1)
    };
    let days = |(start, length): (i32, i32)| {
        let from = date(2023, 6, 1) + start.days();
        let last = from + length.days();
        Span { words: format!("between {from} and {last}"), from, to: last + 1.day() }
    };
    prop_oneof![
        (24i16..26).prop_map(|y| Span::new(format!("in FY{y}"), date(2000 + y - 1, 4, 1), 12)),
        (24i16..26, 1i8..5).prop_map(quarter),
        (0i32..30).prop_map(month),
        (0i32..700, 20i32..160).prop_map(days),
        Just(Span::new("last quarter".to_owned(), date(2025, 7, 1), 3)),
        Just(Span::new("last month".to_owned(), date(2025, 10, 1), 1)),
    ]
}

/// Any instance.
pub fn instance() -> impl Strategy<Value = Instance> {
    let at = 0usize..64;
    let choices = (0..FLOWS.len(), at.clone(), at.clone(), at.clone(), 0..FLOWS.len(), at);
    (choices, span()).prop_map(|((flow, word, dimension, second, other, label), span)| Instance {
        flow,
        word,
        dimension,
        second,
        other,
        label,
        span,
    })
}
