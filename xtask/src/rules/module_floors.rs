//! A module imports from modules listed above it only.
//!
//! Why: the `mod` lines of `lib.rs` are then an order of reading, and no two modules need each other
//! to be understood. The same holds for the children of a module. Before and after:
//!
//! ```text
//! mod print;                      mod tree;
//! mod tree;   // print needs it   mod print;
//! ```
//!
//! A parent may use all of its children. A child may use an item of its parent as long as the
//! parent's own code uses only what stands above the child; else the two need each other. Re-exports
//! are followed to where the item is, so that `crate::Item` hides nothing. Tests are exempt.
//!
//! `rustfmt` sorts `mod` lines by name unless it is told not to, which would undo the order; its
//! setting is part of the rule.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{At, Use};
use crate::house::{House, Source, Violation};

const NAME: &str = "module-floors";

/// Finds imports that do not go upward in the list.
pub fn check(house: &House) -> Vec<Violation> {
    let owners: BTreeSet<&str> = house.sources.iter().map(|source| source.owner.as_str()).collect();
    let crates = owners.into_iter().flat_map(|owner| {
        let sources: Vec<&Source> = house.sources.iter().filter(|s| s.owner == owner && in_tree(house, s)).collect();
        of_crate(&sources)
    });
    rustfmt(house).into_iter().chain(crates).collect()
}

/// The program's `main.rs` beside a `lib.rs` is a crate of its own and uses what it likes.
fn in_tree(house: &House, source: &Source) -> bool {
    let beside = source.path.strip_suffix("/main.rs").map(|folder| format!("{folder}/lib.rs"));
    source.module.is_some() && !source.test && !beside.is_some_and(|path| house.files.contains_key(&path))
}

fn rustfmt(house: &House) -> Option<Violation> {
    let text = house.files.get("rustfmt.toml")?;
    let settings: toml::Table = text.parse().unwrap_or_default();
    let kept = settings.get("reorder_modules").and_then(toml::Value::as_bool) == Some(false);
    (!kept).then(|| Violation {
        path: "rustfmt.toml".to_owned(),
        line: 1,
        rule: NAME,
        what: "rustfmt sorts `mod` lines by name".to_owned(),
        hint: "reorder_modules = false".to_owned(),
    })
}

type Path = Vec<String>;

/// One module: its children in order, what it brings in, what it defines.
#[derive(Default)]
struct Module<'a> {
    file: String,
    children: Vec<&'a str>,
    uses: Vec<&'a Use>,
    items: BTreeSet<&'a str>,
}

type Tree<'a> = BTreeMap<Path, Module<'a>>;

/// One module needing another: both by path from the crate's root.
struct Need<'a> {
    source: &'a Source,
    line: usize,
    from: Path,
    to: Path,
    /// `pub use child::Item` of a parent passes on and needs nothing.
    passes_on: bool,
}

fn of_crate(sources: &[&Source]) -> Vec<Violation> {
    let tree = tree(sources);
    let needs: Vec<Need<'_>> = sources.iter().flat_map(|source| needs(source, &tree)).collect();
    let mut found: BTreeMap<(String, Path, Path), Violation> = BTreeMap::new();
    for need in &needs {
        if let Some((key, violation)) = judge(need, &needs, &tree) {
            // One line for each pair of modules is enough.
            found.entry((need.source.path.clone(), key.0, key.1)).or_insert(violation);
        }
    }
    found.into_values().collect()
}

fn tree<'a>(sources: &[&'a Source]) -> Tree<'a> {
    let mut tree = Tree::new();
    for source in sources {
        let path = |at: &At| absolute(source, at);
        let root = tree.entry(source.module.clone().unwrap_or_default()).or_default();
        root.file.clone_from(&source.path);
        for child in source.facts.modules.iter().filter(|child| !child.at.test) {
            let parent = tree.entry(path(&child.at)).or_default();
            parent.file.clone_from(&source.path);
            parent.children.push(&child.text);
        }
        for line in source.facts.uses.iter().filter(|line| !line.at.test) {
            tree.entry(path(&line.at)).or_default().uses.push(line);
        }
        for item in source.facts.items.iter().filter(|item| !item.at.test) {
            tree.entry(path(&item.at)).or_default().items.insert(&item.text);
        }
    }
    tree
}

/// The module that a fact stands in.
fn absolute(source: &Source, at: &At) -> Path {
    source.module.iter().flatten().chain(&at.module).cloned().collect()
}

fn needs<'a>(source: &'a Source, tree: &Tree<'a>) -> Vec<Need<'a>> {
    let need = |at: &At, full: &[String], passes_on: bool| {
        let from = absolute(source, at);
        let to = home_of(tree, &anchored(tree, &from, full)?, 0);
        Some(Need { source, line: at.line, from, to, passes_on })
    };
    let uses = source.facts.uses.iter().filter(|line| !line.at.test);
    let lines = uses.filter_map(|line| need(&line.at, &line.path, line.exported));
    let imported: BTreeSet<(usize, &[String])> =
        source.facts.uses.iter().map(|line| (line.at.line, line.path.as_slice())).collect();
    // Facts list the paths of `use` lines as names too; those were just read.
    let names = source.facts.names.iter().filter(|n| !n.at.test && !imported.contains(&(n.at.line, n.full.as_slice())));
    lines.chain(names.filter_map(|name| need(&name.at, &name.full, false))).collect()
}

