//! Questions and what comes of them.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;

#[test]
fn an_answer_comes_with_its_reading_and_ends_with_0() {
    let ran = run_with(&["ask", REGIONS]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let first = ran.out.lines().next().unwrap();
    assert!(first.starts_with("region") && first.ends_with("revenue"), "{first}");
    for part in ["reading ", "rows  ", "complete", "confidence", "schema  ", "time "] {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
}

#[test]
fn a_single_number_is_the_first_line() {
    let ran = run_with(&["ask", "gross", "margin"]);
    let first = ran.out.lines().next().unwrap();
    let number = first.strip_prefix("gross margin  ").and_then(|rest| rest.strip_suffix(" %")).unwrap();
    assert!(number.parse::<f64>().is_ok(), "{first}");
}

#[test]
fn words_without_quotes_are_the_same_question() {
    let home = testkit::home().unwrap();
    let quoted = run_in(&home, &["ask", "--format", "csv", REGIONS]);
    let loose = run_in(&home, &["ask", "revenue", "by", "--format", "csv", "region", "last", "quarter"]);
    assert_eq!((quoted.code, &quoted.out), (0, &loose.out));
}

#[test]
fn the_demo_is_named_on_stderr_and_only_there() {
    let home = testkit::home().unwrap();
    let ran = run_in(&home, &["ask", REGIONS]);
    assert!(ran.err.contains("demo books") && ran.err.contains(CLOCK), "{}", ran.err);
    assert!(!ran.out.contains("demo"), "{}", ran.out);
    assert_eq!(run_in(&home, &["--quiet", "ask", REGIONS]).err, "");
    assert_eq!(files(&home), Vec::<String>::new(), "the demo writes nothing");
}

#[test]
fn a_question_back_lists_choices_and_ends_with_3() {
    let home = testkit::home().unwrap();
    let ran = run_in(&home, &["ask", "amount by month"]);
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("  1. ") && ran.out.contains("  2. ") && ran.out.contains("try: "), "{}", ran.out);
    let csv = run_in(&home, &["ask", "--format", "csv", "amount by month"]);
    assert_eq!((csv.code, csv.out.as_str()), (3, ""));
    assert!(csv.err.contains("  1. "), "no rows on stdout, the choices on stderr: {}", csv.err);
}

#[test]
fn a_choice_is_made_by_its_number_and_stays_what_it_was() {
    let home = testkit::home().unwrap();
    let asked = run_in(&home, &["ask", "--format", "jsonl", "amount by month"]);
    let answer: serde_json::Value = serde_json::from_str(&asked.out).unwrap();
    for (number, choice) in answer["interpretations"].as_array().unwrap().iter().enumerate() {
        let chosen =
            run_in(&home, &["ask", "--format", "jsonl", "amount by month", "--choose", &format!("{}", number + 1)]);
        assert_eq!(chosen.code, 0, "{}{}", chosen.out, chosen.err);
        let answer: serde_json::Value = serde_json::from_str(&chosen.out).unwrap();
        assert!(answer["columns_used"].as_array().unwrap().contains(&choice["target"]), "{choice} {answer}");
    }
}

#[test]
fn a_choice_that_is_not_there_is_a_usage_fault_and_an_idle_one_is_noticed() {
    let home = testkit::home().unwrap();
    let ran = run_in(&home, &["ask", "amount by month", "--choose", "9"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("no choice 9") && ran.err.contains("has 2"), "{}", ran.err);
    let ran = run_in(&home, &["ask", REGIONS, "--choose", "1"]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("--choose 1 was not needed"), "{}", ran.err);
    assert_eq!(run_in(&home, &["ask", REGIONS, "--choose", "0"]).code, 2);
}

#[test]
fn a_refusal_names_what_is_missing_and_ends_with_4() {
    let ran = run_with(&["ask", "zebra stripes by month"]);
    assert_eq!(ran.code, 4, "{}{}", ran.out, ran.err);
    let first = ran.out.lines().next().unwrap();
    assert!(first.starts_with("this cannot be answered: ") && first.contains("zebra"), "{first}");
    assert!(!ran.out.contains("missing ") && ran.out.contains("try: "), "said once: {}", ran.out);
    let csv = run_with(&["ask", "--format", "csv", "zebra stripes by month"]);
    assert_eq!((csv.code, csv.out.as_str()), (4, ""));
    assert!(csv.err.contains("zebra"), "{}", csv.err);
}

#[test]
fn periods_that_are_not_over_are_marked_and_the_mark_is_explained_once() {
    let home = testkit::home().unwrap();
    let ran = run_in(&home, &["ask", "revenue by region by quarter this year"]);
    let rows: Vec<&str> = ran.out.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert!(rows.len() > 10, "{}", ran.out);
    for row in rows {
        assert_eq!(row.starts_with("FY2026 Q3*"), row.starts_with("FY2026 Q3"), "{row}");
        assert_eq!(row.contains('*'), row.starts_with("FY2026 Q3"), "{row}");
    }
    let explained: Vec<&str> = ran.out.lines().filter(|line| line.contains("not complete")).collect();
    assert_eq!(explained, ["*           FY2026 Q3 is not complete"]);
    let over = run_in(&home, &["ask", "revenue by quarter last year"]);
    assert!(!over.out.contains('*') && !over.out.contains("not complete"), "{}", over.out);
    let markdown = run_in(&home, &["ask", "--format", "markdown", "revenue by quarter this year"]).out;
    assert!(markdown.contains("| FY2026 Q3* |") && markdown.contains("> \\* FY2026 Q3 is not complete"), "{markdown}");
    let csv = run_in(&home, &["ask", "--format", "csv", "revenue by quarter this year"]).out;
    assert!(csv.contains("FY2026 Q3,"), "data carries no marks: {csv}");
}

#[test]
fn the_group_without_a_name_is_called_none() {
    let home = testkit::home().unwrap();
    let groups = run_in(&home, &["ask", REGIONS]).out;
    assert!(groups.lines().any(|line| line.starts_with("(none) ")), "{groups}");
    let csv = run_in(&home, &["ask", "--format", "csv", REGIONS]).out;
    assert!(csv.lines().any(|line| line.starts_with(',')), "{csv}");
    let list = run_in(&home, &["ask", "customers"]).out;
    assert!(!list.contains("(none)") && list.contains('–'), "a list has values that are absent, no groups: {list}");
}

#[test]
fn numbers_say_how_many_rows_of_the_database_they_come_from() {
    let home = testkit::home().unwrap();
    let line = |question: &str| {
        let out = run_in(&home, &["ask", "--locale", "plain", question]).out;
        out.lines().find_map(|line| line.strip_prefix("rows        ")).unwrap().to_owned()
    };
    let customers = run_in(&home, &["ask", "--format", "csv", "customers"]).out.lines().count() - 1;
    assert_eq!(line("how many customers"), format!("1 row, complete, from {customers} rows of the database"));
    assert_eq!(line("customers"), format!("{customers} rows, complete"));
    assert_eq!(line("revenue in 2019"), "1 row, complete, from 0 rows of the database");
}

#[test]
fn a_file_among_the_words_and_a_database_without_tables_are_noticed() {
    let home = testkit::home().unwrap();
    std::fs::write(home.work().join("empty.db"), "").unwrap();
    let ran = run_in(&home, &["ask", "empty.db", "revenue"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(ran.err.contains("empty.db is a file") && ran.err.contains("--db empty.db"), "{}", ran.err);
    assert!(!ran.err.contains("has no tables"), "{}", ran.err);
    let ran = run_in(&home, &["ask", "--db", "empty.db", "revenue"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(ran.err.contains("empty.db has no tables") && !ran.err.contains("is a file"), "{}", ran.err);
}

#[test]
fn an_empty_question_is_a_usage_fault() {
    for arguments in [&["ask"][..], &["ask", ""], &["ask", "  ", "\t"]] {
        let ran = run_with(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
}

#[test]
fn a_very_long_question_is_a_limit_and_not_a_crash() {
    let ran = run_with(&["ask", &"revenue ".repeat(10_000)]);
    assert_eq!(ran.code, 17, "{}", ran.err);
    assert!(ran.err.contains("characters") && ran.err.contains("try: "), "{}", ran.err);
}

#[test]
fn shell_junk_is_words_and_nothing_else() {
    let home = testkit::home().unwrap();
    let questions = [
        "$(reboot) `id` ; rm -rf / | cat > x && y",
        "'; DROP TABLE x; --",
        "\u{1b}[31mrevenue\u{1b}[0m\r\n\u{7}",
        "🙂 \u{202e}evil",
    ];
    for question in questions {
        let ran = run_in(&home, &["ask", "--", question]);
        assert!([0, 3, 4].contains(&ran.code), "{question:?}: {} {}", ran.code, ran.err);
        let both = ran.out + &ran.err;
        assert!(!both.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{question:?} steers the terminal: {both:?}");
    }
    assert_eq!(files(&home), Vec::<String>::new());
}

#[test]
fn today_can_be_another_day() {
    let home = testkit::home().unwrap();
    let now = run_in(&home, &["ask", "--format", "csv", "revenue last quarter"]);
    let then = run_in(&home, &["ask", "--format", "csv", "revenue last quarter", "--as-of", "2024-11-14"]);
    assert_eq!((now.code, then.code), (0, 0));
    assert_ne!(now.out, then.out);
    assert_eq!(run_in(&home, &["ask", "x", "--as-of", "yesterday"]).code, 2);
}

#[test]
fn the_fiscal_year_can_start_in_another_month() {
    let home = testkit::home().unwrap();
    let words = |month: &str| {
        let ran = run_in(&home, &["ask", "--fiscal-start", month, "revenue this fiscal year"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    assert!(words("october").contains("2025-10-01"));
    assert!(words("2").contains("2025-02-01"));
}

#[test]
fn rows_that_were_cut_off_are_said_to_be() {
    let ran = run_with(&["ask", "customers", "--limit-rows", "3"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("the first 3 rows; there are more"), "{}", ran.out);
}

#[test]
fn a_deadline_that_has_passed_is_a_timeout() {
    let ran = run_with(&["ask", "--timeout", "0.000001", REGIONS]);
    assert_eq!(ran.code, 16, "{}", ran.err);
}

#[test]
fn steps_and_the_statement_are_shown_on_demand() {
    let home = testkit::home().unwrap();
    let bare = run_in(&home, &["ask", REGIONS]);
    assert!(!bare.out.contains("SELECT"));
    let sql = run_in(&home, &["ask", "--sql", REGIONS]);
    assert!(sql.out.contains("SELECT") && sql.out.contains("-- parameter 1: "), "{}", sql.out);
    let steps = run_in(&home, &["ask", "--explain", REGIONS]);
    assert!(
        steps.out.contains("\nlink ") && steps.out.contains("\nplan ") && steps.out.contains("\nsql "),
        "{}",
        steps.out
    );
}

#[test]
fn a_file_gives_the_answers_of_the_embedded_books() {
    let home = testkit::home().unwrap();
    let path = books(&home);
    let before = std::fs::read(&path).unwrap();
    for question in [REGIONS, "gross margin by quarter this year vs last year", "top 5 customers by revenue"] {
        let embedded = run_in(&home, &["ask", "--format", "csv", question]);
        let file = run_in(&home, &["ask", "--format", "csv", "--db", "books.db", "--as-of", CLOCK, question]);
        assert_eq!((file.code, embedded.code), (0, 0), "{}", file.err);
        assert_eq!(file.out, embedded.out, "{question}");
        assert_eq!(file.err, "", "no demo notice");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before, "the database is as it was");
}

#[test]
fn schemas_are_kept_between_runs_and_an_unwritable_folder_is_only_a_notice() {
    let home = testkit::home().unwrap();
    books(&home);
    let ask = ["ask", "--db", "books.db", "--as-of", CLOCK, REGIONS];
    assert_eq!(run_in(&home, &ask).code, 0);
    assert!(files(&home).iter().any(|file| file.ends_with("quaestor/state.db")), "{:?}", files(&home));
    let mut command = quaestor(&home);
    std::fs::write(home.work().join("in-the-way"), "").unwrap();
    command.args(ask).env("QUAESTOR_STATE_DIR", "in-the-way/below");
    let ran = run(command);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("is not kept"), "{}", ran.err);
}
