//! Files of SQL: definitions of the schema, and statements that stand in files of their own.

use std::collections::HashSet;

use crate::draft::Draft;
use crate::evidence::Evidence;
use crate::finding::{self, FailureMode, Identifier, Kind, Role, Severity};
use crate::resolve::{Surroundings, resolve};
use crate::statement::{self, Clause, Given, SqlText, What};

/// A statement of a file.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'t> {
    /// Its text.
    pub text: &'t str,
    /// Its first byte in the file.
    pub start: usize,
}

/// The statements of a file, remarks before them left out.
pub fn split(text: &str) -> Vec<Piece<'_>> {
    statement::cut(text).into_iter().filter_map(|(start, end)| piece(text, start, end)).collect()
}

fn piece(text: &str, start: usize, end: usize) -> Option<Piece<'_>> {
    let mut from = start;
    loop {
        let rest = text.get(from..end)?;
        from += rest.len() - rest.trim_start().len();
        let rest = text.get(from..end)?;
        if rest.starts_with("--") {
            from += rest.find('\n')? + 1;
        } else if rest.starts_with("/*") {
            from += rest.find("*/")? + 2;
        } else {
            return (rest.len() > 1).then_some(Piece { text: rest, start: from });
        }
    }
}

/// What a definition defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defined {
    /// The table or view.
    pub table: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// Whether it only changes the table.
    pub is_change: bool,
    /// An index.
    pub index: Option<String>,
    /// A schema or database.
    pub schema: Option<String>,
}

/// The words of a piece with their places and how deep in brackets they stand.
fn words(text: &str) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    let (mut depth, mut at): (usize, usize) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c == '\'' {
            at += 1 + rest[1..].find('\'').map_or(rest.len() - 1, |e| e + 1);
        } else if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if c.is_alphanumeric() || c == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push((&rest[..length], at, depth));
            at += length;
        } else {
            depth = if c == '(' {
                depth + 1
            } else if c == ')' {
                depth.saturating_sub(1)
            } else {
                depth
            };
            if matches!(c, ',' | '(') {
                found.push((&rest[..1], at, depth));
            }
            at += c.len_utf8();
        }
    }
    found
}

/// Reads a definition; nothing where it is none.
pub fn defined(text: &str) -> Option<Defined> {
    let words = words(text);
    let said: Vec<String> = words.iter().map(|w| w.0.to_ascii_uppercase()).collect();
    let mut defined = Defined::default();
    let named = |mut at: usize| {
        while said.get(at).is_some_and(|w| matches!(w.as_str(), "IF" | "NOT" | "EXISTS" | "ONLY" | "CONCURRENTLY")) {
            at += 1;
        }
        let end = words.get(at).map_or(0, |w| w.1 + w.0.len());
        let dotted = text[end..].trim_start_matches(['"', '`', ']']).starts_with('.');
        words.get(at + usize::from(dotted)).map(|w| (w.0.to_owned(), at + usize::from(dotted)))
    };
    let place = |word: &str| said.iter().take(8).position(|w| w == word);
    match said.first().map(String::as_str) {
        Some("CREATE") if place("INDEX").is_some() => {
            defined.index = named(place("INDEX")? + 1).map(|n| n.0);
            let on = said.iter().position(|w| w == "ON")?;
            defined.table = named(on + 1).map(|n| n.0);
        }
        Some("CREATE") if place("SCHEMA").or(place("DATABASE")).is_some() => {
            defined.schema = named(place("SCHEMA").or(place("DATABASE"))? + 1).map(|n| n.0);
        }
        Some("CREATE") if place("TABLE").is_some() => {
            let (name, at) = named(place("TABLE")? + 1)?;
            defined.table = Some(name);
            defined.columns = columns(text, &words[at + 1..]);
        }
        Some("CREATE") if place("VIEW").is_some() => {
            let (name, at) = named(place("VIEW")? + 1)?;
            defined.table = Some(name);
            defined.columns = yields(text, words.get(at)?.1);
        }
        Some("ALTER") if place("TABLE").is_some() => {
            let (name, at) = named(place("TABLE")? + 1)?;
            defined.table = Some(name);
            defined.is_change = true;
            let add = said.iter().skip(at).position(|w| w == "ADD").map(|p| p + at + 1);
            let add = add.map(|p| if said.get(p).is_some_and(|w| w == "COLUMN") { p + 1 } else { p });
            let to = said.iter().skip(at).position(|w| w == "TO").map(|p| p + at + 1);
            let column = |p: usize| words.get(p).filter(|_| !is_constraint(&said[p])).map(|w| w.0.to_owned());
            defined.columns.extend(
                add.and_then(column)
                    .into_iter()
                    .chain(to.filter(|_| said.contains(&"COLUMN".to_owned())).and_then(column)),
            );
        }
        Some("DROP" | "TRUNCATE" | "COMMENT") => {}
        _ => return None,
    }
    Some(defined)
}

