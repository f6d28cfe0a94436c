//! Keeping the journal: opening, the turn of each month, the close of each year.

use super::Company;
use super::calendar::{END, Month, START, fiscal_month};
use super::chart::*;
use super::documents::{post_document, waiting};
use super::journal::{Head, Journal, head, house_bank, post};
use super::master::{ENTITIES, FINANCE, OPERATIONS};
use super::records::{BankLevel, Line, line};
use crate::money::{MICRO, scaled};
use crate::random::Random;

const GL: &str = "GL";
const TREASURY: &str = "Treasury";

/// Keeps the whole journal: documents by date, and what each month's turn brings.
pub(super) fn keep(company: &mut Company, random: &mut Random) {
    let mut journal = Journal::new(company);
    let documents = waiting(&journal);
    let mut documents = documents.into_iter().peekable();
    found(&mut journal);
    for month in journal.company.months.clone() {
        open_month(&mut journal, month);
        while let Some((_, document)) = documents.next_if(|(date, _)| *date <= month.last) {
            post_document(&mut journal, document);
        }
        if month.is_full() {
            close_month(&mut journal, month, random);
        } else {
            draft(&mut journal, random);
        }
    }
}

/// The carve-out: money, goods, machines, loan and capital are handed over.
fn found(journal: &mut Journal) {
    let stock = journal.company.opening_stock;
    let german = vec![
        line(BANK_OPERATING, journal.sized(1_850_000)),
        line(BANK_PAYROLL, journal.sized(60_000)),
        line(BANK_DEPOSIT, journal.sized(600_000)),
        line(INVENTORY, stock[0]),
        line(EQUIPMENT, journal.sized(2_400_000)),
        line(LOAN, -journal.sized(2_500_000)),
        line(CAPITAL, -journal.sized(1_500_000)),
    ];
    let american = vec![
        line(BANK_DOLLARS, journal.sized(1_400_000)),
        line(INVENTORY, stock[1]),
        line(CAPITAL, -journal.sized(500_000)),
    ];
    for (entity, mut lines) in [german, american].into_iter().enumerate() {
        lines.push(line(RETAINED, -lines.iter().map(|l| l.amount).sum::<i64>()));
        post(journal, Head { kind: "opening", ..head(entity, START, GL, "Opening balances") }, &lines);
    }
}

fn open_month(journal: &mut Journal, month: Month) {
    for accrual in std::mem::take(&mut journal.pending) {
        reverse(journal, accrual, month.first, "Reversal of accrual");
    }
    for entity in 0..ENTITIES.len() {
        settle(journal, entity, VAT, month.day(10), "VAT return");
        settle(journal, entity, WITHHELD, month.day(10), "Payroll taxes and contributions");
        if fiscal_month(month.first) % 3 == 1 {
            settle(journal, entity, TAX_PAYABLE, month.day(10), "Income tax payment");
        }
        if month.first.month() == 7 {
            pay_dividend(journal, entity, month);
        }
    }
}

/// Pays a liability as it stood at the end of the last month (or takes back what was paid too much).
fn settle(journal: &mut Journal, entity: usize, account: usize, date: jiff::civil::Date, text: &'static str) {
    let owed = -journal.balances[entity][account];
    if owed != 0 {
        post(journal, head(entity, date, TREASURY, text), &[line(account, owed), line(house_bank(entity), -owed)]);
    }
}

/// Takes an entry back, line by line.
fn reverse(journal: &mut Journal, entry: usize, date: jiff::civil::Date, text: &'static str) {
    let original = &journal.company.entries[entry];
    let head = Head { kind: "reversal", reverses: Some(entry), ..head(original.entity, date, GL, text) };
    let turn = |l: &Line| Line { amount: -l.amount, document: l.document.map(|d| -d), ..*l };
    let lines: Vec<Line> = journal.company.lines[original.lines.clone()].iter().map(turn).collect();
    post(journal, head, &lines);
}

