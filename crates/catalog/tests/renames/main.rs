//! The weights by which renames are told from drops and additions: fitted to generated changes, judged on others.
//!
//! `cargo xtask golden --bless` writes `src/change/weights.json` anew. The data are generated since no public set of schema
//! changes says which of them were renames and shows the values too; the generator's shares (three in ten renames share no
//! word, seven in ten tables are sampled) are stated where they stand.
#![allow(clippy::unwrap_used, reason = "tests")]

mod fit;
mod generate;
mod names;
mod random;

use std::path::PathBuf;

use catalog::change::{COLUMN_FEATURES, TABLE_FEATURES};
use serde::{Deserialize, Serialize};

use fit::{Verdict, cross_validate};
use generate::{Case, column_case, table_case};
use random::Random;

const CASES: usize = 2_000;

#[derive(Serialize, Deserialize)]
struct File {
    column: Vec<f64>,
    table: Vec<f64>,
    cross_validated_columns: Verdict,
    cross_validated_tables: Verdict,
}

fn cases(seed: u64, count: usize, make: fn(&mut Random) -> Option<Case>) -> Vec<Case> {
    let mut random = Random(seed);
    std::iter::repeat_with(|| make(&mut random)).flatten().take(count).collect()
}

/// Fitting and judging takes minutes without optimisation, so only blessing does it; the test below judges what is shipped.
#[test]
fn golden_weights_are_those_of_the_generated_changes() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/change/weights.json");
    if std::env::var_os("QUAESTOR_BLESS").is_some() {
        let (columns, tables) = (cases(1, CASES, column_case), cases(2, CASES / 2, table_case));
        let made = File {
            column: fit::fit(columns.iter(), COLUMN_FEATURES.len()),
            table: fit::fit(tables.iter(), TABLE_FEATURES.len()),
            cross_validated_columns: cross_validate(&columns, COLUMN_FEATURES.len()),
            cross_validated_tables: cross_validate(&tables, TABLE_FEATURES.len()),
        };
        std::fs::write(&path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    let kept: File = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!((kept.column.len(), kept.table.len()), (COLUMN_FEATURES.len(), TABLE_FEATURES.len()));
    for verdict in [&kept.cross_validated_columns, &kept.cross_validated_tables] {
        assert!(verdict.precision() >= 0.995 && verdict.coverage() >= 0.8, "{verdict:?}");
    }
}

/// On changes of another seed with the weights that are shipped.
#[test]
fn what_is_applied_is_right_on_changes_never_seen() {
    let kept: File = serde_json::from_str(include_str!("../../src/change/weights.json")).unwrap();
    for (weights, seen, least) in
        [(&kept.column, cases(77, 200, column_case), 0.75), (&kept.table, cases(78, 100, table_case), 0.75)]
    {
        let mut verdict = Verdict::default();
        seen.iter().for_each(|case| verdict.judge(case, weights));
        assert!(verdict.precision() >= 0.99 && verdict.coverage() >= least, "{verdict:?}");
        // Whoever is asked is asked for a reason.
        assert!(verdict.asked_right * 2 >= verdict.asked, "{verdict:?}");
    }
}
