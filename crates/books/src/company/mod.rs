//! The demo company: it lives for three and a half years, and every event is kept as a record.
//!
//! The path: a [`Company`] holds the records; [`generate`] makes master data, sells, buys, pays
//! staff, then keeps the journal month by month and plans; [`to_book`] writes the records down as
//! tables.

pub(crate) mod calendar;
pub(crate) mod cells;
pub(crate) mod chart;
pub(crate) mod records;
mod model;
mod journal;
pub(crate) mod master;
mod documents;
mod close;
mod payroll;
mod planning;
mod sales;
mod purchases;
mod tables;

pub use calendar::{END, FISCAL_START, START};
pub(crate) use model::Company;
pub(crate) use tables::{ABOUT, to_book};

use crate::random::Random;

/// Lives the company's life.
pub(crate) fn generate(scale: f64, seed: u64) -> Company {
    let scale = if scale.is_finite() { scale.clamp(0.001, 10.0) } else { 0.1 };
    let size = if scale < 1.0 { scale.sqrt() } else { scale };
    // What is booked every month, however small the company, takes its share of the rows.
    let scale = if scale < 1.0 { scale * scale.sqrt().sqrt() } else { scale };
    let months = calendar::months();
    let goods_vendors = ((9.0 * scale.sqrt()) as usize).clamp(2, 20);
    let mut company = Company {
        scale,
        size,
        rates: master::rates(&months, &mut Random::stream(seed, 1)),
        customers: master::customers(scale, &mut Random::stream(seed, 2)),
        products: master::products(scale, goods_vendors, &mut Random::stream(seed, 3)),
        vendors: master::vendors(goods_vendors, &mut Random::stream(seed, 4)),
        employees: master::employees(size, &mut Random::stream(seed, 5)),
        months,
        ..Company::default()
    };
    sales::run(&mut company, &mut Random::stream(seed, 6));
    purchases::run(&mut company, goods_vendors, &mut Random::stream(seed, 7));
    payroll::run(&mut company);
    close::keep(&mut company, &mut Random::stream(seed, 8));
    planning::run(&mut company, &mut Random::stream(seed, 9));
    company
}
