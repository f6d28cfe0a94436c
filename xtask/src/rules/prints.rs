//! Only the program prints, reads arguments and the environment, and exits.
//!
//! Why: a library that prints cannot be served, one that reads the environment cannot be tested side
//! by side, one that exits takes the server with it. Everybody else returns values and takes
//! settings as arguments. `testkit` counts as tests.

use crate::house::{House, Source, Violation};

const NAME: &str = "prints";
const ALLOWED: [&str; 2] = ["quaestor", "testkit"];
const MACROS: [&str; 5] = ["println", "eprintln", "print", "eprint", "dbg"];
const PATHS: [&[&str]; 5] = [
    &["std", "env"],
    &["std", "process", "exit"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
];

/// Finds calls of printing macros and names of the process's surroundings.
pub fn check(house: &House) -> Vec<Violation> {
    house.product().filter(|source| !ALLOWED.contains(&source.owner.as_str())).flat_map(of_source).collect()
}

fn of_source(source: &Source) -> Vec<Violation> {
    let calls = source.facts.macros.iter().filter(|m| !source.is_test(&m.at) && MACROS.contains(&m.text.as_str()));
    let printed = calls.map(|m| (m.at.line, format!("{}!", m.text), "return it; `quaestor` prints"));
    let named = source.product_names().filter_map(|(line, name)| {
        let path = PATHS.iter().find(|path| starts_with(name, path))?;
        Some((line, path.join("::"), "take it as an argument; `quaestor` supplies it"))
    });
    let found: Vec<_> = printed.chain(named).collect();
    let says = |what: &str| format!("{what} in {}", source.owner);
    found.iter().map(|(line, what, hint)| source.violation(*line, NAME, says(what), hint)).collect()
}

/// `std::env::consts` is of the compiler, not of the process.
fn starts_with(name: &[String], path: &[&str]) -> bool {
    name.len() >= path.len()
        && name.iter().zip(path).all(|(a, b)| a == b)
        && name.get(path.len()).is_none_or(|next| next != "consts")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    const TALKS: &str =
        "use std::process;\nfn f() {\n  println!(\"x\");\n  process::exit(1);\n  std::env::args();\n}\n";

    #[test]
    fn the_program_its_tests_and_chores_pass() {
        let tests = format!("#[cfg(test)]\nmod tests {{ {TALKS} }}");
        let files = [
            ("crates/quaestor/src/main.rs", TALKS),
            ("crates/sql/src/lib.rs", &tests),
            ("crates/sql/tests/t.rs", TALKS),
            ("xtask/src/main.rs", TALKS),
            ("crates/plan/src/lib.rs", "fn f() -> &'static str { std::env::consts::OS }"),
        ];
        assert!(check(&house(&files)).is_empty());
    }

    #[test]
    fn everybody_else_fails() {
        let violations = said(check(&house(&[("crates/agent/src/lib.rs", TALKS)])));
        assert_eq!(
            violations,
            [
                "crates/agent/src/lib.rs:3: prints: println! in agent; try: return it; `quaestor` prints",
                "crates/agent/src/lib.rs:4: prints: std::process::exit in agent; try: take it as an argument; `quaestor` supplies it",
                "crates/agent/src/lib.rs:5: prints: std::env in agent; try: take it as an argument; `quaestor` supplies it",
            ]
        );
    }
}
