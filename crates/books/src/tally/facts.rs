//! Records as facts: a day, an amount, who and what.

use jiff::civil::Date;

use crate::company::Company;
use crate::company::calendar::START;
use crate::company::master::WAREHOUSES;

/// Which records facts are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Ledger,
    Orders,
    OrderLines,
    Invoices,
    InvoiceLines,
    Receipts,
    Bills,
    Payments,
    /// Invoices and what was received for them.
    OpenInvoices,
    /// Bills and what was paid for them.
    OpenBills,
    Stock,
    Banks,
    Heads,
    Pay,
    Hires,
    Leaves,
    Budget,
    Customers,
    Products,
    Vendors,
}

/// One fact; what does not apply is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    pub(super) day: Date,
    /// Cents; pieces or persons where the source counts those.
    pub(super) value: i64,
    /// A second amount: pieces beside cents, the amount with tax beside net, the employer's share.
    pub(super) second: i64,
    /// A third: cost, discount.
    pub(super) third: i64,
    pub(super) entity: Option<usize>,
    pub(super) account: Option<usize>,
    pub(super) department: Option<usize>,
    pub(super) customer: Option<usize>,
    pub(super) product: Option<usize>,
    pub(super) vendor: Option<usize>,
    pub(super) warehouse: Option<usize>,
    pub(super) bank: Option<usize>,
    pub(super) status: Option<&'static str>,
    pub(super) version: Option<&'static str>,
    /// Entry type, job title or payment method.
    pub(super) kind: Option<&'static str>,
    pub(super) module: Option<&'static str>,
    pub(super) due: Option<Date>,
    /// Position of the order, invoice or bill.
    pub(super) document: Option<usize>,
}

impl Fact {
    fn on(day: Date, value: i64) -> Fact {
        Fact {
            day,
            value,
            second: 0,
            third: 0,
            entity: None,
            account: None,
            department: None,
            customer: None,
            product: None,
            vendor: None,
            warehouse: None,
            bank: None,
            status: None,
            version: None,
            kind: None,
            module: None,
            due: None,
            document: None,
        }
    }
}

/// The dimensions that a source's facts have.
pub(super) fn dimensions(source: Source) -> &'static [&'static str] {
    match source {
        Source::Ledger => &[
            "entity",
            "account",
            "account number",
            "account class",
            "account group",
            "department",
            "customer",
            "region",
            "segment",
            "country",
            "product",
            "category",
            "vendor",
            "vendor type",
            "status",
            "entry type",
            "source",
            "currency",
        ],
        Source::Orders => &["document", "entity", "customer", "region", "segment", "country", "status"],
        Source::OrderLines => {
            &["document", "entity", "customer", "region", "segment", "country", "product", "category", "status"]
        }
        Source::Invoices => &["document", "entity", "customer", "region", "segment", "country", "status", "currency"],
        Source::InvoiceLines => &[
            "document", "entity", "customer", "region", "segment", "country", "product", "category", "status",
            "currency",
        ],
        Source::Receipts => &["entity", "customer", "region", "segment", "country", "payment method", "currency"],
        Source::Bills => &["entity", "vendor", "vendor type", "country", "status", "currency"],
        Source::Payments => &["entity", "vendor", "vendor type", "country", "currency"],
        Source::OpenInvoices => {
            &["document", "entity", "customer", "region", "segment", "country", "currency", "ageing"]
        }
        Source::OpenBills => &["document", "entity", "vendor", "vendor type", "country", "currency", "ageing"],
        Source::Stock => &["entity", "product", "category", "warehouse"],
        Source::Banks => &["entity", "bank account", "currency"],
        Source::Heads => &["entity", "department"],
        Source::Pay | Source::Hires | Source::Leaves => &["entity", "department", "job title"],
        Source::Budget => &["account", "account number", "account class", "account group", "department", "version"],
        Source::Customers => &["entity", "customer", "region", "segment", "country"],
        Source::Products => &["product", "category"],
        Source::Vendors => &["vendor", "vendor type", "country"],
    }
}

/// Whether the source's facts carry a date.
pub(super) fn has_dates(source: Source) -> bool {
    !matches!(source, Source::Customers | Source::Products | Source::Vendors)
}

/// All facts of a source.
pub(super) fn of(company: &Company, source: Source) -> Vec<Fact> {
    match source {
        Source::Ledger => ledger(company),
        Source::Orders => orders(company),
        Source::OrderLines => order_lines(company),
        Source::Invoices => invoices(company),
        Source::InvoiceLines => invoice_lines(company),
        Source::Receipts => receipts(company),
        Source::Bills => bills(company),
        Source::Payments => payments(company),
        Source::OpenInvoices => open_invoices(company),
        Source::OpenBills => open_bills(company),
        Source::Stock => stock(company),
        Source::Banks => banks(company),
        Source::Heads => heads(company),
        Source::Pay => pay(company),
        Source::Hires => staff(company, |e| Some(e.hired)),
        Source::Leaves => staff(company, |e| e.left),
        Source::Budget => budget(company),
        Source::Customers => {
            let all = company.customers.iter().enumerate();
            all.map(|(i, c)| Fact { customer: Some(i), entity: Some(c.entity), ..Fact::on(START, 1) }).collect()
        }
        Source::Products => {
            (0..company.products.len()).map(|i| Fact { product: Some(i), ..Fact::on(START, 1) }).collect()
        }
        Source::Vendors => (0..company.vendors.len()).map(|i| Fact { vendor: Some(i), ..Fact::on(START, 1) }).collect(),
    }
}

