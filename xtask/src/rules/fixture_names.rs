//! No name of a fixture schema stands in product code.
//!
//! Why: the product works on schemas that nobody here has seen. A table or column name of our own
//! test databases in a string, or in the ontology, would make the tests pass and the product fail.
//! Names of several words (`a_b`, `aB`) count; single words ("revenue") are words of business. The
//! generator of the fixtures (`books`) and tests are where these names belong.

use std::collections::BTreeSet;

use crate::house::{House, Violation};

const NAME: &str = "fixture-names";
const ALLOWED: [&str; 2] = ["books", "testkit"];
const HINT: &str = "find it by meaning (ontology, links) at run time";

/// Finds names of fixture schemas in string literals and in ontology files; case does not matter.
pub fn check(house: &House) -> Vec<Violation> {
    let names: BTreeSet<String> =
        house.fixture_names.iter().filter(|name| has_several_words(name)).map(|name| name.to_lowercase()).collect();
    let mut found = in_ontologies(house, &names);
    for source in house.product().filter(|source| !ALLOWED.contains(&source.owner.as_str())) {
        for text in source.facts.strings.iter().filter(|text| !source.is_test(&text.at)) {
            found.extend(
                mentions(&text.text, &names).map(|name| source.violation(text.at.line, NAME, said(name), HINT)),
            );
        }
    }
    found
}

fn said(name: &str) -> String {
    format!("{name} is a name of a fixture schema")
}

fn in_ontologies(house: &House, names: &BTreeSet<String>) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in house.files.iter().filter(|(path, _)| is_ontology(path)) {
        for (i, line) in text.lines().enumerate() {
            found.extend(mentions(line, names).map(|name| Violation {
                path: path.clone(),
                line: i + 1,
                rule: NAME,
                what: said(name),
                hint: "say the concept in words of business".to_owned(),
            }));
        }
    }
    found
}

fn is_ontology(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.starts_with("ontology") && file.ends_with(".toml") || path.contains("/ontology/") && file.ends_with(".toml")
}

/// `customer_id` and `customerId`, not `Revenue` or `id`.
fn has_several_words(name: &str) -> bool {
    let snake = name.split('_').filter(|word| !word.is_empty()).count() > 1;
    let pairs = || name.chars().zip(name.chars().skip(1));
    snake || pairs().any(|(a, b)| a.is_lowercase() && b.is_uppercase())
}

fn mentions<'a>(text: &'a str, names: &BTreeSet<String>) -> impl Iterator<Item = &'a str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| names.contains(&word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    #[test]
    fn single_words_tests_fixtures_and_longer_names_pass() {
        let files = [
            (
                "crates/plan/src/lib.rs",
                "const A: &str = \"revenue, customer_names, my_customer_name\"; // customer_name",
            ),
            ("crates/plan/src/tests.rs", "const A: &str = \"customer_name\";"),
            (
                "crates/plan/src/code.rs",
                "fn customer_name() {}\n#[cfg(test)]\nmod tests { const A: &str = \"customer_name\"; }",
            ),
            ("crates/books/src/lib.rs", "const A: &str = \"customer_name\";"),
            ("crates/meaning/src/ontology.toml", "words = [\"revenue\", \"customer name\"]"),
        ];
        assert!(check(&house(&files)).is_empty());
    }

    #[test]
    fn strings_macros_and_ontologies_fail() {
        let files = [
            (
                "crates/plan/src/lib.rs",
                "fn f() {\n  g(\"select CUSTOMER_NAME from t\");\n  format!(\"{}.invoiceLines\", x);\n}",
            ),
            ("crates/meaning/src/ontology.en.toml", "a = 1\nword = \"customer_name\""),
        ];
        let violations = said(check(&house(&files)));
        assert_eq!(
            violations,
            [
                "crates/meaning/src/ontology.en.toml:2: fixture-names: customer_name is a name of a fixture schema; \
             try: say the concept in words of business",
                "crates/plan/src/lib.rs:2: fixture-names: CUSTOMER_NAME is a name of a fixture schema; \
             try: find it by meaning (ontology, links) at run time",
                "crates/plan/src/lib.rs:3: fixture-names: invoiceLines is a name of a fixture schema; \
             try: find it by meaning (ontology, links) at run time",
            ]
        );
    }
}
