//! Entries of configuration: a table, and beside it what is said about its columns.

use std::collections::HashSet;

use crate::code::{Code, Expr, Language, NodeId};
use crate::dbt;
use crate::draft::Draft;
use crate::finding::{FailureMode, Identifier, Kind, Part, Rewrite, Role, Severity, Verdict};
use crate::judge::{Court, Judged};
use crate::name::words;
use crate::project::Project;
use crate::resolve::{Surroundings, resolve};
use crate::statement::{self, Clause, Head, Reading, SqlText, is_word};

/// Keys whose values people read.
const SHOWN: [&str; 18] = [
    "label",
    "title",
    "titles",
    "description",
    "comment",
    "message",
    "help",
    "text",
    "heading",
    "caption",
    "display",
    "name",
    "tooltip",
    "summary",
    "doc",
    "docs",
    "note",
    "subject",
];

/// Letters of an entry that are kept.
const SHOWN_LETTERS: usize = 400;

impl Court<'_> {
    /// Judges a file of data; `keys` are the words by which code looks something up.
    pub fn configuration(&self, file: usize, keys: &HashSet<String>, judged: &mut Judged) {
        let code = self.project.code(file);
        if code.language != Language::Data {
            return;
        }
        let Some(root) = code.nodes.len().checked_sub(1) else { return };
        if dbt::is_dbt(code, root) {
            return self.declarations(file, root, judged);
        }
        let mut ways: Vec<(NodeId, Vec<String>)> = vec![(root, Vec::new())];
        while let Some((node, path)) = ways.pop() {
            match &code.nodes[node].expr {
                Expr::Map(entries) => {
                    self.section(file, entries, &path, keys, judged);
                    for (key, value) in entries {
                        let key = key.and_then(|k| code.literal(k)).unwrap_or("").to_owned();
                        ways.push((*value, path.iter().cloned().chain([key]).collect()));
                    }
                }
                Expr::List(items) => ways.extend(items.iter().map(|&i| (i, path.clone()))),
                _ => {}
            }
        }
    }

    /// One map: is a table named in it, and what of the rest speaks of its columns?
    fn section(
        &self,
        file: usize,
        entries: &[(Option<NodeId>, NodeId)],
        path: &[String],
        keys: &HashSet<String>,
        judged: &mut Judged,
    ) {
        let code = self.project.code(file);
        let said = |id: NodeId| code.literal(id).map(str::trim);
        if path.iter().any(|p| is_shown(p)) {
            return;
        }
        let table = entries.iter().find_map(|(k, v)| {
            let key = k.and_then(said)?;
            let table = self.evidence.table(said(*v)?)?;
            (!is_shown(key)).then(|| table.to_owned())
        });
        for (key, value) in entries {
            let Some(name) = key.and_then(said) else { continue };
            if is_shown(name) {
                continue;
            }
            if let Some(word) = said(*value)
                && self.evidence.is_schema(word)
                && self.evidence.table(word).is_none()
            {
                self.schema(file, *value, name, keys, judged);
                continue;
            }
            let Some((identifiers, part)) = self.entry(file, *value, name, table.as_deref()) else { continue };
            let live = keys.contains(name) || path.is_empty() && keys.is_empty();
            self.entry_found(file, (key.unwrap_or(*value), *value), identifiers, part, live, judged);
        }
    }

    fn entry_found(
        &self,
        file: usize,
        (key, value): (NodeId, NodeId),
        identifiers: Vec<Identifier>,
        part: Part,
        live: bool,
        judged: &mut Judged,
    ) {
        let code = self.project.code(file);
        let range = (code.nodes[key].start, code.nodes[value].end);
        let mut draft = Draft::new(file, range, Kind::ConfigMapping, Some(part), Severity::High, identifiers)
            .rewritten(Rewrite::Assisted);
        draft.why = "a configured name that code looks up by its key".into();
        if !live {
            draft.severity = Severity::Low;
            draft.failure = FailureMode::Silent;
            draft.verdict = Verdict::Dead;
            draft.rewrite = Rewrite::Manual;
            draft.why = "a configured name under a key that no code looks up".into();
        }
        self.certain(draft, SHOWN_LETTERS, (file, value), judged);
    }

    fn schema(&self, file: usize, value: NodeId, name: &str, keys: &HashSet<String>, judged: &mut Judged) {
        if !keys.contains(name) {
            return;
        }
        let identifiers = vec![self.configured(file, value, None, Role::Read)];
        let node = &self.project.code(file).nodes[value];
        let mut draft =
            Draft::new(file, (node.start, node.end), Kind::DatabaseName, None, Severity::Critical, identifiers);
        draft.features.structural = true;
        draft.features.agreeing = 1;
        draft.text = format!("{name}={}", self.project.code(file).literal(value).unwrap_or(""));
        judged.drafts.push((draft.why("the name of a schema, which code looks up by its key"), (file, value)));
    }

    fn configured(&self, file: usize, value: NodeId, table: Option<String>, role: Role) -> Identifier {
        let name = self.project.code(file).literal(value).unwrap_or("").trim();
        self.named((file, value), name, table, role)
    }

    /// The names in a value, if it speaks of a table and its columns.
    fn entry(&self, file: usize, value: NodeId, key: &str, table: Option<&str>) -> Option<(Vec<Identifier>, Part)> {
        let code = self.project.code(file);
        if let Expr::List(items) = &code.nodes[value].expr {
            let table = table?;
            let words: Vec<&str> = items.iter().filter_map(|&i| code.literal(i)).collect();
            let fit =
                words.len() == items.len() && !words.is_empty() && words.iter().all(|w| self.evidence.has(table, w));
            let identifiers =
                items.iter().map(|&i| self.configured(file, i, Some(table.to_owned()), Role::Project)).collect();
            return fit.then_some((identifiers, Part::Value));
        }
        let text = code.literal(value)?.trim();
        if self.evidence.table(text).is_some() {
            return (table.is_some() && !is_common(text))
                .then(|| (vec![self.configured(file, value, None, Role::Read)], Part::Value));
        }
        if is_word(text) {
            let table = table.filter(|t| self.evidence.has(t, text))?;
            return Some((vec![self.configured(file, value, Some(table.to_owned()), role_of(key))], Part::Parameter));
        }
        self.expression(code, value, key, table)
    }

    fn expression(
        &self,
        code: &Code,
        value: NodeId,
        key: &str,
        table: Option<&str>,
    ) -> Option<(Vec<Identifier>, Part)> {
        let text = match &code.nodes[value].expr {
            Expr::Text(pieces) => match pieces.as_slice() {
                [crate::code::Piece::Literal { value, offsets }] => {
                    let mut text = SqlText::default();
                    text.push(value, offsets);
                    text
                }
                _ => return None,
            },
            _ => return None,
        };
        let filters = role_of(key) == Role::Filter
            || [" = ", "<>", " < ", " > ", ">=", "<=", " IS ", " IN ", " LIKE "].iter().any(|c| text.text.contains(c));
        let reading = statement::read(&text, if filters { Clause::Filter } else { Clause::Project });
        let around = Surroundings { tables: table.map(str::to_owned).into_iter().collect(), ..Surroundings::default() };
        let resolved = resolve(self.evidence, &text, &reading, &around);
        let whole = is_whole(&reading) && resolved.foreign == 0 && statement::parses(&text);
        let fits = resolved.agreeing > 0
            && resolved.unknown == 0
            && resolved.loose == 0
            && table.is_some()
            && reading.head != Head::Statement;
        let part = if filters { Part::Predicate } else { Part::Expression };
        (whole || fits).then_some((resolved.identifiers, part)).filter(|(i, _)| !i.is_empty())
    }
}

