//! A finding while it is made: what it is, and the evidence for it.

use crate::finding::{FailureMode, Finding, Identifier, Kind, Part, Reach, Rewrite, Severity, Verdict};
use crate::project::{At, Project};
use crate::score::{Features, confidence};

/// A finding while it is made.
#[derive(Clone, Debug)]
pub struct Draft {
    /// File.
    pub file: usize,
    /// First and last byte.
    pub range: (usize, usize),
    /// Its kind.
    pub kind: Kind,
    /// Part of its kind.
    pub part: Option<Part>,
    /// Its names.
    pub identifiers: Vec<Identifier>,
    /// Severity on a live path.
    pub severity: Severity,
    /// How a break shows.
    pub failure: FailureMode,
    /// What is said of it.
    pub verdict: Verdict,
    /// Who can rewrite it.
    pub rewrite: Rewrite,
    /// What speaks for it.
    pub features: Features,
    /// The evidence in a sentence.
    pub why: String,
    /// The text of the carrier.
    pub text: String,
    /// A text that an engine can prepare.
    pub renders: Option<String>,
    /// Calls that execute it.
    pub sinks: Vec<At>,
}

impl Draft {
    /// A dependency of a kind that breaks loudly and is rewritten by a program.
    pub fn new(
        file: usize,
        range: (usize, usize),
        kind: Kind,
        part: Option<Part>,
        severity: Severity,
        identifiers: Vec<Identifier>,
    ) -> Draft {
        Draft {
            file,
            range,
            kind,
            part,
            identifiers,
            severity,
            failure: FailureMode::Loud,
            verdict: Verdict::Dependency,
            rewrite: Rewrite::Auto,
            features: Features::default(),
            why: String::new(),
            text: String::new(),
            renders: None,
            sinks: Vec::new(),
        }
    }

    /// With the evidence in a sentence.
    pub fn why(mut self, why: impl Into<String>) -> Draft {
        self.why = why.into();
        self
    }

    /// Breaking silently.
    pub fn silent(mut self) -> Draft {
        self.failure = FailureMode::Silent;
        self
    }

    /// Rewritten by somebody else than a program alone.
    pub fn rewritten(mut self, rewrite: Rewrite) -> Draft {
        self.rewrite = rewrite;
        self
    }

    /// The finding, on the path by which it is reached.
    pub fn finish(mut self, project: &Project, reach: Reach, symbol: Option<String>) -> Finding {
        let source = &project.files[self.file];
        match reach {
            Reach::Dead if self.kind != Kind::MigrationDdl => {
                self.severity = Severity::Low;
                self.verdict = Verdict::Dead;
                self.rewrite = Rewrite::Manual;
            }
            Reach::Demo => self.severity = Severity::Low,
            Reach::Test => self.severity = down(self.severity),
            _ => {}
        }
        let sinks = self.sinks.iter().map(|s| {
            format!("{}:{}", project.files[s.0].path, project.files[s.0].line(project.code(s.0).nodes[s.1].start))
        });
        Finding {
            file: source.path.clone(),
            line_start: source.line(self.range.0),
            line_end: source.line(self.range.1.saturating_sub(1).max(self.range.0)),
            kind: self.kind,
            part: self.part,
            confidence: confidence(&self.features),
            identifiers: self.identifiers,
            severity: self.severity,
            failure_mode: self.failure,
            verdict: self.verdict,
            rewrite: self.rewrite,
            reach,
            fingerprint: String::new(),
            why: self.why,
            symbol,
            text: crate::mask(&self.text),
            renders: self.renders.map(|r| crate::mask(&r)),
            clones: Vec::new(),
            sinks: sinks.collect(),
        }
    }
}

fn down(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
    }
}
