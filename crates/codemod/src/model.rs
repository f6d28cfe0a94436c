//! Models that declare tables to a mapper of objects, and code that goes through them.

use std::collections::{BTreeSet, HashMap};

use crate::code::{Class, Expr, Language, NodeId};
use crate::draft::Draft;
use crate::finding::{Identifier, Kind, Part, Reach, Rewrite, Role, Severity, Verdict};
use crate::judge::{Court, Judged};
use crate::project::{At, Slot};

/// Fields of classes and keys of options that name the table of a model.
const TABLE_KEYS: [&str; 6] = ["__tablename__", "db_table", "tableName", "table_name", "tablename", "__table__"];
/// Calls that declare a column.
const COLUMN_CALLS: [&str; 8] = [
    "Column",
    "mapped_column",
    "column",
    "PrimaryColumn",
    "PrimaryGeneratedColumn",
    "JoinColumn",
    "CreateDateColumn",
    "UpdateDateColumn",
];
/// Methods that return the name of a model's table.
const TABLE_METHODS: [&str; 3] = ["TableName", "tableName", "getTableName"];

/// Letters of a declaration that are kept.
const SHOWN: usize = 1000;

/// Models that are kept under a name: their tables, and keys that are columns as they stand.
pub type Models = HashMap<Slot, String>;

