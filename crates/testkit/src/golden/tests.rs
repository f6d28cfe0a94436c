//! The runner run on small folders, the mode given as an argument.

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

const KEYS: [&str; 2] = ["books", "ask"];

/// A folder with one file.
fn folder(text: &str) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("some.q");
    std::fs::write(&file, text).unwrap();
    (dir, file)
}

/// Says what was asked, in capitals.
fn shout(case: &Case) -> Sections {
    Sections::new().section("words", case.get("ask").unwrap_or_default().to_uppercase())
}

fn failures(text: &str, mode: Mode, run: impl FnMut(&Case) -> Sections) -> Vec<String> {
    let (dir, file) = folder(text);
    let failures = run_dir(dir.path(), &KEYS, mode, run).unwrap_err().0;
    assert_eq!(std::fs::read_to_string(file).unwrap(), text, "failing cases are left alone");
    failures
}

#[test]
fn equal_files_pass_and_are_counted() {
    let (dir, _) = folder("ask  a\n---\nwords  A\n===\nask  b\n---\nwords  B\n");
    assert_eq!(run_dir(dir.path(), &KEYS, Mode::Compare, shout), Ok(2));
}

#[test]
fn all_differing_cases_are_reported_with_their_lines() {
    let failed =
        failures("ask  a\n---\nwords  x\n===\nask  b\n---\n===\nask  c\n---\nwords  C\n", Mode::Compare, shout);
    assert_eq!(
        failed,
        [
            "some.q:1: sections differ (- file, + now)\n- words  x\n+ words  A\n",
            "some.q:5: sections differ (- file, + now)\n+ words  B\n"
        ]
    );
}

#[test]
fn blessing_writes_what_was_produced_and_keeps_headers() {
    let (dir, file) = folder("# why\nask  a\n---\nwords  x\nother  y\n===\n\nbooks  demo\nask  b\n");
    assert_eq!(run_dir(dir.path(), &KEYS, Mode::Bless, shout), Ok(2));
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(text, "# why\nask  a\n---\nwords  A\n===\n\nbooks  demo\nask  b\n---\nwords  B\n");
    assert_eq!(run_dir(dir.path(), &KEYS, Mode::Compare, shout), Ok(2));
}

#[test]
fn blessing_changes_the_good_cases_of_a_file_with_bad_ones() {
    let (dir, file) = folder("ask  a\n---\nwords  x\n===\nask  b\nmood  good\n---\nwords  y\n");
    assert!(run_dir(dir.path(), &KEYS, Mode::Bless, shout).is_err());
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(text, "ask  a\n---\nwords  A\n===\nask  b\nmood  good\n---\nwords  y\n");
}

#[test]
fn checks_are_never_blessed() {
    let wrong = |_: &Case| Sections::new().check("total 2", Some("total 1".into()));
    let tally = "some.q:1: check: the tally says total 1, produced was total 2".to_owned();
    let file = "some.q:1: check: the file says total 1, produced was total 2".to_owned();
    for mode in [Mode::Compare, Mode::Bless] {
        assert_eq!(failures("ask  a\n---\n", mode, wrong), std::slice::from_ref(&tally));
        assert_eq!(failures("ask  a\n---\ncheck  total 1\n", mode, wrong), [file.clone(), tally.clone()]);
    }
}

#[test]
fn a_check_keeps_its_place_among_blessed_sections() {
    let run = |_: &Case| Sections::new().section("plan", "p").check("total 1", None).section("rows", "4");
    let (dir, file) = folder("ask  a\n---\nrows   3\ncheck  total 1\n");
    assert_eq!(run_dir(dir.path(), &KEYS, Mode::Bless, run), Ok(1));
    assert_eq!(std::fs::read_to_string(file).unwrap(), "ask  a\n---\nplan   p\ncheck  total 1\nrows   4\n");
}

#[test]
fn a_right_check_passes_without_a_line_in_the_file_and_none_is_written() {
    let run = |_: &Case| Sections::new().check("total 1", Some("total 1".into()));
    let (dir, file) = folder("ask  a\n---\n");
    assert_eq!(run_dir(dir.path(), &KEYS, Mode::Bless, run), Ok(1));
    assert_eq!(std::fs::read_to_string(file).unwrap(), "ask  a\n---\n");
}

#[test]
fn checks_without_a_counterpart_fail() {
    let unknown = failures("ask  a\n---\n", Mode::Bless, |_| Sections::new().check("total 1", None));
    assert_eq!(unknown, ["some.q:1: a check that neither the file nor a tally knows: total 1"]);
    let unproduced = failures("ask  a\n---\ncheck  total 1\n", Mode::Bless, |_| Sections::new());
    assert_eq!(unproduced, ["some.q:1: nothing was produced for: check total 1"]);
    let smuggled = failures("ask  a\n---\n", Mode::Bless, |_| Sections::new().section(CHECK, "total 1"));
    assert_eq!(smuggled, ["some.q:1: a `check` section comes through Sections::check"]);
}

#[test]
fn unknown_keys_panics_and_malformed_files_fail_in_both_modes() {
    for mode in [Mode::Compare, Mode::Bless] {
        let keys = failures("aks  a\n---\n", mode, shout);
        assert_eq!(keys, ["some.q:1: unknown keys: aks (known: books, ask)"]);
        let panicked = failures("ask  a\n---\n", mode, |case| panic!("no {:?}", case.get("books")));
        assert_eq!(panicked, ["some.q:1: panicked: no None"]);
        assert_eq!(failures("---\n", mode, shout), ["some.q:1: a case without a header"]);
    }
}

#[test]
fn a_folder_without_cases_fails() {
    let dir = TempDir::new().unwrap();
    assert!(run_dir(dir.path(), &KEYS, Mode::Compare, shout).unwrap_err().0[0].ends_with("no cases"));
    assert!(run_dir(&dir.path().join("absent"), &KEYS, Mode::Compare, shout).is_err());
}
