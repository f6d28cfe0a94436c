//! What a Rust file names, says and measures: all that the rules need to know of it.
//!
//! Names are followed through the file's own `use` lines, so that `use std::env; env::var(..)` and
//! `std::env::var(..)` are one fact. Tokens inside of macro calls are read as names and strings too,
//! without understanding the macro.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// Where in a file a fact stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The line, from one.
    pub line: usize,
    /// The inline modules around it, outermost first.
    pub module: Vec<String>,
    /// Whether only tests see it.
    pub test: bool,
}

/// One name brought in by a `use` line.
#[derive(Clone, Debug)]
pub struct Use {
    /// Where.
    pub at: At,
    /// The path as written.
    pub path: Vec<String>,
    /// The name it has from here on; `*` for a glob.
    pub alias: String,
    /// Whether others see it: `pub use`, `pub(crate) use`.
    pub exported: bool,
}

/// One path in code.
#[derive(Clone, Debug)]
pub struct Name {
    /// Where.
    pub at: At,
    /// The path with its first segment replaced by what a `use` line of the file says it is.
    pub full: Vec<String>,
}

/// A word or text at a place: a macro call, a string literal, an item, an asynchronous function.
#[derive(Clone, Debug)]
pub struct Word {
    /// Where.
    pub at: At,
    /// The word.
    pub text: String,
}

/// One function with a body.
#[derive(Clone, Debug)]
pub struct Function {
    /// Where, by the line of its `fn`.
    pub at: At,
    /// Its name.
    pub name: String,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
}

/// All facts of one file.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// `use` lines, flattened.
    pub uses: Vec<Use>,
    /// Paths of code, those of `use` lines included.
    pub names: Vec<Name>,
    /// Names of called macros, without `!`.
    pub macros: Vec<Word>,
    /// String literals, those of documentation excepted.
    pub strings: Vec<Word>,
    /// Functions with a body.
    pub functions: Vec<Function>,
    /// Names of `async fn`, those of traits included.
    pub asynchronous: Vec<Word>,
    /// `mod` lines and inline modules, in order.
    pub modules: Vec<Word>,
    /// Names of items other than modules and uses.
    pub items: Vec<Word>,
}

/// Reads the facts of a parsed file. Cost: one pass over its tokens.
pub fn of_file(file: &syn::File) -> Facts {
    let mut reader = Reader::default();
    reader.visit_file(file);
    let mut facts = reader.facts;
    expand(&mut facts);
    facts
}

/// Replaces first segments by what `use` lines of the same module say they are.
fn expand(facts: &mut Facts) {
    let mut aliases: HashMap<(&[String], &str), &[String]> = HashMap::new();
    for line in &facts.uses {
        aliases.insert((&line.at.module, &line.alias), &line.path);
    }
    for name in &mut facts.names {
        let Some((first, rest)) = name.full.split_first() else { continue };
        if let Some(path) = aliases.get(&(name.at.module.as_slice(), first.as_str())) {
            name.full = path.iter().chain(rest).cloned().collect();
        }
    }
    let used = facts.uses.iter().map(|line| Name { at: line.at.clone(), full: line.path.clone() });
    facts.names.extend(used);
}

#[derive(Default)]
struct Reader {
    facts: Facts,
    module: Vec<String>,
    /// How many enclosing items are for tests only.
    tests: usize,
}

impl Reader {
    fn at(&self, span: proc_macro2::Span) -> At {
        At { line: span.start().line, module: self.module.clone(), test: self.tests > 0 }
    }

    fn word(&self, ident: &syn::Ident) -> Word {
        Word { at: self.at(ident.span()), text: ident.to_string() }
    }

    /// Runs `inner` as test code where the attributes say so.
    fn under(&mut self, attributes: &[Attribute], inner: impl FnOnce(&mut Self)) {
        let test = attributes.iter().any(is_test);
        self.tests += usize::from(test);
        inner(self);
        self.tests -= usize::from(test);
    }

    fn function(&mut self, sig: &syn::Signature, block: Option<&syn::Block>) {
        if sig.asyncness.is_some() {
            self.facts.asynchronous.push(self.word(&sig.ident));
        }
        if let Some(block) = block {
            let at = self.at(sig.fn_token.span);
            let lines = block.brace_token.span.close().end().line + 1 - at.line;
            self.facts.functions.push(Function { at, name: sig.ident.to_string(), lines });
        }
    }

