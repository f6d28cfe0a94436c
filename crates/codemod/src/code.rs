//! One file of source code, whatever its language: expressions, functions, what is put where.
//!
//! Readers ([`crate::read`]) lower a concrete syntax tree into this and drop the tree. What is not needed to follow
//! names of a schema is not kept: control flow, types, operators.

/// A node of one file.
pub type NodeId = usize;

/// Part of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Letters that stand in the file.
    Literal {
        /// What they say, escapes resolved.
        value: String,
        /// Pairs of a byte of `value` and the byte of the file that it comes from, rising; between them both run alike.
        offsets: Vec<(usize, usize)>,
    },
    /// What is filled in.
    Hole(NodeId),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Its keyword, if it has one.
    pub name: Option<String>,
    /// What is passed.
    pub value: NodeId,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A text with or without holes.
    Text(Vec<Piece>),
    /// A name.
    Name(String),
    /// A member of something, `at` being the bytes of the name.
    Member {
        /// Of what.
        object: NodeId,
        /// Its name.
        name: String,
        /// Where the name stands.
        at: (usize, usize),
    },
    /// An element of something.
    Index {
        /// Of what.
        object: NodeId,
        /// Which.
        index: NodeId,
    },
    /// A call, or the making of an object.
    Call {
        /// What is called.
        callee: NodeId,
        /// With what.
        args: Vec<Arg>,
    },
    /// Keys and values; an entry without key is spread.
    Map(Vec<(Option<NodeId>, NodeId)>),
    /// Elements.
    List(Vec<NodeId>),
    /// Texts one behind the other.
    Concat(Vec<NodeId>),
    /// A template (the first) whose places are filled.
    Fill {
        /// The template.
        template: NodeId,
        /// What fills it.
        args: Vec<Arg>,
    },
    /// A comparison.
    Compare(Vec<NodeId>),
    /// One of several.
    Choice(Vec<NodeId>),
    /// A function without name, by its place in [`Code::functions`].
    Function(usize),
    /// Anything else around these.
    Other(Vec<NodeId>),
}

impl Expr {
    /// Whether it is a text, put together or not.
    pub fn is_text(&self) -> bool {
        matches!(self, Expr::Text(_) | Expr::Concat(_) | Expr::Fill { .. })
    }
}

/// A node with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub expr: Expr,
    /// First byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
    /// What it is part of.
    pub parent: Option<NodeId>,
    /// The function in which it stands.
    pub function: Option<usize>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// What it is when nothing is passed.
    pub default: Option<NodeId>,
    /// Whether it takes all that is left.
    pub rest: bool,
}

/// A function, named or not.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Its name; empty without one.
    pub name: String,
    /// The class or receiver type around it.
    pub class: Option<String>,
    /// Its parameters, the receiver left out.
    pub params: Vec<Param>,
    /// The name of its receiver (`self`, `this`, a Go receiver).
    pub receiver: Option<String>,
    /// What it returns.
    pub returns: Vec<NodeId>,
    /// The function around it.
    pub outer: Option<usize>,
    /// Whether a decorator stands before it.
    pub decorated: bool,
}

/// How a value reaches a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As it is.
    Whole,
    /// Added to what is there.
    Added,
    /// Element by element.
    Element,
}

/// A value that is put somewhere.
#[derive(Clone, Debug)]
pub struct Assign {
    /// Where: a name, a member, an element, or a list of those.
    pub target: NodeId,
    /// What.
    pub value: NodeId,
    /// How.
    pub way: Way,
}

/// A class or a type with fields.
#[derive(Clone, Debug, Default)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// First and last byte.
    pub range: (usize, usize),
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a class.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What stands behind it.
    pub value: Option<NodeId>,
}

/// Names of another file.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The module as it is written.
    pub module: String,
    /// Names taken out of it, each with the name that it has here; `*` is the module itself.
    pub names: Vec<(String, String)>,
}

/// A block whose errors are caught, and what happens then.
#[derive(Clone, Copy, Debug)]
pub struct Guarded {
    /// The block.
    pub body: (usize, usize),
    /// What happens then.
    pub handler: (usize, usize),
}

/// Which grammar it was read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    Script,
    /// Go.
    Go,
    /// JSON, YAML, TOML, settings of an environment.
    Data,
    /// SQL, templates of it included.
    Sql,
}

