//! All files of a project together: whose names are whose, and what is fed into what.

use std::collections::{BTreeMap, HashMap};

use crate::code::{Code, Expr, Language, NodeId, Way};
use crate::hash::{Map, Set};

/// A file that was read.
#[derive(Debug)]
pub struct Source {
    /// Path below the scanned folder, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What was read of it.
    pub code: Code,
    /// First bytes of its lines.
    pub lines: Vec<usize>,
}

impl Source {
    /// The line of a byte, from 1.
    pub fn line(&self, byte: usize) -> usize {
        self.lines.partition_point(|&start| start <= byte).max(1)
    }
}

/// A node of a project.
pub type At = (usize, NodeId);

/// A place that values are put into.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// A variable or parameter of a function.
    Local(usize, usize, String),
    /// A variable of a module.
    Global(usize, String),
    /// A member of objects that a module makes.
    Field(usize, String),
}

/// A value that is fed into a slot.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    /// What.
    pub at: At,
    /// How.
    pub way: Way,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// A slot.
    Slot(Slot),
    /// A module.
    Module(usize),
}

/// Methods that add to what they are called on.
pub const ADDING: [&str; 12] = [
    "append",
    "push",
    "add",
    "extend",
    "WriteString",
    "write",
    "unshift",
    "insert",
    "Append",
    "concat",
    "writelines",
    "appendleft",
];
/// Methods whose function is called with each element.
const EACH: [&str; 10] =
    ["map", "forEach", "filter", "flatMap", "some", "every", "find", "reduce", "sort", "findIndex"];
/// What languages bring themselves: methods of it are none of the project's.
const BUILT_IN: [&str; 14] = [
    "Promise", "Object", "Array", "JSON", "Math", "Number", "String", "Date", "console", "os", "json", "re", "math",
    "strings",
];
/// Most functions that a method's name may mean.
const MOST_METHODS: usize = 4;

/// A project.
pub struct Project {
    /// Its files, by path.
    pub files: Vec<Source>,
    module_of: Vec<usize>,
    functions: Map<(usize, String), Vec<(usize, usize)>>,
    methods: Map<String, Vec<(usize, usize)>>,
    constructors: Map<(usize, String), (usize, usize)>,
    /// Names of each function of each file.
    locals: Vec<Vec<Set<String>>>,
    /// Names that each file takes from others.
    imported: Vec<Map<String, Meaning>>,
    feeds: Map<Slot, Vec<Feed>>,
    /// Calls by the function that they may call.
    pub callers: BTreeMap<(usize, usize), Vec<At>>,
}

impl Project {
    /// Puts files together; they are in the order of their paths.
    pub fn new(files: Vec<Source>) -> Project {
        let module_of = modules(&files);
        let mut project = Project {
            files,
            module_of,
            functions: Map::default(),
            methods: Map::default(),
            constructors: Map::default(),
            locals: Vec::new(),
            imported: Vec::new(),
            feeds: Map::default(),
            callers: BTreeMap::new(),
        };
        project.declare();
        project.import();
        project.feed();
        project
    }

    /// The code of a file.
    pub fn code(&self, file: usize) -> &Code {
        &self.files[file].code
    }

    /// What a node is.
    pub fn expr(&self, at: At) -> &Expr {
        &self.files[at.0].code.nodes[at.1].expr
    }

    /// The module of a file: itself, or of Go its folder.
    pub fn module(&self, file: usize) -> usize {
        self.module_of[file]
    }

    /// What is fed into a slot.
    pub fn fed(&self, slot: &Slot) -> &[Feed] {
        self.feeds.get(slot).map_or(&[], Vec::as_slice)
    }