/// A path from the crate's root, where it is one of this crate.
fn anchored(tree: &Tree<'_>, from: &Path, written: &[String]) -> Option<Path> {
    let (first, rest) = written.split_first()?;
    let supers = written.iter().take_while(|segment| *segment == "super").count();
    let is_child = || tree.get(from).is_some_and(|module| module.children.contains(&first.as_str()));
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" if rest.first().is_some_and(|next| next == "super") => anchored(tree, from, rest),
        "self" if !rest.is_empty() => Some([from.as_slice(), rest].concat()),
        "super" => Some([&from[..from.len().checked_sub(supers)?], &written[supers..]].concat()),
        // A single word is more often a variable than a module.
        _ if !rest.is_empty() && is_child() => Some([from.as_slice(), written].concat()),
        _ => None,
    }
}

/// The module where the item of a path is, re-exports followed.
fn home_of(tree: &Tree<'_>, path: &Path, depth: usize) -> Path {
    let mut module: Path = Vec::new();
    for (i, segment) in path.iter().enumerate() {
        let Some(node) = tree.get(&module) else { break };
        if node.children.contains(&segment.as_str()) {
            module.push(segment.clone());
        } else {
            // Sixteen re-exports of one item are a circle of them.
            let next = if depth < 16 { passed_on(tree, &module, node, segment) } else { None };
            return next.map_or(module, |next| home_of(tree, &[next.as_slice(), &path[i + 1..]].concat(), depth + 1));
        }
    }
    module
}

/// Where a module's `use` lines say that a name comes from.
fn passed_on(tree: &Tree<'_>, module: &Path, node: &Module<'_>, name: &str) -> Option<Path> {
    if node.items.contains(name) {
        return None;
    }
    let named = node.uses.iter().find(|line| line.alias == name).and_then(|line| anchored(tree, module, &line.path));
    named.or_else(|| {
        let globs = node.uses.iter().filter(|line| line.alias == "*");
        let mut targets = globs.filter_map(|line| anchored_module(tree, module, &line.path));
        let target = targets.find(|target| tree.get(target).is_some_and(|m| m.items.contains(name)))?;
        Some([target.as_slice(), &[name.to_owned()]].concat())
    })
}

/// As [`anchored`], for the path of a glob, which may be a single word.
fn anchored_module(tree: &Tree<'_>, from: &Path, written: &[String]) -> Option<Path> {
    let star = "*".to_owned();
    let mut path = anchored(tree, from, &[written, &[star]].concat())?;
    path.pop();
    Some(path)
}

/// The pair of modules and what is wrong with it.
fn judge(need: &Need<'_>, all: &[Need<'_>], tree: &Tree<'_>) -> Option<((Path, Path), Violation)> {
    let shared = need.from.iter().zip(&need.to).take_while(|(a, b)| a == b).count();
    let parent = need.from[..shared].to_vec();
    let from = need.from.get(shared)?;
    let place = |name: &str| tree.get(&parent).and_then(|m| m.children.iter().position(|child| *child == name));
    let own = place(from)?;
    let list = tree.get(&parent).map_or("", |module| &module.file);
    let violation = |what: String, hint: &str| {
        let key = (need.from.clone(), need.to.clone());
        Some((key, need.source.violation(need.line, NAME, what, hint)))
    };
    if let Some(to) = need.to.get(shared) {
        if place(to)? <= own {
            return None;
        }
        let what = format!("{from} uses {to}, which {list} lists below it");
        return violation(what, &order_hint(&parent, all, tree));
    }
    let used_by_parent = all.iter().filter(|n| n.from == parent && !n.passes_on && n.to.starts_with(&parent));
    let back = used_by_parent.filter_map(|n| n.to.get(shared)).find(|child| place(child) >= Some(own))?;
    let what = format!("{from} uses an item of {list}, whose own code uses {back}: a circle");
    violation(what, "move the item to a module above both")
}

