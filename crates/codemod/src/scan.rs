//! From a folder to its findings.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
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
use crate::life::{self, Life};
use crate::project::{Project, Source};
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

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Files were found.
    Found(usize),
    /// So many of them were read.
    Read(usize),
    /// Names are followed.
    Judging,
}

/// Finds what depends on a schema below a folder. Nothing is executed or changed. Cost: linear in the size of the files, with all
/// of them in memory at once without their syntax trees.
///
/// # Errors
/// The folder cannot be read. Files that cannot be read are listed in the result.
pub fn scan(
    root: &dyn Files,
    evidence: &Evidence,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Scan, Error> {
    let (found, mut skipped) = discover::files(root)?;
    progress(Progress::Found(found.len()));
    let (sources, failed) = read_all(root, &found, options.threads, progress);
    skipped.extend(failed);
    skipped.sort_by(|a, b| a.file.cmp(&b.file));
    progress(Progress::Judging);
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
    let (findings, statements) = judge(&project, &mut evidence, options);
    Ok(Scan { findings, skipped, files, lines, statements, pragmas, troubles })
}

fn read_all(
    root: &dyn Files,
    found: &[Found],
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> (Vec<Source>, Vec<Skipped>) {
    let next = AtomicUsize::new(0);
    let read: Mutex<Vec<(usize, Result<Source, Skipped>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = found.get(at) else { break };
                    let source = read_one(root, file);
                    if let Ok(mut all) = read.lock() {
                        all.push((at, source));
                    }
                    if at % 100 == 99 {
                        progress(Progress::Read(at + 1));
                    }
                }
            });
        }
    });
    let mut read = read.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    read.sort_by_key(|(at, _)| *at);
    let (mut sources, mut skipped) = (Vec::new(), Vec::new());
    for (_, source) in read {
        match source {
            Ok(source) => sources.push(source),
            Err(why) => skipped.push(why),
        }
    }
    (sources, skipped)
}

fn read_one(root: &dyn Files, found: &Found) -> Result<Source, Skipped> {
    let skip = |why: String| Skipped { file: found.path.clone(), why };
    let text = discover::text(root, found).map_err(skip)?;
    let code = read::read(found.language, &found.path, &text).unwrap_or_else(|| Code::new(found.language));
    let lines =
        std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1)).collect();
    Ok(Source { path: found.path.clone(), text, code, lines })
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

fn judge(project: &Project, evidence: &mut Evidence, options: &Options) -> (Vec<Finding>, Statements) {
    let carriers = Carriers::of(project, evidence);
    carrier::learn_schemas(&carriers, evidence);
    enums::learn(project, &carriers, evidence);
    let life = Life::of(project);
    let mut judged = Judged::default();
    let mut court = Court { project, evidence, carriers: &carriers, life: &life, hiding: Vec::new() };
    court.hiding = (0..project.files.len()).map(|file| court.hiding(file)).collect();
    for carrier in &carriers.all {
        if let Some(reading) = &carrier.reading {
            court.sql(carrier, reading, &mut judged);
        }
    }
    let models = court.models_by_name();
    let keys = config::looked_up(project);
    for file in 0..project.files.len() {
        court.words(file, &mut judged);
        court.values(file, &mut judged);
        court.models(file, &models, &mut judged);
        court.configuration(file, &keys, &mut judged);
    }
    let taken = chain::taken(&judged);
    for file in 0..project.files.len() {
        court.chains(file, &taken, &mut judged);
    }
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
    (findings, statements)
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
