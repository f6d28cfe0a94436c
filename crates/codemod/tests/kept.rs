//! What is kept between scans changes their cost and nothing else.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use codemod::kept::{Closed, Shelf};
use codemod::{Error, Evidence, Files, Options, Progress, Run, Scan, scan};
use common::{Folder, Heap};

/// The files of an application in memory.
fn heap(app: &str) -> Heap {
    let folder = Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/legacy").join(app));
    let (listed, _) = folder.list().unwrap();
    Heap(listed.into_iter().map(|file| (file.path.clone(), folder.read(&file.path, u64::MAX).unwrap())).collect())
}

fn edit(files: &mut Heap, path: &str, from: &str, to: &str) {
    let text = String::from_utf8(files.0[path].clone()).unwrap();
    assert!(text.contains(from), "{path} holds {from}");
    files.0.insert(path.to_owned(), text.replace(from, to).into_bytes());
}

/// A shelf in memory.
#[derive(Default)]
struct Drawer {
    segments: Mutex<Vec<Vec<u8>>>,
    scans: Mutex<BTreeMap<String, Vec<u8>>>,
    known: AtomicUsize,
}

impl Shelf for Drawer {
    fn segments(&self) -> Vec<Vec<u8>> {
        self.segments.lock().unwrap().clone()
    }

    fn close(&self, closed: Closed) {
        let mut segments = self.segments.lock().unwrap();
        if closed.replaces {
            segments.clear();
        }
        segments.extend(closed.write);
    }

    fn scan(&self, name: &str) -> Option<Vec<u8>> {
        let found = self.scans.lock().unwrap().get(name).cloned();
        self.known.fetch_add(usize::from(found.is_some()), Ordering::Relaxed);
        found
    }

    fn keep_scan(&self, name: &str, bytes: &[u8]) {
        self.scans.lock().unwrap().insert(name.to_owned(), bytes.to_vec());
    }

    fn program(&self) -> &[u8] {
        b"a test"
    }
}

impl Drawer {
    fn size(&self) -> usize {
        self.segments.lock().unwrap().iter().map(Vec::len).sum()
    }
}

fn evidence(app: &str) -> Evidence {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/legacy").join(app).join("catalog.json");
    Evidence::of_catalog(&catalog::file::read(&std::fs::read(path).unwrap()).unwrap())
}

fn scanned(files: &Heap, evidence: &Evidence, shelf: Option<&dyn Shelf>) -> Scan {
    scan(files, evidence, &Options::default(), &Run { shelf, ..Run::default() }).unwrap()
}

/// Scans with the shelf and without, which is the same to the letter; returns how much the shelf grew.
fn same(files: &Heap, evidence: &Evidence, drawer: &Drawer) -> usize {
    let before = drawer.size();
    let (cold, warm) = (scanned(files, evidence, None), scanned(files, evidence, Some(drawer)));
    assert_eq!(serde_json::to_string(&cold).unwrap(), serde_json::to_string(&warm).unwrap());
    assert!(!cold.findings.is_empty());
    drawer.size() - before
}

#[test]
fn kept_scans_are_those_that_are_made_anew_whatever_changes_between_them() {
    for (app, file, from, to) in [
        ("ledgerly", "ledgerly/payables.py", "SELECT", "SELECT DISTINCT"),
        ("billingdesk", "src/invoices.ts", "invoices", "invoices2"),
        ("treasuryd", "internal/book/loans.go", "loans", "loan"),
    ] {
        let (mut files, drawer, own) = (heap(app), Drawer::default(), evidence(app));
        let all = same(&files, &own, &drawer);
        assert!(all > 1000, "{app}: {all} bytes are kept");
        assert_eq!(same(&files, &own, &drawer), 0, "nothing is new");
        assert_eq!(drawer.known.load(Ordering::Relaxed), 1, "the scan itself was kept");
        edit(&mut files, file, from, to);
        let grown = same(&files, &own, &drawer);
        assert!(grown > 0 && grown < all / 2, "{app}: one file is new, {grown} bytes of {all}");
        let text = files.0.remove(file).unwrap();
        assert_eq!(same(&files, &own, &drawer), 0, "a file is gone");
        let (folder, name) = file.rsplit_once('/').unwrap();
        files.0.insert(format!("{folder}/other_{name}"), text);
        assert_eq!(same(&files, &own, &drawer), 0, "a file has another name");
        assert_eq!(same(&files, &Evidence::default(), &drawer), 0, "another catalog");
        assert_eq!(drawer.known.load(Ordering::Relaxed), 1, "each of these was another scan");
    }
}

#[test]
fn damaged_shelves_are_written_anew() {
    let (files, drawer, own) = (heap("treasuryd"), Drawer::default(), evidence("treasuryd"));
    let all = same(&files, &own, &drawer);
    for segment in drawer.segments.lock().unwrap().iter_mut() {
        segment.iter_mut().skip(100).step_by(997).for_each(|byte| *byte ^= 0x55);
    }
    drawer.scans.lock().unwrap().values_mut().for_each(|scan| scan[40] ^= 1);
    assert!(same(&files, &own, &drawer) > all / 2);
    drawer.segments.lock().unwrap().push(b"something else".to_vec());
    drawer.scans.lock().unwrap().clear();
    same(&files, &own, &drawer);
}

#[test]
fn a_stopped_scan_says_so_and_keeps_what_was_read() {
    let (files, drawer, own) = (heap("ledgerly"), Drawer::default(), evidence("ledgerly"));
    let asked = AtomicUsize::new(0);
    let most = files.0.len() + 12;
    let stopped = || asked.fetch_add(1, Ordering::Relaxed) > most;
    let run = Run { stopped: &stopped, shelf: Some(&drawer), ..Run::default() };
    let ended = scan(&files, &own, &Options::default(), &run);
    assert!(matches!(ended, Err(Error::Stopped)), "{ended:?}");
    let part = drawer.size();
    assert!(part > 0 && drawer.scans.lock().unwrap().is_empty());
    assert!(same(&files, &own, &drawer) > 0, "the rest is read");
    let heard = Mutex::new(Vec::new());
    let run = Run { progress: &|step| heard.lock().unwrap().push(step), ..Run::default() };
    scan(&files, &own, &Options::default(), &run).unwrap();
    assert!(matches!(heard.lock().unwrap()[..], [Progress::Found(_), .., Progress::Judging(0)]));
}