impl Language {
    /// Whether it is a language of programs, in which values flow.
    pub fn is_code(self) -> bool {
        !matches!(self, Language::Data | Language::Sql)
    }
}

/// One file.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its language.
    pub language: Language,
    /// All nodes; a parent comes behind its children.
    pub nodes: Vec<Node>,
    /// All functions.
    pub functions: Vec<Function>,
    /// All classes.
    pub classes: Vec<Class>,
    /// What is put where.
    pub assigns: Vec<Assign>,
    /// What comes from elsewhere.
    pub imports: Vec<Import>,
    /// Blocks whose errors are caught.
    pub guarded: Vec<Guarded>,
    /// Blocks that never run.
    pub never: Vec<(usize, usize)>,
}

impl Code {
    /// An empty file.
    pub fn new(language: Language) -> Code {
        Code {
            language,
            nodes: Vec::new(),
            functions: Vec::new(),
            classes: Vec::new(),
            assigns: Vec::new(),
            imports: Vec::new(),
            guarded: Vec::new(),
            never: Vec::new(),
        }
    }

    /// Adds a node; its children get it as their parent.
    pub fn add(&mut self, expr: Expr, range: std::ops::Range<usize>, function: Option<usize>) -> NodeId {
        let id = self.nodes.len();
        for child in children(&expr) {
            self.nodes[child].parent = Some(id);
        }
        self.nodes.push(Node { expr, start: range.start, end: range.end, parent: None, function });
        id
    }

    /// The text of a node, if it is a text without holes.
    pub fn literal(&self, id: NodeId) -> Option<&str> {
        match &self.nodes[id].expr {
            Expr::Text(pieces) => match pieces.as_slice() {
                [Piece::Literal { value, .. }] => Some(value),
                [] => Some(""),
                _ => None,
            },
            _ => None,
        }
    }

    /// The last name of a node: of a name itself, of a member its own.
    pub fn last_name(&self, id: NodeId) -> Option<&str> {
        match &self.nodes[id].expr {
            Expr::Name(name) | Expr::Member { name, .. } => Some(name),
            Expr::Call { callee, .. } => self.last_name(*callee),
            Expr::Index { object, .. } => self.last_name(*object),
            _ => None,
        }
    }

    /// The nodes around a node, from the inside.
    pub fn around(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.nodes[id].parent, |&n| self.nodes[n].parent)
    }

    /// The functions around a node, from the inside.
    pub fn functions_around(&self, id: NodeId) -> impl Iterator<Item = usize> + '_ {
        self.functions_from(self.nodes[id].function)
    }

    /// A function and those around it, from the inside.
    pub fn functions_from(&self, function: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(function, |&f| self.functions[f].outer)
    }

    /// `Class.function` around a node, if any.
    pub fn symbol(&self, id: NodeId) -> Option<String> {
        let node = &self.nodes[id];
        let named = self.functions_around(id).find(|&f| !self.functions[f].name.is_empty());
        let class = self
            .classes
            .iter()
            .filter(|c| c.range.0 <= node.start && node.end <= c.range.1)
            .map(|c| c.name.clone())
            .next_back();
        match named.map(|f| &self.functions[f]) {
            Some(f) => Some(f.class.as_ref().map_or_else(|| f.name.clone(), |class| format!("{class}.{}", f.name))),
            None => class,
        }
    }
}

/// The nodes right below one.
pub fn children(expr: &Expr) -> Vec<NodeId> {
    match expr {
        Expr::Text(pieces) => pieces
            .iter()
            .filter_map(|p| match p {
                Piece::Hole(id) => Some(*id),
                Piece::Literal { .. } => None,
            })
            .collect(),
        Expr::Name(_) | Expr::Function(_) => Vec::new(),
        Expr::Member { object, .. } => vec![*object],
        Expr::Index { object, index } => vec![*object, *index],
        Expr::Call { callee, args } => std::iter::once(*callee).chain(args.iter().map(|a| a.value)).collect(),
        Expr::Fill { template, args } => std::iter::once(*template).chain(args.iter().map(|a| a.value)).collect(),
        Expr::Map(entries) => entries.iter().flat_map(|(key, value)| key.iter().copied().chain([*value])).collect(),
        Expr::List(items) | Expr::Concat(items) | Expr::Compare(items) | Expr::Choice(items) | Expr::Other(items) => {
            items.clone()
        }
    }
}
