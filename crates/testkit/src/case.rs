//! Golden files as values: reading them, and writing them back in their normal form.
//!
//! A file holds cases separated by lines `===`. A case has a header of lines `key  value`, a line
//! `---`, and sections `key  text` whose further lines are indented. Lines of a header that start
//! with `#` are remarks.

/// Where the text of a section starts; keys that are longer push it to the right.
const TEXT_COLUMN: usize = 7;

/// One case of a golden file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The file's name and the line where the case starts: `close.q:12`.
    pub place: String,
    /// The header as written, remarks included.
    raw_header: String,
    header: Vec<(String, String)>,
    sections: Vec<(String, String)>,
}

impl Case {
    /// The first value of a header key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.header().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// All values of a header key, in order.
    pub fn all<'a, 'k>(&'a self, key: &'k str) -> impl Iterator<Item = &'a str> + use<'a, 'k> {
        self.header().filter(move |(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The whole header, in order.
    pub fn header(&self) -> impl Iterator<Item = (&str, &str)> {
        self.header.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The sections that the file holds, in order.
    pub(crate) fn sections(&self) -> &[(String, String)] {
        &self.sections
    }

    /// The case with other sections, as it stands in a file.
    pub(crate) fn with_sections(&self, sections: &str) -> String {
        format!("{}---\n{sections}", self.raw_header)
    }
}

/// Reads a file. Errors are sentences with the line in them.
pub(crate) fn parse(file: &str, text: &str) -> Result<Vec<Case>, Vec<String>> {
    let (mut cases, mut errors) = (Vec::new(), Vec::new());
    let mut start = 0;
    let lines: Vec<&str> = text.lines().collect();
    for part in lines.split(|line| line.trim_end() == "===") {
        match parse_case(file, start, part) {
            Ok(case) => cases.push(case),
            Err(error) => errors.push(error),
        }
        start += part.len() + 1;
    }
    if errors.is_empty() { Ok(cases) } else { Err(errors) }
}

fn parse_case(file: &str, start: usize, lines: &[&str]) -> Result<Case, String> {
    let place = format!("{file}:{}", start + 1);
    let split = lines.iter().position(|line| line.trim_end() == "---").unwrap_or(lines.len());
    let header = entries(file, start, &lines[..split], true)?;
    if header.is_empty() {
        return Err(format!("{place}: a case without a header"));
    }
    let sections = entries(file, start + split + 1, lines.get(split + 1..).unwrap_or_default(), false)?;
    let raw_header = lines[..split].iter().map(|line| format!("{}\n", line.trim_end())).collect();
    Ok(Case { place, raw_header, header, sections })
}

/// Reads `key  text` lines with indented continuations; `remarks` are skipped where a person writes.
fn entries(file: &str, start: usize, lines: &[&str], remarks: bool) -> Result<Vec<(String, String)>, String> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if remarks && line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() || line.starts_with(' ') {
            match entries.last_mut() {
                Some((_, text)) => text.push_str(&format!("\n{}", unindent(line))),
                None if line.trim().is_empty() => {}
                None => return Err(format!("{file}:{}: an indented line continues nothing", start + i + 1)),
            }
        } else {
            let (key, text) = line.split_once(' ').unwrap_or((line, ""));
            entries.push((key.to_owned(), text.trim().to_owned()));
        }
    }
    entries.iter_mut().for_each(|(_, text)| *text = normal(text));
    Ok(entries)
}

/// Takes the indentation of a continuation away, and no more than that.
fn unindent(line: &str) -> &str {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    line[blanks.min(TEXT_COLUMN)..].trim_end()
}

/// The normal form of a text: no blanks at line ends, no blank lines around.
pub(crate) fn normal(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').trim_start().to_owned()
}

/// One section as a file holds it.
pub(crate) fn render(key: &str, text: &str) -> String {
    let text = normal(text);
    let mut lines = text.lines();
    let mut out = format!("{key:<width$}  {}", lines.next().unwrap_or_default(), width = TEXT_COLUMN - 2);
    out.truncate(out.trim_end().len());
    for line in lines {
        let continued = format!("\n{:TEXT_COLUMN$}{line}", "");
        out.push_str(if line.is_empty() { "\n" } else { &continued });
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# of the first quarter
books  demo
ask    a
ask    b
---
plan   Sum x
         deeper

       last
===
books  other
";

    #[test]
    fn cases_headers_and_sections_are_read() {
        let cases = parse("f.q", FILE).unwrap();
        assert_eq!(cases.iter().map(|c| c.place.as_str()).collect::<Vec<_>>(), ["f.q:1", "f.q:11"]);
        assert_eq!(cases[0].get("books"), Some("demo"));
        assert_eq!(cases[0].all("ask").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(cases[0].sections(), [("plan".to_owned(), "Sum x\n  deeper\n\nlast".to_owned())]);
        assert!(cases[1].sections().is_empty());
        assert_eq!(cases[1].get("ask"), None);
    }

    #[test]
    fn a_rendered_section_reads_back() {
        let text = "first\n  indented\n\nafter a blank line";
        let case = parse("f.q", &format!("a  b\n---\n{}", render("key", text))).unwrap().remove(0);
        assert_eq!(case.sections(), [("key".to_owned(), text.to_owned())]);
        assert_eq!(render("rows", "4"), "rows   4\n");
        assert_eq!(render("a_long_key", " x \n\n"), "a_long_key  x\n");
        assert_eq!(render("empty", ""), "empty\n");
    }

    #[test]
    fn the_header_survives_with_its_remarks() {
        let case = parse("f.q", FILE).unwrap().remove(0);
        assert_eq!(case.with_sections("x\n"), "# of the first quarter\nbooks  demo\nask    a\nask    b\n---\nx\n");
    }

    #[test]
    fn broken_files_name_the_line() {
        assert_eq!(
            parse("f.q", "===\n  x\n").unwrap_err(),
            ["f.q:1: a case without a header", "f.q:2: an indented line continues nothing"]
        );
    }
}
