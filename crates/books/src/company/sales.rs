//! Orders, shipments, invoices, credit notes and what customers pay.

use jiff::civil::Date;

use super::Company;
use super::calendar::{END, Month, fiscal_year, plus_days};
use super::records::{Invoice, InvoiceLine, Order, OrderLine, Receipt};
use crate::money::scaled;
use crate::random::Random;

/// Sales of a full month at size 1, in cents.
pub(crate) const MONTHLY_SALES: f64 = 150_000_000.0;
const MONTHLY_ORDERS: f64 = 180.0;
/// Per mille of the yearly mean, January to December.
const SEASON: [i64; 12] = [900, 930, 1060, 960, 980, 1010, 940, 880, 1040, 1060, 1090, 1150];
/// Per mille of the first fiscal year.
const GROWTH: [i64; 4] = [1000, 1085, 1120, 1215];
const GERMAN_VAT: i64 = 19;

/// Sales planned for a month, in cents.
pub(crate) fn target(company: &Company, month: Month) -> i64 {
    let base = (MONTHLY_SALES * company.size) as i64;
    let year = (fiscal_year(month.first) - 2023).clamp(0, 3) as usize;
    let full = scaled(scaled(base, GROWTH[year], 1000), SEASON[(month.first.month() - 1) as usize], 1000);
    scaled(full, month.days(), i64::from(month.first.days_in_month()))
}

/// Runs all sales up to the last booked day.
pub(crate) fn run(company: &mut Company, random: &mut Random) {
    for month in company.months.clone() {
        take_orders(company, month, random);
    }
    ship(company, random);
    collect(company, random);
    company.receipts.sort_by_key(|r| r.date);
}

fn take_orders(company: &mut Company, month: Month, random: &mut Random) {
    let goal = target(company, month);
    let share = month.days() as f64 / f64::from(month.first.days_in_month());
    let growth = GROWTH[(fiscal_year(month.first) - 2023).clamp(0, 3) as usize] as f64 / 1000.0;
    let count = ((MONTHLY_ORDERS * company.scale * share * growth) as usize).max(1);
    let mut days: Vec<i64> = (0..count).map(|_| random.between(1, month.days())).collect();
    days.sort_unstable();
    for day in days {
        take_order(company, month.day(day), goal * 2 / (5 * count as i64), random);
    }
}

/// One order whose lines are worth about `worth` each.
fn take_order(company: &mut Company, date: Date, worth: i64, random: &mut Random) {
    // The last customers of the list never order; the first ones order most.
    let buyers = (company.customers.len() * 19 / 20).max(1);
    let customer = random.below(buyers).min(random.below(buyers));
    let start = company.order_lines.len();
    let order = company.orders.len();
    for _ in 0..random.between(1, 4) {
        order_line(company, order, date, worth, random);
    }
    let lines = start..company.order_lines.len();
    let amount = company.order_lines[lines.clone()].iter().map(|l| l.amount).sum();
    let cancelled = random.chance(25);
    let shipped = plus_days(date, random.between(1, 12));
    let shipped = (!cancelled && shipped <= END).then_some(shipped);
    let status = match (cancelled, shipped) {
        (true, _) => "cancelled",
        (false, Some(_)) => "shipped",
        (false, None) => "confirmed",
    };
    company.orders.push(Order { date, customer, status, shipped, lines, amount });
}

fn order_line(company: &mut Company, order: usize, date: Date, worth: i64, random: &mut Random) {
    let product = random.below(company.products.len());
    let price = scaled(company.products[product].price, 1000 + 25 * i64::from(fiscal_year(date) - 2023), 1000);
    let discount = random.pick(&[0, 0, 0, 0, 5, 5, 10, 15]);
    let quantity = scaled(worth, random.between(300, 1700), price * 1000).max(1);
    let amount = scaled(price * quantity, 100 - discount, 100);
    company.order_lines.push(OrderLine { order, product, quantity, price, discount, amount });
}

