//! Financial statements: every line against the tally, over the demo books and over other names; check lines; what is
//! refused.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::{Answer, Status};
use bigdecimal::{BigDecimal, Zero};
use books::{Book, DEMO_CLOCK, Row, Shape};
use catalog::Value;
use common::{DEMO, DEMO_SCALE, DEMO_SEED, Desk, story};
use plan::finish::ColumnKind;
use plan::semantic::LineStyle;

/// Labels and amounts of a column of numbers (counted from 0), check lines left out.
fn lines(answer: &Answer, column: usize) -> Vec<Row> {
    let numbers: Vec<usize> = (0..answer.kinds.len()).filter(|i| answer.kinds[*i] != ColumnKind::Dimension).collect();
    let rows = answer.rows.iter().zip(&answer.lines).filter(|(_, l)| l.style != LineStyle::Check);
    rows.filter_map(|(row, _)| Some((vec![row[0].to_string()], row[numbers[column]].to_decimal()?.normalized())))
        .collect()
}

fn is_zero(row: &Row) -> bool {
    row.1.is_zero()
}

/// What the tally says, zeros left out as accounts come and go with the columns beside them.
fn tallied(line: &str) -> Vec<Row> {
    let rows = DEMO.1.evaluate(line).unwrap();
    rows.into_iter().map(|(labels, n)| (labels, n.normalized())).filter(|r| !is_zero(r)).collect()
}

fn shown(answer: &Answer, column: usize) -> Vec<Row> {
    lines(answer, column).into_iter().filter(|r| !is_zero(r)).collect()
}

/// The amounts of all check lines.
fn checks(answer: &Answer) -> Vec<BigDecimal> {
    let rows = answer.rows.iter().zip(&answer.lines).filter(|(_, l)| l.style == LineStyle::Check);
    rows.flat_map(|(row, _)| row[1..].iter().filter_map(Value::to_decimal)).collect()
}

/// Questions with what the tally says to each of their columns.
const QUESTIONS: &[(&str, &[(usize, &str)])] = &[
    ("income statement 2024", &[(0, "income statement / 2024-01-01..2025-01-01")]),
    (
        "income statement 2024 vs 2023",
        &[(0, "income statement / 2024-01-01..2025-01-01"), (1, "income statement / 2023-01-01..2024-01-01")],
    ),
    (
        "profit and loss FY25 vs last year",
        &[(0, "income statement / 2024-04-01..2025-04-01"), (1, "income statement / 2023-04-01..2024-04-01")],
    ),
    ("P&L last quarter", &[(0, "income statement / 2025-07-01..2025-10-01")]),
    ("show me the p and l for October 2025", &[(0, "income statement / 2025-10-01..2025-11-01")]),
    ("income statement", &[(0, "income statement / 2025-04-01..2025-11-15")]),
    (
        "income statement this year vs last year",
        &[(0, "income statement / 2025-04-01..2025-11-15"), (1, "income statement / 2024-04-01..2024-11-15")],
    ),
    ("income statement as of 2025-09-30", &[(0, "income statement / 2025-04-01..2025-10-01")]),
    (
        "income statement by quarter FY25",
        &[
            (0, "income statement / 2024-04-01..2024-07-01"),
            (3, "income statement / 2025-01-01..2025-04-01"),
            (4, "income statement / 2024-04-01..2025-04-01"),
        ],
    ),
    (
        "monthly income statement this year",
        &[
            (0, "income statement / 2025-04-01..2025-05-01"),
            (7, "income statement / 2025-11-01..2025-11-15"),
            (8, "income statement / 2025-04-01..2025-11-15"),
        ],
    ),
    (
        "income statement of the Sales department FY25",
        &[(0, "income statement / 2024-04-01..2025-04-01 / department=Sales")],
    ),
    ("income statement for EMEA in FY25", &[(0, "income statement / 2024-04-01..2025-04-01 / region=EMEA")]),
    ("balance sheet as of last month end", &[(0, "balance sheet / as of 2025-10-31")]),
    ("balance sheet", &[(0, "balance sheet / as of 2025-11-14")]),
    ("the latest balance sheet", &[(0, "balance sheet / as of 2025-11-14")]),
    ("statement of financial position at the end of FY25", &[(0, "balance sheet / as of 2025-03-31")]),
    ("balance sheet 2024 vs 2023", &[(0, "balance sheet / as of 2024-12-31"), (1, "balance sheet / as of 2023-12-31")]),
    (
        "balance sheet by quarter FY25",
        &[(0, "balance sheet / as of 2024-06-30"), (3, "balance sheet / as of 2025-03-31")],
    ),
    (
        "trial balance at the end of Q2",
        &[(0, "trial balance debits / as of 2025-09-30"), (1, "trial balance credits / as of 2025-09-30")],
    ),
    ("trial balance", &[(0, "trial balance debits / as of 2025-11-14")]),
    ("cash flow statement FY25", &[(0, "cash flow statement / 2024-04-01..2025-04-01")]),
    // The books begin in FY23: what they begin with is there at its beginning.
    ("cash flow statement FY23", &[(0, "cash flow statement / 2022-04-01..2023-04-01")]),
    (
        "statement of cash flows last quarter vs prior year",
        &[(0, "cash flow statement / 2025-07-01..2025-10-01"), (1, "cash flow statement / 2024-07-01..2024-10-01")],
    ),
    (
        "cash flow statement by half FY25",
        &[(0, "cash flow statement / 2024-04-01..2024-10-01"), (2, "cash flow statement / 2024-04-01..2025-04-01")],
    ),
];

