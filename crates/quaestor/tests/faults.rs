//! Addresses and configuration that are wrong: what is said, what is tried, how it ends.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;

/// Asks and expects a fault with a hint.
fn fault(address: &str, code: i32, part: &str) {
    let home = testkit::home().unwrap();
    std::fs::create_dir(home.work().join("folder")).unwrap();
    std::fs::write(home.work().join("notes.txt"), "not a database, whatever it is called ".repeat(50)).unwrap();
    for command in ["ask", "discover", "schema", "doctor"] {
        let question: &[&str] = if command == "ask" { &["revenue"] } else { &[] };
        let ran = run_in(&home, &[&[command, "--db", address], question].concat());
        assert_eq!(ran.code, code, "{command} {address}: {}{}", ran.out, ran.err);
        let text = if command == "doctor" { ran.out } else { ran.err };
        assert!(text.contains(part) && text.contains("try: "), "{command} {address}: {text}");
    }
    let left: Vec<String> = files(&home).into_iter().filter(|file| !file.ends_with("notes.txt")).collect();
    assert_eq!(left, Vec::<String>::new(), "nothing is created");
}

#[test]
fn a_missing_file() {
    fault("nowhere.db", 11, "does not exist");
}

#[test]
fn a_folder() {
    fault("folder", 2, "is not a regular file");
}

#[test]
fn a_file_that_is_no_database() {
    fault("notes.txt", 13, "is not a SQLite database");
}

#[test]
fn an_engine_without_a_driver() {
    fault("oracle://host/db", 2, "no driver");
}

#[test]
fn an_address_that_is_none() {
    fault("sqlite:", 2, "is not an address");
}

#[test]
fn arguments_that_are_wrong_get_a_suggestion() {
    let ran = run_with(&["ask", "revenue", "--formt", "json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--format"), "{}", ran.err);
    let ran = run_with(&["discovr"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("discover"), "{}", ran.err);
    let ran = run_with(&["ask", "revenue", "-db", "books.db"]);
    assert!(ran.code == 2 && ran.err.contains("'--db'"), "{}", ran.err);
    for arguments in [&["revenue", "by", "region"][..], &["ask"]] {
        let ran = run_with(arguments);
        assert!(ran.code == 2 && ran.err.contains("tip: a question is asked with"), "{}", ran.err);
    }
    for arguments in [&["--timeout", "0"][..], &["--fiscal-start", "13"], &["--limit-rows", "0"], &["--format", "xml"]]
    {
        assert_eq!(run_with(&[&["ask", "x"], arguments].concat()).code, 2, "{arguments:?}");
    }
}

/// Runs with a project file and a user file.
fn configured(project: &str, user: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let home = testkit::home().unwrap();
    let folder = home.path().join(".config/quaestor");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), user).unwrap();
    std::fs::write(home.work().join("quaestor.toml"), project).unwrap();
    let mut command = quaestor(&home);
    command.args(arguments).envs(variables.iter().copied());
    run(command)
}

#[test]
#[cfg(target_os = "linux")]
fn later_layers_win() {
    let ask = ["ask", "revenue by region"];
    let mark = |ran: Ran| {
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out.lines().nth(2).unwrap().chars().rev().nth(2)
    };
    assert_eq!(mark(configured("", "locale = \"de\"", &[], &ask)), Some(','), "the user's file");
    assert_eq!(mark(configured("locale = \"en\"", "locale = \"de\"", &[], &ask)), Some('.'), "the project's file");
    let variable = [("QUAESTOR_LOCALE", "de")];
    assert_eq!(mark(configured("locale = \"en\"", "", &variable, &ask)), Some(','), "a variable");
    assert_eq!(mark(configured("", "", &variable, &[&ask[..], &["--locale", "en"]].concat())), Some('.'), "a flag");
}

#[test]
fn a_configured_database_is_asked() {
    let ran = configured("db = \"elsewhere.db\"", "", &[], &["ask", "revenue"]);
    assert_eq!(ran.code, 11, "{}", ran.err);
    assert!(ran.err.contains("elsewhere.db"), "{}", ran.err);
    let ran = configured("db = \"elsewhere.db\"", "", &[("QUAESTOR_DB", "third.db")], &["ask", "revenue"]);
    assert!(ran.err.contains("third.db"), "{}", ran.err);
}

#[test]
fn configuration_faults_name_the_key_and_the_place() {
    type Variables<'v> = &'v [(&'v str, &'v str)];
    let cases: [(&str, Variables<'_>, &str, &str); 6] = [
        ("timeout_s = -1", &[], "timeout_s", "quaestor.toml"),
        ("fiscal_start = 13", &[], "fiscal_start", "quaestor.toml"),
        ("locale = [\"de\"]", &[], "locale", "quaestor.toml"),
        ("databse = \"x\"", &[], "databse", "quaestor.toml"),
        ("db = ", &[], "configuration", "quaestor.toml"),
        ("", &[("QUAESTOR_ZONE", "Mars/Base")], "zone", "QUAESTOR_ZONE"),
    ];
    for (project, variables, key, place) in cases {
        let ran = configured(project, "", variables, &["ask", "revenue"]);
        assert_eq!((ran.code, ran.out.as_str()), (10, ""), "{project} {}", ran.err);
        assert!(ran.err.contains(key) && ran.err.contains(place), "{project}: {}", ran.err);
        let doctor = configured(project, "", variables, &["doctor"]);
        assert_eq!(doctor.code, 10, "{}", doctor.out);
        assert!(doctor.out.contains("wrong configuration"), "{}", doctor.out);
    }
}

#[test]
fn variables_of_others_with_our_prefix_are_left_alone() {
    let ran = configured("", "", &[("QUAESTOR_SOMETHING_ELSE", "1"), ("QUAESTOR_DB", "")], &["ask", REGIONS]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}
