//! Chains of calls that build a statement: a table in one of them, its columns in the others.

use std::collections::HashSet;

use crate::code::{Arg, Expr, NodeId};
use crate::draft::Draft;
use crate::finding::{Identifier, Kind, Part, Reach, Role, Severity};
use crate::judge::{Court, Judged};
use crate::project::At;
use crate::resolve::{Surroundings, resolve};
use crate::shape;
use crate::statement::{self, Clause, is_word};

/// Methods that take a table.
const TABLES: [&str; 20] = [
    "from",
    "into",
    "table",
    "join",
    "leftJoin",
    "innerJoin",
    "rightJoin",
    "From",
    "Table",
    "Join",
    "LeftJoin",
    "InnerJoin",
    "insertInto",
    "deleteFrom",
    "updateTable",
    "selectFrom",
    "InsertInto",
    "Insert",
    "Update",
    "Delete",
];
/// Methods that take columns, with the clause that they make.
const COLUMNS: [(&str, Clause); 62] = [
    ("select", Clause::Project),
    ("Select", Clause::Project),
    ("column", Clause::Project),
    ("columns", Clause::Project),
    ("Columns", Clause::Project),
    ("returning", Clause::Project),
    ("distinct", Clause::Project),
    ("sum", Clause::Project),
    ("avg", Clause::Project),
    ("min", Clause::Project),
    ("max", Clause::Project),
    ("count", Clause::Project),
    ("pluck", Clause::Project),
    ("Pluck", Clause::Project),
    ("addSelect", Clause::Project),
    ("where", Clause::Filter),
    ("Where", Clause::Filter),
    ("andWhere", Clause::Filter),
    ("orWhere", Clause::Filter),
    ("whereIn", Clause::Filter),
    ("whereNull", Clause::Filter),
    ("whereNotNull", Clause::Filter),
    ("whereBetween", Clause::Filter),
    ("whereNot", Clause::Filter),
    ("filter", Clause::Filter),
    ("eq", Clause::Filter),
    ("neq", Clause::Filter),
    ("gt", Clause::Filter),
    ("gte", Clause::Filter),
    ("lt", Clause::Filter),
    ("lte", Clause::Filter),
    ("in", Clause::Filter),
    ("is", Clause::Filter),
    ("like", Clause::Filter),
    ("ilike", Clause::Filter),
    ("having", Clause::Filter),
    ("Having", Clause::Filter),
    ("Or", Clause::Filter),
    ("Not", Clause::Filter),
    ("andWhereRaw", Clause::Filter),
    ("whereRaw", Clause::Filter),
    ("filter_by", Clause::Filter),
    ("orderBy", Clause::Order),
    ("OrderBy", Clause::Order),
    ("order", Clause::Order),
    ("Order", Clause::Order),
    ("order_by", Clause::Order),
    ("addOrderBy", Clause::Order),
    ("orderByRaw", Clause::Order),
    ("groupBy", Clause::Group),
    ("GroupBy", Clause::Group),
    ("Group", Clause::Group),
    ("group_by", Clause::Group),
    ("set", Clause::Write),
    ("Set", Clause::Write),
    ("insert", Clause::Write),
    ("update", Clause::Write),
    ("upsert", Clause::Write),
    ("values", Clause::Write),
    ("Updates", Clause::Write),
    ("increment", Clause::Write),
    ("decrement", Clause::Write),
];

/// A call of a chain: its name and what is passed.
struct Link<'c> {
    name: &'c str,
    args: &'c [Arg],
}

