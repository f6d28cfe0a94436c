//! Time buckets and labels.

use jiff::civil::Date;

use super::facts::Fact;
use crate::company::Company;
use crate::company::calendar::{FISCAL_START, plus_days, plus_months};
use crate::company::chart::ACCOUNTS;
use crate::company::master::{CATEGORIES, DEPARTMENTS, ENTITIES, WAREHOUSES};

/// A width of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    Day,
    Week,
    /// So many months, the first of which begins a year in this calendar month.
    Months {
        count: i8,
        start: i8,
    },
}

impl Grain {
    /// Reads a grain's name.
    pub(super) fn parse(name: &str) -> Option<Grain> {
        let fiscal = |count| Some(Grain::Months { count, start: FISCAL_START as i8 });
        let calendar = |count| Some(Grain::Months { count, start: 1 });
        match name {
            "day" => Some(Grain::Day),
            "week" => Some(Grain::Week),
            "month" => fiscal(1),
            "quarter" => fiscal(3),
            "half" => fiscal(6),
            "year" => fiscal(12),
            "calendar quarter" => calendar(3),
            "calendar year" => calendar(12),
            _ => None,
        }
    }

    /// First day of the bucket that a day falls in.
    pub(super) fn start(self, day: Date) -> Date {
        match self {
            Grain::Day => day,
            Grain::Week => plus_days(day, -i64::from(day.weekday().to_monday_zero_offset())),
            Grain::Months { count, start } => {
                let into = (day.month() + 12 - start) % 12 % count;
                plus_months(day.first_of_month(), -i64::from(into))
            }
        }
    }

    /// First day of the next bucket.
    pub(super) fn next(self, start: Date) -> Date {
        match self {
            Grain::Day => plus_days(start, 1),
            Grain::Week => plus_days(start, 7),
            Grain::Months { count, .. } => plus_months(start, i64::from(count)),
        }
    }
}

/// The age of an item that is due on `due`, at the end of the day `at`.
pub(super) fn ageing(due: Date, at: Date) -> &'static str {
    match (at - due).get_days() {
        ..=0 => "not due",
        1..=30 => "0-30",
        31..=60 => "31-60",
        61..=90 => "61-90",
        _ => "90+",
    }
}

/// The label of a fact in a dimension; `at` is the balance date that ages count from. NULL is empty.
pub(super) fn label<'a>(company: &'a Company, dimension: &str, fact: &Fact, at: Date) -> std::borrow::Cow<'a, str> {
    if dimension == "account number" {
        return fact.account.map_or_else(String::new, |a| ACCOUNTS[a].number.to_string()).into();
    }
    if dimension == "document" {
        return fact.document.map_or_else(String::new, |d| d.to_string()).into();
    }
    named(company, dimension, fact, at).unwrap_or("").into()
}

fn named<'a>(company: &'a Company, dimension: &str, fact: &Fact, at: Date) -> Option<&'a str> {
    let account = fact.account.map(|a| &ACCOUNTS[a]);
    let customer = fact.customer.map(|c| &company.customers[c]);
    let product = fact.product.map(|p| &company.products[p]);
    let vendor = fact.vendor.map(|v| &company.vendors[v]);
    match dimension {
        "entity" => fact.entity.map(|e| ENTITIES[e].name),
        "currency" => fact.entity.map(|e| ENTITIES[e].currency),
        "account" => account.map(|a| a.name),
        "account class" => account.map(|a| a.class.label()),
        "account group" => account.map(|a| a.group),
        "department" => fact.department.map(|d| DEPARTMENTS[d]),
        "customer" => customer.map(|c| c.name.as_str()),
        "region" => customer.and_then(|c| c.region),
        "segment" => customer.map(|c| c.segment),
        "country" => customer.map(|c| c.country).or(vendor.map(|v| v.country)),
        "product" => product.map(|p| p.name.as_str()),
        "category" => product.map(|p| CATEGORIES[p.category]),
        "vendor" => vendor.map(|v| v.name.as_str()),
        "vendor type" => vendor.map(|v| v.kind),
        "warehouse" => fact.warehouse.map(|w| WAREHOUSES[w].0),
        "bank account" => fact.bank.map(|b| ACCOUNTS[b].name),
        "version" => fact.version,
        "status" => fact.status,
        "entry type" | "job title" | "payment method" => fact.kind,
        "source" => fact.module,
        "ageing" => fact.due.map(|due| ageing(due, at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn buckets_begin_where_the_fiscal_year_says() {
        let starts = |name: &str, day| Grain::parse(name).unwrap().start(day).to_string();
        let day = date(2025, 2, 14);
        let cases = [
            ("week", "2025-02-10"),
            ("month", "2025-02-01"),
            ("quarter", "2025-01-01"),
            ("half", "2024-10-01"),
            ("year", "2024-04-01"),
            ("calendar year", "2025-01-01"),
        ];
        assert!(cases.iter().all(|(name, start)| starts(name, day) == *start));
        let year = Grain::parse("year").unwrap();
        assert_eq!(year.next(year.start(day)), date(2025, 4, 1));
    }

    #[test]
    fn ages_count_from_the_due_date() {
        let due = date(2025, 1, 1);
        let ages: Vec<&str> = [0, 1, 30, 31, 60, 61, 90, 91].iter().map(|d| ageing(due, plus_days(due, *d))).collect();
        assert_eq!(ages, ["not due", "0-30", "0-30", "31-60", "31-60", "61-90", "61-90", "90+"]);
    }
}
