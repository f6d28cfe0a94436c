//! Files in which dbt declares sources and models: tables, their columns, and the tests that are run on them.

use crate::code::{Code, Expr, NodeId};
use crate::draft::Draft;
use crate::finding::{FailureMode, Identifier, Kind, Part, Rewrite, Role, Severity, Verdict};
use crate::judge::{Court, Judged};

/// Keys whose lists declare tables.
const DECLARING: [&str; 4] = ["models", "sources", "seeds", "snapshots"];
/// Letters of a declaration that are kept.
const SHOWN: usize = 400;

/// A table that is declared.
struct Declared {
    /// The node of the name under which the schema has it.
    name: NodeId,
    /// Its columns: the maps that declare them.
    columns: Vec<NodeId>,
    /// Whether statements read it under this name: a source. What the project makes itself is called so by it.
    is_read: bool,
}

/// Whether a file of data declares tables to dbt: lists of things with names under the keys that it knows.
pub fn is_dbt(code: &Code, root: NodeId) -> bool {
    let Expr::Map(entries) = &code.nodes[root].expr else { return false };
    entries.iter().any(|(key, value)| {
        key.and_then(|k| code.literal(k)).is_some_and(|k| DECLARING.contains(&k))
            && items(code, *value)
                .iter()
                .any(|&item| value_of(code, item, "name").is_some_and(|n| code.literal(n).is_some()))
    })
}

/// The value under a key of a map.
fn value_of(code: &Code, map: NodeId, key: &str) -> Option<NodeId> {
    let Expr::Map(entries) = &code.nodes[map].expr else { return None };
    entries.iter().find(|(k, _)| k.and_then(|k| code.literal(k)) == Some(key)).map(|(_, value)| *value)
}

/// The elements of a list.
fn items(code: &Code, list: NodeId) -> &[NodeId] {
    match &code.nodes[list].expr {
        Expr::List(items) => items,
        _ => &[],
    }
}

fn listed(code: &Code, map: NodeId, key: &str) -> Vec<NodeId> {
    value_of(code, map, key).map(|list| items(code, list).to_vec()).unwrap_or_default()
}