fn pay_dividend(journal: &mut Journal, entity: usize, month: Month) {
    let spare = journal.balances[entity][house_bank(entity)] - journal.sized(300_000);
    let paid = scaled(journal.last_profit[entity], 45, 100).min(spare);
    if paid > 0 {
        let head = head(entity, month.day(18), TREASURY, "Dividend");
        post(journal, head, &[line(RETAINED, paid), line(house_bank(entity), -paid)]);
    }
}

fn close_month(journal: &mut Journal, month: Month, random: &mut Random) {
    let quarter_ends = fiscal_month(month.first) % 3 == 0;
    depreciate(journal, month);
    finance(journal, month, quarter_ends);
    share_services(journal, month, quarter_ends);
    if fiscal_month(month.first) % 4 == 2 {
        correct_a_mistake(journal, month, random);
    }
    accrue(journal, month, random);
    if month.first.month() == 6 {
        settle_bonuses(journal, month);
    }
    for entity in 0..ENTITIES.len() {
        if quarter_ends {
            provide_tax(journal, entity, month);
        }
    }
    pool_cash(journal, month);
    for entity in 0..ENTITIES.len() {
        draw_credit(journal, entity, month);
    }
    revalue(journal, month);
    if fiscal_month(month.first) == 12 {
        close_year(journal, month, random);
    }
    note_banks(journal, month);
}

/// Straight-line over seven years of what is on the books at the month's end.
fn depreciate(journal: &mut Journal, month: Month) {
    for entity in 0..ENTITIES.len() {
        let worn = scaled(journal.balances[entity][EQUIPMENT], 1, 84);
        let (labs, plant) = (scaled(worn, 3, 10), worn - scaled(worn, 3, 10));
        let lines = [
            Line { department: Some(OPERATIONS), ..line(DEPRECIATION, plant) },
            Line { department: Some(4), ..line(DEPRECIATION, labs) },
            line(WORN, -worn),
        ];
        if worn != 0 {
            post(journal, head(entity, month.last, "Assets", "Monthly depreciation"), &lines);
        }
    }
}

/// Interest at 4.2 % a year on the loans as they stood, repayment each quarter, one further drawing.
fn finance(journal: &mut Journal, month: Month, quarter_ends: bool) {
    for entity in 0..ENTITIES.len() {
        let interest = scaled(-journal.balances[entity][LOAN], 42, 12_000);
        if interest != 0 {
            let lines = [line(INTEREST, interest), line(house_bank(entity), -interest)];
            post(journal, head(entity, month.last, TREASURY, "Loan interest"), &lines);
        }
    }
    if quarter_ends {
        let repaid = journal.sized(75_000);
        post(
            journal,
            head(0, month.last, TREASURY, "Loan repayment"),
            &[line(LOAN, repaid), line(BANK_OPERATING, -repaid)],
        );
    }
    if (month.first.year(), month.first.month()) == (2024, 2) {
        let drawn = journal.sized(500_000);
        post(
            journal,
            head(0, month.last, TREASURY, "Loan drawing"),
            &[line(BANK_OPERATING, drawn), line(LOAN, -drawn)],
        );
    }
}

/// The German entity recharges shared services to the American one, which pays each quarter.
fn share_services(journal: &mut Journal, month: Month, quarter_ends: bool) {
    let fee = journal.sized(18_000);
    let with = |partner, line: Line| Line { partner: Some(partner), ..line };
    let charge = |partner, amount| Line { department: Some(FINANCE), ..with(partner, line(SHARED, amount)) };
    let text = "Shared services recharge";
    let giver = head(0, month.last, "IC", text);
    post(journal, giver, &[with(1, line(PARTNER_RECEIVABLES, fee)), charge(1, -fee)]);
    post(journal, head(1, month.last, "IC", text), &[charge(0, fee), with(0, line(PARTNER_PAYABLES, -fee))]);
    if quarter_ends {
        let owed = journal.balances[0][PARTNER_RECEIVABLES];
        let text = "Intercompany settlement";
        let taker = head(1, month.last, "IC", text);
        post(journal, taker, &[with(0, line(PARTNER_PAYABLES, owed)), with(0, line(BANK_DOLLARS, -owed))]);
        let giver = head(0, month.last, "IC", text);
        post(journal, giver, &[with(1, line(BANK_OPERATING, owed)), with(1, line(PARTNER_RECEIVABLES, -owed))]);
    }
}

