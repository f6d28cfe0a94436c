//! Stock, suppliers' bills and what is paid to suppliers.

use jiff::civil::Date;

use super::Company;
use super::calendar::{END, Month, month_index, plus_days};
use super::chart;
use super::master::{ENTITIES, VENDOR_KINDS, WAREHOUSES};
use super::records::{Bill, BillLine, Payment, StockLevel};
use super::sales;
use crate::money::scaled;
use crate::random::Random;

/// What is spent: position in [`VENDOR_KINDS`], per mille of planned sales, bills per month at scale 1,
/// the departments that spend it.
const SPENDING: [(usize, i64, f64, &[usize]); 9] = [
    (0, 14, 4.0, &[2, 0]),
    (1, 5, 3.0, &[2]),
    (2, 22, 9.0, &[1, 1, 0]),
    (3, 9, 13.0, &[0, 0, 3]),
    (4, 13, 8.0, &[7, 4]),
    (5, 10, 6.0, &[5, 6]),
    (6, 16, 12.0, &[2]),
    (7, 4, 1.0, &[5]),
    (8, 12, 1.5, &[2, 4]),
];
const INPUT_VAT: i64 = 19;

/// Buys everything up to the last booked day; sales must have run.
pub(crate) fn run(company: &mut Company, goods_vendors: usize, random: &mut Random) {
    let demand = demand(company);
    let mut held = opening(company, &demand);
    for (index, month) in company.months.clone().into_iter().enumerate() {
        let bought = replenish(company, &demand, &mut held, index);
        for vendor in 0..goods_vendors {
            bill_goods(company, vendor, &bought, month, random);
        }
        spend(company, month, goods_vendors, random);
    }
    pay(company, random);
    company.payments.sort_by_key(|p| p.date);
}

/// Pieces by month, warehouse, product: one flat list.
struct Demand {
    pieces: Vec<i64>,
    products: usize,
}

impl Demand {
    fn at(&self, month: usize, warehouse: usize, product: usize) -> i64 {
        self.pieces[(month * WAREHOUSES.len() + warehouse) * self.products + product]
    }
}

/// The warehouse that ships: the American entity has one, the German one two.
fn warehouse(entity: usize, product: usize) -> usize {
    if entity == 1 { 2 } else { product % 2 }
}

fn demand(company: &Company) -> Demand {
    let products = company.products.len();
    let mut demand = Demand { pieces: vec![0; company.months.len() * WAREHOUSES.len() * products], products };
    for invoice in company.invoices.iter().filter(|i| i.status == "posted") {
        let entity = company.seller(invoice);
        for line in &company.invoice_lines[invoice.lines.clone()] {
            let at = (month_index(invoice.date) * WAREHOUSES.len() + warehouse(entity, line.product)) * products
                + line.product;
            demand.pieces[at] += line.quantity;
        }
    }
    demand
}

/// Whether a warehouse keeps a product.
fn keeps(warehouse: usize, product: usize) -> bool {
    warehouse == 2 || warehouse == product % 2
}

/// Stock handed over when the company was founded: what the first month wants.
fn opening(company: &mut Company, demand: &Demand) -> Vec<[i64; 3]> {
    let mut held = vec![[0; 3]; company.products.len()];
    for (product, shelf) in held.iter_mut().enumerate() {
        for (at, (_, entity)) in WAREHOUSES.iter().enumerate().filter(|(at, _)| keeps(*at, product)) {
            shelf[at] = demand.at(0, at, product) + 4;
            company.opening_stock[*entity] += shelf[at] * company.products[product].cost;
        }
    }
    held
}