impl Court<'_> {
    /// Judges a file that declares tables to dbt.
    pub fn declarations(&self, file: usize, root: NodeId, judged: &mut Judged) {
        let code = self.project.code(file);
        for kind in DECLARING {
            for entry in listed(code, root, kind) {
                let is_source = kind == "sources";
                let tables = if is_source { listed(code, entry, "tables") } else { vec![entry] };
                let declared: Vec<Declared> = tables.into_iter().filter_map(|t| declared(code, t, is_source)).collect();
                // A source of which the schema has nothing is one of another database.
                let is_ours = declared.iter().any(|d| self.table_at(file, d.name).is_some());
                declared.iter().filter(|_| is_ours).for_each(|table| self.declared_table(file, table, judged));
            }
        }
    }

    fn table_at(&self, file: usize, name: NodeId) -> Option<&str> {
        self.evidence.table(self.project.code(file).literal(name)?)
    }

    fn declared_table(&self, file: usize, declared: &Declared, judged: &mut Judged) {
        let code = self.project.code(file);
        let at = (file, declared.name);
        let Some(table) = self.table_at(file, declared.name).map(str::to_owned) else {
            let missing = vec![self.identifier(at, None, Role::Read)];
            return self.gone(at, missing, "a source that no catalog has: already broken", judged);
        };
        let (severity, why) = if declared.is_read {
            (Severity::High, "the name of a source, which statements are rendered with")
        } else {
            (Severity::Medium, "the name of a model, which makes the table of that name")
        };
        let identifiers = vec![self.identifier(at, None, Role::Read)];
        self.declares_entry(at, Part::Value, severity, identifiers, why, judged);
        for &column in &declared.columns {
            self.declared_column(file, &table, column, code, judged);
        }
    }

    fn declared_column(&self, file: usize, table: &str, column: NodeId, code: &Code, judged: &mut Judged) {
        let Some(name) = value_of(code, column, "name") else { return };
        let Some(word) = code.literal(name).map(str::to_owned) else { return };
        let tests: Vec<NodeId> = ["tests", "data_tests"].iter().flat_map(|key| listed(code, column, key)).collect();
        let at = (file, name);
        if !self.evidence.has(table, &word) {
            if self.evidence.is_read(table) {
                let missing = vec![self.identifier(at, Some(table.to_owned()), Role::Read)];
                self.gone(at, missing, "a declared column that no catalog has: already broken", judged);
            }
            return;
        }
        let identifiers = vec![self.identifier(at, Some(table.to_owned()), Role::Filter)];
        if tests.is_empty() {
            let draft = Draft::new(
                file,
                self.range(at),
                Kind::ConfigMapping,
                Some(Part::Parameter),
                Severity::Low,
                identifiers,
            );
            let mut draft = draft.rewritten(Rewrite::Assisted).why("a column that is described and not tested");
            draft.failure = FailureMode::Cosmetic;
            return self.certain(draft, SHOWN, at, judged);
        }
        let why = "a declared column, which tests are rendered with";
        self.declares_entry(at, Part::Parameter, Severity::High, identifiers, why, judged);
        for test in tests {
            self.declared_test(file, (table, &word), test, judged);
        }
    }

    /// `relationships` leads to a column of another table, `accepted_values` lists values of this one.
    fn declared_test(&self, file: usize, (table, column): (&str, &str), test: NodeId, judged: &mut Judged) {
        let code = self.project.code(file);
        let of = |map: NodeId, key: &str| {
            let inner = value_of(code, map, key);
            // Newer files keep what a test takes under `arguments`.
            inner.or_else(|| value_of(code, value_of(code, map, "arguments")?, key))
        };
        if let Some(inner) = value_of(code, test, "relationships")
            && let (Some(to), Some(field)) = (of(inner, "to"), of(inner, "field"))
        {
            let said = code.literal(to).unwrap_or("");
            let Some(other) = said.split(['\'', '"']).filter_map(|word| self.evidence.table(word)).next_back() else {
                return;
            };
            let other = other.to_owned();
            let why = "a test that this column leads to another table";
            let tables = vec![self.named((file, to), &other, None, Role::Join)];
            self.declares_entry((file, to), Part::Value, Severity::High, tables, why, judged);
            if code.literal(field).is_some_and(|word| self.evidence.has(&other, word)) {
                let columns = vec![self.identifier((file, field), Some(other), Role::Join)];
                self.declares_entry((file, field), Part::Parameter, Severity::High, columns, why, judged);
            }
        }
        if let Some(inner) = value_of(code, test, "accepted_values")
            && let Some(values) = of(inner, "values")
        {
            let items: Vec<NodeId> =
                items(code, values).iter().copied().filter(|&i| code.literal(i).is_some()).collect();
            let value = |&item: &NodeId| Identifier {
                column: Some(column.to_owned()),
                ..self.identifier((file, item), Some(table.to_owned()), Role::Compare)
            };
            let identifiers: Vec<Identifier> = items.iter().map(value).collect();
            if !identifiers.is_empty() {
                let at = (file, values);
                let draft = Draft::new(file, self.range(at), Kind::EnumValue, None, Severity::Medium, identifiers);
                let draft = draft.rewritten(Rewrite::Assisted).why("the values that a test allows in a column");
                self.certain(draft, SHOWN, at, judged);
            }
        }
    }

    fn declares_entry(
        &self,
        at: (usize, NodeId),
        part: Part,
        severity: Severity,
        identifiers: Vec<Identifier>,
        why: &str,
        judged: &mut Judged,
    ) {
        let draft = Draft::new(at.0, self.range(at), Kind::ConfigMapping, Some(part), severity, identifiers);
        self.certain(draft.rewritten(Rewrite::Assisted).why(why), SHOWN, at, judged);
    }

    fn gone(&self, at: (usize, NodeId), identifiers: Vec<Identifier>, why: &str, judged: &mut Judged) {
        let draft = Draft::new(at.0, self.range(at), Kind::Drift, None, Severity::High, identifiers);
        let mut draft = draft.rewritten(Rewrite::Manual).why(why);
        draft.verdict = Verdict::Drift;
        self.certain(draft, SHOWN, at, judged);
    }
}

fn declared(code: &Code, table: NodeId, is_source: bool) -> Option<Declared> {
    let called = value_of(code, table, "name").filter(|&n| code.literal(n).is_some())?;
    let physical = value_of(code, table, "identifier").filter(|&n| is_source && code.literal(n).is_some());
    Some(Declared { name: physical.unwrap_or(called), columns: listed(code, table, "columns"), is_read: is_source })
}
