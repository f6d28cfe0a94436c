//! Python.

use tree_sitter::Node;

use super::literal::Letters;
use super::lower::{self, DEEPEST, Lower, fields, named};
use crate::code::{Arg, Class, Code, Expr, Field, Guarded, Import, Language, NodeId, Param, Piece, Way};

/// Reads a file.
pub fn read(text: &str) -> Option<Code> {
    lower::read(tree_sitter_python::LANGUAGE.into(), Language::Python, text, |mut lower, root| {
        lower.block(root);
        lower
    })
}

impl Lower<'_> {
    fn block(&mut self, node: Node<'_>) {
        for child in named(node) {
            self.statement(child);
        }
    }

    fn statement(&mut self, node: Node<'_>) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        match node.kind() {
            "function_definition" => self.def(node, false),
            "class_definition" => self.class(node),
            "decorated_definition" => self.decorated(node),
            "import_statement" | "import_from_statement" => self.import(node),
            "return_statement" => {
                for child in named(node) {
                    let value = self.expr(child);
                    self.returns(value);
                }
            }
            "for_statement" => self.each(node),
            "try_statement" => self.guarded(node),
            "if_statement" => self.condition(node),
            "with_statement" | "while_statement" | "block" | "else_clause" | "elif_clause" | "except_clause"
            | "finally_clause" | "with_clause" | "match_statement" | "case_clause" => self.block(node),
            "with_item" => {
                for child in named(node) {
                    self.expr(child);
                }
            }
            "comment" => {}
            _ => {
                self.expr(node);
            }
        }
        self.depth -= 1;
    }

    fn condition(&mut self, node: Node<'_>) {
        if let (Some(condition), Some(body)) =
            (node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
            && matches!(self.said(condition), "False" | "0")
        {
            self.code.never.push((body.start_byte(), body.end_byte()));
        }
        self.block(node);
    }

    fn guarded(&mut self, node: Node<'_>) {
        if let Some(body) = node.child_by_field_name("body") {
            for handler in named(node).into_iter().filter(|n| n.kind() == "except_clause") {
                let (body, handler) =
                    ((body.start_byte(), body.end_byte()), (handler.start_byte(), handler.end_byte()));
                self.code.guarded.push(Guarded { body, handler });
            }
        }
        self.block(node);
    }

    fn each(&mut self, node: Node<'_>) {
        if let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) {
            let (target, value) = (self.expr(left), self.expr(right));
            self.assign(target, value, Way::Element);
        }
        for body in fields(node, "body").into_iter().chain(fields(node, "alternative")) {
            self.block(body);
        }
    }

    fn decorated(&mut self, node: Node<'_>) {
        for child in named(node) {
            match child.kind() {
                "decorator" => {
                    for inner in named(child) {
                        self.expr(inner);
                    }
                }
                "class_definition" => self.class(child),
                "function_definition" => self.def(child, true),
                _ => {}
            }
        }
    }

    fn import(&mut self, node: Node<'_>) {
        let module = node.child_by_field_name("module_name").map(|n| self.said(n).to_owned());
        let mut import = Import { module: module.clone().unwrap_or_default(), names: Vec::new() };
        for name in fields(node, "name") {
            let (path, alias) = match name.kind() {
                "aliased_import" => (
                    name.child_by_field_name("name").map_or("", |n| self.said(n)),
                    name.child_by_field_name("alias").map_or("", |n| self.said(n)),
                ),
                _ => (self.said(name), self.said(name)),
            };
            if module.is_some() {
                import.names.push((path.to_owned(), alias.to_owned()));
            } else {
                let alias = alias.split('.').next().unwrap_or(alias).to_owned();
                self.code.imports.push(Import { module: path.to_owned(), names: vec![("*".into(), alias)] });
            }
        }
        if module.is_some() {
            self.code.imports.push(import);
        }
    }

    fn def(&mut self, node: Node<'_>, decorated: bool) {
        let name = node.child_by_field_name("name").map_or("", |n| self.said(n)).to_owned();
        let (place, outer) = self.enter(&name);
        self.code.functions[place].decorated = decorated;
        let mut params = node.child_by_field_name("parameters").map(|p| self.params(p)).unwrap_or_default();
        if self.class.is_some() && params.first().is_some_and(|p| p.name == "self" || p.name == "cls") {
            self.code.functions[place].receiver = Some(params.remove(0).name);
        }
        self.code.functions[place].params = params;
        let class = self.class.take();
        if let Some(body) = node.child_by_field_name("body") {
            self.block(body);
        }
        self.class = class;
        self.function = outer;
    }

    fn params(&mut self, node: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for child in named(node) {
            let inner = child.child_by_field_name("name").or_else(|| named(child).into_iter().next()).unwrap_or(child);
            let rest = matches!(child.kind(), "list_splat_pattern" | "dictionary_splat_pattern")
                || matches!(inner.kind(), "list_splat_pattern" | "dictionary_splat_pattern");
            let default = child.child_by_field_name("value").map(|v| self.expr(v));
            let name = self.said(inner).trim_start_matches('*').to_owned();
            params.push(Param { name, default, rest });
        }
        params
    }

    fn class(&mut self, node: Node<'_>) {
        let name = node.child_by_field_name("name").map_or("", |n| self.said(n)).to_owned();
        let mut class = Class { name: name.clone(), range: (node.start_byte(), node.end_byte()), fields: Vec::new() };
        let around = self.class.replace(name);
        for child in node.child_by_field_name("body").map(named).unwrap_or_default() {
            let inner = named(child).into_iter().next();
            match inner.filter(|n| child.kind() == "expression_statement" && n.kind() == "assignment") {
                Some(assignment) => {
                    let name = assignment.child_by_field_name("left").map_or("", |n| self.said(n)).to_owned();
                    let value = assignment.child_by_field_name("right").map(|v| self.expr(v));
                    class.fields.push(Field { name, value });
                }
                None => self.statement(child),
            }
        }
        self.code.classes.push(class);
        self.class = around;
    }

    fn all(&mut self, node: Node<'_>) -> Vec<NodeId> {
        named(node).into_iter().filter(|n| n.kind() != "comment").map(|n| self.expr(n)).collect()
    }

    fn expr(&mut self, node: Node<'_>) -> NodeId {
        if self.depth > DEEPEST {
            return self.add(Expr::Other(Vec::new()), node);
        }
        self.depth += 1;
        let id = self.expression(node);
        self.depth -= 1;
        id
    }

    fn field(&mut self, node: Node<'_>, name: &str) -> NodeId {
        match node.child_by_field_name(name) {
            Some(child) => self.expr(child),
            None => self.add(Expr::Other(Vec::new()), node),
        }
    }

    fn expression(&mut self, node: Node<'_>) -> NodeId {
        let expr = match node.kind() {
            "identifier" => return self.name(node),
            "string" => self.string(node),
            "concatenated_string" => {
                let parts: Vec<NodeId> = self.all(node);
                Expr::Concat(parts)
            }
            "call" => return self.call(node),
            "attribute" => {
                let object = self.field(node, "object");
                match node.child_by_field_name("attribute") {
                    Some(name) => return self.member(object, name, node),
                    None => Expr::Other(vec![object]),
                }
            }
            "subscript" => {
                let object = self.field(node, "value");
                let index = self.field(node, "subscript");
                Expr::Index { object, index }
            }
            "binary_operator" => self.binary(node),
            "comparison_operator" => Expr::Compare(self.all(node)),
            "boolean_operator" => Expr::Choice(self.all(node)),
            "conditional_expression" => {
                let parts = self.all(node);
                let choices = [parts.first(), parts.get(2)].into_iter().flatten().copied().collect();
                Expr::Choice(choices)
            }
            "dictionary" => self.dictionary(node),
            "list" | "tuple" | "set" | "pattern_list" | "tuple_pattern" | "expression_list" | "list_pattern" => {
                Expr::List(self.all(node))
            }
            "parenthesized_expression" | "await" | "expression_statement" | "list_splat" | "type" => {
                let mut parts = self.all(node);
                match parts.len() {
                    1 => return parts.remove(0),
                    _ => Expr::Other(parts),
                }
            }
            "assignment" | "augmented_assignment" | "named_expression" => self.assignment(node),
            "lambda" => self.lambda(node),
            "list_comprehension" | "generator_expression" | "set_comprehension" | "dictionary_comprehension" => {
                self.comprehension(node)
            }
            _ => Expr::Other(self.all(node)),
        };
        self.add(expr, node)
    }

    fn binary(&mut self, node: Node<'_>) -> Expr {
        let operator = node.child_by_field_name("operator").map_or("", |n| self.said(n));
        let (left, right) = (self.field(node, "left"), self.field(node, "right"));
        match operator {
            "+" => Expr::Concat(vec![left, right]),
            "%" => {
                let args = match &self.code.nodes[right].expr {
                    Expr::List(items) => items.clone(),
                    _ => vec![right],
                };
                Expr::Fill { template: left, args: args.into_iter().map(|value| Arg { name: None, value }).collect() }
            }
            _ => Expr::Other(vec![left, right]),
        }
    }

    fn dictionary(&mut self, node: Node<'_>) -> Expr {
        let mut entries = Vec::new();
        for child in named(node) {
            match child.kind() {
                "pair" => entries.push((Some(self.field(child, "key")), self.field(child, "value"))),
                "comment" => {}
                _ => entries.push((None, self.expr(child))),
            }
        }
        Expr::Map(entries)
    }

    fn assignment(&mut self, node: Node<'_>) -> Expr {
        let left = node.child_by_field_name("left").or_else(|| node.child_by_field_name("name"));
        let right = node.child_by_field_name("right").or_else(|| node.child_by_field_name("value"));
        let (Some(left), Some(right)) = (left, right) else { return Expr::Other(self.all(node)) };
        let (target, value) = (self.expr(left), self.expr(right));
        let way = if node.kind() == "augmented_assignment" { Way::Added } else { Way::Whole };
        self.assign(target, value, way);
        Expr::Other(vec![target, value])
    }

    fn lambda(&mut self, node: Node<'_>) -> Expr {
        let (place, outer) = self.enter("");
        let params = node.child_by_field_name("parameters").map(|p| self.params(p)).unwrap_or_default();
        self.code.functions[place].params = params;
        let body = self.field(node, "body");
        self.returns(body);
        self.function = outer;
        Expr::Function(place)
    }

    fn comprehension(&mut self, node: Node<'_>) -> Expr {
        for clause in named(node).into_iter().filter(|n| n.kind() == "for_in_clause") {
            let (target, value) = (self.field(clause, "left"), self.field(clause, "right"));
            self.assign(target, value, Way::Element);
        }
        for clause in named(node).into_iter().filter(|n| n.kind() == "if_clause") {
            self.all(clause);
        }
        match node.child_by_field_name("body") {
            Some(pair) if pair.kind() == "pair" => {
                Expr::Map(vec![(Some(self.field(pair, "key")), self.field(pair, "value"))])
            }
            Some(body) => Expr::List(vec![self.expr(body)]),
            None => Expr::Other(Vec::new()),
        }
    }

    fn call(&mut self, node: Node<'_>) -> NodeId {
        let callee = self.field(node, "function");
        let mut args = Vec::new();
        for child in node
            .child_by_field_name("arguments")
            .map(|a| if a.kind() == "argument_list" { named(a) } else { vec![a] })
            .unwrap_or_default()
        {
            match child.kind() {
                "keyword_argument" => {
                    let name = child.child_by_field_name("name").map(|n| self.said(n).to_owned());
                    args.push(Arg { name, value: self.field(child, "value") });
                }
                "comment" => {}
                _ => args.push(Arg { name: None, value: self.expr(child) }),
            }
        }
        let filled = match &self.code.nodes[callee].expr {
            Expr::Member { object, name, .. } if name == "format" => Some(*object),
            _ => None,
        };
        match filled.filter(|&t| matches!(self.code.nodes[t].expr, Expr::Text(_) | Expr::Concat(_) | Expr::Name(_))) {
            Some(template) => self.add(Expr::Fill { template, args }, node),
            None => self.add(Expr::Call { callee, args }, node),
        }
    }

    fn string(&mut self, node: Node<'_>) -> Expr {
        let mut pieces = Vec::new();
        let mut letters = Letters::default();
        for child in named(node) {
            match child.kind() {
                "string_content" => self.content(child, &mut letters),
                "interpolation" => {
                    if !letters.is_empty() {
                        pieces.push(letters.take());
                    }
                    let inner = named(child).into_iter().next();
                    let hole = match inner {
                        Some(inner) => self.expr(inner),
                        None => self.add(Expr::Other(Vec::new()), child),
                    };
                    pieces.push(Piece::Hole(hole));
                }
                _ => {}
            }
        }
        if !letters.is_empty() {
            pieces.push(letters.take());
        }
        Expr::Text(pieces)
    }

    fn content(&mut self, node: Node<'_>, letters: &mut Letters) {
        let mut at = node.start_byte();
        for escape in named(node) {
            letters.plain(self.text.get(at..escape.start_byte()).unwrap_or(""), at);
            if escape.kind() == "escape_sequence" {
                letters.escape(self.said(escape), escape.start_byte());
            } else {
                letters.plain(self.said(escape).get(..1).unwrap_or(""), escape.start_byte());
            }
            at = escape.end_byte();
        }
        letters.plain(self.text.get(at..node.end_byte()).unwrap_or(""), at);
    }
}
