//! From a folder to its findings.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::carrier::{self, Carriers};
use crate::code::{Code, Language};
use crate::definition;
use crate::discover::{self, Files, Found};
use crate::draft::Draft;
use crate::error::Error;
use crate::evidence::Evidence;
use crate::finding::{Finding, Scan, Skipped, Statements};
use crate::judge::{Court, Judged};
use crate::kept::{self, Kept, Key, Shelf};
use crate::life::{self, Life};
use crate::project::{Project, Source};
use crate::run::{Progress, Run, each};
use crate::{chain, common, config, enums, fingerprint, pragma, read};

/// How a scan is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files are read by so many threads.
    pub threads: usize,
    /// Findings that are less likely than this are left out.
    pub least: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options { threads: 2, least: 0.5 }
    }
}

/// Finds what depends on a schema below a folder. Nothing is executed or changed. Cost: linear in the size of the files, with all
/// of them in memory at once without their syntax trees. What is kept on the shelf of the run changes nothing but the cost:
/// files that were read before are not parsed again, and a folder of which nothing changed is not judged again.
///
/// # Errors
/// The folder cannot be read, or the scan was stopped. Files that cannot be read are listed in the result.
pub fn scan(root: &dyn Files, evidence: &Evidence, options: &Options, run: &Run<'_>) -> Result<Scan, Error> {
    let (found, mut skipped) = discover::files(root)?;
    (run.progress)(Progress::Found(found.len()));
    let (texts, failed) = texts(root, found, options, run)?;
    skipped.extend(failed);
    skipped.sort_by(|a, b| a.file.cmp(&b.file));
    let name = run.shelf.map(|shelf| name(shelf, evidence, options, &texts, &skipped));
    if let (Some(shelf), Some(name)) = (run.shelf, &name)
        && let Some(scan) = shelf.scan(name).and_then(|bytes| kept::get_scan(&bytes))
    {
        return Ok(scan);
    }
    let sources = sources(texts, options, run)?;
    (run.progress)(Progress::Judging(0));
    let (files, lines) = (sources.len(), sources.iter().map(|s| s.lines.len()).sum());
    let (mut pragmas, mut troubles) = (Vec::new(), Vec::new());
    for source in &sources {
        let (read, wrong) = pragma::read(&source.path, &source.text);
        pragmas.extend(read);
        troubles.extend(wrong);
    }
    let mut evidence = evidence.clone();
    learn(&mut evidence, &sources);
    let project = Project::new(sources);
    let (findings, statements) = judge(&project, &mut evidence, options, run)?;
    let scan = Scan { findings, skipped, files, lines, statements, pragmas, troubles };
    if let (Some(shelf), Some(name)) = (run.shelf, &name) {
        shelf.keep_scan(name, &kept::put_scan(&scan));
    }
    Ok(scan)
}

/// A file whose text was read.
struct Text {
    path: String,
    language: Language,
    text: String,
    /// What its code is kept under, where something is kept.
    key: Option<Key>,
}

fn texts(
    root: &dyn Files,
    found: Vec<Found>,
    options: &Options,
    run: &Run<'_>,
) -> Result<(Vec<Text>, Vec<Skipped>), Error> {
    let one = |at: usize| {
        let Found { path, language } = found[at].clone();
        match discover::text(root, &found[at]) {
            Ok(text) => {
                let key = run.shelf.map(|shelf| kept::key_of(shelf.program(), language, &path, &text));
                Ok(Text { path, language, text, key })
            }
            Err(why) => Err(Skipped { file: path, why }),
        }
    };
    let (mut texts, mut skipped) = (Vec::new(), Vec::new());
    for read in each(found.len(), options.threads, run, one)? {
        match read {
            Ok(text) => texts.push(text),
            Err(why) => skipped.push(why),
        }
    }
    Ok((texts, skipped))
}

/// The name of a scan: of all that goes into it.
fn name(shelf: &dyn Shelf, evidence: &Evidence, options: &Options, texts: &[Text], skipped: &[Skipped]) -> String {
    let (evidence, skipped) = (format!("{evidence:?}"), format!("{skipped:?}"));
    let files: Vec<(&str, Option<Key>)> = texts.iter().map(|t| (t.path.as_str(), t.key)).collect();
    let (least, files) = (options.least.to_le_bytes(), format!("{files:?}"));
    kept::name_of(&[shelf.program(), evidence.as_bytes(), &least, skipped.as_bytes(), files.as_bytes()])
}