/// Invoices every shipment, in the order of shipping.
fn ship(company: &mut Company, random: &mut Random) {
    let mut shipments: Vec<(Date, usize)> =
        company.orders.iter().enumerate().filter_map(|(i, o)| Some((o.shipped?, i))).collect();
    shipments.sort_unstable();
    for (date, order) in shipments {
        let fresh = date >= plus_days(END, -3);
        if fresh && random.chance(400) {
            invoice_order(company, order, date, "draft");
            continue;
        }
        if random.chance(8) {
            invoice_order(company, order, date, "void");
        }
        let invoice = invoice_order(company, order, date, "posted");
        if random.chance(20) {
            credit(company, invoice, plus_days(date, random.between(6, 25)), random);
        }
    }
}

fn invoice_order(company: &mut Company, order: usize, date: Date, status: &'static str) -> usize {
    let start = company.invoice_lines.len();
    let invoice = company.invoices.len();
    for line in &company.order_lines[company.orders[order].lines.clone()] {
        let cost = company.products[line.product].cost * line.quantity;
        let price = line.price;
        company.invoice_lines.push(InvoiceLine {
            invoice,
            product: line.product,
            quantity: line.quantity,
            price,
            net: line.amount,
            cost,
        });
    }
    push_invoice(company, order, date, status, start, None);
    invoice
}

/// A price allowance over a part of the first line; the goods stay with the customer.
fn credit(company: &mut Company, invoice: usize, date: Date, random: &mut Random) {
    if date > END {
        return;
    }
    let start = company.invoice_lines.len();
    let first = &company.invoice_lines[company.invoices[invoice].lines.start];
    let net = -scaled(first.net, random.between(5, 40), 100);
    let product = first.product;
    company.invoice_lines.push(InvoiceLine {
        invoice: company.invoices.len(),
        product,
        quantity: 0,
        price: 0,
        net,
        cost: 0,
    });
    push_invoice(company, company.invoices[invoice].order, date, "posted", start, Some(invoice));
}

fn push_invoice(
    company: &mut Company,
    order: usize,
    date: Date,
    status: &'static str,
    start: usize,
    credits: Option<usize>,
) {
    let customer = company.orders[order].customer;
    let buyer = &company.customers[customer];
    let lines = start..company.invoice_lines.len();
    let net: i64 = company.invoice_lines[lines.clone()].iter().map(|l| l.net).sum();
    let tax = if buyer.country == "Germany" { scaled(net, GERMAN_VAT, 100) } else { 0 };
    let due = plus_days(date, if credits.is_some() { 0 } else { buyer.terms });
    let document = company.in_document_currency(buyer.entity, net + tax, date);
    company.invoices.push(Invoice { order, credits, customer, date, due, status, lines, net, tax, document });
}

fn collect(company: &mut Company, random: &mut Random) {
    for index in 0..company.invoices.len() {
        let invoice = &company.invoices[index];
        if invoice.status != "posted" || random.chance(4) {
            continue;
        }
        let (total, document) = (invoice.total(), invoice.document);
        if invoice.credits.is_some() {
            receive(
                company,
                index,
                plus_days(company.invoices[index].date, random.between(4, 15)),
                (total, document),
                "refund",
            );
            continue;
        }
        let late = company.customers[invoice.customer].late;
        let day = plus_days(invoice.due, late + random.between(-5, 9)).max(plus_days(invoice.date, 1));
        let method = random.pick(&["bank transfer", "bank transfer", "bank transfer", "direct debit", "card"]);
        if random.chance(60) {
            let part = (scaled(total, 1, 2), scaled(document, 1, 2));
            receive(company, index, day, part, method);
            let later = plus_days(day, random.between(10, 40));
            receive(company, index, later, (total - part.0, document - part.1), method);
        } else {
            receive(company, index, day, (total, document), method);
        }
    }
}

fn receive(company: &mut Company, invoice: usize, date: Date, (amount, document): (i64, i64), method: &'static str) {
    if date <= END {
        company.receipts.push(Receipt { date, invoice, amount, document, method });
    }
}
