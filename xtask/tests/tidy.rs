//! The house itself is tidy.

use std::path::Path;

#[test]
fn the_workspace_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let report = xtask::tidy::run(root).unwrap();
    assert!(report.violations.is_empty(), "\n{report}");
}
