//! Templates of SQL (Jinja, as dbt and others write them) as SQL with holes.
//!
//! `{{ ref('x') }}` and `{{ source('s', 'x') }}` stand for the table `x`, at the place of its letters; any other `{{ ... }}`
//! is a hole, with the values that a list or text given to its name in the same file may have; `{% ... %}` and `{# ... #}` are blank,
//! so that all branches of a template stand one behind the other. Nothing of a template is evaluated.

use super::text::SqlText;

/// A literal that a template gives to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The name; empty of what a macro takes.
    pub name: String,
    /// What it says.
    pub value: String,
    /// First byte in the file and the byte behind the last, quotes left out.
    pub at: (usize, usize),
}

/// A template that was read.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// It as SQL.
    pub text: SqlText,
    /// Literals that fill its holes, in order.
    pub given: Vec<Given>,
}

/// Whether a text is a template.
pub fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Reads a template; `is_table` says of which names the schema has tables. Cost: linear.
pub fn template(text: &str, is_table: &dyn Fn(&str) -> bool) -> Template {
    let mut found = Template::default();
    let mut names = given(text);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(open) = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min() else {
            found.text.push(rest, &[(0, at)]);
            break;
        };
        found.text.push(&rest[..open], &[(0, at)]);
        let inner = at + open + 2;
        let mark = text.as_bytes()[at + open + 1];
        let close: &[u8] = if mark == b'{' {
            b"}}"
        } else if mark == b'%' {
            b"%}"
        } else {
            b"#}"
        };
        let end = closing(&text.as_bytes()[inner..], close, mark != b'#').map_or(text.len(), |e| inner + e);
        match mark {
            b'{' => filled(text, (at + open, inner, end), &mut names, is_table, &mut found),
            _ => found.text.push(" ", &[(0, at + open)]),
        }
        at = (end + 2).min(text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    found.given.extend(names.into_iter().filter(|(_, used)| *used).map(|(given, _)| given));
    found
}

/// `{{ ... }}`: from which byte on, its inside.
fn filled(
    text: &str,
    (start, inner, end): (usize, usize, usize),
    names: &mut [(Given, bool)],
    is_table: &dyn Fn(&str) -> bool,
    found: &mut Template,
) {
    let said = text.get(inner..end).unwrap_or("");
    let called = said.trim_matches(|c: char| c.is_whitespace() || c == '-');
    let words = literals(said, inner);
    let name: String = called.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect();
    let shown = || called.chars().take(60).collect::<String>();
    match (name.as_str(), words.last()) {
        ("config", _) => found.text.push(" ", &[(0, start)]),
        // What no catalog has and the project makes itself is no name of the schema.
        ("ref", Some((table, at))) if is_table(table) => found.text.push(table, &[(0, *at)]),
        ("source", Some((table, at))) => found.text.push(table, &[(0, *at)]),
        ("ref", Some((table, _))) => found.text.push_hole((0, 0), shown(), vec![table.clone()]),
        _ => {
            let mut values = Vec::new();
            for (given, used) in names.iter_mut().filter(|(given, _)| given.name == name) {
                *used = true;
                values.push(given.value.clone());
            }
            let is_macro = called[name.len()..].starts_with('(')
                && !matches!(name.as_str(), "var" | "env_var" | "ref" | "source" | "log" | "doc");
            let taken = words.iter().filter(|_| is_macro).map(|(word, at)| (word.clone(), (*at, at + word.len())));
            found.given.extend(taken.map(|(value, at)| Given { name: String::new(), value, at }));
            found.text.push_hole((0, 0), shown(), values);
        }
    }
}

/// Literals given to names: `{% set NAME = ['a', 'b'] %}`, and `{% for ITEM in NAME %}` takes those of another name.
fn given(text: &str) -> Vec<(Given, bool)> {
    let mut found: Vec<(Given, bool)> = Vec::new();
    for (open, _) in text.match_indices("{%") {
        let inner = open + 2;
        let Some(end) = closing(&text.as_bytes()[inner..], b"%}", true).map(|e| inner + e) else { break };
        let Some(said) = text.get(inner..end) else { continue };
        let body = said.trim_start_matches('-').trim_start();
        let (name, rest) = match (body.strip_prefix("set "), body.strip_prefix("for ")) {
            (Some(set), _) => match set.split_once('=') {
                Some((name, rest)) => (name.trim(), rest),
                None => continue,
            },
            (_, Some(each)) => match each.split_once(" in ") {
                Some((name, rest)) => (name.trim(), rest),
                None => continue,
            },
            _ => continue,
        };
        let is_plain = !rest.contains(['(', '{']);
        let own = literals(rest, end - rest.len()).into_iter().filter(|_| is_plain);
        let own = own.map(|(value, at)| (value.clone(), (at, at + value.len())));
        let of = rest.trim_matches(|c: char| c.is_whitespace() || c == '-');
        let other = found.iter().filter(|(given, _)| given.name == of).map(|(g, _)| (g.value.clone(), g.at));
        let all: Vec<_> = own.chain(other).collect();
        found.extend(all.into_iter().map(|(value, at)| (Given { name: name.to_owned(), value, at }, false)));
    }
    found
}

/// The literals in an expression, with their places in the file.
fn literals(said: &str, start: usize) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = said[at..].find(['\'', '"']).map(|o| at + o) {
        let Some(length) = said[open + 1..].find(said.as_bytes()[open] as char) else { break };
        found.push((said[open + 1..open + 1 + length].to_owned(), start + open + 1));
        at = open + length + 2;
    }
    found
}