impl Court<'_> {
    /// Judges the models of a file.
    pub fn models(&self, file: usize, models: &Models, judged: &mut Judged) {
        let code = self.project.code(file);
        if !code.language.is_code() || self.life.of_file(file) == Reach::Test {
            return;
        }
        for class in &code.classes {
            match code.language {
                Language::Go => self.tagged(file, class, judged),
                _ => self.declared(file, class, judged),
            }
        }
        for id in 0..code.nodes.len() {
            if matches!(code.nodes[id].expr, Expr::Call { .. }) {
                self.table_call((file, id), judged);
                self.decorated((file, id), judged);
                self.argless((file, id), models, judged);
                self.keyed((file, id), models, judged);
            }
            self.option((file, id), judged);
            self.through((file, id), models, judged);
        }
        for function in code.functions.iter().filter(|f| TABLE_METHODS.contains(&f.name.as_str())) {
            for &value in &function.returns {
                if code.literal(value).is_some_and(|w| self.evidence.table(w).is_some()) {
                    self.declares_name((file, value), None, judged);
                }
            }
        }
    }

    /// The models of all files that are kept under a name.
    pub fn models_by_name(&self) -> Models {
        let mut found = Models::new();
        for file in 0..self.project.files.len() {
            for assign in &self.project.code(file).assigns {
                if let Some(table) = self.declared_by_call((file, assign.value)).map(|d| d.0)
                    && let Some(slot) = self.project.slot((file, assign.target))
                {
                    found.insert(slot, table);
                }
            }
            for class in &self.project.code(file).classes {
                if let Some((_, table)) = self.table_field(file, class) {
                    found.insert(Slot::Global(self.project.module(file), class.name.clone()), table);
                }
            }
        }
        found
    }

    /// The field of a class that names its table, and the table.
    fn table_field(&self, file: usize, class: &Class) -> Option<(NodeId, String)> {
        let named = class.fields.iter().filter(|f| TABLE_KEYS.contains(&f.name.as_str())).filter_map(|f| f.value);
        let table = |value: NodeId| self.evidence.table(self.project.code(file).literal(value)?).map(str::to_owned);
        named.into_iter().find_map(|value| Some((value, table(value)?)))
    }

    /// A literal that declares a table, or a column of one.
    fn declares_name(&self, at: At, table: Option<String>, judged: &mut Judged) {
        let identifiers = vec![self.identifier(at, table, Role::Ddl)];
        self.declares_over(at, self.range(at), identifiers, Severity::Medium, judged);
    }

    fn declares_over(
        &self,
        at: At,
        range: (usize, usize),
        identifiers: Vec<Identifier>,
        severity: Severity,
        judged: &mut Judged,
    ) {
        let draft = Draft::new(at.0, range, Kind::OrmModel, None, severity, identifiers).rewritten(Rewrite::Assisted);
        self.certain(draft.why("a declared mapping of a table"), SHOWN, at, judged);
    }

    /// A class that names its table.
    fn declared(&self, file: usize, class: &Class, judged: &mut Judged) {
        let code = self.project.code(file);
        let Some((named, table)) = self.table_field(file, class) else { return };
        let around = code
            .classes
            .iter()
            .filter(|c| c.range.0 <= class.range.0 && class.range.1 <= c.range.1)
            .max_by_key(|c| c.range.1 - c.range.0)
            .unwrap_or(class);
        let mut identifiers = vec![self.identifier((file, named), None, Role::Ddl)];
        for field in &around.fields {
            let said = field
                .value
                .and_then(|v| self.first_literal(file, v))
                .filter(|&l| code.literal(l).is_some_and(|w| self.evidence.has(&table, w)));
            match said {
                Some(literal) => identifiers.push(self.identifier((file, literal), Some(table.clone()), Role::Ddl)),
                None if self.evidence.has(&table, &field.name) => {
                    identifiers.push(Identifier {
                        name: field.name.clone(),
                        table: Some(table.clone()),
                        column: None,
                        role: Role::Ddl,
                        span: self.place_of(file, around.range, &field.name),
                    });
                }
                None => {}
            }
        }
        let end = self.project.files[file]
            .text
            .get(around.range.0..around.range.1)
            .map_or(around.range.1, |t| around.range.0 + t.trim_end().len());
        self.declares_over((file, named), (around.range.0, end), identifiers, Severity::Medium, judged);
    }

    fn place_of(&self, file: usize, range: (usize, usize), word: &str) -> Option<(usize, usize)> {
        let text = self.project.files[file].text.get(range.0..range.1)?;
        let at = text
            .match_indices(word)
            .find(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))?
            .0;
        Some((range.0 + at, range.0 + at + word.len()))
    }

    /// The first text that is passed to the innermost call of a chain.
    fn first_literal(&self, file: usize, value: NodeId) -> Option<NodeId> {
        let code = self.project.code(file);
        match &code.nodes[value].expr {
            Expr::Call { callee, args } => match &code.nodes[*callee].expr {
                Expr::Member { object, .. } if matches!(code.nodes[*object].expr, Expr::Call { .. }) => {
                    self.first_literal(file, *object)
                }
                _ => args.first().map(|a| a.value).filter(|&a| code.literal(a).is_some()).or_else(|| {
                    args.iter().find(|a| matches!(a.name.as_deref(), Some("name" | "db_column"))).map(|a| a.value)
                }),
            },
            _ => None,
        }
    }

    /// `table("name", { key: type("column") })`: the table, the node of its name, and the map.
    fn declared_by_call(&self, at: At) -> Option<(String, NodeId, NodeId)> {
        let code = self.project.code(at.0);
        let Expr::Call { callee, args } = &code.nodes[at.1].expr else { return None };
        let name = code.last_name(*callee)?;
        if !(name.ends_with("Table") || matches!(name, "define" | "Table" | "table" | "model")) {
            return None;
        }
        let first = args.first()?.value;
        let table = self.evidence.table(code.literal(first)?)?.to_owned();
        let map = args.iter().map(|a| a.value).find(|&a| matches!(code.nodes[a].expr, Expr::Map(_)))?;
        Some((table, first, map))
    }

    fn table_call(&self, at: At, judged: &mut Judged) {
        let Some((table, name, map)) = self.declared_by_call(at) else { return };
        let code = self.project.code(at.0);
        let kept = self.carriers.places[at.0].kept_as(code, at.1);
        let before = judged.drafts.len();
        self.table_entries(at.0, &table, name, map, judged);
        if kept.is_some_and(|(name, module)| module && !self.life.uses(&name)) {
            for (draft, _) in &mut judged.drafts[before..] {
                draft.severity = Severity::Low;
                draft.verdict = Verdict::Dead;
                draft.rewrite = Rewrite::Manual;
                draft.why = "a declared mapping of a table that nothing uses".into();
            }
        }
    }

    fn table_entries(&self, file: usize, table: &str, name: NodeId, map: NodeId, judged: &mut Judged) {
        let code = self.project.code(file);
        self.declares_name((file, name), None, judged);
        let Expr::Map(entries) = &code.nodes[map].expr else { return };
        let fits = |id: NodeId| code.literal(id).is_some_and(|w| self.evidence.has(table, w));
        for (key, value) in entries {
            let literal = self.first_literal(file, *value).filter(|&l| fits(l));
            if let Some(named) = literal.or_else(|| key.filter(|&k| fits(k))) {
                self.declares_name((file, named), Some(table.to_owned()), judged);
            }
        }
    }

    /// `@Entity("table")`, `@Column({ name: "column" })`, `Column("column")`.
    fn decorated(&self, at: At, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Call { callee, args } = &code.nodes[at.1].expr else { return };
        let Expr::Name(name) = &code.nodes[*callee].expr else { return };
        if code.language != Language::Script {
            return;
        }
        let named = args.iter().find_map(|a| match &code.nodes[a.value].expr {
            Expr::Map(entries) => {
                entries.iter().find(|(k, _)| k.and_then(|k| code.literal(k)) == Some("name")).map(|(_, v)| *v)
            }
            _ => Some(a.value),
        });
        let Some(named) = named.filter(|&n| code.literal(n).is_some()) else { return };
        let word = code.literal(named).unwrap_or("");
        if matches!(name.as_str(), "Entity" | "Table" | "ViewEntity") && self.evidence.table(word).is_some() {
            self.declares_name((at.0, named), None, judged);
        } else if COLUMN_CALLS.contains(&name.as_str())
            && let Some(table) = self.evidence.owners(word).first()
        {
            self.declares_name((at.0, named), Some(table.clone()), judged);
        }
    }

    /// `{ tableName: "table" }`.
    fn option(&self, at: At, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Map(entries) = &code.nodes[at.1].expr else { return };
        for (key, value) in entries {
            let keyed = key.and_then(|k| code.literal(k)).is_some_and(|k| TABLE_KEYS.contains(&k));
            if keyed && code.literal(*value).is_some_and(|w| self.evidence.table(w).is_some()) {
                self.declares_name((at.0, *value), None, judged);
            }
        }
    }

    /// A struct whose tags name columns.
    fn tagged(&self, file: usize, class: &Class, judged: &mut Judged) {
        let code = self.project.code(file);
        let tags: Vec<(NodeId, Tag)> =
            class.fields.iter().filter_map(|f| f.value).filter_map(|v| Some((v, tag(code.literal(v)?)?))).collect();
        let fit = |table: &str| tags.iter().filter(|(_, t)| self.evidence.has(table, &t.column)).count();
        let owners: BTreeSet<&String> = tags.iter().flat_map(|(_, t)| self.evidence.owners(&t.column)).collect();
        let best = owners.into_iter().max_by_key(|t| fit(t)).filter(|t| fit(t) * 2 >= tags.len());
        let Some(table) = best.cloned() else { return };
        for (value, tag) in tags.iter().filter(|(_, t)| self.evidence.has(&table, &t.column)) {
            let (role, severity) =
                if tag.projects { (Role::Project, Severity::High) } else { (Role::Ddl, Severity::Medium) };
            let at = (file, *value);
            let identifiers = vec![self.named(at, &tag.column, Some(table.clone()), role)];
            self.declares_over(at, self.range(at), identifiers, severity, judged);
        }
    }

    /// `.select().from(model)`: every column without a name.
    fn argless(&self, at: At, models: &Models, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Call { callee, args } = &code.nodes[at.1].expr else { return };
        let Expr::Member { object, name, .. } = &code.nodes[*callee].expr else { return };
        let bare = matches!(&code.nodes[*object].expr, Expr::Call { callee, args } if args.is_empty() && code.last_name(*callee) == Some("select"));
        let Some(model) = args.first().filter(|_| bare && name == "from") else { return };
        let Some(table) = self.project.slot((at.0, model.value)).and_then(|s| models.get(&s)) else { return };
        let node = &code.nodes[model.value];
        let identifier = Identifier {
            name: table.clone(),
            table: None,
            column: None,
            role: Role::Read,
            span: Some((node.start, node.end)),
        };
        let (kind, part) = (Kind::ImplicitAllColumns, Part::ArglessRead);
        let draft = Draft::new(at.0, self.range(at), kind, Some(part), Severity::High, vec![identifier])
            .silent()
            .why("a read without arguments names every column of the model");
        self.certain(draft, 0, at, judged);
    }

    /// `insert(model).values({ column: .. })`, `update(model).set({ .. })`.
    fn keyed(&self, at: At, models: &Models, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Call { callee, args } = &code.nodes[at.1].expr else { return };
        let Expr::Member { object, name, .. } = &code.nodes[*callee].expr else { return };
        if !matches!(name.as_str(), "values" | "set") {
            return;
        }
        let Expr::Call { args: models_passed, .. } = &code.nodes[*object].expr else { return };
        let table = models_passed.iter().find_map(|a| self.project.slot((at.0, a.value)).and_then(|s| models.get(&s)));
        let (Some(table), Some(record)) = (table, args.first()) else { return };
        let Expr::Map(entries) = &code.nodes[record.value].expr else { return };
        for key in entries
            .iter()
            .filter_map(|(k, _)| *k)
            .filter(|&k| code.literal(k).is_some_and(|w| self.evidence.has(table, w)))
        {
            let identifiers = vec![self.identifier((at.0, key), Some(table.clone()), Role::Write)];
            self.object_key((at.0, key), identifiers, judged);
        }
    }

    fn object_key(&self, at: At, identifiers: Vec<Identifier>, judged: &mut Judged) {
        let draft =
            Draft::new(at.0, self.range(at), Kind::ColumnName, Some(Part::ObjectKey), Severity::High, identifiers)
                .why("a key of a model that is a column as well");
        self.certain(draft, 0, at, judged);
    }

    /// `model.column`.
    fn through(&self, at: At, models: &Models, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Member { object, name, at: place } = &code.nodes[at.1].expr else { return };
        let Some(table) = self.project.slot((at.0, *object)).and_then(|s| models.get(&s)) else { return };
        if matches!(code.nodes[*object].expr, Expr::Name(_)) && self.evidence.has(table, name) {
            let identifier = Identifier {
                name: name.clone(),
                table: Some(table.clone()),
                column: None,
                role: Role::Project,
                span: Some(*place),
            };
            self.object_key(at, vec![identifier], judged);
        }
    }
}

/// What a tag of a field says.
struct Tag {
    column: String,
    /// Whether it names what a query returns, rather than what a mapper makes.
    projects: bool,
}

fn tag(text: &str) -> Option<Tag> {
    let of = |key: &str| {
        text.find(&format!("{key}:\"")).map(|at| &text[at + key.len() + 2..]).and_then(|rest| rest.split('"').next())
    };
    if let Some(said) = of("gorm") {
        let column = said.split(';').find_map(|p| p.trim().strip_prefix("column:"))?;
        return Some(Tag { column: column.to_owned(), projects: false });
    }
    let said = ["db", "sql", "bun", "pg"].iter().find_map(|k| of(k))?;
    let column = said.split(',').next().unwrap_or(said);
    (!column.is_empty() && column != "-").then(|| Tag { column: column.to_owned(), projects: true })
}
