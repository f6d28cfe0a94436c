//! Carriers: the expressions of a project that may hold SQL or names, each with where it goes.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::code::Expr;
use crate::context::{Place, Places};
use crate::crew;
use crate::evidence::Evidence;
use crate::flow::{self, Reached};
use crate::hash::Map;
use crate::project::{At, Project};
use crate::resolve::Surroundings;
use crate::shape;
use crate::sink;
use crate::statement::{self, Clause, Head, Reading, SqlText, What, is_word};

/// An expression of text.
#[derive(Debug)]
pub struct Carrier {
    /// Its outermost node.
    pub at: At,
    /// Its text.
    pub text: SqlText,
    /// What it reads as; none for a single word.
    pub reading: Option<Reading>,
    /// Where it stands.
    pub place: Place,
    /// The calls that execute what it becomes part of.
    pub sinks: BTreeSet<At>,
    /// Whether it reaches a call that executes SQL.
    pub reached: bool,
}

/// All carriers of a project with what is known of their ways.
pub struct Carriers {
    /// The carriers, by file and place.
    pub all: Vec<Carrier>,
    /// Where nodes stand, by file.
    pub places: Vec<Places>,
    /// The calls that execute SQL, each with the node of its text.
    pub sinks: Vec<(At, At)>,
    /// What reaches them.
    pub reached: Reached,
    /// Rows of results and what comes from them, with the call.
    pub rows: Map<At, At>,
    aliases: Aliases,
}

/// Aliases and tables by what shares them.
#[derive(Default)]
struct Aliases {
    by_sink: HashMap<At, Surroundings>,
    by_function: HashMap<(usize, usize), Surroundings>,
    by_class: HashMap<(usize, String), Surroundings>,
    by_file: HashMap<usize, Surroundings>,
}

/// Most tables of a call that still say what a row of it is.
const TELLING: usize = 16;

/// Longest text that is read as SQL, in bytes.
const LONGEST: usize = 64 << 10;

impl Carriers {
    /// Gathers the carriers of a project.
    pub fn of(project: &Project, evidence: &Evidence, threads: usize) -> Carriers {
        let sinks = sink::sinks(project);
        let reached = flow::reach(project, &sinks);
        let calls: HashSet<At> = sinks.iter().map(|s| s.0).collect();
        let rows = flow::results(project, &calls, threads);
        let places = project.files.iter().map(|f| Places::of(&f.code)).collect();
        let mut carriers = Carriers { all: Vec::new(), places, sinks, reached, rows, aliases: Aliases::default() };
        let all = crew::each(project.files.len(), threads, |file| carriers.gather(project, evidence, file));
        carriers.all = all.into_iter().flatten().collect();
        carriers.bind(project, evidence);
        carriers
    }

    /// The carriers of a file.
    fn gather(&self, project: &Project, evidence: &Evidence, file: usize) -> Vec<Carrier> {
        let mut found = Vec::new();
        if !project.code(file).language.is_code() {
            return found;
        }
        for node in 0..project.code(file).nodes.len() {
            if !outermost(project, (file, node)) {
                continue;
            }
            let Some(text) = shape::shape(project, (file, node)) else { continue };
            if text.text.len() > LONGEST || text.text.trim().is_empty() {
                continue;
            }
            let sinks = self.sinks_of(project, (file, node));
            let place = self.places[file].place(project.code(file), node);
            let reading = (!is_word(text.text.trim())).then(|| statement::read(&text, start_of(&text)));
            let relevant = !sinks.is_empty()
                || text
                    .text
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|w| evidence.names(w) || evidence.is_schema(w));
            let relevant = relevant || evidence.holders(&text.text).next().is_some();
            if relevant {
                let reached = !sinks.is_empty();
                found.push(Carrier { at: (file, node), text, reading, place, sinks, reached });
            }
        }
        found
    }

    /// The sinks that a node or a part of it reaches.
    fn sinks_of(&self, project: &Project, at: At) -> BTreeSet<At> {
        let mut found = BTreeSet::new();
        let mut stack = vec![at.1];
        while let Some(node) = stack.pop() {
            if let Some(sinks) = self.reached.nodes.get(&(at.0, node)) {
                found.extend(sinks.iter().copied());
            }
            match project.expr((at.0, node)) {
                Expr::Concat(parts) => stack.extend(parts),
                Expr::Fill { template, .. } => stack.push(*template),
                _ => {}
            }
        }
        found
    }

    /// Gathers aliases and tables of all carriers that bind some.
    fn bind(&mut self, project: &Project, evidence: &Evidence) {
        let mut aliases = Aliases::default();
        for carrier in &self.all {
            let Some(reading) = &carrier.reading else {
                if carrier.reached
                    && let Some(table) = evidence.table(carrier.text.text.trim())
                {
                    aliases.add(project, carrier, None, table);
                }
                continue;
            };
            for bound in reading.scopes.iter().flat_map(|s| &s.tables) {
                for table in bound.names.iter().filter_map(|n| evidence.table(n)) {
                    aliases.add(project, carrier, bound.alias.as_deref(), table);
                }
            }
        }
        self.aliases = aliases;
    }

    /// What surrounds a carrier, the nearest first.
    pub fn around(&self, project: &Project, carrier: &Carrier) -> Surroundings {
        let mut found = Surroundings::default();
        let (file, node) = carrier.at;
        let code = project.code(file);
        for function in code.functions_around(node) {
            found.join(self.aliases.by_function.get(&(file, function)));
            if let Some(class) = &code.functions[function].class {
                found.join(self.aliases.by_class.get(&(project.module(file), class.clone())));
            }
        }
        for sink in &carrier.sinks {
            found.join(self.aliases.by_sink.get(sink));
        }
        found.join(self.aliases.by_file.get(&file));
        found
    }

    /// The tables of the statements that a row may come from; none where a call executes so many that it says nothing.
    pub fn tables_behind(&self, row: At) -> &[String] {
        let tables = self.rows.get(&row).and_then(|call| self.aliases.by_sink.get(call)).map(|found| &found.tables);
        tables.filter(|tables| tables.len() <= TELLING).map_or(&[], Vec::as_slice)
    }

    /// The tables near a node, the nearest first.
    pub fn tables_near(&self, project: &Project, at: At) -> Vec<String> {
        let code = project.code(at.0);
        let mut found = Surroundings::default();
        for function in code.functions_around(at.1) {
            found.join(self.aliases.by_function.get(&(at.0, function)));
        }
        found.join(self.aliases.by_file.get(&at.0));
        found.tables
    }
}

