//! What all readers share: a syntax tree, the file that is made of it, and the function that is read.

use tree_sitter::{Node, Parser};

use crate::code::{Assign, Code, Expr, Function, Language, NodeId, Way};

/// Deepest nesting that is followed; what is deeper is passed over.
pub const DEEPEST: usize = 400;

/// Reads a text with a grammar: what `walk` makes of the root of its tree.
pub fn read<'t>(
    grammar: tree_sitter::Language,
    language: Language,
    text: &'t str,
    walk: impl FnOnce(Lower<'t>, Node<'_>) -> Lower<'t>,
) -> Option<Code> {
    let mut parser = Parser::new();
    parser.set_language(&grammar).ok()?;
    let tree = parser.parse(text, None)?;
    let lower = Lower { text, code: Code::new(language), function: None, class: None, depth: 0 };
    Some(walk(lower, tree.root_node()).code)
}

/// A file while it is read.
pub struct Lower<'t> {
    /// Its text.
    pub text: &'t str,
    /// What was read of it.
    pub code: Code,
    /// The function that is read.
    pub function: Option<usize>,
    /// The class that is read.
    pub class: Option<String>,
    /// How deep.
    pub depth: usize,
}

impl<'t> Lower<'t> {
    /// The text of a syntax node.
    pub fn said(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// The text of the child under a field; empty where there is none.
    pub fn text_of(&self, node: Node<'_>, name: &str) -> String {
        node.child_by_field_name(name).map_or(String::new(), |n| self.said(n).to_owned())
    }

    /// Adds a node at the place of a syntax node.
    pub fn add(&mut self, expr: Expr, at: Node<'_>) -> NodeId {
        self.code.add(expr, at.byte_range(), self.function)
    }

    /// A name at a place.
    pub fn name(&mut self, at: Node<'_>) -> NodeId {
        let name = self.said(at).to_owned();
        self.add(Expr::Name(name), at)
    }

    /// A member at a place.
    pub fn member(&mut self, object: NodeId, name: Node<'_>, at: Node<'_>) -> NodeId {
        let expr = Expr::Member { object, name: self.said(name).to_owned(), at: (name.start_byte(), name.end_byte()) };
        self.add(expr, at)
    }

    /// Keeps what is put where.
    pub fn assign(&mut self, target: NodeId, value: NodeId, way: Way) {
        self.code.assigns.push(Assign { target, value, way });
    }

    /// Begins a function; returns its place and the function around it.
    pub fn enter(&mut self, name: &str) -> (usize, Option<usize>) {
        let outer = self.function;
        let place = self.code.functions.len();
        self.code.functions.push(Function {
            name: name.to_owned(),
            class: self.class.clone(),
            outer,
            ..Function::default()
        });
        self.function = Some(place);
        (place, outer)
    }

    /// Keeps what the function that is read returns.
    pub fn returns(&mut self, value: NodeId) {
        if let Some(function) = self.function {
            self.code.functions[function].returns.push(value);
        }
    }
}

/// The walk through a syntax tree, the same for each language; what becomes of one node is the language's own.
pub trait Walk<'t> {
    /// The file that is read.
    fn lower(&mut self) -> &mut Lower<'t>;

    /// What becomes of a syntax node; nothing of one that is no value.
    fn one(&mut self, node: Node<'_>) -> Option<NodeId>;

    /// All that stands directly in a syntax node.
    fn all(&mut self, node: Node<'_>) -> Vec<NodeId> {
        named(node).into_iter().filter_map(|n| self.each(n)).collect()
    }

    /// A syntax node, unless it is nested too deep.
    fn each(&mut self, node: Node<'_>) -> Option<NodeId> {
        if self.lower().depth > DEEPEST {
            return None;
        }
        self.lower().depth += 1;
        let found = self.one(node);
        self.lower().depth -= 1;
        found
    }

    /// A syntax node as an expression.
    fn expr(&mut self, node: Node<'_>) -> NodeId {
        match self.each(node) {
            Some(id) => id,
            None => self.lower().add(Expr::Other(Vec::new()), node),
        }
    }

    /// The child under a field as an expression.
    fn field(&mut self, node: Node<'_>, name: &str) -> NodeId {
        match node.child_by_field_name(name) {
            Some(child) => self.expr(child),
            None => self.lower().add(Expr::Other(Vec::new()), node),
        }
    }
}

/// The named children of a syntax node.
pub fn named<'n>(node: Node<'n>) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// The children under a field.
pub fn fields<'n>(node: Node<'n>, name: &str) -> Vec<Node<'n>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor).collect()
}