/// A wrong reclassification and its reversal, both in the same month.
fn correct_a_mistake(journal: &mut Journal, month: Month, random: &mut Random) {
    let amount = journal.sized(random.between(400, 4_000));
    let lines = [
        Line { department: Some(1), ..line(MARKETING, amount) },
        Line { department: Some(0), ..line(TRAVEL, -amount) },
    ];
    let entry = post(journal, head(0, month.day(20), GL, "Reclassification of travel costs"), &lines);
    reverse(journal, entry, month.last, "Reversal of a wrong reclassification");
}

/// The American entity lends what the German one lacks and gets it back when there is plenty.
fn pool_cash(journal: &mut Journal, month: Month) {
    let (held, lot) = (journal.balances[0][BANK_OPERATING], journal.sized(300_000));
    let owed = -journal.balances[0][PARTNER_PAYABLES];
    let moved = match held {
        ..=-1 => lot - held,
        _ if held < lot => lot,
        _ if held > 4 * lot => -owed.min(held - 3 * lot),
        _ => 0,
    };
    let moved = moved.min(journal.balances[1][BANK_DOLLARS] - lot / 2);
    if moved == 0 || moved < -owed {
        return;
    }
    let with = |partner, line: Line| Line { partner: Some(partner), ..line };
    let text = "Cash pool";
    let giver = head(1, month.last, "IC", text);
    post(journal, giver, &[with(0, line(PARTNER_RECEIVABLES, moved)), with(0, line(BANK_DOLLARS, -moved))]);
    let taker = head(0, month.last, "IC", text);
    post(journal, taker, &[with(1, line(BANK_OPERATING, moved)), with(1, line(PARTNER_PAYABLES, -moved))]);
}

/// Where the pool is empty too, the bank lends, in whole thousands.
fn draw_credit(journal: &mut Journal, entity: usize, month: Month) {
    let lacking = -journal.balances[entity][house_bank(entity)];
    if lacking > 0 {
        let drawn = (lacking + journal.sized(150_000)) / 100_000 * 100_000 + 100_000;
        let lines = [line(house_bank(entity), drawn), line(LOAN, -drawn)];
        post(journal, head(entity, month.last, TREASURY, "Loan drawing"), &lines);
    }
}

fn accrue(journal: &mut Journal, month: Month, random: &mut Random) {
    let amount = journal.sized(random.between(6_000, 14_000));
    let lines = [Line { department: Some(FINANCE), ..line(FEES, amount) }, line(ACCRUED, -amount)];
    let head = Head { kind: "accrual", ..head(0, month.last, GL, "Accrued professional fees") };
    let entry = post(journal, head, &lines);
    journal.pending.push(entry);
}

/// Bonuses accrued at the year's end are paid in June; this month's accruals stay.
fn settle_bonuses(journal: &mut Journal, month: Month) {
    for entity in 0..ENTITIES.len() {
        let pending = journal.pending.iter().map(|e| &journal.company.entries[*e]).filter(|e| e.entity == entity);
        let fresh: i64 = pending
            .flat_map(|e| &journal.company.lines[e.lines.clone()])
            .filter(|l| l.account == ACCRUED)
            .map(|l| l.amount)
            .sum();
        let owed = -(journal.balances[entity][ACCRUED] - fresh);
        let head = head(entity, month.last, TREASURY, "Bonus payment");
        if owed > 0 {
            post(journal, head, &[line(ACCRUED, owed), line(house_bank(entity), -owed)]);
        }
    }
}