/// Debits positive.
fn ledger(company: &Company) -> Vec<Fact> {
    let fact = |line: &crate::company::records::Line| {
        let entry = &company.entries[line.entry];
        Fact {
            entity: Some(entry.entity),
            account: Some(line.account),
            department: line.department,
            customer: line.customer,
            product: line.product,
            vendor: line.vendor,
            status: Some(entry.status),
            kind: Some(entry.kind),
            module: Some(entry.source),
            ..Fact::on(entry.date, line.amount)
        }
    };
    company.lines.iter().map(fact).collect()
}

fn orders(company: &Company) -> Vec<Fact> {
    let all = company.orders.iter().enumerate();
    all.map(|(i, o)| Fact {
        document: Some(i),
        customer: Some(o.customer),
        entity: Some(company.customers[o.customer].entity),
        status: Some(o.status),
        ..Fact::on(o.date, o.amount)
    })
    .collect()
}

fn order_lines(company: &Company) -> Vec<Fact> {
    let headers = orders(company);
    let all = company.order_lines.iter();
    all.map(|l| Fact {
        value: l.amount,
        second: l.quantity,
        third: l.price * l.quantity - l.amount,
        product: Some(l.product),
        ..headers[l.order]
    })
    .collect()
}

fn invoices(company: &Company) -> Vec<Fact> {
    let all = company.invoices.iter().enumerate();
    all.map(|(i, v)| Fact {
        document: Some(i),
        second: v.total(),
        customer: Some(v.customer),
        entity: Some(company.seller(v)),
        status: Some(v.status),
        kind: Some(if v.credits.is_some() { "credit note" } else { "invoice" }),
        due: Some(v.due),
        ..Fact::on(v.date, v.net)
    })
    .collect()
}

fn invoice_lines(company: &Company) -> Vec<Fact> {
    let headers = invoices(company);
    let all = company.invoice_lines.iter();
    all.map(|l| Fact {
        value: l.net,
        second: l.quantity,
        third: l.cost,
        product: Some(l.product),
        ..headers[l.invoice]
    })
    .collect()
}

fn receipts(company: &Company) -> Vec<Fact> {
    let headers = invoices(company);
    let all = company.receipts.iter();
    all.map(|r| Fact { day: r.date, value: r.amount, kind: Some(r.method), status: None, ..headers[r.invoice] })
        .collect()
}

fn bills(company: &Company) -> Vec<Fact> {
    let all = company.bills.iter().enumerate();
    all.map(|(i, b)| Fact {
        document: Some(i),
        second: b.total(),
        vendor: Some(b.vendor),
        entity: Some(b.entity),
        status: Some(b.status),
        due: Some(b.due),
        ..Fact::on(b.date, b.net)
    })
    .collect()
}

fn payments(company: &Company) -> Vec<Fact> {
    let headers = bills(company);
    let all = company.payments.iter();
    all.map(|p| Fact { day: p.date, value: p.amount, status: None, ..headers[p.bill] }).collect()
}

fn open_invoices(company: &Company) -> Vec<Fact> {
    let owed = invoices(company).into_iter().filter(|f| f.status == Some("posted"));
    let received = receipts(company).into_iter().map(|f| Fact { value: -f.value, ..f });
    owed.map(|f| Fact { value: f.second, status: None, ..f }).chain(received).collect()
}

fn open_bills(company: &Company) -> Vec<Fact> {
    let owed = bills(company).into_iter().filter(|f| f.status == Some("posted"));
    let paid = payments(company).into_iter().map(|f| Fact { value: -f.value, ..f });
    owed.map(|f| Fact { value: f.second, status: None, ..f }).chain(paid).collect()
}

fn stock(company: &Company) -> Vec<Fact> {
    let all = company.stock.iter();
    all.map(|s| Fact {
        second: s.quantity,
        product: Some(s.product),
        warehouse: Some(s.warehouse),
        entity: Some(WAREHOUSES[s.warehouse].1),
        ..Fact::on(s.date, s.value)
    })
    .collect()
}

fn banks(company: &Company) -> Vec<Fact> {
    let all = company.bank_levels.iter();
    all.map(|b| {
        let entity = usize::from(b.bank == crate::company::chart::BANK_DOLLARS);
        Fact { bank: Some(b.bank), entity: Some(entity), ..Fact::on(b.date, b.base) }
    })
    .collect()
}

fn heads(company: &Company) -> Vec<Fact> {
    let all = company.heads.iter();
    all.map(|h| Fact { department: Some(h.department), entity: Some(h.entity), ..Fact::on(h.date, h.heads) }).collect()
}

fn pay(company: &Company) -> Vec<Fact> {
    let all = company.pay_lines.iter();
    all.map(|l| {
        let employee = &company.employees[l.employee];
        Fact {
            second: l.employer,
            entity: Some(employee.entity),
            department: Some(employee.department),
            kind: Some(employee.title),
            ..Fact::on(company.pay_runs[l.run].date, l.gross)
        }
    })
    .collect()
}

fn staff(company: &Company, day: fn(&crate::company::records::Employee) -> Option<Date>) -> Vec<Fact> {
    let all = company.employees.iter();
    all.filter_map(|e| {
        let (entity, department, kind) = (Some(e.entity), Some(e.department), Some(e.title));
        Some(Fact { entity, department, kind, ..Fact::on(day(e)?, 1) })
    })
    .collect()
}

fn budget(company: &Company) -> Vec<Fact> {
    let all = company.budget.iter();
    all.map(|b| {
        let (department, account, version) = (Some(b.department), Some(b.account), Some(b.version));
        Fact { department, account, version, ..Fact::on(b.month, b.amount) }
    })
    .collect()
}
