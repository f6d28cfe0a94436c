//! JSON, YAML, TOML and settings of an environment: maps, lists and texts, each with its place.

use tree_sitter::Node;

use super::literal::Letters;
use super::lower::{self, DEEPEST, Lower, named};
use crate::code::{Code, Expr, Language, NodeId, Piece};

/// Reads a file; its ending says what it is.
pub fn read(name: &str, text: &str) -> Option<Code> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = file.rsplit_once('.').map_or("", |(_, e)| e);
    let grammar = match ending {
        "json" => tree_sitter_json::LANGUAGE.into(),
        "yaml" | "yml" => tree_sitter_yaml::LANGUAGE.into(),
        "toml" => tree_sitter_toml_ng::LANGUAGE.into(),
        _ => return Some(settings(text)),
    };
    lower::read(grammar, Language::Data, text, |lower, root| {
        let mut data = Data(lower);
        data.value(root);
        data.0
    })
}

/// Lines `KEY=value`.
fn settings(text: &str) -> Code {
    let mut code = Code::new(Language::Data);
    let mut entries = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim_end();
        let body = body.strip_prefix("export ").map_or((start, body), |b| (start + 7, b));
        let Some((key, value)) = body.1.split_once('=').filter(|_| !body.1.trim_start().starts_with('#')) else {
            continue;
        };
        let inner = value.trim().trim_matches(['"', '\'']);
        let place = body.0 + key.len() + 1 + value.find(inner).unwrap_or(0);
        let mut text = |value: &str, at: usize| {
            let piece = Piece::Literal { value: value.to_owned(), offsets: vec![(0, at)] };
            code.add(Expr::Text(vec![piece]), at..at + value.len(), None)
        };
        let key = text(key.trim(), body.0);
        entries.push((Some(key), text(inner, place)));
    }
    code.add(Expr::Map(entries), 0..text.len(), None);
    code
}

struct Data<'t>(Lower<'t>);

impl Data<'_> {
    fn value(&mut self, node: Node<'_>) -> NodeId {
        if self.0.depth > DEEPEST {
            return self.0.add(Expr::Other(Vec::new()), node);
        }
        self.0.depth += 1;
        let id = self.inner(node);
        self.0.depth -= 1;
        id
    }

    fn inner(&mut self, node: Node<'_>) -> NodeId {
        let children: Vec<Node<'_>> = named(node).into_iter().filter(|n| n.kind() != "comment").collect();
        let kind = node.kind();
        let is_toml = matches!(kind, "document" | "table" | "table_array_element")
            && children.iter().any(|c| matches!(c.kind(), "pair" | "table" | "table_array_element"));
        if is_toml || matches!(kind, "object" | "block_mapping" | "flow_mapping" | "inline_table") {
            let entries = children.into_iter().filter_map(|c| self.entry(c)).collect();
            return self.0.add(Expr::Map(entries), node);
        }
        match kind {
            "array" | "block_sequence" | "flow_sequence" => {
                let items = children.into_iter().map(|c| self.value(c)).collect();
                self.0.add(Expr::List(items), node)
            }
            "string"
            | "plain_scalar"
            | "string_scalar"
            | "double_quote_scalar"
            | "single_quote_scalar"
            | "block_scalar"
            | "bare_key"
            | "quoted_key"
            | "dotted_key"
            | "integer"
            | "float"
            | "boolean"
            | "number" => self.text(node),
            _ => match children.as_slice() {
                [] => self.text(node),
                [one] => self.value(*one),
                more => {
                    let items = more.iter().map(|c| self.value(*c)).collect();
                    self.0.add(Expr::List(items), node)
                }
            },
        }
    }

    fn entry(&mut self, node: Node<'_>) -> Option<(Option<NodeId>, NodeId)> {
        match node.kind() {
            "pair" | "block_mapping_pair" | "flow_pair" => {
                let children: Vec<Node<'_>> = named(node).into_iter().filter(|n| n.kind() != "comment").collect();
                let key = node.child_by_field_name("key").or_else(|| children.first().copied())?;
                let value = node.child_by_field_name("value").or_else(|| children.get(1).copied())?;
                let key = self.text(key);
                Some((Some(key), self.value(value)))
            }
            "table" | "table_array_element" => {
                let children: Vec<Node<'_>> = named(node).into_iter().filter(|n| n.kind() != "comment").collect();
                let (head, rest) = children.split_first()?;
                let key = self.text(*head);
                let entries = rest.iter().filter_map(|c| self.entry(*c)).collect();
                let value = self.0.add(Expr::Map(entries), node);
                Some((Some(key), value))
            }
            _ => None,
        }
    }

    /// The letters of a scalar, quotes left out.
    fn text(&mut self, node: Node<'_>) -> NodeId {
        let said = self.0.said(node);
        let body = said.trim();
        let inner = ["\"\"\"", "'''", "\"", "'"]
            .iter()
            .find_map(|q| body.strip_prefix(q).and_then(|b| b.strip_suffix(q)))
            .unwrap_or(body);
        let inner = inner.strip_prefix(['|', '>']).map_or(inner, |b| b.trim_start_matches(['-', '+']));
        let start = node.start_byte() + said.find(inner).unwrap_or(0);
        let mut letters = Letters::default();
        if body.starts_with('"') && inner.contains('\\') {
            escaped(inner, start, &mut letters);
        } else {
            letters.plain(inner, start);
        }
        let pieces = if letters.is_empty() { Vec::new() } else { vec![letters.take()] };
        self.0.add(Expr::Text(pieces), node)
    }
}

fn escaped(text: &str, start: usize, letters: &mut Letters) {
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        letters.plain(&text[at..at + found], start + at);
        let escape = at + found;
        let length = 1 + text[escape + 1..].chars().next().map_or(0, |c| if c == 'u' { 5 } else { c.len_utf8() });
        let Some(said) = text.get(escape..escape + length) else { break };
        letters.escape(said, start + escape);
        at = escape + length;
    }
    letters.plain(text.get(at..).unwrap_or(""), start + at);
}