    /// Reads a macro's tokens: paths, string literals and calls of further macros.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = None;
        let mut colons = 0;
        for token in tokens {
            match &token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end_path(&mut path, line.take());
                    }
                    line.get_or_insert(ident.span());
                    path.push(ident.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == '!' && !path.is_empty() => {
                    self.facts.macros.push(Word { at: self.at(punct.span()), text: path[path.len() - 1].clone() });
                }
                TokenTree::Literal(literal) => self.literal(&syn::Lit::new(literal.clone())),
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(_) => {}
            }
            if !matches!(token, TokenTree::Ident(_)) {
                self.end_path(&mut path, line.take());
            }
            colons = 0;
        }
        self.end_path(&mut path, line);
    }

    fn end_path(&mut self, path: &mut Vec<String>, start: Option<proc_macro2::Span>) {
        if let Some(span) = start {
            self.facts.names.push(Name { at: self.at(span), full: std::mem::take(path) });
        }
    }

    fn literal(&mut self, literal: &syn::Lit) {
        if let syn::Lit::Str(text) = literal {
            self.facts.strings.push(Word { at: self.at(text.span()), text: text.value() });
        }
    }

    fn use_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>, exported: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.use_tree(&path.tree, prefix, exported);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|item| self.use_tree(item, prefix, exported)),
            UseTree::Name(name) => self.use_leaf(prefix, &name.ident, &name.ident, exported),
            UseTree::Rename(name) => self.use_leaf(prefix, &name.ident, &name.rename, exported),
            UseTree::Glob(glob) => {
                let at = self.at(glob.star_token.spans[0]);
                self.facts.uses.push(Use { at, path: prefix.clone(), alias: "*".into(), exported });
            }
        }
    }

    fn use_leaf(&mut self, prefix: &[String], ident: &syn::Ident, alias: &syn::Ident, exported: bool) {
        let (mut path, mut alias) = (prefix.to_vec(), alias.to_string());
        if ident != "self" {
            path.push(ident.to_string());
        } else if alias == "self" {
            // `use a::{self}` brings in `a`.
            alias = path.last().cloned().unwrap_or_default();
        }
        let at = self.at(ident.span());
        self.facts.uses.push(Use { at, path, alias, exported });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, ident) = head(item);
        self.under(attributes, |reader| {
            let named = ident.filter(|_| !matches!(item, Item::Mod(_)));
            let word = named.map(|ident| reader.word(ident));
            reader.facts.items.extend(word);
            visit::visit_item(reader, item);
        });
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Fn(function) => function.attrs.as_slice(),
            _ => &[],
        };
        self.under(attributes, |reader| visit::visit_impl_item(reader, item));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.facts.modules.push(self.word(&item.ident));
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let exported = !matches!(item.vis, Visibility::Inherited);
        self.use_tree(&item.tree, &mut Vec::new(), exported);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, Some(&item.block));
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, Some(&item.block));
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(&item.sig, item.default.as_ref());
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let Some(first) = path.segments.first() {
            let full = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.facts.names.push(Name { at: self.at(first.ident.span()), full });
        }
        visit::visit_path(self, path);
    }

    /// `pub(crate)` and `pub(in path)` use nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        if let Some(last) = call.path.segments.last() {
            self.facts.macros.push(self.word(&last.ident));
        }
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if !attribute.path().is_ident("doc") {
            visit::visit_attribute(self, attribute);
            if let syn::Meta::List(list) = &attribute.meta {
                self.tokens(list.tokens.clone());
            }
        }
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        self.literal(literal);
    }
}

/// `#[test]` of any runtime, `#[cfg(test)]`, `#[cfg(all(test, ..))]`.
fn is_test(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last().map(|segment| segment.ident.to_string());
    let configured = || {
        let words: Vec<String> = idents(attribute.meta.require_list().map(|l| l.tokens.clone()).unwrap_or_default());
        words.iter().any(|w| w == "test") && !words.iter().any(|w| w == "not")
    };
    last.as_deref() == Some("test") || attribute.path().is_ident("cfg") && configured()
}