    fn declare(&mut self) {
        for file in 0..self.files.len() {
            let module = self.module_of[file];
            let mut locals: Vec<Set<String>> = vec![Set::default(); self.files[file].code.functions.len()];
            for (place, function) in self.files[file].code.functions.iter().enumerate() {
                locals[place].extend(function.params.iter().map(|param| param.name.clone()));
                locals[place].extend(function.receiver.clone());
                if function.name.is_empty() {
                    continue;
                }
                match &function.class {
                    Some(class) => {
                        if matches!(function.name.as_str(), "__init__" | "constructor") {
                            self.constructors.insert((module, class.clone()), (file, place));
                        }
                        self.methods.entry(function.name.clone()).or_default().push((file, place));
                    }
                    None => self.functions.entry((module, function.name.clone())).or_default().push((file, place)),
                }
            }
            let code = &self.files[file].code;
            for assign in &code.assigns {
                for target in flat(code, assign.target) {
                    if let (Expr::Name(name), Some(function)) = (&code.nodes[target].expr, code.nodes[target].function)
                    {
                        locals[function].insert(name.clone());
                    }
                }
            }
            self.locals.push(locals);
        }
    }

    fn import(&mut self) {
        let by_stem = stems(&self.files);
        for file in 0..self.files.len() {
            let mut imported = Map::default();
            for import in &self.files[file].code.imports {
                let target = find_module(&self.files, &by_stem, file, &import.module).map(|f| self.module_of[f]);
                for (name, alias) in &import.names {
                    let inner = || {
                        find_module(&self.files, &by_stem, file, &join_module(&import.module, name))
                            .map(|f| self.module_of[f])
                    };
                    let meaning = match (name.as_str(), target) {
                        ("*", Some(module)) => Meaning::Module(module),
                        (_, Some(module)) => {
                            match inner().filter(|_| self.files[file].code.language == Language::Python) {
                                Some(module) => Meaning::Module(module),
                                None => Meaning::Slot(Slot::Global(module, name.clone())),
                            }
                        }
                        (_, None) => match inner() {
                            Some(module) => Meaning::Module(module),
                            None => continue,
                        },
                    };
                    imported.insert(alias.clone(), meaning);
                }
            }
            self.imported.push(imported);
        }
    }

    /// What a name means at a node.
    pub fn meaning(&self, at: At) -> Option<Meaning> {
        let code = self.code(at.0);
        let Expr::Name(name) = &code.nodes[at.1].expr else { return None };
        self.named(at.0, code.nodes[at.1].function, name)
    }

    /// What a name means inside of a function.
    pub fn named(&self, file: usize, function: Option<usize>, name: &str) -> Option<Meaning> {
        let code = self.code(file);
        for function in code.functions_from(function) {
            if self.locals[file].get(function).is_some_and(|names| names.contains(name)) {
                return Some(Meaning::Slot(Slot::Local(file, function, name.to_owned())));
            }
        }
        if let Some(meaning) = self.imported.get(file).and_then(|names| names.get(name)) {
            return Some(meaning.clone());
        }
        Some(Meaning::Slot(Slot::Global(self.module_of[file], name.to_owned())))
    }

    /// The slot of a name, a member or a part of one.
    pub fn slot(&self, at: At) -> Option<Slot> {
        match self.expr(at) {
            Expr::Name(_) => match self.meaning(at)? {
                Meaning::Slot(slot) => Some(slot),
                Meaning::Module(_) => None,
            },
            Expr::Member { object, name, .. } => {
                if let Some(Meaning::Module(module)) = self.meaning((at.0, *object)) {
                    return Some(Slot::Global(module, name.clone()));
                }
                Some(Slot::Field(self.field_module((at.0, *object)), name.clone()))
            }
            Expr::Index { object, .. } => self.slot((at.0, *object)),
            Expr::Other(inner) if inner.len() == 1 => self.slot((at.0, inner[0])),
            _ => None,
        }
    }

    /// The module that makes the objects which a member is taken of: that of the class named, or the file's own.
    fn field_module(&self, object: At) -> usize {
        match self.meaning(object) {
            Some(Meaning::Slot(Slot::Global(module, _))) => module,
            _ => self.module_of[object.0],
        }
    }

