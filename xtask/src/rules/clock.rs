//! Only the program asks what time it is; everybody else is told.
//!
//! Why: "last quarter" has to mean the same in a test, in a replay and for a user in another zone.
//! Calendar time comes from the scope's clock or as an argument. Measuring how long something took
//! (`Instant::now`) changes no answer and is allowed outside of the pure rooms.

use crate::house::{House, PURE, Source, Violation};

const NAME: &str = "clock";
/// Calls that read the calendar, by their last two segments.
const CALENDAR: [[&str; 2]; 5] =
    [["SystemTime", "now"], ["Zoned", "now"], ["Timestamp", "now"], ["jiff", "now"], ["TimeZone", "system"]];

/// Finds calls that read a clock.
pub fn check(house: &House) -> Vec<Violation> {
    house.product().filter(|source| source.owner != "quaestor").flat_map(of_source).collect()
}

fn of_source(source: &Source) -> Vec<Violation> {
    let pure = PURE.contains(&source.owner.as_str());
    let reads = |name: &[String]| {
        let last = &name[name.len().saturating_sub(2)..];
        CALENDAR.iter().any(|call| last.iter().eq(call)) || pure && last.iter().eq(&["Instant", "now"])
    };
    let found = source.product_names().filter(|(_, name)| reads(name));
    found
        .map(|(line, name)| {
            let what = format!("{} in {}", name.join("::"), source.owner);
            source.violation(line, NAME, what, "take the time as an argument, or from the scope's clock")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    #[test]
    fn the_program_and_measuring_pass() {
        let files = [
            ("crates/quaestor/src/main.rs", "fn f() { jiff::Zoned::now(); }"),
            ("crates/schema/src/lib.rs", "use std::time::Instant;\nfn f() { Instant::now(); }"),
            ("crates/plan/src/lib.rs", "#[test]\nfn f() { std::time::SystemTime::now(); }"),
            ("crates/sql/src/lib.rs", "fn f(now: jiff::Timestamp) { now.as_second(); }"),
        ];
        assert!(check(&house(&files)).is_empty());
    }

    #[test]
    fn the_calendar_fails_everywhere_else_and_measuring_in_pure_rooms() {
        let calendar =
            "use jiff::Timestamp as T;\nfn f() { T::now(); std::time::SystemTime::now(); jiff::Zoned::now(); }";
        assert_eq!(check(&house(&[("crates/agent/src/lib.rs", calendar)])).len(), 3);
        let violations = said(check(&house(&[("crates/plan/src/lib.rs", "fn f() { std::time::Instant::now(); }")])));
        assert_eq!(
            violations,
            ["crates/plan/src/lib.rs:1: clock: std::time::Instant::now in plan; \
             try: take the time as an argument, or from the scope's clock"]
        );
    }
}