fn is_constraint(word: &str) -> bool {
    matches!(word, "PRIMARY" | "FOREIGN" | "UNIQUE" | "CONSTRAINT" | "CHECK" | "KEY" | "INDEX" | "EXCLUDE" | "LIKE")
}

/// The names that a view gives to what it returns, read from a byte on: those listed behind its name, or else those of its query.
/// Nothing where every column of a table is among them, or where the query has several parts: then they are not known.
fn yields(text: &str, name: usize) -> Vec<String> {
    let rest = &text[name..];
    let Some(open) = rest.find(|c: char| c.is_whitespace() || c == '(') else { return Vec::new() };
    if rest[open..].trim_start().starts_with('(') {
        return columns(rest, &words(rest)[1..]);
    }
    let upper = rest.to_ascii_uppercase();
    let Some(query) = upper.find("SELECT").filter(|_| !upper.contains("UNION") && !upper.contains("WITH ")) else {
        return Vec::new();
    };
    let reading = statement::read(&SqlText::plain(&rest[query..], 0), Clause::Rest);
    let own = reading.mentions.iter().filter(|m| m.scope == 0 && m.clause == Clause::Project);
    if own.clone().any(|m| m.what == What::Star) {
        return Vec::new();
    }
    let plain = own.filter(|m| m.what == What::Column).map(|m| m.name.clone());
    plain.chain(reading.scopes[0].outputs.iter().cloned()).collect()
}

/// The first words behind the bracket and behind commas of its depth.
fn columns(text: &str, words: &[(&str, usize, usize)]) -> Vec<String> {
    let mut found = Vec::new();
    // A column may be called "unique", in quotes.
    let quoted = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(['"', '`', '[']));
    for pair in words.windows(2) {
        let begins = matches!(pair[0].0, "(" | ",") && pair[0].2 == 1;
        if begins
            && (quoted(pair[1].1) || !is_constraint(&pair[1].0.to_ascii_uppercase()))
            && pair[1].0.starts_with(|c: char| c.is_alphabetic() || c == '_')
        {
            found.push(pair[1].0.to_owned());
        }
    }
    found
}

/// Takes what a file of SQL says about the schema: indexes and schemas, and tables where the catalog has none.
pub fn learn(evidence: &mut Evidence, text: &str, tables: bool) {
    for piece in split(text) {
        if let Some(defined) = defined(piece.text) {
            if let (Some(index), Some(table)) = (&defined.index, &defined.table) {
                evidence.add_index(index, table);
            }
            if let Some(schema) = &defined.schema {
                evidence.add_schema(schema);
            }
            if let (true, Some(table), None) = (tables, &defined.table, &defined.index) {
                if defined.is_change {
                    evidence.add_part(table);
                } else {
                    evidence.complete(table);
                }
                defined.columns.iter().for_each(|c| evidence.add_column(table, c));
            }
        }
    }
}

/// Takes values that statements compare columns with or write into them.
pub fn learn_values(evidence: &mut Evidence, text: &str) {
    for piece in split(text) {
        let Some(rest) = insert(piece.text) else { continue };
        for row in rest.rows {
            for (column, value) in rest.columns.iter().zip(row) {
                if let Some(value) = value {
                    evidence.add_value(&rest.table, column, &value);
                }
            }
        }
    }
}