    /// The functions that a call may call.
    pub fn callees(&self, at: At) -> Vec<(usize, usize)> {
        let Expr::Call { callee, .. } = self.expr(at) else { return Vec::new() };
        let called = (at.0, *callee);
        match self.expr(called) {
            Expr::Name(_) => match self.meaning(called) {
                Some(Meaning::Slot(Slot::Global(module, name))) => self.global_function(module, &name),
                Some(Meaning::Slot(Slot::Local(file, function, name))) => self.local_function(file, function, &name),
                _ => Vec::new(),
            },
            Expr::Member { object, name, .. } => match self.meaning((at.0, *object)) {
                Some(Meaning::Module(module)) => self.global_function(module, name),
                _ if self.code(at.0).last_name(*object).is_some_and(|n| BUILT_IN.contains(&n)) => Vec::new(),
                _ => self.methods_called(name),
            },
            Expr::Index { object, .. } => match self.meaning((at.0, *object)) {
                Some(Meaning::Slot(Slot::Global(module, name))) => self.global_function(module, &name),
                _ => Vec::new(),
            },
            Expr::Function(function) => vec![(at.0, *function)],
            _ => Vec::new(),
        }
    }

    fn methods_called(&self, name: &str) -> Vec<(usize, usize)> {
        match self.methods.get(name) {
            Some(found) if found.len() <= MOST_METHODS => found.clone(),
            _ => Vec::new(),
        }
    }

    fn global_function(&self, module: usize, name: &str) -> Vec<(usize, usize)> {
        let key = (module, name.to_owned());
        let made = self.constructors.get(&key).copied();
        let mut found = self.functions.get(&key).cloned().unwrap_or_default();
        found.extend(made);
        if found.is_empty() {
            found.extend(self.feeds_functions(&Slot::Global(module, name.to_owned())));
        }
        found
    }

    fn local_function(&self, file: usize, function: usize, name: &str) -> Vec<(usize, usize)> {
        let code = self.code(file);
        let inner = code.functions.iter().enumerate().filter(|(_, f)| f.name == name && f.outer == Some(function));
        let mut found: Vec<_> = inner.map(|(place, _)| (file, place)).collect();
        if found.is_empty() {
            found.extend(self.feeds_functions(&Slot::Local(file, function, name.to_owned())));
        }
        found
    }

    fn feeds_functions(&self, slot: &Slot) -> Vec<(usize, usize)> {
        let of = |feed: &Feed| match self.expr(feed.at) {
            Expr::Function(function) => Some((feed.at.0, *function)),
            _ => None,
        };
        self.fed(slot).iter().filter_map(of).collect()
    }

    fn put(&mut self, slot: Slot, at: At, way: Way) {
        self.feeds.entry(slot).or_default().push(Feed { at, way });
    }

    fn feed(&mut self) {
        for file in 0..self.files.len() {
            self.feed_assigns(file);
            self.feed_fields(file);
            self.feed_defaults(file);
        }
        for file in 0..self.files.len() {
            for node in 0..self.code(file).nodes.len() {
                if matches!(self.expr((file, node)), Expr::Call { .. }) {
                    self.feed_call((file, node));
                }
            }
        }
    }

    fn feed_assigns(&mut self, file: usize) {
        for place in 0..self.code(file).assigns.len() {
            let assign = self.code(file).assigns[place].clone();
            let mut puts = Vec::new();
            let single = !matches!(self.code(file).nodes[assign.target].expr, Expr::List(_) | Expr::Map(_));
            for (order, target) in flat(self.code(file), assign.target).into_iter().enumerate() {
                let (value, way) = match (&self.code(file).nodes[assign.value].expr, single) {
                    (Expr::List(items), false) if assign.way == Way::Whole => {
                        (items.get(order).copied().unwrap_or(assign.value), Way::Whole)
                    }
                    (_, false) if assign.way == Way::Whole => (assign.value, Way::Element),
                    _ => (assign.value, assign.way),
                };
                let into_part = matches!(self.code(file).nodes[target].expr, Expr::Index { .. });
                if let Some(slot) = self.slot((file, target)) {
                    puts.push((slot, value, if into_part { Way::Added } else { way }));
                }
            }
            for (slot, value, way) in puts {
                self.put(slot, (file, value), way);
            }
        }
    }

