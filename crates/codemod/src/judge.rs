//! What carriers of SQL are: statements, clauses, fragments, entries of maps.

use std::collections::{BTreeSet, HashSet};

use crate::carrier::{Carrier, Carriers, is_statement};
use crate::code::{Expr, Language};
use crate::context::Place;
use crate::draft::Draft;
use crate::evidence::Evidence;
use crate::finding::{FailureMode, Identifier, Kind, Part, Reach, Rewrite, Role, Severity, Verdict};
use crate::life::Life;
use crate::project::{At, Project};
use crate::resolve::{Resolved, resolve};
use crate::statement::{self, Head, Reading, What};

/// Everything that is judged with.
pub struct Court<'a> {
    /// The project.
    pub project: &'a Project,
    /// The schema.
    pub evidence: &'a Evidence,
    /// The carriers.
    pub carriers: &'a Carriers,
    /// How code is reached.
    pub life: &'a Life,
    /// By file, blocks whose errors are hidden by invented data.
    pub hiding: Vec<Vec<(usize, usize)>>,
}

/// What was judged.
#[derive(Default)]
pub struct Judged {
    /// The drafts.
    pub drafts: Vec<(Draft, At)>,
    /// Calls that were listed because their text is not known.
    pub sinks: HashSet<At>,
    /// Texts that are statements.
    pub statements: usize,
    /// Those that parse.
    pub parsed: usize,
}

