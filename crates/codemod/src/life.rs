//! From where code is reached: tests, demonstrations, nowhere, or production as far as is known.

use std::collections::HashSet;

use crate::code::{Expr, Language};
use crate::finding::Reach;
use crate::project::{At, Meaning, Project, Slot};

/// Words of paths of tests.
const TESTS: [&str; 10] =
    ["test", "tests", "spec", "specs", "testing", "e2e", "__tests__", "testdata", "conftest", "fixtures"];
/// Words of paths of demonstrations.
const DEMOS: [&str; 10] =
    ["demo", "demos", "example", "examples", "sample", "samples", "seed", "seeds", "playground", "tutorial"];
/// Files that something outside of the project starts.
const ENTRIES: [&str; 30] = [
    "main",
    "__main__",
    "app",
    "wsgi",
    "asgi",
    "manage",
    "cli",
    "server",
    "index",
    "setup",
    "run",
    "worker",
    "celery",
    "tasks",
    "handler",
    "lambda_function",
    "api",
    "urls",
    "admin",
    "apps",
    "routes",
    "__init__",
    "bot",
    "cron",
    "job",
    "jobs",
    "start",
    "entrypoint",
    "program",
    "service",
];

/// How the code of a project is reached.
pub struct Life {
    files: Vec<Reach>,
    words: HashSet<String>,
    unused: HashSet<(usize, usize)>,
}

/// The words of a path, endings left out.
fn words(path: &str) -> Vec<String> {
    path.split(['/', '.', '_', '-']).map(str::to_lowercase).collect()
}

/// What the path of a file says.
pub fn by_path(path: &str) -> Reach {
    let words = words(path);
    if words.iter().any(|w| TESTS.contains(&w.as_str())) {
        Reach::Test
    } else if words.iter().any(|w| DEMOS.contains(&w.as_str())) {
        Reach::Demo
    } else {
        Reach::Live
    }
}

impl Life {
    /// Finds out how the files and functions of a project are reached.
    pub fn of(project: &Project) -> Life {
        let words = spoken(project);
        let imported = imported(project);
        let any = !imported.is_empty();
        let of = |(file, source): (usize, &crate::project::Source)| match by_path(&source.path) {
            Reach::Live if any && !imported.contains(&file) && is_idle(project, file) => Reach::Dead,
            reach => reach,
        };
        let files = project.files.iter().enumerate().map(of).collect();
        let mut unused = HashSet::new();
        for (file, source) in project.files.iter().enumerate() {
            for (place, function) in source.code.functions.iter().enumerate() {
                let private = match source.code.language {
                    Language::Go => {
                        function.name.starts_with(char::is_lowercase)
                            && !matches!(function.name.as_str(), "main" | "init")
                    }
                    Language::Python => function.name.starts_with('_') && !function.name.starts_with("__"),
                    _ => false,
                };
                if private && !function.decorated && !words.contains(&function.name) {
                    unused.insert((file, place));
                }
            }
        }
        Life { files, unused, words }
    }

    /// How a node is reached.
    pub fn of_node(&self, project: &Project, at: At) -> Reach {
        let code = project.code(at.0);
        let node = &code.nodes[at.1];
        let within = |range: &(usize, usize)| range.0 <= node.start && node.end <= range.1;
        if self.files[at.0] == Reach::Live
            && (code.never.iter().any(within) || code.functions_around(at.1).any(|f| self.unused.contains(&(at.0, f))))
        {
            return Reach::Dead;
        }
        self.files[at.0]
    }

    /// Whether code anywhere uses a name that it does not declare.
    pub fn uses(&self, name: &str) -> bool {
        self.words.contains(name)
    }

    /// How a file is reached.
    pub fn of_file(&self, file: usize) -> Reach {
        self.files[file]
    }
}

/// Names that code uses; what is only put into nothing does not count.
fn spoken(project: &Project) -> HashSet<String> {
    let mut found = HashSet::new();
    for source in &project.files {
        let code = &source.code;
        let targets: HashSet<usize> = code.assigns.iter().map(|a| a.target).collect();
        let blank: Vec<(usize, usize)> = code
            .assigns
            .iter()
            .filter(|a| matches!(&code.nodes[a.target].expr, Expr::Name(n) if n == "_"))
            .map(|a| (code.nodes[a.value].start, code.nodes[a.value].end))
            .collect();
        for (id, node) in code.nodes.iter().enumerate() {
            let name = match &node.expr {
                Expr::Name(name) if !targets.contains(&id) => name,
                Expr::Member { name, .. } => name,
                _ => continue,
            };
            if !blank.iter().any(|b| b.0 <= node.start && node.end <= b.1) {
                found.insert(name.clone());
            }
        }
        found.extend(code.imports.iter().flat_map(|i| &i.names).map(|(from, _)| from.clone()));
    }
    found
}

/// Files that another file names.
fn imported(project: &Project) -> HashSet<usize> {
    let mut found = HashSet::new();
    for (file, source) in project.files.iter().enumerate() {
        for (_, alias) in source.code.imports.iter().flat_map(|i| &i.names) {
            match project.named(file, None, alias) {
                Some(Meaning::Module(module)) => _ = found.insert(module),
                Some(Meaning::Slot(Slot::Global(module, _))) if module != project.module(file) => {
                    _ = found.insert(module)
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether nothing in a file starts by itself or is started by others through its name.
fn is_idle(project: &Project, file: usize) -> bool {
    let source = &project.files[file];
    if !matches!(source.code.language, Language::Python | Language::Script) {
        return false;
    }
    let stem = source.path.rsplit('/').next().unwrap_or("").split('.').next().unwrap_or("");
    if ENTRIES.contains(&stem.to_lowercase().as_str())
        || source.text.starts_with("#!")
        || source.text.contains("__name__")
    {
        return false;
    }
    let code = &source.code;
    let kept: HashSet<usize> = code.assigns.iter().map(|a| a.value).collect();
    let acts = |id: usize| matches!(code.nodes[id].expr, Expr::Call { .. }) && code.nodes[id].function.is_none();
    let top_call = (0..code.nodes.len()).any(|id| {
        acts(id) && !kept.contains(&id) && !code.around(id).any(|p| kept.contains(&p)) && !in_class(code, id)
    });
    !top_call && !code.functions.iter().any(|f| f.decorated) && !source.text.contains("export default")
}

fn in_class(code: &crate::code::Code, id: usize) -> bool {
    code.classes.iter().any(|c| c.range.0 <= code.nodes[id].start && code.nodes[id].end <= c.range.1)
}