impl Surroundings {
    fn join(&mut self, other: Option<&Surroundings>) {
        let Some(other) = other else { return };
        for (alias, table) in &other.aliases {
            self.aliases.entry(alias.clone()).or_insert_with(|| table.clone());
        }
        for table in &other.tables {
            if !self.tables.contains(table) {
                self.tables.push(table.clone());
            }
        }
    }

    fn add(&mut self, alias: Option<&str>, table: &str) {
        if let Some(alias) = alias {
            self.aliases.entry(alias.to_lowercase()).or_insert_with(|| table.to_owned());
        }
        if !self.tables.iter().any(|t| t == table) {
            self.tables.push(table.to_owned());
        }
    }
}

impl Aliases {
    fn add(&mut self, project: &Project, carrier: &Carrier, alias: Option<&str>, table: &str) {
        let (file, node) = carrier.at;
        let code = project.code(file);
        for function in code.functions_around(node) {
            self.by_function.entry((file, function)).or_default().add(alias, table);
            if let Some(class) = &code.functions[function].class {
                self.by_class.entry((project.module(file), class.clone())).or_default().add(alias, table);
            }
        }
        for sink in &carrier.sinks {
            self.by_sink.entry(*sink).or_default().add(alias, table);
        }
        self.by_file.entry(file).or_default().add(alias, table);
    }
}

/// Whether a node is an expression of text that is no piece of a larger one.
fn outermost(project: &Project, at: At) -> bool {
    let code = project.code(at.0);
    if !code.nodes[at.1].expr.is_text() || !has_letters(project, at, 32) {
        return false;
    }
    match code.nodes[at.1].parent.map(|p| (p, &code.nodes[p].expr)) {
        Some((_, Expr::Concat(_))) => false,
        Some((_, Expr::Fill { template, .. })) => *template != at.1,
        _ => true,
    }
}

fn has_letters(project: &Project, at: At, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match project.expr(at) {
        Expr::Text(_) => true,
        Expr::Concat(parts) => parts.iter().any(|&p| has_letters(project, (at.0, p), depth - 1)),
        Expr::Fill { template, .. } => has_letters(project, (at.0, *template), depth - 1),
        _ => false,
    }
}

/// The clause in which a text without a beginning of its own stands.
pub fn start_of(text: &SqlText) -> Clause {
    let compares =
        [" = ", "<>", "!=", ">=", "<=", " < ", " > ", " LIKE ", " IN ", " IS ", " BETWEEN ", " like ", " in ", " is "];
    if compares.iter().any(|c| text.text.contains(c)) { Clause::Filter } else { Clause::Project }
}

/// Takes the names of schemas that executed statements are qualified with.
pub fn learn_schemas(carriers: &Carriers, evidence: &mut Evidence) {
    let mut found = Vec::new();
    for carrier in carriers.all.iter().filter(|c| c.reached) {
        let Some(reading) = &carrier.reading else { continue };
        let holes = reading.schemas.iter().filter_map(|&h| carrier.text.holes.get(h));
        found.extend(holes.flat_map(|h| &h.values).filter(|v| is_word(v)).cloned());
        let tables = reading.mentions.iter().filter(|m| m.what == What::Table && evidence.table(&m.name).is_some());
        found.extend(tables.filter_map(|m| m.qualifier.clone()).filter(|q| is_word(q)));
    }
    found.iter().for_each(|schema| evidence.add_schema(schema));
}

/// Whether a reading is a whole statement.
pub fn is_statement(reading: &Reading) -> bool {
    reading.head == Head::Statement && reading.has_table
        || reading.mentions.iter().any(|m| m.what == What::Schema && reading.head == Head::Statement)
}
