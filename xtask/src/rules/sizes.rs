//! A function has at most 80 lines, a file at most 700.
//!
//! Why: what does not fit on a screen is not read, and a long function hides its parts from tests.
//! The aim is lower (functions: median 8; files: 450); the limits are where it fails. Tests count
//! for both: a test too long to read proves nothing to a reader.

use crate::house::{House, Violation};

const NAME: &str = "sizes";
/// Lines of a function from `fn` to its closing brace.
pub const FUNCTION: usize = 80;
/// Lines of a file.
pub const FILE: usize = 700;

/// Finds functions and files over the limits.
pub fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in &house.sources {
        if source.lines > FILE {
            let what = format!("{} lines in a file (limit {FILE})", source.lines);
            found.push(source.violation(1, NAME, what, "one file per idea; tables of data as data files"));
        }
        for function in source.facts.functions.iter().filter(|f| f.lines > FUNCTION) {
            let what = format!("{} lines in fn {} (limit {FUNCTION})", function.lines, function.name);
            found.push(source.violation(function.at.line, NAME, what, "a function for each step"));
        }
    }
    found
}

/// How long things are, tests left out: the typical and the long end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Number of functions.
    pub functions: usize,
    /// Median lines of a function.
    pub function_median: usize,
    /// Nine functions of ten are not longer.
    pub function_p90: usize,
    /// Number of files.
    pub files: usize,
    /// Nine files of ten are not longer.
    pub file_p90: usize,
}

/// Measures the product code (and `xtask`).
pub fn measure(house: &House) -> Sizes {
    let sources = || house.sources.iter().filter(|source| !source.test);
    let mut functions: Vec<usize> =
        sources().flat_map(|s| s.facts.functions.iter().filter(|f| !f.at.test).map(|f| f.lines)).collect();
    let mut files: Vec<usize> = sources().map(|s| s.lines).collect();
    functions.sort_unstable();
    files.sort_unstable();
    Sizes {
        functions: functions.len(),
        function_median: quantile(&functions, 50),
        function_p90: quantile(&functions, 90),
        files: files.len(),
        file_p90: quantile(&files, 90),
    }
}

/// The smallest value that `percent` of all do not exceed.
fn quantile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    fn function(name: &str, lines: usize) -> String {
        format!("fn {name}() {{\n{}}}\n", "    x();\n".repeat(lines - 2))
    }

    #[test]
    fn limits_themselves_pass() {
        let text = function("f", FUNCTION) + &"// remark\n".repeat(FILE - FUNCTION);
        assert!(check(&house(&[("crates/a/src/lib.rs", &text)])).is_empty());
    }

    #[test]
    fn one_line_more_fails_tests_included() {
        let text = function("f", FUNCTION + 1);
        let violations = said(check(&house(&[("crates/a/tests/all.rs", &text)])));
        assert_eq!(
            violations,
            ["crates/a/tests/all.rs:1: sizes: 81 lines in fn f (limit 80); try: a function for each step"]
        );
        let text = "// remark\n".repeat(FILE + 1);
        assert_eq!(check(&house(&[("crates/a/src/x.rs", &text)])).len(), 1);
    }

    #[test]
    fn quantiles_are_of_product_code() {
        let mut text: String = (2..=11).map(|n| function(&format!("f{n}"), n)).collect();
        text += "#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
        let sizes = measure(&house(&[("crates/a/src/lib.rs", &text), ("crates/a/tests/t.rs", "fn t() {}")]));
        assert_eq!((sizes.functions, sizes.function_median, sizes.function_p90), (10, 6, 10));
        assert_eq!((sizes.files, sizes.file_p90), (1, 69));
    }
}
