//! Remarks in code that say why a finding is accepted where it stands.
//!
//! `quaestor: ignore[kind] reason until=YYYY-MM-DD` in a comment of any language. It is about what starts, ends or stands
//! on its own line; alone on a line, about the next line with code. `kind` is one of the taxonomy, several with commas,
//! or `*`. Without a reason it is no pragma. One that suppresses nothing is reported, so that none outlives its finding.

use jiff::civil::Date;

use crate::finding::{Finding, Kind};
pub use crate::finding::{Pragma, Trouble};

/// What a pragma begins with.
const MARK: &str = "quaestor: ignore[";
/// What opens a comment, in the languages that are read; the longer before what it begins with.
const OPENERS: [&str; 10] = ["<!--", "{#", "/*", "//", "--", "#", ";", "%", "*", "\"\"\""];

/// All remarks of one file, and those that are none. Cost: linear in the text.
pub fn read(file: &str, text: &str) -> (Vec<Pragma>, Vec<Trouble>) {
    let (mut pragmas, mut troubles) = (Vec::new(), Vec::new());
    if !text.contains(MARK) {
        return (pragmas, troubles);
    }
    let lines: Vec<&str> = text.lines().collect();
    for (i, line) in lines.iter().enumerate() {
        let Some((code, remark)) = comment(line) else { continue };
        let about = if code.trim().is_empty() { next_code(&lines, i) } else { i };
        match parse(remark) {
            Ok((kinds, reason, until)) => {
                pragmas.push(Pragma { file: file.to_owned(), line: i + 1, about: about + 1, kinds, reason, until });
            }
            Err(why) => troubles.push(Trouble { file: file.to_owned(), line: i + 1, why }),
        }
    }
    (pragmas, troubles)
}

/// The code before a comment with a mark, and what stands behind the mark.
fn comment(line: &str) -> Option<(&str, &str)> {
    let (before, remark) = line.split_once(MARK)?;
    let before = before.trim_end();
    let opener = OPENERS.iter().find(|opener| before.ends_with(*opener))?;
    Some((before.strip_suffix(opener)?.trim_end_matches(['/', '*', '#', '-', '!']), remark))
}

/// The next line that is more than a comment, or the last one.
fn next_code(lines: &[&str], from: usize) -> usize {
    let is_code = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !OPENERS.iter().any(|opener| line.starts_with(opener))
    };
    (from + 1..lines.len()).find(|i| is_code(lines[*i])).unwrap_or(from)
}

type Parsed = (Vec<Kind>, String, Option<Date>);

/// `kind, kind] reason until=2027-01-31`, and what closes the comment.
fn parse(remark: &str) -> Result<Parsed, String> {
    let (kinds, rest) = remark.split_once(']').ok_or("the list of kinds has no end: a ] is missing")?;
    let kinds: Result<Vec<Kind>, String> = match kinds.trim() {
        "*" => Ok(Vec::new()),
        list => list
            .split(',')
            .map(str::trim)
            .map(|word| Kind::named(word).ok_or_else(|| format!("{word:?} is no kind of finding")))
            .collect(),
    };
    let mut rest = rest.trim();
    for closer in ["*/", "-->", "#}", "%}", "\"\"\""] {
        rest = rest.strip_suffix(closer).map_or(rest, str::trim_end);
    }
    let (mut reason, mut until) = (Vec::new(), None);
    for word in rest.split_whitespace() {
        match word.strip_prefix("until=") {
            Some(day) => until = Some(day.parse().map_err(|_| format!("{day} is no day: until=YYYY-MM-DD"))?),
            None => reason.push(word),
        }
    }
    let reason = reason.join(" ").trim_matches([':', '-', ' ']).to_owned();
    if reason.is_empty() {
        return Err("a reason is missing: quaestor: ignore[kind] reason".to_owned());
    }
    Ok((kinds?, reason, until))
}