/// What must be bought in a month so that the next one can be served, by product and entity. Notes
/// the stock at the end of a full month.
fn replenish(company: &mut Company, demand: &Demand, held: &mut [[i64; 3]], month: usize) -> Vec<[i64; 2]> {
    let mut bought = vec![[0; 2]; held.len()];
    let now = company.months[month];
    let next = (month + 1).min(company.months.len() - 1);
    for (product, shelf) in held.iter_mut().enumerate() {
        for (at, (_, entity)) in WAREHOUSES.iter().enumerate().filter(|(at, _)| keeps(*at, product)) {
            let left = shelf[at] - demand.at(month, at, product);
            // A third of the next month's sales beside a small reserve; nothing when there is enough.
            let goal = demand.at(next, at, product) / 3 + demand.at(month, at, product) / 2 + 3;
            let lot = if left < goal / 2 { goal - left } else { (-left).max(0) };
            bought[product][*entity] += lot;
            shelf[at] = left + lot;
            if now.is_full() {
                let value = shelf[at] * company.products[product].cost;
                company.stock.push(StockLevel { date: now.last, product, warehouse: at, quantity: shelf[at], value });
            }
        }
    }
    bought
}

fn bill_goods(company: &mut Company, vendor: usize, bought: &[[i64; 2]], month: Month, random: &mut Random) {
    for entity in 0..ENTITIES.len() {
        let start = company.bill_lines.len();
        for (product, lots) in bought.iter().enumerate() {
            if company.products[product].vendor == vendor && lots[entity] > 0 {
                let amount = lots[entity] * company.products[product].cost;
                let bill = company.bills.len();
                company.bill_lines.push(BillLine {
                    bill,
                    account: chart::INVENTORY,
                    department: None,
                    product: Some(product),
                    quantity: lots[entity],
                    amount,
                });
            }
        }
        if company.bill_lines.len() > start {
            push_bill(company, vendor, entity, month.day(random.between(2, 12)), "posted", start);
        }
    }
}

fn spend(company: &mut Company, month: Month, goods_vendors: usize, random: &mut Random) {
    let goal = sales::target(company, month);
    for (kind, share, bills, departments) in SPENDING {
        // At least three bills a year of each kind, however small the demo.
        let expected = (bills * company.scale).max(0.25);
        let worth = (scaled(goal, share, 1000) as f64 / expected) as i64;
        for _ in 0..random.around(expected) {
            let vendor = goods_vendors + kind * 3 + random.below(3);
            let department = random.pick(departments);
            bill_expense(company, vendor, VENDOR_KINDS[kind].1, department, worth, month, random);
        }
    }
}

fn bill_expense(
    company: &mut Company,
    vendor: usize,
    account: usize,
    department: usize,
    worth: i64,
    month: Month,
    random: &mut Random,
) {
    let start = company.bill_lines.len();
    let bill = company.bills.len();
    let parts = random.between(1, 2);
    for _ in 0..parts {
        let amount = scaled(worth, random.between(550, 1450), 1000 * parts);
        let department = (account != chart::EQUIPMENT).then_some(department);
        company.bill_lines.push(BillLine { bill, account, department, product: None, quantity: 1, amount });
    }
    let date = month.day(random.between(1, month.days()));
    let status = match random.below(1000) {
        0..6 => "void",
        _ if date >= plus_days(END, -5) && random.chance(300) => "draft",
        _ => "posted",
    };
    push_bill(company, vendor, usize::from(random.chance(300)), date, status, start);
}

fn push_bill(company: &mut Company, vendor: usize, entity: usize, date: Date, status: &'static str, start: usize) {
    let lines = start..company.bill_lines.len();
    let net: i64 = company.bill_lines[lines.clone()].iter().map(|l| l.amount).sum();
    let domestic = entity == 0 && company.vendors[vendor].country == ENTITIES[0].country;
    let tax = if domestic { scaled(net, INPUT_VAT, 100) } else { 0 };
    let due = plus_days(date, company.vendors[vendor].terms);
    let document = company.in_document_currency(entity, net + tax, date);
    company.bills.push(Bill { vendor, entity, date, due, status, lines, net, tax, document });
}

fn pay(company: &mut Company, random: &mut Random) {
    for (index, bill) in company.bills.iter().enumerate() {
        let date = plus_days(bill.due, random.between(-2, 6)).max(plus_days(bill.date, 1));
        let disputed = random.chance(5);
        if bill.status == "posted" && !disputed && date <= END {
            company.payments.push(Payment { date, bill: index, amount: bill.total(), document: bill.document });
        }
    }
}
