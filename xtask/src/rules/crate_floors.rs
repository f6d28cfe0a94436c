//! A crate depends on lower floors only.
//!
//! Why: whoever reads a crate needs to know what is below it and nothing else; a heavy dependency
//! cannot seep downward; builds stay parallel. The floor stands in the manifest:
//!
//! ```toml
//! [package.metadata.quaestor]
//! floor = 3
//! ```
//!
//! Tests may look up (a dev-dependency on a higher floor), as long as no circle comes of it: code
//! in a circle is compiled twice, and its types are not the same types. `xtask` stands outside.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{House, Manifest, Violation};

const NAME: &str = "crate-floors";

/// Finds missing floors, dependencies that are not lower, and circles of all dependencies.
pub fn check(house: &House) -> Vec<Violation> {
    let manifests: Vec<&Manifest> = house.manifests.iter().filter(|m| m.owner != "xtask").collect();
    let floors: BTreeMap<&str, i64> = manifests.iter().filter_map(|m| Some((m.owner.as_str(), floor(m)?))).collect();
    let mut found: Vec<Violation> = manifests.iter().flat_map(|m| of_manifest(m, &floors)).collect();
    found.extend(circle(&manifests));
    found
}

fn floor(manifest: &Manifest) -> Option<i64> {
    let own = manifest.table.get("package")?.get("metadata")?.get("quaestor")?;
    own.get("floor")?.as_integer()
}

fn of_manifest(manifest: &Manifest, floors: &BTreeMap<&str, i64>) -> Vec<Violation> {
    let owner = manifest.owner.as_str();
    let Some(own) = floors.get(owner) else {
        let hint = "[package.metadata.quaestor] floor = N, above everything it depends on";
        return vec![manifest.violation("[package", NAME, format!("{owner} has no floor"), hint)];
    };
    let below = manifest.dependencies(&["dependencies", "build-dependencies"]);
    let wrong = below.iter().filter_map(|name| floors.get(name.as_str()).filter(|f| *f >= own).map(|f| (name, f)));
    wrong
        .map(|(name, floor)| {
            let what = format!("{owner} (floor {own}) depends on {name} (floor {floor})");
            manifest.violation(name, NAME, what, "move what is shared to a lower crate")
        })
        .collect()
}

/// One circle of normal, build and dev-dependencies, if there is any.
fn circle(manifests: &[&Manifest]) -> Option<Violation> {
    let mut open: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for manifest in manifests {
        let all = manifest.dependencies(&["dependencies", "build-dependencies", "dev-dependencies"]);
        let inner = all.into_iter().filter(|name| manifests.iter().any(|m| m.owner == *name)).collect();
        open.insert(&manifest.owner, inner);
    }
    // Crates without open dependencies leave; what cannot leave stands in a circle or above one.
    while let Some(leaf) = open.iter().find(|(_, inner)| inner.is_empty()).map(|(name, _)| *name) {
        open.remove(leaf);
        for inner in open.values_mut() {
            inner.remove(leaf);
        }
    }
    let path = walk_circle(&open)?;
    let manifest = manifests.iter().find(|m| m.owner == path[0])?;
    let next = path.get(1).unwrap_or(&path[0]);
    let what = format!("circle of dependencies: {}", path.join(" -> "));
    Some(manifest.violation(next, NAME, what, "move the test up to the crate that needs both"))
}

/// Every crate that is left has a next one, so that following them comes round.
fn walk_circle(open: &BTreeMap<&str, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut path = vec![(*open.keys().next()?).to_owned()];
    loop {
        let next = open.get(path.last()?.as_str())?.first()?.clone();
        if let Some(start) = path.iter().position(|name| *name == next) {
            path.push(next);
            return Some(path.split_off(start));
        }
        path.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    fn manifest(floor: u8, rest: &str) -> String {
        format!("[package]\nname = \"x\"\n[package.metadata.quaestor]\nfloor = {floor}\n{rest}")
    }

    fn check_two(low: &str, high: &str) -> Vec<String> {
        said(check(&house(&[("crates/low/Cargo.toml", low), ("crates/high/Cargo.toml", high)])))
    }

    #[test]
    fn lower_floors_pass_and_tests_may_look_up() {
        let high = manifest(2, "[dependencies]\nlow.workspace = true\nserde = \"1\"\n");
        assert!(check_two(&manifest(1, ""), &high).is_empty());
        let looks_up = manifest(1, "[dev-dependencies]\nhigh.workspace = true\n");
        assert!(check_two(&looks_up, &manifest(2, "")).is_empty());
        assert!(said(check(&house(&[("xtask/Cargo.toml", "[package]\n")]))).is_empty());
    }

    #[test]
    fn equal_and_higher_floors_fail() {
        let low = manifest(2, "[dependencies]\nhigh.workspace = true\n");
        let violations = check_two(&low, &manifest(2, ""));
        assert_eq!(
            violations,
            ["crates/low/Cargo.toml:6: crate-floors: low (floor 2) depends on high (floor 2); \
             try: move what is shared to a lower crate"]
        );
        let low = manifest(2, "[build-dependencies]\nhigh = { path = \"../high\" }\n");
        assert_eq!(check_two(&low, &manifest(3, "")).len(), 1);
    }

    #[test]
    fn a_missing_floor_fails() {
        let violations = check_two("[package]\nname = \"low\"\n", &manifest(1, ""));
        assert_eq!(violations.len(), 1);
        assert!(violations[0].contains("low has no floor"), "{violations:?}");
    }

    #[test]
    fn a_circle_through_dev_dependencies_fails() {
        let low = manifest(1, "[dev-dependencies]\nhigh.workspace = true\n");
        let high = manifest(2, "[dependencies]\nlow.workspace = true\n");
        let violations = check_two(&low, &high);
        assert_eq!(violations.len(), 1);
        assert!(violations[0].contains("circle of dependencies: high -> low -> high"), "{violations:?}");
    }
}