/// Rows that are written by values.
struct Inserted {
    table: String,
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

fn insert(text: &str) -> Option<Inserted> {
    let upper = text.to_ascii_uppercase();
    let values = upper.find("VALUES").filter(|_| upper.starts_with("INSERT"))?;
    let head = words(text.get(..values)?);
    let into = head.iter().position(|w| w.0.eq_ignore_ascii_case("INTO"))?;
    let open = head.iter().position(|w| w.0 == "(")?;
    let table = head.get(open - 1).filter(|_| open > into)?.0.to_owned();
    let columns: Vec<String> =
        head[open..].iter().filter(|w| !matches!(w.0, "(" | ",")).map(|w| w.0.to_owned()).collect();
    let mut rows = Vec::new();
    let mut row: Option<Vec<Option<String>>> = None;
    let mut rest = text.get(values + 6..)?;
    let mut said = None;
    while let Some(c) = rest.chars().next() {
        let mut step = c.len_utf8();
        match (c, &mut row) {
            ('(', None) => row = Some(Vec::new()),
            ('\'', Some(_)) => {
                let end = rest[1..].find('\'').map_or(rest.len() - 1, |e| e + 1);
                said = Some(rest[1..end].to_owned());
                step = end + 1;
            }
            (',', Some(row)) => row.push(said.take()),
            (')', Some(_)) => {
                let mut done = row.take().unwrap_or_default();
                done.push(said.take());
                rows.push(done);
            }
            _ => {}
        }
        rest = rest.get(step..).unwrap_or("");
    }
    Some(Inserted { table, columns, rows })
}

/// The findings of a file of SQL.
pub fn judge(file: usize, path: &str, text: &str, evidence: &Evidence) -> Vec<Draft> {
    let migration = path.to_lowercase().split(['/', '_', '.']).any(|w| {
        matches!(
            w,
            "migrations"
                | "migration"
                | "migrate"
                | "upgrade"
                | "upgrades"
                | "downgrade"
                | "schema"
                | "ddl"
                | "versions"
                | "flyway"
                | "liquibase"
                | "changes"
        )
    });
    let made = statement::is_template(text).then(|| statement::template(text, &|name| evidence.table(name).is_some()));
    let (whole, given) = match made {
        Some(template) => (template.text, Some(template.given)),
        None => (SqlText::plain(text, 0), None),
    };
    let mut found = Vec::new();
    for piece in split(&whole.text) {
        let part = Part { text: whole.slice(piece.start, piece.text.len()), file, is_template: given.is_some() };
        match defined(piece.text) {
            Some(defined) => found.extend(definition(&part, text, &defined, evidence)),
            None => found.extend(statement(&part, text, migration, evidence)),
        }
    }
    let given = given.unwrap_or_default();
    if !given.is_empty() {
        let mentions = statement::read(&whole, Clause::Rest).mentions;
        let tables: Vec<&str> =
            mentions.iter().filter(|m| m.what == What::Table).filter_map(|m| evidence.table(&m.name)).collect();
        found.extend(given.iter().filter_map(|given| filling(file, given, &tables, evidence)));
    }
    found
}

/// A statement of a file, templates made SQL with holes.
struct Part {
    text: SqlText,
    file: usize,
    is_template: bool,
}

impl Part {
    /// First byte in the file and the byte behind the last.
    fn range(&self, file: &str) -> (usize, usize) {
        let start = self.text.source(0).unwrap_or(0);
        let last = self.text.text.chars().next_back().map_or(0, char::len_utf8);
        let end = match self.text.source(self.text.text.len() - last) {
            Some(source) if !self.text.text.ends_with(statement::HOLE) => source + last,
            // What fills the last hole ends with its brackets.
            Some(source) => file[source..].find("}}").map_or(file.len(), |at| source + at + 2),
            None => file.len(),
        };
        (start, end)
    }

    fn shown(&self) -> String {
        self.text.shown().chars().take(2000).collect()
    }