/// Brings the year's income tax to 26 % of the profit to date; a loss bears none.
fn provide_tax(journal: &mut Journal, entity: usize, month: Month) {
    let booked = journal.balances[entity][INCOME_TAX];
    let due = scaled((profit(journal, entity) + booked).max(0), 26, 100) - booked;
    if due != 0 {
        let head = head(entity, month.last, GL, "Income tax provision");
        post(journal, head, &[line(INCOME_TAX, due), line(TAX_PAYABLE, -due)]);
    }
}

/// Profit not yet closed.
fn profit(journal: &Journal, entity: usize) -> i64 {
    let balances = journal.balances[entity].iter().zip(&ACCOUNTS);
    -balances.filter(|(_, a)| !a.class.is_permanent()).map(|(b, _)| b).sum::<i64>()
}

/// Brings the dollar account to the month's closing rate.
fn revalue(journal: &mut Journal, month: Month) {
    let rate = journal.company.rates[super::calendar::month_index(month.first)];
    let worth = scaled(journal.bank[BANK_DOLLARS], rate.closing.unwrap_or(rate.average), MICRO);
    let gain = worth - journal.balances[1][BANK_DOLLARS];
    let unchanged = |l: Line| Line { document: Some(0), ..l };
    let lines =
        [unchanged(line(BANK_DOLLARS, gain)), unchanged(Line { department: Some(FINANCE), ..line(EXCHANGE, -gain) })];
    if gain != 0 {
        post(journal, head(1, month.last, TREASURY, "Revaluation of bank accounts"), &lines);
    }
}

/// The thirteenth period: adjustments, then the close to retained earnings.
fn close_year(journal: &mut Journal, month: Month, random: &mut Random) {
    for (entity, departments) in [(0, [0, OPERATIONS]), (1, [0, OPERATIONS])] {
        let bonus = journal.sized(random.between(22_000, 38_000)) / (1 + 2 * entity as i64);
        let mut lines: Vec<Line> =
            departments.iter().map(|d| Line { department: Some(*d), ..line(BONUSES, bonus / 2) }).collect();
        lines.push(line(ACCRUED, -2 * (bonus / 2)));
        let head =
            Head { kind: "adjustment", adjusting: true, ..head(entity, month.last, GL, "Year-end bonus accrual") };
        post(journal, head, &lines);
    }
    for entity in 0..ENTITIES.len() {
        let mut lines = Vec::new();
        for (at, _) in ACCOUNTS.iter().enumerate().filter(|(_, a)| !a.class.is_permanent()) {
            lines.push(line(at, -journal.balances[entity][at]));
        }
        journal.last_profit[entity] = profit(journal, entity);
        lines.push(line(RETAINED, -journal.last_profit[entity]));
        let head = Head { kind: "closing", adjusting: true, ..head(entity, month.last, GL, "Year-end close") };
        post(journal, head, &lines);
    }
}

fn note_banks(journal: &mut Journal, month: Month) {
    for bank in 0..BANKS {
        let base = journal.balances.iter().map(|entity| entity[bank]).sum();
        journal.company.bank_levels.push(BankLevel { date: month.last, bank, document: journal.bank[bank], base });
    }
}

/// Entries that somebody prepared in the running month and nobody posted.
fn draft(journal: &mut Journal, random: &mut Random) {
    for text in ["Draft accrual of freight", "Draft reclassification", "Draft correction"] {
        let amount = journal.sized(random.between(2_000, 30_000));
        let lines = [Line { department: Some(OPERATIONS), ..line(FREIGHT, amount) }, line(ACCRUED, -amount)];
        post(journal, Head { status: "draft", ..head(0, END, GL, text) }, &lines);
    }
}