/// The order of a parent's `mod` lines that would do, as near to the present one as can be.
fn order_hint(parent: &Path, all: &[Need<'_>], tree: &Tree<'_>) -> String {
    let mut waiting = tree.get(parent).map(|module| module.children.clone()).unwrap_or_default();
    let child = |path: &Path| path.strip_prefix(parent.as_slice()).and_then(|rest| rest.first().cloned());
    let edges: BTreeSet<(String, String)> = all.iter().filter_map(|n| child(&n.from).zip(child(&n.to))).collect();
    let needs = |from: &str, to: &str| from != to && edges.contains(&(from.to_owned(), to.to_owned()));
    let mut order = Vec::new();
    while let Some(next) = waiting.iter().position(|from| !waiting.iter().any(|to| needs(from, to))) {
        order.push(waiting.remove(next));
    }
    match waiting.as_slice() {
        [] => format!("the order {}", order.join(", ")),
        _ => "move the shared part to a module above both".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::tests::{house, said};

    fn checked(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("crates/x/src/{path}"), *text)).collect();
        let borrowed: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        said(check(&house(&borrowed)))
    }

    fn passes(files: &[(&str, &str)]) {
        assert_eq!(checked(files), Vec::<String>::new());
    }

    fn fails(files: &[(&str, &str)], what: &str) {
        let violations = checked(files);
        assert!(violations.len() == 1 && violations[0].contains(what), "{what} in {violations:#?}");
    }

    const LIST: (&str, &str) = ("lib.rs", "mod low;\nmod high;\npub use low::Low;\npub use high::*;\n");

    #[test]
    fn imports_from_above_pass() {
        passes(&[
            LIST,
            ("low.rs", "pub struct Low;"),
            ("high.rs", "use crate::low::Low;\nfn f() { super::low::g(); }"),
        ]);
    }

    #[test]
    fn imports_from_below_fail() {
        let violations =
            checked(&[LIST, ("low.rs", "\nuse crate::high::{A, B};\nfn f() { crate::high::g() }"), ("high.rs", "")]);
        assert_eq!(
            violations,
            ["crates/x/src/low.rs:2: module-floors: low uses high, which crates/x/src/lib.rs lists below it; \
             try: the order high, low"]
        );
    }

    #[test]
    fn the_hint_is_an_order_that_works_or_to_break_the_circle() {
        let list = ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\n");
        let needs_d = ("b.rs", "use crate::d::D;");
        fails(&[list, ("a.rs", ""), needs_d, ("c.rs", ""), ("d.rs", "")], "try: the order a, c, d, b");
        fails(&[list, ("a.rs", ""), needs_d, ("c.rs", ""), ("d.rs", "use crate::b::B;")], "try: move the shared part");
    }

    #[test]
    fn paths_in_code_in_macros_and_through_super_count() {
        let what = "low uses high";
        fails(&[LIST, ("low.rs", "fn f(x: crate::high::X) {}"), ("high.rs", "")], what);
        fails(&[LIST, ("low.rs", "fn f() { assert!(crate::high::x()) }"), ("high.rs", "")], what);
        fails(&[LIST, ("low.rs", "use super::high as h;"), ("high.rs", "")], what);
        fails(&[LIST, ("low/mod.rs", "mod deep;"), ("low/deep.rs", "use super::super::high;"), ("high.rs", "")], what);
    }

    #[test]
    fn reexports_hide_nothing() {
        fails(
            &[("lib.rs", "mod low;\nmod high;\npub use high::High;"), ("low.rs", "use crate::High;"), ("high.rs", "")],
            "low uses high",
        );
        fails(&[LIST, ("low.rs", "use crate::High;"), ("high.rs", "pub struct High;")], "low uses high");
        passes(&[LIST, ("low.rs", "pub struct Low;"), ("high.rs", "use crate::Low;")]);
    }

    #[test]
    fn children_of_a_module_have_floors_too() {
        let parent = ("m/mod.rs", "mod a;\nmod b;\nfn f() { b::g() }");
        passes(&[("lib.rs", "mod m;"), parent, ("m/a.rs", ""), ("m/b.rs", "use super::a::A;")]);
        fails(&[("lib.rs", "mod m;"), parent, ("m/a.rs", "use super::b::B;"), ("m/b.rs", "")], "a uses b");
        fails(&[("lib.rs", "mod low { use super::high::X; }\nmod high { }")], "low uses high");
    }

    #[test]
    fn an_item_of_the_parent_is_fine_unless_the_parent_needs_the_child() {
        let child = ("a.rs", "use crate::Shared;");
        passes(&[("lib.rs", "mod a;\npub use a::A;\npub struct Shared;"), child]);
        passes(&[("lib.rs", "mod b;\nmod a;\npub struct Shared(b::B);"), child, ("b.rs", "")]);
        fails(&[("lib.rs", "mod a;\npub use a::A;\npub struct Shared(A);"), child], "whose own code uses a: a circle");
        fails(&[("lib.rs", "mod a;\nmod b;\npub struct Shared(b::B);"), child, ("b.rs", "")], "whose own code uses b");
    }

    #[test]
    fn tests_and_the_program_beside_a_library_are_exempt() {
        passes(&[LIST, ("low.rs", "#[cfg(test)]\nmod tests { use crate::high::X; }"), ("high.rs", "")]);
        passes(&[LIST, ("low.rs", ""), ("low/tests.rs", "use crate::high::X;"), ("high.rs", "")]);
        passes(&[LIST, ("low.rs", ""), ("high.rs", ""), ("main.rs", "mod z;\nfn main() { crate::z::f() }")]);
    }

    #[test]
    fn rustfmt_has_to_keep_the_order() {
        let set = |text: &str| said(check(&house(&[("rustfmt.toml", text)])));
        assert!(set("reorder_modules = false\n").is_empty());
        assert_eq!(
            set("max_width = 120\n"),
            ["rustfmt.toml:1: module-floors: rustfmt sorts `mod` lines by name; try: reorder_modules = false"]
        );
    }
}
