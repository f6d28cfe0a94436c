//! Pure rooms are not async.
//!
//! Why: waiting is I/O. A pure function is called from anywhere, needs no runtime in its tests and
//! cannot be cancelled halfway.

use crate::house::{House, PURE, Violation};

const NAME: &str = "async-free";

/// Finds `async fn` in pure rooms.
pub fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in house.product().filter(|source| PURE.contains(&source.owner.as_str())) {
        for name in source.facts.asynchronous.iter().filter(|name| !source.is_test(&name.at)) {
            let what = format!("async fn {} in {}", name.text, source.owner);
            found.push(source.violation(name.at.line, NAME, what, "return a value for the caller to act on"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    #[test]
    fn rooms_with_io_and_tests_pass() {
        let files = [
            ("crates/connect/src/lib.rs", "async fn f() {}"),
            ("crates/plan/src/lib.rs", "#[cfg(test)]\nmod tests { async fn f() {} }\nfn g() {}"),
        ];
        assert!(check(&house(&files)).is_empty());
    }

    #[test]
    fn pure_rooms_fail_traits_included() {
        let violations = said(check(&house(&[("crates/plan/src/lib.rs", "trait T {\n  async fn f(&self);\n}")])));
        assert_eq!(
            violations,
            ["crates/plan/src/lib.rs:2: async-free: async fn f in plan; try: return a value for the caller to act on"]
        );
    }
}
