//! Calls that execute SQL.

use std::collections::HashSet;

use crate::code::{Arg, Expr};
use crate::project::{At, Meaning, Project};

/// Names that execute SQL wherever they stand.
const CERTAIN: [&str; 26] = [
    "execute",
    "executemany",
    "executescript",
    "exec_driver_sql",
    "read_sql",
    "read_sql_query",
    "fetchrow",
    "fetchval",
    "QueryContext",
    "QueryRowContext",
    "ExecContext",
    "PrepareContext",
    "QueryRow",
    "Queryx",
    "QueryRowx",
    "MustExec",
    "NamedExec",
    "NamedQuery",
    "$queryRawUnsafe",
    "$executeRawUnsafe",
    "SelectContext",
    "GetContext",
    "PrepareNamed",
    "run_sql",
    "execute_sql",
    "Preparex",
];
/// Names that execute SQL if what they are called on, or what is passed, looks like it.
const LIKELY: [&str; 28] = [
    "query",
    "run",
    "all",
    "get",
    "exec",
    "raw",
    "prepare",
    "each",
    "values",
    "one",
    "any",
    "none",
    "many",
    "oneOrNone",
    "manyOrNone",
    "fetch",
    "fetchall",
    "fetchone",
    "Query",
    "Exec",
    "Prepare",
    "Raw",
    "Select",
    "Get",
    "unsafe",
    "text",
    "iterdump",
    "execute_query",
];
/// Words in names of what executes SQL.
const RECEIVERS: [&str; 22] = [
    "db",
    "conn",
    "connection",
    "cursor",
    "cur",
    "tx",
    "pool",
    "client",
    "session",
    "engine",
    "knex",
    "sequelize",
    "stmt",
    "sql",
    "database",
    "dbh",
    "prisma",
    "pg",
    "mysql",
    "sqlite",
    "trx",
    "executor",
];
/// Words in names of what has methods of these names and executes no SQL.
const OTHERS: [&str; 24] = [
    "promise",
    "object",
    "array",
    "map",
    "set",
    "json",
    "re",
    "regex",
    "regexp",
    "pattern",
    "axios",
    "requests",
    "http",
    "https",
    "os",
    "subprocess",
    "router",
    "cache",
    "redis",
    "storage",
    "headers",
    "params",
    "fs",
    "path",
];
/// Names of parameters that hold SQL.
const TEXTS: [&str; 8] = ["sql", "query", "statement", "stmt", "querystring", "sqltext", "sqlquery", "querytext"];

/// The calls that execute SQL: each with the node of its text.
pub fn sinks(project: &Project) -> Vec<(At, At)> {
    let mut found = Vec::new();
    for file in 0..project.files.len() {
        if !project.code(file).language.is_code() {
            continue;
        }
        for node in 0..project.code(file).nodes.len() {
            if let Some(text) = executed(project, (file, node)) {
                found.push(((file, node), text));
            }
        }
    }
    found
}

fn executed(project: &Project, at: At) -> Option<At> {
    let Expr::Call { callee, args } = project.expr(at) else { return None };
    let Expr::Member { object, name, .. } = project.expr((at.0, *callee)) else { return None };
    let certain = CERTAIN.contains(&name.as_str());
    if !certain && !LIKELY.contains(&name.as_str()) {
        return None;
    }
    let text = (at.0, text_of(project, at.0, args)?);
    if certain {
        return Some(text);
    }
    if let Some(Meaning::Module(_)) = project.meaning((at.0, *object)) {
        return None;
    }
    let object = (at.0, *object);
    (!is_other(project, object)
        && (looks_like_text(project, text) || said_to_be(project, text) && receiver(project, object)))
    .then_some(text)
}

/// The argument that is the text: the first that is written as one or called so, or else the first that is no context.
fn text_of(project: &Project, file: usize, args: &[Arg]) -> Option<usize> {
    let code = project.code(file);
    let context = |arg: &&Arg| {
        code.last_name(arg.value).is_some_and(|n| matches!(n, "ctx" | "context" | "Background" | "TODO" | "Context"))
    };
    let written = |arg: &&Arg| code.nodes[arg.value].expr.is_text();
    let rest: Vec<&Arg> = args.iter().filter(|a| !context(a)).take(3).collect();
    let called = |arg: &&Arg| said_to_be(project, (file, arg.value));
    let found = rest.iter().find(|a| written(a) || called(a)).or_else(|| rest.first());
    found.map(|a| a.value)
}

/// A name in lower case, and its words.
fn words(name: &str) -> HashSet<String> {
    crate::name::words(name).into_iter().chain([name.to_lowercase()]).collect()
}

/// Whether something is known to execute no SQL: a pattern, a request, what the language itself brings.
fn is_other(project: &Project, object: At) -> bool {
    match project.code(object.0).last_name(object.1) {
        Some(name) => words(name).iter().any(|w| OTHERS.contains(&w.as_str())),
        None => matches!(project.expr(object), Expr::Other(_) | Expr::Text(_) | Expr::List(_) | Expr::Map(_)),
    }
}

fn receiver(project: &Project, object: At) -> bool {
    project.code(object.0).last_name(object.1).is_none_or(|n| {
        let words = words(n);
        words.contains("raw") || words.contains("this") || RECEIVERS.iter().any(|r| words.contains(*r))
    })
}

fn said_to_be(project: &Project, text: At) -> bool {
    project.code(text.0).last_name(text.1).is_some_and(|n| words(n).iter().any(|w| TEXTS.contains(&w.as_str())))
}

/// Whether a text begins as a statement.
fn looks_like_text(project: &Project, text: At) -> bool {
    let (values, _) = crate::flow::values(project, text);
    let begins = |text: &str| {
        let first = text
            .trim_start_matches(|c: char| c.is_whitespace() || c == '(')
            .split(|c: char| c.is_whitespace())
            .next()
            .unwrap_or("");
        let verbs = [
            "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "REPLACE", "MERGE", "CREATE", "ALTER", "DROP", "PRAGMA",
            "ATTACH", "TRUNCATE",
        ];
        verbs.iter().any(|v| first.eq_ignore_ascii_case(v))
    };
    values.iter().any(|v| begins(v)) || crate::shape::shape(project, text).is_some_and(|shape| begins(&shape.text))
}
