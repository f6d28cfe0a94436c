//! Calendars: fiscal years that begin in April, months of different lengths, leap days, weeks 53, and months without
//! sales.

use catalog::Value;
use jiff::civil::{Date, date};

use super::trap::{Due, Rows, Sums, Trap, book, total};
use crate::book::Book;
use crate::company::calendar::{plus_days, plus_months};
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table fiscal_periods "Periods of the fiscal year, which begins in April"
  period_start DATE key
  fiscal_year INTEGER
  period_no INTEGER
table ticket_sales
  ticket_no INTEGER key
  sold_on DATE index
  sales_amount DECIMAL(10,2)
"#;
const PLAIN: &str = r#"
table ticket_sales
  ticket_no INTEGER key
  sold_on DATE index
  sales_amount DECIMAL(10,2)
"#;

/// Sales on days from `first` on, by what they are added to.
struct Sales {
    rows: Rows,
    days: Vec<(Date, i64)>,
}

impl Sales {
    fn new(stream: u64, first: Date, days: i64, skipped: &dyn Fn(Date) -> bool) -> Sales {
        let mut random = Random::stream(stream, 1);
        let mut sales = Sales { rows: Vec::new(), days: Vec::new() };
        for step in 0..days {
            let day = plus_days(first, step);
            let amount = random.between(900, 40_000);
            if !skipped(day) {
                let number = Value::Int(sales.rows.len() as i64 + 1);
                sales.rows.push(vec![number, Value::Date(day), cents(amount)]);
                sales.days.push((day, amount));
            }
        }
        sales
    }

    fn sum(&self, from: Date, to: Date) -> i64 {
        self.days.iter().filter(|(day, _)| (from..to).contains(day)).map(|(_, amount)| amount).sum()
    }

    fn plain(&self, name: &str) -> Book {
        book(name, "Tickets of a theatre", PLAIN, vec![self.rows.clone()])
    }

    /// With the table of fiscal periods.
    fn fiscal(&self, name: &str) -> Book {
        let period = |n: i64| {
            let start = plus_months(date(2022, 4, 1), n);
            vec![Value::Date(start), Value::Int(2023 + n / 12), Value::Int(n % 12 + 1)]
        };
        book(name, "Tickets of a theatre", LAYOUT, vec![(0..48).map(period).collect(), self.rows.clone()])
    }
}

fn trap_of(class: &'static str, book: Book, question: &'static str, clock: Date, naive_sql: &'static str) -> Trap {
    let (right, naive) = (Vec::new(), Vec::new());
    Trap { class, book, question, clock, due: Due::Answer, right, naive_sql, naive }
}

fn amount(units: i64) -> Vec<super::trap::Answer> {
    total("sales amount", units, 2)
}

/// A fiscal year that the books name, and the part of one that is over.
fn fiscal_years() -> Vec<Trap> {
    let sales = Sales::new(65, date(2022, 6, 1), 1_080, &|_| false);
    let year = "SELECT SUM(sales_amount) FROM ticket_sales WHERE sold_on >= '2024-01-01' AND sold_on < '2025-01-01'";
    let to_date = "SELECT SUM(sales_amount) FROM ticket_sales WHERE sold_on >= '2025-01-01' AND sold_on < '2025-05-16'";
    let running = "SELECT SUBSTR(sold_on, 1, 7) || '-01' AS month, SUM(SUM(sales_amount)) OVER (ORDER BY SUBSTR(sold_on, 1, 7) || '-01') FROM \
        ticket_sales WHERE sold_on >= '2025-02-01' AND sold_on < '2025-05-16' GROUP BY month ORDER BY month";
    let clock = date(2025, 5, 15);
    let book = || sales.fiscal("theatre");
    let (mut reset, mut on) = (Sums::default(), Sums::default());
    for month in 2..=5 {
        let first = date(2025, month, 1);
        let to = plus_months(first, 1);
        on.add(&first.to_string(), sales.sum(date(2025, 2, 1), to));
        reset.add(&first.to_string(), sales.sum(if month < 4 { date(2024, 4, 1) } else { date(2025, 4, 1) }, to));
    }
    vec![
        Trap {
            right: amount(sales.sum(date(2023, 4, 1), date(2024, 4, 1))),
            naive: amount(sales.sum(date(2024, 1, 1), date(2025, 1, 1))),
            ..trap_of("fiscal year from April", book(), "sales amount in FY2024", clock, year)
        },
        Trap {
            right: amount(sales.sum(date(2025, 4, 1), date(2025, 5, 16))),
            naive: amount(sales.sum(date(2025, 1, 1), date(2025, 5, 16))),
            ..trap_of("year to date from April", book(), "sales amount year to date", clock, to_date)
        },
        Trap {
            right: vec![reset.answer("sales_amount year to date", 2)],
            naive: vec![on.answer("sales_amount year to date", 2)],
            ..trap_of(
                "year to date across the fiscal year",
                book(),
                "year to date sales amount by month from February 2025 to May 2025",
                clock,
                running,
            )
        },
    ]
}

