//! Expressions of text as one text of SQL with holes.

use crate::code::{Arg, Expr, NodeId, Piece};
use crate::flow;
use crate::project::{At, Project};
use crate::statement::SqlText;

/// Deepest nesting of concatenations that is followed.
const DEEPEST: usize = 64;

/// The text of a node, if it is an expression of text.
pub fn shape(project: &Project, at: At) -> Option<SqlText> {
    if !project.expr(at).is_text() {
        return None;
    }
    let mut text = SqlText::default();
    put(project, at, &mut text, DEEPEST);
    Some(text)
}

fn put(project: &Project, at: At, text: &mut SqlText, depth: usize) {
    if depth == 0 {
        return hole(project, at, text);
    }
    match project.expr(at) {
        Expr::Text(pieces) => {
            for piece in pieces {
                match piece {
                    Piece::Literal { value, offsets } => text.push(value, offsets),
                    Piece::Hole(id) => hole(project, (at.0, *id), text),
                }
            }
        }
        Expr::Concat(parts) => {
            for &part in parts {
                put(project, (at.0, part), text, depth - 1);
            }
        }
        Expr::Fill { template, args } => fill(project, at.0, *template, args, text, depth),
        Expr::Other(parts) if parts.len() == 1 => put(project, (at.0, parts[0]), text, depth - 1),
        _ => hole(project, at, text),
    }
}

fn hole(project: &Project, at: At, text: &mut SqlText) {
    let node = &project.code(at.0).nodes[at.1];
    let said: String = project.files[at.0].text.get(node.start..node.end).unwrap_or("").chars().take(60).collect();
    let (values, _) = flow::values(project, at);
    text.push_hole(at, said, values);
}

/// A template with its places filled: `%s`, `%(name)s`, `{}`, `{name}`.
fn fill(project: &Project, file: usize, template: NodeId, args: &[Arg], text: &mut SqlText, depth: usize) {
    let mut inner = SqlText::default();
    put(project, (file, template), &mut inner, depth - 1);
    let mut next = 0;
    let mut at = 0;
    let mut old_holes = inner.holes.iter();
    while at < inner.text.len() {
        let rest = &inner.text[at..];
        let Some(c) = rest.chars().next() else { break };
        if c == crate::statement::HOLE {
            if let Some(hole) = old_holes.next() {
                text.push_hole(hole.node, hole.said.clone(), hole.values.clone());
            }
            at += c.len_utf8();
        } else if let Some((length, name)) = place(rest) {
            let arg = match &name {
                Some(name) => args
                    .iter()
                    .find(|a| a.name.as_ref() == Some(name))
                    .or_else(|| name.parse().ok().and_then(|n: usize| args.get(n))),
                None => {
                    next += 1;
                    args.get(next - 1)
                }
            };
            match arg {
                Some(arg) => hole(project, (file, arg.value), text),
                None => text.push_hole((file, template), name.unwrap_or_default(), Vec::new()),
            }
            at += length;
        } else if rest.starts_with("%%") || rest.starts_with("{{") || rest.starts_with("}}") {
            copy(&inner, at, 1, text);
            at += 2;
        } else {
            let length = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| matches!(c, '%' | '{' | '}') || *c == crate::statement::HOLE)
                .map_or(rest.len(), |(i, _)| i);
            copy(&inner, at, length, text);
            at += length;
        }
    }
}

fn copy(from: &SqlText, at: usize, length: usize, to: &mut SqlText) {
    let part = from.slice(at, length);
    to.push(&part.text, &part.offsets);
}

/// A place of a template at the beginning of a text: its length and its name.
fn place(rest: &str) -> Option<(usize, Option<String>)> {
    if rest.starts_with("%(") {
        let end = rest.find(')')?;
        return Some((end + 2, Some(rest[2..end].to_owned())));
    }
    if let Some(tail) = rest.strip_prefix('%') {
        let flags = tail.find(|c: char| !matches!(c, '+' | '-' | '#' | '0'..='9' | '.')).unwrap_or(tail.len());
        let verb = tail[flags..].chars().next()?;
        return matches!(verb, 's' | 'd' | 'v' | 'q' | 'f' | 'r' | 't').then_some((flags + 2, None));
    }
    if rest.starts_with('{') && !rest.starts_with("{{") {
        let end = rest.find('}')?;
        let name = rest[1..end].split([':', '!', '.', '[']).next().unwrap_or("");
        let simple = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        return simple.then(|| (end + 1, (!name.is_empty()).then(|| name.to_owned())));
    }
    None
}