/// Where a mark stands, outside of quotes if there are any.
fn closing(bytes: &[u8], mark: &[u8], quoted: bool) -> Option<usize> {
    let mut quote = None;
    for at in 0..bytes.len() {
        match (bytes[at], quote) {
            (c, Some(open)) if c == open => quote = None,
            (c @ (b'\'' | b'"'), None) if quoted => quote = Some(c),
            (_, None) if bytes[at..].starts_with(mark) => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Template {
        template(text, &|name| name == "bills")
    }

    #[test]
    fn tables_keep_their_places_and_the_rest_is_holes_or_blank() {
        let text = "{{ config(materialized='table') }}\nSELECT {{ dbt.cents('x') }} FROM {{- ref('bills') -}} b, {{ source('s', \"raw_bills\") }}{# ;' #}\n{% if x == '%}' %}WHERE 1{% endif %} JOIN {{ ref('made') }}";
        let found = read(text);
        assert_eq!(
            found.text.shown(),
            " \nSELECT {dbt.cents('x')} FROM bills b, raw_bills \n WHERE 1  JOIN {ref('made')}"
        );
        for word in ["bills", "raw_bills", "JOIN"] {
            let at = found.text.text.find(word).map(|at| found.text.source(at));
            assert_eq!(at, Some(text.find(word)), "{word}");
        }
        assert_eq!(found.text.holes[1].values, ["made"]);
    }

    #[test]
    fn lists_fill_the_holes_of_their_items() {
        let text = "{% set sums = ['net_sum', 'tax_sum'] %}{% set idle = ['x'] %}SELECT {% for s in sums %}SUM({{ s }}) {% endfor %}";
        let found = read(text);
        assert_eq!(found.text.holes[0].values, ["net_sum", "tax_sum"]);
        let macros = read("SELECT {{ cents('net_sum', as='x') }}, {{ var('tax_sum') }} FROM t").given;
        assert_eq!(macros.iter().map(|g| g.value.as_str()).collect::<Vec<_>>(), ["net_sum", "x"]);
        let given: Vec<(&str, &str)> = found.given.iter().map(|g| (g.name.as_str(), &text[g.at.0..g.at.1])).collect();
        assert_eq!(given, [("s", "net_sum"), ("s", "tax_sum")]);
    }

    #[test]
    fn damaged_templates_end() {
        for text in
            ["{{", "{% set", "{{ ref('", "a {{ '}} \u{e4}", "{# \u{1f600}", "}}{{}}{%%}", "{{ ref('\u{e4}') }}\u{e4}"]
        {
            let found = read(text);
            assert!(found.text.text.len() <= text.len() + 6, "{text}");
        }
    }
}