/// Months and years that are not as long as those before them.
fn prior_periods() -> Vec<Trap> {
    let sales = Sales::new(66, date(2019, 1, 1), 1_930, &|_| false);
    let book = || sales.plain("playhouse");
    let pair = |now: (Date, Date), then: (Date, Date)| {
        let mut sums = Sums::default();
        sums.add("1 then", sales.sum(then.0, then.1));
        sums.add("2 now", sales.sum(now.0, now.1));
        vec![sums.answer("sales amount", 2)]
    };
    let month = "SELECT '1 then', SUM(sales_amount) FROM ticket_sales WHERE sold_on >= '2024-01-31' AND sold_on < '2024-03-01' \
        UNION ALL SELECT '2 now', SUM(sales_amount) FROM ticket_sales WHERE sold_on >= '2024-03-01' AND sold_on < '2024-03-31'";
    let leap = "SELECT '1 then', SUM(sales_amount) FROM ticket_sales WHERE sold_on >= '2023-02-01' AND sold_on < '2023-03-02' \
        UNION ALL SELECT '2 now', SUM(sales_amount) FROM ticket_sales WHERE sold_on >= '2024-02-01' AND sold_on < '2024-03-01'";
    let week = "SELECT COALESCE(SUM(sales_amount), 0) FROM ticket_sales WHERE STRFTIME('%W', sold_on) = '53' AND sold_on >= '2021-01-01' AND \
        sold_on < '2022-01-01'";
    let (february, march) = (date(2024, 2, 1), date(2024, 3, 1));
    let april = date(2024, 4, 1);
    vec![
        Trap {
            right: pair((march, april), (february, march)),
            naive: pair((march, date(2024, 3, 31)), (date(2024, 1, 31), march)),
            ..trap_of(
                "the month before",
                book(),
                "sales amount in March 2024 compared with the month before",
                date(2024, 3, 31),
                month,
            )
        },
        Trap {
            right: pair((february, march), (date(2023, 2, 1), date(2023, 3, 1))),
            naive: pair((february, march), (date(2023, 2, 1), date(2023, 3, 2))),
            ..trap_of(
                "leap day",
                book(),
                "sales amount this month compared with the same month last year",
                date(2024, 2, 29),
                leap,
            )
        },
        Trap {
            right: amount(sales.sum(date(2020, 12, 28), date(2021, 1, 4))),
            naive: amount(0),
            ..trap_of("week 53", book(), "sales amount in week 53 of 2020", date(2024, 3, 14), week)
        },
    ]
}

/// Months in which nothing was sold, between months in which something was, and after the last.
fn missing_periods() -> Trap {
    let closed = |day: Date| matches!(day.month(), 4 | 7 | 8);
    let sales = Sales::new(67, date(2024, 1, 1), 290, &closed);
    let (mut all, mut found) = (Sums::default(), Sums::default());
    for month in 1..=10 {
        let first = date(2024, month, 1);
        let sum = sales.sum(first, plus_months(first, 1));
        all.add(&first.to_string(), sum);
        if sum > 0 {
            found.add(&first.to_string(), sum);
        }
    }
    let by_month = "SELECT SUBSTR(sold_on, 1, 7) || '-01' AS month, SUM(sales_amount) FROM ticket_sales WHERE sold_on >= '2024-01-01' AND \
        sold_on < '2025-01-01' GROUP BY month ORDER BY month";
    Trap {
        right: vec![all.answer("sales amount", 2)],
        naive: vec![found.answer("sales amount", 2)],
        ..trap_of(
            "missing periods",
            sales.plain("open_air_stage"),
            "sales amount by month in 2024",
            date(2025, 1, 20),
            by_month,
        )
    }
}

pub(super) fn traps() -> Vec<Trap> {
    let mut traps = fiscal_years();
    traps.extend(prior_periods());
    traps.push(missing_periods());
    traps
}
