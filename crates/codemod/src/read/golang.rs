//! Go.

use tree_sitter::Node;

use super::literal::Letters;
use super::lower::{self, Lower, Walk, named};
use crate::code::{Arg, Class, Code, Expr, Field, Guarded, Import, Language, NodeId, Param, Piece, Way};

/// Functions whose first text is a template.
const FILLING: [&str; 4] = ["Sprintf", "Errorf", "Fprintf", "Appendf"];

/// Reads a file.
pub fn read(text: &str) -> Option<Code> {
    lower::read(tree_sitter_go::LANGUAGE.into(), Language::Go, text, |lower, root| {
        let mut go = Go(lower);
        go.all(root);
        go.0
    })
}

struct Go<'t>(Lower<'t>);

impl<'t> Walk<'t> for Go<'t> {
    fn lower(&mut self) -> &mut Lower<'t> {
        &mut self.0
    }

    fn one(&mut self, node: Node<'_>) -> Option<NodeId> {
        let expr = match node.kind() {
            "comment"
            | "package_clause"
            | "interface_type"
            | "type_parameter_list"
            | "function_type"
            | "struct_type" => return None,
            "identifier" | "field_identifier" | "package_identifier" | "blank_identifier" | "type_identifier" => {
                return Some(self.0.name(node));
            }
            "interpreted_string_literal" | "raw_string_literal" => self.string(node),
            "call_expression" => return Some(self.call(node)),
            "selector_expression" => {
                let object = self.field(node, "operand");
                match node.child_by_field_name("field") {
                    Some(name) => return Some(self.0.member(object, name, node)),
                    None => Expr::Other(vec![object]),
                }
            }
            "index_expression" => Expr::Index { object: self.field(node, "operand"), index: self.field(node, "index") },
            "type_instantiation_expression" => return named(node).into_iter().next().map(|n| self.expr(n)),
            "binary_expression" => self.binary(node),
            "composite_literal" => return node.child_by_field_name("body").map(|b| self.literal(b)),
            "literal_value" => return Some(self.literal(node)),
            "expression_list" => Expr::List(self.all(node)),
            "parenthesized_expression"
            | "unary_expression"
            | "expression_statement"
            | "type_assertion_expression"
            | "literal_element"
            | "slice_expression"
            | "variadic_argument" => {
                let parts = self.all(node);
                match parts.as_slice() {
                    [] => return None,
                    [first, ..] => return Some(*first),
                }
            }
            "short_var_declaration" | "assignment_statement" => return self.put(node, "left", "right"),
            "var_spec" | "const_spec" => return self.spec(node),
            "function_declaration" | "method_declaration" => return self.def(node),
            "func_literal" => self.lambda(node),
            "return_statement" => return self.give(node),
            "range_clause" => return self.range(node),
            "if_statement" => return self.condition(node),
            "import_spec" => return self.import(node),
            "type_spec" => return self.class(node),
            _ => Expr::Other(self.all(node)),
        };
        Some(self.0.add(expr, node))
    }
}

