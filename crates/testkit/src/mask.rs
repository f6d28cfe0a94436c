//! Texts made comparable: what differs from run to run is replaced by a word.

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask<'a> {
    /// Exactly this text, for instance the path of a [`Home`](crate::Home).
    Text(&'a str),
    /// A number and a unit of time: `12 ms`, `1.5s`, `300µs`, `2 min`.
    Duration,
    /// A word of 16 or more hexadecimal digits: a fingerprint or a digest.
    Hash,
}

/// Replaces every occurrence of each pattern, one pattern after another.
///
/// Words are maximal runs of letters, digits and `_`; a hash inside of a longer word stays.
pub fn mask(text: &str, masks: &[(Mask<'_>, &str)]) -> String {
    masks.iter().fold(text.to_owned(), |text, (pattern, with)| match pattern {
        // An empty pattern would match between all characters.
        Mask::Text("") => text,
        Mask::Text(part) => text.replace(part, with),
        Mask::Duration => replace(&text, with, duration),
        Mask::Hash => replace(&text, with, hash),
    })
}

/// Replaces what `found` measures (in bytes, from the start of a word) by `with`.
fn replace(text: &str, with: &str, found: fn(&str) -> Option<usize>) -> String {
    let (mut out, mut rest, mut inside) = (String::with_capacity(text.len()), text, false);
    while let Some(c) = rest.chars().next() {
        let length = if inside { None } else { found(rest) };
        match length {
            Some(_) => out.push_str(with),
            None => out.push(c),
        }
        rest = &rest[length.unwrap_or(c.len_utf8())..];
        inside = length.is_some() || is_word(c) || c == '.';
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_end(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

fn hash(text: &str) -> Option<usize> {
    let end = word_end(text);
    let digits = text[..end].bytes().all(|b| b.is_ascii_hexdigit());
    (digits && end >= 16).then_some(end)
}

fn duration(text: &str) -> Option<usize> {
    const UNITS: [&str; 10] = ["ns", "us", "µs", "μs", "ms", "s", "sec", "min", "m", "h"];
    let number = text.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text[..number].ends_with('.') {
        return None;
    }
    let unit = number + usize::from(text[number..].starts_with(' '));
    let end = unit + word_end(&text[unit..]);
    UNITS.contains(&&text[unit..end]).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_all_units_are_masked_and_counts_are_not() {
        let text = "read 3 tables in 12.5 ms (plan 300µs, wait 1s); 4 more, v1.2s3, 5 street";
        let masked = mask(text, &[(Mask::Duration, "<time>")]);
        assert_eq!(masked, "read 3 tables in <time> (plan <time>, wait <time>); 4 more, v1.2s3, 5 street");
    }

    #[test]
    fn hashes_are_whole_words_of_hexadecimal_digits() {
        let text = "0123456789abcdef0123 deadbeef x0123456789abcdef0123 0123456789abcdeg";
        assert_eq!(mask(text, &[(Mask::Hash, "<hash>")]), "<hash> deadbeef x0123456789abcdef0123 0123456789abcdeg");
    }

    #[test]
    fn masks_apply_in_order() {
        let masks = [(Mask::Text("/tmp/x1"), "<home>"), (Mask::Text("<home>/work"), "<work>"), (Mask::Text(""), "!")];
        assert_eq!(mask("/tmp/x1/work and /tmp/x1", &masks), "<work> and <home>");
    }
}
