//! The names in a text of SQL by clause, with the scopes and aliases of its queries.

use std::collections::{BTreeMap, BTreeSet};

use super::text::SqlText;
use super::token::{Sort, Token, tokens};

/// Which part of a statement is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    /// What is returned.
    Project,
    /// Tables read from.
    From,
    /// Tables joined.
    Join,
    /// Conditions of joins.
    On,
    /// Conditions.
    Filter,
    /// Groups.
    Group,
    /// Orders.
    Order,
    /// What is written.
    Write,
    /// Values that are written.
    Values,
    /// Limits and whatever else names nothing.
    Rest,
}

/// How a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// As a statement.
    Statement,
    /// As a definition of the schema.
    Definition,
    /// As a clause.
    Clause,
    /// With neither.
    Fragment,
}

/// What a name names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A table, with its alias.
    Table,
    /// A column.
    Column,
    /// An index.
    Index,
    /// A database or schema.
    Schema,
    /// A value of the column at this place of the list of mentions.
    Value(usize),
    /// Every column.
    Star,
}

/// A name at a place.
#[derive(Clone, Debug)]
pub struct Mention {
    /// What it names.
    pub what: What,
    /// The name.
    pub name: String,
    /// What stands before it and a dot.
    pub qualifier: Option<String>,
    /// Where that stands, if it is written.
    pub qualified_at: Option<(usize, usize)>,
    /// First byte in the text and the byte behind the last.
    pub at: (usize, usize),
    /// The part of the statement.
    pub clause: Clause,
    /// Which query of the statement.
    pub scope: usize,
}

/// A table that a query sees.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Names that it may have: one that is written, or those that may fill a hole.
    pub names: Vec<String>,
    /// Its alias.
    pub alias: Option<String>,
}

/// A query of a statement.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The query around it.
    pub outer: Option<usize>,
    /// The tables that it sees.
    pub tables: Vec<Bound>,
    /// Names that it gives to what it returns.
    pub outputs: BTreeSet<String>,
}

/// A text that was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// How it begins.
    pub head: Head,
    /// The names in order.
    pub mentions: Vec<Mention>,
    /// Its queries, the outermost first.
    pub scopes: Vec<Scope>,
    /// Names of queries that it defines for itself.
    pub defined: BTreeSet<String>,
    /// Of these the scopes, by name.
    pub queries: BTreeMap<String, usize>,
    /// Whether a table stands where tables stand, written or filled in.
    pub has_table: bool,
    /// Whether a database is attached whose name is filled in.
    pub attaches: bool,
    /// Whether rows are written without saying into which columns.
    pub without_columns: bool,
    /// Holes that stand for names of tables, columns or more.
    pub open: Vec<usize>,
    /// Holes that stand for a schema before a table, or for the name of a database.
    pub schemas: Vec<usize>,
}

/// Words that begin a statement.
const VERBS: [&str; 11] =
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE", "MERGE", "ATTACH", "TRUNCATE", "EXPLAIN", "USE"];
/// Words that begin a definition.
const DEFINING: [&str; 3] = ["CREATE", "ALTER", "DROP"];
/// Words that begin a clause.
const CLAUSES: [&str; 20] = [
    "FROM",
    "WHERE",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "OUTER",
    "FULL",
    "CROSS",
    "AND",
    "OR",
    "ON",
    "ORDER",
    "GROUP",
    "HAVING",
    "SET",
    "LIMIT",
    "UNION",
    "INDEXED",
    "RETURNING",
];
/// Words that name nothing of a schema.
const KEYWORDS: &str = " ALL ALTER AND ANY AS ASC BEGIN BETWEEN BY CASE CAST COLLATE COLUMN CONFLICT CONSTRAINT CREATE CROSS CURRENT_DATE \
CURRENT_TIMESTAMP CURRENT_TIME DEFAULT DELETE DESC DISTINCT DO DROP DUPLICATE ELSE END ESCAPE EXCEPT EXISTS EXPLAIN FALSE FETCH FILTER FIRST \
FOLLOWING FOR FORCE FROM FULL GLOB GROUP HAVING IF IGNORE ILIKE IN INDEX INDEXED INNER INSERT INTERSECT INTERVAL INTO IS ISNULL JOIN KEY LAST \
LATERAL LEFT LIKE LIMIT MATCHED MERGE NATURAL NEXT NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON ONLY OR ORDER OUTER OVER PARTITION PRECEDING RANGE \
RECURSIVE REGEXP REPLACE RETURNING RIGHT RLIKE ROW ROWS SELECT SET SIMILAR SOME TABLE THEN TO TRUE TRUNCATE UNBOUNDED UNION UNIQUE UPDATE USE \
USING VALUES WHEN WHERE WINDOW WITH WITHIN ATTACH DATABASE DETACH DAY MONTH YEAR WEEK HOUR MINUTE SECOND CURRENT ";