    /// The text that an engine can prepare.
    fn renders(&self) -> Option<String> {
        if self.is_template {
            return statement::rendered(&self.text);
        }
        Some(self.text.text.trim_end().trim_end_matches(';').to_owned())
    }
}

/// A literal of a template that fills a hole of its SQL. What a macro takes is a column only of a table that the statement names.
fn filling(file: usize, given: &Given, tables: &[&str], evidence: &Evidence) -> Option<Draft> {
    let is_certain = !given.name.is_empty();
    let table = evidence.spelt_table(&given.value).filter(|_| is_certain);
    let owners = evidence.owners(&given.value);
    let near = owners.iter().find(|owner| tables.contains(&owner.as_str()));
    let owner = near.or_else(|| owners.first().filter(|_| is_certain)).filter(|_| evidence.spelt_column(&given.value));
    let (kind, part, table) = match (table, owner) {
        (Some(_), _) => (Kind::TableName, None, None),
        (None, Some(owner)) => (Kind::ColumnName, Some(finding::Part::OrderArgument), Some(owner.clone())),
        (None, None) => return None,
    };
    let role = if table.is_some() { Role::Project } else { Role::Read };
    let identifier = Identifier { name: given.value.clone(), table, column: None, role, span: Some(given.at) };
    let mut draft = Draft::new(file, given.at, kind, part, Severity::High, vec![identifier]);
    draft.features.reaches = true;
    draft.features.structural = true;
    draft.features.agreeing = 1;
    draft.text = given.value.clone();
    Some(draft.why("a name that a template puts into its statement"))
}

fn definition(part: &Part, file: &str, defined: &Defined, evidence: &Evidence) -> Option<Draft> {
    let mut seen = HashSet::new();
    let mut identifiers = Vec::new();
    for (word, at, _) in words(&part.text.text) {
        let table = defined.table.clone().filter(|t| evidence.has(t, word));
        let known = table.is_some() || evidence.table(word).is_some() || evidence.index(word).is_some();
        if known && seen.insert(word.to_lowercase()) {
            let table = table.filter(|_| evidence.table(word).is_none());
            let span = part.text.source(at).map(|start| (start, start + word.len()));
            identifiers.push(Identifier { name: word.to_owned(), table, column: None, role: Role::Ddl, span });
        }
    }
    if identifiers.is_empty() {
        return None;
    }
    let mut draft = Draft::new(part.file, part.range(file), Kind::MigrationDdl, None, Severity::Low, identifiers);
    draft.failure = FailureMode::Cosmetic;
    draft.rewrite = finding::Rewrite::Manual;
    draft.features.structural = true;
    draft.features.agreeing = 3;
    draft.text = part.shown();
    Some(draft.why("a definition of the schema itself: the catalog's source, never rewritten"))
}

fn statement(part: &Part, file: &str, migration: bool, evidence: &Evidence) -> Vec<Draft> {
    let text = &part.text.text;
    if text.len() > 256 << 10 {
        return Vec::new();
    }
    let reading = statement::read(&part.text, Clause::Rest);
    let resolved = resolve(evidence, &part.text, &reading, &Surroundings::default());
    let tables = |what: &What| *what == What::Table;
    if resolved.identifiers.is_empty() || !reading.mentions.iter().any(|m| tables(&m.what)) {
        return Vec::new();
    }
    let data = file.len() > text.len()
        && text.trim_start().to_ascii_uppercase().starts_with("INSERT")
        && !text.contains('?')
        && !part.is_template;
    let range = part.range(file);
    let whole = finding::Part::Statement;
    let mut draft = if migration {
        let mut draft = Draft::new(part.file, range, Kind::MigrationDdl, None, Severity::Low, resolved.identifiers);
        draft.failure = FailureMode::Cosmetic;
        draft.rewrite = finding::Rewrite::Manual;
        draft.why("a step of a migration over rows")
    } else {
        let (severity, why) = match (data, part.is_template) {
            (true, _) => (Severity::Low, "rows that are loaded from a file"),
            (_, true) => (Severity::Critical, "a template of a statement in a file of its own"),
            _ => (Severity::Critical, "a statement in a file of its own"),
        };
        Draft::new(part.file, range, Kind::SqlTemplate, Some(whole), severity, resolved.identifiers).why(why)
    };
    draft.features.parses = true;
    draft.features.structural = true;
    draft.features.agreeing = resolved.agreeing;
    draft.text = part.shown();
    draft.renders = part.renders();
    let mut found = vec![draft];
    if part.is_template && !migration && !resolved.stars.is_empty() {
        let (kind, star) = (Kind::ImplicitAllColumns, finding::Part::SelectStar);
        let mut draft = Draft::new(part.file, range, kind, Some(star), Severity::High, resolved.stars).silent();
        draft.features = found[0].features;
        draft.text = part.shown();
        found.push(draft.why("every column of the table is read without being named"));
    }
    found
}
