//! Bars as inline SVG: they need no script, and read as text where pictures are not shown.

use std::fmt::Write;

use super::data::Tally;

/// Height of a bar with the gap below it, in units of the picture.
const STEP: usize = 22;
/// Where bars begin, and how long the longest is.
const LEFT: usize = 250;
const LONGEST: usize = 360;
/// Bars of one plot; the rest is counted together.
const MOST: usize = 15;
/// Letters of a label.
const LABEL: usize = 36;

/// Text that can stand in a page, in an attribute too. Characters that steer a terminal or reorder text are replaced.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A bar for each name, with its number; `class` gives the class of a bar by its name.
pub fn bars(title: &str, tally: &Tally, class: impl Fn(&str) -> String) -> String {
    if tally.is_empty() {
        return String::new();
    }
    let mut shown: Tally = tally.iter().take(MOST).cloned().collect();
    let rest: usize = tally.iter().skip(MOST).map(|(_, n)| n).sum();
    if rest > 0 {
        shown.push((format!("{} others", tally.len() - MOST), rest));
    }
    let most = shown.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
    let (width, height) = (LEFT + LONGEST + 70, shown.len() * STEP + 4);
    let title = escaped(title);
    let mut out = format!(
        "<figure><figcaption>{title}</figcaption><svg role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {width} {height}\">"
    );
    for (i, (name, count)) in shown.iter().enumerate() {
        let (top, length) = (i * STEP, (count * LONGEST / most).max(2));
        let (base, label) = (top + 15, escaped(&shortened(name)));
        let _ = write!(
            out,
            "<g><title>{}: {count}</title><text x=\"{}\" y=\"{base}\" text-anchor=\"end\">{label}</text>\
             <rect class=\"{}\" x=\"{LEFT}\" y=\"{}\" width=\"{length}\" height=\"16\"/>\
             <text x=\"{}\" y=\"{base}\">{count}</text></g>",
            escaped(name),
            LEFT - 8,
            escaped(&class(name)),
            top + 2,
            LEFT + length + 6,
        );
    }
    out + "</svg></figure>\n"
}

/// The end of a long name says more than its beginning.
fn shortened(name: &str) -> String {
    let letters = name.chars().count();
    if letters <= LABEL {
        return name.to_owned();
    }
    std::iter::once('…').chain(name.chars().skip(letters - LABEL + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_numbers_and_many_are_counted_together() {
        let tally: Tally = (0..20).map(|i| (format!("f{i}"), 40 - i)).collect();
        let text = bars("by <file>", &tally, |_| "bar".to_owned());
        assert!(text.contains("by &lt;file&gt;") && text.contains(&format!("width=\"{LONGEST}\"")));
        assert!(text.contains("5 others: 115"), "{text}");
        assert_eq!(text.matches("<rect").count(), MOST + 1);
        assert_eq!(bars("x", &Vec::new(), |_| String::new()), "");
    }

    #[test]
    fn markup_in_names_is_text() {
        assert_eq!(escaped("<a href='x'>\u{202e}&\u{1b}"), "&lt;a href=&#39;x&#39;&gt;\u{fffd}&amp;\u{fffd}");
    }
}