impl Go<'_> {
    fn single(&mut self, node: Node<'_>, name: &str) -> Option<NodeId> {
        let list = node.child_by_field_name(name)?;
        match named(list).as_slice() {
            [one] if list.kind() == "expression_list" => Some(self.expr(*one)),
            _ => Some(self.expr(list)),
        }
    }

    fn put(&mut self, node: Node<'_>, left: &str, right: &str) -> Option<NodeId> {
        let (target, value) = (self.single(node, left)?, self.single(node, right)?);
        let added = self.0.text_of(node, "operator") == "+=";
        self.0.assign(target, value, if added { Way::Added } else { Way::Whole });
        Some(self.0.add(Expr::Other(vec![target, value]), node))
    }

    fn spec(&mut self, node: Node<'_>) -> Option<NodeId> {
        let value = self.single(node, "value")?;
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).filter(|n| n.is_named()).collect();
        let names: Vec<NodeId> = names.into_iter().map(|n| self.0.name(n)).collect();
        let target = match names.as_slice() {
            [one] => *one,
            _ => self.0.add(Expr::List(names), node),
        };
        self.0.assign(target, value, Way::Whole);
        Some(self.0.add(Expr::Other(vec![target, value]), node))
    }

    fn give(&mut self, node: Node<'_>) -> Option<NodeId> {
        let values: Vec<Node<'_>> = named(node)
            .into_iter()
            .flat_map(|n| if n.kind() == "expression_list" { named(n) } else { vec![n] })
            .collect();
        let mut last = None;
        for (order, value) in values.into_iter().enumerate() {
            let value = self.expr(value);
            if order == 0 {
                self.0.returns(value);
            }
            last = Some(value);
        }
        last
    }

    fn range(&mut self, node: Node<'_>) -> Option<NodeId> {
        let value = self.field(node, "right");
        let Some(left) = node.child_by_field_name("left") else { return Some(value) };
        let targets = self.all(left);
        for target in targets {
            self.0.assign(target, value, Way::Element);
        }
        Some(value)
    }

    /// `if err != nil { ... }` catches what stands before it.
    fn condition(&mut self, node: Node<'_>) -> Option<NodeId> {
        if let (Some(condition), Some(body)) =
            (node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
        {
            let text = self.0.said(condition);
            if text.ends_with("!= nil") && text.to_lowercase().contains("err") {
                let before = node.child_by_field_name("initializer").or_else(|| node.prev_named_sibling());
                if let Some(before) = before {
                    let (tried, handler) =
                        ((before.start_byte(), before.end_byte()), (body.start_byte(), body.end_byte()));
                    self.0.code.guarded.push(Guarded { body: tried, handler });
                }
            }
            if text == "false" {
                self.0.code.never.push((body.start_byte(), body.end_byte()));
            }
        }
        self.all(node);
        None
    }

    fn import(&mut self, node: Node<'_>) -> Option<NodeId> {
        let module = self.0.text_of(node, "path").trim_matches(['"', '`']).to_owned();
        let name = self.0.text_of(node, "name");
        let alias = if name.is_empty() { module.rsplit('/').next().unwrap_or("").to_owned() } else { name };
        self.0.code.imports.push(Import { module, names: vec![("*".into(), alias)] });
        None
    }

    fn binary(&mut self, node: Node<'_>) -> Expr {
        let operator = self.0.text_of(node, "operator");
        let parts = vec![self.field(node, "left"), self.field(node, "right")];
        match operator.as_str() {
            "+" => Expr::Concat(parts),
            "==" | "!=" => Expr::Compare(parts),
            _ => Expr::Other(parts),
        }
    }

    fn literal(&mut self, node: Node<'_>) -> NodeId {
        let children: Vec<Node<'_>> = named(node).into_iter().filter(|n| n.kind() != "comment").collect();
        if children.iter().any(|n| n.kind() == "keyed_element") {
            let mut entries = Vec::new();
            for child in children {
                let parts = named(child);
                match parts.as_slice() {
                    [key, value] => {
                        let key = self.expr(*key);
                        entries.push((Some(key), self.expr(*value)));
                    }
                    _ => entries.push((None, self.expr(child))),
                }
            }
            return self.0.add(Expr::Map(entries), node);
        }
        let items = children.into_iter().map(|c| self.expr(c)).collect();
        self.0.add(Expr::List(items), node)
    }

    fn call(&mut self, node: Node<'_>) -> NodeId {
        let callee = self.field(node, "function");
        let values: Vec<NodeId> = node.child_by_field_name("arguments").map(|a| self.all(a)).unwrap_or_default();
        let name = self.0.code.last_name(callee).unwrap_or("").to_owned();
        let args: Vec<Arg> = values.into_iter().map(|value| Arg { name: None, value }).collect();
        if name == "Sprintf" && !args.is_empty() {
            let template = args[0].value;
            return self.0.add(Expr::Fill { template, args: args[1..].to_vec() }, node);
        }
        if FILLING.contains(&name.as_str()) && args.len() > 1 && name != "Errorf" {
            let filled = Expr::Fill { template: args[1].value, args: args[2..].to_vec() };
            let value = self.0.add(filled, node);
            let args = vec![args[0].clone(), Arg { name: None, value }];
            return self.0.add(Expr::Call { callee, args }, node);
        }
        self.0.add(Expr::Call { callee, args }, node)
    }

    fn lambda(&mut self, node: Node<'_>) -> Expr {
        let (place, outer) = self.0.enter("");
        self.body(node, place);
        self.0.function = outer;
        Expr::Function(place)
    }

    fn def(&mut self, node: Node<'_>) -> Option<NodeId> {
        let name = self.0.text_of(node, "name");
        let receiver = node.child_by_field_name("receiver").and_then(|r| named(r).into_iter().next());
        let class = receiver
            .map(|r| self.0.text_of(r, "type").trim_start_matches('*').split('[').next().unwrap_or("").to_owned());
        self.0.class = class;
        let (place, outer) = self.0.enter(&name);
        self.0.code.functions[place].receiver = receiver.map(|r| self.0.text_of(r, "name")).filter(|n| !n.is_empty());
        self.body(node, place);
        self.0.class = None;
        self.0.function = outer;
        None
    }

    fn body(&mut self, node: Node<'_>, place: usize) {
        let mut params = Vec::new();
        for declaration in node.child_by_field_name("parameters").map(named).unwrap_or_default() {
            let rest = declaration.kind() == "variadic_parameter_declaration";
            let mut cursor = declaration.walk();
            let names: Vec<String> = declaration
                .children_by_field_name("name", &mut cursor)
                .filter(|n| n.is_named())
                .map(|n| self.0.said(n).to_owned())
                .collect();
            if names.is_empty() {
                params.push(Param { name: "_".into(), default: None, rest });
            }
            params.extend(names.into_iter().map(|name| Param { name, default: None, rest }));
        }
        self.0.code.functions[place].params = params;
        if let Some(body) = node.child_by_field_name("body") {
            self.each(body);
        }
    }

    /// A type with fields: what stands in their tags are texts like others.
    fn class(&mut self, node: Node<'_>) -> Option<NodeId> {
        let name = self.0.text_of(node, "name");
        let ty = node.child_by_field_name("type")?;
        let mut class = Class { name, range: (node.start_byte(), node.end_byte()), fields: Vec::new() };
        for list in named(ty).into_iter().filter(|n| n.kind() == "field_declaration_list") {
            for field in named(list).into_iter().filter(|n| n.kind() == "field_declaration") {
                let value = field.child_by_field_name("tag").map(|t| self.expr(t));
                class.fields.push(Field { name: self.0.text_of(field, "name"), value });
            }
        }
        self.0.code.classes.push(class);
        None
    }

    fn string(&mut self, node: Node<'_>) -> Expr {
        let mut letters = Letters::default();
        for child in named(node) {
            match child.kind() {
                "escape_sequence" => letters.escape(self.0.said(child), child.start_byte()),
                _ => letters.plain(self.0.said(child), child.start_byte()),
            }
        }
        let pieces: Vec<Piece> = if letters.is_empty() { Vec::new() } else { vec![letters.take()] };
        Expr::Text(pieces)
    }
}
