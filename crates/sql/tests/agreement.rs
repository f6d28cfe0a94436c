//! The guard and the engine read the same text: whatever passes is, to SQLite itself, a single
//! statement that reads, or no statement at all.

mod corpus;

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use sql::{Dialect, Printed, Sqlite, guard};

/// What the engine would do that a read-only statement has no business doing, as its own compiler reports it.
fn deeds(text: &str) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut shop = corpus::shop();
    let sink = Arc::clone(&seen);
    let hook = move |context: AuthContext<'_>| {
        if !is_reading(&context.action) {
            sink.lock().expect("no panic inside").push(format!("{:?}", context.action));
        }
        Authorization::Allow
    };
    shop.authorizer(Some(hook)).expect("a hook");
    if let Ok(statement) = shop.prepare(text)
        && !statement.readonly()
    {
        seen.lock().expect("no panic inside").push("writes".to_owned());
    }
    seen.lock().expect("no panic inside").clone()
}

fn is_reading(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Select | AuthAction::Recursive => true,
        AuthAction::Read { table_name, .. } => Sqlite.is_readable(table_name),
        AuthAction::Function { function_name } => {
            let lower = function_name.to_lowercase();
            // The engine turns LIKE, GLOB and the arrows into calls.
            Sqlite.allowed().functions.contains(&lower.as_str()) || matches!(lower.as_str(), "->" | "->>")
        }
        // A table function sets itself up when it is first named.
        AuthAction::CreateVtable { module_name, .. } => Sqlite.allowed().table_functions.contains(module_name),
        _ => false,
    }
}

/// A corpus text with pieces of other texts, brackets, quotes and comment signs put in or cut out.
fn mutated() -> impl Strategy<Value = String> {
    const SIGNS: &[&str] = &[
        "'",
        "\"",
        "`",
        "[",
        "]",
        "--",
        "\n",
        "/*",
        "*/",
        ";",
        "(",
        ")",
        ",",
        "\\",
        "$$",
        "$a$",
        "E'",
        "N'",
        "X'",
        "U&'",
        "#",
        "{",
        "}",
        "@",
        ":",
        "?",
        "\u{a0}",
        "\u{feff}",
        "\r",
        "\t",
        "\u{b}",
        "é",
        "''",
        "\"\"",
        "]]",
        "::",
        "->",
        "||",
        "!",
        "--\r",
        "/*!",
        "/*+",
        "\u{2028}",
        " writefile(1,2) ",
        " DELETE FROM t ",
        "; DROP TABLE t",
        " load_extension(1) ",
    ];
    const HARMLESS: &[&str] = &[" ", "\n", "/* x */", "-- x\n", "/* ' */", "-- \"\n", "''", " 1 + ", " a, ", "(", ")"];
    let base = prop_oneof![6 => prop::sample::select(corpus::LEGITIMATE), 1 => prop::sample::select(corpus::ATTACKS)];
    let piece = prop_oneof![
        3 => prop::sample::select(HARMLESS).prop_map(str::to_owned),
        3 => prop::sample::select(SIGNS).prop_map(str::to_owned),
        1 => prop::sample::select(corpus::ATTACKS).prop_map(|text| format!(" {text} ")),
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0usize..8, piece), 1..4);
    (base, edits).prop_map(|(base, edits)| {
        edits.into_iter().fold(base.to_owned(), |text, (at, cut, piece)| {
            let chars: Vec<char> = text.chars().collect();
            let at = at.index(chars.len() + 1);
            let cut = cut.saturating_sub(4).min(chars.len() - at);
            chars[..at].iter().copied().chain(piece.chars()).chain(chars[at + cut..].iter().copied()).collect()
        })
    })
}

#[test]
fn attacks_would_be_deeds() {
    assert!(!deeds("DELETE FROM t").is_empty());
    assert!(!deeds("PRAGMA table_info(t)").is_empty());
    assert!(!deeds("SELECT sqlite_version()").is_empty());
    assert!(!deeds("SELECT * FROM pragma_database_list").is_empty());
    assert!(!deeds("SELECT * FROM sqlite_master").is_empty());
}

#[test]
fn legitimate_queries_are_no_deeds() {
    for text in corpus::LEGITIMATE {
        assert_eq!(deeds(text), Vec::<String>::new(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn what_passes_only_reads(text in mutated()) {
        if let Ok(passed) = guard(Printed { text, parameters: Vec::new() }, &Sqlite) {
            prop_assert_eq!(deeds(passed.text()), Vec::<String>::new(), "{}", passed.text());
        }
    }
}
