//! Calls that execute SQL whose text is not known, each with the reason.

use std::collections::HashSet;

use crate::code::{Expr, Piece};
use crate::draft::Draft;
use crate::finding::{FailureMode, Kind, Reach, Rewrite, Severity, Verdict};
use crate::flow;
use crate::judge::{Court, Judged};
use crate::project::{At, Slot};
use crate::statement;

/// Letters of a call that are kept.
const SHOWN: usize = 400;

impl Court<'_> {
    /// Lists the calls whose text is not known.
    pub fn unresolved(&self, judged: &mut Judged) {
        for &(call, text) in &self.carriers.sinks {
            if self.life.of_file(call.0) == Reach::Test {
                continue;
            }
            if let Some(why) = self.unknown(text) {
                self.unresolved_at(call, why, judged);
            }
        }
        for (&(file, function), names) in &self.carriers.reached.wrapped {
            for &call in self.project.callers.get(&(file, function)).into_iter().flatten() {
                let Expr::Call { args, .. } = self.project.expr(call) else { continue };
                let params = &self.project.code(file).functions[function].params;
                let place = params.iter().position(|p| names.contains(&p.name));
                let Some(arg) = place.and_then(|p| args.get(p)) else { continue };
                if self.life.of_file(call.0) != Reach::Test
                    && !self.is_parameter((call.0, arg.value))
                    && let Some(why) = self.unknown((call.0, arg.value))
                {
                    self.unresolved_at(call, why, judged);
                }
            }
        }
    }

    fn unresolved_at(&self, call: At, why: String, judged: &mut Judged) {
        if !judged.sinks.insert(call) {
            return;
        }
        let attaches = why.contains("the name of a database");
        let severity = if attaches { Severity::Critical } else { Severity::High };
        let mut draft = Draft::new(call.0, self.range(call), Kind::DynamicSink, None, severity, Vec::new());
        draft.failure = FailureMode::Loud;
        draft.verdict = Verdict::Unresolved;
        draft.rewrite = Rewrite::Manual;
        draft.features.reaches = true;
        draft.sinks = vec![call];
        self.certain(draft.why(why), SHOWN, call, judged);
    }

    fn is_parameter(&self, at: At) -> bool {
        match (self.project.expr(at), self.project.slot(at)) {
            (Expr::Name(_), Some(Slot::Local(file, function, name))) => {
                self.project.code(file).functions[function].params.iter().any(|p| p.name == name)
                    && self
                        .project
                        .fed(&Slot::Local(file, function, name))
                        .iter()
                        .all(|f| f.at.0 != file || self.project.code(file).nodes[f.at.1].function != Some(function))
            }
            _ => false,
        }
    }

    /// Why the text of a sink is not known, if it is not.
    fn unknown(&self, text: At) -> Option<String> {
        if self.is_parameter(text) {
            return Some("the text is a parameter: it is bound where the function is called".into());
        }
        let mut stack = vec![(text, 0)];
        let mut seen = HashSet::new();
        let mut known = false;
        while let Some((at, depth)) = stack.pop() {
            if !seen.insert(at) || depth > 6 {
                continue;
            }
            if let Some(shape) = crate::shape::shape(self.project, at) {
                known = true;
                let reading = statement::read(&shape, statement::Clause::Project);
                if let Some(&hole) =
                    reading.open.iter().find(|&&h| reading.attaches || !self.is_written(shape.holes[h].node))
                {
                    let what = if reading.schemas.contains(&hole) { "the name of a database" } else { "a name" };
                    return Some(format!("{} stands for {what} and is not known here", shape.holes[hole].said));
                }
                let passed = || shape.holes.iter().any(|h| self.is_passed(h.node));
                if reading.has_table && reading.mentions.is_empty() && shape.holes.len() > 1 && passed() {
                    return Some("every name of the statement is filled in".into());
                }
                if self.holes_only(at) {
                    known = false;
                }
                continue;
            }
            let next = flow::sources(self.project, at, flow::Part::Whole);
            known |= self.read_from_file(at);
            stack.extend(next.into_iter().map(|(source, ..)| (source, depth + 1)));
        }
        (!known).then(|| "nothing of the text is written here".into())
    }

    /// Whether what fills a hole is passed to the function, or to another one that keeps it.
    fn is_passed(&self, at: At) -> bool {
        let mut stack = vec![at];
        let mut seen = HashSet::new();
        while let Some(at) = stack.pop() {
            if self.is_parameter(at) {
                return true;
            }
            if seen.len() < 60 && seen.insert(at) {
                let parts = [flow::Part::Whole, flow::Part::Element];
                stack.extend(parts.into_iter().flat_map(|p| flow::sources(self.project, at, p)).map(|(s, ..)| s));
            }
        }
        false
    }

    /// Whether what fills a hole is written in the same function or in members that methods fill, and not passed to it.
    fn is_written(&self, at: At) -> bool {
        let mut stack = vec![at];
        let mut seen = HashSet::new();
        while let Some(at) = stack.pop() {
            if seen.len() > 60 || !seen.insert(at) || self.is_parameter(at) || self.is_opaque(at) {
                continue;
            }
            if let Some(shape) = crate::shape::shape(self.project, at) {
                if shape.text.chars().filter(|c| c.is_alphabetic()).count() > 2 {
                    return true;
                }
                continue;
            }
            let parts = [flow::Part::Whole, flow::Part::Element];
            stack.extend(parts.into_iter().flat_map(|p| flow::sources(self.project, at, p)).map(|(source, ..)| source));
        }
        false
    }

    /// A call of something that is not part of the project and does not only put texts together.
    fn is_opaque(&self, at: At) -> bool {
        let Expr::Call { callee, .. } = self.project.expr(at) else { return false };
        let name = self.project.code(at.0).last_name(*callee).unwrap_or("");
        self.project.callees(at).is_empty() && !flow::COMMON.contains(&name)
    }

    fn holes_only(&self, at: At) -> bool {
        matches!(self.project.expr(at), Expr::Text(pieces) if pieces.iter().all(|p| matches!(p, Piece::Hole(_))))
    }

    /// Whether a text is read from a file of SQL, which is scanned by itself.
    fn read_from_file(&self, at: At) -> bool {
        let node = &self.project.code(at.0).nodes[at.1];
        let text = self.project.files[at.0].text.get(node.start..node.end).unwrap_or("");
        let reads =
            ["readFileSync", "read_text", "open(", "ReadFile", "readFile", ".read()"].iter().any(|r| text.contains(r));
        reads && matches!(self.project.expr(at), Expr::Call { .. })
    }
}