fn idents(tokens: TokenStream) -> Vec<String> {
    let words = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) => vec![ident.to_string()],
        TokenTree::Group(group) => idents(group.stream()),
        _ => Vec::new(),
    });
    words.flatten().collect()
}

/// Attributes and name of an item.
fn head(item: &Item) -> (&[Attribute], Option<&syn::Ident>) {
    match item {
        Item::Const(i) => (&i.attrs, Some(&i.ident)),
        Item::Enum(i) => (&i.attrs, Some(&i.ident)),
        Item::ExternCrate(i) => (&i.attrs, None),
        Item::Fn(i) => (&i.attrs, Some(&i.sig.ident)),
        Item::ForeignMod(i) => (&i.attrs, None),
        Item::Impl(i) => (&i.attrs, None),
        Item::Macro(i) => (&i.attrs, i.ident.as_ref()),
        Item::Mod(i) => (&i.attrs, Some(&i.ident)),
        Item::Static(i) => (&i.attrs, Some(&i.ident)),
        Item::Struct(i) => (&i.attrs, Some(&i.ident)),
        Item::Trait(i) => (&i.attrs, Some(&i.ident)),
        Item::TraitAlias(i) => (&i.attrs, Some(&i.ident)),
        Item::Type(i) => (&i.attrs, Some(&i.ident)),
        Item::Union(i) => (&i.attrs, Some(&i.ident)),
        Item::Use(i) => (&i.attrs, None),
        _ => (&[], None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Facts {
        of_file(&syn::parse_file(text).unwrap())
    }

    fn product_names(facts: &Facts) -> Vec<String> {
        facts.names.iter().filter(|n| !n.at.test).map(|n| n.full.join("::")).collect()
    }

    #[test]
    fn names_are_followed_through_use_lines() {
        let names = product_names(&facts("use std::{env as e, fs::{self}};\nfn f() { e::var(\"A\"); fs::read(x); }"));
        for name in ["std::env::var", "std::fs::read", "std::env", "std::fs"] {
            assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
        }
    }

    #[test]
    fn macros_are_read_inside() {
        let facts = facts("fn f() { select! { x => println!(\"a {}\", crate::m::g()), _ => matches!(y, super::Z) } }");
        let names = product_names(&facts);
        assert!(names.contains(&"crate::m::g".to_owned()) && names.contains(&"super::Z".to_owned()), "{names:?}");
        assert_eq!(facts.macros.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["select", "println", "matches"]);
        assert_eq!(facts.strings[0].text, "a {}");
    }

    #[test]
    fn tests_are_told_from_product_code() {
        let facts = facts(
            "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\n#[tokio::test]\nasync fn c() {}\n\
             #[cfg(not(test))]\nfn d() {}\nimpl X { #[cfg(all(test, unix))] fn e() {} }",
        );
        let tests: Vec<(&str, bool)> = facts.functions.iter().map(|f| (f.name.as_str(), f.at.test)).collect();
        assert_eq!(tests, [("a", false), ("b", true), ("c", true), ("d", false), ("e", true)]);
        assert!(facts.modules[0].at.test);
    }

    #[test]
    fn documentation_and_visibility_are_no_facts() {
        let facts = facts("/// a text\n#[serde(default = \"kept\")]\npub(in crate::m) struct S { pub(crate) f: u8 }");
        assert_eq!(facts.strings.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(), ["kept"]);
        assert!(product_names(&facts).iter().all(|n| !n.starts_with("crate")), "{:?}", product_names(&facts));
    }

    #[test]
    fn functions_are_measured_from_fn_to_brace() {
        let facts =
            facts("/// doc\n#[inline]\nfn f(\n  a: u8,\n) {\n  g();\n}\ntrait T { fn h(&self); async fn i(&self) {} }");
        let lines: Vec<(&str, usize, usize)> =
            facts.functions.iter().map(|f| (f.name.as_str(), f.at.line, f.lines)).collect();
        assert_eq!(lines, [("f", 3, 5), ("i", 8, 1)]);
        assert_eq!(facts.asynchronous[0].text, "i");
    }
}