fn keyword(upper: &str) -> bool {
    KEYWORDS.contains(&format!(" {upper} "))
}

/// What stands in one pair of brackets.
#[derive(Clone, Copy, Debug)]
struct Frame {
    scope: usize,
    clause: Clause,
    /// A table is expected next.
    table: bool,
    /// Opened behind a name: arguments of a function.
    call: bool,
    /// The column that values are compared with.
    column: Option<usize>,
}

struct Machine<'s> {
    text: &'s SqlText,
    tokens: Vec<Token>,
    at: usize,
    frames: Vec<Frame>,
    found: Reading,
    /// An index is expected next.
    index: bool,
    /// Rows are written to a table whose columns may follow.
    columns_next: bool,
    writes: bool,
}

/// Reads a text; `start` is the clause in which a text without a beginning of its own stands.
pub fn read(text: &SqlText, start: Clause) -> Reading {
    let mut tokens = tokens(&text.text);
    unglue(&mut tokens, text);
    let found = Reading {
        head: Head::Fragment,
        mentions: Vec::new(),
        scopes: vec![Scope::default()],
        defined: BTreeSet::new(),
        queries: BTreeMap::new(),
        has_table: false,
        without_columns: false,
        attaches: false,
        open: Vec::new(),
        schemas: Vec::new(),
    };
    let frame = Frame { scope: 0, clause: start, table: false, call: false, column: None };
    let mut machine =
        Machine { text, tokens, at: 0, frames: vec![frame], found, index: false, columns_next: false, writes: false };
    machine.found.head = machine.head();
    machine.run();
    machine.found
}

/// A word and a hole that touch are apart where all that fills the hole begins (or ends) with a blank.
fn unglue(tokens: &mut [Token], text: &SqlText) {
    let apart = |hole: usize, behind: bool| {
        let values = text.holes.get(hole).map_or(&[][..], |h| h.values.as_slice());
        let in_word = |c: char| c.is_alphanumeric() || c == '_';
        let touches = |v: &String| if behind { v.starts_with(in_word) } else { v.ends_with(in_word) };
        !values.is_empty() && !values.iter().any(touches)
    };
    for i in 1..tokens.len() {
        let free = match (tokens[i - 1].sort, tokens[i].sort) {
            (Sort::Word, Sort::Hole(hole)) => apart(hole, true),
            (Sort::Hole(hole), Sort::Word) => apart(hole, false),
            _ => false,
        };
        if free && tokens[i - 1].end == tokens[i].start {
            tokens[i - 1].glued = false;
            tokens[i].glued = false;
        }
    }
}

