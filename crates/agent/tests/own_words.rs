//! Questions in the user's own words over the demo books: numbers against the tally, what is said of the vocabulary,
//! status by thresholds, entries that name what is not there.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use agent::{Answer, Status};
use bigdecimal::BigDecimal;
use books::DEMO_CLOCK;
use common::corpus::{self, Question};
use common::{DEMO, Desk, story};
use connect::Scratch;
use meaning::Ontology;
use meaning::own::Grade;
use meaning::vocabulary::{extend, read_file};
use testkit::{Case, Sections, golden};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/vocabulary")
}

fn with(file: &str, text: &str) -> Ontology {
    extend(Ontology::english().unwrap(), vec![read_file(file, text).unwrap()]).unwrap()
}

/// The demo books, asked in the words of a theatre.
static THEATRE: LazyLock<Desk> = LazyLock::new(|| {
    let text = std::fs::read_to_string(folder().join("demo.toml")).unwrap();
    Desk::speaking(Scratch::in_memory(&DEMO.0).unwrap(), DEMO_CLOCK, with("demo.toml", &text))
});

#[test]
fn golden_own_words() {
    golden::check_dir(folder(), &corpus::KEYS, sections);
}

fn sections(case: &Case) -> Sections {
    let question = Question::read(case);
    let answer = question.ask_at(&THEATRE);
    let status = if answer.status == Status::Answered { "answered" } else { "otherwise" };
    let steps: Vec<(&str, &str)> = answer.trace.steps().collect();
    assert_eq!(status, question.status, "{}: {} {steps:?}", question.ask, story(&answer));
    let mut sections = Sections::new().section("words", answer.words.join("\n"));
    sections = sections.section("status", ratings(&answer));
    for check in &question.checks {
        let (said, tallied) = check.texts(&answer);
        sections = sections.check(said, Some(tallied));
    }
    sections
}