/// For each finding the pragma that suppresses it, and what is wrong with the rest: those that have ended, and those
/// that suppress nothing.
pub fn apply<'p>(findings: &[Finding], pragmas: &'p [Pragma], today: Date) -> (Vec<Option<&'p Pragma>>, Vec<Trouble>) {
    let has_ended = |pragma: &Pragma| pragma.until.is_some_and(|day| day < today);
    let is_about = |pragma: &Pragma, finding: &Finding| {
        pragma.file == finding.file
            && (finding.line_start..=finding.line_end).contains(&pragma.about)
            && (pragma.kinds.is_empty() || pragma.kinds.contains(&finding.kind))
    };
    let by = |finding: &Finding| pragmas.iter().find(|p| is_about(p, finding) && !has_ended(p));
    let suppressed: Vec<Option<&Pragma>> = findings.iter().map(by).collect();
    let trouble = |pragma: &Pragma| {
        let why = match pragma.until {
            Some(day) if day < today => format!("it ended on {day}"),
            _ if findings.iter().any(|finding| is_about(pragma, finding)) => return None,
            _ => "it suppresses nothing".to_owned(),
        };
        Some(Trouble { file: pragma.file.clone(), line: pragma.line, why })
    };
    (suppressed, pragmas.iter().filter_map(trouble).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::finding;
    use jiff::civil::date;

    #[test]
    fn comments_of_any_language_hold_them() {
        let text = "\
x = q('SELECT a')  # quaestor: ignore[sql_template] archived table until=2027-01-31
// quaestor: ignore[table_name, column_name] mirror of another system

let t = \"bills\";
/* quaestor: ignore[*] generated */ y();
-- quaestor: ignore[migration_ddl] kept for the auditors
<!-- quaestor: ignore[config_mapping] an example -->
";
        let (pragmas, troubles) = read("f", text);
        assert_eq!(troubles, []);
        let said: Vec<(usize, usize, usize, &str)> =
            pragmas.iter().map(|p| (p.line, p.about, p.kinds.len(), p.reason.as_str())).collect();
        assert_eq!(said[0], (1, 1, 1, "archived table"));
        assert_eq!(pragmas[0].until, Some(date(2027, 1, 31)));
        assert_eq!(said[1], (2, 4, 2, "mirror of another system"));
        assert_eq!((said[2].0, said[2].2), (5, 0));
        assert_eq!((said[3].3, said[4].3), ("kept for the auditors", "an example"));
    }

    #[test]
    fn without_a_reason_or_with_a_wrong_word_they_are_none() {
        let why = |line: &str| read("f", line).1.remove(0).why;
        assert!(why("# quaestor: ignore[table_name]").contains("reason"));
        assert!(why("# quaestor: ignore[tables] because").contains("no kind"));
        assert!(why("# quaestor: ignore[table_name] x until=soon").contains("YYYY-MM-DD"));
        assert_eq!(read("f", "s = 'quaestor: ignore[table_name] in a text'"), (Vec::new(), Vec::new()));
    }

    #[test]
    fn they_suppress_their_line_until_they_end_and_are_told_when_idle() {
        let findings = [finding("f", 4, "x", &["a"]), finding("f", 9, "x", &["a"])];
        let text = "\n\n\nx # quaestor: ignore[sql_template] why until=2026-06-30\n\n\n\ny # quaestor: ignore[*] why\n";
        let (pragmas, _) = read("f", text);
        let (suppressed, troubles) = apply(&findings, &pragmas, date(2026, 6, 30));
        assert_eq!(suppressed.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
        assert_eq!(troubles.iter().map(|t| t.why.as_str()).collect::<Vec<_>>(), ["it suppresses nothing"]);
        let (suppressed, troubles) = apply(&findings, &pragmas, date(2026, 7, 1));
        assert!(suppressed.iter().all(Option::is_none));
        assert!(troubles[0].why.contains("ended on 2026-06-30"), "{troubles:?}");
    }
}
