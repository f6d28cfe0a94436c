//! Names of a reading bound to the schema: columns to their tables, through aliases and scopes.

use std::collections::BTreeMap;

use crate::evidence::Evidence;
use crate::finding::{Identifier, Role};
use crate::statement::{Bound, Clause, Mention, Reading, SqlText, What};

/// What the surroundings of a text bind: aliases, and tables without one.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Aliases with their tables.
    pub aliases: BTreeMap<String, String>,
    /// Tables that the statement reads or writes elsewhere.
    pub tables: Vec<String>,
}

/// What the names of a text are.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// Names of the schema.
    pub identifiers: Vec<Identifier>,
    /// Names at certain places that the schema has not.
    pub missing: Vec<Identifier>,
    /// Tables that every column is read of, with the place of the star.
    pub stars: Vec<Identifier>,
    /// Databases and schemas that stand before known tables.
    pub schemas: Vec<Identifier>,
    /// Tables that are unknown.
    pub foreign: usize,
    /// Columns that fit their table.
    pub agreeing: usize,
    /// Columns that only some table of the schema has.
    pub loose: usize,
    /// Columns that nothing explains.
    pub unknown: usize,
}

/// Most queries that pass on each other's columns.
const DEEPEST: usize = 8;

/// Tables of engines about themselves.
const SYSTEM: [&str; 12] = [
    "sqlite_master",
    "sqlite_schema",
    "sqlite_sequence",
    "information_schema",
    "pg_catalog",
    "pg_class",
    "pg_tables",
    "pg_indexes",
    "dual",
    "pg_namespace",
    "pg_attribute",
    "sqlite_temp_master",
];

/// Whether it is a table of an engine about itself.
pub fn is_system(name: &str) -> bool {
    let lower = name.to_lowercase();
    SYSTEM.contains(&lower.as_str())
        || lower.starts_with("pg_stat")
        || lower.starts_with("sqlite_")
        || lower.starts_with("pragma_")
}

/// Binds the names of a text.
pub fn resolve(evidence: &Evidence, text: &SqlText, reading: &Reading, around: &Surroundings) -> Resolved {
    let mut resolved = Resolved::default();
    let binder = Binder { evidence, text, reading, around };
    for mention in &reading.mentions {
        match &mention.what {
            What::Table => binder.table(mention, &mut resolved),
            What::Column => binder.column(mention, &mut resolved),
            What::Index => resolved.identifiers.push(binder.identifier(mention, None, Role::Hint)),
            What::Schema => binder.schema(mention, &mut resolved),
            What::Value(of) => binder.value(mention, *of, &mut resolved),
            What::Star => binder.star(mention, &mut resolved),
        }
    }
    resolved
}

struct Binder<'a> {
    evidence: &'a Evidence,
    text: &'a SqlText,
    reading: &'a Reading,
    around: &'a Surroundings,
}

enum Owner {
    Table(String),
    Loose(String),
    Missing,
    Unknown,
    Nothing,
}