fn ratings(answer: &Answer) -> String {
    let label = |row: usize| answer.rows[row].first().filter(|_| answer.columns.len() > 1).map(|v| format!("{v} "));
    let line = |r: &plan::rate::Rating| {
        let (label, bound) = (label(r.row).unwrap_or_default(), r.bound.normalized().to_plain_string());
        format!("{label}{} ({} {bound})", r.status, r.relation)
    };
    answer.ratings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The grades of a question's rows by bounds from good to bad, from the tally.
fn tallied(line: &str, bounds: [&str; 3], less_is_better: bool) -> Vec<Grade> {
    let bounds = bounds.map(|b| b.parse::<BigDecimal>().unwrap());
    let meets = |n: &BigDecimal, bound: &BigDecimal| if less_is_better { n <= bound } else { n >= bound };
    let grade = |n: &BigDecimal| match bounds.iter().position(|bound| meets(n, bound)) {
        Some(0) => Grade::Excellent,
        Some(1) => Grade::Good,
        Some(_) => Grade::Warning,
        None => Grade::Critical,
    };
    DEMO.1.evaluate(line).unwrap().iter().map(|(_, n)| grade(n)).collect()
}

fn grades(answer: &Answer) -> Vec<Grade> {
    answer.ratings.iter().map(|r| r.status).collect()
}

#[test]
fn each_row_of_a_quotient_is_rated_as_the_tally_says() {
    let margin = THEATRE.answered("gross margin by quarter in FY24 and FY25");
    let line = "(revenue - cost of sales) % revenue / by quarter / 2023-04-01..2025-04-01";
    assert_eq!(margin.ratings.len(), margin.rows.len(), "{}", story(&margin));
    assert_eq!(
        grades(&THEATRE.answered("gross margin by quarter from 2023-04-01 to 2025-03-31")),
        tallied(line, ["0.45", "0.4", "0.35"], false)
    );
    let days = "receivables account % revenue / 2024-04-01..2025-04-01";
    assert!(DEMO.1.evaluate(days).is_ok());
    let regions = THEATRE.answered("gross margin by region last quarter");
    assert_eq!(regions.ratings.len(), regions.rows.len());
    assert!(
        regions.words.iter().any(|w| w.contains("excellent from 45 %") && w.contains("demo.toml line 53")),
        "{:?}",
        regions.words
    );
}

#[test]
fn an_amount_is_rated_in_total_over_its_own_length_only() {
    let quarters = THEATRE.answered("stage spread by quarter in FY25");
    let line = "revenue - cost of sales - operating expenses / by quarter / 2024-04-01..2025-04-01";
    assert_eq!(grades(&quarters), tallied(line, ["3000000", "500000", "0"], false));
    assert_eq!(quarters.ratings.len(), 4);
    assert_eq!(THEATRE.answered("stage spread last quarter").ratings.len(), 1);
    for other in [
        "stage spread in FY25",
        "stage spread by region last quarter",
        "stage spread in EMEA last quarter",
        "stage spread",
    ] {
        assert!(THEATRE.answered(other).ratings.is_empty(), "{other}");
    }
    // A quarter that is not over is no quarter.
    let running = THEATRE.answered("stage spread by quarter in FY26");
    assert_eq!((running.rows.len(), running.ratings.len()), (3, 2), "{}", story(&running));
    // Built-in bounds are said to be built in; what has none has no status.
    let ratio = Desk::demo().answered("interest cover in FY25");
    assert_eq!(ratio.ratings.len(), 1);
    assert!(ratio.words.iter().any(|w| w.contains("built-in bounds")), "{:?}", ratio.words);
    assert!(Desk::demo().answered("gross margin last quarter").ratings.is_empty());
}

#[test]
fn what_the_user_said_is_said_in_the_answer() {
    let answer = THEATRE.answered("box office for the old world in FY25");
    let words = answer.words.join("\n");
    assert!(words.contains("\"box office\" means revenue, by the vocabulary in demo.toml line 5"), "{words}");
    assert!(words.contains("\"old world\" means") && words.contains("demo.toml line 8"), "{words}");
    let nested = THEATRE.answered("spread rate in FY25").words.join("\n");
    assert!(nested.contains("spread rate: defined by the vocabulary in demo.toml line 19"), "{nested}");
    assert!(nested.contains("stage spread: defined by the vocabulary in demo.toml line 12"), "{nested}");
    assert!(!Desk::demo().answered("revenue in FY25").words.join("\n").contains("vocabulary"));
}

#[test]
fn an_entry_that_names_what_is_not_there_stops_its_questions_only() {
    let text = "version = 1\n[synonyms]\n\"stalls\" = \"customers.segmnt\"\n[[metric]]\nname = \"gate\"\nsum = \"sales_orders.order_totals\"\n\
                [[metric]]\nname = \"gate share\"\nformula = \"gate / revenue\"\nunit = \"share\"\n\
                [[metric]]\nname = \"seats\"\nsum = \"customers.segment\"\n\
                [[metric]]\nname = \"wings\"\nsum = \"invoices.net_amount\"\nnature = \"balance\"\n";
    let desk = Desk::speaking(Scratch::in_memory(&DEMO.0).unwrap(), DEMO_CLOCK, with("team.toml", text));
    let refused = |question: &str, parts: &[&str]| {
        let answer = desk.ask(question);
        let words = answer.words.join("\n");
        assert_eq!(answer.status, Status::Refused, "{question}: {}", story(&answer));
        assert!(parts.iter().all(|part| words.contains(part)), "{question}: {words}");
    };
    refused("revenue by stalls last quarter", &["customers.segmnt", "team.toml line 3", "customers.segment"]);
    refused("gate last quarter", &["order_totals", "team.toml line 5", "sales_orders.order_total"]);
    refused("gate share last quarter", &["gate"]);
    refused("seats last quarter", &["does not hold numbers"]);
    refused("wings last quarter", &["is a balance"]);
    desk.answered("revenue by segment last quarter");
}

#[test]
fn a_changed_vocabulary_is_seen_by_the_next_question() {
    let desk = Desk::new(&DEMO.0, DEMO_CLOCK);
    assert_ne!(desk.ask("zorkmids last quarter").status, Status::Answered);
    desk.take_vocabulary(with("a.toml", "version = 1\n[synonyms]\n\"zorkmids\" = \"revenue\""));
    let revenue = desk.answered("revenue last quarter").rows;
    assert_eq!(desk.answered("zorkmids last quarter").rows, revenue);
    desk.take_vocabulary(with("a.toml", "version = 1\n[synonyms]\n\"zorkmids\" = \"operating expenses\""));
    assert_ne!(desk.answered("zorkmids last quarter").rows, revenue);
    desk.take_vocabulary(Ontology::english().unwrap());
    assert_ne!(desk.ask("zorkmids last quarter").status, Status::Answered);
}

#[test]
fn a_metric_that_replaces_a_built_in_one_is_what_formulas_over_it_use() {
    let text = "version = 1\n[[metric]]\nreplaces = \"revenue\"\nsum = \"sales_order_lines.line_amount\"\n\
                where = [{ column = \"sales_orders.status\", is_not = \"cancelled\" }]";
    let desk = Desk::speaking(Scratch::in_memory(&DEMO.0).unwrap(), DEMO_CLOCK, with("orders.toml", text));
    let answer = desk.answered("turnover in FY25");
    let tallied = DEMO.1.evaluate("ordered amount / 2024-04-01..2025-04-01").unwrap();
    assert_eq!(answer.rows[0][0].to_decimal().unwrap(), tallied[0].1);
    let cost = desk.answered("opex ratio in FY25");
    let tallied = DEMO.1.evaluate("operating expenses % ordered amount / 2024-04-01..2025-04-01").unwrap();
    let rounded = cost.rows[0][0].to_decimal().unwrap().with_scale_round(6, bigdecimal::RoundingMode::HalfEven);
    assert_eq!(rounded, tallied[0].1);
    assert!(cost.words.iter().any(|w| w.starts_with("revenue: defined by")), "{:?}", cost.words);
}
