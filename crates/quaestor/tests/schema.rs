//! Browsing, counting, checking.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use common::*;
use serde_json::Value;
use testkit::Server;
use testkit::server::Engine;

#[test]
fn the_schema_lists_tables_and_finds_words() {
    let home = testkit::home().unwrap();
    let all = run_in(&home, &["schema"]);
    assert_eq!(all.code, 0);
    assert!(all.out.contains("27 of 27 tables"), "{}", all.out);
    let some = run_in(&home, &["schema", "Customer", "region"]);
    assert!(some.out.contains("customers") && !some.out.contains("27 of 27"), "{}", some.out);
    let none = run_in(&home, &["schema", "zebra"]);
    assert_eq!((none.code, none.out.as_str()), (11, ""));
}

#[test]
fn one_table_is_shown_without_any_value_of_a_row() {
    let home = testkit::home().unwrap();
    let ran = run_in(&home, &["schema", "--table", "CUSTOMERS"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for part in ["customers", "VARCHAR", "primary", "refers to", "referred to by", "indexes", "distinct", " to 20"] {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
    let values = run_in(&home, &["ask", "--format", "csv", "customers"]).out;
    let names = values.lines().skip(1).filter_map(|line| line.split(',').nth(1));
    for name in names {
        assert!(!ran.out.contains(name), "{name} is shown");
    }
    let markdown = run_in(&home, &["schema", "--table", "customers", "--format", "markdown"]).out;
    assert!(markdown.starts_with("## customers\n") && markdown.contains("| column | type |"), "{markdown}");
    let wrong = run_in(&home, &["schema", "--table", "custmers"]);
    assert_eq!(wrong.code, 11);
    assert!(wrong.err.contains("customers"), "{}", wrong.err);
}

#[test]
fn the_catalog_file_has_a_version_and_reads_back() {
    let home = testkit::home().unwrap();
    let file: Value = serde_json::from_str(&run_in(&home, &["schema", "--format", "json"]).out).unwrap();
    assert_eq!((file["version"].clone(), file["source"].clone()), (1.into(), "demo".into()));
    let catalog: catalog::Catalog = serde_json::from_value(file["tables"].clone()).unwrap();
    assert_eq!(catalog.len(), 27);
    let epoch = catalog::fingerprint::of_catalog(&catalog).to_string();
    assert!(epoch.starts_with(file["epoch"].as_str().unwrap()), "the epoch is that of the tables");
    let one: Value =
        serde_json::from_str(&run_in(&home, &["schema", "--format", "json", "--table", "customers"]).out).unwrap();
    assert_eq!(one["tables"].as_array().unwrap().len(), 1);
}

#[test]
fn discovery_counts_what_is_there() {
    let home = testkit::home().unwrap();
    books(&home);
    for level in ["basic", "intermediate", "aggressive"] {
        let ran = run_in(&home, &["discover", "--db", "books.db", "--level", level, "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["counts"]["tables"], 27, "{report}");
        assert_eq!((report["read"].clone(), report["level"].as_str()), (27.into(), Some(level)));
        assert_eq!(report["problems"], serde_json::json!([]));
    }
    let text = run_in(&home, &["discover", "--db", "books.db"]).out;
    assert!(text.contains("tables        27") && text.contains("read          27 of 27"), "{text}");
}

#[test]
fn the_doctor_finds_nothing_wrong_with_the_demo_and_a_file() {
    let home = testkit::home().unwrap();
    books(&home);
    for arguments in [&["doctor"][..], &["doctor", "--db", "books.db"]] {
        let ran = run_in(&home, arguments);
        assert_eq!(ran.code, 0, "{}", ran.out);
        for check in [
            "version",
            "clock",
            "configuration",
            "state",
            "vocabulary",
            "database",
            "engine",
            "ledger",
            "fiscal calendar",
        ] {
            assert!(ran.out.lines().any(|line| line.starts_with(&format!("ok    {check} "))), "{check}: {}", ran.out);
        }
        assert_eq!(ran.out.contains("ok    read-only "), arguments.len() > 1);
    }
    assert_eq!(files(&home).len(), 1, "the doctor leaves nothing behind: {:?}", files(&home));
}

#[test]
fn the_doctor_says_what_is_wrong_with_the_state() {
    let home = testkit::home().unwrap();
    let folder = home.path().join(".local/share/quaestor");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("state.db"), "something else entirely, long enough to have a header".repeat(20))
        .unwrap();
    let mut command = quaestor(&home);
    command.arg("doctor").env("QUAESTOR_STATE_DIR", &folder);
    let ran = run(command);
    assert_eq!(ran.code, 10, "{}", ran.out);
    assert!(ran.out.contains("wrong state") && ran.out.contains("is not a state file"), "{}", ran.out);
}

#[test]
fn of_a_server_that_is_down_the_schema_is_shown_as_it_was_known() {
    let Some(server) = Server::start(Engine::Postgres) else { return };
    let name = server.database();
    server.execute(&name, "CREATE TABLE client (id int PRIMARY KEY, city text)");
    let socket = server.socket().display().to_string().replace('/', "%2F");
    let address = format!("postgres://owner@{socket}:{}/{name}", server.port);
    let home = testkit::home().unwrap();
    let shown = run_in(&home, &["schema", "--db", &address]);
    assert!(shown.out.contains("client") && shown.err.is_empty(), "{}", shown.err);
    drop(server);
    let later = run_in(&home, &["schema", "--db", &address]);
    assert_eq!((later.code, &later.out), (0, &shown.out));
    assert!(
        later.err.contains("cannot be reached") && later.err.contains("as it was last known, seen "),
        "{}",
        later.err
    );
    // No number is computed over what is only remembered, and who knows nothing tells nothing.
    let asked = run_in(&home, &["ask", "--db", &address, "how many clients"]);
    assert!(asked.code != 0 && asked.out.is_empty(), "{}", asked.out);
    assert_ne!(run_in(&testkit::home().unwrap(), &["schema", "--db", &address]).code, 0);
}

#[test]
fn what_is_kept_is_shown_and_forgotten() {
    let home = testkit::home().unwrap();
    let nothing = run_in(&home, &["cache"]);
    assert_eq!((nothing.code, nothing.out.starts_with("nothing is kept\n")), (0, true), "{}", nothing.err);
    assert!(!files(&home).iter().any(|file| file.contains("state.db")), "looking makes no file");
    books(&home);
    for _ in 0..3 {
        assert_eq!(run_in(&home, &["ask", "--db", "books.db", "revenue in 2025"]).code, 0);
    }
    let kept: Value = serde_json::from_str(&run_in(&home, &["cache", "--format", "json"]).out).unwrap();
    let row = &kept["sources"][0];
    assert!(row["source"].as_str().unwrap().ends_with("books.db"));
    assert_eq!((row["objects"].as_u64(), row["questions"].as_u64()), (Some(27), Some(3)));
    assert_eq!((row["counts"]["loads"].as_u64(), row["counts"]["misses"].as_u64()), (Some(1), Some(1)));
    assert!(row["hit_ratio"].as_f64().unwrap() >= 0.5, "{row}");
    let table = run_in(&home, &["cache"]).out;
    assert!(table.contains("books.db") && table.contains(" %") && table.contains("kB"), "{table}");
    let other = run_in(&home, &["cache", "--db", "other.db", "--clear"]);
    assert!(other.code == 0 && other.out.starts_with("nothing is kept of this database"), "{}", other.out);
    assert!(run_in(&home, &["cache", "--db", "books.db", "--clear"]).out.contains("forgotten"));
    let kept: Value = serde_json::from_str(&run_in(&home, &["cache", "--format", "json"]).out).unwrap();
    let row = &kept["sources"][0];
    assert_eq!(
        (row["objects"].as_u64(), row["questions"].as_u64(), &row["hit_ratio"]),
        (Some(0), Some(3), &Value::Null)
    );
}

#[test]
fn patterns_choose_the_tables_that_are_looked_at() {
    let home = testkit::home().unwrap();
    books(&home);
    let names = |arguments: &[&str]| {
        let ran = run_in(&home, &[&["schema", "--db", "books.db", "--format", "json"], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let file: Value = serde_json::from_str(&ran.out).unwrap();
        let tables = file["tables"].as_array().unwrap().iter();
        tables.map(|table| table["table"]["name"]["name"].to_string()).collect::<Vec<_>>()
    };
    let (all, some) = (names(&[]), names(&["--tables", "cust*, !*groups"]));
    assert!(some.len() < all.len() && some.iter().all(|name| name.contains("cust")), "{some:?}");
    assert_eq!(names(&["--tables", "!cust*"]).len(), all.iter().filter(|name| !name.contains("\"cust")).count());
    // The part is a source of its own: nothing was dropped from the whole.
    assert!(run_in(&home, &["changes", "--db", "books.db"]).out.starts_with("nothing changed"));
    // What is not looked at is missing, not guessed.
    let asked = run_in(&home, &["ask", "--db", "books.db", "--tables", "cust*", "net income in 2025"]);
    assert!(asked.code != 0, "{}", asked.out);
    assert_eq!(run_in(&home, &["schema", "--db", "books.db", "--tables", " ,"]).code, 2);
    std::fs::write(home.work().join("quaestor.toml"), "db = \"books.db\"\ntables = \"cust*\"\n").unwrap();
    assert!(run_in(&home, &["config"]).out.contains("cust*"));
    assert!(run_in(&home, &["cache", "--db", "books.db"]).out.contains("books.db (cust*, !*groups)"));
}