/// The code of all texts: what is kept is taken from there, the rest is parsed and kept, also where the scan is stopped.
fn sources(texts: Vec<Text>, options: &Options, run: &Run<'_>) -> Result<Vec<Source>, Error> {
    let kept = run.shelf.map(|shelf| Kept::new(shelf.segments()));
    let read = AtomicUsize::new(0);
    let one = |at: usize| {
        let text = &texts[at];
        let known = kept.as_ref().zip(text.key).and_then(|(kept, key)| kept.code(&key, text.language));
        let code = known.unwrap_or_else(|| {
            let code = read::read(text.language, &text.path, &text.text).unwrap_or_else(|| Code::new(text.language));
            kept.iter().zip(text.key).for_each(|(kept, key)| kept.keep_code(key, &code));
            code
        });
        let read = read.fetch_add(1, Ordering::Relaxed) + 1;
        if read.is_multiple_of(100) {
            (run.progress)(Progress::Read(read));
        }
        let ends = text.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        (code, std::iter::once(0).chain(ends).collect())
    };
    let codes = each(texts.len(), options.threads, run, one);
    if let (Some(shelf), Some(kept)) = (run.shelf, kept) {
        shelf.close(kept.close(codes.is_ok()));
    }
    let source =
        |(text, (code, lines)): (Text, (Code, Vec<usize>))| Source { path: text.path, text: text.text, code, lines };
    Ok(texts.into_iter().zip(codes?).map(source).collect())
}

/// Takes what the files themselves say about the schema: files of SQL, and definitions that stand in code.
fn learn(evidence: &mut Evidence, sources: &[Source]) {
    let tables = evidence.is_empty();
    for source in sources {
        if source.code.language == Language::Sql {
            definition::learn(evidence, &source.text, tables);
            continue;
        }
        let texts = (0..source.code.nodes.len()).filter_map(|id| source.code.literal(id));
        let defines = |t: &&str| t.trim_start().get(..7).is_some_and(|head| head.eq_ignore_ascii_case("create "));
        texts.filter(defines).for_each(|text| definition::learn(evidence, text, tables));
    }
    for source in sources.iter().filter(|s| s.code.language == Language::Sql) {
        definition::learn_values(evidence, &source.text);
    }
}

fn judge(
    project: &Project,
    evidence: &mut Evidence,
    options: &Options,
    run: &Run<'_>,
) -> Result<(Vec<Finding>, Statements), Error> {
    run.check()?;
    let carriers = Carriers::of(project, evidence, options.threads);
    run.check()?;
    carrier::learn_schemas(&carriers, evidence);
    enums::learn(project, &carriers, evidence);
    let life = Life::of(project);
    let mut judged = Judged::default();
    let mut court = Court { project, evidence, carriers: &carriers, life: &life, hiding: Vec::new() };
    court.hiding = (0..project.files.len()).map(|file| court.hiding(file)).collect();
    for carrier in &carriers.all {
        run.check()?;
        if let Some(reading) = &carrier.reading {
            court.sql(carrier, reading, &mut judged);
        }
    }
    let models = court.models_by_name();
    let keys = config::looked_up(project);
    let done = AtomicUsize::new(0);
    let of_file = |file: usize| {
        let mut judged = Judged::default();
        court.words(file, &mut judged);
        court.values(file, &mut judged);
        court.models(file, &models, &mut judged);
        court.configuration(file, &keys, &mut judged);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(100) {
            (run.progress)(Progress::Judging(done));
        }
        judged.drafts
    };
    judged.drafts.extend(each(project.files.len(), options.threads, run, of_file)?.into_iter().flatten());
    let taken = chain::taken(&judged);
    let of_file = |file: usize| {
        let mut judged = Judged::default();
        court.chains(file, &taken, &mut judged);
        judged.drafts
    };
    judged.drafts.extend(each(project.files.len(), options.threads, run, of_file)?.into_iter().flatten());
    court.unresolved(&mut judged);
    common::weigh(project, &mut judged.drafts);
    let mut findings: Vec<Finding> = Vec::new();
    for (draft, at) in judged.drafts {
        let reach = life.of_node(project, at);
        let symbol = project.code(at.0).symbol(at.1);
        findings.push(draft.finish(project, reach, symbol));
    }
    for (file, source) in project.files.iter().enumerate().filter(|(_, s)| s.code.language == Language::Sql) {
        for draft in definition::judge(file, &source.path, &source.text, evidence) {
            findings.push(finish_sql(project, draft));
        }
    }
    findings.retain(|f| f.confidence >= options.least);
    fingerprint::stamp(&mut findings);
    clones(&mut findings);
    let statements = Statements { found: judged.statements, parsed: judged.parsed };
    Ok((findings, statements))
}

fn finish_sql(project: &Project, draft: Draft) -> Finding {
    let reach = life::by_path(&project.files[draft.file].path);
    draft.finish(project, reach, None)
}

/// Names the other places of equal carriers.
fn clones(findings: &mut [Finding]) {
    let mut places: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if finding.text.len() > 20 {
            places.entry((finding.kind.as_str().to_owned(), finding.text.clone())).or_default().push(at);
        }
    }
    let said: BTreeMap<usize, String> =
        findings.iter().enumerate().map(|(i, f)| (i, format!("{}:{}", f.file, f.line_start))).collect();
    for group in places.values().filter(|g| g.len() > 1) {
        for &at in group {
            findings[at].clones = group.iter().filter(|&&o| o != at).map(|o| said[o].clone()).collect();
        }
    }
}