fn is_whole(reading: &Reading) -> bool {
    reading.head == Head::Statement && reading.has_table
}

fn is_shown(key: &str) -> bool {
    words(key).last().is_some_and(|w| SHOWN.contains(&w.as_str()))
}

/// A word that says too little by itself to be the name of a table.
fn is_common(text: &str) -> bool {
    text.len() < 3
}

/// The role of a column by the key that it is configured under.
fn role_of(key: &str) -> Role {
    let words = words(key);
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if any(&["order", "sort", "orderby", "sorting"]) {
        Role::Order
    } else if any(&["group", "groupby", "dimension", "by"]) {
        Role::Group
    } else if any(&["where", "filter", "predicate", "condition", "date", "day", "period", "since", "until"]) {
        Role::Filter
    } else {
        Role::Project
    }
}

/// The words by which code looks something up: keys, members, names of fields taken apart, arguments.
pub fn looked_up(project: &Project) -> HashSet<String> {
    let mut found = HashSet::new();
    for source in &project.files {
        let code = &source.code;
        if !code.language.is_code() {
            continue;
        }
        for (id, node) in code.nodes.iter().enumerate() {
            match &node.expr {
                Expr::Member { name, .. } => _ = found.insert(name.clone()),
                Expr::Text(_) => found.extend(code.literal(id).filter(|w| w.len() < 80).map(str::to_owned)),
                _ => {}
            }
        }
    }
    found
}
