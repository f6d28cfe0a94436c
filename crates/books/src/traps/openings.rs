//! Opening entries repeated each year: a carry-forward gives each account what it has already, and a sum over all postings
//! to date counts it twice.

use catalog::Value;
use jiff::civil::{Date, date};

use super::trap::{Due, Rows, Trap, book, total};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const MARKED: &str = r#"
table kontenplan "Chart of accounts"
  konto INTEGER key
  caption VARCHAR(40)
  account_type VARCHAR(10) "asset, liability, equity, income or expense"
table belege "Entries of the general ledger"
  entry_no INTEGER key
  posting_date DATE index
  entry_type VARCHAR(12) "regular, opening or closing"
table buchungen "Lines of the entries"
  line_no INTEGER key
  entry_no INTEGER -> belege.entry_no
  konto INTEGER -> kontenplan.konto
  debit DECIMAL(14,2)
  credit DECIMAL(14,2)
"#;
const UNMARKED: &str = r#"
table kontenplan "Chart of accounts"
  konto INTEGER key
  caption VARCHAR(40)
  account_type VARCHAR(10) "asset, liability, equity, income or expense"
table belege "Entries of the general ledger"
  entry_no INTEGER key
  posting_date DATE index
table buchungen "Lines of the entries"
  line_no INTEGER key
  entry_no INTEGER -> belege.entry_no
  konto INTEGER -> kontenplan.konto
  debit DECIMAL(14,2)
  credit DECIMAL(14,2)
"#;
const CHART: [(i64, &str, &str); 7] = [
    (1000, "Bank", "asset"),
    (1200, "Boats", "asset"),
    (1400, "Trade receivables", "asset"),
    (2000, "Loan of the harbour", "liability"),
    (3000, "Capital", "equity"),
    (4000, "Trips", "income"),
    (5000, "Fuel", "expense"),
];
const BANK: usize = 0;
const CAPITAL: usize = 4;
const BANK_SQL: &str = "SELECT SUM(b.debit) - SUM(b.credit) FROM buchungen b JOIN belege e ON e.entry_no = b.entry_no WHERE \
    b.konto = 1000 AND e.posting_date <= '2025-06-30'";
const CAPITAL_SQL: &str = "SELECT SUM(b.credit) - SUM(b.debit) FROM buchungen b JOIN belege e ON e.entry_no = b.entry_no WHERE \
    b.konto = 3000 AND e.posting_date <= '2025-06-30'";

/// How the books go from one year to the next.
#[derive(Clone, Copy)]
struct Habit {
    /// Whether entries say what they are.
    marked: bool,
    /// Whether results are closed to capital at the end of the year; else only the opening entry puts them there.
    closes: bool,
    /// What opening entries of the later years miss of what the bank had.
    missing: i64,
}

/// The ledger while it is being written: debits positive, credits negative.
struct Books {
    habit: Habit,
    entries: Rows,
    lines: Rows,
    /// What accounts have, by their place in the chart.
    balances: [i64; CHART.len()],
    /// What all lines add up to, by account.
    posted: [i64; CHART.len()],
}

impl Books {
    fn write(&mut self, day: Date, kind: &str, lines: &[(usize, i64)]) {
        let number = Value::Int(self.entries.len() as i64 + 1);
        let mut entry = vec![number.clone(), Value::Date(day)];
        entry.extend(self.habit.marked.then(|| kind.into()));
        self.entries.push(entry);
        for (at, amount) in lines.iter().filter(|(_, amount)| *amount != 0) {
            let (debit, credit) = (cents((*amount).max(0)), cents((-*amount).max(0)));
            let line = Value::Int(self.lines.len() as i64 + 1);
            self.lines.push(vec![line, number.clone(), Value::Int(CHART[*at].0), debit, credit]);
            self.posted[*at] += amount;
        }
    }

    fn happens(&mut self, day: Date, kind: &str, lines: &[(usize, i64)]) {
        self.write(day, kind, lines);
        lines.iter().for_each(|(at, amount)| self.balances[*at] += amount);
    }

    /// The end of a year and the opening of the next.
    fn turn(&mut self, year: i16) {
        let result: i64 = self.balances[5..].iter().sum();
        let mut lines: Vec<(usize, i64)> = (5..CHART.len()).map(|at| (at, -self.balances[at])).collect();
        lines.push((CAPITAL, result));
        if self.habit.closes {
            self.write(date(year, 12, 31), "closing", &lines);
        }
        lines.iter().for_each(|(at, amount)| self.balances[*at] += amount);
        let mut opening: Vec<(usize, i64)> = (0..5).map(|at| (at, self.balances[at])).collect();
        opening[BANK].1 -= self.habit.missing;
        opening[CAPITAL].1 += self.habit.missing;
        self.write(date(year + 1, 1, 1), "opening", &opening);
    }
}

/// The ledger of three years, up to the middle of the last.
fn books(habit: Habit) -> Books {
    let mut random = Random::stream(51, 1);
    let none = [0; CHART.len()];
    let mut books = Books { habit, entries: Vec::new(), lines: Vec::new(), balances: none, posted: none };
    let first = [(BANK, 8_000_000), (1, 31_000_000), (3, -19_000_000), (CAPITAL, -20_000_000)];
    books.happens(date(2023, 1, 1), "opening", &first);
    for year in 2023..=2025 {
        let days = if year == 2025 { 180 } else { 364 };
        for step in 0..days / 4 {
            let day = plus_days(date(year, 1, 1), step * 4);
            let amount = random.between(20_000, 400_000);
            let (to, from) = random.pick(&[(2, 5), (BANK, 5), (BANK, 2), (6, BANK), (6, 3), (3, BANK)]);
            books.happens(day, "regular", &[(to, amount), (from, -amount)]);
        }
        if year < 2025 {
            books.turn(year);
        }
    }
    books
}

fn trap_of(class: &'static str, habit: Habit, at: usize, due: Due) -> Trap {
    let made = books(habit);
    let (question, measure, sign, naive_sql) = match at {
        BANK => ("cash balance as of 2025-06-30", "cash balance", 1, BANK_SQL),
        _ => ("capital as of 2025-06-30", "capital", -1, CAPITAL_SQL),
    };
    let chart = CHART.iter().map(|(no, name, kind)| vec![Value::Int(*no), (*name).into(), (*kind).into()]).collect();
    let layout = if habit.marked { MARKED } else { UNMARKED };
    Trap {
        class,
        book: book("ferry_trips", "Boat trips of a small harbour", layout, vec![chart, made.entries, made.lines]),
        question,
        clock: date(2025, 6, 30),
        due,
        right: total(measure, sign * made.balances[at], 2),
        naive_sql,
        naive: total(measure, sign * made.posted[at], 2),
    }
}

pub(super) fn traps() -> Vec<Trap> {
    let habit = Habit { marked: true, closes: true, missing: 0 };
    let open = Habit { closes: false, ..habit };
    vec![
        trap_of("openings repeated each year", habit, BANK, Due::Answer),
        trap_of("openings repeated, results in them alone", open, CAPITAL, Due::Answer),
        trap_of("openings repeated and not marked", Habit { marked: false, ..habit }, BANK, Due::Answer),
        trap_of("openings not marked, results in them alone", Habit { marked: false, ..open }, CAPITAL, Due::Answer),
        trap_of("openings that do not repeat", Habit { missing: 123_456, ..habit }, BANK, Due::Refusal),
    ]
}
