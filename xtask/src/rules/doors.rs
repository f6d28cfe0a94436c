//! Only rooms with a door touch files and sockets.
//!
//! Why: what a crate without a door computes depends on its arguments alone, so that it is tested
//! without a machine around it, and whoever asks where the program reaches out has few crates to read.

use crate::house::{House, Source, Violation};

const NAME: &str = "doors";
const ALLOWED: [&str; 4] = ["connect", "store", "quaestor", "testkit"];
const PATHS: [[&str; 2]; 4] = [["std", "fs"], ["std", "net"], ["tokio", "fs"], ["tokio", "net"]];

/// Finds names of file and network functions.
pub fn check(house: &House) -> Vec<Violation> {
    house.product().filter(|source| !ALLOWED.contains(&source.owner.as_str())).flat_map(of_source).collect()
}

fn of_source(source: &Source) -> Vec<Violation> {
    let named = source.product_names().filter(|(_, name)| PATHS.iter().any(|path| name.iter().take(2).eq(path)));
    let hint = "take the content as an argument; `connect` and `store` have the doors";
    named
        .map(|(line, name)| source.violation(line, NAME, format!("{} in {}", name.join("::"), source.owner), hint))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    const READS: &str = "use std::fs;\nfn f() { fs::read(\"x\"); }";

    #[test]
    fn rooms_with_a_door_and_tests_pass() {
        let files = [
            ("crates/connect/src/lib.rs", READS),
            ("crates/store/src/lib.rs", READS),
            ("crates/plan/tests/t.rs", READS),
            ("crates/plan/src/lib.rs", "fn f() { crate::fs::read(); other::net::x(); }"),
        ];
        assert!(check(&house(&files)).is_empty());
    }

    #[test]
    fn rooms_without_one_fail() {
        let violations = said(check(&house(&[("crates/schema/src/lib.rs", READS)])));
        assert_eq!(violations.len(), 2, "the import and the call: {violations:?}");
        let net = "async fn f() { tokio::net::TcpStream::connect(a); }";
        let violations = said(check(&house(&[("crates/agent/src/lib.rs", net)])));
        assert!(
            violations[0].starts_with("crates/agent/src/lib.rs:1: doors: tokio::net::TcpStream::connect in agent;")
        );
    }
}