    fn feed_fields(&mut self, file: usize) {
        let module = self.module_of[file];
        if self.code(file).language == Language::Go {
            return;
        }
        let fields: Vec<_> = self
            .code(file)
            .classes
            .iter()
            .flat_map(|c| &c.fields)
            .filter_map(|f| f.value.map(|v| (f.name.clone(), v)))
            .collect();
        for (name, value) in fields {
            self.put(Slot::Field(module, name), (file, value), Way::Whole);
        }
    }

    fn feed_defaults(&mut self, file: usize) {
        let functions = self.code(file).functions.iter().enumerate();
        let defaults: Vec<_> = functions
            .flat_map(|(f, function)| {
                function.params.iter().filter_map(move |p| p.default.map(|d| (f, p.name.clone(), d)))
            })
            .collect();
        for (function, name, default) in defaults {
            self.put(Slot::Local(file, function, name), (file, default), Way::Whole);
        }
    }

    fn feed_call(&mut self, at: At) {
        let Expr::Call { callee, args } = self.expr(at).clone() else { return };
        for (file, function) in self.callees(at) {
            self.callers.entry((file, function)).or_default().push(at);
            let params = self.code(file).functions[function].params.clone();
            let mut next = 0;
            for arg in &args {
                let param = match &arg.name {
                    Some(name) => params.iter().find(|p| p.name == *name).or_else(|| params.iter().find(|p| p.rest)),
                    None => params.get(next).or_else(|| params.last().filter(|p| p.rest)),
                };
                next += usize::from(arg.name.is_none());
                if let Some(param) = param {
                    let way = if param.rest { Way::Added } else { Way::Whole };
                    self.put(Slot::Local(file, function, param.name.clone()), (at.0, arg.value), way);
                }
            }
        }
        self.feed_elements(at.0, callee, &args);
        let Expr::Member { object, name, .. } = self.expr((at.0, callee)).clone() else { return };
        if ADDING.contains(&name.as_str())
            && let Some(slot) = self.slot((at.0, object))
        {
            for arg in &args {
                self.put(slot.clone(), (at.0, arg.value), Way::Added);
            }
        }
        if name.starts_with("Fprint")
            && let Some(first) = args.first()
            && let Some(slot) = self.slot((at.0, first.value))
        {
            for arg in &args[1..] {
                self.put(slot.clone(), (at.0, arg.value), Way::Added);
            }
        }
        self.feed_callbacks(at.0, object, &name, &args);
    }

    /// `map(f, rows)`, `filter(f, rows)`: a function of the project gets each element.
    fn feed_elements(&mut self, file: usize, callee: NodeId, args: &[crate::code::Arg]) {
        let is_each =
            matches!(self.expr((file, callee)), Expr::Name(name) if matches!(name.as_str(), "map" | "filter"));
        let (true, [function, rows]) = (is_each, args) else { return };
        let called = match self.meaning((file, function.value)) {
            Some(Meaning::Slot(Slot::Global(module, name))) => self.global_function(module, &name),
            _ => return,
        };
        for (of, function) in called {
            if let Some(param) = self.code(of).functions[function].params.first().map(|p| p.name.clone()) {
                self.put(Slot::Local(of, function, param), (file, rows.value), Way::Element);
            }
        }
    }

    fn feed_callbacks(&mut self, file: usize, object: NodeId, method: &str, args: &[crate::code::Arg]) {
        for arg in args {
            let Expr::Function(function) = self.expr((file, arg.value)) else { continue };
            let function = *function;
            let params = &self.code(file).functions[function].params;
            let Some(param) = params.get(usize::from(method == "reduce")).map(|p| p.name.clone()) else { continue };
            let way = if EACH.contains(&method) { Way::Element } else { Way::Whole };
            self.put(Slot::Local(file, function, param), (file, object), way);
        }
    }
}

