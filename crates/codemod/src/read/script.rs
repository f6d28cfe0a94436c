//! JavaScript and TypeScript.

use tree_sitter::Node;

use super::literal::Letters;
use super::lower::{self, Lower, Walk, named};
use crate::code::{Arg, Class, Code, Expr, Field, Guarded, Import, Language, NodeId, Param, Piece, Way};

/// Reads a file; its ending says which of the dialects it is.
pub fn read(name: &str, text: &str) -> Option<Code> {
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e);
    let grammar = match ending {
        "ts" | "mts" | "cts" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        "tsx" => tree_sitter_typescript::LANGUAGE_TSX.into(),
        _ => tree_sitter_javascript::LANGUAGE.into(),
    };
    lower::read(grammar, Language::Script, text, |lower, root| {
        let mut script = Script(lower);
        script.all(root);
        script.0
    })
}

struct Script<'t>(Lower<'t>);

impl<'t> Walk<'t> for Script<'t> {
    fn lower(&mut self) -> &mut Lower<'t> {
        &mut self.0
    }

    fn one(&mut self, node: Node<'_>) -> Option<NodeId> {
        let expr = match node.kind() {
            "comment"
            | "type_annotation"
            | "type_arguments"
            | "type_parameters"
            | "interface_declaration"
            | "type_alias_declaration"
            | "predefined_type"
            | "type_identifier"
            | "ambient_declaration"
            | "implements_clause" => return None,
            "identifier"
            | "shorthand_property_identifier"
            | "shorthand_property_identifier_pattern"
            | "this"
            | "super" => {
                return Some(self.0.name(node));
            }
            "string" | "template_string" => self.string(node),
            "call_expression" | "new_expression" => self.call(node),
            "member_expression" => {
                let object = self.field(node, "object");
                match node.child_by_field_name("property") {
                    Some(name) => return Some(self.0.member(object, name, node)),
                    None => Expr::Other(vec![object]),
                }
            }
            "subscript_expression" => {
                Expr::Index { object: self.field(node, "object"), index: self.field(node, "index") }
            }
            "binary_expression" => self.binary(node),
            "ternary_expression" => {
                self.field(node, "condition");
                Expr::Choice(vec![self.field(node, "consequence"), self.field(node, "alternative")])
            }
            "object" | "object_pattern" => self.object(node),
            "array" | "array_pattern" => Expr::List(self.all(node)),
            "parenthesized_expression"
            | "await_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "spread_element"
            | "expression_statement"
            | "rest_pattern"
            | "type_assertion"
            | "decorator" => {
                let parts = self.all(node);
                match parts.as_slice() {
                    [] => return None,
                    [first, ..] => return Some(*first),
                }
            }
            "variable_declarator" => return self.put(node, "name", "value", Way::Whole),
            "assignment_expression" => return self.put(node, "left", "right", Way::Whole),
            "augmented_assignment_expression" => return self.put(node, "left", "right", Way::Added),
            "assignment_pattern" | "object_assignment_pattern" => return self.put(node, "left", "right", Way::Whole),
            "arrow_function" | "function_expression" | "generator_function" => self.lambda(node),
            "function_declaration" | "generator_function_declaration" | "method_definition" => {
                return self.method(node);
            }
            "class_declaration" | "class" | "abstract_class_declaration" => return self.class(node),
            "return_statement" => {
                let value = named(node).into_iter().next().map(|n| self.expr(n));
                if let Some(value) = value {
                    self.0.returns(value);
                }
                return value;
            }
            "for_in_statement" => return self.for_in(node),
            "try_statement" => return self.guarded(node),
            "if_statement" => return self.condition(node),
            "import_statement" => return self.import(node),
            "enum_declaration" => return self.class(node),
            _ => Expr::Other(self.all(node)),
        };
        Some(self.0.add(expr, node))
    }
}