/// What is wrong with the answers at a desk.
fn failures(desk: &Desk) -> Vec<String> {
    let mut failures = Vec::new();
    for (question, columns) in QUESTIONS {
        let answer = desk.ask(question);
        if answer.status != Status::Answered {
            failures.push(format!("{question}: {}", story(&answer)));
            continue;
        }
        for (column, line) in *columns {
            let (said, right) = (shown(&answer, *column), tallied(line));
            if said != right {
                failures.push(format!("{question}, column {column}\n-- said\n{said:?}\n-- tally\n{right:?}"));
            }
        }
        let unsound = checks(&answer).iter().any(|c| !c.is_zero());
        if unsound {
            failures.push(format!("{question}: a check line is not zero: {:?}", checks(&answer)));
        }
    }
    failures
}

#[test]
fn every_line_of_every_statement_is_what_the_tally_says() {
    let failures = failures(Desk::demo());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn statements_over_other_names_have_the_same_numbers() {
    let failures = failures(Desk::renamed());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn statements_over_other_shapes_of_the_books_have_the_same_numbers() {
    for shape in [Shape::Star, Shape::Ledger] {
        let desk = Desk::new(&books::demo_as(shape, DEMO_SCALE, DEMO_SEED).0, DEMO_CLOCK);
        let wrong: Vec<String> =
            failures(&desk).into_iter().filter(|f| shape == Shape::Star || !f.contains("Refused")).collect();
        assert!(wrong.is_empty(), "{shape}: {}", wrong.join("\n"));
        let torn = desk.ask("balance sheet of the Sales department");
        assert_eq!(torn.status, Status::Refused, "{shape}: {}", story(&torn));
        let by = desk.answered("income statement FY25 by entity");
        assert!(checks(&by).iter().all(Zero::is_zero), "{shape}: {:?}", checks(&by));
    }
}

#[test]
fn whole_statements_have_a_check_line_and_those_of_single_postings_have_none() {
    for question in ["income statement FY25", "balance sheet", "trial balance", "cash flow statement FY25"] {
        assert!(!checks(&Desk::demo().answered(question)).is_empty(), "{question}");
    }
    let part = Desk::demo().answered("income statement of the Sales department FY25");
    assert!(checks(&part).is_empty() && part.words.iter().any(|w| w.contains("no check line")), "{:?}", part.words);
    let refused = Desk::demo().ask("balance sheet of the Sales department");
    assert_eq!(refused.status, Status::Refused, "{}", story(&refused));
    assert!(refused.words[0].contains("would not balance"), "{:?}", refused.words);
}

#[test]
fn changes_are_differences_and_nothing_is_grown_from_a_loss() {
    let answer = Desk::demo().answered("income statement 2024 vs 2023");
    assert_eq!(
        answer.kinds[1..],
        [ColumnKind::Measure, ColumnKind::Compared, ColumnKind::Change, ColumnKind::ChangeShare]
    );
    for (row, _) in answer.rows.iter().zip(&answer.lines).filter(|(_, l)| l.style != LineStyle::Check) {
        let number = |i: usize| row[i].to_decimal();
        assert_eq!(number(3), Some(number(1).unwrap() - number(2).unwrap()), "{row:?}");
        assert_eq!(number(4).is_none(), number(2).unwrap() <= BigDecimal::zero(), "{row:?}");
    }
}

#[test]
fn columns_by_a_dimension_add_up_to_the_whole() {
    let answer = Desk::demo().answered("income statement FY25 by entity");
    let names: Vec<&str> = answer.columns[1..].iter().map(|c| c.name.as_str()).collect();
    for (i, name) in names[..names.len() - 1].iter().enumerate() {
        let right = tallied(&format!("income statement / 2024-04-01..2025-04-01 / entity={name}"));
        assert_eq!(shown(&answer, i), right, "{name}");
    }
    assert_eq!(shown(&answer, names.len() - 1), tallied("income statement / 2024-04-01..2025-04-01"));
    assert!(checks(&answer).len() == names.len() && checks(&answer).iter().all(Zero::is_zero));
}

#[test]
fn a_budget_of_one_version_stands_beside_whole_months() {
    let open = Desk::demo().ask("income statement FY25 vs budget");
    assert_eq!(open.status, Status::Clarify, "{}", story(&open));
    let answer = Desk::demo().answered("income statement this year vs original budget");
    let of = |column: usize, label: &str| shown(&answer, column).into_iter().find(|r| r.0[0] == label).unwrap().1;
    let tally = |line: &str| DEMO.1.evaluate(line).unwrap()[0].1.normalized();
    let days = "2025-04-01..2025-11-01";
    for (label, actual, planned) in [
        ("Revenue", "revenue", "budgeted revenue"),
        ("Cost of sales", "cost of sales", "budgeted cost of sales"),
        ("Operating expenses", "operating expenses", "budgeted operating expenses"),
    ] {
        assert_eq!(of(0, label), tally(&format!("{actual} / {days}")), "{label}");
        assert_eq!(of(1, label), tally(&format!("{planned} / {days} / version=original")), "{label}");
    }
    let assessed = answer.rows.iter().find(|r| r[0].to_string() == "Operating expenses").unwrap();
    let over = assessed[3].to_decimal().unwrap() > BigDecimal::zero();
    assert_eq!(assessed[5].to_string(), if over { "unfavourable" } else { "favourable" });
    // Nobody plans the tax: that is no plan of nothing.
    let tax = answer.rows.iter().find(|r| r[0].to_string() == "Tax").unwrap();
    assert!(tax[2].is_null() && tax[3].is_null(), "{tax:?}");
    assert!(
        answer.warnings.iter().any(|w| w.contains("nothing is planned") && w.contains("Tax")),
        "{:?}",
        answer.warnings
    );
    let sold = answer.rows.iter().find(|r| r[0].to_string() == "Revenue").unwrap();
    let more = sold[3].to_decimal().unwrap() > BigDecimal::zero();
    assert_eq!(sold[5].to_string(), if more { "favourable" } else { "unfavourable" });
}

/// The demo books with one posting of a cent too much, in their first year and behind what they begin with.
fn unbalanced() -> Book {
    let mut book = books::demo(0.01, 7).0;
    let lines = book.tables.iter_mut().find(|t| t.table.name.name == "journal_lines").unwrap();
    let debit = lines.position("debit").unwrap();
    let sound = lines.rows[40][debit].to_decimal().unwrap();
    lines.rows[40][debit] = Value::Decimal(sound + BigDecimal::new(1.into(), 2));
    book
}

#[test]
fn books_that_do_not_balance_show_by_how_much_and_nothing_is_plugged() {
    let desk = Desk::new(&unbalanced(), DEMO_CLOCK);
    let cent = BigDecimal::new(1.into(), 2);
    for question in ["balance sheet", "trial balance", "income statement FY23", "cash flow statement FY23"] {
        let answer = desk.answered(question);
        assert!(checks(&answer).iter().all(|c| c.abs() == cent), "{question}: {:?}", checks(&answer));
        assert!(answer.warnings.iter().any(|w| w.contains("do not balance")), "{question}: {:?}", answer.warnings);
    }
    // The odd posting was there before FY25: its own entries balance.
    assert!(checks(&desk.answered("income statement FY25")).iter().all(Zero::is_zero));
}

#[test]
fn a_flux_lists_material_changes_and_its_effects_add_up_to_that_of_the_profit() {
    let (flux, whole) =
        (Desk::demo().answered("flux FY25 vs FY24"), Desk::demo().answered("income statement FY25 vs FY24"));
    let number = |row: &[Value], i: usize| row[i].to_decimal().unwrap_or_else(BigDecimal::zero);
    let (now, then) =
        (tallied("income statement / 2024-04-01..2025-04-01"), tallied("income statement / 2023-04-01..2024-04-01"));
    let of = |rows: &[Row], label: &str| {
        rows.iter().find(|r| r.0[0] == label).map_or_else(BigDecimal::zero, |r| r.1.clone())
    };
    let accounts: Vec<&Vec<Value>> =
        flux.rows.iter().zip(&flux.lines).filter(|(_, l)| l.style == LineStyle::Account).map(|(r, _)| r).collect();
    let bound = of(&now, "Revenue").max(of(&then, "Revenue")) * BigDecimal::new(5.into(), 3);
    let is_material = |label: &str| {
        let (a, b) = (of(&now, label), of(&then, label));
        let change = (&a - &b).abs();
        change >= bound && change >= b.abs() * BigDecimal::new(1.into(), 1)
    };
    let listed: Vec<String> = accounts.iter().map(|r| r[0].to_string()).collect();
    let material = whole.rows.iter().zip(&whole.lines).filter(|(_, l)| l.style == LineStyle::Account);
    let mut expected: Vec<String> = material.map(|(r, _)| r[0].to_string()).filter(|l| is_material(l)).collect();
    let change = |label: &String| (of(&now, label) - of(&then, label)).abs();
    expected.sort_by_key(|label| std::cmp::Reverse(change(label)));
    assert!(!expected.is_empty() && listed == expected, "{listed:?} {expected:?}");
    let effects: Vec<BigDecimal> = flux
        .rows
        .iter()
        .zip(&flux.lines)
        .filter(|(_, l)| !matches!(l.style, LineStyle::Subtotal | LineStyle::Check))
        .map(|(r, _)| number(r, 5))
        .collect();
    let profit = of(&now, "Net profit") - of(&then, "Net profit");
    assert_eq!(effects.iter().sum::<BigDecimal>().normalized(), profit.normalized());
    assert!(flux.words.iter().any(|w| w.contains("10 %") && w.contains("0.5 %")), "{:?}", flux.words);
}

#[test]
fn a_statement_goes_on_as_any_question_does() {
    for (before, text, full) in [
        ("income statement FY25", "vs last year", "income statement FY25 vs last year"),
        ("income statement FY25", "by quarter", "income statement by quarter FY25"),
        ("income statement FY25", "and in FY24?", "income statement FY24"),
        ("income statement FY25", "for EMEA", "income statement for EMEA in FY25"),
        ("income statement FY25", "and the cash flow statement?", "cash flow statement FY25"),
        ("revenue by region last quarter", "balance sheet", "balance sheet"),
    ] {
        let (followed, whole) = (Desk::demo().after(before, text), Desk::demo().answered(full));
        assert_eq!(followed.rows, whole.rows, "{before}, {text}: {}", story(&followed));
    }
}

#[test]
fn a_closed_year_still_has_its_profit() {
    let trap = books::traps::all().into_iter().find(|t| t.book.name == "club").unwrap();
    let answer = Desk::new(&trap.book, trap.clock).answered("income statement 2024");
    let profit = lines(&answer, 0).into_iter().find(|r| r.0[0] == "Net profit").unwrap();
    assert_eq!(profit.1, trap.right[0].rows[0].1.normalized());
    assert!(answer.rows.iter().any(|r| r[0].to_string() == "Course fees"), "{:?}", answer.rows);
    // Its chart has one class of expenses: what is operating among them is not known.
    assert!(!answer.rows.iter().any(|r| r[0].to_string() == "Operating profit"), "{:?}", answer.rows);
    assert!(checks(&answer).iter().all(Zero::is_zero));
    let sheet = Desk::new(&trap.book, trap.clock).answered("balance sheet");
    assert!(!shown(&sheet, 0).iter().any(|r| r.0[0] == "Result not yet closed"), "{:?}", sheet.rows);
}

#[test]
fn balances_that_each_year_begins_with_anew_are_counted_once() {
    let traps = books::traps::all().into_iter().filter(|t| t.class.starts_with("openings"));
    for trap in traps {
        let desk = Desk::new(&trap.book, trap.clock);
        let questions =
            ["balance sheet", "trial balance", "cash flow statement 2024", "cash flow statement 2023 and 2024"];
        for question in questions {
            let answer = desk.ask(question);
            if trap.due == books::traps::Due::Refusal {
                assert_eq!(answer.status, Status::Refused, "{}: {question}: {}", trap.class, story(&answer));
                continue;
            }
            assert_eq!(answer.status, Status::Answered, "{}: {question}: {}", trap.class, story(&answer));
            assert!(checks(&answer).iter().all(Zero::is_zero), "{}: {question}: {:?}", trap.class, answer.rows);
            let held =
                shown(&answer, 0).into_iter().find(|r| r.0[0].ends_with("Capital") && question != "trial balance");
            let right = &trap.right[0];
            if let (Some(held), "capital", "balance sheet") = (held, right.measure, question) {
                assert_eq!(held.1, right.rows[0].1.normalized(), "{}: {question}", trap.class);
            }
        }
    }
}

#[test]
fn series_of_carried_balances_meet_the_balances_as_of_their_days() {
    let traps = books::traps::all().into_iter().filter(|t| t.class.starts_with("openings"));
    for trap in traps.filter(|t| t.due == books::traps::Due::Answer) {
        let desk = Desk::new(&trap.book, trap.clock);
        let last = |row: &Vec<Value>| row.last().and_then(Value::to_decimal).unwrap().normalized();
        for what in ["capital", "bank"] {
            let series = desk.answered(&format!("{what} by quarter in 2024")).rows;
            let days = ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"];
            assert_eq!(series.len(), days.len(), "{}: {series:?}", trap.class);
            for (row, day) in series.iter().zip(days) {
                let answer = desk.answered(&format!("{what} as of {day}"));
                assert_eq!(last(row), last(&answer.rows[0]), "{}: {what} as of {day}", trap.class);
            }
        }
    }
}

/// The club's books with a currency on every entry: every third one is in dollars.
fn in_two_currencies() -> (Book, jiff::civil::Date) {
    let trap = books::traps::all().into_iter().find(|t| t.book.name == "club").unwrap();
    let mut book = trap.book;
    let entries = book.tables.iter_mut().find(|t| t.position("posting_date").is_some()).unwrap();
    let kind = entries.position("doc_type").unwrap();
    let currency =
        catalog::Column { name: "currency".to_owned(), comment: None, ..entries.table.columns[kind].clone() };
    entries.table.columns.push(currency);
    for (i, row) in entries.rows.iter_mut().enumerate() {
        row.push(Value::from(if i % 3 == 0 { "USD" } else { "EUR" }));
    }
    (book, trap.clock)
}

#[test]
fn currencies_stand_in_columns_of_their_own_and_are_never_added_up() {
    let (book, clock) = in_two_currencies();
    let desk = Desk::new(&book, clock);
    let answer = desk.answered("income statement 2024");
    let names: Vec<&str> = answer.columns[1..].iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["EUR", "USD"]);
    assert!(answer.warnings.iter().any(|w| w.contains("several currencies")), "{:?}", answer.warnings);
    let one = desk.answered("income statement 2024 in EUR");
    assert_eq!((one.columns.len(), shown(&one, 0)), (2, shown(&answer, 0)));
    let refused = desk.ask("income statement 2024 by month");
    assert_eq!(refused.status, Status::Refused, "{}", story(&refused));
}

#[test]
fn accounts_of_no_known_class_are_shown_and_in_no_total() {
    let trap = books::traps::all().into_iter().find(|t| t.book.name == "club").unwrap();
    let mut book = trap.book.clone();
    let chart = book.tables.iter_mut().find(|t| t.position("acct_type").is_some()).unwrap();
    let (kind, title) = (chart.position("acct_type").unwrap(), chart.position("acct_title").unwrap());
    let row = chart.rows.iter_mut().find(|r| r[title].to_string() == "Pitch rent").unwrap();
    row[kind] = Value::from("zzz");
    let whole = Desk::new(&trap.book, trap.clock).answered("income statement 2024");
    let answer = Desk::new(&book, trap.clock).answered("income statement 2024");
    let of = |answer: &Answer, label: &str| lines(answer, 0).into_iter().find(|r| r.0[0].starts_with(label)).unwrap().1;
    let rent = of(&whole, "Pitch rent");
    assert_eq!(of(&answer, "Accounts of no known class"), rent);
    assert_eq!(of(&answer, "Net profit"), of(&whole, "Net profit") + &rent);
    assert!(answer.warnings.iter().any(|w| w.contains("no known class")), "{:?}", answer.warnings);
    let sheet = Desk::new(&book, trap.clock).answered("balance sheet as of 2024-06-30");
    assert!(checks(&sheet).iter().all(|c| !c.is_zero()), "{:?}", sheet.rows);
}

#[test]
fn without_a_ledger_statements_are_refused_by_name() {
    let trap = books::traps::all().into_iter().find(|t| t.class == "fan").unwrap();
    let desk = Desk::new(&trap.book, trap.clock);
    for question in ["income statement 2024", "balance sheet", "trial balance", "cash flow statement 2024"] {
        let answer = desk.ask(question);
        assert_eq!(answer.status, Status::Refused, "{question}: {}", story(&answer));
        assert_eq!(answer.missing, ["ledger"], "{question}");
    }
}

#[test]
fn what_a_statement_cannot_say_is_refused() {
    for question in [
        "top 3 lines of the income statement FY25",
        "income statement and balance sheet",
        "income statement FY25 by employee",
        "balance sheet vs original budget",
        "headcount income statement FY25",
        "income statement FY25 with revenue over 1000000",
    ] {
        let answer = Desk::demo().ask(question);
        assert_eq!(answer.status, Status::Refused, "{question}: {}", story(&answer));
    }
}