impl Court<'_> {
    /// Judges the chains of a file; `taken` are literals that were judged already.
    pub fn chains(&self, file: usize, taken: &HashSet<At>, judged: &mut Judged) {
        let code = self.project.code(file);
        if !code.language.is_code() || self.life.of_file(file) == Reach::Test {
            return;
        }
        for id in 0..code.nodes.len() {
            let outermost = matches!(code.nodes[id].expr, Expr::Call { .. })
                && !code.nodes[id].parent.is_some_and(|p| matches!(code.nodes[p].expr, Expr::Member { .. }));
            if outermost {
                self.chain(file, id, taken, judged);
            }
        }
    }

    fn chain(&self, file: usize, id: NodeId, taken: &HashSet<At>, judged: &mut Judged) {
        let links = self.links(file, id);
        let code = self.project.code(file);
        let tables: Vec<NodeId> = links
            .iter()
            .filter(|l| TABLES.contains(&l.name) || l.name.is_empty())
            .filter_map(|l| l.args.first())
            .map(|a| a.value)
            .filter(|&a| code.literal(a).is_some_and(|w| self.evidence.table(first_word(w)).is_some()))
            .collect();
        let speaks = links.iter().any(|l| COLUMNS.iter().any(|(n, _)| *n == l.name));
        if tables.is_empty() || !speaks {
            return;
        }
        let mut around = Surroundings::default();
        for &table in &tables {
            let text = code.literal(table).unwrap_or("");
            if let (Some(name), Some(alias)) = (self.evidence.table(first_word(text)), alias_of(text)) {
                around.aliases.insert(alias.to_lowercase(), name.to_owned());
            }
        }
        around.tables = tables
            .iter()
            .filter_map(|&t| self.evidence.table(first_word(code.literal(t)?)).map(str::to_owned))
            .collect();
        for &table in tables.iter().filter(|&&t| !taken.contains(&(file, t))) {
            let mut identifier = self.identifier((file, table), None, Role::Read);
            identifier.name = first_word(&identifier.name).to_owned();
            self.link_found((file, table), Kind::TableName, None, vec![identifier], judged);
        }
        for link in &links {
            let Some((_, clause)) = COLUMNS.iter().find(|(n, _)| *n == link.name) else { continue };
            for arg in link.args {
                self.linked((file, arg.value), *clause, &around, taken, judged);
            }
        }
    }

    /// The calls of a chain, the outermost first.
    fn links(&self, file: usize, id: NodeId) -> Vec<Link<'_>> {
        let code = self.project.code(file);
        let mut links = Vec::new();
        let mut at = id;
        while let Expr::Call { callee, args } = &code.nodes[at].expr {
            match &code.nodes[*callee].expr {
                Expr::Member { object, name, .. } => {
                    links.push(Link { name, args });
                    at = *object;
                }
                Expr::Name(_) => {
                    links.push(Link { name: "", args });
                    break;
                }
                _ => break,
            }
        }
        links
    }

    fn linked(&self, at: At, clause: Clause, around: &Surroundings, taken: &HashSet<At>, judged: &mut Judged) {
        let code = self.project.code(at.0);
        match &code.nodes[at.1].expr {
            Expr::List(items) => items.iter().for_each(|&i| self.linked((at.0, i), clause, around, taken, judged)),
            Expr::Map(entries) => {
                for key in entries.iter().filter_map(|(k, _)| *k) {
                    let owner =
                        around.tables.iter().find(|t| code.literal(key).is_some_and(|w| self.evidence.has(t, w)));
                    if let Some(table) = owner.filter(|_| !taken.contains(&(at.0, key))) {
                        let part = if clause == Clause::Write { Part::RecordKey } else { Part::ObjectKey };
                        let identifiers =
                            vec![self.identifier((at.0, key), Some(table.clone()), crate::resolve::role(clause))];
                        self.link_found((at.0, key), Kind::ColumnName, Some(part), identifiers, judged);
                    }
                }
            }
            expr if expr.is_text() && !taken.contains(&at) => self.said(at, clause, around, judged),
            _ => {}
        }
    }

    fn said(&self, at: At, clause: Clause, around: &Surroundings, judged: &mut Judged) {
        let Some(text) = shape::shape(self.project, at) else { return };
        let reading = statement::read(&text, clause);
        let resolved = resolve(self.evidence, &text, &reading, around);
        if resolved.agreeing == 0 || resolved.unknown > resolved.agreeing {
            return;
        }
        let (kind, part) = match clause {
            Clause::Order if is_word(text.text.trim()) => (Kind::ColumnName, Part::OrderArgument),
            Clause::Filter => (Kind::SqlTemplate, Part::Fragment),
            _ => (Kind::SqlTemplate, Part::Clause),
        };
        self.link_found(at, kind, Some(part), resolved.identifiers, judged);
    }

    fn link_found(&self, at: At, kind: Kind, part: Option<Part>, identifiers: Vec<Identifier>, judged: &mut Judged) {
        let draft = Draft::new(at.0, self.range(at), kind, part, Severity::High, identifiers)
            .why("a part of a chain of calls that builds a statement over a table");
        self.certain(draft, usize::MAX, at, judged);
    }
}

/// The table of `table AS alias`.
fn first_word(text: &str) -> &str {
    let word = text.split_whitespace().next().unwrap_or("");
    word.rsplit('.').next().unwrap_or(word)
}

/// The alias of `table AS alias`.
fn alias_of(text: &str) -> Option<&str> {
    text.split_whitespace().skip(1).find(|w| !w.eq_ignore_ascii_case("as")).filter(|w| is_word(w))
}

/// The literals that drafts are about.
pub fn taken(judged: &Judged) -> HashSet<At> {
    judged.drafts.iter().map(|(_, at)| *at).collect()
}