impl Script<'_> {
    fn put(&mut self, node: Node<'_>, left: &str, right: &str, way: Way) -> Option<NodeId> {
        let required = (node.kind() == "variable_declarator").then(|| self.required(node)).flatten();
        if let Some(import) = required {
            self.0.code.imports.push(import);
        }
        let target = node.child_by_field_name(left).map(|n| self.expr(n))?;
        let value = node.child_by_field_name(right).map(|n| self.expr(n))?;
        self.0.assign(target, value, way);
        Some(self.0.add(Expr::Other(vec![target, value]), node))
    }

    /// `const { a, b: c } = require("...")`.
    fn required(&self, node: Node<'_>) -> Option<Import> {
        let value = node.child_by_field_name("value")?;
        let text = self.0.said(value);
        let module = text.strip_prefix("require(")?.trim_end_matches(')').trim_matches(['"', '\'', '`']).to_owned();
        let name = node.child_by_field_name("name")?;
        let names = match name.kind() {
            "identifier" => vec![("*".to_owned(), self.0.said(name).to_owned())],
            _ => named(name)
                .into_iter()
                .map(|n| match n.kind() {
                    "pair_pattern" => (self.0.text_of(n, "key"), self.0.text_of(n, "value")),
                    _ => (self.0.said(n).to_owned(), self.0.said(n).to_owned()),
                })
                .collect(),
        };
        Some(Import { module, names })
    }

    fn import(&mut self, node: Node<'_>) -> Option<NodeId> {
        let module = self.0.text_of(node, "source").trim_matches(['"', '\'']).to_owned();
        let mut names = Vec::new();
        for clause in named(node).into_iter().filter(|n| n.kind() == "import_clause") {
            for part in named(clause) {
                match part.kind() {
                    "identifier" => names.push(("default".to_owned(), self.0.said(part).to_owned())),
                    "namespace_import" => {
                        names.extend(named(part).first().map(|n| ("*".to_owned(), self.0.said(*n).to_owned())))
                    }
                    "named_imports" => {
                        for specifier in named(part) {
                            let name = self.0.text_of(specifier, "name");
                            let alias = self.0.text_of(specifier, "alias");
                            names.push((name.clone(), if alias.is_empty() { name } else { alias }));
                        }
                    }
                    _ => {}
                }
            }
        }
        self.0.code.imports.push(Import { module, names });
        None
    }

    fn for_in(&mut self, node: Node<'_>) -> Option<NodeId> {
        let target = self.field(node, "left");
        let value = self.field(node, "right");
        self.0.assign(target, value, Way::Element);
        node.child_by_field_name("body").and_then(|b| self.each(b));
        None
    }

    fn guarded(&mut self, node: Node<'_>) -> Option<NodeId> {
        if let (Some(body), Some(handler)) = (node.child_by_field_name("body"), node.child_by_field_name("handler")) {
            let (body, handler) = ((body.start_byte(), body.end_byte()), (handler.start_byte(), handler.end_byte()));
            self.0.code.guarded.push(Guarded { body, handler });
        }
        self.all(node);
        None
    }

    fn condition(&mut self, node: Node<'_>) -> Option<NodeId> {
        if let (Some(condition), Some(body)) =
            (node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
            && matches!(self.0.said(condition), "(false)" | "(0)")
        {
            self.0.code.never.push((body.start_byte(), body.end_byte()));
        }
        self.all(node);
        None
    }

    fn binary(&mut self, node: Node<'_>) -> Expr {
        let operator = self.0.text_of(node, "operator");
        let parts = vec![self.field(node, "left"), self.field(node, "right")];
        match operator.as_str() {
            "+" => Expr::Concat(parts),
            "||" | "??" | "&&" => Expr::Choice(parts),
            "==" | "===" | "!=" | "!==" | "in" => Expr::Compare(parts),
            _ => Expr::Other(parts),
        }
    }

    fn object(&mut self, node: Node<'_>) -> Expr {
        let mut entries = Vec::new();
        for child in named(node) {
            match child.kind() {
                "pair" | "pair_pattern" => {
                    let key = child.child_by_field_name("key").map(|k| self.key(k));
                    let value = self.field(child, "value");
                    entries.push((key, value));
                }
                "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                    let key = self.plain(child);
                    entries.push((Some(key), self.0.name(child)));
                }
                "object_assignment_pattern" => {
                    let value = self.expr(child);
                    let key = child.child_by_field_name("left").map(|k| self.plain(k));
                    entries.push((key, value));
                }
                "method_definition" => _ = self.method(child),
                "comment" => {}
                _ => entries.push((None, self.expr(child))),
            }
        }
        Expr::Map(entries)
    }

    fn key(&mut self, node: Node<'_>) -> NodeId {
        match node.kind() {
            "property_identifier" | "identifier" => self.plain(node),
            "computed_property_name" => match named(node).into_iter().next() {
                Some(inner) => self.expr(inner),
                None => self.plain(node),
            },
            _ => self.expr(node),
        }
    }

    /// A name that stands for itself, as keys of objects do.
    fn plain(&mut self, node: Node<'_>) -> NodeId {
        let value = self.0.said(node).to_owned();
        let offsets = vec![(0, node.start_byte())];
        self.0.add(Expr::Text(vec![Piece::Literal { value, offsets }]), node)
    }

    fn call(&mut self, node: Node<'_>) -> Expr {
        let callee = if node.kind() == "new_expression" {
            self.field(node, "constructor")
        } else {
            self.field(node, "function")
        };
        let mut args = Vec::new();
        if let Some(list) = node.child_by_field_name("arguments") {
            if list.kind() == "template_string" {
                args.push(Arg { name: None, value: self.expr(list) });
            } else {
                args.extend(self.all(list).into_iter().map(|value| Arg { name: None, value }));
            }
        }
        Expr::Call { callee, args }
    }

    fn lambda(&mut self, node: Node<'_>) -> Expr {
        let (place, outer) = self.0.enter("");
        self.body(node, place);
        self.0.function = outer;
        Expr::Function(place)
    }

    fn method(&mut self, node: Node<'_>) -> Option<NodeId> {
        let name = self.0.text_of(node, "name");
        let (place, outer) = self.0.enter(&name);
        if self.0.class.is_some() {
            self.0.code.functions[place].receiver = Some("this".into());
        }
        let class = if node.kind() == "method_definition" { None } else { self.0.class.take() };
        self.body(node, place);
        if class.is_some() {
            self.0.class = class;
        }
        self.0.function = outer;
        None
    }

    fn body(&mut self, node: Node<'_>, place: usize) {
        let mut params = Vec::new();
        if let Some(parameter) = node.child_by_field_name("parameter") {
            params.extend(self.param(parameter));
        }
        for parameter in node.child_by_field_name("parameters").map(named).unwrap_or_default() {
            params.extend(self.param(parameter));
        }
        self.0.code.functions[place].params = params;
        if let Some(body) = node.child_by_field_name("body") {
            let value = self.each(body);
            if body.kind() != "statement_block"
                && let Some(value) = value
            {
                self.0.returns(value);
            }
        }
    }

    /// A parameter; one that is taken apart gets a name of its own and is put into its parts.
    fn param(&mut self, node: Node<'_>) -> Option<Param> {
        let (pattern, default) = match node.kind() {
            "required_parameter" | "optional_parameter" => {
                (node.child_by_field_name("pattern")?, node.child_by_field_name("value"))
            }
            "assignment_pattern" => (node.child_by_field_name("left")?, node.child_by_field_name("right")),
            "comment" => return None,
            _ => (node, None),
        };
        let default = default.map(|d| self.expr(d));
        let rest = pattern.kind() == "rest_pattern";
        let inner = if rest { named(pattern).into_iter().next()? } else { pattern };
        let name = match inner.kind() {
            "identifier" | "this" => self.0.said(inner).to_owned(),
            _ => {
                let target = self.expr(inner);
                let name = format!("#{}", inner.start_byte());
                let value = self.0.add(Expr::Name(name.clone()), inner);
                self.0.assign(target, value, Way::Whole);
                name
            }
        };
        self.field_of(node, &name);
        Some(Param { name, default, rest })
    }

    /// `constructor(private table: string)` puts a parameter into a member.
    fn field_of(&mut self, node: Node<'_>, name: &str) {
        let mut cursor = node.walk();
        let kept = node.children(&mut cursor).any(|c| matches!(c.kind(), "accessibility_modifier" | "readonly"));
        if kept {
            let object = self.0.add(Expr::Name("this".into()), node);
            let at = (node.start_byte(), node.start_byte());
            let target = self.0.add(Expr::Member { object, name: name.to_owned(), at }, node);
            let value = self.0.add(Expr::Name(name.to_owned()), node);
            self.0.assign(target, value, Way::Whole);
        }
    }

    fn class(&mut self, node: Node<'_>) -> Option<NodeId> {
        let name = self.0.text_of(node, "name");
        let mut class = Class { name: name.clone(), range: (node.start_byte(), node.end_byte()), fields: Vec::new() };
        let around = self.0.class.replace(name);
        for child in node.child_by_field_name("body").map(named).unwrap_or_default() {
            match child.kind() {
                "public_field_definition" | "field_definition" => {
                    let name = if child.kind() == "field_definition" {
                        self.0.text_of(child, "property")
                    } else {
                        self.0.text_of(child, "name")
                    };
                    for decorator in named(child).into_iter().filter(|n| n.kind() == "decorator") {
                        self.each(decorator);
                    }
                    let value = child.child_by_field_name("value").map(|v| self.expr(v));
                    class.fields.push(Field { name, value });
                }
                "enum_assignment" => {
                    let value = child.child_by_field_name("value").map(|v| self.expr(v));
                    class.fields.push(Field { name: self.0.text_of(child, "name"), value });
                }
                _ => _ = self.each(child),
            }
        }
        self.0.code.classes.push(class);
        self.0.class = around;
        None
    }

    fn string(&mut self, node: Node<'_>) -> Expr {
        let mut pieces = Vec::new();
        let mut letters = Letters::default();
        for child in named(node) {
            match child.kind() {
                "string_fragment" => letters.plain(self.0.said(child), child.start_byte()),
                "escape_sequence" => letters.escape(self.0.said(child), child.start_byte()),
                "template_substitution" => {
                    if !letters.is_empty() {
                        pieces.push(letters.take());
                    }
                    let inner = named(child).into_iter().find(|n| n.kind() != "comment");
                    let hole = match inner {
                        Some(inner) => self.expr(inner),
                        None => self.0.add(Expr::Other(Vec::new()), child),
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
}
