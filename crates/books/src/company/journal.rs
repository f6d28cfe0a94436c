//! Posting: entries balance, balances run along.

use jiff::civil::Date;

use super::Company;
use super::chart::{ACCOUNTS, BANK_DOLLARS, BANK_OPERATING, BANKS};
use super::records::{Entry, Line};

/// What an entry says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) entity: usize,
    pub(super) date: Date,
    pub(super) source: &'static str,
    pub(super) text: &'static str,
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) adjusting: bool,
    pub(super) reverses: Option<usize>,
}

/// A posted entry of the usual kind.
pub(super) fn head(entity: usize, date: Date, source: &'static str, text: &'static str) -> Head {
    Head { entity, date, source, text, kind: "standard", status: "posted", adjusting: false, reverses: None }
}

/// The journal of a company while it is being kept.
pub(super) struct Journal<'a> {
    pub(super) company: &'a mut Company,
    /// By entity and account, debits positive, posted entries only.
    pub(super) balances: [[i64; ACCOUNTS.len()]; 2],
    /// Of the bank accounts in their own currency.
    pub(super) bank: [i64; BANKS],
    /// Accruals that the next month takes back.
    pub(super) pending: Vec<usize>,
    /// Profit that the last closing carried forward, by entity.
    pub(super) last_profit: [i64; 2],
}

impl<'a> Journal<'a> {
    /// An empty journal.
    pub(super) fn new(company: &'a mut Company) -> Self {
        Journal {
            company,
            balances: [[0; ACCOUNTS.len()]; 2],
            bank: [0; BANKS],
            pending: Vec::new(),
            last_profit: [0; 2],
        }
    }

    /// An amount that grows with the company, in cents, from whole EUR at size 1.
    pub(super) fn sized(&self, euros: i64) -> i64 {
        (self.company.size * euros as f64) as i64 * 100
    }
}

/// The account from which an entity pays.
pub(super) fn house_bank(entity: usize) -> usize {
    if entity == 1 { BANK_DOLLARS } else { BANK_OPERATING }
}

/// Posts an entry and returns its position; lines of nothing are left out. Lines must balance.
pub(super) fn post(journal: &mut Journal, head: Head, lines: &[Line]) -> usize {
    let start = journal.company.lines.len();
    let entry = journal.company.entries.len();
    let kept = lines.iter().filter(|l| l.amount != 0 || l.document.is_some_and(|d| d != 0));
    journal.company.lines.extend(kept.map(|l| Line { entry, ..*l }));
    fill_documents(journal.company, head, start);
    if head.status == "posted" {
        carry(journal, head.entity, start);
    }
    let lines = start..journal.company.lines.len();
    let Head { entity, date, source, text, kind, status, adjusting, reverses } = head;
    journal.company.entries.push(Entry { entity, date, adjusting, kind, source, status, text, reverses, lines });
    entry
}

/// Converts amounts to the entry's currency; the last converted line takes the rounding, so that an
/// entry balances in its own currency too.
fn fill_documents(company: &mut Company, head: Head, start: usize) {
    let mut total = 0;
    let mut last = None;
    for at in start..company.lines.len() {
        let line = company.lines[at];
        let document =
            line.document.unwrap_or_else(|| company.in_document_currency(head.entity, line.amount, head.date));
        if line.document.is_none() {
            last = Some(at);
        }
        total += document;
        company.lines[at].document = Some(document);
    }
    if let Some(at) = last {
        company.lines[at].document = company.lines[at].document.map(|d| d - total);
    }
}

fn carry(journal: &mut Journal, entity: usize, start: usize) {
    for line in &journal.company.lines[start..] {
        journal.balances[entity][line.account] += line.amount;
        if let Some(bank) = journal.bank.get_mut(line.account) {
            *bank += line.document.unwrap_or(0);
        }
    }
}