impl Court<'_> {
    /// Judges a carrier whose text is more than one word.
    pub fn sql(&self, carrier: &Carrier, reading: &Reading, judged: &mut Judged) {
        let around = self.carriers.around(self.project, carrier);
        let resolved = resolve(self.evidence, &carrier.text, reading, &around);
        let statement = is_statement(reading);
        let renders = if statement { statement::rendered(&carrier.text) } else { None };
        if !self.admitted(carrier, reading, &resolved, renders.is_some()) {
            return;
        }
        if statement {
            judged.statements += 1;
            judged.parsed += usize::from(renders.is_some());
        }
        self.extras(carrier, &resolved, reading, judged);
        if resolved.identifiers.is_empty() {
            return;
        }
        let (kind, part, severity) = self.kind(carrier, reading, statement, &resolved);
        let mut draft =
            Draft::new(carrier.at.0, self.range(carrier.at), kind, part, severity, resolved.identifiers.clone());
        draft.features.reaches = carrier.reached;
        draft.features.parses = renders.is_some();
        draft.features.agreeing = resolved.agreeing;
        draft.features.loose = resolved.loose;
        draft.features.unknown = resolved.unknown;
        draft.text = carrier.text.shown();
        draft.renders = renders;
        draft.sinks = carrier.sinks.iter().copied().collect();
        draft.why = why(kind, part, carrier.reached).to_owned();
        if self.hidden(carrier.at) && statement {
            draft.kind = Kind::FallbackFunction;
            draft.part = Some(Part::Branch);
            draft.severity = Severity::High;
            draft.failure = FailureMode::Silent;
            draft.why = "the error of this statement is hidden by what is answered instead".into();
        }
        judged.drafts.push((draft, carrier.at));
    }

    /// Bytes of a node.
    pub fn range(&self, at: At) -> (usize, usize) {
        let node = &self.project.code(at.0).nodes[at.1];
        (node.start, node.end)
    }

    /// A name that stands in the text of a node.
    pub fn named(&self, at: At, name: &str, table: Option<String>, role: Role) -> Identifier {
        let (start, end) = self.range(at);
        let found = self.project.files[at.0].text.get(start..end).and_then(|t| t.find(name)).map(|o| start + o);
        Identifier { name: name.to_owned(), table, column: None, role, span: found.map(|s| (s, s + name.len())) }
    }

    /// A literal as a name.
    pub fn identifier(&self, at: At, table: Option<String>, role: Role) -> Identifier {
        self.named(at, self.project.code(at.0).literal(at.1).unwrap_or(""), table, role)
    }

    /// Keeps a draft that the structure around it makes certain, with so many letters of its text.
    pub fn certain(&self, mut draft: Draft, letters: usize, at: At, judged: &mut Judged) {
        draft.features.structural = true;
        draft.features.agreeing = draft.identifiers.len();
        let text = self.project.files[at.0].text.get(draft.range.0..draft.range.1).unwrap_or("");
        draft.text = text.chars().take(letters).collect();
        judged.drafts.push((draft, at));
    }

    /// Whether a text is SQL of this schema at all.
    fn admitted(&self, carrier: &Carrier, reading: &Reading, resolved: &Resolved, parses: bool) -> bool {
        let named = resolved.agreeing + resolved.loose;
        let tables = reading.mentions.iter().filter(|m| m.what == What::Table).count();
        let known = tables - resolved.foreign.min(tables);
        if self.life.of_file(carrier.at.0) == Reach::Test && !(carrier.reached && reading.head == Head::Statement) {
            return false;
        }
        if carrier.reached {
            return match reading.head {
                Head::Statement => true,
                Head::Definition => known > 0,
                Head::Clause => resolved.unknown <= named + known,
                Head::Fragment => {
                    resolved.identifiers.iter().any(|i| i.span.is_some())
                        && resolved.unknown < named.max(1)
                        && !reads_as_prose(&carrier.text.text)
                }
            };
        }
        match reading.head {
            Head::Statement => {
                parses
                    && known > 0
                    && resolved.foreign == 0
                    && resolved.schemas.iter().all(|s| self.evidence.is_schema(&s.name))
                    && resolved.missing.len() <= named
                    && !self.elsewhere(carrier)
            }
            _ => false,
        }
    }

    /// Whether a text that nothing executes goes into some other text or message.
    fn elsewhere(&self, carrier: &Carrier) -> bool {
        matches!(carrier.place, Place::MapValue(..))
    }

    fn kind(
        &self,
        carrier: &Carrier,
        reading: &Reading,
        statement: bool,
        resolved: &Resolved,
    ) -> (Kind, Option<Part>, Severity) {
        if statement && !matches!(carrier.place, Place::Element(_))
            || statement && statement::parses(&carrier.text) && !self.joined(carrier)
        {
            return (Kind::SqlTemplate, Some(Part::Statement), Severity::Critical);
        }
        if resolved.identifiers.iter().all(|i| i.role == Role::Hint) && reading.head != Head::Statement {
            return (Kind::IndexName, None, Severity::High);
        }
        if let Place::MapValue(..) = carrier.place {
            let aggregate = carrier.text.text.contains('(');
            let part = if aggregate { Part::MetricToColumn } else { Part::FilterToColumn };
            return (Kind::StaticMapping, Some(part), Severity::High);
        }
        let part = match reading.head {
            Head::Fragment => Part::Fragment,
            _ => Part::Clause,
        };
        (Kind::SqlTemplate, Some(part), Severity::High)
    }

    /// Whether a text is one of several that are joined.
    fn joined(&self, carrier: &Carrier) -> bool {
        let Place::Element(list) = carrier.place else { return false };
        matches!(self.project.expr((carrier.at.0, list)), Expr::List(items) if items.len() > 1)
    }

    /// Whether an error of a node is caught and something else answered.
    pub fn hidden(&self, at: At) -> bool {
        if self.hides(at) {
            return true;
        }
        let code = self.project.code(at.0);
        let named = code.functions_around(at.1).last();
        let callers = named.and_then(|f| self.project.callers.get(&(at.0, f)));
        callers.is_some_and(|callers| {
            let live: Vec<&At> = callers.iter().filter(|c| self.life.of_file(c.0) != Reach::Test).collect();
            !live.is_empty() && live.iter().all(|c| self.hides(**c))
        })
    }

    fn hides(&self, at: At) -> bool {
        let (start, end) = self.range(at);
        self.hiding.get(at.0).is_some_and(|blocks| blocks.iter().any(|b| b.0 <= start && end <= b.1))
    }

    /// The blocks of a file whose errors are hidden by invented data.
    pub fn hiding(&self, file: usize) -> Vec<(usize, usize)> {
        let code = self.project.code(file);
        if code.guarded.is_empty() {
            return Vec::new();
        }
        let returned: HashSet<usize> = code.functions.iter().flat_map(|f| f.returns.iter().copied()).collect();
        let maps = (0..code.nodes.len()).filter(|&id| matches!(code.nodes[id].expr, Expr::Map(_)));
        let invented: Vec<usize> = maps
            .filter(|&id| returned.contains(&id) || code.around(id).any(|p| returned.contains(&p)))
            .filter(|&id| self.record(file, id).is_some())
            .map(|id| code.nodes[id].start)
            .collect();
        let answers = |handler: (usize, usize)| invented.iter().any(|&start| handler.0 <= start && start < handler.1);
        code.guarded.iter().filter(|g| answers(g.handler)).map(|g| g.body).collect()
    }

    /// The table whose columns the keys of a map are, where all of them or at least two are.
    pub fn record(&self, file: usize, map: usize) -> Option<String> {
        let code = self.project.code(file);
        let Expr::Map(entries) = &code.nodes[map].expr else { return None };
        let keys: Vec<&str> = entries.iter().filter_map(|(k, _)| k.and_then(|k| code.literal(k))).collect();
        let near = self.carriers.tables_near(self.project, (file, map));
        let count = |table: &str| keys.iter().filter(|k| self.evidence.has(table, k)).count();
        let owners: BTreeSet<&String> = keys.iter().flat_map(|k| self.evidence.owners(k)).collect();
        let best = owners.into_iter().map(|t| (count(t), near.contains(t), t)).max_by_key(|b| (b.0, b.1))?;
        let named = keys.iter().filter(|k| !self.evidence.owners(k).is_empty()).count();
        (named >= 2 && named * 2 >= keys.len() && best.0 > 0).then(|| best.2.to_owned())
    }

    /// What a statement holds beside its own names: stars, inserts without columns, schemas, names that are missing.
    fn extras(&self, carrier: &Carrier, resolved: &Resolved, reading: &Reading, judged: &mut Judged) {
        let range = self.range(carrier.at);
        let mut add = |kind, part, severity, identifiers, why: &str, failure, verdict, rewrite| {
            let mut draft =
                Draft::new(carrier.at.0, range, kind, part, severity, identifiers).why(why).rewritten(rewrite);
            draft.failure = failure;
            draft.verdict = verdict;
            draft.features.reaches = carrier.reached;
            draft.features.parses = true;
            draft.features.structural = true;
            draft.text = carrier.text.shown();
            draft.sinks = carrier.sinks.iter().copied().collect();
            judged.drafts.push((draft, carrier.at));
        };
        let failure = match self.project.code(carrier.at.0).language {
            Language::Python => FailureMode::Loud,
            _ => FailureMode::Silent,
        };
        if !resolved.stars.is_empty() {
            let why = "every column of the table is read without being named";
            add(
                Kind::ImplicitAllColumns,
                Some(Part::SelectStar),
                Severity::High,
                resolved.stars.clone(),
                why,
                failure,
                Verdict::Dependency,
                Rewrite::Auto,
            );
        }
        let written: Vec<_> =
            resolved.identifiers.iter().filter(|i| i.table.is_none() && i.role == Role::Write).cloned().collect();
        if reading.without_columns && !written.is_empty() {
            let why = "values by position: a further column breaks it";
            add(
                Kind::ImplicitAllColumns,
                Some(Part::InsertWithoutColumns),
                Severity::High,
                written,
                why,
                FailureMode::Loud,
                Verdict::Dependency,
                Rewrite::Auto,
            );
        }
        let schemas: Vec<_> = resolved.schemas.iter().filter(|s| self.evidence.is_schema(&s.name)).cloned().collect();
        if !schemas.is_empty() {
            add(
                Kind::DatabaseName,
                None,
                Severity::Critical,
                schemas,
                "the name of a schema written out in SQL",
                FailureMode::Loud,
                Verdict::Dependency,
                Rewrite::Auto,
            );
        }
        if !resolved.missing.is_empty() && reading.head == Head::Statement {
            let why = "a name at a certain place that no catalog has: already broken";
            add(
                Kind::Drift,
                None,
                Severity::Critical,
                resolved.missing.clone(),
                why,
                FailureMode::Loud,
                Verdict::Drift,
                Rewrite::Manual,
            );
        }
    }
}

/// Whether a text is a sentence rather than SQL: many words side by side.
fn reads_as_prose(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let runs = words.windows(3).filter(|w| w.iter().all(|w| w.chars().all(|c| c.is_lowercase()))).count();
    runs > 0
}

fn why(kind: Kind, part: Option<Part>, reached: bool) -> &'static str {
    match (kind, part, reached) {
        (Kind::SqlTemplate, Some(Part::Statement), true) => "a statement that reaches a call which executes it",
        (Kind::SqlTemplate, Some(Part::Statement), false) => {
            "a statement that parses, over tables and columns of the catalog"
        }
        (Kind::StaticMapping, ..) => "an entry of a map whose values become part of an executed statement",
        (Kind::IndexName, ..) => "a hint that becomes part of an executed statement",
        (_, Some(Part::Clause), _) => "a clause that becomes part of an executed statement",
        _ => "a piece that becomes part of an executed statement",
    }
}
