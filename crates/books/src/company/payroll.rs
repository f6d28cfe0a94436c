//! Payroll runs and headcount.

use jiff::civil::Date;

use super::Company;
use super::calendar::{END, Month, fiscal_year};
use super::master::{DEPARTMENTS, ENTITIES};
use super::records::{Employee, HeadLevel, PayLine, PayRun};
use crate::money::scaled;

/// Day of the month on which staff is paid.
const PAYDAY: i64 = 25;

/// Pays and counts staff up to the last booked day.
pub(crate) fn run(company: &mut Company) {
    for month in company.months.clone() {
        let date = super::calendar::plus_days(month.first, PAYDAY - 1);
        for entity in 0..ENTITIES.len() {
            if date <= END {
                pay(company, entity, date, month);
            }
        }
        if month.is_full() {
            count(company, month.last);
        }
    }
}

fn pay(company: &mut Company, entity: usize, date: Date, month: Month) {
    let start = company.pay_lines.len();
    let run = company.pay_runs.len();
    for (index, employee) in company.employees.iter().enumerate() {
        let employed = employee.hired <= month.last && employee.left.is_none_or(|left| left >= month.first);
        if employee.entity == entity && employed {
            company.pay_lines.push(pay_line(run, index, employee, date));
        }
    }
    if company.pay_lines.len() > start {
        company.pay_runs.push(PayRun { entity, date, lines: start..company.pay_lines.len() });
    }
}

/// A twelfth of the salary, raised by 2.8 % with each fiscal year since the start.
fn pay_line(run: usize, index: usize, employee: &Employee, date: Date) -> PayLine {
    let raise = 1000 + 28 * i64::from(fiscal_year(date) - 2023);
    let gross = scaled(employee.salary, raise, 12_000);
    PayLine { run, employee: index, gross, employer: scaled(gross, 205, 1000), withheld: scaled(gross, 320, 1000) }
}

fn count(company: &mut Company, day: Date) {
    for entity in 0..ENTITIES.len() {
        for department in 0..DEPARTMENTS.len() {
            let works = |e: &&Employee| {
                e.entity == entity
                    && e.department == department
                    && e.hired <= day
                    && e.left.is_none_or(|left| left > day)
            };
            let heads = company.employees.iter().filter(works).count() as i64;
            if heads > 0 {
                company.heads.push(HeadLevel { date: day, department, entity, heads });
            }
        }
    }
}