impl Machine<'_> {
    fn upper(&self, at: usize) -> String {
        match self.tokens.get(at) {
            Some(t) if t.sort == Sort::Word => self.text.text[t.start..t.end].to_ascii_uppercase(),
            _ => String::new(),
        }
    }

    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at).map(|t| t.sort) {
            Some(Sort::Sign(c)) => Some(c),
            _ => None,
        }
    }

    fn head(&self) -> Head {
        let first = (0..self.tokens.len()).find(|&i| self.sign(i) != Some('(')).unwrap_or(0);
        let first = self.upper(first);
        if VERBS.contains(&first.as_str()) {
            Head::Statement
        } else if DEFINING.contains(&first.as_str()) {
            Head::Definition
        } else if CLAUSES.contains(&first.as_str()) {
            Head::Clause
        } else {
            Head::Fragment
        }
    }

    fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn clause(&mut self, clause: Clause, table: bool) {
        let frame = self.frame();
        frame.clause = clause;
        frame.table = table;
        frame.column = None;
    }

    fn run(&mut self) {
        while self.at < self.tokens.len() {
            let token = self.tokens[self.at];
            match token.sort {
                Sort::Sign(c) => self.punctuation(c),
                Sort::Word => self.word(token),
                Sort::Quoted => self.name(),
                Sort::Value => self.value(token),
                Sort::Hole(hole) => self.hole(hole),
                Sort::Number | Sort::Parameter => {}
            }
            self.at += 1;
        }
    }

    fn punctuation(&mut self, c: char) {
        match c {
            '(' => self.open(),
            ')' if self.frames.len() > 1 => _ = self.frames.pop(),
            ',' => {
                let frame = self.frame();
                frame.table = matches!(frame.clause, Clause::From);
                frame.column = None;
            }
            ';' => {
                self.frames.truncate(1);
                self.found.scopes.push(Scope::default());
                let scope = self.found.scopes.len() - 1;
                self.frames[0] = Frame { scope, clause: Clause::Rest, table: false, call: false, column: None };
            }
            '*' => self.star(),
            _ => {}
        }
    }

    fn star(&mut self) {
        let before = self.upper(self.at.wrapping_sub(1));
        let listed = matches!(before.as_str(), "SELECT" | "DISTINCT" | "ALL")
            || self.sign(self.at.wrapping_sub(1)) == Some(',')
            || self.sign(self.at.wrapping_sub(1)) == Some('.');
        let frame = *self.frame();
        if listed && frame.clause == Clause::Project && !frame.call {
            let qualifier =
                (self.sign(self.at - 1) == Some('.') && self.at >= 2).then(|| self.said(self.at - 2).to_owned());
            self.mention(What::Star, "*".into(), qualifier, self.at);
        }
    }

    fn said(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &self.text.text[t.start..t.end])
    }

    fn open(&mut self) {
        let mut frame = *self.frame();
        let before = self.tokens.get(self.at.wrapping_sub(1)).copied();
        let named = before.is_some_and(|t| t.sort == Sort::Word && !keyword(&self.upper(self.at - 1)));
        frame.call = named && !self.columns_next && !frame.table;
        if self.columns_next {
            frame.clause = Clause::Write;
            self.columns_next = false;
            self.found.without_columns = false;
        }
        let word = self.upper(self.at.wrapping_sub(1));
        if word == "USING" {
            frame.clause = Clause::On;
        }
        if word == "CONFLICT" {
            frame.clause = Clause::Write;
        }
        frame.table = frame.table && !named;
        if self.upper(self.at + 1) == "SELECT" || self.upper(self.at + 1) == "WITH" {
            self.frame().table = false;
            self.found.scopes.push(Scope { outer: Some(frame.scope), ..Scope::default() });
            frame.scope = self.found.scopes.len() - 1;
            frame.call = false;
            self.query(frame.scope);
        }
        self.frames.push(frame);
    }

    /// Notes which of the queries behind WITH begins here: `name AS (`, `name AS MATERIALIZED (`.
    fn query(&mut self, scope: usize) {
        let behind = (1..4).find(|back| self.upper(self.at.wrapping_sub(*back)) == "AS");
        if let Some(back) = behind {
            let name = self.said(self.at.wrapping_sub(back + 1)).to_ascii_lowercase();
            if self.found.defined.contains(&name) {
                self.found.queries.entry(name).or_insert(scope);
            }
        }
    }

    fn word(&mut self, token: Token) {
        let upper = self.upper(self.at);
        let dotted = self.sign(self.at.wrapping_sub(1)) == Some('.') || self.sign(self.at + 1) == Some('.');
        if !dotted && !token.glued && self.keyword(&upper) {
            return;
        }
        if token.glued {
            return self.frame().table = false;
        }
        self.name();
    }

    /// Acts on a keyword; false where the word is a name.
    fn keyword(&mut self, upper: &str) -> bool {
        let before = self.upper(self.at.wrapping_sub(1));
        match upper {
            "SELECT" => self.select(),
            "FROM" if self.frame().call => {}
            "FROM" => {
                let clause = Clause::From;
                self.clause(clause, true);
                self.writes = before == "DELETE";
            }
            "JOIN" => self.clause(Clause::Join, true),
            "ON" if matches!(self.upper(self.at + 1).as_str(), "CONFLICT" | "DUPLICATE") => {
                self.clause(Clause::Write, false)
            }
            "ON" => self.clause(Clause::On, false),
            "USING" => self.clause(Clause::On, false),
            "WHERE" | "HAVING" => self.clause(Clause::Filter, false),
            "GROUP" | "PARTITION" => self.clause(Clause::Group, false),
            "ORDER" => self.clause(Clause::Order, false),
            "SET" => self.clause(Clause::Write, false),
            "RETURNING" => self.clause(Clause::Project, false),
            "LIMIT" | "OFFSET" | "FETCH" | "WINDOW" => self.clause(Clause::Rest, false),
            "INTO" => {
                self.clause(Clause::Write, true);
                self.writes = true;
                self.found.without_columns = true;
            }
            "UPDATE" if !matches!(before.as_str(), "FOR" | "DO" | "KEY" | "ON") => {
                self.clause(Clause::Write, true);
                self.writes = true;
            }
            "UPDATE" => self.clause(Clause::Write, false),
            "VALUES" => {
                self.columns_next = false;
                self.clause(Clause::Values, false);
            }
            "AS" => return self.alias_next(),
            "BY" if before == "INDEXED" => self.index = true,
            "INDEX" if matches!(before.as_str(), "USE" | "FORCE" | "IGNORE") => self.index = true,
            "WITH" | "RECURSIVE" => self.defined(),
            "UNION" | "EXCEPT" | "INTERSECT" => {
                let scope = self.frame().scope;
                let outer = self.found.scopes[scope].outer;
                self.found.scopes.push(Scope { outer, ..Scope::default() });
                self.frame().scope = self.found.scopes.len() - 1;
            }
            "TRUNCATE" => self.clause(Clause::Write, true),
            "TABLE" => {}
            _ => return keyword(upper),
        }
        true
    }

    fn select(&mut self) {
        if self.columns_next {
            self.columns_next = false;
        }
        let inside_write = self.frames.len() == 1 && self.writes;
        if inside_write {
            self.found.scopes.push(Scope::default());
            self.frame().scope = self.found.scopes.len() - 1;
            self.writes = false;
        }
        self.frame().call = false;
        self.clause(Clause::Project, false);
    }

    /// Names of queries behind WITH and behind commas between them.
    fn defined(&mut self) {
        let mut depth = 0;
        for at in self.at + 1..self.tokens.len() {
            match self.sign(at) {
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                _ => {}
            }
            if depth == 0 && self.upper(at + 1) == "AS" && self.sign(at + 2) == Some('(') {
                let name = self.said(at).to_ascii_lowercase();
                self.found.defined.insert(name);
            }
            if depth == 0 && self.upper(at) == "SELECT" {
                break;
            }
        }
    }

    /// The name behind AS.
    fn alias_next(&mut self) -> bool {
        let next = self.at + 1;
        if self.found.defined.contains(&self.said(self.at.wrapping_sub(1)).to_ascii_lowercase()) {
            return true;
        }
        match self.tokens.get(next).map(|t| t.sort) {
            Some(Sort::Word | Sort::Quoted | Sort::Value) if !keyword(&self.upper(next)) => {
                let alias = self.said(next).to_owned();
                self.at = next;
                self.alias(alias);
            }
            Some(Sort::Hole(hole)) if self.upper(0) == "ATTACH" => {
                self.found.schemas.push(hole);
                self.found.open.push(hole);
                self.found.attaches = true;
            }
            _ => {}
        }
        true
    }

    fn alias(&mut self, alias: String) {
        if self.upper(0) == "ATTACH" {
            return self.mention(What::Schema, alias, None, self.at);
        }
        let frame = *self.frame();
        let scope = &mut self.found.scopes[frame.scope];
        match frame.clause {
            Clause::From | Clause::Join | Clause::Write if !frame.call => {
                if let Some(bound) = scope.tables.last_mut() {
                    bound.alias = Some(alias);
                }
            }
            Clause::Project if !frame.call => {
                scope.outputs.insert(alias.to_ascii_lowercase());
            }
            _ => {}
        }
    }

    fn name(&mut self) {
        let mut parts = vec![self.at];
        while self.sign(self.at + 1) == Some('.')
            && matches!(self.tokens.get(self.at + 2).map(|t| t.sort), Some(Sort::Word | Sort::Quoted))
            && !self.tokens[self.at + 2].glued
        {
            self.at += 2;
            parts.push(self.at);
        }
        if self.sign(self.at + 1) == Some('.') {
            return self.qualified_hole();
        }
        let last = *parts.last().unwrap_or(&self.at);
        let name = self.said(last).to_owned();
        let before_hole = parts[0] >= 2
            && self.sign(parts[0] - 1) == Some('.')
            && matches!(self.tokens[parts[0] - 2].sort, Sort::Hole(_));
        let qualifier = if parts.len() > 1 {
            Some(self.said(parts[parts.len() - 2]).to_owned())
        } else {
            before_hole.then(|| self.hole_name(parts[0] - 2)).flatten()
        };
        if std::mem::take(&mut self.index)
            || (self.upper(self.at.wrapping_sub(2)) == "INDEX" && self.sign(self.at.wrapping_sub(1)) == Some('('))
        {
            return self.mention(What::Index, name, None, last);
        }
        if self.frame().table {
            return self.table(&parts, name);
        }
        // A collation is named like a column and is none.
        if self.sign(self.at + 1) == Some('(') && !self.columns_next
            || self.upper(parts[0].wrapping_sub(1)) == "COLLATE"
        {
            return;
        }
        if self.trailing_alias(&parts) {
            return self.alias(name);
        }
        if matches!(self.frame().clause, Clause::Rest | Clause::From | Clause::Join) && !self.frame().call {
            return;
        }
        if parts.len() > 2 || (parts.len() == 2 && self.upper(0) == "USE") {
            self.mention(What::Schema, self.said(parts[0]).to_owned(), None, parts[0]);
        }
        self.mention(What::Column, name, qualifier, last);
        let place = self.found.mentions.len() - 1;
        self.frame().column = Some(place);
    }

    fn hole_name(&self, at: usize) -> Option<String> {
        match self.tokens[at].sort {
            Sort::Hole(hole) => self.text.holes.get(hole).and_then(|h| h.values.first().cloned()),
            _ => None,
        }
    }

    /// `alias.{hole}`: nothing is named yet.
    fn qualified_hole(&mut self) {
        self.at += 1;
    }

    /// A name behind what is already an expression or a table is its alias.
    fn trailing_alias(&self, parts: &[usize]) -> bool {
        if parts.len() > 1 {
            return false;
        }
        let frame = self.frames[self.frames.len() - 1];
        let Some(before) = self.at.checked_sub(1).and_then(|b| self.tokens.get(b)) else { return false };
        let behind = match before.sort {
            Sort::Sign(')') | Sort::Number | Sort::Value | Sort::Quoted | Sort::Hole(_) | Sort::Parameter => true,
            Sort::Word => !keyword(&self.upper(self.at - 1)) || self.upper(self.at - 1) == "END",
            Sort::Sign(_) => false,
        };
        behind && matches!(frame.clause, Clause::Project | Clause::From | Clause::Join | Clause::Write)
    }

    fn table(&mut self, parts: &[usize], name: String) {
        let last = *parts.last().unwrap_or(&self.at);
        if self.sign(self.at + 1) == Some('(') && self.frame().clause != Clause::Write {
            return self.frame().table = false;
        }
        if parts.len() > 1 {
            let schema = parts[parts.len() - 2];
            self.mention(What::Schema, self.said(schema).to_owned(), None, schema);
        }
        let clause = if self.writes { Clause::Write } else { self.frame().clause };
        let schema = (parts.len() > 1).then(|| self.said(parts[parts.len() - 2]).to_owned());
        self.mention(What::Table, name.clone(), schema, last);
        if let Some(mention) = self.found.mentions.last_mut() {
            mention.clause = clause;
        }
        self.bound(vec![name]);
    }

    fn bound(&mut self, names: Vec<String>) {
        let scope = self.frame().scope;
        self.found.scopes[scope].tables.push(Bound { names, alias: None });
        self.found.has_table = true;
        self.frame().table = false;
        self.columns_next = self.found.without_columns && self.frame().clause == Clause::Write;
        if self.frame().clause == Clause::From && self.writes {
            self.writes = false;
        }
    }

    fn value(&mut self, token: Token) {
        let frame = *self.frame();
        let said = self.said(self.at);
        if let Some(column) = frame.column
            && matches!(frame.clause, Clause::Filter | Clause::On | Clause::Write | Clause::Project)
            && !said.is_empty()
            && said.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
            && token.sort == Sort::Value
        {
            let name = said.to_owned();
            self.mention(What::Value(column), name, None, self.at);
        }
    }

    fn hole(&mut self, hole: usize) {
        if self.sign(self.at + 1) == Some('.') {
            if self.frame().table {
                self.found.schemas.push(hole);
            }
            return;
        }
        let token = self.tokens[self.at];
        let frame = *self.frame();
        if frame.table {
            let values = if token.glued {
                Vec::new()
            } else {
                self.text.holes.get(hole).map(|h| h.values.clone()).unwrap_or_default()
            };
            let open = values.is_empty();
            self.bound(values);
            if open {
                self.found.open.push(hole);
            }
        } else if matches!(frame.clause, Clause::Project | Clause::Group | Clause::Order | Clause::Write)
            && self.text.holes.get(hole).is_some_and(|h| h.values.is_empty())
        {
            self.found.open.push(hole);
        }
    }

    fn mention(&mut self, what: What, name: String, qualifier: Option<String>, at: usize) {
        let token = self.tokens[at];
        let frame = *self.frame();
        let before = at.checked_sub(2).filter(|_| qualifier.is_some() && self.sign(at - 1) == Some('.'));
        let before = before.map(|at| self.tokens[at]).filter(|token| matches!(token.sort, Sort::Word | Sort::Quoted));
        self.found.mentions.push(Mention {
            what,
            name,
            qualifier,
            qualified_at: before.map(|token| (token.start, token.end)),
            at: (token.start, token.end),
            clause: frame.clause,
            scope: frame.scope,
        });
    }
}
