//! A heavy dependency stays in the room that fences it.
//!
//! Why: a crate that can be replaced in one room is a choice; one that is named everywhere is a
//! fate. Normal and build dependencies count; tests may use what they like.

use crate::house::{House, Violation};

const NAME: &str = "dependencies";
/// Dependency (a trailing `*` stands for any ending) and the crates that may name it.
const ROOMS: [(&str, &[&str]); 11] = [
    ("ast-grep*", &["codemod"]),
    ("axum", &["serve"]),
    ("clap", &["quaestor"]),
    ("moka", &["schema"]),
    ("mysql_async", &["connect"]),
    ("plotly", &["serve", "bench"]),
    ("rmcp", &["connect", "serve"]),
    ("rusqlite", &["connect", "store"]),
    ("sqlparser", &["sql", "codemod"]),
    ("tokio-postgres", &["connect"]),
    ("tree-sitter*", &["codemod"]),
];

/// Finds manifests that name a fenced dependency from outside of its room.
pub fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for manifest in &house.manifests {
        for name in manifest.dependencies(&["dependencies", "build-dependencies"]) {
            let Some((_, rooms)) = ROOMS.iter().find(|(pattern, _)| matches(pattern, &name)) else { continue };
            if !rooms.contains(&manifest.owner.as_str()) {
                let what = format!("{} names {name}, which belongs to {}", manifest.owner, rooms.join(" and "));
                found.push(manifest.violation(&name, NAME, what, "go through that crate's own types"));
            }
        }
    }
    found
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    #[test]
    fn the_room_itself_and_tests_pass() {
        let files = [
            ("crates/sql/Cargo.toml", "[dependencies]\nsqlparser.workspace = true\nserde = \"1\"\n"),
            ("crates/codemod/Cargo.toml", "[dependencies]\ntree-sitter-python = \"1\"\n"),
            ("crates/plan/Cargo.toml", "[dev-dependencies]\nrusqlite.workspace = true\n"),
        ];
        assert!(check(&house(&files)).is_empty());
    }

    #[test]
    fn other_rooms_fail_renamed_dependencies_included() {
        let text = "[dependencies]\ndb = { package = \"rusqlite\", version = \"1\" }\n[build-dependencies]\ntree-sitter = \"1\"\n";
        let violations = said(check(&house(&[("crates/plan/Cargo.toml", text)])));
        assert_eq!(
            violations,
            [
                "crates/plan/Cargo.toml:1: dependencies: plan names rusqlite, which belongs to connect and store; \
             try: go through that crate's own types",
                "crates/plan/Cargo.toml:4: dependencies: plan names tree-sitter, which belongs to codemod; \
             try: go through that crate's own types"
            ]
        );
    }
}