/// The names inside of a target.
pub fn flat(code: &Code, target: NodeId) -> Vec<NodeId> {
    match &code.nodes[target].expr {
        Expr::List(items) => items.iter().flat_map(|&i| flat(code, i)).collect(),
        Expr::Map(entries) => entries.iter().flat_map(|(_, value)| flat(code, *value)).collect(),
        _ => vec![target],
    }
}

fn modules(files: &[Source]) -> Vec<usize> {
    let mut folders: HashMap<&str, usize> = HashMap::new();
    let mut found = Vec::with_capacity(files.len());
    for (file, source) in files.iter().enumerate() {
        found.push(match source.code.language {
            Language::Go => *folders.entry(source.path.rsplit_once('/').map_or("", |(f, _)| f)).or_insert(file),
            _ => file,
        });
    }
    found
}

/// A path without its ending, and without the file that stands for a folder.
fn stem(path: &str) -> String {
    let without = match path.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains('/') => stem.trim_end_matches(".d"),
        _ => path,
    };
    without.trim_end_matches("/__init__").trim_end_matches("/index").to_owned()
}

fn stems(files: &[Source]) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for (file, source) in files.iter().enumerate() {
        match source.code.language {
            Language::Go => {
                found.entry(source.path.rsplit_once('/').map_or("", |(f, _)| f).to_owned()).or_insert(file);
            }
            Language::Python | Language::Script => {
                found.entry(stem(&source.path)).or_insert(file);
            }
            Language::Data | Language::Sql => {}
        }
    }
    found
}

fn join_module(module: &str, name: &str) -> String {
    if module.ends_with('.') { format!("{module}{name}") } else { format!("{module}.{name}") }
}

/// The file of a module as it is written in a file.
fn find_module(files: &[Source], stems: &HashMap<String, usize>, from: usize, module: &str) -> Option<usize> {
    let path = &files[from].path;
    let folder: Vec<&str> = path.rsplit_once('/').map(|(f, _)| f.split('/').collect()).unwrap_or_default();
    match files[from].code.language {
        Language::Python => {
            let dots = module.chars().take_while(|&c| c == '.').count();
            let rest = module[dots..].replace('.', "/");
            if dots > 0 {
                let base = folder.get(..(folder.len() + 1).checked_sub(dots)?)?.join("/");
                return stems.get(join(&base, &rest).trim_end_matches('/')).copied();
            }
            (0..=folder.len()).rev().find_map(|depth| stems.get(&join(&folder[..depth].join("/"), &rest)).copied())
        }
        Language::Script => {
            let mut parts = folder.clone();
            let ways = if module.starts_with('.') {
                module
            } else {
                module.strip_prefix("@/").or_else(|| module.strip_prefix("~/"))?
            };
            if !module.starts_with('.') {
                let found =
                    (0..=folder.len()).rev().flat_map(|d| [folder[..d].join("/"), join(&folder[..d].join("/"), "src")]);
                return found.into_iter().find_map(|base| stems.get(&join(&base, &stem(ways))).copied());
            }
            for part in ways.split('/') {
                match part {
                    "." | "" => {}
                    ".." => {
                        parts.pop()?;
                    }
                    part => parts.push(part),
                }
            }
            let whole = parts.join("/");
            let cut = [".js", ".ts", ".mjs", ".jsx", ".tsx", ".cjs"]
                .iter()
                .find_map(|e| whole.strip_suffix(e))
                .unwrap_or(&whole);
            stems.get(cut.trim_end_matches("/index")).or_else(|| stems.get(&whole)).copied()
        }
        Language::Go => {
            let mut tail = module;
            loop {
                if let Some(&file) = stems.get(tail).filter(|&&f| files[f].code.language == Language::Go) {
                    return Some(file);
                }
                tail = tail.split_once('/')?.1;
            }
        }
        Language::Data | Language::Sql => None,
    }
}

fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}
