//! What each document posts.

use jiff::civil::Date;

use super::chart::{
    ALLOWANCES, BANK_OPERATING, BANK_PAYROLL, CONTRIBUTIONS, COST, INVENTORY, PAYABLES, RECEIVABLES, SALARIES, SALES,
    VAT, WITHHELD,
};
use super::journal::{Head, Journal, head, house_bank, post};
use super::master::{DEPARTMENTS, OPERATIONS, SALES_DEPARTMENT};
use super::records::{Line, line};

/// A document that waits to be posted; the order of variants is the order within a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Document {
    Bill(usize),
    Invoice(usize),
    Payment(usize),
    Receipt(usize),
    PayRun(usize),
}

/// All documents by date. Drafts post nothing and are left out.
pub(super) fn waiting(journal: &Journal) -> Vec<(Date, Document)> {
    let company = &*journal.company;
    let mut all = Vec::new();
    all.extend(
        company.bills.iter().enumerate().filter(|(_, b)| b.status != "draft").map(|(i, b)| (b.date, Document::Bill(i))),
    );
    let invoices = company.invoices.iter().enumerate().filter(|(_, v)| v.status != "draft");
    all.extend(invoices.map(|(i, v)| (v.date, Document::Invoice(i))));
    all.extend(company.payments.iter().enumerate().map(|(i, p)| (p.date, Document::Payment(i))));
    all.extend(company.receipts.iter().enumerate().map(|(i, r)| (r.date, Document::Receipt(i))));
    all.extend(company.pay_runs.iter().enumerate().map(|(i, r)| (r.date, Document::PayRun(i))));
    all.sort_unstable();
    all
}

/// Posts one document.
pub(super) fn post_document(journal: &mut Journal, document: Document) {
    match document {
        Document::Bill(at) => post_bill(journal, at),
        Document::Invoice(at) => post_invoice(journal, at),
        Document::Payment(at) => post_payment(journal, at),
        Document::Receipt(at) => post_receipt(journal, at),
        Document::PayRun(at) => post_pay_run(journal, at),
    }
}

fn post_invoice(journal: &mut Journal, at: usize) {
    let company = &*journal.company;
    let invoice = &company.invoices[at];
    let for_customer = |account, amount| Line { customer: Some(invoice.customer), ..line(account, amount) };
    let mut lines = vec![Line { document: Some(invoice.document), ..for_customer(RECEIVABLES, invoice.total()) }];
    let mut cost = 0;
    for item in &company.invoice_lines[invoice.lines.clone()] {
        let category = company.products[item.product].category;
        let account = if invoice.credits.is_some() { ALLOWANCES } else { SALES + category };
        let of_product =
            |line: Line, department| Line { product: Some(item.product), department: Some(department), ..line };
        lines.push(of_product(for_customer(account, -item.net), SALES_DEPARTMENT));
        lines.push(of_product(for_customer(COST + category, item.cost), OPERATIONS));
        cost += item.cost;
    }
    lines.push(for_customer(VAT, -invoice.tax));
    lines.push(line(INVENTORY, -cost));
    let text = if invoice.credits.is_some() { "Credit note" } else { "Customer invoice" };
    let head = Head { status: invoice.status, ..head(company.seller(invoice), invoice.date, "AR", text) };
    post(journal, head, &lines);
}

fn post_receipt(journal: &mut Journal, at: usize) {
    let company = &*journal.company;
    let receipt = &company.receipts[at];
    let invoice = &company.invoices[receipt.invoice];
    let entity = company.seller(invoice);
    let lines = [
        Line { document: Some(receipt.document), ..line(house_bank(entity), receipt.amount) },
        Line {
            document: Some(-receipt.document),
            customer: Some(invoice.customer),
            ..line(RECEIVABLES, -receipt.amount)
        },
    ];
    let text = if receipt.amount < 0 { "Customer refund" } else { "Customer receipt" };
    let head = head(entity, receipt.date, "AR", text);
    post(journal, head, &lines);
}

fn post_bill(journal: &mut Journal, at: usize) {
    let company = &*journal.company;
    let bill = &company.bills[at];
    let of_vendor = |account, amount| Line { vendor: Some(bill.vendor), ..line(account, amount) };
    let mut lines: Vec<Line> = Vec::new();
    for item in &company.bill_lines[bill.lines.clone()] {
        match lines.last_mut() {
            Some(last) if last.account == item.account && last.department == item.department => {
                last.amount += item.amount
            }
            _ => lines.push(Line { department: item.department, ..of_vendor(item.account, item.amount) }),
        }
    }
    lines.push(of_vendor(VAT, bill.tax));
    lines.push(Line { document: Some(-bill.document), ..of_vendor(PAYABLES, -bill.total()) });
    let head = Head { status: bill.status, ..head(bill.entity, bill.date, "AP", "Supplier bill") };
    post(journal, head, &lines);
}

fn post_payment(journal: &mut Journal, at: usize) {
    let company = &*journal.company;
    let payment = &company.payments[at];
    let bill = &company.bills[payment.bill];
    let entity = bill.entity;
    let lines = [
        Line { document: Some(payment.document), vendor: Some(bill.vendor), ..line(PAYABLES, payment.amount) },
        Line { document: Some(-payment.document), ..line(house_bank(entity), -payment.amount) },
    ];
    let head = head(entity, payment.date, "AP", "Supplier payment");
    post(journal, head, &lines);
}

fn post_pay_run(journal: &mut Journal, at: usize) {
    let company = &*journal.company;
    let run = &company.pay_runs[at];
    let (entity, date) = (run.entity, run.date);
    let mut gross = [0; DEPARTMENTS.len()];
    let mut employer = [0; DEPARTMENTS.len()];
    let mut withheld = 0;
    for item in &company.pay_lines[run.lines.clone()] {
        let department = company.employees[item.employee].department;
        gross[department] += item.gross;
        employer[department] += item.employer;
        withheld += item.withheld;
    }
    let staffed = |account, amounts: [i64; DEPARTMENTS.len()]| {
        amounts.into_iter().enumerate().map(move |(d, amount)| Line { department: Some(d), ..line(account, amount) })
    };
    let mut lines: Vec<Line> = staffed(SALARIES, gross).chain(staffed(CONTRIBUTIONS, employer)).collect();
    let net = gross.iter().sum::<i64>() - withheld;
    lines.push(line(WITHHELD, -(withheld + employer.iter().sum::<i64>())));
    let bank = if entity == 0 { BANK_PAYROLL } else { house_bank(entity) };
    lines.push(line(bank, -net));
    if entity == 0 {
        let transfer = head(entity, date, "Treasury", "Transfer to payroll account");
        post(journal, transfer, &[line(BANK_PAYROLL, net), line(BANK_OPERATING, -net)]);
    }
    post(journal, head(entity, date, "Payroll", "Monthly payroll"), &lines);
}