impl Binder<'_> {
    fn identifier(&self, mention: &Mention, table: Option<String>, role: Role) -> Identifier {
        let span = self.text.source(mention.at.0).map(|start| (start, start + (mention.at.1 - mention.at.0)));
        Identifier { name: mention.name.clone(), table, column: None, role, span }
    }

    fn table(&self, mention: &Mention, resolved: &mut Resolved) {
        let lower = mention.name.to_lowercase();
        if self.query(&lower, mention.scope).is_some() {
            return;
        }
        if self.evidence.table(&mention.name).is_some() {
            resolved.identifiers.push(self.identifier(mention, None, role(mention.clause)));
        } else if !self.reading.defined.contains(&lower)
            && !is_system(&lower)
            && !mention.qualifier.as_deref().is_some_and(is_system)
        {
            resolved.missing.push(self.identifier(mention, None, role(mention.clause)));
            resolved.foreign += 1;
        }
    }

    fn schema(&self, mention: &Mention, resolved: &mut Resolved) {
        if !is_system(&mention.name) {
            resolved.schemas.push(self.identifier(mention, None, Role::Read));
        }
    }

    fn star(&self, mention: &Mention, resolved: &mut Resolved) {
        let mut tables = match &mention.qualifier {
            Some(q) => self.aliased(mention.scope, q).unwrap_or_default().0,
            None => self.reading.scopes[mention.scope].tables.iter().flat_map(|b| b.names.clone()).collect(),
        };
        tables.retain(|table| self.query(table, mention.scope).is_none());
        for table in tables.iter().filter_map(|t| self.evidence.table(t)) {
            let place =
                self.reading.mentions.iter().find(|m| m.what == What::Table && m.name.eq_ignore_ascii_case(table));
            let mut identifier = self.identifier(place.unwrap_or(mention), None, Role::Read);
            identifier.name = place.map_or(table, |m| &m.name).to_owned();
            resolved.stars.push(identifier);
        }
    }

    fn value(&self, mention: &Mention, of: usize, resolved: &mut Resolved) {
        let column = &self.reading.mentions[of];
        if let Owner::Table(table) = self.owner(column) {
            let mut identifier = self.identifier(mention, Some(table), Role::Compare);
            if mention.clause == Clause::Write {
                identifier.role = Role::Write;
            }
            identifier.column = Some(column.name.clone());
            resolved.identifiers.push(identifier);
        }
    }

    fn column(&self, mention: &Mention, resolved: &mut Resolved) {
        let role = role(mention.clause);
        match self.owner(mention) {
            Owner::Table(table) => {
                resolved.agreeing += 1;
                resolved.identifiers.extend(self.qualifying(mention, &table));
                resolved.identifiers.push(self.identifier(mention, Some(table), role));
            }
            Owner::Loose(table) => {
                resolved.loose += 1;
                resolved.identifiers.push(self.identifier(mention, Some(table), role));
            }
            Owner::Missing => resolved.missing.push(self.identifier(mention, None, role)),
            Owner::Unknown => resolved.unknown += 1,
            Owner::Nothing => {}
        }
    }

    /// The query of the statement itself that a name stands for in a scope: inside of it the name is that of a table.
    fn query(&self, name: &str, scope: usize) -> Option<usize> {
        let query = *self.reading.queries.get(&name.to_lowercase())?;
        let inside = std::iter::successors(Some(scope), |&s| self.reading.scopes[s].outer).any(|s| s == query);
        (!inside).then_some(query)
    }

    /// Whose a column of one of these tables is, where one of them has it; a query that passes on every column of a table has
    /// its columns.
    fn column_of(&self, names: &[String], scope: usize, column: &str, depth: usize) -> Option<Owner> {
        let of = |name: &String| match self.query(name, scope) {
            Some(query) => self.passed_on(query, column, depth),
            None => {
                self.evidence.table(name).filter(|t| self.evidence.has(t, column)).map(|t| Owner::Table(t.to_owned()))
            }
        };
        names.iter().find_map(of)
    }

    fn passed_on(&self, query: usize, column: &str, depth: usize) -> Option<Owner> {
        let scope = &self.reading.scopes[query];
        let own = self.reading.mentions.iter().filter(|m| m.scope == query && m.clause == Clause::Project);
        let is_named = |m: &Mention| m.what == What::Column && m.name.eq_ignore_ascii_case(column);
        if scope.outputs.contains(&column.to_lowercase()) || own.clone().any(is_named) {
            return Some(Owner::Nothing);
        }
        let is_star = own.clone().any(|m| m.what == What::Star);
        let mut bound = scope.tables.iter().filter(|_| is_star && depth > 0);
        bound.find_map(|bound| self.column_of(&bound.names, query, column, depth - 1))
    }

    /// The name of a table that stands before its column: a rename of the table meets it there too.
    fn qualifying(&self, mention: &Mention, table: &str) -> Option<Identifier> {
        let (qualifier, at) = (mention.qualifier.as_deref()?, mention.qualified_at?);
        let is_alias = |bound: &Bound| bound.alias.as_deref().is_some_and(|a| a.eq_ignore_ascii_case(qualifier));
        let is_table = qualifier.eq_ignore_ascii_case(table)
            && self.query(qualifier, mention.scope).is_none()
            && !self.reading.scopes.iter().flat_map(|s| &s.tables).any(is_alias)
            && !self.around.aliases.contains_key(&qualifier.to_lowercase());
        let span = self.text.source(at.0).map(|start| (start, start + (at.1 - at.0)));
        let name = qualifier.to_owned();
        is_table.then_some(Identifier { name, table: None, column: None, role: Role::Read, span })
    }

    /// The tables of an alias, from the inside, with the scope that they are bound in; an empty list for a query in brackets.
    fn aliased(&self, scope: usize, alias: &str) -> Option<(Vec<String>, usize)> {
        let mut at = Some(scope);
        while let Some(place) = at {
            let scope = &self.reading.scopes[place];
            for bound in &scope.tables {
                let named = bound.alias.as_deref().is_some_and(|a| a.eq_ignore_ascii_case(alias));
                if named || bound.names.iter().any(|n| n.eq_ignore_ascii_case(alias)) {
                    return Some((bound.names.clone(), place));
                }
            }
            at = scope.outer;
        }
        None
    }

    fn owner(&self, mention: &Mention) -> Owner {
        match &mention.qualifier {
            Some(qualifier) => self.qualified(mention, qualifier),
            None => self.unqualified(mention),
        }
    }

    fn qualified(&self, mention: &Mention, qualifier: &str) -> Owner {
        let tables = match self.aliased(mention.scope, qualifier) {
            Some((tables, scope)) => match self.column_of(&tables, scope, &mention.name, DEEPEST) {
                Some(owner) => return owner,
                None if tables.iter().any(|t| self.query(t, scope).is_some()) => return Owner::Unknown,
                None => tables,
            },
            None if matches!(qualifier.to_lowercase().as_str(), "excluded" | "new" | "old") => self.written(),
            None => match self.around.aliases.get(&qualifier.to_lowercase()) {
                Some(table) => vec![table.clone()],
                None if self.evidence.table(qualifier).is_some() => vec![qualifier.to_owned()],
                None if self.reading.defined.contains(&qualifier.to_lowercase()) => return Owner::Nothing,
                None => return self.any_owner(&mention.name),
            },
        };
        let known: Vec<&str> = tables.iter().filter_map(|t| self.evidence.table(t)).collect();
        match known.iter().find(|t| self.evidence.has(t, &mention.name)) {
            Some(table) => Owner::Table((*table).to_owned()),
            None if known.is_empty() || tables.len() != known.len() || !known.iter().all(|t| self.is_read(t)) => {
                Owner::Unknown
            }
            None if is_row_name(&mention.name) => Owner::Nothing,
            None => Owner::Missing,
        }
    }

    fn written(&self) -> Vec<String> {
        self.reading.scopes.first().map(|s| s.tables.iter().flat_map(|b| b.names.clone()).collect()).unwrap_or_default()
    }

    fn unqualified(&self, mention: &Mention) -> Owner {
        let mut at = Some(mention.scope);
        let (mut any, mut certain) = (false, true);
        while let Some(place) = at {
            let scope = &self.reading.scopes[place];
            for bound in &scope.tables {
                any = true;
                let is_known = |n: &String| self.query(n, place).is_none() && self.is_read(n);
                match self.column_of(&bound.names, place, &mention.name, DEEPEST) {
                    Some(owner) => return owner,
                    None => certain &= !bound.names.is_empty() && bound.names.iter().all(is_known),
                }
            }
            at = scope.outer;
        }
        let lower = mention.name.to_lowercase();
        if is_row_name(&lower)
            || self.reading.scopes.iter().any(|s| {
                s.outputs.contains(&lower) || s.tables.iter().any(|b| b.alias.as_deref() == Some(&mention.name))
            })
        {
            return Owner::Nothing;
        }
        if !any {
            if let Some(table) = self.around.tables.iter().find(|t| self.evidence.has(t, &mention.name)) {
                return Owner::Table(self.evidence.table(table).unwrap_or(table).to_owned());
            }
            return self.any_owner(&mention.name);
        }
        if certain { Owner::Missing } else { Owner::Unknown }
    }

    /// Whether the columns of a table are known: it may be listed and not read, or be a view of which only the name is.
    fn is_read(&self, table: &str) -> bool {
        self.evidence.is_read(table)
    }

    fn any_owner(&self, column: &str) -> Owner {
        match self.evidence.owners(column) {
            [] => Owner::Unknown,
            owners => {
                let near = owners.iter().find(|o| self.around.tables.iter().any(|t| t.eq_ignore_ascii_case(o)));
                Owner::Loose(near.unwrap_or(&owners[0]).clone())
            }
        }
    }
}

/// Names that engines give to every row.
fn is_row_name(name: &str) -> bool {
    matches!(
        name.to_lowercase().as_str(),
        "rowid" | "oid" | "ctid" | "_rowid_" | "xmin" | "sysdate" | "rownum" | "current_user" | "user" | "now"
    )
}

/// The role of a name by its clause.
pub fn role(clause: Clause) -> Role {
    match clause {
        Clause::Project => Role::Project,
        Clause::From => Role::Read,
        Clause::Join | Clause::On => Role::Join,
        Clause::Filter | Clause::Rest => Role::Filter,
        Clause::Group => Role::Group,
        Clause::Order => Role::Order,
        Clause::Write | Clause::Values => Role::Write,
    }
}
