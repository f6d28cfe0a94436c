//! All rules over one workspace.

use std::fmt::{self, Display, Formatter};
use std::path::Path;

use crate::error::Error;
use crate::fixtures;
use crate::house::{self, House, Violation};
use crate::rules::{self, sizes};

/// What tidy found.
#[derive(Debug)]
pub struct Report {
    /// Broken rules by file and line.
    pub violations: Vec<Violation>,
    /// How long functions and files are.
    pub sizes: sizes::Sizes,
}

/// Applies all rules to the workspace in `root`. Cost: parses every Rust file once.
///
/// # Errors
/// Fails where a file cannot be read or parsed.
pub fn run(root: &Path) -> Result<Report, Error> {
    Ok(judge(&House::of(house::read(root)?, fixtures::names())?))
}

/// Applies all rules to a workspace that was read.
pub fn judge(house: &House) -> Report {
    let mut violations: Vec<Violation> = rules::ALL.iter().flat_map(|rule| rule(house)).collect();
    violations.sort();
    violations.dedup();
    Report { violations, sizes: sizes::measure(house) }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.violations.iter().try_for_each(|violation| writeln!(f, "{violation}"))?;
        let s = &self.sizes;
        writeln!(
            f,
            "{}: {} rules; {} functions: median {} lines, p90 {}; {} files: p90 {} lines",
            match self.violations.len() {
                0 => "tidy".to_owned(),
                n => format!("{n} violations"),
            },
            rules::ALL.len(),
            s.functions,
            s.function_median,
            s.function_p90,
            s.files,
            s.file_p90
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::house;

    #[test]
    fn a_report_lists_violations_by_file_and_ends_with_a_summary() {
        let report = judge(&house(&[
            ("crates/plan/src/lib.rs", "mod b;\nfn f() { println!(); }\nasync fn g() {}"),
            ("crates/agent/src/lib.rs", "fn f() { std::fs::read(x); }"),
        ]));
        let text = report.to_string();
        let lines: Vec<&str> = text.lines().map(|line| line.split("; try").next().unwrap_or_default()).collect();
        assert_eq!(
            lines,
            [
                "crates/agent/src/lib.rs:1: doors: std::fs::read in agent",
                "crates/plan/src/lib.rs:2: prints: println! in plan",
                "crates/plan/src/lib.rs:3: async-free: async fn g in plan",
                "3 violations: 9 rules; 3 functions: median 1 lines, p90 1; 2 files: p90 3 lines",
            ]
        );
    }

    #[test]
    fn a_tidy_house_says_so() {
        let report = judge(&house(&[("crates/plan/src/lib.rs", "fn f() {\n}")]));
        assert_eq!(report.to_string(), "tidy: 9 rules; 1 functions: median 2 lines, p90 2; 1 files: p90 2 lines\n");
    }

    #[test]
    fn every_rule_is_applied() {
        let report = judge(&house(&[
            ("crates/plan/Cargo.toml", "[dependencies]\nclap.workspace = true\n"),
            ("crates/plan/src/lib.rs", "mod low;\nmod high;\nasync fn f() { println!(\"customer_name\"); }"),
            ("crates/plan/src/low.rs", "use crate::high::High;\nfn f() { std::fs::read(x); jiff::Zoned::now(); }"),
            ("crates/plan/src/high.rs", &"\n".repeat(sizes::FILE + 1)),
        ]));
        let mut broken: Vec<&str> = report.violations.iter().map(|violation| violation.rule).collect();
        broken.sort_unstable();
        assert_eq!(
            broken,
            [
                "async-free",
                "clock",
                "crate-floors",
                "dependencies",
                "doors",
                "fixture-names",
                "module-floors",
                "prints",
                "sizes"
            ]
        );
    }
}
